"""Partner schools: one that serves far more rows than the others (a fill-down error), one that is itself at
risk.

«Far more» is the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993): 0.6745
· (x − median) / MAD above 3.5, with a MAD of at least 1, because most partners serve one to three schools.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median

from pipeline.checks.grouping import lists, places, row_text
from pipeline.model import Corpus, Finding, Record, note
from pipeline.normalizers import school

_OUTLIER = 3.5
_FEWEST_PARTNERS = 4  # fewer partners than this show no usual number
_FEWEST_ROWS = 6
_FEWEST_GROUPS = 3
_FEWEST_IN_ONE = 8  # rows of a partner that serves one municipality only


class _Most:
    """The largest number that others than one name have, without looking at all of them each time."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._first, *others = sorted(numbers, key=lambda name: -numbers[name])[:2]
        self._of_first = numbers[self._first]
        self._next = numbers[others[0]] if others else 0

    def beside(self, name: str) -> int:
        return self._next if name == self._first else self._of_first


def check_outliers(corpus: Corpus) -> Iterator[Finding]:
    """One partner serves far more schools, or schools of far more municipalities, than the others."""
    for rows in lists(corpus, "training_sites"):
        served: dict[str, list[Record]] = defaultdict(list)
        for record in rows:
            if name := record.text("partner"):
                served[name].append(record)
        if len(served) < _FEWEST_PARTNERS - 1:
            continue
        counts = {name: len(members) for name, members in served.items()}
        spread = {name: len({_group(r) for r in members}) for name, members in served.items()}
        usual_rows, usual_groups = _scale(counts.values()), _scale(spread.values())
        most = _Most(counts), _Most(spread)
        for name, members in served.items():
            many = _score(counts[name], usual_rows) > _OUTLIER and counts[name] >= _FEWEST_ROWS
            if spread[name] == 1:  # a municipality may have one strong school
                many = many and counts[name] >= _FEWEST_IN_ONE and counts[name] >= 2 * most[0].beside(name)
            wide = _score(spread[name], usual_groups) > _OUTLIER or (many and spread[name] >= _FEWEST_GROUPS)
            filled = _filled_down(rows, members, name, counts, spread, most)
            if len(served) < _FEWEST_PARTNERS:
                many = wide = False
            if not (many or filled or (wide and spread[name] >= _FEWEST_GROUPS)):
                continue
            groups = list(dict.fromkeys(r.text("municipality") or r.raw("municipality") for r in members))
            evidence = [
                note(
                    "partners.usual",
                    rows=f"{usual_rows[0]:g}",
                    groups=f"{usual_groups[0]:g}",
                    n=len(counts),
                ),
            ]
            if _one_run(rows, members):
                evidence.append(note("partners.run", n=len(members)))
            yield Finding(
                "partner-outlier",
                note("partners.outlier", partner=name, rows=counts[name], groups=groups, n=len(groups)),
                members[0].dataset,
                members[0].id,
                "partner",
                members[0].raw("partner"),
                evidence=tuple(evidence),
                places=places(members),
                key=name,
            )


def _filled_down(
    rows: Sequence[Record],
    members: Sequence[Record],
    name: str,
    counts: Mapping[str, int],
    spread: Mapping[str, int],
    most: tuple[_Most, _Most],
) -> bool:
    """One run of rows over several groups, where the other partners serve one group or two: plain to see also
    where there are too few partners for a usual number.
    """
    if len(counts) < 3 or spread[name] < _FEWEST_GROUPS or counts[name] < _FEWEST_ROWS:
        return False
    widest = most[1].beside(name)
    plain = widest == 1 and 2 * most[0].beside(name) <= counts[name]
    return (plain or (spread[name] > _FEWEST_GROUPS and spread[name] >= 2 * widest)) and _one_run(
        rows, members
    )


def check_roles(corpus: Corpus) -> Iterator[Finding]:
    """A partner that the same list names as a school at risk."""
    for rows in lists(corpus, "training_sites"):
        risk: dict[str, list[Record]] = defaultdict(list)
        for record in rows:
            if name := record.text("school"):
                risk[name].append(record)
        reported = set()
        for record in rows:
            partner = record.text("partner")
            if not partner or partner in reported or partner not in risk:
                continue
            if record.text("school") == partner:
                key, same = "partners.itself", [record]
            elif _placeless(record):
                continue
            else:
                key, same = "partners.at-risk", [record, *risk[partner]]
            reported.add(partner)
            yield Finding(
                "partner-at-risk",
                note(key, partner=partner),
                record.dataset,
                record.id,
                "partner",
                record.raw("partner"),
                evidence=tuple(note("duplicates.row", row=row_text(r, "school", "partner")) for r in same),
                places=places(same),
                key=partner,
            )


def _placeless(record: Record) -> bool:
    """«МБОУ СШ № 4» in two groups are two schools."""
    value = record.values["partner"]
    return not (value.parts.get("proper_name") or value.parts.get("locality")) or not school.key(value)


def _group(record: Record) -> tuple[str | None, str | None]:
    return record.text("municipality_no"), record.text("municipality")


def _scale(all_x: Collection[float]) -> tuple[float, float]:
    """The median and the median absolute deviation (at least 1)."""
    middle = median(all_x)
    return middle, max(1.0, median(abs(y - middle) for y in all_x))


def _score(x: float, scale: tuple[float, float]) -> float:
    return 0.6745 * (x - scale[0]) / scale[1]


def _one_run(rows: Sequence[Record], members: Sequence[Record]) -> bool:
    """The rows follow one another without a break: how a fill-down error looks."""
    chosen = {id(m) for m in members}
    at = [i for i, r in enumerate(rows) if id(r) in chosen]
    return at[-1] - at[0] + 1 == len(at)
