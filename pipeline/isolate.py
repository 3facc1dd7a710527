"""Reads each source in a process of its own keeping, with limits on time and memory: no input stops a build.

    parent ──index──▶ worker (forked from the warm parent, own session)     one worker reads many sources
           ◀─result──                                                       a killed one costs its own source
    parent ──pids───▶ guard: once the parent is gone, however it went, kills every worker's process group and
                      removes the workers' temporary folder

Memory: the soft RLIMIT_AS of a worker is what it had mapped when it was forked plus `memory`, so that the
limit is for the source alone; a source's helper programs (LibreOffice) are counted by their resident memory,
together with the worker. Time: at the limit the whole process group is killed. POSIX only; the limits on
memory are exact on Linux. The parent should have one thread when it calls.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

from pipeline import memory as mem
from pipeline import transport
from pipeline.errors import SourceError
from pipeline.limits import show_size
from pipeline.worker import HEADER, Reply, serve, shared_count, tell_busy

A = TypeVar("A")
R = TypeVar("R")

_TICK = 0.1  # seconds between looks at deadlines and memory
_READ = 1 << 20
_CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP})
Progress = Callable[[int, A], None]
OnPage = Callable[[int, A, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What became of task `index`: `value`, or `error`; `trace` is a traceback for `--debug`, else ""."""

    index: int
    value: R | None = None
    error: SourceError | None = None
    trace: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class _Worker:
    pid: int
    tasks: int  # descriptor for indexes
    results: int  # descriptor for replies
    index: int | None = None
    started: float = 0.0
    deadline: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    resident: int = 0  # the most seen, in bytes
    pages: int = 0  # of the source, if it is a scan
    page: int = 0  # that is being read; 0: told already


def run_isolated(
    function: Callable[[A], R],
    tasks: Sequence[A],
    *,
    jobs: int = 0,
    timeout: float = 60.0,
    memory: int = 1 << 30,
    extendable: bool = True,
    on_progress: Progress[A] | None = None,
    on_page: OnPage[A] | None = None,
) -> Iterator[Outcome[R]]:
    """`function` of each task in worker processes; the outcomes in the order of `tasks`.

    `jobs` workers at once (0: as many as there are processors), `timeout` in seconds and `memory` in bytes
    for each task; `worker.more_time` prolongs a task if `extendable`. `on_progress(finished, task)` is called
    when a task starts, `on_page(finished, task, page, pages)` for pages that a task tells
    (`worker.tell_page`). Results are pickled. Nothing is raised for a task: its outcome holds a SourceError
    (`source.timeout`, `source.memory`, `source.crashed`, `source.killed`, or what `function` raised).
    """
    count = min(jobs or _processors(), len(tasks))
    pool = _Pool(function, tasks, timeout, memory, extendable)
    waiting = deque(range(len(tasks)))
    done: dict[int, Outcome[R]] = {}
    finished = following = 0
    try:
        while following < len(tasks):
            while waiting and len(pool.busy()) < count:
                index = waiting.popleft()
                if on_progress is not None:
                    on_progress(finished, tasks[index])
                pool.start(index)
            for outcome in pool.wait():
                done[outcome.index] = outcome
                finished += 1
            for index, page, pages in pool.pages():
                if on_page is not None:
                    on_page(finished, tasks[index], page, pages)
            while following in done:
                yield done.pop(following)
                following += 1
    finally:
        pool.close()


class _Pool(Generic[A, R]):
    """The workers, idle and busy, and the guard."""

    def __init__(
        self,
        function: Callable[[A], R],
        tasks: Sequence[A],
        timeout: float,
        memory: int,
        extendable: bool,
    ) -> None:
        self._function, self._tasks = function, tasks
        self._timeout, self._memory, self._extendable = timeout, memory, extendable
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._looked = 0.0
        _fill_standard_descriptors()
        self._resident = mem.resident(os.getpid())
        self._temporary = _temporary_folder()
        self._shared = shared_count()
        self._guard, self._guard_pid = _start_guard(self._temporary)

    def busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.index is not None]

    def pages(self) -> Iterator[tuple[int, int, int]]:
        """What the workers have told since: task, page, number of pages."""
        for worker in self.busy():
            if worker.page and worker.index is not None:
                yield worker.index, worker.page, worker.pages
                worker.page = 0

    def start(self, index: int) -> None:
        worker = next((w for w in self._workers if w.index is None), None) or self._fork()
        worker.index, worker.started = index, time.monotonic()
        worker.deadline = worker.started + self._timeout
        worker.received.clear()
        worker.page = worker.pages = 0
        tell_busy(self._shared, len(self.busy()))
        with contextlib.suppress(BrokenPipeError):  # it died idle; `wait` sees that
            os.write(worker.tasks, struct.pack("<q", index))

    def wait(self) -> Iterator[Outcome[R]]:
        """The outcomes that come within a tick: replies, deaths, and those whose time or memory is over."""
        for key, _ in self._selector.select(_TICK):
            worker: _Worker = key.data
            try:
                data = os.read(worker.results, _READ)
            except BlockingIOError:
                continue
            if not data:
                outcome = self._died(worker)
                if outcome is not None:
                    yield outcome
                continue
            worker.received += data
            reply = self._reply(worker)
            if reply is not None:
                yield self._outcome(worker, reply)
        now = time.monotonic()
        if now < self._looked + _TICK:
            return
        self._looked = now
        for worker in self.busy():
            if now > worker.deadline:
                seconds = f"{worker.deadline - worker.started:.3g}"
                yield self._kill(worker, SourceError("source.timeout", seconds=seconds))
                continue
            worker.resident = max(worker.resident, mem.resident_tree(worker.pid))
            if worker.resident > self._resident + self._memory:
                yield self._kill(worker, self._out_of_memory())

    def close(self) -> None:
        for worker in list(self._workers):
            self._remove(worker)
        self._selector.close()
        self._shared.close()
        os.close(self._guard)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._guard_pid, 0)

    def _fork(self) -> _Worker:
        task_end, tasks = os.pipe()
        results, result_end = os.pipe()
        _flush()
        with _single_threaded():
            pid = os.fork()
            if pid == 0:
                for descriptor in (tasks, results, self._guard, *self._descriptors()):
                    os.close(descriptor)
                folder, shared = self._temporary, self._shared
                serve(self._function, self._tasks, task_end, result_end, self._memory, folder, shared)
        os.close(task_end)
        os.close(result_end)
        os.write(self._guard, struct.pack("<q", pid))
        os.set_blocking(results, False)
        with contextlib.suppress(OSError, AttributeError):  # Linux: fewer wake-ups for large results
            fcntl.fcntl(results, fcntl.F_SETPIPE_SZ, _READ)
        worker = _Worker(pid, tasks, results)
        self._workers.append(worker)
        self._selector.register(results, selectors.EVENT_READ, worker)
        return worker

    def _descriptors(self) -> list[int]:
        return [d for worker in self._workers for d in (worker.tasks, worker.results)]

    def _reply(self, worker: _Worker) -> Reply | None:
        """The reply once all of it is there. Requests for more time before it are granted."""
        data = worker.received
        while len(data) >= HEADER.size:
            kind, number = HEADER.unpack_from(data)
            if kind != b"R":
                del data[: HEADER.size]
                if kind == b"T" and self._extendable:
                    worker.deadline += number
                elif kind == b"N":
                    worker.pages = int(number)
                elif kind == b"P":
                    worker.page = int(number)
                continue
            worker.deadline = time.monotonic() + self._timeout  # it is ready; only the transfer is left
            if len(data) < HEADER.size + int(number):
                return None
            reply: Reply = transport.loads(memoryview(data)[HEADER.size :])
            return reply
        return None

    def _outcome(self, worker: _Worker, reply: Reply) -> Outcome[R]:
        assert worker.index is not None
        seconds = time.monotonic() - worker.started
        outcome: Outcome[R] = Outcome(worker.index, reply.value, reply.error, reply.trace, seconds)
        worker.index, worker.received = None, bytearray()
        tell_busy(self._shared, len(self.busy()))
        if reply.last:
            self._remove(worker)
        return outcome

    def _died(self, worker: _Worker) -> Outcome[R] | None:
        index, seconds = worker.index, time.monotonic() - worker.started
        used, status = worker.resident, self._remove(worker)
        if index is None:
            return None
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        name = signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
        if number in _CRASHES and used < self._resident + self._memory // 2:
            error = SourceError("source.crashed", error=name)
        elif number in _CRASHES:
            error = self._out_of_memory()  # how C++ libraries end when an allocation fails
        elif number:
            error = SourceError("source.killed", signal=name)
        else:
            error = SourceError("source.crashed", error=name)
        return Outcome(index, error=error, seconds=seconds)

    def _kill(self, worker: _Worker, error: SourceError) -> Outcome[R]:
        assert worker.index is not None
        index, seconds = worker.index, time.monotonic() - worker.started
        self._remove(worker)
        return Outcome(index, error=error, seconds=seconds)

    def _remove(self, worker: _Worker) -> int:
        """Kill the worker with all that it started; its wait status."""
        self._workers.remove(worker)
        tell_busy(self._shared, len(self.busy()))
        self._selector.unregister(worker.results)
        ended, status = os.waitpid(worker.pid, os.WNOHANG)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGKILL)
        if ended == 0:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            _, status = os.waitpid(worker.pid, 0)
        os.write(self._guard, struct.pack("<q", -worker.pid))
        os.close(worker.tasks)
        os.close(worker.results)
        return status

    def _out_of_memory(self) -> SourceError:
        return SourceError("source.memory", memory=show_size(self._memory))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _flush() -> None:
    """What is buffered is written once, not again by each child; a closed pipe is the caller's matter."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def _fill_standard_descriptors() -> None:
    """Open 0, 1 and 2 if they are closed, so that no pipe of ours gets such a number."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _temporary_folder() -> str | None:
    """A folder for what workers leave when they are killed; None if there is no room for one."""
    try:
        return tempfile.mkdtemp(prefix="prikaz-")
    except OSError:
        return None


@contextlib.contextmanager
def _single_threaded() -> Iterator[None]:
    """Without the threads of OpenCV, where the caller's own code has used it: a fork has only the thread that
    forked, and the library would wait in it for the others for ever.
    """
    cv2 = sys.modules.get("cv2")
    if cv2 is None:
        yield
        return
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


def _start_guard(temporary: str | None) -> tuple[int, int]:
    """Fork the guard: descriptor to tell it pids (negative: ended) and its own pid."""
    reading, writing = os.pipe()
    _flush()
    pid = os.fork()
    if pid == 0:
        os.close(writing)
        _watch(reading, temporary)
    os.close(reading)
    return writing, pid


def _watch(reading: int, temporary: str | None) -> NoReturn:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    alive: set[int] = set()
    while len(data := os.read(reading, 8)) == 8:
        number = struct.unpack("<q", data)[0]
        if number > 0:
            alive.add(number)
        else:
            alive.discard(-number)
    for pid in alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    if temporary is not None:
        shutil.rmtree(temporary, ignore_errors=True)
    os._exit(0)


def run_one(function: Callable[[A], R], task: A, **options: Any) -> R:
    """`function(task)` in a worker, for a single source. Raises SourceError."""
    (outcome,) = run_isolated(function, [task], jobs=1, **options)
    if outcome.error is not None:
        raise outcome.error
    return outcome.value  # type: ignore[return-value]  # R may itself be optional
