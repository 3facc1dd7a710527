"""Damaged, hostile and odd files, each with what the program must make of it. Made by code, never stored."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.broken import broken
from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import (
    docx_file,
    odt_file,
    pdf_file,
    rtf_file,
    whole,
    with_part,
    xlsx_file,
)
from benchmarks.hostile_files.office import office
from benchmarks.hostile_files.pdfs import pdfs
from benchmarks.hostile_files.rest import rest
from benchmarks.hostile_files.sheets import sheets
from benchmarks.hostile_files.texts import texts
from benchmarks.hostile_files.web import web
from benchmarks.hostile_files.word import word
from benchmarks.hostile_files.zips import zips

PARTS = (broken, word, zips, office, sheets, web, texts, pdfs, rest)
__all__ = [
    "ORDER",
    "PARTS",
    "WORDS",
    "Case",
    "cases",
    "docx_file",
    "odt_file",
    "pdf_file",
    "rtf_file",
    "whole",
    "with_part",
    "xlsx_file",
]


def cases(seed: int = 7) -> Iterator[Case]:
    for part in PARTS:
        # each kind has numbers of its own: a file added to one changes none of the others
        yield from part(random.Random(f"{seed} {part.__name__}"))
