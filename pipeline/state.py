"""What the last build was made from: if nothing changed, there is nothing to do.

The fingerprint covers every input (sources, references, profiles, decisions by content), the options and
the program itself (its files by content); the outputs are checked by size and modification time. Imports
nothing heavy: a build that does nothing must be quick.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_PACKAGE = Path(__file__).parent
_LIBRARIES = frozenset(
    {
        "charset-normalizer", "duckdb", "jinja2", "lxml", "numpy", "opencv-python-headless", "openpyxl",
        "pandas", "pdfminer-six", "pdfplumber", "pillow", "pymorphy3", "pymorphy3-dicts-ru", "pypdfium2",
        "python-docx", "rapidfuzz", "regex", "ruamel-yaml", "tesserocr", "xlrd",
    }
)  # fmt: skip


def fingerprint(inputs: Iterable[tuple[str, Path]], options: Mapping[str, object]) -> str:
    """SHA-256 over names and contents of all inputs, the options, the program and its libraries."""
    digest = hashlib.sha256()
    digest.update(json.dumps(dict(options), sort_keys=True, default=str).encode())
    digest.update(f"{program()}{sys.version}{libraries()}".encode())
    for name, path in inputs:
        digest.update(os.fsencode(f"\0{name}\0"))
        digest.update(file_digest(path).encode())
    return digest.hexdigest()


def program() -> str:
    """SHA-256 over the program's own files (code, rules, lexicons, templates)."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(_PACKAGE):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        for name in sorted(files):
            path = Path(folder) / name
            digest.update(str(path.relative_to(_PACKAGE)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def libraries() -> list[str]:
    """`NAME-VERSION` of the installed libraries that bear on a build, as their folders say."""
    found: set[str] = set()
    for folder in sys.path:
        with contextlib.suppress(OSError), os.scandir(folder or ".") as inside:
            for file in inside:
                library, _, version = file.name.partition("-")
                library = re.sub(r"[-_.]+", "-", library).lower()
                if library in _LIBRARIES and version.endswith(".dist-info"):
                    found.add(f"{library}-{version}")
    return sorted(found)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content; a word for what cannot be read (its finding is made when it is read), or
    would never end: a pipe, a device.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "special"
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable:{error.errno}"


def outputs(folders: Iterable[Path]) -> dict[str, list[int]]:
    """Every output file with its size and modification time."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                status = path.stat()
                found[f"{folder.name}/{path.relative_to(folder)}"] = [status.st_size, status.st_mtime_ns]
    return found


def load(file: Path) -> dict[str, object]:
    """The saved state, {} when there is none or it cannot be used (then everything is built)."""
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def save(file: Path, state: Mapping[str, object]) -> None:
    """Keep the state; a folder that cannot be written only costs the next build its short cut."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_text(json.dumps(dict(state), sort_keys=True), encoding="utf-8")
        new.replace(file)
    except OSError:
        return
