"""`prikaz build`: sources → datasets and reports."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import journal, state
from pipeline.commands.options import (
    LANG,
    LIMIT,
    MEMORY,
    OUT,
    REPORTS,
    TIMEOUT,
    Formats,
    fail,
    say_to_user,
)
from pipeline.errors import SetupError
from pipeline.limits import use, with_overrides

if TYPE_CHECKING:
    from pipeline.result import Result
    from pipeline.run import Failure, Progress, Settings


@click.command(short_help="Build datasets and reports from sources.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[SOURCE]...")
@click.option(
    "--raw",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the sources, with decisions, profiles and reference data (default: a folder among the "
    "sources that holds any of these, else raw/).",
)
@OUT
@REPORTS
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
    raw: Path | None,
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
    from pipeline import run
    from pipeline.commands.progress import clear_progress, show_progress
    from pipeline.transport import no_collection

    raw = raw or run.set_up_folder(sources)
    if journal.exists(out) or journal.exists(reports):
        from pipeline import publish

        publish.settle(out, reports)
    settings = run.Settings(
        raw=raw,
        out=out,
        reports=reports,
        jobs=jobs,
        timeout=timeout,
        memory=memory,
        lang=lang,
        formats=formats,
        store=None if force else out.absolute().parent / ".cache" / "sources",
        kept=kept_file(out),
    )
    found = sources_of(sources, raw, (out, reports))
    key = _key(found, settings, limits)
    saved = state.load(state_file(out))
    if not force and saved.get("key") == key and saved.get("outputs") == state.outputs((out, reports)):
        say_to_user("cli.nothing", lang, n=len(found), file=f"{reports}/discrepancies.html")
        sys.exit(_exit_code(saved.get("errors"), saved.get("failures"), strict))
    with no_collection():
        result, failures = build_and_note(found, settings, limits, show_progress(lang))
    clear_progress()
    for failure in failures:
        fail(failure.path, failure.reason, lang)
    summary(result, failures, settings, time.monotonic() - started)
    sys.exit(_exit_code(_errors(result), len(failures), strict))


def sources_of(given: tuple[Path, ...], raw: Path, made: tuple[Path, ...]) -> list[tuple[str, Path]]:
    """The sources in what was given, or in `raw`; what lies in the folders `made` by the program is none.

    Raises SetupError when there are none, or when a folder of sources is one that the program makes.
    """
    from pipeline import run

    own = [folder.resolve() for folder in made]
    for path in given or (raw,):
        if not path.exists():
            raise SetupError("setup.no-such-file", file=str(path))
        if path.resolve() in own:
            raise SetupError("setup.out-among-sources", file=str(path))
    if raw.resolve() in own:
        raise SetupError("setup.out-among-sources", file=str(raw))
    found = run.find_sources(given or (raw,), made)
    if not found:
        raise SetupError("setup.no-sources", file=", ".join(map(str, given or (raw,))))
    return found


def state_file(out: Path) -> Path:
    """Where the state of the last build into a folder is kept."""
    return out.absolute().parent / ".cache" / f"build-{out.name}.json"


def kept_file(out: Path) -> Path:
    """Where the last build into a folder is kept, to tell what the next one changes."""
    return out.absolute().parent / ".cache" / f"last-{out.name}.json.gz"


def build_and_note(
    found: list[tuple[str, Path]],
    settings: Settings,
    limits: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> tuple[Result, list[Failure]]:
    """`run.build`, and the note by which the next build tells that nothing has changed. Raises SetupError."""
    from pipeline import run

    key = _key(found, settings, limits)
    with use(with_overrides(limits)):
        result, failures = run.build(found, settings, progress)
    state.save(
        state_file(settings.out),
        {
            "key": key,
            "outputs": state.outputs((settings.out, settings.reports)),
            "errors": _errors(result),
            "failures": len(failures),
            "lang": settings.lang,
            "formats": settings.formats,
        },
    )
    return result, failures


def _key(found: list[tuple[str, Path]], settings: Settings, limits: tuple[str, ...]) -> str:
    from pipeline import run

    options = {
        "lang": settings.lang,
        "whole": run.is_whole(found, settings),
        "reports": str(settings.reports.absolute()),
        "timeout": settings.timeout,
        "memory": settings.memory,
        "limits": sorted(limits),
        "formats": settings.formats,
    }
    return state.fingerprint([*found, *_set_up_files(settings)], options)


def _errors(result: Result) -> int:
    return sum(
        1
        for f in result.findings
        if f.severity == "error" and f.status == "open" and f.code != "source-unreadable"
    )


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


def summary(result: Result, failures: list[Failure], settings: Settings, seconds: float) -> None:
    """What was built, in a few lines on stderr."""
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
    if (settings.reports / "changes.html").exists():
        say_to_user("changes.look", lang, file=str(settings.reports / "changes.html"))
    say_to_user("cli.look", lang, file=str(settings.reports / "discrepancies.html"))
