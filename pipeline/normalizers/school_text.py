"""From the elements of a school name to its canonical text and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.model import Json
from pipeline.normalizers.school_elements import Element
from pipeline.normalizers.school_words import school_types

SLOTS = (
    "legal",
    "adjective",
    "initial",
    "type",
    "kind",
    "number",
    "emphasis",
    "quoted",
    "honour",
    "locality",
    "district",
    "region",
)


def ordered(elements: Sequence[Element]) -> list[Element]:
    """The elements in canonical order; in the order of the text where one fits no slot or stands there
    twice.
    """
    unique: list[Element] = []
    for element in elements:
        if element.slot == "punct" or element not in unique:
            unique.append(element)
    plain = [e for e in unique if e.slot != "punct"]
    single = [e.slot for e in plain if e.slot not in ("adjective", "locality")]
    if any(e.slot == "other" for e in plain) or len(single) != len(set(single)):
        return unique
    return sorted(plain, key=lambda e: SLOTS.index(_slot(e)))


def _slot(element: Element) -> str:
    return "kind" if element.slot == "emphasis" and not element.text.startswith("с ") else element.slot


def compose(elements: Sequence[Element]) -> str:
    """The canonical text: «МБОУ СОШ № 8 им. А.Б. Михайлова г. Вязьмы»."""
    text, glued = "", False
    for element in ordered(elements):
        piece = f"№ {element.text}" if element.slot == "number" else element.text
        tight = not text or piece in ",;:.)" or text[-1] == "(" or glued
        text += piece if tight else " " + piece
        glued = element.slot == "initial"
    return text.strip(" ,;")


def proper_name(elements: Iterable[Element]) -> str | None:
    """The adjectives, else the name in quotes, else the capitalised rest.

    A qualitative adjective goes on in the word behind it: «Новый Торъял СОШ», «детский сад «Золотой ключик»».
    """
    items = list(elements)
    for k, e in enumerate(items[:-1]):
        rest = items[k + 1]
        relational = e.text.lower().endswith(("ская", "цкая", "ский", "цкий", "ской", "цкой"))
        if e.slot == "adjective" and not relational and rest.slot == "other" and rest.text.isalpha():
            garden = any(x.slot == "type" and x.text.endswith("детский сад") for x in items)
            if rest.text[0].isupper() or garden:
                return f"{e.text} {rest.text}"
    for slot in ("adjective", "quoted", "other"):
        words = [e.name or e.text for e in items if e.slot == slot]
        if slot == "other":
            words = [w for w in words if w[:1].isupper()]
        if words:
            return " ".join(words)
    return None


def parts(elements: Sequence[Element]) -> dict[str, Json]:
    """The components of a name; every key is there, None for what the name does not say."""
    first: dict[str, Element] = {}
    for element in elements:
        first.setdefault(element.slot, element)

    def text(slot: str) -> str | None:
        return first[slot].text if slot in first else None

    def name(slot: str) -> str | None:
        return first[slot].name if slot in first else None

    kind = school_types().get(text("type") or "")
    return {
        "legal_form": text("legal"),
        "kind": kind.kind if kind else None,
        "school_type": text("type"),
        "level": kind.level if kind else None,
        "proper_name": proper_name(elements),
        "initial": text("initial"),
        "number": text("number"),
        "locality": name("locality"),
        "locality_type": first["locality"].type if "locality" in first else None,
        "district": name("district"),
        "region": name("region"),
        "honour": name("honour"),
        "emphasis": text("emphasis"),
        "branch_of": None,
    }
