"""Text that was once decoded with the wrong encoding («РџСЂРёРєР°Р·», «Ïðèêàç») becomes what it was.

A repair is the wrong step taken back: encode with the encoding that was wrong, decode with the right one. It
is made only where every character allows it and the result is Russian while what stood there was not.
Nothing is guessed: characters that the wrong encoding lost stay lost and are reported, except the byte 98 of
code page 1251, which has no character there and so can only have been «И» (D0 98).
"""

from __future__ import annotations

import codecs
from functools import cache

import regex

from pipeline.encoding_score import BAD, GOOD, russian
from pipeline.model import Note, note

_STEPS = (
    # wrong, right: the ways in which Russian text is commonly misread
    ("cp1251", "utf-8"),
    ("cp1252", "utf-8"),
    ("cp866", "utf-8"),
    ("koi8-r", "utf-8"),
    ("mac-cyrillic", "utf-8"),
    ("cp1252", "cp1251"),
    ("cp1252", "cp866"),
    ("cp1252", "koi8-r"),
    ("cp1251", "koi8-r"),
    ("koi8-r", "cp1251"),
    ("cp1251", "cp866"),
    ("cp866", "cp1251"),
    ("koi8-r", "cp866"),
    ("cp866", "koi8-r"),
    ("cp1251", "mac-cyrillic"),
    ("mac-cyrillic", "cp1251"),
    ("cp1251", "iso8859-5"),
    ("iso8859-5", "cp1251"),
    ("cp1252", "iso8859-5"),
    ("cp1252", "mac-cyrillic"),
    ("cp866", "iso8859-5"),
    ("cp866", "mac-cyrillic"),
    ("koi8-r", "iso8859-5"),
    ("koi8-r", "mac-cyrillic"),
    ("mac-cyrillic", "iso8859-5"),
    ("mac-cyrillic", "cp866"),
    ("mac-cyrillic", "koi8-r"),
    ("iso8859-5", "utf-8"),
    ("iso8859-5", "cp866"),
    ("iso8859-5", "koi8-r"),
    ("iso8859-5", "mac-cyrillic"),
)
_NO_1251 = 0x98  # the only byte that has no character in code page 1251
_DEPTH = 3
_ENOUGH = 40  # characters that are needed to call a text as a whole misread
_BETTER = 1.0  # bits per character that a repair must gain
_SAMPLE = 20_000

_HIGH_1251 = "".join(bytes([b]).decode("cp1251", "ignore") for b in range(0x80, 0xC0)) + "\x98?\ufffd"
_HIGH_1252 = "".join(bytes([b]).decode("cp1252", "ignore") for b in range(0x80, 0xC0)) + "\x80-\x9f"


_LOST = regex.compile(r"(?<=[РС])[?\ufffd]")


def _runs(lead: str, follow: str, more: str) -> regex.Pattern[str]:
    pair = f"[{lead}][{follow}]"
    return regex.compile(f"{pair}(?:[ -~]{{0,3}}(?:{pair}|{more})){{2,}}+")


_PATTERNS = (
    ("cp1251", "utf-8", _runs("РСВ", regex.escape(_HIGH_1251, special_only=True), "[вВ][\u0402-\u2122].")),
    (
        "cp1252",
        "utf-8",
        _runs("ÐÑÂÃ", regex.escape(_HIGH_1252, special_only=True).replace(r"\-", "-"), "â[^ -~]."),
    ),
    ("cp1252", "cp1251", regex.compile(r"(?:[À-ÿ¨¸]{3,}+(?:[ -~¹«»–—„“”]{1,3}[À-ÿ¨¸]+)*+)")),
)


@cache
def _table(encoding: str) -> tuple[dict[int, int], str]:
    """Character → byte and byte → character; a byte without a character is the control character of its
    number.
    """
    decoded = "".join(bytes([b]).decode(encoding, "ignore") or chr(b) for b in range(256))
    encode = {ord(c): b for b, c in enumerate(decoded)}
    for b in range(0x80, 0xA0):
        encode.setdefault(b, b)
    if encoding == "cp1251":
        encode[0xFFFD] = _NO_1251
    return encode, decoded


def undo(text: str, wrong: str, right: str) -> str | None:
    """The text as it is if it was decoded with `wrong` instead of `right`; None if that cannot be."""
    try:
        data, _ = codecs.charmap_encode(text, "strict", _table(wrong)[0])
        if right == "utf-8":
            return data.decode("utf-8")
        return codecs.charmap_decode(data, "strict", _table(right)[1])[0]
    except UnicodeError:
        return None


def repair(text: str) -> tuple[str, tuple[Note, ...]]:
    """The text with misread parts repaired, and notes that say what was done or could not be done."""
    text, notes = _whole(text)
    lost = 0
    for _ in range(_DEPTH):
        before, lost = text, 0
        for wrong, right, pattern in _PATTERNS:
            text, done, kept = _parts(text, wrong, right, pattern)
            lost += kept
            if done:
                notes.append(note("text.mojibake-repaired", count=done, wrong=wrong, right=right))
        if text == before:
            break
    if lost:
        notes.append(note("text.mojibake", count=lost))
    return text, tuple(notes)


def _whole(text: str) -> tuple[str, list[Note]]:
    """All of the text was misread in the same way, perhaps several times over."""
    sample = _sample(text)
    score = russian(sample)
    if score >= GOOD or sum(1 for c in sample if c > "\x7f") < _ENOUGH:
        return text, []
    chain = _best_chain(sample, score)
    if not chain:
        return text, []
    lines = text.split("\n")
    repaired = [_chain(line, chain) for line in lines]
    failed = sum(1 for line in repaired if line is None)
    text = "\n".join(new if new is not None else old for new, old in zip(repaired, lines, strict=True))
    notes = [note("text.mojibake-repaired", count=len(lines) - failed, wrong=chain[0][0], right=chain[-1][1])]
    if failed:
        notes.append(note("text.mojibake", count=failed))
    return text, notes


def _best_chain(sample: str, score: float) -> tuple[tuple[str, str], ...]:
    """The steps back, at most three, that make the sample Russian; () if none do."""
    front: list[tuple[str, tuple[tuple[str, str], ...]]] = [(sample, ())]
    for _ in range(_DEPTH):
        longer = [
            (undone, (*steps, step))
            for known, steps in front
            for step in _STEPS
            if (undone := undo(known, *step)) is not None and undone != known
        ]
        if not longer:
            break
        found, chain = max(((russian(text), steps) for text, steps in longer), key=lambda x: x[0])
        if found >= GOOD and found > score + _BETTER:
            return chain
        front = [x for x in longer if len(x[0]) < len(sample)][:12]  # only UTF-8 is misread twice over
    return ()


def _chain(line: str, steps: tuple[tuple[str, str], ...]) -> str | None:
    for step in steps:
        undone = undo(line, *step)
        if undone is None:
            return None
        line = undone
    return line


def _sample(text: str) -> str:
    """Whole lines with characters beyond ASCII, from the beginning, the middle and the end."""
    if len(text) > 3 * _SAMPLE:
        middle = len(text) // 2
        text = "\n".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))
        text = text[text.find("\n") + 1 : text.rfind("\n")]
    lines = [line for line in text.split("\n") if not line.isascii()]
    whole = [line for line in lines if "\ufffd" not in line]
    return "\n".join(whole or lines)[:_SAMPLE]


def _parts(text: str, wrong: str, right: str, pattern: regex.Pattern[str]) -> tuple[str, int, int]:
    """Parts that were misread in a text that was not: the text, how many were repaired, how many could not
    be.
    """
    done = kept = 0

    def put(match: regex.Match[str]) -> str:
        nonlocal done, kept
        seen = match.group()
        undone = undo(seen, wrong, right)
        if undone is None and right == "utf-8":
            undone = undo(_LOST.sub("\x98", seen), wrong, right)
        floor = max(GOOD if right != "utf-8" else BAD, russian(seen) + _BETTER)
        if undone is None or russian(undone) < floor:
            kept += right == "utf-8"
            return seen
        done += 1
        return undone

    return pattern.sub(put, text), done, kept
