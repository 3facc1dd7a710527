"""One order, every form: made-up orders are written in several forms, built, and must give the same datasets.

    python -m benchmarks.order_forms [--orders 200] [--forms text docx html pdf] [--office]

`--office` also sends each DOCX through LibreOffice (PDF, ODT, RTF, HTML), many orders in one call. All orders
of a form are one build. The datasets are compared whole, ids included, without the fields that name the
source; what an order says is known from its making.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.run import Settings, build
from tests import forms, orders

Rows: TypeAlias = list[dict[str, object]]
OFFICE = ("pdf", "odt", "rtf", "html")
_SOURCE_FIELDS = {"source_file", "source_format", "source_sha256", "place"}


def datasets(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Every dataset without the fields that name the source."""
    return {
        path.stem: [
            {k: v for k, v in row.items() if k not in _SOURCE_FIELDS} for row in json.loads(path.read_text())
        ]
        for path in sorted(folder.glob("*.json"))
        if path.with_suffix(".csv").exists()
    }


def all_built(paths: Sequence[Path], folder: Path) -> dict[str, Rows]:
    """One build of many orders: the datasets, and `SEED` → the rows of each order by its file's name."""
    settings = Settings(raw=folder / "no-raw", out=folder / "normalized", reports=folder / "reports", jobs=2)
    build([(path.name, path) for path in paths], settings)
    files = {  # what stands in an archive is named behind «!»
        row["order_id"]: Path(str(row["source_file"]).partition("!")[0]).stem
        for row in json.loads((folder / "normalized" / "orders.json").read_text())
    }
    found = datasets(folder / "normalized")
    parts: dict[str, Rows] = {path.stem: [] for path in paths}
    order_of = {row["activity_id"]: row["order_id"] for row in found["activities"]}
    for name, rows in found.items():
        for row in rows:
            order = row.get("order_id") or order_of.get(row.get("activity_id"))
            if order in files:
                parts[files[order]].append({"dataset": name, **row})
            else:
                parts.setdefault(name, []).append(row)
    return parts


def built(path: Path, folder: Path) -> dict[str, list[dict[str, object]]]:
    settings = Settings(raw=folder / "no-raw", out=folder / "normalized", reports=folder / "reports", jobs=1)
    build([(path.name, path)], settings)
    return datasets(folder / "normalized")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--forms", nargs="+", default=["docx", "html", "pdf"])
    parser.add_argument("--office", action="store_true")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.orders)
    differ: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form in ("text", *args.forms):
            (folder / form).mkdir()
        said = {}
        for seed in seeds:
            order, said[f"order{seed}"] = orders.generate(seed)
            for form in ("text", *args.forms):
                getattr(forms, f"make_{form}")(
                    folder / form / f"order{seed}.{_SUFFIX.get(form, form)}", order
                )
        expected = all_built(sorted((folder / "text").iterdir()), folder)
        differ += _told("text", [s for s in said if not _says(expected[s], said[s])], len(said))
        for form in args.forms:
            differ += _compared(form, sorted((folder / form).iterdir()), expected, folder)
        for form in OFFICE if args.office else ():
            out = folder / f"office-{form}"
            documents = [str(p) for p in sorted((folder / "docx").iterdir())]
            command = ["soffice", "--headless", "--convert-to", form, "--outdir", str(out), *documents]
            subprocess.run(command, check=True, capture_output=True)
            differ += _compared(f"LibreOffice {form}", sorted(out.iterdir()), expected, folder)
    if differ:
        print("different:", ", ".join(differ[:20]))
    return 1 if differ else 0


_SUFFIX = {"text": "txt"}


def _says(rows: Rows, said: orders.Expected) -> bool:
    """The rows of an order say what it was made to say."""
    sites = [(s["municipality"], s["school"], s["partner"]) for s in rows if s["dataset"] == "training_sites"]
    items = [(a["item_no"], a["title"], a["deadline"]) for a in rows if a["dataset"] == "activities"]
    return sites == said.sites and items == said.activities


def _compared(form: str, paths: Sequence[Path], expected: Mapping[str, Rows], folder: Path) -> list[str]:
    found = all_built(paths, folder)
    different = [name for name, rows in expected.items() if found.get(name) != rows]
    return _told(form, different, len(paths))


def _told(form: str, different: Sequence[str], n: int) -> list[str]:
    bad = [name for name in different if name.startswith("order")]
    print(f"{form:<18} {n - len(bad)}/{n} identical", flush=True)
    return [f"{form}: {name}" for name in different]


if __name__ == "__main__":
    raise SystemExit(main())
