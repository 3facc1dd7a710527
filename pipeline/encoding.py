"""Bytes of a text file become text: which encoding they are in, and what is wrong with them.

The order of the tests, most certain first: a byte order mark; UTF-8 (no other text is valid UTF-8 by
chance); UTF-16 and UTF-32 by the zeros and the Cyrillic block in every second byte; then the 8-bit code
pages by content (`encoding_score`). A choice is made on samples and verified on the whole file. Last, text
that was misread before it was saved is repaired (`encoding_repair`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

from pipeline.encoding_repair import repair
from pipeline.encoding_score import BAD, GOOD, russian
from pipeline.errors import SourceError
from pipeline.model import Note, note

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODE_PAGES = ("cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5")
# bits by which a rarer code page must be better in all (mac-cyrillic has most small letters of 1251)
_RARER = {"cp1251": 0.0, "cp866": 1.0, "koi8-r": 1.0, "iso8859-5": 2.0, "mac-cyrillic": 2.0}
_SAMPLE = 1 << 16
_CONTROLS = bytes(b for b in (*range(0x20), 0x7F) if b not in b"\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS = 0.02  # share of control characters above which a file is no text
# DOS ends a file with ^Z and fills the last block; a computer that loses power leaves zeros behind the text
FILLING = b"\0\x1a"
_NO_LETTERS = re.compile(r"[?\ufffd]{3,}+")
_MOST_LOST = 0.2  # share of such words from which a text is called lost
_SOME_UTF8 = 0.2  # share of the bytes beyond ASCII in valid UTF-8 from which a file may be in part UTF-8
_MOST_DAMAGED = 0.3  # share of broken bytes up to which Russian UTF-8 is damaged UTF-8
_ASCII = bytes(range(128))
_ENOUGH = 20  # bytes beyond ASCII that say something about the language
_FEW = 8
_UTF16_BLOCKS = frozenset(
    b"\x00\x04\x20\x21\x22\x25\xf0"
)  # Latin, Cyrillic, punctuation, №, signs, box drawing


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was in (a Python codec name) and what is odd about it."""

    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file, repaired where it had been misread before; the first byte order mark is left out.

    Raises SourceError: `source.empty` without a byte, `text.binary` if it is no text.
    """
    if not data:
        raise SourceError("source.empty")
    text, encoding, notes = _decoded(data)
    text, repairs = repair(text)
    return Decoded(text, encoding, (*notes, *repairs, *_letters_lost(text)))


def _letters_lost(text: str) -> list[Note]:
    """Words of question marks: whoever saved the text had no such letters, and nothing brings them back."""
    lost = sum(len(m.group()) for m in _NO_LETTERS.finditer(text))
    return [note("text.letters-lost", count=lost)] if lost > _MOST_LOST * max(1, len(text)) else []


def _decoded(data: bytes) -> tuple[str, str, list[Note]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            if encoding != "utf-8-sig":
                return *_lenient(data, encoding), _bad_bytes(data, encoding)
            data = data[
                len(bom) :
            ]  # what follows may be anything: editors put the mark before other encodings too
            text, encoding, notes = _decoded(data) if data else ("", "utf-8", [])
            return text, "utf-8-sig" if encoding == "utf-8" else encoding, notes
    wide = _wide(data)
    if wide is not None:
        return *_lenient(data, wide), _bad_bytes(data, wide)
    whole, data = data, data.rstrip(FILLING) or data
    notes = _refuse_binary(data)
    if b"\0" in whole[len(data) :] and b"\x1a" not in whole[len(data) :]:
        notes.append(note("text.control-characters", count=len(whole) - len(data)))
    try:
        return data.decode("utf-8"), "utf-8", notes
    except UnicodeDecodeError:
        pass
    mixed = _damaged_utf8(data)
    if mixed is not None:
        text, encoding, more = mixed
        return text, encoding, notes + more
    encoding, more = code_page(data)
    return data.decode(encoding, "replace"), encoding, notes + more + _bad_bytes(data, encoding)


def _lenient(data: bytes, encoding: str) -> tuple[str, str]:
    return data.decode(encoding, "replace").rstrip("\0\x1a"), encoding


def _bad_bytes(data: bytes, encoding: str) -> list[Note]:
    try:
        data.decode(encoding)
    except UnicodeError:
        lost = data.decode(encoding, "replace").count("\ufffd") - data.decode(encoding, "ignore").count(
            "\ufffd"
        )
        return [note("text.bad-bytes", count=max(1, lost), encoding=encoding)]
    return []


def _refuse_binary(data: bytes) -> list[Note]:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > max(1, _MOST_CONTROLS * len(data)) or (controls and controls * 4 > len(data)):
        raise SourceError("text.binary")
    return [note("text.control-characters", count=controls)] if controls else []


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, told by the blocks that its characters come from."""
    if len(data) < 4:
        return None
    head = data[: _SAMPLE - _SAMPLE % 4]
    head = head[: len(head) - len(head) % 4]
    if not any(head[2::4]) and not any(head[3::4]) and any(head[0::4]):
        return "utf-32-le"
    if not any(head[0::4]) and not any(head[1::4]) and any(head[3::4]):
        return "utf-32-be"
    for name, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        low_controls = len(low) - len(low.translate(None, b"\x00\x04"))
        known = sum(1 for b in high if b in _UTF16_BLOCKS)
        control = high.count(0) + high.count(4)
        if control >= 0.5 * len(high) and known >= 0.95 * len(high) and low_controls < 0.2 * len(low):
            return name
    return None


def _damaged_utf8(data: bytes) -> tuple[str, str, list[Note]] | None:
    """UTF-8 with broken sequences, or with lines in another encoding; None if it is neither."""
    if _valid_share(data) < _SOME_UTF8:
        return None
    lines = data.split(b"\n")
    broken = [i for i, line in enumerate(lines) if _is_broken(line)]
    rest = b"\n".join(lines[i] for i in broken)
    if russian(data[: 4 * _SAMPLE].decode("utf-8", "ignore")) < GOOD:
        return None
    if _valid_share(rest) < 0.5 and _high(rest) >= _FEW:
        encoding, _ = code_page(rest)
        if russian(rest.decode(encoding, "replace")) >= GOOD:
            known = set(broken)
            text = "\n".join(
                line.decode(encoding if i in known else "utf-8", "replace") for i, line in enumerate(lines)
            )
            return text, "utf-8", [note("text.mixed-encodings", lines=len(broken), encoding=encoding)]
    if _valid_share(data) < 1 - _MOST_DAMAGED:
        return None
    return *_lenient(data, "utf-8"), _bad_bytes(data, "utf-8")


def _is_broken(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _high(data: bytes) -> int:
    """How many bytes are beyond ASCII."""
    return len(data.translate(None, _ASCII))


def _valid_share(data: bytes) -> float:
    """The share of the bytes beyond ASCII that stand in valid UTF-8 sequences."""
    return _high(data.decode("utf-8", "ignore").encode()) / max(1, _high(data))


def code_page(data: bytes) -> tuple[str, list[Note]]:
    """The 8-bit encoding of a text by its content, and a note where it is not certain.

    Raises SourceError `text.binary` if it is no language in any encoding.
    """
    middle = len(data) // 2
    sample = data
    if len(data) > 3 * _SAMPLE:
        sample = data[:_SAMPLE] + data[middle : middle + _SAMPLE] + data[-_SAMPLE:]
    high = _high(sample)
    scores = {e: russian(sample.decode(e, "replace")) - _RARER[e] / max(1, high) for e in CODE_PAGES}
    best = max(CODE_PAGES, key=lambda e: scores[e])
    if scores[best] >= GOOD:
        return best, []
    second = charset_normalizer.from_bytes(sample).best()
    if scores[best] < BAD and high >= _ENOUGH:
        if second is None:
            raise SourceError("text.binary")
        return second.encoding, [note("text.encoding-unsure", encoding=second.encoding)]
    if high < _FEW and second is not None and second.encoding in CODE_PAGES and scores[second.encoding] > BAD:
        best = max(best, second.encoding, key=lambda e: scores[e])
    return best, [note("text.encoding-unsure", encoding=best)]
