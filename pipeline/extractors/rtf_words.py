"""What RTF's words, characters and fonts mean, and what holds inside a group.

Control words by their role are data: `lexicons/rtf-words.csv`.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.extractors.rtf_story import Story

DEFAULT = -1  # stands for the font that \deff names
SYMBOL = 2  # the character set of Symbol, Wingdings
ESCAPED = {b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad", b"\\": "\\", b"{": "{", b"}": "}", b"\t": "\t"}


@cache
def _words(role: str) -> dict[str, str]:
    """Control words by their role (charset, character, skip, story, read), from `lexicons/rtf-words.csv`."""
    file = resources.files("pipeline") / "data" / "lexicons" / "rtf-words.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["word"]: row["value"] for row in rows if row["role"] == role}


SKIPPED = frozenset(_words("skip"))
STORIES = _words("story")
STARRED = frozenset(_words("read"))  # read although starred
CHARACTERS = {word: chr(int(code[2:], 16)) for word, code in _words("character").items()}
CHARSETS = {int(number): encoding for number, encoding in _words("charset").items()}


@dataclass(slots=True)
class Group:
    """What holds until the closing brace. `unread`: the bytes that stand for the last `\\u` still to
    pass over.
    """

    skip: bool = False
    fonts: bool = False
    label: bool = False  # a list number
    font: int = DEFAULT
    uc: int = 1
    hidden: bool = False
    deleted: bool = False
    story: Story | None = None  # the story that ends with this group
    code_page: str = ""  # of the font, while the font table is read


@dataclass(slots=True)
class Font:
    """A font of the font table: its encoding ("" if it names none), and whether its bytes are symbols."""

    encoding: str = ""
    name: str = ""
    symbol: bool = False


def code_page(number: int) -> str:
    """The name of a code page for `codecs`, "" for one that Python does not know."""
    name = {10000: "mac_roman", 10007: "mac_cyrillic", 65001: "utf-8"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name
