"""A process beside the server that builds, or draws pages: sources are read in processes of their own, which
must be forked by a process without threads, and the server has many.

It is forked before the server starts any thread. It ends when the server ends, however that goes: then its
end of the pipe is closed.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from pipeline import decisions_file, transport
from pipeline.decisions_file import Decision
from pipeline.errors import PrikazError, SetupError
from pipeline.messages import LANGUAGES
from pipeline.model import BBox
from pipeline.result import Result
from pipeline.run import Failure, Progress, Settings

Sources: TypeAlias = list[tuple[str, Path]]
Task: TypeAlias = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave; `lists`: the findings as JSON, packed with gzip, by language; `changes` against the
    build before, `{"rows": [...], "counts": {...}, "findings": {...}}` by language.
    """

    result: Result
    failures: list[Failure]
    lists: Mapping[str, bytes]
    changes: Mapping[str, object]
    files: Mapping[str, str]  # the decisions files that it replayed, by path

    @property
    def taken(self) -> tuple[Decision, ...]:
        """The decisions in them."""
        return tuple(d for file, text in self.files.items() for d in decisions_file.parse(text, file))


class Helper:
    """One such process; its tasks are done one after another."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        context = get_context("fork")
        self._mine, theirs = context.Pipe()
        self._turn = threading.Lock()
        self._process = context.Process(target=_serve, args=(theirs, self._mine, tasks), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, task: str, *args: object, say: Progress | None = None) -> Any:
        """What a task gives. Raises the PrikazError that it raised, SetupError if the process has gone."""
        with self._turn:
            try:
                self._mine.send_bytes(transport.dumps((task, args)))
                while True:
                    kind, told = transport.loads(self._mine.recv_bytes())
                    if kind != "progress":
                        break
                    if say is not None:
                        say(*told)
            except (EOFError, OSError) as error:
                raise SetupError("setup.review-helper", file="review") from error
        if kind == "error":
            raise told
        return told

    def close(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(OSError):
            self._mine.close()
        self._process.terminate()
        self._process.join(5)


def _serve(pipe: Connection, other: Connection, tasks: Mapping[str, Task]) -> None:
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this one
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def say(done: int, total: int, name: str, pages: tuple[int, int] | None = None) -> None:
        pipe.send_bytes(transport.dumps(("progress", (done, total, name, pages))))

    while True:
        try:
            task, args = transport.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer = ("done", tasks[task](say, *args))
        except PrikazError as error:
            answer = ("error", error)
        except Exception as error:  # noqa: BLE001  # the border: the server goes on and says what happened
            answer = ("error", SetupError("setup.review-failed", file="review", problem=repr(error)))
        try:
            pipe.send_bytes(transport.dumps(answer))
        except OSError:
            os._exit(0)


# ------------------------------------------------------------------------------------------------- its tasks


class Builder:
    """Reads sources and builds; keeps what the last build gave, to tell what changed."""

    def __init__(self, settings: Settings, find: Callable[[], Sources], limits: tuple[str, ...]) -> None:
        self._settings, self._find, self._limits = settings, find, limits
        self._last: Result | None = None

    def look(self, say: Progress) -> Built:
        """The findings as they are now; writes nothing."""
        from pipeline import run
        from pipeline.limits import use, with_overrides

        files = decisions_files(self._settings.raw)
        with use(with_overrides(self._limits)):
            result, failures = run.make(self._find(), self._settings, say)
        return self._built(result, failures, files)

    def build(self, say: Progress) -> Built:
        """Datasets and reports."""
        from pipeline.commands.build import build_and_note

        files = decisions_files(self._settings.raw)
        result, failures = build_and_note(self._find(), self._settings, self._limits, say)
        return self._built(result, failures, files)

    def _built(self, result: Result, failures: list[Failure], files: Mapping[str, str]) -> Built:
        from pipeline.changes import as_json, diff, findings_changed
        from pipeline.changes_read import of_result
        from pipeline.review import views

        changes: dict[str, object] = {}
        if self._last is not None:
            for lang in LANGUAGES:
                old, new = of_result("old", self._last, lang), of_result("new", result, lang)
                changes[lang] = as_json("old", "new", diff(old, new), findings_changed(old, new), lang)
        self._last = result
        own = {d.entry.finding for path, text in files.items() for d in decisions_file.parse(text, path)}
        lists = {lang: gzip.compress(views.index(result, lang, own), 3, mtime=0) for lang in LANGUAGES}
        return Built(result, failures, lists, changes, files)


def decisions_files(raw: Path) -> dict[str, str]:
    """Both decisions files as they stand, by path; what is no UTF-8 is told by whoever reads them."""
    found = {}
    for name in decisions_file.FILES:
        with contextlib.suppress(OSError):
            found[str(raw / name)] = (raw / name).read_bytes().decode("utf-8-sig", "replace")
    return found


def draw(
    say: Progress, path: Path, format_: str, page: int, box: BBox | None, timeout: float, memory: int
) -> bytes:
    """PNG of the place on its page. Raises SourceError."""
    from pipeline.errors import SourceError
    from pipeline.isolate import run_isolated

    tasks = [(path, format_, page, box)]
    (outcome,) = run_isolated(_draw, tasks, jobs=1, timeout=timeout, memory=memory)
    if outcome.value is None:
        raise outcome.error or SourceError("source.crashed", error="?")
    return outcome.value


def _draw(task: tuple[Path, str, int, BBox | None]) -> bytes:
    from pipeline.picture import cutout

    return cutout(*task)
