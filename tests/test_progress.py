"""Long scans show their pages on a terminal, in the reader's language; a file or a pipe gets no progress."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

_COMMAND = [sys.executable, "-m", "pipeline", "extract"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TIFF of three pages without a letter, so that nothing is recognised."""
    page = Image.new("1", (850, 1100), 1)
    ImageDraw.Draw(page).line((100, 100, 700, 100))
    path = tmp_path_factory.mktemp("pages") / "order.tif"
    page.save(path, save_all=True, append_images=[page, page], dpi=(100, 100), compression="group4")
    return path


def _on_terminal(*args: str) -> str:
    """What the program shows on stderr if that is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*_COMMAND, *args], stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "COLUMNS": "60"}
    ):
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how a terminal ends on Linux
            pass
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(("lang", "last"), [("en", "page 3 of 3"), ("ru", "страница 3 из 3")])
def test_a_terminal_shows_the_page(pages: Path, lang: str, last: str) -> None:
    shown = _on_terminal(str(pages), "--lang", lang)
    assert f"order.tif: {last}" in shown
    assert shown.endswith("\r\x1b[2K"), "the line is cleared at the end"


def test_a_pipe_gets_no_progress(pages: Path) -> None:
    done = subprocess.run([*_COMMAND, str(pages)], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_long_name_never_breaks_the_line(tmp_path: Path, pages: Path) -> None:
    long = tmp_path / f"{'приказ ' * 15}.tif"
    long.write_bytes(pages.read_bytes())
    lines = _on_terminal(str(long)).split("\r\x1b[2K")
    assert any(line.endswith(".tif: page 3 of 3") for line in lines)
    assert max(map(len, lines)) < 60
