"""profiles: who can make a film, stage by stage."""

import typer

from cli.options import Json


def profiles(as_json: Json = False) -> None:
    """List the profiles: who does each stage, with which settings (change one with --set)."""
    from cli.output import print_json, say
    from gpu import profile

    known = [profile.load(name) for name in profile.names()]
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "description": one.description,
                    "stages": {
                        kind: {
                            "backend": stage.backend,
                            "model": stage.model,
                            "revision": stage.revision,
                            "settings": dict(stage.settings),
                        }
                        for kind, stage in one.stages.items()
                    },
                }
                for one in known
            ]
        )
        return
    for one in known:
        say(f"{one.name}: {one.description}")
        for kind, stage in one.stages.items():
            settings = "  ".join(f"{key}={value}" for key, value in stage.settings.items())
            say(f"  {kind:<12} {stage.model:<16} {settings}".rstrip())


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(profiles)
