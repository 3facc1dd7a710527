"""`prikaz reference import` and `prikaz reference list`: official classifiers into a compact local index.

The index `imported.sqlite` lies in `raw/reference/` beside the CSV files. Importing a classifier again
replaces what it said before of the same regions; everything is written to a copy, which then takes the
index's place, so that an interrupted import leaves the old one.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SetupError
from pipeline.ids import fold
from pipeline.reference import INDEX, Municipality, Origin, load, read_csv
from pipeline.reference_formats import Import, fias, gar, kladr, oktmo, regions_of

_TABLES = """
CREATE TABLE IF NOT EXISTS origin (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, kind TEXT NOT NULL, source TEXT, date TEXT,
    complete INTEGER NOT NULL, regions TEXT NOT NULL, settlements INTEGER NOT NULL,
    municipalities INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS region (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS municipality (
    id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, region INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT,
    oktmo TEXT, centre TEXT, listed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settlement (
    origin INTEGER NOT NULL, region INTEGER NOT NULL, name TEXT NOT NULL, type TEXT, municipality INTEGER,
    code TEXT, post_office TEXT);
CREATE INDEX IF NOT EXISTS municipality_region ON municipality (region);
CREATE INDEX IF NOT EXISTS settlement_region ON settlement (region);
"""
_SOURCES = {
    "kladr": "KLADR, classifier of addresses of the Russian Federation",
    "oktmo": "OKTMO, OK 033-2013, statistics office",
    "gar": "GAR, state address register",
    "fias": "FIAS, federal address information system",
    "csv": None,
}


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import brought."""

    origin: Origin
    index: Path


def import_file(
    path: Path,
    folder: Path,
    *,
    complete: bool | None = None,
    source: str | None = None,
    date: str | None = None,
) -> ImportSummary:
    """Read a classifier (by its name and content) into the index of `folder`.

    KLADR, OKTMO, FIAS and GAR count as complete, a plain CSV does not, unless `complete` says otherwise.
    `source` and `date` (ISO) are what the list shows; classifiers bring their own. Raises SetupError.
    """
    if not path.is_file():
        raise SetupError("reference.no-file", file=str(path))
    read = read_classifier(path)
    if not read.settlements and not read.municipalities:
        raise SetupError("reference.nothing", file=str(path))
    origin = Origin(
        path.name,
        read.kind,
        source or _SOURCES[read.kind] or path.name,
        date or read.date,
        complete if complete is not None else read.kind != "csv",
        regions_of([*read.municipalities, *read.settlements]),
        len(read.settlements),
        len(read.municipalities),
        True,
    )
    index = folder / INDEX
    folder.mkdir(parents=True, exist_ok=True)
    new = index.with_suffix(".new")
    try:
        if index.exists():
            shutil.copyfile(index, new)
        _write(new, origin, read)
        new.replace(index)
    except sqlite3.DatabaseError as error:
        raise SetupError("reference.damaged-index", file=INDEX) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
    return ImportSummary(origin, index)


def list_references(folder: Path) -> tuple[Origin, ...]:
    """All reference data of a folder: file, kind, source, date, complete or not, regions, counts."""
    return load(folder).origins if folder.is_dir() else ()


def read_classifier(path: Path) -> Import:
    """The content of a classifier file, whichever it is. Raises SetupError."""
    name, head = path.name.upper(), _head(path)
    if name.endswith(".DBF"):
        return kladr(path)
    if name.endswith(".XML") or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return fias(path) if b"AOGUID" in head or "ADDROBJ" in name else gar(path)
    first = head.replace(b'"', b"").lstrip(b"\xef\xbb\xbf ").split(b";")[0].strip()
    if first.isdigit() or first.upper() == b"TER":
        return oktmo(path)
    municipalities, settlements = read_csv(path)
    return Import("csv", None, municipalities, settlements)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


def _write(index: Path, origin: Origin, read: Import) -> None:
    connection = sqlite3.connect(index)
    try:
        connection.executescript(_TABLES)
        with connection:
            _forget(connection, origin)
            cursor = connection.execute(
                "INSERT INTO origin (file, kind, source, date, complete, regions, settlements, "
                "municipalities)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    origin.file,
                    origin.kind,
                    origin.source,
                    origin.date,
                    origin.complete,
                    "\n".join(origin.regions),
                    origin.settlements,
                    origin.municipalities,
                ),
            )
            number = cursor.lastrowid
            _insert(connection, number, read)
        connection.execute("VACUUM")
    finally:
        connection.close()


def _insert(connection: sqlite3.Connection, origin: int | None, read: Import) -> None:
    """Regions and municipalities once each, settlements with their numbers: 60 bytes a settlement."""
    for name in regions_of([*read.municipalities, *read.settlements]):
        connection.execute("INSERT OR IGNORE INTO region (key, name) VALUES (?, ?)", (fold(name), name))
    regions = {key: number for number, key in connection.execute("SELECT id, key FROM region")}
    numbers: dict[tuple[str, str], int | None] = {}
    made = [(m, True) for m in read.municipalities] + [
        (Municipality(s.municipality, None, s.region), False) for s in read.settlements if s.municipality
    ]
    for m, listed in made:
        if (m.region, m.name) not in numbers:
            cursor = connection.execute(
                "INSERT INTO municipality (origin, region, name, kind, oktmo, centre, listed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (origin, regions[fold(m.region)], m.name, m.kind, m.oktmo, m.centre, listed),
            )
            numbers[m.region, m.name] = cursor.lastrowid
    connection.executemany(
        "INSERT INTO settlement VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                origin,
                regions[fold(s.region)],
                s.name,
                s.type,
                numbers[s.region, s.municipality] if s.municipality else None,
                s.code,
                s.post_office,
            )
            for s in read.settlements
        ),
    )


def _forget(connection: sqlite3.Connection, origin: Origin) -> None:
    """Take out what the same kind of classifier said of the same regions (of a plain CSV: the same file)."""
    rows = connection.execute(
        "SELECT id, file, regions FROM origin WHERE kind = ?", (origin.kind,)
    ).fetchall()
    for number, file, regions in rows:
        before = [r for r in regions.split("\n") if r]
        if origin.kind == "csv":
            kept = before if file != origin.file else []
        else:
            kept = [r for r in before if r not in origin.regions]
        gone = [(number, fold(r)) for r in before if r not in kept]
        for table in ("municipality", "settlement"):
            connection.executemany(
                f"DELETE FROM {table} WHERE origin = ? AND region = (SELECT id FROM region WHERE key = ?)",
                gone,
            )
        if not kept:
            connection.execute("DELETE FROM origin WHERE id = ?", (number,))
        elif gone:
            counts = [
                connection.execute(
                    f"SELECT count(*) FROM {table} WHERE origin = ?{also}", (number,)
                ).fetchone()[0]
                for table, also in (("settlement", ""), ("municipality", " AND listed"))
            ]
            connection.execute(
                "UPDATE origin SET regions = ?, settlements = ?, municipalities = ? WHERE id = ?",
                ("\n".join(kept), *counts, number),
            )
