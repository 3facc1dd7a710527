"""`discrepancies.html`: one file that a person reads; nothing in it comes from outside.

Jinja2 renders every finding (autoescaped). The first ones stand in the page and are readable without
JavaScript; the rest lie in it as JSON and are put in by `report.js` as the reader comes to them, so that
10,000 stay fast. Style and script are allowed by their hashes only (Content Security Policy, level 3).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pipeline import messages
from pipeline.checks.findings import SEVERITIES, catalogue
from pipeline.datasets import all_datasets
from pipeline.model import Finding, Place, Record, Value
from pipeline.report.differences import differences, is_latin_twin, visible
from pipeline.report.excerpts import excerpts
from pipeline.report.lookup import Pages, pages
from pipeline.report.places import describe
from pipeline.report.strips import strips
from pipeline.result import Correction, Result

_IN_PAGE = 150  # findings, and corrections, that stand in the page itself
_MOST_CANDIDATES = 5
_HEADLINE_ORDERS = 3


def write(result: Result, folder: Path, lang: str) -> None:
    """Write `discrepancies.html` in `lang`."""
    (folder / "discrepancies.html").write_bytes(render(result, lang).encode("utf-8", "replace"))


def render(result: Result, lang: str) -> str:
    """The whole page."""
    env = _environment()
    say = lru_cache(2048)(partial(_say, lang))
    findings = sorted(
        enumerate(result.findings), key=lambda pair: (SEVERITIES.index(pair[1].severity), pair[0])
    )
    several = len({p.source for f in result.findings for p in f.places}) > 1
    documents = pages(result.documents)
    records = {r.id: r for rows in result.records.values() for r in rows if r.id}
    about = {"t": say, "lang": lang, "diff": lru_cache(2048)(differences)}
    about |= {"visible": visible, "is_latin_twin": is_latin_twin}
    card = env.get_template("finding.html")
    cards = [
        Markup(card.render(about, **_finding(finding, documents, records, lang, several)))
        for _, finding in findings
    ]
    row = env.get_template("correction.html")
    rows = [Markup(row.render(about, **_correction(c, lang, several))) for c in result.corrections]
    sources = sorted({p.source for f in result.findings for p in f.places})
    index = [_entry(position, finding, sources) for position, finding in findings]
    marked, more_sources = strips(result.findings, documents)
    style, script = _asset("report.css"), _asset("report.js")
    return env.get_template("report.html").render(
        about,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        headlines=_headlines(result, lang),
        severities=_severities(result.findings),
        kinds=_kinds(result.findings),
        catalogue=catalogue(),
        strips=marked,
        more_sources=more_sources,
        sources=sources,
        statuses=sorted({f.status for f in result.findings}),
        cards=cards[:_IN_PAGE],
        short=[_short(f, lang, several) for _, f in findings[_IN_PAGE:]],
        rows=rows[:_IN_PAGE],
        n_findings=len(cards),
        n_corrections=len(rows),
        data=_data(index, cards[_IN_PAGE:], rows[_IN_PAGE:], lang),
    )


# ------------------------------------------------------------------------------------------ what is shown


def _finding(
    finding: Finding, documents: Mapping[str, Pages], records: Mapping[str, Record], lang: str, several: bool
) -> dict[str, Any]:
    record = records.get(finding.record_id)
    value = record.values.get(finding.field) if record is not None else None
    candidates = _candidates(value, lang) if value is not None and value.raw == finding.raw else []
    said = {reason for c in candidates for reason in c["reasons"]} if len(candidates) > 1 else set()
    evidence = [
        reason
        for n in finding.evidence
        if (reason := messages.say(n, lang)) not in said and not (said and n.key == "values.candidate")
    ]
    places = partial(describe, lang=lang, with_source=several)
    return {
        "f": finding,
        "entry": catalogue()[finding.code],
        "message": messages.say(finding.message, lang),
        "evidence": evidence,
        "candidates": candidates if len(candidates) > 1 else [],
        "reasons": candidates[0]["reasons"] if len(candidates) == 1 and not evidence else [],
        "percent": _percent(finding.confidence),
        "excerpts": excerpts(finding, documents),
        "where": places(finding.places),
        "describe": places,
    }


def _candidates(value: Value, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "value": c.value,
            "percent": _percent(c.confidence),
            "reasons": [messages.say(n, lang) for n in c.evidence],
        }
        for c in value.candidates[:_MOST_CANDIDATES]
    ]


def _correction(correction: Correction, lang: str, several: bool) -> dict[str, Any]:
    places: Sequence[Place] = (correction.place,) if correction.place is not None else ()
    return {
        "c": correction,
        "field": field_label(correction.dataset, correction.field, lang),
        "evidence": [messages.say(n, lang) for n in correction.evidence],
        "percent": _percent(correction.confidence),
        "where": describe(places, lang, with_source=several),
    }


def field_label(dataset: str, field: str, lang: str) -> str:
    """A field's name for people: a message `field.DATASET.FIELD` if there is one, else its description."""
    key = f"field.{dataset}.{field}"
    if key in messages.keys():  # noqa: SIM118 (a function of ours, not of a dict)
        return messages.say(key, lang)
    known = all_datasets().get(dataset)
    names = {f.name: f for f in known.fields} if known is not None else {}
    return names[field].description[lang] if field in names else field


def _percent(confidence: float | None) -> str:
    """Whole percent; what is not certain never becomes 100."""
    if confidence is None:
        return ""
    if confidence >= 1:
        return "100"
    return str(min(99, max(1, round(100 * confidence)))) if confidence < 0.995 else "> 99"


def _headlines(result: Result, lang: str) -> list[dict[str, str]]:
    found = []
    for record in result.records.get("orders", ()):
        number, date = record.text("number") or record.raw("number") or "?", record.text("date")
        key = "report.html.order" if date else "report.html.order-no-date"
        title = messages.say(key, lang, number=number, date=_date(date or "", lang))
        found.append({"title": title, "issuer": record.text("issuer") or ""})
    if len(found) <= _HEADLINE_ORDERS:
        return found
    title = messages.say("report.html.orders", lang, n=len(found), m=len(result.sources))
    return [{"title": title, "issuer": ""}]


def _date(iso: str, lang: str) -> str:
    parts = iso.split("-")
    return ".".join(reversed(parts)) if lang == "ru" and len(parts) == 3 else iso


def _severities(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    counts = Counter(f.severity for f in findings)
    return [(severity, counts[severity]) for severity in SEVERITIES]


def _kinds(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Codes with their counts, worst and most frequent first; `share` is the bar's length in percent."""
    counts = Counter((f.code, f.severity) for f in findings)
    most = max(counts.values(), default=1)
    first = {(f.code, f.severity): f.id for f in reversed(findings)}
    ordered = sorted(counts, key=lambda k: (SEVERITIES.index(k[1]), -counts[k], k[0]))
    return [
        {"code": c, "severity": s, "count": counts[c, s], "share": round(100 * counts[c, s] / most, 1)}
        | {"first": first[c, s]}
        for c, s in ordered
    ]


def _short(finding: Finding, lang: str, several: bool) -> tuple[str, str]:
    return messages.say(finding.message, lang), describe(finding.places, lang, with_source=several)


# --------------------------------------------------------------------------------------------- the page


def _entry(position: int, finding: Finding, sources: Sequence[str]) -> list[object]:
    """What the script filters by: id, place in the document order, severity, code, status, sources."""
    named = sorted({sources.index(p.source) for p in finding.places})
    return [finding.id, position, finding.severity, finding.code, finding.status, named]


def _data(index: Sequence[object], cards: Sequence[str], rows: Sequence[str], lang: str) -> Markup:
    texts = {"shown": messages.say("report.html.shown", lang, shown="{shown}", total="{total}")}
    data = {"index": index, "cards": cards, "rows": rows, "texts": texts}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # inside <script> no < may open a tag or a comment
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _say(lang: str, key: str, **args: object) -> str:
    return messages.say(key, lang, **args)


@cache
def _asset(name: str) -> str:
    return (resources.files("pipeline.report") / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
