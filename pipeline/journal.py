"""What a build is about to exchange, written down before it does: a kill in between can then be made good.

Beside each target `T` lies `.T.journal` while the folders change places: a JSON list of {stage, target,
number}, where `number` is the inode of the staged folder. All that is staged was synced before, so whoever
finds a journal goes on forward: a target that has that inode is done, the others are exchanged.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path


def _file(target: Path) -> Path:
    return target.parent / f".{target.name}.journal"


def exists(target: Path) -> bool:
    """Whether a build was, or is, exchanging this target together with others."""
    return _file(target).exists()


def write(pairs: Iterable[tuple[Path, Path]]) -> None:
    """Note (stage, target) of all exchanges, on disk when this returns. Raises OSError."""
    pairs = [(stage.absolute(), target.absolute()) for stage, target in pairs]
    rows = [
        {"stage": os.fspath(stage), "target": os.fspath(target), "number": stage.stat().st_ino}
        for stage, target in pairs
    ]
    for _, target in pairs:
        new = _file(target).with_suffix(".journal-new")
        with new.open("w", encoding="utf-8", errors="surrogateescape") as stream:
            json.dump(rows, stream)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(_file(target))
        _sync(target.parent)


def remove(targets: Iterable[Path]) -> None:
    """Forget the exchanges; a journal that stays behind does no harm, since all in it are done."""
    for target in targets:
        for file in (_file(target), _file(target).with_suffix(".journal-new")):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def noted(target: Path) -> list[tuple[Path, Path, bool]]:
    """(stage, target, whether it waits) of each exchange that a killed build had noted."""
    try:
        rows = json.loads(_file(target).read_text(encoding="utf-8", errors="surrogateescape"))
        found = [(Path(row["stage"]), Path(row["target"]), int(row["number"])) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []
    return [
        (stage, to, _is(stage, number) and not _is(to, number))
        for stage, to, number in found
        if stage.parent == to.parent and stage.name.startswith(f".{to.name}.new-")
    ]


def _is(folder: Path, number: int) -> bool:
    try:
        return folder.stat().st_ino == number
    except OSError:
        return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
