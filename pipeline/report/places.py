"""Places in words: «table 2, rows 35–51»."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.messages import say
from pipeline.model import Place


def describe(places: Sequence[Place], lang: str, *, with_source: bool) -> str:
    """All places as one text, rows of one table as ranges; the file's name only where it is not clear."""
    groups: dict[tuple[str, int | None, int | None], list[int]] = {}
    for place in places:
        rows = groups.setdefault((place.source, place.page, place.table), [])
        if place.row is not None:
            rows.append(place.row)
    texts = []
    shown = ""
    for (source, page, table), rows in groups.items():
        parts = [source] if (with_source or page is table is None) and source != shown else []
        shown = source
        parts += [say("report.place.page", lang, page=page)] if page is not None else []
        parts += [say("report.place.table", lang, table=table)] if table is not None else []
        if rows:
            key = "report.place.rows" if len(set(rows)) > 1 else "report.place.row"
            parts.append(say(key, lang, rows=ranges(rows)))
        texts.append(", ".join(parts))
    text = "; ".join(text for text in texts if text)
    return text if text.startswith(tuple({p.source for p in places})) else text[:1].upper() + text[1:]


def ranges(numbers: Iterable[int]) -> str:
    """35, 36, 37, 40 → `35–37, 40`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" if b > a + 1 else f"{a}, {b}" for a, b in runs)
