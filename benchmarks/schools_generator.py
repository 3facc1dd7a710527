"""Orders of invented regions with labelled damage: how many school names are put right, and is anything right
broken?

    python -m benchmarks.schools_generator [--values 50000] [--seed 1] [--damage 0.08] [--show 10]

Each order has some sixty schools whose names are made of settlement names (general knowledge of several
regions, and invented
ones) and a few partner schools that many rows repeat, as such lists are. The damage comes from a list of its
own, not from the
lexicon of the corrections. A damaged value is labelled by what could repair it: `lexicon` (type, legal form,
number
sign, letters of another alphabet, joined or split words), `consensus` (the name stands at least three more
times in the order), or
`none`. Output: the counts of the gate and the reliability table (posterior of the best candidate against how
often it is right).
"""

# ruff: noqa: SIM905 - lists of words read better as one string
from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Value
from pipeline.normalizers import school
from pipeline.normalizers.context import Context

SETTLEMENTS = (
    "Медное Эммаус Погорелое Городище Завидово Селижарово Оленино Молоково Сандово Лесное Кесова "
    "Васильевское "
    "Бабынино Воротынск Детчино Кудиново Износки Мосальск Думиничи Ульяново Хвастовичи Перемышль Ферзиково "
    "Шексна Нюксеница Вожега Липин Сямжа Тарнога Верховажье Устье Чагода Кадуй Бабаево Шуйское Кубенское "
    "Молочное "
    "Бессоновка Башмаково Беково Белинский Вадинск Земетчино Исса Колышлей Лопатино Мокшан Наровчат Пачелма "
    "Тамала "
    "Барда Куеда Уинское Елово Ильинский Карагай Кочево Суксун Частые Усть-Качка Бершеть Юсьва Юрла Сива "
    "Полазна "
    "Бондари Гавриловка Дмитриевка Знаменка Инжавино Мордово Мучкапский Петровское Пичаево Сосновка "
    "Староюрьево Токарёвка "
    "Чаплыгин Тербуны Хлевное Становое Измалково Долгоруково Волово Доброе Лев-Толстой Усмань Задонск "
    "Липовка "
    "Большие Алабухи Верхний Мамон Новая Усмань Нижнедевицк Рамонь Репьёвка Панино Каширское Терновка "
    "Эртиль Хохольский "
    "Адищево Островское Кадый Чухлома Парфеньево Судиславль Сусанино Красное Антропово Павино Вохма "
    "Боговарово Пыщуг "
    "Рождествено Покровское Троицкое Никольское Спасское Архангельское Воскресенское Успенское Богородское "
    "Преображенка "
    "Берёзовка Каменка Ольховка Дубровка Малиновка Вишнёвка Орловка Соколовка Журавлёво Лебедино Гусево "
    "Медведево Волково "
    "Климово Клинцы Савино Саввино Борисово Глебово Романово Степаново Степаньково Макарово Назарово "
    "Захарово Лазарево "
    "Кузьмино Косьмино Ермаково Ермолово Ермолино Сергеево Сергеевка Андреево Андрейково Иваново Ивановка "
    "Иваньково "
    "Крутое Кривое Широкое Глубокое Высокое Тёплое Студёное Чистое Ржавец Колодезное Озерки Заозерье "
    "Заречье Заполье"
).split()
SYLLABLES = (
    "бор вал вер гор грин дар дол жар зел кал кор крив лап лук мар мел нар ник пал пер раз руд сал сел тар "
    "тум ур хол чер шад шум"
).split()
TAILS = "ино ово ево ки ичи ье ка ашево".split()
LEGAL = (("МБОУ", 70), ("МКОУ", 12), ("МАОУ", 8), ("МОУ", 6), ("ГБОУ", 2), ("МБДОУ", 2))
TYPES = (
    ("СОШ", 40),
    ("ООШ", 25),
    ("СШ", 12),
    ("ОШ", 12),
    ("НОШ", 6),
    ("школа", 3),
    ("гимназия", 1),
    ("лицей", 1),
)
LONG_LEGAL = {
    "МБОУ": "муниципальное бюджетное общеобразовательное учреждение",
    "МКОУ": "муниципальное казённое общеобразовательное учреждение",
    "МАОУ": "Муниципальное автономное общеобразовательное учреждение",
    "МОУ": "Муниципальное общеобразовательное учреждение",
}
LONG_TYPE = {
    "СОШ": "средняя общеобразовательная школа",
    "ООШ": "основная общеобразовательная школа",
    "СШ": "средняя школа",
    "ОШ": "основная школа",
    "НОШ": "начальная общеобразовательная школа",
}
TOWNS = {
    "Тверь": "Твери",
    "Калуга": "Калуги",
    "Вологда": "Вологды",
    "Пенза": "Пензы",
    "Кострома": "Костромы",
    "Липецк": "Липецка",
    "Чухлома": "Чухломы",
    "Усмань": "Усмани",
    "Мосальск": "Мосальска",
    "Череповец": "Череповца",
    "Тамбов": "Тамбова",
}
HONOURS = (
    "Героя Советского Союза И.П. Сорокина",
    "А.С. Пушкина",
    "адмирала Ушакова",
    "Н.А. Некрасова",
    "60-летия Октября",
)
LETTERS = [p.split(">") for p in (
    "р>о д>л п>н н>п н>и и>н ш>п п>и ц>п ц>н ш>щ щ>ш в>з з>в с>е е>с о>с а>о о>а г>т т>г б>о л>п м>н к>х "
    "ж>к ы>ь ч>ч и>й й>и "
    "э>з ш>пи ш>ип ы>ьт ю>то н>ц в>в к>к т>г я>а а>е С>О О>С К>Н П>Н Н>П И>Н Д>Л Б>В В>Б З>3 Г>Т "
    "Р>Г").split()]  # fmt: skip
LETTERS = [p for p in LETTERS if p[0] != p[1]]
TYPE_DAMAGE = {
    "СОШ": ("СОЩ", "С0Ш", "СОПТ", "COШ", "СОИТ", "СОП", "СО Ш", "сОШ", "СОШІ"[:3] + "", "CОШ"),
    "ООШ": ("ОПШ", "0ОШ", "О0Ш", "ООЩ", "ООПТ", "OОШ", "ООИТ", "ООП"),
    "НОШ": ("НОЩ", "Н0Ш", "HОШ", "НОПТ", "ПОШ"),
    "СШ": ("СЩ", "CШ", "СПТ", "СИТ"),
    "ОШ": ("ОЩ", "OШ", "0Ш", "ОПТ"),
}
LEGAL_DAMAGE = {
    "МБОУ": ("МВОУ", "MБОУ", "МБ0У", "МБОY", "МЬОУ", "МБ ОУ", "МБОУ,", "НБОУ"),
    "МКОУ": ("MKОУ", "МК0У", "МКОY", "МХОУ"),
    "МАОУ": ("MАОУ", "МА0У", "МAOУ"),
}
TWINS = dict(zip("АВЕКМНОРСТХаеорсху", "ABEKMHOPCTXaeopcxy", strict=True))


@dataclass(frozen=True, slots=True)
class School:
    legal: str
    type: str
    adjective: str = ""
    number: str = ""
    quoted: str = ""
    honour: str = ""
    town: str = ""
    place: str = ""

    def canonical(self) -> str:
        pieces = (
            self.legal, self.adjective, self.type, f"№ {self.number}" if self.number else "", self.quoted,
            f"им. {self.honour}" if self.honour else "", f"г. {TOWNS[self.town]}" if self.town else
            self.place,
        )  # fmt: skip
        return " ".join(p for p in pieces if p)


@dataclass(frozen=True, slots=True)
class Case:
    """One value: what it means, how it is written, what was done to it and what could repair that."""

    truth: str
    raw: str
    damage: str = ""
    repairable: str = ""


def adjective(place: str, masculine: bool = False) -> str:
    """The adjective of a settlement name, made by the commonest rules."""
    low = place.split()[-1]
    for end, made in (
        ("ское", "ск"), ("цкое", "цк"), ("ский", "ск"), ("ное", "н"), ("ово", "овск"), ("ево", "евск"),
        ("ёво", "ёвск"), ("ино", "инск"),
        ("ыно", "ынск"), ("вка", "вск"), ("нка", "нск"), ("ка", "кинск"), ("ье", "ьевск"), ("ки", "ковск"),
        ("ичи", "ичск"), ("цы", "цовск"),
        ("ец", "ецк"), ("ск", "ск"), ("ое", "овск"), ("ые", "инск"), ("ы", "овск"), ("и", "инск"), ("ая",
        "овск"), ("а", "инск"), ("о", "овск"), ("ь", "ьск"), ("", "ск"),
    ):  # fmt: skip
        if low.endswith(end):
            return low[: len(low) - len(end)] + made + ("ий" if masculine else "ая")
    return low


def pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([w for w, _ in weighted], [n for _, n in weighted])[0]


def invent(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2)))).capitalize() + rng.choice(TAILS)


def a_school(rng: random.Random) -> School:
    legal, kind = pick(rng, LEGAL), pick(rng, TYPES)
    if legal == "МБДОУ":
        return School(
            legal,
            "детский сад",
            number=str(rng.randint(1, 60)),
            quoted=rng.choice(("«Ромашка»", "«Солнышко»", "«Теремок»")),
        )
    shape = rng.random()
    if shape < 0.72:
        place = rng.choice(SETTLEMENTS) if rng.random() < 0.6 else invent(rng)
        name = adjective(place, masculine=kind == "лицей")
        if rng.random() < 0.05:
            name = f"{rng.choice(('Усть', 'Ново', 'Николо', 'Спас'))}-{name}"
        return School(legal, kind, name, number=str(rng.randint(1, 9)) if rng.random() < 0.08 else "")
    if shape < 0.9:
        town = rng.choice(list(TOWNS)) if rng.random() < 0.6 else ""
        honour = rng.choice(HONOURS) if rng.random() < 0.25 else ""
        return School(legal, kind, number=str(rng.randint(1, 45)), honour=honour, town=town)
    return School(legal, kind, place=f"{rng.choice(('с.', 'д.', 'п.', 'пгт'))} {invent(rng)}")


def written(s: School, rng: random.Random) -> str:
    """One of the clean ways to write a school."""
    legal, kind, name, long = s.legal, s.type, s.adjective, False
    if rng.random() < 0.06 and legal in LONG_LEGAL:
        legal, kind, long = LONG_LEGAL[legal], LONG_TYPE.get(kind, kind), True
    sign = rng.choice(("№ ", "№ ", "№", "N ", "№"))
    core = " ".join(p for p in (name, kind, sign + s.number if s.number else "", s.quoted) if p)
    if s.honour:
        core += f" {rng.choice(('им.', 'имени'))} {s.honour}"
    quotes = rng.random()
    if quotes < 0.25 and not s.quoted:
        core = rng.choice(("«{}»", '"{}"', "“{}”")).format(core)
    text = f"{legal} {core}"
    if s.town:
        text += f" г.{rng.choice((' ', ''))}{rng.choice((TOWNS[s.town], s.town))}"
    if s.place:
        text += f" {s.place}"
    if not long and rng.random() < 0.02:
        text = text.lower() if not s.honour and not s.quoted else text
    if name.endswith("ская") and not long and rng.random() < 0.02:
        text = "в " + text.replace(name, name[:-2] + "ой")
    return text


def damaged(s: School, repeated: bool, rng: random.Random) -> tuple[str, str, str] | None:
    """(raw, damage, what could repair it), or None where the drawn damage does not apply."""
    raw = s.canonical()
    kind = rng.choice(
        (
            "name",
            "name",
            "name",
            "name",
            "type",
            "type",
            "legal",
            "twin",
            "sign",
            "join",
            "split",
            "hyphen",
            "digit",
            "lost",
        )
    )
    if kind == "type" and s.type in TYPE_DAMAGE:
        return raw.replace(" " + s.type, " " + rng.choice(TYPE_DAMAGE[s.type]), 1), kind, "lexicon"
    if kind == "legal" and s.legal in LEGAL_DAMAGE:
        return raw.replace(s.legal, rng.choice(LEGAL_DAMAGE[s.legal]), 1), kind, "lexicon"
    if kind == "twin":
        places = [i for i, c in enumerate(raw) if c in TWINS]
        for i in rng.sample(places, min(len(places), rng.randint(1, 3))):
            raw = raw[:i] + TWINS[raw[i]] + raw[i + 1 :]
        return raw, kind, "lexicon"
    if kind == "sign" and s.number:
        return raw.replace("№ ", rng.choice(("Ne ", "No ", "N°", "Nо "))), kind, "lexicon"
    if kind == "join":
        return raw.replace(f"{s.legal} ", s.legal, 1) if s.type.isupper() else None, kind, "lexicon"  # type: ignore[return-value]  # None: no room for this damage
    if kind == "hyphen" and s.adjective and "-" not in s.adjective:
        cut = rng.randint(3, len(s.adjective) - 3)
        return raw.replace(s.adjective, s.adjective[:cut] + "-\n" + s.adjective[cut:]), kind, "lexicon"
    if not s.adjective:
        return None
    why = "consensus" if repeated else "none"
    word = s.adjective
    if kind == "digit" and word[0] in "ЗО":
        return raw.replace(word, {"З": "3", "О": "0"}[word[0]] + word[1:]), kind, "lexicon"
    if kind == "split":
        cut = rng.randint(2, len(word) - 2)
        return raw.replace(word, word[:cut] + " " + word[cut:]), kind, why
    if kind == "lost":
        cut = rng.randint(1, len(word) - 1)
        return raw.replace(word, word[:cut] + word[cut + 1 :]), kind, why
    if kind == "name":
        options = [(i, t, w) for t, w in LETTERS for i in range(len(word)) if word.startswith(t, i)]
        if not options:
            return None
        i, t, w = rng.choice(options)
        return raw.replace(word, word[:i] + w + word[i + len(t) :]), kind, why
    return None


def orders(values: int, rate: float, rng: random.Random) -> Iterator[list[Case]]:
    """Orders of 60–200 values until there are as many as asked for."""
    left = values
    while left > 0:
        partners = [a_school(rng) for _ in range(rng.randint(4, 12))]
        schools: list[School] = []
        for _ in range(rng.randint(30, 100)):
            schools += [a_school(rng), rng.choice(partners)]
        schools = schools[:left]
        left -= len(schools)
        names = Counter(s.canonical() for s in schools)
        truths = {s.adjective for s in schools} | {s.canonical() for s in schools}
        cases: list[Case] = []
        for s in schools:
            done = damaged(s, names[s.canonical()] > 3, rng) if rng.random() < rate else None
            if done is None or done[0] is None or done[0] == s.canonical() or done[0] in truths:
                cases.append(Case(s.canonical(), written(s, rng)))
            else:
                cases.append(Case(s.canonical(), *done))
        yield cases


def judge(cases: list[Case]) -> Iterator[tuple[Case, Value]]:
    """Each value of one order, normalized with the order around it."""
    context = Context(seen={"school": Counter(" ".join(c.raw.split()) for c in cases)})
    for case in cases:
        yield case, school.normalize(case.raw, context)


@dataclass(slots=True)
class Score:
    counts: Counter[str]
    reliability: dict[int, list[int]]
    shown: dict[str, list[tuple[Case, Value]]]


def measure(values: int, seed: int, rate: float) -> Score:
    """Scores `values` generated values. Keys of `counts`: clean, broken, wrong, and per label n, fixed,
    first.
    """
    rng = random.Random(seed)
    score = Score(Counter(), defaultdict(lambda: [0, 0]), defaultdict(list))
    for cases in orders(values, rate, rng):
        for case, value in judge(cases):
            right = value.text == case.truth
            first = bool(value.candidates) and value.candidates[0].value == case.truth
            if value.candidates:
                bin_ = score.reliability[min(9, int(value.candidates[0].confidence * 10))]
                bin_[0] += 1
                bin_[1] += first
            for change in value.changes:
                if change.kind == "ocr":
                    bin_ = score.reliability[10 if change.confidence >= 0.99 else 9]
                    bin_[0] += 1
                    bin_[1] += right or change.after in case.truth
            ocr_change = any(c.kind == "ocr" for c in value.changes)
            if not case.damage:
                score.counts["clean"] += 1
                note_ = "broken" if not right else "flagged" if value.problems else ""
            else:
                score.counts[f"{case.repairable} n"] += 1
                score.counts[f"{case.repairable} fixed"] += right
                score.counts[f"{case.repairable} first"] += right or first
                score.counts[f"{case.repairable} said"] += right or bool(value.problems)
                wrong = (
                    ocr_change
                    and not right
                    and not all(c.after in case.truth for c in value.changes if c.kind == "ocr")
                )
                note_ = (
                    "wrong"
                    if wrong
                    else ""
                    if right
                    else f"missed {case.repairable}"
                    if first
                    else f"lost {case.repairable}"
                )
            if note_:
                score.counts[note_] += 1
                score.shown[note_].append((case, value))
    return score


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--values", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damage", type=float, default=0.08)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    score = measure(options.values, options.seed, options.damage)
    counts = score.counts
    print(
        f"clean {counts['clean']}: broken {counts['broken']}, flagged {counts['flagged']};"
        f" wrong fixes {counts['wrong']}"
    )
    for label in ("lexicon", "consensus", "none"):
        n = max(1, counts[f"{label} n"])
        print(
            f"{label:9} {n:6}: fixed {counts[f'{label} fixed'] / n:7.2%}  fixed or first "
            f"{counts[f'{label} first'] / n:7.2%}"
            f"  fixed or said {counts[f'{label} said'] / n:7.2%}"
        )
    print("posterior   n      right")
    for low, (n, right) in sorted(score.reliability.items()):
        print(f"{'fixed ' if low == 10 else f'{low / 10:.1f}–{low / 10 + 0.1:.1f}'} {n:7}  {right / n:7.2%}")
    for label, shown in score.shown.items():
        for case, value in shown[: options.show]:
            print(
                f"  {label}: {case.raw!r} is {case.truth!r} → {value.text!r} "
                f"{[c.value for c in value.candidates][:2]}"
            )


if __name__ == "__main__":
    main()
