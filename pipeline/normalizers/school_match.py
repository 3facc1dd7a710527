"""School mentions against a large list of reference names: the same school, or what a damaged name may have
been.

Names with equal keys (proper name folded, number, type class) are found at once; only for the others the
proper name is looked for
in the index, and only names with the same number and a level that does not contradict are candidates.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.model import Candidate, Value
from pipeline.normalizers import ocr, school
from pipeline.normalizers.context import Context
from pipeline.normalizers.ocr_index import Index, fold
from pipeline.normalizers.school_names import impossible

_NOTHING = Context()
_LIMIT = 6  # names weighed for one mention


class SchoolIndex:
    """Reference schools by name; built once. `names`: any spellings, one a school."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_name: dict[tuple[str, str], list[Value]] = {}
        self._cache: dict[tuple[str, str, str], tuple[Candidate, ...]] = {}
        counts: dict[str, float] = {}
        for name in names:
            value = school.normalize(name, _NOTHING)
            proper = str(value.parts.get("proper_name") or "")
            number = str(value.parts.get("number") or "")
            self._by_name.setdefault((fold(proper), number), []).append(value)
            if proper:
                counts[proper] = counts.get(proper, 0.0) + 1.0
        self._total = sum(counts.values())
        self._index = Index(counts)

    def same(self, mention: Value) -> list[Value]:
        """The reference schools whose proper name and number are those of the mention and nothing
        contradicts.
        """
        proper = fold(str(mention.parts.get("proper_name") or ""))
        found = self._by_name.get((proper, str(mention.parts.get("number") or "")), ())
        return [value for value in found if school.compatible(value, mention)]

    def candidates(self, mention: Value) -> tuple[Candidate, ...]:
        """Proper names that the mention's may have been, with posteriors; () where the list has the name
        itself.
        """
        proper = str(mention.parts.get("proper_name") or "")
        number, level = str(mention.parts.get("number") or ""), str(mention.parts.get("level") or "")
        if not proper or ((fold(proper), number) in self._by_name and self.same(mention)):
            return ()
        asked = (proper, number, level)
        if asked not in self._cache:
            self._cache[asked] = self._search(proper, number, mention)
        return self._cache[asked]

    def _search(self, proper: str, number: str, mention: Value) -> tuple[Candidate, ...]:
        near = {
            name: weight
            for name, weight in self._index.near(proper, limit=_LIMIT).items()
            if name != proper
            and any(school.compatible(v, mention) for v in self._by_name.get((fold(name), number), ()))
        }
        return ocr.rank(proper, near, valid=not impossible(proper), total=self._total)
