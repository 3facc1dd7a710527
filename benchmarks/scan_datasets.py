"""Whole scanned orders, built: are the values of the datasets those of the same order read from its text?

    python -m benchmarks.scan_datasets [--dpi 300 200 150] [--kind noise] [--orders 2] [--layout serif12]

Made-up orders (`tests.orders`) are set, drawn, damaged (`scan_damage`) and built as TIFF of several pages.
The truth is a build of the same order as text. Rows are matched by their values; ids, places and raw texts
are not compared. Shown: values that are right, wrong ones that no finding or correction names by record and
field or by their own words (silent), rows lost or added, and findings of severity error or warning.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from benchmarks.order_forms import Rows
from benchmarks.scan_damage import KINDS, degrade
from benchmarks.scan_pages import LAYOUTS, Layout, _set, drawn
from tests import forms, orders

FIELDS = {
    "orders": ("number", "date", "title", "issuer", "region", "signatory", "period"),
    "activities": ("appendix", "section_no", "section", "item_no", "title", "deadline"),
    "activity_executors": ("organization", "person", "position"),
    "training_sites": ("appendix", "position", "municipality_no", "municipality", "school", "partner"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dpi", type=int, nargs="*", default=[300, 200, 150])
    parser.add_argument("--kind", nargs="*", default=["noise"], choices=list(KINDS))
    parser.add_argument("--layout", default="serif12", choices=[x.name for x in LAYOUTS])
    parser.add_argument("--orders", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    layout = next(x for x in LAYOUTS if x.name == options.layout)
    print("dpi  kind     orders  values   right  silent  lost  added  findings")
    for dpi in options.dpi:
        for kind in options.kind:
            total: Counter[str] = Counter()
            for seed in range(options.first, options.first + options.orders):
                with tempfile.TemporaryDirectory() as name:
                    total += compared(Path(name), seed, layout, dpi, kind)
            n = total["values"]
            print(
                f"{dpi:3}  {kind:8}{options.orders:6}{n:9}{100 * total['right'] / n:8.2f}"
                f"{100 * total['silent'] / n:8.2f}{total['lost']:6}{total['added']:7}{total['findings']:10}",
                flush=True,
            )


def compared(folder: Path, seed: int, layout: Layout, dpi: int, kind: str) -> Counter[str]:
    """Counts over one order: `values`, `right`, `silent`, `lost` and `added` rows, `findings`."""
    order, _ = orders.generate(seed)
    forms.make_text(folder / "order.txt", order)
    scanned(folder / "scan.tiff", order, layout, dpi, kind, seed)
    truth = _built(folder / "order.txt", folder / "truth")
    found = _built(folder / "scan.tiff", folder / "found")
    named = _named(folder / "found")
    doubts = json.loads((folder / "found/reports/discrepancies.json").read_text())
    result = Counter(findings=sum(f["severity"] in ("error", "warning") for f in doubts))
    for dataset, fields in FIELDS.items():
        for expected, got in _matched(truth[dataset], found[dataset], fields):
            result["values"] += len(fields) if expected is not None else 0
            if expected is None or got is None:
                result["added" if expected is None else "lost"] += 1
                print(f"  {dpi} {kind} {seed} {dataset}: {'added' if got else 'lost'} {expected or got}")
                continue
            for field in fields:
                right = _plain(expected[field]) == _plain(got[field])
                value, ids = _plain(got[field]), set(_ids(got))
                told = any(
                    i in ids and (f == field or (isinstance(value, str) and value in said))
                    for i, f, said in named
                )
                silent = not right and not told
                result["right"] += right
                result["silent"] += silent
                if not right:
                    mark = "!" if silent else "?"
                    where = f"{dpi} {kind} {seed} {dataset}.{field}"
                    print(f"  {where} {mark} {expected[field]!r} -> {got[field]!r}", flush=True)
    return result


def scanned(path: Path, order: forms.Order, layout: Layout, dpi: int, kind: str, seed: int) -> None:
    """Writes the order as a TIFF of its damaged pages."""
    pdf = path.with_suffix(".pdf")
    leaves = _set(pdf, order, layout)
    document = pypdfium2.PdfDocument(pdf)
    pages = [
        Image.fromarray(np.asarray(degrade(drawn(document[n], dpi), dpi, kind, seed + n)))
        for n, leaf in enumerate(leaves)
        if leaf.tables or leaf.lines
    ]
    document.close()
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(dpi, dpi), compression="tiff_lzw")


def _built(path: Path, folder: Path) -> dict[str, Rows]:
    # a process of its own: OpenCV, which is loaded here, does not survive a fork
    command = [sys.executable, "-m", "pipeline", "build", str(path), "--timeout", "600"]
    command += ["--out", str(folder / "normalized"), "--reports", str(folder / "reports")]
    subprocess.run(command, check=False, capture_output=True)  # findings make its status 1
    return {name: json.loads((folder / f"normalized/{name}.json").read_text()) for name in FIELDS}


def _named(folder: Path) -> set[tuple[object, object, str]]:
    """Record, field and words of what the reports name."""
    named: set[tuple[object, object, str]] = set()
    for report in ("discrepancies", "corrections"):
        rows = json.loads((folder / f"reports/{report}.json").read_text())
        named |= {(r["record_id"], r["field"], f"{r['raw']} {r.get('message', '')}") for r in rows}
    return named


def _ids(row: dict[str, object]) -> Iterator[object]:
    return (v for k, v in row.items() if k.endswith("_id") and v)


def _matched(
    truth: Rows, found: Rows, fields: tuple[str, ...]
) -> Iterator[tuple[dict[str, object] | None, dict[str, object] | None]]:
    """Each row of the truth with the row that shares most values with it, and the rows left over."""
    left = list(found)
    for expected in truth:
        alike = [sum(_plain(expected[f]) == _plain(row[f]) for f in fields) for row in left]
        if not alike or not max(alike):
            yield expected, None
            continue
        yield expected, left.pop(alike.index(max(alike)))
    yield from ((None, row) for row in left)


def _plain(value: object) -> object:
    return re.sub(r"\s+", " ", value).replace("ё", "е") if isinstance(value, str) else value


if __name__ == "__main__":
    main()
