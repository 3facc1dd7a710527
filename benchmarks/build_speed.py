"""Processor time of whole builds, as a user starts them: the real order, and a thousand made-up ones.

    python -m benchmarks.build_speed [--runs 5] [--orders 1000]

Each run is a process of its own (imports included); user + system time of the process and its workers, the
median of the runs. Of the thousand orders: the first build, one order edited, a lexicon edited (in a copy of
the program), a decision written, nothing changed; each once.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import forms, orders

ROOT = Path(__file__).parent.parent
_DECISION = (
    "- set: {dataset: training_sites, match: {school: нет такой}, field: school, value: МБОУ СОШ № 1}\n"
)


def seconds(*args: str, cwd: Path = ROOT, program: Path = ROOT) -> float:
    """User and system time of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "pipeline", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(program)},
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def many(number: int, folder: Path) -> None:
    """Builds of `number` made-up orders, one after the other."""
    raw, program = folder / "raw", folder / "program"
    raw.mkdir()
    shutil.copytree(ROOT / "pipeline", program / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for seed in range(number):
        forms.make_text(raw / f"order{seed:05}.txt", orders.generate(seed)[0])

    def build(what: str, goal: str = "") -> None:
        print(f"{what:<34} {seconds('build', cwd=folder, program=program):6.2f} s  {goal}", flush=True)

    build(f"{number} orders, first build")
    build("nothing to do", "(goal < 1 s)")
    forms.make_text(raw / "order00000.txt", orders.generate(number)[0])
    build("one order edited", "(goal < 10 s)")
    for name in ("russian_bigrams", "months", "school_types"):
        file = program / "pipeline" / "data" / "lexicons" / f"{name}.csv"
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        build(f"lexicon {name} edited")
    (raw / "decisions.yaml").write_text(_DECISION, encoding="utf-8")
    build("a decision written")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--orders", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = ("--out", f"{name}/normalized", "--reports", f"{name}/reports")
        whole = [seconds("build", *folders, "--force") for _ in range(args.runs)]
        nothing = [seconds("build", *folders) for _ in range(args.runs)]
    print(f"{'build of the real order':<34} {statistics.median(whole):6.2f} s  (goal ≤ 2 s)")
    print(f"{'nothing to do':<34} {statistics.median(nothing):6.2f} s  (goal well under 1 s)", flush=True)
    if args.orders:
        with tempfile.TemporaryDirectory() as name:
            many(args.orders, Path(name))


if __name__ == "__main__":
    main()
