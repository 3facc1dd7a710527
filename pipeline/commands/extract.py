"""`prikaz extract`: the tables of one source as JSON, not interpreted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import LANG, LIMIT, MEMORY, TIMEOUT, fail, write_out
from pipeline.errors import SourceError
from pipeline.safe import printable

if TYPE_CHECKING:
    from pipeline.model import Document


@click.command(short_help="Print the tables of a file as JSON.")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@TIMEOUT
@MEMORY
@LIMIT
@click.option("--per-page", is_flag=True, help="Keep the pieces of tables as they lie on the pages.")
@click.option("--explain", is_flag=True, help="Add the reason of every structural decision.")
@LANG
def extract(
    file: Path,
    timeout: float,
    memory: int,
    limits: tuple[str, ...],
    per_page: bool,
    explain: bool,
    lang: str,
) -> None:
    """Print the tables found in FILE as JSON, without interpreting them."""
    from pipeline import run
    from pipeline.commands.progress import clear_progress, show_progress
    from pipeline.limits import use, with_overrides
    from pipeline.transport import no_collection

    try:
        with use(with_overrides(limits)):
            document = run.extract_alone(
                file, per_page=per_page, timeout=timeout, memory=memory, progress=show_progress(lang)
            )
    except SourceError as error:
        clear_progress()
        fail(str(file), error, lang)
        sys.exit(1)
    clear_progress()
    with no_collection():
        text = json.dumps(document_json(document, explain=explain, lang=lang), ensure_ascii=False)
    write_out(text)


def document_json(document: Document, *, explain: bool = False, lang: str = "en") -> dict[str, object]:
    """A document as `prikaz extract` prints it. Boxes are in points from the top left corner, null where
    unknown. `notes` says what of the source is damaged, hidden or could not be read.
    """
    from pipeline.messages import say

    tables = []
    for table in document.tables:
        one: dict[str, object] = {
            "page": table.page,
            "pages": list(table.pages),
            "bbox": _box(table.bbox),
            "n_rows": table.n_rows,
            "n_cols": table.n_cols,
            "header_rows": table.header_rows,
            "cells": [
                {
                    "row": c.row,
                    "col": c.col,
                    "row_span": c.row_span,
                    "col_span": c.col_span,
                    "text": c.text,
                    "page": c.place.page if c.place else None,
                    "bbox": _box(c.place.bbox if c.place else None),
                }
                for c in sorted(table.cells, key=lambda c: (c.row, c.col))
            ],
        }
        if explain:
            one["reasons"] = [
                {"what": r.what, "why": r.why, "row": r.row, "page": r.page} for r in table.reasons
            ]
        tables.append(one)
    return {
        "source": document.source.path,
        "format": document.source.format,
        "tables": tables,
        "blocks": [
            {"kind": b.kind, "text": b.text, "page": b.place.page if b.place else None}
            for b in document.blocks
        ],
        "notes": [
            printable(say(n, lang), 1000)
            for n in (*document.notes, *(n for t in document.tables for n in t.notes))
        ],
    }


def _box(box: tuple[float, float, float, float] | None) -> list[float] | None:
    return [round(x, 2) for x in box] if box else None
