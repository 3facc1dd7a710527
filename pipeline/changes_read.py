"""A build as it lies in a folder or in a git revision: what `prikaz diff` compares.

A folder is a project (with `normalized/` and, if there, `reports/` and `pipeline/`) or the folder of the
datasets itself. Anything else is taken for a revision of the repository around the working folder.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pipeline import publish
from pipeline.datasets import normalized
from pipeline.errors import SetupError
from pipeline.model import Json

if TYPE_CHECKING:
    from pipeline.result import Result

Row: TypeAlias = dict[str, Json]
_RULES = "data/"  # below pipeline/: rules, lexicons, profiles; all else is program


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One build. `rules` and `program` are digests of what it was built with, None if that is not there."""

    name: str
    datasets: Mapping[str, list[Row]]
    corrections: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    rules: str | None = None
    program: str | None = None


def of_result(name: str, result: Result, lang: str) -> Snapshot:
    """A build that is not written (yet)."""
    datasets = {d.name: result.rows(d.name) for d in normalized()}
    return Snapshot(name, datasets, result.rows("corrections", lang), result.rows("discrepancies", lang))


def snapshot(where: str) -> Snapshot:
    """The build in a folder or a git revision. Raises SetupError."""
    path = Path(where)
    if path.is_dir():
        return _folder(where, path)
    if path.exists():
        raise SetupError("diff.no-datasets", file=where)
    return _revision(where)


def _folder(name: str, path: Path) -> Snapshot:
    whole = (path / "normalized").is_dir()
    data = path / "normalized" if whole else path
    reports = path / "reports" if whole else path.parent / "reports" if path.name == "normalized" else path
    publish.settle(data, reports)

    def get(kind: str, file: str) -> bytes | None:
        target = (data if kind == "normalized" else reports) / file
        try:
            return target.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SetupError(
                "setup.cannot-read", file=str(target), problem=error.strerror or str(error)
            ) from error

    package = (path if whole else path.parent) / "pipeline"
    blobs = [(f.relative_to(package).as_posix(), _blob(f.read_bytes())) for f in _files(package)]
    return _built(name, get, blobs)


def _files(package: Path) -> Iterable[Path]:
    if not package.is_dir():
        return []
    return [f for f in sorted(package.rglob("*")) if f.is_file() and "__pycache__" not in f.parts]


def _blob(content: bytes) -> str:
    """A file's id in git: SHA-1 over a head and the content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _revision(name: str) -> Snapshot:
    commit = None if name.startswith("-") else _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not commit:
        raise SetupError("diff.nowhere", file=name)
    sha = commit.decode().strip()

    def get(kind: str, file: str) -> bytes | None:
        return _git("show", f"{sha}:./{kind}/{file}")

    blobs = []
    for line in (_git("ls-tree", "-r", "-z", sha, "./pipeline/") or b"").decode().split("\0"):
        if line:
            about, _, path = line.partition("\t")
            blobs.append((path.partition("pipeline/")[2], about.split()[2]))
    return _built(name, get, blobs)


def _git(*args: str) -> bytes | None:
    """What git prints, None if it fails or is not installed."""
    try:
        done = subprocess.run(["git", *args], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _built(name: str, get: Callable[[str, str], bytes | None], blobs: Iterable[tuple[str, str]]) -> Snapshot:
    datasets = {}
    for dataset in normalized():
        rows = _rows(name, get("normalized", f"{dataset.name}.json"), dataset.name)
        if rows is not None:
            datasets[dataset.name] = rows
    if not datasets:
        raise SetupError("diff.no-datasets", file=name)
    rules, program = hashlib.sha256(), hashlib.sha256()
    files = sorted(blobs)
    for path, blob in files:
        (rules if path.startswith(_RULES) else program).update(f"{path}\0{blob}\0".encode())
    return Snapshot(
        name,
        datasets,
        _rows(name, get("reports", "corrections.json"), "corrections") or [],
        _rows(name, get("reports", "discrepancies.json"), "discrepancies") or [],
        rules.hexdigest() if files else None,
        program.hexdigest() if files else None,
    )


def _rows(name: str, content: bytes | None, dataset: str) -> list[Row] | None:
    if content is None:
        return None
    try:
        rows = json.loads(content)
    except ValueError as error:
        raise SetupError("diff.damaged", file=name, dataset=dataset, problem=str(error)) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SetupError("diff.damaged", file=name, dataset=dataset, problem="[…]")
    return rows
