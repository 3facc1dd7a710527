"""Canonical CSV: UTF-8 without BOM, RFC 4180 with LF, a header row, empty = null, lists joined by ` | `.

It is exact: a value is written as it is, also one that begins with `=`. A spreadsheet takes such a value
for a formula; the file for people is the XLSX.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.datasets import csv_text
from pipeline.writers.rows import Row

_MUST_QUOTE = re.compile(r'[",\r\n]|^\s|\s$')


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows with the fields of `header`."""
    lines = [header, *([csv_text(row[name]) for name in header] for row in rows)]
    path.write_bytes(encode(lines))


def encode(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines of cells as CSV. Written out here because Python's csv module changes its quoting between
    versions.
    """
    text = "".join(",".join(map(_cell, line)) + "\n" if list(line) != [""] else '""\n' for line in lines)
    return text.encode("utf-8", "backslashreplace")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _MUST_QUOTE.search(text) else text
