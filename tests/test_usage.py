"""Wrong usage ends in one line that begins with what is wrong, says what to do, and leaves 2."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.run import find_sources

ROOT = Path(__file__).parent.parent


def prikaz(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(ROOT), "PATH": "", "COLUMNS": "80"},
    )


@pytest.mark.parametrize(
    ("arguments", "begins", "advice"),
    [
        (("bild",), "prikaz: bild: ", "choose from build, "),
        (("build", "--lnag", "ru"), "prikaz: --lnag: ", "did you mean --lang?"),
        (("build", "--format", "docx"), "prikaz: --format: ", "parquet, sqlite"),
        (("build", "--timeout", "-3", "--lang", "ru"), "prikaz: --timeout: ", "не меньше 0.1"),
        (("build", "--memory", "3M"), "prikaz: --memory: ", "at least 64M"),
        (("build", "--limit", "foo=3"), "prikaz: --limit foo=3: ", "known are "),
        (("build", "--limit", "pdf_pages"), "prikaz: --limit pdf_pages: ", "NAME=VALUE"),
        (("build", "--out"), "prikaz: --out: ", "give it"),
        (("extract",), "prikaz: FILE: ", "extract --help`"),
        (("normalize", "x"), "prikaz: --type: ", "choose from school, "),
        (("decide", "--accept", "dis-a", "--reject", "dis-a"), "prikaz: decide: ", "dis-a"),
    ],
)
def test_one_line_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], begins: str, advice: str
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "order.txt").write_text("ПРИКАЗ", encoding="utf-8")
    done = prikaz(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(begins) and advice in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    done = prikaz(tmp_path)
    assert done.returncode == 2
    assert "normalize" in done.stderr + done.stdout


@pytest.mark.parametrize("option", ["--out", "--reports"])
def test_the_folder_of_the_sources_takes_no_datasets_and_no_reports(tmp_path: Path, option: str) -> None:
    (tmp_path / "raw").mkdir()
    shutil.copy(ROOT / "raw" / "smolensk-order-657.txt", tmp_path / "raw")
    done = prikaz(tmp_path, "build", option, "raw")
    assert done.returncode == 2
    assert done.stderr.startswith("prikaz: raw: ") and done.stderr.count("\n") == 1
    assert [p.name for p in (tmp_path / "raw").iterdir()] == ["smolensk-order-657.txt"]


def test_what_the_program_made_inside_a_folder_of_sources_is_no_source(tmp_path: Path) -> None:
    for name in ("order.txt", "made/orders.csv", "more/order.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find_sources([tmp_path], (tmp_path / "made", tmp_path / "reports"))
    assert [name for name, _ in found] == ["more/order.txt", "order.txt"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("profiles/my.yaml", "profile: a\ndataset: b\ncolums: []\n", "«colums»"),
        (
            "profiles/my.yaml",
            "profile: a\ndataset: b\ncolumns: [{field: a, type: scool, headers: [A]}]\n",
            "«scool»",
        ),
        ("profiles/my.yaml", "profile: a\n dataset: b\n", "строка 2"),
        ("reference/my.csv", "settlment,region\nА,Б\n", "settlment"),
        ("decisions.yaml", "- finding: dis-k4kn4qz9nmma\n  decision: acept\n", "accept, reject"),
    ],
)
def test_a_file_of_ones_own_is_named_with_its_path_and_its_mistake_in_russian(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    path = tmp_path / "raw" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "raw" / "smolensk-order-657.txt", tmp_path / "raw")
    done = prikaz(tmp_path, "build", "--lang", "ru")
    assert done.returncode == 2
    assert done.stderr.startswith(f"prikaz: raw/{file}: ") and said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.count(Path(file).name) == 1
