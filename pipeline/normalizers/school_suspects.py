"""Which words of a school's name look damaged by themselves, and what they may have been."""

from __future__ import annotations

from collections.abc import Container

from pipeline.model import Candidate
from pipeline.normalizers import ocr
from pipeline.normalizers.school_consensus import guesses, likelier
from pipeline.normalizers.school_elements import Parsed
from pipeline.normalizers.school_names import impossible


def by_letters(word: str, parsed: Parsed, text: str) -> list[Candidate]:
    """A name that is none, alone: the whole with the names that a misreading or two make it of."""
    if not any(e.slot == "adjective" and e.text == word for e in parsed.elements):
        return []
    ranked = guesses(word)
    if ocr.decide(word, ranked) == "kept":
        return []
    return [Candidate(text.replace(word, c.value, 1), c.confidence, c.evidence) for c in ranked[:3]]


def suspects(parsed: Parsed) -> list[str]:
    """Words of names that no Russian word can be."""
    found: list[str] = []
    for element in parsed.elements:
        if element.slot == "adjective" and impossible(element.text):
            found.append(element.text)
        elif element.slot in ("quoted", "locality") and element.name and not _numeric(element.name):
            found += [w for w in element.name.split() if w.isalpha() and len(w) > 3 and impossible(w, False)]
        elif (
            element.slot == "other"
            and element.text.isalnum()
            and not element.text.isdigit()
            and len(element.text) > 3
        ):
            known = {t for t, _ in parsed.unknown}
            if element.text not in known and impossible(element.text, False):
                found.append(element.text)
    return found


def _numeric(name: str) -> bool:
    return any(c.isdigit() for c in name)


def unlikely(parsed: Parsed, trusted: Container[str]) -> tuple[str, tuple[Candidate, ...]] | None:
    """A name that may be one but is spelled as hardly any is, where one misreading makes a usual name of it:
    (word, candidates). `trusted`: names that something else confirms.
    """
    for element in parsed.elements:
        if element.slot == "adjective" and element.text not in trusted:
            ranked = likelier(element.text)
            if ocr.decide(element.text, ranked) != "kept":
                return element.text, ranked
    return None
