"""`prikaz decide`: what a person decided about findings, into `raw/decisions.yaml`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import click

from pipeline import publish
from pipeline.commands.options import LANG, fail, say_to_user
from pipeline.errors import SetupError
from pipeline.model import Note


@click.command(short_help="Take decisions from a workbook or from options.")
@click.argument("workbook", required=False, type=click.Path(path_type=Path), metavar="[WORKBOOK]")
@click.option("--accept", multiple=True, metavar="ID", help="Accept this finding (may be repeated).")
@click.option("--reject", multiple=True, metavar="ID", help="Reject this finding (may be repeated).")
@click.option("--value", metavar="TEXT", help="With one --accept: what is right, instead of the suggestion.")
@click.option("--why", default="", metavar="TEXT", help="Kept with the decisions.")
@click.option("--who", default=None, metavar="NAME", help="Who decides (default: the user's name).")
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("raw/decisions.yaml"),
    show_default=True,
    help="The file to write to (.yaml or .jsonl).",
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Folder of the reports with the findings.",
)
@LANG
def decide(
    workbook: Path | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    value: str | None,
    why: str,
    who: str | None,
    decisions: Path,
    reports: Path,
    lang: str,
) -> None:
    """Take decisions from a filled WORKBOOK (discrepancies.xlsx), or from --accept and --reject.

    They are added to raw/decisions.yaml and take effect with the next build.
    """
    if not (workbook or accept or reject):
        raise SetupError("usage.nothing-to-decide", file="decide")
    if value is not None and len(accept) != 1:
        raise SetupError("usage.value-alone", file="--value")
    if both := sorted({*accept} & {*reject}):
        raise SetupError("usage.both", file="decide", names=both)
    from pipeline import decisions_asked

    publish.settle(reports)
    known = _findings(reports, workbook)
    asked: dict[str, dict[str, str]] = {}
    troubles: list[tuple[str, Note]] = []
    if workbook is not None:
        for row in _workbook(workbook):
            problem = decisions_asked.problem(row, known.get(row["discrepancy_id"]))
            if problem is not None:
                troubles.append((row["discrepancy_id"], problem))
            else:
                asked[row["discrepancy_id"]] = row
    for finding_id, row in _options(accept, reject, value, why):
        problem = decisions_asked.problem(row, known.get(finding_id))
        if problem is not None:
            raise SetupError(problem.key, file=finding_id, **problem.args)
        asked[finding_id] = row
    by = decisions_asked.name(who)
    entries = [decisions_asked.entry(row, known[i], by, why) for i, row in asked.items()]
    from pipeline.decisions_write import add

    outcomes = add(decisions, entries)
    for entry, outcome in zip(entries, outcomes, strict=True):
        if outcome != "same":
            said = decisions_asked.effect(entry, known[str(entry["finding"])])
            say_to_user(said.key, lang, **said.args)
    for name, problem in troubles:
        fail(f"{workbook}: {name}", problem, lang)
    counts = {kind: outcomes.count(kind) for kind in ("new", "changed", "same")}
    say_to_user("decide.done", lang, file=str(decisions), **counts)
    sys.exit(1 if troubles else 0)


def _options(
    accept: tuple[str, ...], reject: tuple[str, ...], value: str | None, why: str
) -> Iterator[tuple[str, dict[str, str]]]:
    for decision, ids in (("accept", accept), ("reject", reject)):
        for finding_id in ids:
            row = {"discrepancy_id": finding_id, "decision": decision, "value": "", "comment": why}
            if decision == "accept" and value is not None:
                row |= {"decision": "set", "value": value}
            yield finding_id, row


def _findings(reports: Path, workbook: Path | None) -> dict[str, dict[str, object]]:
    """The findings of the last build by id: beside the workbook, else in the reports' folder."""
    beside = workbook.parent / "discrepancies.json" if workbook is not None else None
    file = beside if beside is not None and beside.is_file() else reports / "discrepancies.json"
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return {str(row["discrepancy_id"]): row for row in rows}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SetupError("decide.no-reports", file=str(file)) from error


def _workbook(path: Path) -> list[dict[str, str]]:
    from openpyxl.utils.exceptions import InvalidFileException

    from pipeline.writers.excel import read_decisions

    try:
        return read_decisions(path)
    except FileNotFoundError as error:
        raise SetupError("setup.no-such-file", file=str(path)) from error
    except (KeyError, ValueError, OSError, BadZipFile, InvalidFileException, IndexError) as error:
        raise SetupError(
            "decide.no-workbook", file=str(path), problem=" ".join(str(error).split())
        ) from error
