"""Anomalies of plans."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from benchmarks.labelled import world
from benchmarks.labelled.parts import Draft
from benchmarks.labelled.touches import Anomaly, free, label, some_item, some_plan, touch


def item_gap(made: Draft, rng: random.Random) -> bool:
    """An item is lost from the middle."""
    plan = some_plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 3 and free(made, s)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(1, len(section.items) - 2)
    if not free(made, *section.items):
        return False
    del section.items[at]
    touch(made, section, *section.items)
    return label(made, "numbering-gap", section.items[at - 1], section.items[at], field="item_no")


def item_duplicate(made: Draft, rng: random.Random) -> bool:
    """An item bears the number of the one before it, and its own number is missing."""
    plan = some_plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 3 and free(made, s, *s.items)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(1, len(section.items) - 2)
    section.items[at].number = section.items[at - 1].number
    touch(made, section, *section.items)
    return label(made, "numbering-duplicate", section.items[at], section.items[at - 1], field="item_no")


def item_order(made: Draft, rng: random.Random) -> bool:
    """Two items changed places."""
    plan = some_plan(made, rng)
    sections = [s for s in plan.sections if len(s.items) >= 4 and free(made, s, *s.items)] if plan else []
    if not sections:
        return False
    section = rng.choice(sections)
    at = rng.randint(0, len(section.items) - 2)
    section.items[at], section.items[at + 1] = section.items[at + 1], section.items[at]
    touch(made, section, *section.items)
    return label(made, "numbering-order", section.items[at], section.items[at + 1], field="item_no")


def section_order(made: Draft, rng: random.Random) -> bool:
    """Two sections changed places."""
    plan = some_plan(made, rng)
    if (
        plan is None
        or len(plan.sections) < 3
        or plan.section_style not in ("wide", "beside")
        or plan.style not in ("dotted", "plain")
    ):
        return False
    if not free(made, *plan.sections, *plan.items):
        return False
    at = rng.randint(0, len(plan.sections) - 2)
    a, b = plan.sections[at], plan.sections[at + 1]
    plan.sections[at], plan.sections[at + 1] = b, a
    touch(made, *plan.sections)
    return label(made, "numbering-order", *a.items, *b.items, a, b, field="section_no")


def item_elsewhere(made: Draft, rng: random.Random) -> bool:
    """An item with the number of another section."""
    plan = some_plan(made, rng)
    if (
        plan is None
        or plan.style not in ("dotted", "plain")
        or len(plan.sections) < 3
        or plan.section_style == "roman"
    ):
        return False
    section = plan.sections[1]
    if len(section.items) < 3 or not free(made, section, *section.items):
        return False
    item = section.items[1]
    item.number = (
        item.number.replace("2.", "3.", 1) if rng.random() < 0.5 else item.number.replace("2.", "1.", 1)
    )
    number = item.number.rstrip(".")
    twins = [i for s in plan.sections for i in s.items if i is not item and i.number.rstrip(".") == number]
    if twins:
        item.number = item.number.replace("2", "9") if item.number[0] != "2" else item.number
    touch(made, section, *section.items)
    return label(made, "numbering-order", item, field="item_no")


def item_format(made: Draft, rng: random.Random) -> bool:
    """One number without its dot, or with a bracket."""
    plan = some_plan(made, rng)
    if plan is None or len(plan.items) < 6 or any(label.code == "numbering-format" for label in made.labels):
        return False
    item = rng.choice(plan.items)
    if not free(made, item):
        return False
    item.number = {"dotted": item.number.rstrip("."), "bracket": item.number.rstrip(")") + "."}.get(
        plan.style, item.number + "."
    )
    right = (
        item.number + "."
        if plan.style == "dotted"
        else item.number.rstrip(".") + (")" if plan.style == "bracket" else "")
    )
    return label(made, "numbering-format", item, suggestion=right, severity="info")


def deadline(
    code: str, texts: Callable[[Draft, random.Random], str], *, also: str = "", needs_period: bool = False
) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        if (needs_period and not made.period) or "date" in made.drop:
            return False
        item = some_item(made, rng)
        if item is None:
            return False
        item.deadline = texts(made, rng)
        return label(made, code, item, also=also, field="deadline")

    return anomaly


def past(made: Draft, rng: random.Random) -> str:
    year, month, _ = made.date
    return rng.choice(
        (
            f"до 05.{month:02}.{year}",
            f"до 3 {world.MONTHS_OF[month - 1]} {year} года",
            f"декабрь {year - 1} г.",
        )
    )


def outside(made: Draft, rng: random.Random) -> str:
    assert made.period is not None
    last = made.period[1]
    return rng.choice((f"{last - 1}-{last + 2} гг.", f"март {last + 1} г.", f"до 1 июня {last + 1} года"))


def senseless(made: Draft, rng: random.Random) -> str:
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
    item = some_item(made, rng)
    if item is None:
        return False
    item.deadline = ""
    return label(made, "missing-value", item, field="deadline")


def no_executor(made: Draft, rng: random.Random) -> bool:
    item = some_item(made, rng)
    if item is None:
        return False
    item.executors = ""
    return label(made, "missing-value", item, field="executors")


def person_alone(made: Draft, rng: random.Random) -> bool:
    """A person without an organization, where the others have one."""
    item = some_item(made, rng)
    if item is None:
        return False
    item.executors = rng.choice(("(Ефремова Л.С.)", "Ефремова Л.С.", "Ефремова Л.С., Зуев Н.Н."))
    return label(made, "executor-without-organization", item)


def person_variant(made: Draft, rng: random.Random) -> bool:
    """A surname misread once."""
    plan = some_plan(made, rng)
    if plan is None:
        return False
    counts = Counter(p for i in plan.items for p in world.PEOPLE if p in i.executors)
    for person, n in counts.most_common(1):
        items = [i for i in plan.items if person in i.executors and free(made, i)]
        wrong = (
            person.replace("л", "д", 1).replace("ин", "нн", 1)
            if "л" in person
            else person.replace("и", "н", 1)
        )
        if n < 4 or not items or wrong == person:
            return False
        item = rng.choice(items)
        item.executors = item.executors.replace(person, wrong)
        return label(made, "name-variant|ocr-fixed", item, suggestion=person)
    return False


def institute_misread(made: Draft, rng: random.Random) -> bool:
    """И read as П in an acronym that the order has many times."""
    plan = some_plan(made, rng)
    items = [i for i in plan.items if made.region.institute in i.executors and free(made, i)] if plan else []
    if len(items) < 6 or "ИРО" not in made.region.institute:
        return False
    item = rng.choice(items)
    wrong = made.region.institute.replace("ИРО", "ПРО")
    item.executors = item.executors.replace(made.region.institute, wrong)
    return label(made, "ocr-fixed|name-variant|ocr-suspect", item)


def too_many_cells(made: Draft, rng: random.Random) -> bool:
    item = some_item(made, rng)
    if item is None:
        return False
    item.extra = "выполнено"
    return label(made, "ragged-row", item)
