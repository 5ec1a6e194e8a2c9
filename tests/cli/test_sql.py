"""reelog sql: questions in every form, from every side, and what is answered."""

import csv
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import apsw
import pytest

from eventstore import schema
from eventstore.home import Home
from handlers.ask import ask
from handlers.sql_examples import EXAMPLES
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, SESSION
from tests.command import Reelog
from tests.tampering import found as audited
from tests.tampering import make_film


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    make_film(folder / "home")
    return folder


@pytest.fixture(scope="module")
def reelog(folder: Path) -> Reelog:
    """The command, with a film in its home; nothing here writes to it."""
    return Reelog(folder)


def rows(home: Home, query: str) -> list:
    return ask(home, query, rows_max=1000, seconds_max=20.0).rows


def test_people_get_an_aligned_table(reelog):
    done = reelog("sql", "SELECT shot, mark, NULL AS none, x'00ff' AS bytes FROM shots")

    assert done.out.splitlines() == [
        "shot  mark    none  bytes",
        "1     [DONE]  NULL  x'00ff'",
        "2     [DONE]  NULL  x'00ff'",
    ]
    assert (done.status, done.err) == (0, "2 rows\n")


def test_csv_has_a_header_and_empty_fields_for_null(reelog):
    done = reelog("sql", "--csv", "SELECT 'a,\"b' AS x, NULL AS y, x'ff' AS x")

    assert list(csv.reader(StringIO(done.out))) == [["x", "y", "x"], ['a,"b', "", "ff"]]


def test_json_lines_have_a_name_for_every_column(reelog):
    done = reelog("sql", "--jsonl", "SELECT 1 AS a, 2 AS a, NULL AS b")

    assert done.lines == [{"a": 1, "a_2": 2, "b": None}]


def test_json_is_one_envelope(reelog):
    done = reelog("sql", "--json", "SELECT shot FROM shots ORDER BY shot")

    assert done.data == {"columns": ["shot"], "rows": [{"shot": 1}, {"shot": 2}], "cut": None}


def test_no_row_still_has_its_columns(reelog):
    assert reelog("sql", "SELECT shot, mark FROM shots WHERE 0").out == "shot  mark\n"


def test_a_query_comes_from_stdin_too(reelog):
    assert reelog("sql", "--csv", stdin="SELECT 7 AS n;\n").out == "n\n7\n"


def test_more_rows_than_wanted_are_cut_and_told(reelog):
    done = reelog("sql", "--limit", "2", "SELECT position FROM events")

    assert len(done.out.splitlines()) == 3
    assert "--limit shows more" in done.err


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * FROM sesions", "no such table: sesions; did you mean sessions?"),
        ("SELECT promt FROM prompts", "no such column: promt; did you mean prompt?"),
        ("SELECT cont(*) FROM shots", "no such function: cont; did you mean count?"),
        ("SELEC 1", 'near "SELEC": syntax error'),
        ('SELECT 1 WHERE 1 = "x"', "single-quotes"),
        ("DELETE FROM events", "DELETE is not allowed: this console only reads"),
        ("PRAGMA user_version", "PRAGMA user_version is not allowed"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("", "one statement at a time"),
    ],
)
def test_a_wrong_query_ends_in_a_sentence_and_status_2(reelog, query, told):
    done = reelog("sql", query)

    assert done.status == 2
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_a_query_that_takes_too_long_is_stopped_with_status_1(reelog):
    endless = "WITH RECURSIVE a (x) AS (SELECT 1 UNION ALL SELECT x FROM a) SELECT count(*) FROM a"

    done = reelog("sql", "--timeout", "0.3", "--json", endless)

    assert (done.status, done.error["code"]) == (1, "query_stopped")
    assert "longer than 0.3 s" in done.error["message"]


def test_without_a_log_it_is_said(tmp_path):
    done = Reelog(tmp_path)("sql", "SELECT 1")

    assert done.status == 2
    assert "there is no log" in done.err


def test_nothing_in_an_answer_steers_the_terminal(reelog):
    done = reelog("sql", "SELECT char(27) || ']0;x' || char(7) || char(8238) AS x, char(10) AS y")

    assert not set("\x1b\x07\u202e") & set(done.out)
    assert len(done.out.splitlines()) == 2


def test_every_table_and_view_and_column_is_documented(reelog):
    tables = schema.documented()
    raw = apsw.Connection(":memory:")
    raw.execute(schema.text())
    names = {
        name
        for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    }

    assert {table.name for table in tables} == names
    assert [table.name for table in tables if not table.about] == []
    assert [(t.name, c) for t in tables for c, about in t.columns.items() if not about] == []
    assert "view spending: The costs summed up" in reelog("sql", "--schema").out


@pytest.mark.parametrize("question", EXAMPLES)
def test_every_example_runs(reelog, question):
    rows(reelog.home, EXAMPLES[question])


def test_the_examples_are_shown_with_their_questions(reelog):
    told = reelog("sql", "--examples").out

    assert all(f"-- {question}\n" in told for question in EXAMPLES)
    assert len(EXAMPLES) >= 12


def test_a_prompt_answers_one_query_after_another(reelog):
    screen = reelog.at_terminal("sql")
    screen.reads("reelog> ")
    screen.types("SELECT count(*) AS shots\n")
    screen.reads("...> ")
    screen.types("FROM shots;\n")
    screen.reads("1 row")
    screen.types("SELEC 1;\n")
    screen.reads("syntax error")
    screen.types(".schema\n")
    screen.reads("view lineage")
    screen.types(".unknown\n")
    screen.reads("is unknown; known: .schema")
    screen.types(".quit\n")

    assert screen.ended().status == 0
    assert "FROM shots;" in (reelog.folder / ".local/state/reelog/sql_history").read_text()


def test_a_prompt_without_a_place_for_its_history_works(reelog, tmp_path):
    (tmp_path / "file").write_text("")
    reelog.settings = {"XDG_STATE_HOME": str(tmp_path / "file")}
    screen = reelog.at_terminal("sql")
    screen.reads("reelog> ")
    screen.types("\x04")

    assert screen.ended().status == 0
    reelog.settings = {}


def test_spending_sums_up_by_stage_and_model(reelog):
    found = {row[0]: row[1:] for row in rows(
        reelog.home, "SELECT stage, model, made, reused, images, videos, bytes > 0 FROM spending"
    )}  # fmt: skip

    assert found["image"] == ["fake", 2, 0, 2, 0, 1]
    assert found["video"] == ["fake", 2, 0, 0, 2, 1]
    assert found["film"] == ["fake", 1, 0, 0, 0, 1]
    assert set(found) == {"story", "scene_graph", "shots", "audio", "image", "video", "film"}


def test_lineage_leads_from_the_film_to_its_clips_lines_and_pictures(reelog):
    made = rows(reelog.home, "SELECT kind, shot, sha256, raw_sha256, parents, inputs FROM lineage")
    by_sha = {row[2]: row for row in made}
    (film,) = [row for row in made if row[0] == "film"]

    parents = [by_sha[sha] for sha in json.loads(film[4])]

    assert [row[:2] for row in parents] == [["video", 1], ["audio", 1], ["video", 2], ["audio", 2]]
    assert json.loads(film[5]) == [row[3] for row in parents]
    (picture,) = json.loads(parents[0][4])
    assert by_sha[picture][:2] == ["image", 1]


@pytest.fixture
def story(tmp_path: Path) -> Home:
    """A film whose first picture was reworded, made again, taken back, and branched."""
    home = make_film(tmp_path / "home")
    with home.open_existing(TYPES) as log:
        stream = SessionStream(log, SESSION)
        image = next(r for r in stream.history if isinstance(r.event, e.ImageRendered))
        before = len(stream.history)
        stream.append([e.ShotEdited(shot=1, image_prompt="a storm")], RUN)
        stream.append([image.event], RUN)
        stream.append([e.SessionRewound(to=before)], RUN)
        stream.append([image.event], RUN)
        child = SessionStream(log, "session_child")
        fork = e.SessionForked(parent=SESSION, at=before + 1, at_hash="00" * 32)
        child.append([fork], RUN)
        child.append([image.event], RUN)
    return home


def test_prompts_are_those_that_were_in_force_at_the_making(story):
    asked = (
        "SELECT session, withdrawn, prompt, told_by FROM prompts "
        "WHERE kind = 'image' AND shot = 1 ORDER BY session, position"
    )
    with story.open_existing(TYPES, read_only=True) as log:
        plan = next(
            r for r in SessionStream(log, SESSION).history if isinstance(r.event, e.ShotPlanned)
        )
    first = [plan.event.plan.image_prompt, f"ShotPlanned {plan.position}"]

    found = rows(story, asked)

    edit = found[1][3]
    assert edit.startswith("ShotEdited ")
    assert found == [
        [SESSION, 0, *first],
        [SESSION, 1, "a storm", edit],
        [SESSION, 0, *first],
        ["session_child", 0, "a storm", edit],
    ]


def test_an_enhanced_prompt_holds_until_somebody_rewrites_it(tmp_path):
    home = make_film(tmp_path / "home")
    with home.open_existing(TYPES) as log:
        stream = SessionStream(log, SESSION)
        video = next(r.event for r in stream.history if isinstance(r.event, e.VideoRendered))
        enhanced = e.PromptEnhanced(
            command_id="c", shot=video.shot, image_prompt="i", motion_prompt="finer", raw="",
            provenance=video.provenance,
        )  # fmt: skip
        plan = stream.session.shots[video.shot].plan
        for event in (enhanced, video, e.ShotEdited(shot=video.shot, image_prompt="x"), video):
            stream.append([event], RUN)

    found = rows(
        home,
        "SELECT prompt FROM prompts "
        f"WHERE kind = 'video' AND shot = {video.shot} ORDER BY position",
    )

    assert found == [[plan.motion_prompt], ["finer"], [plan.motion_prompt]]


STOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for line in sys.stdin:
    for table in ("events", "history"):
        print(*connection.execute(f"SELECT count(*) FROM {table}").fetchone(), end=" ")
    print(flush=True)
connection.close()
"""


def test_pythons_own_sqlite_reads_beside_a_writer_and_nothing_is_lost(tmp_path):
    home = make_film(tmp_path / "home")
    other = subprocess.Popen(
        [sys.executable, "-c", STOCK, str(home.log_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdin
    assert other.stdout
    with home.open_existing(TYPES) as log:
        stream = SessionStream(log, SESSION)
        for priority in range(1, 21):
            stream.append([e.SessionPrioritised(priority=priority)], RUN)
            other.stdin.write("\n")
            other.stdin.flush()
            seen = other.stdout.readline().split()
            assert seen == [str(len(stream.history))] * 2
    other.communicate()

    with home.open_existing(TYPES) as log:
        assert SessionStream(log, SESSION).session.priority == 20
    assert other.returncode == 0
    assert audited(home).clean
