"""Texts that head a group of rows: «3. Аткарский район» in any column, where a form has no merged cells."""

from __future__ import annotations

from functools import cache

import regex

from pipeline import headers, lexicons
from pipeline.normalizers.text import join_lines


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
def _school_words() -> frozenset[str]:
    """Words of schools' names: «МБОУ Аткарского района» is no municipality."""
    forms = lexicons.words("legal_forms", "abbreviation")
    types = {w for row in lexicons.rows("school_types") for w in row["phrases"].replace("|", " ").split()}
    return frozenset(map(headers.fold, (*forms, *types)))
