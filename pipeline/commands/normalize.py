"""`prikaz normalize`: single values, one JSON object a line."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import LANG

if TYPE_CHECKING:
    from pipeline.model import Value

TYPES = ("school", "organization", "person", "municipality", "date", "number", "text")


@click.command()
@click.option("--type", "kind", type=click.Choice(TYPES), required=True, help="What the values are.")
@click.option("--region", help="The region that the values are from («Смоленская область»).")
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@LANG
def normalize(kind: str, region: str | None, values: tuple[str, ...], lang: str) -> None:
    """Normalize each VALUE (or line of stdin): one JSON object a line."""
    from pipeline.normalizers import NORMALIZERS
    from pipeline.normalizers.context import Context
    from pipeline.run import Settings, load_reference

    function = NORMALIZERS[kind]
    context = Context(region=region, reference=load_reference(Settings().reference_folder))
    lines = values or (line.rstrip("\n") for line in click.get_text_stream("stdin", encoding="utf-8"))
    for raw in lines:
        json.dump(value_json(function(raw, context), lang), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")


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
