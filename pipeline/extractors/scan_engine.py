"""The recogniser behind one function: `words(picture, mode)` of the engine that `engine()` gives.

Tesseract 5 with Russian data, in the process through tesserocr; where that is not installed, through the
program `tesseract`. The data are Debian's (`tesseract-ocr-rus`) or those that TESSDATA_PREFIX names.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SourceError

Picture: TypeAlias = NDArray[np.uint8]
Mode: TypeAlias = Literal["page", "block", "line", "sparse"]

LANGUAGE = "rus"
_PSM = {"page": 4, "block": 6, "line": 7, "sparse": 11}  # page segmentation modes of Tesseract
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/5.00/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
STRANGE = "{}|\\^~`´‘’‚<>®©€£¥™"  # no Russian order has them; specks and the ends of rules do
_SECONDS = 120  # for one run of the program


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: box in pixels of the picture, the number of its line, confidence in percent."""

    text: str
    x0: int
    top: int
    x1: int
    bottom: int
    line: int
    score: float


Read: TypeAlias = Callable[[Picture, Mode, str], list[Word]]


def words(picture: Picture, mode: Mode, alphabet: str = "") -> list[Word]:
    """The words of a grey picture in reading order; `alphabet` restricts the characters.

    Raises SourceError (`scan.no-engine`, `scan.no-language`) with what to install.
    """
    if picture.size == 0:
        return []
    return engine()(picture, mode, alphabet)


def text_of(found: Sequence[Word]) -> str:
    """Words as text: lines joined with line breaks."""
    lines: dict[int, list[str]] = {}
    for word in found:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())


@cache
def engine() -> Read:
    """The recogniser of this process, started when it is first needed. Raises SourceError."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # two processes with one thread beat one with two
    try:
        import tesserocr
    except ImportError:
        return _program()
    return _library(tesserocr)


def data_folder() -> Path | None:
    """The folder with the language data, None if it is nowhere."""
    prefix = os.environ.get("TESSDATA_PREFIX", "")
    named = [prefix, f"{prefix}/tessdata"] if prefix else []
    for folder in (*named, *_FOLDERS):
        if (Path(folder) / f"{LANGUAGE}.traineddata").is_file():
            return Path(folder)
    return None


def _library(tesserocr: Any) -> Read:
    folder = data_folder()
    if folder is None:
        raise SourceError("scan.no-language")
    try:
        api = tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=LANGUAGE, oem=tesserocr.OEM.LSTM_ONLY)
    except RuntimeError as error:
        raise SourceError("scan.no-language") from error
    level = tesserocr.RIL

    def read(picture: Picture, mode: Mode, alphabet: str) -> list[Word]:
        height, width = picture.shape
        api.SetPageSegMode(_PSM[mode])
        api.SetVariable("tessedit_char_whitelist", alphabet)
        api.SetVariable("tessedit_char_blacklist", "" if alphabet else STRANGE)
        api.SetVariable("user_defined_dpi", "225")
        api.SetImageBytes(np.ascontiguousarray(picture).tobytes(), width, height, 1, width)
        api.Recognize()
        found: list[Word] = []
        line = -1
        iterator = api.GetIterator()
        if iterator is None:
            return found
        for item in tesserocr.iterate_level(iterator, level.WORD):
            if item.IsAtBeginningOf(level.TEXTLINE):
                line += 1
            try:
                text = item.GetUTF8Text(level.WORD)
            except RuntimeError:  # an area without text
                continue
            box = item.BoundingBox(level.WORD)
            if text and text.strip() and box is not None:
                x0, top, x1, bottom = box
                found.append(Word(text.strip(), x0, top, x1, bottom, line, item.Confidence(level.WORD)))
        return found

    return read


def _program() -> Read:
    program = shutil.which("tesseract")
    if program is None:
        raise SourceError("scan.no-engine")
    folder = data_folder()
    if folder is None:
        raise SourceError("scan.no-language")

    def read(picture: Picture, mode: Mode, alphabet: str) -> list[Word]:
        from PIL import Image

        with tempfile.TemporaryDirectory() as temporary:
            file = Path(temporary) / "page.png"
            Image.fromarray(picture).save(file, dpi=(225, 225))
            command = [program, str(file), "stdout", "-l", LANGUAGE, "--psm", str(_PSM[mode]), "--oem", "1"]
            command += ["--tessdata-dir", str(folder)]
            chars = f"whitelist={alphabet}" if alphabet else f"blacklist={STRANGE}"
            command += ["-c", f"tessedit_char_{chars}"]
            try:
                done = subprocess.run(
                    [*command, "tsv"], capture_output=True, text=True, timeout=_SECONDS, check=True
                )
            except (subprocess.SubprocessError, OSError) as error:
                raise SourceError("scan.engine-failed") from error
        return _from_tsv(done.stdout)

    return read


def _from_tsv(text: str) -> list[Word]:
    found: list[Word] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != "5" or not row["text"].strip():
            continue
        key = (row["block_num"], row["par_num"], row["line_num"])
        line = lines.setdefault(key, len(lines))
        x0, top = int(row["left"]), int(row["top"])
        x1, bottom = x0 + int(row["width"]), top + int(row["height"])
        found.append(Word(row["text"].strip(), x0, top, x1, bottom, line, float(row["conf"])))
    return found
