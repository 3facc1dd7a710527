"""ODT, RTF and the old Word format."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case
from benchmarks.hostile_files.make import (
    odt_file,
    rtf_file,
)


def office(rng: random.Random) -> Iterator[Case]:
    text = f"<text:p>{WORDS}</text:p>"
    huge = "2147483647"

    def odt(name: str, body: str, verdict: str = "read") -> Case:
        return Case(f"{name}.odt", odt_file(body), verdict, (WORDS,) if verdict == "read" else ())

    yield odt("plain", text)
    yield odt("spaces-many", f'{text}<text:p>а<text:s text:c="{huge}"/>б</text:p>')
    yield odt(
        "repeated",
        f'<table:table><table:table-row table:number-rows-repeated="{huge}"><table:table-cell table:number-columns-repeated="{huge}">{text}</table:table-cell></table:table-row></table:table>',
        "either",
    )
    yield odt(
        "spanned",
        f'<table:table><table:table-row><table:table-cell table:number-columns-spanned="{huge}" table:number-rows-spanned="{huge}">{text}</table:table-cell></table:table-row></table:table>',
    )
    yield odt("deep", "<text:section>" * 3000 + text + "</text:section>" * 3000, "refused")
    yield odt(
        "tracked",
        f"<text:tracked-changes><text:changed-region><text:deletion><text:p>удалено</text:p></text:deletion></text:changed-region></text:tracked-changes>{text}",
    )
    yield Case(
        "doctype.odt",
        odt_file('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        "refused",
        lacks=("root:",),
        says="DOCTYPE",
    )
    yield Case(
        "encrypted.odt",
        odt_file(text, manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
        "refused",
        says="password",
    )
    yield Case(
        "rows.ods",
        odt_file(
            f'<table:table table:name="a"><table:table-row><table:table-cell>{text}</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        "read",
        (WORDS,),
    )
    yield Case(
        "rows-full.ods",
        odt_file(
            f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">{text}</table:table-cell></table:table-row></table:table>',
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
    )
    good = rtf_file(ORDER)
    yield Case("plain.rtf", good, "read", ("Коробецкая",))
    yield Case("rtf-as.doc", good, "read", ("Коробецкая",))
    for depth in (1000, 1_000_000):
        yield Case(f"deep-{depth}.rtf", b"{\\rtf1 " + b"{" * depth + b"x" + b"}" * depth + b"}")
    yield Case("unclosed.rtf", b"{\\rtf1\\ansi\\ansicpg1251 " + "Приказ района".encode("cp1251"), "either")
    yield Case("bin.rtf", b"{\\rtf1 {\\bin2147483647 xx} text of the order}", "either")
    yield Case(
        "cells.rtf",
        b"{\\rtf1 " + b"\\trowd\\cellx100\\cellx200 a\\intbl\\cell b\\cell\\row\n" * 30_000 + b"}",
        "read",
    )
    yield Case("cellx.rtf", b"{\\rtf1 \\trowd" + b"\\cellx100" * 100_000 + b" a\\intbl\\cell\\row}")
    yield Case("unicode.rtf", b"{\\rtf1\\uc2147483647 \\u-99999999999 \\u1055?text words here}")
    yield Case("controls.rtf", b"{\\rtf1 " + b"\\b0\\i1" * 500_000 + b" text words}")
    yield Case("hex.rtf", b"{\\rtf1{\\object{\\*\\objdata " + b"41" * 2_000_000 + b"}}text words}")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield Case("ole-head.doc", ole, "refused")
    yield Case("ole-zeros.doc", ole + bytes(4096), "refused")
    yield Case("ole-noise.doc", ole + rng.randbytes(20_000), "refused")
    yield Case("ole-loop.doc", _ole_loop(), "refused")


def _ole_loop() -> bytes:
    """A compound file whose directory chain goes round in a circle."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 1, *[0xFFFFFFFF] * 126)
    return bytes(head) + fat + bytes(512)
