"""Rows at the edge of a group whose partner is that of the neighbouring group: `group-boundary-shift`.

Where reference data know the school, `groups.py` decides. Elsewhere the list itself is the evidence: a
partner that serves the neighbouring group, nobody else, and at the border a row or two of a group that
otherwise has partners of its own. A partner that serves whole groups, or groups that are no neighbours, is
none of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from pipeline import lexicons
from pipeline.checks.grouping import Group, groups, places
from pipeline.groups_evidence import named_after
from pipeline.model import Finding, Record, note
from pipeline.normalizers import school
from pipeline.reference import municipality_key


def check_edges(rows: Sequence[Record], settled: Collection[str]) -> Iterator[Finding]:
    """Edge rows of one list that their partner gives to the neighbour.

    `settled` are ids of rows whose place is known, or that have been reported.
    """
    printed = [g for g in groups(rows) if g.name]
    if len(printed) < 2:
        return
    keys = {r.id: _partner(r) for r in rows}
    for above, below in pairwise(printed):
        if above.name == below.name:
            continue
        yield from _slipped(above, below, rows, keys, settled, down=True)
        yield from _slipped(below, above, rows, keys, settled, down=False)


def _partner(record: Record) -> object:
    value = record.values.get("partner")
    return school.key(value) if value is not None and value.text else None


def _slipped(
    group: Group,
    neighbour: Group,
    rows: Sequence[Record],
    keys: dict[str, object],
    settled: Collection[str],
    *,
    down: bool,
) -> Iterator[Finding]:
    """Rows of `group` at its border with `neighbour` that belong there; `down`: the neighbour follows."""
    own = list(reversed(group.rows)) if down else list(group.rows)  # from the border on
    others = list(neighbour.rows) if down else list(reversed(neighbour.rows))
    partner = keys[others[0].id]
    edge, there = _run(own, keys, partner), _run(others, keys, partner)
    rest = own[len(edge) :]
    if (
        partner is None
        or not edge
        or not rest
        or len(edge) + len(there) != sum(keys[r.id] == partner for r in rows)
    ):
        return
    if len(edge) > len(there) or (len(edge) == len(there) and len(there) < len(others)):
        return
    if any(_belongs(r, group) or r.id in settled for r in edge):
        return
    for record in reversed(edge) if down else edge:
        yield _finding(record, group, neighbour, len(there))


def _run(rows: Sequence[Record], keys: dict[str, object], partner: object) -> list[Record]:
    found = []
    for record in rows:
        if keys[record.id] != partner:
            break
        found.append(record)
    return found


def _belongs(record: Record, group: Group) -> bool:
    """The school or its partner bears the name of the group's municipality."""
    key = municipality_key(group.name or "")
    values = (record.values.get("school"), record.values.get("partner"))
    return any(v is not None and named_after(v.parts, key) for v in values)


def _finding(record: Record, group: Group, neighbour: Group, n: int) -> Finding:
    name = record.text("school") or record.raw("school")
    return Finding(
        "group-boundary-shift",
        note("groups.shift-likely", school=name, listed=group.name, municipality=neighbour.name),
        record.dataset,
        record.id,
        "municipality",
        record.raw("municipality"),
        neighbour.name,
        lexicons.numbers("group_costs")["edge"],
        (
            note("groups.partner-continues", group=neighbour.name),
            note("groups.partner-nowhere-else", n=n, listed=group.name, municipality=neighbour.name),
        ),
        places([record]),
        f"{name}|{group.name}|{neighbour.name}",
    )
