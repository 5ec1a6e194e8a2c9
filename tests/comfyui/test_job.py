"""A prompt is made exactly once, whatever dies and whatever is lost."""

import threading
from pathlib import Path

import pytest

from gpu.comfyui import job
from gpu.comfyui.errors import BadAnswer, NodeFailed, NodeMemory, Unreachable
from gpu.comfyui.server import Server
from gpu.errors import BriefRefused, StageError, Withdrawn
from tests.comfyui.conftest import EXAMPLES, gated, with_node
from tests.processes import until

PICTURE = with_node("Gate", file=str(EXAMPLES))


class Stop(Withdrawn):
    """As a paused or cancelled session's."""


def run(server, prompt, name="work", report=lambda _: None, timeout_s=20.0):
    return job.done(Server(server.url), job.Asked(prompt, name, timeout_s), report)


def in_thread(work):
    """Run beside; whatever it raises is kept."""
    ended = []

    def guarded():
        try:
            ended.append(work())
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            ended.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()

    def result():
        thread.join(30)
        return ended[0]

    return result


def submit(server, prompt, name, number=0):
    """As a worker that is killed right after it has submitted."""
    prompt_id = job.id_of(name, number)
    body = {"prompt": prompt, "prompt_id": prompt_id, "extra_data": {"reelog": prompt_id}}
    return Server(server.url).submit(body)


def test_a_finished_prompt_is_collected_and_not_made_again(server):
    first = run(server, PICTURE, "finished")
    before = server.count("executed")

    assert run(server, PICTURE, "finished") == first
    assert server.count("executed") == before


def test_a_running_prompt_is_waited_for_and_not_submitted_again(server, tmp_path):
    gate = tmp_path / "open"
    prompt_id = submit(server, gated(gate), "running")
    until(lambda: Server(server.url).queue()[0])
    before = server.count("submitted")

    result = in_thread(lambda: run(server, gated(gate), "running"))
    until(lambda: server.count("GET /history") >= 0 and server.count("sockets"))
    gate.touch()

    assert result().prompt_id == prompt_id
    assert server.count("submitted") == before


def test_a_prompt_that_waits_in_the_queue_tells_how_many_are_before_it(server, tmp_path):
    gate, heard = tmp_path / "open", []
    submit(server, gated(gate), "somebody's")
    until(lambda: Server(server.url).queue()[0])

    def report(share):
        heard.append(share.words)
        if "1 before it" in share.words:
            gate.touch()

    run(server, PICTURE, "patient", report)

    assert "in ComfyUI's queue, 1 before it" in heard


def test_progress_is_told_in_nodes_and_steps(server, tmp_path):
    gate, heard = tmp_path / "open", []

    def report(share):
        heard.append(share)
        if "Gate, " in share.words:
            gate.touch()

    run(server, gated(gate), "told", report)

    assert heard == sorted(heard)
    assert any("of 1000" in share.words for share in heard)


def test_a_lost_websocket_is_opened_again_and_the_history_tells_the_end(server, tmp_path):
    gate = tmp_path / "open"
    before = server.count("sockets")
    result = in_thread(lambda: run(server, gated(gate), "lost socket"))
    until(lambda: Server(server.url).queue()[0])

    server.misbehave(hang_up=True)
    until(lambda: server.count("sockets") >= before + 2)
    gate.touch()

    assert result().outputs["2"]["images"]


def test_a_prompt_whose_acceptance_was_lost_is_not_sent_twice(server):
    before = server.count("submitted")
    server.misbehave(**{"lost /prompt": 1})

    run(server, PICTURE, "lost answer")

    assert server.count("submitted") == before + 1


@pytest.mark.parametrize("how", ["status", "garbage"])
def test_wrong_answers_in_between_are_outlasted(server, how):
    server.misbehave(**{f"{how} /queue": 3})

    assert run(server, PICTURE, f"outlasted {how}").outputs


@pytest.mark.parametrize(
    ("how", "says"),
    [("status", "answered 500 to /queue: Internal Server Error: the disk is on fire"),
     ("garbage", "answered 200 to /queue with no JSON; is it ComfyUI?")],
)  # fmt: skip
def test_an_answer_that_stays_wrong_is_told(server, how, says):
    server.misbehave(**{f"{how} /queue": 1000})
    try:
        with pytest.raises(BadAnswer, match=says.replace("?", r"\?")):
            run(server, PICTURE, f"wrong {how}", timeout_s=0.5)
    finally:
        server.misbehave(well=True)


def test_a_failed_node_is_named_with_exception_and_text(server):
    with pytest.raises(NodeFailed, match=r"node 3 \(Broken\) failed: ValueError: the tensors do"):
        run(server, with_node("Broken"), "broken")


def test_a_lack_of_memory_is_told_from_a_broken_graph_and_asks_for_room(server):
    before = server.count("freed")

    with pytest.raises(NodeMemory, match=r"ran out of memory in node 3 \(Greedy\)"):
        run(server, with_node("Greedy"), "greedy")

    assert server.count("freed") == before + 1


def test_what_failed_is_a_new_prompt_the_next_time(server):
    for _ in range(2):
        with pytest.raises(NodeFailed):
            run(server, with_node("Broken"), "again")

    assert server.count(f"executed {job.id_of('again', 0)}") == 1
    assert server.count(f"executed {job.id_of('again', 1)}") == 1


def test_a_refused_graph_is_final_and_names_node_and_value(server):
    wrong = with_node("Gate", file="/")
    wrong["1"]["inputs"]["color"] = 1 << 30

    with pytest.raises(BriefRefused, match=r"node 1 \(EmptyImage\): Value 1073741824 bigger than"):
        run(server, wrong, "refused")


def test_a_graph_that_is_refused_in_part_is_refused_and_taken_back(server):
    wrong = with_node("Gate", file="/")
    wrong["8"] = {"class_type": "EmptyImage", "inputs": {**wrong["1"]["inputs"], "color": 1 << 30}}
    wrong["9"] = {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": ""}}

    with pytest.raises(
        BriefRefused, match=r"refuses a part of the workflow: node 8 \(EmptyImage\)"
    ):
        run(server, wrong, "refused in part")


def test_stopping_interrupts_our_own_prompt_which_runs(server, tmp_path):
    def report(share):
        if share.words.startswith("Gate"):
            raise Stop

    with pytest.raises(Stop):
        run(server, gated(tmp_path / "never"), "stopped", report)

    until(lambda: Server(server.url).history(job.id_of("stopped", 0)))
    assert Server(server.url).queue() == ([], [])


def test_stopping_takes_a_waiting_prompt_back_and_leaves_another_alone(server, tmp_path):
    gate = tmp_path / "open"
    others = submit(server, gated(gate), "other's")
    until(lambda: Server(server.url).queue()[0])

    def report(share):
        if "before it" in share.words:
            raise Stop

    with pytest.raises(Stop):
        run(server, PICTURE, "taken back", report)

    running, waiting = Server(server.url).queue()
    assert ([entry[1] for entry in running], waiting) == ([others], [])
    gate.touch()
    until(lambda: Server(server.url).history(others))
    assert Server(server.url).history(others)["status"]["status_str"] == "success"


@pytest.mark.parametrize("end", [LookupError, KeyboardInterrupt])
def test_any_other_end_leaves_the_prompt_to_whoever_comes_next(server, tmp_path, end):
    gate, name = tmp_path / "open", f"left by {end.__name__}"

    def report(share):
        if share.words.startswith("Gate"):
            raise end

    with pytest.raises(end):
        run(server, gated(gate), name, report)
    gate.touch()

    assert run(server, gated(gate), name).prompt_id == job.id_of(name, 0)
    assert server.count(f"executed {job.id_of(name, 0)}") == 1


def test_no_progress_for_too_long_ends_it_and_stops_the_prompt(server, tmp_path):
    server.misbehave(silent=1)
    try:
        with pytest.raises(StageError, match=r"made no progress in 0\.5 s, at Gate"):
            run(server, gated(tmp_path / "never"), "still", timeout_s=0.5)
    finally:
        server.misbehave(well=True)
    until(lambda: not Server(server.url).queue()[0])


def test_length_is_no_fault_while_something_moves(server, tmp_path):
    gate, heard = tmp_path / "open", []

    def report(share):
        heard.append(share)
        if len({share.words for share in heard}) > 60:
            gate.touch()

    assert run(server, gated(gate), "long", report, timeout_s=0.4).outputs


def test_a_restart_with_empty_history_is_a_failed_attempt_and_the_next_one_makes_it(
    fresh, tmp_path
):
    server, gate = fresh(), tmp_path / "open"
    result = in_thread(lambda: run(server, gated(gate), "restart"))
    until(lambda: Server(server.url).queue()[0])

    server.kill()
    server.start()

    assert "it was restarted, or its queue was cleared" in str(result())
    gate.touch()
    assert run(server, gated(gate), "restart").outputs
    assert server.count("executed") == 1


def test_a_server_that_is_gone_is_named_with_the_way_out(fresh):
    server = fresh()
    server.kill()

    with pytest.raises(Unreachable, match=rf"ComfyUI at {server.url} does not answer; start it"):
        run(server, PICTURE, "gone", timeout_s=0.3)


def test_an_older_server_with_its_own_ids_makes_it_once_too_and_it_is_said(fresh, tmp_path):
    server, gate, heard = fresh("--own-ids"), tmp_path / "open", []
    own_id = submit(server, gated(gate), "old")
    until(lambda: Server(server.url).queue()[0])
    gate.touch()

    assert run(server, gated(gate), "old").prompt_id == own_id
    assert run(server, gated(gate), "old").prompt_id == own_id
    assert server.count("executed") == 1
    run(server, gated(gate), "new", lambda share: heard.append(share.words))
    assert any(job.OLD in words for words in heard)


def test_a_newer_server_whose_history_was_cleared_is_asked_for_the_job(fresh):
    server = fresh("--jobs")
    first = run(server, PICTURE, "kept as a job")
    server.misbehave(forget=True)

    assert run(server, PICTURE, "kept as a job").outputs == first.outputs
    assert server.count("executed") == 1


def test_prompt_ids_are_uuids_as_newer_servers_demand_them():
    assert job.id_of("a command", 0) == "fb4454f3-ddd7-5991-8fe5-bef686e4656e"
    assert len({job.id_of("a command", number) for number in range(5)}) == 5


def test_the_gate_of_these_tests_is_open():
    assert Path(PICTURE["3"]["inputs"]["file"]).exists()
