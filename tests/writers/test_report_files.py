"""`corrections` and `discrepancies` as CSV and JSON, and the corrections themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from pipeline.datasets import all_datasets
from pipeline.model import Change, Place, Record, Value, note
from pipeline.result import Result, corrections_of
from pipeline.writers import write_reports
from pipeline.writers.json_files import json_schema


@pytest.fixture(scope="module")
def folder(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports")
    write_reports(result, path, "ru")
    return path


def load(folder: Path, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return rows


def test_all_files_are_there(folder: Path) -> None:
    assert sorted(p.name for p in folder.iterdir()) == [
        "corrections.csv",
        "corrections.json",
        "discrepancies.csv",
        "discrepancies.html",
        "discrepancies.json",
        "discrepancies.xlsx",
    ]


@pytest.mark.parametrize("name", ["corrections", "discrepancies"])
def test_the_rows_fit_their_schema(folder: Path, name: str) -> None:
    rows = load(folder, name)
    assert rows
    jsonschema.validate(rows, json_schema(all_datasets()[name]), cls=jsonschema.Draft202012Validator)


def test_every_row_whose_school_differs_from_its_raw_text_has_its_correction(
    result: Result, folder: Path
) -> None:
    corrected = {
        (c["record_id"], c["raw"], c["value"]) for c in load(folder, "corrections") if c["field"] == "school"
    }
    sites = result.records["training_sites"]
    differing = {
        (s.id, s.raw("school"), s.text("school")) for s in sites if s.raw("school") != s.text("school")
    }
    assert corrected == differing and len(differing) == 12


def test_a_finding_with_many_places_names_them_all(folder: Path) -> None:
    (row,) = [r for r in load(folder, "discrepancies") if r["code"] == "partner-outlier"]
    places = row["places"]
    assert isinstance(places, list) and len(places) == 17 and row["place"] == places[0]


def test_all_reports_are_the_same_bytes_in_another_run(result: Result, folder: Path, tmp_path: Path) -> None:
    write_reports(result, tmp_path, "ru")
    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
import sample
from pipeline import writers
writers.write_datasets(sample.result(), Path(sys.argv[1]) / "normalized")
writers.write_reports(sample.result(), Path(sys.argv[1]) / "reports", "ru")
"""


def test_neither_hash_seed_nor_time_zone_nor_locale_changes_a_byte(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    builds = []
    for name, seed, zone, lang in (("a", "1", "UTC", "C"), ("b", "2", "Asia/Vladivostok", "ru_RU.UTF-8")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": lang}
        command = [
            sys.executable,
            "-c",
            SCRIPT,
            str(tmp_path / name),
            str(root),
            str(root / "tests" / "report"),
        ]
        subprocess.run(command, env=environment, check=True, timeout=60)
        files = (p for p in (tmp_path / name).rglob("*") if p.is_file())
        builds.append({p.relative_to(tmp_path / name): p.read_bytes() for p in files})
    assert builds[0] == builds[1] and len(builds[0]) > 30


def test_sentences_are_in_the_language_asked_for(result: Result, folder: Path, tmp_path: Path) -> None:
    write_reports(result, tmp_path, "en")
    assert "10 comes 14" in str(load(tmp_path, "discrepancies"))
    assert "После 10" in str(load(folder, "discrepancies"))


def record(**values: Value) -> Record:
    return Record("training_sites", values, Place("o", row=3), "site-1")


def test_a_correction_names_all_its_rules_once_and_multiplies_their_confidence() -> None:
    changes = (
        Change("spaces", "a  b", "a b"),
        Change("ocr", "a b", "a c", "ocr", 0.9, (note("x"),)),
        Change("ocr", "a c", "a d", "ocr", 0.5, (note("x"), note("y"))),
    )
    (correction,) = corrections_of([record(school=Value("a  b", "a d", changes=changes))])
    assert correction.rule == "spaces + ocr"
    assert correction.confidence == pytest.approx(0.45)
    assert [n.key for n in correction.evidence] == ["x", "y"]
    assert (correction.raw, correction.value, correction.status) == ("a  b", "a d", "fixed")
    assert correction.place == Place("o", row=3)


def test_what_a_person_decided_says_so() -> None:
    change = Change("decision", "a", "b", "decision")
    (correction,) = corrections_of([record(school=Value("a", "b", changes=(change,)))])
    assert correction.status == "decided"


def test_what_is_as_in_the_source_or_derived_or_not_understood_is_no_correction() -> None:
    values = {"school": Value("a", "a"), "position": Value("", "1"), "partner": Value("??", None)}
    assert corrections_of([record(**values)]) == ()


def test_a_text_that_was_cleared_by_a_rule_is_a_correction() -> None:
    (correction,) = corrections_of([record(partner=Value("—", None, changes=(Change("dash", "—", ""),)))])
    assert correction.value is None
