"""The gate of floors: what was reached stays reached (the cheap figures), and floors only rise."""

from __future__ import annotations

import csv

import pytest

from benchmarks import gate, measures
from benchmarks.gate import Floor


def test_no_cheap_figure_is_behind_its_floor() -> None:
    groups = measures.groups()
    figures = gate.measured(groups)
    assert gate.failures(gate.read(), figures, groups) == []


def test_every_line_belongs_to_a_group_and_says_where_its_floor_comes_from() -> None:
    known = measures.kinds()
    floors = gate.read()
    assert len({f.measure for f in floors}) == len(floors)
    for floor in floors:
        assert known[floor.measure.partition(".")[0]] == floor.kind
        assert floor.better in ("higher", "lower")
        assert floor.floor is not None, floor.measure
        assert floor.date, floor.measure
        assert floor.source, floor.measure


@pytest.mark.parametrize(
    ("better", "floor", "slack", "figure", "expected"),
    [
        ("higher", 0.9, 0.0, 0.95, 0.95),
        ("higher", 0.9, 0.0, 0.8, 0.9),
        ("higher", 0.9, 0.1, 0.95, 0.9),
        ("lower", 3.0, 0.5, 2.0, 2.5),
        ("lower", 3.0, 0.5, 2.7, 3.0),
        ("lower", 0.0, 0.0, 4.0, 0.0),
        ("higher", None, 0.0, 0.7, 0.7),
    ],
)
def test_floors_only_rise(
    better: str, floor: float | None, slack: float, figure: float, expected: float
) -> None:
    old = Floor("forms.text", "cheap", better, floor, slack, "2020-01-01", "somebody", "")
    new = old.raised(figure, "2026-01-01", "me")
    assert new.floor == expected
    assert (new.source == "me") == (expected != floor)


def test_a_figure_that_is_worse_lost_or_unknown_is_told() -> None:
    floors = [
        Floor("a.good", "cheap", "higher", 0.5, 0.0, "", "", ""),
        Floor("a.worse", "cheap", "lower", 0.5, 0.0, "", "", ""),
        Floor("a.lost", "cheap", "higher", 0.5, 0.0, "", "", ""),
        Floor("b.other", "cheap", "higher", 0.5, 0.0, "", "", ""),
    ]
    told = gate.failures(floors, {"a.good": 0.5, "a.worse": 0.6, "a.new": 1.0}, ["a"])
    assert [name for name, _ in told] == ["a.new", "a.worse", "a.lost"]


def test_the_file_is_written_as_it_is_read(tmp_path) -> None:  # type: ignore[no-untyped-def]  # pytest gives the folder
    # any order of columns would be read, but a rewritten file must show as few changed lines as possible
    path = tmp_path / "floors.csv"
    gate.write(gate.read(), path)
    assert path.read_bytes() == gate.FLOORS.read_bytes()
    assert next(csv.reader(path.open(encoding="utf-8")))[0] == "measure"
