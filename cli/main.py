"""The reelog command: the app, its global options, and the one place where errors are caught."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from cli import (
    audit,
    backup,
    change,
    diff,
    doctor,
    export,
    look,
    notify,
    profiles,
    replay,
    run,
    space,
    sql,
    steer,
    travel,
)  # fmt: skip
from cli.failures import (
    DISK_FAILED,
    INTERRUPTED,
    WORK_FAILED,
    WRONG_USE,
    Failure,
    failure_of,
)
from cli.output import complain, print_json_error, print_json_line

STOPPED = Failure("interrupted", "stopped", "`reelog resume` goes on", INTERRUPTED)

SHOW_CURSOR = "\x1b[?25h"
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


class Given:
    """What a command was given before anything went wrong."""

    home: Path | None = None


@app.callback()
def reelog(
    context: typer.Context,
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
    if isinstance(context.obj, Given):
        context.obj.home = home
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
change.register(app)
travel.register(app)
steer.register(app)
export.register(app)
replay.register(app)
audit.register(app)
sql.register(app)
diff.register(app)
space.register(app)
backup.register(app)
profiles.register(app)
doctor.register(app)
notify.register(app)


def main() -> None:
    """Run the command line; every error becomes a sentence and an exit status."""
    _have_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8
    if sys.stdout.isatty():
        sys.stdout.write(SHOW_CURSOR)  # a run that was killed may have left it hidden
    try:
        status = _answered("--json" in sys.argv, "--jsonl" in sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop(1, 2)  # what is still unwritten has no reader
        status = DISK_FAILED
    except OSError as error:
        _drop(1)
        complain(f"reelog: the answer cannot be written: {error.strerror}")
        status = DISK_FAILED
    sys.exit(status)


def _drop(*descriptors: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)


def _have_streams() -> None:
    """Whoever closed stdin, stdout or stderr before us gets /dev/null: no file may be number 1."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest free number, so this one
            setattr(sys, name, os.fdopen(nowhere, "w" if number else "r", encoding="utf-8"))


def _answered(as_json: bool, as_jsonl: bool) -> int:
    given = Given()
    try:
        status = app(standalone_mode=False, obj=given)
    except TyperException as error:
        failure = Failure("wrong_use", _words(error), "see --help", WRONG_USE)
    except (KeyboardInterrupt, Abort):
        failure = STOPPED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost line
        failure = failure_of(error) or _damage(given) or _bug(error)
    else:
        if status != INTERRUPTED or not (as_json or as_jsonl):
            return status if isinstance(status, int) else 0
        failure = STOPPED  # typer turns Ctrl-C into a status
    _tell(failure, as_json=as_json, as_jsonl=as_jsonl)
    return failure.status


def _tell(failure: Failure, *, as_json: bool, as_jsonl: bool) -> None:
    if as_jsonl:
        code, message, hint, _ = failure
        answer = {"code": code, "message": message, "hint": hint}
        print_json_line({"ok": False, "error": answer})
    elif as_json:
        print_json_error(failure.code, failure.message, failure.hint)
    elif failure.message.startswith("Usage:"):  # no command at all: the help says it best
        complain(failure.message)
    else:
        complain(f"reelog: {failure.message}" + (f"; {failure.hint}" if failure.hint else ""))


def _damage(given: Given) -> Failure | None:
    """A damaged log makes anything fail anywhere: then that is the answer."""
    if given.home is None:
        return None
    from eventstore.home import Home
    from handlers.verdict import damage_of

    damaged = damage_of(Home(given.home))
    return failure_of(damaged) if damaged else None


def _bug(error: Exception) -> Failure:
    from handlers.logs import LOGGER

    LOGGER.debug("a bug", exc_info=error)
    message = f"a bug in reelog: {type(error).__name__}: {error}"
    hint = "nothing in the log is lost; --log-level debug shows where"
    return Failure("bug", message, hint, WORK_FAILED)


def _words(error: TyperException) -> str:
    words = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    if "unexpected extra argument" in words:
        words += "; an idea of several words stands in quotes"
    return words
