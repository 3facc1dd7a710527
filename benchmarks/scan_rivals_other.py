"""Runs in the environment of the others (see `scan_rivals`): the tables of a page as JSON.

PYTHON scan_rivals_other.py img2table|"ocrmypdf + camelot" PAGE.png DPI
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def tables(tool: str, file: Path, dpi: int) -> list[list[tuple[int, int, str]]]:
    """The tables of a page as (row, column, text), with an empty cell past the last row and column."""
    return _img2table(file) if tool == "img2table" else _camelot(file, dpi)


def _img2table(file: Path) -> list[list[tuple[int, int, str]]]:
    from img2table.document import Image as Page
    from img2table.ocr import TesseractOCR

    tables = Page(str(file)).extract_tables(ocr=TesseractOCR(n_threads=1, lang="rus"))
    return [_rows([[c.value or "" for c in row] for row in t.content.values()]) for t in tables]


def _camelot(file: Path, dpi: int) -> list[list[tuple[int, int, str]]]:
    import camelot

    searchable = file.with_suffix(".pdf")
    program = Path(sys.executable).with_name("ocrmypdf")
    if not program.exists():
        raise ModuleNotFoundError("ocrmypdf")
    command = [
        str(program),
        "-q",
        "-l",
        "rus",
        "--deskew",
        "--image-dpi",
        str(dpi),
        "--output-type",
        "pdf",
        "-j",
        "1",
    ]
    subprocess.run([*command, str(file), str(searchable)], check=True)
    tables: Any = camelot.read_pdf(str(searchable), flavor="lattice")
    return [_rows(t.df.values.tolist()) for t in tables]


def _rows(rows: list[list[str]]) -> list[tuple[int, int, str]]:
    cells = [(r, c, str(text)) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return [*cells, (len(rows), max(map(len, rows), default=0), "")]


if __name__ == "__main__":
    print(json.dumps(tables(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
