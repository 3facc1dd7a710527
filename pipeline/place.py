"""Where the schools of a list lie: the group analysis of `groups.py`, applied to the records of one order.

Structure is never repaired here: a row stays under the municipality where the order has it. What changes is
what is known of the row (`context.home`, `context.partner_home`), and a name where reference data leave no
doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.model import Finding, Record

if TYPE_CHECKING:
    from pipeline.reference import Reference


def place(
    records: Sequence[Record], region: str | None, reference: Reference | None
) -> tuple[tuple[Record, ...], tuple[Finding, ...]]:
    """The records with what is known of their places, and the findings about groups."""
    return tuple(records), ()
