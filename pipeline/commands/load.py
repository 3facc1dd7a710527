"""`prikaz load`: a finished build into PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.commands.options import LANG, say_to_user


@click.command(short_help="Load the last build into PostgreSQL.")
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help="Database: postgresql://USER@HOST/NAME. Leave the password to ~/.pgpass or PGPASSWORD.",
)
@click.option("--schema", default="prikaz", show_default=True, help="Schema that the tables are in.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("normalized"),
    show_default=True,
    help="Folder with the datasets of the build.",
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Folder with the reports of the build.",
)
@LANG
def load(url: str, schema: str, out: Path, reports: Path, lang: str) -> None:
    """Load the last build into PostgreSQL, in one transaction.

    Creates or migrates the tables, inserts and updates by id, deletes what has gone, and keeps a history in
    builds and build_changes. If anything fails, the database stays as it was.
    """
    from pipeline import postgres, publish

    publish.settle(out, reports)
    done = postgres.load(url, schema, postgres.read_build(out, reports))
    say_to_user("cli.loaded", lang, to=postgres.without_password(url), schema=schema)
    width = max(map(len, done))
    for name, n in done.items():
        click.echo(f"  {name:<{width}}  {n.rows:>6}  +{n.inserted} ~{n.updated} -{n.deleted}", err=True)
