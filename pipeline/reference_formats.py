"""The official classifiers, each read in its own format: KLADR (DBF), OKTMO (CSV), FIAS and GAR (XML).

Every reader gives municipalities and settlements as `reference.py` has them, one after the other and never
all in memory where the file is large. Sources of the formats: dBase III file structure; KLADR, description of
the classifier of addresses (code = region 2, district 3, town 3, settlement 3, actuality 2 digits); OKTMO
OK 033-2013, table of the statistics office (TER; KOD1; KOD2; KOD3; RAZDEL; NAME1; CENTRUM …); GAR, exchange
format of the address register (AS_ADDR_OBJ, AS_MUN_HIERARCHY, AS_ADM_HIERARCHY), and its forerunner FIAS
(AS_ADDROBJ).
"""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path

import regex
from lxml import etree

from pipeline import lexicons
from pipeline.errors import SetupError
from pipeline.ids import fold
from pipeline.reference import Municipality, Settlement, municipality_key

_REGION, _DISTRICTS, _TOWNS, _SETTLEMENTS = (1,), (2, 3), (5,), (6,)  # levels of GAR


@dataclass(slots=True)
class Import:
    """What a classifier holds. `date` is ISO where the file says it."""

    kind: str
    date: str | None = None
    municipalities: list[Municipality] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)


@cache
def _types(level: str) -> Mapping[str, Mapping[str, str]]:
    return {row["short"]: row for row in lexicons.rows("address_types") if row["level"] == level}


def region_name(name: str, short: str) -> str:
    """«Смоленская», «обл» → «Смоленская область»; a name that is listed whole stays."""
    known = lexicons.words("regions", "name")
    row = _types("region").get(short.rstrip("."))
    made = row["pattern"].format(name=name, full=row["full"]) if row else name
    for guess in (made, name, f"{name} {short}"):
        for region in known:
            if fold(region) == fold(guess):
                return region
    return made


def municipality_name(name: str, short: str) -> str:
    """«Вяземский», «р-н» → «Вяземский район»."""
    row = _types("municipality").get(short) or _types("municipality").get(short.rstrip("."))
    return row["pattern"].format(name=name) if row else f"{name} {short}".strip()


def settlement_type(short: str) -> str:
    """«д» → «д.»; an unlisted type stays as it is."""
    row = _types("settlement").get(short)
    return row["pattern"] if row else short


# ----------------------------------------------------------------------------------------------------- KLADR


def read_dbf(path: Path, encoding: str = "cp866") -> Iterator[Mapping[str, str]]:
    """The records of a dBase III file; deleted ones are left out. Raises SetupError for a damaged header."""
    with path.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32 or head[0] not in (0x03, 0x83, 0x30, 0xF5):
            raise SetupError("reference.not-dbf", file=str(path))
        header_size, record_size = struct.unpack("<HH", head[8:12])
        fields: list[tuple[str, int]] = []
        while len(raw := stream.read(32)) == 32 and raw[0] != 0x0D:
            fields.append((raw[:11].split(b"\0")[0].decode("ascii", "replace"), raw[16]))
        if not fields or record_size != 1 + sum(size for _, size in fields):
            raise SetupError("reference.not-dbf", file=str(path))
        stream.seek(header_size)
        while len(record := stream.read(record_size)) == record_size:
            if record[:1] == b"*":
                continue
            at, values = 1, {}
            for name, size in fields:
                values[name] = record[at : at + size].decode(encoding, "replace").strip()
                at += size
            yield values


def dbf_date(path: Path) -> str | None:
    """The day of the last change that a DBF header tells."""
    with path.open("rb") as stream:
        head = stream.read(4)
    year, month, day = head[1], head[2], head[3]
    year += 1900 if year >= 90 else 2000
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def kladr(path: Path) -> Import:
    """KLADR.DBF: regions, districts, towns and settlements, actual ones only."""
    found = Import("kladr", dbf_date(path))
    regions: dict[str, str] = {}
    districts: dict[str, Municipality] = {}
    for row in read_dbf(path):
        if not {"NAME", "SOCR", "CODE"} <= row.keys():
            raise SetupError("reference.not-kladr", file=str(path))
        code = row["CODE"].ljust(13, "0")
        if not row["NAME"] or not code.isdigit() or code[11:13] != "00":
            continue
        ss, rrr, ggg, ppp = code[:2], code[2:5], code[5:8], code[8:11]
        if rrr == ggg == ppp == "000":
            regions[ss] = region_name(row["NAME"], row["SOCR"])
            continue
        region = regions.get(ss)
        if region is None:
            continue
        if ggg == ppp == "000":
            name = municipality_name(row["NAME"], row["SOCR"])
            districts[ss + rrr] = Municipality(name, "муниципальный район", region)
            continue
        home = districts.get(ss + rrr)
        if home is None and ppp == "000":
            home = districts[ss + "000" + ggg] = Municipality(
                f"город {row['NAME']}", "городской округ", region
            )
        home = home or districts.get(ss + "000" + ggg)
        found.settlements.append(
            Settlement(
                row["NAME"], settlement_type(row["SOCR"]), home.name if home else None, region, row["CODE"]
            )
        )
    found.municipalities = list(districts.values())
    return found


# ----------------------------------------------------------------------------------------------------- OKTMO

_OKTMO_NAME = regex.compile(
    r"^(?P<short>ст-ца|ж/д_\S+|пгт|рп|дп|кп|нп|рзд|аул|мкр|сл|ст|г|п|с|д|х|м)\.?\s+(?P<name>.+)$"
)
_OKTMO_CODES = 4


def oktmo(path: Path) -> Import:
    """The OKTMO table of the statistics office: cp1251 or UTF-8, semicolons, quoted, with or without a
    header.
    """
    found = Import("oktmo", _date_in_name(path.name))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251", "replace")
    genitives = {fold(row["genitive"]): row["name"] for row in lexicons.rows("regions")}
    regions: dict[str, str] = {}
    homes: dict[str, Municipality] = {}
    understood = False
    for row in csv.reader(text.splitlines(), delimiter=";"):
        cells = [c.strip().strip("'") for c in row]
        codes = list(
            takewhile(str.isdigit, cells)
        )  # the four codes, a check digit in some editions, the section
        if len(codes) <= _OKTMO_CODES or len(codes) >= len(cells):
            continue
        understood = True
        ter, (kod1, kod2, kod3) = codes[0].zfill(2), (c.zfill(3) for c in codes[1:_OKTMO_CODES])
        section, name, centre = codes[-1], cells[len(codes)], (*cells[len(codes) + 1 :], "")[0]
        if kod1 == kod2 == kod3 == "000":
            if region := _genitive_region(name, genitives):
                regions[ter] = region
            continue
        region = regions.get(ter)
        if region is None:
            continue
        if section == "1" and kod2 == kod3 == "000" and not kod1.endswith("00"):
            homes[ter + kod1] = _oktmo_municipality(name, region, ter + kod1 + "000", centre)
        elif kod3 != "000" and (parts := _OKTMO_NAME.match(name)):
            home = homes.get(ter + kod1)
            found.settlements.append(
                Settlement(
                    parts["name"],
                    settlement_type(parts["short"]),
                    home.name if home else None,
                    region,
                    ter + kod1 + kod2 + kod3,
                )
            )
    if not understood:
        raise SetupError("reference.not-oktmo", file=str(path))
    found.municipalities = list(homes.values())
    return found


def _genitive_region(name: str, genitives: Mapping[str, str]) -> str | None:
    plain = fold(name)
    return next((region for genitive, region in genitives.items() if plain.endswith(genitive)), None)


def _oktmo_municipality(name: str, region: str, code: str, centre: str) -> Municipality:
    plain = fold(name)
    short = regex.sub(r"\s+", " ", name).strip()
    if "муниципальный район" in plain:
        bare = regex.sub(r"муниципальный район", "", short, flags=regex.I)
        name = f"{' '.join(bare.split())} район"
        return Municipality(name, "муниципальный район", region, code, centre or None)
    if "муниципальный округ" in plain:
        bare = " ".join(regex.sub(r"муниципальный округ", "", short, flags=regex.I).split())
        return Municipality(
            f"{bare} муниципальный округ", "муниципальный округ", region, code, centre or None
        )
    if municipality_key(short).endswith("ий"):
        return Municipality(short, "городской округ", region, code, centre or None)
    bare = regex.sub(r"^(?:городской округ\s+)?(?:город|г\.?)\s+", "", short)
    return Municipality(f"город {bare}", "городской округ", region, code, centre or None)


def _date_in_name(name: str) -> str | None:
    found = regex.search(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3]\d)(?!\d)", name)
    return "-".join(found.groups()) if found else None


# --------------------------------------------------------------------------------------------- FIAS and GAR


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    short: str
    level: int
    parent: str | None


def gar(path: Path) -> Import:
    """GAR: AS_ADDR_OBJ_*.XML with AS_MUN_HIERARCHY_*.XML (or AS_ADM_HIERARCHY_*.XML) in the same folder."""
    nodes: dict[str, _Node] = {}
    for row in _elements(path, "OBJECT"):
        level = row.get("LEVEL", "")
        actual = row.get("ISACTUAL") == "1" and row.get("ISACTIVE", "1") == "1"
        if actual and level.isdigit() and int(level) <= max(_SETTLEMENTS):
            nodes[row["OBJECTID"]] = _Node(row.get("NAME", ""), row.get("TYPENAME", ""), int(level), None)
    hierarchy = sorted(path.parent.glob("AS_MUN_HIERARCHY_2*.XML")) or sorted(
        path.parent.glob("AS_ADM_HIERARCHY_2*.XML")
    )
    if not hierarchy:
        raise SetupError("reference.no-hierarchy", file=str(path))
    for file in hierarchy:
        for row in _elements(file, "ITEM"):
            node = nodes.get(row.get("OBJECTID", ""))
            if node is not None and row.get("ISACTIVE", "1") == "1":
                nodes[row["OBJECTID"]] = _Node(node.name, node.short, node.level, row.get("PARENTOBJID"))
    return _tree(Import("gar", _date_in_name(path.name)), nodes)


_FIAS_LEVELS = {1: 1, 3: 2, 4: 5, 6: 6, 35: 4}  # levels of FIAS → of GAR


def fias(path: Path) -> Import:
    """FIAS before 2021: AS_ADDROBJ_*.XML, where every object names its parent."""
    nodes: dict[str, _Node] = {}
    for row in _elements(path, "Object"):
        level = row.get("AOLEVEL", "")
        if row.get("ACTSTATUS") == "1" and level.isdigit() and int(level) in _FIAS_LEVELS:
            nodes[row["AOGUID"]] = _Node(
                row.get("FORMALNAME", ""),
                row.get("SHORTNAME", ""),
                _FIAS_LEVELS[int(level)],
                row.get("PARENTGUID"),
            )
    return _tree(Import("fias", _date_in_name(path.name)), nodes)


def _elements(path: Path, tag: str) -> Iterator[Mapping[str, str]]:
    """The attributes of every element of a name, streaming."""
    try:
        for _, element in etree.iterparse(
            str(path), events=("end",), tag=tag, resolve_entities=False, no_network=True, load_dtd=False
        ):
            yield {str(k): str(v) for k, v in element.attrib.items()}
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise SetupError("reference.damaged-xml", file=str(path), problem=str(error)) from error


def _tree(found: Import, nodes: Mapping[str, _Node]) -> Import:
    """Nodes with parents as municipalities and settlements."""
    homes: dict[str, Municipality] = {}
    for key, node in nodes.items():
        above = list(_above(node, nodes))
        region = next((region_name(n.name, n.short) for _, n in above if n.level in _REGION), None)
        if region is None:
            continue
        if node.level in _DISTRICTS:
            homes[key] = _home(node, region)
        elif node.level in (*_TOWNS, *_SETTLEMENTS):
            home = next(((k, n) for k, n in above if n.level in _DISTRICTS), None)
            if home is None:
                home = next(((k, n) for k, n in above if n.level in _TOWNS), None)
            if home is None and node.level in _TOWNS:
                home = (key, node)
            if home is not None and home[0] not in homes:
                homes[home[0]] = _home(home[1], region)
            name = homes[home[0]].name if home else None
            found.settlements.append(Settlement(node.name, settlement_type(node.short), name, region, key))
    found.municipalities = list({municipality_key(m.name) + m.region: m for m in homes.values()}.values())
    return found


def _home(node: _Node, region: str) -> Municipality:
    if node.level in _TOWNS:
        return Municipality(f"город {node.name}", "городской округ", region)
    row = _types("municipality").get(node.short) or _types("municipality").get(node.short.rstrip("."))
    kind = row["full"] if row else None
    if kind == "район":
        kind = "муниципальный район"
    return Municipality(municipality_name(node.name, node.short), kind, region)


def _above(node: _Node, nodes: Mapping[str, _Node]) -> Iterator[tuple[str, _Node]]:
    """The objects over a node, nearest first (a loop in the data ends the way)."""
    seen: set[str] = set()
    parent = node.parent
    while parent is not None and parent in nodes and parent not in seen:
        seen.add(parent)
        yield parent, nodes[parent]
        parent = nodes[parent].parent


def regions_of(items: Iterable[Municipality | Settlement]) -> tuple[str, ...]:
    """The regions of municipalities and settlements, each once."""
    return tuple(dict.fromkeys(item.region for item in items))
