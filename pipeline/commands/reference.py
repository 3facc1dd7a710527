"""`prikaz reference`: classifiers of settlements and municipalities, imported and listed."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.commands.options import LANG, say_to_user

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("raw/reference"),
    show_default=True,
    help="Folder of the reference data.",
)


@click.group(short_help="Reference data: import it, list it.")
def reference() -> None:
    """Reference data: which settlements and municipalities there are."""


@reference.command("import", short_help="Import a classifier or a plain CSV.")
@click.argument("file", type=click.Path(path_type=Path))
@_FOLDER
@click.option("--complete/--incomplete", default=None, help="Whether absence from it proves anything.")
@click.option("--source", help="Where it comes from (shown in findings).")
@click.option("--date", help="Of what date it is (ISO).")
@LANG
def import_(
    file: Path, folder: Path, complete: bool | None, source: str | None, date: str | None, lang: str
) -> None:
    """Import a classifier: KLADR.DBF, OKTMO CSV, GAR or FIAS XML, or a plain CSV."""
    from pipeline.reference_import import import_file

    done = import_file(file, folder, complete=complete, source=source, date=date)
    say_to_user(
        "cli.reference-imported",
        lang,
        file=str(file),
        settlements=done.origin.settlements,
        municipalities=done.origin.municipalities,
        regions=list(done.origin.regions[:5]),
        index=str(done.index),
    )


@reference.command("list", short_help="List the reference data and what they hold.")
@_FOLDER
@LANG
def list_(folder: Path, lang: str) -> None:
    """List the reference data: file, date, what it holds, whether it is complete."""
    from pipeline.messages import say
    from pipeline.reference_import import list_references

    found = list_references(folder)
    if not found:
        say_to_user("cli.reference-none", lang, folder=str(folder))
    for origin in found:
        key = "cli.reference-complete" if origin.complete else "cli.reference-incomplete"
        regions = ", ".join(origin.regions[:3]) + ("…" if len(origin.regions) > 3 else "")
        click.echo(
            "\t".join(
                [
                    origin.file,
                    origin.date or "",
                    say("cli.reference-settlements", lang, n=origin.settlements),
                    say("cli.reference-municipalities", lang, n=origin.municipalities),
                    regions,
                    say(key, lang),
                    origin.source or "",
                ]
            )
        )
