"""What the normalizers noticed about single values, and what they repaired.

Equal problems of equal values are one finding with all their places: twelve times the same OCR error is one
thing to look at.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pipeline.model import Change, Corpus, Finding, Note, Place, Problem, Record, Value, note

_ABBREVIATION = regex.compile(r"\p{Lu}[\p{Ll}-]+(?:ая|ий|ый|ой|ое)\s(?P<short>\p{Lu}{2,5})")


def _values(corpus: Corpus) -> Iterator[tuple[Record, str, Value]]:
    for order in corpus.orders:
        for record in (order.order, *order.records):
            for name, value in record.values.items():
                yield record, name, value


def check_problems(corpus: Corpus) -> Iterator[Finding]:
    """Every problem that a normalizer attached to a value."""
    found: dict[tuple[str, str, str, str], tuple[Record, str, Value, Problem, dict[Place, None]]] = {}
    for record, name, value in _values(corpus):
        for problem in value.problems:
            key = (problem.code, record.order or record.id, value.raw, repr(problem.message))
            place = value.place or record.place
            if key not in found:
                found[key] = (record, name, value, problem, {})
            if place is not None:
                found[key][4][place] = None  # each once, in their order
    for record, name, value, problem, places in found.values():
        yield Finding(
            problem.code,
            problem.message,
            record.dataset,
            record.id,
            name,
            value.raw,
            problem.suggestion,
            problem.confidence,
            (*problem.evidence, *_ranked(value)),
            tuple(places),
            key=f"{value.raw}|{problem.message.key}",
            severity=problem.severity,
        )


def _ranked(value: Value) -> tuple[Note, ...]:
    return tuple(
        note("values.candidate", value=c.value, percent=round(100 * c.confidence), why=list(c.evidence))
        for c in value.candidates[:5]
        if c.evidence
    )


def check_abbreviations(corpus: Corpus) -> Iterator[Finding]:
    """«Степная ЖЫШ» in quotes: a school without a kind whose name ends in an abbreviation that is none."""
    found: dict[tuple[str, str], tuple[Record, str, Value, list[Place]]] = {}
    for record, name, value in _values(corpus):
        if name not in ("school", "partner") or value.parts.get("kind") or value.problems:
            continue
        match = _ABBREVIATION.fullmatch(str(value.parts.get("proper_name") or ""))
        if match is None:
            continue
        key = (record.order or record.id, match["short"])
        place = value.place or record.place
        found.setdefault(key, (record, name, value, []))[3].extend([place] if place is not None else [])
    for (_, short), (record, name, value, places) in found.items():
        yield Finding(
            "unknown-abbreviation",
            note("school.unknown-abbreviation", seen=short),
            record.dataset,
            record.id,
            name,
            value.raw,
            places=tuple(places),
            key=f"{value.raw}|{short}",
        )


def check_repairs(corpus: Corpus) -> Iterator[Finding]:
    """Every OCR error that was repaired with certainty: one finding for one error, with all its places."""
    found: dict[tuple[str, str, str, str], tuple[Record, str, Value, Change, dict[Place, None]]] = {}
    for record, name, value in _values(corpus):
        for change in value.changes:
            if change.kind != "ocr":
                continue
            key = (record.order or record.id, change.rule, change.before, change.after)
            place = value.place or record.place
            if key not in found:
                found[key] = (record, name, value, change, {})
            if place is not None:
                found[key][4][place] = None  # each once, in their order
    for record, name, value, change, places in found.values():
        yield Finding(
            "ocr-fixed",
            note("values.fixed", before=change.before, after=change.after, n=max(1, len(places))),
            record.dataset,
            record.id,
            name,
            value.raw,
            value.text,
            change.confidence,
            change.evidence,
            tuple(places),
            key=f"{change.rule}|{change.before}|{change.after}",
        )
