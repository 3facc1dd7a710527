"""Archives and e-mails: each document inside is a source of its own, called `archive.zip!inner/order.docx`.

Nothing is ever written under a name from the archive. What lies beside documents (thumbnails, signatures:
`data/skips.csv`; pictures of a letterhead) is left out and told; a member that cannot be unpacked costs
itself alone.
"""

from __future__ import annotations

import csv
import fnmatch
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.extractors.container_parts import Part
from pipeline.limits import Limits, current
from pipeline.model import Block, Document, Grid, Note, Place, Source, Table, note
from pipeline.safe import printable
from pipeline.sniff import sniff, suffix

SEPARATOR = "!"


@dataclass(slots=True)
class Expanded:
    """What an archive holds: `sources` (name shown to people, file with the bytes), what failed, notes."""

    sources: list[tuple[str, Path]] = field(default_factory=list)
    failures: list[tuple[str, SourceError]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """Counted over an archive and all archives inside it."""

    sources: int = 0
    size: int = 0


def members(path: Path, source: Source, limits: Limits | None = None) -> Iterator[tuple[str, bytes]]:
    """(name within the archive, bytes) of each document right inside a `zip` or `eml` source.

    Raises SourceError for the first member that cannot be unpacked; see `expand` for one that goes on.
    """
    for part in _parts(path, source.format, limits or current()):
        if not (part.skip or is_junk(part.name)):
            yield part.name, part.read()


def expand(path: Path, source: Source, folder: Path, limits: Limits | None = None) -> Expanded:
    """All documents in an archive, also in archives inside it, written to numbered files in `folder`.

    Raises SourceError if the archive cannot be opened, holds no document, or all of it is encrypted.
    """
    found = Expanded()
    _expand(path, source, folder, limits or current(), found, _Tally(), depth=1)
    if not found.sources:
        reasons = {error.reason for _, error in found.failures}
        if reasons == {"source.encrypted"}:
            raise SourceError("source.encrypted")
        if not reasons:
            raise SourceError("source.no-documents")
    return found


def extract(path: Path, source: Source) -> Document:
    """All documents of an archive as one, each under a heading with its name. Raises SourceError."""
    from pipeline import extractors

    content: list[Block | Grid | Table] = []
    with tempfile.TemporaryDirectory(prefix="prikaz-") as folder:
        found = expand(path, source, Path(folder))
        notes = list(found.notes)
        failures = list(found.failures)
        for name, file in found.sources:
            try:
                document = extractors.extract(file, sniff(file, name))
            except SourceError as error:
                failures.append((name, error))
                continue
            content.append(Block(name.partition(SEPARATOR)[2], "heading", Place(name)))
            content += document.content
            notes += document.notes
    if not content and failures:
        raise failures[0][1]
    notes += [
        note("container.failed", name=name, why=note(error.reason, **error.args_)) for name, error in failures
    ]
    return Document(source, tuple(content), notes=tuple(notes))


def _expand(
    path: Path, source: Source, folder: Path, limits: Limits, found: Expanded, tally: _Tally, depth: int
) -> None:
    skipped: list[str] = []
    names: set[str] = set()
    for part in _parts(path, source.format, limits):
        inner = _unique(_clean(part.name), names)
        if part.skip or is_junk(part.name):
            skipped.append(inner)
            continue
        shown = source.path + SEPARATOR + inner
        tally.sources += 1
        limits.check("archive_sources", tally.sources)
        file = folder / f"{tally.sources:04}"
        try:
            _write(part, file, limits, tally)
            kind = sniff(file, shown, limits)
            if kind.format in ("zip", "eml"):
                limits.check("archive_depth", depth + 1)
                _expand(file, kind, folder, limits, found, tally, depth + 1)
            else:
                found.sources.append((shown, file))
        except SourceError as error:
            if error.args_.get("name") in ("archive_sources", "zip_total_bytes"):
                raise  # the whole is too large, not this member
            found.failures.append((shown, error))
    if skipped:
        found.notes.append(note("container.skipped", archive=source.path, n=len(skipped), names=skipped[:20]))


def _parts(path: Path, format: str, limits: Limits) -> Iterator[Part]:
    if format == "zip":
        from pipeline.extractors.container_zip import parts

        return parts(path, limits)
    from pipeline.extractors.container_mail import parts as mail_parts

    return mail_parts(path, limits)


def _write(part: Part, file: Path, limits: Limits, tally: _Tally) -> None:
    with file.open("wb") as stream:
        for chunk in part.chunks():
            tally.size += len(chunk)
            limits.check("zip_total_bytes", tally.size)
            stream.write(chunk)


def is_junk(name: str) -> bool:
    """Whether a member is something that lies beside documents."""
    base = name.rstrip("/").rsplit("/", 1)[-1]
    return any(
        fnmatch.fnmatchcase(name.lower() if "/" in pattern else base.lower(), pattern) for pattern in _junk()
    )


@cache
def _junk() -> tuple[str, ...]:
    file = resources.files("pipeline") / "data" / "skips.csv"
    return tuple(
        row["pattern"].lower() for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    )


def _clean(name: str) -> str:
    """A member's name for people: no way out of the archive, no control characters."""
    steps = [s for s in name.replace("\\", "/").split("/") if s not in ("", ".", "..")]
    return printable("/".join(steps)) or "?"


def _unique(name: str, taken: set[str]) -> str:
    stem, dot, ending = (name[: -len(e) - 1], ".", e) if (e := suffix(name)) else (name, "", "")
    candidate = name
    for n in itertools.count(2):
        if candidate not in taken:
            break
        candidate = f"{stem} ({n}){dot}{ending}"
    taken.add(candidate)
    return candidate
