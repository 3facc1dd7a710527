"""Processor time of whole builds, as a user starts them: the real order, and a build with nothing to do.

    python -m benchmarks.build_speed [--runs 5]

Each run is a process of its own (imports included); user + system time of the process and its workers, the
median of the runs.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def seconds(*args: str) -> float:
    """User and system time of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "pipeline", *args], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = ("--out", f"{name}/normalized", "--reports", f"{name}/reports")
        whole = [seconds("build", *folders, "--force") for _ in range(args.runs)]
        nothing = [seconds("build", *folders) for _ in range(args.runs)]
    print(f"build of the real order  {statistics.median(whole):.2f} s  (goal ≤ 2 s)")
    print(f"nothing to do            {statistics.median(nothing):.2f} s  (goal well under 1 s)")


if __name__ == "__main__":
    main()
