"""Coverage-guided fuzzing of the readers (atheris, libFuzzer).

    python -m benchmarks.fuzz docx|pdf|text [FOLDER] [-runs=N] [-max_total_time=S] [any option of libFuzzer]

An input must be read or refused with a SourceError; any other exception, a crash or 15 s without an end is a
find, which libFuzzer keeps as `crash-…` in the working directory. FOLDER holds inputs to start from and takes
those that reach new code; small whole documents are always put there first. For DOCX the input is the XML of
the body, packed by the target: mutated ZIP bytes would stop at the CRC.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline"]):
    from pipeline import sniff, tables
    from pipeline.errors import SourceError
    from pipeline.extractors import docx, extractor, pdf, text  # noqa: F401  # instrumented now
    from pipeline.sniff_text import sniff_text  # noqa: F401  # loaded before the fuzzer instruments

from benchmarks import hostile_files as files
from tests.extractors import word_files as w


def target(form: str, folder: Path) -> Callable[[bytes], None]:
    """The function that reads one input as a file of the format."""
    path = folder / f"input.{'txt' if form == 'text' else form}"

    def one(data: bytes) -> None:
        if form == "docx":
            content = data.decode("utf-8", "replace")
            w.write(path, "", document=w.part("document", f"<w:body>{content}</w:body>"))
        else:
            path.write_bytes(data)
        try:
            source = sniff.sniff(path, path.name)
            tables.assemble(extractor(source.format)(path, source))
        except SourceError:
            return

    return one


def seeds(form: str) -> list[bytes]:
    """Small inputs that reach much of a reader."""
    if form == "docx":
        row = w.tr(w.tc("1"), w.tc("Школа", properties='<w:gridSpan w:val="2"/><w:vMerge/>'))
        return [
            (w.p("Приказ") + w.tbl(row, row, widths=(10, 20, 30))).encode(),
            f"<w:p><w:ins><w:r><w:t>а</w:t><w:tab/><w:br/></w:r></w:ins></w:p><w:sdt><w:sdtContent>{row}"
            "</w:sdtContent></w:sdt>".encode(),
        ]
    if form == "pdf":
        return [files.whole("pdf"), files.pdf_file(), files.pdf_file(b"10 10 m 90 10 l S 10 10 80 50 re S")]
    return [files.ORDER.encode(), files.ORDER.encode("cp1251", "replace"), "│ а │ б │\n├───┼───┤\n".encode()]


def main() -> None:
    form, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        if not options or options[0].startswith("-"):
            options.insert(0, str(Path(scratch) / "corpus"))
        corpus = Path(options[0])
        corpus.mkdir(parents=True, exist_ok=True)
        for n, seed in enumerate(seeds(form)):
            (corpus / f"seed{n}").write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], *options, "-timeout=15", "-rss_limit_mb=2048"], target(form, Path(scratch))
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
