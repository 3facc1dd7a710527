"""Two pages at a time give what one after the other gives, in order, whatever becomes of the child."""

from __future__ import annotations

import os

import pytest

from pipeline.errors import SourceError
from pipeline.extractors import scan_pool

SMALL, LARGE = 1, 10**9


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_pool, "_may_fork", lambda: True)


def _with_process(page: int) -> tuple[int, int]:
    return page, os.getpid()


def test_every_other_page_is_read_in_a_process_of_its_own() -> None:
    found = list(scan_pool.in_pairs(_with_process, [(n, SMALL) for n in range(5)]))
    assert [page for page, _ in found] == [0, 1, 2, 3, 4]
    here = os.getpid()
    assert [process == here for _, process in found] == [True, False, True, False, True]


def test_pages_too_large_for_two_are_read_here_and_in_order() -> None:
    sizes = [SMALL, LARGE, SMALL, SMALL]
    found = list(scan_pool.in_pairs(_with_process, list(enumerate(sizes))))
    assert [page for page, _ in found] == [0, 1, 2, 3]
    assert [process == os.getpid() for _, process in found] == [True, True, True, False]


def test_a_page_whose_child_dies_is_read_here() -> None:
    parent = os.getpid()

    def read(page: int) -> int:
        if page == 1 and os.getpid() != parent:
            os._exit(9)
        return page * 10

    assert list(scan_pool.in_pairs(read, [(0, SMALL), (1, SMALL)])) == [0, 10]


def test_what_a_page_raises_is_raised() -> None:
    def read(page: int) -> int:
        if page == 1:
            raise SourceError("scan.no-engine")
        return page

    pages = scan_pool.in_pairs(read, [(0, SMALL), (1, SMALL)])
    assert next(pages) == 0
    with pytest.raises(SourceError):
        next(pages)
