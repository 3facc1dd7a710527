"""The word lists of `data/lexicons/*.csv`: read once, kept as tuples of rows.

Every file has a header row and a column `source` that says where the row comes from. A list is asked for by
its
file name: `rows("school_types")`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `data/lexicons/NAME.csv` as they stand there.

    Raises FileNotFoundError for a list that does not exist and ValueError for one without a `source` column.
    """
    file = resources.files("pipeline") / "data" / "lexicons" / f"{name}.csv"
    reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    if "source" not in (reader.fieldnames or ()):
        raise ValueError(f"{name}.csv has no column «source»")
    return tuple(dict(row) for row in reader)


@cache
def mapping(name: str, key: str, value: str) -> Mapping[str, str]:
    """Two columns of a list as a mapping; the first row of a repeated key counts."""
    found: dict[str, str] = {}
    for row in rows(name):
        found.setdefault(row[key], row[value])
    return found


@cache
def words(name: str, column: str) -> frozenset[str]:
    """One column of a list as a set."""
    return frozenset(row[column] for row in rows(name))


@cache
def numbers(name: str) -> Mapping[str, float]:
    """A list of named numbers (columns `name`, `value`): thresholds, prior weights, costs."""
    return {row["name"]: float(row["value"]) for row in rows(name)}
