"""What anomalies share: a thing that nothing has touched yet, and its label."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.labelled.parts import Draft, Group, Item, Label, Pair, Plan, Sites

Anomaly = Callable[[Draft, random.Random], bool]


def free(made: Draft, *things: object) -> bool:
    return not any(id(t) in made.used for t in things)


def touch(made: Draft, *things: object) -> None:
    made.used.update(id(t) for t in things)


def label(made: Draft, code: str, *things: object, also: str = "", **more: str | None) -> bool:
    touch(made, *things)
    made.labels.append(Label(code, things, also=frozenset(also.split()), **more))  # type: ignore[arg-type]  # by name
    return True


def some_plan(made: Draft, rng: random.Random) -> Plan | None:
    plans = made.parts(Plan)
    return rng.choice(plans) if plans else None  # type: ignore[return-value]  # of the kind asked for


def list_of(made: Draft) -> Sites | None:
    lists = made.parts(Sites)
    return lists[0] if lists else None  # type: ignore[return-value]  # of the kind asked for


def some_item(made: Draft, rng: random.Random) -> Item | None:
    plan = some_plan(made, rng)
    items = [i for i in plan.items if free(made, i)] if plan else []
    return rng.choice(items) if items else None


def some_pair(made: Draft, rng: random.Random, fewest: int = 1) -> tuple[Group, Pair] | None:
    sites = list_of(made)
    pairs = (
        [(g, p) for g in sites.groups if len(g.pairs) >= fewest for p in g.pairs if free(made, p)]
        if sites
        else []
    )
    return rng.choice(pairs) if pairs else None
