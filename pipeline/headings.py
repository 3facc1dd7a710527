"""Texts that head a group of rows: «3. Аткарский район» in any column, where a form has no merged cells."""

from __future__ import annotations

from functools import cache

import regex

from pipeline import headers, lexicons
from pipeline.normalizers.text import join_lines

_LONGEST = 400  # letters of a heading
_LISTED = ("школ", "организац", "учрежден", "общеобразов", "шнор")  # what such a heading says that it lists
_LIST_WORD = regex.compile(rf"(?<![\p{{L}}-])(?:{'|'.join(_LISTED)})\p{{L}}*+", regex.IGNORECASE)


@cache
def _municipality() -> regex.Pattern[str]:
    def any_of(lexicon: str) -> str:
        return "|".join(map(regex.escape, sorted(lexicons.words(lexicon, "phrase"), key=len, reverse=True)))

    kinds, prefixes = any_of("municipality_kinds"), any_of("municipality_prefixes")
    name = r"(?<![\p{L}-])(?-i:\p{Lu}[\p{L}-]++)(?:\s(?-i:\p{Lu})[\p{L}-]++)?"
    return regex.compile(
        rf"(?:\d{{1,3}}\s?[.)]?\s?)?"
        rf"(?:(?:(?:{prefixes})\s)?{name}\s(?:{kinds})|(?:(?:{prefixes}|{kinds})\s?){{1,2}}{name})\s?[:.]?",
        regex.IGNORECASE,
    )


def is_municipality(text: str) -> bool:
    """«3. Аткарский район», «г. Калуга» and nothing else: the heading of a group in any column."""
    words = set(headers.fold(text).split())
    return (
        _municipality().fullmatch(" ".join(join_lines(text).split())) is not None
        and not words & _school_words()
    )


@cache
def _mention() -> regex.Pattern[str]:
    phrases = sorted(lexicons.words("municipality_kinds", "phrase"), key=len, reverse=True)
    kinds, name = "|".join(map(regex.escape, phrases)), r"(?-i:\p{Lu}\p{Ll}[\p{L}-]*+)"
    one = (
        rf"(?:{name}\s(?:{kinds})(?![\p{{L}}-])"
        rf"|(?:(?:{kinds})[\s«\"]{{0,2}}){{1,2}}{name}(?:\s(?:{kinds})(?![\p{{L}}-])|\s{name})?)[»\"]?"
    )
    return regex.compile(rf"(?<![\p{{L}}-]){one}(?:\s{one})?", regex.IGNORECASE)


def lists_schools(text: str) -> bool:
    """«Перечень школ …»: what a heading lists, not only the name of a group."""
    return any(word.startswith(_LISTED) for word in headers.fold(text).split())


def municipality_in(text: str) -> str | None:
    """The municipality of whose schools a heading speaks («Перечень школ Арского района»): the only one in
    it.
    """
    plain = text[:_LONGEST]
    plain = plain.title() if plain.isupper() else plain
    found = list(_mention().finditer(_LIST_WORD.sub(lambda m: m.group().lower(), plain)))
    return text[found[0].start() : found[0].end()].strip() if len(found) == 1 else None


@cache
def _school_words() -> frozenset[str]:
    """Words of schools' names: «МБОУ Аткарского района» is no municipality."""
    forms = lexicons.words("legal_forms", "abbreviation")
    types = {w for row in lexicons.rows("school_types") for w in row["phrases"].replace("|", " ").split()}
    return frozenset(map(headers.fold, (*forms, *types)))


def is_short_name(text: str) -> bool:
    """«(Минобразования Свердловской области)» below the full name."""
    inside = " ".join(text.split()).casefold()
    stems = tuple("(" + stem for stem in lexicons.words("body_contractions", "stem"))
    return inside.endswith(")") and inside.startswith(stems)
