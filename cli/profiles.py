"""profiles: who can make a film, stage by stage; their weights and licences."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json

if TYPE_CHECKING:
    from gpu.profile import Profile, StageProfile

Name = Annotated[str, typer.Argument(help="name of a profile, or a TOML file")]
group = typer.Typer(
    help="List the profiles: who does each stage, and whether this machine can.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@group.callback()
def profiles(context: typer.Context, as_json: Json = False) -> None:
    """List the profiles: who does each stage, with which settings (change one with --set)."""
    if context.invoked_subcommand:
        return
    from cli.output import print_json, say
    from gpu import profile

    known = [profile.load(name) for name in profile.names()]
    if as_json:
        print_json([_as_json(one) for one in known])
        return
    for one in known:
        say(f"{one.name}: {one.description}")
        for kind, stage in one.stages.items():
            if stage.backend in _of_models():
                say(f"  {kind:<6} {stage.model}  ({_facts(stage)})")
    say("More about one: reelog profiles show NAME")


@group.command()
def show(name: Name, as_json: Json = False) -> None:
    """Explain a profile: every stage, every setting, what it does."""
    from cli.output import print_json, say
    from gpu import profile
    from gpu.profile_keys import KEYS

    one = profile.load(name)
    if as_json:
        print_json(_as_json(one))
        return
    say(f"{one.name}: {one.description}")
    for kind, stage in one.stages.items():
        say(f"\n{kind}: {stage.model} ({stage.backend})")
        if stage.backend in _of_models():
            say(f"  {_facts(stage)}")
        known = KEYS.get((kind, stage.backend), {})
        values = {**{key: found.default for key, found in known.items()}, **stage.settings}
        for key, value in values.items():
            mark = "" if key in stage.settings else "  (not set)"
            what = f"  {known[key].help}" if key in known else ""
            say(f"  {key:<12} {value!s:<12}{what}{mark}".rstrip())
        for key, value in stage.running.items():
            say(f"  {key:<24} {value}")


@group.command()
def accept(
    licence: Annotated[
        str, typer.Argument(help="a licence that you have read, as profiles name it")
    ],
) -> None:
    """Accept a licence, once for all films."""
    from cli.output import say
    from gpu import licences

    say(f"{licence} is accepted; {licences.accept(licence)} says so")


@group.command()
def fetch(name: Name) -> None:
    """Download the weights of a profile's models; goes on where it was stopped."""
    from cli.output import say
    from gpu import licences, profile, ready
    from gpu.fetch import fetch as download

    one = profile.load(name)
    models = {kind: stage for kind, stage in one.stages.items() if stage.backend in _of_models()}
    licences.refuse_unaccepted(
        (kind, stage.model, stage.licence, stage.commercial) for kind, stage in models.items()
    )
    for kind, stage in models.items():
        if ready.weights_of(stage) == ready.MADE:
            say(f"{kind}: {stage.model} is made on first use")
            continue
        say(f"{kind}: fetching {stage.model} ({stage.size_gib:g} GiB)")
        say(f"{kind}: {download(stage)}")


def _of_models() -> tuple[str, ...]:
    from gpu.ready import OF_MODELS

    return OF_MODELS


def _facts(stage: "StageProfile") -> str:
    from gpu import licences, ready

    facts = [stage.licence or "no licence named"]
    if not stage.commercial:
        facts.append("no commercial use")
    if not licences.needs_nothing(stage.licence):
        facts.append("not accepted yet")
    if stage.size_gib:
        facts.append(f"{stage.size_gib:g} GiB")
    return ", ".join([*facts, f"weights {ready.weights_of(stage)}"])


def _as_json(one: "Profile") -> dict[str, Any]:
    from gpu import ready

    return {
        "name": one.name,
        "description": one.description,
        "stages": {
            kind: {
                "backend": stage.backend,
                "model": stage.model,
                "revision": stage.revision,
                "settings": dict(stage.settings),
                "running": dict(stage.running),
                "licence": stage.licence,
                "commercial": stage.commercial,
                "size_gib": stage.size_gib,
                "weights": ready.weights_of(stage) if stage.backend in ready.OF_MODELS else None,
            }
            for kind, stage in one.stages.items()
        },
    }


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="profiles")
