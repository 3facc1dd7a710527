"""`prikaz explain`: from a row, a value, an entity, a finding or a correction back to the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from click.testing import Result as Invoked
from PIL import Image

import pipeline
from pipeline import run
from pipeline.cli import cli
from pipeline.datasets import all_datasets
from pipeline.errors import SetupError
from pipeline.explain import as_text, explain
from pipeline.model import Record, Value
from pipeline.prov import as_prov
from pipeline.result import Result, differs
from tests import forms
from tests.test_build import prikaz

ROOT = Path(__file__).parent.parent


def corrected(result: Result) -> tuple[Record, str]:
    """A row of the list whose school name was repaired."""
    for record in result.records["training_sites"]:
        if differs(record.values["school"]) and any(c.kind == "ocr" for c in record.values["school"].changes):
            return record, "school"
    raise AssertionError("the real order has such a row")


def test_a_value_is_traced_to_file_table_row_and_column(real: Result) -> None:
    record, field = corrected(real)
    story = explain(real, record.id, field)
    source = ROOT / "raw" / "smolensk-order-657.txt"
    assert story["source"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert record.place is not None
    (value,) = story["values"]
    assert (value["raw"], value["value"]) == (record.raw(field), record.text(field))
    assert value["place"]["table"] == record.place.table
    assert story["row"][value["place"]["column"] - 1] == value["raw"]
    assert [c["rule"] for c in value["changes"]] == [c.rule for c in record.values[field].changes]
    assert all(c["evidence"] for c in value["changes"] if c["kind"] == "ocr")
    assert {f["record_id"] for f in story["findings"]} <= {record.id}


def test_a_raw_field_has_the_story_of_its_value(real: Result) -> None:
    record, field = corrected(real)
    assert explain(real, record.id, f"{field}_raw") == explain(real, record.id, field)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    path = tmp_path_factory.mktemp("pdf") / "order.pdf"
    forms.make_pdf(path, forms.real_order())
    return path, pipeline.build(path)


def test_a_box_and_a_page_are_given_where_the_format_has_them(pdf: tuple[Path, Result]) -> None:
    result = pdf[1]
    story = explain(result, result.records["training_sites"][0].id, "school")
    place = story["values"][0]["place"]
    assert place["page"] >= 1
    left, top, right, bottom = place["bbox"]
    assert 0 <= left < right
    assert 0 <= top < bottom


def test_every_id_of_a_build_has_a_story_in_both_languages(real: Result) -> None:
    ids = [r.id for records in real.records.values() for r in records if r.id]
    ids = [*ids[::7], *(c.correction_id for c in real.corrections[::9]), *(f.id for f in real.findings[::5])]
    for id_ in ids:
        for lang in ("en", "ru"):
            story = explain(real, id_, lang=lang)
            assert story["source"], id_
            assert story["source"]["file"] in as_text(story, lang)
            json.dumps(as_prov(story), allow_nan=False)


def test_an_entity_names_the_places_that_mention_it(real: Result) -> None:
    for record in real.records["schools"]:
        mentions = explain(real, record.id)["mentions"]
        assert len(mentions) == int(record.text("mentions") or 0)
        assert all(m["place"]["row"] for m in mentions)
        assert {m["dataset"] for m in mentions} == {"training_sites"}


def test_a_finding_and_a_correction_lead_to_their_record(real: Result) -> None:
    correction = real.corrections[0]
    story = explain(real, correction.correction_id)
    assert story["id"] == correction.record_id
    assert [v["field"] for v in story["values"]] == [correction.field]
    finding = next(f for f in real.findings if f.record_id)
    assert [f["discrepancy_id"] for f in explain(real, finding.id)["findings"]] == [finding.id]


def test_an_old_id_leads_to_the_one_that_replaced_it(real: Result) -> None:
    new = real.records["persons"][0].id
    texts = {"dataset": "persons", "old_id": "person-old", "new_id": new, "reason": "merged"}
    change = Record("id_changes", {k: Value("", v) for k, v in texts.items()})
    changed = Result(**{**as_arguments(real), "records": {**real.records, "id_changes": (change,)}})
    story = explain(changed, "person-old")
    assert (story["id"], story["replaced"]) == (new, "person-old")


def as_arguments(result: Result) -> dict[str, object]:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


def test_an_unknown_id_or_field_is_said_with_what_there_is(real: Result) -> None:
    with pytest.raises(SetupError) as error:
        explain(real, "site-nowhere")
    assert error.value.reason == "setup.no-such-id"
    with pytest.raises(SetupError) as error:
        explain(real, real.records["schools"][0].id, "colour")
    assert sorted(error.value.args_["known"]) == sorted(f.name for f in all_datasets()["schools"].fields)


def test_a_slip_of_the_pen_or_a_name_is_answered_with_what_may_be_meant(real: Result) -> None:
    school = real.records["schools"][0]
    for asked in (school.id[:-1] + "u", school.id.upper(), " " + school.id):
        with pytest.raises(SetupError) as error:
            explain(real, asked)
        assert error.value.args_["near"][0] == school.id
    with pytest.raises(SetupError) as error:
        explain(real, "мбоу щуйская опш")
    assert error.value.args_["near"][0] == f"{school.id} (schools)"
    assert any("training_sites" in near for near in error.value.args_["near"])
    with pytest.raises(SetupError) as error:
        explain(real, school.id, "nmae")
    assert error.value.args_["known"][0] == "name"


def test_provenance_is_one_chain_from_the_value_to_the_file(real: Result) -> None:
    record, field = corrected(real)
    graph = {node["@id"]: node for node in as_prov(explain(real, record.id, field))["@graph"]}
    node = graph[f"urn:prikaz:{record.id}/{field}"]
    assert node["prov:value"] == record.text(field)
    steps = 0
    while "prov:wasDerivedFrom" in node:
        if "prov:wasGeneratedBy" in node:
            change = graph[node["prov:wasGeneratedBy"]["@id"]]
            assert graph[change["prov:wasAssociatedWith"]["@id"]]["@type"] == "prov:SoftwareAgent"
            steps += 1
        node = graph[node["prov:wasDerivedFrom"]["@id"]]
    assert node["dcterms:title"] == "smolensk-order-657.txt"
    assert steps == len(record.values[field].changes)


def test_the_command_prints_the_story_and_its_errors_in_one_line(real: Result) -> None:
    record, field = corrected(real)
    done = prikaz("explain", record.id, field, "--json", "--lang", "ru", cwd=ROOT)
    assert json.loads(done.stdout) == explain(real, record.id, field, "ru"), done.stderr


@pytest.fixture
def command(real: Result, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Invoked]:
    """The command on the build that there is, so that it need not be made again."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(run, "make", lambda *_: (real, []))
    return lambda *words: CliRunner().invoke(cli, ["explain", *words])


def test_the_command_prints_provenance_and_words(real: Result, command: Callable[..., Invoked]) -> None:
    record, field = corrected(real)
    story = explain(real, record.id, field)
    assert json.loads(command(record.id, field, "--prov").stdout) == as_prov(story)
    assert command(record.id, field).stdout == as_text(story)


def test_an_unknown_id_is_a_set_up_error(command: Callable[..., Invoked]) -> None:
    assert isinstance(command("site-nowhere").exception, SetupError)


def test_a_text_file_has_no_picture_and_says_so(
    real: Result, command: Callable[..., Invoked], tmp_path: Path
) -> None:
    done = command(real.records["training_sites"][0].id, "--picture", str(tmp_path / "a.png"))
    assert isinstance(done.exception, SetupError)
    assert done.exception.reason == "setup.no-picture"
    assert not (tmp_path / "a.png").exists()


def test_the_picture_has_a_frame_where_the_value_stands(
    pdf: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, result = pdf
    record = result.records["training_sites"][30]
    monkeypatch.setattr(run, "make", lambda *_: (result, []))
    words = ["explain", record.id, "school", "--source", str(path), "--picture", str(tmp_path / "a.png")]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    place = record.values["school"].place
    assert place is not None
    assert place.bbox is not None
    left, top, right, bottom = place.bbox
    with Image.open(tmp_path / "a.png") as image:
        rows, columns = np.nonzero((np.asarray(image) == (200, 30, 30)).all(axis=2))
    edges = (columns.min(), rows.min(), columns.max(), rows.max())
    expected = (left - 2, top - 2, right + 2, bottom + 2)
    assert all(abs(edge - 2 * side) <= 3 for edge, side in zip(edges, expected, strict=True))
