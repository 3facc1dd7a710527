"""The stages in their order. Read this first.

    sniff → extract → assemble → interpret → normalize → identify → place     one order alone: `read_order`
    witnesses → resolve → check → decide → write                               the whole corpus: `make`

`reading.py` runs the first line for all sources, in worker processes and only where something changed.

One bad source never stops the others: it becomes the finding `source-unreadable`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline import lexicons, limits
from pipeline.errors import SourceError
from pipeline.model import Corpus, Document, Finding, Json, Note, OrderData, Place, Table

if TYPE_CHECKING:
    from pipeline.reference import Reference
    from pipeline.result import Result
    from pipeline.store import Rests

NOT_SOURCES = ("reference", "profiles", "decisions.yaml", "decisions.jsonl", "README.md", "limits.yaml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build may be told. `timeout` in seconds and `memory` in bytes hold for each source."""

    raw: Path = Path("raw")
    out: Path = Path("normalized")
    reports: Path = Path("reports")
    jobs: int = 0  # 0: as many as there are processors
    timeout: float = 60.0
    memory: int = 1 << 30
    lang: str = "en"
    formats: tuple[str, ...] = ()  # beside CSV and JSON: see `writers.FORMATS`
    reference: Path | None = None  # None: in `raw`
    store: Path | None = None  # folder that keeps what each source gave (see `store.py`); None: read all
    kept: Path | None = None  # file that keeps the last build (see `changes_kept.py`); None: no changes told

    @property
    def reference_folder(self) -> Path:
        return self.reference or self.raw / "reference"

    @property
    def set_up(self) -> tuple[Path, ...]:
        """The folders on which every reading rests."""
        return (self.reference_folder, self.profiles_folder)

    @property
    def profiles_folder(self) -> Path:
        return self.raw / "profiles"


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and why."""

    path: str
    reason: Note


class Progress(Protocol):
    """Called when a source is begun, and for each page of a scan: how many sources are done, of how many, the
    name of this one, and the page with the number of pages.
    """

    def __call__(self, done: int, total: int, name: str, pages: tuple[int, int] | None = None) -> None: ...


# ------------------------------------------------------------------------------------------------- one order


def read_document(path: Path, name: str, *, per_page: bool = False) -> Document:
    """A source's text and tables, without interpreting them. Raises SourceError."""
    from pipeline import extractors, sniff, tables
    from pipeline.extractors.text import drawn_lines

    source = sniff.sniff(path, name)
    document = extractors.extractor(source.format)(path, source)
    held = sum(len(b.text) for b in document.blocks)
    held += sum(len(cell.text) for grid in document.tables for cell in grid.cells)
    limits.current().check("text_chars", held)
    if source.format in _DRAWN:
        pieces = [x for x in document.content if not isinstance(x, Table)]  # an extractor gives none
        document = replace(document, content=tuple(drawn_lines(pieces)))
    return tables.assemble(document, per_page=per_page)


# formats in which legal databases give tables drawn with characters, a paragraph a line
_DRAWN = ("docx", "doc", "odt", "rtf")


def read_order(path: Path, name: str, settings: Settings) -> OrderData:
    """All that one source gives by itself. Raises SourceError."""
    return order_of(read_document(path, name), settings)[0]


def order_of(document: Document, settings: Settings) -> tuple[OrderData, Rests]:
    """The order in a document, and what it rests on."""
    from pipeline import (
        announced_counts,
        identify,
        interpret,
        normalize,
        number_column,
        place,
        profiles,
        totals,
    )
    from pipeline.store import Rests

    found = interpret.interpret(number_column.repaired(document), profiles.load(settings.profiles_folder))
    reference = load_reference(settings.reference_folder)
    normal = normalize.normalize(found, normalize.order_record(found), reference)
    order, records = identify.identify(normal.order, normal.records, document.source)
    said: dict[str, Json] = {
        "announced": list[Json](sorted(found.text.announced)),
        "headed": list[Json](found.text.headed),
    }
    order = replace(order, context={**order.context, **said})
    records, placing = place.place(records, found.text.region, reference)
    wrong = (f for listed in found.totals for f in totals.check(listed, records))
    counted = () if found.unknown else announced_counts.check(document, records)
    findings = (*document_notes(document), *found.findings, *wrong, *counted)
    kinds = normalize.kinds(found)
    seeds = (
        "number_column",
        "interpret",
        "totals",
        "announced_counts",
        "identify",
        *(f"normalizers.{kind}" for kind in kinds),
    )
    placed = ("place",) if "school" in kinds else ()
    leaves = ("normalize", "limits", "place")
    rests = Rests((*seeds, *placed), leaves, profiles=True, regions=(found.text.region,))
    return OrderData(document.source, document, order, records, findings, found.unknown, placing), rests


def document_notes(document: Document) -> Iterator[Finding]:
    """What the extractor could not read, or found odd, in the file as a whole."""
    grids = (n for t in document.tables for n in t.notes)
    for said in (*document.notes, *grids):
        page = said.args.get("page")
        yield Finding(
            "source-partial" if said.key in lexicons.words("partial_notes", "note") else "source-note",
            said,
            raw="",
            places=(Place(document.source.path, page=page if isinstance(page, int) else None),),
            key=f"{said.key}|{sorted((k, str(v)) for k, v in said.args.items())}",
        )


def load_reference(folder: Path) -> Reference | None:
    """The reference data that the user keeps in `raw/reference`, None if there are none."""
    from pipeline import reference

    return reference.load(folder) if folder.is_dir() else None


# ------------------------------------------------------------------------------------------------ the corpus


def build(
    sources: Sequence[tuple[str, Path]], settings: Settings, progress: Progress | None = None
) -> tuple[Result, list[Failure]]:
    """`make`, then write datasets and reports in one transaction. Raises SetupError."""
    from pipeline import changes_kept, publish, transport, writers

    writers.require(settings.formats)
    with publish.locked(settings.out, settings.reports), transport.few_collections():
        result, failures = make(sources, settings, progress)
        result = replace(result, pictures=_pictures(result, sources, settings))
        compared = changes_kept.compare(result, settings) if settings.kept is not None else None
        with publish.staged(settings.out, settings.reports) as (out, reports):
            writers.write_datasets(result, out, settings.formats, settings.lang)
            writers.write_reports(result, reports, settings.lang)
            if compared is not None:
                changes_kept.write(compared, reports, settings.lang)
        if compared is not None and settings.kept is not None:
            changes_kept.keep(compared, settings.kept)
    return result, failures


def _pictures(result: Result, sources: Sequence[tuple[str, Path]], settings: Settings) -> dict[Place, bytes]:
    """Cut-outs of the scans for the report."""
    from pipeline.report import cutouts

    within = result.findings, result.documents, sources
    return cutouts.cut(*within, timeout=settings.timeout, memory=settings.memory)


def make(
    sources: Sequence[tuple[str, Path]], settings: Settings, progress: Progress | None = None
) -> tuple[Result, list[Failure]]:
    """Read every source, unite those of one order, resolve and check them together, replay what people
    decided; writes nothing.

    `sources` are (name shown to people, path). Raises SetupError; a source that cannot be read is a Failure.
    """
    from pipeline import checks, decisions, decisions_file, witnesses
    from pipeline.checks.findings import identify as identify_findings
    from pipeline.reading import read_all
    from pipeline.resolve import resolve
    from pipeline.result import Result, corrections_of

    taken = decisions_file.load(settings.raw)
    orders, failures = read_all(sources, settings, progress)
    read = orders
    reference = load_reference(settings.reference_folder)
    orders, compared = witnesses.merge(read, reference)
    of_sources = [*(unreadable(f) for f in failures), *compared]

    def judge(orders: Sequence[OrderData]) -> tuple[Corpus, tuple[Finding, ...]]:
        corpus = resolve(orders, reference)
        return corpus, identify_findings([*of_sources, *checks.run_checks(corpus)])

    whole = not failures and is_whole(sources, settings)
    corpus, findings = decisions.decide(orders, taken, judge, reference, whole=whole)
    result = Result(
        records=corpus.records,
        corrections=corrections_of(r for records in corpus.records.values() for r in records),
        findings=findings,
        documents={o.source.path: o.document for o in read},
        sources=tuple(o.source for o in read),
        unknown_tables={
            o.source.path: o.unknown_tables
            for order in corpus.orders
            for o in (order, *order.witnesses)
            if o.unknown_tables
        },
        orders=tuple(orders),
    )
    return result, failures


def is_whole(sources: Sequence[tuple[str, Path]], settings: Settings) -> bool:
    """Are all sources there that lie beside the decisions? They may be about any of them."""
    there = {os.path.realpath(path) for _, path in sources}  # `resolve` raises where links run in a ring
    beside = find_sources([settings.raw], (settings.out, settings.reports)) if settings.raw.is_dir() else []
    return all(os.path.realpath(path) in there for _, path in beside)


def warm(settings: Settings) -> None:
    """Load once, before workers are forked, what every source needs. Raises SetupError for a bad profile."""
    from pipeline import identify, interpret, normalize, place, profiles, sniff, tables  # noqa: F401  # warm

    profiles.load(settings.profiles_folder)
    load_reference(settings.reference_folder)


def extract_alone(
    path: Path, *, per_page: bool, timeout: float, memory: int, progress: Progress | None = None
) -> Document:
    """`read_document` in a process of its own. Raises SourceError."""
    from pipeline.isolate import run_isolated

    tasks = [(path, per_page)]
    on_page = (lambda _, task, page, of: progress(0, 1, task[0].name, (page, of))) if progress else None
    (outcome,) = run_isolated(_extract_task, tasks, jobs=1, timeout=timeout, memory=memory, on_page=on_page)
    if outcome.value is None:
        raise outcome.error or SourceError("source.crashed", error="?")
    return outcome.value


def _extract_task(task: tuple[Path, bool]) -> Document:
    path, per_page = task
    return read_document(path, path.name, per_page=per_page)


def unreadable(failure: Failure) -> Finding:
    """The finding for a source that could not be read."""
    return Finding(
        "source-unreadable",
        failure.reason,
        raw=failure.path,
        places=(Place(failure.path),),
        key=failure.path,
    )


def set_up_folder(given: Sequence[Path]) -> Path:
    """The folder whose decisions, reference data and profiles count: the first given one that holds any,
    itself or in its folder `raw` (a project's folder), else `raw/`.
    """
    marks = [name for name in NOT_SOURCES if name != "README.md"]
    folders = (folder for path in given for folder in (path, path / "raw"))
    holding = (folder for folder in folders if any((folder / name).exists() for name in marks))
    return next(holding, Path("raw"))


def find_sources(given: Sequence[Path], made: Sequence[Path] = ()) -> list[tuple[str, Path]]:
    """(name, path) of every source in the files and folders given, in a stable order.

    A file is named by its file name, a file in a folder by its path within the folder. What belongs to the
    program's set-up (reference data, profiles, decisions; in a project's folder those of its `raw/`), hidden
    files, and what lies in the folders `made` by the program are no sources.
    """
    own = [Path(os.path.realpath(folder)) for folder in made]  # `resolve` raises where links run in a ring
    found: dict[Path, str] = {}
    for start in given:
        if not start.is_dir():
            found.setdefault(start, start.name)
            continue
        for path in sorted(start.rglob("*")):
            relative = path.relative_to(start)
            hidden = any(part.startswith((".", "~$")) for part in relative.parts)
            within = relative.parts[1:] if relative.parts[0] == "raw" else relative.parts
            if path.is_dir() or hidden or not {relative.parts[0], *within[:1]}.isdisjoint(NOT_SOURCES):
                continue
            if own and any(folder in Path(os.path.realpath(path)).parents for folder in own):
                continue
            found.setdefault(path, relative.as_posix())
    return [(name, path) for path, name in found.items()]
