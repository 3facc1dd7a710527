"""Candidates for a damaged word out of a large list, in microseconds.

A misreading is local: of a word without its ending it leaves the first or the second half intact
(pigeonhole filter,
Navarro 2001, «A guided tour to approximate string matching»). So each word stands in two buckets, by its
length and either
half; a query looks into the buckets of its own length and of one letter more or less, takes the words
within the allowed
number of edits (rapidfuzz, in C) and leaves the weighing to `ocr.rank`.
Numbers are exact: a word with other digits is never a candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

EDITS = 2  # letters that a misreading worth a correction changes at most
_ENDING = 4  # letters that most words share («-ская»)
_MORE = 1  # letters more or less

Bucket = tuple[int, bool, str]


def fold(word: str) -> str:
    """Small letters, ё as е: what the index compares."""
    return word.lower().replace("ё", "е")


def digits(word: str) -> str:
    return "".join(c for c in word if c.isdigit())


def _halves(word: str, length: int) -> tuple[Bucket, Bucket]:
    """The two buckets of words of `length` letters that share a half with `word`."""
    stem = max(1, length - _ENDING)
    cut = stem // 2
    end = len(word) - (length - stem)
    return (length, True, word[:cut]), (length, False, word[end - (stem - cut) : end])


class Index:
    """Words with their weights; built once, then only asked. `len(index)` is the number of different
    words.
    """

    __slots__ = ("_buckets", "_words")

    def __init__(self, words: Mapping[str, float] | Iterable[str]) -> None:
        weights = words if isinstance(words, Mapping) else dict.fromkeys(words, 1.0)
        self._words: dict[str, dict[str, float]] = {}
        for word, weight in weights.items():
            self._words.setdefault(fold(word), {})[word] = float(weight)
        self._buckets: dict[Bucket, list[str]] = {}
        for folded in self._words:
            for bucket in _halves(folded, len(folded)):
                self._buckets.setdefault(bucket, []).append(folded)

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        return fold(word) in self._words

    def near(self, word: str, edits: int = EDITS, limit: int = 10, further: int = 1) -> dict[str, float]:
        """The words within `edits` letters of `word` with their weights, nearest first; the word itself
        included. Those more than `further` edits farther away than the nearest are left out.
        """
        folded, found = fold(word), dict[str, int]()
        for length in range(max(1, len(folded) - _MORE), len(folded) + _MORE + 1):
            for key in _halves(folded, length):
                bucket = self._buckets.get(key)
                if bucket is None:
                    continue
                for other, distance, _ in process.extract(
                    folded, bucket, scorer=Levenshtein.distance, score_cutoff=edits, limit=limit
                ):
                    found[other] = distance
        wanted = digits(folded)
        nearest = sorted((d, other) for other, d in found.items() if digits(other) == wanted)
        nearest = [item for item in nearest if item[0] <= nearest[0][0] + further]
        return {w: n for _, other in nearest[:limit] for w, n in self._words[other].items()}
