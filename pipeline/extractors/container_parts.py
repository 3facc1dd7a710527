"""What archives and messages are made of, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A member or attachment: its decoded name and its bytes in pieces. `skip`: no document by its nature.

    `chunks` raises SourceError where the bytes cannot be had.
    """

    name: str
    chunks: Callable[[], Iterator[bytes]]
    skip: bool = False

    def read(self) -> bytes:
        return b"".join(self.chunks())
