"""Adds decisions to the file that people write: what stands there (comments, order, layout) is left alone.

New entries are appended as text. Only where a person changes their mind is an entry rewritten in place,
through a loader that keeps comments and order.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pipeline.decisions_file import Decision, parse
from pipeline.errors import SetupError
from pipeline.model import note

Entry: TypeAlias = Mapping[str, object]
Outcome: TypeAlias = Literal["new", "changed", "same"]
_DECIDES = ("decision", "value", "about", "who", "when", "why")  # what a change of mind replaces


def add(path: Path, entries: Sequence[Entry]) -> list[Outcome]:
    """Write decisions about findings into the file; for each entry what became of it. Raises SetupError when
    the file cannot be used or written.
    """
    text = _read(path)
    outcomes: list[Outcome] = []
    for entry in entries:
        there = parse(text, str(path))
        old = next(
            (i for i in reversed(range(len(there))) if there[i].entry.finding == entry["finding"]), None
        )
        if old is None:
            text = _appended(text, entry, path, there)
            outcomes.append("new")
        elif _same(there[old], entry):
            outcomes.append("same")
        else:
            text = _changed(text, old, entry, path)
            outcomes.append("changed")
    if outcomes and set(outcomes) != {"same"}:
        parse(text, str(path))
        _write(path, text)
    return outcomes


def _same(old: Decision, new: Entry) -> bool:
    return old.entry.decision == new["decision"] and old.entry.value == new.get("value")


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problem = note("decisions.utf8")
        raise SetupError("setup.decisions", file=str(path), line=line, problem=problem) from error
    except OSError as error:
        raise SetupError("setup.cannot-read", file=str(path), problem=error.strerror or str(error)) from error


def _write(path: Path, text: str) -> None:
    """In one step: a reader sees the old file or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SetupError(
            "setup.decisions-write", file=str(path), problem=error.strerror or str(error)
        ) from error


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _appended(text: str, entry: Entry, path: Path, there: Sequence[Decision]) -> str:
    end = _newline(text)
    before = text if not text or text.endswith("\n") else text + end
    if path.suffix == ".jsonl":
        return before + json.dumps(entry, ensure_ascii=False) + end
    loaded = _yaml().load(text) if there else None
    block = loaded is None or not loaded.fa.flow_style()
    if block:
        indent = " " * (loaded.lc.col if loaded is not None else 0)
        lines = _dump([dict(entry)]).split("\n")
        new = before + end.join(indent + line if line else line for line in lines)
        if _grew(new, path, there):
            return new
    data = loaded if loaded is not None else []  # a list in brackets, a marked end: written anew
    data.append(dict(entry))
    return _dump(data).replace("\n", end)


def _grew(text: str, path: Path, there: Sequence[Decision]) -> bool:
    """Does the text hold the old decisions and one more?"""
    try:
        now = parse(text, str(path))
    except SetupError:
        return False
    return len(now) == len(there) + 1 and [d.entry for d in now[:-1]] == [d.entry for d in there]


def _changed(text: str, number: int, entry: Entry, path: Path) -> str:
    end = _newline(text)
    if path.suffix == ".jsonl":
        lines = text.split("\n")
        at = [i for i, line in enumerate(lines) if line.strip()][number]
        old = {k: v for k, v in json.loads(lines[at]).items() if k not in _DECIDES}
        lines[at] = json.dumps({**old, **entry}, ensure_ascii=False)
        return "\n".join(lines)
    data = _yaml().load(text)
    mapping = data[number]
    for key in _DECIDES:
        if key not in entry:
            mapping.pop(key, None)
    for position, (key, value) in enumerate(entry.items()):
        if key in mapping:
            mapping[key] = value
        else:
            mapping.insert(min(position, len(mapping)), key, value)
    dumped = _dump(data, data.lc.col if not data.fa.flow_style() else 0)
    return dumped.replace("\r\n", "\n").replace("\n", end)


def _yaml(column: int = 0) -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.allow_unicode = True
    yaml.width = 1 << 16  # no line is broken
    yaml.indent(mapping=2, sequence=2 + column, offset=column)
    return yaml


def _dump(data: object, column: int = 0) -> str:
    stream = io.StringIO()
    _yaml(column).dump(data, stream)
    return stream.getvalue()
