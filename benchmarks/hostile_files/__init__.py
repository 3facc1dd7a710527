"""Damaged, hostile and odd files, each with what the program must make of it. Made by code, never stored."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fnmatch import fnmatch

from benchmarks.hostile_files.broken import broken
from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.images_odd import images_odd
from benchmarks.hostile_files.mail_odd import mail_odd
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
from benchmarks.hostile_files.pdfs_odd import pdfs_odd
from benchmarks.hostile_files.rest import rest
from benchmarks.hostile_files.sheets import sheets
from benchmarks.hostile_files.sheets_odd import sheets_odd
from benchmarks.hostile_files.texts import texts
from benchmarks.hostile_files.texts_odd import texts_odd
from benchmarks.hostile_files.web import web
from benchmarks.hostile_files.word import word
from benchmarks.hostile_files.word_odd import word_odd
from benchmarks.hostile_files.zips import zips
from benchmarks.hostile_files.zips_odd import zips_odd

USUAL = (broken, word, zips, office, sheets, web, texts, pdfs, rest)
ODD = (word_odd, zips_odd, texts_odd, pdfs_odd, sheets_odd, mail_odd, images_odd)
PARTS = (*USUAL, *ODD)
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


def cases(seed: int = 7, kind: str = "*") -> Iterator[Case]:
    """All files, or those of the kinds (names of `PARTS`) that match a pattern."""
    for part in PARTS:
        if not fnmatch(part.__name__, kind):
            continue
        # each kind has numbers of its own: a file added to one changes none of the others
        yield from part(random.Random(f"{seed} {part.__name__}"))
