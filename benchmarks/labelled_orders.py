"""Orders of many regions and kinds with labelled anomalies: is every one found, and is nothing else said?

    python -m benchmarks.labelled_orders [--orders 200] [--seed 0] [--forms text html docx pdf] [--show 20]

Each order is read, resolved and checked as a build does it, alone,
in one of the forms. A finding is right where
its code and one of its rows are those of a label. Printed: recall by anomaly, precision by severity, and how
often the first place and the suggestion are right. One order of three is clean: it may have no error.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.labelled import world, writing
from benchmarks.labelled.anomalies import ANOMALIES, TEXT_ONLY
from benchmarks.labelled.drafts import draft
from benchmarks.labelled.forms import MAKERS, SUFFIXES
from benchmarks.labelled.parts import Draft, Label
from pipeline import messages
from pipeline.checks import run_checks
from pipeline.checks.findings import identify
from pipeline.model import Finding
from pipeline.resolve import resolve
from pipeline.run import Settings, read_order


@dataclass
class Score:
    """Counts over all orders. `shown` are the cases to look at."""

    put_in: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    placed: Counter[str] = field(default_factory=Counter)
    suggested: Counter[str] = field(default_factory=Counter)  # right suggestion, where one is expected
    suggestions: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)  # findings, by severity
    wrong: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    spoilt: Counter[str] = field(default_factory=Counter)  # clean orders with a finding, by severity
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def recall(self) -> float:
        return sum(self.found.values()) / max(1, sum(self.put_in.values()))

    def precision(self, severity: str) -> float:
        return self.right[severity] / max(1, self.right[severity] + self.wrong[severity])


def damaged(seed: int, form: str) -> tuple[Draft, list[tuple[str, Label]]]:
    """The order of a seed with its anomalies (none for every third)."""
    rng = random.Random(seed)
    made = draft(rng)
    put: list[tuple[str, Label]] = []
    if seed % 3 == 0:
        return made, put
    names = [n for n in ANOMALIES if form == "text" or n not in TEXT_ONLY]
    wanted = rng.choice((1, 2, 3, 5))
    for name in rng.sample(names, len(names)):
        if len(put) == wanted:
            break
        if ANOMALIES[name](made, rng):
            put.append((name, made.labels[-1]))
    return made, put


def findings_of(path: Path, settings: Settings) -> tuple[Finding, ...]:
    """What a build of this source alone says."""
    order = read_order(path, path.name, settings)
    return identify(run_checks(resolve([order])))


def score(
    result: Score,
    seed: int,
    form: str,
    found: Sequence[Finding],
    put: Sequence[tuple[str, Label]],
    pages: Sequence[writing.Page],
) -> None:
    """Holds the findings of one order against its labels."""
    rows = _rows(pages)
    explained: set[str] = set()
    for name, label in put:
        wanted = {rows[id(t)] for t in label.things if id(t) in rows}
        hits = [
            f
            for f in found
            if f.code in label.code.split("|")
            and _about(f, wanted)
            and (not label.field or label.field == f.field)
        ]
        result.put_in[name] += 1
        if not hits:
            said = [f"{f.code} {_where(f)}" for f in found if f.severity != "info"]
            result.shown[f"missed: {name}"].append(f"seed {seed} {form}: {sorted(wanted)}; said: {said}")
            continue
        result.found[name] += 1
        explained.update(f.id for f in hits)
        result.placed[name] += not wanted or any(
            _where(f)[:1] and _where(f)[0] in _with_tables(wanted) for f in hits
        )
        if len(hits) > 1:
            result.shown[f"several for one: {name}"].append(
                f"seed {seed} {form}: {[messages.say(f.message, 'en') for f in hits]}"
            )
        if label.suggestion is not None:
            result.suggestions[name] += 1
            given = [f.suggestion for f in hits]
            right = _plain(label.suggestion) in [_plain(s or "") for s in given]
            result.suggested[name] += right
            if not right:
                result.shown[f"suggestion: {name}"].append(
                    f"seed {seed} {form}: {label.suggestion!r}, given {given}"
                )
        for f in found:
            if f.code in label.also and _about(f, wanted):
                explained.add(f.id)
    alone = any(p.table is not None and p.table.alone for p in pages)  # no municipality anywhere: to be said
    explained.update(
        f.id for f in found if alone and (f.code, f.field) == ("header-mismatch", "municipality")
    )
    spoilt = set()
    for f in found:
        if f.id in explained:
            result.right[f.severity] += 1
        elif f.severity != "info":
            result.wrong[f.severity] += 1
            spoilt.add(f.severity)
            labels = [name for name, _ in put]
            result.shown[f"wrong {f.severity}: {f.code}"].append(
                f"seed {seed} {form} {labels}: {messages.say(f.message, 'en')} {_where(f)}"
            )
    if not put:
        result.clean += 1
        for severity in spoilt:
            result.spoilt[severity] += 1


def _rows(pages: Sequence[writing.Page]) -> dict[int, tuple[int, int]]:
    """Thing → (table, row), both counted from 1."""
    tables = [p.table for p in pages if p.table is not None]
    return {thing: (t, row) for t, table in enumerate(tables, 1) for thing, row in table.place.items()}


def _plain(name: str) -> str:
    """A name without quotes, forms and types abbreviated."""
    return world.canonical(name).replace("«", "").replace("»", "")


def _where(finding: Finding) -> list[tuple[int, int]]:
    return [(p.table or 0, p.row or 0) for p in finding.places]


def _about(finding: Finding, wanted: set[tuple[int, int]]) -> bool:
    return not wanted or bool(set(_where(finding)) & _with_tables(wanted))


def _with_tables(rows: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The rows, and their tables as a whole."""
    return rows | {(t, 0) for t, _ in rows}


def run(orders: int, seed: int, forms: Sequence[str]) -> Score:
    """Scores orders `seed` … `seed + orders − 1`, the forms in turn."""
    result = Score()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(raw=folder / "none")
        for n in range(seed, seed + orders):
            form = forms[n // 3 % len(forms)]
            made, put = damaged(n, form)
            pages = writing.written(made)
            path = folder / f"order{n}.{SUFFIXES.get(form, 'txt')}"
            MAKERS[form](path, pages)
            score(result, n, form, findings_of(path, settings), put, pages)
            path.unlink()
    return result


def report(result: Score, show: int) -> Iterator[str]:
    """The lines to print; up to `show` cases of each kind."""
    for name, n in sorted(result.put_in.items()):
        found = result.found[name]
        line = f"{name:<24} {n:5}  found {found / n:7.1%}"
        line += f"  first place {result.placed[name] / max(1, found):7.1%}"
        if result.suggestions[name]:
            line += f"  suggestion {result.suggested[name] / result.suggestions[name]:7.1%}"
        yield line
    yield f"recall {result.recall():.2%} of {sum(result.put_in.values())}"
    for severity in ("error", "warning"):
        right, wrong = result.right[severity], result.wrong[severity]
        yield f"precision {severity:<8} {result.precision(severity):.2%} ({right} right, {wrong} wrong)"
    error, warning = result.spoilt["error"], result.spoilt["warning"]
    yield f"clean orders {result.clean}: with an error {error}, with a warning {warning}"
    for label, cases in sorted(result.shown.items()):
        yield f"{label} ({len(cases)})"
        yield from (f"    {case}" for case in cases[:show])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--forms", nargs="+", default=list(MAKERS), choices=list(MAKERS))
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    begin = time.process_time()
    for line in report(run(options.orders, options.seed, options.forms), options.show):
        print(line)
    print(f"{time.process_time() - begin:.0f} s of processor time")


if __name__ == "__main__":
    main()
