"""The rows of two witnesses of one order, put side by side.

Equal rows are found first (longest common subsequence); between them the pairs that are most alike, in order
(Needleman and Wunsch 1970); then rows that stand elsewhere in the other witness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from pipeline import lexicons
from pipeline.model import Record
from pipeline.witness_text import content, digits

_FIELDS = {  # what tells a row from others, and how much
    "activities": {"title": 3.0, "deadline": 1.0, "item_no": 0.5},
    "training_sites": {"school": 2.0, "partner": 1.0, "municipality": 1.0},
}
_BAND = 60  # rows by which the witnesses may have shifted in a long stretch without an equal row
_LARGE = 60_000  # pairs of such a stretch that are all compared

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is found by: the letters of its fields with their weights, and the numbers in them."""

    fields: tuple[str, ...]
    weights: tuple[float, ...]
    numbers: tuple[str, ...]


def row_of(record: Record) -> Row:
    """The row of a record of `activities` or `training_sites`."""
    weights = _FIELDS[record.dataset]
    raws = [record.raw(name) for name in weights]
    numbers = [n for name, raw in zip(weights, raws, strict=True) if name != "item_no" for n in digits(raw)]
    return Row(tuple(content(raw) for raw in raws), tuple(weights.values()), tuple(numbers))


def text_row(texts: Sequence[str]) -> Row:
    """The row of a table that no profile knows."""
    whole = " ".join(texts)
    return Row((content(whole),), (1.0,), tuple(digits(whole)))


def likeness(a: Row, b: Row) -> float:
    """0–1: the weighted mean of the likeness of the fields that either row has."""
    score = weight = 0.0
    for x, y, w in zip(a.fields, b.fields, a.weights, strict=True):
        if x or y:
            score += w * (1.0 if x == y else fuzz.ratio(x, y) / 100)
            weight += w
    return score / weight if weight else 1.0


def align(a: Sequence[Row], b: Sequence[Row]) -> tuple[list[Pair], set[int]]:
    """Pairs (row of a, row of b) in the order of `a`, each row of `b` that has no fellow behind the row that
    it follows; and the rows of `a` whose fellows stand elsewhere in `b`.
    """
    fellows: dict[int, int] = {}
    keys_a, keys_b = [r.fields for r in a], [r.fields for r in b]
    for op in LCSseq.opcodes(keys_a, keys_b):
        if op.tag == "equal":
            span = op.src_end - op.src_start
            fellows.update((op.src_start + k, op.dest_start + k) for k in range(span))
    anchors = [(-1, -1), *sorted(fellows.items()), (len(a), len(b))]
    for (i, j), (k, m) in pairwise(anchors):
        if k - i > 1 and m - j > 1:
            fellows.update(_between(a, b, range(i + 1, k), range(j + 1, m)))
    moved = _moved(a, b, fellows)
    return _in_order(len(a), len(b), {**fellows, **moved}, set(moved)), set(moved)


def _between(a: Sequence[Row], b: Sequence[Row], left: range, right: range) -> dict[int, int]:
    """The best pairs of two stretches, in order, that are alike enough to be the same rows."""
    numbers = lexicons.numbers("witness")
    if len(left) == len(right) == 1:
        alike = likeness(a[left[0]], b[right[0]]) >= numbers["row_between"]
        return {left[0]: right[0]} if alike else {}
    least = numbers["row_alike"]
    band = len(right) if len(left) * len(right) <= _LARGE else _BAND
    best: list[dict[int, float]] = [defaultdict(float)]
    taken: set[tuple[int, int]] = set()
    for x, i in enumerate(left, 1):
        row: dict[int, float] = defaultdict(float)
        middle = x * len(right) // len(left)
        first, last = max(1, middle - band), min(len(right), middle + band)
        row[first - 1] = best[-1][first - 1]
        for y in range(first, last + 1):
            row[y] = max(best[-1][y], row[y - 1])
            gain = likeness(a[i], b[right[y - 1]]) - least
            if gain >= 0 and best[-1][y - 1] + gain + 1e-9 > row[y]:
                row[y] = best[-1][y - 1] + gain + 1e-9
                taken.add((x, y))
        best.append(row)
    found: dict[int, int] = {}
    x, y = len(left), len(right)
    while x and y:
        if (x, y) in taken:
            found[left[x - 1]] = right[y - 1]
            x, y = x - 1, y - 1
        elif best[x - 1][y] >= best[x][y - 1]:
            x -= 1
        else:
            y -= 1
    return found


def _moved(a: Sequence[Row], b: Sequence[Row], fellows: dict[int, int]) -> dict[int, int]:
    """Rows without a fellow whose like stands elsewhere: each takes the most like, if almost the same."""
    taken = set(fellows.values())
    rest = [j for j in range(len(b)) if j not in taken]
    alone = [i for i in range(len(a)) if i not in fellows]
    large = len(rest) * len(alone) > _LARGE
    found: dict[int, int] = {}
    least = 1.0 if large else lexicons.numbers("witness")["row_moved"]
    by_numbers: dict[object, list[int]] = defaultdict(list)
    for j in rest:
        by_numbers[b[j] if large else b[j].numbers].append(j)
    for i in alone:
        there = by_numbers.get(a[i] if large else a[i].numbers, [])
        score, j = max(((likeness(a[i], b[j]), -j) for j in there), default=(0.0, 0))
        if there and score >= least:
            found[i] = -j
            there.remove(-j)
    return found


def _in_order(n_a: int, n_b: int, fellows: dict[int, int], moved: set[int]) -> list[Pair]:
    """All rows of both: those of `a` in their order, the others behind the row that they follow."""
    of_b = {j: i for i, j in fellows.items()}
    behind: dict[int, list[int]] = defaultdict(list)
    last = -1
    for j in range(n_b):
        if j not in of_b:
            behind[last].append(j)
        elif of_b[j] not in moved:
            last = of_b[j]
    pairs: list[Pair] = [(None, j) for j in behind[-1]]
    for i in range(n_a):
        pairs.append((i, fellows.get(i)))
        pairs.extend((None, j) for j in behind[i])
    return pairs


def shared(a: Sequence[Row], b: Sequence[Row]) -> float:
    """0–1: how many rows of the shorter list the longer one has, numbers and all."""
    if not a or not b:
        return 0.0
    pairs, _ = align(a, b)
    least = lexicons.numbers("witness")["row_equal"]
    equal = sum(
        1
        for i, j in pairs
        if i is not None and j is not None and a[i].numbers == b[j].numbers and likeness(a[i], b[j]) >= least
    )
    return equal / min(len(a), len(b))
