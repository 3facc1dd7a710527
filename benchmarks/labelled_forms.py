"""The orders of `labelled_orders`, written in every form: are the datasets identical?

    python -m benchmarks.labelled_forms [--orders 40] [--seed 0] [--forms word html pdf …] [--show 3]

Text with tabs is what the others are held against. Orders of eight regions with plans and lists of many
layouts, sound and damaged; `word` is a DOCX as Word saves it after weeks of tracked work; what begins with
`office-` is made by LibreOffice; `mhtml`, `mail` and `archive` hold the order inside.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from benchmarks.labelled import writing
from benchmarks.labelled.forms import MAKERS, SUFFIXES
from benchmarks.labelled.word_forms import make_word
from benchmarks.labelled_orders import damaged
from benchmarks.order_forms import Rows, all_built


def make_archive(path: Path, pages: Sequence[writing.Page]) -> None:
    """A ZIP with the order as DOCX in a folder."""
    inner = path.with_suffix(".docx")
    make_word(inner, pages)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, f"Приказы/{inner.name}")
    inner.unlink()


def make_mail(path: Path, pages: Sequence[writing.Page]) -> None:
    """A mail with the order attached, a greeting, and a signature."""
    inner = path.with_suffix(".docx")
    make_word(inner, pages)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Приказ", "a@example.org", "b@example.org"
    mail.set_content("Добрый день!\nНаправляю приказ.\n--\nС уважением, Иванова И.И.\n")
    mail.add_attachment(
        inner.read_bytes(), maintype="application", subtype="octet-stream", filename=inner.name
    )
    path.write_bytes(mail.as_bytes())
    inner.unlink()


def make_mhtml(path: Path, pages: Sequence[writing.Page]) -> None:
    """A page that a browser saved whole."""
    inner = path.with_suffix(".html")
    MAKERS["html"](inner, pages)
    page = MIMEMultipart("related", type="text/html")
    page["Subject"] = "Приказ"
    page.attach(MIMEText(inner.read_text(encoding="utf-8"), "html", "utf-8"))
    path.write_bytes(page.as_bytes())
    inner.unlink()


_MAKERS = {
    **MAKERS, "word": make_word, "docm": make_word, "dotx": make_word, "archive": make_archive,
    "mail": make_mail, "mhtml": make_mhtml,
}  # fmt: skip
_SUFFIXES = {
    **SUFFIXES, "word": "docx", "docm": "docm", "dotx": "dotx", "archive": "zip", "mail": "eml",
    "mhtml": "mhtml",
}  # fmt: skip
_OFFICE = {  # form → what LibreOffice makes it of, and calls it
    "office-pdf": ("docx", "pdf"),
    "office-odt": ("docx", "odt"),
    "office-rtf": ("docx", "rtf"),
    "office-html": ("docx", "html"),
    "office-ods": ("sheet", "ods"),
    "office-xls": ("sheet", "xls"),
}
_HYPHEN = str.maketrans("\u2011", "-")  # Word's own, which raw texts keep


def compared(form: str, seeds: range, folder: Path) -> dict[int, list[str]]:
    """Seed → what differs between the order as text and in this form (at most a few lines)."""
    found = {}
    texts = built("text", seeds, folder)
    others = built(form, seeds, folder)
    for seed in seeds:
        a, b = _plain(texts[f"order{seed}"]), _plain(others.get(f"order{seed}", []))
        if a != b:
            found[seed] = list(_differences(a, b))
    return found


def built(form: str, seeds: range, folder: Path) -> Mapping[str, Rows]:
    """The rows of each order, by the stem of its file."""
    return all_built(sorted(_made(form, seeds, folder).iterdir()), folder)


def _made(form: str, seeds: range, folder: Path) -> Path:
    place = folder / form
    if form in _OFFICE:
        source, suffix = _OFFICE[form]
        files = [str(path) for path in sorted(_made(source, seeds, folder).iterdir())]
        command = ["soffice", "--headless", "--convert-to", suffix, "--outdir", str(place), *files]
        subprocess.run(command, check=True, capture_output=True)
        return place
    place.mkdir(exist_ok=True)
    for seed in seeds:
        pages = writing.written(damaged(seed, "docx")[0])
        _MAKERS[form](place / f"order{seed}.{_SUFFIXES.get(form, 'txt')}", pages)
    return place


def _differences(a: Rows, b: Rows) -> list[str]:
    told = []
    for name in dict.fromkeys(str(row["dataset"]) for row in (*a, *b)):
        mine, theirs = ([r for r in rows if r["dataset"] == name] for rows in (a, b))
        if len(mine) != len(theirs):
            told.append(f"{name}: {len(mine)} rows as text, {len(theirs)}")
            continue
        told += [
            f"{name} row {n}: {k}: {x[k]!r} as text, {y.get(k)!r}"
            for n, (x, y) in enumerate(zip(mine, theirs, strict=True), 1)
            for k in x
            if x[k] != y.get(k)
        ]
    return told


def _plain(rows: Rows) -> Rows:
    """The rows with plain hyphens."""
    return [json.loads(json.dumps(row, ensure_ascii=False).translate(_HYPHEN)) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--forms", nargs="+", default=["word", "html", "pdf", "sheet"], choices=[*_MAKERS, *_OFFICE]
    )
    parser.add_argument("--show", type=int, default=3)
    args = parser.parse_args()
    seeds = range(args.seed, args.seed + args.orders)
    bad = 0
    for form in args.forms:
        with tempfile.TemporaryDirectory() as name:
            different = compared(form, seeds, Path(name))
        print(f"{form:<10} {len(seeds) - len(different)}/{len(seeds)} identical", flush=True)
        for seed, lines in different.items():
            print(f"  seed {seed}:", *lines[: args.show], sep="\n    ")
        bad += len(different)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
