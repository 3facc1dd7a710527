"""One order in several sources: recognised, compared cell by cell, nothing lost, nothing invented."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import run, witnesses
from pipeline.checks.findings import identify
from pipeline.model import Finding, OrderData, Record, Value
from pipeline.witness_rows import align, text_row
from pipeline.witness_text import same
from tests import forms, orders

FORMS: dict[str, Callable[[Path, forms.Order], None]] = {
    "txt": forms.make_text,
    "docx": forms.make_docx,
    "html": forms.make_html,
    "pdf": forms.make_pdf,
}


def read(path: Path) -> OrderData:
    return run.read_order(path, path.name, run.Settings(raw=path.parent / "raw"))


def made(folder: Path, name: str, order: forms.Order) -> OrderData:
    path = folder / name
    FORMS[name.rpartition(".")[2]](path, order)
    return read(path)


def texted(folder: Path, name: str, text: str) -> OrderData:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name)


def text_of(folder: Path, order: forms.Order) -> str:
    forms.make_text(folder / "whole.txt", order)
    return (folder / "whole.txt").read_text(encoding="utf-8")


def differences(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.code == "witness-difference"]


def merged(*given: OrderData) -> tuple[OrderData, list[Finding]]:
    (whole,), findings = witnesses.merge(given, None)
    return whole, findings


# -------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Повышение квалификации", "Повышение  квали-\nфикации"),
        ("МБОУ «Школа № 4»", 'МБОУ "Школа №4"'),
        ("МБОУ СОШ № 4", "МБОУ СОШ N 4"),
        ("Вязьма-Брянская", "Вязьма - Брянская"),
        ("2021–2022 гг.", "2021 - 2022 гг."),
        ("Озёрная", "Озерная"),
        ("«21» 04 _____ 20 21 г.", "« 21 » 04 2021 г."),
        ("государственных", "государственны х"),
    ],
)
def test_layout_is_no_difference(a: str, b: str) -> None:
    assert same(a, b) and same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("МБОУ СОШ № 4", "МБОУ СОШ № 5"),
        ("Щуйская", "Шуйская"),
        ("2021-2022", "20212022"),
        ("Июль 2021 г.", "Июль 2021 г"),
        ("СОШ", "сош"),
        ("COШ", "СОШ"),  # Latin letters
        ("работы – анализ", "работы анализ"),
    ],
)
def test_content_is_a_difference_however_small(a: str, b: str) -> None:
    assert not same(a, b)


def test_rows_are_put_side_by_side_and_none_is_lost() -> None:
    ours = [text_row([t]) for t in ("Гдовский Никольская", "Гдовский Лесная", "Порховский Заречная")]
    theirs = [text_row([t]) for t in ("Гдовский Никольская", "Гдовский Песная", "Дно", "Порховский Заречная")]
    assert align(ours, theirs) == ([(0, 0), (1, 1), (None, 2), (2, 3)], set())
    assert align(ours, ours[::-1])[1]  # rows that stand elsewhere are the same rows
    assert list(align([], ours)[0]) == [(None, 0), (None, 1), (None, 2)]


# --------------------------------------------------------------------------------- the same, in other forms


@pytest.mark.parametrize("form", ["docx", "html", "pdf"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_form_of_an_order_is_a_witness_without_differences(
    tmp_path: Path, form: str, seed: int
) -> None:
    order, expected = orders.generate(seed)
    text, other = made(tmp_path, "a.txt", order), made(tmp_path, f"b.{form}", order)
    whole, findings = merged(text, other)
    assert not differences(findings)
    assert [f.code for f in findings] == ["order-twice"]
    sites = list(whole.of("training_sites"))
    assert len(sites) == len(expected.sites)
    assert [r.id for r in whole.records] == [r.id for r in text.records]
    for record in whole.records:
        assert record.place is not None and record.place.source == "a.txt"
        assert [p.source for p in record.witnesses] == [f"b.{form}"]
    assert [str(p) for p in whole.order.witnesses] == [f"b.{form}"]


def test_a_single_source_stays_as_it_was_read(tmp_path: Path) -> None:
    one, two = (made(tmp_path, f"{s}.txt", orders.generate(s)[0]) for s in (1, 2))
    both, findings = witnesses.merge([one, two], None)
    assert both == [one, two] and not findings


# ---------------------------------------------------------------------------------------- known differences


def mutated(order: forms.Order, seed: int) -> tuple[forms.Order, list[tuple[str, str]], int]:
    """The order with some cells changed and a row dropped: order, readings before and after, rows dropped."""
    rng = random.Random(seed)
    roadmap, sites = [list(r) for r in order.roadmap], [list(r) for r in order.sites]
    changed: list[tuple[str, str]] = []
    items = [r for r in roadmap[1:] if not forms.is_section(r)]
    for row in rng.sample(items, 2):
        before = row[1]
        row[1] = before.replace("р", "п", 1) if rng.random() < 0.5 else before + " и учёт"
        changed.append((before, row[1]))
    row = rng.choice(items)
    before, row[3] = row[3], "Декабрь 2022 г." if row[3] != "Декабрь 2022 г." else "Май 2022 г."
    changed.append((before, row[3]))
    schools = rng.sample(range(1, len(sites)), 3)
    for r, column, new in zip(schools, (2, 3, 2), ("ОШ № 12", "СШ № 7", "Ровенская СОШ"), strict=True):
        before = sites[r][column]
        sites[r][column] = f"МБОУ {new}"
        changed.append((before, sites[r][column]))
    far = [r for r in range(2, len(sites)) if not {r - 1, r, r + 1} & set(schools)]  # else none can tell
    inner = [r for r in far if not sites[r][0] and not sites[r][1]]
    for r in inner[:1]:  # a row that opens no group
        del sites[r]
    return replace(order, roadmap=roadmap, sites=sites), changed, len(inner[:1])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("form", ["txt", "docx"])
def test_every_difference_is_found_and_none_is_invented(tmp_path: Path, form: str, seed: int) -> None:
    order = orders.generate(seed)[0]
    other, changed, dropped = mutated(order, seed)
    a, b = made(tmp_path, "a.txt", order), made(tmp_path, f"b.{form}", other)
    whole, findings = merged(a, b)
    found = differences(findings)
    readings = {(f.raw, str(f.message.args["second"])) for f in found if f.message.key == "witness.differs"}
    assert readings == set(changed)
    assert sum(f.message.key == "witness.row" for f in found) == dropped
    assert len(found) == len(changed) + dropped
    assert len(whole.records) == len(a.records)
    for finding in found:
        assert [p.source for p in finding.places] == ["a.txt", f"b.{form}"]
        assert finding.severity in ("warning", "error")


def test_a_row_that_only_the_witness_has_is_kept_where_it_belongs(tmp_path: Path) -> None:
    order = orders.generate(4)[0]
    less, _, _ = mutated(order, 4)
    fewer = replace(order, sites=less.sites[:1] + order.sites[1:4] + order.sites[5:])
    # the leading source is the one with more rows: give it two more activities
    new = [[f"9.{n}.", f"Встреча {n}", "ГАУ ДПО «ИРО»", "Май 2022 г."] for n in (1, 2)]
    more = replace(fewer, roadmap=[*order.roadmap, *new])
    lead = made(tmp_path, "a.txt", more)
    witness = made(tmp_path, "b.txt", order)
    whole, findings = merged(lead, witness)
    names = [r.text("school") for r in whole.of("training_sites")]
    assert names == [r.text("school") for r in witness.of("training_sites")]
    extra = next(r for r in whole.of("training_sites") if r.place and r.place.source == "b.txt")
    assert extra.text("position") == str(names.index(extra.text("school")) + 1)
    assert extra.id == next(r.id for r in witness.of("training_sites") if r.place == extra.place)
    only = [f for f in differences(findings) if f.message.key == "witness.row"]
    assert len(only) == 3 and {f.record_id for f in only} >= {extra.id}


def test_the_same_text_of_a_group_is_one_finding(tmp_path: Path) -> None:
    order = orders.generate(6)[0]
    group = next(r[1] for r in order.sites[1:] if r[1])
    sites = [[c.replace(group, "Островной район") for c in r] for r in order.sites]
    _, findings = merged(made(tmp_path, "a.txt", order), made(tmp_path, "b.txt", replace(order, sites=sites)))
    (found,) = differences(findings)
    assert (found.field, found.raw, found.suggestion) == ("municipality", group, "Островной район")
    assert found.severity == "error"


def test_several_witnesses_against_one_are_evidence(tmp_path: Path) -> None:
    order = orders.generate(3)[0]
    other = mutated(order, 3)[0]
    given = [made(tmp_path, "a.txt", replace(other, sites=order.sites))]
    given += [made(tmp_path, f"{name}.html", order) for name in "bc"]
    _, findings = merged(*given)
    found = identify(differences(findings))
    assert len(found) == 3  # the changed cells of the roadmap, each once
    for finding in found:
        assert [p.source for p in finding.places] == ["a.txt", "b.html", "c.html"]
        assert [n.args["n"] for n in finding.evidence if n.key == "witness.several"] == [2]


# ----------------------------------------------------------------------------------- is it the same order?


def damage(text: str, old: str, new: str, times: int = -1) -> str:
    assert old in text
    return text.replace(old, new, times)


def variants(tmp_path: Path) -> dict[str, str]:
    """Texts of one order, by what was done to its number and date."""
    order, expected = orders.generate(11)
    text = text_of(tmp_path, order)
    lines = text.split("\n")
    number, year = expected.number, expected.date[:4]
    first = next(i for i, line in enumerate(lines) if "\t" in line)
    return {
        "number misread once": damage(text, number, number.replace(number[0], "О", 1), 1),
        "another number on the title page": damage(text, number, "999-П", 1),
        "year misread once": damage(text, f"{year} года", "2024 года", 1),
        "no number and date": "\n".join(x for x in lines if number not in x),
        "nothing but the tables": "\n".join(x for x in lines[first:] if number not in x),
        "only the suffix misread": damage(text, number, number.split("-")[0] + "-09"),
        "another year": damage(text, year, str(int(year) + 1)),
        "another year and number": damage(damage(text, year, str(int(year) + 1)), number, "17-ОД"),
        "another number everywhere": damage(text, number, "999-П"),
    }


ONE = (
    "number misread once",
    "another number on the title page",
    "year misread once",
    "no number and date",
    "nothing but the tables",
    "only the suffix misread",
)


@pytest.mark.parametrize("kind", ONE)
def test_an_order_with_damaged_number_or_date_is_recognised(tmp_path: Path, kind: str) -> None:
    clean = made(tmp_path, "a.txt", orders.generate(11)[0])
    for names in (("a.txt", "b.txt"), ("b.txt", "a.txt")):  # either may come first
        clean = made(tmp_path, names[0], orders.generate(11)[0])
        other = texted(tmp_path, names[1], variants(tmp_path)[kind])
        whole, findings = merged(clean, other)
        assert whole.order.id == clean.order.id
        assert [r.id for r in whole.records] == [r.id for r in clean.records]
        assert differences(findings)
        assert any(f.code == "order-twice" for f in findings)


@pytest.mark.parametrize(
    ("kind", "alike"),
    [("another year", False), ("another year and number", False), ("another number everywhere", True)],
)
def test_orders_of_one_template_stay_two(tmp_path: Path, kind: str, alike: bool) -> None:
    one = made(tmp_path, "a.txt", orders.generate(11)[0])
    two = texted(tmp_path, "b.txt", variants(tmp_path)[kind])
    both, findings = witnesses.merge([one, two], None)
    assert [o.source.path for o in both] == ["a.txt", "b.txt"]
    assert len({r.id for o in both for r in o.records}) == len(one.records) + len(two.records)
    assert [f.code for f in findings] == ["order-alike"] * alike


def test_tables_alone_that_fit_two_orders_join_neither(tmp_path: Path) -> None:
    text = text_of(tmp_path, orders.generate(11)[0])
    number = orders.generate(11)[1].number
    given = [
        texted(tmp_path, "a.txt", text),
        texted(tmp_path, "b.txt", damage(text, number, "999-П")),
        texted(tmp_path, "c.txt", variants(tmp_path)["nothing but the tables"]),
    ]
    both, findings = witnesses.merge(given, None)
    assert len(both) == 3
    assert [f.code for f in findings] == ["order-alike"] * 3


def test_an_order_in_two_files_is_put_together(tmp_path: Path) -> None:
    order, expected = orders.generate(11)
    text = text_of(tmp_path, order)
    at = text.index("Приложение № 2\n")
    parts = texted(tmp_path, "a.txt", text[:at]), texted(tmp_path, "b.txt", text[at:])
    whole, findings = merged(*parts)
    assert len(list(whole.of("training_sites"))) == len(expected.sites)
    assert len(list(whole.of("activities"))) == len(expected.activities)
    assert {f.severity for f in differences(findings)} == {"info"}


# ------------------------------------------------------------------------------------------------- scans


def scanned(order: OrderData, name: str, reading: dict[str, tuple[str, float]]) -> OrderData:
    """The order as if read from a picture: every value sure, but those of `reading` (text → text, confidence)
    misread.
    """

    def value(v: Value) -> Value:
        if not v.raw:
            return v
        text, sure = reading.get(v.raw, (v.raw, 0.95))
        where = replace(v.place, source=name) if v.place else None
        if text == v.raw:
            return replace(v, confidence=sure, place=where)
        return Value(text, text, place=where, confidence=sure)

    def record(r: Record) -> Record:
        where = replace(r.place, source=name) if r.place else None
        return replace(r, values={k: value(v) for k, v in r.values.items()}, place=where)

    return replace(
        order,
        source=replace(order.source, path=name),
        records=tuple(record(r) for r in order.records),
    )


def misread(text: str) -> str:
    """A letter as a scanner may misread it."""
    wrong = text.replace("в", "н", 1)
    assert wrong != text
    return wrong


def of_school(order: OrderData, raw: str) -> Record:
    return next(r for r in order.of("training_sites") if r.raw("school") == raw)


def test_text_leads_and_a_misread_scan_changes_nothing(tmp_path: Path) -> None:
    text = made(tmp_path, "b.txt", orders.generate(5)[0])
    school = next(text.of("training_sites")).raw("school")
    scan = scanned(text, "a.pdf", {school: (misread(school), 0.5)})
    whole, findings = merged(scan, text)
    assert whole.source.path == "b.txt" and [o.source.path for o in whole.witnesses] == ["a.pdf"]
    assert [r.values["school"] for r in whole.of("training_sites")] == [
        r.values["school"] for r in text.of("training_sites")
    ]
    assert {f.severity for f in differences(findings)} == {"info"}


def leading(tmp_path: Path, reading: dict[str, tuple[str, float]], other: OrderData) -> OrderData:
    """A scan that leads another, since it has a row more."""
    order = orders.generate(5)[0]
    more = replace(order, sites=[*order.sites, ["", "", "МБОУ Лишняя СОШ", "МБОУ Крайняя СОШ"]])
    return scanned(made(tmp_path, "more.txt", more), "lead.pdf", reading)


@pytest.mark.parametrize(
    ("sure", "taken"),
    [(0.95, True), (0.7, False)],
)
def test_only_a_sure_reading_corrects(tmp_path: Path, sure: float, taken: bool) -> None:
    text = made(tmp_path, "a.txt", orders.generate(5)[0])
    school = next(text.of("training_sites")).raw("school")
    wrong = misread(school)
    other = scanned(text, "b.pdf", {school: (school, sure)})
    whole, findings = merged(leading(tmp_path, {school: (wrong, 0.5)}, other), other)
    value = of_school(whole, wrong).values["school"]
    assert (value.text == school) is taken and value.raw == wrong
    if taken:
        record = of_school(whole, wrong)
        assert [c.rule for c in record.values["school"].changes] == ["witness"]
        assert record.id == of_school(text, school).id
    (found,) = [f for f in differences(findings) if f.field == "school"]
    assert (found.raw, found.suggestion) == (wrong, school)
    assert found.severity == ("info" if taken else "warning")


def test_a_number_is_never_corrected_into_another(tmp_path: Path) -> None:
    text = made(tmp_path, "a.txt", orders.generate(5)[0])
    school = next(text.of("training_sites")).raw("school")
    other = scanned(text, "b.pdf", {school: ("МБОУ СОШ № 6", 0.95)})
    whole, findings = merged(leading(tmp_path, {school: ("МБОУ СОШ № 5", 0.5)}, other), other)
    assert of_school(whole, "МБОУ СОШ № 5").text("school") == "МБОУ СОШ № 5"
    assert [f.severity for f in differences(findings) if f.field == "school"] == ["warning"]


def test_agreement_makes_a_doubtful_reading_sure(tmp_path: Path) -> None:
    text = made(tmp_path, "a.txt", orders.generate(5)[0])
    school = next(text.of("training_sites")).raw("school")
    other = scanned(text, "b.pdf", {})
    whole, _ = merged(leading(tmp_path, {school: (school, 0.5)}, other), other)
    confidence = of_school(whole, school).values["school"].confidence
    assert confidence is not None and confidence > 0.97


# ------------------------------------------------------------------------------------------- whole builds


def built(folder: Path, *, store: bool = True) -> dict[str, bytes]:
    settings = run.Settings(
        raw=folder / "raw",
        out=folder / "normalized",
        reports=folder / "reports",
        store=folder / "store" if store else None,
    )
    run.build(run.find_sources([settings.raw]), settings)
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for kept in (settings.out, settings.reports)
        for p in sorted(kept.rglob("*"))
        if p.is_file()
    }


def test_what_comes_from_the_store_is_compared_alike(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    order = orders.generate(8)[0]
    forms.make_text(raw / "a.txt", order)
    forms.make_docx(raw / "b.docx", order)
    first = built(tmp_path)
    assert b"b.docx" in first["normalized/training_sites.csv"]
    assert built(tmp_path) == first == built(tmp_path, store=False)
    forms.make_docx(raw / "b.docx", mutated(order, 8)[0])
    again = built(tmp_path)
    assert again == built(tmp_path, store=False)
    assert b"witness-difference" in again["reports/discrepancies.csv"]
    (raw / "b.docx").unlink()
    assert b"b.docx" not in b"".join(built(tmp_path).values())
