"""What people decided earlier, replayed on every build: `decide` is the stage between check and write.

1. The orders are judged as if nothing had been decided: these findings have the ids that decisions name.
2. Decisions become edits of single values (accepted findings, `set`, `move`), then of the mentions of
   entities (`merge`, `split`); all is matched by content. Then entities are resolved and checks run again.
3. Decisions about findings that only come up then are carried out in another round, until none is left.
4. Findings that were decided are closed; what a decision settled is gone; decisions that do not fit (any
   more) are findings themselves. In a build of some sources only, decisions about what is not there fit: they
   wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from pipeline import decisions_actions
from pipeline.checks.findings import identify
from pipeline.datasets import all_datasets
from pipeline.decisions_edits import Edit, apply, effective, find, moves
from pipeline.decisions_entities import claims, entity_values
from pipeline.decisions_file import MENTIONED, Decision
from pipeline.decisions_ids import id_changes
from pipeline.decisions_values import NoValueError, canonical
from pipeline.model import Change, Corpus, Finding, Json, Note, OrderData, Place, note

if TYPE_CHECKING:
    from pipeline.reference import Reference

Judge: TypeAlias = Callable[[Sequence[OrderData]], tuple[Corpus, tuple[Finding, ...]]]


@dataclass(slots=True)
class Fate:
    """What became of one decision."""

    matched: bool = False
    changed: bool = False
    closes: str = ""  # id of the finding that it closes
    shadowed: int | None = None  # number of the decision that replaces it
    conflict: int | None = None  # number of the decision that contradicts it
    trouble: Note | None = None  # why it could not be carried out


@dataclass(frozen=True, slots=True)
class _Round:
    orders: Sequence[OrderData]
    fates: Sequence[Fate]
    passed: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)  # see `Claims`


def decide(
    orders: Sequence[OrderData],
    taken: Sequence[Decision],
    judge: Judge,
    reference: Reference | None = None,
    *,
    whole: bool = True,
) -> tuple[Corpus, tuple[Finding, ...]]:
    """The corpus and the findings after all decisions; `corpus.records` has the dataset `id_changes`.

    `whole`: all sources that the decisions may be about are there. Otherwise only a decision that names an
    order which is there can be about nothing.
    """
    first, before = judge(orders)
    before = decisions_actions.fill(before, first)
    if not taken:
        return first, before
    known = {f.id: f for f in before}
    corpus, after = first, before
    result = _Round(orders, [Fate() for _ in taken])
    for _ in range(len(taken) + 1):
        result = _replay(orders, taken, known, reference)
        corpus, after = judge(result.orders)
        after = decisions_actions.fill(after, corpus)
        new = {f.id: f for f in after if f.id not in known}
        known |= new
        if not any(d.entry.finding in new for d in taken):
            break
    corpus, entity_fates = entity_values(corpus, taken, lambda i: _change(taken[i]))
    for number, (matched, changed) in entity_fates.items():
        result.fates[number].matched, result.fates[number].changed = matched, changed
    findings = _closed(known, before, after, result, taken, orders, whole)
    changes = id_changes(first, corpus, _dropped(taken, result, known), result.passed)
    records = {**corpus.records, "id_changes": changes}
    return replace(corpus, records=records), findings


def _change(decision: Decision, finding: Finding | None = None) -> Change:
    """The change to log: who, when and why are its evidence. What replaces a value (not its spelling) has
    rules of its own, so that the raw text does not count as a spelling of the new one.
    """
    entry = decision.entry
    told = [t for t in (entry.who, entry.when, entry.why) if t]
    file = decision.file.replace("\\", "/").rpartition("/")[2]
    said = note("decision.why", file=file, told=told) if told else note("decision.by-nobody", file=file)
    of_group = decision.kind == "move" or (finding is not None and finding.action.get("accept") == "move")
    rule = "decision-move" if of_group else "decision-set" if decision.kind == "set" else "decision"
    return Change(rule, "", "", "decision", evidence=(said,))


# ------------------------------------------------------------------------------------------------ one round


def _replay(
    orders: Sequence[OrderData],
    taken: Sequence[Decision],
    known: Mapping[str, Finding],
    reference: Reference | None,
) -> _Round:
    """All decisions carried out on the orders as they were read."""

    def change(number: int) -> Change:
        return _change(taken[number], known.get(taken[number].entry.finding))

    fates = [Fate() for _ in taken]
    last = {d.entry.finding: i for i, d in enumerate(taken) if d.entry.finding}
    edits: list[Edit] = []
    for number, decision in enumerate(taken):
        fate = fates[number]
        found: list[Edit] = []
        if decision.kind == "finding":
            finding = known.get(decision.entry.finding)
            fate.matched = finding is not None
            if last[decision.entry.finding] != number:
                fate.shadowed = last[decision.entry.finding]
            elif finding is not None:
                fate.closes = finding.id
                found = list(_about_finding(number, decision, finding, orders, fate))
        elif decision.kind == "set" and not _renames(decision):
            found = list(_set(number, decision, orders))
            fate.matched = bool(found)
        elif decision.kind == "move" and decision.entry.move is not None:
            move = decision.entry.move
            found = list(
                moves(number, find(orders, "training_sites", move.site, move.match), move.to, orders)
            )
            fate.matched = bool(found)
        edits += found
    counting, replaced = effective(edits)
    for number, other in replaced.items():
        fates[number].shadowed = other
    decided, changed, bad = apply(orders, counting, change, reference)
    claimed = claims(decided, taken, {(e.record_id, e.field) for e in counting})
    for number, matched in claimed.matched.items():
        fates[number].matched = matched
    for number, other in claimed.conflicts.items():
        fates[number].conflict = other
    decided, merged, _ = apply(decided, claimed.edits, change, reference)
    for number in changed | merged:
        for other in (number, *claimed.through.get(number, ())):
            fates[other].changed = True
    for number, edit in bad.items():
        fates[number].trouble = note(
            "decision.bad-value", line=taken[number].line, value=edit.value, field=edit.field
        )
        fates[number].closes = ""
    return _Round(decided, fates, claimed.passed)


def _about_finding(
    number: int, decision: Decision, finding: Finding, orders: Sequence[OrderData], fate: Fate
) -> Iterator[Edit]:
    action, given = finding.action, decision.entry.value
    rows = [str(r) for r in _list(action.get("records"))]
    name = str(action.get("field") or "")
    if decision.entry.decision == "reject":
        if action.get("reject") == "undo":
            undo = (str(action["rule"]), str(action["before"]), str(action["after"]))
            yield from (Edit(number, row, "@undo", "undo", undo=undo) for row in rows)
        if action.get("reject") == "stay" and action.get("was"):
            yield from (Edit(number, row, "@home", value=str(action["was"])) for row in rows)
        return
    if given is not None and not action.get("settable"):
        fate.trouble = note("decision.no-value", line=decision.line, what=finding.id, code=finding.code)
        fate.closes = ""
        return
    if action.get("accept") == "drop":
        yield from (Edit(number, row, "", "drop") for row in rows)
        return
    value = given if given is not None else action.get("value")
    if value is None:
        return
    if action.get("accept") == "move":
        ids = set(rows)
        yield from moves(number, [r for o in orders for r in o.records if r.id in ids], str(value), orders)
        return
    was = action.get("was") if given is None else None
    for row in rows:
        yield Edit(number, row, name, value=str(value), was=str(was) if was is not None else None)


def edits_about(
    number: int, decision: Decision, finding: Finding, orders: Sequence[OrderData]
) -> Iterator[Edit]:
    """What a decision about a finding does to rows of these orders."""
    return _about_finding(number, decision, finding, orders, Fate())


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _renames(decision: Decision) -> bool:
    """`set` about an entity: its name is a matter of the mentions, other fields are set after resolving."""
    return decision.entry.set is not None and decision.entry.set.dataset in MENTIONED


def _set(number: int, decision: Decision, orders: Sequence[OrderData]) -> Iterator[Edit]:
    wanted = decision.entry.set
    if wanted is not None:
        for row in find(orders, wanted.dataset, wanted.record, wanted.match):
            yield Edit(number, row.id, wanted.field, value=wanted.value)


# -------------------------------------------------------------------------------------------------- findings


def _closed(
    known: Mapping[str, Finding],
    before: Sequence[Finding],
    after: Sequence[Finding],
    result: _Round,
    taken: Sequence[Decision],
    orders: Sequence[OrderData],
    whole: bool,
) -> tuple[Finding, ...]:
    """The findings that are left, those that were decided with their status, and those about decisions."""
    status = {
        fate.closes: "rejected" if taken[i].entry.decision == "reject" else "accepted"
        for i, fate in enumerate(result.fates)
        if fate.closes
    }
    settled = _settled(before, result, orders)
    same_matter = _same_matter(known, status, after)
    found = [replace(known[id_], status=said) for id_, said in status.items()]
    for finding in after:
        if finding.id in status or finding.id in same_matter:
            continue
        found.append(replace(finding, status="accepted") if finding.id in settled else finding)
    audit = list(identify(_audit(result.fates, taken, orders, whole)))
    answered = {d.entry.finding: d for d in taken if d.entry.finding}
    for finding in audit:
        answer = answered.get(finding.id)
        if answer is not None:
            finding = replace(finding, status="rejected" if answer.entry.decision == "reject" else "accepted")
        if finding.key not in {d.content for f in audit if (d := answered.get(f.id))}:
            found.append(finding)
    return identify(found)


def _settled(before: Sequence[Finding], result: _Round, orders: Sequence[OrderData]) -> set[str]:
    """Findings of reading an order about values that decisions have changed since: nobody needs to look
    again.
    """
    old = {r.id: r for o in orders for r in (o.order, *o.records)}
    new = {r.id: r for o in result.orders for r in (o.order, *o.records)}
    of_reading = {f.id for f in identify(f for o in orders for f in (*o.findings, *o.placing))}

    def changed(row: object, name: str) -> bool:
        if row not in new or row not in old:
            return True
        a, b = old[str(row)].values.get(name), new[str(row)].values.get(name)
        return a != b and b is not None and any(c.kind == "decision" for c in b.changes)

    return {
        f.id
        for f in before
        if f.id in of_reading
        and (rows := _list(f.action.get("records")))
        and all(changed(row, f.field) for row in rows)
    }


def _same_matter(
    known: Mapping[str, Finding], status: Mapping[str, str], after: Sequence[Finding]
) -> set[str]:
    """Findings that are a decided one under another name: same code, row, field and places, but a decision
    has respelled a name in it. What was decided stays decided.
    """

    def matter(f: Finding) -> tuple[object, ...]:
        return f.code, f.record_id, f.field, tuple(map(str, f.places))

    there = {f.id for f in after}
    gone = {matter(known[i]) for i in status if i not in there and not known[i].action.get("accept")}
    table = decisions_actions.table()
    return {
        f.id
        for f in after
        if matter(f) in gone and f.id not in status and (table.get(f.code) is None or not table[f.code].value)
    }


# ----------------------------------------------------------------------------------------------------- audit


def _audit(
    fates: Sequence[Fate], taken: Sequence[Decision], orders: Sequence[OrderData], whole: bool
) -> Iterator[Finding]:
    """One finding for each decision that does not fit (any more)."""
    there = {o.order.id for o in orders}
    for decision, fate in zip(taken, fates, strict=True):
        what, line = _what(decision), decision.line

        def finding(code: str, message: Note, of: Decision = decision) -> Finding:
            name = of.file.replace("\\", "/").rpartition("/")[2]
            return Finding(code, message, raw=_what(of), places=(Place(name),), key=of.content)

        if fate.conflict is not None:
            other = taken[fate.conflict].line
            yield finding("decision-conflict", note("decision.conflict", line=line, other=other, what=what))
        elif fate.shadowed is not None:
            other = taken[fate.shadowed].line
            yield finding("decision-shadowed", note("decision.shadowed", line=line, other=other, what=what))
        elif fate.trouble is not None:
            yield finding("decision-unmatched", fate.trouble)
        elif not (fate.matched and fate.changed) and _waits(decision, there, whole):
            continue
        elif not fate.matched and not _done_without(decision, orders):
            yield finding("decision-unmatched", note("decision.unmatched", line=line, what=what))
        elif (not fate.changed and decision.kind != "finding") or not fate.matched:
            yield finding("decision-unnecessary", note("decision.unnecessary", line=line, what=what))


def _waits(decision: Decision, there: set[str], whole: bool) -> bool:
    """May it be about an order that is not in this build? The order it names decides, if it names one."""
    entry = decision.entry
    matches = [m.match for m in (entry.set, entry.move, entry.split) if m is not None]
    named = {t for t in (entry.about.get("order_id"), *(m.get("order_id") for m in matches)) if t}
    if entry.set is not None and entry.set.dataset == "orders" and entry.set.record:
        named.add(entry.set.record)
    return not whole and not (named and named <= there)


def _what(decision: Decision) -> str:
    """A decision in a few words: «accept dis-…», «merge …»."""
    entry = decision.entry
    if entry.finding:
        about = entry.about.get("raw", "")
        return " ".join(t for t in (entry.decision or "", entry.finding, about) if t)
    if entry.set is not None:
        where = entry.set.record or ", ".join(entry.set.match.values())
        return f"set {entry.set.field} = {entry.set.value} ({where})"
    if entry.merge is not None:
        return f"merge {', '.join(entry.merge.names)} → {entry.merge.into}"
    if entry.split is not None:
        return f"split {entry.split.name} → {entry.split.as_ or entry.split.municipality}"
    assert entry.move is not None
    return f"move {entry.move.site or ', '.join(entry.move.match.values())} → {entry.move.to}"


def _done_without(decision: Decision, orders: Sequence[OrderData]) -> bool:
    """The finding is gone because the value already reads as it was decided (a rule does it now)."""
    about = decision.entry.about
    value = decision.entry.value if decision.entry.value is not None else about.get("suggestion", "")
    dataset, name, raw = about.get("dataset", ""), about.get("field", ""), about.get("raw", "")
    if decision.entry.decision != "accept" or not (value and raw and dataset in all_datasets()):
        return False
    rows = find(orders, dataset, "", {f"{name}_raw": raw})
    try:
        wanted = canonical(name, value, None)[0]
    except NoValueError:
        return False
    return bool(rows) and all(r.text(name) == wanted for r in rows)


def _dropped(taken: Sequence[Decision], result: _Round, known: Mapping[str, Finding]) -> dict[str, str]:
    """Rows that decisions drop → the rows that stay for them."""
    found: dict[str, str] = {}
    for fate in result.fates:
        action = known[fate.closes].action if fate.closes else {}
        if action.get("accept") == "drop" and fate.changed:
            found |= {str(row): str(action["kept"]) for row in _list(action["records"])}
    return found
