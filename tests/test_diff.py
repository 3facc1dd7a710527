"""`prikaz diff`: which rows and cells changed between two builds, and why."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import forms, orders

Json = dict[str, Any]


def prikaz(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def built(folder: Path, decisions: str = "", seeds: tuple[int, ...] = (1,)) -> Path:
    """A project with made-up orders and these decisions."""
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        forms.make_text(raw / f"order{seed}.txt", orders.generate(seed)[0])
    (raw / "decisions.yaml").write_text(decisions, encoding="utf-8")
    done = prikaz("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def diff(old: str | Path, new: str | Path, cwd: Path) -> Json:
    done = prikaz("diff", old, new, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


def read(folder: Path, dataset: str) -> list[Json]:
    rows: list[Json] = json.loads((folder / "normalized" / f"{dataset}.json").read_text("utf-8"))
    return rows


def set_deadline(item: str, value: str) -> str:
    return (
        f"- set: {{dataset: activities, match: {{item_no: '{item}'}}, field: deadline, value: '{value}'}}\n"
        "  why: по телефону\n"
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("first"))


def test_a_build_does_not_differ_from_itself(first: Path) -> None:
    assert diff(first, first, first)["datasets"] == {}
    assert "The datasets are the same." in prikaz("diff", ".", "--lang", "en", cwd=first).stdout


def test_a_decision_is_the_reason_of_the_cell_and_of_what_follows_from_it(
    first: Path, tmp_path: Path
) -> None:
    new = built(tmp_path, set_deadline("1.1", "2022-12"))
    found = diff(first, new, tmp_path)
    assert list(found["datasets"]) == ["activities"]
    (row,) = found["datasets"]["activities"]["rows"]
    assert row["change"] == "changed"
    assert {c["field"] for c in row["cells"]} <= {"deadline", "start_date", "end_date"}
    assert {c["causes"][0] for c in row["cells"]} == {"decision"}
    assert "по телефону" in row["why"]
    back = diff(new, first, tmp_path)["datasets"]["activities"]["rows"][0]
    assert back["causes"] == ["decision"] and "withdrawn" in back["why"]


def test_an_entity_that_a_decision_renamed_is_one_row_with_its_old_id(first: Path, tmp_path: Path) -> None:
    school = read(first, "schools")[0]
    new = built(
        tmp_path,
        f"- set: {{dataset: schools, match: {{name: '{school['name']}'}}, "
        "field: name, value: МБОУ Иная СОШ}\n",
    )
    found = diff(first, new, tmp_path)["datasets"]
    rows = [r for r in found["schools"]["rows"] if r["was"] == school["school_id"]]
    assert [r["change"] for r in rows] == ["changed"]
    assert rows[0]["causes"] == ["decision"]
    assert found["schools"]["added"] == found["schools"]["removed"] == 0
    assert {c for r in found["training_sites"]["rows"] for c in r["causes"]} == {"decision"}


def test_a_new_source_is_the_reason_of_its_rows_and_of_the_entities_in_them(
    first: Path, tmp_path: Path
) -> None:
    new = built(tmp_path, seeds=(1, 2))
    found = diff(first, new, tmp_path)["datasets"]
    assert found["orders"]["added"] == 1
    assert found["training_sites"]["added"] == len(read(new, "training_sites")) - len(
        read(first, "training_sites")
    )
    for dataset in found.values():
        for row in dataset["rows"]:
            assert row["causes"] == ["source"], row
    assert "order2.txt" in found["orders"]["rows"][0]["why"]
    gone = diff(new, first, tmp_path)["datasets"]
    assert gone["orders"]["removed"] == 1
    assert "has gone" in gone["orders"]["rows"][0]["why"]


def test_a_changed_source_is_the_reason_of_what_changed_in_its_rows(first: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(first, tmp_path / "p"))
    source = project / "raw" / "order1.txt"
    title = read(first, "activities")[0]["title"]
    source.write_text(source.read_text("utf-8").replace(title, title + " и иное", 1), encoding="utf-8")
    assert prikaz("build", cwd=project).returncode == 0
    found = diff(first, project, project)["datasets"]
    changed = [c for r in found["activities"]["rows"] for c in r["cells"] if c["field"] == "title"]
    assert [c["causes"] for c in changed] == [["source"]]


def test_another_rule_is_named(first: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(first, tmp_path / "p"))
    row = read(project, "training_sites")[0]
    for path in ("normalized/training_sites.json", "reports/corrections.json"):
        file = project / path
        rows = json.loads(file.read_text("utf-8"))
        if "corrections" in path:
            rows.append(
                {
                    "correction_id": "cor-1",
                    "dataset": "training_sites",
                    "record_id": row["site_id"],
                    "field": "school",
                    "raw": row["school_raw"],
                    "value": "МБОУ Иная СОШ",
                    "rule": "school-type-ocr",
                    "confidence": 1,
                    "evidence": [],
                    "status": "fixed",
                    "place": row["place"],
                }
            )
        else:
            rows[0]["school"] = "МБОУ Иная СОШ"
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    (found,) = diff(first, project, project)["datasets"]["training_sites"]["rows"]
    assert found["causes"] == ["rule"] and "school-type-ocr" in found["why"]


@pytest.mark.parametrize(
    ("changed", "cause"), [("data/lexicons/a.csv", "rules"), ("text.py", "program"), ("", "unknown")]
)
def test_rules_and_program_are_told_apart_where_they_are_known(
    first: Path, tmp_path: Path, changed: str, cause: str
) -> None:
    old, new = (Path(shutil.copytree(first, tmp_path / name)) for name in ("old", "new"))
    file = new / "normalized" / "activities.json"
    rows = json.loads(file.read_text("utf-8"))
    rows[0]["section"] = "Иной раздел"
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    if changed:
        for project in (old, new):
            for name in ("data/lexicons/a.csv", "text.py"):
                path = project / "pipeline" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("new" if project == new and name == changed else "same")
    (row,) = diff(old, new, tmp_path)["datasets"]["activities"]["rows"]
    assert row["causes"] == [cause]


def test_revisions_of_a_repository_are_compared(first: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(first, tmp_path / "p"))

    def git(*args: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *who, *args], cwd=project, check=True, capture_output=True)

    git("init", "-q")
    git("add", "raw", "normalized", "reports")
    git("commit", "-q", "-m", "one")
    built(project, set_deadline("1.1", "2022-12"))
    git("add", "raw", "normalized", "reports")
    git("commit", "-q", "-m", "two")
    by_revision = diff("HEAD~1", "HEAD", project)["datasets"]
    assert by_revision["activities"]["changed"] == 1
    assert (
        by_revision == diff(first, project, project)["datasets"] == diff("HEAD~1", ".", project)["datasets"]
    )
    human = prikaz("diff", "HEAD~1", cwd=project).stdout
    assert "activities: 0 added, 0 removed, 1 changed" in human
    assert "deadline: " in human and "→ 2022-12" in human and "по телефону" in human


@pytest.mark.parametrize("where", ["no-such-thing", "raw", "raw/order1.txt", "--help-me", "HEAD"])
def test_what_cannot_be_compared_is_named_in_one_line(first: Path, where: str) -> None:
    done = prikaz("diff", "--", where, ".", cwd=first)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and where in done.stderr and "Traceback" not in done.stderr


def test_damaged_datasets_are_named(first: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(first, tmp_path / "p"))
    (project / "normalized" / "schools.json").write_text("[{")
    done = prikaz("diff", first, project, cwd=tmp_path)
    assert done.returncode == 2
    assert "schools" in done.stderr and "Traceback" not in done.stderr


# ------------------------------------------------------------------- what a build says of the one before


def changed(folder: Path) -> Json:
    found: Json = json.loads((folder / "reports" / "changes.json").read_text("utf-8"))
    return found


def all_bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for name in ("normalized", "reports")
        for p in sorted((folder / name).rglob("*"))
        if p.is_file()
    }


def test_a_build_says_what_it_changed_and_why(tmp_path: Path) -> None:
    built(tmp_path)
    assert not (tmp_path / "reports" / "changes.json").exists(), "there is nothing to compare with"
    item = str(read(tmp_path, "activities")[0]["item_no"]).rstrip(".")
    built(tmp_path, set_deadline(item, "2031-05"))
    rows = changed(tmp_path)["datasets"]["activities"]["rows"]
    assert {c for row in rows for c in row["causes"]} == {"decision"}
    assert "по телефону" in rows[0]["cells"][0]["why"]
    page = (tmp_path / "reports" / "changes.html").read_text("utf-8")
    assert "по телефону" in page and "default-src &#39;none&#39;" in page and "<script" not in page
    built(tmp_path, set_deadline(item, "2031-05"), (1, 2))
    assert changed(tmp_path)["datasets"]["orders"]["rows"][0]["causes"] == ["source"]


def test_deleting_both_folders_and_building_gives_all_bytes_back_also_what_changed(tmp_path: Path) -> None:
    built(tmp_path)
    built(tmp_path, "", (1, 2))
    before = all_bytes(tmp_path)
    assert "reports/changes.html" in before
    for name in ("normalized", "reports"):
        shutil.rmtree(tmp_path / name)
    assert prikaz("build", cwd=tmp_path).returncode == 0
    assert all_bytes(tmp_path) == before
    assert prikaz("build", "--force", cwd=tmp_path).returncode == 0
    assert all_bytes(tmp_path) == before


def test_in_a_fresh_copy_the_build_before_is_what_lies_there(tmp_path: Path) -> None:
    built(tmp_path)
    shutil.rmtree(tmp_path / ".cache")
    assert prikaz("build", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "reports" / "changes.json").exists(), "the same content is no change"
    shutil.rmtree(tmp_path / ".cache")
    built(tmp_path, "", (1, 2))
    assert changed(tmp_path)["datasets"]["orders"]["added"] == 1


def test_reference_data_are_a_cause(tmp_path: Path) -> None:
    from dataclasses import replace

    from pipeline.changes import diff as compare
    from pipeline.changes_read import snapshot

    old = snapshot(str(built(tmp_path)))
    rows = [dict(row) for row in old.datasets["schools"]]
    rows[0]["locality"] = "д. Новая"
    for name in ("reference", "rules", "program"):
        sides = (
            replace(old, **{name: "a"}),
            replace(old, datasets={**old.datasets, "schools": rows}, **{name: "b"}),
        )
        (found,) = compare(*sides)
        assert {w.cause for w in found.why} == {name}


def test_what_is_kept_may_be_damaged(tmp_path: Path) -> None:
    built(tmp_path)
    (kept,) = (tmp_path / ".cache").glob("last-*.json.gz")
    kept.write_bytes(b"\x1f\x8bdamaged")
    built(tmp_path, "", (1, 2))
    assert changed(tmp_path)["datasets"]["orders"]["added"] == 1
