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
_SET_UP = ("reference", "profiles")  # below raw/
_RULES = "data/"  # below pipeline/: rules, lexicons, profiles; all else is program


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One build. `rules`, `program` and `reference` (reference data and profiles of the user) are digests of
    what it was built with, None if that is not there.
    """

    name: str
    datasets: Mapping[str, list[Row]]
    corrections: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    rules: str | None = None
    program: str | None = None
    reference: str | None = None


def of_result(name: str, result: Result, lang: str, set_up: Iterable[Path] = ()) -> Snapshot:
    """A build of this program that is not written (yet), made with the files of these folders."""
    datasets = {d.name: rows for d in normalized() if (rows := result.rows(d.name))}
    package = Path(__file__).parent
    rules, program = _digests(_blobs(package))
    return Snapshot(
        name,
        datasets,
        result.rows("corrections", lang),
        result.rows("discrepancies", lang),
        rules,
        program,
        _reference(blob for folder in set_up for blob in _blobs(folder)),
    )


def of_folders(name: str, out: Path, reports: Path) -> Snapshot:
    """The build that lies in two folders. Raises SetupError if there is none."""

    def get(kind: str, file: str) -> bytes | None:
        try:
            return ((out if kind == "normalized" else reports) / file).read_bytes()
        except OSError:
            return None

    return _built(name, get, [], None)


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

    project = path if whole else path.parent
    raw = project / "raw"
    set_up = [b for folder in _SET_UP for b in _blobs(raw / folder)] if raw.is_dir() else None
    return _built(name, get, _blobs(project / "pipeline"), set_up)


def _blobs(folder: Path) -> list[tuple[str, str]]:
    """Every file of a folder with git's id of its content."""
    return [(f.relative_to(folder).as_posix(), _blob(f.read_bytes())) for f in _files(folder)]


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

    def blobs(folder: str) -> list[tuple[str, str]]:
        found = []
        for line in (_git("ls-tree", "-r", "-z", sha, f"./{folder}/") or b"").decode().split("\0"):
            if line:
                about, _, path = line.partition("\t")
                found.append((path.partition(f"{folder}/")[2], about.split()[2]))
        return found

    set_up = [b for folder in _SET_UP for b in blobs(f"raw/{folder}")]
    return _built(name, get, blobs("pipeline"), set_up)


def _git(*args: str) -> bytes | None:
    """What git prints, None if it fails or is not installed."""
    try:
        done = subprocess.run(["git", *args], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _built(
    name: str,
    get: Callable[[str, str], bytes | None],
    blobs: list[tuple[str, str]],
    set_up: list[tuple[str, str]] | None,
) -> Snapshot:
    datasets = {}
    for dataset in normalized():
        rows = _rows(name, get("normalized", f"{dataset.name}.json"), dataset.name)
        if rows is not None:
            datasets[dataset.name] = rows
    if not datasets:
        raise SetupError("diff.no-datasets", file=name)
    rules, program = _digests(blobs)
    return Snapshot(
        name,
        datasets,
        _rows(name, get("reports", "corrections.json"), "corrections") or [],
        _rows(name, get("reports", "discrepancies.json"), "discrepancies") or [],
        rules,
        program,
        _reference(set_up) if set_up is not None else None,
    )


def _digests(blobs: Iterable[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Of the program's files: one digest of its rules, one of all else; None if there are no files."""
    rules, program = hashlib.sha256(), hashlib.sha256()
    files = sorted(blobs)
    for path, blob in files:
        (rules if path.startswith(_RULES) else program).update(f"{path}\0{blob}\0".encode())
    return (rules.hexdigest(), program.hexdigest()) if files else (None, None)


def _reference(blobs: Iterable[tuple[str, str]]) -> str:
    """Of the user's reference data and profiles; explanations beside them do not count."""
    digest = hashlib.sha256()
    for path, blob in sorted(blobs):
        if not path.endswith(".md"):
            digest.update(f"{path}\0{blob}\0".encode())
    return digest.hexdigest()


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
