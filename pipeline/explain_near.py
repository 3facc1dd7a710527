"""What somebody may have meant who asks for an id or a field that there is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from pipeline.ids import fold
from pipeline.result import Result

_ALIKE = 85  # similarity of ids, 0–100: one or two characters of twelve are wrong
_MOST = 5


def near_ids(result: Result, asked: str) -> list[str]:
    """Ids that are like the one asked for; of a text, the ids of the entities and rows that hold it."""
    held = list(dict.fromkeys(_holding(result, fold(asked))))
    if held:
        return held[:_MOST]
    alike = process.extract(
        asked.strip().lower(), list(_ids(result)), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST
    )
    return [str(found[0]) for found in alike]


def near_fields(known: Sequence[str], asked: str) -> list[str]:
    """The fields of a dataset, those that are most like the one asked for first."""
    return sorted(known, key=lambda name: -fuzz.ratio(name, asked))


def _holding(result: Result, asked: str) -> Iterator[str]:
    if not asked:
        return
    for records in reversed([*result.records.values()]):  # entities stand behind the rows that name them
        for record in records:
            texts = [t for n, v in record.values.items() for t in (v.text, v.raw) if t and n[-3:] != "_id"]
            items = record.part("variants", "items")
            texts += [str(item) for item in items] if isinstance(items, list) else []
            if record.id and any(fold(text) == asked for text in texts):
                yield f"{record.id} ({record.dataset})"


def _ids(result: Result) -> Iterator[str]:
    for records in result.records.values():
        yield from (r.id for r in records if r.id)
    yield from (f.id for f in result.findings)
    yield from (c.correction_id for c in result.corrections)
