"""Options and messages that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.commands.usage import BadValue
from pipeline.errors import PrikazError
from pipeline.model import Note, note

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class Size(click.ParamType[int, object]):
    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        number, unit = (text[:-1], text[-1]) if text[-1:] in "KMG" and text else (text, "")
        try:
            size = float(number) * _UNITS[unit]
        except ValueError:
            raise BadValue(note("limit.bad-size", text=value), param, ctx) from None
        if size < 64 << 20:
            raise BadValue(note("usage.least-memory", least="64M"), param, ctx)
        return int(size)


class Formats(click.ParamType[tuple[str, ...], object]):
    """Names of `writers.FORMATS` separated by commas, each once; `csv` and `json` are written anyway."""

    name = "NAME,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        names = dict.fromkeys(n.strip().lower() for n in str(value).split(",") if n.strip())
        if not names:
            return ()
        from pipeline.writers import FORMATS

        for name in names:
            if name not in (*FORMATS, "csv", "json"):
                raise BadValue(note("setup.unknown-format", known=list(FORMATS)), param, ctx)
        return tuple(name for name in names if name in FORMATS)


RAW = click.option(
    "--raw",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder of decisions, profiles, reference data, and of the sources if none are given (default: the "
    "first SOURCE that holds any of these, else raw).",
)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("normalized"),
    show_default=True,
    help="Folder for the datasets.",
)
REPORTS = click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Folder for the reports.",
)
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Seconds a source may take.",
)
MEMORY = click.option(
    "--memory", type=Size(), default="1G", show_default=True, help="Memory a source may take."
)
LIMIT = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="Raise or lower a limit (see docs/limits.md); may be given several times.",
)
LANG = click.option(
    "--lang",
    type=click.Choice(["en", "ru"]),
    default="en",
    show_default=True,
    help="Language of reports and messages.",
)


def write_out(text: str) -> None:
    """A line of data on stdout, in UTF-8 whatever the locale; a lone surrogate becomes \\udXXX, as in JSON.

    Raises OSError when it cannot be written.
    """
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def say_to_user(key: str, lang: str, **args: object) -> None:
    """A message on stderr."""
    from pipeline.messages import say

    click.echo(say(key, lang, **args), err=True)


def fail(name: str, reason: Note | PrikazError, lang: str) -> None:
    """One line for one source: what is wrong and what to do. No control character of a name gets through."""
    from pipeline.messages import say
    from pipeline.safe import printable

    words = say(reason.note, lang) if isinstance(reason, PrikazError) else say(reason, lang)
    click.echo(f"prikaz: {printable(name)}: {printable(words)}", err=True)
