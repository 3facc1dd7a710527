"""A realistic `Result`: the second appendix of the committed order with the findings that it must show.

Made by hand, without the pipeline's stages, so that writers and report are tested by themselves.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline import messages
from pipeline.checks.findings import identify
from pipeline.ids import make_id
from pipeline.model import (
    Block,
    Candidate,
    Cell,
    Change,
    Document,
    Finding,
    Note,
    Place,
    Record,
    Source,
    Table,
    Value,
    note,
)
from pipeline.result import Result, corrections_of

ORDER = Path(__file__).parents[2] / "raw" / "smolensk-order-657.txt"
NAME = ORDER.name
SENTENCES = {
    "sample.number": (
        "The order's number is written in three ways; probably it is 657-ОД",
        "Номер приказа записан тремя способами; вероятно, это 657-ОД",
    ),
    "sample.number.why": (
        "-ОД is the usual suffix of such orders; О is read as 0, Д as 9 or 2",
        "-ОД — обычное окончание номера таких приказов; О читается как 0, Д — как 9 или 2",
    ),
    "sample.date": (
        "The title page says April, both appendices say July",
        "На титульной странице указан апрель, в обоих приложениях — июль",
    ),
    "sample.gap": (
        "After 10 comes 14: 11, 12 and 13 are missing",
        "После 10 следует 14: нет номеров 11, 12 и 13",
    ),
    "sample.gap.why": (
        "The list is alphabetical: between Починковский and Сычёвский район lie Рославльский, Руднянский and "
        "Сафоновский район",
        "Перечень составлен по алфавиту: между Починковским и Сычёвским районами стоят Рославльский, "
        "Руднянский и Сафоновский",
    ),
    "sample.shift": (
        "{school:q} is the last row of {group} but belongs to {other}",
        "{school:q} стоит последней в группе {group}, но относится к группе {other}",
    ),
    "sample.shift.why": (
        "its partner {partner:q} serves the rows that follow",
        "её партнёр {partner:q} указан и в следующих строках",
    ),
    "sample.duplicate": ("{school:q} stands twice in {group}", "{school:q} указана дважды: {group}"),
    "sample.partner": (
        "{partner:q} is the partner of {n:school|schools}, the others of two to six",
        "{partner:q} указана партнёром {n:школы|школ|школ}, остальные — от двух до шести",
    ),
    "sample.suspect": (
        "{raw:q} looks damaged by text recognition",
        "{raw:q} похоже на ошибку распознавания",
    ),
    "sample.suspect.why": (
        "there is a village Замыцкое; Ц is read as Ш",
        "есть деревня Замыцкое; Ц читается как Ш",
    ),
    "sample.fixed": (
        "ОПШ is no kind of school; П is read for О",
        "вида школы ОПШ не бывает; О читается как П",
    ),
    "sample.person": (
        "«Полов Р.А.» and «Попов Р.А.» are probably one person",
        "«Полов Р.А.» и «Попов Р.А.» — вероятно, одно лицо",
    ),
    "sample.person.why": (
        "both act for the same department; П is read as Л",
        "оба указаны от одного департамента; П читается как Л",
    ),
    "sample.period": (
        "The deadline 2021–2024 goes beyond the order's period 2021–2022",
        "Срок 2021–2024 выходит за период приказа 2021–2022",
    ),
    "sample.format": (
        "«2.1» has no closing dot, its neighbours have",
        "«2.1» без точки в конце, у соседних она есть",
    ),
}


def result() -> Result:
    """The order with its sites, schools, municipalities, corrections and eleven kinds of findings."""
    messages._templates().update(SENTENCES)
    document = read_document()
    table = document.tables[1]
    order = make_id("ord", "657-ОД", "2021-07-21")
    sites, towns, schools = _sites(table, order)
    records = {
        "orders": (_order(order),),
        "training_sites": tuple(sites),
        "schools": tuple(schools.values()),
        "municipalities": tuple(towns.values()),
    }
    return Result(
        records=records,
        corrections=corrections_of(r for rows in records.values() for r in rows),
        findings=identify(_findings(sites, document)),
        documents={NAME: document},
        sources=(document.source,),
    )


def read_document() -> Document:
    """The text of the order as blocks and two tables; repeated headers dropped, pieces put together."""
    pieces: dict[str, list[list[str]]] = {}
    content: list[Block | str] = []
    for line in ORDER.read_text("utf-8").split("\n"):
        if "\t" not in line:
            content.extend([Block(line, place=Place(NAME))] if line.strip() else [])
            continue
        cells = line.split("\t")
        if cells[0] == "№ п/п":
            header = line
            if header not in pieces:
                pieces[header] = [cells]
                content.append(header)
        else:
            pieces[header].append(cells)
    numbers = {header: n for n, header in enumerate(pieces, start=1)}
    return Document(
        Source(NAME, "0" * 64, "text", "utf-8"),
        tuple(x if isinstance(x, Block) else _table(pieces[x], numbers[x]) for x in content),
    )


def _table(rows: list[list[str]], number: int) -> Table:
    cells = [
        Cell(text, r, c, place=Place(NAME, table=number, row=r + 1, col=c))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return Table(number, tuple(cells), len(rows), len(rows[0]), header_rows=1)


def plain(text: str) -> Value:
    return Value(text, text)


def _order(id_: str) -> Record:
    values = {
        "number": Value(
            "657-09",
            "657-ОД",
            changes=(
                Change("order-number-ocr", "657-09", "657-ОД", "ocr", 0.98, (note("sample.number.why"),)),
            ),
        ),
        "date": Value(
            "« 21 » 04 _____ 20 21 г.", "2021-07-21", changes=(Change("date", "21 04 2021", "2021-07-21"),)
        ),
        "title": plain("Об утверждении дорожной карты"),
        "issuer": plain("Департамент Смоленской области по образованию и науке"),
        "region": plain("Смоленская область"),
        "source_file": plain(NAME),
        "source_format": plain("text"),
        "source_sha256": plain("0" * 64),
    }
    return Record("orders", values, Place(NAME), id_, id_)


def _sites(table: Table, order: str) -> tuple[list[Record], dict[str, Record], dict[str, Record]]:
    sites: list[Record] = []
    towns: dict[str, Record] = {}
    schools: dict[str, Record] = {}
    group = ("", "")
    for r, row in enumerate(table.matrix()[1:], start=2):
        number, town, school, partner = (cell.text if cell else "" for cell in row)
        group = (number.rstrip("."), town) if number else group
        place = Place(NAME, table=table.number, row=r)
        town_id = make_id("mun", group[1])
        towns.setdefault(group[1], _town(town_id, group[1], place))
        fixed = _school(school, place)
        for name, role in ((fixed, "risk"), (_school(partner, place), "partner")):
            schools.setdefault(str(name.text), _school_record(name, role, town_id, place))
        values = {
            "order_id": plain(order),
            "appendix": plain("2"),
            "position": plain(str(r - 1)),
            "municipality_no": plain(group[0]),
            "municipality_id": plain(town_id),
            "municipality": plain(group[1]),
            "school_id": plain(schools[str(fixed.text)].id),
            "school": fixed,
            "partner_id": plain(make_id("sch", _school(partner, place).text)),
            "partner": _school(partner, place),
        }
        key = make_id("site", order, group[1], fixed.text, partner, str(r))
        sites.append(Record("training_sites", values, place, key, order))
    return sites, towns, schools


def _school(raw: str, place: Place) -> Value:
    if "ОПШ" in raw:
        text = raw.replace("ОПШ", "ООШ")
        change = Change("school-type-ocr", "ОПШ", "ООШ", "ocr", 0.999, (note("sample.fixed"),))
        return Value(raw, text, changes=(change,), status="fixed", place=place)
    if "Замышкая" in raw:
        names = (raw.replace("Замышкая", "Замыцкая"), raw.replace("Замышкая", "Замышская"))
        candidates = (
            Candidate(names[0], 0.93, (note("sample.suspect.why"),)),
            Candidate(names[1], 0.05),
        )
        return Value(raw, raw, candidates=candidates, status="suggested", place=replace(place, col=2))
    return Value(raw, raw, place=place)


def _town(id_: str, name: str, place: Place) -> Record:
    values = {
        "name": plain(name),
        "kind": plain("муниципальный район"),
        "region": plain("Смоленская область"),
        "mentions": plain("1"),
        "variants": Value("", name, parts={"items": [name]}),
    }
    return Record("municipalities", values, place, id_)


def _school_record(name: Value, role: str, town_id: str, place: Place) -> Record:
    values = {
        "name": plain(str(name.text)),
        "municipality_id": plain(town_id),
        "roles": Value("", role, parts={"items": [role]}),
        "mentions": plain("1"),
        "variants": Value("", name.raw, parts={"items": [name.raw]}),
    }
    return Record("schools", values, place, make_id("sch", name.text))


def _findings(sites: list[Record], document: Document) -> list[Finding]:
    order = make_id("ord", "657-ОД", "2021-07-21")
    found = [
        Finding(
            "order-number-conflict",
            note("sample.number"),
            "orders",
            order,
            "number",
            raw="657-09",
            suggestion="657-ОД",
            confidence=0.98,
            evidence=(note("sample.number.why"),),
            places=(Place(NAME),),
        ),
        Finding(
            "order-date-conflict",
            note("sample.date"),
            "orders",
            order,
            "date",
            raw="« 21 » 04 _____ 20 21 г.",
            suggestion="2021-07-21",
            places=(Place(NAME),),
        ),
    ]
    found.extend(_roadmap(document))
    by_school: dict[str, list[Record]] = {}
    for site in sites:
        by_school.setdefault(str(site.text("school")), []).append(site)
        if site.values["school"].status == "suggested":
            found.append(_suspect(site))
        if site.values["school"].changes:
            found.append(_about("ocr-fixed", note("sample.fixed"), site, "school", site.text("school")))
    gap = next(s for s in sites if s.text("municipality_no") == "14")
    found.append(
        replace(
            _about("numbering-gap", note("sample.gap"), gap, "municipality_no"),
            raw="14.",
            evidence=(note("sample.gap.why"),),
        )
    )
    for school, rows in by_school.items():
        groups = {str(r.text("municipality")) for r in rows}
        if len(rows) > 1 and len(groups) == 1:
            about = note("sample.duplicate", school=school, group=rows[0].text("municipality"))
            found.append(replace(_about("duplicate-row", about, rows[1], "school"), places=_places(rows)))
        elif len(rows) > 1:
            about = Note(
                "sample.shift",
                {
                    "school": school,
                    "group": rows[0].text("municipality"),
                    "other": rows[1].text("municipality"),
                },
            )
            shift = _about(
                "group-boundary-shift", about, rows[0], "municipality", rows[1].text("municipality")
            )
            why = note("sample.shift.why", partner=rows[1].text("partner"))
            found.append(replace(shift, confidence=0.97, evidence=(why,)))
    many = [s for s in sites if "Кардашевская" in str(s.text("partner"))]
    about = note("sample.partner", partner=many[0].text("partner"), n=len(many))
    found.append(replace(_about("partner-outlier", about, many[0], "partner"), places=_places(many)))
    return found


def _roadmap(document: Document) -> list[Finding]:
    """Findings in the first appendix, whose rows are long texts."""
    rows = {
        cell.text.strip(): cell.row + 1
        for row in document.tables[0].matrix()
        for cell in row
        if cell is not None
    }

    def place(text: str) -> tuple[Place, ...]:
        return (Place(NAME, table=1, row=next(r for t, r in rows.items() if text in t)),)

    return [
        Finding(
            "name-variant",
            note("sample.person"),
            "persons",
            field="name",
            raw="Полов Р.А.",
            suggestion="Попов Р.А.",
            confidence=0.96,
            evidence=(note("sample.person.why"),),
            places=(*place("Полов"), *place("Попов")),
        ),
        Finding(
            "date-out-of-period",
            note("sample.period"),
            "activities",
            field="deadline",
            raw="2021-2024 гг.",
            places=place("2021-2024"),
        ),
        Finding(
            "numbering-format",
            note("sample.format"),
            "activities",
            field="item_no",
            raw="2.1",
            places=place("2.1"),
        ),
    ]


def _places(rows: list[Record]) -> tuple[Place, ...]:
    return tuple(r.place for r in rows if r.place)


def _about(code: str, message: Note, site: Record, field: str, suggestion: str | None = None) -> Finding:
    assert site.place
    return Finding(
        code,
        message,
        "training_sites",
        site.id,
        field,
        raw=site.raw(field),
        suggestion=suggestion,
        places=(site.place,),
    )


def _suspect(site: Record) -> Finding:
    value = site.values["school"]
    finding = _about(
        "ocr-suspect",
        note("sample.suspect", raw=value.raw),
        site,
        "school",
        value.candidates[0].value,
    )
    return replace(finding, confidence=value.candidates[0].confidence, evidence=value.candidates[0].evidence)
