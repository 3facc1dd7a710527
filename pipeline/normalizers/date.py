"""Dates and deadlines → EDTF (ISO 8601-2:2019) with first and last day, or an honest `date-unparsed`.

The steps: `text.clean`; times of day, blanks and quotes dropped; phrases that say how often or by what plan
(`data/lexicons/date_phrases.csv`) taken out; the rest read by `date_grammar` as a whole: a text of which a
word is left over is no date. `parts`: `start`, `end` (ISO dates, None for open or unknown), `edtf`, `kind`
(day, month, year, quarter, half, season, study, decade, half-month, range, list, since, until; recurring,
schedule, throughout for phrases without a date; unparsed).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import regex

from pipeline import lexicons
from pipeline.model import Candidate, Change, Json, Note, Problem, Status, Value, note
from pipeline.normalizers import date_grammar as grammar
from pipeline.normalizers import date_spans as spans
from pipeline.normalizers import text
from pipeline.normalizers.context import Context
from pipeline.normalizers.date_words import Token, prepare, tokens

_SPACES = regex.compile(r"[\s_]+")
_EMPTY = regex.compile(r"[\s\-–—_.]*")
_LEAD = regex.compile(r"^\s*(?:от\b\s*|(?:в\s+)?(?:срок|период)\p{L}*\s*(?:[:–-]\s*)?)", regex.IGNORECASE)
_SHORT_YEARS = (
    (regex.compile(r"\b[тс]\s?\.\s?г(?:\s?\.|\b)", regex.IGNORECASE), "текущего года"),
    (regex.compile(r"\bг\s?\.\s?г\s?\.", regex.IGNORECASE), "гг."),
    (regex.compile(r"\bгода\s*\(?\s*(?:включительно)\)?", regex.IGNORECASE), "года"),
    (regex.compile(r"\bне\s+позд(?:нее|же)\s+(?:чем\s+)?(?:до\s+)?", regex.IGNORECASE), "до "),
    (regex.compile(r"(?<=\d)\s*-?(?:го\s+)?числа\b", regex.IGNORECASE), ""),
    (  # «до 18.00 15 сентября»
        regex.compile(
            r"\b(до|к|с)\s+(?:[01]?\d|2[0-3])[.:](?:00|15|30|45)\s*(?:ч\.?|час\p{L}*)?\s+"
            r"(?=\d{1,2}\s+\p{L}{3}|\d{1,2}\.\d\d\.\d{4})",
            regex.IGNORECASE,
        ),
        r"\1 ",
    ),
    (regex.compile(r"(?<!\d)(\d{1,2})[.,]\s?(\d\d)[.,]\s?((?:19|20)\d\d)(?!\d)"), r"\1.\2.\3"),
    (regex.compile(r"\bп\s?/\s?г\b|\bп/годи\p{L}*", regex.IGNORECASE), "полугодие"),
    (  # «01.10.2021 – постоянно»
        regex.compile(r"^(?:с\s+)?(\d[^–—-]{3,40}?)\s*[–—-]\s*(?:постоянно|бессрочно)$", regex.IGNORECASE),
        r"с \1 постоянно",
    ),
    (regex.compile(r"\bне\s+ран(?:ее|ьше)\s+(?:чем\s+)?(?:с\s+)?", regex.IGNORECASE), "с "),
    (
        regex.compile(
            r"\bв\s+(?:[01]?\d|2[0-3])\.(?:00|1[3-9]|[2-5]\d)(?![\d.])\s*(?:ч\b\.?|час\p{L}*)?",
            regex.IGNORECASE,
        ),
        "",
    ),
    (regex.compile(r"(?<=[12]\d{3})\s*г\.?\s*[-–—]\s*(?=[12]\d{3})", regex.IGNORECASE), "-"),
)
_LONGEST = 300  # characters of a text that may be a date
_UNDATED = "info"  # «ежеквартально» is understood; there is just no date in it
_EDGES = regex.compile(r"^[\s,;:–—-]+|(?<![\s,;:()–—-])(?:[\s,;:()–—-]|\bдалее\b)++$", regex.IGNORECASE)
_BLANKS = regex.compile(r"_{2,}")


def normalize(raw: str, context: Context) -> Value:
    """The date that a text gives. Text None and the problem `date-unparsed` where it gives none."""
    cleaned, steps = text.clean(raw)
    if _EMPTY.fullmatch(cleaned):
        return Value(raw, None, _parts(None, "empty"))
    if len(cleaned) > _LONGEST:
        return _unparsed(raw, "too-long")
    changes = [c for c in steps if c.kind == "ocr"]
    prepared, repaired = prepare(_long_forms(cleaned))
    changes += repaired
    rest, phrase = _phrase(prepared)
    if phrase is not None and _EMPTY.fullmatch(_without_fillers(rest)):
        return _without_date(raw, phrase, tuple(changes), context)
    found, words = tokens(rest)
    changes += words
    try:
        when = grammar.parse(found)
        when, inferred = _years(when, context)
        span = spans.span(when)
    except spans.Unparsed as reason:
        return _unparsed(raw, reason.reason, reason.detail, _candidates(found, reason, context), phrase)
    if any(p.unit in spans.VAGUE for p in when.points):
        return _unparsed(raw, "vague", candidates=(Candidate(span.edtf, 0.5),), phrase=phrase)
    if _BLANKS.search(cleaned) and span.kind in ("month", "year"):
        return _unparsed(raw, "blank", candidates=(Candidate(span.edtf, 0.5),))
    changes += inferred or _crossed(when, prepared)
    changes.append(Change("date-edtf", cleaned, span.edtf, evidence=(note("date.edtf", edtf=span.edtf),)))
    return Value(raw, span.edtf, _parts(span, _kind(phrase, span)), tuple(changes), status="fixed")


def _kind(phrase: str | None, span: spans.Span) -> str:
    return "recurring" if phrase == "recurring" else span.kind


def _long_forms(cleaned: str) -> str:
    """Abbreviations of several words in full, so that the grammar sees words only."""
    for pattern, replacement in _SHORT_YEARS:
        cleaned = pattern.sub(replacement, cleaned)
    return _LEAD.sub("", cleaned)


def _parts(span: spans.Span | None, kind: str) -> Mapping[str, Json]:
    if span is None:
        return {"start": None, "end": None, "edtf": None, "kind": kind}
    start = span.start.isoformat() if span.start else None
    end = span.end.isoformat() if span.end else None
    return {"start": start, "end": end, "edtf": span.edtf, "kind": kind}


# ------------------------------------------------------------------------------- phrases without a date


@cache
def _phrases() -> tuple[tuple[regex.Pattern[str], str], ...]:
    rows = lexicons.rows("date_phrases")
    return tuple(
        (regex.compile(rf"\b(?:{r['pattern']})(?!\p{{L}})", regex.IGNORECASE), r["kind"]) for r in rows
    )


def _phrase(prepared: str) -> tuple[str, str | None]:
    """The text without its phrase, and the phrase's kind (the first that the lexicon lists)."""
    kind = None
    folded = prepared.replace("ё", "е").replace("Ё", "Е")
    for pattern, name in _phrases():
        if pattern.search(folded):
            folded = pattern.sub(" ", folded)
            kind = kind or name
    return (_EDGES.sub("", folded), kind) if kind else (prepared, None)


def _without_fillers(rest: str) -> str:
    found, _ = tokens(rest)
    return "" if all(t.role in ("filler", "comma", "and", "dash") for t in found) else rest


def _without_date(raw: str, kind: str, changes: tuple[Change, ...], context: Context) -> Value:
    """«Весь период» is the order's period; how often and by what plan are understood, but are no date."""
    if kind == "throughout" and context.period is not None and "уч" not in raw.lower():
        span = _period_span(*context.period)
        if span is not None and ("год" not in raw.lower() or len(span.edtf) == 4):
            evidence = (note("date.period", period=span.edtf),)
            change = Change("date-period-inferred", raw, span.edtf, "inferred", 1.0, evidence)
            return Value(raw, span.edtf, _parts(span, kind), (*changes, change), status="fixed")
    problem = Problem("date-unparsed", note(f"date.{kind}", text=raw), severity=_UNDATED)
    return Value(raw, None, _parts(None, kind), problems=(problem,))


def _period_span(first: dt.date, last: dt.date) -> spans.Span | None:
    whole_years = (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31)
    if whole_years:
        edtf = f"{first.year}" if first.year == last.year else f"{first.year}/{last.year}"
    elif first.day == 1 and (last + dt.timedelta(1)).day == 1:
        edtf = f"{first:%Y-%m}/{last:%Y-%m}"
    else:
        edtf = f"{first.isoformat()}/{last.isoformat()}"
    return spans.Span(edtf, first, last, "throughout")


# -------------------------------------------------------------------------------------- missing years


def _years(when: spans.When, context: Context) -> tuple[spans.When, list[Change]]:
    """Years that the text leaves out, where the order's date and period leave one choice."""
    if grammar.relative_years(when):
        if context.order_date is None:
            raise spans.Unparsed("year-missing")
        year = context.order_date.year
        evidence = (note("date.order-year", year=year),)
        when = grammar.with_order_year(when, year)
        return when, [Change("date-year-inferred", "", str(year), "inferred", 1.0, evidence)]
    if not grammar.lacks_year(when):
        return when, []
    years = possible_years(when, context)
    if len(years) != 1 or context.period is None:
        raise spans.Unparsed("year-missing")
    evidence = (
        note("date.only-year", year=years[0], period="/".join(d.isoformat() for d in context.period)),
    )
    change = Change("date-year-inferred", "", str(years[0]), "inferred", 1.0, evidence)
    return grammar.with_year(when, years[0]), [change]


def _crossed(when: spans.When, prepared: str) -> list[Change]:
    """A year that the text does not have: that of the other end of a range over New Year."""
    written = {y % 100 for y in map(int, regex.findall(r"\d+", prepared))}
    years = sorted({p.year for p in when.points if p.year is not None and p.year % 100 not in written})
    return [
        Change("date-year-inferred", "", str(y), "inferred", 0.99, (note("date.crosses-new-year", year=y),))
        for y in years
    ]


def possible_years(when: spans.When, context: Context) -> list[int]:
    """The years in which a date without year lies in the order's period and not before its date."""
    if context.period is not None:
        first, last = context.period
    elif context.order_date is not None:
        first, last = context.order_date, context.order_date + dt.timedelta(365)
    else:
        return []
    found = []
    for year in range(first.year - 1, last.year + 1):
        span = spans.span(grammar.with_year(when, year))
        start, end = span.start or span.end, span.end or span.start
        if start is None or end is None or end < first or start > last:
            continue
        if context.order_date is None or end >= context.order_date:
            found.append(year)
    return found


# ------------------------------------------------------------------------------------------- no date


def _unparsed(
    raw: str,
    reason: str,
    detail: str = "",
    candidates: tuple[Candidate, ...] = (),
    phrase: str | None = None,
) -> Value:
    message, severity = note(f"date.no.{reason}", text=raw, detail=detail), ""
    if phrase is not None and reason in ("month-missing", "year-missing", "nothing", "mixed"):
        message, severity = note(f"date.{phrase}", text=raw), _UNDATED
    best = candidates[0] if candidates else None
    if len(candidates) > 1 and candidates[1].confidence > 0.9 * candidates[0].confidence:
        best = None  # a tie is no suggestion
    problem = Problem(
        "date-unparsed",
        message,
        best.value if best else None,
        best.confidence if best else None,
        best.evidence if best else (),
        severity,
    )
    status: Status = "suggested" if candidates else "kept"
    return Value(raw, None, _parts(None, phrase or "unparsed"), (), candidates, status, problems=(problem,))


def _candidates(found: Sequence[Token], reason: spans.Unparsed, context: Context) -> tuple[Candidate, ...]:
    """What the text may have meant: readings of one damaged word, or the years that are possible."""
    results: list[Candidate] = []
    try:
        if reason.reason == "year-missing" and not any(t.role == "unknown" for t in found):
            when = grammar.parse(found)
            if grammar.relative_years(when):
                return ()
            years = possible_years(when, context)
            for year in years:
                edtf = spans.span(grammar.with_year(when, year)).edtf
                why = (note("date.possible-year", year=year),)
                results.append(Candidate(edtf, round(0.9 / len(years), 4), why))
            return tuple(results[:5])
    except spans.Unparsed:
        return ()
    damaged = [i for i, t in enumerate(found) if t.role == "unknown"]
    if len(damaged) != 1:
        return ()
    at = damaged[0]
    for reading, confidence in found[at].readings[:5]:
        try:
            when, _ = _years(grammar.parse([*found[:at], reading, *found[at + 1 :]]), context)
            why = (note("ocr.confusion", truth=reading.text, seen=found[at].text),)
            results.append(Candidate(spans.span(when).edtf, confidence, why))
        except spans.Unparsed:
            continue
    return tuple(results)


# -------------------------------------------------------------------------------- the order's own date


def reconcile(raws: Sequence[str], context: Context) -> tuple[Value, tuple[Problem, ...]]:
    """The date of an order from all places that give it, the title page first.

    The reading that most places give is the date; of equally frequent ones the title page's. Where readings
    differ, the problem `order-date-conflict` names each of them.
    """
    if not raws:
        return Value("", None), ()
    values = [normalize(raw, context) for raw in raws]
    days = Counter(v.text for v in values if v.text and v.parts.get("kind") == "day")
    if not days:
        return values[0], ()
    title = values[0]
    best = max(days, key=lambda day: (days[day], day == title.text))
    if len(days) == 1 and title.text == best:
        return title, ()
    total = sum(days.values())
    confidence = _majority(days, best)
    readings = {v.raw: v.text or "—" for v in values if v.text or v is title}
    evidence: tuple[Note, ...] = tuple(note("date.reading", raw=r, edtf=e) for r, e in readings.items())
    if len(days) == 1:  # the title page's date cannot be read, the appendices agree
        change = Change("order-date-consensus", title.raw, best, "inferred", confidence, evidence)
        text_, changes = best, (change,)
        return replace(
            next(v for v in values if v.text == best), raw=title.raw, text=text_, changes=changes, problems=()
        ), ()
    if 2 * days[best] > total:
        message = note("date.conflict", n=days[best], total=total, best=best, readings=sorted(days))
    else:
        message = note("date.conflict-open", best=best, readings=sorted(days))
    problem = Problem("order-date-conflict", message, best, confidence, evidence)
    ranked = tuple(Candidate(d, _majority(days, d)) for d, _ in days.most_common())
    if best == title.text:
        return replace(title, candidates=ranked), (problem,)
    agreed = note("date.majority", n=days[best], total=total, best=best)
    change = Change(
        "order-date-consensus", title.text or title.raw, best, "inferred", confidence, (agreed, *evidence)
    )
    chosen = next(v for v in values if v.text == best)
    return Value(title.raw, best, chosen.parts, (*title.changes, change), ranked, "fixed"), (problem,)


def _majority(days: Counter[str], best: str) -> float:
    """The posterior of a reading when each place is misread independently at the rate of `decision.csv`."""
    rate = lexicons.numbers("decision")["damage_rate"]
    weights = {day: (rate / (1 - rate)) ** (-n) for day, n in days.items()}
    return round(weights[best] / sum(weights.values()), 4)
