"""The command line. Each command is a module of `pipeline.commands`, imported when it is called.

Data go to stdout, progress and messages to stderr. Exit codes: 0 done; 1 some source could not be read; 2
wrong usage or nowhere to write; 3 with `--strict` when an open discrepancy of severity `error` is left.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from importlib import import_module
from itertools import pairwise
from types import FrameType

import click

from pipeline import __version__
from pipeline.commands import COMMANDS
from pipeline.errors import PrikazError, SetupError, SourceError, StoppedError
from pipeline.safe import printable


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"pipeline.commands.{module}"), name)
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="prikaz")
def cli() -> None:
    """Turn official orders with tables into clean datasets, and report every discrepancy."""


def main() -> None:
    """The console script: no traceback for what a user can mend."""
    _open_streams()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        from pipeline.commands.usage import as_setup_error

        _fail(as_setup_error(error))
        sys.exit(error.exit_code)
    except StoppedError as stop:
        _fail(stop)
        sys.exit(128 + stop.number)
    except PrikazError as error:
        _fail(error)
        sys.exit(1 if isinstance(error, SourceError) else 2)
    except OSError as error:  # stdout on a full disk, a folder that goes away
        file = str(error.filename or "stdout")
        _give_up_stdout()
        if error.errno == errno.EPIPE:  # whoever reads has enough, as in `prikaz explain … | head`
            sys.exit(1)
        _fail(SetupError("setup.cannot-write", file=file, problem=error.strerror or str(error)))
        sys.exit(2)
    except Exception as error:  # a defect of ours: users get one line, developers the traceback
        if os.environ.get("PRIKAZ_DEBUG"):
            raise
        said = printable(f"{type(error).__name__}: {error}".rstrip(": "))
        _fail(SetupError("setup.defect", file=" ".join(sys.argv[1:2]) or "prikaz", error=said))
        sys.exit(2)


def _open_streams() -> None:
    """Whoever starts a program may have closed its descriptors, and Python then has no such stream. What is
    said goes nowhere; data that were asked for and cannot be written are an error, as on a full disk.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _give_up_stdout() -> None:
    """What waits in the buffer would fail once more when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(number: int, frame: FrameType | None) -> None:
    raise StoppedError(number)


def _fail(error: PrikazError) -> None:
    from pipeline.commands.options import fail

    lang = next((v for k, v in pairwise(sys.argv) if k == "--lang" and v in ("en", "ru")), "en")
    fail(str(error.args_.get("file", "")), error, lang)
