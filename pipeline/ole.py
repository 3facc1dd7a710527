"""The directory of an OLE compound file ([MS-CFB]): enough to tell Word, Excel and encrypted files apart.

Every offset in the file may lie; nothing is followed twice and nothing outside the file is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from pipeline.errors import SourceError
from pipeline.model import note

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_ENTRY = 128
_MOST_ENTRIES = 65536
_MINI_CUTOFF, _MINI_SECTOR = 4096, 64  # smaller streams lie in the root entry's own stream
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or storage directly under the root; `start` is its first sector, `size` in bytes."""

    name: str
    kind: int
    start: int
    size: int


class OleFile:
    """An open compound file. Raises SourceError (truncated, damaged) when its directory cannot be read."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        stream.seek(0)
        self._stream, self._size = stream, size
        header = stream.read(512)
        if len(header) < 512:
            raise _truncated()
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise _damaged()
        self._sector = 1 << shift
        self._fat_index, self._fat_sector = -1, b""
        self._difat = list(struct.unpack_from("<109I", header, 76))
        self._extend_difat(*struct.unpack_from("<II", header, 68))
        self._mini_fat, self._mini_stream = struct.unpack_from("<I", header, 60)[0], _LAST_SECTOR
        self.entries = self._root_entries(struct.unpack_from("<I", header, 48)[0])

    def head(self, name: str) -> bytes:
        """The first sector of a stream (streams below 4096 bytes lie elsewhere and give b"")."""
        entry = self.entries[name]
        if entry.size < _MINI_CUTOFF:
            return b""
        return self._read(entry.start)

    def read(self, name: str) -> bytes:
        """A whole stream. Raises SourceError if its sectors lie outside the file or lead in a circle."""
        entry = self.entries[name]
        if entry.size >= _MINI_CUTOFF:
            return b"".join(self._chain(entry.start))[: entry.size]
        table = b"".join(self._chain(self._mini_fat))
        streams = b"".join(self._chain(self._mini_stream))
        parts, number, seen = [], entry.start, set[int]()
        while number < _LAST_SECTOR:
            if number in seen or (number + 1) * 4 > len(table):
                raise _damaged()
            seen.add(number)
            parts.append(streams[number * _MINI_SECTOR : (number + 1) * _MINI_SECTOR])
            number = struct.unpack_from("<I", table, number * 4)[0]
        return b"".join(parts)[: entry.size]

    def _chain(self, sector: int) -> Iterator[bytes]:
        seen: set[int] = set()
        while sector < _LAST_SECTOR:
            if sector in seen:
                raise _damaged()
            seen.add(sector)
            yield self._read(sector)
            sector = self._next(sector)

    def _read(self, sector: int) -> bytes:
        offset = (sector + 1) * self._sector
        if offset >= self._size:
            raise _truncated()
        self._stream.seek(offset)
        return self._stream.read(self._sector).ljust(self._sector, b"\0")

    def _extend_difat(self, sector: int, count: int) -> None:
        seen: set[int] = set()
        while sector < _LAST_SECTOR and sector not in seen and len(seen) < count:
            seen.add(sector)
            *entries, following = struct.unpack(f"<{self._sector // 4}I", self._read(sector))
            self._difat += entries
            sector = following

    def _next(self, sector: int) -> int:
        index, at = divmod(sector, self._sector // 4)
        if index >= len(self._difat) or self._difat[index] >= _LAST_SECTOR:
            raise _damaged()
        if index != self._fat_index:
            self._fat_index, self._fat_sector = index, self._read(self._difat[index])
        return int(struct.unpack_from("<I", self._fat_sector, at * 4)[0])

    def _root_entries(self, sector: int) -> dict[str, Entry]:
        data, seen = b"", set[int]()
        while sector < _LAST_SECTOR and sector not in seen and len(data) < _MOST_ENTRIES * _ENTRY:
            seen.add(sector)
            data += self._read(sector)
            sector = self._next(sector)
        if len(data) < _ENTRY or data[66] != _ROOT:
            raise _damaged()
        self._mini_stream = struct.unpack_from("<I", data, 116)[0]
        found: dict[str, Entry] = {}
        waiting = [struct.unpack_from("<I", data, 76)[0]]
        visited: set[int] = set()
        while waiting:
            number = waiting.pop()
            at = number * _ENTRY
            if number in visited or at + _ENTRY > len(data):
                continue
            visited.add(number)
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if kind in (_STORAGE, _STREAM):
                name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<IQ", data, at + 116)
                found[name] = Entry(name, kind, start, size & 0xFFFFFFFF)
            waiting += struct.unpack_from("<II", data, at + 68)
        return found


def _truncated() -> SourceError:
    return SourceError("source.truncated", detail=note("source.detail.short"))


def _damaged() -> SourceError:
    return SourceError("source.damaged", detail=note("source.detail.ole"))
