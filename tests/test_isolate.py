"""A source that hangs, eats memory or crashes the process costs itself and nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.isolate import run_isolated, run_one
from pipeline.messages import say
from pipeline.worker import busy, more_time, tell_page


def double(n: int) -> int:
    return 2 * n


def act(what: object) -> object:
    """One of the ways in which a source may behave."""
    match what:
        case "hang":
            while True:
                pass
        case "sleep-in-c":
            ctypes.CDLL(None).sleep(60)
        case "segfault":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "memory":
            return b"x" * (400 << 20) * 4
        case "slow-memory":
            kept = []
            while True:
                kept.append(bytearray(1 << 20))
        case "exit":
            os._exit(7)
        case "sys-exit":
            sys.exit(3)
        case "bug":
            raise KeyError("\x1b[31mcell")
        case "recursion":
            return act_deep(0)
        case "reason":
            raise SourceError("source.encrypted")
        case "unpicklable":
            return lambda: None
        case "print":
            print("noise")
            os.write(2, b"noise")
            return "quiet"
        case "big":
            return b"z" * (120 << 20)
        case "busy":
            time.sleep(0.3)
            return busy()
        case "pages":
            for page in (1, 2, 3):
                tell_page(page, 3)
                time.sleep(0.3)
            return "done"
        case "more":
            more_time(30)
            time.sleep(1.2)
            return "done"
        case _:
            return what
    return None


def act_deep(n: int) -> int:
    return act_deep(n + 1) + 1


def test_outcomes_come_in_the_order_of_the_tasks() -> None:
    outcomes = list(run_isolated(double, range(200), jobs=3))
    assert [o.value for o in outcomes] == [2 * n for n in range(200)]
    assert [o.index for o in outcomes] == list(range(200))
    assert all(o.error is None for o in outcomes)


def test_no_tasks_give_no_outcomes() -> None:
    assert list(run_isolated(double, [])) == []


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("hang", "source.timeout"),
        ("sleep-in-c", "source.timeout"),
        ("segfault", "source.crashed"),
        ("kill", "source.killed"),
        ("memory", "source.memory"),
        ("slow-memory", "source.memory"),
        ("exit", "source.crashed"),
        ("sys-exit", "source.crashed"),
        ("bug", "source.crashed"),
        ("recursion", "source.recursion"),
        ("reason", "source.encrypted"),
        ("unpicklable", "source.crashed"),
    ],
)
def test_a_bad_task_is_named_and_the_ones_beside_it_are_done(what: str, reason: str) -> None:
    before, bad, after = run_isolated(act, [1, what, 2], jobs=1, timeout=1, memory=256 << 20)
    assert (before.value, after.value) == (1, 2)
    assert bad.error is not None
    assert bad.error.reason == reason
    for lang in ("en", "ru"):
        text = say(bad.error.reason, lang, **bad.error.args_)
        assert text.isprintable()


def test_a_time_out_ends_soon_after_the_limit() -> None:
    started = time.monotonic()
    (outcome,) = run_isolated(act, ["hang"], timeout=0.5)
    assert outcome.error is not None
    assert 0.5 <= time.monotonic() - started < 1.5


def test_a_task_may_ask_for_more_time_unless_the_time_is_fixed() -> None:
    (granted,) = run_isolated(act, ["more"], timeout=0.6)
    (refused,) = run_isolated(act, ["more"], timeout=0.6, extendable=False)
    assert granted.value == "done"
    assert refused.error is not None
    assert refused.error.reason == "source.timeout"


def test_a_result_larger_than_any_pipe_arrives() -> None:
    small, big = run_isolated(act, ["small", "big"], jobs=2)
    assert small.value == "small"
    assert isinstance(big.value, bytes)
    assert len(big.value) == 120 << 20


def test_what_libraries_print_reaches_neither_stdout_nor_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_one(act, "print") == "quiet"
    assert capfd.readouterr() == ("", "")


def test_the_traceback_is_kept_apart_from_the_message() -> None:
    (outcome,) = run_isolated(act, ["bug"])
    assert outcome.error is not None
    assert "KeyError" in outcome.trace
    assert "Traceback" not in say(outcome.error.reason, "en", **outcome.error.args_)


def test_a_worker_tells_its_pages_before_it_is_done() -> None:
    told: list[tuple[object, ...]] = []
    outcomes = list(run_isolated(act, ["pages", 5], jobs=2, on_page=lambda *said: told.append(said)))
    assert [o.value for o in outcomes] == ["done", 5]
    assert [(task, page, of) for _, task, page, of in told] == [("pages", n, 3) for n in (1, 2, 3)]


def test_a_worker_knows_how_many_others_are_busy() -> None:
    outcomes = list(run_isolated(act, ["busy", "busy", "busy"], jobs=2))
    assert [o.value for o in outcomes] == [2, 2, 1], "the third begins when nothing else is left"
    assert busy() == 1


def test_run_one_raises_the_reason() -> None:
    with pytest.raises(SourceError) as caught:
        run_one(act, "reason")
    assert caught.value.reason == "source.encrypted"


def _start_helper(folder: str) -> None:
    """A source whose reader starts a program that would outlive it."""
    helper = subprocess.Popen(["sleep", "300"])
    Path(folder, "helper").write_text(str(helper.pid))
    Path(folder, "worker").write_text(str(os.getpid()))
    time.sleep(300)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except FileNotFoundError:
        return False


def _gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(_alive, pids))


def test_helper_programs_of_a_killed_worker_are_killed_too(tmp_path: Path) -> None:
    (outcome,) = run_isolated(_start_helper, [str(tmp_path)], timeout=0.7)
    assert outcome.error is not None
    assert _gone([int((tmp_path / name).read_text()) for name in ("helper", "worker")])


def _leave_files(where: str) -> None:
    folder = tempfile.mkdtemp()
    Path(folder, "page.png").write_bytes(b"x")
    Path(where).write_text(folder)
    time.sleep(60)


def test_temporary_files_of_a_killed_worker_are_removed(tmp_path: Path) -> None:
    list(run_isolated(_leave_files, [str(tmp_path / "where")], timeout=0.5))
    left = Path((tmp_path / "where").read_text())
    assert not left.exists()
    assert not left.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_orphan_is_left_when_the_parent_dies(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from test_isolate import _start_helper; from pipeline.isolate import run_isolated\n"
        "list(run_isolated(_start_helper, [sys.argv[3]], timeout=60))"
    )
    here = Path(__file__).parent
    arguments = [sys.executable, "-c", code, str(here), str(here.parent), str(tmp_path)]
    parent = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not (tmp_path / "worker").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    parent.send_signal(number)
    parent.wait(5)
    assert _gone([int((tmp_path / name).read_text()) for name in ("helper", "worker")])


def test_a_stopped_iteration_ends_the_workers() -> None:
    outcomes = run_isolated(act, [1, "hang", "hang"], jobs=2, timeout=60)
    assert next(outcomes).value == 1
    started = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]  # a generator, declared as an iterator
    assert time.monotonic() - started < 2


def blurred(size: int) -> int:
    """Work that OpenCV gives to its threads."""
    import cv2
    import numpy as np

    return int(cv2.GaussianBlur(np.full((size, size, 3), 7, np.uint8), (31, 31), 3)[0, 0, 0])


def blurred_alone(size: int) -> int:
    """As the reader of scans sets it up in a worker."""
    import cv2

    cv2.setNumThreads(1)
    return blurred(size)


def test_callers_that_used_opencv_may_have_scans_read() -> None:
    import cv2

    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(2)
        assert blurred(2000) == 7
        outcomes = list(run_isolated(blurred_alone, [2000, 2000], timeout=10))
        assert [o.value for o in outcomes] == [7, 7]
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(threads)
