"""The store of readings: a build makes anew what a change touches, and a bad entry does no harm."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import decisions_file, dependencies, reading, run, store, transport
from tests import forms, orders

REST = store.Rests(("sniff",))


@pytest.fixture
def settings(tmp_path: Path) -> run.Settings:
    raw = tmp_path / "raw"
    raw.mkdir()
    for seed in range(3):
        forms.make_text(raw / f"order{seed}.txt", orders.generate(seed)[0])
    return run.Settings(
        raw=raw, out=tmp_path / "normalized", reports=tmp_path / "reports", store=tmp_path / "store"
    )


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the program's files for the store to look at, so that a test may «edit» them."""
    copy = tmp_path / "package"
    home = Path(dependencies.__file__).parent
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(dependencies, "_PACKAGE", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cached in (dependencies._digest, dependencies._content, dependencies._named, dependencies._data):
        cached.cache_clear()


def edit(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    forget()


def built(settings: run.Settings) -> tuple[list[str], dict[str, bytes]]:
    """The sources that were read or interpreted, and every output."""
    read: list[str] = []
    run.build(run.find_sources([settings.raw]), settings, lambda done, total, name: read.append(name))
    files = [
        p for folder in (settings.out, settings.reports) for p in sorted(folder.rglob("*")) if p.is_file()
    ]
    return read, {str(p): p.read_bytes() for p in files}


def extracted(settings: run.Settings) -> dict[str, bytes]:
    assert settings.store is not None
    return {p.name: p.read_bytes() for p in settings.store.glob("*.document")}


# ------------------------------------------------------------------------------------- what is made anew


def test_only_the_source_that_changed_is_read_again(settings: run.Settings) -> None:
    first, before = built(settings)
    assert sorted(first) == ["order0.txt", "order1.txt", "order2.txt"]
    assert built(settings) == ([], before)
    forms.make_text(settings.raw / "order1.txt", orders.generate(7)[0])
    again, after = built(settings)
    assert again == ["order1.txt"]
    assert after != before


def test_a_source_that_changes_while_it_is_read_is_read_again(
    settings: run.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = settings.raw / "order1.txt"
    extract = reading._extract

    def changing(path: Path, name: str) -> reading.Extracted:
        found = extract(path, name)
        if path == source:
            forms.make_text(source, orders.generate(7)[0])
        return found

    monkeypatch.setattr(reading, "_extract", changing)
    _, before = built(settings)
    assert len(extracted(settings)) == 2
    monkeypatch.undo()
    again, after = built(settings)
    assert again == ["order1.txt"]
    assert after != before
    assert after == built(replace(settings, store=None))[1]


def test_what_comes_from_the_store_is_what_reading_gives(settings: run.Settings) -> None:
    _, first = built(settings)
    _, stored = built(settings)
    _, fresh = built(replace(settings, store=None))
    assert first == stored == fresh


def test_an_archive_comes_back_whole_from_the_store(settings: run.Settings) -> None:
    with zipfile.ZipFile(settings.raw / "more.zip", "w") as archive:
        for seed in (3, 4):
            forms.make_text(settings.raw / "inner", orders.generate(seed)[0])
            archive.write(settings.raw / "inner", f"inner{seed}.txt")
        archive.writestr("bad.docx", b"PK\x03\x04 no archive")
        archive.writestr("Thumbs.db", b"junk")
    (settings.raw / "inner").unlink()
    _, first = built(settings)
    read, stored = built(settings)
    assert read == []
    assert first == stored == built(replace(settings, store=None))[1]


@pytest.mark.parametrize("file", ["data/lexicons/school_types.csv", "data/lexicons/months.csv"])
def test_an_edited_lexicon_extracts_nothing(settings: run.Settings, package: Path, file: str) -> None:
    built(settings)
    documents = extracted(settings)
    edit(package / file)
    read, _ = built(settings)
    assert len(read) == 3
    assert extracted(settings) == documents
    assert built(settings)[0] == []


def test_a_lexicon_bears_only_on_orders_with_values_of_its_kind(
    settings: run.Settings, package: Path
) -> None:
    bare = replace(orders.generate(5)[0], sites=[], sites_head=[])
    forms.make_text(settings.raw / "roadmap.txt", bare)
    built(settings)
    edit(package / "data/lexicons/school_words.csv")
    assert sorted(built(settings)[0]) == ["order0.txt", "order1.txt", "order2.txt"]


@pytest.mark.parametrize(
    "file",
    [
        "data/messages/text.csv",
        "data/findings.csv",
        "report/html.py",
        "resolve.py",
        "checks/duplicates.py",
        "writers/csv_files.py",
        "extractors/pdf.py",
        "data/scan.csv",
    ],
)
def test_what_no_reading_uses_reads_nothing(settings: run.Settings, package: Path, file: str) -> None:
    built(settings)
    edit(package / file)
    assert built(settings)[0] == []


@pytest.mark.parametrize("file", ["extractors/text.py", "tables.py", "model.py", "data/limits.csv"])
def test_new_code_of_a_reader_reads_anew(settings: run.Settings, package: Path, file: str) -> None:
    built(settings)
    documents = extracted(settings)
    edit(package / file)
    assert len(built(settings)[0]) == 3
    assert extracted(settings) != documents


def test_a_decision_reads_nothing(settings: run.Settings) -> None:
    built(settings)
    (settings.raw / "decisions.yaml").write_text(
        "- set: {dataset: training_sites, match: {school: nothing}, field: school, value: МБОУ СОШ № 1}\n",
        encoding="utf-8",
    )
    assert decisions_file.load(settings.raw)
    assert built(settings)[0] == []


def test_new_reference_data_bear_on_the_orders_of_their_region(settings: run.Settings) -> None:
    for seed in range(3, 12):
        forms.make_text(settings.raw / f"order{seed}.txt", orders.generate(seed)[0])
    regions = {f"order{seed}.txt": orders.generate(seed)[1].region for seed in range(12)}
    built(settings)
    (settings.raw / "reference").mkdir()
    (settings.raw / "reference" / "own.csv").write_text(
        "settlement,type,municipality,region\nНикольское,с.,Гдовский район,Псковская область\n",
        encoding="utf-8",
    )
    own = {name for name, region in regions.items() if region == "Псковская область"}
    assert 0 < len(own) < 12
    assert set(built(settings)[0]) == own
    assert built(settings)[1] == built(replace(settings, store=None))[1]


def test_an_own_profile_interprets_anew(settings: run.Settings) -> None:
    built(settings)
    documents = extracted(settings)
    (settings.raw / "profiles").mkdir()
    own = Path(run.__file__).parent / "data" / "profiles" / "roadmap.yaml"
    shutil.copy(own, settings.raw / "profiles" / "own.yaml")
    assert len(built(settings)[0]) == 3
    assert extracted(settings) == documents


# -------------------------------------------------------------------------------------------- bad entries


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 5000])
def test_a_damaged_entry_is_read_anew(settings: run.Settings, damage: bytes) -> None:
    _, before = built(settings)
    assert settings.store is not None
    for entry in settings.store.iterdir():
        entry.write_bytes(damage)
    read, after = built(settings)
    assert len(read) == 3
    assert after == before
    assert built(settings)[0] == []


@pytest.mark.parametrize("stage", ["document", "order"])
def test_a_cut_or_missing_entry_of_either_stage_is_made_anew(settings: run.Settings, stage: str) -> None:
    _, before = built(settings)
    assert settings.store is not None
    cut, gone, _ = sorted(settings.store.glob(f"*.{stage}"))
    cut.write_bytes(cut.read_bytes()[:-10])
    gone.unlink()
    read, after = built(settings)
    assert len(read) == 2
    assert after == before


def test_a_folder_that_cannot_be_written_only_costs_the_short_cut(settings: run.Settings) -> None:
    assert settings.store is not None
    settings.store.write_text("a file, no folder")
    read, _ = built(settings)
    assert len(read) == 3
    assert len(built(settings)[0]) == 3


def test_a_full_disk_only_costs_the_short_cut(
    settings: run.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if settings.store in self.parents:
            write(self, data[:100])
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    built(settings)
    assert settings.store is not None
    assert not list(settings.store.iterdir())


def test_builds_at_once_do_no_harm(settings: run.Settings) -> None:
    """Two processes build into folders of their own from one store."""
    context = multiprocessing.get_context("fork")
    others = [replace(settings, out=settings.out / str(n), reports=settings.reports / str(n)) for n in (1, 2)]
    processes = [context.Process(target=built, args=(other,)) for other in others]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    for name in ("orders.csv", "training_sites.csv", "schools.json"):
        first, second = ((other.out / name).read_bytes() for other in others)
        assert first == second
    assert built(settings)[0] == []


def entry(folder: Path) -> store.Store:
    return store.Store(folder, folder, None)


def test_a_planted_entry_runs_nothing(tmp_path: Path) -> None:
    """Its digest is right and it claims to rest on today's program, but its pickle calls a function."""
    marker = tmp_path / "marker"
    code = f"cos\nsystem\n(S'touch {marker}'\ntR.".encode()
    kept = entry(tmp_path)
    kept.save("x", REST, "good")
    data = (tmp_path / "x").read_bytes()[32:]
    data = data[: data.index(b"\x80\x05")] + code
    (tmp_path / "x").write_bytes(hashlib.sha256(data).digest() + data)
    assert kept.load("x") is None
    assert not marker.exists()


@pytest.mark.parametrize("value", [run.warm, print, reading.read_all, pickle.loads, os.system, getattr, eval])
def test_only_values_come_out_of_a_pickle(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        transport.loads(pickle.dumps(value))


@given(st.binary(max_size=200))
def test_no_bytes_stop_a_build(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("store")
    (folder / "entry").write_bytes(data)
    assert entry(folder).load("entry") is None
    (folder / "entry").write_bytes(hashlib.sha256(data).digest() + data)
    assert entry(folder).load("entry") is None


def test_old_entries_go_and_used_ones_stay(tmp_path: Path) -> None:
    kept = entry(tmp_path)
    for name in ("a.document", "b.document"):
        kept.save(name, REST, name)
        os.utime(tmp_path / name, (0, 0))
    kept.tidy(["a"])
    assert [p.name for p in tmp_path.iterdir()] == ["a.document"]
