"""Text of unknown origin made safe for a terminal, a log line and a message."""

from __future__ import annotations

import unicodedata

# Cc, Cf: control and format characters (ESC, bidi overrides); Cs: lone surrogates of undecodable file names;
# Zl, Zp: line and paragraph separators; Co, Cn: private and unassigned, shown as anything
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})


def printable(text: object, longest: int = 200) -> str:
    """`text` on one line without control characters; each becomes `�`, white space one space.

    A text longer than `longest` characters is cut in the middle: its beginning and end (a suffix) stay.
    """
    line = " ".join(str(text).split())
    if line.isascii() and line.isprintable():
        safe = line
    else:
        safe = "".join("�" if unicodedata.category(c) in _UNSAFE else c for c in line)
    if len(safe) <= longest:
        return safe
    tail = longest // 3
    return f"{safe[: longest - tail - 1]}…{safe[-tail:]}"
