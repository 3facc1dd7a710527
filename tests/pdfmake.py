"""Makes small PDF documents for tests: text and tables in points from the top left corner.

A font with Cyrillic letters is needed: DejaVu Sans, on Debian in the package `fonts-dejavu-core`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)
FONT = "DejaVuSans"
_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu",
    "/usr/share/fonts/TTF",
    "/Library/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "C:/Windows/Fonts",
)

# (row, column, rows, columns) of a merged cell
Span = tuple[int, int, int, int]


@cache
def register_font() -> str:
    """The name of a font with Cyrillic letters. Raises FileNotFoundError with what to install."""
    for folder in _FOLDERS:
        file = Path(folder).expanduser() / "DejaVuSans.ttf"
        if file.is_file():
            pdfmetrics.registerFont(TTFont(FONT, str(file)))
            return FONT
    raise FileNotFoundError(
        "DejaVuSans.ttf was not found; the PDF tests need it (Debian: apt-get install fonts-dejavu-core)"
    )


class Sheet:
    """A document in the making; y runs from the top of the page, `size` is that of the page as displayed."""

    def __init__(self, path: Path, size: tuple[float, float] = A4, rotate: int = 0, **options: Any) -> None:
        self.font = register_font()
        self.width, self.height = size
        self.canvas = Canvas(str(path), pagesize=size, invariant=1, **options)
        self._rotate = rotate
        self._begin()

    def _begin(self) -> None:
        if self._rotate:
            self.canvas.setPageRotation(self._rotate)

    def text(self, x: float, y: float, text: str, size: float = 10, *, turn: int = 0) -> None:
        """Text with its baseline at y; `turn` in degrees against the clock."""
        c = self.canvas
        c.saveState()
        c.setFont(self.font, size)
        c.translate(x, self.height - y)
        c.rotate(turn)
        c.drawString(0, 0, text)
        c.restoreState()

    def lines(
        self, x: float, y: float, texts: Iterable[str], size: float = 10, leading: float = 1.2
    ) -> float:
        """Lines of text below each other; the baseline after the last."""
        for text in texts:
            self.text(x, y, text, size)
            y += leading * size
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def thin_rect(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
        """A rule as Word makes it: a filled rectangle."""
        half = width / 2
        x, y = min(x0, x1) - half, self.height - max(y0, y1) - half
        self.canvas.rect(x, y, abs(x1 - x0) + width, abs(y1 - y0) + width, stroke=0, fill=1)

    def dashes(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
        """A rule of short strokes, each a path of its own."""
        length = max(abs(x1 - x0), abs(y1 - y0))
        at = 0.0
        while at < length:
            a, b = at / length, min(at + 4, length) / length
            self.line(x0 + a * (x1 - x0), y0 + a * (y1 - y0), x0 + b * (x1 - x0), y0 + b * (y1 - y0), width)
            at += 6

    def fill(self, x0: float, y0: float, x1: float, y1: float, grey: float = 0.8) -> None:
        self.canvas.saveState()
        self.canvas.setFillGray(grey)
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.restoreState()

    def table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        x: float = 50,
        y: float = 100,
        *,
        spans: Iterable[Span] = (),
        rule: Callable[..., None] | None = None,
        size: float = 9,
        sides: bool = True,
        bottom: bool = True,
    ) -> float:
        """A ruled table; each line of a cell text is set as it is. Gives y of its lower border.

        `rule` draws a rule (`line` unless given); a merged cell takes the text of its first field. `sides`,
        `bottom`: whether the outer borders are drawn there.
        """
        rule = rule or self.line
        merged = {(r, c): (h, w) for r, c, h, w in spans}
        covered = {(r + i, c + j): (r, c) for r, c, h, w in spans for i in range(h) for j in range(w)}
        xs = [x]
        for width in widths:
            xs.append(xs[-1] + width)
        ys = [y]
        for r, row in enumerate(rows):
            lines = max(
                [t.count("\n") + 1 for c, t in enumerate(row) if merged.get((r, c), (1, 1))[0] == 1] or [1]
            )
            ys.append(ys[-1] + lines * size * 1.2 + 6)

        def owner(r: int, c: int) -> tuple[int, int] | None:
            if not (0 <= r < len(rows) and 0 <= c < len(widths)):
                return None
            return covered.get((r, c), (r, c))

        for r in range(len(rows) + 1):
            for c in range(len(widths)):
                if owner(r, c) != owner(r - 1, c) and (bottom or r < len(rows)):
                    rule(xs[c], ys[r], xs[c + 1], ys[r])
        for c in range(len(widths) + 1):
            for r in range(len(rows)):
                if owner(r, c) != owner(r, c - 1) and (sides or 0 < c < len(widths)):
                    rule(xs[c], ys[r], xs[c], ys[r + 1])
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if owner(r, c) == (r, c) and text:
                    self.lines(xs[c] + 3, ys[r] + size + 2, text.split("\n"), size)
        return ys[-1]

    def page(self) -> None:
        """End the page and begin the next."""
        self.canvas.showPage()
        self._begin()

    def save(self) -> None:
        self.canvas.save()


def raw_pdf(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF file of the given objects (numbered from 1; the first is the catalogue)."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )
    return bytes(out)


def raw_page(
    content: bytes, *, resources: bytes = b"", page: bytes = b"", extra: Sequence[bytes] = ()
) -> bytes:
    """A PDF of one page with the given content stream; `extra` are objects from number 5 on."""
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> %s >>"
            % (resources, page),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            *extra,
        ]
    )
