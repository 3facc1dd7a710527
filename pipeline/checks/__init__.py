"""Checks: functions from the corpus to findings. A new check is one function and one line in `CHECKS`.

Each looks at canonical records only (`Corpus`), says what it sees with the words of
`data/messages/checks.csv`, and gives one finding for one cause, with all its places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.checks import (
    dates,
    duplicates,
    numbering,
    partners,
    readings,
    structure,
    values,
    variants,
    variants_orders,
)
from pipeline.model import Corpus, Finding

CHECKS: tuple[Callable[[Corpus], Iterator[Finding]], ...] = (
    values.check_problems,
    values.check_repairs,
    values.check_abbreviations,
    readings.check_readings,
    structure.check_missing,
    structure.check_appendices,
    structure.check_documents,
    numbering.check_items,
    duplicates.check_rows,
    duplicates.check_activities,
    duplicates.check_groups,
    partners.check_outliers,
    partners.check_roles,
    variants.check_spellings,
    variants_orders.check_orders,
    dates.check_period,
    dates.check_before_order,
)


def run_checks(corpus: Corpus) -> Iterator[Finding]:
    """All findings: those of reading each source, then those of every check."""
    for order in corpus.orders:
        yield from (*order.findings, *order.placing)
    for check in CHECKS:
        yield from check(corpus)
