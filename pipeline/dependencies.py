"""What the result of a stage rests on: the modules that it runs and the data files that these read.

Found in the program text, so nothing has to be kept by hand: a module rests on the modules that it imports
(anywhere in it, but not for types only), on the data files that it names, and, where it imports by name, on
the modules that it names. More than is needed is harmless, less is not: `tests/test_dependencies.py` reads
documents of every format and holds what really ran, and what was really opened, against this.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_TYPES_ONLY = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+[^\n]*\n|\n)*", re.MULTILINE)
_IMPORT = re.compile(
    r"^[ \t]*(?:from (pipeline[.\w]*) import (\([^)]*\)|[^\n]*)|import (pipeline[.\w]*))", re.MULTILINE
)
_NAME = re.compile(r"\w+")
_NO_NAME = re.compile(r"#[^\n]*|\bas \w+")
_STRING = re.compile(r"""["']([\w.-]+)(?::\w+)?["']""")
_FOLDERS = ("profiles", "messages")  # data that are read as whole folders


def digest(seeds: Iterable[str], leaves: Iterable[str] = ()) -> str:
    """SHA-256 over all that modules rest on, by content; of `leaves` their own text and data only.

    Modules are named without the package: `extractors.pdf`.
    """
    return _digest(tuple(sorted(set(seeds))), tuple(sorted(set(leaves))))


@cache
def _digest(seeds: tuple[str, ...], leaves: tuple[str, ...]) -> str:
    whole = hashlib.sha256()
    for path in sorted(closure(seeds, leaves)):
        whole.update(f"\0{path}\0{_content(path)}".encode())
    return whole.hexdigest()


def closure(seeds: Iterable[str], leaves: Iterable[str] = ()) -> set[str]:
    """The files, relative to the package, that modules rest on; of `leaves` the modules and their data."""
    found: set[str] = set()
    for module in leaves:
        found |= _named(module)[1]
    waiting, seen = list(seeds), set[str]()
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            modules, files = _named(module)
            found |= files
            waiting += modules
    return found


@cache
def _file(module: str) -> str | None:
    """The file of a module relative to the package, None when there is no such module."""
    path = "/".join(module.split(".")) if module else "."
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if (_PACKAGE / candidate).is_file():
            return candidate.removeprefix("./")
    return None


@cache
def _content(path: str) -> str:
    return hashlib.sha256((_PACKAGE / path).read_bytes()).hexdigest()


@cache
def _named(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The modules that a module names, and its own file with the data files that it names."""
    path = _file(module)
    if path is None:
        return frozenset(), frozenset()
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    text = _TYPES_ONLY.sub("", (_PACKAGE / path).read_text(encoding="utf-8"))
    modules: set[str] = set()
    for home, names, whole in _IMPORT.findall(text):
        if whole:
            modules.add(whole.partition(".")[2])
            continue
        base = home.partition(".")[2]
        for name in _NAME.findall(_NO_NAME.sub("", names)):
            inner = f"{base}.{name}".strip(".")
            modules.add(inner if _file(inner) is not None else base)
    strings = set(_STRING.findall(text))
    if "import_module" in text:
        modules |= {inner for s in strings if _file(inner := f"{package}.{s}".strip(".")) is not None}
    modules.discard("")  # the package itself only names its public functions
    lists = "lexicons" in modules
    files = {
        file
        for file, name, folder in _data()
        if name in strings
        or (folder == "lexicons" and lists and name.partition(".")[0] in strings)
        or (folder in _FOLDERS and folder in strings)
    }
    return frozenset(modules), frozenset({path, *files})


@cache
def _data() -> tuple[tuple[str, str, str], ...]:
    """(path relative to the package, name, folder) of every data file."""
    files = sorted(p for p in (_PACKAGE / "data").rglob("*") if p.is_file())
    return tuple((p.relative_to(_PACKAGE).as_posix(), p.name, p.parent.name) for p in files)
