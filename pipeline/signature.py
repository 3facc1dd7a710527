"""Who signed an order: the name and the position below its points, in the ways in which they are set.

Position and name may stand on one line (parted by spaces, tabs, a rule to sign on, «(подпись)»), on
successive lines, in the cells of a table without rules or of a spreadsheet; the position may go on below, and
may follow the name. Words that begin a position (`data/lexicons/signatory_words.csv`) are needed only where
the position follows the name or stands on the same line without a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from pipeline import lexicons
from pipeline.model import Place

_INITIALS = r"(?:\p{Lu}\.\s?(?:\p{Lu}\.)?)"
_SURNAME = r"(?<![\p{L}-])\p{Lu}[\p{Ll}\p{Lu}-]++"
_PATRONYMIC = r"\p{Lu}\p{Ll}+(?:вич|вна|[иы]чна|ьич)"
_NAME = regex.compile(
    rf"(?:{_INITIALS}\s?{_SURNAME}|{_SURNAME}\s{_INITIALS}"
    rf"|{_SURNAME}\s\p{{Lu}}\p{{Ll}}+\s{_PATRONYMIC}|\p{{Lu}}\p{{Ll}}+\s{_PATRONYMIC}\s{_SURNAME})"
)
_ACTING_LETTERS = regex.compile(r"И\.\s?О\.\s?(\p{Lu}[\p{Ll}\p{Lu}-]+)")
_POINT = regex.compile(r"\s*\d{1,3}(?:\.\d{1,3})*[.)]\s")
_GAP = regex.compile(r"\s{3,}|\t+|_{2,}")
_JUNK = regex.compile(r"\W*+(?:(?:личная\s+)?подпись|М\.?\s?П\.?)?\W*+", regex.IGNORECASE)
_SIGNED = regex.compile(r"(?i)^п\s?/\s?п\s+")  # «signed by», in a copy
_LONGEST = 200  # characters of a line with position and name
_LINE = 90  # characters of a line of a position
_LINES = 3  # lines that a position may have


@dataclass(frozen=True, slots=True)
class Line:
    """One line outside tables, with its place. `row`: lines of one row of a table without rules share it."""

    text: str
    place: Place | None = None
    is_tab: bool = False  # the name of a spreadsheet's sheet
    row: tuple[int, int] | None = None


def is_name(text: str) -> bool:
    """A surname with initials, or a whole name; «И.О. Начальника» is none."""
    text = text.strip().strip("/()").strip()
    if _NAME.fullmatch(text) is None:
        return False
    acting = _ACTING_LETTERS.fullmatch(text)
    return acting is None or acting[1].casefold() not in lexicons.words("positions", "word")


def find(lines: Sequence[Line]) -> tuple[Line | None, Line | None]:
    """Name and position of the one who signed; the position has as many lines as it is set in.

    A name without a position is taken only where no other has one: it may be the end of a point («возложить
    на ⏎ Коваленко Н.А.»).
    """
    lines = [x for x in lines if not _begins_with(x.text, "other", "stamp")]
    first = 1 + max((i for i, x in enumerate(lines) if _POINT.match(x.text)), default=-1)
    alone: Line | None = None
    for i in range(first, len(lines)):
        found = _named(lines[i])
        if found is None:
            continue
        name, before, after = found
        position = (
            _position_above(lines, first, i, before)
            or _position_in_row(lines, i)
            or _position_below(lines, i, after)
        )
        if position:
            return name, Line("\n".join(x.text.strip() for x in position), position[0].place)
        if not (before and before[0].text[:1].islower()):
            alone = alone or name
    return alone, None


def _named(line: Line) -> tuple[Line, list[Line], list[Line]] | None:
    """The name on a line, and what of a position stands before and after it there."""
    text = _SIGNED.sub("", line.text.strip())
    parts = [p for p in (x.strip() for x in _GAP.split(text)) if p and not _JUNK.fullmatch(p)]
    at = next((k for k, p in enumerate(parts) if is_name(p)), None)
    if at is not None and len(text) < (_LONGEST if len(parts) > 1 else _LINE):
        made = [Line(p, line.place) for p in parts]
        name = Line(parts[at].strip("/()").strip(), line.place)
        return name, made[:at][:1], [x for x in made[at + 1 :] if begins_position(x.text)]
    if len(parts) != 1 or len(text) >= _LONGEST or _POINT.match(text):
        return None
    for match in _NAME.finditer(text, overlapped=True):
        before, after = text[: match.start()], text[match.end() :]
        if not is_name(match.group()):
            continue
        if not after.strip(" /)") and before[-1:].isspace() and _is_position(before):
            return Line(match.group(), line.place), [Line(before.strip(), line.place)], []
        if not before and after[:1] in " ,–-" and begins_position(rest := after.lstrip(" ,–-")):
            return Line(match.group(), line.place), [], [Line(rest, line.place)]
    return None


def _is_position(text: str) -> bool:
    """The text before a name, without a gap, is a position: it begins so, or is a short run of words."""
    text = text.strip()
    if begins_position(text):
        return len(text) <= _LINE and not regex.search(r"[;:]|(?<!\b\p{L}{1,2})\.\s", text[6:])
    return regex.fullmatch(r"\p{L}[^.;:]{5,90}", text) is not None


@cache
def _beginnings(*kinds: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in lexicons.rows("signatory_words") if row["kind"] in kinds)


@cache
def _territories() -> frozenset[str]:
    return frozenset(r["word"] for r in lexicons.rows("signatory_words") if r["kind"] == "territory")


def begins_position(text: str) -> bool:
    return _begins_with(text, "acting", "position")


def _begins_with(text: str, *kinds: str) -> bool:
    folded = " ".join(text.casefold().split())
    return any(
        folded.startswith(word) and not folded[len(word) : len(word) + 1].isalpha()
        for word in _beginnings(*kinds)
    )


def _position_above(lines: Sequence[Line], first: int, at: int, own: Sequence[Line]) -> list[Line]:
    """The position before the name on its line, and the short lines right above that belong to it; lines
    below in which it goes on.
    """
    found = list(own)
    for line in reversed(lines[first:at]):
        if len(line.text) > _LINE or regex.search(r"[.;:]\s*$", line.text) or len(found) == _LINES:
            break
        if _named(line) is not None:
            break
        found.insert(0, line)
    while found and not (found[0].text.strip()[:1].isupper() or begins_position(found[0].text)):
        found.pop(0)
    return found + _continued(lines, at, found) if found else []


def _position_in_row(lines: Sequence[Line], at: int) -> list[Line]:
    """The other lines of the name's row in a table without rules."""
    row = lines[at].row
    if row is None:
        return []
    others = [x for i, x in enumerate(lines) if x.row == row and i != at and not _JUNK.fullmatch(x.text)]
    return others if others and begins_position(others[0].text) else []


def _position_below(lines: Sequence[Line], at: int, own: Sequence[Line]) -> list[Line]:
    """The position after the name: on its line, or on the next ones if no other name follows them."""
    if own:
        return [*own[:1], *_continued(lines, at, own[:1])]
    below = [x for x in lines[at + 1 : at + 2] if begins_position(x.text) and _named(x) is None]
    if not below:
        return []
    found = [*below, *_continued(lines, at + 1, below)]
    after = lines[at + 1 + len(found) : at + 2 + len(found)]
    return [] if any(_named(x) is not None for x in after) else found


def _continued(lines: Sequence[Line], at: int, position: Sequence[Line]) -> list[Line]:
    """Lines below line `at` in which the position goes on: they begin with a small letter, or name the
    territory that it is held in.
    """
    found: list[Line] = []
    for line in lines[at + 1 : at + _LINES]:
        text = line.text.strip()
        last = (found or position)[-1].text.rstrip()
        if len(text) > _LINE or regex.search(r"[.;:\d]$", text) or _named(line) is not None:
            break
        if not (_goes_on(text) or last.endswith(("–", "—", "-", ","))):
            break
        found.append(line)
    return found


def _goes_on(text: str) -> bool:
    if text[:1].islower():
        return not begins_position(text)
    words = text.casefold().split()
    return len(words) < 6 and bool(words) and (words[-1] in _territories() or words[0] in _territories())
