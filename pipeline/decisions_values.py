"""A value as a person gave it: the text is theirs to the letter, the parts come from the normalizer of the
field.

A date may be written as orders write it («до 15 ноября 2021 года») or as EDTF (`2021-08/2021-10`); both
become EDTF.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.model import Change, Json, Value
from pipeline.normalizers import NORMALIZERS
from pipeline.normalizers.context import Context

TYPES = {  # field → its type; all others are text
    "school": "school", "partner": "school", "municipality": "municipality", "organization": "organization",
    "issuer": "organization", "person": "person", "signatory": "person", "number": "number", "date": "date",
    "deadline": "date", "period": "date",
}  # fmt: skip
_POINT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class NoValueError(ValueError):
    """The text cannot be a value of the field."""


def decided(old: Value | None, field: str, text: str, change: Change, region: str | None) -> Value:
    """The old value with a person's text. Raises NoValueError for a date that is none.

    Earlier changes stay in the log as far as what they gave is still in the text.
    """
    old = old or Value("", None)
    plain, parts = canonical(field, text, region)
    kept = tuple(c for c in old.changes if c.after and c.after in (plain or ""))
    step = replace(change, before=old.text or "", after=plain or "")
    return replace(
        old,
        text=plain,
        parts=parts,
        changes=(*kept, step),
        candidates=(),
        status="fixed",
        problems=(),
    )


def undone(old: Value, rule: str, before: str, after: str, field: str, change: Change) -> Value:
    """The old value without one correction: the text of the source is back."""
    text = (old.text or "").replace(after, before, 1)
    parts = {k: before if v == after else v for k, v in old.parts.items()}
    if parts.get("school_type") != old.parts.get("school_type"):
        parts["level"] = None  # of a type that the program does not know
    kept = tuple(c for c in old.changes if (c.rule, c.before, c.after) != (rule, before, after))
    step = replace(change, before=old.text or "", after=text)
    return replace(old, text=text, parts=parts, changes=(*kept, step), candidates=(), problems=())


def grafted(current: str, was: str, new: str) -> str | None:
    """`new` carried over to a text that another decision has changed meanwhile: only the words that differ
    between `was` and `new` are replaced. None where they cannot be found.
    """
    if current in (was, new):
        return new
    old_words, new_words = was.split(), new.split()
    head = 0
    while head < min(len(old_words), len(new_words)) and old_words[head] == new_words[head]:
        head += 1
    tail = 0
    while tail < min(len(old_words), len(new_words)) - head and old_words[-1 - tail] == new_words[-1 - tail]:
        tail += 1
    gone = old_words[head : len(old_words) - tail]
    come = new_words[head : len(new_words) - tail]
    words = current.split()
    at = [i for i in range(len(words)) if gone and words[i : i + len(gone)] == gone]
    if len(at) != 1:
        return None
    return " ".join([*words[: at[0]], *come, *words[at[0] + len(gone) :]])


def canonical(field: str, text: str, region: str | None) -> tuple[str | None, Mapping[str, Json]]:
    """A person's text as it stands in the dataset, and its parts. Raises NoValueError."""
    text = " ".join(text.split())
    kind = TYPES.get(field, "text")
    if not text:
        return None, {}
    if kind == "text":
        return text, {}
    if kind == "date":
        span = _edtf(text)
        if span is not None:
            start, end = span
            return text, {"start": start, "end": end, "edtf": text, "kind": "decided"}
        value = NORMALIZERS["date"](text, Context(region=region))
        if value.text is None:
            raise NoValueError(text)
        if field == "date" and not value.parts.get("start"):
            raise NoValueError(text)
        return value.text, value.parts
    value = NORMALIZERS[kind](text, Context(region=region))
    parts = dict(value.parts)
    if kind == "municipality":  # one notation, for it is looked up by name («р-н», «район»)
        return value.text or text, parts
    if value.text != text:  # the person's text stands: parts that a correction changed go back
        for change in value.changes:
            if change.kind == "ocr":
                parts = {k: change.before if v == change.after else v for k, v in parts.items()}
    return text, parts


def _edtf(text: str) -> tuple[str | None, str | None] | None:
    """First and last day of an EDTF date or interval (level 0, and open ends), None if it is none."""
    first, slash, last = text.partition("/")
    if not slash:
        last = first
    start, end = _day(first, last=False), _day(last, last=True)
    if start == "" or end == "" or (start is None and end is None) or (not slash and start is None):
        return None
    if start and end and start > end:
        return None
    return start, end


def _day(text: str, *, last: bool) -> str | None:
    """The first or last day of a point; None for an open end, "" for what is no point."""
    if text == "..":
        return None
    found = _POINT.fullmatch(text)
    if found is None:
        return ""
    year, month, day = (int(g) if g else None for g in found.groups())
    assert year is not None
    month = month or (12 if last else 1)
    try:
        day = day or (calendar.monthrange(year, month)[1] if last else 1)
        return dt.date(year, month, day).isoformat()
    except (ValueError, calendar.IllegalMonthError):
        return ""
