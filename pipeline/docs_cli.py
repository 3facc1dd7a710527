"""Makes `docs/cli.md` from the commands themselves, so that none and no option of theirs is missing."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pipeline.cli import cli

_HEAD = """\
# The command line

Made by `python -m pipeline.docs` from the commands' own help; edit that, not this page.

`prikaz` is `.venv/bin/prikaz`, the same as `python -m pipeline`. Data go to stdout, progress and messages
to stderr.

| exit code | when |
| --- | --- |
| 0 | done |
| 1 | some source could not be read; the others are built, and the failure is in the report |
| 2 | wrong usage, or a file that you wrote (profile, decisions, reference data) cannot be used |
| 3 | with `--strict`, an open discrepancy of severity error is left |

A failure is one line on stderr: `prikaz: FILE: what is wrong and what to do`.
"""

_EXAMPLES = {
    "build": [
        ("everything in raw/, as `make` does", "prikaz build"),
        ("one order, reports in Russian", "prikaz build order.pdf --lang ru"),
        ("for Excel and a database too", "prikaz build --format xlsx,sqlite"),
        ("in a nightly job: fail if an error is left", "prikaz build --strict"),
    ],
    "decide": [("take over what was filled in", "prikaz decide reports/discrepancies.xlsx")],
    "explain": [
        ("how a school's name came about", "prikaz explain site-1tf3z5dqbarr school"),
        ("a row's provenance for a catalogue", "prikaz explain site-1tf3z5dqbarr --prov"),
    ],
    "extract": [("the tables of one file", "prikaz extract order.docx --explain")],
    "review": [
        ("look at the findings and decide", "prikaz review"),
        ("on another machine, over ssh -L 8400:127.0.0.1:8400", "prikaz review --port 8400 --no-browser"),
    ],
    "load": [("into a database on this machine", "prikaz load --to postgresql:///education")],
    "normalize": [
        ("one value", "prikaz normalize --type date 'до 15 ноября 2020 года'"),
        ("a column of a file", "cut -f2 list.tsv | prikaz normalize --type school"),
    ],
    "reference import": [
        ("the classifier of addresses", "prikaz reference import KLADR.DBF --date 2021-07-01")
    ],
}


def cli_page() -> str:
    """`docs/cli.md`."""
    found = list(commands())
    index = "\n".join(f"- [`prikaz {path}`](#prikaz-{path.replace(' ', '-')})" for path, _ in found)
    return "\n".join([_HEAD, index, "", *(_command(path, command) for path, command in found)])


def commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name (`build`, `reference import`), groups themselves left out."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        elif command is not None:
            yield f"{path}{name}", command


def _command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"prikaz {path}")
    pieces = " ".join(command.collect_usage_pieces(context))
    words = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    lines = [f"## prikaz {path}\n", f"`prikaz {path} {pieces}`\n", f"{words}\n"]
    if examples := _EXAMPLES.get(path):
        lines += ["```sh", *(f"{text}  # {why}" for why, text in examples), "```\n"]
    lines += ["| option | what | default |", "| --- | --- | --- |"]
    for option in command.params:
        if isinstance(option, click.Option):
            lines.append(_option(option, context))
    return "\n".join(lines) + "\n"


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    kind = "" if option.is_flag else f" {option.make_metavar(context)}"
    needed = " Required." if option.required else ""
    default = option.default
    shown = f"`{default}`" if option.show_default and default is not None else ""
    cells = (names + kind.replace("[", "").replace("]", ""), f"{option.help or ''}{needed}", shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
