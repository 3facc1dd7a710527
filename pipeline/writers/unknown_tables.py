"""Tables that no profile knows: `tables/SOURCE-tN.csv` and `.json`, as they stand. No row is lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.model import Table
from pipeline.writers import csv_files
from pipeline.writers.json_files import Tree, write_table

_LONGEST_NAME = 80  # characters: 160 bytes of Cyrillic, below the 255 of file systems


def write_tables(folder: Path, tables: Mapping[str, Sequence[Table]]) -> list[Path]:
    """Write every table; gives the paths of the JSON files. The folder is made only when there is a table."""
    written = []
    names: set[str] = set()
    for source in sorted(tables):
        for table in tables[source]:
            folder.mkdir(exist_ok=True)
            name = file_name(source, table.number)
            if name.casefold() in names:
                digest = hashlib.sha256(f"{source}\x1f{table.number}".encode(errors="replace")).hexdigest()
                name = f"{name}-{digest[:12]}"
            names.add(name.casefold())
            (folder / f"{name}.csv").write_bytes(csv_files.encode(as_lines(table)))
            write_table(folder / f"{name}.json", about(source, table), "cells", cells(table))
            written.append(folder / f"{name}.json")
    return written


def file_name(source: str, number: int) -> str:
    """`приказ 12.docx`, 3 → `приказ-12.docx-t3`: letters, digits, dots and hyphens of the source's path."""
    return re.sub(r"[^\w.]+", "-", source)[-_LONGEST_NAME:].strip("-.") + f"-t{number}"


def as_lines(table: Table) -> list[list[str]]:
    """Rows × columns of texts; a spanning cell stands once, at its top left corner."""
    lines = [[""] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        lines[cell.row][cell.col] = cell.text
    return lines


def about(source: str, table: Table) -> dict[str, Tree]:
    """The table as `prikaz extract` prints it, with its source, all but its cells."""
    return {
        "source": source,
        "table": table.number,
        "page": table.page,
        "pages": list(table.pages),
        "n_rows": table.n_rows,
        "n_cols": table.n_cols,
        "header_rows": table.header_rows,
    }


def cells(table: Table) -> Iterator[dict[str, Tree]]:
    """The cells of the table, a spanning one at its top left corner."""
    for c in table.cells:
        yield {"row": c.row, "col": c.col, "row_span": c.row_span, "col_span": c.col_span, "text": c.text}
