"""`prikaz explain`: where a record or a value comes from, and what was done to it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import LANG, MEMORY, TIMEOUT
from pipeline.errors import SetupError

if TYPE_CHECKING:
    from pipeline.explain import Story


@click.command(short_help="Tell where a row, an entity or a finding comes from.")
@click.argument("id_", metavar="ID")
@click.argument("field", required=False)
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File or folder that the build reads (may be repeated; default: raw/).",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--prov", is_flag=True, help="Print it as W3C PROV-O in JSON-LD.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the page of a PDF or scan as PNG, the place in a frame.",
)
@TIMEOUT
@MEMORY
@LANG
def explain(
    id_: str,
    field: str | None,
    sources: tuple[Path, ...],
    as_json: bool,
    prov: bool,
    picture: Path | None,
    timeout: float,
    memory: int,
    lang: str,
) -> None:
    """Tell the story of ID (a row, an entity, a finding, a correction), or of one FIELD of it.

    Reads the sources (what the last build read and has not changed comes from its cache), and writes
    nothing but the picture.
    """
    from pipeline import run
    from pipeline.explain import as_text
    from pipeline.explain import explain as tell

    given = sources or (Path("raw"),)
    for path in given:
        if not path.exists():
            raise SetupError("setup.no-such-file", file=str(path))
    found = run.find_sources(given)
    if not found:
        raise SetupError("setup.no-sources", file=", ".join(map(str, given)))
    cache = Path(".cache", "sources")
    settings = run.Settings(
        raw=run.set_up_folder(given),
        timeout=timeout,
        memory=memory,
        lang=lang,
        store=cache if cache.is_dir() else None,
    )
    result, _ = run.make(found, settings)
    story = tell(result, id_, field, lang)
    if picture is not None:
        _write_picture(picture, story, dict(found), field is not None, timeout, memory)
    if prov:
        from pipeline.prov import as_prov

        story = as_prov(story)
    if as_json or prov:
        json.dump(story, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(as_text(story, lang))


def _write_picture(
    file: Path, story: Story, paths: Mapping[str, Path], of_field: bool, timeout: float, memory: int
) -> None:
    from pipeline.picture import picture

    own = story["values"][0]["place"] if of_field and story["values"] else None
    mentioned = next((m["place"] for m in story["mentions"] if m["place"]), None)
    place = own or story["place"] or mentioned
    format_ = story["source"]["format"] if story["source"] is not None else ""
    if (
        format_ not in ("pdf", "image")
        or place is None
        or place["page"] is None
        or place["file"] not in paths
    ):
        raise SetupError("setup.no-picture", file=story["id"])
    path, page, box = paths[place["file"]], place["page"], place["bbox"]
    content = picture(path, page, box, timeout=timeout, memory=memory, format_=format_)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SetupError("setup.cannot-write", file=str(file), problem=error.strerror or "?") from error
