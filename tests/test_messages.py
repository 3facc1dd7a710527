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
