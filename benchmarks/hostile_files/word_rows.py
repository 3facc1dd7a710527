"""What the files of `word_odd` have in common."""

from __future__ import annotations

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import docx_file
from tests.extractors import word_files as w

SCHOOL = "МБОУ «Тюшинская СШ»"
ROW = w.tr(w.tc("1"), w.tc(SCHOOL))
HEAD = w.tr(w.tc("№ п/п"), w.tc("Школа"))


def read(name: str, xml: str, *holds: str, lacks: tuple[str, ...] = ()) -> Case:
    return Case(f"{name}.docx", docx_file(xml), "read", holds or (WORDS,), lacks)
