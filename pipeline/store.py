"""What each source gave, kept by content, so that a build reads only what changed.

A key covers the source's bytes and shown name, the program with its rules and lexicons, and the user's
references, profiles and limits (time and memory do not matter for a source that was read). An entry
that is damaged, cut, or from elsewhere is read anew: its first 32 bytes are the SHA-256 of the rest. Entries
are written beside and renamed, so that two builds at once do no harm; those that no build asked for in a week
are removed. The folder holds pickles of our own making: share it as little as you would share compiled code.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pickle
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline import limits, state, transport

_WEEK = 7 * 24 * 3600.0
_DIGEST = 32
_PROGRAMS = ("soffice", "libreoffice", "tesseract")
_MODULES = ("tesserocr", "cv2")


def basis(folders: Sequence[Path]) -> str:
    """What every reading rests on: the program, the helpers that are installed, all files of the folders."""
    digest = hashlib.sha256(state.program().encode())
    digest.update(repr([shutil.which(name) is not None for name in _PROGRAMS]).encode())
    digest.update(repr([importlib.util.find_spec(name) is not None for name in _MODULES]).encode())
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else ():
            digest.update(os.fsencode(f"\0{path.relative_to(folder)}\0{state.file_digest(path)}"))
    return digest.hexdigest()


def key(path: Path, name: str, base: str) -> str | None:
    """The name of a source's entry on a basis; None for what is no plain file (reading it says what is
    wrong).
    """
    if not path.is_file():
        return None
    content = state.file_digest(path)
    whole = f"{base}\0{limits.current()!r}\0{name}\0{content}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def load(folder: Path, entry: str) -> Any:
    """What is kept under a key; None when there is nothing that can be used."""
    file = folder / entry
    try:
        data = file.read_bytes()
        if hashlib.sha256(memoryview(data)[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        value = transport.loads(memoryview(data)[_DIGEST:])
        os.utime(file)
    except (OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError, TypeError):
        return None
    return value


def save(folder: Path, entry: str, value: object) -> None:
    """Keep a value; a folder that cannot be written costs the next build its short cut only."""
    data = transport.dumps(value)
    new = folder / f".{entry}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.write_bytes(hashlib.sha256(data).digest() + data)
        new.replace(folder / entry)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()


def tidy(folder: Path, used: Iterable[str]) -> None:
    """Remove entries that no build has asked for in a week."""
    keep, oldest = set(used), time.time() - _WEEK
    with contextlib.suppress(OSError):
        for file in folder.iterdir():
            if file.name not in keep and file.stat().st_mtime < oldest:
                file.unlink()
