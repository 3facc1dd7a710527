"""Municipalities that stand behind the schools' names: «МБОУ СОШ с. Казинка (Грязинский район)».

Where a list has no column and no headings for municipalities, but most of its schools are followed by one in
brackets, that is the municipality of the row; the name of the school stays as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from pipeline.model import Record, Value
from pipeline.normalizers import municipality
from pipeline.normalizers.context import Context

_MOST = 0.5  # of the rows: a single bracket tells one school from its namesake
_BEHIND = regex.compile(r"\(\s*(?P<said>[^()]{4,80}?)\s*\)\s*[.,;]?\s*$")
_TOWN = "городской округ"  # «(г. Грязи)» may be a town of a district: alone it says nothing of municipalities


def named(records: Sequence[Record]) -> list[Record]:
    """The records of one table with the municipalities behind the names of their schools."""
    if any(r.raw("municipality") for r in records):
        return list(records)
    found = [_behind(r.values.get("school")) for r in records]
    kinds = {kind for said in found if said for kind in said[1:]}
    if sum(1 for said in found if said) <= _MOST * len(records) or kinds <= {_TOWN}:
        return list(records)
    return [
        replace(
            r, values={**r.values, "municipality": Value(said[0], said[0], place=r.values["school"].place)}
        )
        if said
        else r
        for r, said in zip(records, found, strict=True)
    ]


def _behind(school: Value | None) -> tuple[str, str] | None:
    """The municipality in brackets at the end of a name, and its kind."""
    match = _BEHIND.search(school.raw) if school is not None else None
    if match is None:
        return None
    kind = municipality.normalize(match["said"], Context()).parts.get("kind")
    return (match["said"], kind) if isinstance(kind, str) else None
