"""HTML, MHTML and e-mail."""
# ruff: noqa: E501  # markup of one file on one line is easier to read than broken

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.hostile_files.case import ORDER, WORDS, Case


def web(rng: random.Random) -> Iterator[Case]:
    def page(name: str, body: str, verdict: str = "read", head: str = '<meta charset="utf-8">') -> Case:
        return Case(
            f"{name}.html",
            f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(),
            verdict,
            (WORDS,) if verdict == "read" else (),
        )

    cell = f"<td>{WORDS}</td>"
    for value in ("1000000000", "-5", "abc", "65534"):
        yield page(
            f"colspan-{value}",
            f"<table><tr><td colspan={value}>а</td>{cell}</tr><tr><td>1</td><td>2</td></tr></table>",
        )
        yield page(
            f"rowspan-{value}", f"<table><tr><td rowspan={value}>а</td>{cell}</tr><tr><td>1</td></tr></table>"
        )
    yield page(
        "spans-many",
        "<table>" + "<tr>" + "<td colspan=1000 rowspan=1000>x</td>" * 500 + f"{cell}</tr></table>",
        "either",
    )
    yield page("deep-div", "<div>" * 100_000 + WORDS, "either")
    yield page("deep-table", "<table><tr><td>" * 3000 + WORDS, "either")
    yield page("unclosed", f"<table><tr><td>1<td>{WORDS}<tr><td>2<td>б")
    yield page("script", f"<script>{'x' * 1_000_000}</script><p>{WORDS}</p><script>")
    yield page("comment", f"<p>{WORDS}</p><!-- " + "-" * 1_000_000)
    yield page("attributes", f"<p {' '.join(f'a{i}=1' for i in range(50_000))}>{WORDS}</p>")
    yield page("long-attribute", f'<p title="{"x" * 5_000_000}">{WORDS}</p>')
    yield page("entities", f"<p>&#x110000;&#0;&#xD800;&#99999999999;&amp;&nosuch; {WORDS}</p>")
    yield page("rows", "<table>" + "<tr><td>1</td><td>2</td></tr>" * 60_000 + f"<tr>{cell}</tr></table>")
    yield page("paragraphs", "<p>а</p>" * 200_000 + f"<p>{WORDS}</p>")
    yield page("charset-lie", f"<p>{WORDS}</p>", head='<meta charset="koi8-r">')
    yield page("charset-unknown", f"<p>{WORDS}</p>", head='<meta charset="x-nonsense">')
    yield page(
        "remote",
        f'<img src="http://127.0.0.1:9/x"><link rel=stylesheet href="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe><p>{WORDS}</p>',
    )
    text = f"<html><body><p>{WORDS}. Утвердить перечень школ района.</p></body></html>"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866", "utf-8-sig"):
        yield Case(f"enc-{encoding}.html", text.encode(encoding), "read", (WORDS,))
    yield Case("nul.html", text.replace("п", "\0п").encode(), "either")
    yield Case(
        "xhtml.xhtml",
        (
            '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + text.replace("<p>", "<p>&e;")
        ).encode(),
        "either",
        lacks=("root:",),
    )
    mail = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    yield Case(
        "plain.eml", mail + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ORDER.encode(), "read"
    )
    yield Case(
        "deep.eml",
        mail
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(3000)
        )
        + b"\r\ntext",
        "either",
    )
    yield Case(
        "parts.eml",
        mail
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 5000
        + b"--b--",
        "either",
    )
    yield Case(
        "charset.eml", mail + b"Content-Type: text/plain; charset=nonsense\r\n\r\n" + ORDER.encode(), "either"
    )
    yield Case(
        "base64.eml",
        mail
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!====",
        "either",
    )
    yield Case(
        "page.mht",
        mail
        + b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        + text.encode()
        + b"\r\n--b--\r\n",
        "read",
        (WORDS,),
    )
