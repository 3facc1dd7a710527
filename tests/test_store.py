"""The store of readings: a build reads only what changed, and a bad entry does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import run, store
from tests import forms, orders


@pytest.fixture
def settings(tmp_path: Path) -> run.Settings:
    raw = tmp_path / "raw"
    raw.mkdir()
    for seed in range(3):
        forms.make_text(raw / f"order{seed}.txt", orders.generate(seed)[0])
    return run.Settings(
        raw=raw, out=tmp_path / "normalized", reports=tmp_path / "reports", store=tmp_path / "store"
    )


def built(settings: run.Settings) -> tuple[list[str], dict[str, bytes]]:
    """The sources that were read, and every output."""
    read: list[str] = []
    run.build(run.find_sources([settings.raw]), settings, lambda done, total, name: read.append(name))
    files = [
        p for folder in (settings.out, settings.reports) for p in sorted(folder.rglob("*")) if p.is_file()
    ]
    return read, {str(p): p.read_bytes() for p in files}


def test_only_the_source_that_changed_is_read_again(settings: run.Settings) -> None:
    first, before = built(settings)
    assert sorted(first) == ["order0.txt", "order1.txt", "order2.txt"]
    assert built(settings) == ([], before)
    forms.make_text(settings.raw / "order1.txt", orders.generate(7)[0])
    again, after = built(settings)
    assert again == ["order1.txt"]
    assert after != before


def test_what_comes_from_the_store_is_what_reading_gives(settings: run.Settings) -> None:
    built(settings)
    _, stored = built(settings)
    _, fresh = built(run.Settings(raw=settings.raw, out=settings.out, reports=settings.reports))
    assert stored == fresh


def test_new_reference_data_are_used(settings: run.Settings) -> None:
    built(settings)
    (settings.raw / "reference").mkdir()
    (settings.raw / "reference" / "own.csv").write_text(
        "settlement,type,municipality,region\nНикольское,с.,Гдовский район,Псковская область\n",
        encoding="utf-8",
    )
    read, _ = built(settings)
    assert len(read) == 3


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 5000])
def test_a_damaged_entry_is_read_anew(settings: run.Settings, damage: bytes) -> None:
    _, before = built(settings)
    assert settings.store is not None
    for entry in settings.store.iterdir():
        entry.write_bytes(damage)
    read, after = built(settings)
    assert len(read) == 3
    assert after == before


def test_a_folder_that_cannot_be_written_only_costs_the_short_cut(settings: run.Settings) -> None:
    assert settings.store is not None
    settings.store.write_text("a file, no folder")
    read, _ = built(settings)
    assert len(read) == 3
    assert len(built(settings)[0]) == 3


@given(st.binary(max_size=200))
def test_no_bytes_stop_a_build(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("store")
    (folder / "entry").write_bytes(data)
    assert store.load(folder, "entry") is None
