"""One order, every form: made-up orders are written in several forms, built, and must give the same datasets.

    python -m benchmarks.order_forms [--orders 200] [--forms text docx html pdf] [--office]

`--office` also sends each DOCX through LibreOffice (PDF, ODT, RTF, HTML), many orders in one call. The
datasets are compared whole, ids included, without the fields that name the source; what the order says is
known from its making.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from pipeline.run import Settings, build
from tests import forms, orders

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


def built(path: Path, folder: Path) -> dict[str, list[dict[str, object]]]:
    settings = Settings(raw=folder / "no-raw", out=folder / "normalized", reports=folder / "reports", jobs=1)
    build([(path.name, path)], settings)
    return datasets(folder / "normalized")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--forms", nargs="+", default=["docx", "html", "pdf"])
    parser.add_argument("--office", action="store_true")
    args = parser.parse_args()
    same: Counter[str] = Counter()
    differ: list[str] = []
    seconds = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = {}
        for seed in range(args.orders):
            order, said = orders.generate(seed)
            text = folder / f"order{seed}.txt"
            forms.make_text(text, order)
            expected[seed] = built(text, folder)
            sites = [(s["municipality"], s["school"], s["partner"]) for s in expected[seed]["training_sites"]]
            items = [(a["item_no"], a["title"], a["deadline"]) for a in expected[seed]["activities"]]
            _count("text", seed, sites == said.sites and items == said.activities, same, differ)
            for form in args.forms:
                path = folder / f"order{seed}.{form}"
                getattr(forms, f"make_{form}")(path, order)
                _count(form, seed, built(path, folder) == expected[seed], same, differ)
        for form in OFFICE if args.office else ():
            out = folder / f"office-{form}"
            documents = [str(p) for p in sorted(folder.glob("order*.docx"))]
            subprocess.run(
                ["soffice", "--headless", "--convert-to", form, "--outdir", str(out), *documents],
                check=True,
                capture_output=True,
            )
            for seed in range(args.orders):
                found = built(out / f"order{seed}.{form}", folder)
                _count(f"LibreOffice {form}", seed, found == expected[seed], same, differ)
    for form, n in same.items():
        print(f"{form:<18} {n}/{args.orders} identical")
    print(f"{time.process_time() - seconds:.0f} s of processor time (workers not counted)")
    if differ:
        print("different:", ", ".join(differ[:20]))
    return 1 if differ else 0


def _count(form: str, seed: int, is_same: bool, same: Counter[str], differ: list[str]) -> None:
    same[form] += is_same
    if not is_same:
        differ.append(f"{form} of order {seed}")


if __name__ == "__main__":
    raise SystemExit(main())
