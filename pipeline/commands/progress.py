"""What is being read, as one line on a terminal; nothing where messages go to a file or a pipe."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from pipeline.safe import printable

if TYPE_CHECKING:
    from pipeline.run import Progress

_AGAIN = "\r\x1b[2K"  # to the beginning of the line, and the line empty


def show_progress(lang: str) -> Progress | None:
    """Shows the source that is being read, and of a scan the page; None if nobody would see it."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int, name: str, pages: tuple[int, int] | None = None) -> None:
        click.echo(_AGAIN + _line(done, total, name, pages, lang), err=True, nl=False)

    return show


def clear_progress() -> None:
    """The line is made empty for what is said next."""
    if sys.stderr.isatty():
        click.echo(_AGAIN, err=True, nl=False)


def _line(done: int, total: int, name: str, pages: tuple[int, int] | None, lang: str) -> str:
    """One line, never wider than the terminal: what is too long loses the beginning of the name."""
    head = f"[{done + 1}/{total}] " if total > 1 else ""
    tail = f": {page_of(pages, lang)}" if pages is not None else ""
    name = printable(name)
    room = max(shutil.get_terminal_size().columns - 1 - len(head) - len(tail), 1)
    return head + (name if len(name) <= room else "…" + name[len(name) - room + 1 :]) + tail


def page_of(pages: tuple[int, int], lang: str) -> str:
    """«page 3 of 12»."""
    from pipeline.messages import say

    return say("cli.page", lang, page=pages[0], count=pages[1])
