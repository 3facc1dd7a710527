"""What the gate measures: a function a group, each gives figures by name.

To add one: write a function under `@measure("cheap")` (seconds, in every test run), `"slow"`, or `"data"`
(takes the folder given with `--data`), then run `python -m benchmarks.gate --only GROUP --raise`, which adds
its lines to `floors.csv`; set there `better`, `slack` and `what`. Figures must not hang on the machine:
shares and counts rather than seconds, times only beside another reader's in the same run.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.gate import Floor
from pipeline.model import Grid, Source

if TYPE_CHECKING:
    from benchmarks import schools_regions

Figures = Mapping[str, float]
_GROUPS: dict[str, tuple[str, Callable[..., Figures]]] = {}


def measure(kind: str) -> Callable[[Callable[..., Figures]], Callable[..., Figures]]:
    """Registers a function under its name as a group of this kind."""

    def register(function: Callable[..., Figures]) -> Callable[..., Figures]:
        _GROUPS[function.__name__] = (kind, function)
        return function

    return register


def groups(*, slow: bool = False, data: Path | None = None) -> dict[str, Callable[[], Figures]]:
    """The groups that can run: the cheap ones, with `slow` the slow ones, with a folder those on its data."""
    found: dict[str, Callable[[], Figures]] = {}
    for name, (kind, function) in _GROUPS.items():
        if kind == "cheap" or (kind == "slow" and slow):
            found[name] = function
        elif kind == "data" and data is not None:
            found[name] = partial(function, data)
    return found


def kinds() -> dict[str, str]:
    """Each group's kind."""
    return {name: kind for name, (kind, _) in _GROUPS.items()}


def new_line(name: str) -> Floor:
    """The line of a figure that has none yet: higher is better until a person says otherwise."""
    kind = _GROUPS[name.partition(".")[0]][0]
    return Floor(name, kind, "higher", None, 0.0, "", "", "")


# ------------------------------------------------------------------------------------------------ forms


def _same_in_forms(seeds: Iterable[int], written: Iterable[str]) -> Figures:
    """The share of made-up orders that give in each form what the order says (text) or the text gives."""
    from benchmarks.order_forms import built
    from tests import forms as made
    from tests import orders

    same: dict[str, int] = {"text": 0, **dict.fromkeys(written, 0)}
    n = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in seeds:
            n += 1
            order, said = orders.generate(seed)
            text = folder / f"order{seed}.txt"
            made.make_text(text, order)
            expected = built(text, folder)
            sites = [(s["municipality"], s["school"], s["partner"]) for s in expected["training_sites"]]
            items = [(a["item_no"], a["title"], a["deadline"]) for a in expected["activities"]]
            same["text"] += sites == said.sites and items == said.activities
            for form in written:
                path = folder / f"order{seed}.{form}"
                getattr(made, f"make_{form}")(path, order)
                same[form] += built(path, folder) == expected
    return {form: count / n for form, count in same.items()}


@measure("cheap")
def forms() -> Figures:
    """Whole builds of a few orders in every form that the tests write."""
    return _same_in_forms(range(1000, 1003), ("docx", "html", "pdf"))


@measure("slow")
def many_forms() -> Figures:
    return _same_in_forms(range(30), ("docx", "html", "pdf"))


# ------------------------------------------------------------------------------------------- structure


def _random_table(rng: random.Random) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """Rows of short texts, and merged cells over rows or columns that do not overlap."""
    n_rows, n_cols = rng.randint(4, 9), rng.randint(3, 5)
    rows = [
        [rng.choice(("МБОУ", "Срок", "Район", "до 1 мая")) + f" {r}.{c}" for c in range(n_cols)]
        for r in range(n_rows)
    ]
    spans, taken = [], set()
    for _ in range(3):
        h, w = rng.choice(((1, 2), (2, 1), (3, 1), (2, 2)))
        r, c = rng.randrange(n_rows - h + 1), rng.randrange(n_cols - w + 1)
        places = {(r + i, c + j) for i in range(h) for j in range(w)}
        if not places & taken:
            taken |= places
            spans.append((r, c, h, w))
            for i, j in places - {(r, c)}:
                rows[i][j] = ""
    return rows, spans


def _expected(rows: list[list[str]], spans: list[tuple[int, int, int, int]]) -> set[tuple[object, ...]]:
    merged = {(r, c): (h, w) for r, c, h, w in spans}
    covered = {(r + i, c + j) for r, c, h, w in spans for i in range(h) for j in range(w)} - merged.keys()
    return {
        (r, c, *merged.get((r, c), (1, 1)), text)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if (r, c) not in covered
    }


def _cells(grid: Grid) -> set[tuple[object, ...]]:
    return {(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells}


def _share(tables: list[set[tuple[object, ...]]], grids: tuple[Grid, ...]) -> float:
    """Cells at the right place with the right spans and text, of all cells there are or were read."""
    right = sum(len(t & _cells(g)) for t, g in zip(tables, grids, strict=False))
    wanted, read = sum(map(len, tables)), sum(len(g.cells) for g in grids)
    return right / max(wanted, read, 1)


@measure("cheap")
def structure() -> Figures:
    """Cells of generated tables with merged cells: places, spans and texts."""
    import docx as python_docx

    from pipeline.extractors import docx, pdf
    from tests.pdfmake import Sheet

    rng = random.Random(3)
    made = [_random_table(rng) for _ in range(12)]
    truth = [_expected(*table) for table in made]
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "tables.pdf"
        sheet = Sheet(page)
        for rows, spans in made:
            sheet.text(50, 60, "Текст приказа перед таблицей, который в неё не входит.")
            sheet.table(rows, [95.0] * len(rows[0]), spans=spans)
            sheet.page()
        sheet.save()
        word = Path(name) / "tables.docx"
        document = python_docx.Document()
        for rows, spans in made:
            document.add_paragraph("Текст приказа перед таблицей, который в неё не входит.")
            table: Any = document.add_table(len(rows), len(rows[0]))
            for r, c, h, w in spans:
                table.cell(r, c).merge(table.cell(r + h - 1, c + w - 1))
            for r, c, _, _, text in truth[made.index((rows, spans))]:
                table.cell(r, c).text = text
        document.save(str(word))
        return {
            "pdf": _share(truth, pdf.extract(page, Source("tables.pdf", "", "pdf")).grids),
            "docx": _share(truth, docx.extract(word, Source("tables.docx", "", "docx")).grids),
        }


@measure("slow")
def speed() -> Figures:
    """Processor time beside bare readers in the same run: DOCX in times of zip and lxml, PDF as a share of
    PDFium's speed."""
    from benchmarks import docx_speed, pdf_speed

    with tempfile.TemporaryDirectory() as name:
        word, page = Path(name) / "table.docx", Path(name) / "pages.pdf"
        found = {}
        for rich in (False, True):
            docx_speed.make(word, 10_000, 5, rich)
            ours, bare = (docx_speed.measure(f, word, 3) for f in (docx_speed.ours, docx_speed.bare))
            found["docx_as_word" if rich else "docx_plain"] = ours / bare
        pdf_speed.make(page, 40)
        pdf_speed.ours(page)
        seconds = []
        for read in (pdf_speed.ours, pdf_speed.bare):
            best = float("inf")
            for _ in range(3):
                start = time.process_time()
                read(page)
                best = min(best, time.process_time() - start)
            seconds.append(best)
        return {**found, "pdf": seconds[1] / seconds[0]}


@measure("data")
def icdar(folder: Path) -> Figures:
    """ICDAR 2013, European half: `folder` holds `score_tables.py` and `icdar2013-eu/`."""
    from benchmarks import ruled_tables
    from benchmarks.icdar import as_json
    from pipeline.extractors import pdf

    truth = folder / "icdar2013-eu"
    recognised = 0
    with tempfile.TemporaryDirectory() as name:
        for file in sorted(truth.glob("*.pdf")):
            document = pdf.extract(file, Source(file.name, "", "pdf"))
            recognised += sum(1 for n in document.notes if n.key.startswith(("scan.", "pdf.text-")))
            text = json.dumps(as_json(document), ensure_ascii=False)
            (Path(name) / f"{file.stem}.json").write_text(text, encoding="utf-8")
        classes = Path(name) / "classes.txt"
        classes.write_text(json.dumps(ruled_tables.classes(truth)), encoding="utf-8")
        command = [sys.executable, str(folder / "score_tables.py"), name, "--truth", str(truth)]
        command += ["--classes", str(classes)]
        scores = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {
        "f1": scores["docavg_F1"],
        "micro_f1": scores["micro_F1"],
        "ruled_micro_f1": scores["classes"]["ruled"]["micro_F1"],
        "recognised": recognised,
    }


# ------------------------------------------------------------------------------------------- normalizers


@measure("cheap")
def schools() -> Figures:
    """Damaged names of schools: none broken, none wrong, the share that is fixed or suggested first."""
    from benchmarks import schools_generator

    counts = schools_generator.measure(5000, 7, 0.08).counts
    found: dict[str, float] = {"broken": counts["broken"], "wrong": counts["wrong"]}
    for label in ("lexicon", "consensus"):
        found[f"{label}_fixed"] = counts[f"{label} fixed"] / max(1, counts[f"{label} n"])
        found[f"{label}_first"] = counts[f"{label} first"] / max(1, counts[f"{label} n"])
    return found


def _in_columns(score: schools_regions.Score) -> dict[str, float]:
    counts = score.counts
    found: dict[str, float] = {"broken": counts["broken"], "wrong": counts["wrong"]}
    for label in ("lexicon", "consensus"):
        found[f"{label}_fixed"] = counts[f"{label} fixed"] / max(1, counts[f"{label} n"])
        found[f"{label}_first"] = counts[f"{label} first"] / max(1, counts[f"{label} n"])
    return found


@measure("cheap")
def schools_in_columns() -> Figures:
    """The same in rows of municipality, school and partner, as orders have them."""
    from benchmarks import schools_regions

    regions = {"": schools_regions.builtin()}
    return _in_columns(schools_regions.measure(regions, 5000, 3, 0.1, schools_regions.Damage(None)))


@measure("cheap")
def schools_otherwise() -> Figures:
    """The same with damage of other kinds: capitals, torn and joined words, swapped letters, lost quotes."""
    from benchmarks import schools_official

    score = schools_official.measure(schools_official.builtin(), 4000, 3, 0.1, "rows")
    found: dict[str, float] = {"broken": score.counts["broken"], "wrong": score.counts["wrong"]}
    for label in ("lexicon", "consensus"):
        for what in ("fixed", "first"):
            found[f"{label}_{what}"] = score.ways[label][what] / max(1, score.ways[label]["n"])
    return found


@measure("data")
def schools_of_regions(folder: Path) -> Figures:
    """The same with real settlements: `folder` holds `settlements.csv` and `ocr-confusions.csv`."""
    from benchmarks import schools_regions

    regions = schools_regions.read_settlements(folder / "settlements.csv")
    damage = schools_regions.Damage(folder / "ocr-confusions.csv")
    return _in_columns(schools_regions.measure(regions, 30_000, 5, 0.08, damage))


@measure("cheap")
def fields() -> Figures:
    """Dates, people, organizations, municipalities, numbers: none broken, none wrong, the share that is
    right or suggested first."""
    from benchmarks import fields_generator

    with contextlib.redirect_stdout(io.StringIO()):
        results = fields_generator.run(60, 3)
    found: dict[str, float] = {"broken": 0, "wrong": 0}
    for kind, counts in results.items():
        found["broken"] += counts["clean BROKEN"]
        found["wrong"] += counts["damaged, fixed WRONG"] + counts["damaged, read WRONG"]
        damaged = sum(n for outcome, n in counts.items() if outcome.startswith("damaged"))
        good = counts["damaged, right"] + counts["damaged, suggested first"]
        found[f"{kind}_first"] = good / max(1, damaged)
    return found


@measure("cheap")
def groups_of_schools() -> Figures:
    """Slipped and lost headings of lists of schools, with a complete list of made-up settlements."""
    from benchmarks import groups_order
    from benchmarks.schools_generator import SYLLABLES
    from pipeline.reference import Settlement

    rng = random.Random(11)
    tails, kinds = ("ово", "ино", "евка", "ск", "ово", "ичи"), ("д.", "д.", "с.", "пгт")
    districts = [
        f"{a}{b}ский район" for a in ("Вер", "Дуб", "Каз", "Мол", "Пест") for b in ("ев", "ин", "ов", "ам")
    ]
    names = sorted(
        {"".join(rng.choices(SYLLABLES, k=2)).capitalize() + rng.choice(tails) for _ in range(500)}
    )
    settlements = [
        Settlement(name, rng.choice(kinds), rng.choice(districts), "Псковская область") for name in names
    ]
    reference = groups_order.in_memory(settlements, complete=True)
    lists = dict(groups_order.cases(settlements, rng, 6))
    found: dict[str, float] = {}
    for case in ("clean", "slipped", "lost headings"):
        counts = groups_order.score(lists[case], reference, "Псковская область")
        name = case.replace(" ", "_")
        found[f"{name}_false"] = counts["false"] + counts["elsewhere"]
        if case != "clean":
            found[f"{name}_found"] = counts["found"] / max(1, counts["wrong"])
    return found


# ------------------------------------------------------------------------------------------------ checks


def _of_checks(orders: int, seed: int, written: tuple[str, ...]) -> Figures:
    """Labelled orders: the anomalies that are found, and the findings that are right."""
    from benchmarks import labelled_orders

    score = labelled_orders.run(orders, seed, written)
    places = sum(score.placed.values()) / max(1, sum(score.found.values()))
    suggested = sum(score.suggested.values()) / max(1, sum(score.suggestions.values()))
    return {
        "recall": score.recall(),
        "error_precision": score.precision("error"),
        "warning_precision": score.precision("warning"),
        "right_place": places,
        "right_suggestion": suggested,
        "clean_with_error": score.spoilt["error"],
        "clean_with_warning": score.spoilt["warning"],
    }


@measure("cheap")
def checks() -> Figures:
    return _of_checks(90, 100, ("text",))


@measure("slow")
def many_checks() -> Figures:
    return _of_checks(600, 1000, ("text", "html", "docx", "pdf"))


# ------------------------------------------------------------------------------------------------ scans
@measure("slow")
def scans() -> Figures:
    """One page of two layouts, clean, with noise and under a stamp, at 300 and 200 dpi."""
    from benchmarks import scans as scanned
    from benchmarks.scan_damage import degrade
    from benchmarks.scan_pages import LAYOUTS, drawn, sheets

    total: Counter[str] = Counter()
    for number, layout in enumerate(x for x in LAYOUTS if x.name in {"serif12", "dserif9"}):
        page, leaf = next(iter(sheets(layout, number or None)))
        for dpi in (300, 200):
            for kind in ("clean", "noise", "stamp"):
                picture = degrade(drawn(page, dpi), dpi, kind, seed=number)
                total += scanned.measure(picture, dpi, leaf)
    return {
        "structure": total["right"] / total["pages"],
        "exact": total["exact"] / total["cells"],
        "silent": total["silent"] / total["cells"],
        "flagged": total["flagged"] / total["cells"],
    }
