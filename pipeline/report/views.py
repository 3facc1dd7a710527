"""What a card of a finding and a row of a correction show."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from pipeline import messages
from pipeline.checks.findings import catalogue
from pipeline.datasets import all_datasets
from pipeline.model import Finding, Note, Place, Record, Value
from pipeline.report.cutouts import shown
from pipeline.report.excerpts import excerpts
from pipeline.report.lookup import Pages
from pipeline.report.places import describe
from pipeline.result import Correction

_MOST_CANDIDATES = 5


def finding_view(
    finding: Finding,
    documents: Mapping[str, Pages],
    records: Mapping[str, Record],
    lang: str,
    several: bool,
    pictures: Mapping[Place, bytes] = MappingProxyType({}),
) -> dict[str, Any]:
    """The variables of `finding.html`; `several`: the report is about several sources, so that places name
    theirs. `pictures` are PNGs by place.
    """
    record = records.get(finding.record_id)
    value = record.values.get(finding.field) if record is not None else None
    candidates = _candidates(value, lang) if value is not None and value.raw == finding.raw else []
    said = {reason for c in candidates for reason in c["reasons"]} if len(candidates) > 1 else set()
    evidence = [
        reason
        for n in finding.evidence
        if (reason := _said(n, lang)) not in said and not (said and n.key == "values.candidate")
    ]
    places = partial(describe, lang=lang, with_source=several)
    return {
        "f": finding,
        "entry": catalogue()[finding.code],
        "message": _said(finding.message, lang),
        "evidence": evidence,
        "candidates": candidates if len(candidates) > 1 else [],
        "reasons": candidates[0]["reasons"] if len(candidates) == 1 and not evidence else [],
        "percent": _percent(finding.confidence),
        "excerpts": excerpts(finding, documents),
        "where": places(finding.places),
        "describe": places,
        "pictures": [_picture(pictures[p], places([p])) for p in shown(finding) if p in pictures],
    }


def _picture(png: bytes, where: str) -> dict[str, Any]:
    """A cut-out for an <img>: it is shown at three quarters of its pixels, sharp on fine screens too."""
    width, height = (round(0.75 * int.from_bytes(png[k : k + 4], "big")) for k in (16, 20))  # PNG's IHDR
    data = base64.b64encode(png).decode()
    return {"data": data, "width": width, "height": height, "where": where}


def _candidates(value: Value, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "value": c.value,
            "percent": _percent(c.confidence),
            "reasons": [_said(n, lang) for n in c.evidence],
        }
        for c in value.candidates[:_MOST_CANDIDATES]
    ]


def correction_view(correction: Correction, lang: str, several: bool) -> dict[str, Any]:
    """The variables of `correction.html`."""
    places: Sequence[Place] = (correction.place,) if correction.place is not None else ()
    return {
        "c": correction,
        "field": field_label(correction.dataset, correction.field, lang),
        "evidence": [_said(n, lang) for n in correction.evidence],
        "percent": _percent(correction.confidence, certain=True),
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


def _said(sentence: Note, lang: str) -> str:
    """The sentence; a dash does not begin a line, a number sign does not end one."""
    return re.sub(r" (?=[–—] )|(?<=№) ", "\u00a0", messages.say(sentence, lang))


def _percent(confidence: float | None, *, certain: bool = False) -> str:
    """Whole percent; what is not `certain` never becomes 100."""
    if confidence is None:
        return ""
    if certain and confidence >= 1:
        return "100"
    return str(min(99, max(1, round(100 * confidence)))) if confidence < 0.995 else "> 99"
