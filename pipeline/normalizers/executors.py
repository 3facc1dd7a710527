"""Executors of an activity: one cell → pairs of organization and person.

«Департамент … (Попов Р.А.) ГАУ ДПО «СОИРО» (Кольцова О.С.)» → two pairs; «СОИРО (Иванов И.И., Петров П.П.)»
→ two pairs with one organization; «Кольцова О.С. (СОИРО)» and «Кольцова О.С., СОИРО» put the person first.
Names are found first; what lies between them is cut into organizations at semicolons, and at commas, «и»,
«совместно с» and line breaks where the next words open the name of an organization («Министерство
образования, науки и …» is one). Nothing is lost: the raw texts of the pairs together have every letter of
the cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Value
from pipeline.normalizers import organization, person
from pipeline.normalizers.alphabets import twins_as_cyrillic
from pipeline.normalizers.context import Context
from pipeline.normalizers.organization_bodies import head_of, legal_forms, words_of
from pipeline.normalizers.person_names import find_persons
from pipeline.normalizers.quotes import guillemets

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:[-‐‑][\p{L}\p{N}]+)*")
_SEPARATOR = regex.compile(r"[;\n]|,|\s/\s|(?<![\p{L}\p{N}])[иИ](?![\p{L}\p{N}])|\)")
_PLURAL_ADJECTIVE = regex.compile(r"(?:ые|ие)$")
_ADJECTIVE = regex.compile(r"(?:ый|ий|ой|ая|ое|ые|ие|яя|ее)$")
_ACRONYM = regex.compile(r"\s\p{Lu}{3,}$")
_TRIM = " \t\n,;:–—-/"


@dataclass(frozen=True, slots=True)
class Executor:
    """Who carries out an activity; `raw` is the piece of the cell that says so (shared by pairs of one
    piece).
    """

    organization: Value | None
    person: Value | None
    raw: str


@dataclass(slots=True)
class _Item:
    """An organization or a person in the cell."""

    kind: str
    start: int
    end: int
    bracketed: bool
    segment: int


@dataclass(slots=True)
class _Group:
    """An organization (or none) with its people."""

    organization: _Item | None
    people: list[_Item] = field(default_factory=list)

    @property
    def start(self) -> int:
        return min(i.start for i in (*self.people, *([self.organization] if self.organization else [])))


def split(raw: str, context: Context) -> list[Executor]:
    """The pairs of one cell, in its order; [] for a cell without letters."""
    groups = _groups(_items(_shadow(raw), person.surnames(context)))
    if not groups:
        return _unnamed(raw, context)
    groups.sort(key=lambda g: g.start)
    found: list[Executor] = []
    for group, piece in zip(groups, _pieces(raw, groups), strict=True):
        owner = None
        if group.organization is not None:
            owner = organization.normalize(raw[group.organization.start : group.organization.end], context)
        if not group.people:
            found.append(Executor(owner, None, piece))
        for one in group.people:
            found.append(Executor(owner, person.normalize(raw[one.start : one.end], context), piece))
    return found


def _unnamed(raw: str, context: Context) -> list[Executor]:
    """A cell that names neither: «директора школ» are a group, «ректор» or «по согласованию» say nothing
    of whose.
    """
    words = _WORD.findall(raw)
    if not any(c.isalpha() for c in raw):
        return []
    group = len(words) > 1 and words[0].lower() != "по"
    return [Executor(organization.normalize(raw, context) if group else None, None, raw.strip())]


def _shadow(raw: str) -> str:
    """The cell with Cyrillic letters for their Latin twins and « » for other quotes, letter for letter."""
    shadow = twins_as_cyrillic(raw)
    quoted = guillemets(shadow)
    return quoted if len(quoted) == len(raw) else shadow


# ------------------------------------------------------------------------------------------------- items


def _items(shadow: str, surnames: Collection[str]) -> list[_Item]:
    people = find_persons(shadow, surnames)
    depth, quoted = _depths(shadow, "(", ")"), _depths(shadow, "«", "»")
    breaks = [m.start() for m in regex.finditer(r";", shadow)]

    def segment(at: int) -> int:
        return bisect_left(breaks, at)

    items = [_Item("person", n.start, n.end, depth[n.start] > 0, segment(n.start)) for n in people]
    edges = [0, *(x for n in people for x in (n.start, n.end)), len(shadow)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for a, b in _chunks(shadow, start, end, quoted):
            items.append(_Item("organization", a, b, depth[a] > 0, segment(a)))
    return sorted(items, key=lambda i: i.start)


def _depths(shadow: str, opens: str, closes: str) -> list[int]:
    """How many brackets are open at each letter (and behind the last one)."""
    depth, found = 0, []
    for letter in shadow:
        if letter == closes:
            depth = max(0, depth - 1)
        found.append(depth)
        if letter == opens:
            depth += 1
    return [*found, 0]


@cache
def _joiners() -> regex.Pattern[str]:
    phrases = sorted(lexicons.words("joiners", "phrase"), key=len, reverse=True)
    joined = "|".join(regex.escape(p).replace(r"\ ", r"\s+") for p in phrases)
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{joined})(?![\p{{L}}\p{{N}}])", regex.IGNORECASE)


def _chunks(shadow: str, start: int, end: int, quoted: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The organizations between two people. `quoted` is the depth of quotes at each letter."""
    cuts: list[tuple[int, int]] = [(m.start(), m.end()) for m in _joiners().finditer(shadow, start, end)]
    for match in _SEPARATOR.finditer(shadow, start, end):
        mark = match[0].strip() or match[0]
        if quoted[match.start()] > quoted[start] or (mark == ")" and _in_name(shadow, start, match.start())):
            continue
        if mark == ";" or _opens(shadow, match.end(), end):
            cut_end = match.end()
            cut_start = cut_end if mark == ")" else match.start()
            cuts.append((cut_start, cut_end))
    cuts += [(at, at) for at in _unmarked(shadow, start, end, quoted)]
    last = start
    for a, b in [*sorted(cuts), (end, end)]:
        if a < last:
            continue
        if (chunk := _trimmed(shadow, last, a)) is not None:
            yield chunk
        last = b


def _in_name(shadow: str, start: int, closing: int) -> bool:
    """The bracket that closes here is part of a name: «РС(Я)», «Республики Саха (Якутия)»."""
    at = shadow.rfind("(", start, closing)
    inside = shadow[at : closing + 1].casefold()
    regions = (name.casefold() for name in lexicons.words("regions", "name"))
    return at > 0 and (shadow[at - 1].isalpha() or any(inside in name for name in regions))


def _opens(shadow: str, at: int, end: int) -> bool:
    """Whether the words from `at` on open the name of an organization (or of a group of people)."""
    words = [m[0] for m in _WORD.finditer(shadow, at, min(end, at + 160))][:5]
    rest = shadow[at:end].lstrip()
    if not words:
        return False
    if (
        words[0] in legal_forms()
        or words[0] in lexicons.words("acronyms", "word")
        or (rest.startswith("«") and len(rest) > 2)
    ):
        return True
    if words[0].isalpha() and sum(c.isupper() for c in words[0]) >= 3:  # РЦОИ, РЦОКОиИТ
        return True
    if words[0].split("-")[0] in lexicons.words("executor_groups", "word"):
        return True
    plural = False
    for word in words:
        head = head_of(word)
        if head is not None:
            nominative = word.lower() == head[0] or head[1] == "plur"
            return plural or (nominative and (head[1] != "plur" or word.lower() == head[0]))
        if word.lower() in _positions():
            return True
        if not _ADJECTIVE.search(word.lower()):
            return False
        plural = bool(_PLURAL_ADJECTIVE.search(word.lower()))
    return False


@cache
def _positions() -> frozenset[str]:
    return lexicons.words("positions", "word")


def _unmarked(shadow: str, start: int, end: int, quoted: Sequence[int]) -> Iterator[int]:
    """Where an executor follows without any mark: a legal form behind a body or a name in quotes
    («Департамент образования ГАУ ДПО «СОИРО»», «ГБУ «РЦОИ» ГАУ ДПО «ИРО»»), a group of people behind an
    institution («ГАУ ДПО СОИРО муниципальные координаторы»).
    """
    first = _WORD.search(shadow, start, end)
    if first is None:
        return
    if first[0] in legal_forms():
        for match in _WORD.finditer(shadow, first.end(), end):
            before = shadow[first.end() : match.start()].rstrip()
            named = before.endswith("»") or _ACRONYM.search(before) is not None
            outside = quoted[match.start()] <= quoted[start]
            if named and outside and match[0].islower() and _opens(shadow, match.start(), end):
                yield match.start()
                break
    head = head_of(first[0])
    body = head is not None and head[0] in words_of("closing") and first[0].lower() == head[0]
    body = body or first[0].lower().startswith(tuple(lexicons.words("body_contractions", "stem")))
    for match in _WORD.finditer(shadow, first.end(), end):
        if match[0] not in legal_forms() or quoted[match.start()] > quoted[start]:
            continue
        if body or shadow[start : match.start()].rstrip().endswith("»"):
            yield match.start()
            return


def _trimmed(shadow: str, start: int, end: int) -> tuple[int, int] | None:
    """The chunk without marks around it; None when no word of a name is left."""
    while start < end:
        if shadow[start] in _TRIM or shadow[start] == ")":
            start += 1
        elif shadow[end - 1] in _TRIM or shadow[end - 1] == "(":
            end -= 1
        elif shadow[start] == "(" and shadow.count("(", start, end) > shadow.count(")", start, end):
            start += 1
        elif shadow[end - 1] == ")" and shadow.count(")", start, end) > shadow.count("(", start, end):
            end -= 1
        elif shadow[start] == "(" and shadow[end - 1] == ")" and shadow.find(")", start) == end - 1:
            start, end = start + 1, end - 1
        else:
            break
    words = [m[0] for m in _WORD.finditer(shadow, start, end)]
    if not any(c.isalpha() for w in words for c in w) or _is_position(tuple(words)):
        return None
    if _joiners().fullmatch(shadow, start, end) or [w.lower() for w in words] in (["и"], ["а"], ["с"]):
        return None
    return start, end


@lru_cache(maxsize=1024)
def _is_position(words: Sequence[str]) -> bool:
    """A position without an organization («ректор»), or a note («по согласованию»)."""
    if words[0].lower() == "по" and len(words) == 2:
        return True
    named = any(head_of(w) or w in legal_forms() or (w.isupper() and len(w) > 2) for w in words)
    return words[0].lower() in _positions() and not named


# ------------------------------------------------------------------------------------------------ pairs


def _groups(items: Sequence[_Item]) -> list[_Group]:
    groups: list[_Group] = []
    for segment in sorted({i.segment for i in items}):
        part = [i for i in items if i.segment == segment]
        inherited = groups[-1].organization if groups and groups[-1].people else None
        if inherited is not None and inherited.start > groups[-1].people[0].start:
            inherited = None  # there the organization stands behind its people
        if inherited is not None and not any(i.kind == "organization" for i in part):
            groups[-1].people.extend(part)
        else:
            groups.extend(_paired(part))
    return groups


def _paired(items: Sequence[_Item]) -> list[_Group]:
    """The groups of a part of the cell: people behind, before, or in brackets after their organization."""
    organizations = [i for i in items if i.kind == "organization"]
    if not organizations:
        return [_Group(None, [i]) for i in items]
    bracketed = [i for i, x in enumerate(items) if x.kind == "organization" and x.bracketed]
    owned = [i for i in bracketed if i and items[i - 1].kind == "person" and not items[i - 1].bracketed]
    backwards = items[0].kind == "person" and items[-1].kind == "organization"
    groups: list[_Group] = []
    current: _Group | None = None
    waiting: list[_Item] = []
    for i, item in enumerate(items):
        if item.kind == "person":
            follows = i + 1 < len(items) and i + 1 in owned
            if follows or backwards or current is None:
                waiting.append(item)
            else:
                current.people.append(item)
        elif i in owned or (backwards and waiting):
            groups.append(_Group(item, waiting))
            waiting = []
            current = None if i in owned else current
        else:
            groups.extend(_Group(None, [w]) for w in waiting)
            waiting = []
            current = _Group(item)
            groups.append(current)
    groups.extend(_Group(None, [w]) for w in waiting)
    return groups


def _pieces(raw: str, groups: Sequence[_Group]) -> list[str]:
    """The cell cut between the groups; «и», «совместно с» go with what follows them."""
    starts = [0]
    for group in groups[1:]:
        at = group.start
        before = regex.search(r"(?:(?<![\p{L}\p{N}])[иИ]\s+)?[\s(«\"]*$", raw[starts[-1] : at])
        cut = starts[-1] + before.start() if before else at
        joined = [m for m in _joiners().finditer(raw, starts[-1], at) if not raw[m.end() : at].strip(' («"')]
        starts.append(min(cut, joined[-1].start()) if joined else cut)
    ends = [*starts[1:], len(raw)]
    return [raw[a:b].strip(" \t\n,;") for a, b in zip(starts, ends, strict=True)]
