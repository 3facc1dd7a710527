"""What the reconstruction of groups takes and gives: rows of a list of schools, and verdicts on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model import Candidate, Json, Note
from pipeline.reference import Settlement


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list of schools. `school` and `partner` are the parts of the school normalizer.

    `group_key` tells printed groups apart (number and name); `municipality` is the canonical name of the
    heading. `school_key` and `partner_key` tell schools apart (`school.key`), None for one that is named
    by nothing but a number.
    """

    index: int
    group_key: str
    group_number: int | None
    municipality: str | None
    school: Mapping[str, Json] = field(default_factory=dict)
    partner: Mapping[str, Json] = field(default_factory=dict)
    school_key: object = None
    partner_key: object = None


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """Where a row belongs. `municipality` is a canonical name; `moved`: it is not the one of the heading.

    `alternatives` are other municipalities with a posterior worth a look (`undecided`: one may well be
    right). `settlement` is the one that the school is named after, `known` whether the references know
    such a settlement in the region (None: they cannot tell). The same for the partner.
    """

    index: int
    municipality: str | None
    confidence: float
    name: str | None = None  # the school's and the partner's proper names that were judged
    partner_name: str | None = None
    moved: bool = False
    undecided: bool = False
    alternatives: tuple[Candidate, ...] = ()
    evidence: tuple[Note, ...] = ()
    settlement: Settlement | None = None
    known: bool | None = None
    elsewhere: tuple[Settlement, ...] = ()
    name_candidates: tuple[Candidate, ...] = ()
    partner_municipality: str | None = None
    partner_settlement: Settlement | None = None
    partner_known: bool | None = None
    partner_candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class LostGroup:
    """A municipality without a heading. `rows` are indices of rows that belong to it; `number` the one it
    would have.
    """

    number: int | None
    name: str
    rows: tuple[int, ...]
    confidence: float
    evidence: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A jump in the numbers of the groups, and which municipalities lie between the two in the alphabet."""

    before: int
    after: int
    row: int  # index of the first row after the jump
    between: tuple[str, ...]
    lost: tuple[LostGroup, ...]


@dataclass(frozen=True, slots=True)
class GroupAnalysis:
    """The verdicts, one a row in their order. `ordered`: the headings stand in alphabetical order."""

    rows: tuple[RowVerdict, ...]
    lost_groups: tuple[LostGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()
    ordered: bool = False
    region: str | None = None
    source: tuple[str, str] | None = None  # the complete list of settlements that was used, and its date
