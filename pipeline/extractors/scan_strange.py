"""What no text says and misreadings do: the language model of the reader of scans, as patterns in data.

`strange(text)` tells what looks misread (`data/scan_strange.csv`), `form_of(text)` the form that a short
text nearly has, such as «2021-2022 гг.» (`data/scan_forms.csv`). Neither changes a text: they say where to
look once more, and which of several readings is the likelier.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_ITEM = re.compile(r"(^|(?<=[\s;:]))\w{1,3}\)")  # «1)», «а)»: brackets that open nowhere
_PAIRS = (("(", ")"), ("«", "»"))


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of short text is written; `alphabet`: the characters that it has, if there are few."""

    name: str
    near: re.Pattern[str]
    form: re.Pattern[str]
    alphabet: str


def strange(text: str) -> bool:
    """Whether a text looks misread."""
    flat = _ITEM.sub("", " ".join(text.split()))
    if any(flat.count(left) != flat.count(right) for left, right in _PAIRS):
        return True
    return any(pattern.search(flat) for pattern in _patterns()) or form_of(text) is not None


def form_of(text: str) -> Form | None:
    """The form that the text nearly has; None if it has it, or is of no known kind."""
    flat = " ".join(text.split())
    for form in _forms():
        if form.near.fullmatch(flat):
            return None if form.form.fullmatch(flat) else form
    return None


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("pipeline") / "data" / name
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row["pattern"]) for row in _rows("scan_strange.csv"))


@cache
def _forms() -> tuple[Form, ...]:
    return tuple(
        Form(row["name"], re.compile(row["near"]), re.compile(row["form"]), row["alphabet"])
        for row in _rows("scan_forms.csv")
    )
