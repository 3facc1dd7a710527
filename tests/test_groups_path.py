"""The path through rows × municipalities, held against trying every path."""

from __future__ import annotations

from itertools import pairwise, product
from math import exp, isclose

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.groups_path import Lattice, best, posteriors

COST = st.integers(0, 40).map(lambda n: n / 8)


@st.composite
def lattices(draw: st.DrawFn) -> Lattice:
    rows, states = draw(st.integers(1, 5)), draw(st.integers(1, 4))

    def some(n: int) -> list[float]:
        return draw(st.lists(COST, min_size=n, max_size=n))

    return Lattice(
        [some(states) for _ in range(rows)], some(rows - 1), some(rows - 1), some(states), some(states)
    )


def cost_of(lattice: Lattice, path: tuple[int, ...]) -> float:
    total = sum(lattice.skip[: path[0]]) + lattice.enter[path[0]] + sum(lattice.skip[path[-1] + 1 :])
    total += sum(lattice.emission[i][k] for i, k in enumerate(path))
    for i, (a, b) in enumerate(pairwise(path)):
        total += (
            lattice.stay[i] if a == b else lattice.change[i] + sum(lattice.skip[a + 1 : b]) + lattice.enter[b]
        )
    return total


def all_paths(lattice: Lattice) -> list[tuple[int, ...]]:
    n = len(lattice.enter)
    return [p for p in product(range(n), repeat=len(lattice.emission)) if list(p) == sorted(p)]


@settings(deadline=None)
@given(lattices())
def test_the_path_is_the_cheapest_of_all_that_never_go_back(lattice: Lattice) -> None:
    path = tuple(best(lattice))
    assert path in all_paths(lattice)
    assert isclose(cost_of(lattice, path), min(cost_of(lattice, p) for p in all_paths(lattice)), abs_tol=1e-9)


@settings(deadline=None)
@given(lattices())
def test_the_probabilities_are_those_of_all_paths(lattice: Lattice) -> None:
    weights = {p: exp(-cost_of(lattice, p)) for p in all_paths(lattice)}
    total = sum(weights.values())
    for row, odds in enumerate(posteriors(lattice)):
        for state, odd in enumerate(odds):
            true = sum(w for p, w in weights.items() if p[row] == state) / total
            assert isclose(odd, true, abs_tol=1e-9)
