"""Where the schools of a list lie: the group analysis of `groups.py`, applied to the records of one order.

Structure is never repaired here: a row stays under the municipality where the order has it. What changes is
what is known of the row (`context.home`, `context.partner_home`: canonical names of municipalities), the
candidates of a name, and a name itself where no Russian word is built as it stands and one settlement
leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline import groups, groups_evidence, lexicons
from pipeline.checks import edges, numbering
from pipeline.checks import groups as findings_of_groups
from pipeline.model import Candidate, Change, Finding, Json, Problem, Record, Value, note
from pipeline.normalizers import school
from pipeline.normalizers.school_names import grade
from pipeline.replacing import replace

if TYPE_CHECKING:
    from pipeline.reference import Reference

_CLEAR = 0.95  # a name is surely another's, so that its absence from a list need not be said
_SETTLED = 0.9  # a school is said to lie elsewhere than listed when this sure


def place(
    records: Sequence[Record], region: str | None, reference: Reference | None
) -> tuple[tuple[Record, ...], tuple[Finding, ...]]:
    """The records with what is known of their places, and the findings about their groups."""
    done: list[Record] = []
    findings: list[Finding] = []
    for (dataset, _), members in groupby(records, key=lambda r: (r.dataset, r.context.get("appendix"))):
        rows = list(members)
        if dataset == "training_sites":
            rows, found = _list(rows, region, reference)
            findings.extend(found)
        done.extend(rows)
    return tuple(done), tuple(findings)


def single(value: Value, region: str | None, reference: Reference | None) -> Value:
    """A school outside any list, held against the settlements of its region (the only one, when not given).

    Without a group there is no place to weigh, so that only the name is judged.
    """
    if reference is None:
        return value
    known = reference.region(region or (reference.regions[0] if len(reference.regions) == 1 else None))
    name = value.parts.get("proper_name")
    if known is None or not isinstance(name, str):
        return value
    site = groups_evidence.locate(value.parts, known)
    costs = groups_evidence.costs()
    new = costs["name_new_complete" if known.complete else "name_new"]
    candidates = [c for c, _ in groups_evidence.name_candidates(name, site, None, new, anywhere=True)]
    named, fixed = _named(value, candidates)
    if fixed:
        return named
    whole = value.text or value.raw
    if candidates:
        best = candidates[0]
        why = note("groups.name-suspect", school=name, candidate=best.value)
        suggestion = whole.replace(name, best.value, 1)
        problem = Problem("ocr-suspect", why, suggestion, best.confidence, best.evidence)
        named = replace(named, problems=(*named.problems, problem))
    clear = bool(candidates) and candidates[0].confidence >= _CLEAR
    if site.known in ("unknown", "similar") and known.complete and not clear:
        missing = Problem("reference-mismatch", note("groups.unknown", school=whole))
        return replace(named, problems=(*named.problems, missing))
    return named


def _list(
    rows: list[Record], region: str | None, reference: Reference | None
) -> tuple[list[Record], list[Finding]]:
    """One list of schools."""
    analysis = groups.analyse([_row(i, r) for i, r in enumerate(rows)], region, reference)
    placed: list[Record] = []
    verdicts: list[groups.RowVerdict] = []
    for record, verdict in zip(rows, analysis.rows, strict=True):
        values = dict(record.values)
        values["school"], fixed = _named(values.get("school"), verdict.name_candidates)
        values["partner"], partner_fixed = _named(values.get("partner"), verdict.partner_candidates)
        verdicts.append(
            replace(
                verdict,
                name_candidates=() if fixed else verdict.name_candidates,
                partner_candidates=() if partner_fixed else verdict.partner_candidates,
            )
        )
        context: dict[str, Json] = dict(record.context)
        if verdict.municipality and verdict.confidence >= _SETTLED:
            context["home"] = verdict.municipality
            context["home_known"] = verdict.settlement is not None
        if verdict.partner_municipality:
            context["partner_home"] = verdict.partner_municipality
        placed.append(replace(record, values=values, context=context))
    analysis = replace(analysis, rows=tuple(verdicts))
    found = list(findings_of_groups.check_groups(placed, analysis))
    reported = {f.record_id for f in found if f.code == "group-boundary-shift"}
    known = {r.id for r, v in zip(placed, analysis.rows, strict=True) if v.settlement is not None}
    found += edges.check_edges(placed, reported | known)
    return placed, [*found, *_gaps(placed, analysis)]


def _gaps(rows: Sequence[Record], analysis: groups.GroupAnalysis) -> Iterator[Finding]:
    """Gaps in the numbers of the groups, with the municipalities that may be missing."""
    known = {(gap.before, gap.after): gap for gap in analysis.gaps}
    for finding in numbering.group_numbers(rows):
        gap = known.get((_int(finding.message.args.get("before")), _int(finding.message.args.get("after"))))
        if gap is not None and finding.code == "numbering-gap":
            suggestion, evidence = findings_of_groups.gap_text(gap, rows, analysis)
            finding = replace(finding, suggestion=suggestion, evidence=(*finding.evidence, *evidence))
        yield finding
    yield from numbering.row_numbers(rows)


def _int(text: object) -> int:
    return int(str(text)) if str(text).isdigit() else -1


def _row(index: int, record: Record) -> groups.Row:
    number, name = record.text("municipality_no"), record.text("municipality")
    risk, partner = record.values.get("school"), record.values.get("partner")
    return groups.Row(
        index,
        f"{number}|{name}",
        _int(number) if number and number.isdigit() else None,
        name,
        dict(risk.parts) if risk else {},
        dict(partner.parts) if partner else {},
        _key(risk),
        _key(partner),
    )


def _key(value: Value | None) -> object:
    """What tells a school from others; None for one named by nothing but a number."""
    if value is None or not (value.parts.get("proper_name") or value.parts.get("locality")):
        return None
    return school.key(value)


def _named(value: Value | None, candidates: Sequence[Candidate]) -> tuple[Value, bool]:
    """A school with the names that settlements suggest; True if its own was corrected."""
    if value is None:
        return Value("", None), False
    old = value.parts.get("proper_name")
    if not candidates or not isinstance(old, str):
        return value, False
    best = candidates[0]
    if best.confidence >= lexicons.numbers("decision")["fixed"] and grade(old) == "impossible":
        change = Change("school-name-settlement", old, best.value, "ocr", best.confidence, best.evidence)
        return school.with_proper_name(value, best.value, change), True
    text = value.text or value.raw
    whole = tuple(replace(c, value=text.replace(old, c.value, 1)) for c in candidates)
    whole = tuple(c for c in whole if c not in value.candidates)  # the rows of a witness are placed again
    return replace(value, candidates=(*whole, *value.candidates), status="suggested"), False
