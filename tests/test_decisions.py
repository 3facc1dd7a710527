"""Decisions as a user makes them: on the real order, rebuilt, seen applied and gone."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import run
from pipeline.model import Finding, Record
from pipeline.result import Result
from tests import forms

ROOT = Path(__file__).parent.parent


def decided(folder: Path, yaml: str, source: Path = forms.RAW) -> Result:
    """The order in a folder of its own, built with these decisions (nothing is written)."""
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    if not (raw / "reference").exists():
        shutil.copytree(ROOT / "raw" / "reference", raw / "reference")
    (raw / "decisions.yaml").write_text(yaml, encoding="utf-8")
    result, failures = run.make([(source.name, source)], run.Settings(raw=raw, jobs=1))
    assert not failures
    return result


def found(result: Result, code: str, containing: str = "") -> list[Finding]:
    return [f for f in result.findings if f.code == code and containing in f.raw]


def finding(result: Result, code: str, containing: str = "") -> Finding:
    (one,) = found(result, code, containing)
    return one


def rows(result: Result, dataset: str, field: str = "", text: str = "") -> list[Record]:
    return [r for r in result.records[dataset] if not field or r.text(field) == text]


def by_raw(result: Result, raw: str, field: str = "school") -> Record:
    (row,) = [r for r in result.records["training_sites"] if r.raw(field) == raw]
    return row


def three(real: Result) -> str:
    """Three findings decided: a name, a person, a row in the wrong group."""
    ids = (
        finding(real, "ocr-suspect", "Щуйская").id,
        finding(real, "name-variant", "Полов").id,
        next(f.id for f in found(real, "group-boundary-shift") if f.suggestion == "Демидовский район"),
    )
    return "".join(f"- {{finding: {i}, decision: accept, who: Иванова, why: подлинник}}\n" for i in ids)


def test_three_decided_findings_are_applied_and_no_longer_open(real: Result, tmp_path: Path) -> None:
    after = decided(tmp_path, three(real))
    school = by_raw(after, "МБОУ Щуйская ОПШ")
    assert school.text("school") == "МБОУ Шуйская ООШ"
    assert [s.id for s in rows(after, "schools", "name", "МБОУ Шуйская ООШ")] == [school.text("school_id")]
    assert not rows(after, "schools", "name", "МБОУ Щуйская ООШ")
    (popov,) = [p for p in rows(after, "persons") if str(p.text("name")).endswith("Р.А.")]
    assert popov.text("name") == "Попов Р.А."
    assert popov.text("mentions") == "2"
    assert {e.text("person_id") for e in rows(after, "activity_executors", "person", "Попов Р.А.")} == {
        popov.id
    }
    moved = by_raw(after, "МБОУ Дубровская СШ")
    assert (moved.text("municipality"), moved.text("municipality_no")) == ("Демидовский район", "3")
    assert moved.raw("municipality") == "Глинковский район"
    for one in ("ocr-suspect", "name-variant"):
        assert {f.status for f in found(after, one) if f.raw in ("МБОУ Щуйская ОПШ", "Полов Р.А.")} == {
            "accepted"
        }
    still = {f.id for f in after.findings if f.status == "open"}
    assert {f.id for f in real.findings} - still == {
        line.split("finding: ")[1].split(",")[0] for line in three(real).splitlines()
    }


def test_rows_keep_their_ids_and_old_ids_of_entities_stay_resolvable(real: Result, tmp_path: Path) -> None:
    after = decided(tmp_path, three(real))
    assert [r.id for r in rows(after, "training_sites")] == [r.id for r in rows(real, "training_sites")]
    changes = {r.text("old_id"): (r.text("new_id"), r.text("reason")) for r in rows(after, "id_changes")}
    for dataset in ("schools", "persons", "organizations", "municipalities"):
        there = {r.id for r in rows(after, dataset)}
        for record in rows(real, dataset):
            assert record.id in there or changes[record.id][0] in there
    assert changes[rows(real, "persons", "name", "Полов Р.А.")[0].id][1] == "merged"
    assert changes[rows(real, "schools", "name", "МБОУ Щуйская ООШ")[0].id][1] == "renamed"
    assert not real.records.get("id_changes")


@pytest.mark.parametrize(
    ("dataset", "names"),
    [
        ("persons", ["Полов Р.А.", "Иванов И.И.", "Сидоров И.И.", "Козлов К.К."]),
        ("schools", ["МБОУ Щуйская ООШ", "МБОУ Лесная ООШ", "МБОУ Озёрная ООШ"]),
        ("organizations", ["ГАУ ДПО «СОИРО»", "ГАУ ДПО «Институт»", "ГБУ «Центр качества»"]),
        ("municipalities", ["Вяземский район", "Лесной район", "Озёрный район"]),
    ],
)
def test_every_id_on_a_chain_of_renamings_leads_to_the_last(
    tmp_path: Path, dataset: str, names: list[str]
) -> None:
    steps = [
        f"- set: {{dataset: {dataset}, match: {{name: {a}}}, field: name, value: {b}}}\n"
        for a, b in pairwise(names)
    ]
    ids = []
    for n in range(len(steps) + 1):
        (tmp_path / str(n)).mkdir()
        after = decided(tmp_path / str(n), "".join(steps[:n]))
        (now,) = {r.id for r in rows(after, dataset, "name", names[n])}
        ids.append(now)
        changes = {r.text("old_id"): r.text("new_id") for r in after.records.get("id_changes", ())}
        assert {changes.get(old) for old in ids[:-1]} <= {now}
        assert not [f for f in after.findings if f.code.startswith("decision-")]
    assert len(set(ids)) == len(names)


def test_what_was_decided_is_a_correction_with_who_and_why(real: Result, tmp_path: Path) -> None:
    from pipeline.messages import say

    after = decided(tmp_path, three(real))
    (correction,) = [c for c in after.corrections if c.value == "МБОУ Шуйская ООШ" and c.field == "school"]
    assert correction.status == "decided"
    assert correction.raw == "МБОУ Щуйская ОПШ"
    words = " ".join(say(n) for n in correction.evidence)
    assert "Иванова" in words and "подлинник" in words
    assert all(c.status == "fixed" for c in real.corrections)


SOURCE_FIELDS = {"source_file", "source_format", "source_sha256", "place"}


def content(result: Result) -> dict[str, list[dict[str, str | None]]]:
    return {
        name: [{k: v.text for k, v in r.values.items() if k not in SOURCE_FIELDS} for r in records]
        for name, records in result.records.items()
    }


def test_the_same_decisions_hold_for_another_form_of_the_order(real: Result, tmp_path: Path) -> None:
    forms.make_docx(tmp_path / "order.docx", forms.real_order())
    text = decided(tmp_path, three(real))
    docx = decided(tmp_path, three(real), tmp_path / "order.docx")
    assert content(docx) == content(text)
    assert {f.id for f in docx.findings if f.status == "accepted"} == {
        f.id for f in text.findings if f.status == "accepted"
    }


def test_decisions_survive_new_rows_and_another_order_of_rows(real: Result, tmp_path: Path) -> None:
    order = forms.real_order()
    new = ["", "", "МБОУ Новая ООШ", "МБОУ Шимановская СОШ"]
    order.sites.insert(3, new)
    forms.make_text(tmp_path / "order.txt", order)
    after = decided(tmp_path, three(real), tmp_path / "order.txt")
    assert by_raw(after, "МБОУ Щуйская ОПШ").text("school") == "МБОУ Шуйская ООШ"
    assert by_raw(after, "МБОУ Дубровская СШ").text("municipality") == "Демидовский район"
    assert not [f for f in after.findings if f.code.startswith("decision-")]


def test_rejecting_keeps_the_value_and_closes_the_finding(real: Result, tmp_path: Path) -> None:
    id_ = finding(real, "ocr-suspect", "Щуйская").id
    after = decided(tmp_path, f"- {{finding: {id_}, decision: reject}}")
    assert content(after)["training_sites"] == content(real)["training_sites"]
    assert next(f for f in after.findings if f.id == id_).status == "rejected"
    assert {f.id for f in after.findings} == {f.id for f in real.findings}


def test_rejecting_a_correction_brings_the_text_of_the_source_back(real: Result, tmp_path: Path) -> None:
    id_ = finding(real, "ocr-fixed", "СОПРО").id
    after = decided(tmp_path, f"- {{finding: {id_}, decision: reject}}")
    assert len(rows(after, "activity_executors", "organization", "ГАУ ДПО «СОПРО»")) == 1
    assert len(rows(after, "activity_executors", "organization", "ГАУ ДПО «СОИРО»")) == 21
    assert next(f for f in after.findings if f.id == id_).status == "rejected"


def test_accepting_with_another_value_sets_that(real: Result, tmp_path: Path) -> None:
    id_ = finding(real, "date-out-of-period").id
    after = decided(tmp_path, f"- {{finding: {id_}, decision: accept, value: 2021-08/2021-10}}")
    (activity,) = [a for a in rows(after, "activities") if a.raw("deadline") == "2021-2024 гг."]
    assert activity.text("deadline") == "2021-08/2021-10"
    assert (activity.text("start_date"), activity.text("end_date")) == ("2021-08-01", "2021-10-31")
    assert next(f for f in after.findings if f.id == id_).status == "accepted"


def test_a_name_in_several_rows_is_set_in_all_of_them(real: Result, tmp_path: Path) -> None:
    one = finding(real, "ocr-suspect", "Озернская")
    after = decided(tmp_path, f"- {{finding: {one.id}, decision: accept}}")
    assert len([s for s in rows(after, "training_sites") if s.raw("partner") == "МБОУ Озернская СШ"]) == 5
    assert len(rows(after, "training_sites", "partner", "МБОУ Озерненская СШ")) == 5
    (school,) = rows(after, "schools", "name", "МБОУ Озерненская СШ")
    assert school.text("mentions") == "5"


def test_two_decisions_about_parts_of_one_name_both_count(real: Result, tmp_path: Path) -> None:
    name, kind = finding(real, "ocr-suspect", "Щуйская").id, finding(real, "ocr-fixed", "Щуйская").id
    for first, second in ((name, kind), (kind, name)):
        said = {name: "accept", kind: "reject"}
        yaml = "".join(f"- {{finding: {i}, decision: {said[i]}}}\n" for i in (first, second))
        after = decided(tmp_path, yaml)
        assert by_raw(after, "МБОУ Щуйская ОПШ").text("school") == "МБОУ Шуйская ОПШ"
        assert not [f for f in after.findings if f.code.startswith("decision-")]


def test_accepting_a_repeated_row_drops_the_repetition_only(real: Result, tmp_path: Path) -> None:
    one = finding(real, "duplicate-row")
    after = decided(tmp_path, f"- {{finding: {one.id}, decision: accept}}")
    assert len(rows(after, "training_sites")) == 57
    assert len(rows(after, "training_sites", "school", "МБОУ Дубосищенская ООШ")) == 1
    (change,) = rows(after, "id_changes")
    assert (change.text("old_id"), change.text("reason")) == (one.record_id, "dropped")
    assert change.text("new_id") in {r.id for r in rows(after, "training_sites")}


def test_a_rejected_matter_does_not_come_back_when_a_name_in_it_is_respelled(
    real: Result, tmp_path: Path
) -> None:
    two = finding(real, "school-in-two-groups", "Сукромлянская").id
    kind = finding(real, "ocr-fixed", "Щуйская").id  # all ОПШ, also of Сукромлянская
    after = decided(
        tmp_path, f"- {{finding: {two}, decision: reject}}\n- {{finding: {kind}, decision: reject}}"
    )
    assert [f.status for f in found(after, "school-in-two-groups", "Сукромлянская")] == ["rejected"]


def test_a_finding_that_only_comes_up_by_a_decision_can_be_decided_too(real: Result, tmp_path: Path) -> None:
    first = "- set: {dataset: activities, match: {item_no: 1.1}, field: deadline, value: 2031}\n"
    new = finding(decided(tmp_path, first), "date-out-of-period", "Июль 2021")
    assert new.status == "open"
    after = decided(tmp_path, f"{first}- {{finding: {new.id}, decision: reject}}")
    assert finding(after, "date-out-of-period", "Июль 2021").status == "rejected"
    assert not [f for f in after.findings if f.code.startswith("decision-")]


def test_a_value_is_set_by_what_stands_in_the_row(tmp_path: Path) -> None:
    yaml = "- set: {dataset: orders, match: {number: 657-ОД}, field: signatory, value: Талкина Е.Б.}"
    after = decided(tmp_path, yaml)
    assert rows(after, "orders")[0].text("signatory") == "Талкина Е.Б."


def test_entities_are_merged_renamed_completed_and_parted(real: Result, tmp_path: Path) -> None:
    after = decided(
        tmp_path,
        """
- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}
- set: {dataset: schools, match: {name: МБОУ Озернская СШ}, field: name, value: МБОУ Озерненская СШ}
- set: {dataset: schools, match: {name: МБОУ Тумановская СШ}, field: locality, value: с. Туманово}
- split:
    dataset: schools
    name: МБОУ Шимановская СОШ
    match: {school: МБОУ Юшковская ООШ}
    as: МБОУ Шиманская СОШ
""",
    )
    assert len(rows(after, "persons")) == 2
    assert rows(after, "schools", "name", "МБОУ Озерненская СШ")[0].text("mentions") == "5"
    assert rows(after, "schools", "name", "МБОУ Тумановская СШ")[0].text("locality") == "с. Туманово"
    assert rows(after, "schools", "name", "МБОУ Шиманская СОШ")[0].text("mentions") == "1"
    assert rows(after, "schools", "name", "МБОУ Шимановская СОШ")[0].text("mentions") == "2"
    assert not [f for f in after.findings if f.code.startswith("decision-")]


def test_a_school_can_be_parted_by_where_it_lies(tmp_path: Path) -> None:
    yaml = """
- split:
    dataset: schools
    name: МБОУ Васильевская НОШ
    match: {municipality: Сычёвский район}
    municipality: Сычёвский район
"""
    after = decided(tmp_path, yaml)
    schools = rows(after, "schools", "name", "МБОУ Васильевская НОШ")
    names = {m.id: m.text("name") for m in rows(after, "municipalities")}
    assert sorted(str(names[str(s.text("municipality_id"))]) for s in schools) == [
        "Сычёвский район",
        "Тёмкинский район",
    ]


def test_a_row_is_moved_by_hand_and_its_finding_is_settled(real: Result, tmp_path: Path) -> None:
    after = decided(tmp_path, "- move: {match: {school: МБОУ Корсиковская ОШ}, to: Ершичский р-н}")
    assert by_raw(after, "МБОУ Корсиковская ОШ").text("municipality_no") == "5"
    row = by_raw(after, "МБОУ Корсиковская ОШ")
    assert [f.status for f in found(after, "group-boundary-shift") if f.record_id == row.id] == ["accepted"]
    (municipality,) = [m for m in rows(after, "municipalities") if m.text("name") == "Ершичский район"]
    assert municipality.text("variants") == "Ершичский район"  # what the row stood under is no spelling of it


def test_rejecting_a_shift_says_that_the_school_lies_where_the_order_lists_it(
    real: Result, tmp_path: Path
) -> None:
    site = by_raw(real, "МБОУ Чекулинская ОШ")
    (one,) = [f for f in found(real, "group-boundary-shift") if f.record_id == site.id]
    after = decided(tmp_path, f"- {{finding: {one.id}, decision: reject}}")
    (school,) = rows(after, "schools", "name", "МБОУ Чекулинская ОШ")
    assert school.text("municipality_id") == by_raw(after, "МБОУ Чекулинская ОШ").text("municipality_id")
    assert by_raw(after, "МБОУ Чекулинская ОШ").text("municipality") == "Починковский район"


def test_municipalities_are_merged_with_the_schools_in_them(tmp_path: Path) -> None:
    yaml = "- merge: {dataset: municipalities, into: Вяземский округ, names: [Вяземский район]}"
    after = decided(tmp_path, yaml)
    assert not rows(after, "municipalities", "name", "Вяземский район")
    (new,) = rows(after, "municipalities", "name", "Вяземский муниципальный округ")
    assert new.text("mentions") == "7"
    (school,) = rows(after, "schools", "name", "МБОУ Тумановская СШ")
    assert school.text("municipality_id") == new.id


# ----------------------------------------------------------------------------------------------------- audit


def audit(result: Result) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in result.findings if f.code.startswith("decision-")]


def test_a_decision_about_nothing_is_told(tmp_path: Path) -> None:
    yaml = """
- {finding: dis-000000000000, decision: accept}
- set: {dataset: activities, match: {item_no: "9.9"}, field: deadline, value: 2021}
- merge: {dataset: persons, into: А Б.В., names: [Г Д.Е.]}
- move: {match: {school: Никакая}, to: Ершичский район}
- set: {dataset: schools, match: {name: Никакая}, field: locality, value: д. Никакая}
"""
    assert audit(decided(tmp_path, yaml)) == [("decision-unmatched", "warning")] * 5


def test_of_two_decisions_about_one_value_the_later_counts_and_the_earlier_is_told(
    real: Result, tmp_path: Path
) -> None:
    one = finding(real, "ocr-suspect", "Щуйская").id
    yaml = f"- {{finding: {one}, decision: accept}}\n- {{finding: {one}, decision: reject}}\n"
    after = decided(tmp_path, yaml)
    assert audit(after) == [("decision-shadowed", "warning")]
    assert next(f for f in after.findings if f.id == one).status == "rejected"
    both = "- set: {{dataset: activities, match: {{item_no: 1.1}}, field: deadline, value: {}}}\n"
    after = decided(tmp_path, both.format("2021-07-01") + both.format("2021-07-02"))
    assert audit(after) == [("decision-shadowed", "warning")]
    assert rows(after, "activities", "item_no", "1.1")[0].text("deadline") == "2021-07-02"
    by_hand = (
        "- set: {dataset: training_sites, match: {school_raw: МБОУ Щуйская ОПШ}, field: school, value: X}\n"
    )
    after = decided(tmp_path, f"{by_hand}- {{finding: {one}, decision: accept}}\n")
    assert audit(after) == [("decision-shadowed", "warning")]
    assert by_raw(after, "МБОУ Щуйская ОПШ").text("school") == "МБОУ Шуйская ООШ"


@pytest.mark.parametrize(
    "yaml",
    [
        """
- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}
- merge: {dataset: persons, into: Павлов Р.А., names: [Полов Р.А.]}
""",
        """
- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}
- split: {dataset: persons, name: Попов Р.А., match: {person: Полов Р.А.}, as: Полов Р.А.}
""",
        """
- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}
- merge: {dataset: persons, into: Полов Р.А., names: [Попов Р.А.]}
""",
    ],
)
def test_decisions_that_contradict_each_other_are_both_left_out_and_told(tmp_path: Path, yaml: str) -> None:
    after = decided(tmp_path, yaml)
    assert audit(after) == [("decision-conflict", "error")] * 2
    assert {p.text("name") for p in rows(after, "persons")} >= {"Попов Р.А.", "Полов Р.А."}


def test_a_decision_that_changes_nothing_is_told(real: Result, tmp_path: Path) -> None:
    yaml = """
- set: {dataset: activities, match: {item_no: 1.1}, field: deadline, value: 2021-07}
- merge: {dataset: organizations, into: ГАУ ДПО «СОИРО», names: [ГАУ ДПО «СОПРО»]}
- finding: dis-000000000000
  decision: accept
  about: {dataset: training_sites, field: school, raw: МБОУ Ефремовская ОПШ, suggestion: МБОУ Ефремовская ООШ}
"""
    after = decided(tmp_path, yaml)
    assert audit(after) == [("decision-unnecessary", "info")] * 3
    assert content(after)["training_sites"] == content(real)["training_sites"]


def test_a_merge_that_an_accepted_finding_has_done_already_is_unnecessary(
    real: Result, tmp_path: Path
) -> None:
    id_ = finding(real, "name-variant", "Полов").id
    merge = "- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}\n"
    after = decided(tmp_path, f"- {{finding: {id_}, decision: accept}}\n{merge}")
    assert audit(after) == [("decision-unnecessary", "info")]
    assert len(rows(after, "persons")) == 2


def test_a_finding_about_a_decision_can_be_closed_too(tmp_path: Path) -> None:
    yaml = "- {finding: dis-000000000000, decision: accept}\n"
    one = finding(decided(tmp_path, yaml), "decision-unmatched")
    after = decided(tmp_path, f"{yaml}- {{finding: {one.id}, decision: reject}}\n")
    assert [f.status for f in found(after, "decision-unmatched")] == ["rejected"]


def test_a_value_where_none_can_be_set_is_told_and_nothing_changes(real: Result, tmp_path: Path) -> None:
    one = finding(real, "school-in-two-groups", "Сукромлянская").id
    after = decided(tmp_path, f"- {{finding: {one}, decision: accept, value: что-то}}")
    assert audit(after) == [("decision-unmatched", "warning")]
    assert next(f for f in after.findings if f.id == one).status == "open"
    assert content(after)["training_sites"] == content(real)["training_sites"]


def test_json_lines_say_the_same_as_yaml(real: Result, tmp_path: Path) -> None:
    yaml = decided(tmp_path, three(real))
    lines = [
        {"finding": line.split("finding: ")[1].split(",")[0], "decision": "accept"}
        for line in three(real).splitlines()
    ]
    (tmp_path / "raw" / "decisions.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines), "utf-8")
    assert content(decided(tmp_path, "# none here\n")) == content(yaml)


# ------------------------------------------------------------------------- a build of some sources only


def part(folder: Path, yaml: str, source: str) -> Result:
    """One of two orders that lie in raw/ is built, with decisions about both."""
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    shutil.copyfile(forms.RAW, raw / "one.txt")
    text = forms.RAW.read_text("utf-8").replace("657-", "658-").replace("Полов Р.А.", "Полов Р.К.")
    (raw / "two.txt").write_text(text, encoding="utf-8")
    (raw / "decisions.yaml").write_text(yaml, encoding="utf-8")
    result, failures = run.make([(source, raw / source)], run.Settings(raw=raw, jobs=1))
    assert not failures
    return result


def test_a_build_of_some_sources_says_nothing_of_decisions_about_others(tmp_path: Path) -> None:
    one = part(tmp_path, "", "one.txt")
    yaml = f"""
- {{finding: {finding(one, "date-out-of-period").id}, decision: accept}}
- merge: {{dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}}
- set: {{dataset: orders, match: {{number: 657-ОД}}, field: signatory, value: Талкина Е.Б.}}
"""
    assert audit(part(tmp_path, yaml, "one.txt")) == []
    assert audit(part(tmp_path, yaml, "two.txt")) == []


def test_a_decision_that_names_an_order_of_the_build_is_told_if_nothing_matches(tmp_path: Path) -> None:
    (one, two) = (rows(part(tmp_path, "", n), "orders")[0].id for n in ("one.txt", "two.txt"))
    yaml = f"- {{finding: dis-000000000000, decision: accept, about: {{order_id: {two}}}}}\n"
    assert audit(part(tmp_path, yaml, "one.txt")) == []
    assert audit(part(tmp_path, yaml, "two.txt")) == [("decision-unmatched", "warning")]
    match = f"{{order_id: {one}, item_no: '9.9'}}"
    yaml = f"- set: {{dataset: activities, match: {match}, field: deadline, value: 2021}}\n"
    assert audit(part(tmp_path, yaml, "one.txt")) == [("decision-unmatched", "warning")]
    assert audit(part(tmp_path, yaml, "two.txt")) == []


def test_every_finding_about_one_order_names_it(real: Result) -> None:
    (order,) = rows(real, "orders")
    assert {f.order for f in real.findings} == {order.id}
