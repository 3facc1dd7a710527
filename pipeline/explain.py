"""The story of a record, a value, a finding or a correction: where it stands, how it came about.

`explain` gives it as plain data (what `prikaz explain --json` prints), `as_text` for people. Pages, tables,
rows and columns count from 1; boxes are (x0, top, x1, bottom) in points from the top left corner of the page.
What a format does not have is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from pipeline.datasets import DECIMALS, all_datasets
from pipeline.errors import SetupError
from pipeline.explain_near import near_fields, near_ids
from pipeline.messages import say
from pipeline.model import Change, Finding, Place, Record, Value
from pipeline.result import Result
from pipeline.writers.rows import finding_row, sentences

Story: TypeAlias = dict[str, Any]


def explain(result: Result, id_: str, field: str | None = None, lang: str = "en") -> Story:
    """All that is known of a record, or of one field of it; `id_` may be any id that a build gives.

    Keys: `id`, `dataset`, `replaced` (the old id that was asked for, or null), `source`, `place`, `row` (the
    cells of the row as they stand), `values`, `findings`, `mentions` (of an entity). Raises SetupError for an
    id or a field that there is not.
    """
    new = _new_id(result, id_)
    record, own, field_of = _locate(result, new)
    field = field or field_of
    if record is None:
        if own is None:
            near = near_ids(result, id_)
            if near:
                raise SetupError("setup.no-such-id-near", file=id_, near=near)
            raise SetupError("setup.no-such-id", file=id_)
        return _alone(result, own, lang)
    known = [f.name for f in all_datasets()[record.dataset].fields]
    name = field.removesuffix("_raw") if field and field not in record.values else field
    if name is not None and name not in record.values:
        if name not in known:
            raise SetupError(
                "setup.no-such-field", file=id_, dataset=record.dataset, known=near_fields(known, name)
            )
        values = [_value(record, name, Value("", _derived(record, name)), result, lang)]
    else:
        values = [
            _value(record, n, v, result, lang)
            for n, v in sorted(record.values.items(), key=lambda item: _rank(known, item[0]))
            if name in (None, n)
        ]
    place = record.place or next((v.place for v in record.values.values() if v.place), None)
    findings = [f for f in result.findings if _is_about(f, record, name, own)]
    return {
        "id": record.id,
        "dataset": record.dataset,
        "replaced": id_ if new != id_ else None,
        "source": _source(result, place or _mention_place(result, record)),
        "place": _place(place, None),
        "row": _row(result, place),
        "values": values,
        "findings": [finding_row(f, lang) for f in findings],
        "mentions": list(_mentions(result, record)),
    }


def _rank(known: list[str], name: str) -> int:
    return known.index(name) if name in known else len(known)


def _new_id(result: Result, id_: str) -> str:
    """The id that stands for an old one after merges and renamings."""
    changes = {r.text("old_id"): r.text("new_id") for r in result.records.get("id_changes", ())}
    seen = set()
    while (new := changes.get(id_)) and id_ not in seen:
        seen.add(id_)
        id_ = new
    return id_


def _locate(result: Result, id_: str) -> tuple[Record | None, Finding | None, str | None]:
    """The record that an id leads to; the finding, and the field, if it is one of a finding or correction."""
    finding = next((f for f in result.findings if f.id == id_), None)
    correction = next((c for c in result.corrections if c.correction_id == id_), None)
    dataset, record_id, field = "", id_, None
    if finding is not None:
        dataset, record_id, field = finding.dataset, finding.record_id, finding.field or None
    elif correction is not None:
        dataset, record_id, field = correction.dataset, correction.record_id, correction.field
    for name, records in result.records.items():
        for record in records:
            if record_id and record.id == record_id and dataset in ("", name):
                return record, finding, field
    return None, finding, field


def _alone(result: Result, finding: Finding, lang: str) -> Story:
    """A finding that is about no record: a file, a table."""
    return {
        "id": finding.id,
        "dataset": finding.dataset or None,
        "replaced": None,
        "source": _source(result, finding.place),
        "place": _place(finding.place, None),
        "row": _row(result, finding.place),
        "values": [],
        "findings": [finding_row(finding, lang)],
        "mentions": [],
    }


def _is_about(finding: Finding, record: Record, field: str | None, own: Finding | None) -> bool:
    if own is not None:
        return finding is own
    here = record.place is not None and any(
        (p.source, p.table, p.row) == (record.place.source, record.place.table, record.place.row)
        for p in finding.places
        if p.row is not None
    )
    same = finding.record_id == record.id
    return (same or here) if field is None else same and finding.field in ("", field)


# ------------------------------------------------------------------------------------------- parts of it


def _derived(record: Record, name: str) -> str | None:
    if name == "order_id":
        return record.order or None
    if name == "place":
        return str(record.place) if record.place else None
    return record.id if name == all_datasets()[record.dataset].id_field else None


def _value(record: Record, name: str, value: Value, result: Result, lang: str) -> Story:
    column = _column(result, value.place or record.place, value.raw)
    return {
        "field": name,
        "raw": value.raw or None,
        "value": value.text,
        "status": "fixed" if value.status == "kept" and value.changes else value.status,
        "place": _place(value.place if value.raw else None, column),
        "ocr_confidence": value.confidence,
        "changes": [_change(c, lang) for c in value.changes],
        "candidates": [
            {
                "value": c.value,
                "confidence": round(c.confidence, DECIMALS),
                "evidence": sentences(c.evidence, lang),
            }
            for c in value.candidates
        ],
    }


def _change(change: Change, lang: str) -> Story:
    return {
        "rule": change.rule,
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "confidence": round(change.confidence, DECIMALS),
        "evidence": sentences(change.evidence, lang),
    }


def _place(place: Place | None, column: int | None) -> Story | None:
    if place is None:
        return None
    return {
        "text": str(place),
        "file": place.source,
        "page": place.page,
        "table": place.table,
        "row": place.row,
        "column": column if place.col is None else place.col + 1,
        "bbox": [round(x, 2) for x in place.bbox] if place.bbox else None,
    }


def _source(result: Result, place: Place | None) -> Story | None:
    source = next((s for s in result.sources if place is not None and s.path == place.source), None)
    if source is None:
        return None
    return {
        "file": source.path,
        "format": source.format,
        "sha256": source.sha256,
        "encoding": source.encoding,
        "bytes": source.size,
    }


def _row(result: Result, place: Place | None) -> list[str] | None:
    """The cells of a row of an assembled table, a spanning one at each place that it covers."""
    if place is None or place.table is None or place.row is None or place.source not in result.documents:
        return None
    for table in result.documents[place.source].tables:
        if table.number == place.table and place.row <= table.n_rows:
            return [cell.text if cell is not None else "" for cell in table.matrix()[place.row - 1]]
    return None


def _column(result: Result, place: Place | None, raw: str) -> int | None:
    """The column (from 1) whose cell holds the raw text, None where that cannot be told for sure."""
    row = _row(result, place) if raw else None
    found = [n for n, text in enumerate(row or (), 1) if _plain(raw) in _plain(text)]
    exact = [n for n in found if _plain((row or [])[n - 1]) == _plain(raw)]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


def _plain(text: str) -> str:
    return "".join(text.split()).replace("-", "")


def _mentions(result: Result, entity: Record) -> Iterator[Story]:
    """Where rows of other datasets name this one."""
    for name, records in result.records.items():
        links = [f for f, target, _ in all_datasets()[name].foreign_keys if target == entity.dataset]
        for record in records if links and entity.place is None else ():
            for link in links:
                if record.text(link) != entity.id:
                    continue
                field = link.removesuffix("_id")
                value = record.values.get(field)
                yield {
                    "dataset": name,
                    "record_id": record.id,
                    "field": field if value is not None else link,
                    "raw": (value.raw or None) if value is not None else None,
                    "value": value.text if value is not None else None,
                    "place": _place((value.place if value is not None else None) or record.place, None),
                }


def _mention_place(result: Result, record: Record) -> Place | None:
    """The first place that names an entity; an order's own file."""
    if file := record.text("source_file"):
        return Place(file)
    for mention in _mentions(result, record):
        if mention["place"]:
            return Place(mention["place"]["file"])
    return None


# ---------------------------------------------------------------------------------------------- for people


def as_text(story: Story, lang: str = "en") -> str:
    """The story in words, a line for each fact; ends with a line feed."""
    return "\n".join(_lines(story, lang)) + "\n"


def _lines(story: Story, lang: str) -> Iterator[str]:
    dataset = story["dataset"]
    about = all_datasets()[dataset].description[lang] if dataset else ""
    yield f"{story['id']} — {dataset}: {about}" if dataset else story["id"]
    if story["replaced"]:
        yield say("explain.replaced", lang, old=story["replaced"])
    if source := story["source"]:
        yield say("explain.source", lang, **source)
    if story["place"]:
        yield say("explain.place", lang, place=_where(story["place"], lang))
    if story["row"] and dataset:
        yield say("explain.row", lang, row=" │ ".join(" ".join(cell.split()) for cell in story["row"]))
    yield ""
    for value in sorted(story["values"], key=_is_said):
        yield from _value_lines(value, lang)
    for finding in story["findings"]:
        severity = say(f"report.severity.{finding['severity']}", lang)
        status = say(f"report.status.{finding['status']}", lang)
        yield ""
        yield say(
            "explain.finding", lang, severity=severity, status=status, **_only(finding, "discrepancy_id")
        )
        yield f"  {finding['message']}"
        if finding["suggestion"]:
            yield "  " + say("explain.suggestion", lang, **_only(finding, "suggestion"))
        yield from (f"    • {reason}" for reason in finding["evidence"])
    if story["mentions"]:
        yield ""
        yield say("explain.mentions", lang, n=len(story["mentions"]))
    for mention in story["mentions"]:
        raw = mention["raw"] or mention["value"] or ""
        place = _where(mention["place"], lang) if mention["place"] else ""
        yield f"  {mention['record_id']} {mention['field']}: {raw} ({place})"


def _only(row: Story, *names: str) -> Story:
    return {name: row[name] for name in names}


def _is_said(value: Story) -> bool:
    return value["raw"] is not None or bool(value["changes"])


def _value_lines(value: Story, lang: str) -> Iterator[str]:
    if value["value"] is None and value["raw"] is None:
        return
    text = value["value"] if value["value"] is not None else say("explain.none", lang)
    if not _is_said(value):
        yield f"{value['field']}: {text} {say('explain.derived', lang)}"
        return
    yield ""
    yield f"{value['field']}: {text}"
    if value["raw"] is not None:
        place = _where(value["place"], lang) if value["place"] else ""
        yield "  " + say("explain.raw", lang, raw=value["raw"]) + (f" ({place})" if place else "")
    for change in value["changes"]:
        yield "  " + say("explain.change", lang, **{k: v for k, v in change.items() if k != "evidence"})
        yield from (f"    • {reason}" for reason in change["evidence"])
    for candidate in value["candidates"]:
        yield "  " + say("explain.candidate", lang, **_only(candidate, "value", "confidence"))
        yield from (f"    • {reason}" for reason in candidate["evidence"])


def _where(place: Story, lang: str) -> str:
    parts = [place["file"]]
    for name in ("page", "table", "row", "column"):
        if place[name] is not None:
            parts.append(say(f"explain.{name}-no", lang, n=place[name]))
    if place["bbox"]:
        parts.append(say("explain.box", lang, box=", ".join(f"{x:g}" for x in place["bbox"])))
    return ", ".join(parts)
