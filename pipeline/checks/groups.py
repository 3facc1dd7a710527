"""What the reconstruction of a list's groups says, as findings: `group-boundary-shift`,
`reference-mismatch`, `ocr-suspect`.

One finding for one cause: a row that belongs elsewhere is reported once with all its reasons; a name that
may be misread or that no settlement explains is reported once per school, with all its places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.checks.grouping import places
from pipeline.groups import Gap, GroupAnalysis, RowVerdict
from pipeline.groups_evidence import costs
from pipeline.model import Candidate, Finding, Note, Record, note

_SHOWN_PLACES = 5  # settlements named in a sentence


def check_groups(
    records: Sequence[Record], analysis: GroupAnalysis, source: tuple[str, str] | None = None
) -> Iterator[Finding]:
    """The findings of one list. `records[i]` is the row that `analysis.rows[i]` speaks of.

    `source`: what the complete list of settlements is and of what date, named where it knows a school's
    place not.
    """
    lost = {g.name for g in analysis.lost_groups}
    for record, verdict in zip(records, analysis.rows, strict=True):
        if verdict.moved:
            yield _shift(record, verdict, lost)
        elif verdict.undecided and any(c.value in lost for c in verdict.alternatives):
            yield _undecided(record, verdict, next(c for c in verdict.alternatives if c.value in lost))
        elif verdict.elsewhere:
            yield _elsewhere(record, verdict)
    yield from _names(records, analysis, analysis.source or source)


def _finding(code: str, message: Note, record: Record, field: str, key: str, **more: object) -> Finding:
    found = Finding(
        code, message, record.dataset, record.id, field, record.raw(field), places=places([record]), key=key
    )
    return replace(found, **more)  # type: ignore[arg-type]  # fields of Finding, given by name


def _listed(record: Record) -> str:
    return record.text("municipality") or record.raw("municipality")


def _school(record: Record, field: str = "school") -> str:
    return record.text(field) or record.raw(field)


def _shift(record: Record, verdict: RowVerdict, lost: set[str]) -> Finding:
    if verdict.municipality in lost:
        key = "groups.shift-lost"
    elif verdict.confidence >= costs()["likely"]:
        key = "groups.shift"
    elif any(
        e.key == "groups.repeated" and e.args.get("group") == verdict.municipality for e in verdict.evidence
    ):
        key = "groups.repeated-edge"
    else:
        key = "groups.shift-likely"
    return _finding(
        "group-boundary-shift",
        note(key, school=_school(record), listed=_listed(record), municipality=verdict.municipality),
        record,
        "municipality",
        f"{_school(record)}|{_listed(record)}|{verdict.municipality}",
        suggestion=verdict.municipality,
        confidence=verdict.confidence,
        evidence=verdict.evidence,
    )


def _undecided(record: Record, verdict: RowVerdict, other: Candidate) -> Finding:
    evidence: tuple[Note, ...] = ()
    if verdict.settlement is not None:
        evidence = (note("groups.both", listed=_listed(record), municipality=other.value),)
    return _finding(
        "group-boundary-shift",
        note("groups.undecided", school=_school(record), listed=_listed(record), municipality=other.value),
        record,
        "municipality",
        f"{_school(record)}|{_listed(record)}|{other.value}",
        suggestion=other.value,
        confidence=other.confidence,
        evidence=evidence,
        severity="info",
    )


def _elsewhere(record: Record, verdict: RowVerdict) -> Finding:
    where = [
        note(
            "groups.place",
            settlement=f"{s.type} {s.name}" if s.type else s.name,
            municipality=s.municipality or "?",
        )
        for s in verdict.elsewhere[:_SHOWN_PLACES]
    ]
    only = verdict.elsewhere[0].municipality if len(verdict.elsewhere) == 1 else None
    return _finding(
        "reference-mismatch",
        note("groups.elsewhere", school=_school(record), listed=_listed(record), places=where),
        record,
        "school",
        f"{_school(record)}|{_listed(record)}",
        suggestion=only,
    )


def _names(
    records: Sequence[Record], analysis: GroupAnalysis, source: tuple[str, str] | None
) -> Iterator[Finding]:
    """Schools whose names are damaged, or unknown to a complete list."""
    found: dict[tuple[str, str, str], Finding] = {}
    for record, verdict in zip(records, analysis.rows, strict=True):
        for field, judged, candidates, known in (
            ("school", verdict.name, verdict.name_candidates, verdict.known),
            ("partner", verdict.partner_name, verdict.partner_candidates, verdict.partner_known),
        ):
            name = record.part(field, "proper_name")
            if not isinstance(name, str) or name != judged:
                continue  # it has been corrected since
            finding = None
            if candidates and candidates[0].confidence >= costs()["shown"]:
                finding = _suspect(record, field, name, candidates)
            elif known is False:
                finding = _unknown(record, field, source)
            if finding is None:
                continue
            key = (finding.code, field, _school(record, field))
            if key in found:
                first = found[key]
                finding = replace(
                    first if (first.confidence or 0) >= (finding.confidence or 0) else finding,
                    record_id=first.record_id,
                    places=(*first.places, *finding.places),
                )
            found[key] = finding
    yield from found.values()


def _suspect(record: Record, field: str, name: str, candidates: Sequence[Candidate]) -> Finding:
    best, school = candidates[0], _school(record, field)
    others = tuple(
        note("values.candidate", value=c.value, percent=round(100 * c.confidence), why=list(c.evidence))
        for c in candidates
        if c.evidence
    )
    return _finding(
        "ocr-suspect",
        note("groups.name-suspect", school=name, candidate=best.value),
        record,
        field,
        school,
        suggestion=school.replace(name, best.value, 1),
        confidence=best.confidence,
        evidence=others,
    )


def _unknown(record: Record, field: str, source: tuple[str, str] | None) -> Finding:
    school = _school(record, field)
    evidence = (note("groups.unknown-why", source=source[0], date=source[1]),) if source else ()
    return _finding(
        "reference-mismatch",
        note("groups.unknown", school=school),
        record,
        field,
        f"{school}|unknown",
        evidence=evidence,
    )


def gap_text(
    gap: Gap, records: Sequence[Record], analysis: GroupAnalysis
) -> tuple[str | None, tuple[Note, ...]]:
    """For the finding `numbering-gap`: the suggestion («11. Рославльский район; …») and the reasons."""
    at = {v.index: record for v, record in zip(analysis.rows, records, strict=True)}
    evidence: list[Note] = []
    if gap.between:
        evidence.append(note("groups.gap-between", between=list(gap.between)))
    for group in gap.lost:
        schools = [_school(at[i]) for i in group.rows]
        if group.number is not None:
            evidence.append(
                note("groups.gap-lost-number", number=group.number, name=group.name, schools=schools)
            )
        else:
            evidence.append(note("groups.gap-lost", n=len(schools), name=group.name, schools=schools))
    shown = [f"{g.number}. {g.name}" if g.number is not None else g.name for g in gap.lost]
    if not shown and gap.after - gap.before - 1 == len(gap.between):
        shown = [f"{gap.before + 1 + i}. {name}" for i, name in enumerate(gap.between)]
    return "; ".join(shown) or None, tuple(evidence)
