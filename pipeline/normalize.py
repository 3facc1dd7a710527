"""Raw values become canonical values: one order's records, with what the order itself says as evidence.

Two passes. The first only counts what the order says (`Context.seen`); the second normalizes every value
with that context. Executors are split into (organization, person) pairs here, because their text is one
cell in the source.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import regex

from pipeline import lexicons, limits
from pipeline.ids import fold
from pipeline.interpret import Interpreted
from pipeline.interpret_sections import clean_number
from pipeline.model import Change, Json, Problem, Record, Value, bare, note
from pipeline.normalizers import (
    date,
    executors,
    municipality,
    number,
    organization,
    person,
    readings,
    school,
    text,
)
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_votes import seen_keys
from pipeline.order_text import Mention
from pipeline.replacing import replace
from pipeline.signature import Line

if TYPE_CHECKING:
    from pipeline.reference import Reference

_PERIOD = regex.compile(
    r"\b(?:на|в|за)\s+(?P<period>(?:19|20)\d\d\s*(?:[-–—/]\s*(?:19|20)?\d\d)?\s*"
    r"(?:уч(?:\.|ебн\p{Ll}*)\s*)?(?:гг?\b\.?|год\p{Ll}*))"
)
_TYPED = {
    "school": school.normalize,
    "municipality": municipality.normalize,
    "date": date.normalize,
    "text": text.normalize,
    "organization": organization.normalize,
    "person": person.normalize,
    "number": number.normalize,
}
# the values of one order: type, raw text, and what differs in the context from row to row
Known: TypeAlias = dict[tuple[str, str, str | None, str | None, str | None], Value]

_ON_TITLE_PAGES = frozenset({"text", "number", "date", "organization", "person"})


@dataclass(frozen=True, slots=True)
class Normalized:
    """The order's record and those of its tables, values canonical; ids are not set yet."""

    order: Record
    records: tuple[Record, ...]
    context: Context


def normalize(found: Interpreted, order: Record, reference: Reference | None = None) -> Normalized:
    """All values of one order. `order` holds the raw values of the title page (see `order_record`)."""
    region = found.text.region
    seen = _count(found, region, reference)
    context = Context(seen=seen, region=region, reference=reference)
    order = _order(order, found.text.numbers, found.text.dates, context)
    context = replace(context, order_date=_day(order), period=_period(order), sure=_surely(found))
    records: list[Record] = []
    known: Known = {}
    for record in found.records:
        records.extend(_record(record, context, known))
        limits.current().check("order_rows", len(records))  # a row may hold several
    return Normalized(order, tuple(records), context)


def kinds(found: Interpreted) -> set[str]:
    """The field types of an order: lexicons of other types do not bear on it."""
    types = {kind for record in found.records for kind in _types(record).values()}
    return (types | _ON_TITLE_PAGES) & (_TYPED.keys() | {"executors"})


# ------------------------------------------------------------------------------------------ the title page


def order_record(found: Interpreted) -> Record:
    """The `orders` record with raw values as the title page has them."""
    words = found.text
    values = {
        "number": _first(words.numbers),
        "date": _first(words.dates),
        "title": _line(words.title),
        "issuer": _line(words.issuer),
        "signatory": _line(words.signatory),
        "signatory_position": _line(words.position),
    }
    place = next((v.place for v in values.values() if v.place is not None), None)
    return Record("orders", values, place)


def _normal(kind: str, raw: str, context: Context, known: Known) -> Value:
    """The canonical value of a field type. What is too long for one is kept as it stands, and told."""
    key = (kind, raw, context.column, context.group, context.municipality)
    if key not in known:  # long lists say the same again and again
        known[key] = _normal_anew(kind, raw, context)
    return known[key]


def _normal_anew(kind: str, raw: str, context: Context) -> Value:
    if kind != "text" and len(raw) > limits.current().value_chars:
        return replace(text.normalize(raw, context), status="suggested", problems=(_too_long(raw),))
    return _TYPED[kind](raw, context)


def _too_long(raw: str) -> Problem:
    allowed = limits.current().value_chars
    return Problem("ocr-suspect", note("values.too-long", n=len(raw), allowed=allowed))


def _line(line: Line | None) -> Value:
    if line is None:
        return bare(None)
    raw = text.join_lines(line.text)
    return Value(raw, raw or None, place=line.place)


def _first(mentions: Sequence[Mention]) -> Value:
    if not mentions:
        return bare(None)
    return Value(mentions[0].raw, mentions[0].raw, place=mentions[0].place)


def _order(order: Record, numbers: Sequence[Mention], dates: Sequence[Mention], context: Context) -> Record:
    values = dict(order.values)
    if numbers:
        value, problems = number.reconcile([m.raw for m in numbers], context)
        values["number"] = replace(value, place=numbers[0].place, problems=(*value.problems, *problems))
    if dates:
        value, problems = date.reconcile([m.raw for m in dates], context)
        values["date"] = replace(value, place=dates[0].place, problems=(*value.problems, *problems))
    for name, kind in (
        ("title", "text"),
        ("issuer", "organization"),
        ("signatory", "person"),
        ("signatory_position", "text"),
    ):
        if values[name].raw:
            values[name] = _keep(values[name], _normal_anew(kind, values[name].raw, context))
    values["region"] = bare(context.region)
    values["period"] = _title_period(values["title"], context)
    mentions: list[Json] = [
        {"kind": kind, "raw": m.raw, "appendix": m.appendix, "place": str(m.place) if m.place else None}
        for kind, found in (("number", numbers), ("date", dates))
        for m in found
    ]
    return replace(order, values=values, context={**order.context, "mentions": mentions})


def _title_period(title: Value, context: Context) -> Value:
    found = _PERIOD.search(title.text or "")
    if found is None:
        return bare(None)
    value = date.normalize(found["period"], context)
    if any(p.message.key == "date.no.backwards" for p in value.problems):
        return replace(value, place=title.place)  # «на 2023-2022 годы»: the title itself is wrong
    return replace(value, raw="", changes=(), problems=(), place=title.place)


def _day(order: Record) -> dt.date | None:
    start = order.part("date", "start")
    return dt.date.fromisoformat(start) if isinstance(start, str) else None


def _period(order: Record) -> tuple[dt.date, dt.date] | None:
    start, end = order.part("period", "start"), order.part("period", "end")
    if isinstance(start, str) and isinstance(end, str):
        return dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return None


# ------------------------------------------------------------------------------------------------- records


def _count(found: Interpreted, region: str | None, reference: Reference | None) -> dict[str, Counter[str]]:
    """First pass: what the order says, per field type."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    plain = Context(region=region, reference=reference)
    schools: list[tuple[str, str | None, str]] = []
    headings: set[str] = set()
    for record in found.records:
        types = _types(record)
        if (heading := record.raw("municipality")) and types.get("municipality") == "municipality":
            headings.add(heading)
        for name, kind in types.items():
            raw = record.raw(name)
            if not raw or len(raw) > limits.current().value_chars:
                continue
            if kind == "executors":
                for part in executors.split(raw, plain):
                    for kind_of, value in (("organization", part.organization), ("person", part.person)):
                        if value is not None and value.raw:
                            seen[kind_of][text.clean(value.raw)[0]] += 1
            elif kind == "school":
                schools.append((name, heading or None, text.clean(raw)[0]))
            else:
                seen[kind][text.clean(raw)[0]] += 1
    if names := organization.definitions(found.text.body):  # «… (далее — СОИРО)»
        seen["definition"] = Counter(names)
    if found.text.signatory is not None:
        seen["person"][text.clean(found.text.signatory.text)[0]] += 1
    named = replace(plain, seen=dict(seen))
    groups = {raw: _group(raw, named) for raw in headings}
    for name, group, cleaned in schools:
        for key in seen_keys(name, groups.get(group, group) if group else None):
            seen[key][cleaned] += 1
    return dict(seen)


def _group(raw: str, context: Context) -> str:
    """What a group of rows is called, however its heading was read."""
    if len(raw) > limits.current().value_chars:
        return raw
    return municipality.normalize(raw, context).text or raw


def _types(record: Record) -> dict[str, str]:
    types = record.context.get("types")
    return {str(k): str(v) for k, v in types.items()} if isinstance(types, dict) else {}


def _record(record: Record, context: Context, known: Known) -> Iterator[Record]:
    types = _types(record)
    if (group := record.raw("municipality")) and types.get("municipality") == "municipality":
        normalized = _normal("municipality", group, context, known)
        context = replace(context, municipality=normalized.text)
    values: dict[str, Value] = {}
    split: list[executors.Executor] = []
    for name, value in record.values.items():
        kind = types.get(name, "text")
        if kind == "executors":
            split = _split(value.raw, context)
            record = replace(record, values={**record.values, name: _agreed(value, split, context)})
        elif kind == "item-number" or name in ("section_no",):
            values[name] = _number(value)
        elif value.raw:
            reading = str(value.parts.get("reading", value.raw))
            around = _placed(context, record, name, kind)
            kept = _keep(value, _normal(kind, reading, around, known))
            values[name] = _settled(kept, kind, around, known)
        else:
            values[name] = value
    if "deadline" in values:
        for name, part in (("start_date", "start"), ("end_date", "end")):
            day = values["deadline"].parts.get(part)
            values[name] = bare(str(day) if day else None)
    appendix = record.context.get("appendix")
    values["appendix"] = bare(str(appendix) if appendix else None)
    counted = {**record.context, "executors": len(split), "item_raw": record.raw("item_no")}
    yield replace(record, values=values, context=counted)
    yield from _executors(split, record)


def _settled(value: Value, kind: str, context: Context, known: Known) -> Value:
    """The value after the other readings of a doubtful cell were heard; free text is never respelled."""
    if kind == "text" or not value.readings:
        return value
    return readings.settled(
        value, lambda r: _normal(kind, r, context, known), context.sure.get(kind, frozenset())
    )


def _surely(found: Interpreted) -> dict[str, frozenset[str]]:
    """What the cells of a scan surely say, by field type."""
    least = lexicons.numbers("witness")["doubtful"]
    said: dict[str, set[str]] = defaultdict(set)
    for record in found.records:
        for name, kind in _types(record).items():
            value = record.values.get(name)
            if value is not None and value.raw and value.confidence is not None and value.confidence >= least:
                said[kind].add(fold(text.clean(value.raw)[0]))
    return {kind: frozenset(texts) for kind, texts in said.items()}


def _placed(context: Context, record: Record, name: str, kind: str) -> Context:
    """The context with the column and the group of a school's name."""
    if kind != "school":
        return context
    return replace(context, column=name, group=context.municipality or record.raw("municipality") or None)


def _split(raw: str, context: Context) -> list[executors.Executor]:
    """The executors in one cell; a text without end is one of them, as it stands."""
    if len(raw) > limits.current().value_chars:
        whole = replace(text.normalize(raw, context), status="suggested", problems=(_too_long(raw),))
        return [executors.Executor(whole, None, raw)]
    return executors.split(raw, context) if raw else []


def _agreed(value: Value, split: Sequence[executors.Executor], context: Context) -> Value:
    """The executors of a doubtful cell, sure if all its readings name the same ones."""
    numbers = lexicons.numbers("witness")
    if value.confidence is None or value.confidence >= numbers["doubtful"] or not value.readings:
        return value
    named = [_named(split), *(_named(_split(text.join_lines(r), context)) for r in value.readings)]
    same = named[0] and all(n == named[0] for n in named)
    return replace(value, confidence=numbers["sure"]) if same else value


def _named(split: Sequence[executors.Executor]) -> list[tuple[str, ...]]:
    return [tuple(fold((v.text or "") if v else "") for v in (e.organization, e.person)) for e in split]


def _executors(split: Iterable[executors.Executor], record: Record) -> Iterator[Record]:
    """The pairs of one cell; `context.row` and `context.appendix` lead back to their activity."""
    cell = record.values["executors"].place if "executors" in record.values else record.place
    empty = bare(None)
    of = record.values.get("executors", empty)
    for position, part in enumerate(split, 1):
        yield Record(
            "activity_executors",
            {
                "position": bare(str(position)),
                "organization": (part.organization or empty).at(cell),
                "person": (part.person or empty).at(cell),
                "raw": Value(
                    part.raw,
                    part.raw,
                    place=of.place,
                    confidence=of.confidence,
                    readings=of.readings if part.raw == of.raw else (),
                ),
            },
            record.place,
            context={
                "row": record.context.get("row"),
                "appendix": record.context.get("appendix"),
                "of": "activities",
            },
        )


def _number(value: Value) -> Value:
    """An item or group number: the number itself, without its closing dot."""
    if value.changes:
        return replace(value, text=clean_number(value.text or "") or value.text)
    plain = clean_number(value.raw) if value.raw else None
    if plain is None and value.raw:
        return replace(value, text=value.raw.strip() or None)
    return replace(value, raw=plain or "", text=plain)


def _keep(raw: Value, value: Value) -> Value:
    """A normalized value with the place and the readings of the raw one."""
    return replace(value, raw=raw.raw, place=raw.place, confidence=raw.confidence, readings=raw.readings)


def inferred(value: Value, new: str, rule: str, problem: Problem | None = None, **why: object) -> Value:
    """A value taken from elsewhere, with the inference logged."""
    change = Change(rule, value.text or "", new, "inferred", evidence=(note(f"infer.{rule}", **why),))
    problems = (*value.problems, problem) if problem else value.problems
    return replace(value, text=new, changes=(*value.changes, change), status="fixed", problems=problems)
