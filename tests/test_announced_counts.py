"""Numbers of schools that the text announces, against the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import Finding
from tests.small_orders import SITES, findings, order

NAMES = ("Сосновская", "Луговская", "Спасская")


def said(folder: Path, body: str, caption: str = "") -> list[Finding]:
    rows = [f"{n}\tГдовский район\tМБОУ {name} ООШ\tМБОУ Гдовская СОШ" for n, name in enumerate(NAMES, 1)]
    text = order(SITES, *rows).replace("1. Утвердить перечень (приложение № 1).", body)
    text = text.replace(f"\n{SITES}", f"\n{caption}\n{SITES}")
    assert body in text and caption in text
    return [f for f in findings(folder, text) if f.code == "total-mismatch"]


@pytest.mark.parametrize(
    "words",
    ["всего {} школ", "всего – {} муниципальных общеобразовательных организаций",
     "в количестве {} ОО", "всего школ: {}",
     "всего {} (число прописью) школ"],
)  # fmt: skip
def test_the_point_that_approves_the_list_counts_its_schools(tmp_path: Path, words: str) -> None:
    body = "1. Утвердить перечень ({}) согласно приложению № 1."
    assert said(tmp_path, body.format(words.format(len(NAMES)))) == []
    (wrong,) = said(tmp_path, body.format(words.format(7)))
    assert (wrong.suggestion, wrong.message.key) == (str(len(NAMES)), "announced.schools")


def test_partners_and_municipalities_are_counted_too(tmp_path: Path) -> None:
    body = "1. Утвердить перечень школ (всего {} муниципалитетов, всего {} школ-партнеров), приложение № 1."
    assert said(tmp_path, body.format(1, 1)) == []
    assert sorted(f.message.key for f in said(tmp_path, body.format(4, 5))) == [
        "announced.groups",
        "announced.partners",
    ]


def test_the_same_number_in_the_text_and_above_the_list_is_one_finding(tmp_path: Path) -> None:
    (wrong,) = said(tmp_path, "1. Утвердить перечень (всего 9 школ).", "Перечень школ\n(всего 9 школ)")
    assert wrong.suggestion == str(len(NAMES))


def test_numbers_of_anything_else_say_nothing_of_the_list(tmp_path: Path) -> None:
    body = "1. Утвердить перечень школ (всего 40 педагогов, всего 12 % детей, всего 58-62 школы)."
    assert said(tmp_path, body) == []
    amends = "1. В наименовании перечня слова «всего 20 школ» заменить словами «всего 3 школы»."
    assert said(tmp_path, amends) == []
    assert said(tmp_path, "1. В прошлом году в проекте участвовали всего 20 школ.") == []
