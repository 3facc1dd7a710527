"""`prikaz build`: sources → datasets and reports."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import state
from pipeline.commands.options import LANG, LIMIT, MEMORY, TIMEOUT, Formats, fail, say_to_user
from pipeline.errors import SetupError
from pipeline.limits import use, with_overrides
from pipeline.safe import printable

if TYPE_CHECKING:
    from pipeline.result import Result
    from pipeline.run import Failure, Settings


@click.command()
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
@TIMEOUT
@MEMORY
@LIMIT
@click.option(
    "--strict", is_flag=True, help="Exit with 3 when an open discrepancy of severity error is left."
)
@click.option(
    "--format",
    "formats",
    type=Formats(),
    default="",
    help="Also write these, separated by commas: parquet, sqlite, duckdb, xlsx, jsonl.",
)
@click.option("--force", is_flag=True, help="Build even if nothing changed.")
@LANG
def build(
    sources: tuple[Path, ...],
    out: Path,
    reports: Path,
    jobs: int,
    timeout: float,
    memory: int,
    limits: tuple[str, ...],
    strict: bool,
    formats: tuple[str, ...],
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
    from pipeline.transport import no_collection

    settings = run.Settings(
        out=out,
        reports=reports,
        jobs=jobs,
        timeout=timeout,
        memory=memory,
        lang=lang,
        formats=formats,
        store=None if force else out.absolute().parent / ".cache" / "sources",
    )
    found = run.find_sources(given)
    if not found:
        raise SetupError("setup.no-sources", file=", ".join(map(str, given)))
    file = out.absolute().parent / ".cache" / f"build-{out.name}.json"
    key = state.fingerprint(
        [*found, *_set_up_files(settings)],
        {
            "lang": lang,
            "reports": str(reports.absolute()),
            "timeout": timeout,
            "memory": memory,
            "limits": sorted(limits),
            "formats": formats,
        },
    )
    saved = state.load(file)
    if not force and saved.get("key") == key and saved.get("outputs") == state.outputs((out, reports)):
        say_to_user("cli.nothing", lang, n=len(found), file=f"{reports}/discrepancies.html")
        sys.exit(_exit_code(saved.get("errors"), saved.get("failures"), strict))
    with use(with_overrides(limits)), no_collection():
        result, failures = run.build(found, settings, _progress())
        gc.freeze()  # all of it lives until the process ends: looking at it once more takes half a second
    _clear_progress()
    for failure in failures:
        fail(failure.path, failure.reason, lang)
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


def _progress() -> Callable[[int, int, str], None] | None:
    """Shows on a terminal which source is being read; nothing where messages go to a file."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int, name: str) -> None:
        click.echo(f"\r\x1b[2K[{done + 1}/{total}] {printable(name)}", err=True, nl=False)

    return show


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", err=True, nl=False)


def _summary(result: Result, failures: list[Failure], settings: Settings, seconds: float) -> None:
    from collections import Counter

    lang = settings.lang
    rows = [(name, len(records)) for name, records in result.records.items() if records]
    width = max((len(name) for name, _ in rows), default=0)
    say_to_user("cli.built", lang, n=len(result.sources), seconds=f"{seconds:.1f}", out=str(settings.out))
    for name, n in rows:
        click.echo(f"  {name:<{width}}  {n:>6}", err=True)
    severities = Counter(f.severity for f in result.findings if f.status == "open")
    say_to_user("cli.corrections", lang, n=len(result.corrections))
    say_to_user(
        "cli.discrepancies",
        lang,
        errors=severities["error"],
        warnings=severities["warning"],
        infos=severities["info"],
    )
    if failures:
        say_to_user("cli.failures", lang, n=len(failures))
    say_to_user("cli.look", lang, file=str(settings.reports / "discrepancies.html"))
