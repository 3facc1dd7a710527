"""The command line: `prikaz build`, `extract`, `normalize`.

Data go to stdout, progress and messages to stderr. Exit codes: 0 done; 1 some source could not be read; 2
wrong usage; 3 with `--strict` when an open discrepancy of severity `error` is left. Heavy modules are
imported where they are used.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import __version__, state
from pipeline.errors import PrikazError, SetupError, SourceError

if TYPE_CHECKING:
    from pipeline.model import Document, Note, Value
    from pipeline.result import Result
    from pipeline.run import Failure, Settings

TYPES = ("school", "organization", "person", "municipality", "date", "number", "text")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class _Size(click.ParamType[int, object]):
    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        number, unit = (text[:-1], text[-1]) if text[-1:] in "KMG" and text else (text, "")
        try:
            size = float(number) * _UNITS[unit]
        except ValueError:
            self.fail(f"{value!r} is no size; write 512M or 1G", param, ctx)
        if size < 64 << 20:
            self.fail("a source needs at least 64M", param, ctx)
        return int(size)


_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Seconds a source may take.",
)
_MEMORY = click.option(
    "--memory", type=_Size(), default="1G", show_default=True, help="Memory a source may take."
)
_LANG = click.option(
    "--lang",
    type=click.Choice(["en", "ru"]),
    default="en",
    show_default=True,
    help="Language of reports and messages.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="prikaz")
def cli() -> None:
    """Turn official orders with tables into clean datasets, and report every discrepancy."""


@cli.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path), metavar="[SOURCE]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("normalized"),
    show_default=True,
    help="Folder for the datasets.",
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Folder for the reports.",
)
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Sources read at once (default: one a processor)."
)
@_TIMEOUT
@_MEMORY
@click.option(
    "--strict", is_flag=True, help="Exit with 3 when an open discrepancy of severity error is left."
)
@click.option("--force", is_flag=True, help="Build even if nothing changed.")
@_LANG
def build(
    sources: tuple[Path, ...],
    out: Path,
    reports: Path,
    jobs: int,
    timeout: float,
    memory: int,
    strict: bool,
    force: bool,
    lang: str,
) -> None:
    """Build datasets and reports from SOURCES (files or folders; default: raw/).

    Does nothing when neither sources, options, rules nor outputs have changed since the last build.
    """
    started = time.monotonic()
    given = sources or (Path("raw"),)
    for path in given:
        if not path.exists():
            raise SetupError("setup.no-such-file", file=str(path))
    from pipeline import run

    settings = run.Settings(out=out, reports=reports, jobs=jobs, timeout=timeout, memory=memory, lang=lang)
    found = run.find_sources(given)
    if not found:
        raise SetupError("setup.no-sources", file=", ".join(map(str, given)))
    file = out.absolute().parent / ".cache" / f"build-{out.name}.json"
    key = state.fingerprint(
        [*found, *_set_up_files(settings)],
        {"lang": lang, "reports": str(reports.absolute()), "timeout": timeout, "memory": memory},
    )
    saved = state.load(file)
    if not force and saved.get("key") == key and saved.get("outputs") == state.outputs((out, reports)):
        _say("cli.nothing", lang, n=len(found), file=f"{reports}/discrepancies.html")
        sys.exit(_exit_code(saved.get("errors"), saved.get("failures"), strict))
    result, failures = run.build(found, settings, _progress())
    _clear_progress()
    for failure in failures:
        _fail(failure.path, failure.reason, lang)
    errors = sum(
        1
        for f in result.findings
        if f.severity == "error" and f.status == "open" and f.code != "source-unreadable"
    )
    state.save(
        file,
        {"key": key, "outputs": state.outputs((out, reports)), "errors": errors, "failures": len(failures)},
    )
    _summary(result, failures, settings, time.monotonic() - started)
    sys.exit(_exit_code(errors, len(failures), strict))


def _set_up_files(settings: Settings) -> Iterable[tuple[str, Path]]:
    """Everything in raw/ that is no source but bears on the build."""
    from pipeline.run import NOT_SOURCES

    for name in NOT_SOURCES:
        path = settings.raw / name
        files = (
            sorted(p for p in path.rglob("*") if p.is_file())
            if path.is_dir()
            else [path]
            if path.is_file()
            else []
        )
        for file in files:
            yield str(file), file


def _exit_code(errors: object, failures: object, strict: bool) -> int:
    if failures:
        return 1
    return 3 if strict and errors else 0


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@_TIMEOUT
@_MEMORY
@click.option("--per-page", is_flag=True, help="Keep the pieces of tables as they lie on the pages.")
@click.option("--explain", is_flag=True, help="Add the reason of every structural decision.")
@_LANG
def extract(file: Path, timeout: float, memory: int, per_page: bool, explain: bool, lang: str) -> None:
    """Print the tables found in FILE as JSON, without interpreting them."""
    from pipeline import run

    try:
        document = run.extract_alone(file, per_page=per_page, timeout=timeout, memory=memory)
    except SourceError as error:
        _fail(str(file), error, lang)
        sys.exit(1)
    json.dump(document_json(document, explain=explain), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def document_json(document: Document, *, explain: bool = False) -> dict[str, object]:
    """A document as `prikaz extract` prints it. Boxes are in points from the top left corner, null where
    unknown.
    """
    tables = []
    for table in document.tables:
        one: dict[str, object] = {
            "page": table.page,
            "pages": list(table.pages),
            "bbox": _box(table.bbox),
            "n_rows": table.n_rows,
            "n_cols": table.n_cols,
            "header_rows": table.header_rows,
            "cells": [
                {
                    "row": c.row,
                    "col": c.col,
                    "row_span": c.row_span,
                    "col_span": c.col_span,
                    "text": c.text,
                    "page": c.place.page if c.place else None,
                    "bbox": _box(c.place.bbox if c.place else None),
                }
                for c in sorted(table.cells, key=lambda c: (c.row, c.col))
            ],
        }
        if explain:
            one["reasons"] = [
                {"what": r.what, "why": r.why, "row": r.row, "page": r.page} for r in table.reasons
            ]
        tables.append(one)
    return {
        "source": document.source.path,
        "format": document.source.format,
        "tables": tables,
        "blocks": [
            {"kind": b.kind, "text": b.text, "page": b.place.page if b.place else None}
            for b in document.blocks
        ],
    }


def _box(box: tuple[float, float, float, float] | None) -> list[float] | None:
    return [round(x, 2) for x in box] if box else None


@cli.command()
@click.option("--type", "kind", type=click.Choice(TYPES), required=True, help="What the values are.")
@click.option("--region", help="The region that the values are from («Смоленская область»).")
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@_LANG
def normalize(kind: str, region: str | None, values: tuple[str, ...], lang: str) -> None:
    """Normalize each VALUE (or line of stdin): one JSON object a line."""
    from pipeline.normalizers import NORMALIZERS
    from pipeline.normalizers.context import Context
    from pipeline.run import Settings, load_reference

    function = NORMALIZERS[kind]
    context = Context(region=region, reference=load_reference(Settings().reference_folder))
    lines = values or (line.rstrip("\n") for line in click.get_text_stream("stdin", encoding="utf-8"))
    for raw in lines:
        json.dump(value_json(function(raw, context), lang), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")


def value_json(value: Value, lang: str = "en") -> dict[str, object]:
    """A value as `prikaz normalize` prints it."""
    from pipeline.messages import say

    return {
        "raw": value.raw,
        "value": value.text,
        "parts": dict(value.parts),
        "changes": [
            {
                "rule": c.rule,
                "before": c.before,
                "after": c.after,
                "kind": c.kind,
                "confidence": round(c.confidence, 4),
                "evidence": [say(n, lang) for n in c.evidence],
            }
            for c in value.changes
        ],
        "candidates": [
            {
                "value": c.value,
                "confidence": round(c.confidence, 4),
                "evidence": [say(n, lang) for n in c.evidence],
            }
            for c in value.candidates
        ],
        "status": value.status,
        "problems": [{"code": p.code, "message": say(p.message, lang)} for p in value.problems],
    }


# ------------------------------------------------------------------------------------- what a person sees


def _say(key: str, lang: str, **args: object) -> None:
    from pipeline.messages import say

    click.echo(say(key, lang, **args), err=True)


def _fail(name: str, reason: Note | PrikazError, lang: str) -> None:
    """One line for one source: what is wrong and what to do. No control character of a name gets through."""
    from pipeline.messages import say
    from pipeline.safe import printable

    words = say(reason.note, lang) if isinstance(reason, PrikazError) else say(reason, lang)
    click.echo(f"prikaz: {printable(name)}: {printable(words)}", err=True)


def _progress() -> Callable[[int, int, str], None] | None:
    """Shows on a terminal which source is being read; nothing where messages go to a file."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int, name: str) -> None:
        click.echo(f"\r\x1b[2K[{done + 1}/{total}] {name}", err=True, nl=False)

    return show


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", err=True, nl=False)


def _summary(result: Result, failures: list[Failure], settings: Settings, seconds: float) -> None:
    from collections import Counter

    lang = settings.lang
    rows = [(name, len(records)) for name, records in result.records.items() if records]
    width = max((len(name) for name, _ in rows), default=0)
    _say("cli.built", lang, n=len(result.sources), seconds=f"{seconds:.1f}", out=str(settings.out))
    for name, n in rows:
        click.echo(f"  {name:<{width}}  {n:>6}", err=True)
    severities = Counter(f.severity for f in result.findings if f.status == "open")
    _say("cli.corrections", lang, n=len(result.corrections))
    _say(
        "cli.discrepancies",
        lang,
        errors=severities["error"],
        warnings=severities["warning"],
        infos=severities["info"],
    )
    if failures:
        _say("cli.failures", lang, n=len(failures))
    _say("cli.look", lang, file=str(settings.reports / "discrepancies.html"))


def main() -> None:
    """The console script: no traceback for what a user can mend."""
    try:
        cli()
    except PrikazError as error:
        lang = next((v for k, v in pairwise(sys.argv) if k == "--lang" and v in ("en", "ru")), "en")
        _fail(str(error.args_.get("file", "")), error, lang)
        sys.exit(1 if isinstance(error, SourceError) else 2)
