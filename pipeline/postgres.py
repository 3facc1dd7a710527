"""Loads a finished build into PostgreSQL: one transaction, upsert by id, what has gone is deleted.

    1. lock        one load at a time for each schema (an advisory lock)
    2. migrate     create what is missing; where the description has changed since the last load: add and drop
                   columns of ours, make types and constraints anew. Columns that others added stay.
    3. stage       the rows go into temporary tables by COPY
    4. merge       delete, update, insert what differs, and only that; each change into `build_changes`
    5. record      a row in `builds`: when, by which version, from which content, how many changes

Foreign keys are checked at the end of the transaction; if anything fails, the old state stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.datasets import Dataset, Field, all_datasets
from pipeline.errors import SetupError
from pipeline.writers.table_schemas import by_reference, is_required, quoted, sql_check, sql_type

_LIST = "TEXT[]"
_HISTORY = """
CREATE TABLE IF NOT EXISTS builds (
  build_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  program_version TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  description JSONB NOT NULL,
  counts JSONB NOT NULL
);
CREATE TABLE IF NOT EXISTS build_changes (
  build_id BIGINT NOT NULL REFERENCES builds (build_id),
  dataset TEXT NOT NULL,
  key JSONB NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('inserted', 'updated', 'deleted')),
  before JSONB,
  after JSONB
);
CREATE INDEX IF NOT EXISTS build_changes_build_index ON build_changes (build_id, dataset);
COMMENT ON TABLE builds IS 'One row per load of a build';
COMMENT ON TABLE build_changes IS 'One row per row that a load changed, as it was and as it is';
"""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a load did to one dataset, in rows."""

    rows: int
    inserted: int
    updated: int
    deleted: int


def read_build(normalized: Path, reports: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of a finished build from its JSON files. Raises SetupError when there is none."""
    found = {}
    for dataset in all_datasets().values():
        path = (reports if dataset.folder == "reports" else normalized) / f"{dataset.name}.json"
        try:
            rows = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise SetupError("setup.no-build", file=str(path)) from error
        names = [f.name for f in dataset.fields]
        if any(list(row) != names for row in rows):
            raise SetupError("setup.no-build", file=str(path))
        found[dataset.name] = rows
    return found


def load(url: str, schema: str, rows: Rows) -> dict[str, Counts]:
    """Bring the tables in `schema` of the database at `url` to these rows. Gives what was done per dataset.

    Raises SetupError when psycopg is missing, for an address that is none, or with the server's words when
    the load fails (nothing has changed then).
    """
    psycopg = _psycopg()
    try:
        password = psycopg.conninfo.conninfo_to_dict(url).get("password")
    except psycopg.Error as error:  # the library's own words repeat parts of the address
        raise SetupError("setup.database-address", file=without_password(url)) from error
    try:
        with psycopg.connect(url, application_name="prikaz") as connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL client_min_messages = warning")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"prikaz.{schema}"])
            name = psycopg.sql.Identifier(schema).as_string(cursor)
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
            if cursor.fetchone() is None:  # IF NOT EXISTS would want the right to create one all the same
                cursor.execute(f"CREATE SCHEMA {name}")
            cursor.execute(f"SET LOCAL search_path TO {name}, pg_temp")
            cursor.execute(_HISTORY)
            _migrate(cursor)
            return _merge(cursor, rows)
    except psycopg.Error as error:
        said = " ".join(str(error).split()) or type(error).__name__
        if password:
            said = said.replace(str(password), "***")
        raise SetupError("setup.database", file=without_password(url), problem=said) from error


def without_password(url: str) -> str:
    """The address of a database as it may be shown."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return "PostgreSQL"
    user, at, host = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{at}{host.partition('?')[0]}"


def _psycopg() -> Any:  # psycopg is optional, so its types may be missing
    try:
        psycopg = import_module("psycopg")
        import_module("psycopg.conninfo")
        import_module("psycopg.sql")
    except ImportError as error:
        raise SetupError(
            "setup.engine-missing", file="--to", format="PostgreSQL", module="psycopg", extra="postgres"
        ) from error
    return psycopg


# ------------------------------------------------------------------------------------------------ tables


def describe() -> dict[str, Any]:
    """The tables as plain data: what decides whether there is something to migrate."""
    return {
        d.name: {
            "key": list(d.primary_key),
            "references": [list(key) for key in d.foreign_keys],
            "columns": {
                f.name: [sql_type(f, _LIST), is_required(f, _LIST), sql_check(f), f.description["en"]]
                for f in d.fields
            },
        }
        for d in all_datasets().values()
    }


def _migrate(cursor: Any) -> None:
    cursor.execute("SELECT description FROM builds ORDER BY build_id DESC LIMIT 1")
    last = cursor.fetchone()
    old: dict[str, Any] = last[0] if last else {}
    new = describe()
    if old == new:
        return
    datasets = by_reference(list(all_datasets().values()))
    for name in (*old, *new):
        _drop_constraints(cursor, name)
    for name in set(old) - set(new):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    for dataset in datasets:
        _migrate_columns(cursor, dataset, old.get(dataset.name, {}).get("columns", {}))
    for dataset in datasets:
        # old rows need not fit a new description: they are replaced in this same transaction
        cursor.execute(f"CREATE TEMP TABLE keep_{dataset.name} ON COMMIT DROP AS TABLE {dataset.name}")
        cursor.execute(f"DELETE FROM {dataset.name}")
        for statement in _constraints(dataset):
            cursor.execute(statement)
    for dataset in datasets:
        cursor.execute(_put_back(dataset))


def _put_back(dataset: Dataset) -> str:
    """The old rows again, those that fit: whole rows come from the merge, this only spares what is equal."""
    required = [quoted(f.name) for f in dataset.fields if is_required(f, _LIST)]
    checks = [f"({check}) IS NOT FALSE" for f in dataset.fields if (check := sql_check(f))]
    fit = " AND ".join([*(f"{name} IS NOT NULL" for name in required), *checks]) or "TRUE"
    return f"INSERT INTO {dataset.name} SELECT * FROM keep_{dataset.name} WHERE {fit} ON CONFLICT DO NOTHING"


def _drop_constraints(cursor: Any, table: str) -> None:
    """Our constraints, foreign keys first; those of others keep their names and stay."""
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
        "WHERE conrelid = to_regclass(%s) AND conname LIKE 'prikaz\\_%%' OR "
        "confrelid = to_regclass(%s) AND conname LIKE 'prikaz\\_%%' "
        "ORDER BY contype <> 'f'",
        [table, table],
    )
    for owner, name in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS {name}")


def _migrate_columns(cursor: Any, dataset: Dataset, old: Mapping[str, Any]) -> None:
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {dataset.name} ()")
    for name in old:
        if name not in {f.name for f in dataset.fields}:
            cursor.execute(f"ALTER TABLE {dataset.name} DROP COLUMN IF EXISTS {quoted(name)}")
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        [dataset.name],
    )
    there = dict(cursor.fetchall())
    for field in dataset.fields:
        name, kind = quoted(field.name), sql_type(field, _LIST)
        if field.name not in there:
            cursor.execute(f"ALTER TABLE {dataset.name} ADD COLUMN {name} {kind}")
            continue
        cursor.execute(f"ALTER TABLE {dataset.name} ALTER COLUMN {name} DROP NOT NULL")
        if there[field.name].upper() != kind:  # values come anew from the build
            cursor.execute(f"ALTER TABLE {dataset.name} ALTER COLUMN {name} TYPE {kind} USING NULL")


def _constraints(dataset: Dataset) -> list[str]:
    """Keys, checks, indexes and comments, all with names of ours."""
    table = dataset.name
    made = [f"ALTER TABLE {table} ADD CONSTRAINT prikaz_{table}_key PRIMARY KEY ({_names(dataset, True)})"]
    for field in dataset.fields:
        name = quoted(field.name)
        if is_required(field, _LIST):
            made.append(f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL")
        if check := sql_check(field):
            made.append(
                f"ALTER TABLE {table} ADD CONSTRAINT prikaz_{table}_{field.name}_values CHECK ({check})"
            )
        made.append(f"COMMENT ON COLUMN {table}.{name} IS {_literal(field.description['en'])}")
    for field_name, target, key in dataset.foreign_keys:
        made.append(
            f"ALTER TABLE {table} ADD CONSTRAINT prikaz_{table}_{field_name}_reference FOREIGN KEY "
            f"({field_name}) REFERENCES {target} ({key}) DEFERRABLE INITIALLY DEFERRED"
        )
        made.append(f"CREATE INDEX IF NOT EXISTS prikaz_{table}_{field_name}_index ON {table} ({field_name})")
    made.append(f"COMMENT ON TABLE {table} IS {_literal(dataset.description['en'])}")
    return made


def _names(dataset: Dataset, only_key: bool = False, prefix: str = "") -> str:
    fields = [f for f in dataset.fields if f.primary_key or not only_key]
    return ", ".join(prefix + quoted(f.name) for f in fields)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# ------------------------------------------------------------------------------------------------- rows


def _merge(cursor: Any, rows: Rows) -> dict[str, Counts]:
    datasets = by_reference(list(all_datasets().values()))
    content = json.dumps({d.name: rows[d.name] for d in datasets}, ensure_ascii=False).encode(
        "utf-8", "backslashreplace"
    )
    cursor.execute(
        "INSERT INTO builds (program_version, content_sha256, description, counts) "
        "VALUES (%s, %s, %s, '{}') RETURNING build_id",
        [__version__, hashlib.sha256(content).hexdigest(), json.dumps(describe())],
    )
    (build,) = cursor.fetchone()
    done = {dataset.name: _merge_table(cursor, dataset, rows[dataset.name], build) for dataset in datasets}
    counts = {
        name: {
            "rows": c.rows,
            "inserted": c.inserted,
            "updated": c.updated,
            "deleted": c.deleted,
        }
        for name, c in done.items()
    }
    cursor.execute("UPDATE builds SET counts = %s WHERE build_id = %s", [json.dumps(counts), build])
    return {name: done[name] for name in all_datasets()}


def _merge_table(cursor: Any, dataset: Dataset, rows: Sequence[Mapping[str, Any]], build: int) -> Counts:
    table, stage = dataset.name, f"stage_{dataset.name}"
    names, key = _names(dataset), _names(dataset, True)
    cursor.execute(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
    with cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as copy:
        copy.set_types([_copy_type(f) for f in dataset.fields])
        for row in rows:
            copy.write_row([_plain(row[f.name]) for f in dataset.fields])
    cursor.execute(f"ANALYZE {stage}")
    some = quoted(dataset.primary_key[0])  # never null in a row that there is
    same = f"({_names(dataset, prefix='o.')}) IS NOT DISTINCT FROM ({_names(dataset, prefix='n.')})"
    cursor.execute(
        f"INSERT INTO build_changes "
        f"SELECT %s, '{table}', {_key_json(dataset)}, "
        f"CASE WHEN n.{some} IS NULL THEN 'deleted' WHEN o.{some} IS NULL THEN 'inserted' "
        f"ELSE 'updated' END, to_jsonb(o), to_jsonb(n) "
        f"FROM (SELECT {names} FROM {table}) o FULL JOIN {stage} n USING ({key}) WHERE NOT ({same})",
        [build],
    )
    cursor.execute(
        "SELECT change, count(*) FROM build_changes WHERE build_id = %s AND dataset = %s GROUP BY change",
        [build, table],
    )
    found = dict(cursor.fetchall())
    joined = " AND ".join(f"n.{quoted(k)} = o.{quoted(k)}" for k in dataset.primary_key)
    cursor.execute(f"DELETE FROM {table} o WHERE NOT EXISTS (SELECT FROM {stage} n WHERE {joined})")
    others = [f for f in dataset.fields if not f.primary_key]
    sets = ", ".join(f"{quoted(f.name)} = excluded.{quoted(f.name)}" for f in others)
    differ = f"({_list(others, 'o.')}) IS DISTINCT FROM ({_list(others, 'excluded.')})"
    cursor.execute(
        f"INSERT INTO {table} AS o ({names}) SELECT {names} FROM {stage} "
        f"ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE {differ}"
    )
    return Counts(len(rows), *(found.get(c, 0) for c in ("inserted", "updated", "deleted")))


def _list(fields: Sequence[Field], prefix: str) -> str:
    return ", ".join(prefix + quoted(f.name) for f in fields)


def _key_json(dataset: Dataset) -> str:
    pairs = (f"{_literal(k)}, {quoted(k)}" for k in dataset.primary_key)
    return f"jsonb_build_object({', '.join(pairs)})"


def _copy_type(field: Field) -> str:
    return {"TEXT[]": "text[]", "INTEGER": "int4", "DOUBLE PRECISION": "float8", "DATE": "date"}.get(
        sql_type(field, _LIST), "text"
    )


def _plain(value: Any) -> Any:
    """Text that PostgreSQL can hold: it knows neither NUL nor half a character."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode()
    return value
