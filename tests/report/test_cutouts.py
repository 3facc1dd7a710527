"""Cut-outs of scans in the report: of the right place, small, and only where there is a scan."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import PIL.Image
import pytest

from pipeline.checks.findings import identify
from pipeline.extractors.container import SEPARATOR
from pipeline.model import BBox, Document, Finding, Place, Source, note
from pipeline.report import cutouts, html
from pipeline.result import Result
from tests.pdfmake import Sheet

BOX = (100.0, 200.0, 220.0, 214.0)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one word in the box."""
    path = tmp_path_factory.mktemp("page") / "scan.pdf"
    sheet = Sheet(path)
    sheet.text(104, 210, "Шимановская", 11)
    sheet.save()
    return path


def document(path: str, *, scanned: bool = True, format_: str = "pdf") -> Document:
    notes = (note("scan.page-read", page=1),) if scanned else ()
    return Document(Source(path, "", format_), (), 1, notes)


def finding(path: str, code: str = "ocr-suspect", box: BBox | None = BOX) -> Finding:
    (made,) = identify(
        [
            Finding(
                code, note("scan.suspect", raw="Шимановская", percent=40), places=(Place(path, 1, bbox=box),)
            )
        ]
    )
    return made


def cut(path: Path, name: str, finding: Finding, document: Document) -> dict[Place, bytes]:
    return cutouts.cut(
        [finding], {document.source.path: document}, [(name, path)], timeout=60.0, memory=1 << 30
    )


def test_a_strip_shows_the_place_and_is_small(page: Path) -> None:
    made = cut(page, "scan.pdf", finding("scan.pdf"), document("scan.pdf"))
    (strip,) = made.values()
    image = PIL.Image.open(io.BytesIO(strip)).convert("L")
    width, height = BOX[2] - BOX[0], BOX[3] - BOX[1]
    assert image.width == pytest.approx(2 * (width + 6), abs=2)
    assert image.height == pytest.approx(2 * (height + 6), abs=2)
    dark = [v for v in image.tobytes() if v < 100]
    assert 200 < len(dark) < image.width * image.height / 3
    assert len(strip) < 3000


def test_an_image_is_cut_too(page: Path, tmp_path: Path) -> None:
    import pypdfium2

    image = pypdfium2.PdfDocument(page)[0].render(scale=200 / 72).to_pil()
    image.save(tmp_path / "a.png", dpi=(200, 200))
    of_image = document("a.png", format_="image")
    (strip,) = cut(tmp_path / "a.png", "a.png", finding("a.png"), of_image).values()
    size = PIL.Image.open(io.BytesIO(strip)).size
    assert size == pytest.approx((2 * 126, 2 * 20), abs=2)


def test_a_scan_in_an_archive_is_cut_too(page: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(page, "scan.pdf")
    inner = document("a.zip" + SEPARATOR + "scan.pdf")
    assert cut(tmp_path / "a.zip", "a.zip", finding("a.zip" + SEPARATOR + "scan.pdf"), inner)


def test_text_pages_have_none_unless_witnesses_differ(page: Path) -> None:
    text = document("scan.pdf", scanned=False)
    assert not cut(page, "scan.pdf", finding("scan.pdf"), text)
    assert cut(page, "scan.pdf", finding("scan.pdf", "witness-difference"), text)


@pytest.mark.parametrize("box", [None, (5000.0, 5000.0, 5100.0, 5010.0), (50.0, 50.0, 50.0, 50.0)])
def test_a_place_that_cannot_be_shown_has_none(page: Path, box: BBox | None) -> None:
    made = cut(page, "scan.pdf", finding("scan.pdf", box=box), document("scan.pdf"))
    assert all(PIL.Image.open(io.BytesIO(s)).width < 20 for s in made.values())


def test_a_file_that_is_gone_or_broken_costs_nothing_but_the_picture(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    assert cut(tmp_path / "scan.pdf", "scan.pdf", finding("scan.pdf"), document("scan.pdf")) == {}
    assert cut(tmp_path / "none.pdf", "none.pdf", finding("none.pdf"), document("none.pdf")) == {}


def test_the_report_holds_the_strip_and_loads_nothing(page: Path) -> None:
    one, of = finding("scan.pdf"), document("scan.pdf")
    pictures = cut(page, "scan.pdf", one, of)
    result = Result(findings=(one,), documents={"scan.pdf": of}, sources=(of.source,), pictures=pictures)
    text = html.render(result, "ru")
    assert text.count("data:image/png;base64,") == 1
    assert "img-src data:;" in text and "Фрагмент скана" in text
    assert text == html.render(result, "ru")
