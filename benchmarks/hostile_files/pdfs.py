"""PDF: broken trees, bombs, odd pages, encrypted."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import Case
from benchmarks.hostile_files.make import (
    flate,
    flipped,
    pdf_file,
    whole,
)


def pdfs(rng: random.Random) -> Iterator[Case]:
    text = ("Order of the department",)

    def pdf(
        name: str, data: bytes, verdict: str = "either", holds: tuple[str, ...] = (), says: str = ""
    ) -> Case:
        return Case(f"{name}.pdf", data, verdict, holds, says=says)

    yield pdf("plain", pdf_file(), "read", text)
    yield pdf("no-pages", pdf_file(kids=b"[]", count=b"0"), "refused")
    yield pdf("no-kids", pdf_file(kids=b"null", count=b"1"))
    yield pdf("lost-pages", pdf_file(kids=b"[99 0 R]"))
    yield pdf("kids-loop", pdf_file(kids=b"[2 0 R]"))
    yield pdf("kids-loop-page", pdf_file(kids=b"[2 0 R 3 0 R]"))
    for count in (b"2147483647", b"-1", b"999999999999999", b"3000", b"(x)"):
        yield pdf(f"count-{count.decode().strip('()')}", pdf_file(count=count))
    for i, box in enumerate(
        (
            b"[0 0 1e9 1e9]",
            b"[0 0 0 0]",
            b"[595 842 0 0]",
            b"[0 0 -5 -5]",
            b"[a b]",
            b"[0 0 99999999999999999999 1]",
            b"[nan nan nan nan]",
            b"[-1e6 -1e6 1e6 1e6]",
        )
    ):
        yield pdf(f"mediabox-{i}", pdf_file(page=b"/MediaBox " + box))
    yield pdf("no-mediabox", pdf_file(page=b""), "read", text)
    yield pdf("rotate", pdf_file(page=b"/MediaBox [0 0 595 842]/Rotate 45"), "read", text)
    yield pdf("userunit", pdf_file(page=b"/MediaBox [0 0 595 842]/UserUnit 1e30"))
    good = pdf_file()
    yield pdf("no-xref", good[: good.rfind(b"xref\n0")], "either")
    yield pdf("startxref", good.replace(b"startxref\n", b"startxref\n9"), "read", text)
    yield pdf("xref-loop", good.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % good.rfind(b"xref\n0")))
    yield pdf("junk-before", b"HTTP/1.1 200 OK\r\n\r\n" * 20 + good, "either")
    yield pdf("junk-after", good + b"\0" * 5000, "read", text)
    yield pdf("header-only", b"%PDF-1.7\n", "refused")
    yield pdf("version", good.replace(b"%PDF-1.", b"%PDF-9."), "either")
    yield pdf("trailer-loop", good.replace(b"/Root 1 0 R", b"/Root 2 0 R"), "either")
    yield pdf("no-root", good.replace(b"/Root 1 0 R", b""), "either")
    yield pdf("bomb", pdf_file(stream=flate(b" " * (400 << 20))))
    yield pdf("bomb-twice", pdf_file(stream=flate(bytes(300 << 20), 2)))
    yield pdf("filters", pdf_file(stream=flate(b"BT ET", 60)))
    yield pdf(
        "predictor",
        pdf_file(
            stream=flate(b"BT ET" * 100, 1, b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>")
        ),
    )
    yield pdf("q-deep", pdf_file(b"q " * 1_000_000 + b"BT /F 12 Tf 50 700 Td (Order) Tj ET"))
    yield pdf("array-deep", pdf_file(b"[" * 500_000 + b"]" * 500_000))
    yield pdf(
        "dict-deep", pdf_file(page=b"/MediaBox [0 0 595 842]/X " + b"<</A " * 50_000 + b"1" + b">>" * 50_000)
    )
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>/Length 11>>stream\n/X Do /X Do\nendstream"
    yield pdf("form-loop", pdf_file(b"/X Do BT /F 12 Tf 50 700 Td (Order) Tj ET", more=(form,)))
    image = (
        b"<</Type/XObject/Subtype/Image/Width %s/Height %s/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/%s/Length 20>>stream\n"
        + b"\x97JB2 not an image.."
        + b"\nendstream"
    )
    for name in (
        b"JBIG2Decode",
        b"JPXDecode",
        b"DCTDecode",
        b"CCITTFaxDecode",
        b"FlateDecode",
        b"NoSuchDecode",
        b"LZWDecode",
        b"RunLengthDecode",
    ):
        yield pdf(
            f"image-{name.decode()}",
            pdf_file(b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"100", b"100", name),)),
        )
    yield pdf(
        "image-huge",
        pdf_file(b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"100000", b"100000", b"FlateDecode"),)),
    )
    yield pdf(
        "image-2g",
        pdf_file(
            b"q 500 0 0 700 40 40 cm /X Do Q", more=(image % (b"2147483647", b"2147483647", b"JBIG2Decode"),)
        ),
    )
    yield pdf("inline-image", pdf_file(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID xxxx"))
    yield pdf("no-endstream", good.replace(b"endstream", b"endstr   "))
    yield pdf("length-lie", good.replace(b"/Length ", b"/Length 99999"), "either")
    yield pdf("no-contents", good.replace(b"/Contents 4 0 R", b""))
    yield pdf("font-missing", good.replace(b"/F 5 0 R", b"/G 5 0 R"))
    yield pdf(
        "many-lines",
        pdf_file(
            stream=flate(
                b"".join(
                    b"%d %d m %d %d l S\n" % (i % 595, i % 842, (i * 7) % 595, (i * 11) % 842)
                    for i in range(300_000)
                )
            )
        ),
    )
    grid = b"".join(b"50 %d m 550 %d l S " % (y, y) for y in range(40, 841, 4)) + b"".join(
        b"%d 40 m %d 840 l S " % (x, x) for x in range(50, 551, 5)
    )
    cells = b"".join(
        b"BT /F 3 Tf %d %d Td (%d) Tj ET " % (51 + 5 * c, 41 + 4 * r, (r + c) % 10)
        for r in range(200)
        for c in range(100)
    )
    yield pdf("grid-20000", pdf_file(stream=flate(grid + cells)), "read")
    yield pdf(
        "rects",
        pdf_file(
            stream=flate(b"".join(b"%d %d 5 5 re S " % (i % 590, i // 590 % 840) for i in range(200_000)))
        ),
    )
    yield pdf(
        "chars-1m",
        pdf_file(
            stream=flate(
                b"BT /F 5 Tf "
                + b"".join(b"1 0 0 1 %d %d Tm (Order words) Tj " % (i % 500, i % 800) for i in range(100_000))
                + b"ET"
            )
        ),
    )
    yield pdf(
        "coordinates",
        pdf_file(
            b"BT /F 1e30 Tf 1e30 -1e30 Td (far away) Tj 0 0 0 0 0 0 Tm (flat) Tj ET 1e38 1e38 m -1e38 5 l S"
        ),
        "either",
    )
    yield pdf("dashes", pdf_file(b"[0.00001] 0 d 0 0 m 595 842 l S 0 0 0 0 re f"), "either")
    for n in (1999, 2001, 50_000):
        pages = b" ".join(b"3 0 R" for _ in range(n))
        yield pdf(f"pages-{n}", pdf_file(kids=b"[" + pages + b"]", count=b"%d" % n), "either")
    deep = b"".join(
        b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>endobj\n" % (i, i + 1, i - 1)
        for i in range(10, 20_000)
    )
    yield pdf(
        "tree-deep",
        good.replace(b"/Kids [3 0 R]", b"/Kids [10 0 R]").replace(b"xref\n0", deep + b"xref\n0", 1),
    )
    yield pdf(
        "objects",
        good.replace(
            b"xref\n0", b"".join(b"%d 0 obj null endobj\n" % i for i in range(20, 200_000)) + b"xref\n0", 1
        ),
    )
    for password, owner, title in (("secret", "owner", "locked"), ("", "owner", "owner-only")):
        from reportlab.lib.pdfencrypt import StandardEncryption
        from reportlab.pdfgen.canvas import Canvas

        stream = io.BytesIO()
        canvas = Canvas(stream, encrypt=StandardEncryption(password, ownerPassword=owner))
        canvas.drawString(72, 720, "Order of the department")
        canvas.save()
        if password:
            yield pdf(title, stream.getvalue(), "refused", says="password")
        else:
            yield pdf(title, stream.getvalue(), "read", text)
    whole_pdf = whole("pdf")
    for i in range(25):
        yield pdf(f"fuzz-{i}", flipped(whole_pdf, rng, rng.choice((1, 2, 5, 20))))
    for i in range(8):
        at, length = rng.randrange(len(whole_pdf)), rng.randrange(1, 400)
        yield pdf(f"cutout-{i}", whole_pdf[:at] + whole_pdf[at + length :])
    yield Case("pdf-as.docx", good, "read", text)
    yield Case("pdf-as.txt", good, "read", text)
