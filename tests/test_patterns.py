"""No regular expression of the program backtracks without bound: its time grows as the text does.

Every pattern that a run compiles (`patterns.py`) meets long runs of single characters, of pairs and of pieces
of the pattern itself, each with and without an end that spoils the match. Values are at most `value_chars`
long, so patterns of normalizers may be slower than linear on them, but not slow.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

from pipeline import limits

ROOT = Path(__file__).parent.parent
LONG = 6000  # characters: one whose time is the square of it takes a tenth of a second and more
SLOW = 0.06  # processor seconds from which a pattern is looked at again
LIMIT = 2.0  # seconds after which a measurement is given up: the square, or worse
GROWTH = 3.2  # times as long for twice the text: 2 is linear, 4 the square
ANYWHERE = {"search", "sub", "subn", "finditer", "findall", "split"}
VALUES = ("normalizers/", "pipeline/listed", "pipeline/toponyms", "pipeline/groups", "pipeline/place")
RUNS = [
    "а",
    "Я",
    "a",
    "A",
    "1",
    ".",
    ",",
    "-",
    "–",
    "«",
    "»",
    '"',
    "(",
    ")",
    "№",
    "_",
    "|",
    "/",
    ":",
    ";",
    "│",
    "─",
    "г",
    "о",
    "с",
    "0",
    "<",
    "!",
    "&",
    "#",
    "\\\\",
    "Ð",
    "Р",
    "â",
    "ё",
    "'",
    "а.",
    "а-",
    "А.",
    "и,",
    "г.",
    "1.",
    "1-",
    "1.1.",
    "Аа",
    "1а",
    "МБОУ",
    "<!---->",
    "<a>",
    "20.09.2020",
]
RUNS += [
    " ",
    "\n",
    "\t",
    "\u00a0",
    "\u0301",
    "а ",
    "1 ",
    "Аа ",
    "№ ",
    "\n ",
    " .",
    "СОШ № 1 ",
    "января ",
    "до ",
]
RUNS += ["с 1 по ", "Иванов И.И., ", "«а» ", "а\n", "1.\n"]


def test_no_pattern_takes_more_than_time_in_proportion() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.patterns"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert len(found) > 200
    assert [slow for pattern in found if (slow := _slow(pattern))] == []


def test_the_hunt_finds_what_it_hunts() -> None:
    for source in (r"\s+$", r"(?:1|11)+$", r".*x.*y.*z"):
        assert _slow({"engine": "re", "pattern": source, "bytes": False, "flags": 0, "where": "", "used": []})


def _slow(found: dict[str, Any]) -> tuple[str, str, str] | None:
    """Where a pattern stands, itself, and the run that it is slow on."""
    source = found["pattern"].encode("latin-1") if found["bytes"] else found["pattern"]
    engine = regex if found["engine"] == "regex" else re
    pattern = engine.compile(source, found["flags"])
    longest = limits.DEFAULT.value_chars if found["where"].startswith(VALUES) else LONG
    for unit in _units(found["pattern"]):
        for end in ("", "\n!x"):
            once = _seconds(pattern, unit, longest, end, found)
            if once < SLOW:
                continue
            if found["where"].startswith(VALUES) and once < 5 * SLOW:
                continue
            if once == float("inf"):
                return found["where"], found["pattern"], unit
            shorter = min(_seconds(pattern, unit, longest // 2, end, found) for _ in range(2))
            if once > GROWTH * shorter:
                return found["where"], found["pattern"], unit
    return None


def _units(pattern: str) -> Iterator[str]:
    plain = re.sub(r"\\p\{\w+\}|\\[a-zA-Z]|\(\?[<>=!:#a-zA-Z]*|\{[\d,]+\}", "\0", pattern)
    pieces = {piece for piece in re.findall(r"[\w .,–«»№-]+", plain) if len(piece) <= 20}
    yield from dict.fromkeys([*RUNS, *sorted(pieces, key=len)[-10:]])


def _seconds(pattern: Any, unit: str, longest: int, end: str, found: dict[str, Any]) -> float:
    """Processor seconds of all that the program does with the pattern (all there is, if that is unknown)."""
    text: Any = unit * (longest // len(unit)) + end
    if found["bytes"]:
        text = text.encode()
    used = set(found["used"]) & ANYWHERE | set(found["used"]) & {"match", "fullmatch"}
    options = {"timeout": LIMIT} if found["engine"] == "regex" else {}
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        if not used or used & ANYWHERE:
            for _ in pattern.finditer(text, **options):
                pass
        if not used or "match" in used:
            pattern.match(text, **options)
        if not used or "fullmatch" in used:
            pattern.fullmatch(text, **options)
    except TimeoutError:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - started


def _stop(number: int, frame: object) -> None:
    raise TimeoutError


@pytest.fixture(autouse=True)
def _alarm() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _stop)
    yield
    signal.signal(signal.SIGVTALRM, before)
