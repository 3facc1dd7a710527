"""Made-up clean orders of several regions, for properties that must hold of any order.

`generate(seed)` gives the order's text (`forms.Order`) and what it says (`Expected`). Names of regions and
districts are real, schools and people are made up from common parts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.forms import Order, Row

REGIONS = {
    "Псковская область": (
        "Комитет по образованию Псковской области",
        ["Бежаницкий", "Гдовский", "Дедовичский", "Локнянский", "Невельский", "Опочецкий", "Островский",
         "Печорский", "Порховский", "Пыталовский", "Себежский", "Усвятский"],
    ),
    "Тверская область": (
        "Министерство образования Тверской области",
        ["Бежецкий", "Весьегонский", "Жарковский", "Зубцовский", "Калязинский", "Кашинский",
         "Конаковский", "Лихославльский",
         "Молоковский", "Рамешковский", "Спировский", "Старицкий", "Торжокский"],
    ),
    "Ярославская область": (
        "Департамент образования Ярославской области",
        ["Большесельский", "Борисоглебский", "Брейтовский", "Даниловский", "Любимский",
         "Мышкинский", "Некоузский",
         "Некрасовский", "Пошехонский", "Ростовский", "Рыбинский", "Тутаевский", "Угличский"],
    ),
    "Новосибирская область": (
        "Министерство образования Новосибирской области",
        ["Баганский", "Барабинский", "Болотнинский", "Венгеровский", "Доволенский", "Здвинский",
         "Карасукский", "Каргатский",
         "Колыванский", "Краснозёрский", "Куйбышевский", "Купинский", "Татарский"],
    ),
}  # fmt: skip
STEMS = [
    "Берёзов", "Соснов", "Никольск", "Покровск", "Воскресенск", "Заречен", "Луговск",
    "Степановск", "Петровск", "Фоминск",
    "Дубровск", "Михайловск", "Каменск", "Озёрск", "Полевск", "Успенск", "Гавриловск", "Борковск",
    "Костинск", "Ленинск",
    "Старосельск", "Новосельск", "Верхнекаменск", "Красногорск", "Яснополянск", "Глебовск",
    "Захаровск", "Кузьминск",
    "Ладыгинск", "Мокровск", "Овсянниковск", "Пестовск", "Раменск", "Спасск", "Тимоновск",
    "Ушаковск", "Чудиновск",
]  # fmt: skip
ADJECTIVES = [s + ("ая" if s[-1] in "кн" else "ская") for s in STEMS]
TYPES = ["СОШ", "ООШ", "СШ", "ОШ", "НОШ"]
ACTIVITIES = [
    "Разработка положения о региональном конкурсе руководителей",
    "Проведение круглого стола по вопросам управления качеством образования",
    "Организация стажировки руководителей на базе школ-лидеров",
    "Анализ результатов мониторинга эффективности руководителей",
    "Методическое сопровождение школ с низкими результатами обучения",
    "Подготовка методических рекомендаций по оценке деятельности",
    "Реализация программ повышения квалификации управленческих команд",
    "Семинар «Современные подходы к управлению развитием школы»",
]
SECTIONS = [
    "Организационные мероприятия", "Методическая поддержка руководителей",
    "Повышение квалификации", "Мониторинг и анализ",
]  # fmt: skip
DEADLINES = {
    "Июль 2022 г.": "2022-07",
    "Август-октябрь 2022 г.": "2022-08/2022-10",
    "2022-2023 гг.": "2022/2023",
    "до 15 ноября 2022 года": "../2022-11-15",
    "Сентябрь 2022 г.": "2022-09",
}
PEOPLE = ["Соколова Е.В.", "Морозов А.П.", "Волкова Н.И.", "Лебедев С.С.", "Новикова О.А."]


@dataclass
class Expected:
    region: str
    number: str
    date: str
    activities: list[tuple[str, str, str]] = field(default_factory=list)  # item number, title, EDTF
    sites: list[tuple[str, str, str]] = field(default_factory=list)  # municipality, school, partner


def generate(seed: int) -> tuple[Order, Expected]:
    """A clean order: nothing in it contradicts itself or is damaged."""
    rng = random.Random(seed)
    region = rng.choice(sorted(REGIONS))
    issuer, districts = REGIONS[region]
    day, month = rng.randint(1, 28), rng.choice([("марта", 3), ("апреля", 4), ("мая", 5), ("июня", 6)])
    number = f"{rng.randint(10, 999)}-{rng.choice(['ОД', 'п', 'о'])}"
    expected = Expected(region, number, f"2022-{month[1]:02}-{day:02}")
    genitive = region.replace("ская область", "ской области")
    title_page = [
        issuer,
        "ПРИКАЗ",
        f"от {day} {month[0]} 2022 года № {number}",
        f"Об утверждении дорожной карты и перечня стажировочных площадок {genitive} на 2022-2023 годы",
        "В целях повышения качества образования",
        "приказываю:",
        "1. Утвердить дорожную карту (приложение № 1).",
        "2. Утвердить перечень стажировочных площадок (приложение № 2).",
        "Председатель",
        "И.П. Сергеев",
    ]
    reference = f"к приказу от {day}.{month[1]:02}.2022 № {number}"
    return (
        Order(
            title_page,
            ["Приложение № 1", reference, "ДОРОЖНАЯ КАРТА"],
            _roadmap(rng, expected),
            ["Приложение № 2", reference, "Перечень стажировочных площадок"],
            _sites(rng, expected, districts),
        ),
        expected,
    )


def _roadmap(rng: random.Random, expected: Expected) -> list[Row]:
    rows = [["№ п/п", "Мероприятие", "Ответственные исполнители", "Сроки исполнения"]]
    titles = rng.sample(ACTIVITIES, len(ACTIVITIES))
    for s in range(1, rng.randint(2, 4) + 1):
        rows.append([f"{s}. {SECTIONS[s - 1]}", "", "", ""])
        for i in range(1, rng.randint(1, 4) + 1):
            title = f"{rng.choice(titles)} ({s}.{i})"
            deadline = rng.choice(sorted(DEADLINES))
            who = f"ГАУ ДПО «ИРО» ({rng.choice(PEOPLE)})"
            rows.append([f"{s}.{i}.", title, who, deadline])
            expected.activities.append((f"{s}.{i}", title, DEADLINES[deadline]))
    return rows


def _sites(rng: random.Random, expected: Expected, districts: list[str]) -> list[Row]:
    rows = [["№ п/п", "Муниципалитет", "Школа группы риска", "Школа-партнер"]]
    names = rng.sample(ADJECTIVES, len(ADJECTIVES))
    for n, district in enumerate(sorted(rng.sample(districts, rng.randint(2, 8))), 1):
        partner = f"МБОУ {names.pop()} {rng.choice(['СОШ', 'СШ'])}"
        for k in range(rng.randint(1, 4)):
            if len(names) < 10:
                break
            school = f"МБОУ {names.pop()} {rng.choice(TYPES)}"
            if rng.random() < 0.2:
                school = (
                    f"МБОУ СОШ № {rng.randint(1, 30)} г. {rng.choice(['Берёзовска', 'Каменска', 'Лугов'])}"
                )
            rows.append([f"{n}." if k == 0 else "", f"{district} район" if k == 0 else "", school, partner])
            expected.sites.append((f"{district} район", school, partner))
    return rows
