"""Anomalies that are put into a draft, each with its label. `ANOMALIES`: name → function.

A function gives True where the draft had room for it. Things already touched by another anomaly are left
alone (`Draft.used`), so that each label has one cause.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from benchmarks.labelled import world
from benchmarks.labelled.drafts import (
    TOTALS,
    Appendix,
    Draft,
    Group,
    Item,
    Label,
    Other,
    Pair,
    Plan,
    Section,
    Sites,
    reference,
)

Anomaly = Callable[[Draft, random.Random], bool]


def _free(made: Draft, *things: object) -> bool:
    return not any(id(t) in made.used for t in things)


def _touch(made: Draft, *things: object) -> None:
    made.used.update(id(t) for t in things)


def _label(made: Draft, code: str, *things: object, also: str = "", **more: str | None) -> bool:
    _touch(made, *things)
    made.labels.append(Label(code, things, also=frozenset(also.split()), **more))  # type: ignore[arg-type]  # by name
    return True


def _plan(made: Draft, rng: random.Random) -> Plan | None:
    plans = made.parts(Plan)
    return rng.choice(plans) if plans else None  # type: ignore[return-value]  # of the kind asked for


def _sites(made: Draft) -> Sites | None:
    lists = made.parts(Sites)
    return lists[0] if lists else None  # type: ignore[return-value]  # of the kind asked for


def _item(made: Draft, rng: random.Random) -> Item | None:
    plan = _plan(made, rng)
    items = [i for i in plan.items if _free(made, i)] if plan else []
    return rng.choice(items) if items else None


def _pair(made: Draft, rng: random.Random, fewest: int = 1) -> tuple[Group, Pair] | None:
    sites = _sites(made)
    pairs = (
        [(g, p) for g in sites.groups if len(g.pairs) >= fewest for p in g.pairs if _free(made, p)]
        if sites
        else []
    )
    return rng.choice(pairs) if pairs else None


# --------------------------------------------------------------------------------------------- title page


def number_conflict(made: Draft, rng: random.Random) -> bool:
    """Another number in one appendix."""
    appendix = rng.choice(made.appendices)
    digits = [i for i, c in enumerate(made.number) if c.isdigit()]
    at = rng.choice(digits)
    wrong = made.number[:at] + str((int(made.number[at]) + rng.randint(1, 8)) % 10) + made.number[at + 1 :]
    if not _free(made, made.number) or wrong.startswith("0"):
        return False
    appendix.reference = appendix.reference.replace(made.number, wrong)
    return _label(made, "order-number-conflict", made.number, field="number")


def date_conflict(made: Draft, rng: random.Random) -> bool:
    """Another month or day in one appendix."""
    if not _free(made, made.date):
        return False
    year, month, day = made.date
    other = rng.choice(((year, month + 1, day), (year, month, day - 3)))
    appendix = rng.choice(made.appendices)
    appendix.reference = reference(made, rng, date=other, number=appendix.reference.partition("№ ")[2])
    return _label(made, "order-date-conflict", made.date, field="date")


def _missing_on_title_page(part: str) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        if made.drop or made.labels or not _free(made, made.number, made.date):
            return False  # before the others: without a date nothing can be said to be too early
        made.drop.add(part)
        for appendix in made.appendices:  # nor do the appendices say it
            date, _, number = appendix.reference.partition(" № ")
            appendix.reference = f"№ {number}" if part == "date" else date
        _touch(made, made.number, made.date)
        return _label(made, "missing-value", field=part)

    return anomaly


def _reference(made: Draft, rng: random.Random) -> str:
    """The reference of a further appendix; it says no more than the others."""
    date, _, number = reference(made, rng).partition(" № ")
    return f"№ {number}" if "date" in made.drop else date if "number" in made.drop else f"{date} № {number}"


def not_announced(made: Draft, rng: random.Random) -> bool:
    """An appendix that no point of the order names."""
    if not all(a.number for a in made.appendices) or len(made.appendices) > 2 or made.promised:
        return False
    part = Plan([Section("1", "", [Item(f"{n}.", t, made.region.institute, f"май {made.date[0]} года")
                                   for n, t in enumerate(rng.sample(world.ACTIVITIES, 4), 1)])],
                "flat", ("number", "title", "executors", "deadline"), {"number": "№ п/п",
                "title": "Мероприятие",
                "executors": "Ответственный", "deadline": "Срок"}, "none", "План работы")  # fmt: skip
    number = str(len(made.appendices) + 1)
    made.appendices.append(Appendix(number, part, _reference(made, rng), announced=False))
    _touch(made, part, *part.items)
    return _label(made, "appendix-not-announced", part.items[0], raw=number)


def announced_missing(made: Draft, rng: random.Random) -> bool:
    """A point names an appendix that is not there."""
    if (
        not all(a.number for a in made.appendices)
        or not all(a.announced for a in made.appendices)
        or made.promised
    ):
        return False
    number = str(len(made.appendices) + 1)
    made.promised.append(f"Утвердить состав рабочей группы (приложение № {number}).")
    return _label(made, "appendix-not-announced", number, raw=number)


def unknown_table(made: Draft, rng: random.Random) -> bool:
    """A table that is no plan and no list of schools."""
    if (
        not all(a.number for a in made.appendices)
        or made.promised
        or not all(a.announced for a in made.appendices)
    ):
        return False
    people = rng.sample(world.PEOPLE, 4)
    rows = [
        ["ФИО", "Должность", "Телефон"],
        *([p, rng.choice(("методист", "начальник отдела")), "8 (800) 200-10-20"] for p in people),
    ]
    other = Other(rows, "Состав рабочей группы")
    made.appendices.append(Appendix(str(len(made.appendices) + 1), other, _reference(made, rng)))
    return _label(made, "unknown-table", other.rows)


# --------------------------------------------------------------------------------------------------- plans


def item_gap(made: Draft, rng: random.Random) -> bool:
    """An item is lost from the middle."""
    plan = _plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 3 and _free(made, s)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(1, len(section.items) - 2)
    if not _free(made, *section.items):
        return False
    del section.items[at]
    _touch(made, section, *section.items)
    return _label(made, "numbering-gap", section.items[at - 1], section.items[at], field="item_no")


def item_duplicate(made: Draft, rng: random.Random) -> bool:
    """An item bears the number of the one before it, and its own number is missing."""
    plan = _plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 3 and _free(made, s, *s.items)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(1, len(section.items) - 2)
    section.items[at].number = section.items[at - 1].number
    _touch(made, section, *section.items)
    return _label(made, "numbering-duplicate", section.items[at], section.items[at - 1], field="item_no")


def item_order(made: Draft, rng: random.Random) -> bool:
    """Two items changed places."""
    plan = _plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 4 and _free(made, s, *s.items)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(0, len(section.items) - 2)
    section.items[at], section.items[at + 1] = section.items[at + 1], section.items[at]
    _touch(made, section, *section.items)
    return _label(made, "numbering-order", section.items[at], section.items[at + 1], field="item_no")


def section_order(made: Draft, rng: random.Random) -> bool:
    """Two sections changed places."""
    plan = _plan(made, rng)
    if (
        plan is None
        or len(plan.sections) < 3
        or plan.section_style not in ("wide", "beside")
        or plan.style not in ("dotted", "plain")
    ):
        return False
    if not _free(made, *plan.sections, *plan.items):
        return False
    at = rng.randint(0, len(plan.sections) - 2)
    a, b = plan.sections[at], plan.sections[at + 1]
    plan.sections[at], plan.sections[at + 1] = b, a
    _touch(made, *plan.sections)
    return _label(made, "numbering-order", *a.items, *b.items, a, b, field="section_no")


def item_elsewhere(made: Draft, rng: random.Random) -> bool:
    """An item with the number of another section."""
    plan = _plan(made, rng)
    if (
        plan is None
        or plan.style not in ("dotted", "plain")
        or len(plan.sections) < 3
        or plan.section_style == "roman"
    ):
        return False
    section = plan.sections[1]
    if len(section.items) < 3 or not _free(made, section, *section.items):
        return False
    item = section.items[1]
    item.number = (
        item.number.replace("2.", "3.", 1) if rng.random() < 0.5 else item.number.replace("2.", "1.", 1)
    )
    number = item.number.rstrip(".")
    twins = [i for s in plan.sections for i in s.items if i is not item and i.number.rstrip(".") == number]
    if twins:
        item.number = item.number.replace("2", "9") if item.number[0] != "2" else item.number
    _touch(made, section, *section.items)
    return _label(made, "numbering-order", item, field="item_no")


def item_format(made: Draft, rng: random.Random) -> bool:
    """One number without its dot, or with a bracket."""
    plan = _plan(made, rng)
    if plan is None or len(plan.items) < 6 or any(label.code == "numbering-format" for label in made.labels):
        return False
    item = rng.choice(plan.items)
    if not _free(made, item):
        return False
    item.number = {"dotted": item.number.rstrip("."), "bracket": item.number.rstrip(")") + "."}.get(
        plan.style, item.number + "."
    )
    right = (
        item.number + "."
        if plan.style == "dotted"
        else item.number.rstrip(".") + (")" if plan.style == "bracket" else "")
    )
    return _label(made, "numbering-format", item, suggestion=right, severity="info")


def _deadline(
    code: str, texts: Callable[[Draft, random.Random], str], *, also: str = "", needs_period: bool = False
) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        if (needs_period and not made.period) or "date" in made.drop:
            return False
        item = _item(made, rng)
        if item is None:
            return False
        item.deadline = texts(made, rng)
        return _label(made, code, item, also=also, field="deadline")

    return anomaly


def _past(made: Draft, rng: random.Random) -> str:
    year, month, _ = made.date
    return rng.choice(
        (
            f"до 05.{month:02}.{year}",
            f"до 3 {world.MONTHS_OF[month - 1]} {year} года",
            f"декабрь {year - 1} г.",
        )
    )


def _outside(made: Draft, rng: random.Random) -> str:
    assert made.period is not None
    last = made.period[1]
    return rng.choice((f"{last - 1}-{last + 2} гг.", f"март {last + 1} г.", f"до 1 июня {last + 1} года"))


def _senseless(made: Draft, rng: random.Random) -> str:
    year = made.date[0]
    return rng.choice(
        (
            f"до 31.06.{year}",
            "своевременно и в полном объёме",
            f"сентябрь 2{year} г.",
            f"43.10.{year}",
            "сент. – дек.",
        )
    )


def no_deadline(made: Draft, rng: random.Random) -> bool:
    item = _item(made, rng)
    if item is None:
        return False
    item.deadline = ""
    return _label(made, "missing-value", item, field="deadline")


def no_executor(made: Draft, rng: random.Random) -> bool:
    item = _item(made, rng)
    if item is None:
        return False
    item.executors = ""
    return _label(made, "missing-value", item, field="executors")


def person_alone(made: Draft, rng: random.Random) -> bool:
    """A person without an organization, where the others have one."""
    item = _item(made, rng)
    if item is None:
        return False
    item.executors = rng.choice(("(Ефремова Л.С.)", "Ефремова Л.С.", "Ефремова Л.С., Зуев Н.Н."))
    return _label(made, "executor-without-organization", item)


def person_variant(made: Draft, rng: random.Random) -> bool:
    """A surname misread once."""
    plan = _plan(made, rng)
    if plan is None:
        return False
    counts = Counter(p for i in plan.items for p in world.PEOPLE if p in i.executors)
    for person, n in counts.most_common(1):
        items = [i for i in plan.items if person in i.executors and _free(made, i)]
        wrong = (
            person.replace("л", "д", 1).replace("ин", "нн", 1)
            if "л" in person
            else person.replace("и", "н", 1)
        )
        if n < 4 or not items or wrong == person:
            return False
        item = rng.choice(items)
        item.executors = item.executors.replace(person, wrong)
        return _label(made, "name-variant|ocr-fixed", item, suggestion=person)
    return False


def institute_misread(made: Draft, rng: random.Random) -> bool:
    """И read as П in an acronym that the order has many times."""
    plan = _plan(made, rng)
    items = [i for i in plan.items if made.region.institute in i.executors and _free(made, i)] if plan else []
    if len(items) < 6 or "ИРО" not in made.region.institute:
        return False
    item = rng.choice(items)
    wrong = made.region.institute.replace("ИРО", "ПРО")
    item.executors = item.executors.replace(made.region.institute, wrong)
    return _label(made, "ocr-fixed|name-variant|ocr-suspect", item)


def too_many_cells(made: Draft, rng: random.Random) -> bool:
    item = _item(made, rng)
    if item is None:
        return False
    item.extra = "выполнено"
    return _label(made, "ragged-row", item)


# ---------------------------------------------------------------------------------------- lists of schools


def duplicate_pair(made: Draft, rng: random.Random) -> bool:
    """A pair stands twice in its group, with the same partner or another."""
    found = _pair(made, rng, fewest=2)
    if found is None:
        return False
    group, pair = found
    if not _free(made, group, *group.pairs):
        return False
    copy = Pair(pair.school, pair.partner, list(pair.cells))
    group.pairs.insert(rng.randint(group.pairs.index(pair) + 1, len(group.pairs)), copy)
    _touch(made, group, *group.pairs)
    return _label(made, "duplicate-row", copy, pair)


def two_groups(made: Draft, rng: random.Random) -> bool:
    """A school stands under a second municipality, far from its own, in another spelling perhaps."""
    sites = _sites(made)
    found = _pair(made, rng)
    if sites is None or found is None or len(sites.groups) < 4:
        return False
    group, pair = found
    others = [
        g
        for g in sites.groups
        if abs(g.number - group.number) > 1 and len(g.pairs) > 2 and _free(made, g, *g.pairs)
    ]
    if not others or not _free(made, group) or "№" in pair.school:
        return False
    other = rng.choice(others)
    school = rng.choice(
        (pair.school, pair.school.replace("ё", "е"), pair.school.replace("«", '"').replace("»", '"'))
    )
    copy = Pair(school, other.pairs[0].partner, list(pair.cells))
    other.pairs.insert(1, copy)
    _touch(made, group, other, *other.pairs)
    return _label(made, "school-in-two-groups", copy, pair)


def boundary_shift(made: Draft, rng: random.Random) -> bool:
    """The heading of a group slips down over its first row, which now stands in the group above."""
    sites = _sites(made)
    if sites is None or sites.layout not in ("merged", "unnumbered", "sections"):
        return False
    places = [
        (a, b)
        for a, b in pairwise(sites.groups)
        if len(a.pairs) >= 2
        and len(b.pairs) >= 3
        and len({p.partner for p in b.pairs[:3]}) == 1
        and _free(made, a, b, *a.pairs, *b.pairs)
    ]
    if not places:
        return False
    above, group = rng.choice(places)
    pair = group.pairs.pop(0)
    above.pairs.append(pair)
    _touch(made, above, group, *above.pairs, *group.pairs)
    return _label(made, "group-boundary-shift", pair, suggestion=group.municipality, field="municipality")


def filled_down(made: Draft, rng: random.Random) -> bool:
    """One partner over all rows of several groups."""
    sites = _sites(made)
    if sites is None or len(sites.groups) < 8:
        return False
    start = rng.randint(1, len(sites.groups) - 6)
    groups = sites.groups[start : start + 5]
    rows = [p for g in groups for p in g.pairs]
    if len(rows) < 9 or not _free(made, *groups, *rows):
        return False
    partner = groups[0].pairs[-1].partner
    filled = [p for p in rows if p in groups[0].pairs[-1:] or p not in groups[0].pairs]
    for pair in filled:
        pair.partner = partner
    _touch(made, *groups, *rows)
    return _label(made, "partner-outlier", *(p for p in sites.pairs if p.partner == partner))


def partner_at_risk(made: Draft, rng: random.Random) -> bool:
    """A partner is listed as a school that needs help."""
    found = _pair(made, rng, fewest=2)
    if found is None or "№" in found[1].partner or not _free(made, found[0], *found[0].pairs):
        return False
    group, pair = found
    other = rng.choice([p for p in group.pairs if p is not pair])
    other.school = other.partner
    _touch(made, group, *group.pairs)
    return _label(made, "partner-at-risk", *(p for p in group.pairs if other.school in (p.school, p.partner)))


def own_partner(made: Draft, rng: random.Random) -> bool:
    found = _pair(made, rng, fewest=2)
    if found is None or not _free(made, found[0]):
        return False
    group, pair = found
    pair.partner = pair.school
    _touch(made, group)
    return _label(made, "partner-at-risk", pair)


def _school_text(
    code: str, change: Callable[[str, random.Random], str | None], **more: str | None
) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        found = _pair(made, rng)
        if found is None:
            return False
        _, pair = found
        changed = change(pair.school, rng)
        if changed is None:
            return False
        right, pair.school = pair.school, changed
        return _label(
            made, code, pair, field="school", suggestion=right if code.startswith("ocr") else None, **more
        )

    return anomaly


def _strange_form(school: str, rng: random.Random) -> str | None:
    form, _, rest = school.partition(" ")
    return f"{rng.choice(('МЭОУ', 'МЖОУ', 'ЩБОУ'))} {rest}" if form in world.FULL_FORMS else None


def _strange_type(school: str, rng: random.Random) -> str | None:
    for kind in world.TYPES:
        if school.rstrip("»").endswith(" " + kind):
            return school.replace(kind, rng.choice(("ЖЫШ", "КЮШ")))
    return None


def _misread_type(school: str, rng: random.Random) -> str | None:
    return school.replace("ООШ", "ОПШ") if "ООШ" in school else None


def _misread_name(school: str, rng: random.Random) -> str | None:
    return school.replace("ская ", "скал ", 1) if "ская " in school else None


def missing_partner(made: Draft, rng: random.Random) -> bool:
    found = _pair(made, rng, fewest=2)
    if found is None:
        return False
    found[1].partner = ""
    return _label(made, "missing-value", found[1], field="partner")


def missing_school(made: Draft, rng: random.Random) -> bool:
    found = _pair(made, rng, fewest=2)
    if found is None:
        return False
    found[1].school = ""
    return _label(made, "missing-value", found[1], field="school")


def several(made: Draft, rng: random.Random) -> bool:
    """Two schools in one cell."""
    found = _pair(made, rng)
    if found is None:
        return False
    found[1].school = f"{found[1].school}, МБОУ Вторая Новая СОШ"
    return _label(made, "several-in-cell", found[1], severity="info")


def group_gap(made: Draft, rng: random.Random) -> bool:
    """A group is lost."""
    sites = _sites(made)
    if sites is None or sites.counts or sites.layout not in ("merged", "sections") or len(sites.groups) < 5:
        return False
    at = rng.randint(1, len(sites.groups) - 2)
    if not _free(made, *sites.groups):
        return False
    del sites.groups[at]
    around = sites.groups[at - 1 : at + 1]
    _touch(made, *sites.groups)
    return _label(made, "numbering-gap", *around, *(g.pairs[0] for g in around), field="municipality_no")


def group_duplicate(made: Draft, rng: random.Random) -> bool:
    sites = _sites(made)
    if sites is None or sites.counts or sites.layout not in ("merged", "sections") or len(sites.groups) < 5:
        return False
    if not _free(made, *sites.groups):
        return False
    at = rng.randint(1, len(sites.groups) - 2)
    sites.groups[at].number -= 1
    _touch(made, *sites.groups)
    twins = sites.groups[at - 1 : at + 1]
    return _label(made, "numbering-duplicate", *twins, *(g.pairs[0] for g in twins))


def row_gap(made: Draft, rng: random.Random) -> bool:
    sites = _sites(made)
    if (
        sites is None
        or not sites.counts
        or sites.numbers
        or len(sites.pairs) < 6
        or not _free(made, *sites.pairs, *sites.groups)
    ):
        return False
    at = rng.randint(2, len(sites.pairs) - 2)
    sites.numbers = [str(n + (n > at)) for n in range(1, len(sites.pairs) + 1)]
    before, after = sites.pairs[at - 1 : at + 1]
    _touch(made, *sites.pairs, *sites.groups)
    return _label(made, "numbering-gap", before, after)


def wrong_total(made: Draft, rng: random.Random) -> bool:
    sites = _sites(made)
    if sites is None or sites.lost_column or not _free(made, sites.heads):
        return False
    sites.total = sites.total or rng.choice(TOTALS)
    sites.miscounted = rng.choice((-4, 3, 5, 9)) if len(sites.pairs) > 5 else 3
    _touch(made, *sites.pairs, *sites.groups)  # the number of rows must stay
    return _label(made, "total-mismatch", sites.heads)


def partner_form(made: Draft, rng: random.Random) -> bool:
    """One of several mentions of a partner has another legal form."""
    sites = _sites(made)
    if sites is None or sites.lost_column:
        return False
    counts = Counter(p.partner for p in sites.pairs if _free(made, p) and "№" not in p.partner)
    for partner, n in counts.most_common(1):
        rows = [p for p in sites.pairs if p.partner == partner]
        short = next((f for f in world.FULL_FORMS if partner.startswith(f + " ")), None)
        if n < 3 or short is None or "," in partner or not _free(made, *rows):
            return False
        wrong = rng.choice([f for f in ("МБОУ", "МКОУ", "МОУ") if f != short])
        pair = rng.choice(rows)
        pair.partner = partner.replace(short, wrong, 1)
        _touch(made, *rows)
        return _label(made, "name-variant", pair, field="partner", suggestion=partner)
    return False


def empty_column(made: Draft, rng: random.Random) -> bool:
    """The deadlines of a plan were left out."""
    plan = _plan(made, rng)
    if plan is None or len(plan.items) < 4 or not _free(made, *plan.items):
        return False
    for item in plan.items:
        item.deadline = ""
    return _label(made, "missing-value", *plan.items, field="deadline")


def wrong_period(made: Draft, rng: random.Random) -> bool:
    """The title names years long past: every deadline lies outside."""
    plans = made.parts(Plan)
    if not made.period or len(plans) != 1 or len(made.appendices) > 2 or not _free(made, *plans[0].items):  # type: ignore[union-attr]  # plans hold items  # a plan
        return False
    if len(plans[0].items) < 5 or any(not a.announced for a in made.appendices):  # type: ignore[union-attr]  # plans hold items
        return False
    first, last = made.period
    made.title = made.title.replace(str(last), str(last - 10)).replace(str(first), str(first - 10))
    _touch(made, *plans[0].items)  # type: ignore[union-attr]  # plans hold items
    return _label(made, "date-out-of-period", field="period")


def lost_column(made: Draft, rng: random.Random) -> bool:
    """A list of schools without a column for the partners."""
    sites = _sites(made)
    if sites is None or not _free(made, *sites.pairs, *sites.groups):
        return False
    if sites.layout == "sections" and not sites.counts and not sites.further:
        return False  # one column is no table
    sites.lost_column, sites.total = "partner", ""
    _touch(made, *sites.pairs, *sites.groups)
    return _label(made, "header-mismatch|unknown-table", sites, also="header-mismatch unknown-table")


ANOMALIES: dict[str, Anomaly] = {
    "order number": number_conflict,
    "order date": date_conflict,
    "no number": _missing_on_title_page("number"),
    "no date": _missing_on_title_page("date"),
    "appendix not announced": not_announced,
    "appendix missing": announced_missing,
    "unknown table": unknown_table,
    "item gap": item_gap,
    "item duplicate": item_duplicate,
    "item order": item_order,
    "section order": section_order,
    "item elsewhere": item_elsewhere,
    "item format": item_format,
    "out of period": _deadline("date-out-of-period", _outside, needs_period=True),
    "before order": _deadline("date-before-order", _past, also="date-out-of-period"),
    "date unparsed": _deadline("date-unparsed", _senseless),
    "no deadline": no_deadline,
    "no executor": no_executor,
    "person alone": person_alone,
    "person variant": person_variant,
    "institute misread": institute_misread,
    "too many cells": too_many_cells,
    "duplicate pair": duplicate_pair,
    "two groups": two_groups,
    "boundary shift": boundary_shift,
    "filled down": filled_down,
    "partner at risk": partner_at_risk,
    "own partner": own_partner,
    "strange form": _school_text("unknown-abbreviation|ocr-suspect", _strange_form),
    "strange type": _school_text("unknown-abbreviation|ocr-suspect", _strange_type),
    "misread type": _school_text("ocr-fixed|ocr-suspect", _misread_type),
    "misread name": _school_text("ocr-fixed|ocr-suspect", _misread_name),
    "no partner": missing_partner,
    "no school": missing_school,
    "several in cell": several,
    "group gap": group_gap,
    "group duplicate": group_duplicate,
    "row gap": row_gap,
    "wrong total": wrong_total,
    "no partner column": lost_column,
    "partner's form": partner_form,
    "empty column": empty_column,
    "wrong period": wrong_period,
}
TEXT_ONLY = frozenset({"too many cells"})  # in other forms such a row cannot be written
