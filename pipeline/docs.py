"""Makes `datasets.md`, `findings.md`, `cli.md` and `limits.md` in `docs/` from what the program itself uses.

`python -m pipeline.docs [FOLDER]` writes them (default `docs/`); a test holds the committed files against
this module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.checks.findings import Entry, catalogue
from pipeline.datasets import Dataset, Field, normalized, reports
from pipeline.docs_cli import cli_page
from pipeline.docs_limits import limits_page

_DATASETS = """\
# Datasets

Made by `python -m pipeline.docs` from `pipeline/data/datasets.csv`; edit that file, not this one.

`normalized/` holds each dataset as `NAME.csv` and `NAME.json`, its JSON Schema in `schemas/`, the tables for
a database in `schemas/schema.sql`, and two descriptions of all CSV files with their primary and foreign
keys: `datapackage.json` (Data Package v2) and `csv-metadata.json` (CSV on the Web). Tables that no profile
knows stand in `tables/` as they are.

- **CSV** is canonical and exact: UTF-8 without BOM, RFC 4180 with LF, a header row, an empty cell is null,
  items of a list are joined by ` | `. Values are written as they are, also one that begins with `=`, `+`, `-`
  or `@`, which a spreadsheet would take for a formula: to open the findings in a spreadsheet use
  `reports/discrepancies.xlsx`, whose cells are all text.
- **JSON** is an array with one object a line, the same fields in the same order; lists are arrays.
- **Other formats** on request, `prikaz build --format parquet,sqlite,duckdb,xlsx,jsonl`: what each
  holds, and how to load it, is in [downstream.md](downstream.md).
- `X_raw` is the text as it stands in the source, joined over line and page breaks, otherwise untouched.
- Rows stand in document order. Ids depend on content, never on a position or a run.
- EDTF is the [Extended Date/Time Format](https://www.loc.gov/standards/datetime/): `2021-07`,
  `2021-08/2021-10`, `../2020-11-15` («до 15 ноября 2020 года»).
"""

_FINDINGS = """\
# Findings

Made by `python -m pipeline.docs` from `pipeline/data/findings.csv`; edit that file, not this one.

Everything odd in an order is a finding with a stable code. It stands in `reports/discrepancies.csv`, `.json`,
`.xlsx` and `.html` until somebody decides it; its id depends on content, so that what was decided stays
decided.

**error**: the data are wrong or contradict themselves. **warning**: probably wrong. **info**: good to know. A
check may give a single finding another severity than the usual one named here.
"""


def datasets_page() -> str:
    """`docs/datasets.md`."""
    parts = [_DATASETS, "## `normalized/`\n", _overview(normalized())]
    parts += [_dataset(d) for d in normalized()]
    parts += ["## `reports/`\n", _overview(reports()), *(_dataset(d) for d in reports())]
    return "\n".join(parts)


def findings_page() -> str:
    """`docs/findings.md`."""
    entries = catalogue().values()
    rows = [[f"[`{e.code}`](#{e.code})", e.severity, e.title["en"]] for e in entries]
    return "\n".join([_FINDINGS, _table(["code", "severity", "when"], rows), *(_entry(e) for e in entries)])


PAGES = {
    "datasets.md": datasets_page,
    "findings.md": findings_page,
    "cli.md": cli_page,
    "limits.md": limits_page,
}


def main(folder: Path) -> None:
    """Write all pages into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8", newline="\n")


def _overview(datasets: Sequence[Dataset]) -> str:
    rows = [[f"[`{d.name}`](#{d.name})", d.description["en"], ", ".join(d.primary_key)] for d in datasets]
    return _table(["dataset", "what", "primary key"], rows)


def _dataset(dataset: Dataset) -> str:
    rows = [[f"`{f.name}`", _type(f), f.description["en"], f"`{f.example}`"] for f in dataset.fields]
    return "\n".join(
        [
            f"### {dataset.name}\n",
            f"{dataset.description['en']}. ({dataset.description['ru']}.)\n",
            _table(["field", "type", "what", "example"], rows),
        ]
    )


def _type(field: Field) -> str:
    text = field.type + (f" ({field.format})" if field.format not in ("", "id", "row-id", "iso-date") else "")
    if field.values:
        text += ": " + ", ".join(f"`{value}`" for value in field.values)
    if field.primary_key:
        text += ", key"
    if field.foreign_key:
        text += f" → `{'.'.join(field.foreign_key)}`"
    return text + (", may be empty" if field.nullable else "")


def _entry(entry: Entry) -> str:
    return (
        f"### {entry.code}\n\n"
        f"**{entry.title['en']}** ({entry.severity}; «{entry.title['ru']}»). {entry.explanation['en']}\n\n"
        f"*For example:* {entry.example['en']}\n\n"
        f"*What to do:* {entry.what_to_do['en']}\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs"))
