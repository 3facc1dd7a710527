"""`changes.html`: what differs from the build before, row by row, and why; one file, nothing from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipeline import messages
from pipeline.changes import RowChange, counts, say_why
from pipeline.datasets import all_datasets, csv_text
from pipeline.report import html
from pipeline.report.differences import differences, is_latin_twin, visible
from pipeline.report.views import field_label

if TYPE_CHECKING:
    from pipeline.changes_kept import Compared

_MOST = 500  # rows of one dataset that the page shows
_MOST_FINDINGS = 100
_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def write(
    found: list[RowChange], findings: dict[str, list[str]], compared: Compared, folder: Path, lang: str
) -> None:
    """Write `changes.html` in `lang`."""

    def say(key: str, **args: object) -> str:
        return messages.say(key, lang, **args)

    style = html.asset("report.css") + html.asset("changes.css")
    counted = counts(found)
    datasets = [
        {
            "name": name,
            "about": all_datasets()[name].description[lang],
            "counts": {kind: counted[name][kind] for kind in _SIGNS if counted[name][kind]},
            "rows": [_row(c, lang) for c in found if c.dataset == name][:_MOST],
            "total": counted[name].total(),
        }
        for name in counted
    ]
    causes = Counter(w.cause for c in found for w in c.why).most_common()
    text = (
        html.environment()
        .get_template("changes.html")
        .render(
            t=say,
            lang=lang,
            diff=differences,
            visible=visible,
            is_latin_twin=is_latin_twin,
            policy=html.policy(style, None),
            style=Markup(style),
            datasets=datasets,
            causes=causes,
            findings=_findings(findings, compared),
            signs=_SIGNS,
        )
    )
    (folder / "changes.html").write_bytes(text.encode("utf-8", "replace"))


def _row(change: RowChange, lang: str) -> dict[str, Any]:
    told = [c for c in change.cells if not c.field.endswith("_id")]  # ids follow from what they are ids of
    return {
        "kind": change.kind,
        "id": change.id,
        "was": change.was,
        "label": change.label or change.id,
        "why": say_why(change.why, lang) if not change.cells else "",
        "cells": [
            {
                "field": field_label(change.dataset, cell.field, lang),
                "old": csv_text(cell.old),
                "new": csv_text(cell.new),
                "why": say_why(cell.why, lang),
            }
            for cell in told or change.cells
        ],
    }


def _findings(changed: dict[str, list[str]], compared: Compared) -> list[tuple[str, int, Sequence[str]]]:
    """(new, gone, decided; how many; their sentences)."""
    before = compared.before.findings if compared.before is not None else []
    said = {str(f["discrepancy_id"]): str(f["message"]) for f in (*before, *compared.now.findings)}
    return [
        (kind, len(ids), [said.get(i, i) for i in ids[:_MOST_FINDINGS]])
        for kind, ids in changed.items()
        if ids
    ]
