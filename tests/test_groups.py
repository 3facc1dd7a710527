"""The reconstruction of groups: the real order's list with its facts, clean lists, lists without
reference data.

The rows of the real list are written down literally; what is true of them was worked out by hand from
`raw/reference` (where the settlement lies, which the school is named after).
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
import regex

from pipeline.groups import GroupAnalysis, Row, analyse
from pipeline.messages import say
from pipeline.reference import Reference, load, municipality_key

ROOT = Path(__file__).parent.parent
SMOLENSK = "Смоленская область"

# number and municipality as printed, then «school → partner»; a name with digits is number and town
ORDER = """
1 Вяземский район
Щуйская → Шимановская
Юшковская → Шимановская
№ 8 г. Вязьма → Шимановская
Царёво-Займищенская → Вязьма-Брянская
Тумановская → Вязьма-Брянская
Поляновская → № 4
Ефремовская → № 4
2 Глинковский район
Доброминская → Ельнинская № 2
Дубосищенская → Ельнинская № 2
Болтугинская → Ельнинская № 2
Дубосищенская → Ельнинская № 2
Дубровская → № 2 г. Демидов
3 Демидовский район
Михайловская → № 2 г. Демидов
Заборьевская → № 2 г. Демидов
Воронцовская → Озернская
Булгаковская → Озернская
Добринская → Озернская
4 Духовщинский район
Шиловичская → Озернская
Третьяковская → Озернская
Сукромлянская → Ершичская
5 Ершичский район
Сукромлянская → Ершичская
6 Кардымовский район
Корсиковская → Ершичская
Каменская → Кардымовская
Тирянская → Кардымовская
7 Краснинский район
Глубокинская → Краснинская
Гусинская → Краснинская
Мерлинская → Краснинская
Сычевская → Монастырщинская
8 Монастырщинский район
Любавичская → Монастырщинская
Печениченская → Монастырщинская
9 Новодугинский район
Тесовская → Никитская
Рябинковская → Никитская
Григорьевская → Караваевская
Лучесская → Кардашевская
Княжинская → Кардашевская
Мачулинская → Кардашевская
Октябрьская → Кардашевская
10 Починковский район
Даньковская → Кардашевская
Рябцевская → Кардашевская
Стригинская → Кардашевская
Ивановская → Кардашевская
Косковская → Кардашевская
Николо-Погореловская → Кардашевская
Воложковская → Кардашевская
Чекулинская → Кардашевская
Дугинская → Кардашевская
Замышкая → Кардашевская
14 Сычёвский район
Замышкая → Кардашевская
Васильевская → Кардашевская
15 Тёмкинский район
Васильевская → Кардашевская
Булгаковская → Андрейковская
Бекринская → Андрейковская
Кикинская → Андрейковская
16 Угранский район
Вешковская → Андрейковская
17 Холм-Жирковский район
Агибаловская → Игоревская
Нахимовская → Игоревская
18 Ярцевский район
Ярцевская № 5 → Ярцевская № 1
Репинская → Ярцевская № 1
"""

# position of the row → where it belongs, and why
MISPLACED = {
    11: (
        "Демидовский район",
        "Дубровка and Дуброво lie there, none in Глинковский; partner of Демидов",
    ),
    14: ("Духовщинский район", "Воронцово lies there, none in Демидовский; so does the partner's Озёрный"),
    15: ("Духовщинский район", "Булгаково lies there and in Тёмкинский only"),
    16: ("Духовщинский район", "Добрино lies in both, but the rows before and after are of Духовщинский"),
    19: ("Ершичский район", "Сукромля lies there only; repeated in the next group"),
    21: ("Ершичский район", "Корсики lies there only; the partner is of Ершичи"),
    27: (
        "Монастырщинский район",
        "a Сычевка lies there, none in Краснинский; the partner is of Монастырщина",
    ),
    29: ("Новодугинский район", "Печеничено lies there and in Ярцевский, none in Монастырщинский"),
    33: ("Починковский район", "Лучеса lies there only"),
    34: (
        "Починковский район",
        "Княжино lies in Новодугинский, but both neighbours are of Починковский: Княжое",
    ),
    35: ("Починковский район", "Мачулы lies there only"),
    36: ("Починковский район", "between rows of Починковский; no Октябрьское in Новодугинский either"),
    41: ("Рославльский район", "Коски lies there only; group 11 is lost"),
    42: ("Сафоновский район", "Николо-Погорелое lies there only; group 12 is lost"),
    43: ("Смоленский район", "misread Волоковская: Волоковая lies there only; group 13 is lost"),
    44: ("Смоленский район", "Чекулино lies there only"),
    45: ("Сычёвский район", "Дугино lies there only"),
    46: ("Тёмкинский район", "misread Замыцкая: Замыцкое lies there only"),
    47: ("Тёмкинский район", "the same school again"),
    48: ("Тёмкинский район", "Васильевское lies there, none in Сычёвский; repeated in the next group"),
}
# the 21st: no heading shows where Починковский ends, and both have an Ивановка and an Ивановское
UNDECIDED = {40: "Рославльский район"}

NAMES = {
    0: ("Шуйская", "school"),
    9: ("Болтутинская", "school"),
    43: ("Волоковская", "school"),
    46: ("Замыцкая", "school"),
    47: ("Замыцкая", "school"),
    **dict.fromkeys(range(14, 19), ("Озерненская", "partner")),
}
RIGHT_NAMES = ("Корсиковская", "Вешковская", "Агибаловская", "Княжинская", "Ивановская", "Любавичская")


def parts(text: str) -> dict[str, str | None]:
    """«Ярцевская № 5», «№ 8 г. Вязьма» as the school normalizer has them."""
    name, _, rest = text.partition("№ ")
    number, _, town = rest.partition(" г. ")
    return {
        "proper_name": name.strip() or None,
        "number": number or None,
        "locality": town or None,
        "locality_type": "г." if town else None,
    }


def key(text: str) -> str | None:
    return None if text.startswith("№") and "г." not in text else text


def table(text: str) -> list[Row]:
    """Rows from lines like those of ORDER (a heading without a number is possible too)."""
    rows: list[Row] = []
    number, name = None, ""
    for line in text.strip().splitlines():
        if "→" not in line:
            first, _, rest = line.partition(" ")
            number, name = (int(first), rest) if first.isdigit() else (None, line)
            continue
        school, partner = (x.strip() for x in line.split("→"))
        rows.append(
            Row(
                len(rows),
                f"{number}|{name}",
                number,
                name,
                parts(school),
                parts(partner),
                key(school),
                key(partner),
            )
        )
    return rows


@pytest.fixture(scope="module")
def own() -> Reference:
    return load(ROOT / "raw" / "reference")


@pytest.fixture(scope="module")
def real(own: Reference) -> GroupAnalysis:
    return analyse(table(ORDER), SMOLENSK, own)


def moved(analysis: GroupAnalysis) -> dict[int, str | None]:
    return {v.index: v.municipality for v in analysis.rows if v.moved}


# --------------------------------------------------------------------------------------------- the real order


def test_every_misplaced_row_of_the_real_order_is_found_and_no_other(real: GroupAnalysis) -> None:
    assert moved(real) == {i: name for i, (name, _) in MISPLACED.items()}


def test_where_the_lost_heading_leaves_it_open_the_row_is_undecided(real: GroupAnalysis) -> None:
    open_rows = {v.index: v.alternatives[0].value for v in real.rows if v.undecided and not v.moved}
    assert open_rows == UNDECIDED


def test_the_lost_groups_are_reconstructed_with_their_numbers(real: GroupAnalysis) -> None:
    assert [(g.number, g.name, g.rows) for g in real.lost_groups] == [
        (11, "Рославльский район", (41,)),
        (12, "Сафоновский район", (42,)),
        (13, "Смоленский район", (43, 44)),
    ]
    (gap,) = real.gaps
    assert (gap.before, gap.after, gap.row) == (10, 14, 47)
    assert gap.between == (
        "Рославльский район",
        "Руднянский район",
        "Сафоновский район",
        "Смоленский район",
    )


def test_misread_names_are_proposed_from_the_settlements(real: GroupAnalysis) -> None:
    for i, (name, field) in NAMES.items():
        verdict = real.rows[i]
        candidates = verdict.name_candidates if field == "school" else verdict.partner_candidates
        assert candidates[0].value == name
        assert candidates[0].confidence > 0.5


def test_right_names_are_not_doubted(real: GroupAnalysis) -> None:
    for row, verdict in zip(table(ORDER), real.rows, strict=True):
        if row.school["proper_name"] in RIGHT_NAMES:
            assert verdict.name_candidates == ()
            assert verdict.known


def test_an_unlisted_name_is_no_finding_while_the_list_is_incomplete(real: GroupAnalysis) -> None:
    assert all(v.known is not False and v.partner_known is not False for v in real.rows)
    assert all(v.partner_candidates == () for v in real.rows[33:50])  # Кардашевская


def test_the_reasons_name_settlement_partner_and_repetition(real: GroupAnalysis) -> None:
    reasons = [say(e, "ru") for e in real.rows[19].evidence]
    assert any("Сукромля" in r and "Ершичский" in r for r in reasons)
    assert any("Ершичи" in r for r in reasons)
    assert any("та же школа" in r for r in reasons)


def test_a_school_named_by_its_town_is_placed_by_it(real: GroupAnalysis) -> None:
    settlement = real.rows[2].settlement
    assert settlement is not None
    assert (settlement.name, settlement.municipality) == ("Вязьма", "Вяземский район")
    assert real.rows[11].partner_municipality == "Демидовский район"


def complete(folder: Path) -> Reference:
    """The project's facts, said to be all settlements of the region."""
    folder.mkdir()
    for name in ("settlements-smolensk.csv", "municipalities-smolensk.csv"):
        (folder / name).write_bytes((ROOT / "raw" / "reference" / name).read_bytes())
    (folder / "references.csv").write_text(
        "file,source,date,complete\nsettlements-smolensk.csv,test,2021,yes\n", encoding="utf-8"
    )
    return load(folder)


def test_with_a_complete_list_the_answers_stay_and_unknown_names_are_told(tmp_path: Path) -> None:
    analysis = analyse(table(ORDER), SMOLENSK, complete(tmp_path / "reference"))
    assert moved(analysis) == {i: name for i, (name, _) in MISPLACED.items()}
    unknown = {
        row.partner["proper_name"]
        for row, v in zip(table(ORDER), analysis.rows, strict=True)
        if v.partner_known is False and not v.partner_candidates
    }
    assert unknown == {"Кардашевская"}


def test_a_post_office_of_its_name_decides_between_namesakes(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    reference = complete(folder)
    file = folder / "settlements-smolensk.csv"
    lines = [line + ",," for line in file.read_text(encoding="utf-8").splitlines()]
    lines[0] = "settlement,type,municipality,region,kladr_code,post_office"
    text = "\n".join(lines) + "\n"
    text = text.replace(
        "Ивановское,д.,Рославльский район,Смоленская область,,",
        "Ивановское,д.,Рославльский район,Смоленская область,,Ивановское",
    ).replace(
        "Ивановское,д.,Починковский район,Смоленская область,,",
        "Ивановское,д.,Починковский район,Смоленская область,,Ламоново",
    )
    text = text.replace(
        "Ивановка,д.,Починковский район,Смоленская область,,",
        "Ивановка,д.,Починковский район,Смоленская область,,Белик",
    )
    file.write_text(text, encoding="utf-8")
    assert analyse(table(ORDER), SMOLENSK, reference).rows[40].moved is False
    assert analyse(table(ORDER), SMOLENSK, load(folder)).rows[40].municipality == "Рославльский район"


# ----------------------------------------------------------------------------------- without reference data


@pytest.mark.parametrize("region", [None, SMOLENSK])
def test_without_reference_partners_and_repetitions_show_the_slipped_rows(region: str | None) -> None:
    rows = table(ORDER)
    analysis = analyse(rows, region, None)
    found = {rows[i].school["proper_name"]: name for i, name in moved(analysis).items()}
    assert found.keys() == {
        "Дубровская",
        "Сукромлянская",
        "Корсиковская",
        "Сычевская",
        "Замышкая",
        "Васильевская",
    }
    assert found["Дубровская"] == "Демидовский район"
    assert found["Сукромлянская"] == found["Корсиковская"] == "Ершичский район"
    assert found["Сычевская"] == "Монастырщинский район"
    assert analysis.lost_groups == ()
    assert [(g.before, g.after, g.between) for g in analysis.gaps] == [(10, 14, ())]


def test_reference_data_of_another_region_say_nothing(own: Reference) -> None:
    rows = table(ORDER)
    assert analyse(rows, "Псковская область", own).rows == analyse(rows, None, None).rows
    assert all(
        v.known is None and not v.name_candidates for v in analyse(rows, "Псковская область", own).rows
    )


def test_without_a_named_region_the_one_that_has_all_headings_is_taken(own: Reference) -> None:
    assert analyse(table(ORDER), None, own).region == SMOLENSK


PSKOV = """
1 Бежаницкий район
Чихачёвская → Бежаницкая
Ашевская → Бежаницкая
2 Гдовский район
Ямская → № 1 г. Гдов
Полновская → № 1 г. Гдов
3 Дедовичский район
Пожеревицкая → № 2
Красногорская → № 2
4 Локнянский район
Подберезинская → Локнянская
5 Печорский район
Паниковская → № 3
Лавровская → № 3
6 Себежский район
Идрицкая → Себежская
Сосновоборская → Себежская
7 город Псков
№ 5 → № 1
№ 18 → № 1
"""
YAROSLAVL = """
Ярославский муниципальный район
Красноткацкая → Кузнечихинская
Туношенская → Кузнечихинская
Мокеевская → Карабихская
Некрасовский муниципальный район
Бурмакинская → Некрасовская
Левашовская → Некрасовская
Угличский муниципальный район
Ильинская → № 4 г. Углич
Отрадновская → № 4 г. Углич
Заозерская → № 8 г. Углич
Брейтовский муниципальный район
Прозоровская → Брейтовская
Гореловская → Брейтовская
"""


@pytest.mark.parametrize("text", [PSKOV, YAROSLAVL])
def test_clean_lists_of_other_regions_give_no_finding(text: str, own: Reference) -> None:
    for reference in (None, own):
        analysis = analyse(table(text), None, reference)
        assert moved(analysis) == {}
        assert not any(v.undecided or v.elsewhere or v.name_candidates for v in analysis.rows)
        assert (analysis.gaps, analysis.lost_groups) == ((), ())


UNLISTED = """
1 Вяземский район
Никольская → Кайдаковская
Новосельская → Кайдаковская
2 Рославльский район
Никольская → Остёрская
Пригорьевская → Остёрская
Богдановская → Остёрская
3 Сафоновский район
Никитинская → Вадинская
Дуровская → Вадинская
Издешковская → Вадинская
4 Смоленский район
Демидовская → Печерская
Пригорская → Печерская
5 Угранский район
Краснинская → Всходская
Знаменская → Всходская
"""


def test_names_that_the_incomplete_list_lacks_are_not_pressed_into_its_settlements(own: Reference) -> None:
    """Дурово, Никитино, Никольское, Демидово are not among the facts; Дубровка, Никитье, Демидов are."""
    analysis = analyse(table(UNLISTED), SMOLENSK, own)
    assert moved(analysis) == {}
    for verdict in analysis.rows:
        assert not (verdict.undecided or verdict.elsewhere)
        assert verdict.name_candidates == verdict.partner_candidates == ()


FACTS = """settlement,type,municipality,region
Чихачёво,с.,Бежаницкий район,Псковская область
Ашево,с.,Бежаницкий район,Псковская область
Бежаницы,рп,Бежаницкий район,Псковская область
Ямм,д.,Гдовский район,Псковская область
Полна,д.,Гдовский район,Псковская область
Гдов,г.,Гдовский район,Псковская область
Пожеревицы,с.,Дедовичский район,Псковская область
Красные Горки,д.,Дедовичский район,Псковская область
Подберезье,с.,Локнянский район,Псковская область
Локня,рп,Локнянский район,Псковская область
Паниковичи,д.,Печорский район,Псковская область
Лавры,д.,Печорский район,Псковская область
Идрица,рп,Себежский район,Псковская область
Сосновый Бор,рп,Себежский район,Псковская область
Себеж,г.,Себежский район,Псковская область
Псков,г.,город Псков,Псковская область
Усвяты,рп,Усвятский район,Псковская область
Опочка,г.,Опочецкий район,Псковская область
"""


def facts(folder: Path, all_of_them: bool) -> Reference:
    folder.mkdir(exist_ok=True)
    (folder / "s.csv").write_text(FACTS, encoding="utf-8")
    (folder / "references.csv").write_text(
        f"file,source,date,complete\ns.csv,test,2021,{'yes' if all_of_them else 'no'}\n", encoding="utf-8"
    )
    return load(folder)


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_clean_list_stays_clean_with_reference_data_of_its_region(
    tmp_path: Path, all_of_them: bool
) -> None:
    analysis = analyse(table(PSKOV), "Псковская область", facts(tmp_path / "r", all_of_them))
    assert analysis.ordered
    assert moved(analysis) == {}
    assert not any(v.undecided or v.elsewhere for v in analysis.rows)
    assert analysis.rows[0].settlement is not None


def test_groups_in_no_order_are_not_forced_into_one(tmp_path: Path) -> None:
    groups = regex.split(r"\n(?=\d+ )", PSKOV.strip())
    random.Random(5).shuffle(groups)
    rows = table("\n".join(groups))
    analysis = analyse(rows, "Псковская область", facts(tmp_path / "r", True))
    assert not analysis.ordered
    assert moved(analysis) == {}
    assert analysis.lost_groups == ()


def test_in_a_list_without_order_a_complete_reference_still_says_where_a_school_lies(tmp_path: Path) -> None:
    text = (
        "2 Себежский район\nИдрицкая → Себежская\nЧихачёвская → Себежская\nСосновоборская → Себежская\n"
        "1 Гдовский район\nЯмская → № 2\nПолновская → № 2\n3 Бежаницкий район\nАшевская → Бежаницкая\n"
    )
    for all_of_them in (True, False):
        verdict = analyse(table(text), "Псковская область", facts(tmp_path / "r", all_of_them)).rows[1]
        assert not verdict.moved
        assert [s.municipality for s in verdict.elsewhere] == (["Бежаницкий район"] if all_of_them else [])


# --------------------------------------------------------------------------------------------- edge cases


def test_nothing_gives_nothing() -> None:
    assert analyse([], SMOLENSK, None).rows == ()


def test_a_list_of_one_group_or_without_headings_makes_no_claim(own: Reference) -> None:
    one = table("1 Вяземский район\nСукромлянская → Ершичская\n")
    assert moved(analyse(one, "Псковская область", own)) == {}
    without = [replace(r, municipality=None, group_number=None, group_key="None|None") for r in table(ORDER)]
    for reference in (None, own):
        analysis = analyse(without, SMOLENSK, reference)
        assert moved(analysis) == {}
        assert len(analysis.rows) == len(without)


def test_schools_known_by_a_number_only_prove_nothing(own: Reference) -> None:
    text = (
        "1 Вяземский район\n№ 1 → № 4\n№ 2 → № 4\n2 Глинковский район\n№ 1 → № 4\n"
        "3 Демидовский район\n№ 2 → № 4\n"
    )
    analysis = analyse(table(text), SMOLENSK, own)
    assert moved(analysis) == {}
    assert not any(v.evidence for v in analysis.rows)


def test_a_heading_that_the_references_do_not_know_is_kept(own: Reference) -> None:
    text = ORDER.replace("16 Угранский район", "16 Угринский район")
    analysis = analyse(table(text), SMOLENSK, own)
    assert not analysis.rows[0].moved
    assert len(analysis.rows) == 58


def test_the_verdicts_do_not_depend_on_yo_or_on_the_kind_of_the_municipality(own: Reference) -> None:
    text = ORDER.replace("ё", "е").replace(" район", " муниципальный округ")
    found = {
        i: municipality_key(name or "") for i, name in moved(analyse(table(text), SMOLENSK, own)).items()
    }
    assert found == {i: municipality_key(name) for i, (name, _) in MISPLACED.items()}


def test_a_thousand_rows_take_less_than_a_second(own: Reference) -> None:
    rows = [
        replace(r, index=i)
        for i, r in enumerate(sorted(table(ORDER) * 18, key=lambda r: r.group_number or 0))
    ]
    start = time.process_time()
    analyse(rows, SMOLENSK, own)
    assert time.process_time() - start < 1.0


def test_rows_that_name_their_municipalities_in_turn_are_no_groups(tmp_path: Path) -> None:
    facts_of_all = complete(tmp_path / "reference")
    rows = table(ORDER)
    mixed = [
        replace(r, index=i, group_key=f"None|{r.municipality}", group_number=None)
        for i, r in enumerate(rows[(7 * k) % 58] for k in range(1000))
    ]
    start = time.process_time()
    analysis = analyse(mixed, SMOLENSK, facts_of_all)
    assert time.process_time() - start < 1.0
    assert moved(analysis) == {}
    elsewhere = {v.index % 58 for v in analysis.rows if v.elsewhere}
    assert (7 * 3) % 58 == 21  # the fourth row is Корсиковская, under Кардымовский район
    assert 3 in elsewhere
    assert analysis.rows[3].elsewhere[0].municipality == "Ершичский район"


def test_the_same_list_gives_the_same_answer(own: Reference) -> None:
    assert analyse(table(ORDER), SMOLENSK, own) == analyse(table(ORDER), SMOLENSK, own)


def test_every_row_gets_a_verdict_in_its_place(real: GroupAnalysis) -> None:
    assert [v.index for v in real.rows] == list(range(58))
    assert all(0 <= v.confidence <= 1 for v in real.rows)
