"""The library as its users meet it: examples that run, light imports, typed frames, errors in words."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline import api
from pipeline.datasets import all_datasets
from pipeline.result import Result

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("module", [pipeline, api], ids=lambda m: m.__name__)
def test_the_examples_in_the_docstrings_run(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]  # a module, seen as an object here
    assert tried > 5
    assert failed == 0


def test_importing_the_library_imports_nothing_heavy() -> None:
    code = (
        "import sys, time; start = time.perf_counter(); import pipeline; took = time.perf_counter() - start; "
        "print(took, *sorted(set(sys.modules) & {'pandas', 'lxml', 'click', 'pydantic', 'pipeline.api'}))"
    )
    best, heavy = 1.0, [""]
    for _ in range(3):
        took, *heavy = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
        best = min(best, float(took))
    assert heavy == []
    assert best < 0.05


def test_every_public_name_is_there_and_an_unknown_one_is_an_attribute_error() -> None:
    for name in pipeline.__all__:
        assert getattr(pipeline, name) is not None
        assert name in dir(pipeline)
    with pytest.raises(AttributeError, match="no attribute 'bild'"):
        _ = pipeline.bild  # type: ignore[attr-defined]  # on purpose


def test_frames_are_typed_by_the_description_not_by_the_contents(real: Result) -> None:
    for result in (real, Result()):
        for name, dataset in all_datasets().items():
            frame = result.frames[name]
            assert list(frame.columns) == [f.name for f in dataset.fields]
            types = {f.name: str(frame[f.name].dtype) for f in dataset.fields}
            expected = {"string": "string", "integer": "Int64", "number": "Float64", "list": "object"}
            assert types == {f.name: expected.get(f.type, "datetime64[s]") for f in dataset.fields}
    assert len(real.frames["activities"]) == len(real.records["activities"])


def test_frames_join_by_their_keys(real: Result) -> None:
    sites, schools = real.frames["training_sites"], real.frames["schools"]
    joined = sites.merge(schools, on="school_id", validate="many_to_one", suffixes=("", "_school"))
    assert len(joined) == sites["school_id"].notna().sum()
    assert isinstance(real.frames["activities"]["end_date"].max(), pd.Timestamp)


def test_nothing_is_written_unless_a_folder_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = pipeline.build(ROOT / "raw" / "smolensk-order-657.txt")
    assert list(tmp_path.iterdir()) == []
    assert len(result.rows("training_sites")) == 58
    pipeline.build(str(ROOT / "raw"), raw=ROOT / "raw", out="n", reports="r", formats=["jsonl"])
    assert (tmp_path / "n" / "schools.csv").read_bytes() == (ROOT / "normalized" / "schools.csv").read_bytes()
    assert (tmp_path / "n" / "schools.jsonl").exists()
    assert (tmp_path / "r" / "corrections.csv").exists()


def test_a_bad_source_is_a_finding_of_a_build_and_an_error_of_a_read(tmp_path: Path) -> None:
    (tmp_path / "order.docx").write_bytes(b"no zip at all")
    result = pipeline.build([tmp_path])
    assert [f.code for f in result.findings] == ["source-unreadable"]
    with pytest.raises(pipeline.SourceError) as error:
        pipeline.read(tmp_path / "order.docx")
    assert pipeline.say(error.value.note)


@pytest.mark.parametrize(
    "arguments",
    [
        {"sources": "no-such-file"},
        {"sources": []},
        {"sources": "raw", "formats": ["excel"]},
        {"sources": "raw", "out": "n"},
    ],
)
def test_wrong_arguments_are_a_set_up_error(
    arguments: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(pipeline.SetupError) as error:
        pipeline.build(**arguments)  # type: ignore[arg-type]  # wrong on purpose
    for lang in ("en", "ru"):
        assert pipeline.say(error.value.note, lang)
