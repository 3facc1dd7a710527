"""`make bench`: every benchmark that needs nothing from outside, one after the other.

Those that measure against data that are not part of the project (ICDAR 2013, KLADR) take a path; see
README.md.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    ("gate",),
    ("build_speed",),
    ("docx_speed",),
    ("pdf_speed",),
    ("order_forms", "--orders", "40"),
    ("labelled_orders", "--orders", "300"),
    ("schools_generator",),
    ("schools_speed",),
)


def main() -> int:
    failed = 0
    for name, *args in BENCHMARKS:
        print(f"\n== {name} {' '.join(args)}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *args], check=False).returncode != 0
        )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
