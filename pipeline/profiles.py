"""Profiles say what the columns of a table mean: YAML that a person writes, without code or expressions.

    profile: training-sites        its name
    dataset: training_sites        the dataset that its rows go to
    captions: […]                  words near the table that speak for this profile (they only break ties)
    columns:                       each with its field, field type and the heads under which orders print it
      - {field: school, type: school, required: true, headers: [Школа, …], words: [риск, …]}
      - {…, joined: " – ", parts: [{headers: […], words: […], alone: "с {}"}, …]}
                                   the same field printed over several columns: their texts joined;
                                   `alone` says how a part is read that stands without the others
    require_one_of: [a, b]         at least one of these columns must be there too
    fill_down: [municipality]      an empty cell means «as above» (merged cells in print)
    section_rows: {number: f, text: g}   a row over all columns gives these fields to the rows below it
    skip_rows: [итого]             rows that begin so are totals, not records

A column of the type `extra` is one that such tables often have and no field of the dataset takes («Ожидаемый
результат»); several columns of a table may be of it. Like every column that the profile does not know, its
cells go to the record's field `extra` as «head: text».

Heads are compared fuzzily (OCR damages them too); `words` are beginnings of words that speak for the column
where no head fits; see `pipeline.columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from pipeline.errors import SetupError
from pipeline.model import Note, note

FIELD_TYPES = (
    "item-number", "text", "date", "executors", "school", "organization", "person", "municipality", "number",
    "extra",
)  # fmt: skip


class Part(BaseModel):
    """A part of a field that has a column of its own (the beginning of a deadline, its end)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    headers: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = ()
    alone: str = "{}"

    @model_validator(mode="after")
    def _holds_the_text(self) -> Part:
        if self.alone.count("{}") != 1:
            raise PydanticCustomError("profile.alone", "alone")
        return self


class Column(BaseModel):
    """One column: the dataset field, its type and the heads under which it is printed; `parts` where it is
    printed over several columns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: str
    type: str
    headers: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = ()
    required: bool = False
    parts: tuple[Part, ...] = ()
    joined: str = " "


class SectionRows(BaseModel):
    """What a row over all columns is: its leading number and its text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: str | None = None
    text: str


class Profile(BaseModel):
    """A kind of table. See the module docstring for the keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    profile: str
    dataset: str
    columns: tuple[Column, ...] = Field(min_length=1)
    captions: tuple[str, ...] = ()
    require_one_of: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    section_rows: SectionRows | None = None
    skip_rows: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fields_exist(self) -> Profile:
        fields = {c.field for c in self.columns}
        for name in (*self.require_one_of, *self.fill_down):
            if name not in fields:
                raise PydanticCustomError(
                    "profile.no-column", "{name}", {"name": name, "known": ", ".join(sorted(fields))}
                )
        for column in self.columns:
            if column.type not in FIELD_TYPES:
                raise PydanticCustomError(
                    "profile.no-type", "{name}", {"name": column.type, "known": ", ".join(FIELD_TYPES)}
                )
        return self

    def column(self, field: str) -> Column:
        return next(c for c in self.columns if c.field == field)


def parse(text: str, name: str) -> Profile:
    """A profile from YAML text. Raises SetupError that names the file and what is wrong."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=False).load(text)
        return Profile.model_validate(data)
    except YAMLError as error:
        raise SetupError("setup.profile", file=name, problem=_not_yaml(error)) from error
    except ValidationError as error:
        wrong = error.errors()
        # a key misspelt is also one that is missing: the spelling says more
        first = next((e for e in wrong if e["type"] == "extra_forbidden"), wrong[0])
        raise SetupError("setup.profile", file=name, problem=_problem(first)) from error


def _problem(error: Any) -> Note:
    """What is wrong, in our words; pydantic's own for the rest."""
    key = ".".join(str(x) for x in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return note("decisions.unknown-key", name=key)
        case "missing":
            return note("decisions.missing-key", name=key)
        case "too_short" | "string_too_short":
            return note("decisions.empty", name=key)
        case kind if kind.startswith("profile."):
            return note(kind, **error.get("ctx", {}))
    return note("decisions.wrong", name=key, said=error["msg"])


def _not_yaml(error: Any) -> Note:
    """Where the YAML breaks off, and why (the reader's own words)."""
    mark = getattr(error, "problem_mark", None)
    said = " ".join(str(getattr(error, "problem", None) or error).split())
    return note("profile.yaml", line=mark.line + 1 if mark else 1, said=said)


@cache
def built_in() -> tuple[Profile, ...]:
    """The profiles that come with the program, by file name."""
    folder = resources.files("pipeline") / "data" / "profiles"
    return tuple(_load(f) for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".yaml"))


def load(folder: Path | None = None) -> tuple[Profile, ...]:
    """The profiles in `folder` (a user's own, tried first) and the built-in ones."""
    own: Sequence[Traversable] = (
        sorted(folder.glob("*.yaml")) if folder is not None and folder.is_dir() else []
    )
    return tuple(_load(f) for f in own) + built_in()


def _load(file: Traversable) -> Profile:
    return parse(file.read_text(encoding="utf-8"), str(file))
