"""The few exceptions of the pipeline: something cannot be used at all.

    PrikazError
    ├── SourceError          a source cannot be read; becomes the finding `source-unreadable`
    ├── SetupError           a file that a person wrote (profile, decision, lexicon, reference) or an option
    │                        is wrong
    └── StoppedError         a signal asks the program to end

Whatever is odd *in* a readable document is never an exception but a `pipeline.model.Finding`.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping

from pipeline.model import Note


class PrikazError(Exception):
    """Base of all errors that end in one line on stderr.

    `reason` is a message key (see `pipeline.messages`), `args_` its arguments; the text is made where it is
    shown, in the reader's language.
    """

    def __init__(self, reason: str, **args: object) -> None:
        super().__init__(reason, args)
        self.reason = reason
        self.args_: Mapping[str, object] = args

    @property
    def note(self) -> Note:
        """The reason as a Note."""
        return Note(self.reason, self.args_)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.reason, dict(self.args_)))


class SourceError(PrikazError):
    """A source is encrypted, damaged, empty, unsupported, too large or timed out.

    The reasons are the keys `source.*` of `data/messages/source.csv`.
    """


class SetupError(PrikazError):
    """A file that a person wrote, or a choice of options, cannot be used (exit code 2)."""


class StoppedError(PrikazError):
    """SIGINT, SIGTERM or SIGHUP came; `number` is the signal (exit code 128 + number)."""

    def __init__(self, number: int) -> None:
        super().__init__("setup.stopped", signal=signal.Signals(number).name)
        self.number = number


def _rebuild(kind: type[PrikazError], reason: str, args: dict[str, object]) -> PrikazError:
    return kind(reason, **args)
