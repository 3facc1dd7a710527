"""A long list of schools, built whole: processor time, wall time, and memory of parent and worker.

    python -m benchmarks.list_speed [--rows 10000] [--form docx|text] [--unknown] [--seed 1]

The list is made up (`schools_generator`): groups of 25 schools, a district each, five partners a group, every
name new, a small share of them damaged. `--unknown` gives the table heads that no profile knows. One process
of its own is timed, imports included: user + system time with its workers, wall time, and the peak of the
resident memory of each process.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import docx

from benchmarks import schools_generator as generator

ROOT = Path(__file__).parent.parent
HEADS = ("№ п/п", "Муниципалитет", "Школа группы риска", "Школа-партнер")
OTHER = ("Код", "Участок", "Показатель", "Значение")
BEFORE = (
    "ДЕПАРТАМЕНТ СМОЛЕНСКОЙ ОБЛАСТИ ПО ОБРАЗОВАНИЮ И НАУКЕ",
    "ПРИКАЗ",
    "от 01.02.2022 № 17-ОД",
    "О списке школ",
    "Начальник И.П. Сергеев",
    "Приложение № 1",
    "к приказу от 01.02.2022 № 17-ОД",
    "Перечень стажировочных площадок",
)
_GROUP = 25
_PARTNERS = 5
_DAMAGED = 0.02


def rows(count: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """The rows of the list: number and name of the group in its first row, school, partner."""
    rng = random.Random(seed)
    seen: set[str] = set()

    def school() -> str:
        while True:
            name = generator.a_school(rng).canonical()
            if name not in seen:
                seen.add(name)
                return name.replace("н", "п", 1) if rng.random() < _DAMAGED else name

    partners: list[str] = []
    for r in range(count):
        first = r % _GROUP == 0
        if first:
            partners = [school() for _ in range(_PARTNERS)]
        group = f"{generator.invent(rng).removesuffix('о')}ский район" if first else ""
        yield (str(r // _GROUP + 1) if first else "", group, school(), rng.choice(partners))


def make(path: Path, count: int, *, seed: int = 1, known: bool = True) -> None:
    """The order as a DOCX, or as text with tabs where `path` ends in `.txt`."""
    heads = HEADS if known else OTHER
    if path.suffix == ".txt":
        lines = [*BEFORE, "\t".join(heads), *("\t".join(row) for row in rows(count, seed))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    with zipfile.ZipFile(buffer) as template, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in template.namelist():
            if name != "word/document.xml":
                made.writestr(name, template.read(name))
                continue
            head, body, tail = template.read(name).decode().partition("<w:body>")
            with made.open(name, "w") as stream:
                stream.write(f"{head}{body}".encode())
                stream.write("".join(_paragraph(text) for text in BEFORE).encode())
                stream.write(f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * 4}</w:tblGrid>".encode())
                for row in (heads, *rows(count, seed)):
                    cells = "".join(f"<w:tc><w:tcPr/>{_paragraph(text)}</w:tc>" for text in row)
                    stream.write(f"<w:tr>{cells}</w:tr>".encode())
                stream.write(f"</w:tbl>{tail}".encode())


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


class Peaks(threading.Thread):
    """Watches the resident memory of a process and its children (Linux): the largest of each, in MiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.parent, self.child, self.total = pid, 0.0, 0.0, 0.0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.02):
            own = _resident(self.pid)
            children = [_resident(pid) for pid in _children(self.pid)]
            self.parent, self.child = max(self.parent, own), max(self.child, *children, 0.0)
            self.total = max(self.total, own + sum(children))


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
    except (OSError, IndexError):
        return 0.0


def measure(path: Path, folder: Path) -> tuple[float, float, Peaks, str]:
    """CPU seconds, wall seconds, memory and what was said, of one whole build."""
    command = (sys.executable, "-m", "pipeline", "build", str(path))
    where = ("--out", str(folder / "normalized"), "--reports", str(folder / "reports"), "--force")
    before, started = os.times(), time.monotonic()
    with subprocess.Popen(
        [*command, *where],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        peaks = Peaks(process.pid)
        peaks.start()
        said = process.communicate()[1]
    peaks.over.set()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.monotonic() - started, peaks, said


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--form", choices=("docx", "text"), default="docx")
    parser.add_argument("--unknown", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / ("list.txt" if options.form == "text" else "list.docx")
        make(path, options.rows, seed=options.seed, known=not options.unknown)
        used, wall, peaks, said = measure(path, Path(name))
        size = sum(f.stat().st_size for f in Path(name).glob("[nr]*/**/*") if f.is_file()) / 2**20
    kind = "unknown" if options.unknown else "known"
    print(f"{options.rows} {kind} rows, {options.form}: {used:.1f} CPU s, {wall:.1f} s wall")
    print(f"  MiB: parent {peaks.parent:.0f}, worker {peaks.child:.0f}, in all {peaks.total:.0f};", end=" ")
    print(f"{size:.0f} written")
    print(f"  {said.strip().splitlines()[-1] if said.strip() else ''}")


if __name__ == "__main__":
    main()
