"""School names: any spelling → parts and one canonical text.

The steps: 1. `tidy`: Unicode, spaces, quotes; 2. a branch («филиал …») is cut off; 3. `parse`: the grammar
of `school_parse`, damaged abbreviations and words of closed lists put right; 4. consensus: names
against the others of the order; 5. `compose`; 6. what is damaged beyond repair is said as a problem.
Digits are never changed; a name that could be right is never respelled. Confidence: see `ocr`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache

import regex

from pipeline.ids import fold
from pipeline.model import Candidate, Change, Json, Problem, Status, Value, note
from pipeline.normalizers import ocr
from pipeline.normalizers.context import Context
from pipeline.normalizers.school_consensus import judge, judge_type, likelier, torn_name
from pipeline.normalizers.school_elements import Element, Parsed, parse_plain
from pipeline.normalizers.school_names import impossible
from pipeline.normalizers.school_parse import parse
from pipeline.normalizers.school_suspects import by_letters, suspects, unlikely
from pipeline.normalizers.school_text import compose, parts
from pipeline.normalizers.school_votes import SLOTS as VOTED
from pipeline.normalizers.school_votes import Votes, texts, votes
from pipeline.normalizers.school_words import stem, tidy
from pipeline.replacing import replace
from pipeline.toponyms import stem as stem_of_adjective

_BRANCH = re.compile(
    r"(?P<before>.*?)[\s,(–-]*\b(?P<word>филиал(?:а|у|ом|е)?|структурн\w+ подразделени\w+)\b(?P<after>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PLACE_OF_BRANCH = re.compile(
    r"(?P<parent>.*\S)\s+(?:в|во|на)\s+(?P<place>(?:г|с|д|п|пос|дер|х|ст|рп|пгт)\.?\s?[А-ЯЁ].*)"
)
_LEGAL_HINT = re.compile(
    r"\b[А-ЯЁ]{0,3}(?:БОУ|КОУ|АОУ|МОУ|ДОУ|ПОУ|ОБУ|БУ|ОУ)\b"
    r"|(?:\b(?:муниципальн|государственн|областн|краев|республиканск|частн|федеральн|автономн|бюджетн"
    r"|каз[её]нн|(?:обще)?образовательн|дошкольн)\w*\s+)+учрежден",
    re.IGNORECASE,
)
_OWN_BEHIND = re.compile(r"(?P<parent>.*\w.*?)\s[–-]\s(?P<own>[«А-ЯЁ].*)", re.DOTALL)
_ROUNDS = 4
_HEAD_OF_SCHOOL = regex.compile(
    r"\s*[,;(]\s*(?:(?:и\.\s?о\.\s?)?(?:директора?|руководител[ья]|заведующ\p{Ll}{2})\s*[:–—-]?\s*)?"
    r"\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?\s\p{Lu}\.\s?\p{Lu}\.(?:,?\s*(?:тел\p{Ll}*\.?:?)?\s*[\d\s()+-]{5,25})?\)?\s*$"
)
_HONOUR = regex.compile(r"(?<!\p{L})им(?:\.|ени)")  # «имени …, Иванова С.А.» may be of the name
_EMPTY = frozenset(("", "-", "—", "–", "нет"))


def normalize(raw: str, context: Context) -> Value:
    """The school named by `raw`. `parts`: legal_form, kind, school_type, level (primary, basic, secondary),
    proper_name, initial (of a proper name: «ДСОШ»), number,
    locality (nominative), locality_type, district, region, honour, emphasis, branch_of; None for what is not
    said.
    """
    if not context.seen and (plain := _plain(raw)) is not None:
        return plain
    text = _without_head(tidy(raw))
    if text.lower() in _EMPTY:
        return Value(raw, None)
    return _normalize(raw, text, context)


def _without_head(text: str) -> str:
    """The name without the head of the school behind it: «МОУ «Дубовская СОШ» (директор Шатило В.В.)»."""
    found = _HEAD_OF_SCHOOL.search(text)
    if found is None or _HONOUR.search(text, 0, found.start()):
        return text
    return text[: found.start()].rstrip() or text


@lru_cache(maxsize=1 << 16)
def _plain(raw: str) -> Value | None:
    """A name in the commonest canonical shape with nothing to say about it: a short cut for long lists."""
    parsed = parse_plain(raw)
    if parsed is None or impossible(parsed.elements[1].text) or likelier(parsed.elements[1].text):
        return None
    return Value(raw, raw, parts(parsed.elements))


def _normalize(raw: str, text: str, context: Context) -> Value:
    order = votes(context)
    if order is None:
        value = _alone(text)
    else:
        asked = (text, context.column, context.group)
        known_value = order.values.get(asked)
        if known_value is None:
            known_value = _settled(_branch(text) or _in_order(text, order, context))
            order.values[asked] = known_value
        value = known_value
    return replace(value, raw=raw, changes=_notation(raw, value))


def _in_order(text: str, order: Votes, context: Context) -> Value:
    """A name held against the other names of its order."""
    joined = list[Change]()
    if (torn := torn_name(text, order)) is not None:
        evidence = (ocr.consensus(order.counts["adjective"][torn[1]], order.total(), torn[1]),)
        joined.append(Change("words-joined-consensus", *torn, "ocr", 0.995, evidence))
        text = text.replace(*torn, 1)
    parsed = _parsed(text)
    elements, changes = list(parsed.elements), [*joined, *parsed.changes]
    unknown = list[tuple[str, tuple[Candidate, ...]]]()
    for token, found in parsed.unknown:
        ranked = judge_type(token, parsed, order) if found and parsed.first("type") is None else found
        at = next((i for i, e in enumerate(elements) if e == Element("other", token)), None)
        if at is not None and ranked and ocr.decide(token, ranked) == "fixed":
            best = ranked[0]
            elements[at] = Element("type", best.value)
            changes.append(
                Change("school-type-ocr", token, best.value, "ocr", best.confidence, best.evidence)
            )
        else:
            unknown.append((token, ranked))
    parsed = Parsed(elements, changes, unknown, parsed.suspects)
    candidates = list[Candidate]()
    judged: set[str] = set()
    for i, element in enumerate(elements):
        if element.slot not in VOTED:
            continue
        verdict = judge(element, parsed, order, context.column, context.group)
        if verdict.status == "fixed" and element.slot == "adjective" and _is_listed(element.text, context):
            continue  # a settlement of the region bears this name
        if verdict.status == "fixed":
            best = verdict.candidates[0]
            elements[i] = _replaced(element, best.value)
            rule = f"{_RULE[element.slot]}-consensus"
            changes.append(Change(rule, element.text, best.value, "ocr", best.confidence, best.evidence))
        elif verdict.status == "suggested":
            judged.add(element.text)
            for c in verdict.candidates:
                whole = compose([*elements[:i], _replaced(element, c.value), *elements[i + 1 :]])
                candidates.append(Candidate(whole, c.confidence, c.evidence))
    settled = replace_elements(parsed, elements, changes)
    trusted = [n for n in texts(settled, "adjective") if _is_confirmed(n, order, context)]
    return _value(text, settled, tuple(candidates), judged, trusted)


def _is_confirmed(name: str, order: Votes, context: Context) -> bool:
    """Whether the order or the reference data have a name once more."""
    return order.counts["adjective"][name] > 1 or _is_listed(name, context)


def _is_listed(name: str, context: Context) -> bool:
    """Whether the reference data know a settlement of the region that this name is an adjective of."""
    known = context.reference.region(context.region) if context.reference is not None else None
    base = stem_of_adjective(name) if known is not None else None
    return known is not None and base is not None and bool(known.adjectives.names(base))


_RULE = {
    "adjective": "school-name",
    "quoted": "school-name",
    "locality": "locality",
    "district": "district",
    "honour": "honour",
}


def _replaced(element: Element, text: str) -> Element:
    """The element with another text; the name of a place follows it."""
    if element.slot in ("locality", "district", "honour", "quoted"):
        return next(
            (e for e in _parsed(text).elements if e.slot == element.slot), element._replace(text=text)
        )
    return element._replace(text=text)


def replace_elements(parsed: Parsed, elements: list[Element], changes: list[Change]) -> Parsed:
    return Parsed(elements, changes, parsed.unknown, parsed.suspects)


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> Parsed:
    return parse_plain(text) or parse(text)


@lru_cache(maxsize=1 << 16)
def _once(text: str) -> Value:
    branch = _branch(text)
    return branch if branch is not None else _value(text, _parsed(text), (), set())


def _settled(value: Value) -> Value:
    """The value with the text that normalizing it again does not change (odd texts need a second round)."""
    text = value.text
    for _ in range(_ROUNDS):
        again = _once(tidy(text)).text if text else None
        if again == text:
            break
        text = again
    return value if text == value.text else replace(value, text=text)


@lru_cache(maxsize=1 << 16)
def _alone(text: str) -> Value:
    """A name without an order around it."""
    return _settled(_once(text))


def _notation(raw: str, value: Value) -> tuple[Change, ...]:
    """The changes with, first, what is only notation."""
    if value.text is None or raw == value.text:
        return value.changes
    if value.changes and " ".join(raw.split()) == _undone(value):
        return value.changes
    return (Change("school-notation", raw, value.text), *value.changes)


def _undone(value: Value) -> str:
    text = value.text or ""
    for change in value.changes:
        text = text.replace(change.after, change.before, 1)
    return text


def _wholes(text: str, word: str, found: Iterable[Candidate]) -> list[Candidate]:
    """Candidates of one word as candidates of the whole name."""
    return [Candidate(text.replace(word, c.value, 1), c.confidence, c.evidence) for c in found]


def _value(
    raw: str,
    parsed: Parsed,
    offered: tuple[Candidate, ...],
    judged: set[str],
    trusted: Container[str] = frozenset(),
) -> Value:
    text = compose(parsed.elements)
    problems, candidates = list[Problem](), list(offered)
    for token, found in parsed.unknown:
        wholes = _wholes(text, token, found)
        candidates += wholes
        suggestion = wholes[0].value if wholes else None
        confidence = wholes[0].confidence if wholes else None
        problems.append(
            Problem(
                "unknown-abbreviation",
                note("school.unknown-abbreviation", seen=token),
                suggestion,
                confidence,
            )
        )
    damaged = suspects(parsed)
    for word in damaged:
        if word not in judged:
            candidates += by_letters(word, parsed, text)
    candidates.sort(key=lambda c: -c.confidence)
    if offered or damaged:
        best = candidates[0] if candidates else None
        words = [w for w in damaged if w not in judged]
        message = note("school.impossible", word=words[0]) if words else note("school.others-say", seen=text)
        problems.append(
            Problem(
                "ocr-suspect", message, best.value if best else None, best.confidence if best else None,
                best.evidence if best else (),
            )
        )  # fmt: skip
    elif (rare := unlikely(parsed, trusted)) is not None:
        candidates += _wholes(text, *rare)
        best = candidates[0]
        message = note("school.unlikely", word=rare[0], usual=rare[1][0].value)
        problems.append(Problem("ocr-suspect", message, best.value, best.confidence, best.evidence))
    problems += [Problem("ocr-suspect", note("school.no-number", seen=seen)) for seen, _ in parsed.suspects]
    ocr_changes = [c for c in parsed.changes if c.kind == "ocr"]
    status: Status = "suggested" if candidates else "fixed" if ocr_changes else "kept"
    return Value(
        raw,
        text or None,
        parts(parsed.elements),
        tuple(parsed.changes),
        tuple(candidates),
        status,
        tuple(problems),
    )


def _branch(text: str) -> Value | None:
    """A branch: its own name or place, and its parent as `branch_of`; None for what is no branch."""
    match = _BRANCH.fullmatch(text)
    if match is None or _BRANCH.fullmatch(match["after"]) is not None:
        return None  # none, or several: which is whose cannot be told
    word = "филиал" if match["word"].lower().startswith("филиал") else "структурное подразделение"
    before, after = match["before"].strip(" ,(–-«»"), match["after"].strip(" ,)–-")
    own, place = "", ""
    if _LEGAL_HINT.search(before) and not _LEGAL_HINT.search(after):
        parent, own = before, after
    else:
        own, parent = before, after
        cut = _LEGAL_HINT.search(after)
        if cut is not None and cut.start() > 2 and not own:
            own, parent = after[: cut.start()], after[cut.start() :]
    if (found := _PLACE_OF_BRANCH.fullmatch(parent)) is not None and parent is not before:
        parent, place = found["parent"], found["place"]
    if not own and (cut_ := _OWN_BEHIND.fullmatch(parent)) is not None and _types(cut_) == 2:
        parent, own = cut_["parent"], cut_["own"]
    if own[:2].lower() in ("в ", "на"):
        own, place = "", own[2:].strip()
    main = _value(parent, _parsed(parent.strip(" ,«»")), (), set())
    if not main.text:
        return None
    self_ = _parsed(own.strip(" ,«»()") if own.count("«") != own.count("»") else own.strip(" ,()"))
    own_text, where = compose(self_.elements), _parsed(place) if place else None
    where_text = compose(where.elements) if where else ""
    named = any(e.slot in ("type", "quoted") for e in self_.elements)
    if named:
        text = f"{own_text} – {word} {main.text}"
    else:
        adjectives = " ".join(_masculine(e.text) for e in self_.elements if e.slot == "adjective")
        text = f"{adjectives} {word} {main.text}".strip()
    text += f" в {where_text}" if where_text else ""
    mine: dict[str, Json] = parts([*self_.elements, *(where.elements if where else ())])
    mine["branch_of"] = main.text
    changes = (*main.changes, *self_.changes)
    return Value(text, text, mine, changes, (), main.status, main.problems)


def _types(cut: re.Match[str]) -> int:
    """How many sides of a dash name a school."""
    return sum(_parsed(tidy(side).strip(" «»")).first("type") is not None for side in cut.groups())


def _masculine(adjective: str) -> str:
    return adjective[:-2] + "ий" if adjective.endswith(("ская", "цкая")) else adjective


# ------------------------------------------------------------------------------------- for entity resolution


def with_proper_name(value: Value, new_name: str, change: Change) -> Value:
    """The value with another proper name: text and parts made anew, `change` logged, status fixed."""
    old = value.parts.get("proper_name")
    text = value.text or ""
    text = text.replace(str(old), new_name, 1) if old else text
    return replace(
        value, text=text, parts={**value.parts, "proper_name": new_name}, changes=(*value.changes, change),
        status="fixed" if change.kind == "ocr" else value.status, candidates=(), problems=tuple(
            p for p in value.problems if p.code != "ocr-suspect"),
    )  # fmt: skip


def key(value: Value) -> tuple[str, str, str, str, str]:
    """What tells schools apart: (proper name folded, number, kind or level class, locality, parent of a
    branch).
    """
    part = value.parts
    kind = str(part.get("level") or "") or (
        str(part.get("kind") or "") if part.get("kind") != "school" else ""
    )
    locality = str(part.get("locality") or "")
    return (
        fold(str(part.get("proper_name") or part.get("initial") or "")),
        str(part.get("number") or ""),
        kind,
        _stems(locality),
        fold(str(part.get("branch_of") or "")),
    )


def compatible(a: Value, b: Value) -> bool:
    """Whether two mentions can be one school: number, type level, kind, locality and branch do not
    contradict.

    A number that only one of the two has contradicts: «СШ № 2» is not «СШ». A level, kind or locality that
    only one
    says does not.
    """
    first, second = a.parts, b.parts
    if (first.get("number") or "") != (second.get("number") or ""):
        return False
    if not _initials_agree(first, second):
        return False
    for part in ("level", "kind"):
        x, y = first.get(part), second.get(part)
        if x and y and x != y:
            return False
    for part in ("locality", "branch_of"):
        x, y = str(first.get(part) or ""), str(second.get(part) or "")
        if x != y and (part == "branch_of" or (x and y)) and _stems(x) != _stems(y):
            return False
    return True


def _initials_agree(first: Mapping[str, Json], second: Mapping[str, Json]) -> bool:
    """«ДСОШ» is Дятьковская, not Тереньгульская or «ТСОШ»."""
    if not first.get("initial") and not second.get("initial"):
        return True
    x, y = (str(p.get("initial") or p.get("proper_name") or "")[:1] for p in (first, second))
    return not (x and y) or x == y


def _stems(text: str) -> str:
    return " ".join(stem(word) for word in text.split())
