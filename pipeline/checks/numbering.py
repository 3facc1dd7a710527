"""Numbers of items, sections, groups and rows: gaps, repetitions, numbers out of order or written otherwise.

One cause is one finding. A number that was mistyped (1, 2, 2, 4 or 1, 2, 8, 4) is no gap as well; items that
changed places (1, 3, 2, 4) lack none; an item with the number of another section is missing in neither. A
list may begin to count anew where a section, a table or a group begins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.checks.grouping import groups, lists, places
from pipeline.model import Corpus, Finding, Note, Record, note

_MAJORITY = 0.75  # of the numbers of a list written alike: the rest is an oversight
_SHOWN = 20  # missing numbers named in a sentence
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
Step = tuple[Record, int]


@dataclass(slots=True)
class _Section:
    """Neighbouring rows under one section row; `number` is None without one, `prefix` that of its items."""

    number: int | None
    title: str | None
    rows: list[Record]
    prefix: int | None = None


def check_items(corpus: Corpus) -> Iterator[Finding]:
    """Item numbers of a roadmap: 1.1, 1.2, 2.1 …, within each section, and the sections themselves."""
    for rows in lists(corpus, "activities"):
        yield from _format(rows)
        for scope in _scopes(rows):
            yield from _scope(_sections(scope))


def group_numbers(rows: Sequence[Record]) -> Iterator[Finding]:
    """Numbers of the groups of one list of schools (`place` adds what may be missing)."""
    steps: list[Step] = []
    for group in groups(rows):
        n = _parts(group.number)
        if n is not None and len(n) == 1:
            steps.append((group.rows[0], n[0]))
        elif group.number and steps:  # it cannot be read: it is damaged, not missing
            steps.append((group.rows[0], steps[-1][1] + 1))
    yield from _sequence(steps, "municipality_no")


def row_numbers(rows: Sequence[Record]) -> Iterator[Finding]:
    """Numbers that count the rows of one list of schools; they may begin anew in each group.

    A number that cannot be read is taken to be the next one: it is damaged, not missing. Rows that were made
    of one row of the source count once.
    """
    steps: list[Step] = []
    borders: list[bool] = []
    group: str | None = None
    numbered = [(record, _row_number(record)) for record in _rows_of_source(rows)]
    for (record, number), after in zip(numbered, _next_numbers(numbered), strict=True):
        if number is None:
            if not steps or after == steps[-1][1] + 1:
                continue  # it was left without a number: the next row has the next one
            number = steps[-1][1] + 1
        steps.append((record, number))
        borders.append(record.text("municipality") != group)
        group = record.text("municipality")
    for run in _runs(steps, borders):
        if len(run) > 1:
            yield from _sequence(run, "municipality_no", start=run[0][1])


def _next_numbers(numbered: Sequence[tuple[Record, int | None]]) -> list[int | None]:
    """For each row the nearest number below it."""
    found: list[int | None] = []
    below: int | None = None
    for _, number in reversed(numbered):
        found.append(below)
        below = below if number is None else number
    return found[::-1]


def _rows_of_source(rows: Sequence[Record]) -> Iterator[Record]:
    """Each row of the source once: several schools in its cell make several records of it."""
    seen: set[tuple[object, object]] = set()
    for record in rows:
        row = (record.place.table if record.place else None, record.context.get("row"))
        if row not in seen:
            seen.add(row)
            yield record


def _row_number(record: Record) -> int | None:
    raw = str(record.context.get("row_number") or "").strip(" .)№")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else None


def _parts(number: str | None) -> tuple[int, ...] | None:
    """«2.10» → (2, 10); None if it is no number."""
    if not number:
        return None
    parts = number.split(".")
    return (
        tuple(int(p) for p in parts)
        if all(p.isascii() and p.isdigit() and len(p) < 6 for p in parts)
        else None
    )


# ------------------------------------------------------------------------------------------ parts of a list


def _scopes(rows: Sequence[Record]) -> list[list[Record]]:
    """The rows of one numbering: a further table of an appendix that begins as the first did has its own."""
    scopes: list[list[Record]] = []
    for _, members in groupby(rows, key=lambda r: r.place.table if r.place else None):
        table = list(members)
        if not scopes or _first(table) == _first(scopes[-1]):
            scopes.append(table)
        else:
            scopes[-1].extend(table)
    return scopes


def _first(rows: Sequence[Record]) -> tuple[str | None, str | None]:
    return rows[0].text("item_no"), rows[0].text("section_no")


def _sections(rows: Sequence[Record]) -> list[_Section]:
    found = []
    for (number, title), members in groupby(rows, key=lambda r: (r.text("section_no"), r.text("section"))):
        plain = _parts(number)
        if number in _ROMAN[1:]:
            plain = (_ROMAN.index(number),)
        section = _Section(plain[0] if plain and len(plain) == 1 else None, title, list(members))
        prefixes = {n[0] for r in section.rows if (n := _parts(r.text("item_no"))) and len(n) > 1}
        section.prefix = next(iter(prefixes)) if len(prefixes) == 1 else None
        found.append(section)
    return found


def _runs(steps: Sequence[Step], borders: Sequence[bool] = ()) -> list[list[Step]]:
    """Numbers that count on; «1» after a larger number begins anew unless it is a slip (1, 2, 1, 4).

    `borders[i]`: a section begins with step i; where sections count anew, so does one that lacks its «1».
    """
    anew = any(b and n == 1 for (_, n), b in zip(steps[1:], borders[1:], strict=False))
    runs: list[list[Step]] = []
    for i, (record, number) in enumerate(steps):
        before = steps[i - 1][1] if i else 0
        after = steps[i + 1][1] if i + 1 < len(steps) else 0
        border = anew and borders[i] and number <= before
        slip = not border and (number == before or (before + 1 <= after <= before + 2 and after > 2))
        if not runs or border or (number == 1 and not slip):
            runs.append([])
        runs[-1].append((record, number))
    return runs


# --------------------------------------------------------------------------------------------- roadmaps


def _scope(sections: Sequence[_Section]) -> Iterator[Finding]:
    strays = list(_strays(sections))
    yield from strays
    stray = {f.record_id: f.suggestion for f in strays if f.field == "item_no"}
    roman = any(s.rows[0].text("section_no") in _ROMAN[1:] for s in sections)
    wrong = {f.record_id for f in strays if f.field == "section_no"}
    numbered = [
        (s.rows[0], (s.prefix or 0) if s.rows[0].id in wrong else s.number)
        for s in sections
        if s.number is not None
    ]
    steps = [(r, n) for r, n in numbered if n is not None]
    yield from _sequence(steps, "section_no", spell=_roman if roman else str)
    twice = {n for n, count in Counter(n for _, n in steps).items() if count > 1}
    by_prefix: dict[tuple[int, ...], list[Step]] = defaultdict(list)
    flat: list[tuple[Step, bool]] = []
    for at, section in enumerate(sections):
        for i, record in enumerate(section.rows):
            n = _parts(stray.get(record.id, record.text("item_no")))
            if n is None:
                continue
            if len(n) == 1:
                flat.append(((record, n[0]), i == 0))
            else:  # where two sections have one number, their items need not be told apart too
                by_prefix[(at if n[0] in twice else -1, *n[:-1])].append((record, n[-1]))
    for run in _runs([s for s, _ in flat], [b for _, b in flat]):
        yield from _sequence(run, "item_no")
    for prefix, steps in by_prefix.items():
        shown = ".".join(map(str, prefix[1:]))
        yield from _sequence(steps, "item_no", spell=lambda n, shown=shown: f"{shown}.{n}")  # type: ignore[misc]  # mypy cannot infer lambdas with defaults


def _roman(n: int) -> str:
    return _ROMAN[n] if 0 < n < len(_ROMAN) else str(n)


def _strays(sections: Sequence[_Section]) -> Iterator[Finding]:
    """Items that bear the number of another section («3.1» in section 4), where the others bear their own."""
    items = [
        [(r, n) for r in s.rows if (n := _parts(r.text("item_no"))) is not None and len(n) > 1]
        for s in sections
    ]
    agree = sum(n[0] == s.number for s, listed in zip(sections, items, strict=True) for _, n in listed)
    if agree <= 0.5 * sum(map(len, items)):
        return
    for section, listed in zip(sections, items, strict=True):
        if section.number is None or not listed:
            continue
        if section.prefix is not None and section.prefix != section.number:
            record = section.rows[0]
            shown = [".".join(map(str, n)) for _, n in listed]
            yield Finding(
                "numbering-order",
                note(
                    "numbering.section-number", section=section.number, title=section.title or "", items=shown
                ),
                record.dataset,
                record.id,
                "section_no",
                str(section.number),
                str(section.prefix),
                places=places([r for r, _ in listed]),
                key=f"{section.number}:{section.prefix}",
            )
            continue
        own = {n[1] for _, n in listed if n[0] == section.number and len(n) == 2}
        for i, (record, n) in enumerate(listed):
            if n[0] == section.number:
                continue
            number = ".".join(map(str, n))
            yield Finding(
                "numbering-order",
                note("numbering.section", number=number, section=section.number),
                record.dataset,
                record.id,
                "item_no",
                number,
                f"{section.number}.{i + 1}" if i + 1 not in own and len(n) == 2 else None,
                places=places([record]),
                key=f"{section.number}:{number}",
            )
            own.add(i + 1)


# ---------------------------------------------------------------------------------------------- the numbers


def _sequence(
    steps: Sequence[Step], field: str, start: int = 1, spell: Callable[[int], str] = str
) -> Iterator[Finding]:
    """What is wrong with numbers that should count from `start`. `spell` writes one as the list has it."""
    counts = Counter(n for _, n in steps)
    first: dict[int, Record] = {}
    repeated: dict[int, list[Record]] = {}
    top: Step | None = None  # the highest number so far
    last = start - 1  # the number before
    for i, (record, number) in enumerate(steps):
        after = steps[i + 1][1] if i + 1 < len(steps) else None
        expected = (top[1] if top is not None else start - 1) + 1
        if number != expected and after == expected + 1 and not counts[expected]:
            twins = [r for r, n in steps if n == number and r is not record]
            yield _mistyped(record, spell(number), spell(expected), twins, field)
            top, last = (record, expected), expected
            continue
        if number in first:
            repeated.setdefault(number, [first[number]]).append(record)
        elif number > expected:
            missing = [n for n in range(expected, min(number, expected + 2000)) if not counts[n]]
            if missing:
                before = spell(top[1]) if top is not None else None
                yield _gap(
                    [*([top[0]] if top else []), record], before, spell(number), [*map(spell, missing)], field
                )
        elif number < expected and number != last + 1:
            yield _out_of_order([steps[i - 1][0], record], spell(steps[i - 1][1]), spell(number), field)
        last = number
        first.setdefault(number, record)
        if top is None or number > top[1]:
            top = (record, number)
    for number, members in repeated.items():
        yield _finding(
            "numbering-duplicate",
            note("numbering.duplicate", number=spell(number), n=len(members)),
            members,
            field,
            spell(number),
            key=spell(number),
            at=1,
        )


def _finding(
    code: str,
    message: Note,
    members: Sequence[Record],
    field: str,
    raw: str,
    *,
    key: str,
    suggestion: str | None = None,
    at: int = -1,
) -> Finding:
    """A finding about the record `at` of `members`, at the places of all."""
    record = members[at]
    titles: tuple[Note, ...] = ()
    if field == "item_no" and code == "numbering-duplicate":
        titles = tuple(note("numbering.duplicate.row", text=m.raw("title")) for m in members)
    return Finding(
        code,
        message,
        record.dataset,
        record.id,
        field,
        raw,
        suggestion,
        evidence=titles,
        places=places(members),
        key=key,
    )


def _mistyped(record: Record, number: str, right: str, twins: Sequence[Record], field: str) -> Finding:
    """A number between two that leave room for one other only."""
    key = "numbering.duplicate-for" if twins else "numbering.mistyped"
    return _finding(
        "numbering-duplicate" if twins else "numbering-order",
        note(key, number=number, right=right),
        [record, *twins],
        field,
        number,
        key=number,
        suggestion=right,
        at=0,
    )


def _gap(
    members: Sequence[Record], before: str | None, number: str, missing: Sequence[str], field: str
) -> Finding:
    named = list(missing[:_SHOWN])
    message = (
        note("numbering.gap", before=before, after=number, missing=named, n=len(missing))
        if before is not None
        else note("numbering.start", first=number, missing=named)
    )
    return _finding("numbering-gap", message, members, field, number, key=f"{missing[0]}-{number}")


def _out_of_order(members: Sequence[Record], before: str, number: str, field: str) -> Finding:
    return _finding(
        "numbering-order",
        note("numbering.order", before=before, after=number),
        members,
        field,
        number,
        key=f"{before}>{number}",
    )


def _format(rows: Sequence[Record]) -> Iterator[Finding]:
    """A number without the closing dot among numbers with one (or the other way round)."""
    written = [(r, raw) for r in rows if (raw := str(r.context.get("item_raw") or "").strip())]
    styles = Counter(_style(raw) for _, raw in written)
    if len(written) < 4 or len(styles) < 2:
        return
    usual, count = styles.most_common(1)[0]
    if count < _MAJORITY * len(written):
        return
    example = next(raw for _, raw in written if _style(raw) == usual)
    for record, raw in written:
        number = record.text("item_no")
        if _style(raw) != usual and number:
            yield Finding(
                "numbering-format",
                note("numbering.format", number=raw, example=example),
                record.dataset,
                record.id,
                "item_no",
                raw,
                number + usual,
                evidence=(note("numbering.format.count", n=count, total=len(written), example=example),),
                places=places([record]),
            )


def _style(raw: str) -> str:
    """What closes a number: «.», «)», «.)» or nothing."""
    return raw[len(raw.rstrip(".) ")) :].strip()
