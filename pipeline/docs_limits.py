"""Makes `docs/limits.md` from `data/limits.csv`."""

from __future__ import annotations

import csv
from importlib import resources

from pipeline.messages import say

_HEAD = """\
# Limits

Made by `python -m pipeline.docs` from `pipeline/data/limits.csv`; edit that file, not this one.

Each source is read in a process of its own, so that no file stops the others: one that needs more than it may
is refused with one line that names the limit, and stands in the report as `source-unreadable`.

- **Time**: `--timeout`, 60 s a source; a scan gets more for each page.
- **Memory**: `--memory`, 1 GiB a source, helper programs included.
- **The rest**: `--limit NAME=VALUE` on `prikaz build` and `prikaz extract`, several times if need be; sizes
  as `512M` or `1G`, counts as numbers: `prikaz build --limit pdf_pages=5000 --limit zip_total_bytes=1G`.

XML deeper than 255 levels is refused whatever `xml_depth` says: libxml2 reads no deeper.

| limit | default | what is counted | protects against | source |
| --- | --- | --- | --- | --- |
"""


def limits_page() -> str:
    """`docs/limits.md`."""
    file = resources.files("pipeline") / "data" / "limits.csv"
    lines = [
        f"| `{row['name']}` | {row['default']} | {say('limit.' + row['name'], 'en')} | {row['protects_en']} "
        f"| {row['source']} |\n"
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    ]
    return _HEAD + "".join(lines)
