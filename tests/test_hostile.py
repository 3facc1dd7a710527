"""Damaged, hostile and odd files are read or refused with a reason: never a crash, a hang or a silent loss.

The files and what must become of each are those of `benchmarks/hostile_files/`; here only the quick ones.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks import hostile_files as files
from pipeline import run
from pipeline.isolate import run_isolated
from pipeline.messages import say
from pipeline.model import Document

SMALL = 60_000  # bytes
# named, but the reason why they end is time or memory: too long for this test
SLOW = {
    "repeated.odt",
    "form-loop.pdf",
    "forms-laughs.pdf",  # forms within forms: PDFium draws them all before it can be asked
    "pages-1999.pdf",
    "bomb-twice.pdf",
    "bomb.pdf",
    "many-paragraphs.docx",
}
DEFECTS = {"source.crashed", "source.killed", "source.timeout", "source.memory", "source.recursion"}
Part = Callable[[random.Random], Iterator[files.Case]]


def read(task: tuple[Path, str]) -> Document:
    return run.read_document(*task)


@pytest.mark.parametrize("part", files.PARTS, ids=lambda part: part.__name__)
def test_every_file_is_read_or_refused_with_its_reason(tmp_path: Path, part: Part) -> None:
    cases, tasks = [], []
    for case in part(random.Random(7)):
        image = case.name.endswith(".png") and case.verdict == "either"  # recognition takes seconds
        if case.name in SLOW or image or (case.data is not None and len(case.data) > SMALL):
            continue
        path = tmp_path / f"{len(cases)}"
        if case.make is not None:
            case.make(path)
        elif case.data is not None:
            path.write_bytes(case.data)
        cases.append(case)
        tasks.append((path, case.name))
    assert len(cases) > 15
    wrong = []
    for outcome in run_isolated(read, tasks, timeout=30.0, memory=1 << 30):
        case, error = cases[outcome.index], outcome.error
        reason = say(error.note, "en") if error is not None else ""
        text = _text(outcome.value) if outcome.value is not None else ""
        if error is not None and (error.reason in DEFECTS or case.verdict == "read"):
            wrong.append((case.name, reason, outcome.trace[-500:]))
        if error is None and case.verdict == "refused":
            wrong.append((case.name, "read", text[:100]))
        if error is None and (lost := [t for t in case.holds if t not in text]):
            wrong.append((case.name, "lost", *lost))
        if any(t in text + reason for t in case.lacks):
            wrong.append((case.name, "leaked", reason or text[:100]))
    assert wrong == []


def _text(document: Document) -> str:
    cells = (c.text for t in document.tables for c in t.cells)
    return "\n".join([*(b.text for b in document.blocks), *cells])


def test_special_files_are_no_sources(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.docx")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "folder.docx").mkdir()
    names = [name for name, _ in run.find_sources([tmp_path])]
    outcomes = list(run_isolated(read, [(tmp_path / n, n) for n in names], timeout=5.0))
    assert {n: o.error.reason for n, o in zip(names, outcomes, strict=True) if o.error} == {
        "pipe.docx": "source.special",
        "loop.txt": "source.link-loop",
    }


def test_a_page_whose_crop_box_lies_beside_it_is_read(tmp_path: Path) -> None:
    (case,) = [c for c in files.cases(kind="pdfs_odd") if c.name == "cropbox-outside.pdf"]
    assert case.data is not None
    (tmp_path / case.name).write_bytes(case.data)
    assert run.read_document(tmp_path / case.name, case.name).blocks[0].text == "Order of the department 657"
