"""What a normalizer may know besides the text in front of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.reference import Reference


@dataclass(frozen=True, slots=True)
class Context:
    """The order around a value. Everything is optional: without context only what the lexicons prove is
    fixed.

    `seen` counts, per field type (`school`, `organization`, `person`, …), the values of that type in the
    same order, cleaned by `text.clean` only; for schools also per column and per group
    (`school_votes.seen_keys`). `column` and `group` are the field and the raw group of the value at hand.
    `municipality` is the group that a row stands in, `region` the order's («Смоленская область»),
    `order_date` and `period` (first and last day) are what the title page says.
    `sure` are the values of a scan that were read surely, folded, per field type.
    """

    seen: Mapping[str, Counter[str]] = field(default_factory=dict)
    column: str | None = None
    group: str | None = None
    municipality: str | None = None
    region: str | None = None
    order_date: dt.date | None = None
    period: tuple[dt.date, dt.date] | None = None
    reference: Reference | None = None
    sure: Mapping[str, frozenset[str]] = field(default_factory=dict)
