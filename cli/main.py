"""The reelog command: the app, its global options, and the one place where errors are caught."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from cli import export, look, run, steer
from cli.failures import DISK_FAILED, INTERRUPTED, WORK_FAILED, WRONG_USE, failure_of
from cli.output import complain, print_json_error

app = typer.Typer(
    name="reelog",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Turns an idea into a film and keeps every step in an append-only event log.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"reelog {version('reelog')}")
        raise typer.Exit


@app.callback()
def reelog(
    home: Annotated[
        Path, typer.Option(envvar="REELOG_HOME", help="folder of log, artifacts and films")
    ] = Path("output"),
    log_level: Annotated[
        str, typer.Option(metavar="LEVEL", help="debug, info, warning or error")
    ] = "info",
    log_file: Annotated[
        Path | None, typer.Option(help="write structured log lines (JSON) to this file")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Turns an idea into a film and keeps every step in an append-only event log."""
    if log_level == "info" and log_file is None:
        return
    from handlers import logs

    if log_level not in logs.LEVELS:
        raise typer.BadParameter(f"{log_level!r} is none of {', '.join(logs.LEVELS)}")
    try:
        logs.configure(log_level, log_file)
    except OSError as error:
        raise typer.BadParameter(f"--log-file {log_file}: {error.strerror}") from error


run.register(app)
look.register(app)
steer.register(app)
export.register(app)


def main() -> None:
    """Run the command line; every error becomes a sentence and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8
    as_json = "--json" in sys.argv or "--jsonl" in sys.argv
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        sys.exit(_report(as_json, "wrong_use", _words(error), "see --help", WRONG_USE))
    except (KeyboardInterrupt, Abort):
        sys.exit(_report(as_json, "interrupted", "stopped", "`reelog resume` goes on", INTERRUPTED))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(DISK_FAILED)
    except Exception as error:  # noqa: BLE001 - the outermost line
        failure = failure_of(error)
        if failure is None:
            _trace(error)
            message = f"a bug in reelog: {type(error).__name__}: {error}"
            hint = "nothing in the log is lost; --log-level debug shows where"
            sys.exit(_report(as_json, "bug", message, hint, WORK_FAILED))
        sys.exit(_report(as_json, *failure))
    sys.exit(status if isinstance(status, int) else 0)


def _words(error: TyperException) -> str:
    words = getattr(error, "format_message", error.__str__)()
    return str(words).rstrip(".")


def _trace(error: Exception) -> None:
    from handlers.logs import LOGGER

    LOGGER.debug("a bug", exc_info=error)


def _report(as_json: bool, code: str, message: str, hint: str, status: int) -> int:
    if as_json:
        print_json_error(code, message, hint)
    else:
        complain(f"reelog: {message}" + (f"; {hint}" if hint else ""))
    return status
