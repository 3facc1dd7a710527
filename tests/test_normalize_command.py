"""`prikaz normalize`: one JSON line a value, alone, with reference data, and as values of one order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.commands.normalize import normalize


def lines(*arguments: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    done = CliRunner().invoke(normalize, list(arguments), input=stdin)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def reference(tmp_path: Path) -> str:
    rows = "settlement,type,municipality,region\nБолтутино,д.,Глинковский район,Смоленская область\n"
    rows += "Замыцкое,д.,Тёмкинский район,Смоленская область\n"
    (tmp_path / "settlements.csv").write_text(rows, encoding="utf-8")
    return str(tmp_path)


def test_a_name_is_held_against_reference_data(reference: str) -> None:
    (value,) = lines("--type", "school", "--reference", reference, "МБОУ Болтугинская СШ")
    assert value["value"] == "МБОУ Болтугинская СШ"
    assert value["candidates"][0]["value"] == "МБОУ Болтутинская СШ"
    assert [p["code"] for p in value["problems"]] == ["ocr-suspect"]


def test_a_name_that_no_russian_word_is_built_as_is_fixed_by_reference_data(reference: str) -> None:
    (value,) = lines("--type", "school", "--reference", reference, "МБОУ Замышкая ООШ")
    assert (value["value"], value["status"]) == ("МБОУ Замыцкая ООШ", "fixed")


def test_reference_data_of_an_unsaid_region_judge_nothing(
    monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    Path(reference, "raw").mkdir()
    Path(reference, "settlements.csv").rename(Path(reference, "raw", "settlements.csv"))
    Path(reference, "raw").rename(Path(reference, "reference"))
    Path(reference, "raw").mkdir()
    Path(reference, "reference").rename(Path(reference, "raw", "reference"))
    monkeypatch.chdir(reference)
    (value,) = lines("--type", "school", "МБОУ Болтугинская СШ")
    assert value["candidates"] == []
    (value,) = lines("--type", "school", "--region", "Смоленская область", "МБОУ Болтугинская СШ")
    assert value["candidates"]


def test_values_of_one_order_are_judged_together() -> None:
    names = ["МБОУ Архангельская СОШ"] * 5 + ["МБОУ Апхангельская СОШ"]
    alone = lines("--type", "school", stdin="\n".join(names))
    together = lines("--type", "school", "--together", stdin="\n".join(names))
    assert [v["value"] for v in alone][-1] == "МБОУ Апхангельская СОШ"
    assert [v["value"] for v in together] == ["МБОУ Архангельская СОШ"] * 6


@pytest.mark.parametrize(
    "kind", ["school", "organization", "person", "municipality", "date", "number", "text"]
)
def test_garbage_gives_a_line_each(kind: str) -> None:
    garbage = b"\xff\xfe\x00\n\n   \n" + "«№ ((( ".encode() * 500 + b"\n"
    found = lines("--type", kind, stdin=garbage)
    assert len(found) == 4
    assert {"raw", "value", "parts", "changes", "candidates", "status"} <= found[0].keys()
