"""Whatever people decide about an order, in whatever sequence: rows, ids and findings stay consistent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import checks, decisions, run
from pipeline.checks.findings import identify
from pipeline.datasets import all_datasets
from pipeline.decisions_file import Decision, Entry
from pipeline.model import Corpus, Finding, OrderData, Record
from pipeline.resolve import resolve
from tests import forms

SETTINGS = run.Settings(raw=forms.RAW.parent)


@cache
def order() -> OrderData:
    """The real order, read once."""
    return run.read_order(forms.RAW, forms.RAW.name, SETTINGS)


def judge(orders: Sequence[OrderData]) -> tuple[Corpus, tuple[Finding, ...]]:
    corpus = resolve(orders, run.load_reference(SETTINGS.reference_folder))
    return corpus, identify(checks.run_checks(corpus))


def decide(taken: Sequence[Decision]) -> tuple[Corpus, tuple[Finding, ...]]:
    return decisions.decide([order()], taken, judge, run.load_reference(SETTINGS.reference_folder))


@cache
def undecided() -> tuple[Corpus, tuple[Finding, ...]]:
    return decide([])


def taken(entries: Sequence[Entry]) -> list[Decision]:
    return [Decision(entry, "decisions.yaml", line) for line, entry in enumerate(entries, 1)]


ENTRIES = st.deferred(
    lambda: st.lists(
        st.builds(
            lambda finding, decision: Entry(finding=finding, decision=decision),
            st.sampled_from([f.id for f in undecided()[1]]),
            st.sampled_from(["accept", "reject"]),
        ),
        max_size=8,
    )
)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ids(corpus: Corpus, dataset: str) -> list[str]:
    return [r.id for r in corpus.of(dataset)]


@FEW
@given(ENTRIES)
def test_rows_keep_their_ids_and_every_foreign_key_leads_somewhere(entries: list[Entry]) -> None:
    corpus, _ = decide(taken(entries))
    before, _ = undecided()
    dropped = {r.text("old_id") for r in corpus.of("id_changes") if r.text("reason") == "dropped"}
    for name in ("activities", "activity_executors", "training_sites"):
        assert ids(corpus, name) == [i for i in ids(before, name) if i not in dropped]
    for dataset in all_datasets().values():
        for field, target, key in dataset.foreign_keys:
            there = {key_of(r, key) for r in corpus.of(target)}
            for record in corpus.of(dataset.name):
                value = record.text(field)
                assert value is None or value in there, (dataset.name, field)


def key_of(record: Record, key: str) -> str | None:
    return record.text(key) or record.id


@FEW
@given(ENTRIES)
def test_raw_texts_are_never_lost_and_the_last_word_on_each_finding_counts(entries: list[Entry]) -> None:
    corpus, findings = decide(taken(entries))
    before, _ = undecided()
    old = {r.id: r for o in before.orders for r in (o.order, *o.records)}
    for o in corpus.orders:
        for record in (o.order, *o.records):
            for name, value in old[record.id].values.items():
                assert record.raw(name) == value.raw
    last = {e.finding: "accepted" if e.decision == "accept" else "rejected" for e in entries}
    statuses = {f.id: f.status for f in findings if not f.code.startswith("decision-")}
    assert {i: s for i, s in statuses.items() if s != "open" and i in last} == last
    told = [f for f in findings if f.code.startswith("decision-")]
    repeated = len(entries) - len(last)
    assert {f.code for f in told} <= {"decision-shadowed"}
    assert bool(told) <= bool(repeated) or last_values_meet(entries)


def last_values_meet(entries: Sequence[Entry]) -> bool:
    """Two findings of one value: the later decision may shadow the earlier."""
    by_id = {f.id: f for f in undecided()[1]}
    values = [
        (str(row), str(by_id[e.finding].action.get("field")))
        for e in {e.finding: e for e in entries}.values()
        for row in list_of(by_id[e.finding])
    ]
    return len(values) != len(set(values))


def list_of(finding: Finding) -> list[object]:
    rows = finding.action.get("records")
    return list(rows) if isinstance(rows, list) else []


@FEW
@given(ENTRIES)
def test_replaying_gives_the_same_again(entries: list[Entry]) -> None:
    one, two = decide(taken(entries)), decide(taken(entries))
    assert one[1] == two[1]
    assert {k: [dict(r.values) for r in v] for k, v in one[0].records.items()} == {
        k: [dict(r.values) for r in v] for k, v in two[0].records.items()
    }


def test_deciding_everything_leaves_nothing_open() -> None:
    everything = [Entry(finding=f.id, decision="accept") for f in undecided()[1]]
    _, findings = decide(taken(everything))
    left = [f for f in findings if f.status == "open"]
    more = [Entry(finding=f.id, decision="accept") for f in left]
    _, findings = decide(taken([*everything, *more]))
    assert [(f.code, f.raw) for f in findings if f.status == "open"] == []
