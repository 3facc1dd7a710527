"""School mentions a second against a large list of reference names, beside other ways to do it.

    python -m benchmarks.schools_speed [--reference 200000] [--mentions 20000] [--damage 0.1]

Every mention is parsed, normalized and looked up in the list; damaged ones get candidates with posteriors.
The other ways only look
for the nearest name: rapidfuzz `cdist` (one core), symspellpy (where it is installed), and a loop in
Python with rapidfuzz's
distance; they are timed on few mentions and scaled. Peak memory is that of this process.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import time
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from benchmarks import schools_generator as generator
from pipeline.normalizers import school
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_match import SchoolIndex


def reference(n: int, rng: random.Random) -> list[str]:
    """`n` different names of schools; settlement names are invented until there are enough."""
    names: dict[str, None] = {}
    syllables = generator.SYLLABLES
    while len(names) < n:
        place = "".join(rng.choices(syllables, k=rng.randint(1, 3))).capitalize() + rng.choice(
            generator.TAILS
        )
        kind = generator.pick(rng, generator.TYPES)
        number = f" № {rng.randint(1, 9)}" if rng.random() < 0.1 else ""
        names[f"МБОУ {generator.adjective(place, masculine=kind == 'лицей')} {kind}{number}"] = None
    return list(names)


def damage(name: str, rng: random.Random) -> str:
    pairs = [(i, t, w) for t, w in generator.LETTERS for i in range(6, len(name)) if name.startswith(t, i)]
    i, truth, wrong = rng.choice(pairs)
    return name[:i] + wrong + name[i + len(truth) :]


def timed(run: Callable[[], object], count: int) -> float:
    """Mentions a second of CPU time."""
    start = time.process_time()
    run()
    return count / max(1e-9, time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reference", type=int, default=200_000)
    parser.add_argument("--mentions", type=int, default=20_000)
    parser.add_argument("--damage", type=float, default=0.1)
    parser.add_argument("--unique", action="store_true", help="no mention twice, so that no cache helps")
    options = parser.parse_args()
    rng = random.Random(1)
    names = reference(options.reference, rng)
    start = time.process_time()
    index = SchoolIndex(names)
    print(f"index of {len(names)} names built in {time.process_time() - start:.1f} s")
    truths = rng.sample(names, min(options.mentions, len(names)))
    if not options.unique:
        truths = rng.choices(truths[: options.mentions // 5], k=options.mentions)
    mentions = [damage(t, rng) if rng.random() < options.damage else t for t in truths]
    found: list[str | None] = []

    def ours() -> None:
        context = Context()
        for mention in mentions:
            value = school.normalize(mention, context)
            candidates = index.candidates(value)
            found.append(candidates[0].value if candidates else str(value.parts["proper_name"]))

    print(f"this       {timed(ours, len(mentions)):10,.0f} mentions/s")
    asked = [k for k, (t, m) in enumerate(zip(truths, mentions, strict=True)) if t != m]
    right = sum(found[k] is not None and f" {found[k]} " in f"{truths[k]} " for k in asked)
    print(
        f"           {right / max(1, len(asked)):.1%} of {len(asked)} damaged mentions: the right name first"
    )
    for label, run, count in others(names, mentions):
        print(f"{label:10} {timed(run, count):10,.0f} mentions/s (timed on {count})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def others(names: Sequence[str], mentions: Sequence[str]) -> list[tuple[str, Callable[[], object], int]]:
    """(label, what to time, mentions in it)."""
    some = mentions[:100]

    def matrix() -> object:
        return process.cdist(some, names, scorer=Levenshtein.distance, score_cutoff=2, workers=1)

    found: list[tuple[str, Callable[[], object], int]] = [
        ("cdist", matrix, len(some)),
        ("loop", lambda: [min(names, key=lambda n, m=m: Levenshtein.distance(m, n)) for m in some[:10]], 10),
    ]  # fmt: skip
    if importlib.util.find_spec("symspellpy"):
        from symspellpy import SymSpell, Verbosity

        speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=12)
        for name in names:
            speller.create_dictionary_entry(name, 1)
        found.append(
            ("symspellpy", lambda: [speller.lookup(m, Verbosity.CLOSEST, 2) for m in mentions], len(mentions))
        )
    else:
        print("symspellpy is not installed: left out")
    return found


if __name__ == "__main__":
    main()
