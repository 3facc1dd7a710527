"""Tables and lines of text of the documents, found by place, each document gone through once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pipeline.ids import fold
from pipeline.model import Block, Cell, Document, Place, Table

Matrix = list[list[Cell | None]]


class Pages:
    """One document; what is looked up is kept, since thousands of findings may ask for the same table."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._matrices: dict[int, Matrix] = {}

    @cached_property
    def tables(self) -> dict[int, Table]:
        """By number."""
        return {table.number: table for table in self.document.tables}

    def matrix(self, number: int) -> Matrix:
        if number not in self._matrices:
            self._matrices[number] = self.tables[number].matrix()
        return self._matrices[number]

    @cached_property
    def _blocks(self) -> list[tuple[int, Block, str]]:
        """(index in the content, block, its folded text)."""
        content = enumerate(self.document.content)
        return [(i, item, fold(item.text)) for i, item in content if isinstance(item, Block)]

    @cached_property
    def _by_place(self) -> dict[Place | None, list[tuple[int, str]]]:
        found: dict[Place | None, list[tuple[int, str]]] = {}
        for i, block, text in self._blocks:
            found.setdefault(block.place, []).append((i, text))
        return found

    def block(self, place: Place, raw: str) -> int | None:
        """Index in `document.content` of the block at a place, told by its text where several stand there."""
        there = self._by_place.get(place, [])
        if len(there) == 1:
            return there[0][0]
        wanted = fold(raw)
        if not wanted:
            return None
        if not there:
            there = [(i, t) for i, b, t in self._blocks if b.place is None or b.place.page == place.page]
        return next((i for i, text in there if wanted in text), None)


def pages(documents: Mapping[str, Document]) -> dict[str, Pages]:
    """`Pages` by the source's path."""
    return {source: Pages(document) for source, document in documents.items()}
