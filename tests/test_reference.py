"""Reference data from `raw/reference`: what is read, what counts as complete, and that nothing is
invented.
"""

from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest

from pipeline.errors import SetupError
from pipeline.reference import Reference, load, municipality_key

ROOT = Path(__file__).parent.parent
SMOLENSK = "Смоленская область"


@pytest.fixture(scope="module")
def own() -> Reference:
    """The project's own reference data."""
    return load(ROOT / "raw" / "reference")


def test_the_projects_own_data_know_the_municipalities_of_2021(own: Reference) -> None:
    municipalities = own.municipalities(SMOLENSK)
    assert len(municipalities) == 27
    vyazma = next(m for m in municipalities if m.name == "Вяземский район")
    assert (vyazma.kind, vyazma.oktmo, vyazma.centre) == ("муниципальный район", "66605000", "г. Вязьма")


def test_the_projects_own_settlements_are_not_complete_but_have_all_namesakes(own: Reference) -> None:
    assert not own.is_complete(SMOLENSK)
    assert not own.complete
    found = own.settlements(SMOLENSK, "Княжино")
    assert [s.municipality for s in found] == [
        "Новодугинский район",
        "Сафоновский район",
        "Холм-Жирковский район",
    ]
    assert all(s.namesakes for s in found)


def test_every_file_of_the_project_says_its_source_and_date(own: Reference) -> None:
    assert {o.file for o in own.origins} == {"municipalities-smolensk.csv", "settlements-smolensk.csv"}
    assert all(o.source and o.date for o in own.origins)


def test_an_unknown_region_gives_nothing(own: Reference) -> None:
    for region in ("Псковская область", None, ""):
        assert not own.knows(region)
        assert own.municipalities(region) == ()
        assert own.settlements(region, "Княжино") == ()
        assert own.region(region) is None


def test_names_are_found_whatever_their_yo_and_case(own: Reference) -> None:
    assert own.settlements("смоленская область", "ОЗЕРНЫЙ")[0].municipality == "Духовщинский район"
    assert own.settlements(SMOLENSK, "Озёрный", municipality="Духовщинский р-н")
    assert own.settlements(SMOLENSK, "Озёрный", municipality="Вяземский район") == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Сычёвский район", "сычевский"),
        ("Сычевский муниципальный район", "сычевский"),
        ("муниципальное образование «Сычевский район»", "сычевский"),
        ("Холм-Жирковский р-н", "холм-жирковский"),
        ("Бежаницкий муниципальный округ", "бежаницкий"),
        ("город Смоленск", "смоленск"),
        ("г. Смоленск", "смоленск"),
        ("городской округ город Смоленск", "смоленск"),
        ("Смоленский район", "смоленский"),
        ("Городецкий район", "городецкий"),
        ("городской округ Городня", "городня"),
        ("район", "район"),
    ],
)
def test_a_municipality_is_known_by_its_name_whatever_its_kind(name: str, key: str) -> None:
    assert municipality_key(name) == key


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding=encoding)


LIST = "settlement,type,municipality,region\nЯмм,д.,Гдовский район,Псковская область\n"


def test_a_file_without_a_line_in_the_manifest_is_incomplete(tmp_path: Path) -> None:
    write(tmp_path, "mine.csv", LIST)
    assert not load(tmp_path).is_complete("Псковская область")
    write(tmp_path, "references.csv", "file,source,date,complete\nmine.csv,the council,2024-05-01,yes\n")
    reference = load(tmp_path)
    assert reference.is_complete("Псковская область")
    assert (reference.source, reference.date) == ("the council", "2024-05-01")


def test_a_complete_list_of_municipalities_makes_no_complete_list_of_settlements(tmp_path: Path) -> None:
    write(tmp_path, "m.csv", "name,kind,region\nГдовский район,муниципальный район,Псковская область\n")
    write(tmp_path, "references.csv", "file,source,date,complete\nm.csv,x,2024,yes\n")
    assert not load(tmp_path).is_complete("Псковская область")


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), (";", "cp1251"), ("\t", "utf-8")])
def test_plain_files_of_any_usual_make_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    write(tmp_path, "mine.csv", LIST.replace(",", separator), encoding)
    settlement = load(tmp_path).settlements("Псковская область")[0]
    assert (settlement.name, settlement.municipality) == ("Ямм", "Гдовский район")


def test_settlements_take_the_canonical_names_of_their_municipalities(tmp_path: Path) -> None:
    write(
        tmp_path,
        "s.csv",
        "settlement,type,municipality,region\nДугино,д.,Сычевский район,Смоленская область\n",
    )
    write(tmp_path, "m.csv", "name,kind,region,oktmo,centre\nСычёвский район,,Смоленская область,66646000,\n")
    reference = load(tmp_path)
    assert [m.name for m in reference.municipalities(SMOLENSK)] == ["Сычёвский район"]
    assert reference.settlements(SMOLENSK)[0].municipality == "Сычёвский район"


def test_the_same_settlement_of_two_files_counts_once(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", LIST)
    write(
        tmp_path,
        "b.csv",
        "settlement,type,municipality,region,kladr_code,post_office\n"
        "Ямм,д.,Гдовский район,Псковская область,6000400003200,Ямм\n",
    )
    (settlement,) = load(tmp_path).settlements("Псковская область", "Ямм")
    assert settlement.post_office == "Ямм"


def test_an_unknown_table_is_refused_with_its_columns(tmp_path: Path) -> None:
    write(tmp_path, "x.csv", "a,b\n1,2\n")
    with pytest.raises(SetupError) as refused:
        load(tmp_path)
    assert refused.value.args_["columns"] == ["a", "b"]


def test_an_empty_folder_knows_nothing(tmp_path: Path) -> None:
    reference = load(tmp_path)
    assert (reference.regions, reference.origins, reference.complete) == ((), (), False)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, "mine.csv", LIST)
    assert len(load(tmp_path).settlements("Псковская область")) == 1
    write(tmp_path, "mine.csv", LIST + "Гдов,г.,Гдовский район,Псковская область\n")
    assert len(load(tmp_path).settlements("Псковская область")) == 2


def test_a_reference_goes_to_another_process(own: Reference) -> None:
    copy = pickle.loads(pickle.dumps(own))
    assert copy.settlements(SMOLENSK) == own.settlements(SMOLENSK)


def test_five_thousand_settlements_and_their_adjectives_take_well_under_a_second(tmp_path: Path) -> None:
    rows = [
        f"Деревня{chr(1072 + i % 32)}{chr(1072 + i // 32 % 32)}{chr(1072 + i // 1024)}ово"
        for i in range(5000)
    ]
    text = "settlement,type,municipality,region\n" + "".join(
        f"{name},д.,Гдовский район,Псковская область\n" for name in rows
    )
    write(tmp_path, "mine.csv", text)
    start = time.process_time()
    known = load(tmp_path).region("Псковская область")
    assert known is not None
    assert len(known.adjectives) >= 5000
    assert time.process_time() - start < 1.5
