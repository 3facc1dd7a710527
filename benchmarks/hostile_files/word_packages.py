"""DOCX packages as other programs write them."""
# markup of one file on one line is easier to read than broken

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from benchmarks.hostile_files.case import WORDS, Case
from benchmarks.hostile_files.make import changed, docx_file, with_part, zipped
from benchmarks.hostile_files.word_rows import HEAD, ROW, SCHOOL
from tests.extractors import word_files as w


def packages() -> Iterator[Case]:
    """Packages that are put together otherwise than usual."""
    good = docx_file(w.p(WORDS) + w.tbl(HEAD, ROW))
    holds = (WORDS, SCHOOL)
    xml = _member(good, "word/document.xml").decode()
    types, rels = _member(good, "[Content_Types].xml").decode(), _member(good, "_rels/.rels").decode()

    def case(name: str, data: bytes, verdict: str = "read", says: str = "") -> Case:
        return Case(f"{name}.docx", data, verdict, holds if verdict == "read" else (), says=says)

    for target in (
        "word/document2.xml",
        "/word/document2.xml",
        "word/Document2.XML",
        "x/../word/document2.xml",
    ):
        moved = {
            "[Content_Types].xml": types.replace("/word/document.xml", "/word/document2.xml"),
            "_rels/.rels": rels.replace("word/document.xml", target),
            "word/document2.xml": xml,
        }
        yield case(
            f"renamed-{target.replace('/', '_').replace('.', '_')}",
            zipped(dict(moved)),
            "either" if "XML" in target else "read",
        )
    yield case("rels-broken", changed(good, rels="<Relationships"))
    yield case("types-broken", changed(good, types="<Types"))
    yield case("types-wrong", changed(good, types=types.replace("document.main+xml", "nonsense")))
    for kind, content in (
        ("docm", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ("dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        ("dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    ):
        data = with_part(
            changed(
                good,
                types=types.replace(
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    content,
                ),
            ),
            "word/vbaProject.bin",
            b"\xd0\xcf\x11\xe0" + bytes(600),
        )
        yield Case(f"macros.{kind}", data, "read", holds)
    yield case("no-declaration", changed(good, word__document=xml.split("?>", 1)[1]))
    yield case("bom", changed(good, word__document="\ufeff" + xml))
    for encoding in ("utf-16-le", "utf-16-be"):
        declared = xml.replace("UTF-8", "UTF-16")
        bom = b"\xff\xfe" if encoding.endswith("le") else b"\xfe\xff"
        yield case(f"part-{encoding}", changed(good, word__document=bom + declared.encode(encoding)))
    yield case(
        "part-lies-utf16", changed(good, word__document=xml.replace("UTF-8", "UTF-16").encode()), "either"
    )
    yield case(
        "all-utf16",
        changed(
            good,
            word__document=b"\xff\xfe" + xml.replace("UTF-8", "UTF-16").encode("utf-16-le"),
            types=b"\xff\xfe" + types.encode("utf-16-le"),
            rels=b"\xff\xfe" + rels.encode("utf-16-le"),
        ),
        "either",
    )
    strict = xml.replace(w.W, "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
        w.REL, "http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    yield case(
        "strict-whole",
        changed(
            good,
            word__document=strict,
            rels=rels.replace(w.REL, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
        ),
    )
    yield case(
        "prefixes",
        changed(
            good,
            word__document=xml.replace("<w:", "<ns0:")
            .replace("</w:", "</ns0:")
            .replace("xmlns:w=", "xmlns:ns0=")
            .replace(" w:", " ns0:"),
        ),
    )
    default = xml.replace("<w:", "<").replace("</w:", "</").replace("xmlns:w=", "xmlns=").replace(" w:", " ")
    yield case("default-namespace", changed(good, word__document=default), "either")
    yield case("slashes", _renamed(good, lambda n: n.replace("/", "\\")), "either")
    yield case("upper-case", _renamed(good, lambda n: n.replace("word/document", "WORD/Document")), "either")
    yield case("stored", zipped({n: _member(good, n) for n in _names(good)}, zipfile.ZIP_STORED))
    yield case("types-last", zipped({n: _member(good, n) for n in reversed(_names(good))}))
    yield case("folder-entries", with_part(with_part(good, "word/", b""), "_rels/", b""))
    yield case("junk-before", b"\0" * 300 + good, "either")
    yield case("mime-before", b"Content-Type: application/octet-stream\r\n\r\n" + good, "either")
    yield case("junk-after", good + b"\0" * 4000)
    yield case("newline-after", good + b"\r\n")
    yield case("comment", _comment(good, b"x" * 65_000))
    yield case("streamed", _streamed(good))
    yield case(
        "thumbs",
        with_part(
            with_part(good, "docProps/thumbnail.jpeg", b"\xff\xd8broken"), "word/media/image1.emf", b"?" * 900
        ),
    )
    yield case("flat-opc", _flat(good), "either")
    inner = docx_file(w.p("Вложенный документ"))
    yield case(
        "embedded",
        with_part(
            with_part(good, "word/embeddings/a.docx", inner), "word/embeddings/oleObject1.bin", bytes(999)
        ),
    )
    for n in range(1, 40):
        share = n / 40
        yield Case(
            f"truncated-{n:02}.docx",
            good[: int(len(good) * share)],
            "refused",
            says="cut off|damaged|broken|truncated|end",
        )


def _member(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as container:
        return container.read(name)


def _names(package: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as container:
        return container.namelist()


def _renamed(package: bytes, rename: object) -> bytes:
    assert callable(rename)
    data = bytearray(zipped({rename(n): _member(package, n) for n in _names(package)}))
    return bytes(data)


def _comment(package: bytes, comment: bytes) -> bytes:
    stream = io.BytesIO(package)
    with zipfile.ZipFile(stream, "a") as container:
        container.comment = comment
    return stream.getvalue()


def _streamed(package: bytes) -> bytes:
    """With data descriptors after the members, as programs write that cannot seek."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]  # the buffer protocol has no type before 3.12
            return len(bytes(data))  # type: ignore[call-overload]  # the buffer protocol has no type before 3.12

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as container:
        for name in _names(package):
            container.writestr(name, _member(package, name))
    return bytes(pipe.data)


def _flat(package: bytes) -> bytes:
    """The package as one XML file (Word's «XML document»)."""
    xml = _member(package, "word/document.xml").decode().split("?>", 1)[1]
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part></pkg:package>'
    ).encode()
