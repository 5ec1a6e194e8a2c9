"""Messages on their way: bounded in time, and scrubbed of what is secret."""

import os
import signal
from threading import Thread

import pytest

from handlers.channels import Channel, Channels, channels
from handlers.errors import Refused
from handlers.notice import TEST
from handlers.notify import Notices, send
from handlers.notify_process import without_secrets
from tests.build import SESSION, fake_session
from tests.handlers.crew_of_one import work
from tests.post_box import SECRET, post_box
from tests.processes import until


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path))
    monkeypatch.delenv("REELOG_NOTIFY", raising=False)
    return tmp_path / "notify.toml"


def test_a_server_that_never_answers_is_given_up_in_time():
    with post_box() as box:
        box.slow = True

        (told,) = send(TEST, [Channel("web", f"{box.url}?rto=60")], timeout_s=1.0)

    assert not told.went
    assert told.reason == "no answer within 1 s"


def test_a_slow_one_does_not_keep_a_quick_one_waiting():
    with post_box() as slow, post_box() as quick:
        slow.slow = True
        to = [Channel("slow", f"{slow.url}?rto=60"), Channel("quick", quick.url)]

        told = send(TEST, to, timeout_s=2.0)

    assert [one.went for one in told] == [False, True]


def test_ctrl_c_ends_the_waiting_and_not_the_message(home, log):
    fake_session(log)
    stream = work(home, log)
    said = []

    def stop_once_it_came():
        until(lambda: box.came)
        os.kill(os.getpid(), signal.SIGINT)

    with post_box() as box:
        box.slow = True
        to = Channels("", (Channel("web", f"{box.url}?rto=60"),))
        stopper = Thread(target=stop_once_it_came)
        stopper.start()
        with Notices(to, said.append) as notices:
            notices.ended(stream, home.sessions / SESSION)
        stopper.join()

    (told,) = said
    assert told.reason == "not waited for, it may still arrive"
    assert box.came[0]["title"].endswith("is done")


def test_no_piece_of_a_url_stays_in_what_is_said():
    url = f"slack://{SECRET}/B-token@example.org/%23chan?key=v%40lue"

    assert without_secrets(f"POST to example.org/{SECRET}/B-token with v@lue failed", url) == (
        "POST to …/…/… with … failed"
    )


def test_a_channel_shows_no_url():
    one = Channel("phone", f"ntfys://{SECRET}")

    assert SECRET not in f"{one!r} {one.masked}"


def test_the_environment_counts_instead_of_the_file(config, monkeypatch):
    config.write_text('[[channel]]\nurl = "ntfys://a"\n')
    monkeypatch.setenv("REELOG_NOTIFY", "json://a  dbus://")

    assert [one.name for one in channels().channels] == ["json", "dbus"]


def test_an_empty_environment_silences(config, monkeypatch):
    config.write_text('[[channel]]\nurl = "ntfys://a"\n')
    monkeypatch.setenv("REELOG_NOTIFY", "")

    assert channels().channels == ()


def test_channels_of_one_kind_are_told_apart(config):
    config.write_text('[[channel]]\nurl = "json://a"\n[[channel]]\nurl = "json://b"\n')

    assert [one.name for one in channels().channels] == ["json", "json 2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'[[channel]]\nurl = "{SECRET}"\n', "channel 1: needs a URL like"),
        ('[[channel]]\nname = "phone"\n', "channel 1: needs a URL like"),
        (f'[[channel]]\nurl = "a://{SECRET}"\non = ["dun"]\n', "did you mean 'done'?"),
        (f'[[channel]]\nurl = "a://{SECRET}"\non = "done"\n', 'a list of words like ["done"]'),
        (f'[[channel]]\nurll = "a://{SECRET}"\n', "did you mean 'url'?"),
        ("channel = 3\n", "[[channel]]"),
        (f'[[channel]]\nurl = "a://{SECRET}\n', "no TOML (at line 2"),
    ],
)
def test_a_wrong_file_is_told_without_its_secrets(config, text, said):
    config.write_text(text)

    with pytest.raises(Refused) as refused:
        channels()

    assert said in str(refused.value)
    assert SECRET not in str(refused.value)
