"""All sentences for people, in English and Russian, from `data/messages/*.csv` (columns key, en, ru).

A template is a `str.format` text whose replacement fields may carry word forms: `{n:row|rows}` and
`{n:строка|строки|строк}` give «1 row», «5 строк» (CLDR plural rules of the two languages). `{names:list}`
joins a list with commas, `{text:q}` puts a text from a source into quotes and shortens it, `{day:date}`
writes a date or period of the datasets (EDTF) as the reader does: 21.07.2021, 09.2023 – 08.2024 in Russian.
"""

from __future__ import annotations

import csv
import io
import re
import string
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pipeline.model import Note

LANGUAGES = ("en", "ru")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
_LONGEST_QUOTE = 120


@cache
def _templates() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    folder = resources.files("pipeline") / "data" / "messages"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".csv"):
            continue
        for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
            if row["key"] in found:
                raise ValueError(f"message {row['key']} twice (second in {file.name})")
            found[row["key"]] = (row["en"], row["ru"])
    return found


def plural_form(n: int, lang: str) -> int:
    """Index of the word form for a count: en one/other, ru one/few/many (CLDR, cardinal, integers)."""
    n = abs(n)
    if lang == "en":
        return 0 if n == 1 else 1
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2


def russian_date(edtf: str) -> str:
    """A date or period of the datasets as Russian offices write it; what is neither comes back as it is.

    `2021-07-21` → `21.07.2021`, `2023-09/2024-08` → `09.2023 – 08.2024`, `2021/2022` → `2021–2022`,
    `../2020-11-15` → `до 15.11.2020`, `2021-09/..` → `с 09.2021`.
    """
    ends = edtf.split("/")
    said = [
        ".".join(part for part in reversed(match.groups()) if part)
        if (match := _DATE.fullmatch(end))
        else end
        for end in ends
    ]
    if len(ends) > 2 or any(not _DATE.fullmatch(end) and end != ".." for end in ends):
        return edtf
    match said:
        case ["..", last]:
            return f"до {last}"
        case [first, ".."]:
            return f"с {first}"
        case [first, last]:
            years = len(first) == len(last) == len("2021")
            return f"{first}–{last}" if years else f"{first} – {last}"
    return said[0]


class _Formatter(string.Formatter):
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Note):
            value = say(value, self.lang)
        if "|" in format_spec:
            forms = format_spec.split("|")
            count = float(str(value))
            if (
                not count.is_integer()
            ):  # CLDR: a fraction takes «other» in English, the form of «2» in Russian
                shown = str(value).replace(".", ",") if self.lang == "ru" else str(value)
                return f"{shown} {forms[min(1, len(forms) - 1)]}"
            return f"{value} {forms[min(plural_form(int(count), self.lang), len(forms) - 1)]}"
        if format_spec == "list":
            items = value if isinstance(value, list | tuple) else [value]
            return ", ".join(self.format_field(item, "") for item in items)
        if format_spec == "date":
            items = value if isinstance(value, list | tuple) else [value]
            return ", ".join(str(item) if self.lang == "en" else russian_date(str(item)) for item in items)
        if format_spec == "q":
            text = " ".join(str(value).split())
            if len(text) > _LONGEST_QUOTE:
                text = text[: _LONGEST_QUOTE - 1] + "…"
            quoted = "«" in text or "»" in text
            return f"„{text}“" if quoted else f"«{text}»"
        return str(format(value, format_spec))


_FORMATTERS = {lang: _Formatter(lang) for lang in LANGUAGES}


def say(note: Note | str, lang: str = "en", /, **args: object) -> str:
    """The sentence for a note (or a message key with arguments) in `lang` (`en` or `ru`).

    Raises KeyError for a key that no message file has: a message that nobody wrote is a defect of ours.
    """
    if isinstance(note, str):
        note = Note(note, args)
    return render(_templates()[note.key][LANGUAGES.index(lang)], note.args, lang)


def render(template: str, args: Mapping[str, object], lang: str) -> str:
    formatter = _FORMATTERS[lang]
    pieces = _pieces(template)
    if pieces is None:
        return formatter.vformat(template, (), args)
    return "".join(
        text if name is None else text + formatter.format_field(args[name], form)
        for text, name, form in pieces
    )


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None, str], ...] | None:
    """(literal text, name of the argument behind it, its format); None where that is not all there is to it.

    Parsed once: a report says the same few sentences a hundred thousand times.
    """
    found = []
    for text, name, form, conversion in string.Formatter().parse(template):
        if conversion or (name is not None and not name.isidentifier()) or "{" in (form or ""):
            return None
        found.append((text, name, form or ""))
    return tuple(found)


def keys() -> frozenset[str]:
    """All message keys."""
    return frozenset(_templates())
