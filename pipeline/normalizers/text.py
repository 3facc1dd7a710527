"""Text: what may be repaired in any text without knowing what it means.

`clean` takes these steps, in this order: 1. Unicode NFC; 2. invisible characters (soft hyphen, zero width,
bidi controls, BOM) removed; 3. a hyphen at a line end joins the word; 4. every kind of white space → one
space, ends trimmed; 5. Latin twins inside Cyrillic words → Cyrillic (and the reverse); 6. quotes “ ” „ " →
« »; 7. a dash between words → –, a hyphen inside a word → -; 8. marks of footnotes («[1]», «¹», «*» at the
end) left out. Letters are never respelled otherwise, and no
digit is touched: see DESIGN «free text is never respelled».
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Change, Value, note
from pipeline.normalizers.alphabets import unmix
from pipeline.normalizers.context import Context
from pipeline.normalizers.quotes import guillemets

_PLAIN = regex.compile(r"[А-Яа-яЁё0-9№«»(),.:;!?/%+=*–-]+(?: [А-Яа-яЁё0-9№«»(),.:;!?/%+=*–-]+)*")
_LOOSE = regex.compile(r" -|- | -$|^- ")
_INVISIBLE = regex.compile(
    r"[\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\u00AD\p{Cc}--\s]", regex.V1
)
# each run of letters or spaces is tried from its beginning only: a long one would cost its square
_BREAK = r"(?<!\s)[^\S\n]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])\s*+"
_ANY_BREAK = regex.compile(_BREAK)
_CUT = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?P<left>[\p{{L}}\p{{N}}]++)(?P<hyphen>--|[-‐‑\u00AD¬]){_BREAK}(?P<right>[\p{{L}}\p{{N}}]+)"
)
_TORN = regex.compile(
    rf"(?:(?<!\p{{L}})|(?!\p{{Ll}}))(?P<left>\p{{L}}\p{{Ll}}{{3,}}+){_BREAK}(?=(?P<right>\p{{Ll}}+))"
)
_ADJECTIVE_ENDS = ("ская", "цкая", "ский", "цкий", "ское", "цкое", "ской", "цкой")
_NEXT_WORD = regex.compile(r"\s+(?:(?P<initials>\p{Lu}\.)|\p{L}+)")
_PRONOUNS = frozenset({"ими"})  # endings that are words too
_LETTER_WORDS = frozenset("авикосуя")  # the words of one letter; the dictionary also has the names of letters
_MARK_ALONE = regex.compile(rf"{_BREAK}(?=[,;:.!?»)])|(?<=[«(]){_BREAK}")  # a mark never stands alone
_HYPHENS = regex.compile(r"(?<=[\p{L}\p{N}])[‐‑⁃−](?=[\p{L}\p{N}])")
_DASHES = regex.compile(r"(?<=\S) [-‐‑‒–—―−]{1,2} (?=\S)|(?<=[\p{L}\p{N}»)])[—―‒](?=[\p{L}\p{N}«(])")
_SPACES = regex.compile(r"\s+")
_MARKS = frozenset("[*¹²³⁴⁵⁶⁷⁸⁹")
_NOTE_MARKS = regex.compile(
    r"(?<=[\p{L}\p{N}».)])(?<!\b(?:[кдс]?м|кв))"  # «м²» is a unit
    r"(?:\s?\[\d{1,2}\](?=[\s,;.)»]|$)|(?<!\d)[¹²³⁴⁵⁶⁷⁸⁹]{1,2}\)?(?=[\s,;.»]|$)|\s?\*{1,3}$)"
)
_LOOSE_HYPHEN = regex.compile(r"(?<![\p{L}\p{N}-])(?P<left>\p{L}{2,})- (?P<right>\p{L}{3,})(?![\p{L}\p{N}-])")
_NOT_SIGN = regex.compile(r"(?<=\p{L})¬\s*+(?=\p{Ll})")  # the optional hyphen of word processors, as text
_SUSPENDING = frozenset(("или", "либо"))  # «средне- или высокообразованный»


def join_lines(raw: str) -> str:
    """A cell's or paragraph's text on one line: a break is a space, a word cut by a hyphen is one word
    again.

    Nothing else is touched. «орга-⏎низаций» → «организаций»; the hyphen of a compound stays
    («учебно-⏎методического», «Вязьма-⏎Брянская», «2021-⏎2022»). A word that was too wide for its column and
    broken without a hyphen («государственны⏎х») is one word where only the whole is in the dictionary.
    """
    if "\n" not in raw and not _ANY_BREAK.search(raw):
        return raw.strip()
    whole_words = _TORN.sub(_torn, _CUT.sub(_joined, raw.strip()))
    return _ANY_BREAK.sub(" ", _MARK_ALONE.sub("", whole_words)).strip()


def _torn(cut: regex.Match[str]) -> str:
    from pipeline.normalizers import morphology

    left, right = cut["left"], cut["right"]
    if len(right) > 1 and right in lexicons.words("word_rests", "rest") and right not in _PRONOUNS:
        return left
    if (
        len(right) == 1
        and morphology.known(left + right)
        and _is_ending(left, cut.string[cut.end("right") :])
    ):
        return left
    word = right in _LETTER_WORDS if len(right) == 1 else morphology.known(right)
    whole = word and morphology.known(left)
    is_rest = len(right) == 1 or not morphology.known(right)
    if is_rest and not morphology.known(left) and (left + right).endswith(_ADJECTIVE_ENDS):
        return left  # «Верхнекаменска⏎я»: names of places are in no dictionary, their endings are
    return left if not whole and morphology.known(left + right) else cut.group()


def _is_ending(left: str, behind: str) -> bool:
    """A single letter is no word before what stands `behind`: no text ends with a conjunction or preposition,
    none stands before initials, and «управленческим и командами» is no list.
    """
    next_word = _NEXT_WORD.match(behind)
    if next_word is None:
        return not behind.strip()
    if next_word["initials"]:
        return True
    return left.endswith(("им", "ым")) and next_word.group().endswith(("ами", "ями"))


def _joined(cut: regex.Match[str]) -> str:
    left, right = cut["left"], cut["right"]
    if cut["hyphen"] in "\u00ad¬":
        return left + right
    if cut["hyphen"] == "--":  # the word's own hyphen and that of the line end
        return f"{left}-{right}"
    return f"{left}-{right}" if _keeps_hyphen(left, right) else left + right


@lru_cache(maxsize=4096)
def _keeps_hyphen(left: str, right: str) -> bool:
    """Whether the hyphen at a line end is the word's own.

    It is before a capital or a digit, and where the dictionary does not know the joined word but knows the
    second half (compounds are made of whole words: «школ-лидеров», «учебно-методического»).
    """
    from pipeline.normalizers import morphology

    if not (left.isalpha() and right.isalpha()):
        return True
    if right[0].isupper() and not (left.isupper() and right.isupper() and len(left) > 1):
        return True
    if len(left) >= 7 and left.lower().endswith(("но", "ско")) and morphology.known(right) and len(right) > 3:
        return True  # «организационно-методическое»: the dictionary also knows it without the hyphen
    if morphology.known(left + right):
        return False
    if len(right) < 3 or not morphology.known(right):
        return False
    return morphology.known(left) or left[-1].lower() in "ое"


def _closed(cut: regex.Match[str]) -> str:
    """«орга- низаций»: a line end that somebody joined with a space, where the dictionary proves it."""
    from pipeline.normalizers import morphology

    left, right = cut["left"], cut["right"]
    if left.istitle() and right.istitle():
        return f"{left}-{right}"
    if not right.islower() or right in _SUSPENDING:
        return cut[0]
    if morphology.known(left + right) and not morphology.known(right):
        return left + right
    compound = left[-1] in "ое" and morphology.known(right)
    return f"{left}-{right}" if compound or morphology.known(f"{left}-{right}") else cut[0]


@lru_cache(maxsize=1 << 15)
def clean(raw: str) -> tuple[str, tuple[Change, ...]]:
    """The text in clean notation and the steps that were needed (none for a text that is clean)."""
    if _PLAIN.fullmatch(raw) and not _LOOSE.search(raw) and not raw.endswith("*"):
        return raw, ()
    changes: list[Change] = []
    text = _step(raw, unicodedata.normalize("NFC", raw), "unicode", changes)
    lines = _step(text, join_lines(text), "line-end", changes) if _ANY_BREAK.search(text.strip()) else text
    text = _step(lines, unicodedata.normalize("NFC", _INVISIBLE.sub("", lines)), "invisible", changes)
    text = _step(text, _SPACES.sub(" ", text).strip(), "spaces", changes)
    mixed, words = unmix(text)
    changes.extend(words)
    text = _step(mixed, _LOOSE_HYPHEN.sub(_closed, _NOT_SIGN.sub("", mixed)), "line-end", changes)
    text = _step(text, guillemets(text), "quotes", changes)
    dashed = _DASHES.sub(lambda m: " – " if m[0][0] == " " else "–", _HYPHENS.sub("-", text))
    text = _step(text, dashed, "dashes", changes)
    text = _step(text, without_note_marks(text), "note-mark", changes)
    return text, tuple(changes)


def without_note_marks(text: str) -> str:
    """The text without the marks of footnotes: «Арский район[1]», «май 2022 г.¹», «СОШ № 3*»."""
    return _NOTE_MARKS.sub("", text) if _MARKS.intersection(text) else text


def _step(before: str, after: str, rule: str, changes: list[Change]) -> str:
    if before != after:
        changes.append(Change(f"text-{rule}", before, after, evidence=(note(f"text.{rule}"),)))
    return after


def normalize(raw: str, context: Context) -> Value:
    """Free text: cleaned, never respelled. `text` is None for an empty text."""
    text, changes = clean(raw)
    return Value(raw, text or None, changes=changes, status="fixed" if changes else "kept")
