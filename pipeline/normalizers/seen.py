"""What one order says of one field type, indexed once: `Context.seen` counters stay as they are while an
order is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")


class _Same:
    """A counter that is equal only to itself (counters have no hash)."""

    __slots__ = ("counter", "size")

    def __init__(self, counter: Counter[str]) -> None:
        self.counter = counter
        self.size = len(counter)

    def __hash__(self) -> int:
        return id(self.counter)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.counter is self.counter and other.size == self.size


class Index(Generic[T]):
    """`build(counter)`, kept for the last few counters."""

    def __init__(self, build: Callable[[Counter[str]], T]) -> None:
        self._of = lru_cache(maxsize=4)(lambda same: build(same.counter))

    def __call__(self, counter: Counter[str]) -> T:
        return self._of(_Same(counter))
