"""How much of anything one source may have; `data/limits.csv` says what each limit protects against.

Time and memory are limits of the worker process, not of a format: see `isolate.py`.
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from importlib import resources

from pipeline.errors import SetupError, SourceError
from pipeline.model import note

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits by name; sizes in bytes, the rest counts. Start from `DEFAULT`."""

    source_bytes: int
    zip_members: int
    zip_member_bytes: int
    zip_total_bytes: int
    zip_ratio: int
    zip_ratio_above: int
    xml_depth: int
    xml_prolog_bytes: int
    span: int
    table_cells: int
    pdf_pages: int
    image_pixels: int
    archive_depth: int
    archive_sources: int
    value_chars: int
    text_chars: int
    order_rows: int
    findings: int

    def check(self, name: str, found: int) -> None:
        """Raise SourceError `source.over-limit` if `found` is more than the limit called `name`."""
        if found > getattr(self, name):
            raise over_limit(self, name)


def parse_size(text: str) -> int:
    """Bytes of `1G`, `512 MiB`, `1.5g`, `1000000` (K, M, G, T are powers of 1024). Raises SetupError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise SetupError("limit.bad-size", text=text)
    return int(float(match[1]) * _UNITS[match[2].upper()])


def show_size(number: int) -> str:
    """A size in bytes as `parse_size` reads it: `512M`, `1.2G`, `1000001`."""
    for unit in "TGMK":
        if number >= _UNITS[unit]:
            for digits in range(3):
                shown = f"{number / _UNITS[unit]:.{digits}f}{unit}"
                if parse_size(shown) == number:
                    return shown
    return str(number)


def _load() -> tuple[Limits, dict[str, str]]:
    file = resources.files("pipeline") / "data" / "limits.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    values = {row["name"]: parse_size(row["default"]) for row in rows}
    return Limits(**values), {row["name"]: row["unit"] for row in rows}


DEFAULT, _KINDS = _load()
_current: ContextVar[Limits] = ContextVar("limits", default=DEFAULT)


def current() -> Limits:
    """The limits in force: `DEFAULT`, or those of the enclosing `use`."""
    return _current.get()


@contextlib.contextmanager
def use(limits: Limits) -> Iterator[None]:
    """Put `limits` in force for a block; worker processes started inside inherit them."""
    token = _current.set(limits)
    try:
        yield
    finally:
        _current.reset(token)


def with_overrides(items: Iterable[str], base: Limits = DEFAULT) -> Limits:
    """`base` with the values of `NAME=VALUE` texts (the option `--limit`). Raises SetupError."""
    names = {f.name for f in fields(Limits)}
    changed: dict[str, int] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals:
            raise SetupError("limit.no-value", file=f"--limit {item}")
        name = name.strip().replace("-", "_")
        if name not in names:
            raise SetupError("limit.unknown", file=f"--limit {item}", name=name, names=sorted(names))
        try:
            changed[name] = parse_size(value)
        except SetupError as error:
            raise SetupError(error.reason, **{**error.args_, "file": f"--limit {item}"}) from None
    return replace(base, **changed)


def over_limit(limits: Limits, name: str) -> SourceError:
    """The error that says which limit was passed and how to raise it."""
    allowed = getattr(limits, name)
    shown = show_size(allowed) if _KINDS[name] == "bytes" else str(allowed)
    return SourceError("source.over-limit", what=note(f"limit.{name}"), name=name, allowed=shown)
