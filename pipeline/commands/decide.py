"""`prikaz decide`: what a person decided about findings, into `raw/decisions.yaml`."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import BadZipFile

import click

from pipeline.commands.options import LANG, fail, say_to_user
from pipeline.errors import SetupError
from pipeline.model import Note, note

_ABOUT = ("code", "dataset", "field", "raw", "suggestion", "order_id")  # what a decision keeps of its finding


@click.command()
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
        raise click.UsageError("give a workbook, --accept ID or --reject ID")
    if value is not None and len(accept) != 1:
        raise click.UsageError("--value goes with exactly one --accept")
    known = _findings(reports, workbook)
    asked: dict[str, dict[str, str]] = {}
    troubles: list[tuple[str, Note]] = []
    if workbook is not None:
        for row in _workbook(workbook):
            problem = _problem(row, known)
            if problem is not None:
                troubles.append((row["discrepancy_id"], problem))
            else:
                asked[row["discrepancy_id"]] = row
    for finding_id, row in _options(accept, reject, value, why):
        problem = _problem(row, known)
        if problem is not None:
            raise SetupError(problem.key, file=finding_id, **problem.args)
        asked[finding_id] = row
    entries = [_entry(row, known[i], _name(who), why) for i, row in asked.items()]
    from pipeline.decisions_write import add

    outcomes = add(decisions, entries)
    for entry, outcome in zip(entries, outcomes, strict=True):
        if outcome != "same":
            said = _effect(entry, known[str(entry["finding"])])
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


def _problem(row: Mapping[str, str], known: Mapping[str, Mapping[str, object]]) -> Note | None:
    """Why a line cannot be taken over, None if it can."""
    from pipeline.decisions_actions import table
    from pipeline.decisions_values import NoValueError, canonical

    finding = known.get(row["discrepancy_id"])
    if finding is None:
        return note("decide.unknown")
    if row["decision"] not in ("accept", "reject", "set"):
        return note("decide.which", said=row["decision"])
    if row["decision"] == "reject":
        return note("decide.reject-value") if row["value"] else None
    if row["decision"] == "set" and not row["value"]:
        return note("decide.set-value")
    if row["value"]:
        deeds = table().get(str(finding["code"]))
        if deeds is None or not deeds.value:
            return note("decide.no-value", code=finding["code"])
        try:
            canonical(str(finding["field"] or ""), row["value"], None)
        except NoValueError:
            return note("decide.bad-value", value=row["value"])
    return None


def _entry(row: Mapping[str, str], finding: Mapping[str, object], who: str, why: str) -> dict[str, object]:
    entry: dict[str, object] = {
        "finding": row["discrepancy_id"],
        "decision": "accept" if row["decision"] == "set" else row["decision"],
    }
    if row["value"]:
        entry["value"] = row["value"]
    entry["about"] = {key: str(finding[key]) for key in _ABOUT if finding.get(key)}
    told = {"who": who, "when": dt.date.today().isoformat(), "why": row["comment"] or why}
    return entry | {key: text for key, text in told.items() if text}


def _name(who: str | None) -> str:
    if who is not None:
        return who
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return ""


def _effect(entry: Mapping[str, object], finding: Mapping[str, object]) -> Note:
    """What the decision will do, in words."""
    from pipeline.decisions_actions import table

    deeds = table().get(str(finding["code"]))
    name, raw = entry["finding"], finding["raw"] or ""
    value = entry.get("value") or finding["suggestion"]
    if entry["decision"] == "reject":
        return note(
            "decide.rejected-undo" if deeds and deeds.reject == "undo" else "decide.rejected", id=name
        )
    if deeds and deeds.accept == "drop":
        return note("decide.accepted-drop", id=name)
    if deeds and deeds.accept == "move" and value:
        return note("decide.accepted-move", id=name, value=value)
    if deeds and value and (deeds.accept == "set" or "value" in entry):
        return note("decide.accepted-set", id=name, raw=raw, value=value)
    return note("decide.accepted", id=name)
