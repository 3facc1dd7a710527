"""Text in every encoding with what must come out, misread text, and invisible characters."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hostile_files.case import ORDER, Case

NARROW = ("cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5")
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
HOLDS = ("Коробецкая", "Кардымовск")
PLAIN = ORDER.replace("«", '"').replace("»", '"').replace("№", "N")
PROSE = (
    "В соответствии с планом работы утвердить перечень школ Кардымовского района и назначить ответственных.\n"
)
LIST = "".join(f"{i}. МБОУ Коробецкая СШ, Кардымовский район\n" for i in range(1, 9))


def texts_odd(rng: random.Random) -> Iterator[Case]:
    for encoding in (*NARROW, *WIDE, "utf-8", "utf-16", "utf-32", "utf-8-sig", "koi8-u", "maccyrillic"):
        for name, text in (
            ("prose", PROSE + "Коробецкая школа.\n"),
            ("list", LIST),
            ("upper", PLAIN.upper() + "Коробецкая, Кардымовский\n"),
            ("head-latin", "Order 657\n" * 40 + PLAIN),
        ):
            try:
                yield Case(f"{name}-{encoding}.txt", text.encode(encoding), "read", HOLDS)
            except UnicodeEncodeError:
                continue
    boms = (
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("utf-32-be", b"\0\0\xfe\xff"),
    )
    for encoding, bom in boms:
        yield Case(f"bom-{encoding}.txt", bom + ORDER.encode(encoding), "read", HOLDS)
        yield Case(f"odd-length-{encoding}.txt", bom + ORDER.encode(encoding) + b"\x34", "read", HOLDS)
        yield Case(f"bom-only-{encoding}.txt", bom, "refused", says="empty|blank|nothing")
        yield Case(
            f"surrogate-{encoding}.txt",
            bom + ORDER.encode(encoding) + "\ud800".encode(encoding, "surrogatepass"),
            "read",
            HOLDS,
        )
        yield Case(f"csv-{encoding}.csv", bom + PLAIN.replace("\t", ";").encode(encoding), "read", HOLDS)
    for encoding in NARROW:
        yield Case(f"csv-{encoding}.csv", PLAIN.replace("\t", ";").encode(encoding), "read", HOLDS)
        yield Case(f"bad-bom-{encoding}.txt", b"\xef\xbb\xbf" + PLAIN.encode(encoding), "read", HOLDS)
        yield Case(
            f"two-{encoding}.txt",
            PLAIN.encode() * 3 + PLAIN.replace("Коробецкая", "Знаменская").encode(encoding),
            "read",
            ("Коробецкая", "Знаменская"),
        )
        yield Case(
            f"boxes-{encoding}.txt",
            (
                "┌──┬──────────┐\n│№1│Коробецкая│\n└──┴──────────┘\n"
                if encoding in ("cp866", "koi8-r")
                else "|1|Коробецкая|\n"
            )
            .replace("№", "N")
            .encode(encoding)
            + PLAIN.encode(encoding),
            "read",
            HOLDS,
        )
    for wrong in ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac-cyrillic"):
        for right in ("utf-8", *NARROW):
            if wrong == right:
                continue
            garbled = PLAIN.encode(right).decode(wrong, "surrogateescape")
            if any("\ud800" <= c <= "\udfff" for c in garbled):
                continue
            certain = (wrong, right) not in {
                ("mac-cyrillic", "cp1251")
            }  # its small letters are the same: only capitals are wrong
            yield Case(
                f"misread-{right}-as-{wrong}.txt",
                garbled.encode(),
                "read" if certain else "either",
                HOLDS if certain else (),
            )
    twice = ORDER.encode().decode("latin-1").encode().decode("latin-1")
    yield Case("misread-twice-latin1.txt", twice.encode(), "read", HOLDS)
    once = PLAIN.encode().decode("cp1251", "ignore")
    yield Case("misread-lossy.txt", once.encode(), "read")
    twice = (
        PLAIN.replace("И", "")
        .replace("ш", "")
        .encode()
        .decode("cp1251", "ignore")
        .encode()
        .decode("cp1251", "ignore")
    )
    yield Case("misread-twice-1251.txt", twice.encode(), "read")
    yield Case("question-marks.txt", PLAIN.encode("ascii", "replace"), "read")
    yield Case("replacement.txt", "".join("\ufffd" if c > "\x7f" else c for c in PLAIN).encode(), "read")
    yield Case("entities.txt", "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in PLAIN).encode(), "read")
    yield Case(
        "percent.txt", "".join(f"%{b:02X}" if b > 127 else chr(b) for b in PLAIN.encode()).encode(), "read"
    )
    for form in ("NFD", "NFKD"):
        yield Case(
            f"{form}.txt", unicodedata.normalize(form, ORDER).encode(), "read", ("Кардымовск", "Тюшинская")
        )
    for name, mark in (
        ("zwsp", "\u200b"),
        ("zwj", "\u200d"),
        ("zwnj", "\u200c"),
        ("shy", "\u00ad"),
        ("wj", "\u2060"),
        ("bom", "\ufeff"),
        ("rlo", "\u202e"),
        ("lri", "\u2066"),
        ("vs", "\ufe0f"),
        ("tag", "\U000e0041"),
        ("cgj", "\u034f"),
        ("mvs", "\u180e"),
    ):
        yield Case(
            f"invisible-{name}.txt",
            ORDER.replace("ецк", f"ец{mark}к").replace("дым", f"ды{mark}м").encode(),
            "read",
        )
    for name, space in (
        ("nbsp", "\u00a0"),
        ("thin", "\u2009"),
        ("ideographic", "\u3000"),
        ("narrow", "\u202f"),
        ("nel", "\u0085"),
        ("ls", "\u2028"),
        ("ps", "\u2029"),
        ("vt", "\v"),
        ("ff", "\f"),
    ):
        yield Case(f"space-{name}.txt", ORDER.replace(" ", space).encode(), "read", HOLDS)
    latin = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")
    yield Case("latin-twins.txt", ORDER.translate(latin).encode(), "read")
    yield Case("combining.txt", ("а" + "\u0301" * 100_000 + ORDER).encode(), "read", HOLDS)
    yield Case("astral.txt", ("😀" * 50_000 + "\n" + ORDER).encode(), "read", HOLDS)
    yield Case("nul-tail.txt", ORDER.encode() + bytes(4000), "either", HOLDS)
    yield Case("nul-each.txt", b"\0".join(bytes([b]) for b in ORDER.encode()), "either")
    yield Case("ctrl-z.txt", PLAIN.encode("cp866") + b"\x1a" + bytes(126), "read", HOLDS)
    yield Case("overlong.txt", ORDER.encode() + b"\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80", "read", HOLDS)
    yield Case("crcrlf.txt", ORDER.replace("\n", "\r\r\n").encode(), "read", HOLDS)
    yield Case("lfcr.txt", ORDER.replace("\n", "\n\r").encode(), "read", HOLDS)
    yield Case("backspaces.txt", ORDER.replace("П", "П\bП").encode(), "read", HOLDS)
    yield Case("line-100m.txt", "слово ".encode() * (9 << 20), "either")
    yield Case("blank-100m.txt", b" " * (100 << 20), "refused", says="blank|nothing|empty")
    yield Case("zeros-100m.txt", bytes(100 << 20), "refused")
    yield Case("lines-blank.txt", b"\n" * 5_000_000 + ORDER.encode(), "read", HOLDS)
    yield Case("numbers.txt", "".join(f"{i}.{i % 7}\t{i * i}\n" for i in range(50_000)).encode(), "read")
    yield Case("yaml.txt", b"a: &a [*a,*a]\n" * 1000, "read")
    yield Case("json.txt", b"[" * 100_000, "read")
    yield Case("binary.txt", rng.randbytes(100_000), "refused")
    yield Case("binary-tail.txt", ORDER.encode() + rng.randbytes(50), "either", HOLDS)
    yield Case("binary-half.txt", ORDER.encode() + rng.randbytes(5000), "either")
    yield Case("over-512m.txt", None, "refused", says="source_bytes", make=_sparse)


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(ORDER.encode())
        stream.truncate(600 << 20)
