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
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pipeline import messages
from pipeline.checks.findings import SEVERITIES, catalogue
from pipeline.model import Finding
from pipeline.report.differences import differences, is_latin_twin, visible
from pipeline.report.lookup import pages
from pipeline.report.places import describe
from pipeline.report.strips import strips
from pipeline.report.views import correction_view, finding_view
from pipeline.result import Result

_MOST = 10_000  # findings, and corrections, that the page holds; what a browser shows without delay
_IN_PAGE = 150  # findings, and corrections, that stand in the page itself
_STATUSES = ("open", "accepted", "rejected")
_HEADLINE_ORDERS = 3


def write(result: Result, folder: Path, lang: str) -> None:
    """Write `discrepancies.html` in `lang`."""
    (folder / "discrepancies.html").write_bytes(render(result, lang).encode("utf-8", "replace"))


def render(result: Result, lang: str) -> str:
    """The whole page. What is open comes first; only that is counted in the summary."""
    env = environment()
    about = {
        "t": lru_cache(2048)(partial(_say, lang)),
        "lang": lang,
        "diff": lru_cache(2048)(differences),
        "visible": visible,
        "is_latin_twin": is_latin_twin,
    }
    findings = sorted(enumerate(result.findings), key=_importance)[:_MOST]
    undecided = [f for f in result.findings if f.status == "open"]
    sources = sorted({p.source for f in result.findings for p in f.places})
    documents = pages(result.documents)
    records = {r.id: r for rows in result.records.values() for r in rows if r.id}
    several = len(sources) > 1
    row = env.get_template("correction.html")
    card: Any = env.get_template("finding.html").make_module(about)  # its macros are made once, not for each
    cards = [
        Markup(card.card(**finding_view(f, documents, records, lang, several, result.pictures)))
        for _, f in findings
    ]
    rows = [
        Markup(row.render(about, **correction_view(c, lang, several))) for c in result.corrections[:_MOST]
    ]
    index = [_entry(position, finding, sources) for position, finding in findings]
    marked, more_sources = strips(undecided, documents)
    style, script = asset("report.css"), asset("report.js")
    return env.get_template("report.html").render(
        about,
        policy=policy(style, script),
        style=Markup(style),
        script=Markup(script),
        headlines=_headlines(result, lang),
        severities=_severities(undecided),
        kinds=_kinds(undecided),
        codes=list(dict.fromkeys(f.code for _, f in findings)),
        catalogue=catalogue(),
        strips=marked,
        more_sources=more_sources,
        sources=sources,
        statuses=[s for s in _STATUSES if any(f.status == s for f in result.findings)],
        cards=cards[:_IN_PAGE],
        short=[_short(f, lang, several) for _, f in findings[_IN_PAGE:]],
        rows=rows[:_IN_PAGE],
        n_findings=len(result.findings),
        n_open=len(undecided),
        n_corrections=len(result.corrections),
        most=_MOST,
        data=_data(index, cards[_IN_PAGE:], rows[_IN_PAGE:], lang),
    )


def _importance(numbered: tuple[int, Finding]) -> tuple[bool, int, int]:
    position, finding = numbered
    return finding.status != "open", SEVERITIES.index(finding.severity), position


# ------------------------------------------------------------------------------------------ the summary


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


def policy(style: str, script: str | None) -> str:
    """What the page may do: its own style and script, nothing else."""
    allowed = _hash(script) if script is not None else "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _say(lang: str, key: str, **args: object) -> str:
    return messages.say(key, lang, **args)


@cache
def asset(name: str) -> str:
    """A file of this package."""
    return (resources.files("pipeline.report") / name).read_text("utf-8")


@cache
def environment() -> Environment:
    """Jinja2 for the reports: everything is escaped."""
    return Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
