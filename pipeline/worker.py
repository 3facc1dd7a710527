"""The worker's side of `isolate.py`: waits for the index of a task, does it, sends the reply, and so on."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import mmap
import os
import pickle
import resource
import signal
import struct
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn

from pipeline import memory as mem
from pipeline import transport
from pipeline.errors import PrikazError, SourceError
from pipeline.limits import show_size
from pipeline.safe import printable

# R: a reply of so many bytes follows; T: so many seconds more, please; N: there are so many pages; P: this
# one of them is being read
HEADER = struct.Struct("<cd")
_COUNT = struct.Struct("<q")
_ONE_THREAD = (
    "OMP_THREAD_LIMIT",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)  # the workers fill the processors
_outbox: int | None = None
_busy: mmap.mmap | None = None  # what `busy` tells, kept up to date by the parent


@dataclass(frozen=True, slots=True)
class Reply:
    """`last`: the worker ends after it, since it has grown too big to start from again."""

    value: Any = None
    error: SourceError | None = None
    trace: str = ""
    last: bool = False


def more_time(seconds: float) -> None:
    """Ask for more time for the source being read, e.g. a page of a scan. Does nothing outside a worker."""
    if _outbox is not None:
        _send(_outbox, HEADER.pack(b"T", seconds))


def tell_page(page: int, count: int) -> None:
    """Say which page of a scan (from 1) is being read. Does nothing outside a worker."""
    if _outbox is not None:
        _send(_outbox, HEADER.pack(b"N", count) + HEADER.pack(b"P", page))


def busy() -> int:
    """How many workers are reading sources now, this one among them; 1 outside a worker."""
    return 1 if _busy is None else max(_COUNT.unpack_from(_busy)[0], 1)


def tell_busy(shared: mmap.mmap, count: int) -> None:
    """Say to all workers forked with `shared` how many of them are busy."""
    _COUNT.pack_into(shared, 0, count)


def shared_count() -> mmap.mmap:
    """Memory for `tell_busy`, shared with whatever is forked afterwards."""
    return mmap.mmap(-1, _COUNT.size)


def serve(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    inbox: int,
    outbox: int,
    memory: int,
    temporary: str | None,
    others: mmap.mmap | None = None,
) -> NoReturn:
    """Do tasks until the pipe closes. Never returns into the code that was forked."""
    global _outbox, _busy
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):  # libraries and helper programs write warnings there
            os.dup2(null, descriptor)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(os.dup(null), mode) for mode in ("r", "w", "w"))
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash would write its memory to disk first
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        if temporary is not None:
            os.environ["TMPDIR"] = tempfile.tempdir = temporary
        _outbox, _busy = outbox, others
        gc.freeze()  # what was there before the fork is not looked at again, and stays shared
        gc.set_threshold(*transport.COLLECTION)
        baseline = mem.mapped()
        last = False
        while not last and len(data := os.read(inbox, 8)) == 8:
            mem.limit(memory - max(0, mem.mapped() - baseline))
            payload, last = _reply(function, tasks[struct.unpack("<q", data)[0]], memory, baseline)
            _send(outbox, HEADER.pack(b"R", len(payload)))
            _send(outbox, payload)
        code = 0
    finally:
        os._exit(code)


def _reply(function: Callable[[Any], Any], task: Any, memory: int, baseline: int) -> tuple[bytes, bool]:
    caught = _Caught()
    payload = b""
    with caught:
        value = function(task)
        last = mem.mapped("VmPeak") - baseline > memory // 2
        payload = transport.dumps(Reply(value, last=last))
    if caught.error is None:
        return payload, last
    mem.unlimit()
    used = (mem.mapped("VmPeak") - baseline) / memory
    error, trace = _named(caught.error, used, memory), caught.trace
    last = used > 0.5 or error.reason == "source.memory"
    return transport.dumps(Reply(error=error, trace=trace, last=last)), last


def _named(error: BaseException, used: float, memory: int) -> SourceError:
    """The error for people: a source's own reason, memory that ran out in disguise, or a defect of ours."""
    if mem.is_out_of_memory(error, used):
        return SourceError("source.memory", memory=show_size(memory))
    if isinstance(error, SourceError):
        with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
            pickle.dumps(error)
            return error
    if isinstance(error, RecursionError):
        return SourceError("source.recursion")
    detail = error.reason if isinstance(error, PrikazError) else str(error)
    return SourceError(
        "source.crashed", error=printable(f"{type(error).__name__}: {detail}".rstrip(": "), 120)
    )


class _Caught:
    """A block that no exception leaves: a worker has nobody above it who could handle one."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.trace = ""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        if error is not None:
            mem.unlimit()
            self.trace = "".join(traceback.format_exception(error))
        return True


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
