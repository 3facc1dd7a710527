"""Reads scans of orders and holds every cell against what was set on the page.

    python -m benchmarks.scans [--dpi 300] [--kind noise] [--layout serif12] [--pages 2] [--plain]

Pages come from `scan_pages` (the real order and made-up ones in several fonts), damage from `scan_damage`.
Shown for each resolution and kind of damage: pages whose structure is right, cells exact as read, after
normalization (spaces, dashes, quotes), of the wrong cells those without a doubt attached (silent) and the
doubtful ones (both as shares of all cells), and processor seconds
a page. `--plain` adds what Tesseract alone takes for the same page, the limit in time.
"""

from __future__ import annotations

import argparse
import re
import resource
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np
from pypdfium2 import PdfPage

from benchmarks.scan_damage import HELD_OUT, KINDS, degrade
from benchmarks.scan_pages import LAYOUTS, Layout, Leaf, Truth, drawn, sheets
from pipeline.extractors import scan, scan_engine
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import Grid, Source
from pipeline.normalizers.text import clean

HEAD = "dpi  kind     pages  structure   exact  normal  silent  flagged  s/page  plain"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dpi", type=int, nargs="*", default=[300, 200, 150])
    parser.add_argument("--kind", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--layout", nargs="*", default=[x.name for x in LAYOUTS])
    parser.add_argument("--pages", type=int, default=1, help="of each layout for each kind")
    parser.add_argument("--wrong", action="store_true", help="show the cells read wrongly")
    parser.add_argument("--plain", action="store_true", help="time Tesseract alone too")
    options = parser.parse_args()
    scan_engine.engine()
    layouts = [x for x in LAYOUTS if x.name in options.layout]
    print(HEAD)
    sums: dict[tuple[int, str], Counter[str]] = {}
    for dpi in options.dpi:
        for k, kind in enumerate(options.kind):
            total: Counter[str] = Counter()
            for n, layout in enumerate(layouts):
                seed = None if (n + k) % 3 == 0 else n + 10 * k  # every third order is the real one
                for page, leaf in _some(layout, seed, options.pages, k):
                    picture = degrade(drawn(page, dpi), dpi, kind, seed=n + k)
                    found = measure(picture, dpi, leaf, options.wrong, f"{layout.name} {kind} {dpi}")
                    if options.plain:
                        found["plain"] = _plain(picture)
                    total += found
                    held = layout.held_out or kind in HELD_OUT
                    sums.setdefault((dpi, "held out" if held else "tuned on"), Counter()).update(found)
            _show(dpi, kind, total)
    for (dpi, name), total in sorted(sums.items(), reverse=True):
        _show(dpi, name, total)
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, benchmark included"
    )


def _some(layout: Layout, seed: int | None, count: int, k: int) -> Iterator[tuple[PdfPage, Leaf]]:
    """Some pages of an order; of the real one, which has many, not always the first."""
    start = k % 2 if seed is None else 0
    return islice(sheets(layout, seed), start, start + count)


def measure(picture: np.ndarray, dpi: int, leaf: Leaf, wrong: bool = False, name: str = "") -> Counter[str]:
    started = time.process_time()
    read = scan.read_picture(picture, dpi, 1, Source("scan.png", "", "image"))
    found = Counter(milliseconds=round(1000 * (time.process_time() - started)), pages=1)
    grids = [x for x in read.content if isinstance(x, Grid)]
    right = [_shape(g) for g in grids] == [set(t) for t in leaf.tables]
    found["right"] = right
    if wrong and not right:
        print(f"  {name}: {[(g.n_rows, g.n_cols) for g in grids]} for {[_size(t) for t in leaf.tables]}")
    for i, truth in enumerate(leaf.tables):
        at = {(c.row, c.col): c for c in grids[i].cells} if i < len(grids) else {}
        for (row, col, _, _), expected in truth.items():
            got = at.get((row, col))
            doubtful = got is not None and got.confidence is not None and got.confidence < SETTINGS.suspect
            text = got.text if got is not None else ""
            normal = normalized(text) == normalized(expected)
            found["cells"] += 1
            found["exact"] += " ".join(text.split()) == expected
            found["normal"] += normal
            found["flagged"] += doubtful
            found["silent"] += not normal and not doubtful and right
            if wrong and right and not normal:
                mark = "?" if doubtful else "!"
                others = got.readings if got else ()
                print(f"  {name} {mark} {got and got.confidence} {expected!r} -> {text!r} {others}")
    return found


def _plain(picture: np.ndarray) -> int:
    started = time.process_time()
    scan_engine.words(np.ascontiguousarray(picture[:, :, 1]), "page")
    return round(1000 * (time.process_time() - started))


def _show(dpi: int, kind: str, n: Counter[str]) -> None:
    cells, pages = n["cells"], n["pages"]
    print(
        f"{dpi:3}  {kind:8}{pages:6}{100 * n['right'] / pages:9.1f} %{100 * n['exact'] / cells:8.2f}"
        f"{100 * n['normal'] / cells:8.2f}{100 * n['silent'] / cells:8.2f}{100 * n['flagged'] / cells:9.2f}"
        f"{n['milliseconds'] / pages / 1000:8.2f}{n['plain'] / pages / 1000:7.2f}",
        flush=True,
    )


def _shape(grid: Grid) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.col, c.row_span, c.col_span) for c in grid.cells}


def _size(truth: Truth) -> tuple[int, int]:
    return max(r + h for r, _, h, _ in truth), max(c + w for _, c, _, w in truth)


def normalized(text: str) -> str:
    """What a normalizer sees: one kind of space, dash and quote."""
    text = re.sub(r"\s*[-–—]\s*", "-", clean(" ".join(text.split()))[0])
    return re.sub(r'["„“”«]', "»", text).casefold().replace("ё", "е")


if __name__ == "__main__":
    main()
