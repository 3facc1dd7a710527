"""`prikaz decide` as a user runs it: the filled workbook, also saved by LibreOffice, and single findings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.decisions_file import read

ROOT = Path(__file__).parent.parent


def prikaz(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real order, built; tests copy it."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "raw", folder / "raw", ignore=shutil.ignore_patterns("decisions.*"))
    assert prikaz("build", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "copy"))


def findings(folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((folder / "reports" / "discrepancies.json").read_text("utf-8"))
    return rows


def id_of(folder: Path, code: str, raw: str) -> str:
    (one,) = [f for f in findings(folder) if f["code"] == code and raw in str(f["raw"])]
    return str(one["discrepancy_id"])


def fill(path: Path, decisions: dict[str, tuple[str, str]]) -> None:
    """Type decisions into the workbook as a person does: «decision», «value» beside the finding's id."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    at = {name: head.index(name) + 1 for name in ("Decision", "Discrepancy")}
    for row in range(2, sheet.max_row + 1):
        said = decisions.get(str(sheet.cell(row, at["Discrepancy"]).value))
        if said is not None:
            sheet.cell(row, at["Decision"]).value = said[0]
            sheet.cell(row, at["Decision"] + 1).value = said[1] or None
            sheet.cell(row, at["Decision"] + 2).value = "по подлиннику"
    book.save(path)


def three(folder: Path) -> dict[str, tuple[str, str]]:
    return {
        id_of(folder, "ocr-suspect", "Щуйская"): ("accept", ""),
        id_of(folder, "date-out-of-period", "2021-2024"): ("set", "2021-08/2021-10"),
        id_of(folder, "school-in-two-groups", "Сукромлянская"): ("reject", ""),
    }


def check_three(folder: Path) -> None:
    """The three decisions are in the file, applied by a build, and closed."""
    taken = {d.entry.finding: d.entry for d in read(folder / "raw" / "decisions.yaml")}
    assert set(taken) == set(three(folder))
    assert {e.why for e in taken.values()} == {"по подлиннику"}
    done = prikaz("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    statuses = {str(f["discrepancy_id"]): f["status"] for f in findings(folder)}
    assert [statuses[i] for i in taken] == [
        "rejected" if e.decision == "reject" else "accepted" for e in taken.values()
    ]
    sites = (folder / "normalized" / "training_sites.csv").read_text("utf-8")
    assert "МБОУ Шуйская ООШ" in sites
    activities = json.loads((folder / "normalized" / "activities.json").read_text("utf-8"))
    assert [a["deadline"] for a in activities if a["deadline_raw"] == "2021-2024 гг."] == ["2021-08/2021-10"]
    decided = [
        c
        for c in json.loads((folder / "reports" / "corrections.json").read_text("utf-8"))
        if c["status"] == "decided"
    ]
    assert {c["value"] for c in decided} == {"МБОУ Шуйская ООШ", "2021-08/2021-10"}


def test_the_filled_workbook_is_taken_over_and_applied(copy: Path) -> None:
    book = copy / "reports" / "discrepancies.xlsx"
    fill(book, three(copy))
    done = prikaz("decide", book, cwd=copy)
    assert done.returncode == 0, done.stderr
    assert "3 new" in done.stderr
    again = prikaz("decide", book, cwd=copy)
    assert "0 new, 0 changed, 3 as before" in again.stderr
    check_three(copy)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_says_the_same(copy: Path, tmp_path: Path) -> None:
    book = copy / "reports" / "discrepancies.xlsx"
    fill(book, three(copy))
    saved = tmp_path / "saved"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(saved),
            str(book),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    done = prikaz("decide", saved / "discrepancies.xlsx", cwd=copy)
    assert done.returncode == 0, done.stderr
    check_three(copy)


def test_lines_that_cannot_be_taken_over_are_named_and_the_others_are_taken(copy: Path) -> None:
    book = copy / "reports" / "discrepancies.xlsx"
    ids = list(three(copy))
    two_groups = ids[2]
    fill(book, {ids[0]: ("accept", ""), ids[1]: ("set", "когда-нибудь"), two_groups: ("vielleicht", "")})
    done = prikaz("decide", book, cwd=copy)
    assert done.returncode == 1
    assert f"{ids[1]}: «когда-нибудь» is no date" in done.stderr
    assert f"{two_groups}: «vielleicht» is no decision" in done.stderr
    assert [d.entry.finding for d in read(copy / "raw" / "decisions.yaml")] == [ids[0]]


def test_single_findings_are_decided_and_comments_stay(copy: Path) -> None:
    file = copy / "raw" / "decisions.yaml"
    file.write_text("# ours\n", encoding="utf-8")
    name, kind = id_of(copy, "ocr-suspect", "Щуйская"), id_of(copy, "ocr-fixed", "СОПРО")
    done = prikaz("decide", "--accept", name, "--reject", kind, "--who", "Иванова", "--why", "так", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert "«МБОУ Щуйская ОПШ» becomes «МБОУ Шуйская ООШ»" in done.stderr
    assert "the text of the source comes back" in done.stderr
    assert file.read_text("utf-8").startswith("# ours\n")
    assert [(d.entry.finding, d.entry.decision, d.entry.who, d.entry.why) for d in read(file)] == [
        (name, "accept", "Иванова", "так"),
        (kind, "reject", "Иванова", "так"),
    ]
    changed = prikaz("decide", "--accept", name, "--value", "МБОУ Шуйская СОШ", "--lang", "ru", cwd=copy)
    assert "изменённых — 1" in changed.stderr
    assert read(file)[0].entry.value == "МБОУ Шуйская СОШ"
    assert "nothing to do" not in prikaz("build", cwd=copy).stderr
    assert "МБОУ Шуйская СОШ" in (copy / "normalized" / "training_sites.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--accept", "dis-000000000000"], "no such finding"),
        (["--accept", "{two}", "--value", "x"], "no value that could be set"),
        (["nosuch.xlsx"], "no such file"),
        (["raw/smolensk-order-657.txt"], "no workbook"),
        ([], "give a workbook"),
        (["--value", "x"], "give a workbook"),
        (["--reject", "{two}", "--value", "x"], "exactly one --accept"),
        (["--accept", "{two}", "--reports", "raw"], "prikaz build"),
    ],
)
def test_a_mistake_is_one_line_that_advises_and_nothing_is_written(
    project: Path, args: list[str], words: str
) -> None:
    two = id_of(project, "school-in-two-groups", "Сукромлянская")
    done = prikaz("decide", *(a.format(two=two) for a in args), cwd=project)
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr
    assert not (project / "raw" / "decisions.yaml").exists()


def test_a_mistake_in_the_file_stops_the_build_with_file_and_line(copy: Path) -> None:
    before = (copy / "normalized" / "schools.csv").read_bytes()
    (copy / "raw" / "decisions.yaml").write_text("- finding: dis-1\n  decision: perhaps\n", encoding="utf-8")
    done = prikaz("build", cwd=copy)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "raw/decisions.yaml: line 2:" in done.stderr
    assert (copy / "normalized" / "schools.csv").read_bytes() == before


def test_without_decisions_a_build_gives_the_bytes_of_before(copy: Path) -> None:
    """A file with comments only decides nothing, to the byte."""
    before = {p: p.read_bytes() for p in (copy / "normalized").rglob("*") if p.is_file()}
    (copy / "raw" / "decisions.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert prikaz("build", cwd=copy).returncode == 0
    assert {p: p.read_bytes() for p in (copy / "normalized").rglob("*") if p.is_file()} == before
