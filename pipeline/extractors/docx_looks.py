"""Run properties that say only how text looks, taken out of a part's XML before it is parsed.

Word writes fonts, sizes and languages with every run: more than half of the bytes of a table, and two thirds
of the time that libxml2 needs for building and freeing the tree. They tell the reader nothing. Properties
with anything else (`w:vanish`, `w:rStyle`, tracked changes) stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMESPACE = rb'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LOOKS = (
    "rFonts|szCs|sz|lang|bCs|b|iCs|i|color|kern|u|spacing|noProof|w|position|highlight|shd|strike|dstrike|caps"
    "|smallCaps|vertAlign|effect|bdr|em|outline|shadow|emboss|imprint|snapToGrid|fitText"
)
_START, _END = b"<w:rPr>", b"</w:rPr>"
# the standard module: it looks for the literal beginning three times as fast as `regex` does
_BARE = re.compile(rf"<w:rPr>(?:<w:(?:{_LOOKS})(?: [^<>]*)?/>)*+</w:rPr>".encode())
_LONGEST = 4096  # bytes that the properties of one run may have to be waited for


def are_known(head: bytes) -> bool:
    """Whether the part's beginning binds the usual prefix to the usual namespace, so that names are names."""
    return _NAMESPACE in head and head.count(b"xmlns:w=") == 1


def without(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The part's bytes without such properties; as they are where the prefix means something else.

    A CDATA section, where a tag is text, ends it: from there on all bytes stay.
    """
    rest = next(chunks, b"")
    known = are_known(rest)
    for chunk in chunks:
        if not known:
            yield rest
            rest = chunk
            continue
        data = rest + chunk
        if b"<![CDATA[" in data or b"xmlns:w=" in rest[-8:] + chunk:
            known = False
            yield data
            rest = b""
            continue
        data = _BARE.sub(b"", data)
        cut = data.rfind(_START)
        if cut < 0 or _END in data[cut:] or len(data) - cut > _LONGEST:
            cut = max(0, len(data) - len(_START))  # a tag may be cut by the end of the chunk
        yield data[:cut]
        rest = data[cut:]
    yield _BARE.sub(b"", rest) if known and b"<![CDATA[" not in rest else rest
