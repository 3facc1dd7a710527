"""Is it text, and if so plain, HTML, MHTML, e-mail or XML? A light check; see `encoding.py` for decoding."""

from __future__ import annotations

import codecs
import re

_BOMS = (  # the longer ones first: UTF-32 LE begins as UTF-16 LE does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# controls that occur in text: BEL and VT saved by Word, BS in man pages, SUB at the end of DOS files, ESC
_HARMLESS = frozenset(b"\a\b\t\n\v\f\r\x1a\x1b")
_CONTROLS = bytes(b for b in range(32) if b not in _HARMLESS) + b"\x7f"
# a random byte is a control in 8 % of cases; UTF-8 that decodes is no accident
_MOST_CONTROLS, _MOST_CONTROLS_UTF8 = 0.02, 0.10
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_USUAL = re.compile(
    r"[\t\n\r\f\x20-\x7e\u00a0-\u00ff\u0400-\u04ff\u2000-\u206f\u2100-\u214f\u2500-\u257f\ufeff]"
)
_MOSTLY = 0.95

_HTML_TAGS = (
    "html|head|body|table|title|meta|div|p|h[1-6]|font|center|style|script|pre|tr|span|a|br|b|img|!--"
)
_HTML = re.compile(rf"\s*+(?:<!doctype\s++html\b|(?:(?><!--.*?-->)|\s++)*+<(?:{_HTML_TAGS})\b)", re.I | re.S)
_XHTML = re.compile(r"<html\b|<!doctype\s+html\b", re.I)
_XML = re.compile(r"\s*+(?:<\?xml\b|<!DOCTYPE\b|<!--|<[\w.-]+(?::[\w.-]+)?(?:\s[^<>]*)?>)")
_FLAT = re.compile(r"<\?mso-application|<(?:w:wordDocument|office:document|pkg:package|Workbook)\b")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):")
_MAIL_HEADERS = frozenset(
    (
        "received",
        "return-path",
        "delivered-to",
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "sender",
        "mime-version",
        "reply-to",
        "content-type",
        "content-transfer-encoding",
        "dkim-signature",
        "x-mailer",
    )
)
_RELAYED = frozenset(("to", "cc", "received", "delivered-to", "return-path"))


def sniff_text(head: bytes, whole: bool) -> tuple[str, str] | None:
    """`(kind, text)` of the first bytes, None if they are no text.

    `kind` is text, html, mhtml, eml, xml or flat-xml; `text` a rough decoding. `whole`: nothing
    follows `head`.
    """
    text = _decode(head, whole)
    if text is None:
        return None
    return _kind(text), text


def _kind(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n\f")
    mail = _mail(start)
    if mail:
        return mail
    if start.startswith("<"):
        if _HTML.match(start):
            return "html"
        if _XML.match(start):
            if _XHTML.search(start[:4096]):
                return "html"
            if start.startswith(("<?xml", "<!DOCTYPE")):
                return "flat-xml" if _FLAT.search(start[:4096]) else "xml"
    return "text"


def _mail(text: str) -> str | None:
    names: list[str] = []
    lines = text.splitlines()[:400]
    content_type = ""
    for line in lines:
        if not line.strip():
            break
        if line[0] in " \t":
            if names and names[-1] == "content-type":
                content_type += line
            continue
        match = _HEADER.match(line)
        if match is None:
            return None
        names.append(match[1].lower())
        if names[-1] == "content-type":
            content_type = line
    known = _MAIL_HEADERS.intersection(names)
    if len(known) < 3 and not ("mime-version" in known and "content-type" in known):
        return None
    related = "multipart/related" in content_type.lower()
    if related and not _RELAYED.intersection(names):
        return "mhtml"
    return "eml"


def _decode(head: bytes, whole: bool) -> str | None:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            text = _try(head, encoding, whole)
            text = text if text is not None else _damaged(head, encoding)
            # a BOM before what does not decode: damaged text rather than no text, if it holds few controls
            return text if text is not None else _narrow(head)
    if (text := _narrow(head)) is not None:
        return text
    for encoding in _WIDE:
        text = _damaged(head, encoding)
        if text is not None:
            return text
    return None


def _damaged(head: bytes, encoding: str) -> str | None:
    """The text, if nearly all of its characters are usual: one that was cut in the middle of a character, or
    has half a surrogate pair, is still text.
    """
    text = head.decode(encoding, "replace")
    return text if text and len(_USUAL.findall(text)) >= _MOSTLY * len(text) else None


def _narrow(head: bytes) -> str | None:
    head = head.rstrip(b"\0\x1a") or head  # see `encoding.FILLING`
    controls = len(head) - len(head.translate(None, _CONTROLS))
    text = _try(head, "utf-8", False)
    if text is not None:
        return text if controls <= _MOST_CONTROLS_UTF8 * len(head) else None
    return head.decode("cp1251", "replace") if controls <= _MOST_CONTROLS * len(head) else None


def _try(head: bytes, encoding: str, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, whole)
    except UnicodeError:
        return None
