"""A hostile file and what must become of it, and the texts that the files hold."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WORDS = "Приказ о реализации проекта, Кардымовский район"
ORDER = (
    "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ\nПРИКАЗ\nот 10.09.2020 № 657\n\nО работе школ Кардымовского района с низкими "
    "результатами\n\nВ соответствии с планом работы на 2020/2021 учебный год приказываю:\n1. Утвердить перечень.\n"
    "2. Контроль за исполнением приказа оставляю за собой.\n\n"
    "№ п/п\tМуниципалитет\tШкола\tШкола-партнёр\n1\tКардымовский район\tМБОУ «Тюшинская СШ»\tМБОУ СШ № 5\n"
    "2\tЕльнинский район\tМБОУ «Коробецкая СШ»\tМБОУ СШ № 7\n"
)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    data: bytes | None  # None: `make` puts something else than a plain file there
    verdict: str = "either"
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    says: str = ""
    make: Callable[[Path], None] | None = None
