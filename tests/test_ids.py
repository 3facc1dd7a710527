"""Ids: one a row whatever an order holds, and the same for the same content however it comes.

Properties over made-up orders; those of decisions are in `test_decisions.py` and
`test_decisions_properties.py`, those of other machines and locales in `test_same_bytes.py`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import run, witnesses
from pipeline.checks import run_checks
from pipeline.checks.findings import identify
from pipeline.datasets import all_datasets
from pipeline.resolve import resolve
from pipeline.result import Result, corrections_of
from tests import forms, orders

BARE = run.Settings(raw=Path("/nonexistent"), jobs=1)
HEAD = ["№ п/п", "Муниципальный район", "Школа с рисками", "Школа-партнёр"]
quick = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make(folder: Path, contents: list[forms.Order], write=forms.make_text) -> Result:  # type: ignore[no-untyped-def]  # any maker
    """A build of orders without workers, in the order given."""
    found = []
    for number, content in enumerate(contents):
        path = folder / f"order{number:03}"
        write(path, content)
        found.append(run.read_order(path, path.name, BARE))
    corpus = resolve(witnesses.merge(found, None)[0])
    findings = identify(run_checks(corpus))
    corrections = corrections_of(r for records in corpus.records.values() for r in records)
    return Result(corpus.records, corrections, findings)


def broken_keys(result: Result) -> list[str]:
    """What would stop a database: rows of one key, keys without a row, empty keys."""
    found = []
    rows = {name: result.rows(name) for name in all_datasets()}
    for name, dataset in all_datasets().items():
        keys = [tuple(row[f] for f in dataset.primary_key) for row in rows[name]]
        found += [f"{name}: {k} twice" for k in keys if keys.count(k) > 1 or None in k]
        for field, target, key in dataset.foreign_keys:
            known = {row[key] for row in rows[target]}
            found += [
                f"{name}.{field} {row[field]}" for row in rows[name] if row[field] not in {*known, None}
            ]
    return found


# ---------------------------------------------------------------------------------------------- absurd orders

names = st.sampled_from(
    ["", "-", "МБОУ Щуйская ОШ", "МБОУ Щуйская ООШ", "МБОУ «Щуйская»", "СОШ № 1", "СОШ № 1 г. Лугов",
     "Гимназия", "Лицей", "1", "№", "?", "Филиал МБОУ СОШ № 1", "школа", "ШКОЛА", "«»", "МБОУ\u200b СОШ № 1"]
)  # fmt: skip
rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "1.", "2", "X"]),
        st.sampled_from(["", "Гдовский район", "Гдовский р-н", "?", "Район"]),
        names,
        names,
    ),
    min_size=1,
    max_size=12,
)
items = st.lists(
    st.tuples(
        st.sampled_from(["", "1.", "1.1.", "2.", "1"]),
        st.sampled_from(["", "Семинар", "семинар ", "Круглый стол"]),
        st.sampled_from(["", "2022 г.", "июль 2022 г.", "до мая"]),
        st.sampled_from(
            ["", "Соколова Е.В.", "ГАУ ДПО СОИРО, Соколова Е.В.", "Соколова Е.В., Соколова Е.В.", "Все"]
        ),
    ),
    max_size=6,
)
absurd = st.builds(
    lambda numbered, dated, titled, activities, sites: forms.Order(
        [
            "Комитет по образованию Псковской области",
            "ПРИКАЗ",
            *([f"от 5 мая 2022 года{' № 7-ОД' if numbered else ''}"] if dated else []),
            *(["№ 7-ОД"] if numbered and not dated else []),
            *(["О перечне школ"] if titled else []),
        ],
        ["ДОРОЖНАЯ КАРТА"],
        [["№ п/п", "Мероприятие", "Срок исполнения", "Ответственные исполнители"], *map(list, activities)],
        ["Перечень стажировочных площадок"],
        [HEAD, *map(list, sites)],
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    items,
    rows,
)


@quick
@given(st.lists(absurd, min_size=1, max_size=3))
def test_keys_are_unique_and_lead_somewhere_whatever_an_order_holds(
    tmp_path: Path, contents: list[forms.Order]
) -> None:
    assert broken_keys(make(tmp_path, contents)) == []


def test_thousands_of_equal_rows_have_ids_of_their_own(tmp_path: Path) -> None:
    content, _ = orders.generate(1)
    row = ["1.", "Гдовский район", "МБОУ Щуйская ОШ", "МБОУ Сосновская СОШ"]
    result = make(tmp_path, [replace(content, sites=[HEAD, *([row] * 2000)])])
    ids = [r.id for r in result.records["training_sites"]]
    assert len(ids) == len(set(ids)) == 2000


@pytest.mark.parametrize("known", ["", "5 мая 2022 года", "№ 7-ОД"])
def test_orders_of_which_little_is_known_stay_apart(tmp_path: Path, known: str) -> None:
    """Orders without number, without date, or without both, are not taken for one another."""
    contents = []
    for seed, title in ((1, "Об утверждении перечня школ"), (2, "О внесении изменений в план")):
        content, _ = orders.generate(seed)
        page = ["Комитет по образованию Псковской области", "ПРИКАЗ", *([known] if known else []), title]
        contents.append(replace(content, title_page=page, roadmap_head=["ПЛАН"], sites_head=["Перечень"]))
    result = make(tmp_path, contents)
    assert len(result.records["orders"]) == 2
    assert len(result.records["training_sites"]) == sum(len(c.sites) - 1 for c in contents)


# --------------------------------------------------------------------------------------- the same content


def ids(result: Result, order_id: str | None = None) -> dict[str, set[object]]:
    """The ids of rows and entities; of one order only with `order_id`."""
    sites = [r for r in result.rows("training_sites") if order_id in (None, r["order_id"])]
    activities = [r for r in result.rows("activities") if order_id in (None, r["order_id"])]
    own = {r["activity_id"] for r in activities}
    executors = [r for r in result.rows("activity_executors") if r["activity_id"] in own]
    return {
        "orders": {r["order_id"] for r in (*sites, *activities)},
        "sites": {(r["site_id"], r["school_raw"]) for r in sites},
        "schools": {(r["school_id"], r["partner_id"], r["municipality_id"]) for r in sites},
        "activities": {(r["activity_id"], r["title_raw"]) for r in activities},
        "executors": {
            (r["activity_id"], r["position"], r["person_id"], r["organization_id"]) for r in executors
        },
    }


@quick
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, seed: int, rng: random.Random) -> None:
    content, _ = orders.generate(seed)
    filled: list[forms.Row] = []
    for row in content.sites[1:]:
        filled.append(row if row[1] else [filled[-1][0], filled[-1][1], *row[2:]])
    before = ids(make(tmp_path, [replace(content, sites=[content.sites[0], *filled])]))
    rng.shuffle(filled)
    assert ids(make(tmp_path, [replace(content, sites=[content.sites[0], *filled])])) == before


@quick
@given(st.integers(0, 10_000), st.lists(st.integers(0, 10_000), min_size=1, max_size=4, unique=True))
def test_other_orders_do_not_matter(tmp_path: Path, seed: int, others: list[int]) -> None:
    content, _ = orders.generate(seed)
    alone = make(tmp_path, [content])
    (order,) = alone.records["orders"]
    among = make(tmp_path, [*(orders.generate(s)[0] for s in others if s != seed), content])
    known = ids(among, order.id)
    before = ids(alone)
    # another order may say where a school lies of which this one does not: its former id leads to the new one
    now = {r["old_id"]: r["new_id"] for r in among.rows("id_changes")}
    before["schools"] = {(s, now.get(p, p), m) for s, p, m in before["schools"]}
    assert known == before


@quick
@given(st.integers(0, 10_000))
def test_other_spellings_elsewhere_do_not_rename_a_school(tmp_path: Path, seed: int) -> None:
    """Another order spells the same schools otherwise: other legal form, other abbreviation of the type."""
    content, _ = orders.generate(seed)
    alone = make(tmp_path, [content])
    (order,) = alone.records["orders"]
    sites = [
        [c.replace("МБОУ", "МКОУ").replace(" СОШ", " СШ").replace(" ООШ", " ОШ") for c in r]
        for r in content.sites
    ]
    page = [line.replace("2022 года", "2023 года") for line in content.title_page]
    heads = ["Приложение № 2", "Перечень стажировочных площадок"]
    other = replace(content, title_page=page, roadmap_head=["ПЛАН"], sites_head=heads, sites=sites)
    for both in ([other, content], [content, other]):
        assert ids(make(tmp_path, both), order.id)["schools"] == ids(alone)["schools"]


@pytest.mark.parametrize("seed", [3, 11])
def test_the_form_of_an_order_does_not_matter(tmp_path: Path, seed: int) -> None:
    content, _ = orders.generate(seed)
    before = ids(make(tmp_path, [content]))
    for write in (forms.make_docx, forms.make_html, forms.make_pdf):
        found = ids(make(tmp_path, [content], write))
        assert {k: found[k] for k in ("orders", "schools", "executors")} == {
            k: before[k] for k in ("orders", "schools", "executors")
        }
        for rows in ("sites", "activities"):
            assert {i for i, _ in found[rows]} == {i for i, _ in before[rows]}
