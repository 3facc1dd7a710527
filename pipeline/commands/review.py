"""`prikaz review`: a page on this machine to decide findings on."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import (
    LANG,
    LIMIT,
    MEMORY,
    OUT,
    RAW,
    REPORTS,
    TIMEOUT,
    fail,
    say_to_user,
    write_out,
)
from pipeline.errors import PrikazError, SetupError, StoppedError

if TYPE_CHECKING:
    from pipeline.review.work import Work
    from pipeline.run import Settings


@click.command(short_help="Decide findings on a page in the browser.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[SOURCE]...")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the page (default: one that is free).",
)
@click.option("--no-browser", is_flag=True, help="Only print the address; do not open a browser.")
@click.option("--who", default=None, metavar="NAME", help="Who decides (default: the user's name).")
@click.option(
    "--rebuild/--no-rebuild",
    default=True,
    show_default=True,
    help="Build at the end if something was decided.",
)
@RAW
@OUT
@REPORTS
@TIMEOUT
@MEMORY
@LIMIT
@LANG
def review(
    sources: tuple[Path, ...],
    port: int,
    no_browser: bool,
    who: str | None,
    rebuild: bool,
    raw: Path | None,
    out: Path,
    reports: Path,
    timeout: float,
    memory: int,
    limits: tuple[str, ...],
    lang: str,
) -> None:
    """Decide findings on a page in the browser, each beside its place in the source.

    The page is on this machine only (127.0.0.1), its address holds a secret. Decisions go into
    raw/decisions.yaml at once; a build, from the page or at the end, applies them. Ends with Ctrl+C.

    From another machine: `ssh -L PORT:127.0.0.1:PORT HOST`, with --port PORT --no-browser there.
    """
    from pipeline import run, state
    from pipeline.commands.build import kept_file, sources_of, state_file
    from pipeline.commands.progress import clear_progress, show_progress
    from pipeline.decisions_asked import name
    from pipeline.review.helper import Builder, Built, Helper, draw
    from pipeline.review.server import Server
    from pipeline.review.session import Session
    from pipeline.review.work import Work

    raw = raw or run.set_up_folder(sources)
    found = sources_of(sources, raw, (out, reports))
    last = state.load(state_file(out))  # reports keep the language and formats of the last build
    formats = last.get("formats")
    settings = run.Settings(
        raw=raw,
        out=out,
        reports=reports,
        timeout=timeout,
        memory=memory,
        lang=str(last.get("lang") or lang),
        formats=tuple(map(str, formats)) if isinstance(formats, list) else (),
        store=out.absolute().parent / ".cache" / "sources",
        kept=kept_file(out),
    )
    builder_tasks = Builder(settings, lambda: sources_of(sources, raw, (out, reports)), limits)
    builder = Helper({"look": builder_tasks.look, "build": builder_tasks.build})
    drawer = Helper({"draw": draw})
    try:
        say_to_user("review.reading", lang, n=len(found))
        built: Built = builder.ask("look", say=show_progress(lang))
        clear_progress()
        session = Session(built, raw, name(who))
        work = Work(session, builder, drawer, dict(found), lang, (timeout, memory))
        try:
            server = Server(port, secrets.token_urlsafe(24), work)
        except OSError as error:
            problem = error.strerror or str(error)
            raise SetupError("setup.review-port", file=f"127.0.0.1:{port}", problem=problem) from error
        _serve(server, no_browser, lang)
        _end(work, settings, rebuild, lang)
    finally:
        builder.close()
        drawer.close()


def _serve(server: object, no_browser: bool, lang: str) -> None:
    """Until Ctrl+C, a signal to end, or the page's button."""
    import threading

    from pipeline.review.server import Server

    assert isinstance(server, Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    say_to_user("review.open", lang, n=len(server.work.session.findings))
    write_out(server.address)
    if not no_browser and _has_screen():
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(server.address)
    say_to_user("review.how-to-end", lang)
    with contextlib.suppress(StoppedError):
        while not server.work.finished.wait(0.5):
            pass
    server.shutdown()
    server.server_close()


def _has_screen() -> bool:
    """Can a window be opened? A browser in this terminal would stand in the way."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform != "linux" or bool(shown)


def _end(work: Work, settings: Settings, rebuild: bool, lang: str) -> None:
    """What was done, and the build that is still due."""
    session = work.session
    left = sum(session.is_open(i) for i in session.findings)
    say_to_user(
        "review.summary", lang, n=session.made, left=left, total=len(session.findings), file=str(session.file)
    )
    try:
        if not session.unbuilt():
            return
        if not rebuild:
            say_to_user("review.build-later", lang)
            return
        say_to_user("review.building", lang)
        from pipeline.commands.build import summary

        built = work.build_now()
        summary(built.result, built.failures, settings, work.seconds)
    except StoppedError:
        say_to_user("review.build-later", lang)
    except PrikazError as error:
        fail(str(error.args_.get("file", "")), error, lang)
        sys.exit(2)
