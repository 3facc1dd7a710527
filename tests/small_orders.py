"""Small orders that tests write, and what a build says of them."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import Finding
from pipeline.result import Result
from pipeline.run import Settings, find_sources, make

SITES = "№ п/п\tМуниципалитет\tШкола группы риска\tШкола-партнер"
PLAN = "№ п/п\tМероприятие\tОтветственные исполнители\tСроки исполнения"
HEAD = """Комитет по образованию Псковской области
ПРИКАЗ
от {date} № {number}
О мерах поддержки школ{period}
приказываю:
1. Утвердить перечень (приложение № 1).
Председатель
А.В. Смирнова
Приложение № 1
к приказу от {date} № {number}
"""


def order(head: str, *rows: str, date: str = "03.03.2022", number: str = "77-ОД", period: str = "") -> str:
    """An order with one table; `head` is its header row."""
    text = HEAD.format(date=date, number=number, period=period or " на 2022-2023 годы")
    return text + "\n" + "\n".join([head, *rows]) + "\n"


def activity(number: str, deadline: str = "май 2022 г.", title: str = "Семинар", who: str = "") -> str:
    return f"{number}\t{title} {number}\t{who or 'ГАУ ДПО «ИРО» (Волкова Н.И.)'}\t{deadline}"


def section(number: str, title: str = "Мероприятия") -> str:
    return f"{number}. {title}\t\t\t"


def result(folder: Path, *texts: str) -> Result:
    """What a build of these sources gives; each lies in a file of its own."""
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    for i, text in enumerate(texts, 1):
        (raw / f"order{i}.txt").write_text(text, encoding="utf-8")
    made, failures = make(find_sources([raw]), Settings(raw=raw))
    assert not failures
    return made


def findings(folder: Path, *texts: str) -> list[Finding]:
    return list(result(folder, *texts).findings)


def rows_of(finding: Finding) -> list[int]:
    """The rows of its places, the header being row 1."""
    return [p.row or 0 for p in finding.places]
