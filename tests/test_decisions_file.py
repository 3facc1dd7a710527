"""The file of decisions: what is read from it, written into it, and said of mistakes in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decisions_file import parse, read
from pipeline.decisions_values import NoValueError, canonical, grafted
from pipeline.decisions_write import add
from pipeline.errors import SetupError
from pipeline.messages import LANGUAGES, say

GOOD = """\
# what the department decided
- finding: dis-aaaaaaaaaaaa   # the first
  decision: accept

- set: {dataset: activities, match: {item_no: 3.20}, field: deadline, value: 2021-07}
"""


def test_texts_stay_what_was_written() -> None:
    one, two = parse(GOOD, "decisions.yaml")
    assert (one.kind, one.line, one.entry.finding) == ("finding", 2, "dis-aaaaaaaaaaaa")
    assert two.entry.set is not None
    assert (two.line, two.entry.set.match, two.entry.set.value) == (5, {"item_no": "3.20"}, "2021-07")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "[]\n"])
def test_a_file_without_entries_decides_nothing(text: str) -> None:
    assert parse(text, "decisions.yaml") == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- finding: dis-1\n", 1, "decision: accept"),
        ("\n- finding: dis-1\n  decision: maybe\n", 3, "accept, reject"),
        ("- finding: dis-1\n  decision: accept\n  colour: red\n", 3, "«colour»"),
        ("- set: {dataset: activities, match: {item_no: 1}, field: deadline}\n", 1, "«set.value»"),
        ("- set:\n    dataset: activity\n    match: {a: b}\n    field: x\n    value: y\n", 1, "activities"),
        ("- set: {dataset: schools, match: {name: A}, field: school_id, value: x}\n", 1, "locality"),
        ("- set: {dataset: schools, field: name, value: x}\n", 1, "`match`"),
        ("- move: {match: {partner: A}, to: ''}\n", 1, "«move.to» is empty"),
        ("- move: {match: {colour: A}, to: B}\n", 1, "municipality"),
        ("- merge: {dataset: orders, into: A, names: [B]}\n", 1, "persons"),
        ("- merge: {dataset: persons, into: A, names: B}\n", 1, "merge.names"),
        ("- split: {dataset: persons, name: A, match: {person: B}}\n", 1, "`as: NAME`"),
        ("- finding: a\n  decision: reject\n  value: B\n", 1, "`set` entry"),
        ("- {}\n", 1, "exactly one of"),
        ("- just text\n", 1, "a decision is expected"),
        ("finding: dis-1\n", 1, "a decision is expected"),
        ("- finding: [\n", 2, "no YAML"),
        ("- finding: a\n  finding: b\n", 2, "no YAML"),
        ("- " + "[" * 5000, 1, "no YAML"),
        ("- &a [*a]\n", 1, "a decision is expected"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_mend(text: str, line: int, words: str) -> None:
    with pytest.raises(SetupError) as caught:
        parse(text, "raw/decisions.yaml")
    error = caught.value
    assert (error.args_["file"], error.args_["line"]) == ("raw/decisions.yaml", line)
    assert words in say(error.note)
    for lang in LANGUAGES:
        assert "\n" not in say(error.note, lang)


def test_json_lines_name_their_line_too() -> None:
    with pytest.raises(SetupError) as caught:
        parse('{"finding": "a", "decision": "accept"}\n\n{"finding": }\n', "decisions.jsonl")
    assert caught.value.args_["line"] == 3


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decisions.yaml").write_bytes(b"# ok\n- why: " + "решено".encode("cp1251"))
    with pytest.raises(SetupError) as caught:
        read(tmp_path / "decisions.yaml")
    assert caught.value.args_["line"] == 2


# ------------------------------------------------------------------------------------------------- writing


def entry(id_: str = "dis-b", decision: str = "accept", **more: str) -> dict[str, object]:
    return {"finding": id_, "decision": decision, **more}


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only a comment",
        GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\r\n"),
        "# indented\n  - finding: dis-x\n    decision: reject  # so\n",
        "---\n- finding:   dis-x\n  decision:  'reject'\n",
    ],
)
def test_what_stands_in_the_file_is_left_alone_to_the_byte(tmp_path: Path, before: str) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_bytes(before.encode())
    assert add(path, [entry(), entry("dis-c", "reject", why="да: «так»")]) == ["new", "new"]
    after = path.read_bytes().decode()
    assert after.startswith(before)
    assert ("\r\n" in before) == ("\r\n" in after) and "\n\n\n" not in after
    assert [d.entry.finding for d in read(path)][-2:] == ["dis-b", "dis-c"]
    assert read(path)[-1].entry.why == "да: «так»"


def test_a_list_in_brackets_gets_its_entry_too(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text("[{finding: dis-x, decision: reject}]\n")
    add(path, [entry()])
    assert [d.entry.finding for d in read(path)] == ["dis-x", "dis-b"]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(GOOD)
    add(path, [entry()])
    once = path.read_bytes()
    assert add(path, [entry(who="somebody else")]) == ["same"]
    assert path.read_bytes() == once


def test_a_change_of_mind_replaces_the_entry_and_keeps_comments_and_order(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(GOOD)
    assert add(path, [entry("dis-aaaaaaaaaaaa", "reject")]) == ["changed"]
    assert path.read_text() == GOOD.replace("decision: accept", "decision: reject")
    assert add(path, [entry("dis-aaaaaaaaaaaa", value="новое")]) == ["changed"]
    one, two = read(path)
    assert (one.entry.decision, one.entry.value, two.kind) == ("accept", "новое", "set")
    assert "# what the department decided" in path.read_text() and "# the first" in path.read_text()


def test_json_lines_are_appended_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    assert add(path, [entry("dis-a"), entry("dis-b", value="1")]) == ["new", "new"]
    assert add(path, [entry("dis-b"), entry("dis-a")]) == ["changed", "same"]
    assert [(d.entry.finding, d.entry.value) for d in read(path)] == [("dis-a", None), ("dis-b", None)]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["accept", "reject"]), TEXTS), max_size=6))
def test_whatever_is_written_is_read_back_and_the_last_word_counts(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str, str]]
) -> None:
    for name in ("decisions.yaml", "decisions.jsonl"):
        path = tmp_path_factory.mktemp("d") / name
        for id_, decision, why in said:
            add(path, [entry(f"dis-{id_}", decision, why=why)])
        last = {id_: decision for id_, decision, _ in said}
        there = read(path) if path.exists() else ()
        assert {d.entry.finding: d.entry.decision for d in there} == {f"dis-{k}": v for k, v in last.items()}
        assert len(there) == len(last)


# -------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("text", "edtf", "start", "end"),
    [
        ("2021", "2021", "2021-01-01", "2021-12-31"),
        ("2021-02", "2021-02", "2021-02-01", "2021-02-28"),
        ("2021-08/2021-10", "2021-08/2021-10", "2021-08-01", "2021-10-31"),
        ("../2020-11-15", "../2020-11-15", None, "2020-11-15"),
        ("до 15 ноября 2020 года", "../2020-11-15", None, "2020-11-15"),
        ("21 июля 2021 г.", "2021-07-21", "2021-07-21", "2021-07-21"),
    ],
)
def test_dates_as_people_give_them(text: str, edtf: str, start: str | None, end: str | None) -> None:
    value, parts = canonical("deadline", text, None)
    assert (value, parts["start"], parts["end"]) == (edtf, start, end)


@pytest.mark.parametrize("text", ["скоро", "2021-13", "2021-02-30", "2022/2021", "..", "../.."])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NoValueError):
        canonical("deadline", text, None)


def test_a_name_stays_to_the_letter_also_where_a_rule_would_correct_it() -> None:
    value, parts = canonical("school", "МБОУ Щуйская ОПШ", None)
    assert (value, parts["school_type"]) == ("МБОУ Щуйская ОПШ", "ОПШ")


@pytest.mark.parametrize(
    ("current", "was", "new", "result"),
    [
        ("МБОУ А ОПШ", "МБОУ А ООШ", "МБОУ Б ООШ", "МБОУ Б ОПШ"),
        ("МБОУ А ООШ", "МБОУ А ООШ", "МБОУ Б ООШ", "МБОУ Б ООШ"),
        ("совсем другое", "МБОУ А ООШ", "МБОУ Б ООШ", None),
        ("МБОУ А А ООШ", "МБОУ А ООШ", "МБОУ Б ООШ", None),
    ],
)
def test_a_decision_about_a_part_of_a_name_goes_with_others(
    current: str, was: str, new: str, result: str | None
) -> None:
    assert grafted(current, was, new) == result


@given(st.lists(TEXTS, max_size=3).map(" ".join), st.lists(TEXTS, max_size=3).map(" ".join))
def test_a_part_of_an_untouched_name_is_the_whole_new_name(was: str, new: str) -> None:
    assert grafted(was, was, new) == new


def test_the_example_in_the_documentation_is_a_file_that_can_be_used() -> None:
    page = (Path(__file__).parents[1] / "docs" / "decisions.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert [d.kind for d in parse(example, "decisions.yaml")] == ["finding", "set", "merge", "split", "move"]


def test_every_code_with_a_deed_is_in_the_catalogue_and_in_the_documentation() -> None:
    from pipeline.checks.findings import catalogue
    from pipeline.decisions_actions import table

    page = (Path(__file__).parents[1] / "docs" / "decisions.md").read_text("utf-8")
    for code, deeds in table().items():
        assert code in catalogue()
        assert f"`{code}`" in page or not (deeds.accept or deeds.reject), code
