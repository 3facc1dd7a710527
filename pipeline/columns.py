"""Which profile fits a table, and which of its columns is which field.

Every head cell is compared with the heads that a profile knows (similarity 0–100 of the folded texts, so
that OCR damage in a head does no harm), then with the profile's words. Columns are given to fields best
match first, each once; a field may be printed over several columns, a part in each. A profile fits when all
its required fields and one of `require_one_of` are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline import headers
from pipeline.model import Table
from pipeline.profiles import Column, Part, Profile

_SAME_HEAD = 84.0  # two damaged letters in a head of fifteen
_WORD = 70.0  # a head that only holds one of the words
_LEVEL = 0.1  # share of its score that a further level of the head adds
_GENERAL = 5.0  # that a head loses which says no more than «school» where another level says which one
_SHORT = 4  # heads up to this length must be equal: «ОО» and «МО» are one letter apart


@dataclass(frozen=True, slots=True)
class Match:
    """A profile and its columns: field → column of the table; `score` 0–100.

    `extra` columns are expected but have no field in the dataset; `unused` ones the profile does not know.
    `parts`: the columns of a field printed over several, in the order of the profile's parts.
    """

    profile: Profile
    columns: dict[str, int]
    unused: tuple[int, ...]
    score: float
    extra: tuple[int, ...] = ()
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def head_texts(table: Table) -> list[list[str]]:
    """For each column the texts of its header, top down, without repetition; the column-number row left
    out.
    """
    matrix = Table(
        table.number,
        tuple(c for c in table.cells if c.row < table.header_rows),
        table.header_rows,
        table.n_cols,
        table.header_rows,
    ).matrix()
    texts: list[list[str]] = [[] for _ in range(table.n_cols)]
    for row in matrix:
        if headers.is_number_row([c.text for c in row if c is not None]):
            continue
        for c, cell in enumerate(row):
            text = cell.text.strip() if cell is not None else ""
            wide = cell is not None and cell.col_span >= table.n_cols > 1
            if text and not wide and text not in texts[c]:
                texts[c].append(text)
    return texts


def match(table: Table, profiles: Sequence[Profile], caption: str = "") -> Match | None:
    """The best fitting profile, None if none fits."""
    if not table.header_rows or table.n_rows <= table.header_rows:
        return None
    heads = head_texts(table)
    found = [m for p in profiles if (m := _match(heads, p, caption)) is not None]
    return max(found, key=lambda m: m.score, default=None)


def _match(heads: Sequence[Sequence[str]], profile: Profile, caption: str) -> Match | None:
    named = [_named(texts, profile) for texts in heads]
    scored = [
        (score, -f, -c, column.field, c)
        for f, column in enumerate(profile.columns)
        for c, texts in enumerate(heads)
        if (score := _of_field(texts, column, named[c], profile)) >= _WORD
    ]
    types = {column.field: column.type for column in profile.columns}
    columns: dict[str, int] = {}
    parts = {column.field: found for column in profile.columns if (found := _parts(heads, column))}
    taken = {c for found in parts.values() for c in found}
    total = 100.0 * len(taken)
    columns.update({name: found[0] for name, found in parts.items()})
    extra: set[int] = set()
    for score, _, _, name, c in sorted(scored, reverse=True):
        if c in extra or c in taken or c in columns.values():
            continue
        if types[name] == "extra":
            extra.add(c)
            total += score
        elif name not in columns:
            columns[name] = c
            total += score
    if any(column.required and column.field not in columns for column in profile.columns):
        return _without_extra(heads, profile, caption)
    if profile.require_one_of and not any(f in columns for f in profile.require_one_of):
        return None
    used = {*columns.values(), *extra, *taken}
    unused = tuple(c for c in range(len(heads)) if c not in used)
    folded = headers.fold(caption)
    bonus = 5.0 if any(headers.fold(word) in folded for word in profile.captions) else 0.0
    return Match(profile, columns, unused, total / max(1, len(heads)) + bonus, tuple(sorted(extra)), parts)


def _without_extra(heads: Sequence[Sequence[str]], profile: Profile, caption: str) -> Match | None:
    """The match where a column that looked like one beside the fields is a field: «Наставляемая ОО, ФИО
    директора».
    """
    fields = tuple(column for column in profile.columns if column.type != "extra")
    if len(fields) == len(profile.columns):
        return None
    found = _match(heads, profile.model_copy(update={"columns": fields}), caption)
    return replace(found, profile=profile) if found is not None else None


def _named(texts: Sequence[str], profile: Profile) -> dict[str, tuple[str, ...]]:
    """The levels of a head on several that name a field (that are most like one of its heads): text → the
    fields.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts if len(texts) > 1 else ():
        scores = {c.field: _best(text, c) for c in profile.columns}
        top = max(scores.values())
        if top >= _WORD:
            found[text] = tuple(f for f, s in scores.items() if s == top)
    return found


def _of_field(
    texts: Sequence[str], column: Column, named: Mapping[str, tuple[str, ...]], profile: Profile
) -> float:
    """The score of a head for a field. A level that names another field («Школа-наставник») does not speak
    for this one by being like it; one that says no more than «Наименование школы» counts less under it, and
    it counts less over a level that names another («Муниципалитет»).
    """
    own = [t for t in texts if column.field in named.get(t, (column.field,))]
    if len(own) == len(texts):
        return _score(texts, column)
    lowest = [profile.column(f) for f in named.get(texts[-1], ())]
    divided = column not in lowest and any(_has_word(texts[-1], c) for c in lowest)
    general = not any(_has_word(t, column) for t in own)
    return _score(own, column) - (_GENERAL if general or divided else 0.0)


def _has_word(text: str, column: Column) -> bool:
    starts = [headers.fold(word) for word in column.words]
    return any(w.startswith(s) for w in headers.fold(text).split() for s in starts)


def _parts(heads: Sequence[Sequence[str]], column: Column) -> tuple[int, ...] | None:
    """The columns of a field's parts; None unless each has one, and no other column is the whole field."""
    found: list[int] = []
    for part in column.parts:
        scored = [(_score(texts, part), -c) for c, texts in enumerate(heads) if c not in found]
        score, c = max(scored, default=(0.0, 0))
        if score < _WORD:
            return None
        found.append(-c)
    others = (texts for c, texts in enumerate(heads) if c not in found)
    if not found or any(_score(texts, column) >= 100.0 for texts in others):
        return None
    return tuple(found)


def _score(texts: Sequence[str], column: Column | Part) -> float:
    """Similarity of a column's heads, 0–100; of a head on several levels the best, a little more for each
    other level that speaks for the field as well."""
    levels = sorted((_best(text, column) for text in texts if headers.fold(text)), reverse=True)
    whole = _similarity(headers.fold(" ".join(texts)), column) if len(texts) > 1 else 0.0
    best = max(levels, default=0.0)
    return max(best, whole) + sum(_LEVEL * s for s in levels[1:] if s >= _WORD)


def _best(text: str, column: Column | Part) -> float:
    """The similarity of one head. In narrow columns words are cut without a hyphen («Мероприя⏎тия»), so the
    lines are tried joined as well: each pair of lines, and all.
    """
    lines = text.split("\n")
    joined: list[str] = []
    if len(lines) > 1:
        joined = [
            "\n".join((*lines[:i], lines[i] + lines[i + 1], *lines[i + 2 :])) for i in range(len(lines) - 1)
        ]
        joined.append("".join(lines))
    return max(_similarity(headers.fold(t), column) for t in (text, *joined))


def _abbreviations(text: str) -> list[str]:
    """The words of two or three letters: «Наименование ОО» is not a misread «Наименование МО»."""
    return [w for w in text.split() if 2 <= len(w) <= 3]


def _similarity(text: str, column: Column | Part) -> float:
    return _similar(text, column.headers, column.words)


@lru_cache(maxsize=1 << 14)  # a thousand orders of one kind have the same few heads
def _similar(text: str, heads: tuple[str, ...], words: tuple[str, ...]) -> float:
    best = 0.0
    for head in heads:
        known = headers.fold(head)
        if text == known:
            return 100.0
        if min(len(text), len(known)) > _SHORT and _abbreviations(text) == _abbreviations(known):
            ratio = fuzz.ratio(text, known)
            if ratio >= _SAME_HEAD:
                best = max(best, ratio - 1)
            elif text.startswith(known + " "):
                best = max(best, 80.0)
    if best < _WORD:
        starts = text.split()
        for word in words:
            folded = headers.fold(word)
            exact = len(folded) <= _SHORT
            if any(w == folded if exact else w.startswith(folded) for w in starts):
                best = _WORD + 1
                break
    return best
