"""Pages per second of processor time, in one run on generated ruled pages: PDFium, our reader, pdfplumber.

python benchmarks/pdf_speed.py [--pages N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.extractors import pdf
from pipeline.model import Source
from tests.pdfmake import Sheet


def make(path: Path, pages: int) -> None:
    """Pages with a ruled table of 40 rows × 4 columns, about 2,000 characters each."""
    sheet = Sheet(path)
    for page in range(pages):
        rows = [
            [f"{r}.", "Вяземский район", f"МБОУ Юшковская ООШ № {page}", "МБОУ СОШ № 8 г. Вязьмы"]
            for r in range(40)
        ]
        sheet.table(rows, [30, 120, 170, 170], y=60, size=9)
        sheet.page()
    sheet.save()


def bare(path: Path) -> None:
    """Text and a box for each character, nothing else."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        for i in range(text.count_chars()):
            text.get_charbox(i)


def ours(path: Path) -> None:
    pdf.extract(path, Source(path.name, "", "pdf"))


def plumber(path: Path) -> None:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_tables()
            page.close()


def measure(name: str, function: Callable[[Path], None], path: Path, pages: int) -> None:
    started = time.process_time()
    function(path)
    seconds = time.process_time() - started
    print(f"{name:28} {pages / seconds:7.0f} pages/s")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the PDF readers side by side.")
    parser.add_argument("--pages", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, few = Path(folder) / "many.pdf", Path(folder) / "few.pdf"
        make(path, options.pages)
        make(few, max(2, options.pages // 8))
        ours(few)  # imports and caches
        measure("PDFium, text and boxes", bare, path, options.pages)
        measure("ours", ours, path, options.pages)
        measure("pdfplumber", plumber, few, max(2, options.pages // 8))


if __name__ == "__main__":
    main()
