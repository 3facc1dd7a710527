"""Scores the PDF reader on table competition data (ICDAR 2013) and tells its speed.

    python -m benchmarks.icdar SCORER --truth DIR [--per-doc]

SCORER is called as `SCORER PREDICTIONS --truth DIR --classes FILE`; DIR holds the PDF files and their truth.
The predictions (form of `prikaz extract`) go to a temporary folder. The classes are those of `ruled_tables`:
figures for tables with all borders drawn, with some, and with none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import ruled_tables
from pipeline.errors import SourceError
from pipeline.extractors import pdf
from pipeline.model import Document, Source


def as_json(document: Document) -> dict[str, object]:
    """The tables of a document, piece by piece as they lie on the pages."""
    tables = []
    for grid in document.grids:
        cells = [
            {"row": c.row, "col": c.col, "row_span": c.row_span, "col_span": c.col_span, "text": c.text}
            for c in grid.cells
        ]
        size = {"n_rows": grid.n_rows, "n_cols": grid.n_cols}
        tables.append({"page": grid.page, "bbox": grid.bbox, **size, "cells": cells})
    return {"source": document.source.path, "format": "pdf", "tables": tables}


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the PDF reader on table competition data.")
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--per-doc", action="store_true")
    options = parser.parse_args()
    pages, seconds = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(options.truth.glob("*.pdf")):
            started = time.process_time()
            try:
                document = pdf.extract(file, Source(file.name, "", "pdf"))
            except SourceError as error:
                print(f"{file.name}: {error.reason}", file=sys.stderr)
                continue
            seconds += time.process_time() - started
            pages += document.n_pages or 0
            text = json.dumps(as_json(document), ensure_ascii=False)
            (Path(folder) / f"{file.stem}.json").write_text(text, encoding="utf-8")
        classes = Path(folder) / "classes.txt"  # no .json: that would be a prediction
        classes.write_text(json.dumps(ruled_tables.classes(options.truth)), encoding="utf-8")
        command = [sys.executable, str(options.scorer), folder, "--truth", str(options.truth)]
        command += ["--classes", str(classes)]
        code = subprocess.run(command + ["--per-doc"] * options.per_doc, check=False).returncode
    print(f"{pages} pages in {seconds:.2f} s of processor time: {pages / seconds:.0f} pages/s")
    return code


if __name__ == "__main__":
    sys.exit(main())
