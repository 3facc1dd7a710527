"""Letter trigrams of Russian names, counted in the dictionary of pymorphy3 (OpenCorpora, CC BY-SA):
`name_trigrams.csv`.

    python -m benchmarks.estimate_trigrams > pipeline/data/lexicons/name_trigrams.csv

Counted are the distinct lemmas of place names and surnames, and all adjectives in -ский and -цкий in the
feminine
nominative, as school names use them; `^` and `$` are the borders of the word.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict

import pymorphy3

SOURCE = "OpenCorpora dictionary"


def names() -> set[str]:
    """The words counted, in small letters, ё as е."""
    found: set[str] = set()
    for word, tag, lemma, _, _ in pymorphy3.MorphAnalyzer().dictionary.iter_known_words():
        text = str(tag)
        name = ("Geox" in text or "Surn" in text) and word == lemma
        adjective = text.startswith("ADJF") and "femn,sing,nomn" in text and word.endswith(("ская", "цкая"))
        if name or adjective:
            found.add(word.replace("ё", "е"))
    return {w for w in found if w.isalpha()}


def main() -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word in names():
        padded = f"^^{word}$"
        for i in range(len(padded) - 2):
            counts[padded[i : i + 2]][padded[i + 2]] += 1
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("context", "following", "source"))
    for context in sorted(counts):
        following = " ".join(f"{letter}{n}" for letter, n in sorted(counts[context].items()))
        writer.writerow((context, following, SOURCE))


if __name__ == "__main__":
    main()
