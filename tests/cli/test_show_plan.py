"""The plan of a film's models is told before the work."""

from cli import show_plan
from projections import events as e
from projections.parts import StageChoice
from tests.build import FAKE, RUN, SESSION, artifact, fake_session, provenance

MODELS = FAKE | {
    "video": StageChoice(backend="diffusers", model="nobody/clips", revision="1", settings={})
}


def test_a_film_of_models_tells_its_plan_and_what_the_log_has_measured(home, log, capsys):
    stream = fake_session(log, stages=MODELS)
    made = provenance(backend="diffusers", model="nobody/clips", peak_memory_bytes=5 << 30)
    stream.append(
        [e.VideoRendered(shot=1, take=1, command_id="v", artifact=artifact("v"), provenance=made)],
        RUN,
    )

    show_plan.tell(home, SESSION)
    (fit,) = show_plan.data(home, SESSION)

    assert capsys.readouterr().out.startswith("plan: video by clips: ")
    assert (fit["kind"], fit["model"], fit["peak_bytes"]) == ("video", "nobody/clips", 5 << 30)


def test_a_film_without_models_has_no_plan(home, log, capsys):
    fake_session(log)

    show_plan.tell(home, SESSION)

    assert capsys.readouterr().out == ""
    assert show_plan.data(home, SESSION) == []
