"""Which appendices the text of an order announces, and which headings open one of another document."""

from __future__ import annotations

import regex

# «приложение № 1», «приложениям 1, 2 и 4», «приложения № 1–3»
_MENTION = regex.compile(
    r"(?<!\p{L})приложени\p{Ll}*+\s*+(?:№№?|N)?\s*(?P<list>\d{1,2}(?!\d)(?:\s*(?:,|и|-|–|—)\s*(?:№\s*)?\d{1,2}(?![\d.]))*)(?P<of>\s+к\s+(?:\p{L}+\s+){0,2}?\p{L}+)?",
    regex.IGNORECASE,
)
_ALONE = regex.compile(
    r"(?:\(|согласно\s+|в\s+соответствии\s+с\s+)приложени(?:е|ю|ем|я)\b(?!\s*(?:№|N|\d|\p{L}))",
    regex.IGNORECASE,
)
_OWN = regex.compile(
    r"\s+к\s+(?:настоящ|данн|этому|(?:приказу|распоряжению|постановлению)(?!\s+(?:от\b|№|\p{L}*(?:министерств|департамент|комитет|управлени|агентств|мин[пио]))))",
    regex.IGNORECASE,
)
_OF_ORDER = regex.compile(r"к\s+(?:\p{L}+\s+)?(?:приказ|распоряжени|постановлени|письм)", regex.IGNORECASE)
_OF = regex.compile(r"^\s*(?:к|ко)\s+\p{L}", regex.IGNORECASE)


def announced(text: str) -> frozenset[str]:
    """The numbers of the appendices that the order's own text names; "" for one without a number.

    An appendix of another document («приложение № 3 к приказу от …») is none of the order's.
    """
    found: set[str] = set()
    for match in _MENTION.finditer(text):
        if match["of"] and not _OWN.match(text, match.start("of")):
            continue
        numbers: list[int] = []
        for part in regex.finditer(r"(?P<to>[-–—]\s*(?:№\s*)?)?(?P<n>\d+)", match["list"]):
            n = int(part["n"])
            if part["to"] and numbers and numbers[-1] < n < numbers[-1] + 30:
                numbers.extend(range(numbers[-1] + 1, n))
            numbers.append(n)
        found.update(map(str, numbers))
    if _ALONE.search(text):
        found.add("")
    return frozenset(found)


def is_nested(heading: str, following: str) -> bool:
    """Whether «Приложение № 1» opens an appendix of an appendix («к Порядку …») and not one of the order."""
    rest = regex.sub(r"^\s*Приложени\p{Ll}*\s*(?:(?:№|N)?\s*\d{1,3})?", "", heading, flags=regex.IGNORECASE)
    of = rest.strip() or following.strip()
    return bool(_OF.match(of)) and not _OF_ORDER.match(of)
