"""CPU seconds to read a DOCX table, side by side in one run, and the memory of the largest.

python -m benchmarks.docx_speed [--rows 10000] [--columns 5] [--repeat 3] [--large]

`bare` (inflate and parse, the limit of anything that uses lxml), `python-docx, rows and cells` (its own
objects, without the quadratic `row.cells`: tc elements and their text), and ours with all spans. Two
tables: plain, and one in which every cell has run properties as Word writes them and every tenth row
merges. `--large` reads 100,000 rows too.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx as python_docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from pipeline.extractors import docx
from pipeline.model import Source

RUN = (
    '<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    '<w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>'
)


def make(path: Path, rows: int, columns: int, rich: bool) -> None:
    """A document of one table made from python-docx's own template."""
    buffer = io.BytesIO()
    python_docx.Document().save(buffer)
    run = RUN if rich else ""

    def cell(row: int, column: int) -> str:
        merge = ""
        if rich and column == 0 and row % 10 < 3:
            merge = '<w:vMerge w:val="restart"/>' if row % 10 == 0 else "<w:vMerge/>"
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="1728" w:type="dxa"/>{merge}</w:tcPr><w:p><w:r>{run}'
            f"<w:t>МБОУ «Школа № {row}-{column}»</w:t></w:r></w:p></w:tc>"
        )

    with zipfile.ZipFile(buffer) as template, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in template.namelist():
            if name != "word/document.xml":
                made.writestr(name, template.read(name))
                continue
            head, body, tail = template.read(name).decode().partition("<w:body>")
            with made.open(name, "w") as stream:
                grid = '<w:gridCol w:w="1728"/>' * columns
                stream.write(f"{head}{body}<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>".encode())
                for row in range(rows):
                    cells = "".join(cell(row, column) for column in range(columns))
                    stream.write(f"<w:tr>{cells}</w:tr>".encode())
                stream.write(f"</w:tbl>{tail}".encode())


def bare(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return len(root)


def with_python_docx(path: Path) -> int:
    """Every cell's text through python-docx's objects, in linear time, without spans."""
    count = 0
    for element in python_docx.Document(str(path)).element.body.iterchildren(qn("w:tbl")):
        table = Table(element, None)  # type: ignore[arg-type]  # python-docx takes no parent here
        for tr in table._tbl.tr_lst:
            for tc in tr.tc_lst:
                count += len("\n".join(Paragraph(p, None).text for p in tc.p_lst)) > 0  # type: ignore[arg-type]  # python-docx takes no parent here
    return count


def ours(path: Path) -> int:
    return len(docx.extract(path, Source(path.name, "", "docx")).grids[0].cells)


READERS: tuple[tuple[str, Callable[[Path], int]], ...] = (
    ("bare zip + lxml", bare),
    ("prikaz, with all spans", ours),
    ("python-docx, without spans", with_python_docx),
)


def measure(read: Callable[[Path], int], path: Path, repeat: int) -> float:
    """The least CPU seconds of some runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        read(path)
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.docx"
        if options.large:
            make(path, 100_000, options.columns, rich=True)
            seconds = measure(ours, path, 1)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            size = zipfile.ZipFile(path).getinfo("word/document.xml").file_size / 2**20
            name = f"100000 × {options.columns}, as Word writes it"
            print(f"{name} ({size:.0f} MiB of XML): {seconds:.1f} s, {peak} MiB")
        for rich in (False, True):
            make(path, options.rows, options.columns, rich)
            print(f"{options.rows} × {options.columns}, {'as Word writes it' if rich else 'plain'}:")
            for name, read in READERS:
                print(f"  {name:28} {measure(read, path, options.repeat):6.2f} s")


if __name__ == "__main__":
    main()
