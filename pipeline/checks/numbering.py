"""Numbers of items and groups: gaps, repetitions, numbers written otherwise than the rest.

A list counts from where it begins; a step of more than one is a gap, the same number again a duplicate, a
smaller number is out of order. How numbers are written («2.1.» or «2.1») is settled by the majority of the
list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.checks.grouping import groups, lists, places
from pipeline.model import Corpus, Finding, Record, note

_MAJORITY = 0.75  # of the numbers of a list written alike: the rest is an oversight


def check_items(corpus: Corpus) -> Iterator[Finding]:
    """Item numbers of a roadmap: 1.1, 1.2, 2.1 …, within each section, and the sections themselves."""
    for rows in lists(corpus, "activities"):
        yield from _format(rows)
        yield from _duplicates(rows)
        numbered = [(r, n) for r in rows if (n := _parts(r.text("item_no"))) is not None]
        for prefix, members in groupby(numbered, key=lambda x: x[1][:-1]):
            steps = [(r, n[-1]) for r, n in members]
            yield from _gaps(steps, ".".join(map(str, prefix)), "item_no", start=1)
        sections = [
            (r, n[0]) for r in rows if (n := _parts(r.text("section_no"))) is not None and len(n) == 1
        ]
        yield from _gaps(_first_of_each(sections), "", "section_no", start=1)


def group_numbers(rows: Sequence[Record]) -> Iterator[Finding]:
    """Numbers of the groups of one list of schools (`place` adds what may be missing)."""
    steps = [(g.rows[0], n[0]) for g in groups(rows) if (n := _parts(g.number)) is not None and len(n) == 1]
    yield from _gaps(steps, "", "municipality_no", start=1)


def row_numbers(rows: Sequence[Record]) -> Iterator[Finding]:
    """Numbers that count the rows of one list of schools; they may begin anew in each group.

    A number that cannot be read is taken to be the next one: it is damaged, not missing.
    """
    steps: list[tuple[Record, int]] = []
    for record in rows:
        raw = str(record.context.get("row_number") or "").strip(" .)№")
        number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else None
        if number == 1 and steps:
            yield from _gaps(steps, "", "municipality_no", start=steps[0][1])
            steps = []
        if number is not None or steps:
            steps.append((record, number if number is not None else steps[-1][1] + 1))
    if len(steps) > 1:
        yield from _gaps(steps, "", "municipality_no", start=steps[0][1])


def _parts(number: str | None) -> tuple[int, ...] | None:
    """«2.10» → (2, 10); None if it is no number."""
    if not number:
        return None
    parts = number.split(".")
    return (
        tuple(int(p) for p in parts)
        if all(p.isascii() and p.isdigit() and len(p) < 6 for p in parts)
        else None
    )


def _first_of_each(steps: Sequence[tuple[Record, int]]) -> list[tuple[Record, int]]:
    return [next(members) for _, members in groupby(steps, key=lambda s: s[1])]


def _gaps(steps: Sequence[tuple[Record, int]], prefix: str, field: str, start: int) -> Iterator[Finding]:
    shown = f"{prefix}." if prefix else ""
    before: tuple[Record, int] | None = None
    for record, number in steps:
        expected = before[1] + 1 if before is not None else start
        if number > expected:
            missing = [f"{shown}{n}" for n in range(expected, min(number, expected + 20))]
            message = (
                note(
                    "numbering.gap",
                    before=f"{shown}{before[1]}",
                    after=f"{shown}{number}",
                    missing=missing,
                    n=number - expected,
                )
                if before is not None
                else note("numbering.start", first=f"{shown}{number}", missing=missing)
            )
            yield Finding(
                "numbering-gap",
                message,
                record.dataset,
                record.id,
                field,
                f"{shown}{number}",
                places=places([before[0], record] if before is not None else [record]),
                key=f"{shown}{expected}-{number}",
            )
        elif before is not None and number < before[1]:
            yield Finding(
                "numbering-order",
                note("numbering.order", before=f"{shown}{before[1]}", after=f"{shown}{number}"),
                record.dataset,
                record.id,
                field,
                f"{shown}{number}",
                places=places([before[0], record]),
                key=f"{shown}{before[1]}>{number}",
            )
        elif before is not None and number == before[1] and field != "item_no":
            yield Finding(
                "numbering-duplicate",
                note("numbering.duplicate", number=f"{shown}{number}"),
                record.dataset,
                record.id,
                field,
                f"{shown}{number}",
                places=places([before[0], record]),
                key=f"{shown}{number}",
            )
        before = (record, number)


def _duplicates(rows: Sequence[Record]) -> Iterator[Finding]:
    by_number: dict[str, list[Record]] = {}
    for record in rows:
        if number := record.text("item_no"):
            by_number.setdefault(number, []).append(record)
    for number, members in by_number.items():
        if len(members) > 1:
            yield Finding(
                "numbering-duplicate",
                note("numbering.duplicate", number=number),
                members[1].dataset,
                members[1].id,
                "item_no",
                number,
                evidence=tuple(note("numbering.duplicate.row", text=m.raw("title")) for m in members),
                places=places(members),
                key=number,
            )


def _format(rows: Sequence[Record]) -> Iterator[Finding]:
    """A number without the closing dot among numbers with one (or the other way round)."""
    written = [(r, raw) for r in rows if (raw := str(r.context.get("item_raw") or "").strip())]
    styles = Counter(_style(raw) for _, raw in written)
    if len(written) < 4 or len(styles) < 2:
        return
    usual, count = styles.most_common(1)[0]
    if count < _MAJORITY * len(written):
        return
    example = next(raw for _, raw in written if _style(raw) == usual)
    for record, raw in written:
        number = record.text("item_no")
        if _style(raw) != usual and number:
            yield Finding(
                "numbering-format",
                note("numbering.format", number=raw, example=example),
                record.dataset,
                record.id,
                "item_no",
                raw,
                number + usual,
                evidence=(note("numbering.format.count", n=count, total=len(written), example=example),),
                places=places([record]),
            )


def _style(raw: str) -> str:
    """What closes a number: «.», «)», «.)» or nothing."""
    return raw[len(raw.rstrip(".) ")) :].strip()
