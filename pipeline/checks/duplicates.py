"""The same school twice: in one municipality (a repeated row) or under two (a row that slipped); the same
activity twice in a plan.

Two rows name one school when `school.compatible` says so and both have a proper name or a locality: «МБОУ
СШ № 4» of two municipalities are two schools.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.grouping import lists, places, row_text
from pipeline.ids import fold
from pipeline.model import Corpus, Finding, Record, note
from pipeline.normalizers import school


def check_rows(corpus: Corpus) -> Iterator[Finding]:
    """The same school more than once in one group of a list."""
    for rows in lists(corpus, "training_sites"):
        by_group: dict[tuple[str | None, str | None], list[Record]] = defaultdict(list)
        for record in rows:
            by_group[record.text("municipality_no"), record.text("municipality")].append(record)
        for (_, group), members in by_group.items():
            for same in _same_school(members):
                pairs = {r.text("partner") for r in same}
                yield Finding(
                    "duplicate-row",
                    note(
                        "duplicates.same-pair" if len(pairs) == 1 else "duplicates.same-school",
                        school=same[0].text("school") or same[0].raw("school"),
                        n=len(same),
                        group=group or note("duplicates.whole-list"),
                    ),
                    same[-1].dataset,
                    same[-1].id,
                    "school",
                    same[-1].raw("school"),
                    evidence=tuple(
                        note("duplicates.row", row=row_text(r, "school", "partner")) for r in same
                    ),
                    places=places(same),
                    key=f"{group}|{same[0].text('school')}",
                )


def check_activities(corpus: Corpus) -> Iterator[Finding]:
    """The same activity with the same deadline more than once in a plan. Without a deadline, or with another
    one, it is held again; in another section, or by others, it may be meant.
    """
    for order in corpus.orders:
        executors: dict[str, list[str]] = defaultdict(list)
        for record in order.of("activity_executors"):
            executors[record.text("activity_id") or ""].append(
                fold(record.raw("raw") or record.text("raw") or "")
            )
        alike: dict[tuple[object, ...], list[Record]] = defaultdict(list)
        for record in order.of("activities"):
            title, deadline = fold(record.text("title") or ""), record.text("deadline")
            if title and deadline:
                alike[record.context.get("appendix"), title, deadline].append(record)
        for same in alike.values():
            if len(_rows(same)) < 2:
                continue
            kept, last = same[0], same[-1]
            alone = len({r.text("section_no") for r in same}) == 1
            certain = alone and len({tuple(executors[r.id]) for r in same}) == 1
            yield Finding(
                "duplicate-row",
                note(
                    "duplicates.activity" if certain else "duplicates.activity-elsewhere",
                    title=kept.text("title") or "",
                    n=len(same),
                    deadline=kept.raw("deadline"),
                ),
                last.dataset,
                last.id,
                "title",
                last.raw("title"),
                evidence=tuple(
                    note("duplicates.row", row=row_text(r, "item_no", "title", "deadline")) for r in same
                ),
                places=places(same),
                key=f"{kept.text('title')}|{kept.text('deadline')}",
                severity="" if certain else "warning",
            )


def _rows(records: Sequence[Record]) -> set[object]:
    """The rows of the source in which records stand."""
    return {(r.place.table if r.place else None, r.context.get("row")) for r in records}


def check_groups(corpus: Corpus) -> Iterator[Finding]:
    """The same school under two municipalities, in one list or in two lists of an order."""
    for order in corpus.orders:
        rows = [r for r in order.of("training_sites") if _placed(r)]
        for same in _same_school(rows):
            names = list(dict.fromkeys(r.text("municipality") or r.raw("municipality") for r in same))
            if len([n for n in names if n]) < 2:
                continue
            namesakes = _namesakes(same)
            rows_of = [
                note(
                    "duplicates.row-of-group",
                    group=r.text("municipality") or "?",
                    row=row_text(r, "school", "partner"),
                )
                for r in same
            ]
            yield Finding(
                "school-in-two-groups",
                note("duplicates.two-groups", school=same[0].text("school") or "", groups=names),
                same[-1].dataset,
                same[-1].id,
                "school",
                same[-1].raw("school"),
                evidence=(*rows_of, *([note("duplicates.namesakes")] if namesakes else [])),
                places=places(same),
                key=f"{same[0].text('school')}|{'|'.join(names)}",
                severity="info" if namesakes else "",
            )


def _placed(record: Record) -> bool:
    return bool(record.part("school", "proper_name") or record.part("school", "locality"))


def _namesakes(same: Sequence[Record]) -> bool:
    """Reference data put each of the rows into its own municipality: different schools of one name."""
    if not all(r.context.get("home_known") for r in same):
        return False
    homes = {(r.text("municipality"), r.context.get("home")) for r in same}
    return all(home == listed for listed, home in homes) and len(homes) > 1


def _once(rows: Sequence[Record]) -> Iterator[Record]:
    """Each school of a row of the source once: several partners in its cell make several records of it."""
    seen = set()
    for record in rows:
        table = record.place.table if record.place is not None else None
        key = (record.order, table, record.context.get("row"), record.text("school"))
        if key not in seen or record.place is None:
            seen.add(key)
            yield record


def _same_school(rows: Sequence[Record]) -> Iterator[list[Record]]:
    """Rows that name one school, in groups of two or more, in document order."""
    clusters: dict[object, list[list[Record]]] = defaultdict(list)
    for record in _once(rows):
        value = record.values.get("school")
        if value is None or not value.text:
            continue
        bucket = clusters[school.key(value)[0] or value.text]
        for cluster in bucket:
            if all(school.compatible(value, r.values["school"]) for r in cluster):
                cluster.append(record)
                break
        else:
            bucket.append([record])
    for bucket in clusters.values():
        yield from (cluster for cluster in bucket if len(cluster) > 1)
