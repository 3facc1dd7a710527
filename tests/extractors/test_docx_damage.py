"""DOCX files that are damaged, forged or unusual: read as far as possible, or refused with a named reason."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from pipeline import messages
from pipeline.errors import SourceError
from pipeline.extractors import docx_package
from tests.extractors.word_files import W, p, part, read, rows, story, tbl, tc, tr, write


def reason(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    assert messages.say(caught.value.reason, "ru", **caught.value.args_)
    return caught.value.reason


def test_text_cut_off_in_the_middle_is_read_up_to_there_with_a_note(tmp_path: Path) -> None:
    whole = part(
        "document", f"<w:body>{p('целый')}{tbl(tr(tc('а'), tc('б')), tr(tc('в'), tc('г')))}</w:body>"
    )
    document = read(write(tmp_path / "a.docx", "", document=whole[: whole.index("г</w:t>")]))
    assert story(document)[0] == "целый"
    assert rows(document.grids[0])[0] == ["а", "б"]
    assert rows(document.grids[0])[1][0] == "в"
    assert [n.key for n in document.notes] == ["word.damaged-part"]


@pytest.mark.parametrize("kind", ["styles", "numbering", "footnotes", "settings", "comments"])
@pytest.mark.parametrize("content", ["", "<w:", "\x00\x01", "<a/>"])
def test_a_broken_part_beside_the_text_costs_only_itself(tmp_path: Path, kind: str, content: str) -> None:
    body = '<w:p><w:r><w:t>текст</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    document = read(write(tmp_path / "a.docx", body, **{kind: content}))
    assert story(document) == ["текст[1]"]


def test_relations_that_lead_nowhere_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", p("текст"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    del members["_rels/.rels"]
    members["word/_rels/document.xml.rels"] = (
        b'<Relationships xmlns="x"><Relationship Id="a" Type="x/styles" Target="../../../etc/passwd"/>'
        b'<Relationship Id="b" Type="x/numbering" TargetMode="External" Target="http://127.0.0.1/x"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    document = read(path)
    assert story(document) == ["текст"]
    assert [n.key for n in document.notes] == ["word.no-relations"]


def test_the_strict_dialect_is_read(tmp_path: Path) -> None:
    table = tbl(tr(tc("а", '<w:gridSpan w:val="2"/>')), tr(tc("б"), tc("в")))
    strict = part("document", f"<w:body>{table}</w:body>")
    strict = strict.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    grid = read(write(tmp_path / "a.docx", "", document=strict)).grids[0]
    assert rows(grid) == [["а"], ["б", "в"]]
    assert grid.cells[0].col_span == 2


def test_unusable_files_have_named_reasons(tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_text("просто текст", encoding="utf-8")
    (tmp_path / "ole.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "locked.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    (tmp_path / "empty.docx").write_bytes(b"")
    whole = write(tmp_path / "whole.docx", p("текст")).read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("a.txt", "а")
    write(tmp_path / "blank.docx", p() + tbl())
    write(tmp_path / "picture.docx", '<w:p><w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r></w:p>')
    write(tmp_path / "chunk.docx", '<w:altChunk r:id="x"/>')
    write(
        tmp_path / "entity.docx",
        "",
        document="<!DOCTYPE a [<!ENTITY b 'c'>]>" + part("document", "<w:body/>"),
    )
    write(tmp_path / "noise.docx", "", document="это не XML")
    found = {path.stem: reason(path) for path in sorted(tmp_path.iterdir()) if path.stem != "whole"}
    assert found == {
        "text": "word.not-zip", "ole": "word.not-zip", "locked": "word.encrypted", "empty": "word.not-zip",
        "cut": "word.damaged-zip", "other": "word.no-document", "blank": "word.empty",
        "picture": "word.only-pictures",
        "chunk": "word.only-embedded", "entity": "word.doctype", "noise": "word.damaged-document",
    }  # fmt: skip


def test_a_part_whose_bytes_are_damaged_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", p("начало") + "".join(p(f"абзац {i}") for i in range(30_000)))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("word/document.xml")
    middle = info.header_offset + info.compress_size // 2
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(data)
    document = read(path)
    assert document.blocks[0].text == "начало"
    assert "word.damaged-part" in [n.key for n in document.notes]


def test_too_many_cells_are_refused_by_the_limit(tmp_path: Path) -> None:
    row = tr(*(tc("x") for _ in range(60)))
    assert reason(write(tmp_path / "a.docx", tbl(*[row] * 17_000))) == "source.over-limit"


def test_very_deep_nesting_ends_in_a_result_or_a_reason(tmp_path: Path) -> None:
    for depth in (40, 80, 400):
        body = p("x")
        for _ in range(depth):
            body = tbl(tr(tc(body + p())))
        path = write(tmp_path / f"{depth}.docx", body)
        if depth == 400:  # deeper than libxml2 goes: what lies below would be lost
            assert reason(path) == "source.too-deep"
        else:
            assert len(read(path).grids) == depth


def test_xml_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", p("текст"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members["word/document.xml"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    members["word/document.xml"] = text.encode("utf-16")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert story(read(path)) == ["текст"]


def test_a_large_document_is_read_in_pieces_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = tbl(
        *(
            tr(tc(f"район {i}" if i % 3 == 0 else "", merge if i % 3 == 0 else more), tc(f"школа {i}"))
            for i in range(2500)
        ),
        tr(
            tc(tbl(tr(tc("внутри"))) + p("край")),
            tc("<w:p><w:ins w:id='1'><w:r><w:t>вставка</w:t></w:r></w:ins></w:p>"),
        ),
        widths=(1000, 2000),
    )
    control = f"<w:sdt><w:sdtContent>{p('в поле')}{table}</w:sdtContent></w:sdt>"
    path = write(
        tmp_path / "a.docx", p("первый") + table + p() + table + p("между") + control + p("последний")
    )
    whole = read(path)
    monkeypatch.setattr("pipeline.extractors.docx.STREAM_ABOVE", 0)
    assert read(path) == whole
    assert whole.grids[0].n_rows == 2501
    assert [g.continues for g in whole.grids if g.n_cols == 2] == [None, True, None]


def test_what_a_worker_runs_out_of_is_named_memory() -> None:
    error = docx_package.etree.XMLSyntaxError("unknown error", 0, 0, 0)
    with pytest.raises(MemoryError):
        docx_package.raise_if_memory(error)


def test_a_long_chain_of_styles_costs_no_time(tmp_path: Path) -> None:
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{i}"><w:basedOn w:val="s{i + 1}"/></w:style>'
        for i in range(5000)
    )
    start = time.process_time()
    assert story(read(write(tmp_path / "a.docx", p("текст"), styles=part("styles", chain)))) == ["текст"]
    assert time.process_time() - start < 5


def test_fields_that_never_end_cost_no_time_and_no_text(tmp_path: Path) -> None:
    sign = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    start = time.process_time()
    document = read(write(tmp_path / "a.docx", p("текст") + f"<w:p>{sign * 50_000}</w:p>"))
    assert story(document) == ["текст"]
    assert time.process_time() - start < 5


def test_text_behind_a_field_in_a_field_without_an_end_is_kept_and_told(tmp_path: Path) -> None:
    sign = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    inside = f"<w:p>{sign}{sign}<w:r><w:t>внутри</w:t></w:r></w:p>"
    document = read(write(tmp_path / "a.docx", inside + p("после") + tbl(tr(tc("ячейка")))))
    assert story(document) == ["внутри", "после", [["ячейка"]]]
    assert "word.fields" in [n.key for n in document.notes]
