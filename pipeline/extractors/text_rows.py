"""Where rows begin among lines of a table that no rule parts.

A line continues the row above it unless something shows that it begins one:

- the first column is a column of numbers, and the line has the next number;
- the columns left of it are merged over their group: line after line fills the same columns, and begins with
  the word that numbered rows begin with («МБОУ»), or its first word would still have had room on the line
  above, so that nobody would have begun a new line there;
- there are no numbers, and its first column had room on the line above, or all columns begin anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline import levels, lexicons, signature

_NUMBER = regex.compile(r"(?:№\s*)?(\d{1,4}(?:\.\d{1,3}){0,4})[.)]?")
_HEADING = 6  # characters; shorter texts among the numbers are parts of one
_NUMBERED = 0.6  # share of numbers in a column of numbers; headings stand in it too
_MOST = 0.8  # share of lines that makes a habit
_GOES_ON = regex.compile(r"\P{L}|\p{Ll}{1,4}\.")  # «г. Вязьмы» behind a name
_OPENING, _CLOSING = '«„“"(', '»“”")'
_SECTION = regex.compile(r"\d{1,3}\.\s+\p{Lu}")
_LONG = 10  # digits of a telephone or a taxpayer number
_FEWEST = 3
_NEARLY_ALL = 0.95
_TALLEST = 200  # lines of a row
_ROOM = 1  # a word needs this much space before it

Lines = Sequence[Sequence[str]]
"""The lines of a band: one text a column, stripped, "" where the line has none."""


def is_number(text: str) -> bool:
    """A row number: «3», «3.», «1.2.», «№ 4», «5)»."""
    return _NUMBER.fullmatch(text.strip()) is not None


def numbered(first_column: Sequence[str]) -> bool:
    """The texts of a first column, from the first number on, are mostly row numbers (above it stands the
    head).
    """
    filled = [t for t in first_column if t.strip()]
    first = next((i for i, t in enumerate(filled) if is_number(t)), len(filled))
    body = filled[first:]
    return bool(body) and sum(map(is_number, body)) >= _NUMBERED * len(body) and len(body) * 2 >= len(filled)


def starts(lines: Lines, widths: Sequence[int], *, has_numbers: bool, ruled: bool) -> list[int]:
    """The lines (counted from 0) that begin a row; always with 0.

    `widths` are the columns' widths in characters; `has_numbers`: the table's first column is numbers;
    `ruled`: rules part rows elsewhere in this table, so that their absence means something.
    """
    n = len(lines)
    if n < 2:
        return [0] if n else []
    if has_numbers:
        depths = Counter(len(_key(line[0])) for line in lines if is_number(line[0]))
        depth = depths.most_common(1)[0][0] if depths else 0
        found = [0] + [i for i in range(1, n) if _new_number(lines, i, widths, depth)]
        if len(found) == 1 and ruled:
            return [0]
        return _with_groups(lines, found, widths)
    if ruled:
        return [0]
    usual = [c for c in range(len(widths)) if sum(1 for line in lines if line[c]) * 2 >= n]
    found = [0]
    for i in range(1, n):
        begins = _begins(lines[i - 1], lines[i], widths[0], usual) or _is_total(lines[i])
        begins = begins or _is_heading(lines[i]) or (_is_heading(lines[i - 1]) and bool(lines[i][0]))
        if begins or _resumes(lines, found[-1], i) or _all_said(lines, found[-1], i):
            found.append(i)
    return _with_groups(lines, found, widths)


def _begins(above: Sequence[str], line: Sequence[str], width: int, usual: Sequence[int]) -> bool:
    """A line without a number begins a row: its first column had room above, or all columns begin anew."""
    if not line[0] or _goes_on(line[0], above[0]) or above[0].endswith("-"):
        return False
    if above[0] and len(above[0]) + _ROOM + len(_first_word(line[0])) <= width:
        return True
    return len(usual) > 1 and all(line[c] and not _goes_on(line[c], above[c]) for c in usual)


def _goes_on(text: str, above: str) -> bool:
    """A text that does not begin a cell: with a small letter, or with a name in quotes behind none."""
    return text[0].islower() or (text[0] in _OPENING and bool(above) and above[-1] not in _CLOSING)


def _is_heading(line: Sequence[str]) -> bool:
    """«2. Буинский район», «Буинский район» and nothing beside it."""
    if not line[0] or any(line[1:]) or line[0][0].islower():
        return False
    kinds = levels.kinds(line[0])
    return _SECTION.match(line[0]) is not None or (
        "municipality" in kinds and not kinds & {"school", "organization"}
    )


def _anchored(lines: Lines) -> list[int]:
    """The lines that have a value of a column whose values take one line each: telephones, taxpayer numbers,
    names of persons.
    """
    for c in range(len(lines[0]) - 1, 0, -1):
        whole = [_takes_a_line(line[c]) for line in lines if line[c]]
        body = whole[whole.index(True) :] if any(whole) else []  # above it stands the head
        if sum(body) >= _FEWEST and sum(body) >= _NEARLY_ALL * len(body):
            return [i for i, line in enumerate(lines) if len(_filled(line)) > 1 and _takes_a_line(line[c])]
    return []


def _takes_a_line(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _LONG or signature.is_name(text)


def _is_total(line: Sequence[str]) -> bool:
    first = next((t for t in line if t), "")
    return _first_word(first).strip(":").casefold() in lexicons.words("total_words", "word")


def _resumes(lines: Lines, start: int, i: int) -> bool:
    """A line that fills all columns from one on, some of which had ended further up in the row that begins at
    `start`: a cell has no gap inside.
    """
    columns = _filled(lines[i])
    if len(columns) < 2 or columns != tuple(range(columns[0], len(lines[i]))):
        return False
    return any(
        not lines[i - 1][c] and any(lines[k][c] for k in range(max(start, i - _TALLEST), i - 1))
        for c in columns
    )


def _all_said(lines: Lines, start: int, i: int) -> bool:
    """All columns are filled, and in each the name in quotes was closed above, and begins anew here."""
    if not all(lines[i]):
        return False
    for c, text in enumerate(lines[i]):
        above = next((lines[k][c] for k in range(i - 1, max(start, i - _TALLEST) - 1, -1) if lines[k][c]), "")
        if not above.endswith("»") or _GOES_ON.match(text):
            return False
    return True


def _new_number(lines: Lines, i: int, widths: Sequence[int], depth: int) -> bool:
    text = lines[i][0]
    if _is_total(lines[i]):
        return True
    if not text:
        return False
    if not is_number(text):
        # a text among the numbers is a heading, or («б/н» beside texts) a row, unless a number was wrapped
        if not any(lines[i][1:]):
            return len(text) > _HEADING
        return all(lines[i]) and not any(t[0].islower() for t in lines[i][1:])
    above = next((lines[k][0] for k in range(i - 1, max(-1, i - _TALLEST), -1) if lines[k][0]), "")
    if above and is_number(above) and _key(text) < _key(above) and lines[i - 1][0] != "":
        return len(above) + len(text) < widths[0] or not _is_wrapped(above, text, depth)
    return True


def _is_wrapped(above: str, text: str, depth: int) -> bool:
    """«10.» over «1.», where most numbers have two parts, is one number."""
    return len(_key(above)) < depth and len(_key(above)) + len(_key(text)) == depth


def _key(text: str) -> tuple[int, ...]:
    match = _NUMBER.fullmatch(text.strip())
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def _with_groups(lines: Lines, found: list[int], widths: Sequence[int]) -> list[int]:
    """Lines without a number that are rows of their own, merged cells at their left."""
    known = {*found, *_anchored(lines)}
    start = 0
    for i in range(1, len(lines)):
        if i in known or _resumes(lines, start, i):
            start = i
            known.add(i)
    found = sorted(known)
    rest = [i for i in range(1, len(lines)) if i not in known and any(lines[i])]
    if len(rest) < 2:
        return found
    begun = sorted({i for c in range(1, len(widths)) for i in _begun(lines, found, rest, c)})
    if len(begun) >= 2 and _alike(lines, begun, found):
        return sorted(known | set(begun))
    columns, count = Counter(map(_filled, (lines[i] for i in rest))).most_common(1)[0]
    same = [i for i in rest if _filled(lines[i]) == columns]
    if len(columns) < 2 or columns[0] == 0 or count < _MOST * len(rest):
        return found
    if all(_had_room(lines, same, widths, c) for c in columns):
        return sorted(known | set(same))
    return found


def _filled(line: Sequence[str]) -> tuple[int, ...]:
    return tuple(c for c, text in enumerate(line) if text)


def _begun(lines: Lines, found: Sequence[int], which: Sequence[int], col: int) -> list[int]:
    """The lines with two values that begin with a word with which several rows begin in this column («МБОУ»;
    in small letters, more than half of them: «муниципальное»).
    """
    first = Counter(_first_word(lines[i][col]) for i in found)
    usual = {w for w, n in first.items() if len(w) > 1 and (n > 1 if w[0].isupper() else n * 2 > len(found))}
    return [
        i
        for i in which
        if not lines[i][0] and _first_word(lines[i][col]) in usual and len(_filled(lines[i])) > 1
    ]


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text else ""


def _alike(lines: Lines, which: Sequence[int], found: Sequence[int]) -> bool:
    """Most of these lines fill the same columns, two at least, and begin with a small letter only where
    the rows `found` do so.
    """
    columns, count = Counter(_filled(lines[i]) for i in which).most_common(1)[0]
    small = {c for c in columns if sum(1 for i in found if lines[i][c][:1].islower()) * 2 > len(found)}
    capital = sum(
        1 for i in which if not any(t[:1].islower() for c, t in enumerate(lines[i]) if c not in small)
    )
    return len(columns) > 1 and min(count, capital) >= _MOST * len(which)


def _had_room(lines: Lines, which: Sequence[int], widths: Sequence[int], col: int) -> bool:
    """The first word of most of these lines would have fitted on the line above them."""
    fits = total = 0
    for i in which:
        above, text = lines[i - 1][col], lines[i][col]
        if not above or not text:
            continue
        total += 1
        fits += len(above) + _ROOM + len(text.split(maxsplit=1)[0]) <= widths[col] and not above.endswith("-")
    return total > 0 and fits >= _MOST * total
