"""A draft as a document: the lines of its title page and appendices, the rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.labelled import world
from benchmarks.labelled.parts import Appendix, Draft, Other, Plan, Sites, TableRows


@dataclass
class Page:
    """The lines before a table, and the table (None behind the last)."""

    lines: list[str]
    table: TableRows | None


def written(made: Draft) -> list[Page]:
    """The order in reading order: the title page stands before the first table."""
    pages: list[Page] = []
    lines = title_page(made)
    for appendix in made.appendices:
        lines += head_of(appendix, made)
        pages.append(Page(lines, table_of(appendix)))
        lines = []
    return pages


def title_page(made: Draft) -> list[str]:
    """Letterhead, date and number, title, points, signature."""
    year, month, day = made.date
    dated = (f"{day} {world.MONTHS_OF[month - 1]} {year} года", f"{day:02}.{month:02}.{year}",
             f"«{day:02}» {world.MONTHS_OF[month - 1]} {year} г.")[made.date_style]  # fmt: skip
    lines = [made.issuer, "ПРИКАЗ"]
    if "number" not in made.drop and "date" not in made.drop:
        lines += [f"от {dated} № {made.number}"] if made.head_style % 2 else [dated, f"№ {made.number}"]
    elif "date" not in made.drop:
        lines.append(dated)
    else:
        lines.append(f"№ {made.number}")
    lines += [made.title, made.lead, "п р и к а з ы в а ю:" if made.head_style > 1 else "приказываю:"]
    number = 1
    for appendix in made.appendices:
        what = {Plan: "план мероприятий", Sites: "перечень школ", Other: "состав рабочей группы"}[
            type(appendix.part)
        ]
        if not appendix.announced:
            continue
        if not appendix.number:
            words = f"Утвердить прилагаемый {what} (приложение)."
        elif made.head_style == 3:
            words = f"Утвердить {what} согласно приложению {appendix.number} к настоящему приказу."
        else:
            words = f"Утвердить {what} (приложение № {appendix.number})."
        lines.append(f"{number}. {words}")
        number += 1
    for point in [*made.promised, *made.extra_points, "Контроль за исполнением приказа оставляю за собой."]:
        lines.append(f"{number}. {point}")
        number += 1
    if made.date_style == 1:
        return [*lines, f"{made.region.head}          {made.signatory}"]
    return [*lines, made.region.head, made.signatory]


def head_of(appendix: Appendix, made: Draft) -> list[str]:
    """«Приложение № 1 к приказу …» and the caption."""
    named = f"Приложение № {appendix.number}" if made.head_style != 3 else f"Приложение {appendix.number}"
    if not appendix.number:
        named = "Приложение"
    caption = appendix.part.caption
    if made.head_style == 0:
        return [named, f"к приказу {made.region.short_issuer}", appendix.reference, caption]
    if made.head_style == 2:
        return [f"{named} к приказу {made.region.short_issuer} {appendix.reference}", caption]
    return [named, "к приказу", appendix.reference, caption]


def table_of(appendix: Appendix) -> TableRows:
    """The rows of an appendix."""
    part = appendix.part
    if isinstance(part, Plan):
        return _plan(part)
    if isinstance(part, Sites):
        return _sites(part)
    table = TableRows([], [], 0)
    for i, row in enumerate(part.rows):
        table.add(row, "row" if i else "head", part.rows)
    return table


def _plan(plan: Plan) -> TableRows:
    table = TableRows([], [], 0)
    table.add([plan.heads[c] for c in plan.columns], "head")
    width = len(plan.columns)
    if plan.numbered_head:
        table.add([str(n) for n in range(1, width + 1)], "head")
    for section in plan.sections:
        if plan.section_style in ("wide", "roman"):
            table.add([f"{section.number}. {section.title}", *[""] * (width - 1)], "section", section)
        elif plan.section_style == "wide-unnumbered":
            table.add([section.title, *[""] * (width - 1)], "section", section)
        elif plan.section_style == "beside":
            table.add([f"{section.number}.", section.title, *[""] * (width - 2)], "row", section)
        for item in section.items:
            cells = {"number": item.number, "title": item.title, "executors": item.executors,
            "deadline": item.deadline,
                     "result": item.result}  # fmt: skip
            row = [cells[c] for c in plan.columns]
            table.add([*row, item.extra] if item.extra is not None else row, "row", item)
    return table


def _sites(sites: Sites) -> TableRows:
    columns = ["number", "municipality", "school", "partner"]
    if sites.layout == "unnumbered":
        columns.remove("number")
    if sites.layout in ("sections", "single"):
        columns.remove("municipality")
        if sites.layout == "sections" and not sites.counts:
            columns.remove("number")
    if sites.lost_column:
        columns.remove(sites.lost_column)
    merged = {"merged": 2, "unnumbered": 1}.get(sites.layout, 0)
    table = TableRows([], [], merged, alone=sites.layout == "single")
    table.add([*(sites.heads[c] for c in columns), *sites.further], "head", sites)
    width = len(columns) + len(sites.further)
    if sites.numbered_head and width > 2:
        table.add([str(n) for n in range(1, width + 1)], "head")
    counter = 0
    for group in sites.groups:
        if sites.layout == "sections":
            table.add([f"{group.number}. {group.municipality}" if not sites.counts else group.municipality,
                       *[""] * (width - 1)], "section", group)  # fmt: skip
        for k, pair in enumerate(group.pairs):
            counter += 1
            row_number = sites.numbers[counter - 1] if sites.numbers else str(counter)
            first = k == 0 or sites.layout == "repeated"
            cells = {"number": row_number if sites.counts else (f"{group.number}." if k == 0 else ""),
                     "municipality": group.municipality if first else "",
                     "school": pair.school, "partner": pair.partner}  # fmt: skip
            table.add([*(cells[c] for c in columns), *pair.cells], "row", pair, *([group] if k == 0 else []))
    if sites.total:
        said = sites.total.format(len(sites.pairs) + sites.miscounted)
        table.add([said, *[""] * (width - 1)], "total", sites.heads)
    return table
