"""Documents and orders as bytes, between processes: pickle with a short way for the types of `model.py`.

A frozen, slotted dataclass pickles through Python functions that ask for its fields each time: 10 s
there and back for 500,000 cells. Its fields as a tuple, and no garbage collection meanwhile, take 1.7 s.
"""

from __future__ import annotations

import contextlib
import copyreg
import dataclasses
import gc
import io
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any

from pipeline import model

COLLECTION = (50_000, 20, 50)  # thresholds: documents and records are many objects without cycles


def dumps(value: object) -> bytes:
    """`value` as bytes for `loads`. Raises what pickle raises for what it cannot take."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _table()
    with no_collection():
        pickler.dump(value)
    return stream.getvalue()


def loads(data: bytes | memoryview) -> Any:
    """The value that `dumps` was given. For bytes of our own making only, as with any pickle."""
    with no_collection():
        return pickle.loads(data)


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Each of many new objects would have the collector look at all of them again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """The same where much is made and some of it, as templates do, in circles: seldom rather than never."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def _table() -> dict[type, Callable[[Any], Any]]:
    table: dict[type, Callable[[Any], Any]] = dict(copyreg.dispatch_table)
    for kind in vars(model).values():
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            names = [f.name for f in dataclasses.fields(kind)]
            if len(names) > 1:
                table[kind] = _reducer(kind, attrgetter(*names))
    return table


def _reducer(kind: type, values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], Any]:
    return lambda instance: (kind, values(instance))
