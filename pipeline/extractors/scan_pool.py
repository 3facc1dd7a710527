"""Pages of one file read two at a time: every other page in a process forked for it.

Two processes with one thread each beat one with two (measured). The child lives within the worker of the
file: its time and memory are the worker's, and both end together. Pages too large for two at once, and
where other workers have the processors, are read one after the other.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TypeVar

from pipeline import worker
from pipeline.errors import SourceError
from pipeline.extractors import scan_engine
from pipeline.extractors.scan_settings import SETTINGS

T = TypeVar("T")
R = TypeVar("R")


def in_pairs(read: Callable[[T], R], pages: Iterable[tuple[T, int]]) -> Iterator[R]:
    """`read(page)` of every page, in order; each page comes with its size in bytes. `read` must not need what
    another page gave. Raises what `read` raises.
    """
    waiting: T | None = None
    for page, size in pages:
        if size > SETTINGS.pair_pixels or not _may_fork():
            if waiting is not None:
                yield read(waiting)
                waiting = None
            yield read(page)
        elif waiting is None:
            waiting = page
        else:
            yield from _both(read, waiting, page)
            waiting = None
    if waiting is not None:
        yield read(waiting)


def _may_fork() -> bool:
    """Whether there is a processor for the second page beside the other workers."""
    if not (hasattr(os, "fork") and hasattr(os, "sched_getaffinity")):
        return False
    return len(os.sched_getaffinity(0)) >= 2 * worker.busy()


def _both(read: Callable[[T], R], one: T, other: T) -> Iterator[R]:
    """The first page here, the second in a child."""
    with contextlib.suppress(SourceError):
        scan_engine.engine()  # started once, for both
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _serve(read, other, reading, writing)
    os.close(writing)
    done = False
    try:
        yield read(one)
        answer = _received(reading)
        done = True
    finally:
        os.close(reading)
        if not done:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    # what went wrong in the child the parent meets when it reads the page itself
    yield pickle.loads(answer) if status == 0 else read(other)


def _serve(read: Callable[[T], R], page: T, reading: int, writing: int) -> NoReturn:
    """The child's part; it never returns into the code that was forked."""
    code = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(read(page), pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)


def _received(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)
