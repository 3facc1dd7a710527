"""Numbers of schools that the text announces, against the list: «Перечень школ (всего 58 школ)» over 57 rows.

Only lines that speak of a list count: «В прошлом году в проекте было всего 20 школ» says nothing of it.
A number is right when it fits the list that follows, the lists of one appendix, or all of the order together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from pipeline import lexicons, totals
from pipeline.ids import fold
from pipeline.model import Block, Document, Finding, Place, Record, Table, note

_LIST = regex.compile(r"(?i)(?<!\p{L})(?:переч(?:ень|ня|нем)|спис(?:ок|ка|ком))(?!\p{L})")
_AMENDS = regex.compile(r"(?i)(?<!\p{L})(?:замени(?:ть|в)|слов(?:а|ами))(?!\p{L})")  # quotes another text
_ADJECTIVE = regex.compile(r"\p{L}+(?:ых|их|ые|ие)")
_WORDS = 4  # between a number and what it counts
_TEXT = 200  # of a line that a finding quotes
_UNITS = ("schools", "groups", "partners")


@dataclass(frozen=True, slots=True)
class _Claim:
    text: str
    n: int
    unit: str
    place: Place | None
    table: int  # the table that follows, 0 if none


def check(document: Document, records: Sequence[Record]) -> Iterator[Finding]:
    """The announced numbers that no list of the order bears out. `records`: all of the order, normalized."""
    rows = [r for r in records if r.dataset == "training_sites" and r.place is not None]
    if not rows:
        return
    by_table = {t: [r for r in rows if r.place and r.place.table == t] for t in {_table(r) for r in rows}}
    by_appendix = {
        a: [r for r in rows if r.text("appendix") == a] for a in {r.text("appendix") for r in rows}
    }
    wrong: dict[tuple[int, str, int], list[_Claim]] = defaultdict(list)
    for claim in dict.fromkeys(_claims(document, frozenset(by_table))):
        lists = [by_table.get(claim.table, []), rows, *by_appendix.values(), *by_table.values()]
        right = [n for found in lists for n in _counts(found, claim.unit)]
        if right and claim.n not in right:
            wrong[claim.n, claim.unit, right[0]].append(claim)
    for (n, unit, right_n), claims in wrong.items():
        text = claims[0].text
        yield Finding(
            "total-mismatch",
            note(f"announced.{unit}", text=text[:_TEXT], given=n, found=right_n),
            dataset="training_sites",
            raw=text,
            suggestion=str(right_n),
            places=tuple(dict.fromkeys(c.place for c in claims if c.place is not None)),
            key=f"{text}|{n}",
        )


def _table(record: Record) -> int:
    return (record.place.table if record.place is not None else None) or 0


def _counts(rows: Sequence[Record], unit: str) -> list[int]:
    """What a number of this unit may count in a list, the likeliest first; nothing for an empty list."""
    named = {f: [t for r in rows if (t := r.text(f))] for f in ("school", "partner", "municipality")}
    once = {f: len(set(texts)) for f, texts in named.items()}
    counts = {
        "schools": [
            len({(_table(r), str(r.context.get("row"))) for r in rows}),
            len({(_table(r), str(r.context.get("row")), r.text("school")) for r in rows}),
            once["school"],
            len({*named["school"], *named["partner"]}),
        ],
        "partners": [once["partner"], len(named["partner"])],
        "groups": [once["municipality"]],
    }
    return [n for n in counts[unit] if n]


def _claims(document: Document, tables: frozenset[int]) -> Iterator[_Claim]:
    """The announced numbers in the text and in heads that run over a whole table."""
    waiting: list[tuple[str, Place | None]] = []
    below = False
    for item in document.content:
        if isinstance(item, Block):
            if below and fold(item.text).split(" ")[0].strip(":") in lexicons.words("total_words", "word"):
                continue  # a total below the table: see `totals.py`
            below = False
            if item.kind not in ("header", "footer", "footnote", "deleted", "hidden"):
                waiting.extend((line, item.place) for line in item.text.split("\n"))
        elif isinstance(item, Table) and item.number in tables:
            heads = [c for c in item.cells if c.row < item.header_rows and c.col_span >= item.n_cols > 1]
            waiting.extend((c.text, c.place) for c in heads)
            yield from _of_lines(waiting, item.number)
            waiting, below = [], True
    yield from _of_lines(waiting, 0)


def _of_lines(lines: Sequence[tuple[str, Place | None]], table: int) -> Iterator[_Claim]:
    for said, place in lines:
        text = " ".join(said.split())
        if _AMENDS.search(text):
            continue
        for match in _pattern().finditer(text):
            opens = not text[: match.start()].strip("( ")
            if not (_LIST.search(text) or (opens and table)):
                continue
            unit = _unit(match["before"] or match["after"] or "")
            if unit in _UNITS:
                yield _Claim(text, int(match["n"]), unit, place, table)


@cache
def _pattern() -> regex.Pattern[str]:
    """«всего 58 (пятьдесят восемь) школ», «количество школ – 58»."""
    words = "|".join(regex.escape(w) for w in lexicons.words("count_words", "word"))
    several = r"(?:\s+\p{L}[\p{L}-]*+)"
    return regex.compile(
        rf"(?i)(?<!\p{{L}})(?:{words})(?P<before>{several}{{0,{_WORDS}}}+)\s*[:–—-]?\s*(?P<n>\d{{1,4}})(?![\d.,/%-]*\d|\s*%)"
        rf"(?:\s*\([\p{{L}}\s]+\))?(?P<after>{several}{{0,{_WORDS}}}+)"
    )


def _unit(words: str) -> str | None:
    """What is counted: the first noun that `total_units.csv` knows, else the last such adjective."""
    known = [(word, kind) for word in words.split() if (kind := totals.unit_of(word))]
    nouns = [kind for word, kind in known if not _ADJECTIVE.fullmatch(word)]
    return nouns[0] if nouns else (known[-1][1] if known else None)
