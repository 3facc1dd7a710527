"""What a person asks for about a finding: whether it can be, the entry for the file, the effect in words.

Findings are rows of `discrepancies` (see `datasets.csv`) here; `decide` and `review` share this.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Mapping

from pipeline.decisions_actions import table
from pipeline.decisions_values import NoValueError, canonical
from pipeline.model import Note, note

_ABOUT = ("code", "dataset", "field", "raw", "suggestion", "order_id")  # what a decision keeps of its finding


def problem(row: Mapping[str, str], finding: Mapping[str, object] | None) -> Note | None:
    """Why what is asked for cannot be, None if it can. `row`: `decision` (accept, reject, set), `value`."""
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


def entry(
    row: Mapping[str, str], finding: Mapping[str, object], who: str, why: str = ""
) -> dict[str, object]:
    """The entry for `raw/decisions.yaml`. `row`: `decision`, `value`, `comment` (goes before `why`)."""
    told: dict[str, object] = {
        "finding": str(finding["discrepancy_id"]),
        "decision": "accept" if row["decision"] == "set" else row["decision"],
    }
    if row["value"]:
        told["value"] = row["value"]
    told["about"] = {key: str(finding[key]) for key in _ABOUT if finding.get(key)}
    added = {"who": who, "when": dt.date.today().isoformat(), "why": row["comment"] or why}
    return told | {key: text for key, text in added.items() if text}


def name(who: str | None) -> str:
    """Who decides: as given, else the user of this machine."""
    if who is not None:
        return who
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return ""


def effect(entry: Mapping[str, object], finding: Mapping[str, object]) -> Note:
    """What the decision will do, in words."""
    deeds = table().get(str(finding["code"]))
    id_, raw = entry["finding"], finding["raw"] or ""
    value = entry.get("value") or finding["suggestion"]
    if entry["decision"] == "reject":
        return note("decide.rejected-undo" if deeds and deeds.reject == "undo" else "decide.rejected", id=id_)
    if deeds and deeds.accept == "drop":
        return note("decide.accepted-drop", id=id_)
    if deeds and deeds.accept == "move" and value:
        return note("decide.accepted-move", id=id_, value=value)
    if deeds and value and (deeds.accept == "set" or "value" in entry):
        return note("decide.accepted-set", id=id_, raw=raw, value=value)
    return note("decide.accepted", id=id_)
