"""The text of an HTML page or of a saved web page (MHTML): which part it is, and in which encoding.

A declared charset (MIME header, XML declaration, meta) is a claim: pages are saved in one encoding and go on
declaring another. It is believed when the bytes allow it and the content is not plainly another encoding's.
"""

from __future__ import annotations

import codecs
import email
import email.policy
from email.message import Message

import regex

from pipeline import encoding
from pipeline.encoding_repair import repair
from pipeline.encoding_score import GOOD, russian
from pipeline.errors import SourceError
from pipeline.model import note

_HEAD = 4096  # bytes in which a page declares its charset (HTML standard §4.2.5.4: 1024)
_DECLARED = (
    regex.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", regex.IGNORECASE),
    regex.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)", regex.IGNORECASE),
)
_ALIASES = {
    "windows-1251": "cp1251",
    "win-1251": "cp1251",
    "x-cp866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
}
_SAMPLE = 1 << 18
_BETTER = 1.0  # bits per character by which another encoding must be better than the declared one
_HEADER = rb"[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*"
_MIME = regex.compile(rb"\s*(?:" + _HEADER + rb"){0,60}?MIME-Version:", regex.IGNORECASE)


def page(data: bytes) -> encoding.Decoded:
    """The page's text (of the root part of an MHTML file). Raises SourceError if there is none."""
    charset = None
    if data[:2048].lstrip()[:1] != b"<" and _MIME.match(data[:8192]):
        data, charset = _root(data)
    if not data:
        raise SourceError("source.empty")
    return decode(data, charset)


def _root(data: bytes) -> tuple[bytes, str | None]:
    """The HTML parts of an MHTML file, the root first, and its charset (RFC 2557: `start`, else the first
    part).
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = [p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not parts:
        raise SourceError("html.no-page")
    start = str(message.get_param("start") or "").strip("<>")
    parts.sort(key=lambda p: not start or str(p.get("Content-ID", "")).strip("<> ") != start)
    first = _body(parts[0])
    if regex.search(rb"<frameset", first[:_SAMPLE], regex.IGNORECASE) and len(parts) > 1:
        return b"\n".join(map(_body, parts[1:])), parts[1].get_content_charset()
    return first, parts[0].get_content_charset()


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def decode(data: bytes, charset: str | None = None) -> encoding.Decoded:
    """The page's text; `charset` is what a MIME header says."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return encoding.decode(data)
    declared = [m[1].decode("ascii", "replace") for p in _DECLARED if (m := p.search(data[:_HEAD]))]
    for name in (charset, *declared):
        codec = _codec(name)
        if codec is None or not _believable(data, codec):
            continue
        text, notes = repair(data.decode(codec, "replace"))
        if not _strict(data, codec):
            notes = (note("text.bad-bytes", count=text.count("\ufffd"), encoding=codec), *notes)
        return encoding.Decoded(text, codec, notes)
    found = encoding.decode(data)
    claimed = next(filter(None, map(_codec, (charset, *declared))), None)
    if claimed is None or claimed == _codec(found.encoding) or found.text.isascii():
        return found
    wrong = note("html.charset-wrong", declared=claimed, encoding=found.encoding)
    return encoding.Decoded(found.text, found.encoding, (wrong, *found.notes))


def _codec(name: str | None) -> str | None:
    """The Python codec of a charset label; None for none, an unknown one, or one that no byte page is in."""
    if not name:
        return None
    name = _ALIASES.get(name.lower(), name.lower())
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    if codec.startswith(("utf-16", "utf-32")):
        return None  # a page whose declaration is read byte by byte is in neither (HTML standard §13.2.3.2)
    return codec if getattr(codecs.lookup(name), "_is_text_encoding", True) else None


def _strict(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True


def _believable(data: bytes, codec: str) -> bool:
    """The bytes allow the encoding, and no other makes Russian of what in this one is none."""
    if data[:_SAMPLE].isascii() and data.isascii():
        return True
    if codec == "utf-8":
        return _strict(data, codec) or russian(data[:_SAMPLE].decode(codec, "ignore")) >= GOOD
    if data.count(b"\0") * 10 > len(data):
        return False
    score = russian(data[:_SAMPLE].decode(codec, "replace"))
    if score >= GOOD:
        return True
    if _strict(data, "utf-8"):
        return False
    others = max(russian(data[:_SAMPLE].decode(page_, "replace")) for page_ in encoding.CODE_PAGES)
    return others < max(GOOD, score + _BETTER)
