"""The findings of a comparison of two witnesses of one order: code `witness-difference`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.checks.grouping import cell_place
from pipeline.model import Finding, Note, Place, Record, Table, Value, note
from pipeline.witness_values import Judgement

_GROUP = frozenset({"municipality", "municipality_no", "section", "section_no"})  # one text over many rows
_SHOWN = {"activities": ("item_no", "title"), "training_sites": ("municipality", "school", "partner")}


@dataclass(slots=True)
class Differences:
    """What is found while the source `other` is compared with the leading one (`lead`)."""

    lead: str
    other: str
    findings: list[Finding] = field(default_factory=list)
    compared: int = 0
    equal: int = 0
    said: set[tuple[str, str]] = field(default_factory=set)  # pairs of readings

    def value(self, name: str, a: Record, b: Record, told: Judgement) -> None:
        """A value that was compared; a finding if the readings differ."""
        first, second = a.values.get(name, Value("", None)), b.values.get(name, Value("", None))
        self.compared += 1
        if told.outcome == "same":
            self.equal += 1
            return
        first_text, second_text = first.raw or first.text or "", second.raw or second.text or ""
        self.said.add((first_text, second_text))
        message = self.message(first_text, second_text)
        places = [p for p in (cell_place(a, first), cell_place(b, second)) if p is not None]
        if name in _GROUP:
            places = [p for p in (a.place, b.place) if p is not None]
            for i, known in enumerate(self.findings):
                if (known.dataset, known.field, known.message) == (a.dataset, name, message):
                    more = tuple(p for p in places if p not in known.places)
                    self.findings[i] = replace(known, places=known.places + more)
                    return
        self.findings.append(
            Finding(
                "witness-difference",
                message,
                a.dataset,
                a.id,
                name,
                first_text,
                told.suggestion,
                first.confidence,
                evidence=self._why(told, message),
                places=tuple(places),
                key=f"{first_text}|{second_text}",
                severity=told.severity,
            )
        )

    def message(self, first: str, second: str) -> Note:
        """Both readings with their sources."""
        key = "differs" if first and second else "missing-second" if first else "missing-first"
        return note(
            f"witness.{key}", first_source=self.lead, first=first, second_source=self.other, second=second
        )

    def _why(self, told: Judgement, message: Note) -> tuple[Note, ...]:
        if "missing" in message.key and told.outcome != "taken":
            return ()
        if told.outcome == "notation":
            return (note("witness.notation", value=told.value.text),)
        source = self.other if told.outcome == "taken" else self.lead
        return (note(f"witness.{told.outcome}", source=source),)

    def no_title_page(self, order: Record) -> None:
        """The other source begins with an appendix."""
        self.findings.append(
            Finding(
                "witness-difference",
                note("witness.no-title-page", source=self.other, used=self.lead),
                "orders",
                order.id,
                places=(Place(self.other),),
                key="title-page",
                severity="info",
            )
        )

    def mention(
        self, order: Record, name: str, values: tuple[Value, Value], where: tuple[str, str], told: Judgement
    ) -> None:
        """Number or date in the head of an appendix; `where` are the places as they are written."""
        first, second = values
        self.findings.append(
            Finding(
                "witness-difference",
                self.message(first.raw, second.raw),
                "orders",
                order.id,
                name,
                first.raw,
                evidence=self._why(told, note("")),
                places=tuple(parsed(w) for w in where),
                key=f"appendix|{first.raw}|{second.raw}",
                severity=told.severity,
            )
        )

    def rows(self, rows: Sequence[Record], source: str, lacking: str, severity: str, kind: str) -> None:
        """Rows that stand in `source` only: `kind` is `row` (one), `rows` (a run) or `list` (all)."""
        first, last = row_text(rows[0]), row_text(rows[-1])
        args: dict[str, object] = {"source": source, "other": lacking}
        args |= {"row": first} if kind == "row" else {"first": first, "last": last, "n": len(rows)}
        places = tuple(r.place for r in rows if r.place is not None)
        self.findings.append(
            Finding(
                "witness-difference",
                Note(f"witness.{kind}", args),
                rows[0].dataset,
                rows[0].id,
                raw=first if kind == "row" else f"{first} … {last}",
                evidence=(note("witness.row-kept"),),
                places=(*places, Place(lacking)),
                key=f"{kind}|{first}|{last}",
                severity=severity,
            )
        )

    def heading(self, b: Record) -> None:
        """A heading of the leading source that the other source, a scan, was read to have as a row."""
        self.findings.append(
            Finding(
                "witness-difference",
                note("witness.heading", row=row_text(b), source=self.other, other=self.lead),
                b.dataset,
                raw=row_text(b),
                places=(b.place,) if b.place is not None else (),
                key=f"heading|{row_text(b)}",
                severity="info",
            )
        )

    def moved(self, a: Record, b: Record) -> None:
        """A row that stands elsewhere in the other source."""
        self.findings.append(
            Finding(
                "witness-difference",
                note("witness.moved", row=row_text(a), other=self.other),
                a.dataset,
                a.id,
                raw=row_text(a),
                places=tuple(p for p in (a.place, b.place) if p is not None),
                key=f"moved|{row_text(a)}",
                severity="info",
            )
        )

    def texts(self, row: str, first: str, second: str, places: Sequence[Place], severity: str) -> None:
        """Two cells of a row of a table that no profile knows."""
        self.findings.append(
            Finding(
                "witness-difference",
                self.message(first, second),
                raw=first,
                suggestion=second or None,
                places=tuple(places),
                key=f"{row}|{first}|{second}",
                severity=severity,
            )
        )

    def table(self, table: Table, source: str, severity: str) -> None:
        """A table that only one source has."""
        first = " | ".join(c.text for c in table.cells if c.row == 0)
        self.findings.append(
            Finding(
                "witness-difference",
                note("witness.table", n=table.n_rows, source=source),
                raw=first,
                places=(Place(source, page=table.page, table=table.number),),
                key=f"table|{first}",
                severity=severity,
            )
        )


def parsed(text: str) -> Place:
    """A place from its written form."""
    source, _, rest = text.rpartition("#page=")
    return Place(source, page=int(rest.split("&")[0])) if source else Place(text)


def row_text(record: Record) -> str:
    """A row for people: «district → school → partner»."""
    shown = _SHOWN.get(record.dataset, tuple(record.values))
    return " → ".join(t for f in shown if (t := record.raw(f) or record.text(f)))
