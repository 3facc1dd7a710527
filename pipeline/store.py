"""What each source gave, kept by content, so that a build makes anew only what a change touches.

    KEY.document   text and tables of a source   rests on its bytes and shown name, the code and data that
                                                 read its format, the limits, the helpers that are installed
    KEY.order      the records made of them      rests on that document, the profiles, the code and lexicons
                                                 of the field types in it, the reference data of its region

An entry says what it rests on (`Rests`; see `dependencies.py`) and the digest of that: when the digest is
another one today, the entry is made anew, the document only if that is what changed. Decisions, checks,
reports and messages touch nothing here. An entry that is damaged, cut, of another version or planted is
made anew as well: its first 32 bytes are the SHA-256 of the rest, and only values are unpickled
(`transport.py`). Entries are written beside and renamed, so that builds at once do no harm; those that no
build asked for in a week are removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import pickle
import shutil
import struct
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import dependencies, limits, state, transport

if TYPE_CHECKING:
    from pipeline.reference import Reference

_WEEK = 7 * 24 * 3600.0
_DIGEST = 32
_HEAD = struct.Struct("<I")  # length of the JSON that says what the entry rests on
_PROGRAMS = ("soffice", "libreoffice", "tesseract")
_MODULES = ("tesserocr", "cv2")
_ITSELF = ("store", "transport", "run", "reading")
_UNUSABLE = (
    OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError, TypeError, ValueError,
    KeyError, struct.error, MemoryError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rests:
    """What an entry rests on: modules with all that they use, modules alone, the user's profiles, the
    reference data of regions (None: of all), and the entry that it was made of.
    """

    seeds: tuple[str, ...]
    leaves: tuple[str, ...] = ()
    profiles: bool = False
    regions: tuple[str | None, ...] = ()
    made_of: str = ""


@dataclass(frozen=True)
class Store:
    """A folder of entries, and what is true of everything today. A folder that cannot be written costs
    the next build its short cut only.
    """

    folder: Path
    profiles: Path
    reference: Reference | None

    def key(self, path: Path, name: str) -> str | None:
        """The name of a source's entries; None for what is no plain file (reading it says what is wrong)."""
        if not path.is_file():
            return None
        whole = f"{limits.current()!r}\0{name}\0{state.file_digest(path)}"
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

    def load(self, entry: str, made_of: str = "") -> tuple[str, Any] | None:
        """(digest, value) of an entry that rests on what there is today; else None."""
        file = self.folder / entry
        try:
            data = memoryview(file.read_bytes())
            digest = hashlib.sha256(data[_DIGEST:])
            if digest.digest() != data[:_DIGEST]:
                return None
            start = _DIGEST + _HEAD.size
            body = start + _HEAD.unpack(data[_DIGEST:start])[0]
            head = json.loads(bytes(data[start:body]))
            said: dict[str, Any] = {
                k: tuple(v) if isinstance(v, list) else v for k, v in head["rests"].items()
            }
            rests = Rests(**said)
            if rests.made_of != made_of or head["state"] != self._state(rests):
                return None
            value = transport.loads(data[body:])
            os.utime(file)
        except _UNUSABLE:
            return None
        return digest.hexdigest(), value

    def save(self, entry: str, rests: Rests, value: object) -> str:
        """Keep a value; gives the digest by which another entry can say that it was made of this."""
        head = json.dumps({"rests": asdict(rests), "state": self._state(rests)}).encode()
        data = _HEAD.pack(len(head)) + head + transport.dumps(value)
        digest = hashlib.sha256(data)
        new = self.folder / f".{entry}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_bytes(digest.digest() + data)
            new.replace(self.folder / entry)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
        return digest.hexdigest()

    def tidy(self, used: Iterable[str]) -> None:
        """Remove entries that no build has asked for in a week."""
        keep, oldest = set(used), time.time() - _WEEK
        with contextlib.suppress(OSError):
            for file in os.scandir(self.folder):
                if file.name.partition(".")[0] not in keep and file.stat().st_mtime < oldest:
                    Path(file).unlink()

    def _state(self, rests: Rests) -> str:
        """SHA-256 over all that an entry rests on beside other entries, as it is today."""
        known = replace(rests, made_of="")
        if known not in self._states:
            self._states[known] = self._digest(known)
        return self._states[known]

    def _digest(self, rests: Rests) -> str:
        parts = [self._helpers, dependencies.digest(rests.seeds, (*rests.leaves, *_ITSELF))]
        if rests.profiles:
            parts.append(self._own_profiles)
        parts += [self._known_of(region) for region in rests.regions]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @cached_property
    def _helpers(self) -> str:
        """Python, the libraries with their versions, and which programs are installed."""
        programs = [shutil.which(name) for name in _PROGRAMS]
        modules = [importlib.util.find_spec(name) is not None for name in _MODULES]
        return repr((sys.version, state.libraries(), programs, modules, os.environ.get("TESSDATA_PREFIX")))

    @cached_property
    def _own_profiles(self) -> str:
        files = sorted(self.profiles.glob("*.yaml")) if self.profiles.is_dir() else []
        return repr([(f.name, state.file_digest(f)) for f in files])

    def _known_of(self, region: str | None) -> str:
        """The files of the reference that know a region; without a region all of them."""
        from pipeline.ids import fold
        from pipeline.reference import INDEX

        if self.reference is None:
            return "[]"
        folder, found = self.reference.folder, []
        for origin in self.reference.origins:
            if region is None or fold(region) in map(fold, origin.regions):
                file = folder / (INDEX if origin.imported else origin.file)
                found.append((origin, state.file_digest(file)))
        return repr(found)

    @cached_property
    def _states(self) -> dict[Rests, str]:
        return {}
