"""Documents and orders as bytes, between processes and in the store: pickle with a short way for the types
of `model.py`, and with no way for anything but data.

A frozen, slotted dataclass pickles through Python functions that ask for its fields each time: 10 s
there and back for 500,000 cells. Its fields as a tuple, and no garbage collection meanwhile, take 1.7 s.

Pickles can name any function. `loads` finds only value types (this package's dataclasses and errors, and
a few of Python's): a worker that a document has taken over, or a file that somebody put into the store, can
give wrong data but run nothing here.
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
from importlib import import_module
from operator import attrgetter
from typing import Any

from pipeline import model
from pipeline.errors import PrikazError
from pipeline.model import Block, Document, Grid, Note, Source, Table

_PLAIN = frozenset(
    {
        ("builtins", "set"), ("builtins", "frozenset"), ("builtins", "bytearray"), ("builtins", "complex"),
        ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"),
        ("collections", "Counter"), ("pathlib", "PosixPath"),
        ("pipeline.errors", "_rebuild"), ("pipeline.transport", "_unpacked"),
    }
)  # fmt: skip

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
    """The value that `dumps` was given. Raises pickle.UnpicklingError for what is no data of ours."""
    with no_collection():
        return _Unpickler(io.BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return _known(module, name)


@cache
def _known(module: str, name: str) -> Any:
    """A type of values, or one of the functions that make them."""
    if (module, name) in _PLAIN:
        return getattr(import_module(module), name)
    if module.startswith("pipeline.") and "." not in name:
        found = getattr(import_module(module), name, None)
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, PrikazError)):
            return found
    raise pickle.UnpicklingError(f"{module}.{name} is no type of values")


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


# --------------------------------------------------------------------------------------- packed documents


class Packed(Document):
    """A document that stays bytes until something of it is asked for: most are only carried along."""

    __slots__ = ("_data", "_whole")
    _data: bytes
    _whole: Document | None

    def __init__(
        self,
        source: Source,
        content: tuple[Block | Grid | Table, ...] = (),
        n_pages: int | None = None,
        notes: tuple[Note, ...] = (),
    ) -> None:
        self._set(b"", Document(source, content, n_pages, notes))

    def _set(self, data: bytes, whole: Document | None) -> None:
        object.__setattr__(self, "_data", data)  # frozen, as all of the model
        object.__setattr__(self, "_whole", whole)

    @property
    def whole(self) -> Document:
        """The document itself."""
        if self._whole is None:
            self._set(self._data, loads(self._data))
        assert self._whole is not None
        return self._whole

    @property
    def data(self) -> bytes:
        """The document as `dumps` gives it."""
        if not self._data:
            self._set(dumps(self._whole), self._whole)
        return self._data

    source = property(lambda self: self.whole.source)
    content = property(lambda self: self.whole.content)
    n_pages = property(lambda self: self.whole.n_pages)
    notes = property(lambda self: self.whole.notes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.whole == (
            other.whole if isinstance(other, Packed) else other
        )

    def __hash__(self) -> int:
        return hash(self.whole)

    def __repr__(self) -> str:
        return repr(self.whole)

    def __reduce__(self) -> tuple[object, ...]:
        return (_unpacked, (self.data,))


def pack(document: Document) -> Packed:
    """The document as bytes; what it was made of can go."""
    return _unpacked(document.data if isinstance(document, Packed) else dumps(document))


def _unpacked(data: bytes) -> Packed:
    packed = Packed.__new__(Packed)
    packed._set(data, None)
    return packed
