"""Official classifiers, each made here in its own format, go into the local index and come out the same."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.errors import SetupError
from pipeline.reference import load
from pipeline.reference_import import import_file, list_references

REGION = "Псковская область"
KLADR = [
    ("Псковская", "обл", "6000000000000"),
    ("Гдовский", "р-н", "6000400000000"),
    ("Псков", "г", "6000000100000"),
    ("Писковичи", "д", "6000000100200"),
    ("Гдов", "г", "6000400100000"),
    ("Ямм", "д", "6000400003200"),
    ("Старая Быстреевка", "д", "6000400003300"),
    ("Прежнее", "д", "6000400003351"),  # a name that is no longer in force
    ("Смоленская", "обл", "6700000000000"),
    ("Велижский", "р-н", "6700200000000"),
    ("Будница", "д", "6700200000800"),
]


def dbf(path: Path, rows: Sequence[tuple[str, str, str]], deleted: int | None = None) -> Path:
    """A dBase III file as KLADR has it: NAME(40), SOCR(10), CODE(13), cp866."""
    fields = (("NAME", 40), ("SOCR", 10), ("CODE", 13))
    size = 1 + sum(n for _, n in fields)
    head = struct.pack("<BBBBIHH20x", 3, 116, 10, 10, len(rows), 32 + 32 * len(fields) + 1, size)
    descriptors = b"".join(
        name.encode().ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([n, 0]) + b"\0" * 14 for name, n in fields
    )
    body = b"".join(
        (b"*" if i == deleted else b" ")
        + b"".join(v.encode("cp866").ljust(n) for v, (_, n) in zip(row, fields, strict=True))
        for i, row in enumerate(rows)
    )
    path.write_bytes(head + descriptors + b"\r" + body + b"\x1a")
    return path


def test_kladr_gives_settlements_with_their_districts_and_towns(tmp_path: Path) -> None:
    summary = import_file(dbf(tmp_path / "KLADR.DBF", KLADR), tmp_path / "reference")
    assert (summary.origin.kind, summary.origin.date, summary.origin.complete) == (
        "kladr",
        "2016-10-10",
        True,
    )
    assert summary.origin.regions == (REGION, "Смоленская область")
    reference = load(tmp_path / "reference")
    assert {(s.name, s.type, s.municipality) for s in reference.settlements(REGION)} == {
        ("Псков", "г.", "город Псков"),
        ("Писковичи", "д.", "город Псков"),
        ("Гдов", "г.", "Гдовский район"),
        ("Ямм", "д.", "Гдовский район"),
        ("Старая Быстреевка", "д.", "Гдовский район"),
    }
    assert [m.name for m in reference.municipalities(REGION)] == ["Гдовский район", "город Псков"]
    assert reference.is_complete(REGION)
    assert not reference.is_complete("Ярославская область")


def test_deleted_records_of_a_dbf_are_left_out(tmp_path: Path) -> None:
    import_file(dbf(tmp_path / "KLADR.DBF", KLADR, deleted=5), tmp_path / "reference")
    assert load(tmp_path / "reference").settlements(REGION, "Ямм") == ()


def test_importing_again_replaces_what_was_known_of_the_same_regions(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    import_file(dbf(tmp_path / "KLADR.DBF", KLADR), folder)
    import_file(dbf(tmp_path / "NEW.DBF", [*KLADR[:2], ("Самолва", "д", "6000400006000")]), folder)
    reference = load(folder)
    assert [s.name for s in reference.settlements(REGION)] == ["Самолва"]
    assert [s.name for s in reference.settlements("Смоленская область")] == ["Будница"]
    assert [(o.file, o.settlements) for o in list_references(folder)] == [("KLADR.DBF", 1), ("NEW.DBF", 1)]


OKTMO = """"58";"000";"000";"000";"1";"Муниципальные образования Псковской области";"г Псков"
"58";"600";"000";"000";"1";"Муниципальные районы Псковской области";""
"58";"608";"000";"000";"1";"Гдовский муниципальный район";"г Гдов"
"58";"608";"407";"000";"1";"Самолвовская волость";"д Самолва"
"58";"700";"000";"000";"1";"Городские округа Псковской области";""
"58";"701";"000";"000";"1";"город Псков";""
"58";"608";"000";"000";"2";"Населенные пункты, входящие в состав Гдовского муниципального района";""
"58";"608";"101";"001";"2";"г Гдов";""
"58";"608";"407";"101";"2";"д Самолва";""
"58";"608";"407";"106";"2";"ст-ца Пробная";""
"58";"701";"000";"001";"2";"г Псков";""
"""


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_oktmo_gives_codes_centres_and_settlements(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "data-20230101-structure-20150128.csv"
    file.write_text(OKTMO, encoding=encoding)
    summary = import_file(file, tmp_path / "reference")
    assert (summary.origin.kind, summary.origin.date) == ("oktmo", "2023-01-01")
    reference = load(tmp_path / "reference")
    gdov, pskov = reference.municipalities(REGION)
    assert (gdov.name, gdov.kind, gdov.oktmo, gdov.centre) == (
        "Гдовский район",
        "муниципальный район",
        "58608000",
        "г Гдов",
    )
    assert (pskov.name, pskov.kind) == ("город Псков", "городской округ")
    assert [(s.type, s.name) for s in reference.settlements(REGION, municipality="Гдовский район")] == [
        ("г.", "Гдов"),
        ("д.", "Самолва"),
        ("ст-ца", "Пробная"),
    ]


def test_gar_is_read_with_the_hierarchy_beside_it(tmp_path: Path) -> None:
    objects = [
        (1, "Псковская", "обл", 1),
        (2, "Гдовский", "м.р-н", 3),
        (3, "Самолвовская волость", "", 4),
        (4, "Самолва", "д", 6),
        (5, "Псков", "г", 5),
        (6, "Советская", "ул", 8),
    ]
    tree = {2: 1, 3: 2, 4: 3, 5: 1, 6: 5}
    file = tmp_path / "AS_ADDR_OBJ_20240115_x.XML"
    file.write_text(
        '<?xml version="1.0" encoding="utf-8"?><ADDRESSOBJECTS>'
        + "".join(
            f'<OBJECT OBJECTID="{i}" NAME="{n}" TYPENAME="{t}" LEVEL="{k}" ISACTUAL="1" ISACTIVE="1"/>'
            for i, n, t, k in objects
        )
        + '<OBJECT ID="9" OBJECTID="9" NAME="Прежнее" TYPENAME="д" LEVEL="6" ISACTUAL="0" ISACTIVE="0"/>'
        "</ADDRESSOBJECTS>",
        encoding="utf-8",
    )
    with pytest.raises(SetupError, match=r"reference\.no-hierarchy"):
        import_file(file, tmp_path / "reference")
    (tmp_path / "AS_MUN_HIERARCHY_20240115_x.XML").write_text(
        "<ITEMS>"
        + "".join(f'<ITEM OBJECTID="{i}" PARENTOBJID="{p}" ISACTIVE="1"/>' for i, p in tree.items())
        + "</ITEMS>",
        encoding="utf-8",
    )
    summary = import_file(file, tmp_path / "reference")
    assert (summary.origin.kind, summary.origin.date) == ("gar", "2024-01-15")
    assert {(s.name, s.municipality) for s in load(tmp_path / "reference").settlements(REGION)} == {
        ("Самолва", "Гдовский район"),
        ("Псков", "город Псков"),
    }


def test_fias_is_read_by_its_parents(tmp_path: Path) -> None:
    rows = [
        ("a", "", "Псковская", "обл", 1, 1),
        ("b", "a", "Гдовский", "р-н", 3, 1),
        ("c", "b", "Ямм", "д", 6, 1),
        ("d", "b", "Прежнее", "д", 6, 0),
    ]
    file = tmp_path / "AS_ADDROBJ_20190901_x.XML"
    file.write_text(
        "<AddressObjects>"
        + "".join(
            f'<Object AOGUID="{g}" PARENTGUID="{p}" FORMALNAME="{n}" SHORTNAME="{t}" '
            f'AOLEVEL="{k}" ACTSTATUS="{a}"/>'
            for g, p, n, t, k, a in rows
        )
        + "</AddressObjects>",
        encoding="utf-8",
    )
    import_file(file, tmp_path / "reference")
    assert [(s.name, s.municipality) for s in load(tmp_path / "reference").settlements(REGION)] == [
        ("Ямм", "Гдовский район")
    ]


def test_a_plain_csv_is_incomplete_unless_it_is_said_to_be_complete(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "settlement;type;municipality;region\nЯмм;д.;Гдовский район;Псковская область\n", encoding="cp1251"
    )
    import_file(file, tmp_path / "a")
    assert [s.name for s in load(tmp_path / "a").settlements(REGION)] == ["Ямм"]
    assert not load(tmp_path / "a").complete
    import_file(file, tmp_path / "b", complete=True, source="district council", date="2024-05-01")
    reference = load(tmp_path / "b")
    assert (reference.complete, reference.source, reference.date) == (True, "district council", "2024-05-01")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("KLADR.DBF", b"\x03short", "reference.not-dbf"),
        ("AS_ADDROBJ_1.XML", b"<AddressObjects><Object", "reference.damaged-xml"),
        ("list.csv", b"a,b\n1,2\n", "reference.unknown-csv"),
        ("list.csv", b"settlement,region\n", "reference.nothing"),
    ],
)
def test_a_file_that_is_no_classifier_is_refused_and_the_index_kept(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    folder = tmp_path / "reference"
    import_file(dbf(tmp_path / "GOOD.DBF", KLADR), folder)
    before = (folder / "imported.sqlite").read_bytes()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SetupError, match=reason):
        import_file(tmp_path / name, folder)
    assert (folder / "imported.sqlite").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["imported.sqlite"]


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "справочник № 1 100 % #a?b"
    import_file(dbf(tmp_path / "KLADR.DBF", KLADR), folder)
    assert load(folder).settlements(REGION, "Ямм")


def test_a_missing_file_and_a_damaged_index_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"reference\.no-file"):
        import_file(tmp_path / "none.dbf", tmp_path)
    (tmp_path / "imported.sqlite").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(SetupError, match=r"reference\.damaged-index"):
        list_references(tmp_path)
