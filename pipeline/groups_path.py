"""The best path of a list's rows through its municipalities, and how sure each row is.

A hidden Markov model whose states are municipalities: a row's cost says how ill its school, its partner
and the heading above it fit a municipality, a step's cost how ill the change from row to row fits the
printed borders. All costs are −ln of probabilities. `best` is the Viterbi path, `posteriors` are
forward–backward marginals (Rabiner, A tutorial on hidden Markov models, 1989). A path never goes back,
and one sweep over the states per row is enough: rows × states steps in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp


@dataclass(frozen=True, slots=True)
class Lattice:
    """`emission[row][state]`; `stay[row]` and `change[row]` are the costs of the step from that row to
    the next.

    `enter[state]` is paid by whoever comes into a state, `skip[state]` by whoever passes it by. States never
    go back.
    """

    emission: Sequence[Sequence[float]]
    stay: Sequence[float]
    change: Sequence[float]
    enter: Sequence[float]
    skip: Sequence[float]


def best(lattice: Lattice) -> list[int]:
    """The cheapest path, one state per row; of equals the one in the later state."""
    n = len(lattice.enter)
    cost, back = _start(lattice), []
    for row in range(1, len(lattice.emission)):
        before, cost, came = cost, [0.0] * n, [0] * n
        stay, change = lattice.stay[row - 1], lattice.change[row - 1]
        reach, origin = _reach(before, lattice.skip)
        for k in range(n):
            moved = reach[k] + change + lattice.enter[k]
            stayed = before[k] + stay
            came[k] = k if stayed <= moved else origin[k]
            cost[k] = min(stayed, moved) + lattice.emission[row][k]
        back.append(came)
    tail = _tails(lattice)
    state = min(range(n), key=lambda k: (cost[k] + tail[k], -k))
    path = [state]
    for came in reversed(back):
        state = came[state]
        path.append(state)
    return path[::-1]


def _start(lattice: Lattice) -> list[float]:
    passed, cost = 0.0, []
    for k, enter in enumerate(lattice.enter):
        cost.append(passed + enter + lattice.emission[0][k])
        passed += lattice.skip[k]
    return cost


def _tails(lattice: Lattice) -> list[float]:
    """The cost of the states that are passed by after the last row."""
    tail, passed = [], 0.0
    for skip in reversed(lattice.skip):
        tail.append(passed)
        passed += skip
    return tail[::-1]


def _reach(cost: Sequence[float], skip: Sequence[float]) -> tuple[list[float], list[int]]:
    """For each state the cheapest way to come to it from an earlier one, and from which."""
    reach, origin, at, cheapest = [], [], 0, float("inf")
    for k, here in enumerate(cost):
        reach.append(cheapest)
        origin.append(at)
        if here <= cheapest + skip[k]:
            cheapest, at = here, k
        else:
            cheapest += skip[k]
    return reach, origin


def posteriors(lattice: Lattice) -> list[list[float]]:
    """Each row's probabilities of the states, summing to 1."""
    rows, n = len(lattice.emission), len(lattice.enter)
    weight = [[exp(-c) for c in row] for row in lattice.emission]
    enter = [exp(-c) for c in lattice.enter]
    skip = [exp(-c) for c in lattice.skip]
    forward = [_scaled([exp(-c) for c in _start(lattice)])]
    for row in range(1, rows):
        stay, change = exp(-lattice.stay[row - 1]), exp(-lattice.change[row - 1])
        before = forward[-1]
        into = _passing(before, skip)
        forward.append(
            _scaled([(before[k] * stay + into[k] * change * enter[k]) * weight[row][k] for k in range(n)])
        )
    backward = [_scaled([exp(-c) for c in _tails(lattice)])]
    for row in range(rows - 2, -1, -1):
        stay, change = exp(-lattice.stay[row]), exp(-lattice.change[row])
        after = [backward[-1][k] * weight[row + 1][k] for k in range(n)]
        entered = [a * e for a, e in zip(after, enter, strict=True)]
        out = _passing(entered[::-1], skip[::-1])[::-1]
        backward.append(_scaled([after[k] * stay + out[k] * change for k in range(n)]))
    return [
        _scaled([f * b for f, b in zip(fs, bs, strict=True)])
        for fs, bs in zip(forward, reversed(backward), strict=True)
    ]


def _passing(values: Sequence[float], skip: Sequence[float]) -> list[float]:
    into, carried = [], 0.0
    for value, passed in zip(values, skip, strict=True):
        into.append(carried)
        carried = carried * passed + value
    return into


def _scaled(values: Sequence[float]) -> list[float]:
    total = sum(values) or 1.0
    return [max(0.0, v) / total for v in values]
