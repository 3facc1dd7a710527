"""Comma- or semicolon-separated values (RFC 4180) in a text, and tab-separated ones with quoted fields.

A comma or semicolon is punctuation first. It parts fields only where line after line has the same number of
them and no space follows, or fields are quoted; a list whose lines end with a semicolon is no table.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence

import regex

from pipeline.extractors.text_piece import Found, grid_of
from pipeline.model import Grid

_MANY = 200
_LONGEST_FIELD = 60  # lines that one quoted field may have
_SPACED = {";": regex.compile(r";(?=[ \u00a0])"), ",": regex.compile(r",(?=[ \u00a0])")}
_QUOTED = regex.compile(r'"(?:[^"]|"")*+"')
_DECIMALS = regex.compile(r"[\d\s.%-]*")


def read(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """The comma- or semicolon-separated table that begins at `start`."""
    for delimiter in (";", ","):
        if delimiter in lines[start] and (found := _read(lines, start, delimiter)) is not None:
            return found
    return None


def tabs(lines: Sequence[str], start: int, before: Sequence[Grid]) -> Found | None:
    """A tab-separated table with quoted fields that hold line breaks (as spreadsheets put it on the
    clipboard).
    """
    if "\t" not in lines[start]:
        return None
    ahead = lines[start : start + 4 * _LONGEST_FIELD]
    if not any(line.count('"') % 2 for line in ahead):
        return None
    records, end = _records(lines, start, "\t")
    if len({len(r) for r in records}) != 1 or len(records) < 2 or len(records[0]) < 2:
        return None
    if not any("\n" in field for record in records for field in record):
        return None
    return Found(grid_of(records), end)


def whole(text: str, delimiter: str | None = None) -> Grid | None:
    """A file that is named CSV: one grid, if its lines have the same number of fields for some delimiter."""
    lines = text.strip("\n").split("\n")
    best: list[list[str]] = []
    for mark in (delimiter,) if delimiter else (";", ",", "\t", "|"):
        records, end = _records(lines, 0, mark, blank=True)
        usual = Counter(map(len, records)).most_common(1)
        if end < len(lines) or not usual or usual[0][0] < 2 or usual[0][1] * 2 <= len(records):
            continue
        if not best or usual[0][0] > max(map(len, best)):
            best = records
    return grid_of(best) if best else None


def _read(lines: Sequence[str], start: int, delimiter: str) -> Found | None:
    first, _ = _records(lines, start, delimiter, most=3)
    if len(first) < 2 or len(first[0]) != len(first[1]):
        return None
    records, end = _records(lines, start, delimiter, most=_MANY)
    if not _is_table(records, lines[start:end], delimiter):
        # many lines that are no table are passed over at once: tried one by one they take too long
        passed = tuple(line.strip() for line in lines[start:end])
        return Found(None, end, passed) if len(records) == _MANY else None
    records, end = _records(lines, start, delimiter)
    return Found(grid_of(records), end)


def _is_table(records: Sequence[Sequence[str]], lines: Sequence[str], delimiter: str) -> bool:
    width, count = Counter(map(len, records)).most_common(1)[0]
    if width < 2 or count < 0.9 * len(records) or len(records[0]) != width:
        return False
    second = any(len(r) > 1 and r[1].strip() for r in records)
    if not second or (width == 2 and sum(bool(r[-1].strip()) for r in records) * 2 <= len(records)):
        return False  # lines that end with the mark: a list
    bare = _QUOTED.sub("", "\n".join(lines))
    marks = bare.count(delimiter)
    spaced = len(_SPACED[delimiter].findall(bare))
    if any(line.startswith('"') or delimiter + '"' in line for line in lines):
        return spaced <= 0.2 * max(1, marks)
    if delimiter == ";":
        return spaced <= 0.2 * marks or (len(records) > 2 and width > 2 and count == len(records))
    if spaced > 0 or len(records) < 3 or count < len(records):
        return False
    return width > 2 or not all(_DECIMALS.fullmatch(f) for r in records for f in r)  # «12,5» over «13,7»


def _records(
    lines: Sequence[str], start: int, delimiter: str, *, blank: bool = False, most: int = 1 << 30
) -> tuple[list[list[str]], int]:
    """The records from `start` on, until a blank line or a line without the delimiter; and where they end."""
    records: list[list[str]] = []
    at = start
    while at < len(lines) and len(records) < most:
        if not lines[at].strip():
            if not blank:
                break
            at += 1
            continue
        last = at + 1
        quotes = lines[at].count('"')
        while quotes % 2 and last < len(lines) and last - at < _LONGEST_FIELD:
            quotes += lines[last].count('"')
            last += 1
        if quotes % 2:
            last = at + 1
        text = lines[at:last]
        if delimiter not in text[0] and not blank:
            break
        fields = _fields(text, delimiter)
        if len(fields) < 2 and not blank:
            break
        records.append(fields)
        at = last
    return records, at


def _fields(text: Sequence[str], delimiter: str) -> list[str]:
    joined = "\n".join(text)
    if '"' not in joined:
        return [field.strip(" ") for field in joined.split(delimiter)]
    try:
        record = next(csv.reader([line + "\n" for line in text], delimiter=delimiter), [])
    except csv.Error:
        return [field.strip(" ") for field in joined.split(delimiter)]
    return [field.rstrip("\n") for field in record]
