"""The executors of one activity in two witnesses: one cell, split into pairs of organization and person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Record, Value
from pipeline.witness_findings import Differences
from pipeline.witness_values import Outcome, judge, suspect


def compared(
    row: Record, other: Record, ours: Sequence[Record], theirs: Sequence[Record], told: Differences
) -> list[Record]:
    """The executors of one activity: pair by pair where both have as many, else as one cell."""
    if len(ours) == len(theirs):
        found = []
        for a, b in zip(ours, theirs, strict=True):
            values = dict(a.values)
            sure = a.values["raw"].confidence, b.values["raw"].confidence
            if bool(a.raw("person")) != bool(b.raw("person")):  # one was split otherwise: the texts tell
                whole = [r.values["raw"] for r in (a, b)]
                judged = judge("raw", whole[0], whole[1], b.place)
                told.value("raw", a, b, replace(judged, value=whole[0], outcome=_not_taken(judged.outcome)))
                found.append(a)
                continue
            for name in ("organization", "person"):
                first, second = (
                    replace(r.values[name], confidence=s) for r, s in zip((a, b), sure, strict=True)
                )
                if first.raw or second.raw:
                    judged = judge(name, first, second, b.place)
                    told.value(name, a, b, judged)
                    values[name] = replace(judged.value, confidence=None)
                    if judged.outcome in ("same", "notation"):
                        values["raw"] = replace(values["raw"], confidence=judged.value.confidence)
            witnesses = (*a.witnesses, *((b.place,) if b.place is not None else ()))
            found.append(replace(a, values=values, witnesses=witnesses))
        return found
    cells = [_cell(ours), _cell(theirs)]
    judged = judge("executors", cells[0], cells[1], other.place)
    pseudo = [
        replace(r, values={**r.values, "executors": c}) for r, c in zip((row, other), cells, strict=True)
    ]
    told.value("executors", pseudo[0], pseudo[1], judged)
    doubtful = not ours or (cells[0].confidence is not None and cells[0].confidence < suspect())
    if theirs and doubtful and judged.outcome == "taken":
        own = {"row": row.context.get("row"), "appendix": row.context.get("appendix")}
        return [
            replace(r, place=row.place, context={**r.context, **own}, witnesses=(r.place,) if r.place else ())
            for r in theirs
        ]
    return list(ours)


def _not_taken(outcome: Outcome) -> Outcome:
    return "open" if outcome == "taken" else outcome


def _cell(executors: Sequence[Record]) -> Value:
    """The executors of an activity as one value."""
    raw = "; ".join(r.raw("raw") for r in executors)
    sure = [c for r in executors if (c := r.values["raw"].confidence) is not None]
    where = next((r.values["raw"].place or r.place for r in executors), None)
    text = "; ".join(" / ".join(filter(None, (r.text("organization"), r.text("person")))) for r in executors)
    return Value(raw, text or None, confidence=min(sure, default=None), place=where)
