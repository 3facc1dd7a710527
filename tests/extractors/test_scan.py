"""Scans are read as tables and text; what cannot be read is refused or told.

Tesseract's Russian data are needed (Debian: apt-get install tesseract-ocr tesseract-ocr-rus).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipeline.checks.readings import check_readings
from pipeline.errors import SourceError
from pipeline.extractors import pdf, scan, scan_engine, scan_settings
from pipeline.messages import say
from pipeline.model import Corpus, Document, Grid, OrderData, Place, Record, Source, Value
from tests.pdfmake import Sheet

ROWS = [
    ["№ п/п", "Муниципалитет", "Школа", "Срок"],
    ["1.", "Вяземский район", "МБОУ Шимановская СОШ", "Июль 2021 г."],
    ["", "", "МБОУ СШ № 4 г. Вязьмы", "Август 2021 г."],
    ["2.", "Глинковский район", "МБОУ Доброминская ОШ", "2021-2022 гг."],
]
SPANS = [(1, 0, 2, 1), (1, 1, 2, 1)]


@pytest.fixture(scope="session", autouse=True)
def language_data() -> None:
    assert scan_engine.data_folder() is not None, (
        "Tesseract's Russian data were not found; the tests of scans need them "
        "(Debian: apt-get install tesseract-ocr tesseract-ocr-rus)"
    )


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """A page with a title and a table with merged cells, 200 dpi."""
    return _drawn(_order(tmp_path_factory.mktemp("scan") / "order.pdf"))


def _order(path: Path) -> Path:
    sheet = Sheet(path)
    sheet.text(60, 70, "Перечень стажировочных площадок", 12)
    sheet.table(ROWS, [50, 140, 180, 110], y=100, spans=SPANS, size=11)
    sheet.save()
    return path


def _drawn(path: Path, dpi: int = 200) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    return image


def _pdf_of(path: Path, *images: Image.Image) -> Path:
    images[0].save(path, save_all=True, append_images=list(images[1:]), resolution=200)
    return path


def _read(path: Path) -> Document:
    return scan.extract(path, Source(path.name, "", "image"))


def _texts(grid: Grid) -> dict[tuple[int, int, int, int], str]:
    return {(c.row, c.col, c.row_span, c.col_span): " ".join(c.text.split()) for c in grid.cells}


def _expected() -> dict[tuple[int, int, int, int], str]:
    high = {(r, c): h for r, c, h, _ in SPANS}
    covered = {(2, 0), (2, 1)}
    return {
        (r, c, high.get((r, c), 1), 1): text
        for r, row in enumerate(ROWS)
        for c, text in enumerate(row)
        if (r, c) not in covered
    }


def test_a_table_with_merged_cells_is_read_cell_by_cell(picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / "a.png", dpi=(200, 200))
    document = _read(tmp_path / "a.png")
    (grid,) = document.grids
    assert _texts(grid) == _expected()
    assert [b.text for b in document.blocks] == ["Перечень стажировочных площадок"]
    assert all(c.confidence is None or c.confidence >= 0.6 for c in grid.cells)
    place = next(c.place for c in grid.cells if c.text == "Глинковский район")
    assert place is not None and place.bbox is not None and place.page == 1
    assert place.bbox == pytest.approx((100, 157.6, 240, 176.8), abs=1)  # points from the top left corner


def test_a_page_on_its_side_and_askew_is_straightened(picture: Image.Image, tmp_path: Path) -> None:
    askew = picture.rotate(2.3, fillcolor="white", resample=Image.Resampling.BICUBIC)
    askew.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.jpg", dpi=(200, 200), quality=80)
    document = _read(tmp_path / "a.jpg")
    (grid,) = document.grids
    assert _texts(grid) == _expected()
    assert grid.bbox is not None
    assert grid.bbox[3] - grid.bbox[1] > grid.bbox[2] - grid.bbox[0], "the box is that on the page as given"


def test_a_stamp_over_the_text_is_dropped(picture: Image.Image, tmp_path: Path) -> None:
    from PIL import ImageChops, ImageDraw

    stamp = Image.new("RGB", picture.size, "white")
    ImageDraw.Draw(stamp).ellipse((500, 320, 820, 640), outline=(60, 70, 190), width=6)
    ImageChops.darker(picture, stamp).save(tmp_path / "a.png", dpi=(200, 200))
    (grid,) = _read(tmp_path / "a.png").grids
    assert _texts(grid) == _expected()


def test_letters_that_a_stamp_crossed_are_doubtful_and_the_others_are_not(
    picture: Image.Image, tmp_path: Path
) -> None:
    from PIL import ImageChops, ImageDraw

    picture.save(tmp_path / "plain.png", dpi=(200, 200))
    (plain,) = _read(tmp_path / "plain.png").grids
    crossed = next(c for c in plain.cells if c.text == "МБОУ Шимановская СОШ")
    assert crossed.place.bbox is not None
    x0, top, x1, bottom = (v * 200 / 72 for v in crossed.place.bbox)
    stamp = Image.new("RGB", picture.size, "white")
    line = (x0 + 15, bottom - 12, x1 - 15, top + 12)
    ImageDraw.Draw(stamp).line(line, fill=(190, 50, 60), width=5)
    ImageChops.darker(picture, stamp).save(tmp_path / "a.png", dpi=(200, 200))
    (grid,) = _read(tmp_path / "a.png").grids
    doubtful = {
        (c.row, c.col)
        for c in grid.cells
        if c.confidence is not None and c.confidence < scan_settings.SETTINGS.suspect
    }
    assert doubtful == {(crossed.row, crossed.col)}


def test_each_page_of_a_tiff_is_a_page_and_a_blank_one_is_silent(
    picture: Image.Image, tmp_path: Path
) -> None:
    blank = Image.new("1", picture.size, 1)
    black = picture.convert("L").point(lambda v: 255 * (v > 140)).convert("1")
    blank.save(tmp_path / "a.tif", save_all=True, append_images=[black], dpi=(200, 200), compression="group4")
    document = _read(tmp_path / "a.tif")
    assert document.n_pages == 2
    assert [g.page for g in document.grids] == [2]
    assert _texts(document.grids[0]) == _expected()
    assert {n.args["page"] for n in document.notes} == {2}


def test_a_page_of_sixteen_bits_is_read_as_it_looks(picture: Image.Image, tmp_path: Path) -> None:
    deep = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "a.tif", dpi=(200, 200))
    (grid,) = _read(tmp_path / "a.tif").grids
    assert _texts(grid) == _expected()


def test_a_fax_with_flat_pixels_is_read_in_its_true_form(picture: Image.Image, tmp_path: Path) -> None:
    flat = picture.resize((picture.width, picture.height * 6 // 10), Image.Resampling.BOX)
    flat.save(tmp_path / "a.tif", dpi=(200, 120))
    (grid,) = _read(tmp_path / "a.tif").grids
    assert set(_texts(grid)) == set(_expected())
    assert grid.bbox is not None and grid.bbox == pytest.approx((50, 100, 530, 176.8), abs=2)


def _mixed(path: Path, picture: Image.Image) -> Path:
    """A page of text, then a page that is a picture."""
    sheet = Sheet(path.with_suffix(".text.pdf"))
    sheet.text(60, 70, "Страница с текстом")
    sheet.save()
    whole = pypdfium2.PdfDocument(path.with_suffix(".text.pdf"))
    whole.import_pages(pypdfium2.PdfDocument(_pdf_of(path.with_suffix(".scan.pdf"), picture)))
    whole.save(path)
    return path


def test_in_a_mixed_pdf_text_stays_and_pictures_are_read(picture: Image.Image, tmp_path: Path) -> None:
    document = pdf.extract(_mixed(tmp_path / "a.pdf", picture), Source("a.pdf", "", "pdf"))
    assert document.blocks[0].text == "Страница с текстом"
    assert _texts(document.grids[0]) == _expected()
    assert [(n.key, n.args["page"]) for n in document.notes] == [("scan.page-read", 2)]


def _with_picture(path: Path, picture: Image.Image) -> Path:
    """A page of text with a picture between its lines."""
    sheet = Sheet(path)
    sheet.text(60, 60, "Приложение к письму")
    sheet.text(60, 600, "Исполнитель Петрова")
    sheet.canvas.drawInlineImage(picture, 40, sheet.height - 500, 515, 400)
    sheet.save()
    return path


def test_a_table_in_a_picture_among_text_is_read_in_its_place(picture: Image.Image, tmp_path: Path) -> None:
    part = picture.crop((100, 160, 1540, 600)).resize((1440, 1118))
    part.paste("white", (0, 0, *part.size))
    part.paste(picture.crop((100, 160, 1540, 600)), (0, 300))
    document = pdf.extract(_with_picture(tmp_path / "a.pdf", part), Source("a.pdf", "", "pdf"))
    (grid,) = document.grids
    assert set(_texts(grid)) == set(_expected())
    assert grid.bbox is not None and 100 < grid.bbox[1] < grid.bbox[3] < 500
    place = document.content.index(grid)
    said = [b.text for b in document.blocks]
    assert said[0] == "Приложение к письму" and said[-1] == "Исполнитель Петрова"
    assert 0 < place < len(document.content) - 1
    assert [n.key for n in document.notes] == ["scan.picture-read"]


def test_a_photograph_among_text_gives_nothing(tmp_path: Path) -> None:
    lights = np.random.default_rng(1).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    photo = Image.fromarray(lights).resize((1000, 800), Image.Resampling.BICUBIC)
    document = pdf.extract(_with_picture(tmp_path / "a.pdf", photo), Source("a.pdf", "", "pdf"))
    assert [b.text for b in document.blocks] == ["Приложение к письму", "Исполнитель Петрова"]
    assert (document.grids, document.notes) == ((), ())


@pytest.fixture
def without_language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(scan_engine, "_FOLDERS", (str(tmp_path),))
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    scan_engine.engine.cache_clear()
    yield
    scan_engine.engine.cache_clear()


@pytest.mark.usefixtures("without_language")
def test_missing_language_data_are_named(picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / "a.png")
    with pytest.raises(SourceError) as caught:
        _read(tmp_path / "a.png")
    for lang in ("en", "ru"):
        assert "tesseract-ocr-rus" in say(caught.value.note, lang)


@pytest.mark.usefixtures("without_language")
def test_without_an_engine_the_text_pages_of_a_pdf_are_still_read(
    picture: Image.Image, tmp_path: Path
) -> None:
    document = pdf.extract(_mixed(tmp_path / "a.pdf", picture), Source("a.pdf", "", "pdf"))
    assert [b.text for b in document.blocks] == ["Страница с текстом"]
    (said,) = document.notes
    assert said.key == "scan.page-not-read" and "tesseract-ocr-rus" in say(said, "ru")
    with pytest.raises(SourceError):
        pdf.extract(_pdf_of(tmp_path / "b.pdf", picture), Source("b.pdf", "", "pdf"))


@pytest.mark.parametrize("noise", [0, 60])
def test_a_page_too_poor_to_read_is_refused_with_a_reason(
    picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noise: int
) -> None:
    poor = picture.resize((picture.width // 6, picture.height // 6)).resize(picture.size)
    grain = np.random.default_rng(1).normal(0, noise, (picture.height, picture.width, 3))
    Image.fromarray(np.clip(np.asarray(poor) + grain, 0, 255).astype(np.uint8)).save(
        tmp_path / "a.png", dpi=(200, 200)
    )
    calls: list[str] = []
    engine = scan_engine.engine()

    def counted(part: scan_engine.Picture, mode: scan_engine.Mode, alphabet: str) -> list[scan_engine.Word]:
        calls.append(mode)
        return engine(part, mode, alphabet)

    monkeypatch.setattr(scan_engine, "engine", lambda: counted)
    document = _read(tmp_path / "a.png")
    assert document.content == ()
    assert document.notes[0].key in {"scan.page-refused", "scan.page-no-text"}
    assert len(calls) <= 20, "a few cells are enough to tell"


def test_a_file_that_only_begins_like_an_image_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(SourceError) as caught:
        _read(tmp_path / "a.png")
    assert caught.value.reason == "source.damaged"


@pytest.mark.parametrize("size", [(1, 65_000), (65_000, 1), (1, 1), (12_000, 3)])
def test_a_strip_of_pixels_is_an_empty_page(tmp_path: Path, size: tuple[int, int]) -> None:
    """Taken for a page of usual width, one pixel wide is a page of 200 GB at the working scale."""
    Image.new("L", size, 255).save(tmp_path / "a.png")
    assert _read(tmp_path / "a.png").content == ()


def test_a_picture_too_thin_for_letters_is_told() -> None:
    thin = np.full((4, 2000), 255, dtype=np.uint8)
    found = scan.read_picture(thin, 225, 3, Source("a.png", "", "image"))
    assert [(n.key, n.args["page"]) for n in found.notes] == [("scan.page-no-text", 3)]


def _corpus(*values: Value) -> Corpus:
    source, place = Source("a.png", "", "image"), Place("a.png", page=1, row=2)
    records = tuple(Record("schools", {"name": v}, place, id=f"s{i}") for i, v in enumerate(values))
    order = OrderData(source, Document(source, ()), Record("orders", {}, id="o"), records)
    return Corpus((order,), {"schools": records})


def test_a_doubtful_reading_is_a_finding_with_the_other_reading() -> None:
    sure = Value("МБОУ СШ № 4", "МБОУ СШ № 4", confidence=0.95)
    doubtful = Value("МБОУ СЩ № 4", "МБОУ СЩ № 4", confidence=0.4, readings=("МБОУ СШ № 4",))
    (finding,) = check_readings(_corpus(sure, doubtful, replace(sure, confidence=None)))
    assert (finding.code, finding.raw, finding.record_id) == ("ocr-suspect", "МБОУ СЩ № 4", "s1")
    assert "МБОУ СШ № 4" in say(finding.message, "ru") and "40 %" in say(finding.message, "en")
