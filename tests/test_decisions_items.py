"""Items of a decisions file read quickly: never otherwise than a YAML reader reads them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import decisions_items, decisions_write
from pipeline.decisions_file import parse, read
from pipeline.errors import SetupError

SIGNS = "aЯё0 .,:;-#'\"«»№[]{}&*!|>%@`?~=\t/\\\u00a0\n"
texts = st.text(SIGNS, max_size=12) | st.sampled_from(["yes", "null", "1.10", "2021-07-01", "a: b", "a #b"])


def by_yaml(text: str) -> object:
    """All scalars as text."""
    return YAML(typ="base", pure=True).load(text)


@given(texts, texts)
@example("'it''s'", "«МБОУ СШ № 4» (г. Ельня)")
@example("x:", "# no")
@example("a\n  why: b", "c")
def test_an_item_that_is_read_quickly_reads_the_same_for_a_yaml_reader(value: str, inner: str) -> None:
    item = f"- finding: {value}\n  about:\n    raw: {inner}\n  who: x\n"
    told = decisions_items.read(item, 0)
    if told is not None:
        assert by_yaml(item) == [told]


@given(st.dictionaries(st.sampled_from(["finding", "decision", "who", "why"]), texts, min_size=1), texts)
def test_what_is_written_is_read_back(entry: dict[str, str], inner: str) -> None:
    whole = {**entry, "about": {"raw": inner}}
    for column in (0, 2):
        text = decisions_items.write(whole, column)
        if text is not None:
            assert by_yaml(text) == [whole]


@given(
    st.lists(st.sampled_from(["- a: b\n", "- a: 'b\n", "  c: d\n", "# e\n", "\n", "f\n", "- \n", "  - g\n"]))
)
def test_items_joined_are_the_file_to_the_letter(lines: list[str]) -> None:
    items = decisions_items.split("".join(lines))
    if items is not None:
        assert items.head + "".join(items.texts) == "".join(lines)


@given(
    st.lists(
        st.sampled_from(["- finding: dis-1\n", "  decision: accept\n", "  why: 'a\n", "- b'\n", "# c\n"])
    )
)
def test_a_file_says_the_same_as_a_whole_and_item_by_item(lines: list[str]) -> None:
    text = "".join(lines)
    try:
        told = [d.entry for d in parse(text, "x.yaml")]
    except SetupError:
        return
    try:
        data = by_yaml(text) or []
    except YAMLError:
        pytest.fail("a file that is no YAML was read")
    assert isinstance(data, list)
    assert [(e.finding, e.decision, e.why) for e in told] == [
        (d.get("finding", ""), d["decision"], d.get("why", "")) for d in data
    ]


def entry(n: int, decision: str = "accept") -> dict[str, object]:
    return {"finding": f"dis-{n:012}", "decision": decision, "about": {"raw": f"№ {n}: «так»\u00a0#"}}


HAND = """\
# reviewed by the department
- finding: dis-000000000001   # the first
  decision: accept

# two are one
- merge: {dataset: persons, into: А Б.В., names: [Г Д.Е.]}
- finding: dis-000000000002
  decision: reject
  why: |
    two
    # lines
# the end
"""


def test_what_is_taken_back_leaves_everything_else_to_the_letter(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text(HAND, encoding="utf-8")
    added = {f"dis-{n:012}": entry(n) for n in (3, 4)}
    assert decisions_write.add(file, list(added.values())) == ["new", "new"]
    assert decisions_write.restore(file, {}, added) == ["removed", "removed"]
    assert file.read_text("utf-8") == HAND
    second = "dis-000000000002"
    before = {"finding": second, "decision": "reject", "why": "two\n# lines\n"}
    decisions_write.add(file, [entry(2)])
    assert decisions_write.restore(file, {second: before}, {second: entry(2)}) == ["changed"]
    assert [d.entry.why for d in read(file)] == ["", "", "two\n# lines\n"]
    assert "# the first" in file.read_text("utf-8") and "# two are one" in file.read_text("utf-8")
    first = "dis-000000000001"
    assert decisions_write.restore(file, {}, {first: entry(1)}) == ["removed"]
    text = file.read_text("utf-8")
    assert text.startswith("# reviewed by the department\n\n# two are one\n- merge")


def test_what_somebody_else_changed_is_not_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    decisions_write.add(file, [entry(1)])
    file.write_text(file.read_text("utf-8").replace("accept", "reject"), encoding="utf-8")
    assert decisions_write.restore(file, {}, {"dis-000000000001": entry(1)}) == ["kept"]
    assert decisions_write.restore(file, {}, {"dis-000000000009": entry(9)}) == ["kept"]
    assert read(file)[0].entry.decision == "reject"


@pytest.mark.parametrize("name", ["decisions.yaml", "decisions.jsonl"])
def test_many_who_decide_at_once_lose_nothing(tmp_path: Path, name: str) -> None:
    file = tmp_path / name

    def work(start: int) -> None:
        for n in range(start, start + 20):
            decisions_write.add(file, [entry(n)])
        decisions_write.restore(file, {}, {f"dis-{start:012}": entry(start)})

    workers = [threading.Thread(target=work, args=(100 * k,)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    there = {d.entry.finding for d in read(file)}
    assert there == {f"dis-{100 * k + n:012}" for k in range(4) for n in range(1, 20)}
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


def test_an_editor_that_saves_meanwhile_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "decisions.yaml"
    decisions_write.add(file, [entry(1)])
    added, saves = decisions_write._added, iter([True])

    def slow(text: str, *rest: object) -> object:
        if next(saves, False):  # the editor's save comes between our reading and our writing
            file.write_text(file.read_text("utf-8") + "# by hand\n", encoding="utf-8")
        return added(text, *rest)  # type: ignore[arg-type]  # the arguments are passed on as they come

    monkeypatch.setattr(decisions_write, "_added", slow)
    decisions_write.add(file, [entry(2)])
    assert "# by hand" in file.read_text("utf-8")
    assert len(read(file)) == 2


def test_ten_thousand_decisions_are_read_and_added_to_quickly(tmp_path: Path) -> None:
    import time

    file = tmp_path / "decisions.yaml"
    decisions_write.add(file, [entry(n) | {"about": {"raw": f"Школа {n}"}} for n in range(10_000)])
    start = time.process_time()
    decisions_write.add(file, [entry(10_001)])
    assert time.process_time() - start < 2  # a YAML reader alone takes half a minute
    assert len(read(file)) == 10_001
