"""What a worker sends arrives as it was."""

from __future__ import annotations

import gc
import time

import pytest

from pipeline import transport
from pipeline.model import Cell, Change, Document, Finding, Grid, Place, Reason, Record, Source, Value, note

SOURCE = Source("a.docx", "0" * 64, "docx", None, 5)
PLACE = Place("a.docx", page=1, bbox=(0.0, 1.0, 2.0, 3.5))


@pytest.mark.parametrize(
    "value",
    [
        Document(
            SOURCE, (Grid((Cell("а", 0, 0, place=PLACE, readings=("б",)),), 1, 1),), notes=(note("x.y", n=1),)
        ),
        Record("schools", {"name": Value("a", "b", {"x": [1, None]}, (Change("r", "a", "b"),))}, PLACE),
        Finding("numbering-gap", note("a.b", inner=note("c.d")), places=(PLACE,), action={"set": "x"}),
        Reason("header", "why", row=0),
        [None, 1, "text", {"k": (1, 2)}],
    ],
)
def test_values_come_back_equal(value: object) -> None:
    assert transport.loads(transport.dumps(value)) == value


def test_a_place_shared_by_many_cells_stays_shared() -> None:
    grid = Grid(tuple(Cell("а", r, 0, place=PLACE) for r in range(3)), 3, 1)
    back = transport.loads(transport.dumps(grid))
    assert len({id(c.place) for c in back.cells}) == 1


def test_the_collector_is_on_again_afterwards() -> None:
    with pytest.raises((AttributeError, TypeError)):
        transport.dumps(lambda: None)
    assert gc.isenabled()


def test_a_hundred_thousand_cells_take_a_second_or_less_each_way() -> None:
    grid = Grid(tuple(Cell(f"Школа {r}", r, 0, place=PLACE) for r in range(100_000)), 100_000, 1)
    started = time.process_time()
    back = transport.loads(transport.dumps(grid))
    assert time.process_time() - started < 2
    assert len(back.cells) == 100_000
