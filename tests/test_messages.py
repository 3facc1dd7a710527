"""Sentences for people: counted words, fractions; what is parsed once says the same as `string.Formatter`."""

from __future__ import annotations

import string

import pytest

from pipeline import messages
from pipeline.messages import LANGUAGES, render


@pytest.mark.parametrize(
    ("n", "en", "ru"),
    [
        (1, "1 school", "1 школа"),
        (2, "2 schools", "2 школы"),
        (5, "5 schools", "5 школ"),
        (11, "11 schools", "11 школ"),
        (21, "21 schools", "21 школа"),
        (248.5, "248.5 schools", "248,5 школы"),
        (3.0, "3.0 schools", "3.0 школы"),
    ],
)
def test_counted_words_take_their_form(n: float, en: str, ru: str) -> None:
    assert render("{n:school|schools}", {"n": n}, "en") == en
    assert render("{n:школа|школы|школ}", {"n": n}, "ru") == ru


@pytest.mark.parametrize("template", ["{a}", "x {a} y {b:q}{{}}", "{b:list}", "", "{{a}}", "{a:>5}"])
def test_a_template_parsed_once_says_the_same(template: str) -> None:
    args = {"a": "да", "b": ["x", "y"]}
    for lang in LANGUAGES:
        expected = messages._FORMATTERS[lang].vformat(template, (), args)
        assert render(template, args, lang) == render(template, args, lang) == expected


def test_every_template_names_its_arguments_and_is_parsed_once() -> None:
    for key in sorted(messages.keys()):
        for template in messages._templates()[key]:
            assert messages._pieces(template) is not None, key
            assert list(string.Formatter().parse(template)) or template == ""


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2021-07-21", "21.07.2021"),
        ("2021-07", "07.2021"),
        ("2022", "2022"),
        ("2021/2022", "2021–2022"),
        ("2023-09/2024-08", "09.2023 – 08.2024"),
        ("2021-09-01/2022", "01.09.2021 – 2022"),
        ("../2020-11-15", "до 15.11.2020"),
        ("2021-09/..", "с 09.2021"),
        ("2021-21", "2021-21"),
        ("—", "—"),
        ("2021~/2022", "2021~/2022"),
    ],
)
def test_dates_are_written_as_the_reader_writes_them(edtf: str, said: str) -> None:
    assert render("{day:date}", {"day": edtf}, "ru") == said
    assert render("{day:date}", {"day": edtf}, "en") == edtf
    assert render("{days:date}", {"days": [edtf, edtf]}, "ru") == f"{said}, {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [("a", "«a»"), ("", "«»"), ("МБОУ «А» → МБОУ Б", "„МБОУ «А» → МБОУ Б“"), ("«А»", "„«А»“")],
)
def test_a_text_with_quotes_of_its_own_stands_in_others(text: str, said: str) -> None:
    assert render("{text:q}", {"text": text}, "ru") == said
