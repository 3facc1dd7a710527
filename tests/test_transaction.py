"""A build is a transaction: killed, stopped or out of room at any moment, it leaves the old or the new state.

`KILLS` in the environment sets how many random moments a build is killed at (the promise is tested with 40).
"""

from __future__ import annotations

import builtins
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline import publish, run
from pipeline.errors import SetupError
from tests import forms, orders

ROOT = Path(__file__).parent.parent
KILLS = int(os.environ.get("KILLS", "6"))
State = dict[str, bytes]


def command(folder: Path) -> list[str]:
    paths = [folder / "raw", "--out", folder / "normalized", "--reports", folder / "reports", "--force"]
    return [sys.executable, "-m", "pipeline", "build", *map(str, paths), "--jobs", "1"]


def build(folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder), cwd=ROOT, capture_output=True, text=True, check=False, env=env(), **options
    )


def env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def state(folder: Path) -> State:
    """All that depends on the source alone; what changed depends on the build before too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("normalized", "reports")
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and path.stem != "changes"
    }


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes], list[State]]:
    """A built folder, two versions of its source, and the state that each gives."""
    folder = tmp_path_factory.mktemp("transaction")
    (folder / "raw").mkdir()
    sources, found = [], []
    for seed in (2, 1):
        forms.make_text(folder / "raw" / "order.txt", orders.generate(seed)[0])
        sources.append((folder / "raw" / "order.txt").read_bytes())
        assert build(folder).returncode == 0
        found.append(state(folder))
    assert found[0] != found[1]
    return folder, sources, found


@pytest.fixture
def folder(states: tuple[Path, list[bytes], list[State]], tmp_path: Path) -> Path:
    """State 1 is built, the source of state 0 lies ready."""
    to = tmp_path / "work"
    shutil.copytree(states[0], to)
    (to / "raw" / "order.txt").write_bytes(states[1][0])
    return to


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if any(x in p.name for x in (".new-", ".old-", ".journal"))]


def test_a_build_killed_at_any_moment_leaves_the_old_or_the_new_state(
    states: tuple[Path, list[bytes], list[State]], folder: Path
) -> None:
    _, sources, found = states
    started = time.monotonic()
    assert build(folder).returncode == 0
    usual = time.monotonic() - started
    rng = random.Random(7)
    now = 0
    for n in range(KILLS):
        (folder / "raw" / "order.txt").write_bytes(sources[1 - now])
        with subprocess.Popen(command(folder), cwd=ROOT, stderr=subprocess.DEVNULL, env=env()) as process:
            # half of the moments in the last third, where the files are written
            time.sleep(usual * (rng.uniform(0, 1) if n % 2 else rng.uniform(0.66, 1.05)))
            process.send_signal(signal.SIGKILL)
        assert state(folder) in found
        now = found.index(state(folder))
    done = build(folder)
    assert done.returncode == 0, done.stderr
    assert leftovers(folder) == []


def killed_between_the_exchanges(folder: Path) -> None:
    """A build that dies right after its first folder took its place."""
    code = (
        "import os, pathlib, signal\n"
        "from pipeline import publish, run\n"
        "real = publish._exchanger\n"
        "before = []\n"
        "def exchanger():\n"
        "    exchange = real()\n"
        "    def one(stage, target):\n"
        "        if before: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        exchange(stage, target)\n"
        "        before.append(target)\n"
        "    return one\n"
        "publish._exchanger = exchanger\n"
        "here = pathlib.Path('.').absolute()\n"
        "settings = run.Settings(here / 'raw', here / 'normalized', here / 'reports', jobs=1)\n"
        "run.build(run.find_sources([here / 'raw']), settings)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env(), capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_kill_between_the_two_folders_is_made_good_by_the_next_build(
    states: tuple[Path, list[bytes], list[State]], folder: Path
) -> None:
    killed_between_the_exchanges(folder)
    assert state(folder) not in states[2]  # one folder is new, the other old
    (folder / "raw" / "order.txt").write_bytes(states[1][1])
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    done = build(folder)
    assert done.returncode == 0, done.stderr
    assert state(folder) == states[2][1]
    assert leftovers(folder) == []


def test_a_kill_between_the_two_folders_is_made_good_by_a_reader(
    states: tuple[Path, list[bytes], list[State]], folder: Path
) -> None:
    killed_between_the_exchanges(folder)
    publish.settle(folder / "normalized", folder / "reports")
    assert state(folder) == states[2][0]
    assert leftovers(folder) == []
    publish.settle(folder / "normalized", folder / "reports")
    assert state(folder) == states[2][0]


def test_a_journal_that_lies_changes_nothing(
    states: tuple[Path, list[bytes], list[State]], folder: Path, tmp_path: Path
) -> None:
    """Of a folder that was copied, or damaged: what it names is not there."""
    before = state(folder)
    (tmp_path / "evil").mkdir()
    rows = [{"stage": str(tmp_path / "evil"), "target": str(folder / "reports"), "number": 1}]
    for content in ("", "[1]", json.dumps(rows), '[{"stage": 1}]'):
        (folder / ".reports.journal").write_text(content)
        publish.settle(folder / "reports")
        assert state(folder) == before
        assert leftovers(folder) == []


def test_a_second_build_of_the_same_folders_is_refused_in_one_line(folder: Path) -> None:
    for name in ("normalized", "reports"):
        with publish.locked(folder / name):
            done = build(folder)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1 and "another build" in done.stderr


def test_the_lock_of_a_killed_build_is_free_at_once(
    states: tuple[Path, list[bytes], list[State]], folder: Path
) -> None:
    """Its workers may live a moment longer."""
    (folder / "raw" / "slow.txt").write_text("строка приказа о школах района\n" * 200_000)
    with subprocess.Popen(command(folder), cwd=ROOT, stderr=subprocess.DEVNULL, env=env()) as process:
        time.sleep(1.2)
        process.kill()
    with publish.locked(folder / "normalized", folder / "reports"):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_end_gives_one_line_and_the_old_state(
    states: tuple[Path, list[bytes], list[State]], folder: Path, number: signal.Signals
) -> None:
    before = state(folder)
    (folder / "raw" / "slow.txt").write_text("строка приказа о школах района\n" * 200_000)
    with subprocess.Popen(
        command(folder), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env()
    ) as process:
        time.sleep(1.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number, err
    assert (out, err.count("\n")) == ("", 1)
    assert number.name in err
    assert state(folder) == before
    assert leftovers(folder) == []


@pytest.mark.parametrize("size", [0, 100, 5_000, 20_000])
def test_no_room_on_the_disk_gives_one_line_and_the_old_state(folder: Path, size: int) -> None:
    """A limit on the size of files stands in for a full disk: it fails in the middle of a write."""
    before = state(folder)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = build(folder, preexec_fn=limit)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("prikaz: ")
    assert state(folder) == before
    assert leftovers(folder) == []


def test_a_folder_that_cannot_be_written_gives_one_line(folder: Path) -> None:
    if os.getuid() == 0:
        (folder / "normalized").rename(folder / "kept")
        (folder / "normalized").write_text("a file stands where the folder should be")
    else:
        folder.chmod(0o555)
    try:
        done = build(folder)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "normalized" in done.stderr


class Faults:
    """Makes the call number `at` of those that change the disk below `folder` fail, once."""

    def __init__(self, folder: Path, at: int) -> None:
        self.folder, self.at, self.calls = str(folder), at, 0

    def wrap(self, function: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            if writes(*args, **options):
                self.calls += 1
                if self.calls == self.at:
                    raise OSError(28, "No space left on device", str(args[0]))
            return function(*args, **options)

        return wrapped

    def below(self, path: object, *_: object, **__: object) -> bool:
        return isinstance(path, int) or os.fspath(path).startswith(self.folder)  # type: ignore[call-overload]  # an int is a file descriptor

    def opens(self, path: object, mode: str = "r", *_: object, **__: object) -> bool:
        return any(c in mode for c in "wax+") and not isinstance(path, int) and self.below(path)


@contextmanager
def faults(folder: Path, at: int) -> Iterator[Faults]:
    with pytest.MonkeyPatch.context() as patch:
        found = Faults(folder, at)
        for module in (io, builtins):
            patch.setattr(module, "open", found.wrap(open, found.opens))
        for name in ("rename", "replace", "mkdir", "fsync", "chmod", "unlink"):
            patch.setattr(os, name, found.wrap(getattr(os, name), found.below))
        yield found


def test_every_write_that_fails_once_leaves_the_old_state_and_no_rubbish(
    states: tuple[Path, list[bytes], list[State]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite is tested: the first call fails, then the second, until a build meets no fault."""
    settings = run.Settings(folder / "raw", folder / "normalized", folder / "reports", jobs=1)
    sources = run.find_sources([folder / "raw"])
    made = run.make(sources, settings)
    monkeypatch.setattr(run, "make", lambda *_: made)
    before, after = state(folder), states[2][0]
    at = failed = 0
    while True:
        at += 1
        with faults(folder, at) as met:
            try:
                run.build(sources, settings)
            except SetupError as error:
                failed += 1
                assert error.reason == "setup.cannot-write"
        if met.calls < at:
            break
        assert state(folder) in (before, after)
        # a journal whose removal failed says nothing that is not done, and the next build removes it
        assert [name for name in leftovers(folder) if not name.endswith(".journal")] == []
        if state(folder) == after:  # a fault after the exchange: what was written is whole
            shutil.rmtree(folder / "normalized")
            shutil.rmtree(folder / "reports")
            for name, data in before.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
    assert failed > 50
    assert state(folder) == after
    assert leftovers(folder) == []
