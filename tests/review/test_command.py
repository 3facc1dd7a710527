"""`prikaz review` on the command line: what goes wrong is one line that advises."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def review(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "review", "--no-browser", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "raw", folder / "raw", ignore=shutil.ignore_patterns("decisions.*"))
    return folder


def test_a_port_that_is_taken_is_told(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = review(project, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("prikaz: 127.0.0.1:") and "--port" in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [("- finding: [\n", "raw/decisions.yaml: line"), ("- finding: dis-1\n  decision: maybe\n", "line 2")],
)
def test_a_mistake_in_the_decisions_is_told_before_the_page_opens(
    project: Path, tmp_path: Path, text: str, words: str
) -> None:
    shutil.copytree(project / "raw", tmp_path / "raw")
    (tmp_path / "raw" / "decisions.yaml").write_text(text, encoding="utf-8")
    done = review(tmp_path)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_without_sources_there_is_nothing_to_review(tmp_path: Path) -> None:
    done = review(tmp_path)
    assert done.returncode == 2 and "no such file or folder" in done.stderr
    (tmp_path / "raw").mkdir()
    done = review(tmp_path, "--lang", "ru")
    assert done.returncode == 2 and "нет ни одного источника" in done.stderr
