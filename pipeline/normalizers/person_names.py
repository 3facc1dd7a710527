"""People's names in running text: where they stand, and their parts.

A name is a surname with initials on either side («Кольцова О.С.», «О. С. Кольцова»), or a full name with a
patronymic. Names inside « » or after «имени», «им.» belong to an organization and are not people of the
text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline import lexicons

_INITIAL = r"[\p{Lu}03]\s?\."
_INITIALS = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.]){_INITIAL}(?:\s?-\s?{_INITIAL}"
    rf"|\s?{_INITIAL}\s?-\s?{_INITIAL}|\s?\p{{Lu}}\s?-\s?{_INITIAL}"  # «З.Ш.-А.», «М.М-С.»
    rf"|\s?(?:{_INITIAL}|\p{{Lu}}(?![\p{{L}}\p{{N}}.])))?(?!\p{{N}})"
)
_WORD = r"\p{Lu}[\p{L}'’]+(?:\s?[-‐‑–]\s?\p{Lu}[\p{L}'’]+)?"
_LETTER = r"\p{Lu}\s?[.,]?"  # an initial whose dot was lost, or read as a comma
_UNDOTTED = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.])(?:(?P<name>{_WORD})\s{{1,2}}(?P<initials>{_LETTER}\s?{_LETTER})"
    rf"|(?P<initials>{_LETTER}\s?{_LETTER})\s{{0,2}}(?P<name>{_WORD}))(?![\p{{L}}\p{{N}}])"
)
_BEFORE = regex.compile(rf"(?<![\p{{L}}\p{{N}}])({_WORD})\s{{0,2}}$")
_BEHIND = regex.compile(rf"\s{{0,2}}({_WORD})(?![\p{{L}}\p{{N}}])")
_SMALL_BEFORE = regex.compile(r"(?<![\p{L}\p{N}-])(\p{Ll}{4,})\s{0,2}$")
_SMALL_BEHIND = regex.compile(r"\s{0,2}(\p{Ll}{4,})(?![\p{L}\p{N}-])")
_PATRONYMIC = regex.compile(
    r"(?<![\p{L}\p{N}])(?P<patronymic>\p{Lu}(?:[\p{Ll}]{2,}|[\p{Lu}]{2,})"
    r"(?i:(?:(?:ов|ев|ёв)(?:ич|н)|(?:ьич|ич|ичн|иничн))(?:а|у|ем|ом|е|ой|ы)?|[ -](?:оглы|кызы|улы)))"
    r"(?![\p{L}\p{N}])"
)
_ONE_WORD = regex.compile(rf"{_WORD}")
_NAMED_AFTER = regex.compile(r"(?:\bим\.|\bимени)(?:\s+[\p{L}.-]+){0,6}\s*$", regex.IGNORECASE)
_LONGEST_WORD = 40  # characters looked at on either side of the initials


@dataclass(frozen=True, slots=True)
class Name:
    """A name and where it stands. `initials` are «О.С.» without spaces; `given` and `patronymic` only
    from full names.
    """

    start: int
    end: int
    surname: str
    initials: str
    given: str | None = None
    patronymic: str | None = None


@cache
def _no_surnames() -> frozenset[str]:
    """Words that open the names of organizations, positions and legal forms, in small letters."""
    words = {w.lower() for r in lexicons.rows("organization_heads") for w in r["forms"].split("|")}
    words |= {w.lower() for w in lexicons.words("positions", "word")}
    words |= {w.lower() for w in lexicons.words("legal_forms", "abbreviation")}
    return frozenset(words | {w.lower() for w in lexicons.words("acronyms", "word")})


def find_persons(text: str, known: Collection[str] = ()) -> list[Name]:
    """The names in a text, in reading order; none overlaps another.

    `known` are surnames in small letters that the order has elsewhere: beside one of them, or a surname of
    the dictionary, initials without their dots («Кольцова ОС») are read as well.
    """
    names = _full_names(text)
    taken = [(n.start, n.end) for n in names]
    groups = [
        m for m in _INITIALS.finditer(text) if not _inside(m.start(), taken) and not _belongs(text, m.start())
    ]
    options = [_sides(text, m) for m in groups]
    surname_first = _style(options)
    free_from = 0
    for i, (match, (before, behind)) in enumerate(zip(groups, options, strict=True)):
        if before is not None and before.start(1) < free_from:
            before = None
        limit = groups[i + 1].start() if i + 1 < len(groups) else len(text)
        if behind is not None and behind.end(1) > limit:
            behind = None
        side = before if behind is None or (surname_first and before is not None) else behind
        if side is None:
            continue
        name = _name(text, match, side)
        if not any(a < name.end and name.start < b for a, b in taken):
            names.append(name)
            taken.append((name.start, name.end))
            free_from = name.end
    names += [n for n in _undotted(text, known) if not any(a < n.end and n.start < b for a, b in taken)]
    return sorted(names, key=lambda n: n.start)


def _undotted(text: str, known: Collection[str]) -> Iterator[Name]:
    """Names whose initials lost a dot or have a comma for it."""
    for match in _UNDOTTED.finditer(text):
        if match.group().isalpha() and match.group().isupper():
            continue  # «АППО» is a word, no «А.П. По»
        word, letters = match["name"], [c for c in match["initials"] if c.isalpha()]
        if "".join(letters) in lexicons.words("acronyms", "word") or not _may_be_surname(word):
            continue
        if word.lower() not in known and not _is_surname(word):
            continue
        if not _belongs(text, match.start()):
            yield Name(match.start(), match.end(), _joined(word), "".join(f"{c}." for c in letters))


def _is_surname(word: str) -> bool:
    from pipeline.normalizers import morphology

    return morphology.is_surname(word)


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)


def _belongs(text: str, at: int) -> bool:
    """Whether the place is inside quotes or after «имени»."""
    head = text[:at]
    if head.count("«") > head.count("»"):
        return True
    return _NAMED_AFTER.search(head[-120:]) is not None


def _sides(text: str, match: regex.Match[str]) -> tuple[regex.Match[str] | None, regex.Match[str] | None]:
    start = max(0, match.start() - _LONGEST_WORD)
    before = _BEFORE.search(text, start, match.start())
    behind = _BEHIND.match(text, match.end())
    sides = (
        before if before and _may_be_surname(before[1]) else None,
        behind if behind and _may_be_surname(behind[1]) else None,
    )
    if sides != (None, None):
        return sides
    # a capital read small («иванов М.А.»): only a word that is nothing but a surname
    before = _SMALL_BEFORE.search(text, start, match.start())
    behind = _SMALL_BEHIND.match(text, match.end())
    return (
        before if before and _is_surname(before[1]) else None,
        behind if behind and _is_surname(behind[1]) else None,
    )


def _may_be_surname(word: str) -> bool:
    return word.lower() not in _no_surnames()


def _style(options: Sequence[tuple[object | None, object | None]]) -> bool:
    """Whether surnames stand before the initials in this text, told by the names that leave no choice."""
    first = sum(a is not None and b is None for a, b in options)
    last = sum(a is None and b is not None for a, b in options)
    return first >= last


def _name(text: str, match: regex.Match[str], side: regex.Match[str]) -> Name:
    initials = "".join(("О" if c == "0" else "З" if c == "3" else c) + "." for c in match[0] if c.isalnum())
    if "-" in match[0]:
        initials = match[0].replace(" ", "")
    start, end = min(match.start(), side.start(1)), max(match.end(), side.end(1))
    if text[end : end + 1] == "." and end == match.end():
        end += 1
    return Name(start, end, _joined(side[1]), initials)


def _joined(word: str) -> str:
    return regex.sub(r"\s?[-‐‑–]\s?", "-", word)


def _full_names(text: str) -> list[Name]:
    names: list[Name] = []
    free_from = 0
    for match in _PATRONYMIC.finditer(text):
        given = _BEFORE.search(text, max(free_from, match.start() - _LONGEST_WORD), match.start())
        if given is None or not _may_be_surname(given[1]) or _belongs(text, match.start()):
            continue
        before = _BEFORE.search(text, max(free_from, given.start(1) - _LONGEST_WORD), given.start(1))
        behind = _BEHIND.match(text, match.end())
        if before is not None and not _may_be_surname(before[1]):
            before = None
        if behind is not None and (not _may_be_surname(behind[1]) or _PATRONYMIC.match(text, match.end())):
            behind = None
        side = before or behind
        if side is None:
            continue
        initials = f"{given[1][0]}.{match['patronymic'][0]}."
        start = min(given.start(1), side.start(1))
        end = max(match.end(), side.end(1))
        names.append(Name(start, end, _joined(side[1]), initials, given[1], match["patronymic"]))
        free_from = end
    return names


def moved(name: Name, offset: int) -> Name:
    return replace(name, start=name.start + offset, end=name.end + offset)
