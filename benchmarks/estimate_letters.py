"""How letters follow each other in Russian names: `name_letters.csv`.

    python -m benchmarks.estimate_letters [SETTLEMENTS.csv …] [--without Кировской,Пензенской] >
    pipeline/data/lexicons/name_letters.csv

Counted are, of the dictionary of pymorphy3 (OpenCorpora, CC BY-SA), the distinct lemmas of place names and
surnames and all adjectives in -ская and -цкая; of each list (columns settlement, region: OKTMO, KLADR)
every settlement's name and the likeliest adjective made of it, as often as they stand there. `--without`:
regions (beginnings of names) that are left out, so that benchmarks can measure on names that the model
never saw. `^` and `$` are the borders of a word.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pymorphy3

from pipeline.toponyms import adjectives

CONTEXT = 3


def dictionary() -> set[str]:
    """Names and adjectives of the dictionary, in small letters, ё as е."""
    found: set[str] = set()
    for word, tag, lemma, _, _ in pymorphy3.MorphAnalyzer().dictionary.iter_known_words():
        text = str(tag)
        name = ("Geox" in text or "Surn" in text) and word == lemma
        adjective = text.startswith("ADJF") and "femn,sing,nomn" in text and word.endswith(("ская", "цкая"))
        if name or adjective:
            found.add(word.replace("ё", "е"))
    return {w for w in found if w.isalpha()}


def listed(path: Path, without: tuple[str, ...]) -> Iterator[str]:
    """Names of settlements and their adjectives."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            region = row["region"].removeprefix("Республики ")
            if without and region.startswith(without):
                continue
            name = row["settlement"].lower().replace("ё", "е")
            words = name.replace("-", " ").split()
            if not all(w.isalpha() for w in words):
                continue
            yield from words
            made = adjectives(name) if len(words) == 1 else ()
            if made:
                yield made[0].text + "ая"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("settlements", nargs="*", type=Path)
    parser.add_argument("--without", default="")
    options = parser.parse_args()
    without = tuple(options.without.split(",")) if options.without else ()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    words = [*sorted(dictionary()), *(w for path in options.settlements for w in listed(path, without))]
    for word in words:
        padded = "^" * CONTEXT + word + "$"
        for i in range(len(padded) - CONTEXT):
            for cut in range(
                CONTEXT + 1
            ):  # shorter contexts too, for names with letters seldom seen together
                counts[padded[i + cut : i + CONTEXT]][padded[i + CONTEXT]] += 1
    source = "OpenCorpora, OKTMO, KLADR" if options.settlements else "OpenCorpora"
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("context", "following", "source"))
    for context in sorted(counts):
        following = " ".join(f"{letter}{n}" for letter, n in sorted(counts[context].items()))
        writer.writerow((context, following, source))


if __name__ == "__main__":
    main()
