"""`raw/decisions.yaml` and `raw/decisions.jsonl`: what people decided, as they wrote it.

    - finding: dis-k4kn4qz9nmma   accept or reject; `value` sets another value than the suggested one
      decision: accept
    - set:   {dataset: activities, match: {item_no: "3.2"}, field: deadline, value: 2021/2022}
    - merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}
    - split: {dataset: schools, name: МБОУ СШ № 4, match: {partner_raw: …}, municipality: г. Ельня}
    - move:  {match: {school: МБОУ Корсиковская ОШ}, to: Ершичский район}

Every entry may have `who`, `when`, `why`, and a finding's `about` (what it was when it was decided). All
scalars are read as text, so that `2021-07` stays what was written. Errors name file, line and the mend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from pipeline import decisions_items
from pipeline.datasets import Dataset, all_datasets, normalized
from pipeline.decisions_items import Lines
from pipeline.errors import SetupError
from pipeline.ids import fold
from pipeline.model import Note, note

FILES = ("decisions.yaml", "decisions.jsonl")
KINDS = ("finding", "set", "merge", "split", "move")
MENTIONED = {  # entity dataset → the fields of rows that name such an entity: (dataset of the row, field)
    "schools": (("training_sites", "school"), ("training_sites", "partner")),
    "municipalities": (("training_sites", "municipality"),),
    "organizations": (("activity_executors", "organization"),),
    "persons": (("activity_executors", "person"),),
}
_DEEPEST = 3  # keys within an entry: set.match.FIELD
_DERIVED = frozenset({"place", "raw", "mentions", "variants", "roles", "position", "appendix", "source_file",
                      "source_format", "start_date", "end_date"})  # fmt: skip


def _text(value: object) -> object:
    """JSON numbers and null as text; lists and mappings stay and are refused by the type."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text: TypeAlias = Annotated[str, BeforeValidator(_text)]
Filled: TypeAlias = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Set(_Strict):
    """A value by hand. `value` empty: there is none."""

    dataset: Filled
    record: Text = ""
    match: dict[str, Text] = Field(default_factory=dict)
    field: Filled
    value: Text

    @model_validator(mode="after")
    def _usable(self) -> Set:
        _which(self.record, self.match)
        dataset = _dataset(self.dataset)
        _fields(dataset, self.match)
        allowed = settable(dataset)
        if self.field not in allowed:
            raise PydanticCustomError(
                "decisions.no-field",
                "{field}",
                {"field": self.field, "dataset": self.dataset, "fields": ", ".join(allowed)},
            )
        return self


class Merge(_Strict):
    """Several names are one entity, called `into`; `municipality` says where the one school lies."""

    dataset: Filled
    into: Filled
    names: tuple[Filled, ...] = Field(min_length=1)
    municipality: Text = ""

    @model_validator(mode="after")
    def _usable(self) -> Merge:
        _entity(self.dataset)
        return self


class Split(_Strict):
    """The mentions in rows that `match` are another entity: of another name (`as`), or elsewhere."""

    dataset: Filled
    name: Filled
    match: dict[str, Text] = Field(min_length=1)
    as_: Text = Field(default="", alias="as")
    municipality: Text = ""

    @model_validator(mode="after")
    def _usable(self) -> Split:
        _entity(self.dataset)
        _fields(all_datasets()[MENTIONED[self.dataset][0][0]], self.match)
        if not self.as_ and not (self.municipality and self.dataset == "schools"):
            raise PydanticCustomError("decisions.split-into", "as")
        return self


class Move(_Strict):
    """Rows of a list of schools belong under another municipality."""

    site: Text = ""
    match: dict[str, Text] = Field(default_factory=dict)
    to: Filled

    @model_validator(mode="after")
    def _usable(self) -> Move:
        _which(self.site, self.match)
        _fields(all_datasets()["training_sites"], self.match)
        return self


class Entry(_Strict):
    """One entry of the file: exactly one of `finding`, `set`, `merge`, `split`, `move`."""

    finding: Text = ""
    decision: Literal["accept", "reject"] | None = None
    value: Annotated[str | None, BeforeValidator(_text)] = None
    about: dict[str, Text] = Field(default_factory=dict)
    set: Set | None = None
    merge: Merge | None = None
    split: Split | None = None
    move: Move | None = None
    who: Text = ""
    when: Text = ""
    why: Text = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Entry:
        if sum(bool(getattr(self, kind)) for kind in KINDS) != 1:
            raise PydanticCustomError("decisions.one-of", "one of", {"kinds": ", ".join(KINDS)})
        if self.finding and self.decision is None:
            raise PydanticCustomError("decisions.which", "accept or reject")
        if self.value is not None and self.decision != "accept":
            raise PydanticCustomError("decisions.value-alone", "value")
        if not self.finding and (self.decision or self.about):
            raise PydanticCustomError("decisions.without-finding", "finding")
        return self


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry and where it stands. `line` counts from 1."""

    entry: Entry
    file: str
    line: int

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self.entry, kind))

    @property
    def content(self) -> str:
        """What is decided, without who, when, why: the same decision has the same content anywhere."""
        told = self.entry.model_dump(
            mode="json", by_alias=True, exclude={"who", "when", "why", "about"}, exclude_defaults=True
        )
        return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _which(record: str, match: Mapping[str, str]) -> None:
    if bool(record) == bool(match):
        raise PydanticCustomError("decisions.which-row", "record or match")


def _dataset(name: str) -> Dataset:
    known = {d.name: d for d in normalized() if d.name != "id_changes"}
    if name not in known:
        raise PydanticCustomError(
            "decisions.no-dataset", "{name}", {"name": name, "datasets": ", ".join(known)}
        )
    return known[name]


def _entity(name: str) -> None:
    if name not in MENTIONED:
        raise PydanticCustomError(
            "decisions.no-dataset", "{name}", {"name": name, "datasets": ", ".join(MENTIONED)}
        )


def _fields(dataset: Dataset, match: Mapping[str, str]) -> None:
    names = [f.name for f in dataset.fields if f.name != "place"]
    for name in match:
        if name not in names:
            raise PydanticCustomError(
                "decisions.no-field",
                "{field}",
                {"field": name, "dataset": dataset.name, "fields": ", ".join(names)},
            )


def settable(dataset: Dataset) -> list[str]:
    """The fields that a person may set: neither ids, raw texts nor what is counted or derived."""
    return [
        f.name
        for f in dataset.fields
        if f.format not in ("id", "sha256") and f.raw_of is None and f.name not in _DERIVED
    ]


# -------------------------------------------------------------------------------------------------- reading


def load(folder: Path) -> tuple[Decision, ...]:
    """All decisions of a folder, the YAML file before the JSON lines. Raises SetupError."""
    found: list[Decision] = []
    for name in FILES:
        path = folder / name
        if path.is_file():
            found.extend(read(path))
    return tuple(found)


def read(path: Path) -> tuple[Decision, ...]:
    """The decisions of one file (JSON lines by its suffix, else YAML). Raises SetupError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SetupError(
            "setup.decisions", file=str(path), line=line, problem=note("decisions.utf8")
        ) from error
    except OSError as error:
        raise SetupError("setup.cannot-read", file=str(path), problem=error.strerror or str(error)) from error
    return parse(text, str(path))


@lru_cache(maxsize=8)
def parse(text: str, file: str) -> tuple[Decision, ...]:
    """The decisions in a text. Raises SetupError that names file, line and the mend."""
    if not file.endswith(".jsonl") and (items := decisions_items.split(text)) is not None:
        known = [_known(item, items.column) for item in items.texts]
        if all(known):
            pairs = zip(known, items.lines, strict=True)
            return tuple(Decision(entry, file, line) for entry, line in pairs if entry is not None)
    entries = _json_lines(text, file) if file.endswith(".jsonl") else _yaml(text, file)
    return tuple(Decision(_entry(data, file, lines), file, lines[()]) for data, lines in entries)


@lru_cache(maxsize=1 << 16)
def _known(item: str, column: int) -> Entry | None:
    """What one item of a YAML file says, None if it is wrong or cannot be read by itself."""
    try:
        told = decisions_items.read(item, column)
        if told is not None:
            return Entry.model_validate(told)
        ((data, lines),) = _yaml(item, "")
        return _entry(data, "", lines)
    except (SetupError, ValidationError, ValueError):
        return None


def _json_lines(text: str, file: str) -> Iterator[tuple[object, Lines]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line), {(): number}
        except ValueError as error:
            raise SetupError(
                "setup.decisions", file=file, line=number, problem=note("decisions.json", said=str(error))
            ) from error


def _yaml(text: str, file: str) -> Iterator[tuple[object, Lines]]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        marked = YAML(typ="rt").load(text)
        plain = YAML(typ="base", pure=True).load(text)  # every scalar as text
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        said = error.problem if isinstance(error, MarkedYAMLError) else str(error)
        problem = note("decisions.yaml", said=" ".join(str(said).split()))
        raise SetupError(
            "setup.decisions", file=file, line=mark.line + 1 if mark else 1, problem=problem
        ) from error
    except RecursionError as error:
        problem = note("decisions.yaml", said="nested too deeply")
        raise SetupError("setup.decisions", file=file, line=1, problem=problem) from error
    if plain is None or plain == "":
        return
    if not isinstance(plain, list):
        raise SetupError("setup.decisions", file=file, line=1, problem=note("decisions.list"))
    for index, data in enumerate(plain):
        line = marked.lc.item(index)[0] + 1
        yield data, {(): line, **_lines(marked[index], ())}


def _lines(node: Any, at: tuple[str | int, ...]) -> Lines:
    found: Lines = {}
    where = getattr(node, "lc", None)
    if where is None or where.data is None or len(at) == _DEEPEST:
        return found
    for key in node if isinstance(node, dict) else range(len(node)):
        found[*at, key] = where.data[key][0] + 1
        found.update(_lines(node[key], (*at, key)))
    return found


def _entry(data: object, file: str, lines: Lines) -> Entry:
    if not isinstance(data, dict):
        raise SetupError("setup.decisions", file=file, line=lines[()], problem=note("decisions.list"))
    try:
        return Entry.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        at = tuple(first["loc"])
        line = next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), lines[()])
        raise SetupError("setup.decisions", file=file, line=line, problem=_problem(first, at)) from error


def _problem(error: Any, at: tuple[str | int, ...]) -> Note:
    """What is wrong, in our words; pydantic's own for the rest."""
    key = ".".join(map(str, at)).removesuffix("_") or "-"
    match error["type"]:
        case "extra_forbidden":
            return note("decisions.unknown-key", name=key)
        case "missing":
            return note("decisions.missing-key", name=key)
        case "literal_error":
            return note("decisions.choice", name=key, choices=_choices(error["ctx"]["expected"]))
        case "string_too_short" | "too_short":
            return note("decisions.empty", name=key)
        case kind if kind.startswith("decisions."):
            return note(kind, **error.get("ctx", {}))
    return note("decisions.wrong", name=key, said=error["msg"])


def _choices(expected: str) -> str:
    """`'a', 'b' or 'c'` without its English word."""
    return ", ".join(re.findall(r"'([^']*)'", expected)) or expected


def same(a: str | None, b: str | None) -> bool:
    """Equal as content: case, ё, quotes and spaces do not matter."""
    return fold(a or "") == fold(b or "")
