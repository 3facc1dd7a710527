"""A build is a transaction: written beside, synced to disk, then put in place by one exchange of folders.

A build that fails or is killed leaves the old state. Files in the target folder that the program did not
make are carried over. A lock keeps a second build of the same folders out. Between the exchange of one folder
and that of the next lies a moment; a journal written before the first makes it harmless (`journal.py`).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import journal
from pipeline.errors import SetupError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h: both names change places in one step
_held: set[str] = set()  # lock files of this process: record locks do not keep its own threads apart


@contextmanager
def staged(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Empty folders beside the targets to write into; on success they take the targets' places.

    Raises SetupError when a folder cannot be written. On any error the targets stay as they were.
    """
    stages: list[Path] = []
    try:
        complete(*targets)
        for target in targets:
            _tidy(target)
            stages.append(Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent)))
            stages[-1].chmod(_mode(target))
        yield tuple(stages)
        for stage, target in zip(stages, targets, strict=True):
            _carry_over(target, stage)
            _sync(stage)
        with _undisturbed():
            _exchange_all(list(zip(stages, targets, strict=True)))
    except OSError as error:
        raise SetupError(
            "setup.cannot-write", file=str(error.filename or targets[0]), problem=error.strerror or str(error)
        ) from error
    finally:
        for stage in stages:
            shutil.rmtree(stage, ignore_errors=True)


def _tidy(target: Path) -> None:
    """Make sure that there is a folder for the target, and remove what killed builds left in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    for old in target.parent.glob(f".{glob.escape(target.name)}.old-*"):
        if not target.exists():  # killed between two renames, where the system has no exchange
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    for old in target.parent.glob(f".{glob.escape(target.name)}.new-*"):
        shutil.rmtree(old, ignore_errors=True)  # left by a build that was killed


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask


def _carry_over(target: Path, stage: Path) -> None:
    """Files that a person put into the target stay there."""
    if not target.is_dir():
        return
    for path in sorted(target.rglob("*")):
        name = str(path.relative_to(target))
        if path.is_file() and not _is_made(name):
            copy = stage / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def _is_made(name: str) -> bool:
    """A name that only builds use: datasets, reports, schemas, kept tables."""
    from pipeline.datasets import all_datasets

    path = Path(name)
    if path.parts[0] in ("tables", "schemas", "pictures"):
        return True
    known = {*all_datasets(), "datapackage", "csv-metadata", "changes", "prikaz"}
    return len(path.parts) == 1 and path.name.split(".")[0] in known


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal to end comes between the exchange of the first folder and that of the last."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _exchange_all(pairs: list[tuple[Path, Path]]) -> None:
    """All stages into their targets' places, one at once after the other; if one fails, all go back."""
    exchange = _exchanger()
    parents = {target.parent for _, target in pairs}
    done: list[tuple[Path, Path]] = []
    try:
        journal.write(pairs)
        for stage, target in pairs:
            exchange(stage, target)
            done.append((stage, target))
        for parent in parents:
            _sync_one(parent)
    except OSError:
        for stage, target in reversed(done):
            if stage.exists():
                exchange(stage, target)
            else:
                target.rename(stage)  # there was none before
        journal.remove(target for _, target in pairs)
        raise
    journal.remove(target for _, target in pairs)


def complete(*targets: Path) -> None:
    """Finish what a build began that was killed while it put its folders in place: all are then new.

    Does nothing otherwise. Readers of the outputs call `settle`. Raises OSError.
    """
    for target in targets:
        for stage, to, waits in journal.noted(target):
            if waits:
                _exchanger()(stage, to)
                _sync_one(to.parent)
            shutil.rmtree(stage, ignore_errors=True)  # the old state
        journal.remove([target])


def settle(*targets: Path) -> None:
    """`complete` for readers: outputs that belong together are there afterwards.

    A build that is running does it itself; where nothing may be written, what can be read is read.
    """
    if not any(journal.exists(target) for target in targets):
        return
    with contextlib.suppress(SetupError, OSError), locked(*targets):
        complete(*targets)


def _exchanger() -> Callable[[Path, Path], None]:
    """A function that puts a stage in a target's place in one step; the old state is then in the stage."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)

    def exchange(stage: Path, target: Path) -> None:
        if not target.exists():
            stage.rename(target)
            return
        if rename is not None:
            names = _AT_FDCWD, os.fsencode(stage), _AT_FDCWD, os.fsencode(target)
            if rename(*names, _RENAME_EXCHANGE) == 0:
                return
        old = stage.with_name(stage.name.replace(".new-", ".old-"))
        target.rename(old)
        stage.rename(target)
        old.rename(stage)

    return exchange


@contextmanager
def locked(*folders: Path) -> Iterator[None]:
    """Hold the build lock of each folder (its parent must be writable). Raises SetupError when another
    build holds one.
    """
    with contextlib.ExitStack() as held:
        for folder in sorted(
            {folder.absolute() for folder in folders}
        ):  # in one order: no two wait in a ring
            held.enter_context(_locked(folder))
        yield


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl

    path = folder.parent / f".{folder.name}.lock"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise SetupError(
            "setup.cannot-write", file=str(path), problem=error.strerror or str(error)
        ) from error
    try:
        if str(path) in _held:
            raise SetupError("setup.locked", file=str(folder))
        try:
            # a record lock: workers that are forked meanwhile do not hold it and outlive a kill with it
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SetupError("setup.locked", file=str(folder)) from error
        _held.add(str(path))
        try:
            yield
        finally:
            _held.discard(str(path))
    finally:
        os.close(handle)
