"""Names of hundreds of letters, as a table that was read wrongly gives: nothing is computed to death."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.normalizers.school_names import likely_name
from pipeline.run import Settings, build, find_sources

_LONG = "Щжцхфъ" * 90


def test_no_name_has_no_probability() -> None:
    assert 0 < likely_name(_LONG) < likely_name("Ивановская")


@pytest.mark.parametrize("column", ["Муниципалитет", "Школа", "Школа-наставник"])
def test_a_list_with_such_names_is_built(tmp_path: Path, column: str) -> None:
    heads = ("Муниципалитет", "Школа", "Школа-наставник")
    rows = []
    for i, letter in enumerate("абвгдежз"):
        row = {
            "Муниципалитет": "Тверской район",
            "Школа": f"МБОУ СОШ № {i}",
            "Школа-наставник": "МБОУ Гимназия № 1",
        }
        row[column] = f"{row[column].split()[0]} {_LONG}{letter}ский район" if i % 2 else row[column]
        rows.append("\t".join(row[h] for h in heads))
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("ПРИКАЗ\n\n" + "\n".join(["\t".join(heads), *rows]) + "\n", encoding="utf-8")
    settings = Settings(raw=raw, out=tmp_path / "out", reports=tmp_path / "reports")
    build(find_sources([raw]), settings)
    assert (tmp_path / "out" / "training_sites.csv").read_text("utf-8").count("\n") == 9
