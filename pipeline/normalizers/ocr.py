"""The noisy channel that all normalizers share: `P(candidate | seen) ∝ P(candidate) · P(seen | candidate)`.

`channel_cost` is −ln P(seen | candidate): a weighted edit distance (Brill and Moore 2000: edits between
strings of up to
three letters) whose weights are counts of real confusions (`data/lexicons/confusions.csv`) and rates of the
other
operations (`channel.csv`). A digit is never read as another digit, lost or found: such a cost is infinite.

`rank` weighs the candidates of one field against each other and against «the seen form is right» and «it is
something
that nobody listed»; `decide` turns that into fixed, suggested or kept. Thresholds and prior weights:
`decision.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import exp, inf, log

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.model import Candidate, Note, Status, note

_LONGEST = 3  # letters on either side of a confusion
_MARKS = frozenset(".,;:'’`\"«»„“”-–—_·•()|!")
TOLD = 0.01  # posterior from which a candidate's reasons are given
_RARE = 9.5  # nats: once in some ten thousand letters
_SHOWN = 5  # candidates given with reasons


def _cost(p: float) -> float:
    return -log(p) if p > 0 else inf


@cache
def _rates() -> Mapping[str, float]:
    return {name: _cost(value) for name, value in lexicons.numbers("channel").items()}


@cache
def _confusions() -> Mapping[tuple[str, str], float]:
    """(truth, seen) → cost. Rows of several sources for one pair are pooled; small letters stand for
    capitals.
    """
    counts: dict[tuple[str, str], tuple[float, float]] = {}
    for row in lexicons.rows("confusions"):
        pair = (row["truth"], row["seen"])
        count, total = counts.get(pair, (0.0, 0.0))
        counts[pair] = (count + float(row["count"]), total + float(row["total"]))
    costs = {pair: _cost(min(0.5, count / total)) for pair, (count, total) in counts.items()}
    for twin in lexicons.rows("twins"):
        costs[(twin["cyrillic"], twin["latin"])] = min(
            costs.get((twin["cyrillic"], twin["latin"]), inf), log(100)
        )
    other_case = _rates()["unlisted_case"]
    for (truth, seen), cost in list(costs.items()):
        for change in (str.lower, str.upper):
            pair = (change(truth), change(seen))
            if pair not in costs:
                costs[pair] = cost + other_case
    return {p: c for p, c in costs.items() if p[0] != p[1] and not _digits_differ(*p)}


def _digits_differ(truth: str, seen: str) -> bool:
    """Whether a digit stands against other digits, or is lost or found without a letter in its place."""
    in_truth, in_seen = [c for c in truth if c.isdigit()], [c for c in seen if c.isdigit()]
    if in_truth and in_seen:
        return in_truth != in_seen
    return (bool(in_truth) and not seen.strip(" .")) or (bool(in_seen) and not truth.strip(" ."))


@cache
def _shapes() -> tuple[tuple[int, int], ...]:
    """The lengths of the listed confusions beyond one letter for one."""
    return tuple(sorted({(len(t), len(s)) for t, s in _confusions()} - {(1, 1), (0, 1), (1, 0)}))


@cache
def _by_seen() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """What a piece in small letters may have been read from: (truth, cost), without the rarest."""
    found: dict[str, list[tuple[str, float]]] = {}
    for (truth, wrong), cost in _confusions().items():
        if wrong and cost < _RARE and truth == truth.lower() and wrong == wrong.lower():
            found.setdefault(wrong, []).append((truth, cost))
    return {wrong: tuple(options) for wrong, options in found.items()}


def sources(seen: str, at: int) -> Iterator[tuple[int, str, float]]:
    """What may have been misread at a place of `seen`: (letters of `seen` it takes, truth, cost)."""
    for length in range(1, min(_LONGEST, len(seen) - at) + 1):
        for truth, cost in _by_seen().get(seen[at : at + length], ()):
            yield length, truth, cost


@lru_cache(maxsize=1 << 10)
def is_misread(seen: str) -> bool:
    """Whether a listed confusion reads some single letter as these."""
    return any(wrong == seen and len(truth) == 1 for truth, wrong in _confusions())


def lost(letter: str, before: str) -> float:
    """The cost of losing a letter behind another."""
    return _lost(letter, before)


@cache
def _last_letters() -> frozenset[tuple[str, str]]:
    """The last letters (truth, seen) of the longer confusions: where another pair stands, none is tried."""
    return frozenset((t[-1:], s[-1:]) for t, s in _confusions() if (len(t), len(s)) in _shapes())


def channel_cost(seen: str, candidate: str) -> float:
    """−ln P(seen | candidate) in nats, ≥ 0; 0 for equal texts, infinite where a digit would have to
    change.
    """
    if seen == candidate:
        return 0.0
    return sum(_core_cost(wrong, truth) for wrong, truth in _chunks(seen, candidate))


def _chunks(seen: str, truth: str) -> list[tuple[str, str]]:
    """The pieces (seen, truth) that differ, each with an equal letter on either side; three equal ones
    part them.
    """
    pieces: list[list[int]] = []
    for op in Levenshtein.opcodes(truth, seen):
        if op.tag == "equal":
            continue
        if pieces and op.src_start - pieces[-1][1] < _LONGEST:
            pieces[-1][1], pieces[-1][3] = op.src_end, op.dest_end
        else:
            pieces.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    return [(seen[max(0, c - 1) : d + 1], truth[max(0, a - 1) : b + 1]) for a, b, c, d in pieces]


@lru_cache(maxsize=1 << 17)
def _core_cost(seen: str, truth: str) -> float:
    return _align(seen, truth)[len(truth)][len(seen)][0]


@lru_cache(maxsize=1 << 14)
def _single(truth: str, seen: str) -> float:
    """The cost of one letter against one."""
    if truth == seen:
        return 0.0
    found = _confusions().get((truth, seen))
    if found is not None:
        return found
    rates = _rates()
    if truth.isdigit() or seen.isdigit():
        return inf
    if truth in "ёЁ" and seen in "еЕ":
        return rates["yo"] + (0.0 if truth.isupper() == seen.isupper() else rates["case"])
    if truth.lower() == seen.lower():
        return rates["case"]
    return rates["substitute"]


@lru_cache(maxsize=1 << 12)
def _lost(letter: str, before: str) -> float:
    rates = _rates()
    if letter.isdigit():
        return inf
    if letter == " ":
        return rates["delete_space"]
    if letter in _MARKS:
        return rates["delete_mark"]
    listed = _confusions().get((letter, ""), inf)
    return min(listed, rates["undouble"] if letter.lower() == before.lower() else rates["delete"])


@lru_cache(maxsize=1 << 12)
def _found(letter: str, before: str) -> float:
    rates = _rates()
    if letter.isdigit():
        return inf
    if letter == " ":
        return rates["insert_space"]
    if letter in _MARKS:
        return rates["insert_mark"]
    listed = _confusions().get(("", letter), inf)
    return min(listed, rates["double"] if letter.lower() == before.lower() else rates["insert"])


def _swapped(first: str, second: str) -> float:
    """The cost of two letters in each other's place."""
    return _rates()["transpose"] if first.isalpha() and second.isalpha() else inf


def _align(seen: str, truth: str) -> list[list[tuple[float, int, int]]]:
    """The table of the edit distance: cheapest cost and the lengths (truth, seen) of the last step."""
    confusions, shapes, ends = _confusions(), _shapes(), _last_letters()
    n, m = len(truth), len(seen)
    lost = [_lost(truth[i], truth[i - 1 : i]) for i in range(n)]
    found = [_found(seen[j], seen[j - 1 : j]) for j in range(m)]
    table = [[(inf, 0, 0)] * (m + 1) for _ in range(n + 1)]
    table[0][0] = (0.0, 0, 0)
    for i in range(n + 1):
        row, above = table[i], table[i - 1]
        for j in range(m + 1):
            best, a_step, b_step = row[j]
            if i and j:
                cost = above[j - 1][0] + _single(truth[i - 1], seen[j - 1])
                if cost < best:
                    best, a_step, b_step = cost, 1, 1
            if i and above[j][0] + lost[i - 1] < best:
                best, a_step, b_step = above[j][0] + lost[i - 1], 1, 0
            if j and row[j - 1][0] + found[j - 1] < best:
                best, a_step, b_step = row[j - 1][0] + found[j - 1], 0, 1
            if i > 1 and j > 1 and truth[i - 2 : i] == seen[j - 1] + seen[j - 2]:
                cost = table[i - 2][j - 2][0] + _swapped(truth[i - 2], truth[i - 1])
                if cost < best:
                    best, a_step, b_step = cost, 2, 2
            if i and j and (truth[i - 1], seen[j - 1]) in ends:
                for a, b in shapes:
                    if a <= i and b <= j:
                        step = confusions.get((truth[i - a : i], seen[j - b : j]))
                        if step is not None and table[i - a][j - b][0] + step < best:
                            best, a_step, b_step = table[i - a][j - b][0] + step, a, b
            row[j] = (best, a_step, b_step)
    return table


def differences(seen: str, candidate: str) -> tuple[tuple[str, str], ...]:
    """The confusions of the cheapest alignment as (truth, seen), in reading order."""
    return tuple(step for piece in _chunks(seen, candidate) for step in _core_steps(*piece))


@lru_cache(maxsize=1 << 16)
def _core_steps(seen: str, truth: str) -> tuple[tuple[str, str], ...]:
    table = _align(seen, truth)
    i, j = len(truth), len(seen)
    steps: list[tuple[str, str]] = []
    while (i or j) and table[i][j][0] < inf:
        _, a, b = table[i][j]
        if truth[i - a : i] != seen[j - b : j]:
            steps.append((truth[i - a : i], seen[j - b : j]))
        i, j = i - a, j - b
    return tuple(reversed(steps))


def explain(seen: str, candidate: str) -> tuple[Note, ...]:
    """What would have to be misread, in words: «ш read as п»."""
    notes: list[Note] = []
    for truth, wrong in differences(seen, candidate):
        if not wrong.strip():
            notes.append(note("ocr.lost" if truth.strip() else "ocr.space-lost", truth=truth))
        elif not truth.strip():
            notes.append(note("ocr.found" if not truth else "ocr.space-read", seen=wrong))
        else:
            notes.append(note("ocr.confusion", truth=truth, seen=wrong))
    return tuple(notes)


def consensus(count: int, total: int, text: str) -> Note:
    """«21 of 22 mentions in this order say …»."""
    return note("ocr.consensus", count=count, total=total, text=text)


def rank(
    seen: str,
    candidates: Mapping[str, float],
    *,
    valid: bool,
    closed: bool = False,
    total: float | None = None,
) -> tuple[Candidate, ...]:
    """The candidates with their posteriors, best first; what is left to 1 is «something that nobody listed».

    `candidates`: text → weight, as many as mentions speak for it. `valid`: the seen form could be right by
    itself though
    it is not listed. `closed`: the list is complete but for rare exceptions (legal forms, school types).
    `total` is the
    weight of all that could stand in the field, where the candidates are only some of it.
    The seen form itself comes back too, where it is listed or valid.
    """
    numbers = lexicons.numbers("decision")
    weight = max(total or 0.0, sum(candidates.values()))
    if weight <= 0:
        return ()
    new = numbers["closed_new_value"] * weight if closed else numbers["new_value"]
    scores: dict[str, float] = {}
    for text in near(seen, candidates):
        cost = channel_cost(seen, text)
        if cost < inf:
            scores[text] = candidates[text] / (weight + new) * exp(-cost)
    unknown = new / (weight + new) / numbers["valid_forms"]
    if valid:
        scores[seen] = scores.get(seen, 0.0) + unknown
    rest = unknown * (1.0 if closed else numbers["damage_rate"])
    norm = sum(scores.values()) + rest
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return tuple(
        Candidate(
            text, round(score / norm, 4), explain(seen, text) if text != seen and score > TOLD * norm else ()
        )
        for text, score in ranked
        if score / norm > 1e-4
    )


def near(seen: str, candidates: Mapping[str, float]) -> Iterable[str]:
    """The candidates within a few edits, so that the costly alignment runs on few."""
    if len(candidates) <= 8:
        return candidates
    reach = 2 + len(seen) // 4
    found = process.extract(
        seen,
        candidates.keys(),
        scorer=Levenshtein.distance,
        processor=str.lower,
        score_cutoff=reach,
        limit=12,
    )
    return [text for text, _, _ in found]


def decide(seen: str, ranked: Sequence[Candidate], *, valid: bool = False) -> Status:
    """`fixed` when the best candidate is another form, certain, and the seen form is not valid by itself.

    `suggested` when another form is worth a look, `kept` otherwise.
    """
    if not ranked:
        return "kept"
    numbers = lexicons.numbers("decision")
    best = ranked[0]
    if best.value == seen:
        return "kept"
    if best.confidence >= numbers["fixed"] and not valid:
        return "fixed"
    return "suggested" if best.confidence >= numbers["suggested"] else "kept"
