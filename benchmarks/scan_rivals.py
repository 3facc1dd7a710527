"""Other programs on the same scanned pages as ours, in one run.

    python -m benchmarks.scan_rivals [--python PATH] [--dpi 300] [--kind clean noise] [--layout serif12]

`--python` is the interpreter of an environment of its own that has what is to be compared (img2table,
camelot-py, ocrmypdf); what it lacks is shown as «not installed». Nothing of that becomes a dependency.
Scored alike for all: a table is right if it has as many rows and columns as were set, a cell if its text
(NFKC, spaces apart) stands in its row and column. Tesseract alone knows no cells: it shows the limit in time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
import unicodedata
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.scan_damage import KINDS, degrade
from benchmarks.scan_pages import LAYOUTS, Truth, drawn, sheets
from pipeline.extractors import scan, scan_engine
from pipeline.model import Grid, Source

Table = dict[tuple[int, int], str]
TOOLS = ("ours", "img2table", "ocrmypdf + camelot", "tesseract alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, help="interpreter of an environment with the others")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--kind", nargs="*", default=["clean", "noise", "stamp", "warp"], choices=list(KINDS))
    parser.add_argument("--layout", nargs="*", default=["serif12", "dserif9"])
    parser.add_argument("--pages", type=int, default=1, help="of each layout for each kind")
    options = parser.parse_args()
    scan_engine.engine()
    print("kind     tool                pages  tables right  cells right  CPU s/page")
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.kind:
            sums = {tool: Counter[str]() for tool in TOOLS}
            missing: set[str] = set()
            for layout in (x for x in LAYOUTS if x.name in options.layout):
                for n, (page, leaf) in enumerate(islice(sheets(layout, None), options.pages)):
                    picture = degrade(drawn(page, options.dpi), options.dpi, kind, seed=n)
                    file = Path(folder) / "page.png"
                    Image.fromarray(picture).save(file, dpi=(options.dpi, options.dpi))
                    for tool in TOOLS:
                        started = _seconds()
                        found = _read(tool, picture, file, options)
                        sums[tool]["milliseconds"] += round(1000 * (_seconds() - started))
                        if found is None:
                            missing.add(tool)
                        else:
                            sums[tool] += _scored(found, leaf.tables)
            for tool, n in sums.items():
                _show(kind, tool, n, tool in missing)


def _read(tool: str, picture: np.ndarray, file: Path, options: argparse.Namespace) -> list[Table] | None:
    """The tables that a tool finds; None if it is not installed."""
    if tool == "ours":
        found = scan.read_picture(picture, options.dpi, 1, Source("page.png", "", "image"))
        grids = [x for x in found.content if isinstance(x, Grid)]
        return [{(c.row, c.col): c.text for c in g.cells} | {(g.n_rows, g.n_cols): ""} for g in grids]
    if tool == "tesseract alone":
        scan_engine.words(np.ascontiguousarray(picture[:, :, 1]), "page")
        return []
    if options.python is None:
        return None
    other = Path(__file__).with_name("scan_rivals_other.py")
    command = [str(options.python), str(other), tool, str(file), str(options.dpi)]
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, env=one_thread
        )
        answer = json.loads(done.stdout.splitlines()[-1]) if done.stdout else None
    except subprocess.TimeoutExpired:
        return []
    if answer is None:
        return None if "ModuleNotFoundError" in done.stderr else []
    return [{(r, c): text for r, c, text in table} for table in answer]


def _scored(found: list[Table], truths: list[Truth]) -> Counter[str]:
    n = Counter(pages=1)
    sizes = [(max(r for r, _ in t), max(c for _, c in t)) for t in found if t]
    wanted = [(max(r + h for r, _, h, _ in t), max(c + w for _, c, _, w in t)) for t in truths]
    n["right"] = sizes == wanted
    for i, truth in enumerate(truths):
        cells = found[i] if i < len(found) else {}
        for (row, col, _, _), expected in truth.items():
            n["cells"] += 1
            n["exact"] += _plain(cells.get((row, col), "")) == _plain(expected)
    return n


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _seconds() -> float:
    """Processor seconds of this process and of those that it waited for."""
    done = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + done.ru_utime + done.ru_stime


def _show(kind: str, tool: str, n: Counter[str], missing: bool) -> None:
    if missing:
        print(f"{kind:9}{tool:20}not installed", flush=True)
        return
    shares = (
        f"{100 * n['right'] / n['pages']:12.0f} %{100 * n['exact'] / n['cells']:11.1f} %"
        if tool != TOOLS[-1]
        else f"{'–':>14}{'–':>13}"
    )
    print(f"{kind:9}{tool:20}{n['pages']:5}{shares}{n['milliseconds'] / 1000 / n['pages']:12.2f}", flush=True)


if __name__ == "__main__":
    main()
