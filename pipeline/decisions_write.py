"""Adds decisions to the file that people write: what stands there (comments, order, layout) is left alone.

New entries are appended as text. Only where a person changes their mind is an entry rewritten in place,
through a loader that keeps comments and order. Nothing gets lost when two programs, or a program and a person
with an editor, write at once: programs take turns by a lock on the folder, and a file that was saved by
somebody else meanwhile is read again.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pipeline import decisions_items
from pipeline.decisions_file import Decision, parse
from pipeline.errors import SetupError
from pipeline.model import note

Entry: TypeAlias = Mapping[str, object]
Outcome: TypeAlias = Literal["new", "changed", "same", "removed", "kept"]
_DECIDES = ("decision", "value", "about", "who", "when", "why")  # what a change of mind replaces
_PATIENCE = 10.0  # seconds that another program may hold the file
_TRIES = 20  # times that somebody may save the file while it is being written


def add(path: Path, entries: Sequence[Entry]) -> list[Outcome]:
    """Write decisions about findings into the file; for each entry what became of it. Raises SetupError when
    the file cannot be used or written.
    """
    return rewrite(path, lambda text: _added(text, entries, path))


def restore(path: Path, before: Mapping[str, Entry | None], after: Mapping[str, Entry]) -> list[Outcome]:
    """Take back decisions: for each finding of `after` the entry of `before` (None: there was none).

    An entry that no longer says what `after` says was changed by somebody else and is `kept`. Raises
    SetupError.
    """

    def change(text: str) -> tuple[str, list[Outcome]]:
        outcomes: list[Outcome] = []
        there = list(parse(text, str(path)))
        gone: list[int] = []
        back: list[tuple[int, Entry]] = []
        last = {d.entry.finding: i for i, d in enumerate(there) if d.entry.finding}
        for finding, entry in after.items():
            number = last.get(finding)
            old = before.get(finding)
            if number is None or not _same(there[number], entry):
                outcomes.append("kept")
            elif old is None:
                gone.append(number)
                outcomes.append("removed")
            else:
                back.append((number, old))
                outcomes.append("changed")
        for number, old in back:
            text = _changed(text, number, old, path)
        return _without(text, gone, path), outcomes

    return rewrite(path, change)


def rewrite(path: Path, change: Callable[[str], tuple[str, list[Outcome]]]) -> list[Outcome]:
    """The file with a change made to its text, on what stands there at that moment. Raises SetupError."""
    with _turn(path):
        for _ in range(_TRIES):
            text = _read(path)
            new, outcomes = change(text)
            if new == text:
                return outcomes
            parse(new, str(path))
            if _write(path, new, text):
                return outcomes
    raise SetupError("setup.decisions-busy", file=str(path))


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Wait for one's turn to write: a lock on the folder, so that none is left lying about."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise SetupError("setup.decisions-busy", file=str(path)) from error
                time.sleep(0.01)
            except OSError:  # a file system without locks
                break
        yield
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> SetupError:
    return SetupError("setup.decisions-write", file=str(path), problem=error.strerror or str(error))


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


def _write(path: Path, text: str, was: str) -> bool:
    """In one step: a reader sees the old file or the new one. False if the file is no longer what it was."""
    target = Path(os.path.realpath(path))  # a link stays a link; `resolve` fails on links in a ring
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask)
            if _read(path) != was:
                Path(name).unlink()
                return False
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, error) from error
    return True


# ------------------------------------------------------------------------------------------------ the text


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _added(text: str, entries: Sequence[Entry], path: Path) -> tuple[str, list[Outcome]]:
    there = list(parse(text, str(path)))
    last = {d.entry.finding: i for i, d in enumerate(there) if d.entry.finding}
    outcomes: list[Outcome] = []
    new: dict[str, Entry] = {}
    for entry in entries:
        finding = str(entry["finding"])
        number = last.get(finding)
        if finding in new:
            new[finding] = entry
            outcomes.append("changed")
        elif number is None:
            new[finding] = entry
            outcomes.append("new")
        elif _same(there[number], entry):
            outcomes.append("same")
        else:
            text = _changed(text, number, entry, path)
            outcomes.append("changed")
    return _appended(text, list(new.values()), path), outcomes


def _appended(text: str, entries: Sequence[Entry], path: Path) -> str:
    if not entries:
        return text
    end = _newline(text)
    before = text if not text or text.endswith("\n") else text + end
    if path.suffix == ".jsonl":
        return before + "".join(json.dumps(entry, ensure_ascii=False) + end for entry in entries)
    there = parse(text, str(path))
    items = decisions_items.split(text)
    if items is not None or not there:
        column = items.column if items is not None else 0
        new = before + "".join(_item(entry, column).replace("\n", end) for entry in entries)
        if _grew(new, path, there, len(entries)):
            return new
    loaded = _yaml().load(text) if there else None
    if loaded is None or not loaded.fa.flow_style():
        indent = " " * (loaded.lc.col if loaded is not None else 0)
        lines = _dump([dict(entry) for entry in entries]).split("\n")
        new = before + end.join(indent + line if line else line for line in lines)
        if _grew(new, path, there, len(entries)):
            return new
    data = loaded if loaded is not None else []  # a list in brackets, a marked end: written anew
    data.extend(dict(entry) for entry in entries)
    return _dump(data).replace("\n", end)


def _item(entry: Entry, column: int) -> str:
    plain = decisions_items.write(entry, column)
    if plain is not None:
        return plain
    lines = _dump([dict(entry)]).splitlines()
    return "".join(" " * column + line + "\n" if line else "\n" for line in lines)


def _grew(text: str, path: Path, there: Sequence[Decision], by: int) -> bool:
    """Does the text hold the old decisions and so many more?"""
    try:
        now = parse(text, str(path))
    except SetupError:
        return False
    return len(now) == len(there) + by and [d.entry for d in now[: len(there)]] == [d.entry for d in there]


def _without(text: str, numbers: Sequence[int], path: Path) -> str:
    """The text without some entries; comments that stand between entries stay."""
    if not numbers:
        return text
    if path.suffix == ".jsonl":
        lines = text.split("\n")
        filled = [i for i, line in enumerate(lines) if line.strip()]
        gone = {filled[n] for n in numbers}
        return "\n".join(line for i, line in enumerate(lines) if i not in gone)
    left = [d.entry for i, d in enumerate(parse(text, str(path))) if i not in set(numbers)]
    items = decisions_items.split(text)
    if items is not None:
        kept = [decisions_items.body(t)[1] if i in set(numbers) else t for i, t in enumerate(items.texts)]
        new = items.head + "".join(kept)
        try:
            if [d.entry for d in parse(new, str(path))] == left:
                return new
        except SetupError:
            pass
    data = _yaml().load(text)
    for number in sorted(numbers, reverse=True):
        del data[number]
    return _dump(data).replace("\n", _newline(text)) if data else ""


def _changed(text: str, number: int, entry: Entry, path: Path) -> str:
    from ruamel.yaml.error import YAMLError

    end = _newline(text)
    if path.suffix == ".jsonl":
        lines = text.split("\n")
        at = [i for i, line in enumerate(lines) if line.strip()][number]
        old = {k: v for k, v in json.loads(lines[at]).items() if k not in _DECIDES}
        lines[at] = json.dumps({**old, **entry}, ensure_ascii=False)
        return "\n".join(lines)
    items = decisions_items.split(text)
    if items is None:
        return _mended(text, number, entry).replace("\n", end)
    # only this item: the rest of the file stays to the letter
    own, rest = decisions_items.body(items.texts[number])
    try:
        new = _mended(own, 0, entry).replace("\n", end)
    except YAMLError:  # it names what another entry defines
        return _mended(text, number, entry).replace("\n", end)
    return items.head + "".join([*items.texts[:number], new + rest, *items.texts[number + 1 :]])


def _mended(text: str, number: int, entry: Entry) -> str:
    """A YAML text with another decision in one of its entries, with line feeds only."""
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
    return dumped.replace("\r\n", "\n")


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
