"""The items of a decisions file, one by one: where each begins, and what it says.

YAML readers in Python take 3 ms an entry, half a minute for ten thousand. What `prikaz decide` and `prikaz
review` write has a plain form (a block sequence of mappings, a scalar a line); such items are read here, and
every item that was read once is remembered by its text. Whatever has another form is left to the YAML reader:
an item that reads differently here than there would be a defect (held by a property test).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

Lines: TypeAlias = dict[tuple[str | int, ...], int]  # place within an entry → line of the file
Plain: TypeAlias = "dict[str, str | dict[str, str]]"

_BREAKS = re.compile("\r(?!\n)|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ufeff]")
_FIRST = re.compile(r"(?: *(?:#[^\n]*)?\r?\n)*(?P<indent> *)- ")
_KEY = r"(?P<key>[a-z_]+):"
_TOP = re.compile(rf"(?P<dash>(?:- |  )){_KEY}(?P<value> .*)?")
_INNER = re.compile(rf"    {_KEY}(?P<value> .*)?")
# plain scalars without anything that YAML could take for something else: no tab, no «: », no « #»
_SAFE = re.compile(
    r"(?!.*(?:: | #))[\w«№](?:[\w «»№.,;/()\[\]{}+=%*!?’'\"<>&#:–—‑-]*[\w«»№.,;/()\[\]{}+=%*!?’'\"<>&#–—‑-])?"
)
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_TYPED = re.compile(
    r"[\d.+-].*|~|null|true|false|yes|no|on|off|y|n", re.IGNORECASE
)  # other readers see types


@dataclass(frozen=True, slots=True)
class Items:
    """A file cut into its items. `column` of the dashes; `head` is what stands before the first one.

    Joined again (`head` and all `texts`) they are the file to the letter. `lines`: of each dash, from 1.
    """

    column: int
    head: str
    texts: tuple[str, ...]
    lines: tuple[int, ...]


@lru_cache(maxsize=8)
def split(text: str) -> Items | None:
    """The items of a plain block sequence, None for any other form (brackets, documents, nothing at all)."""
    first = _FIRST.match(text)
    if first is None or _BREAKS.search(text):
        return None
    column = len(first["indent"])
    dash, odd = _lines_of(column)
    if odd.search(text):
        return None
    starts = [match.start() for match in dash.finditer(text)]
    ends = [*starts[1:], len(text)]
    texts = tuple(text[a:b] for a, b in zip(starts, ends, strict=True))
    lines, line, before = [], 1, 0
    for start in starts:
        line += text.count("\n", before, start)
        before = start
        lines.append(line)
    return Items(column, text[: starts[0]], texts, tuple(lines))


@cache
def _lines_of(column: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How an item begins, and what no line of a plain sequence looks like: neither blank, nor a comment, nor
    the beginning of an item, nor further to the right than its dash.
    """
    dash = rf"^ {{{column}}}-(?= |\r?$)"
    odd = rf"^(?! *(?:#|\r?$)|{dash[1:]}| {{{column + 1},}}[^ \t\r\n])"
    return re.compile(dash, re.MULTILINE), re.compile(odd, re.MULTILINE)


def body(item: str) -> tuple[str, str]:
    """An item without the blank lines and comments that follow it, and these."""
    lines = item.splitlines(keepends=True)
    end = len(lines)
    while end > 1 and lines[end - 1].lstrip()[:1] in ("", "#"):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def read(item: str, column: int) -> Plain | None:
    """What an item of the plain form says, all scalars as text; None if it has another form."""
    data: Plain = {}
    inner: dict[str, str] | None = None
    for number, line in enumerate(body(item)[0].split("\n")):
        line = line[column:].removesuffix("\r")
        if not line:
            continue
        if inner is not None and (match := _INNER.fullmatch(line)):
            key, value = match["key"], _scalar(match["value"])
            if value is None or key in inner:
                return None
            inner[key] = value
            continue
        match = _TOP.fullmatch(line)
        if match is None or (match["dash"] == "- ") != (number == 0) or inner == {}:
            return None
        key, inner = match["key"], None
        if key in data:
            return None
        if match["value"] is None:
            data[key] = inner = {}
        elif (value := _scalar(match["value"])) is not None:
            data[key] = value
        else:
            return None
    return data if inner != {} else None


def _scalar(text: str | None) -> str | None:
    if text is None:
        return None
    text = text[1:]
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1].replace("''", "'") if text.isprintable() else None
    return text if _SAFE.fullmatch(text) and text.isprintable() else None


def write(entry: Mapping[str, object], column: int = 0) -> str | None:
    """An entry in the plain form, None for one that does not fit in it."""
    lines = []
    for key, value in entry.items():
        if isinstance(value, Mapping):
            inner = {k: _written(str(v)) for k, v in value.items()}
            if not inner or None in inner.values():
                return None
            lines += [f"{key}:", *(f"  {k}: {v}" for k, v in inner.items())]
        elif (text := _written(str(value))) is not None:
            lines.append(f"{key}: {text}")
        else:
            return None
    pad = " " * column
    return "".join(f"{pad}{'- ' if n == 0 else '  '}{line}\n" for n, line in enumerate(lines))


def _written(text: str) -> str | None:
    if not text.isprintable() or _BREAKS.search(text):
        return None
    if _SAFE.fullmatch(text) and not _TYPED.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"
