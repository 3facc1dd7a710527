"""Wrong usage in one line: what is wrong with the command line, and what to do, in the reader's language."""

from __future__ import annotations

import re

import click

from pipeline.errors import SetupError
from pipeline.model import Note, note


class BadValue(click.BadParameter):
    """The value of an option cannot be used; `note` says why."""

    def __init__(self, why: Note, param: click.Parameter | None, ctx: click.Context | None) -> None:
        from pipeline.messages import say

        super().__init__(say(why), ctx=ctx, param=param)
        self.note = why


def as_setup_error(error: click.ClickException) -> SetupError:
    """The same in one line; it begins with the option or the argument, or the command where there is none."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "prikaz"
    subject, problem = _problem(error, command)
    return SetupError("usage.wrong", file=subject, problem=problem, command=command)


def _problem(error: click.ClickException, command: str) -> tuple[str, Note]:
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            return error.option_name, note("usage.no-option-near", near=sorted(error.possibilities))
        return error.option_name, note("usage.no-option")
    if isinstance(error, click.BadOptionUsage):
        return error.option_name, note("usage.no-value")
    if isinstance(error, click.NoSuchCommand):
        context = error.ctx
        group = context.command if context else None
        known = group.list_commands(context) if isinstance(group, click.Group) and context else []
        return error.command_name, note("usage.no-command", known=known)
    if isinstance(error, click.BadParameter):
        name = _name(error)
        kind = error.param.type if error.param else None
        if isinstance(error, BadValue):
            return name, error.note
        if isinstance(error, click.MissingParameter):
            return name, _missing(kind)
        if isinstance(kind, click.Choice):
            return name, note("usage.choose", known=[str(choice) for choice in kind.choices])
        if isinstance(kind, click.IntRange | click.FloatRange):
            if kind.max is not None:
                return name, note("usage.range", least=kind.min, most=kind.max)
            return name, note("usage.at-least", least=kind.min)
        if isinstance(kind, click.Path):
            named = re.search("'(.*)'", error.message)  # click says the path in its sentence only
            return (named[1] if named else name), note("usage.path")
        return name, note("usage.other", text=error.message)
    return command, note("usage.other", text=error.format_message())


def _missing(kind: object) -> Note:
    if isinstance(kind, click.Choice):
        return note("usage.missing-choice", known=[str(choice) for choice in kind.choices])
    return note("usage.missing")


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.make_metavar(error.ctx) if error.ctx else error.param.human_readable_name
