"""Anomalies of lists of schools."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from benchmarks.labelled import world
from benchmarks.labelled.drafts import TOTALS
from benchmarks.labelled.parts import Draft, Pair, Plan
from benchmarks.labelled.touches import Anomaly, free, label, list_of, some_pair, some_plan, touch


def duplicate_pair(made: Draft, rng: random.Random) -> bool:
    """A pair stands twice in its group, with the same partner or another."""
    found = some_pair(made, rng, fewest=2)
    if found is None:
        return False
    group, pair = found
    if not free(made, group, *group.pairs):
        return False
    copy = Pair(pair.school, pair.partner, list(pair.cells))
    group.pairs.insert(rng.randint(group.pairs.index(pair) + 1, len(group.pairs)), copy)
    touch(made, group, *group.pairs)
    return label(made, "duplicate-row", copy, pair)


def two_groups(made: Draft, rng: random.Random) -> bool:
    """A school stands under a second municipality, far from its own, in another spelling perhaps."""
    sites = list_of(made)
    found = some_pair(made, rng)
    if sites is None or found is None or len(sites.groups) < 4:
        return False
    group, pair = found
    others = [
        g
        for g in sites.groups
        if abs(g.number - group.number) > 1 and len(g.pairs) > 2 and free(made, g, *g.pairs)
    ]
    if not others or not free(made, group) or "№" in pair.school:
        return False
    other = rng.choice(others)
    school = rng.choice(
        (pair.school, pair.school.replace("ё", "е"), pair.school.replace("«", '"').replace("»", '"'))
    )
    copy = Pair(school, other.pairs[0].partner, list(pair.cells))
    other.pairs.insert(1, copy)
    touch(made, group, other, *other.pairs)
    return label(made, "school-in-two-groups", copy, pair)


def boundary_shift(made: Draft, rng: random.Random) -> bool:
    """The heading of a group slips down over its first row, which now stands in the group above."""
    sites = list_of(made)
    if sites is None or sites.layout not in ("merged", "unnumbered", "sections"):
        return False
    places = [
        (a, b)
        for a, b in pairwise(sites.groups)
        if len(a.pairs) >= 2
        and len(b.pairs) >= 3
        and len({p.partner for p in b.pairs[:3]}) == 1
        and free(made, a, b, *a.pairs, *b.pairs)
    ]
    if not places:
        return False
    above, group = rng.choice(places)
    pair = group.pairs.pop(0)
    above.pairs.append(pair)
    touch(made, above, group, *above.pairs, *group.pairs)
    return label(made, "group-boundary-shift", pair, suggestion=group.municipality, field="municipality")


def filled_down(made: Draft, rng: random.Random) -> bool:
    """One partner over all rows of several groups."""
    sites = list_of(made)
    if sites is None or len(sites.groups) < 8:
        return False
    start = rng.randint(1, len(sites.groups) - 6)
    groups = sites.groups[start : start + 5]
    rows = [p for g in groups for p in g.pairs]
    if len(rows) < 9 or not free(made, *groups, *rows):
        return False
    partner = groups[0].pairs[-1].partner
    filled = [p for p in rows if p in groups[0].pairs[-1:] or p not in groups[0].pairs]
    for pair in filled:
        pair.partner = partner
    touch(made, *groups, *rows)
    return label(made, "partner-outlier", *(p for p in sites.pairs if p.partner == partner))


def partner_at_risk(made: Draft, rng: random.Random) -> bool:
    """A partner is listed as a school that needs help."""
    found = some_pair(made, rng, fewest=2)
    if found is None or "№" in found[1].partner or not free(made, found[0], *found[0].pairs):
        return False
    group, pair = found
    other = rng.choice([p for p in group.pairs if p is not pair])
    other.school = other.partner
    touch(made, group, *group.pairs)
    return label(made, "partner-at-risk", *(p for p in group.pairs if other.school in (p.school, p.partner)))


def own_partner(made: Draft, rng: random.Random) -> bool:
    found = some_pair(made, rng, fewest=2)
    if found is None or not free(made, found[0]):
        return False
    group, pair = found
    pair.partner = pair.school
    touch(made, group)
    return label(made, "partner-at-risk", pair)


def school_text(code: str, change: Callable[[str, random.Random], str | None], **more: str | None) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        found = some_pair(made, rng)
        if found is None:
            return False
        _, pair = found
        changed = change(pair.school, rng)
        if changed is None:
            return False
        right, pair.school = pair.school, changed
        return label(
            made, code, pair, field="school", suggestion=right if code.startswith("ocr") else None, **more
        )

    return anomaly


def strange_form(school: str, rng: random.Random) -> str | None:
    form, _, rest = school.partition(" ")
    return f"{rng.choice(('МЭОУ', 'МЖОУ', 'ЩБОУ'))} {rest}" if form in world.FULL_FORMS else None


def strange_type(school: str, rng: random.Random) -> str | None:
    for kind in world.TYPES:
        if school.rstrip("»").endswith(" " + kind):
            return school.replace(kind, rng.choice(("ЖЫШ", "КЮШ")))
    return None


def misread_type(school: str, rng: random.Random) -> str | None:
    return school.replace("ООШ", "ОПШ") if "ООШ" in school else None


def misread_name(school: str, rng: random.Random) -> str | None:
    return school.replace("ская ", "скал ", 1) if "ская " in school else None


def missing_partner(made: Draft, rng: random.Random) -> bool:
    found = some_pair(made, rng, fewest=2)
    if found is None:
        return False
    found[1].partner = ""
    return label(made, "missing-value", found[1], field="partner")


def missing_school(made: Draft, rng: random.Random) -> bool:
    found = some_pair(made, rng, fewest=2)
    if found is None:
        return False
    found[1].school = ""
    return label(made, "missing-value", found[1], field="school")


def several(made: Draft, rng: random.Random) -> bool:
    """Two schools in one cell."""
    found = some_pair(made, rng)
    if found is None:
        return False
    found[1].school = f"{found[1].school}, МБОУ Вторая Новая СОШ"
    return label(made, "several-in-cell", found[1], severity="info")


def group_gap(made: Draft, rng: random.Random) -> bool:
    """A group is lost."""
    sites = list_of(made)
    if sites is None or sites.counts or sites.layout not in ("merged", "sections") or len(sites.groups) < 5:
        return False
    at = rng.randint(1, len(sites.groups) - 2)
    if not free(made, *sites.groups):
        return False
    del sites.groups[at]
    around = sites.groups[at - 1 : at + 1]
    touch(made, *sites.groups)
    return label(made, "numbering-gap", *around, *(g.pairs[0] for g in around), field="municipality_no")


def group_duplicate(made: Draft, rng: random.Random) -> bool:
    sites = list_of(made)
    if sites is None or sites.counts or sites.layout not in ("merged", "sections") or len(sites.groups) < 5:
        return False
    if not free(made, *sites.groups):
        return False
    at = rng.randint(1, len(sites.groups) - 2)
    sites.groups[at].number -= 1
    touch(made, *sites.groups)
    twins = sites.groups[at - 1 : at + 1]
    return label(made, "numbering-duplicate", *twins, *(g.pairs[0] for g in twins))


def row_gap(made: Draft, rng: random.Random) -> bool:
    sites = list_of(made)
    if (
        sites is None
        or not sites.counts
        or sites.numbers
        or len(sites.pairs) < 6
        or not free(made, *sites.pairs, *sites.groups)
    ):
        return False
    at = rng.randint(2, len(sites.pairs) - 2)
    sites.numbers = [str(n + (n > at)) for n in range(1, len(sites.pairs) + 1)]
    before, after = sites.pairs[at - 1 : at + 1]
    touch(made, *sites.pairs, *sites.groups)
    return label(made, "numbering-gap", before, after)


def wrong_total(made: Draft, rng: random.Random) -> bool:
    sites = list_of(made)
    if sites is None or sites.lost_column or not free(made, sites.heads):
        return False
    sites.total = sites.total or rng.choice(TOTALS)
    sites.miscounted = rng.choice((-4, 3, 5, 9)) if len(sites.pairs) > 5 else 3
    touch(made, *sites.pairs, *sites.groups)  # the number of rows must stay
    return label(made, "total-mismatch", sites.heads)


def partner_form(made: Draft, rng: random.Random) -> bool:
    """One of several mentions of a partner has another legal form."""
    sites = list_of(made)
    if sites is None or sites.lost_column:
        return False
    counts = Counter(p.partner for p in sites.pairs if free(made, p) and "№" not in p.partner)
    for partner, n in counts.most_common(1):
        rows = [p for p in sites.pairs if p.partner == partner]
        short = next((f for f in world.FULL_FORMS if partner.startswith(f + " ")), None)
        if n < 3 or short is None or "," in partner or not free(made, *rows):
            return False
        wrong = rng.choice([f for f in ("МБОУ", "МКОУ", "МОУ") if f != short])
        pair = rng.choice(rows)
        pair.partner = partner.replace(short, wrong, 1)
        touch(made, *rows)
        return label(made, "name-variant", pair, field="partner", suggestion=partner)
    return False


def empty_column(made: Draft, rng: random.Random) -> bool:
    """The deadlines of a plan were left out."""
    plan = some_plan(made, rng)
    if plan is None or len(plan.items) < 4 or not free(made, *plan.items):
        return False
    for item in plan.items:
        item.deadline = ""
    return label(made, "missing-value", *plan.items, field="deadline")


def wrong_period(made: Draft, rng: random.Random) -> bool:
    """The title names years long past: every deadline lies outside."""
    plans = made.parts(Plan)
    if not made.period or len(plans) != 1 or len(made.appendices) > 2 or not free(made, *plans[0].items):  # type: ignore[union-attr]  # plans hold items  # a plan
        return False
    if len(plans[0].items) < 5 or any(not a.announced for a in made.appendices):  # type: ignore[union-attr]  # plans hold items
        return False
    first, last = made.period
    made.title = made.title.replace(str(last), str(last - 10)).replace(str(first), str(first - 10))
    touch(made, *plans[0].items)  # type: ignore[union-attr]  # plans hold items
    return label(made, "date-out-of-period", field="period")


def lost_column(made: Draft, rng: random.Random) -> bool:
    """A list of schools without a column for the partners."""
    sites = list_of(made)
    if sites is None or not free(made, *sites.pairs, *sites.groups):
        return False
    if sites.layout == "sections" and not sites.counts and not sites.further:
        return False  # one column is no table
    sites.lost_column, sites.total = "partner", ""
    touch(made, *sites.pairs, *sites.groups)
    return label(made, "header-mismatch|unknown-table", sites, also="header-mismatch unknown-table")
