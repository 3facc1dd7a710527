"""Builds as a user runs them: the same bytes every time, one dataset from every form, bad sources named."""

from __future__ import annotations

import csv
import filecmp
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import run
from tests import forms, orders

ROOT = Path(__file__).parent.parent
SOURCE_FIELDS = {"source_file", "source_format", "source_sha256", "place"}


def prikaz(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> list[str]:
    """All but what changed against the build before: that stays out of git."""
    found = (p for p in folder.rglob("*") if p.is_file() and p.stem != "changes")
    return sorted(p.relative_to(folder).as_posix() for p in found)


def test_a_build_gives_exactly_the_committed_bytes(tmp_path: Path) -> None:
    done = prikaz("build", "--out", tmp_path / "normalized", "--reports", tmp_path / "reports", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    for name in ("normalized", "reports"):
        made, committed = tmp_path / name, ROOT / name
        assert files(made) == files(committed)
        _, differ, errors = filecmp.cmpfiles(made, committed, files(made), shallow=False)
        assert not differ and not errors


def test_a_second_build_does_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(1)[0])
    first = prikaz("build", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "normalized").iterdir()}
    second = prikaz("build", cwd=tmp_path)
    assert second.returncode == 0
    assert "nothing to do" in second.stderr
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "normalized").iterdir()} == before


def test_a_changed_source_and_a_lost_output_are_built_again(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(1)[0])
    prikaz("build", cwd=tmp_path)
    (tmp_path / "normalized" / "schools.csv").unlink()
    prikaz("build", cwd=tmp_path)
    assert (tmp_path / "normalized" / "schools.csv").exists()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(2)[0])
    assert "nothing to do" not in prikaz("build", cwd=tmp_path).stderr


def datasets(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Every dataset without the fields that name the source."""
    return {
        path.stem: [
            {k: v for k, v in row.items() if k not in SOURCE_FIELDS} for row in json.loads(path.read_text())
        ]
        for path in sorted(folder.glob("*.json"))
        if path.with_suffix(".csv").exists()
    }


def built(path: Path, folder: Path) -> dict[str, list[dict[str, object]]]:
    out = folder / f"out-{path.suffix[1:]}"
    done = prikaz("build", path, "--out", out, "--reports", folder / f"reports-{path.suffix[1:]}", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return datasets(out)


@pytest.mark.parametrize("form", ["docx", "pdf", "html"])
def test_the_real_order_is_one_dataset_in_every_form(tmp_path: Path, form: str) -> None:
    order = forms.real_order()
    getattr(forms, f"make_{form}")(tmp_path / f"order.{form}", order)
    expected, found = built(forms.RAW, tmp_path), built(tmp_path / f"order.{form}", tmp_path)
    assert found == expected


@pytest.mark.parametrize("form", ["text", "docx", "pdf", "html"])
def test_made_up_orders_say_in_every_form_what_was_written(tmp_path: Path, form: str) -> None:
    for seed in range(5):
        order, expected = orders.generate(seed)
        path = tmp_path / f"order{seed}.{'txt' if form == 'text' else form}"
        getattr(forms, f"make_{form}")(path, order)
        found = built(path, tmp_path)
        assert [(a["item_no"], a["title"], a["deadline"]) for a in found["activities"]] == expected.activities
        assert [
            (s["municipality"], s["school"], s["partner"]) for s in found["training_sites"]
        ] == expected.sites
        (record,) = found["orders"]
        assert (record["number"], record["date"], record["region"]) == (
            expected.number,
            expected.date,
            expected.region,
        )


def test_a_clean_order_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    for seed in range(5):
        path = tmp_path / f"order{seed}.txt"
        forms.make_text(path, orders.generate(seed)[0])
        built(path, tmp_path)
        with (tmp_path / "reports-txt" / "discrepancies.csv").open(encoding="utf-8", newline="") as stream:
            rows = [(r["code"], r["severity"], r["raw"], r["message"]) for r in csv.DictReader(stream)]
        assert [r for r in rows if r[1] in ("error", "warning")] == []


def test_bad_sources_are_named_and_the_others_built(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    forms.make_text(raw / "good.txt", orders.generate(3)[0])
    (raw / "empty.docx").write_bytes(b"")
    (raw / "nozip.docx").write_bytes(b"this is no zip at all")
    (raw / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (raw / "locked.pdf").write_bytes(encrypted_pdf())
    done = prikaz("build", cwd=tmp_path)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("prikaz: ")]
    assert sorted(line.split(":")[1].strip() for line in lines) == [
        "binary.txt",
        "empty.docx",
        "locked.pdf",
        "nozip.docx",
    ]
    assert "Traceback" not in done.stderr
    assert len(json.loads((tmp_path / "normalized" / "orders.json").read_text())) == 1
    findings = json.loads((tmp_path / "reports" / "discrepancies.json").read_text())
    assert sum(f["code"] == "source-unreadable" for f in findings) == 4


def test_a_failed_write_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import run, writers
    from pipeline.errors import SetupError

    raw = tmp_path / "raw"
    raw.mkdir()
    forms.make_text(raw / "order.txt", orders.generate(1)[0])
    settings = run.Settings(raw=raw, out=tmp_path / "normalized", reports=tmp_path / "reports")
    run.build(run.find_sources([raw]), settings)
    before = {p: (tmp_path / "normalized" / p).read_bytes() for p in files(tmp_path / "normalized")}
    forms.make_text(raw / "order.txt", orders.generate(2)[0])

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device", "discrepancies.csv")

    monkeypatch.setattr(writers, "write_reports", full_disk)
    with pytest.raises(SetupError):
        run.build(run.find_sources([raw]), settings)
    assert {p: (tmp_path / "normalized" / p).read_bytes() for p in files(tmp_path / "normalized")} == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["normalized", "raw", "reports"]


def test_a_file_that_a_person_put_beside_the_datasets_stays(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(1)[0])
    (tmp_path / "normalized").mkdir()
    (tmp_path / "normalized" / "my notes.txt").write_text("keep me")
    assert prikaz("build", cwd=tmp_path).returncode == 0
    assert (tmp_path / "normalized" / "my notes.txt").read_text() == "keep me"


def test_strict_exits_with_3_when_an_error_is_left(tmp_path: Path) -> None:
    done = prikaz(
        "build", forms.RAW, "--strict", "--out", tmp_path / "n", "--reports", tmp_path / "r", cwd=ROOT
    )
    assert done.returncode == 3


def encrypted_pdf() -> bytes:
    """A PDF that needs a password to open."""
    import io

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(72, 720, "secret")
    canvas.save()
    return stream.getvalue()


def test_the_folder_given_brings_its_own_set_up(tmp_path: Path) -> None:
    own = tmp_path / "orders"
    (own / "reference").mkdir(parents=True)
    plain = tmp_path / "plain"
    plain.mkdir()
    from pipeline import run

    assert run.set_up_folder([plain, own]) == own
    assert run.set_up_folder([plain]) == Path("raw")
    assert run.set_up_folder([]) == Path("raw")


def test_a_project_folder_given_brings_the_set_up_of_its_raw_folder(tmp_path: Path) -> None:
    for name in ("raw/order.txt", "raw/decisions.yaml", "raw/reference/places.csv", "more/reference/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert run.set_up_folder([tmp_path]) == tmp_path / "raw"
    found = run.find_sources([tmp_path])
    assert [name for name, _ in found] == ["more/reference/a.csv", "raw/order.txt"]


def test_a_value_without_end_is_kept_as_it_stands_and_told(tmp_path: Path) -> None:
    """Half a megabyte where a school's name should be: seconds, not minutes, and nothing is lost."""
    endless = "МБОУ СШ № 1, " * 40_000
    rows = [("№ п/п", "Муниципалитет", "Школа группы риска", "Школа-партнер")]
    rows += [("1", "Ельнинский район", endless, "МБОУ СШ № 2"), ("2", "", "МБОУ СШ № 3", endless)]
    (tmp_path / "raw").mkdir()
    text = "ПРИКАЗ\nот 10.09.2020 № 657\nОб утверждении перечня\n\n" + "".join(
        "\t".join(r) + "\n" for r in rows
    )
    (tmp_path / "raw" / "a.txt").write_text(text, encoding="utf-8")
    done = prikaz("build", "--timeout", "40", "--force", tmp_path / "raw", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sites = json.loads((tmp_path / "normalized" / "training_sites.json").read_bytes())
    assert [site["school_raw"] == endless.strip() for site in sites] == [True, False]
    found = json.loads((tmp_path / "reports" / "discrepancies.json").read_bytes())
    assert any("too long for a name" in f["message"] for f in found)


def test_a_defect_of_the_program_is_one_line_and_the_old_state(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    forms.make_text(tmp_path / "raw" / "order.txt", orders.generate(2)[0])
    assert prikaz("build", cwd=tmp_path).returncode == 0
    before = {name: (tmp_path / "normalized" / name).read_bytes() for name in files(tmp_path / "normalized")}
    code = (
        "import sys; from pipeline import cli, run\n"
        "def broken(*_, **__): raise ZeroDivisionError('a\\nb\\x1b[31m')\n"
        "run.make = broken; sys.argv[1:] = ['build', '--force']; cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "ZeroDivisionError" in done.stderr and "\x1b" not in done.stderr
    after = {name: (tmp_path / "normalized" / name).read_bytes() for name in files(tmp_path / "normalized")}
    assert after == before


@pytest.mark.parametrize("closed", [(), (1,), (2,), (0, 1, 2)])
def test_a_program_started_with_closed_descriptors_builds_all_the_same(
    tmp_path: Path, closed: tuple[int, ...]
) -> None:
    forms.make_text(tmp_path / "order.txt", orders.generate(2)[0])
    command = [sys.executable, "-m", "pipeline", "build", "order.txt"]
    shut = " ".join(f"{number}>&-" for number in closed)
    done = subprocess.run(["sh", "-c", f'exec "$@" {shut}', "sh", *command], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert (tmp_path / "normalized" / "orders.csv").is_file()


@pytest.mark.parametrize("stdout", [">&-", ">/dev/full"])
@pytest.mark.parametrize(
    "arguments", [["extract", "order.txt"], ["normalize", "--type", "date", "5 мая 2020"]]
)
def test_data_that_cannot_be_written_are_one_line(tmp_path: Path, stdout: str, arguments: list[str]) -> None:
    forms.make_text(tmp_path / "order.txt", orders.generate(2)[0])
    command = ["sh", "-c", f'exec "$@" {stdout}', "sh", sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("prikaz: stdout: ")


def test_links_that_run_in_a_ring_do_not_stop_a_build(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "b.txt").symlink_to("a.txt")
    (folder / "order.txt").write_text("Приказ\n", encoding="utf-8")
    assert run.is_whole(run.find_sources([folder]), run.Settings(raw=folder))
