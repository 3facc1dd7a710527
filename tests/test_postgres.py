"""Loads into a real PostgreSQL server, started for the tests from Debian's package."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipeline import datasets, postgres
from pipeline.errors import SetupError
from pipeline.messages import say
from pipeline.postgres import load
from pipeline.result import Result
from pipeline.writers import write_datasets, write_reports

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not SERVERS, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A cluster of its own, reached by a socket in its own folder; the server refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="prikaz-postgres-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    user = "postgres" if as_user else pwd.getpwuid(os.geteuid()).pw_name

    def run(program: str, *options: str) -> None:
        command = [*as_user, str(SERVERS[-1].with_name(program)), "-D", str(folder / "data"), *options]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run("initdb", "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C", "-U", user)
        access = folder / "data" / "pg_hba.conf"
        access.write_text("local all guarded scram-sha-256\n" + access.read_text())
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://{user}@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    """An empty database."""
    name = f"test{abs(hash(request.node.name))}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]  # a name of ours
    return server.format(name)


Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def rows(real: Result) -> Rows:
    return {name: real.rows(name) for name in datasets.all_datasets()}


def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload,no-any-return]  # any SQL


def state(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that the schema holds."""
    names = [*datasets.all_datasets(), "builds", "build_changes"]
    return {name: query(url, f"SELECT t::text FROM prikaz.{name} t ORDER BY 1") for name in names}


def loaded(url: str, name: str) -> list[dict[str, Any]]:
    return [r[0] for r in query(url, f"SELECT to_jsonb(t) FROM prikaz.{name} t")]


def by_key(name: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    key = datasets.all_datasets()[name].primary_key
    return {tuple(row[k] for k in key): row for row in rows}


def test_every_row_arrives_typed_with_keys_and_comments(url: str, rows: Rows) -> None:
    done = load(url, "prikaz", rows)
    for name, dataset in datasets.all_datasets().items():
        assert by_key(name, loaded(url, name)) == by_key(name, rows[name])
        assert done[name] == postgres.Counts(len(rows[name]), len(rows[name]), 0, 0)
        keys = query(
            url,
            f"SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'prikaz.{name}'::regclass",
        )
        assert len(keys) == len(dataset.foreign_keys)
    (kind,) = query(url, "SELECT pg_typeof(variants)::text FROM prikaz.schools LIMIT 1")
    assert kind == ("text[]",)
    (comment,) = query(url, "SELECT obj_description('prikaz.schools'::regclass)")
    assert comment == (datasets.all_datasets()["schools"].description["en"],)


def test_a_second_load_changes_nothing_and_is_recorded(url: str, rows: Rows) -> None:
    load(url, "prikaz", rows)
    versions = query(url, "SELECT school_id, xmin::text FROM prikaz.schools ORDER BY 1")
    done = load(url, "prikaz", rows)
    assert all((c.inserted, c.updated, c.deleted) == (0, 0, 0) for c in done.values())
    assert query(url, "SELECT school_id, xmin::text FROM prikaz.schools ORDER BY 1") == versions
    hashes = query(url, "SELECT content_sha256 FROM prikaz.builds")
    assert len(hashes) == 2
    assert len(set(hashes)) == 1


def changed(rows: Rows) -> Rows:
    """One site gone, one changed, one new, and a school that nobody names any more gone with it."""
    first, second, *others = rows["training_sites"]
    new = {**first, "site_id": "site-new", "position": 999}
    sites = [{**second, "partner": "МБОУ Новая СОШ"}, *others, new]
    named = {s[k] for s in sites for k in ("school_id", "partner_id")}
    schools = [s for s in rows["schools"] if s["school_id"] in named]
    return {**rows, "training_sites": sites, "schools": schools}


def test_what_is_new_changed_or_gone_follows_and_the_history_keeps_it(url: str, rows: Rows) -> None:
    load(url, "prikaz", rows)
    new = changed(rows)
    done = load(url, "prikaz", new)
    assert done["training_sites"] == postgres.Counts(len(rows["training_sites"]), 1, 1, 1)
    for name in new:
        assert by_key(name, loaded(url, name)) == by_key(name, new[name])
    history = query(
        url,
        "SELECT change, key, before->>'partner', after->>'partner' FROM prikaz.build_changes "
        "WHERE build_id = 2 AND dataset = 'training_sites' ORDER BY change",
    )
    first, second, *_ = rows["training_sites"]
    assert history == [
        ("deleted", {"site_id": first["site_id"]}, first["partner"], None),
        ("inserted", {"site_id": "site-new"}, None, first["partner"]),
        ("updated", {"site_id": second["site_id"]}, second["partner"], "МБОУ Новая СОШ"),
    ]
    (counts,) = query(url, "SELECT counts->'training_sites' FROM prikaz.builds WHERE build_id = 2")
    assert counts[0] == {"rows": len(new["training_sites"]), "inserted": 1, "updated": 1, "deleted": 1}


@pytest.mark.parametrize(
    "failure", ["RAISE EXCEPTION 'disk full'", "PERFORM pg_terminate_backend(pg_backend_pid())"]
)
def test_a_failure_in_the_middle_leaves_the_old_state(url: str, rows: Rows, failure: str) -> None:
    load(url, "prikaz", rows)
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE FUNCTION prikaz.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # type: ignore[call-overload]  # psycopg wants literal SQL
            f"IF NEW.site_id = 'site-new' THEN {failure}; END IF; RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER fail BEFORE INSERT ON prikaz.training_sites "
            "FOR EACH ROW EXECUTE FUNCTION prikaz.fail()"
        )
    before = state(url)
    with pytest.raises(SetupError) as error:
        load(url, "prikaz", changed(rows))
    assert error.value.reason == "setup.database"
    assert state(url) == before


def test_rows_that_break_a_key_are_refused_at_the_end(url: str, rows: Rows) -> None:
    load(url, "prikaz", rows)
    before = state(url)
    with pytest.raises(SetupError) as error:
        load(url, "prikaz", {**rows, "municipalities": []})
    assert "foreign key" in say(error.value.note)
    assert state(url) == before


def test_tables_of_an_older_description_are_migrated(
    url: str, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then: without schools.level, with persons.nick, positions as text, no table of id changes."""
    now = datasets.all_datasets()
    then = {name: d for name, d in now.items() if name != "id_changes"}
    schools, persons, sites = then["schools"], then["persons"], then["training_sites"]
    then["schools"] = replace(schools, fields=tuple(f for f in schools.fields if f.name != "level"))
    nick = replace(persons.field("surname"), name="nick")
    then["persons"] = replace(persons, fields=(*persons.fields, nick))
    position = replace(sites.field("position"), type="string")
    then["training_sites"] = replace(
        sites, fields=tuple(position if f.name == "position" else f for f in sites.fields)
    )
    old = {
        **rows,
        "persons": [{**r, "nick": "x"} for r in rows["persons"]],
        "training_sites": [{**r, "position": str(r["position"])} for r in rows["training_sites"]],
    }
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "all_datasets", lambda: then)
        load(url, "prikaz", old)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE prikaz.schools ADD COLUMN remark TEXT")
        connection.execute("UPDATE prikaz.schools SET remark = 'mine'")
    load(url, "prikaz", rows)
    for name in rows:
        found = [{k: v for k, v in row.items() if k != "remark"} for row in loaded(url, name)]
        assert by_key(name, found) == by_key(name, rows[name])
    assert query(url, "SELECT DISTINCT remark FROM prikaz.schools") == [("mine",)]
    assert all(c.inserted == 0 for c in load(url, "prikaz", rows).values())


def test_the_command_loads_the_files_of_a_build(url: str, real: Result, tmp_path: Path) -> None:
    write_datasets(real, tmp_path / "normalized")
    write_reports(real, tmp_path / "reports")
    command = [sys.executable, "-m", "pipeline", "load", "--to", url, "--schema", "my orders"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert query(url, 'SELECT count(*) FROM "my orders".training_sites') == [(58,)]
    (tmp_path / "normalized" / "schools.json").write_text(json.dumps([{"other": 1}]))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run `prikaz build` first" in done.stderr


def test_an_unreachable_server_is_one_sentence_without_the_password(rows: Rows) -> None:
    with pytest.raises(SetupError) as error:
        load("postgresql://me:secret@127.0.0.1:1/x?password=secret", "prikaz", rows)
    text = f"{error.value.args_['file']}: {say(error.value.note)}"
    assert text.startswith("postgresql://me@127.0.0.1:1/x: ")
    assert "secret" not in text


def test_a_wrong_password_is_one_sentence_without_it(url: str, rows: Rows) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP ROLE IF EXISTS guarded")
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    address = re.sub(r"//[^@]*@", "//guarded:wr0ng-secret@", url)
    with pytest.raises(SetupError) as error:
        load(address, "prikaz", rows)
    words = say(error.value.note) + str(error.value.args_["file"])
    assert "password authentication failed" in words and "\n" not in words
    assert "wr0ng" not in words


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:top/secret@host/base",
        "postgresql://user:topsecret@host:port/base",
        "postgresql://user:topsecret@[::1/base",
        "host=localhost password=topsecret porrt=1",
        "topsecret",
    ],
)
def test_an_address_that_is_none_is_said_without_its_password(rows: Rows, address: str) -> None:
    with pytest.raises(SetupError) as error:
        load(address, "prikaz", rows)
    words = say(error.value.note, "ru") + say(error.value.note) + str(error.value.args_["file"])
    assert "secret" not in words


def test_a_role_that_may_not_create_is_told_so_and_can_load_where_it_may(url: str, rows: Rows) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP ROLE IF EXISTS plain")
        connection.execute("CREATE ROLE plain LOGIN")
    address = re.sub(r"//[^@]*@", "//plain@", url)
    with pytest.raises(SetupError) as error:
        load(address, "prikaz", rows)
    assert "permission denied" in say(error.value.note)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA prikaz AUTHORIZATION plain")
    assert load(address, "prikaz", rows)["orders"].inserted == 1


@pytest.mark.parametrize("schema", ['Данные "2021"; DROP TABLE x --', "select", "a.b", "Ключ'"])
def test_a_schema_may_have_any_name(url: str, rows: Rows, schema: str) -> None:
    assert load(url, schema, rows)["training_sites"].rows == 58
    assert load(url, schema, rows)["training_sites"].inserted == 0


def test_loads_at_once_come_one_after_the_other(url: str, rows: Rows) -> None:
    """Two builds at once: the state is that of one of them, whole, and both stand in the history."""
    fewer = {**rows, "training_sites": rows["training_sites"][:10], "discrepancies": [], "corrections": []}
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda r: load(url, "prikaz", r), [rows, fewer, rows, fewer]))
    assert len(done) == 4
    with psycopg.connect(url) as connection:
        (sites,) = connection.execute("SELECT count(*) FROM prikaz.training_sites").fetchone() or (0,)
        (found,) = connection.execute("SELECT count(*) FROM prikaz.discrepancies").fetchone() or (0,)
        (builds,) = connection.execute("SELECT count(*) FROM prikaz.builds").fetchone() or (0,)
    assert builds == 4
    assert (sites, found) in ((58, len(rows["discrepancies"])), (10, 0))


def test_a_missing_driver_is_one_sentence_with_what_to_install(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SetupError) as error:
        load("postgresql:///x", "prikaz", rows)
    assert "pip install 'prikaz[postgres]'" in say(error.value.note)


def test_the_examples_of_the_documentation_run(url: str, rows: Rows) -> None:
    load(url, "prikaz", rows)
    load(url, "prikaz", changed(rows))
    text = (Path(__file__).parent.parent / "docs" / "downstream.md").read_text("utf-8")
    statements = re.findall(r"```sql postgresql\n(.*?)```", text, re.DOTALL)[0].split(";\n")[:-1]
    assert len(statements) == 4
    for statement in statements:
        assert found(url, statement), statement


def found(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options="-c search_path=prikaz") as connection:
        return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]  # psycopg wants literal SQL
