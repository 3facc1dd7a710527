"""The same sources give the same bytes, whatever the locale, time zone, number of jobs and hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forms, orders

ROOT = Path(__file__).parent.parent
PLACES = [
    {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1", "jobs": "1"},
    {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "jobs": "3"},
    {"LC_ALL": "ru_RU.KOI8-R", "TZ": "America/St_Johns", "PYTHONHASHSEED": "7", "jobs": "2"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR", "TZ": ":", "PYTHONIOENCODING": "ascii", "jobs": "2"},
]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders in all forms, two bad sources and a table that no profile knows."""
    folder = tmp_path_factory.mktemp("same") / "raw"
    folder.mkdir()
    for seed, form in enumerate(("docx", "pdf", "html", "text")):
        getattr(forms, f"make_{form}")(folder / f"приказ {seed}.{form}", orders.generate(seed)[0])
    (folder / "пусто.docx").write_bytes(b"")
    (folder / "битый.pdf").write_bytes(b"%PDF-1.4\n" + bytes(100))
    (folder / "список.csv").write_text("Цвет;Вес\n" + "синий;=1+1\n" * 5, encoding="cp1251")
    return folder


def built(raw: Path, to: Path, place: dict[str, str]) -> dict[str, bytes]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **place}
    names = ("--out", to / "normalized", "--reports", to / "reports", "--jobs", variables.pop("jobs"))
    command = [sys.executable, "-m", "pipeline", "build", str(raw), *map(str, names)]
    done = subprocess.run(command, env=variables, cwd=to, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    return {p.relative_to(to).as_posix(): p.read_bytes() for p in sorted(to.rglob("*")) if p.is_file()}


def test_outputs_are_the_same_bytes_everywhere(raw: Path, tmp_path: Path) -> None:
    results = []
    for n, place in enumerate(PLACES):
        folder = tmp_path / str(n)
        folder.mkdir()
        found = built(raw, folder, place)
        results.append({k: v for k, v in found.items() if k.startswith(("normalized/", "reports/"))})
    first = results[0]
    assert len(first) > 20
    for other, place in zip(results[1:], PLACES[1:], strict=True):
        assert other.keys() == first.keys()
        assert [name for name in first if other[name] != first[name]] == [], place


def test_what_is_committed_is_what_a_build_gives(tmp_path: Path) -> None:
    """`normalized/` and `reports/` are made by the program: deleting them and building gives them back."""
    folders = ("normalized", "reports")
    targets = [
        str(x) for name in folders for x in (f"--{'out' if name == 'normalized' else name}", tmp_path / name)
    ]
    command = [sys.executable, "-m", "pipeline", "build", "--force", *targets]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in folders:
        made = {p.relative_to(tmp_path) for p in (tmp_path / name).rglob("*") if p.is_file()}
        kept = {
            p.relative_to(ROOT)
            for p in (ROOT / name).rglob("*")
            if p.is_file() and not p.name.startswith("changes.")
        }
        assert made == kept
        different = [str(p) for p in sorted(made) if (tmp_path / p).read_bytes() != (ROOT / p).read_bytes()]
        assert not different, "run `make` and commit"
