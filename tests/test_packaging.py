"""The sdist and the wheel made of it, installed away from the repository: everything needed is inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from pipeline.result import Result
from pipeline.writers import write_datasets, write_reports

ROOT = Path(__file__).parent.parent
PARTS = ("pipeline", "pyproject.toml", "README.md")


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Source tree → sdist → wheel, with the build backend that is installed and no network."""
    folder = tmp_path_factory.mktemp("dist")
    tree = folder / "tree"
    tree.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree)
    backend = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    run(sys.executable, "-c", backend, cwd=tree)
    (sdist,) = folder.glob("prikaz-*.tar.gz")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    run(*pip, "wheel", "-q", *offline, "--wheel-dir", folder, sdist, cwd=folder)
    (made,) = folder.glob("prikaz-*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment: the wheel and the third-party packages, without the repository."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # a folder named in a .pth is searched, but its own .pth files (the editable install) are not read
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    target = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", target)
    run(*pip, "install", "-q", "--no-index", "--no-deps", wheel, cwd=folder)
    return target


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    files = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "pipeline").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert names == files


def test_the_installed_program_builds_the_same_bytes_away_from_the_repository(
    python: Path, tmp_path: Path, real: Result
) -> None:
    shutil.copytree(ROOT / "raw", tmp_path / "raw")
    home = run(python, "-c", "import pipeline; print(pipeline.__file__)", cwd=tmp_path)
    assert Path(home.strip()).is_relative_to(python.parents[1])
    run(python.parent / "prikaz", "build", cwd=tmp_path)
    write_datasets(real, tmp_path / "here" / "normalized")
    write_reports(real, tmp_path / "here" / "reports")
    for folder in ("normalized", "reports"):
        made, expected = contents(tmp_path / folder), contents(tmp_path / "here" / folder)
        assert made == expected


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_installed_library_is_typed_and_works(python: Path, tmp_path: Path) -> None:
    code = "import pipeline; print(pipeline.normalize_school('МБОУ Щуйская ОПШ').text)"
    assert run(python, "-c", code, cwd=tmp_path, PYTHONIOENCODING="utf-8") == "МБОУ Щуйская ООШ\n"
    find = "import pipeline, pathlib; print((pathlib.Path(pipeline.__file__).parent / 'py.typed').exists())"
    assert run(python, "-c", find, cwd=tmp_path) == "True\n"
