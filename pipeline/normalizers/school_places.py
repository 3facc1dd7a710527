"""Places in school names: where a locality begins, districts and regions with their nominative and
genitive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.normalizers.school_elements import head_nominative
from pipeline.normalizers.school_names import recase
from pipeline.normalizers.school_words import Token, phrase_at

ADJECTIVE = re.compile(
    r".*[^\W\d_](?:ая|яя|ой|ей|ую|юю|ый|ий|ого|его|ому|ему|ым|им|ом|ем|ое|ее)", re.IGNORECASE
)


def locality_follows(items: Sequence[Token], i: int, any_case: bool) -> bool:
    hit = phrase_at(items, i, ("locality",))
    if hit is None or i + hit[0] >= len(items):
        return False
    last, following = items[i + hit[0] - 1].text, items[i + hit[0]]
    if last == "а" or _stands_before_type(items, i + hit[0]):
        return False
    short = len(last.rstrip(".")) <= 2 and not (last.isupper() and len(last) == 2)
    if short and not last.endswith(".") and not any_case and items[i].text[0].isupper():
        return False
    if following.text == "«" and i + hit[0] + 1 < len(items) and phrase_at(items, i + hit[0] + 1, ("type",)):
        return False
    return following.kind == "number" or any_case or following.text[:1].isupper() or following.text == "«"


def join(items: Sequence[Token]) -> str:
    return " ".join(token.text for token in items)


def _stands_before_type(items: Sequence[Token], i: int) -> bool:
    """«Ст. Матакская СОШ»: an adjective before the type is a name, not a place."""
    capital = items[i - 1].text[:1].isupper() and items[i - 1].text.endswith(".")
    relational = items[i].text.lower().endswith(("ская", "цкая"))
    return capital and relational and i + 1 < len(items) and phrase_at(items, i + 1, ("type",)) is not None


def district_at(items: Sequence[Token], i: int, any_case: bool) -> tuple[int, str, str, str] | None:
    """(tokens used, slot, genitive text, nominative name) of a district or region that begins at `i`."""
    token = items[i]
    if hit := phrase_at(items, i, ("republic",)):
        words = [t for t in items[i + hit[0] : i + hit[0] + 2] if t.text[0].isupper() and t.kind == "word"]
        name = " ".join(t.text for t in words)
        return (hit[0] + len(words), "region", f"Республики {name}", f"Республика {name}") if words else None
    if hit := phrase_at(items, i, ("city",)):
        return (hit[0], "region", join(items[i : i + hit[0]]), hit[2])
    if i + 1 >= len(items) or not ADJECTIVE.fullmatch(token.text):
        return None
    for slot in ("district", "region", "republic"):
        hit = phrase_at(items, i + 1, (slot,))
        if hit is None or (token.text[0].islower() and not any_case):
            continue
        head = hit[2]
        stem_ = recase(token.text)[: -(3 if token.text.lower().endswith(("ого", "его", "ому")) else 2)]
        feminine = head in ("области", "Республики")
        genitive = stem_ + ("ой" if feminine else "ого")
        base = stem_ + ("ая" if feminine else "ий" if stem_[-1:] in "кгх" else "ый")
        return (
            1 + hit[0],
            "region" if slot != "district" else slot,
            f"{genitive} {head}",
            f"{base} {head_nominative(head)}",
        )
    return None
