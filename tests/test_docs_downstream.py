"""The examples of `docs/downstream.md` run as they stand (those for PostgreSQL in test_postgres.py)."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import pipeline
from pipeline.writers import FORMATS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "downstream.md").read_text("utf-8")
BLOCKS = re.findall(r"^```([^\n]+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "raw", folder / "raw")
    pipeline.build(
        folder / "raw",
        raw=folder / "raw",
        out=folder / "normalized",
        reports=folder / "reports",
        formats=FORMATS,
    )
    return folder


def test_no_example_is_left_out() -> None:
    assert {language for language, _ in BLOCKS} == {"python", "sql sqlite", "sql postgresql", "sh"}


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python(
    project: Path, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    exec(compile(code, "docs/downstream.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.strip()


def test_sqlite(project: Path) -> None:
    (block,) = (code for language, code in BLOCKS if language == "sql sqlite")
    statements = [s for s in block.split(";\n") if s.strip()]
    with closing(sqlite3.connect(project / "normalized" / "prikaz.sqlite")) as database:
        for statement in statements:
            database.execute(statement).fetchall()
    assert len(statements) == 3


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text("utf-8")):
        text = (page.parent / target if target else page).read_text("utf-8")
        heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w\s-]", "", h.lower()).replace(" ", "-") for h in heads}, anchor
