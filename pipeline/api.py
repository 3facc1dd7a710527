"""The library: what `prikaz` does, as functions. Use them as `pipeline.build` and so on.

Nothing is written unless a folder is given. What is odd in a source is a finding in the result, never an
exception; SourceError and SetupError have one sentence each (`pipeline.say(error.note)`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SetupError

if TYPE_CHECKING:
    from typing import TypeAlias

    from pipeline.model import Document, Value
    from pipeline.result import Result

    PathLike: TypeAlias = str | os.PathLike[str]


def build(
    sources: PathLike | Iterable[PathLike],
    *,
    reference: PathLike | None = None,
    raw: PathLike | None = None,
    out: PathLike | None = None,
    reports: PathLike | None = None,
    formats: Iterable[str] = (),
    cache: PathLike | None = None,
    jobs: int = 0,
    timeout: float = 60.0,
    memory: int = 1 << 30,
    lang: str = "en",
) -> Result:
    """Datasets, corrections and findings from orders: files or folders, a folder with all that lies in it.

    `raw` is a folder set up like `raw/` (its `reference/`, `profiles/` and decisions count); `reference` only
    one of reference data. With `out` and `reports` (both or neither) the files are written as `prikaz build`
    does it, with the further `formats` (parquet, sqlite, duckdb, xlsx, jsonl). `cache` is a folder
    that keeps what was read, so that the next build reads only what has changed. `jobs` sources are read at
    once (0: one a processor), each with `timeout` seconds and `memory` bytes. A source that cannot be read
    becomes the finding `source-unreadable`. Raises SetupError when nothing is there to read or a folder
    cannot be used.

    >>> result = build("raw", raw="raw")
    >>> {name: len(records) for name, records in result.records.items() if name in ("orders", "activities")}
    {'orders': 1, 'activities': 22}
    >>> sorted({finding.severity for finding in result.findings})
    ['error', 'info', 'warning']
    """
    from pipeline import run
    from pipeline.writers import FORMATS

    given = [Path(p) for p in ([sources] if isinstance(sources, str | os.PathLike) else sources)]
    for path in given:
        if not path.exists():
            raise SetupError("setup.no-such-file", file=str(path))
    found = run.find_sources(given)
    if not found:
        raise SetupError("setup.no-sources", file=", ".join(map(str, given)))
    wanted = tuple(formats)
    for name in wanted:
        if name not in FORMATS:
            raise SetupError("setup.unknown-format", file=name, known=[*FORMATS])
    if (out is None) != (reports is None):
        raise SetupError("setup.out-and-reports", file="build")
    settings = run.Settings(
        raw=Path(raw) if raw is not None else Path(os.devnull),
        out=Path(out or "."),
        reports=Path(reports or "."),
        jobs=jobs,
        timeout=timeout,
        memory=memory,
        lang=lang,
        formats=wanted,
        reference=Path(reference) if reference is not None else None,
        store=Path(cache) if cache is not None else None,
    )
    return (run.make if out is None else run.build)(found, settings)[0]


def read(path: PathLike, *, per_page: bool = False, timeout: float = 60.0, memory: int = 1 << 30) -> Document:
    """A source's text and tables, not interpreted. Raises SourceError.

    It is read in a process of its own, which may take `timeout` seconds and `memory` bytes. `per_page` keeps
    the pieces of a table as they lie on the pages. Boxes are in points from the top left corner.

    >>> table = read("raw/smolensk-order-657.txt").tables[0]
    >>> table.header_rows, [cell.text for cell in table.cells if cell.row == 0][:2]
    (1, ['№ п/п', 'Мероприятие/направление'])
    """
    from pipeline import run

    return run.extract_alone(Path(path), per_page=per_page, timeout=timeout, memory=memory)


# ------------------------------------------------------------------------------------------- single values


def normalize_school(
    text: str,
    *,
    region: str | None = None,
    municipality: str | None = None,
    reference: PathLike | None = None,
) -> Value:
    """The name of a school: `text` is canonical, `parts` holds legal form, type, level, proper name, …

    `municipality` is the one that the school is listed under, `reference` a folder of reference data.

    >>> value = normalize_school("МБОУ Щуйская ОПШ")
    >>> value.text, value.status, [change.rule for change in value.changes]
    ('МБОУ Щуйская ООШ', 'fixed', ['school-type-ocr'])
    """
    return _normalize("school", text, region, municipality, reference)


def normalize_organization(
    text: str, *, region: str | None = None, reference: PathLike | None = None
) -> Value:
    """The name of an organization.

    >>> normalize_organization('ГАУ  ДПО "СОИРО"').text
    'ГАУ ДПО «СОИРО»'
    """
    return _normalize("organization", text, region, None, reference)


def normalize_person(text: str, *, region: str | None = None, reference: PathLike | None = None) -> Value:
    """A person's surname and initials (or full name).

    >>> value = normalize_person("Р. А. Попов")
    >>> value.text, value.parts["surname"]
    ('Попов Р.А.', 'Попов')
    """
    return _normalize("person", text, region, None, reference)


def normalize_municipality(
    text: str, *, region: str | None = None, reference: PathLike | None = None
) -> Value:
    """The name of a municipality.

    >>> normalize_municipality("Вяземский р-н").text
    'Вяземский район'
    """
    return _normalize("municipality", text, region, None, reference)


def normalize_date(text: str) -> Value:
    """A date or a period as EDTF; `parts` has `start` and `end`, the first and last day covered.

    >>> value = normalize_date("до 15 ноября 2020 года")
    >>> value.text, value.parts["start"], value.parts["end"]
    ('../2020-11-15', None, '2020-11-15')
    """
    return _normalize("date", text, None, None, None)


def normalize_number(text: str) -> Value:
    """The number of an order.

    >>> normalize_number("№ 657 – ОД").text
    '657-ОД'
    """
    return _normalize("number", text, None, None, None)


def normalize_text(text: str) -> Value:
    """Free text: mixed alphabets, spaces, hyphens at line ends, quotes and dashes; never respelled.

    >>> normalize_text('Семинар  "Школа"').text
    'Семинар «Школа»'
    """
    return _normalize("text", text, None, None, None)


def _normalize(
    kind: str, text: str, region: str | None, municipality: str | None, reference: PathLike | None
) -> Value:
    from pipeline.normalizers import NORMALIZERS
    from pipeline.normalizers.context import Context
    from pipeline.run import load_reference

    known = None if reference is None else load_reference(Path(reference))
    return NORMALIZERS[kind](text, Context(region=region, municipality=municipality, reference=known))
