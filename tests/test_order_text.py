"""The text of an order: letterhead, date, number, title, signatory, appendices, in the layouts that occur."""

from __future__ import annotations

import pytest

from pipeline import order_text, tables
from pipeline.model import Block, Cell, Document, Grid, Source

SOURCE = Source("order.txt", "0" * 64, "docx")
TABLE = [["№ п/п", "Мероприятие", "Ответственные", "Срок"], ["1", "Конкурс", "ИРО", "май 2022"]]


def grid(rows: list[list[str]]) -> Grid:
    cells = tuple(Cell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row))
    return Grid(cells, len(rows), len(rows[0]))


def read(*content: str | Grid) -> order_text.OrderText:
    items = tuple(Block(x) if isinstance(x, str) else x for x in content)
    return order_text.read(tables.assemble(Document(SOURCE, items)))


def test_date_and_number_on_one_line_after_the_word_order() -> None:
    found = read(
        "МИНИСТЕРСТВО ОБРАЗОВАНИЯ ТВЕРСКОЙ ОБЛАСТИ",
        "П Р И К А З",
        "15.03.2022                      г. Тверь                     № 145/ПК",
        "Об утверждении плана",
        "В соответствии с планом работы",
        "ПРИКАЗЫВАЮ:",
        "1. Утвердить план (приложение).",
        "Министр            Ю.Н. Коваленко",
        grid(TABLE),
    )
    assert found.issuer and found.issuer.text == "МИНИСТЕРСТВО ОБРАЗОВАНИЯ ТВЕРСКОЙ ОБЛАСТИ"
    assert [m.raw for m in found.numbers] == ["№ 145/ПК"]
    assert found.dates[0].raw == "15.03.2022"
    assert found.title and found.title.text == "Об утверждении плана"
    assert found.signatory and found.signatory.text == "Ю.Н. Коваленко"
    assert found.position and found.position.text == "Министр"
    assert found.region == "Тверская область"


def test_a_letterhead_and_a_signature_in_tables_without_rules_are_text() -> None:
    found = read(
        "Комитет по образованию Псковской области",
        "ПРИКАЗ",
        grid([["от 3 июня 2022 года", "№ 77-ОД"]]),
        "О проведении конкурса",
        "приказываю:",
        "1. Провести конкурс (приложение № 1).",
        grid([["Председатель комитета", "", "А.В. Смирнова"]]),
        "Приложение № 1",
        "к приказу от 03.06.2022 № 77-ОД",
        grid(TABLE),
    )
    assert [m.raw for m in found.numbers] == ["№ 77-ОД", "№ 77-ОД"]
    assert [m.raw for m in found.dates] == ["3 июня 2022 года", "03.06.2022"]
    assert found.signatory and found.signatory.text == "А.В. Смирнова"
    assert found.position and found.position.text == "Председатель комитета"
    assert found.appendices == ("1",)
    assert found.announced == {"1"}


def test_a_letterhead_in_one_cell_of_several_lines_is_text() -> None:
    found = read(
        grid(
            [
                [
                    "УПРАВЛЕНИЕ ОБРАЗОВАНИЯ ЛИПЕЦКОЙ ОБЛАСТИ\nПРИКАЗ\n«14» сентября 2022 г.    № 1187",
                    "",
                ]
            ]
        ),
        "Об организации наставничества",
        "В соответствии с планом",
        "ПРИКАЗЫВАЮ:",
    )
    assert found.issuer and found.issuer.text == "УПРАВЛЕНИЕ ОБРАЗОВАНИЯ ЛИПЕЦКОЙ ОБЛАСТИ"
    assert [m.raw for m in found.dates] == ["«14» сентября 2022 г."]
    assert found.title and found.title.text == "Об организации наставничества"


def test_a_title_over_several_lines_ends_at_the_preamble() -> None:
    found = read(
        "ПРИКАЗ", "№ 5", "Об утверждении перечня", "школ-партнеров", "На основании решения", "приказываю:"
    )
    assert found.title and found.title.text == "Об утверждении перечня\nшкол-партнеров"


def test_each_table_gets_the_appendix_above_it() -> None:
    found = read(
        "ПРИКАЗ", "Об отчётах", "приказываю:", "1. Утвердить.",
        "Приложение № 1", grid(TABLE), "Список", grid(TABLE),
        "Приложение № 2 к приказу от 01.02.2022 № 9", grid(TABLE),
    )  # fmt: skip
    assert found.appendices == ("1", "1", "2")
    assert [(m.raw, m.appendix) for m in found.numbers] == [("№ 9", "2")]


def test_an_appendix_named_in_a_point_does_not_end_the_order() -> None:
    found = read(
        "ПРИКАЗ", "№ 12", "О плане", "приказываю:", "1. Утвердить план",
        "(приложение № 1 к настоящему приказу) и довести его до сведения всех.",
        "Начальник управления", "Петров П.П.", "Приложение № 1", grid(TABLE),
    )  # fmt: skip
    assert found.signatory and found.signatory.text == "Петров П.П."


def test_a_name_that_ends_a_point_is_no_signature() -> None:
    found = read(
        "ПРИКАЗ", "№ 12", "О плане", "приказываю:", "1. Контроль за исполнением приказа возложить на",
        "заместителя Министра", "Коваленко Н.А.", "Министр          Ю.Н. Каширская",
    )  # fmt: skip
    assert found.signatory and found.signatory.text == "Ю.Н. Каширская"
    assert found.position and found.position.text == "Министр"


def test_a_text_that_is_no_order_gives_nothing() -> None:
    found = read("Просто текст о погоде.", grid(TABLE))
    assert found.issuer is None and found.title is None and not found.numbers and not found.is_order


def test_regions_are_found_in_nominative_and_genitive() -> None:
    assert order_text.find_region("Департамента Смоленской области по образованию") == "Смоленская область"
    assert order_text.find_region("МИНИСТЕРСТВО ОБРАЗОВАНИЯ КРАСНОДАРСКОГО КРАЯ") == "Краснодарский край"
    assert order_text.find_region("управление образования Республики Карелия") == "Республика Карелия"
    assert order_text.find_region("без региона") is None


def test_the_name_of_a_sheet_is_not_part_of_the_issuer() -> None:
    blocks = [Block("Лист1", "heading"), Block("КОМИТЕТ ПО ОБРАЗОВАНИЮ"), Block("ПРИКАЗ"), Block("О школах")]
    document = tables.assemble(Document(Source("order.xlsx", "0" * 64, "xlsx"), tuple(blocks)))
    found = order_text.read(document).issuer
    assert found is not None
    assert found.text == "КОМИТЕТ ПО ОБРАЗОВАНИЮ"


def test_a_letterhead_names_the_body_itself_below_the_one_above_it() -> None:
    own = ["КОМИТЕТ ОБРАЗОВАНИЯ", "ГОРОДА КУРСКА"]
    found = read("АДМИНИСТРАЦИЯ ГОРОДА КУРСКА", *own, "ПРИКАЗ", "Об утверждении плана")
    assert found.issuer and found.issuer.text == "\n".join(own)
    both = ["ПРАВИТЕЛЬСТВО ЯРОСЛАВСКОЙ ОБЛАСТИ", "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ"]
    found = read(*both, "ПРИКАЗ", "Об утверждении плана")
    assert found.issuer and found.issuer.text == "\n".join(
        both
    )  # its own line does not say of which territory


def test_addresses_are_no_part_of_the_issuer_but_words_like_them_are() -> None:
    lines = ["ПРАВИТЕЛЬСТВО ОБЛАСТИ", "тел. 12-34-56, ул. Мира", "ИНН 1234", "МИНИСТЕРСТВО ИННОВАЦИЙ КРАЯ"]
    found = read(*lines, "ПРИКАЗ", "Об утверждении плана")
    assert found.issuer and found.issuer.text == "МИНИСТЕРСТВО ИННОВАЦИЙ КРАЯ"


def test_the_number_before_the_date() -> None:
    found = read("МИНОБРНАУКИ АМУРСКОЙ ОБЛАСТИ", "ПРИКАЗ", "№ 117 от 02.02.2024", "Об утверждении перечня")
    assert [m.raw for m in found.numbers] == ["№ 117"]
    assert [m.raw for m in found.dates] == ["02.02.2024"]


POINTS = ["ПРИКАЗ", "№ 12", "О плане", "приказываю:", "1. Утвердить план.",
          "2. Контроль возложить на заместителя министра Петрову А.А."]  # fmt: skip


def signed(*lines: str | Grid) -> tuple[str | None, str | None]:
    """Position and name under the points of an order with an appendix."""
    found = read(*POINTS, *lines, "Приложение № 1", "к приказу от 05.03.2021 № 12", grid(TABLE))
    position = found.position and " ".join(found.position.text.split())
    return position, found.signatory and found.signatory.text


@pytest.mark.parametrize(
    "position",
    ["И.о. начальника Департамента", "и.о. начальника отдела", "И. о. директора", "Врио министра",
     "Исполняющий обязанности министра", "Временно исполняющая обязанности директора",
     "Первый заместитель министра"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Е.П. Талкина", "Талкина Е. П.", "Талкина Елена Петровна"])
def test_position_and_name_on_one_line_in_either_order(position: str, name: str) -> None:
    for gap in ("          ", "\t", "\t\t\t", " ", " ____________ ", "     (подпись)     "):
        assert signed(f"{position}{gap}{name}") == (position, name)
    assert signed(position, name) == (position, name)
    assert signed(f"{position}        /{name}/") == (position, name)
    for gap in ("          ", "\t", ", "):
        assert signed(f"{name}{gap}{position}") == (position, name)
    assert signed(name, position) == (position, name)


@pytest.mark.parametrize("name", ["Е.П. Талкина", "Талкина Елена Петровна"])
def test_a_position_of_several_lines_stands_before_beside_or_around_the_name(name: str) -> None:
    lines = ["И.о. министра образования", "и науки", "Псковской области"]
    whole = (" ".join(lines), name)
    assert signed(*lines, name) == whole
    assert signed(*lines[:2], f"{lines[2]}        {name}") == whole
    assert signed(*lines[:2], f"{lines[2]} {name}") == whole
    assert signed(f"{lines[0]}\t{name}", *lines[1:]) == whole
    assert signed(name, *lines) == whole
    for row in (["\n".join(lines), name], ["\n".join(lines), "", name], [name, "\n".join(lines)]):
        assert signed(grid([row])) == whole


def test_what_stands_below_a_signature_is_no_part_of_the_position() -> None:
    for below in ("Исполнитель: Иванова И.И.", "Согласовано", "Рассылка: в дело", "С приказом ознакомлены"):
        assert signed("Министр\tЮ.Н. Каширская", below) == ("Министр", "Ю.Н. Каширская")


def test_letters_of_acting_are_no_initials() -> None:
    assert signed("И.О. Начальника", "Е.П. Талкина") == ("И.О. Начальника", "Е.П. Талкина")


def test_the_second_of_two_who_signed_does_not_get_the_first_ones_position() -> None:
    two = ["Начальник управления\tЕ.П. Талкина", "Главный бухгалтер\tИ.И. Петрова"]
    assert signed(*two) == ("Начальник управления", "Е.П. Талкина")


def test_a_number_that_stands_as_the_head_of_every_page_is_the_orders() -> None:
    items = [Block("№ 845", "header"), Block("12.03.2022", "footer"), Block("Страница 1 из 2", "footer")]
    order = [
        Block(x) for x in ("МИНИСТЕРСТВО ОБРАЗОВАНИЯ ТВЕРСКОЙ ОБЛАСТИ", "ПРИКАЗ", "Об утверждении плана")
    ]
    found = order_text.read(tables.assemble(Document(SOURCE, (*items, *order))))
    assert ([m.raw for m in found.numbers], [m.raw for m in found.dates]) == (["№ 845"], ["12.03.2022"])
    own = [Block("от 11.02.2022 № 7")]
    found = order_text.read(tables.assemble(Document(SOURCE, (*items, *order[:2], *own, order[2]))))
    assert ([m.raw for m in found.numbers], [m.raw for m in found.dates]) == (["№ 7"], ["11.02.2022"])


def test_kind_date_and_number_on_one_line_with_or_without_issuer_and_title() -> None:
    database = "Приказ Департамента образования Ярославской области от 12.11.2021 N 341/01-04"
    found = read(f'{database} "Об утверждении плана"', "1. Утвердить план (приложение).", grid(TABLE))
    assert found.issuer and found.issuer.text == "Департамента образования Ярославской области"
    assert ([m.raw for m in found.numbers], [m.raw for m in found.dates]) == (["N 341/01-04"], ["12.11.2021"])
    assert found.title and found.title.text == "Об утверждении плана"
    typed = ["Министерство образования Калининградской области", "Приказ от 12.09.2022 № 1034/1"]
    found = read(*typed, "Об утверждении перечня", grid(TABLE))
    assert found.issuer and found.issuer.text == typed[0]
    assert ([m.raw for m in found.numbers], [m.raw for m in found.dates]) == (["№ 1034/1"], ["12.09.2022"])
    assert found.title and found.title.text == "Об утверждении перечня"


def test_the_short_name_in_brackets_is_no_part_of_the_issuer() -> None:
    lines = (
        "МИНИСТЕРСТВО ОБРАЗОВАНИЯ",
        "СВЕРДЛОВСКОЙ ОБЛАСТИ",
        "(Минобразования Свердловской области)",
        "ПРИКАЗ",
    )
    found = read(*lines, "09.03.2022 № 215-Д", "Об утверждении плана", "ПРИКАЗЫВАЮ:", grid(TABLE))
    assert found.issuer and found.issuer.text == "МИНИСТЕРСТВО ОБРАЗОВАНИЯ\nСВЕРДЛОВСКОЙ ОБЛАСТИ"
    kept = read("МИНИСТЕРСТВО ОБРАЗОВАНИЯ", "РЕСПУБЛИКИ САХА", "(ЯКУТИЯ)", "ПРИКАЗ", "Об утверждении плана")
    assert kept.issuer and kept.issuer.text.endswith("(ЯКУТИЯ)")
