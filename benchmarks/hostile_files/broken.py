"""Every format cut off, with flipped bits, with a hole, with a tail."""
# markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import (
    flipped,
    odt_file,
    png_file,
    rtf_file,
    whole,
    xlsx_file,
)


def broken(rng: random.Random) -> Iterator[Case]:
    """Every format cut off, with flipped bits, with a hole, with a tail."""
    made = {
        "docx": whole("docx"),
        "pdf": whole("pdf"),
        "html": whole("html"),
        "xlsx": xlsx_file([["№", "Школа"], ["1", WORDS]]),
        "odt": odt_file(f"<text:p>{WORDS}</text:p>"),
        "rtf": rtf_file(ORDER),
        "txt": ORDER.encode(),
        "png": png_file(40, 30),
    }
    for form, data in made.items():
        for i, share in enumerate((0.02, 0.2, 0.5, 0.8, 0.97)):
            yield Case(f"cut{i}.{form}", data[: max(1, int(len(data) * share))])
        for n in (1, 1, 3, 10, 50, 200):
            yield Case(f"flip{n}-{rng.randrange(10**6)}.{form}", flipped(data, rng, n))
        at = len(data) // 3
        yield Case(f"hole.{form}", data[:at] + bytes(min(512, len(data) // 4)) + data[at + 512 :])
        yield Case(f"tail.{form}", data + b"\0" * 300 + b"garbage")
        yield Case(f"noise-head.{form}", rng.randbytes(64) + data)
