"""One module a field type; `NORMALIZERS` maps the field types that profiles name to functions.

Each is a pure function `normalize(raw, context) -> Value`. It never raises on content, never loses `raw`,
never changes a digit, and logs each step as a Change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pipeline.model import Value
    from pipeline.normalizers.context import Context

Normalizer: TypeAlias = "Callable[[str, Context], Value]"

_TYPES = ("school", "organization", "person", "municipality", "date", "number", "text")


class _Lazy(Mapping[str, Normalizer]):
    """Field type → function; a module is imported when its type is first asked for."""

    def __getitem__(self, name: str) -> Normalizer:
        if name not in _TYPES:
            raise KeyError(name)
        function: Normalizer = import_module(f"pipeline.normalizers.{name}").normalize
        return function

    def __iter__(self) -> Iterator[str]:
        return iter(_TYPES)

    def __len__(self) -> int:
        return len(_TYPES)


NORMALIZERS: Mapping[str, Normalizer] = _Lazy()
