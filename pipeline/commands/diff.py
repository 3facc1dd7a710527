"""`prikaz diff`: what changed between two builds, and why."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import LANG

if TYPE_CHECKING:
    from pipeline.changes import CellChange, RowChange

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@click.command(short_help="Say which rows and cells changed, and why.")
@click.argument("old")
@click.argument("new", default=".")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines for people.")
@LANG
def diff(old: str, new: str, as_json: bool, lang: str) -> None:
    """Say which rows and cells changed from OLD to NEW, and why.

    Each is a project folder, a folder of datasets, or a git revision (NEW: the working folder by default).
    """
    from pipeline import changes
    from pipeline.changes_read import snapshot

    before, after = snapshot(old), snapshot(new)
    found = changes.diff(before, after)
    findings = changes.findings_changed(before, after)
    if as_json:
        json.dump(changes.as_json(old, new, found, findings, lang), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    _lines(found, findings, lang)


def _lines(found: list[RowChange], findings: dict[str, list[str]], lang: str) -> None:
    from pipeline.changes import counts, say_why
    from pipeline.messages import say
    from pipeline.safe import printable

    if not found:
        click.echo(say("diff.nothing", lang))
    for dataset, counted in counts(found).items():
        numbers = {kind: counted[kind] for kind in _SIGNS}
        click.echo(say("diff.dataset", lang, dataset=dataset, **numbers))
        for change in (c for c in found if c.dataset == dataset):
            was = f" ← {change.was}" if change.was else ""
            head = printable(f"{_SIGNS[change.kind]} {change.id}{was}  {change.label}")
            click.echo(f"  {head}" + ("" if change.cells else f"  [{say_why(change.why, lang)}]"))
            for cell in change.cells:
                click.echo("      " + printable(_cell(cell, lang)))
    if found:
        causes = Counter(w.cause for c in found for w in c.why)
        told = ", ".join(f"{say(f'diff.cause.{cause}', lang)}: {n}" for cause, n in causes.most_common())
        click.echo(say("diff.causes", lang, causes=told))
    if any(findings.values()):
        click.echo(say("diff.findings", lang, **{k: len(v) for k, v in findings.items()}))


def _cell(cell: CellChange, lang: str) -> str:
    from pipeline.changes import say_why
    from pipeline.datasets import csv_text

    old, new = (csv_text(value) or "–" for value in (cell.old, cell.new))
    return f"{cell.field}: {old} → {new}  [{say_why(cell.why, lang)}]"
