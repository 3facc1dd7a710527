"""Plain text in every encoding, misread, and made of one thing over and over."""
# markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, Case


def texts(rng: random.Random) -> Iterator[Case]:
    holds = ("Коробецкая", "Кардымовск")
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "cp1251",
        "koi8-r",
        "cp866",
        "mac-cyrillic",
    ):
        data = (
            ORDER.replace("«", '"')
            .replace("»", '"')
            .replace("№", "N" if encoding == "koi8-r" else "№")
            .encode(encoding)
        )
        yield Case(f"enc-{encoding}.txt", data, "read", holds)
        yield Case(
            f"enc-short-{encoding}.txt",
            "Приказ № 5 о школах района".replace("№", "N").encode(encoding),
            "read",
            ("школах района",),
        )
        yield Case(
            f"enc-crlf-{encoding}.txt",
            ORDER.replace("«", '"')
            .replace("»", '"')
            .replace("№", "N")
            .replace("\n", "\r\n")
            .encode(encoding),
            "read",
            holds,
        )
    for seen in ("cp1251", "latin-1", "cp866", "koi8-r"):
        garbled = ORDER.encode("utf-8").decode(seen, "replace")
        if "\ufffd" not in garbled:
            yield Case(f"mojibake-{seen}.txt", garbled.encode("utf-8"), "read")
    yield Case(
        "mojibake-1251-as-latin1.txt", ORDER.encode("cp1251").decode("latin-1").encode("utf-8"), "read"
    )
    yield Case("mojibake-1251-as-koi8.txt", ORDER.encode("cp1251").decode("koi8-r").encode("utf-8"), "read")
    yield Case("nfd.txt", unicodedata.normalize("NFD", ORDER).encode(), "read", ("Кардымовск",))
    odd = ORDER.replace("о", "о\u200b").replace("Школа", "Шко\u00adла").replace("район", "\u202eрайон\u202c")
    yield Case("zero-width.txt", odd.encode(), "read")
    yield Case(
        "one-bad-byte.txt", ORDER.encode()[:300] + b"\xff" + ORDER.encode()[300:], "read", ("Коробецкая",)
    )
    yield Case("cut-utf8.txt", ORDER.encode()[:-1].rstrip(b"\n") + "я".encode()[:1], "read", ("Коробецкая",))
    yield Case(
        "latin.txt", b"Order of the department, nothing here is Russian, and there is no table.", "read"
    )
    yield Case("cr.txt", ORDER.replace("\n", "\r").encode(), "read", ("Коробецкая",))
    yield Case(
        "mixed-ends.txt",
        ORDER.replace("\n", "\r\n", 5).replace("\nот", "\rот").encode(),
        "read",
        ("Коробецкая",),
    )
    yield Case("nuls.txt", ORDER.replace("школ", "шк\0ол").encode(), "either")
    yield Case(
        "ansi.txt", ORDER.replace("ПРИКАЗ", "\x1b[31mПРИКАЗ\x1b[0m\x07").encode(), "read", ("Коробецкая",)
    )
    yield Case("formfeed.txt", ORDER.replace("\n\n", "\n\f\n").encode(), "read", ("Коробецкая",))
    yield Case("bom-inside.txt", ORDER.replace("район", "\ufeffрайон").encode(), "read")
    yield Case("surrogates.txt", ORDER.encode() + b"\xed\xa0\x80\xed\xb0\x80", "either")
    yield Case("controls.txt", bytes(range(1, 32)) * 100)
    yield Case("mixed-encodings.txt", ORDER.encode() + ORDER.encode("cp1251"), "either")
    long = "слово " * 3_000_000
    yield Case("one-line.txt", long.encode(), "either")
    yield Case("one-word.txt", ("щ" * 5_000_000).encode(), "either")
    yield Case("lines.txt", ("строка приказа\n" * 100_000).encode(), "read")
    yield Case("lines-1m.txt", ("а\n" * 1_000_000).encode(), "either")
    yield Case("tabs.txt", ("а" + "\t" * 200_000 + "б\n").encode(), "either")
    yield Case(
        "tab-table.txt",
        "".join(f"{i}\tшкола {i}\tпартнёр\n" for i in range(30_000)).encode(),
        "read",
        ("школа 29999",),
    )
    for mark in (
        "|",
        "│",
        "-",
        "=",
        "+",
        ".",
        " ",
        "_",
        "«",
        "(",
        "№",
        "1.",
        "\u00a0",
        "…",
        "а-",
        "и,",
        '"',
        "'",
        ";",
        "/",
        "\\",
        "2020",
        "МБОУ ",
        "г. ",
        "«»",
        "до ",
        "с 1 по ",
    ):
        yield Case(
            f"run-{ord(mark[0])}-{len(mark)}.txt",
            (ORDER + mark * (200_000 // len(mark)) + "\nконец\n").encode(),
            "either",
        )
    boxes = "┌" + "─" * 40 + "┬" + "─" * 40 + "┐\n" + ("│" + "а" * 40 + "│" + "б" * 40 + "│\n") * 5000
    yield Case("boxes.txt", boxes.encode(), "either")
    yield Case(
        "boxes-ragged.txt",
        "".join("│" * (i % 70) + "─" * (i % 33) + "┼\n" for i in range(20_000)).encode(),
        "either",
    )
    yield Case(
        "columns.txt",
        "".join(
            "  ".join("слово"[: 1 + (i * j) % 5] for j in range(30)) + "\n" for i in range(20_000)
        ).encode(),
        "either",
    )
    yield Case("csv.csv", ('"№";"Школа"\n' + '1;"=cmd()"\n' * 20_000).encode("cp1251"), "read")
    yield Case("csv-quote.csv", ('"a,b\n' * 100_000).encode(), "either")
    yield Case("pipes.md", ("|a|" * 20_000 + "\n|-|-|\n" + "|b|c|\n" * 2000).encode(), "either")
