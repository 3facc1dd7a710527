"""The grammar of school names: tokens → elements (legal form, type, number, names, places), in the order of
the text.

    МБОУ | Юшковская | ООШ          legal adjective type
    МБОУ | СОШ | № 8 | им. … | г. Вязьмы   legal type number honour locality
    МБДОУ | детский сад | № 5 | «Ромашка»   legal type number quoted

Abbreviations and full words, any case and inflection, quotes around the whole or a part, any order. What fits
nowhere
becomes an element `other`, so that nothing is lost. Branches («филиал …») are cut apart in `school.py`.
"""

from __future__ import annotations

import re

from pipeline.model import Change
from pipeline.normalizers import school_tokens as repair
from pipeline.normalizers.school_elements import Element, Parsed, join_tokens, nominative
from pipeline.normalizers.school_names import grade, known, recase, town
from pipeline.normalizers.school_places import ADJECTIVE, district_at, locality_follows
from pipeline.normalizers.school_words import (
    Token,
    legal_phrase,
    phrase_at,
    school_types,
    tokens,
)

_NEARLY = re.compile(
    r"[А-ЯЁа-яё-]{3,}(?:[сц][кнх]|ек|ок|ик|гк|[еоа]к)[а-яё0-9]{1,3}|[А-ЯЁа-яё-]{3,}н[аоея][аея]",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"[бвгджзйклмнпрстфхцчшщьъ]{0,3}(?:[оеё]в|[еи]н)?[сц]к(?:ая|ой|ую|ий|ого)", re.IGNORECASE
)
_ENDS = frozenset("я ая кая цкая ской ой кой ую кую".split())  # noqa: SIM905 - reads better as one string
_WHOLE = re.compile(r"[А-ЯЁа-яё-]{3,}[сц]к(?:ая|ой|ую)")
_MUNICIPAL = re.compile("[А-ЯЁ]{1,3}(?:МР|МО|ГО)")
_CAPITAL = re.compile("[А-ЯЁ]")
_INITIAL = re.compile(r"[А-ЯЁA-Z]\.")
_PLACE_WORDS = 3
_DIGIT_LETTERS = str.maketrans("ЗзОоб", "33006")


class _Reader:
    """One pass over the tokens of one text; the state is the position and what was found."""

    def __init__(self, text: str) -> None:
        self.items: list[Token] = tokens(text)
        self.out = Parsed()
        self.i = 0
        self.any_case = not _CAPITAL.search(text)

    def read(self) -> Parsed:
        self._skip_lead()
        self._repair_common_words()
        while self.i < len(self.items):
            for take in (
                self._mark,
                self._legal,
                self._sign,
                self._honour,
                self._phrase,
                self._place,
                self._word,
            ):
                if take():
                    break
        return self.out

    def add(self, slot: str, text: str, name: str = "", kind: str = "") -> None:
        self.out.elements.append(Element(slot, text, name, kind))

    def has(self, slot: str) -> bool:
        return any(e.slot == slot for e in self.out.elements)

    def _skip_lead(self) -> None:
        while self.items and (hit := phrase_at(self.items, 0, ("lead",))) and len(self.items) > hit[0]:
            following = self.items[hit[0]]
            if self.items[0].text[0].isupper() and not self.any_case and not following.text[0].isupper():
                return
            if self.items[0].text.endswith("."):
                return
            del self.items[: hit[0]]

    def _repair_common_words(self) -> None:
        """Latin twins in Cyrillic words and damaged words of the closed vocabulary, before phrases are looked
        for.
        """
        for k, token in enumerate(self.items):
            short = len(token.text) == 2 and token.text.endswith(".")
            if token.kind == "word" and (short or not token.text.isascii()) and not token.text.isupper():
                text, change = repair.repair_twins(token.text)
                if change is not None:
                    self.items[k] = token = tokens(text)[0]
                    self.out.changes.append(change)
            small = token.kind == "word" and (token.text[:1].islower() or k == 0) and len(token.text) > 4
            if small and not self.any_case and (fixed := repair.repair_common(token)) is not None:
                self.items[k] = fixed[0]
                self.out.changes.append(fixed[1])

    def _mark(self) -> bool:
        token = self.items[self.i]
        if token.text == "«":
            return self._quoted()
        if token.kind != "mark":
            return False
        if token.text not in "«»\"'.":
            self.add("punct", token.text)
        self.i += 1
        return True

    def _quoted(self) -> bool:
        """A name in quotes; quotes around a whole school name («СОШ № 8») are dropped and their content read
        on.
        """
        depth, end = 0, self.i
        for end in range(self.i, len(self.items)):
            depth += {"«": 1, "»": -1}.get(self.items[end].text, 0)
            if depth == 0:
                break
        inner = self.items[self.i + 1 : end] if depth == 0 else self.items[self.i + 1 :]
        words = [t for t in inner if t.kind == "word"]
        structural = not words or any(
            t.kind == "sign" or repair.role_of(t.text) or phrase_at(inner, k, ("type", "honour", "branch"))
            or (repair.looks_abbreviated(t.text) and repair.is_damaged_type(t.text))
            for k, t in enumerate(inner)
        )  # fmt: skip
        before = self.out.elements[-1].slot if self.out.elements else ""
        if not structural and depth == 0:
            following = phrase_at(self.items, end + 1, ("type",)) if end + 1 < len(self.items) else None
            if (
                len(words) == 1
                and following
                and before in ("", "legal")
                and ADJECTIVE.fullmatch(words[0].text)
            ):
                structural = True
        if structural or depth:
            self.i += 1
            return True
        self.add("quoted", "«" + join_tokens(inner) + "»", join_tokens(inner))
        self.i = end + 1
        return True

    def _legal(self) -> bool:
        token = self.items[self.i]
        if token.kind != "word":
            return False
        if (hit := legal_phrase(self.items, self.i)) is not None:
            self.i += hit[0]
            self.add("legal", hit[1])
        elif repair.role_of(token.text) == "legal" and (not self.has("legal") or token.text.isupper()):
            self.i += 1
            self.add("legal", token.text.upper().rstrip("."))
        else:
            return False
        if self.i < len(self.items) and self._tail():
            last = self.out.elements.pop()
            self.add("legal", f"{last.text} {self.items[self.i].text.upper()}")
            self.i += 1
        return True

    def _tail(self) -> bool:
        """Whether the token belongs to the legal form (ДО, ВО, РО) and is neither torn off a type nor «МО
        «…»».
        """
        if phrase_at(self.items, self.i, ("tail",)) is None:
            return False
        if not self.items[self.i].text.isupper() and not self.any_case:
            return False
        following = self.items[self.i + 1].text if self.i + 1 < len(self.items) else ""
        torn = len(following) == 1 and repair.role_of(self.items[self.i].text + following) is not None
        return not torn and self._municipality_at() is None

    def _municipality_at(self) -> tuple[int, str] | None:
        """(tokens used, name) of «муниципальное образование «Каменский район»» at the position."""
        hit = phrase_at(self.items, self.i, ("municipal",))
        start = self.i + hit[0] if hit else len(self.items)
        if start >= len(self.items) or self.items[start].text != "«":
            return None
        end = next((k for k in range(start, len(self.items)) if self.items[k].text == "»"), None)
        return (end + 1 - self.i, join_tokens(self.items[start + 1 : end])) if end else None

    def _sign(self) -> bool:
        token = self.items[self.i]
        following = self.items[self.i + 1] if self.i + 1 < len(self.items) else None
        if token.kind == "number":
            after_type = self.out.elements and self.out.elements[-1].slot in ("type", "emphasis")
            if not after_type or self.has("number"):
                return False
            self.add("number", token.text)
            self.i += 1
            return True
        if token.kind != "sign" or following is None:
            return False
        number = following.text.rstrip(".")
        if following.kind != "number":
            read = number.translate(_DIGIT_LETTERS)
            if not read.isdigit() or (read != number and len(number) > 2):
                self.out.suspects.append((f"{token.text} {following.text}", ()))
                return False
            self.out.changes.append(Change("number-ocr", number, read, "ocr", 0.995))
            number = read
        self.add("number", number)
        self.i += 2
        return True

    def _honour(self) -> bool:
        hit = phrase_at(self.items, self.i, ("honour",)) if self.items[self.i].kind == "word" else None
        if hit is None or self.i + 1 >= len(self.items):
            return False
        start = self.i = self.i + hit[0]
        while self.i < len(self.items) and not self._ends_honour(start):
            self.i += 1
        words = [t for t in self.items[start : self.i] if t.text not in "«»"]
        name = join_tokens(words)
        self.add("honour", f"им. {name}", name)
        return True

    def _ends_honour(self, start: int) -> bool:
        token = self.items[self.i]
        if self.i == start:
            return False
        if token.kind == "sign" or token.text in ",;()»":
            return True
        if token.kind != "word" or (_INITIAL.fullmatch(token.text) and token.text[0].isupper()):
            return False
        if repair.role_of(token.text) == "legal" or (repair.role_of(token.text) and token.text.isupper()):
            return True
        if phrase_at(self.items, self.i, ("locality",)) and locality_follows(
            self.items, self.i, self.any_case
        ):
            return True
        return district_at(self.items, self.i, self.any_case) is not None

    def _phrase(self) -> bool:
        if self.items[self.i].kind != "word":
            return False
        hit = phrase_at(self.items, self.i, ("type",))
        if hit is not None:
            spelled = self.items[self.i].text
            if (
                hit[0] == 1
                and spelled.isupper()
                and len(spelled) == 2
                and self.has("type")
                and spelled == "ДС"
            ):
                return False
            self.add("type", hit[2])
            self.i += hit[0]
            return True
        hit = phrase_at(self.items, self.i, ("emphasis",))
        if hit is None:
            return False
        start, self.i = self.i, self.i + hit[0]
        if not hit[2]:
            while self.i < len(self.items) and self.items[self.i].kind == "word" and self._plain(self.i):
                self.i += 1
        self.add("emphasis", hit[2] or join_tokens(self.items[start : self.i]).lower())
        return True

    def _plain(self, i: int) -> bool:
        """A small word that begins nothing else: the rest of «с углублённым изучением английского языка»."""
        token = self.items[i]
        return token.text.islower() and not phrase_at(
            self.items, i, ("type", "honour", "locality", "emphasis")
        )

    def _place(self) -> bool:
        if self.items[self.i].kind != "word":
            return False
        if (
            self.items[self.i].text in ("в", "во", "на")
            and self.i + 1 < len(self.items)
            and self.out.elements
        ):
            if phrase_at(self.items, self.i + 1, ("locality",)):
                self.i += 1
            else:
                return False
        if (municipal := self._municipality_at()) is not None:
            words = join_tokens(self.items[self.i : self.i + municipal[0]])
            self.add("district", words, municipal[1])
            self.i += municipal[0]
            return True
        if _MUNICIPAL.fullmatch(self.items[self.i].text) and self.has("type"):
            self.add("district", self.items[self.i].text, self.items[self.i].text)
            self.i += 1
            return True
        district = district_at(self.items, self.i, self.any_case)
        if district is not None:
            length, slot, text, name = district
            self.add(slot, text, name)
            self.i += length
            return True
        hit = phrase_at(self.items, self.i, ("locality",))
        if hit is None or not locality_follows(self.items, self.i, self.any_case):
            return False
        self.i += hit[0]
        quoted = self.items[self.i].text == "«"
        self.i += quoted
        start = self.i
        while self.i < len(self.items) and self.i - start < _PLACE_WORDS and self._in_place(start):
            self.i += 1
        name = " ".join(self._name(t) for t in self.items[start : self.i])
        if not name:
            self.add("other", join_tokens(self.items[start - hit[0] : start]))
            return True
        base, shown = name, name
        if hit[2] == "г." and (forms := town(name)) is not None:
            base, shown = forms
        self.add("locality", f"{hit[2]} {shown}", base, hit[2])
        return True

    def _in_place(self, start: int) -> bool:
        token = self.items[self.i]
        if token.kind == "number":
            return self.i == start
        if token.kind != "word" or (self.i > start and _INITIAL.fullmatch(token.text)):
            return False
        if not (self.any_case or token.text[0].isupper()) or (self.any_case and self.i > start):
            return False
        if self.i > start and (
            repair.role_of(token.text) or phrase_at(self.items, self.i, ("locality", "honour"))
        ):
            return False
        return self.i == start or district_at(self.items, self.i, self.any_case) is None

    def _word(self) -> bool:
        token = self.items[self.i]
        if self._joined_pair() or self._split(token):
            return True
        if token.kind == "word" and repair.looks_abbreviated(token.text.rstrip(".")):
            return self._abbreviation(token)
        if (
            token.kind == "word"
            and token.text[:1].islower()
            and (fixed := repair.repair_common(token)) is not None
        ):
            self.items[self.i] = fixed[0]
            self.out.changes.append(fixed[1])
            return True
        if token.kind == "word":
            text, change = repair.repair_word(token.text)
            if change is not None:
                self.out.changes.append(change)
                self.items[self.i] = tokens(text)[0]
                return True
        if self._torn_name(token):
            return True
        text = self._name(token)
        capital = token.kind == "word" and (token.text[0].isupper() or self.any_case)
        if capital and (ADJECTIVE.fullmatch(text) or self._nearly_adjective(text)):
            self.add("adjective", text)
        else:
            self.add("other", text if token.kind == "word" and self.any_case else token.text)
        self.i += 1
        return True

    def _abbreviation(self, token: Token) -> bool:
        roles = ("type",) if self.has("legal") or self.has("adjective") else ("legal", "type")
        if self.has("type"):
            roles = ("legal",)
        text = token.text.rstrip(".")
        if len(text) > 5 and ADJECTIVE.fullmatch(text):
            self.add("adjective", recase(text))
            self.i += 1
            return True
        role, fixed, change, offered = repair.repair_abbreviation(text, roles)
        if change is not None:
            self.out.changes.append(change)
        if role == "unknown":
            self.out.unknown.append((text, offered))
            self.add("other", text)
        else:
            self.add(role, fixed)
        self.i += 1
        return True

    def _joined_pair(self) -> bool:
        """«МБ ОУ», «С ОШ»: one abbreviation read as two words."""
        if self.i + 1 >= len(self.items):
            return False
        first, second = self.items[self.i].text, self.items[self.i + 1].text
        if not (first.isalpha() and second.isalpha() and first.isupper() and second.isupper()):
            return False
        role = repair.role_of(first + second)
        if role is None or repair.role_of(first) or self.has(role) or len(first) > 4:
            return False
        self.out.changes.append(Change("words-joined", f"{first} {second}", first + second, "ocr", 0.995))
        self.items[self.i : self.i + 2] = tokens(first + second)
        return True

    def _split(self, token: Token) -> bool:
        parts = repair.split_joined(token.text) if token.kind == "word" else None
        if parts is None:
            return False
        self.out.changes.append(Change("words-split", token.text, " ".join(parts), "ocr", 0.995))
        self.items[self.i : self.i + 1] = tokens(" ".join(parts))
        return True

    def _nearly_adjective(self, text: str) -> bool:
        """A word with a damaged ending where the adjective stands: «Юшковскоя ООШ»."""
        following = self.i + 1
        before_type = following < len(self.items) and phrase_at(self.items, following, ("type",)) is not None
        after_legal = bool(self.out.elements) and self.out.elements[-1].slot == "legal"
        return (before_type or after_legal) and bool(_NEARLY.fullmatch(text)) and not known(text)

    def _torn_name(self, token: Token) -> bool:
        """An adjective torn by a space or a hyphen whose second piece can be no word: «Борис овская»,
        «Юшков-ская».
        """
        head, hyphen, tail = token.text.rpartition("-")
        after = self.i + 1
        if hyphen and head[:1].isupper() and _SUFFIX.fullmatch(tail) and tail.islower():
            whole = head + tail
        elif (
            token.text[:1].isupper()
            and len(token.text) > 1
            and after < len(self.items)
            and self.items[after].kind == "word"
            and self._torn_pair(token.text, self.items[after].text)
        ):
            whole = token.text + self.items[after].text
            del self.items[after]
        else:
            return False
        before = token.text if hyphen else f"{token.text} {whole[len(token.text) :]}"
        self.out.changes.append(Change("words-joined", before, whole, "ocr", 0.995))
        self.items[self.i] = tokens(whole)[0]
        return True

    def _torn_pair(self, first: str, second: str) -> bool:
        if not second.islower() or not second.isalpha() or not first.isalpha():
            return False
        if _SUFFIX.fullmatch(second) or (second in _ENDS and _WHOLE.fullmatch(first + second)):
            return True
        if known(second):
            return False
        fragment = not known(first) and first[-1] not in "оеь" and not ADJECTIVE.fullmatch(first)
        return fragment and bool(ADJECTIVE.fullmatch(second)) and grade(first + second) != "impossible"

    def _name(self, token: Token) -> str:
        """The token as part of a proper name, with twins repaired and capitals as names have them."""
        text, change = repair.repair_word(token.text) if token.kind == "word" else (token.text, None)
        if change is not None:
            self.out.changes.append(change)
        return recase(text)


def parse(text: str) -> Parsed:
    """The elements of one school name (not a branch) from its tidy text."""
    out = _Reader(text).read()
    kind = out.first("type")
    gender = school_types()[kind.text].gender if kind else "f"
    out.elements = [
        e._replace(text=nominative(e.text, gender)) if e.slot == "adjective" else e for e in out.elements
    ]
    return out
