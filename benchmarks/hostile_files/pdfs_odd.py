"""PDF that are broken in their structure, ask for endless work, or hide what they hold."""
# ruff: noqa: E501  # one file on one line is easier to read than broken

from __future__ import annotations

import io
import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import Case
from benchmarks.hostile_files.make import flate, pdf_file, whole
from tests.pdfmake import raw_pdf

TEXT = ("Order of the department",)
SHOW = b"BT /F 12 Tf 50 700 Td (Order of the department 657) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdfs_odd(rng: random.Random) -> Iterator[Case]:
    yield from _structure()
    yield from _pages()
    yield from _work()
    yield from _hidden()
    yield from _cut()


def _case(
    name: str, data: bytes, verdict: str = "read", holds: tuple[str, ...] = TEXT, says: str = ""
) -> Case:
    return Case(f"{name}.pdf", data, verdict, holds if verdict == "read" else (), says=says)


def _structure() -> Iterator[Case]:
    good = pdf_file(SHOW)
    start = good.rfind(b"xref\n0")
    yield _case("xref-zeros", good[:start] + good[start:].replace(b"n \n", b"f \n"), "either")
    yield _case("xref-shifted", good.replace(b"%PDF-1.", b"% x\n%PDF-1.", 1))
    yield _case("xref-shifted-far", b"junk " * 150 + good)
    yield _case("xref-count", good.replace(b"xref\n0 ", b"xref\n0 99999999"), "either")
    yield _case("xref-missing", good[:start], "either")
    yield _case("xref-loop-self", good.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % start), "read")
    yield _case("xref-prev-wild", good.replace(b"trailer\n<<", b"trailer\n<</Prev 99999999999"), "read")
    yield _case("xrefstm-loop", good.replace(b"trailer\n<<", b"trailer\n<</XRefStm %d" % start), "either")
    yield _case("size-0", good.replace(b"/Size ", b"/Size 0 % "), "either")
    yield _case("size-huge", good.replace(b"/Size ", b"/Size 2147483647 % "), "either")
    yield _case("eof-missing", good.replace(b"%%EOF", b""))
    yield _case("carriage", good.replace(b"endobj\n", b"endobj\r"), "either")
    yield _case("object-self", pdf_file(SHOW, page=b"/MediaBox 3 0 R"), "either")
    yield _case(
        "length-self",
        good.replace(b"/Length 55", b"/Length 4 0 R").replace(b"/Length %d" % len(SHOW), b"/Length 4 0 R"),
    )
    yield _case("length-none", good.replace(b"/Length %d" % len(SHOW), b"/Lengthy 1"), "either")
    yield _case("length-negative", good.replace(b"/Length %d" % len(SHOW), b"/Length -1"))
    yield _case(
        "filter-unknown",
        good.replace(b"/Length %d" % len(SHOW), b"/Filter/Nonsense/Length %d" % len(SHOW)),
        "either",
    )
    yield _case(
        "filter-crypt",
        good.replace(b"/Length %d" % len(SHOW), b"/Filter/Crypt/Length %d" % len(SHOW)),
        "either",
    )
    yield _case("contents-array", good.replace(b"/Contents 4 0 R", b"/Contents[4 0 R null 99 0 R 4 0 R]"))
    yield _case(
        "contents-many", good.replace(b"/Contents 4 0 R", b"/Contents[" + b"4 0 R " * 20_000 + b"]"), "either"
    )
    yield _case("resources-loop", pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]/Resources 3 0 R"), "either")
    yield _case("parent-loop", good.replace(b"/Parent 2 0 R", b"/Parent 3 0 R"), "either")
    yield _case("encrypt-empty", good.replace(b"trailer\n<<", b"trailer\n<</Encrypt<<>>"), "either")
    yield _case(
        "encrypt-unknown",
        good.replace(b"trailer\n<<", b"trailer\n<</Encrypt<</Filter/Adobe.PubSec/V 9>>"),
        "refused",
        says="password|protected|damaged|encrypt",
    )
    yield _case(
        "pages-in-pages",
        pdf_file(SHOW, kids=b"[6 0 R]", more=(b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",)),
    )
    yield _case(
        "kids-cycle",
        pdf_file(SHOW, kids=b"[6 0 R 3 0 R]", more=(b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>",)),
        "either",
    )
    yield _case("kids-same", pdf_file(SHOW, kids=b"[3 0 R 3 0 R 3 0 R]", count=b"3"))
    yield _case("kids-mixed", pdf_file(SHOW, kids=b"[null 99 0 R (x) 3 0 R]", count=b"4"), "either")
    yield _case("kids-no-type", good.replace(b"/Type/Page/", b"/"), "either")
    yield _case("type-swapped", good.replace(b"/Type/Pages", b"/Type/Page "), "either")
    yield _case("catalog-missing", good.replace(b"/Type/Catalog/Pages 2 0 R", b""), "refused")
    yield _case("pages-null", good.replace(b"/Pages 2 0 R", b"/Pages null"), "refused", says="page|damaged")
    yield _case("pages-string", good.replace(b"/Pages 2 0 R", b"/Pages (none)"), "refused")
    yield _case("count-0", pdf_file(SHOW, count=b"0"), "either")
    added = (
        good
        + b"\n4 0 obj<</Length 58>>stream\nBT /F 12 Tf 50 700 Td (Order of the department 900) Tj ET\nendstream endobj\nxref\n4 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    )
    at = len(good) + 1
    body = added[: added.rfind(b"xref\n4 1")]
    update = body + added[len(body) :] % (at, start, len(body))
    yield _case("update", update, "read", ("department 900",))
    yield _case("update-cut", update[:-40], "either")
    yield _case(
        "updates-many",
        good
        + b"".join(
            b"\n%d 0 obj null endobj\nxref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (50 + i, start, start)
            for i in range(5000)
        ),
    )
    yield _case(
        "linearized-lie",
        good.replace(b"1 0 obj", b"9 0 obj<</Linearized 1/L 99/H[1 2]/O 3/E 5/N 7/T 1>>endobj\n1 0 obj", 1),
    )
    yield Case("two-in-one.pdf", good + good, "read", TEXT)
    yield Case("pdf-in-spaces.pdf", b"\n" * 500 + good, "read", TEXT)
    yield Case("fdf.pdf", b"%FDF-1.2\n1 0 obj<</FDF<<>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "refused")


def _pages() -> Iterator[Case]:
    for turn in (90, 180, 270, -90, 450, 1):
        yield _case(f"rotate-{turn}", pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]/Rotate %d" % turn))
    for i, box in enumerate(
        (
            b"[0 0 14400 14400]",
            b"[0 0 1 1]",
            b"[0 0 0.0001 0.0001]",
            b"[100 100 100 100]",
            b"[0 0 595]",
            b"[0 0 595 842 7 7]",
            b"[(a) 0 0 1]",
            b"[1 0 R 2 0 R 3 0 R 4 0 R]",
            b"[-595 -842 595 842]",
            b"[0 0 1e308 1e308]",
            b"[0 0 595 -842]",
            b"null",
            b"<<>>",
        )
    ):
        yield _case(f"box-{i}", pdf_file(SHOW, page=b"/MediaBox " + box), "either")
    yield _case(
        "cropbox-outside",
        pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]/CropBox [9000 9000 9999 9999]"),
        "either",
    )
    yield _case("cropbox-empty", pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]/CropBox [0 0 0 0]"), "either")
    for unit in (b"0", b"-1", b"75000", b"1e9"):
        yield _case(
            f"userunit-{unit.decode()}",
            pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]/UserUnit " + unit),
            "either",
        )
    blank = pdf_file(b"")
    yield _case("blank-page", blank, "either")
    yield _case("blank-pages-300", pdf_file(b"", kids=b"[" + b"3 0 R " * 300 + b"]", count=b"300"), "either")
    for n in (500, 1500, 10_000):
        verdict = "refused" if n > 2000 else "read"
        yield _case(
            f"text-pages-{n}",
            pdf_file(SHOW, kids=b"[" + b"3 0 R " * n + b"]", count=b"%d" % n),
            verdict,
            says="pdf_pages" if n > 2000 else "",
        )


def _work() -> Iterator[Case]:
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>/Font<</F 5 0 R>>>>/Length %d>>stream\n%s\nendstream"
    do = b"/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do"
    forms = (*(form % (7 + i, len(do), do) for i in range(12)), form % (99, len(SHOW), SHOW))
    yield _case("forms-laughs", pdf_file(b"/X Do " + SHOW, more=forms), "either")
    chain = (*(form % (7 + i, 5, b"/X Do") for i in range(500)), form % (9999, len(SHOW), SHOW))
    yield _case("forms-deep-500", pdf_file(b"/X Do", more=chain), "either")
    pair = (form % (7, 5, b"/X Do"), form % (6, 5, b"/X Do"))
    yield _case("forms-two-loop", pdf_file(b"/X Do " + SHOW, more=pair))
    lines = b"".join(
        b"%d %d m %d %d l " % (i % 595, i * 7 % 842, (i * 7) % 595, (i * 11) % 842) for i in range(400_000)
    )
    yield _case("path-one-400k", pdf_file(stream=flate(SHOW + b" " + lines + b" S")), "either")
    yield _case(
        "curves-300k", pdf_file(stream=flate(SHOW + b" " + b"1 1 m 5 5 9 9 300 300 c S " * 300_000)), "either"
    )
    yield _case(
        "clips-200k", pdf_file(stream=flate(SHOW + b" " + b"0 0 500 800 re W n " * 200_000)), "either"
    )
    yield _case("q-million", pdf_file(stream=flate(SHOW + b" " + b"q " * 2_000_000)), "either")
    yield _case(
        "operators-junk",
        pdf_file(stream=flate(SHOW + b" " + b"foo bar 1 2 3 <</A[(x)]>> BAZ " * 200_000)),
        "either",
    )
    yield _case(
        "text-one-place",
        pdf_file(stream=flate(SHOW + b" BT /F 9 Tf 50 50 Td " + b"(x) Tj 0 0 Td " * 200_000 + b"ET")),
        "either",
    )
    yield _case(
        "letters-300k",
        pdf_file(
            stream=flate(
                SHOW
                + b" BT /F 1 Tf "
                + b"".join(
                    b"1 0 0 1 %d %d Tm (x) Tj " % (i * 3 % 590, 1 + i // 200 % 840) for i in range(300_000)
                )
                + b"ET"
            )
        ),
        "either",
    )
    yield _case(
        "string-10m",
        pdf_file(stream=flate(SHOW + b" BT /F 9 Tf 50 50 Td (" + b"word " * (2 << 20) + b") Tj ET")),
        "either",
    )
    rules = b"".join(b"40 %d m 560 %d l S " % (y, y) for y in range(40, 800, 2)) + b"".join(
        b"%d 40 m %d 800 l S " % (x, x) for x in range(40, 560, 3)
    )
    yield _case("grid-66000", pdf_file(stream=flate(SHOW + b" " + rules)), "either")
    rects = b"".join(b"%d %d 20 4 re S " % (40 + i % 25 * 20, 40 + i // 25 * 4) for i in range(4750))
    yield _case("grid-of-rects", pdf_file(stream=flate(SHOW + b" " + rects)), "either")
    thin = b"".join(b"%d %d 0.5 %d re f " % (40 + i % 100 * 5, 40 + i // 100 * 8, 8) for i in range(9500))
    yield _case("grid-thin", pdf_file(stream=flate(SHOW + b" " + thin)), "either")
    yield _case("dash-tiny", pdf_file(SHOW + b" [0.0001 0.0001] 0 d 0 0 m 595 842 l S"), "either")
    yield _case(
        "nan",
        pdf_file(SHOW + b" 1e999 0 0 1e999 0 0 cm nan nan m inf inf l S BT /F 9 Tf 1e39 1e39 Td (x) Tj ET"),
        "either",
    )
    yield _case("zero-matrix", pdf_file(SHOW + b" q 0 0 0 0 0 0 cm BT /F 9 Tf (x) Tj ET Q"))
    yield _case("font-0", pdf_file(SHOW + b" BT /F 0 Tf 50 50 Td (x) Tj ET BT /F -12 Tf 90 90 Td (y) Tj ET"))
    yield _case("name-long", pdf_file(SHOW + b" /" + b"A" * 500_000 + b" gs"))
    yield _case(
        "names-many",
        pdf_file(
            SHOW,
            page=b"/MediaBox [0 0 595 842]/Z<<"
            + b"".join(b"/N%d %d " % (i, i) for i in range(200_000))
            + b">>",
        ),
        "either",
    )
    tiling = b"<</Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<<>>/Length 14>>stream\n0 0 1 1 re f  \nendstream"
    yield _case(
        "pattern",
        pdf_file(
            SHOW + b" /Pattern cs /P scn 0 0 595 842 re f",
            page=b"/MediaBox [0 0 595 842]/Resources<</Font<</F 5 0 R>>/Pattern<</P 6 0 R>>>>",
            more=(tiling,),
        ),
        "either",
    )
    images = b"q 300 0 0 300 9 9 cm /X Do Q " * 500
    jpeg = b"<</Type/XObject/Subtype/Image/Width 9000/Height 9000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
    import zlib

    packed = zlib.compress(bytes(81_000_000), 9)
    yield _case("image-81m", pdf_file(SHOW + b" " + images, more=(jpeg % (len(packed), packed),)), "either")
    ten = "/A " + "[" * 3000 + "]" * 3000
    yield _case("deep-arrays", pdf_file(SHOW, page=b"/MediaBox [0 0 595 842]" + ten.encode()), "either")


def _hidden() -> Iterator[Case]:
    for name, more in (
        ("javascript", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        ("launch", b"/OpenAction<</S/Launch/F(/bin/sh)>>"),
        ("uri", b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>"),
        ("xfa", b"/AcroForm<</XFA(<x/>)/Fields[]>>"),
        ("outline-loop", b"/Outlines<</First 1 0 R/Last 1 0 R/Count 1>>"),
        ("names-loop", b"/Names<</Dests<</Kids[1 0 R]>>>>"),
        ("labels", b"/PageLabels<</Nums[0<</S/D/St -5>>]>>"),
        ("layers", b"/OCProperties<</OCGs[]/D<</OFF[9 0 R]>>>>"),
    ):
        yield _case(name, pdf_file(SHOW).replace(b"/Type/Catalog", b"/Type/Catalog" + more))
    yield _case("invisible-text", pdf_file(b"BT 3 Tr /F 12 Tf 50 700 Td (Order of the department 657) Tj ET"))
    yield _case(
        "annotations",
        pdf_file(
            SHOW, page=b"/MediaBox [0 0 595 842]/Annots[3 0 R 99 0 R null <</Subtype/Widget/AP<</N 3 0 R>>>>]"
        ),
    )
    fonts = {
        "no-tounicode": b"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+X/Encoding<</Differences[65/g1/g2/g3]>>>>",
        "type3-loop": b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 4 0 R>>/Encoding<</Differences[0/a]>>/FirstChar 0/LastChar 255/Widths[9]/Resources<</Font<</F 5 0 R>>>>>>",
        "cid-broken": b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[99 0 R]>>",
        "cid-self": b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[5 0 R]>>",
        "widths": b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar -5/LastChar 99999999/Widths[1e30 -1e30 nan]>>",
        "tounicode-loop": b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>",
        "descriptor": b"<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor<</FontFile2 4 0 R/Flags -1>>>>",
        "null": b"null",
    }
    for name, font in fonts.items():
        yield _case(f"font-{name}", pdf_file(SHOW).replace(FONT, font), "either")
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    for strength in (40, 128):
        for password in ("secret", ""):
            stream = io.BytesIO()
            canvas = Canvas(
                stream,
                encrypt=StandardEncryption(
                    password, ownerPassword="owner", strength=strength, canPrint=0, canCopy=0
                ),
            )
            canvas.drawString(72, 720, "Order of the department")
            canvas.save()
            name = f"aes-{strength}-{'locked' if password else 'open'}"
            yield _case(
                name,
                stream.getvalue(),
                "refused" if password else "read",
                says="password" if password else "",
            )


def _cut() -> Iterator[Case]:
    data = whole("pdf")
    for n in range(1, 30):
        yield Case(f"truncated-{n:02}.pdf", data[: len(data) * n // 30], "either")
    yield Case(
        "only-pages.pdf",
        raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
        "refused",
        says="page",
    )
