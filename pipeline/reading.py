"""All sources read, each in a worker process, and only what the store does not have.

    bytes ─extract→ Extracted (documents) ─order_of→ OrderData       two entries of the store (`store.py`)

Documents stay packed in the parent: only the reports look into some of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.model import Document, Note, OrderData, Source
from pipeline.run import Failure, Progress, Settings, document_notes, order_of, read_document, warm

if TYPE_CHECKING:
    from pipeline.store import Rests, Store

Reading = tuple[list[OrderData], list[Failure]]  # what one source gave
_PASSING = ("timeout", "memory", "killed", "crashed", "failed")  # reasons that may be gone next time


def read_all(
    sources: Sequence[tuple[str, Path]], settings: Settings, progress: Progress | None
) -> tuple[list[OrderData], list[Failure]]:
    from pipeline.isolate import run_isolated
    from pipeline.transport import no_collection

    store = _store(settings)
    readings: dict[int, Reading] = {}
    tasks: list[_Task] = []
    keys: list[str] = []
    with no_collection():
        for i, (name, path) in enumerate(sources):
            key = store.key(path, name) if store is not None else None
            task = _Task(i, path, name, settings, store, key)
            if store is not None and key is not None:
                keys.append(key)
                task = replace(task, extracted=store.load(f"{key}.document"))
                kept = task.extracted and store.load(f"{key}.order", task.extracted[0])
                if task.extracted and kept:
                    readings[i] = _with_documents(kept[1], task.extracted[1])
                    continue
            tasks.append(task)
    if tasks:
        warm(settings)
    outcomes = (
        ()
        if not tasks
        else run_isolated(
            _read_task,
            tasks,
            jobs=settings.jobs,
            timeout=settings.timeout,
            memory=settings.memory,
            on_progress=(lambda done, task: progress(done, len(tasks), task.name)) if progress else None,
            on_page=(lambda done, task, page, of: progress(done, len(tasks), task.name, (page, of)))
            if progress
            else None,
        )
    )
    for outcome in outcomes:
        task = tasks[outcome.index]
        if outcome.value is not None:
            readings[task.index] = outcome.value
        elif outcome.error is not None:
            readings[task.index] = ([], [Failure(task.name, outcome.error.note)])
    if store is not None:
        store.tidy(keys)
    in_order = [readings[i] for i in sorted(readings)]
    return [o for found, _ in in_order for o in found], [f for _, failed in in_order for f in failed]


def _store(settings: Settings) -> Store | None:
    from pipeline.run import load_reference
    from pipeline.store import Store

    if settings.store is None:
        return None
    return Store(settings.store, settings.profiles_folder, load_reference(settings.reference_folder))


@dataclass(frozen=True, slots=True)
class _Task:
    """A source to read; `extracted`: the store has its documents, under this digest."""

    index: int
    path: Path
    name: str
    settings: Settings
    store: Store | None = None
    key: str | None = None
    extracted: tuple[str, Extracted] | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The documents of a source (an archive or an e-mail has several), and what is to be said of it."""

    source: Source
    documents: tuple[Document, ...]
    failures: tuple[Failure, ...] = ()
    notes: tuple[Note, ...] = ()


def _key(store: Store, task: _Task) -> str | None:
    try:
        return store.key(task.path, task.name)
    except OSError:
        return None


def _read_task(task: _Task) -> Reading:
    """One source, and its entries in the store."""
    from pipeline.transport import pack

    store, key = task.store, task.key
    digest, found = task.extracted or ("", _extract(task.path, task.name))
    packed = replace(found, documents=tuple(pack(d) for d in found.documents))
    if store is not None and not task.extracted and _key(store, task) != key:
        store = None  # the source was changed while it was read: nobody knows which state this is
    if store is not None and key is not None and not task.extracted and _is_lasting(found.failures):
        digest = store.save(f"{key}.document", _rests(found), packed)
    orders: list[OrderData] = []
    failures = list(found.failures)
    rests: list[Rests] = []
    for document in found.documents:
        try:
            order, order_rests = order_of(document, task.settings)
        except SourceError as error:
            if len(found.documents) == 1 and not found.failures:
                raise
            failures.append(Failure(document.source.path, error.note))
            continue
        orders.append(order)
        rests.append(order_rests)
    if orders and found.notes:
        said = Document(found.source, (), notes=found.notes)
        orders[0] = replace(orders[0], findings=(*document_notes(said), *orders[0].findings))
    bare = [replace(o, document=Document(o.source, ())) for o in orders]
    if store is not None and key is not None and digest and len(failures) == len(found.failures):
        store.save(f"{key}.order", _merged(rests, digest), (bare, failures))
    return _with_documents((bare, failures), packed)


def _with_documents(reading: Reading, found: Extracted) -> Reading:
    """The orders, each with its document."""
    documents = {d.source.path: d for d in found.documents} if len(found.documents) > 1 else {}
    orders = [replace(o, document=documents.get(o.source.path, found.documents[0])) for o in reading[0]]
    return orders, reading[1]


def _rests(found: Extracted) -> Rests:
    """What the documents of a source rest on."""
    from pipeline.extractors import CONTAINERS, EXTRACTORS
    from pipeline.store import Rests

    formats = {found.source.format, *(d.source.format for d in found.documents)}
    if found.source.format in CONTAINERS:
        formats |= {*EXTRACTORS}  # members that failed have a format too
    readers = {EXTRACTORS[f].partition(":")[0] for f in formats} | {"text"}
    return Rests(("sniff", "tables", *sorted(f"extractors.{r}" for r in readers)))


def _merged(rests: Sequence[Rests], made_of: str) -> Rests:
    """What several orders of one source rest on together."""
    from pipeline.store import Rests

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(sorted({x for r in rests for x in getattr(r, name)}))

    regions = dict.fromkeys(region for r in rests for region in r.regions)
    return Rests(all_of("seeds"), all_of("leaves"), profiles=True, regions=tuple(regions), made_of=made_of)


def _is_lasting(failures: Sequence[Failure]) -> bool:
    """No document of the source failed for a reason that may be gone next time."""
    return not any(f.reason.key.endswith(_PASSING) for f in failures)


def _extract(path: Path, name: str) -> Extracted:
    """The documents of one source; an archive or an e-mail gives each document inside it."""
    from pipeline import extractors, sniff
    from pipeline.extractors import container

    source = sniff.sniff(path, name)
    if source.format not in extractors.CONTAINERS:
        document = read_document(path, name)
        return Extracted(document.source, (document,))
    documents: list[Document] = []
    with tempfile.TemporaryDirectory(prefix="prikaz-") as folder:
        inside = container.expand(path, source, Path(folder))
        failures = [Failure(inner, error.note) for inner, error in inside.failures]
        for inner, file in inside.sources:
            try:
                documents.append(read_document(file, inner))
            except SourceError as error:
                failures.append(Failure(inner, error.note))
    return Extracted(source, tuple(documents), tuple(failures), tuple(inside.notes))
