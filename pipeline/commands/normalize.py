"""`prikaz normalize`: single values, one JSON object a line."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pipeline.commands.options import LANG, write_out

if TYPE_CHECKING:
    from pipeline.model import Value

TYPES = ("school", "organization", "person", "municipality", "date", "number", "text")


@click.command(short_help="Normalize values, one JSON object a line.")
@click.option("--type", "kind", type=click.Choice(TYPES), required=True, help="What the values are.")
@click.option("--region", help="The region that the values are from («Смоленская область»).")
@click.option(
    "--reference",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("raw/reference"),
    show_default=True,
    help="Folder of reference data to judge by.",
)
@click.option(
    "--together", is_flag=True, help="The values are of one order: each is judged by the others, too."
)
@click.option("--explain", is_flag=True, help="Print how each value came about, for people, instead of JSON.")
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@LANG
def normalize(
    kind: str,
    region: str | None,
    folder: Path,
    together: bool,
    explain: bool,
    values: tuple[str, ...],
    lang: str,
) -> None:
    """Normalize each VALUE (or line of stdin): one JSON object a line."""
    from pipeline.normalizers import NORMALIZERS
    from pipeline.normalizers.context import Context
    from pipeline.normalizers.text import clean
    from pipeline.place import single
    from pipeline.run import load_reference

    function = NORMALIZERS[kind]
    context = Context(region=region, reference=load_reference(folder))
    stdin = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    asked = click.get_current_context().get_parameter_source("folder")
    placed = region is not None or asked is not ParameterSource.DEFAULT  # else it may be of another region
    lines: Iterable[str] = values or (line.rstrip("\r\n") for line in stdin)
    if together:
        lines = list(lines)
        context = replace(context, seen={kind: Counter(clean(raw)[0] for raw in lines if raw.strip())})
    for raw in lines:
        value = function(raw, context)
        if kind == "school" and placed:
            value = single(value, region, context.reference)
        if explain:
            write_out(derivation(value, lang))
        else:
            write_out(json.dumps(value_json(value, lang), ensure_ascii=False))


def derivation(value: Value, lang: str = "en") -> str:
    """How a value came about, step by step, for people."""
    from pipeline.messages import say

    status = say(f"cli.status.{value_json(value)['status']}", lang)
    lines = [value.raw, f"  → {value.text if value.text is not None else '—'}   ({status})"]
    for n, change in enumerate(value.changes, 1):
        why = "; ".join(say(e, lang) for e in change.evidence)
        lines.append(f"  {n}. {change.before} → {change.after}   {change.rule}, {change.confidence:.1%}")
        if why:
            lines.append(f"     {why}")
    for candidate in value.candidates:
        why = "; ".join(say(e, lang) for e in candidate.evidence)
        lines.append(f"  ? {candidate.value}   {candidate.confidence:.1%}" + (f": {why}" if why else ""))
    lines.extend(f"  ! {say(problem.message, lang)}" for problem in value.problems)
    lines.extend(f"    {name}: {part}" for name, part in value.parts.items() if part is not None)
    return "\n".join(lines)


def value_json(value: Value, lang: str = "en") -> dict[str, object]:
    """A value as `prikaz normalize` prints it."""
    from pipeline.messages import say

    return {
        "raw": value.raw,
        "value": value.text,
        "parts": dict(value.parts),
        "changes": [
            {
                "rule": c.rule,
                "before": c.before,
                "after": c.after,
                "kind": c.kind,
                "confidence": round(c.confidence, 4),
                "evidence": [say(n, lang) for n in c.evidence],
            }
            for c in value.changes
        ],
        "candidates": [
            {
                "value": c.value,
                "confidence": round(c.confidence, 4),
                "evidence": [say(n, lang) for n in c.evidence],
            }
            for c in value.candidates
        ],
        "status": "fixed" if value.status == "kept" and value.changes else value.status,
        "problems": [{"code": p.code, "message": say(p.message, lang)} for p in value.problems],
    }
