"""The title page of one order in two witnesses: number, date, title, issuer, signatory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.ids import fold
from pipeline.model import Change, Json, OrderData, Record, Value, note
from pipeline.normalizers import date, number
from pipeline.normalizers.context import Context
from pipeline.witness_findings import Differences
from pipeline.witness_text import same
from pipeline.witness_values import Judgement, Outcome, damaged, judge

_JUDGED = ("title", "issuer", "signatory", "signatory_position")
_DERIVED = ("region", "period")
_READ = 0.9  # confidence of a line of a scan that two readings agree on (`agree` of data/scan.csv)
_DOUBTFUL = 0.55  # … on which they differ (`differ`)


def merged(lead: OrderData, order: Record, other: OrderData, told: Differences) -> Record:
    """The order's record after `other` was compared with it: what is missing is taken, what is damaged is
    corrected, all that differs is told.
    """
    values: dict[str, Value] = dict(order.values)
    theirs = {name: _as_read(other, value) for name, value in other.order.values.items()}
    bare = not any(other.order.raw(name) for name in _JUDGED)
    for name in ("number", "date"):
        if not (bare and values[name].text == other.order.text(name)):
            values[name] = _pooled(name, lead, order, other, told)
    if bare and any(order.raw(name) for name in _JUDGED):
        told.no_title_page(order)
    for name in () if bare else _JUDGED:
        a, b = values.get(name, Value("", None)), theirs.get(name, Value("", None))
        if not (a.raw or b.raw):
            continue
        judged = judge(name, _as_read(lead, a), b, b.place)
        if not b.raw:  # a transcription often begins with the tables
            judged = replace(judged, severity="info")
        told.value(name, order, other.order, judged)
        values[name] = replace(judged.value, confidence=a.confidence)
    _appendices(lead, other, order, told)
    for name in _DERIVED:
        if not values.get(name, Value("", None)).text and name in theirs:
            values[name] = theirs[name]
    context = dict(order.context)
    for name in ("announced", "headed"):  # appendices that either names or has a heading of
        both = (c.get(name) for c in (order.context, other.order.context))
        context[name] = list[Json](sorted({str(x) for said in both if isinstance(said, list) for x in said}))
    return replace(order, values=values, context=context)


def _pooled(name: str, lead: OrderData, order: Record, other: OrderData, told: Differences) -> Value:
    """Number or date as all their places in both witnesses tell it together."""
    a, b = order.values.get(name, Value("", None)), other.order.values.get(name, Value("", None))
    if not (a.raw or b.raw):
        return a
    if same(a.raw, b.raw):
        told.value(name, order, other.order, Judgement(a, "same"))
        return a
    alone = [_normal(name, v.raw) for v in (a, b)]
    if alone[0] == alone[1] != "":
        told.value(name, order, other.order, Judgement(a, "notation", "info"))
        return a
    read = any(_as_read(o, v).confidence is not None for o, v in ((lead, a), (other, b)))
    grave = "info" if not b.raw else "warning" if read or not a.raw else "error"
    raws = [*_mentions(lead, name), *_mentions(other, name)]
    best = b if not a.text else _reconciled(name, raws)
    if not best.text or best.text == a.text:
        outcome: Outcome = "kept" if a.text == b.text or damaged(b) else "open"
        told.value(
            name, order, other.order, Judgement(a, outcome, grave, None if a.text == b.text else b.text)
        )
        return a
    evidence = (note("witness.pooled", n=len(raws), value=best.text),)
    change = Change("witness", a.text or a.raw, best.text, "inferred", 1.0, evidence)
    value = replace(best, raw=a.raw, place=a.place, changes=(*a.changes, change), status="fixed")
    value = replace(value, problems=a.problems)
    told.value(name, order, other.order, Judgement(value, "taken", grave, best.text))
    return value


def _appendices(lead: OrderData, other: OrderData, order: Record, told: Differences) -> None:
    """Number and date in the heads of the appendices: «к приказу от … № …»."""
    for name in ("number", "date"):
        ours, theirs = _by_appendix(lead, name), _by_appendix(other, name)
        for appendix in ours.keys() & theirs.keys():
            (raw_a, place_a), (raw_b, place_b) = ours[appendix], theirs[appendix]
            if not same(raw_a, raw_b):
                a, b = (Value(r, _normal(name, r) or None) for r in (raw_a, raw_b))
                equal = bool(a.text) and a.text == b.text
                severity = "info" if equal else "warning"
                where = (place_a or lead.source.path, place_b or other.source.path)
                told.mention(
                    order, name, (a, b), where, Judgement(a, "notation" if equal else "open", severity)
                )


def _by_appendix(order: OrderData, kind: str) -> dict[str, tuple[str, str]]:
    said = order.order.context.get("mentions")
    found: dict[str, tuple[str, str]] = {}
    for m in said if isinstance(said, list) else []:
        if isinstance(m, Mapping) and m.get("kind") == kind and m.get("appendix") is not None:
            found.setdefault(str(m["appendix"]), (str(m["raw"]), str(m.get("place") or "")))
    return found


def _reconciled(name: str, raws: Sequence[str]) -> Value:
    return (number.reconcile if name == "number" else date.reconcile)(raws, Context())[0]


def _normal(name: str, raw: str) -> str:
    return (number.normalize if name == "number" else date.normalize)(raw, Context()).text or ""


def _mentions(order: OrderData, kind: str) -> list[str]:
    said = order.order.context.get("mentions")
    mentions: list[Json] = said if isinstance(said, list) else []
    return [str(m["raw"]) for m in mentions if isinstance(m, Mapping) and m.get("kind") == kind]


def _as_read(order: OrderData, value: Value) -> Value:
    """A value of the text around the tables with the confidence of its lines, if they were read from a
    picture.
    """
    notes = order.document.notes
    page = value.place.page if value.place is not None else None
    if not value.raw or not any(n.key == "scan.page-read" and n.args.get("page") == page for n in notes):
        return value
    doubts = [
        n.args
        for n in notes
        if n.key in ("scan.text-doubtful", "scan.text-unsure") and n.args.get("page") == page
    ]
    lines = [(fold(str(d.get("text"))), str(d.get("other"))) for d in doubts]
    raw = fold(value.raw)
    other = tuple(o for text, o in lines if text in raw or raw in text)
    return replace(value, confidence=_DOUBTFUL if other else _READ, readings=other)
