"""Who signed an order: marks of electronic signatures and certified copies name others, or nobody."""

from __future__ import annotations

import pytest

from pipeline.signature import Line, find


@pytest.mark.parametrize(
    ("lines", "name", "position"),
    [
        (
            (
                "п/п Директор департамента                    И.Н. Морозов",
                "Верно: специалист       А.А. Соколова",
            ),
            "И.Н. Морозов",
            "Директор департамента",
        ),
        (
            (
                "Директор департамента",
                "Документ подписан электронной подписью",
                "Сертификат 00B1C2D3E4F5061728394A5B6C7D8E9F00",
                "Владелец Лобода Ирина Валентиновна",
                "Действителен с 12.01.2023 по 06.04.2024",
                "И.В. Лобода",
            ),
            "И.В. Лобода",
            "Директор департамента",
        ),
        (("Исп. Смирнова А.А., 8 (4812) 38-00-00", "Министр        О.Н. Рысева"), "О.Н. Рысева", "Министр"),
    ],
)
def test_who_signed(lines: tuple[str, ...], name: str, position: str) -> None:
    found, held = find([Line(text) for text in lines])
    assert (found and found.text, held and held.text) == (name, position)
