"""How much memory a process has and may have, and which errors of libraries mean that none was left."""

from __future__ import annotations

import errno
import os
import re
import resource
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")
# what libraries say when an allocation fails: libxml2, zlib (Z_MEM_ERROR), Python, C++, the loader
_SIGNS = re.compile(
    r"unknown error|memory|error -4 while|allocat|start new thread|bad_alloc|failed to map segment",
    re.IGNORECASE,
)
_SUSPECT = 0.5  # of the limit: from here on an error that says nothing may be a failed allocation


def mapped(kind: str = "VmSize") -> int:
    """Bytes of address space of this process now (`VmSize`) or at most so far (`VmPeak`); 0 where unknown."""
    try:
        for line in (_PROC / "self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(kind + ":"):
                return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0


def resident(pid: int) -> int:
    """Bytes of resident memory that a process shares with no file or other use of it; 0 where unknown."""
    try:
        fields = (_PROC / str(pid) / "statm").read_text(encoding="ascii").split()
        return int(fields[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def resident_tree(pid: int) -> int:
    """Bytes of resident memory of a process and all that descend from it."""
    total, waiting, seen = 0, [pid], set[int]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        total += resident(one)
        try:
            children = (_PROC / str(one) / "task" / str(one) / "children").read_text(encoding="ascii")
        except OSError:
            continue
        waiting += [int(child) for child in children.split()]
    return total


def limit(memory: int) -> None:
    """Allow this process `memory` bytes more than it has. The hard limit stays: helpers may lift it."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = mapped() + memory
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def unlimit() -> None:
    """Lift the limit of this process: to report an error, or for a helper program, which is watched."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def is_out_of_memory(error: BaseException | None, used: float) -> bool:
    """Whether an error, or its cause, means that memory ran out; `used`: the peak as a share of the limit."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        if used >= _SUSPECT and _SIGNS.search(f"{type(error).__name__} {error}"):
            return True
        error = error.__cause__ or error.__context__
    return used >= 0.9
