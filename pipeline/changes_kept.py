"""The build before, kept beside the store, so that a build can say what it changed.

`reports/changes.json` and `changes.html` tell what differs from the build before, and why. Deleting
`normalized/` and `reports/` and building again must give the same bytes, these two among them: so what is
compared with does not lie in those folders, and a build that gives the same content as the last one is
compared with what the last one was compared with. Where nothing is kept (a fresh copy of a project), what
lies in the folders is the build before; where there is nothing at all, there are no changes to write.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import changes
from pipeline.changes_read import Snapshot, of_folders, of_result
from pipeline.errors import SetupError
from pipeline.report import changes_page
from pipeline.result import Result
from pipeline.run import Settings
from pipeline.writers.json_files import write_tree


@dataclass(frozen=True, slots=True)
class Compared:
    """This build and the one that it is compared with, if there is any."""

    now: Snapshot
    before: Snapshot | None


def compare(result: Result, settings: Settings) -> Compared:
    """What a build is to be compared with."""
    now = of_result("new", result, settings.lang, (settings.reference_folder, settings.profiles_folder))
    kept = _load(settings.kept) if settings.kept is not None else None
    if kept is None:
        with contextlib.suppress(SetupError):
            before = of_folders("old", settings.out, settings.reports)
            return Compared(now, None if _same(before, now) else before)
        return Compared(now, None)
    return Compared(now, kept.before if _same(kept.now, now) else kept.now)


def write(compared: Compared, folder: Path, lang: str) -> None:
    """`changes.json` and `changes.html`, if there is a build before."""
    if compared.before is None:
        return
    found = changes.diff(compared.before, compared.now)
    findings = changes.findings_changed(compared.before, compared.now)
    told = changes.as_json("before", "now", found, findings, lang)
    write_tree(folder / "changes.json", told)
    changes_page.write(found, findings, compared, folder, lang)


def keep(compared: Compared, file: Path) -> None:
    """Keep both for the next build; a folder that cannot be written only costs it the comparison."""
    told = {
        "now": _plain(compared.now),
        "before": _plain(compared.before) if compared.before is not None else None,
    }
    packed = gzip.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1, mtime=0)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_bytes(packed)
        new.replace(file)


def _plain(snapshot: Snapshot) -> dict[str, object]:
    """The fields by name, not copied: a thousand orders have a million values."""
    return {f.name: getattr(snapshot, f.name) for f in dataclasses.fields(snapshot)}


def _load(file: Path) -> Compared | None:
    try:
        told = json.loads(gzip.decompress(file.read_bytes()).decode("utf-8", "surrogatepass"))
        before = told["before"]
        return Compared(Snapshot(**told["now"]), Snapshot(**before) if before is not None else None)
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None


def _same(a: Snapshot, b: Snapshot) -> bool:
    """The same datasets and findings (texts in another language are no other content)."""

    def statuses(s: Snapshot) -> object:
        return [(f["discrepancy_id"], f["status"]) for f in s.findings]

    mine, others = ({k: v for k, v in s.datasets.items() if v} for s in (a, b))
    return (
        mine.keys() == others.keys()
        and statuses(a) == statuses(b)
        and all(_same_rows(mine[k], others[k]) for k in mine)
    )


def _same_rows(a: Sequence[object], b: Sequence[object]) -> bool:
    """Equal as JSON has them: what was kept has lists where the program may have tuples."""
    return len(a) == len(b) and all(
        x == y or json.dumps(x, sort_keys=True) == json.dumps(y, sort_keys=True)
        for x, y in zip(a, b, strict=True)
    )
