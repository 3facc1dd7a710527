"""Copies of values with some fields changed, made faster than the standard library makes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def replace(instance: T, **changes: object) -> T:
    """`dataclasses.replace` for frozen and slotted types of several fields, in half the time:
    long lists replace a value ten times a row. Raises KeyError for a field that the type does not have.
    """
    kind: Any = type(instance)
    get, setters, at = _fields(kind)
    values = list(get(instance))
    for name, value in changes.items():
        values[at[name]] = value
    made: T = object.__new__(kind)
    for put, value in zip(setters, values, strict=True):
        put(made, value)
    return made


@cache
def _fields(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], list[Callable[..., None]], dict[str, int]]:
    """What reads all fields of a type, what sets each, and where each stands."""
    names = [f.name for f in dataclasses.fields(kind)]
    setters = [getattr(kind, name).__set__ for name in names]
    return attrgetter(*names), setters, {name: i for i, name in enumerate(names)}
