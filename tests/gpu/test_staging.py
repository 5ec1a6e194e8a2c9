"""Where things stand: on free dry ground, at their true size, and nobody where nobody is."""

import pytest

from gpu.compose import compose, view_for
from gpu.indoors import PERSON_TALL
from gpu.light import light_for
from gpu.motifs import all_motifs
from gpu.reading import read
from gpu.scenery import furniture, outdoors
from gpu.scenery.scene import Scene
from gpu.staging import Actor, put_actor, put_figure
from gpu.view import Frame, Picture
from tests.gpu.pictures import difference, image, pixels

PLACES = ("river plain", "coast", "village", "garden", "street", "planet", "harbour", "forest")


def stage(prompt: str, **changes: str) -> Scene:
    """An open place with everything that stands in it, before it is drawn."""
    brief = image(prompt=prompt, width=128, height=72, **changes)
    reading, frame = read(brief), Frame(128, 72)
    view = view_for(reading)
    light = light_for(brief.lighting, prompt, reading.place)
    scene = Scene(reading, light, frame, view, Picture(frame, view.horizon))
    outdoors.paint_outdoors(scene, reading.settings[0])
    return scene


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("angle", ["low", "eye level", "high", "aerial"])
@pytest.mark.parametrize("words", ["a small figure for scale", "a small figure leaving"])
def test_a_figure_stands_on_free_dry_ground(place: str, angle: str, words: str) -> None:
    scene = stage(f"{place}, {words}", place=place, angle=angle)

    actor = put_figure(scene)

    scene.items.remove(actor)
    assert not scene.wet(actor.x, actor.z)
    spot = actor.spot(scene)
    assert spot.y - spot.size < 1
    scene.lane = None
    assert outdoors.free(scene, (actor.x, actor.z), 0.1)


@pytest.mark.parametrize("place", ["river plain", "village", "garden", "coast"])
def test_who_leaves_is_on_the_path(place: str) -> None:
    scene = stage(f"{place}, a small figure leaving", place=place, angle="high")

    actor = put_figure(scene)

    assert actor.motif.key == "walker"
    assert scene.lane is not None
    assert abs(scene.lane(actor.z) - actor.x) < 0.4


def test_a_path_never_crosses_its_river() -> None:
    scene = stage("river plain, a path", place="river plain")

    assert scene.lane is not None
    assert not any(scene.wet(scene.lane(0.5 * step), 0.5 * step) for step in range(1, 100))


@pytest.mark.parametrize("key", ["person", "horse", "lighthouse", "robot"])
@pytest.mark.parametrize("angle", ["eye level", "high", "aerial"])
def test_everybody_in_one_picture_has_the_same_scale(key: str, angle: str) -> None:
    scene = stage(f"a village, a {key}", place="village", angle=angle)

    one, other = put_actor(scene, all_motifs()[key], 0), put_figure(scene)

    for actor in (one, other):
        spot = actor.spot(scene)
        height = (spot.y - scene.view.horizon) * actor.motif.tall / spot.size
        assert height == pytest.approx(scene.view.height)


def test_nothing_nearer_hides_the_subject() -> None:
    scene = stage("a garden, a horse", place="garden")

    actor = put_actor(scene, all_motifs()["horse"], 0)

    spot = actor.spot(scene)
    for item in scene.items:
        if not isinstance(item, Actor) and item.z < actor.z:
            x, y = scene.view.at(item.x, item.z)
            top = y - getattr(item, "tall", 0.0) * scene.view.scale(item.z)
            assert abs(x - spot.x) > 0.1 or top >= spot.y


@pytest.mark.parametrize("state", ["nobody about", "silent", "deserted"])
def test_where_nobody_is_about_nobody_is_drawn(state: str) -> None:
    words = f"a village in the dark, a worker small against it, {state}, a small figure"

    assert read(image(prompt=words)).people == ()
    alone = pixels(prompt=f"a village, a worker, {state}", place="village", lighting="noon")
    again = pixels(prompt=f"a village, {state}", place="village", lighting="noon")
    assert difference(alone, again) == 0


def test_an_empty_stage_may_have_its_player() -> None:
    assert "robot" in read(image(prompt="an empty stage with a robot")).motifs


def test_a_table_hides_who_stands_behind_it_from_the_waist_down() -> None:
    brief = image(prompt="a small workshop with a worker", place="workshop", angle="eye level")
    layers = {layer.name: layer for layer in compose(brief, Frame(320, 180)).layers}
    names = list(layers)

    person, table = layers["standing worker"].sheet, layers["table"].sheet
    assert names.index("standing worker") < names.index("table")
    rows = person.pixels[:, :, 3].max(axis=1).nonzero()[0]
    columns = person.pixels[rows[-1] - 2, :, 3].nonzero()[0]
    top = round(furniture.table_top(_scene(brief)) * 180)
    assert (table.pixels[top + 3 : rows[-1], columns, 3] == 255).all()
    assert top - rows[0] > 0.4 * PERSON_TALL * 180


@pytest.mark.parametrize("things", ["a clock and a pot", "a house and a book", "a ship and a key"])
@pytest.mark.parametrize("width", [180, 320, 400])
def test_things_on_a_table_do_not_reach_beyond_it(things: str, width: int) -> None:
    brief = image(prompt=f"a small workshop with {things}", place="workshop", width=width)
    layers = {layer.name: layer.sheet for layer in compose(brief, Frame(width, 180)).layers}

    across = layers["table"].pixels[:, :, 3].max(axis=0) > 0
    found = [sheet for name, sheet in layers.items() if name.startswith("thing ")]
    assert len(found) == 2
    for sheet in found:
        assert across[sheet.pixels[:, :, 3].max(axis=0) > 250].mean() > 0.97


def _scene(brief: object) -> Scene:
    reading = read(brief)  # type: ignore[arg-type]
    view, frame = view_for(reading), Frame(320, 180)
    return Scene(reading, light_for("", "", ""), frame, view, Picture(frame, view.horizon))


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("a village baker's year", "baker"),
        ("an old clockmaker repairs a clock", "clockmaker"),
        ("a farmer in the field", "farmer"),
        ("a blacksmith at work", "smith"),
        ("a worker", ""),
    ],
)
def test_a_trade_is_read_from_the_words(words: str, role: str) -> None:
    assert read(image(prompt=words)).role == role


def test_a_robot_that_plays_the_violin_holds_it() -> None:
    assert read(image(prompt="a robot learns to play the violin")).held == "violin"
    assert read(image(prompt="a robot and a violin")).held == ""


def test_who_is_far_away_is_smaller() -> None:
    near = stage("a village, a worker", place="village", angle="high")
    far = stage("a village, a worker in the distance", place="village", angle="high")
    motif = all_motifs()["worker"]

    sizes = [put_actor(scene, motif, 0).spot(scene).size for scene in (near, far)]
    assert sizes[1] < 0.7 * sizes[0]
