"""The same work has the same name for ever; other work has another."""

import json
from pathlib import Path

import pytest

from eventstore.hashes import canonical_json, sha256_of
from projections import events as e
from projections.commands import KINDS, command
from projections.parts import CutRules, ScriptFile
from projections.session import fold
from projections.work import work
from tests.build import (
    FAKE,
    RULES,
    WITH_ENHANCER,
    WITH_MUSIC,
    beginning,
    carried_on,
    divided,
    only,
    planned,
    recorded,
    started,
    told,
    with_cast,
    work_after,
)

GOLDEN = Path(__file__).parent.parent / "golden" / "command_ids.json"
FINISHED = carried_on([started()])


def every_command():
    """One command of every kind, on the way of one film."""
    found = {}
    for until in range(1, len(FINISHED) + 1):
        for one in work_after(*FINISHED[:until]).commands:
            found.setdefault(f"{one.kind} {one.shot or ''}".strip(), one.id)
    slate = work_after(started(slate=True), told(), divided(), planned(1)).commands
    found["image with slate"] = only(slate, "image").id
    script = ScriptFile(sha256="ab", media_type="text/markdown", name="story.md")
    scored = work_after(started(stages=WITH_MUSIC), told(), divided(), planned(1)).commands
    found["music"] = only(scored, "music").id
    finer = work_after(started(stages=WITH_ENHANCER), told(), divided(), planned(1)).commands
    found |= {f"enhance {one.inputs['stage']}": one.id for one in finer if one.kind == "enhance"}
    found["story from script"] = work_after(started(script=script)).commands[0].id
    cast = carried_on(with_cast(("Mira", "the harbour")), "reference")
    found["reference"] = only(work_after(*with_cast(("Mira",))).commands, "reference").id
    found["image after references"] = only(work_after(*cast).commands, "image").id
    return found


def test_command_ids_are_those_of_the_golden_list_which_may_never_change():
    assert every_command() == json.loads(GOLDEN.read_text())


def test_the_golden_list_has_every_kind():
    assert {name.split()[0] for name in every_command()} == set(KINDS)


def test_an_id_is_the_hash_of_kind_and_inputs():
    image = only(work_after(*FINISHED).commands, "image", 1)

    named = canonical_json({"kind": "image", **image.inputs})

    assert image.id == sha256_of(named)


def test_ids_do_not_know_the_session():
    ids = [[one.id for one in work(fold(name, recorded(FINISHED))).commands] for name in ("a", "b")]

    assert ids[0] == ids[1]


def test_ids_do_not_know_the_shots_number():
    one = planned(1)
    other = [one[0].model_copy(update={"shot": 9})]
    head = [started(), told(), divided()]

    ids = [[c.id for c in work_after(*head, shots).commands] for shots in (one, other)]

    assert ids[0] == ids[1]


def test_ids_do_not_know_speed_times_or_program():
    head = [told(), divided(), planned(1)]

    ids = [
        [c.id for c in work_after(start, *head).commands]
        for start in (started(), started(local_time="later", program="9"))
    ]

    assert ids[0] == ids[1]


@pytest.mark.parametrize("empty", [None, False, "", [], (), {}])
def test_a_new_input_at_its_default_changes_no_old_id(empty):
    assert command("image", {"a": 1, "new": empty}).id == command("image", {"a": 1}).id


@pytest.mark.parametrize("value", [0, 0.0, True, "0", [0], " "])
def test_a_value_that_is_not_nothing_is_an_input(value):
    assert command("image", {"a": 1, "new": value}).id != command("image", {"a": 1}).id


def test_another_kind_is_other_work():
    assert command("image", {"a": 1}).id != command("video", {"a": 1}).id


def ids_of(kind, history):
    return {one.id for one in work_after(*history).commands if one.kind == kind}


STARTS = [
    ("idea", "x"),
    ("language", "de"),
    ("seed", 8),
    ("shots", 5),
    ("script", ScriptFile(sha256="ab", media_type="text/markdown", name="s.md")),
]


@pytest.mark.parametrize(("field", "value"), [*STARTS, ("duration_s", 21.0)])
def test_every_wish_changes_the_story(field, value):
    assert ids_of("story", [started(**{field: value})]) != ids_of("story", [started()])


@pytest.mark.parametrize(("field", "value"), STARTS)
def test_every_wish_changes_the_scene_graph(field, value):
    changed = [started(**{field: value}), told()]

    assert ids_of("scene_graph", changed) != ids_of("scene_graph", [started(), told()])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *STARTS,
        ("duration_s", 21.0),
        ("fps", 25),
        ("cut", RULES.model_copy(update={"title_frames": 1})),
        ("cut", RULES.model_copy(update={"end_frames": 1})),
        ("cut", RULES.model_copy(update={"transition_frames": 1})),
    ],
)
def test_every_wish_changes_the_plan(field, value):
    changed = [started(**{field: value}), told(), divided()]

    assert ids_of("shots", changed) != ids_of("shots", [started(), told(), divided()])


@pytest.mark.parametrize("field", ["title", "logline", "style", "end_card", "language"])
@pytest.mark.parametrize("kind", ["scene_graph", "shots"])
def test_the_storys_head_changes_scenes_and_plan(kind, field):
    rest = [divided()] if kind == "shots" else []
    changed = [started(), told(**{field: "x"}), *rest]

    assert ids_of(kind, changed) != ids_of(kind, [started(), told(), *rest])


def test_scenes_change_the_plan():
    changed = [started(), told(), divided(3)]

    assert ids_of("shots", changed) != ids_of("shots", [started(), told(), divided(2)])


def made(kind, start=None, head=None, **changes):
    """The id of the one command of that kind, with changes to the shot's plan."""
    history = [start or started(), head or told(), divided(), planned(1, **changes)]
    (found,) = ids_of(kind, carried_on(history))
    return found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image_prompt", "x"),
        ("negative_prompt", "x"),
        ("shot_size", "x"),
        ("angle", "x"),
        ("lighting", "x"),
        ("place", "x"),
        ("seed", 5),
    ],
)
def test_every_input_of_an_image_changes_its_id(field, value):
    assert made("image", **{field: value}) != made("image")


@pytest.mark.parametrize(
    ("field", "value"),
    [("motion_prompt", "x"), ("camera", "x"), ("seed", 5), ("planned_frames", 99)],
)
def test_every_input_of_a_clip_changes_its_id(field, value):
    assert made("video", **{field: value}) != made("video")


@pytest.mark.parametrize(("field", "value"), [("narration", "x"), ("seed", 5)])
def test_every_input_of_a_line_changes_its_id(field, value):
    assert made("audio", **{field: value}) != made("audio")


@pytest.mark.parametrize(("kind", "field"), [
    ("image", "width"), ("image", "height"), ("video", "width"), ("video", "height"),
    ("video", "fps"), ("film", "width"), ("film", "height"), ("film", "fps"), ("film", "seed"),
])  # fmt: skip
def test_size_rate_and_seed_of_the_film_are_inputs(kind, field):
    assert made(kind, started(**{field: 26})) != made(kind)


@pytest.mark.parametrize("field", ["title", "logline", "end_card", "language"])
def test_the_storys_head_is_on_the_films_cards(field):
    assert made("film", head=told(**{field: "x"})) != made("film")


@pytest.mark.parametrize("field", list(CutRules.model_fields))
def test_the_rules_of_the_cut_change_the_film(field):
    rules = RULES.model_copy(update={field: 1})

    assert made("film", started(cut=rules)) != made("film")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "reference"])
@pytest.mark.parametrize(
    "change",
    [
        {"backend": "x"},
        {"model": "x"},
        {"revision": "x"},
        {"settings": {"steps": 4}},
        {"settings": {"steps": 0}},
        {"settings": {"fast": False}},
    ],
    ids=str,
)
def test_who_does_it_and_with_which_settings_changes_every_command(kind, change):
    whole = WITH_MUSIC | WITH_ENHANCER
    stages = {**whole, kind: whole[kind].model_copy(update=change)}
    before = [started(stages=whole), told(), divided(), planned(1)]
    upto = {"story": 1, "scene_graph": 2, "shots": 3}.get(kind, 4)

    usual = carried_on(before) if upto == 4 else before[:upto]
    other = [started(stages=stages), *before[1:upto]]
    changed = carried_on(other) if upto == 4 else other

    assert ids_of(kind, changed).isdisjoint(ids_of(kind, usual))


def test_every_take_is_work_of_its_own():
    retakes = [e.TakeRequested(shot=1, stage=s, take=2, seed=101) for s in ("audio", "image")]

    commands = work_after(*beginning(1), *retakes).commands

    assert len({one.id for one in commands}) == len(commands) == 4


def test_ids_survive_the_journey_through_the_log(home):
    from projections.events import TYPES
    from tests.build import RUN, SESSION

    stages = {**FAKE, "image": FAKE["image"].model_copy(update={"settings": {"a": 1.0, "b": 2}})}
    events = [started(stages=stages, duration_s=20), told(), divided(), *planned(1)]
    with home.open(TYPES) as log:
        log.append(SESSION, events, expected=0, cause=RUN)
        read = fold(SESSION, log.read(SESSION))

    written = work_after(*events)
    assert [one.id for one in work(read).commands] == [one.id for one in written.commands]
