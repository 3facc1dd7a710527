"""Reference data: the settlements and municipalities of regions, from `raw/reference/`.

What may lie there: plain CSV files (`settlement,type,municipality,region[,kladr_code,post_office]` or
`name,kind,region,oktmo,centre`), `references.csv` with a line per file
(`file,source,date,complete,namesakes`), and `imported.sqlite`, which `prikaz reference import` makes of
the official classifiers (see `reference_import.py`). A file without a line in `references.csv` counts as
incomplete: only in a complete reference is absence evidence. An incomplete file may still say
`namesakes`: of each name that it has, it has all settlements of the region.

`load` reads the CSV files at once (a region's 5,000 settlements take some 20 ms) and nothing of the
index; what the index knows of a region, and the adjectives of its settlements, are read when they are
first asked for.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex

from pipeline.errors import SetupError
from pipeline.ids import fold
from pipeline.toponyms import AdjectiveIndex, bare_name

INDEX = "imported.sqlite"
MANIFEST = "references.csv"
_KIND_WORDS = regex.compile(
    r"\b(?:муниципальн\p{L}+|городско\p{L}+|сельско\p{L}+|образовани\p{L}+|район\p{L}*|р-н|округ\p{L}*|город(?:а|у|ом|е)?|"
    r"г|го|мо|мр|зато|поселени\p{L}+)\b\.?"
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: `name` as canonical text («Вяземский район»), `oktmo` eight digits or None."""

    name: str
    kind: str | None
    region: str
    oktmo: str | None = None
    centre: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement. `type` is abbreviated (г., д., с., пгт); `municipality` is a canonical name or None.

    `namesakes`: the reference lists all settlements of this name in the region, even if it is not complete.
    """

    name: str
    type: str | None
    municipality: str | None
    region: str
    code: str | None = None
    post_office: str | None = None
    namesakes: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where reference data come from. `date` is ISO or as given; `imported`: they lie in the index."""

    file: str
    kind: str  # csv, kladr, oktmo, gar, fias
    source: str | None = None
    date: str | None = None
    complete: bool = False
    regions: tuple[str, ...] = ()
    settlements: int = 0
    municipalities: int = 0
    imported: bool = False


class Region:
    """What the references know of one region. Lookups are made when first asked for."""

    def __init__(
        self,
        name: str,
        municipalities: Sequence[Municipality],
        settlements: Sequence[Settlement],
        complete: bool,
        origins: tuple[Origin, ...],
    ) -> None:
        self.name = name
        self.complete = complete
        self.origins = origins
        known = {municipality_key(m.name): m for m in reversed(municipalities)}
        for s in settlements:
            if s.municipality and (key := municipality_key(s.municipality)) not in known:
                known[key] = Municipality(s.municipality, None, name)
        self.by_key: Mapping[str, Municipality] = known
        self.municipalities = tuple(sorted(known.values(), key=lambda m: municipality_key(m.name)))
        coded = {(bare_name(s.name), municipality_key(s.municipality or "")) for s in settlements if s.code}
        self.settlements = tuple(
            dict.fromkeys(
                self._canonical(s)
                for s in settlements
                if s.code or (bare_name(s.name), municipality_key(s.municipality or "")) not in coded
            )
        )

    def _canonical(self, s: Settlement) -> Settlement:
        if s.municipality is None:
            return s
        name = self.by_key[municipality_key(s.municipality)].name
        if name == s.municipality:
            return s
        return replace(s, municipality=name)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Settlement, ...]]:
        """Bare folded name → settlements."""
        found: dict[str, list[Settlement]] = defaultdict(list)
        for s in self.settlements:
            found[bare_name(s.name)].append(s)
        return {name: tuple(members) for name, members in found.items()}

    @cached_property
    def adjectives(self) -> AdjectiveIndex:
        """Adjective stems → bare names of settlements."""
        return AdjectiveIndex(self.by_name)

    @cached_property
    def by_initial(self) -> Mapping[str, tuple[str, ...]]:
        """Bare names by their first letter (to find the settlement that a damaged word resembles)."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.by_name:
            found[name[:1]].append(name)
        return {k: tuple(v) for k, v in found.items()}


@dataclass(frozen=True)
class Reference:
    """All reference data of one folder; immutable, and small to send to another process."""

    folder: Path
    origins: tuple[Origin, ...]
    _municipalities: tuple[Municipality, ...] = field(default=(), repr=False)
    _settlements: tuple[tuple[Origin, tuple[Settlement, ...]], ...] = field(default=(), repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        return (load, (self.folder,))

    @property
    def complete(self) -> bool:
        """Whether every region has a complete list of settlements."""
        return bool(self.regions) and all(self.is_complete(r) for r in self.regions)

    @property
    def source(self) -> str | None:
        """The sources of all files in one line."""
        return "; ".join(dict.fromkeys(o.source for o in self.origins if o.source)) or None

    @property
    def date(self) -> str | None:
        """The latest date of a file."""
        return max((o.date for o in self.origins if o.date), default=None)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions that the references know, as they write them."""
        return tuple(dict.fromkeys(r for o in self.origins for r in o.regions))

    def knows(self, region: str | None) -> bool:
        """Whether there are any data of a region."""
        return region is not None and fold(region) in {fold(r) for r in self.regions}

    def is_complete(self, region: str | None) -> bool:
        """Whether a list of settlements of this region claims to be complete."""
        key = fold(region or "")
        return any(o.complete and o.settlements and key in map(fold, o.regions) for o in self.origins)

    def region(self, name: str | None) -> Region | None:
        """All that is known of a region, None for nothing."""
        return _region(self, fold(name)) if name is not None and self.knows(name) else None

    def municipalities(self, region: str | None) -> tuple[Municipality, ...]:
        """The municipalities of a region in alphabetical order, () where nothing is known."""
        found = self.region(region)
        return found.municipalities if found else ()

    def settlements(
        self, region: str | None, name: str | None = None, municipality: str | None = None
    ) -> tuple[Settlement, ...]:
        """The settlements of a region, of one name or in one municipality."""
        found = self.region(region)
        if found is None:
            return ()
        chosen: Iterable[Settlement] = (
            found.by_name.get(bare_name(name), ()) if name is not None else found.settlements
        )
        if municipality is not None:
            key = municipality_key(municipality)
            chosen = (s for s in chosen if s.municipality and municipality_key(s.municipality) == key)
        return tuple(chosen)


def municipality_key(name: str) -> str:
    """What tells municipalities apart, without their kind: «Сычёвский район», «Сычевский МО» →
    `сычевский`.
    """
    plain = fold(name)
    bare = " ".join(_KIND_WORDS.sub(" ", plain).split())
    return bare or plain


@lru_cache(maxsize=128)
def _region(reference: Reference, key: str) -> Region:
    municipalities = [m for m in reference._municipalities if fold(m.region) == key]
    settlements: list[Settlement] = []
    for _, members in reference._settlements:
        settlements += [s for s in members if fold(s.region) == key]
    if any(o.imported for o in reference.origins):
        more_municipalities, more = _of_index(reference.folder / INDEX, key)
        municipalities += more_municipalities
        settlements += more
    name = next(r for r in reference.regions if fold(r) == key)
    origins = tuple(o for o in reference.origins if key in map(fold, o.regions))
    return Region(name, municipalities, settlements, reference.is_complete(name), origins)


def _of_index(index: Path, key: str) -> tuple[list[Municipality], list[Settlement]]:
    municipalities = _ask(
        index,
        "SELECT m.name, m.kind, r.name, m.oktmo, m.centre FROM municipality m JOIN region r"
        " ON m.region = r.id WHERE r.key = ? AND m.listed ORDER BY m.id",
        key,
    )
    settlements = _ask(
        index,
        "SELECT s.name, s.type, m.name, r.name, s.code, s.post_office FROM settlement s JOIN region r"
        " ON s.region = r.id LEFT JOIN municipality m ON s.municipality = m.id WHERE r.key = ?"
        " ORDER BY s.rowid",
        key,
    )
    return [Municipality(*m) for m in municipalities], [Settlement(*s) for s in settlements]


def _ask(index: Path, query: str, *arguments: str) -> list[tuple[Any, ...]]:
    """The answer of the index to a query. Raises SetupError for a damaged index."""
    try:
        connection = sqlite3.connect(index.resolve().as_uri() + "?mode=ro", uri=True)
        try:
            return connection.execute(query, arguments).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise SetupError("reference.damaged-index", file=str(index)) from error


# ---------------------------------------------------------------------------------------------------- reading


def load(folder: Path) -> Reference:
    """The reference data of a folder. Raises SetupError for a CSV file that cannot be understood."""
    files = sorted(folder.glob("*.csv")) + [f for f in (folder / INDEX,) if f.exists()]
    state = tuple((str(f), (s := f.stat()).st_mtime_ns, s.st_size) for f in files)
    return _load(folder, state)


@lru_cache(maxsize=8)
def _load(folder: Path, state: tuple[tuple[str, int, int], ...]) -> Reference:
    manifest = {row["file"]: row for row in _rows(folder / MANIFEST)} if (folder / MANIFEST).exists() else {}
    origins: list[Origin] = []
    municipalities: list[Municipality] = []
    settlements: list[tuple[Origin, tuple[Settlement, ...]]] = []
    for path in (Path(p) for p, _, _ in state):
        if path.name == INDEX:
            origins.extend(_index_origins(path))
        elif path.name != MANIFEST:
            some_municipalities, some = read_csv(path)
            said = manifest.get(path.name, {})
            if _yes(said.get("namesakes")):
                some = [replace(s, namesakes=True) for s in some]
            origin = Origin(
                path.name,
                "csv",
                said.get("source") or None,
                said.get("date") or None,
                _yes(said.get("complete")),
                tuple(dict.fromkeys([*(m.region for m in some_municipalities), *(s.region for s in some)])),
                len(some),
                len(some_municipalities),
            )
            origins.append(origin)
            municipalities += some_municipalities
            settlements.append((origin, tuple(some)))
    return Reference(folder, tuple(origins), tuple(municipalities), tuple(settlements))


def _yes(word: str | None) -> bool:
    return (word or "").strip().lower() in ("yes", "true", "1", "да")


def _index_origins(path: Path) -> Iterator[Origin]:
    rows = _ask(
        path,
        "SELECT file, kind, source, date, complete, regions, settlements, municipalities FROM origin"
        " ORDER BY id",
    )
    for file, kind, source, date, complete, regions, n_settlements, n_municipalities in rows:
        listed = tuple(r for r in regions.split("\n") if r)
        yield Origin(file, kind, source, date, bool(complete), listed, n_settlements, n_municipalities, True)


def read_csv(path: Path) -> tuple[list[Municipality], list[Settlement]]:
    """A plain CSV of settlements or municipalities (comma, semicolon or tab; UTF-8 or cp1251).

    Raises SetupError when neither a column `settlement` nor the columns `name` and `region` are there.
    """
    rows = _rows(path)
    columns = set(rows[0]) if rows else set()
    if "settlement" in columns and "region" in columns:
        return [], [
            Settlement(
                row["settlement"],
                row.get("type") or None,
                row.get("municipality") or None,
                row["region"],
                row.get("kladr_code") or row.get("code") or None,
                row.get("post_office") or None,
            )
            for row in rows
            if row["settlement"] and row["region"]
        ]
    if {"name", "region"} <= columns:
        return [
            Municipality(
                row["name"],
                row.get("kind") or None,
                row["region"],
                row.get("oktmo") or None,
                row.get("centre") or None,
            )
            for row in rows
            if row["name"] and row["region"]
        ], []
    if not rows:
        return [], []
    raise SetupError(
        "reference.unknown-csv", file=str(path), columns=sorted(c for c in columns if c) or ["–"]
    )


def _rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    return [{(k or "").strip(): (v or "").strip() for k, v in row.items() if k is not None} for row in reader]
