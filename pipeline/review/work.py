"""A review at work: its session, the two processes that build and draw, the rebuild that is going on."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

from pipeline.errors import PrikazError, SetupError
from pipeline.messages import say
from pipeline.model import note
from pipeline.review.helper import Built, Helper
from pipeline.review.session import RefusedError, Session

_MOST_PICTURES = 60  # pictures kept, some 100 kB each


class Work:
    """What the server's answers are made of. `builder` has the task `build`, `drawer` the task `draw`."""

    def __init__(
        self,
        session: Session,
        builder: Helper,
        drawer: Helper,
        paths: dict[str, Path],
        lang: str,
        limits: tuple[float, int],
    ) -> None:
        self.session, self.lang = session, lang
        self._builder, self._drawer, self._paths, self._limits = builder, drawer, paths, limits
        self._pictures: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._building = False
        self._progress: tuple[int, int, str, tuple[int, int] | None] = (0, 0, "", None)
        self._trouble: PrikazError | None = None
        self.last: Built | None = None  # the last build that was made here
        self.seconds = 0.0  # that it took
        self.finished = threading.Event()

    def finish(self) -> None:
        """End the review."""
        self.finished.set()

    def rebuild(self) -> None:
        """Begin a build, unless one is going on."""
        with self._lock:
            if self._building:
                return
            self._building, self._trouble, self._progress = True, None, (0, 0, "", None)
        threading.Thread(target=self._build, daemon=True).start()

    def build_now(self) -> Built:
        """Build and go on with what that gave. Raises PrikazError."""
        started = time.monotonic()
        built: Built = self._builder.ask("build", say=self._tell)
        self.session.rebuilt(built)
        self.last, self.seconds = built, time.monotonic() - started
        return built

    def _build(self) -> None:
        try:
            self.build_now()
        except PrikazError as error:
            self._trouble = error
        except Exception as error:  # noqa: BLE001  # the border: the page says what happened and goes on
            self._trouble = SetupError("setup.review-failed", file="review", problem=repr(error))
        finally:
            with self._lock:
                self._building = False

    def _tell(self, done: int, total: int, name: str, pages: tuple[int, int] | None = None) -> None:
        self._progress = (done, total, name, pages)

    def status(self, lang: str) -> dict[str, Any]:
        """The rebuild: whether it is going on, what went wrong, what it changed."""
        done, total, name, pages = self._progress
        page = f": {say('cli.page', lang, page=pages[0], count=pages[1])}" if pages is not None else ""
        trouble = self._trouble
        file = str(trouble.args_.get("file", "")) if trouble is not None else ""
        built = self.last
        return {
            "building": self._building,
            "progress": f"{done + 1}/{total} {name}{page}" if self._building and total else "",
            "failed": f"{file}: {say(trouble.note, lang)}" if trouble is not None else "",
            "result": built.changes.get(lang) if built is not None and not self._building else None,
            "failures": [f"{f.path}: {say(f.reason, lang)}" for f in self.session.built.failures],
        }

    def picture(self, id_: str, number: int) -> bytes:
        """The strip of a page around a place of a finding, as PNG. Raises RefusedError, SourceError."""
        source, page, box = self.session.picture(id_, number)
        key = (source, page, box)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        path = self._paths.get(source)
        if path is None:  # inside an archive
            raise RefusedError(note("decide.unknown"))
        format_ = next(s.format for s in self.session.built.result.sources if s.path == source)
        drawn: bytes = self._drawer.ask("draw", path, format_, page, box, *self._limits)
        with self._lock:
            self._pictures[key] = drawn
            while len(self._pictures) > _MOST_PICTURES:
                self._pictures.popitem(last=False)
        return drawn
