"""All limits are in one place, each with its reason, its name in both languages and a way to raise it."""

from __future__ import annotations

import csv
import time
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path

import pytest

from pipeline import limits
from pipeline.checks.findings import identify
from pipeline.errors import SetupError, SourceError
from pipeline.messages import say
from pipeline.model import Finding, Place, note
from pipeline.run import Settings, read_document, read_order


def test_every_limit_says_what_it_protects_against_and_has_a_name() -> None:
    file = resources.files("pipeline") / "data" / "limits.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [row["name"] for row in rows] == [f.name for f in fields(limits.Limits)]
    for row in rows:
        assert all(row.values())
        assert say(f"limit.{row['name']}", "en") != say(f"limit.{row['name']}", "ru")


def test_the_promised_limits_hold() -> None:
    d = limits.DEFAULT
    assert (d.zip_members, d.zip_member_bytes, d.zip_total_bytes) == (1000, 256 << 20, 512 << 20)
    assert (d.zip_ratio, d.zip_ratio_above, d.xml_depth) == (100, 16 << 20, 100)
    assert (d.span, d.table_cells, d.pdf_pages, d.image_pixels) == (1000, 1_000_000, 2000, 89_000_000)


@pytest.mark.parametrize(
    ("text", "size"),
    [("1G", 1 << 30), ("512 MiB", 512 << 20), ("1.5g", 3 << 29), ("64kb", 65536), ("12", 12)],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert limits.parse_size(text) == size
    assert limits.parse_size(limits.show_size(size)) == size


@pytest.mark.parametrize("text", ["", "G", "-1", "1X", "many"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(SetupError):
        limits.parse_size(text)


def test_a_limit_is_raised_by_name_and_in_force_for_a_block() -> None:
    raised = limits.with_overrides(["pdf_pages=5000", "zip-total-bytes=1G"])
    assert (raised.pdf_pages, raised.zip_total_bytes) == (5000, 1 << 30)
    with limits.use(raised):
        assert limits.current() is raised
    assert limits.current() is limits.DEFAULT


def test_an_unknown_limit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SetupError) as caught:
        limits.with_overrides(["pages=3"])
    assert "pdf_pages" in say(caught.value.reason, "en", **caught.value.args_)


def test_the_error_names_the_limit_and_how_to_raise_it() -> None:
    with pytest.raises(SourceError) as caught:
        limits.DEFAULT.check("pdf_pages", 2001)
    text = say(caught.value.reason, "en", **caught.value.args_)
    assert "2000 pages in a PDF" in text
    assert "--limit pdf_pages=" in text


def test_findings_of_one_kind_beyond_the_limit_are_counted() -> None:
    """Of each source the first ones stay, in document order; nothing of other kinds is left out."""
    found = [
        Finding(
            "missing-value",
            note("values.fixed", before="a", after="b", n=1),
            places=(Place(s, row=r),),
            key=str(r),
        )
        for s in ("a.docx", "b.docx")
        for r in range(30, 0, -1)
        if s == "a.docx" or r == 1
    ]
    found = [replace(f, key=f"{f.places[0].source}{f.key}") for f in found]
    with limits.use(limits.with_overrides(["findings=20"])):
        kept = identify(found)
    rows = [f.places[0].row for f in kept if f.code == "missing-value" and f.places[0].source == "a.docx"]
    assert rows == list(range(1, 21))
    assert len([f for f in kept if f.places[0].source == "b.docx"]) == 1
    (more,) = [f for f in kept if f.code == "source-partial"]
    assert more.message.args == {"code": "missing-value", "n": 30, "allowed": 20}
    assert say(more.message, "ru") != say(more.message, "en")


def test_many_findings_of_one_cause_are_merged_in_time_in_proportion() -> None:
    said = note("values.fixed", before="a", after="b", n=1)
    found = [Finding("missing-value", said, places=(Place("a", row=r),), key="k") for r in range(20_000)]
    started = time.process_time()
    (one,) = identify(found)
    assert len(one.places) == 20_000
    assert time.process_time() - started < 5


def test_a_list_longer_than_any_order_is_refused_with_a_way_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    head = (
        "№ п/п,Муниципальное образование,Образовательная организация,"
        "Региональная базовая образовательная организация"
    )
    rows = [f"{i},Вяземский район,МБОУ СШ № {i},МБОУ СШ № 1" for i in range(1, 7)]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    with limits.use(limits.with_overrides(["order_rows=5"])), pytest.raises(SourceError) as caught:
        read_order(path, path.name, Settings(raw=tmp_path))
    assert "--limit order_rows=" in say(caught.value.reason, "en", **caught.value.args_)
    with limits.use(limits.with_overrides(["order_rows=6"])):
        assert len(read_order(path, path.name, Settings(raw=tmp_path)).records) == 6


def test_more_text_than_memory_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Приказ о практике\n" * 10, encoding="utf-8")
    with limits.use(limits.with_overrides(["text_chars=100"])), pytest.raises(SourceError) as caught:
        read_document(path, path.name)
    assert "--limit text_chars=" in say(caught.value.reason, "en", **caught.value.args_)
