"""Reviews to test: of the real order, and of very many findings."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.messages import LANGUAGES
from pipeline.model import Json, Place, Record, Value
from pipeline.result import Result
from pipeline.review import views
from pipeline.review.helper import Built, Helper
from pipeline.review.server import Server
from pipeline.review.session import Session
from pipeline.review.work import Work


def built_of(result: Result) -> Built:
    """A result as a build gives it, nothing decided."""
    lists = {lang: gzip.compress(views.index(result, lang, ()), 1) for lang in LANGUAGES}
    return Built(result, [], lists, {}, {})


def many(real: Result, times: int) -> Result:
    """The real order so many times, each with ids of its own."""
    (order,) = real.orders
    tables: dict[str, list[Record]] = {name: [] for name in real.records}
    findings, orders, documents, sources = [], [], {}, []
    for n in range(times):
        name = f"order-{n:03}.txt"
        source = replace(order.source, path=name)

        def place(old: Place | None, name: str = name) -> Place | None:
            return replace(old, source=name) if old is not None else None

        def record(old: Record, n: int = n) -> Record:
            values: dict[str, Value] = {k: replace(v, place=place(v.place)) for k, v in old.values.items()}
            return replace(
                old, values=values, id=f"{old.id}-{n}", order=f"{old.order}-{n}", place=place(old.place)
            )

        def action(old: Mapping[str, Json], n: int = n) -> dict[str, Json]:
            rows = old.get("records")
            ids: list[Json] = [f"{r}-{n}" for r in rows] if isinstance(rows, list) else []
            return {**old, "records": ids} if ids else dict(old)

        orders.append(
            replace(
                order,
                source=source,
                document=replace(order.document, source=source),
                order=record(order.order),
                records=tuple(record(r) for r in order.records),
            )
        )
        for table, rows in real.records.items():
            tables[table] += [record(r) for r in rows]
        findings += [
            replace(
                f,
                id=f"{f.id}-{n}",
                order=f"{f.order}-{n}",
                record_id=f"{f.record_id}-{n}",
                places=tuple(p for old in f.places if (p := place(old)) is not None),
                action=action(f.action),
            )
            for f in real.findings
        ]
        documents[name] = orders[-1].document
        sources.append(source)
    return Result(
        records={name: tuple(rows) for name, rows in tables.items()},
        findings=tuple(findings),
        documents=documents,
        sources=tuple(sources),
        orders=tuple(orders),
    )


def no_build(*args: object) -> Built:
    raise AssertionError("nothing is built here")


@pytest.fixture
def work(real: Result, tmp_path: Path) -> Iterator[Work]:
    """The real order under review, decisions in a folder of its own."""
    yield from working(real, tmp_path)


def working(result: Result, folder: Path) -> Iterator[Work]:
    helper = Helper({"build": no_build, "draw": no_build})
    yield Work(Session(built_of(result), folder, "Иванова"), helper, helper, {}, "en", (10.0, 1 << 30))
    helper.close()


@pytest.fixture
def server(work: Work) -> Iterator[Server]:
    """The page of the real order, served."""
    yield from serving(work)


def serving(work: Work) -> Iterator[Server]:
    import threading

    server = Server(0, "token-of-this-test", work)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
