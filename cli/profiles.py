"""profiles: who can make a film, stage by stage; their weights and licences."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json

if TYPE_CHECKING:
    from cli.show_text import Cell
    from gpu.profile import Profile, StageProfile

Name = Annotated[str, typer.Argument(help="name of a profile, or a TOML file")]
PLAIN_COLUMNS = 120
group = typer.Typer(
    help="List the profiles: who does each stage, and whether this machine can.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@group.callback()
def profiles(context: typer.Context, as_json: Json = False) -> None:
    """List the profiles: who does each stage, what it needs, whether it is here."""
    if context.invoked_subcommand:
        return
    from cli import show_profiles
    from cli.output import print_json, say
    from gpu import profile
    from gpu.errors import BriefRefused

    known, broken = [], {}
    for name in profile.names():
        try:
            known.append(profile.load(name))
        except BriefRefused as refused:
            broken[name] = str(refused)
    if as_json:
        errors = [{"name": name, "error": message} for name, message in broken.items()]
        print_json([*map(_as_json, known), *errors])
        return
    _print(show_profiles.listed(known, _width()))
    _print(show_profiles.broken(name, message) for name, message in broken.items())
    say("Every setting of one: reelog profiles show NAME. Its weights: reelog profiles fetch NAME")


@group.command()
def show(name: Name, as_json: Json = False) -> None:
    """Explain a profile: every stage, every setting, what it does."""
    from cli import show_profiles
    from cli.output import print_json
    from gpu import profile

    one = profile.load(name)
    if as_json:
        print_json(_as_json(one) | {"known": _known(one), "plan": _plan(one)})
    else:
        _print(show_profiles.explained(one, _width()))
        _print(show_profiles.planned(one, _width()))


def _plan(one: "Profile") -> list[dict[str, Any]]:
    from dataclasses import asdict

    from gpu.card import card
    from gpu.fits import fits

    return [asdict(fit) for fit in fits(one.stages, card(), {})]


@group.command()
def accept(
    licence: Annotated[
        str, typer.Argument(help="a licence that you have read, as profiles name it")
    ],
    as_json: Json = False,
) -> None:
    """Accept a licence, once for all films."""
    from cli.output import print_json, say
    from gpu import licences

    file = licences.accept(licence)
    if as_json:
        print_json({"licence": licence.lower(), "file": str(file)})
    else:
        say(f"{licence} is accepted; {file} says so")


@group.command()
def fetch(name: Name, as_json: Json = False) -> None:
    """Download the weights of a profile's models; goes on where it was stopped."""
    from cli.failures import INTERRUPTED
    from cli.output import complain, print_json, say
    from gpu import licences, profile, ready

    one = profile.load(name)
    models = dict(ready.models_of(one))
    licences.refuse_unaccepted(
        (kind, stage.model, stage.licence, stage.commercial) for kind, stage in models.items()
    )
    if not models and not as_json:
        say(f"{one.name} needs no weights")
    try:
        wanted = list(ready.wanted_of(one))
        done = [_fetched(kind, stage, quiet=as_json) for kind, stage in wanted]
    except KeyboardInterrupt as stopped:
        complain("stopped; the same command goes on where it was")
        raise typer.Exit(INTERRUPTED) from stopped
    if as_json:
        print_json(done)


def _fetched(kind: str, stage: "StageProfile", *, quiet: bool) -> dict[str, Any]:
    from cli.output import say
    from cli.show_text import bytes_text
    from gpu import fetch as fetching
    from gpu import ready
    from gpu.errors import BriefRefused

    def tell(text: str) -> None:
        if not quiet:
            say(f"{kind}: {stage.model} {text}")

    found = {"stage": kind, "model": stage.model, "fetched_bytes": 0}
    state = ready.weights_of(stage)
    if state in (ready.HERE, ready.MADE):
        tell(f"is {state}")
        return found | {"weights": state}
    if where := stage.running.get("where"):
        raise BriefRefused(f"{kind}: {stage.model} is yours; put its files into {where}")
    wanted = fetching.look(stage)
    tell(
        f"has {bytes_text(wanted.bytes)} in {len(wanted.files)} files, "
        f"{bytes_text(wanted.missing_bytes)} to fetch"
    )
    folder = fetching.fetch(stage, wanted, bars=not quiet)
    tell(f"is here, in {folder}")
    return found | {"fetched_bytes": wanted.missing_bytes, "weights": ready.weights_of(stage)}


def _width() -> int:
    from cli.output import console
    from cli.show_text import on_terminal

    return console().width if on_terminal() else PLAIN_COLUMNS


def _print(lines: Iterable["Cell"]) -> None:
    from cli.output import console, say
    from cli.show_text import on_terminal, rich_text, text_of

    if on_terminal():
        screen = console()
        for line in lines:
            screen.print(rich_text(line), soft_wrap=True)
    else:
        for line in lines:
            say(text_of(line).rstrip())


def _as_json(one: "Profile") -> dict[str, Any]:
    from gpu import licences, ready

    return {
        "name": one.name,
        "description": one.description,
        "card_gib": one.card_gib,
        "host_gib": one.host_gib,
        "stages": {
            kind: {
                "backend": stage.backend,
                "model": stage.model,
                "revision": stage.revision,
                "settings": dict(stage.settings),
                "running": dict(stage.running),
                "licence": stage.licence,
                "commercial": stage.commercial,
                "accepted": licences.needs_nothing(stage.licence) if stage.of_model else None,
                "size_gib": stage.size_gib,
                "weights": ready.weights_of(stage) if stage.of_model else None,
            }
            for kind, stage in one.stages.items()
        },
    }


def _known(one: "Profile") -> dict[str, dict[str, Any]]:
    """Every setting of every stage: what is taken where nothing is said, and what it does."""
    from gpu.profile_keys import keys_of

    return {
        kind: {
            name: {"default": key.default, "takes": key.range, "help": key.help}
            for name, key in keys_of(kind, stage.backend).items()
        }
        for kind, stage in one.stages.items()
    }


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="profiles")
