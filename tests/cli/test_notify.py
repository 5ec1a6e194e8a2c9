"""Whoever asked for it is told how a film ends: once, whatever dies, and without their secrets."""

import signal
import socket
import subprocess
import sys

import pytest

from projections import events as e
from tests.build import names
from tests.command import FAKE, Reelog
from tests.post_box import SECRET, post_box

KILLED_BEFORE_IT_TELLS = """
import os, signal, sys
from handlers import notify
notify.Notices.ended = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from cli.main import main
sys.argv[0] = "reelog"
main()
"""


@pytest.fixture
def box():
    with post_box() as opened:
        yield opened


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def tell(reelog: Reelog, *urls: str) -> None:
    reelog.settings["REELOG_NOTIFY"] = " ".join(urls)


def start(reelog: Reelog, *more: str):
    return reelog.quickly("start", "a lighthouse", *FAKE, *more)


def told_in_the_log(reelog: Reelog) -> list[str]:
    return [
        one.event.occasion
        for one in reelog.history()
        if isinstance(one.event, e.NotificationStarted)
    ]


def nothing_says_the_secret(reelog: Reelog, *said: str) -> bool:
    written = [path.read_bytes() for path in reelog.folder.rglob("*") if path.is_file()]
    return not any(
        SECRET.encode() in text for text in (*written, *(text.encode() for text in said))
    )


def test_a_film_that_is_done_is_told_with_what_one_wants_to_know(reelog, box):
    tell(reelog, box.url)

    done = start(reelog)

    (message,) = box.came
    session = reelog.sessions()[0]
    assert done.status == 0
    assert message["title"].endswith("is done")
    assert message["type"] == "success"
    for fact in (f"{session}/film.mp4", "3 shots", "s long", "s of work"):
        assert fact in message["message"]


def test_the_event_it_tells_of_is_in_the_log_first(reelog, box):
    tell(reelog, box.url)

    start(reelog)

    assert names(reelog.history())[-2:] == ["SessionCompleted", "NotificationStarted"]
    told, completed = reelog.history()[-1], reelog.history()[-2]
    assert told.event.about == completed.event_id


def test_it_is_told_once_however_often_the_film_is_gone_on_with(reelog, box):
    tell(reelog, box.url)
    start(reelog)

    reelog.quickly("resume", "last")
    reelog.quickly("resume")
    reelog.quickly("work")

    assert len(box.came) == 1


def test_a_film_that_is_edited_and_made_again_is_told_again(reelog, box):
    tell(reelog, box.url)
    start(reelog)
    reelog.quickly("edit", "last", "--title", "Another one")

    reelog.quickly("resume", "last")

    assert [one["title"] for one in box.came][1] == "reelog: Another one is done"


@pytest.mark.parametrize("how", [["resume"], ["resume", "last"]])
def test_a_run_killed_before_it_told_is_made_good_once_by_the_next(reelog, box, how):
    tell(reelog, box.url)
    killed = subprocess.run(
        [sys.executable, "-P", "-c", KILLED_BEFORE_IT_TELLS, "start", "a lighthouse", *FAKE],
        env=reelog.environment,
        cwd=reelog.folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (killed.returncode, box.came) == (-signal.SIGKILL, [])

    reelog.quickly(*how)
    reelog.quickly(*how)

    assert len(box.came) == 1
    assert told_in_the_log(reelog) == ["done"]


def test_parked_work_is_told_with_its_error_and_the_way_on(reelog, box):
    tell(reelog, box.url)
    reelog.plant("image:view 2=fail")

    start(reelog)
    reelog.quickly("resume", "last")

    (message,) = box.came
    assert message["type"] == "warning"
    assert "Parked: image of shot 2: StageError: the lamp went out" in message["message"]
    assert f"reelog retry {reelog.sessions()[0]}" in message["message"]
    assert told_in_the_log(reelog) == ["parked"]


def test_a_full_disk_is_told_and_keeps_its_own_exit_code(reelog, box):
    tell(reelog, box.url)
    reelog.plant("image=full")

    done = start(reelog)

    (message,) = box.came
    assert done.status == 3
    assert message["type"] == "failure"
    assert "no room left on the disk" in message["message"]
    assert "reelog resume" in message["message"]


def test_a_server_that_is_down_is_said_in_a_line_and_costs_the_film_nothing(reelog):
    tell(reelog, f"json://user:{SECRET}@127.0.0.1:{closed_port()}/{SECRET}")

    done = start(reelog)

    assert done.status == 0
    assert "The film is ready" in done.out
    (line,) = [one for one in done.err.splitlines() if one.startswith("Could not tell")]
    assert line.startswith("Could not tell json (json://…): ")
    assert nothing_says_the_secret(reelog, done.out, done.err)


def test_a_server_that_refuses_is_said_with_its_status(reelog, box):
    box.status = 500
    tell(reelog, box.url)

    done = start(reelog)

    assert done.status == 0
    assert "500" in done.err


def test_one_that_fails_does_not_keep_the_others_from_being_told(reelog, box):
    tell(reelog, f"json://127.0.0.1:{closed_port()}", box.url)

    done = start(reelog)

    assert "Told json 2 (json://…)." in done.out
    assert len(box.came) == 1


def test_programs_get_what_became_of_it_with_the_summary(reelog, box):
    tell(reelog, box.url)

    assert start(reelog, "--json").data["notified"] == [
        {"channel": "json", "kind": "json", "went": True, "reason": ""}
    ]


def test_lines_for_programs_hold_the_event(reelog, box):
    tell(reelog, box.url)

    assert start(reelog, "--jsonl").lines[-1]["type"] == "NotificationStarted"


def test_nobody_learns_the_url_from_log_files_sidecars_or_screen(reelog, box):
    tell(reelog, box.url)

    done = reelog(
        "--log-level", "debug", "--log-file", str(reelog.folder / "log"), "start", "a", *FAKE
    )
    shown = reelog.quickly("notify")
    tried = reelog.quickly("notify", "--test", "--json")

    assert nothing_says_the_secret(reelog, *done[1:], *shown[1:], *tried[1:])


def test_a_file_that_is_wrong_is_said_at_once_and_stops_no_film(reelog):
    config = reelog.folder / ".config" / "reelog"
    config.mkdir(parents=True)
    (config / "notify.toml").write_text(f'[[chanel]]\nurl = "json://{SECRET}"\n')

    done = start(reelog)

    assert done.status == 0
    assert "nobody will be told" in done.err
    assert "did you mean 'channel'?" in done.err


def test_a_channel_hears_what_it_asked_for(reelog, box):
    config = reelog.folder / ".config" / "reelog"
    config.mkdir(parents=True)
    (config / "notify.toml").write_text(
        f'[[channel]]\nname = "never"\nurl = "{box.url}?:a=1"\nprofiles = ["gpu-8gb"]\n'
        f'[[channel]]\nname = "trouble"\nurl = "{box.url}"\non = ["parked", "disk"]\n'
    )

    done = start(reelog)

    assert (done.status, box.came, told_in_the_log(reelog)) == (0, [], [])


def test_a_run_without_channels_adds_nothing_to_the_log(reelog):
    start(reelog)

    assert names(reelog.history())[-1] == "SessionCompleted"


def test_notify_says_how_where_nobody_is_told(reelog):
    done = reelog.quickly("notify")

    assert done.status == 0
    assert "notify.toml" in done.out
    assert "reelog notify --test" in done.out


def test_notify_shows_whom_and_of_what(reelog, box):
    tell(reelog, box.url)

    assert "json (json://…): done, parked, disk\n" in reelog.quickly("notify").out
    assert reelog.quickly("notify", "--json").data["channels"][0]["on"] == [
        "done",
        "parked",
        "disk",
    ]


def test_a_test_tries_each_and_fails_when_one_did_not_go(reelog, box):
    tell(reelog, box.url, f"json://127.0.0.1:{closed_port()}")

    done = reelog.quickly("notify", "--test")

    assert done.status == 1
    assert "Told json (json://…)." in done.out
    assert "Could not tell json 2 (json://…)" in done.err
    assert box.came[0]["title"] == "reelog: a test"


def test_a_test_of_all_that_go_ends_well(reelog, box):
    tell(reelog, box.url)

    assert reelog.quickly("notify", "--test").status == 0


def test_a_scheme_that_nobody_knows_is_named(reelog):
    tell(reelog, "carrierpigeon://coop")

    done = reelog.quickly("notify", "--test")

    assert (done.status, "apprise knows no carrierpigeon://" in done.err) == (1, True)


def test_a_test_without_channels_is_wrong_use(reelog):
    done = reelog.quickly("notify", "--test", "--json")

    assert (done.status, done.error["code"]) == (2, "no_channels")


def test_doctor_names_the_channels(reelog, box):
    tell(reelog, box.url)

    found = {one["what"]: one for one in reelog("doctor", "--json").data["findings"]}

    assert found["notify"]["verdict"] == "ok"
    assert "json (json://…)" in found["notify"]["says"]


def test_a_file_that_others_may_read_is_complained_of(reelog, box):
    config = reelog.folder / ".config" / "reelog"
    config.mkdir(parents=True)
    written = config / "notify.toml"
    written.write_text(f'[[channel]]\nurl = "{box.url}"\n')
    written.chmod(0o644)

    assert "chmod 600" in reelog.quickly("notify").err
    written.chmod(0o600)
    assert reelog.quickly("notify").err == ""
