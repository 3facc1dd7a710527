"""The one description of every dataset and field, from `data/datasets.csv`.

Writers, schemas and docs are made from it; nothing else says what a field is called or in which order
fields stand. A row without a field describes the dataset itself. `X_raw` is written from the raw text of
the field `X`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from pipeline.model import Json

FieldType: TypeAlias = Literal["string", "integer", "number", "date", "list"]
LIST_SEPARATOR = " | "  # between the items of a list in CSV
_BAR = re.compile(r"(?<!\\)(\\*+)\|")  # a bar in an item, with the backslashes before it
_ESCAPED_BAR = re.compile(r"\\(\\*\|)")
DECIMALS = 4  # of a number in CSV and JSON


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `foreign_key` is (dataset, field) or None; `values` are the only ones allowed, () for any.

    `format`: `id`, `row-id` (any dataset's), `edtf` (Extended Date/Time Format), `iso-date`,
    `sha256`, `probability` (0–1) or empty.
    """

    name: str
    type: FieldType
    nullable: bool
    primary_key: bool
    foreign_key: tuple[str, str] | None
    values: tuple[str, ...]
    format: str
    description: dict[str, str]  # by language
    example: str

    @property
    def raw_of(self) -> str | None:
        """`X` for a field `X_raw`, else None."""
        return self.name.removesuffix("_raw") if self.name.endswith("_raw") else None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset; `folder` is `normalized` or `reports`."""

    name: str
    folder: str
    description: dict[str, str]  # by language
    fields: tuple[Field, ...]

    @property
    def primary_key(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields if f.primary_key)

    @property
    def id_field(self) -> str | None:
        """The field that holds `Record.id`: the primary key where it is one field, else None."""
        return self.primary_key[0] if len(self.primary_key) == 1 else None

    @property
    def foreign_keys(self) -> tuple[tuple[str, str, str], ...]:
        """(field, dataset it refers to, field there)."""
        return tuple((f.name, *f.foreign_key) for f in self.fields if f.foreign_key)

    def field(self, name: str) -> Field:
        """Raises KeyError for a field that the dataset has not."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@cache
def all_datasets() -> dict[str, Dataset]:
    """Every dataset by name, in the order of the contract."""
    file = resources.files("pipeline") / "data" / "datasets.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    heads = {r["dataset"]: r for r in rows if not r["field"]}
    return {
        name: Dataset(
            name,
            head["folder"],
            {"en": head["description_en"], "ru": head["description_ru"]},
            tuple(_field(r) for r in rows if r["dataset"] == name and r["field"]),
        )
        for name, head in heads.items()
    }


def normalized() -> tuple[Dataset, ...]:
    """The datasets that are written to `normalized/`."""
    return tuple(d for d in all_datasets().values() if d.folder == "normalized")


def reports() -> tuple[Dataset, ...]:
    """`corrections` and `discrepancies`, written to `reports/`."""
    return tuple(d for d in all_datasets().values() if d.folder == "reports")


def _field(row: dict[str, str]) -> Field:
    target = row["foreign_key"].partition(".")
    if row["type"] not in _TYPES:
        raise ValueError(f"datasets.csv: {row['dataset']}.{row['field']}: unknown type {row['type']!r}")
    return Field(
        name=row["field"],
        type=_TYPES[row["type"]],
        nullable=row["nullable"] == "yes",
        primary_key=row["primary_key"] == "yes",
        foreign_key=(target[0], target[2]) if row["foreign_key"] else None,
        values=tuple(row["values"].split("|")) if row["values"] else (),
        format=row["format"],
        description={"en": row["description_en"], "ru": row["description_ru"]},
        example=row["example"],
    )


_TYPES: dict[str, FieldType] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "list": "list",
}


def typed(field: Field, text: str | None) -> Json:
    """A canonical text as the field's type: None for no text, and for one that is not of the type.

    An unfinished date (`2021-07` in a `date` field) becomes null: its `_raw` keeps the text, and the
    normalizer's finding says what is wrong with it. A list is split at ` | `.
    """
    if not text:
        return [] if field.type == "list" and not field.nullable else None
    match field.type:
        case "integer":
            return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
        case "number":
            return _number(text)
        case "date":
            return text if _is_date(text) else None
        case "list":
            return [*text.split(LIST_SEPARATOR)]
        case _:
            return text


def csv_text(value: Json) -> str:
    r"""A value as it stands in a CSV cell: empty for null, lists joined, numbers without trailing zeros.

    A bar within an item of a list is written `\|` (and `\|` as `\\|`), so that ` | ` only ever parts items.
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return LIST_SEPARATOR.join(_BAR.sub(r"\\\1|", csv_text(item)) for item in value)
    if isinstance(value, float):
        return format(round(value, DECIMALS), f".{DECIMALS}f").rstrip("0").rstrip(".")
    return str(value)


def csv_list(text: str) -> list[str]:
    """The items of a list as `csv_text` has joined them."""
    return [_ESCAPED_BAR.sub(r"\1", item) for item in text.split(LIST_SEPARATOR)] if text else []


def _number(text: str) -> float | None:
    try:
        return round(float(text), DECIMALS)
    except ValueError:
        return None


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
