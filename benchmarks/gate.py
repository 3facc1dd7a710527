"""The gate: what was once reached is a floor, and floors only rise.

    python -m benchmarks.gate [--all] [--only GROUP …] [--data FOLDER] [--raise]

`floors.csv` holds a line a figure: `measure` («group.figure»), `kind`, `better` (higher or lower),
`floor`, `slack` (how far the floor stays behind what was measured when it is raised, in the figure's own
unit: 0 for counts and shares, something for times), `date`, `source` (the commit and how it was measured)
and `what`. `measures.py` holds a function a group.

Cheap groups run always (and in the test suite), slow ones with `--all`, those that need data from outside
with `--data FOLDER`. `--raise` writes a floor where the figure is better, never where it is worse, and adds
the lines of new figures. Exit code 1 when a figure is behind its floor or is no longer measured.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.csv")
_CLOSE = 1e-6  # floors are kept with six decimals


@dataclass(frozen=True, slots=True)
class Floor:
    """A line of `floors.csv`; `floor` None: the figure is only told."""

    measure: str
    kind: str  # cheap, slow, data
    better: str  # higher, lower
    floor: float | None
    slack: float
    date: str
    source: str
    what: str

    def holds(self, figure: float) -> bool:
        if self.floor is None:
            return True
        behind = self.floor - figure if self.better == "higher" else figure - self.floor
        return behind <= _CLOSE

    def raised(self, figure: float, date: str, source: str) -> Floor:
        """The floor that this figure allows: never a lower one."""
        reached = round(figure - self.slack if self.better == "higher" else figure + self.slack, 6)
        if self.floor is not None:
            gain = reached - self.floor if self.better == "higher" else self.floor - reached
            if gain <= _CLOSE:
                return self
        return replace(self, floor=reached, date=date, source=source)


def read(path: Path = FLOORS) -> list[Floor]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Floor(
                row["measure"], row["kind"], row["better"],
                float(row["floor"]) if row["floor"] else None, float(row["slack"] or 0),
                row["date"], row["source"], row["what"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def write(floors: Iterable[Floor], path: Path = FLOORS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f.name for f in fields(Floor)])
        for floor in floors:
            row = asdict(floor)
            row["floor"] = "" if floor.floor is None else f"{floor.floor:g}"
            row["slack"] = f"{floor.slack:g}"
            writer.writerow(row.values())


def measured(groups: Mapping[str, Callable[[], Mapping[str, float]]]) -> dict[str, float]:
    """The figures of these groups, as «group.figure»."""
    found: dict[str, float] = {}
    for group, function in groups.items():
        start = time.process_time()
        found |= {f"{group}.{name}": figure for name, figure in function().items()}
        print(f"  {group}: {time.process_time() - start:.1f} s", file=sys.stderr)
    return found


def failures(
    floors: Sequence[Floor], figures: Mapping[str, float], groups: Iterable[str]
) -> list[tuple[str, str]]:
    """(measure, what is wrong) for every figure of these groups that is behind its floor, missing, or has
    no line."""
    known = {floor.measure for floor in floors}
    wanted = set(groups)
    found = [(name, "has no line in floors.csv") for name in figures if name not in known]
    for floor in floors:
        if floor.measure.partition(".")[0] not in wanted:
            continue
        figure = figures.get(floor.measure)
        if figure is None:
            found.append((floor.measure, "is no longer measured"))
        elif not floor.holds(figure):
            found.append((floor.measure, f"{figure:g} is behind its floor {floor.floor:g}"))
    return found


def table(floors: Sequence[Floor], figures: Mapping[str, float]) -> str:
    lines = [f"{'measure':34} {'figure':>12} {'floor':>12}"]
    for floor in floors:
        if floor.measure not in figures:
            continue
        figure = figures[floor.measure]
        limit = "–" if floor.floor is None else f"{'≥' if floor.better == 'higher' else '≤'} {floor.floor:g}"
        mark = "" if floor.holds(figure) else "  BEHIND"
        lines.append(f"{floor.measure:34} {figure:12.6g} {limit:>12}{mark}  {floor.what}")
    return "\n".join(lines)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FLOORS.parent)
    return done.stdout.strip() or "no commit"


def main() -> int:
    from benchmarks import measures

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="the slow groups too")
    parser.add_argument("--only", nargs="+", metavar="GROUP", help="these groups only")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="run the groups that need data from here")
    parser.add_argument("--raise", action="store_true", dest="lift", help="write better floors")
    options = parser.parse_args()
    groups = measures.groups(slow=options.all or bool(options.only), data=options.data)
    if options.only:
        unknown = set(options.only) - groups.keys()
        if unknown:
            parser.error(f"no such group: {', '.join(sorted(unknown))} (there are {', '.join(groups)})")
        groups = {name: groups[name] for name in options.only}
    floors = read()
    figures = measured(groups)
    if options.lift:
        today, source = datetime.date.today().isoformat(), f"{_commit()}, benchmarks.gate"
        known = {floor.measure for floor in floors}
        floors += [measures.new_line(name) for name in figures if name not in known]
        floors = [f.raised(figures[f.measure], today, source) if f.measure in figures else f for f in floors]
        write(floors)
    print(table(floors, figures))
    wrong = failures(floors, figures, groups)
    for name, what in wrong:
        print(f"{name}: {what}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
