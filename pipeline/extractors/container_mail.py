"""An e-mail (RFC 5322, MIME): its body and its attachments."""

from __future__ import annotations

import binascii
import email
import email.header
import email.message
import email.policy
import mimetypes
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pipeline import zipguard
from pipeline.errors import SourceError
from pipeline.extractors.container_parts import Part
from pipeline.limits import Limits

Message = email.message.Message
_NO_DOCUMENTS = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
    }
)
# what the email package raises on messages that no mail program made
_ERRORS = (
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    LookupError,
    TypeError,
    ValueError,
    binascii.Error,
)


def parts(path: Path, limits: Limits) -> Iterator[Part]:
    """The body (`body.txt`, `body.html`) and the attachments of the message at `path`. Raises SourceError."""
    limits.check("source_bytes", path.stat().st_size)
    try:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
        found = list(_walk(message, related=False))
    except RecursionError as error:
        raise SourceError("source.recursion") from error
    except _ERRORS as error:
        raise zipguard.damaged("mail") from error
    if not found:
        raise zipguard.damaged("mail")
    return iter(found)


def _walk(part: Message, related: bool) -> Iterator[Part]:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        for inner in _children(part):
            yield Part(_name(part) or "message.eml", partial(_whole, inner))
        return
    if part.is_multipart():
        if kind == "multipart/alternative":
            chosen = _best(_children(part))
            if chosen is not None:
                yield from _walk(chosen, related)
                # what is attached inside an alternative is no version of the text
                for child in _children(part):
                    if (
                        child is not chosen
                        and not child.is_multipart()
                        and child.get_content_maintype() != "text"
                    ):
                        yield from _walk(child, related)
            return
        for child in _children(part):
            yield from _walk(child, related or kind == "multipart/related")
        return
    name = _name(part)
    attached = part.get_content_disposition() == "attachment"
    if kind in _NO_DOCUMENTS:
        yield Part(name or kind, partial(_bytes, part), skip=True)
    elif kind in ("text/plain", "text/html") and not name and not attached:
        if _text(part).strip(b"\xef\xbb\xbf \t\r\n"):
            yield Part("body.html" if kind == "text/html" else "body.txt", partial(_text_chunks, part))
    else:
        inline = (
            kind.startswith("image/") and not attached and (related or part.get("Content-ID") is not None)
        )
        yield Part(
            name or "attachment" + (mimetypes.guess_extension(kind) or ""), partial(_bytes, part), skip=inline
        )


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _best(versions: list[Message]) -> Message | None:
    """Of several versions of a text: the HTML one if it holds a table, else plain text, else the last."""
    plain = html = None
    for version in versions:
        for part in version.walk():
            kind = part.get_content_type()
            if kind == "text/html" and html is None:
                html = version
                if b"<table" in _text(part).lower():
                    return version
            elif kind == "text/plain" and plain is None:
                plain = version
    return plain or html or (versions[-1] if versions else None)


def _name(part: Message) -> str:
    try:
        name = part.get_filename()
    except _ERRORS:
        return ""
    if not name:
        return ""
    try:
        return str(email.header.make_header(email.header.decode_header(str(name))))
    except (*_ERRORS, UnicodeError, email.errors.HeaderParseError):
        return str(name)


def _bytes(part: Message) -> Iterator[bytes]:
    try:
        payload = part.get_payload(decode=True)
    except _ERRORS as error:
        raise zipguard.damaged("mail") from error
    yield payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> bytes:
    """The text as UTF-8 with a BOM, which goes before what a page says of itself; else as it stands."""
    raw = b"".join(_bytes(part))
    charset = part.get_content_charset()
    if charset:
        try:
            return b"\xef\xbb\xbf" + raw.decode(charset).encode("utf-8")
        except (LookupError, UnicodeError):
            pass  # `encoding.py` finds out
    return raw


def _text_chunks(part: Message) -> Iterator[bytes]:
    yield _text(part)


def _whole(message: Message) -> Iterator[bytes]:
    try:
        yield message.as_bytes()
    except (*_ERRORS, RecursionError) as error:
        raise zipguard.damaged("mail") from error
