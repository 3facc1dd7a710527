"""Russian official orders with tables in, clean datasets and a report of every discrepancy out.

    >>> import pipeline
    >>> pipeline.normalize_school("муниципальное бюджетное общеобразовательное учреждение «Лесная основная "
    ...                           "общеобразовательная школа»").text
    'МБОУ Лесная ООШ'
    >>> document = pipeline.read("raw/smolensk-order-657.txt")
    >>> [(table.n_rows, table.n_cols) for table in document.tables]
    [(30, 4), (59, 4)]
    >>> result = pipeline.build(["raw/smolensk-order-657.txt"], reference="raw/reference")
    >>> result.rows("orders")[0]["number"]
    '657-ОД'
    >>> sites = result.frames["training_sites"]
    >>> len(sites), str(sites["position"].dtype)
    (58, 'Int64')

The functions are those of `pipeline.api`, the types those of `pipeline.model` and `pipeline.result`. All are
imported when they are first asked for: `import pipeline` itself takes a few milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.api import (
        build,
        normalize_date,
        normalize_municipality,
        normalize_number,
        normalize_organization,
        normalize_person,
        normalize_school,
        normalize_text,
        read,
    )
    from pipeline.errors import PrikazError, SetupError, SourceError
    from pipeline.messages import say
    from pipeline.model import (
        BBox,
        Block,
        Candidate,
        Cell,
        Change,
        Document,
        Finding,
        Note,
        Place,
        Problem,
        Record,
        Source,
        Table,
        Value,
    )
    from pipeline.result import Correction, Result

__version__ = "0.1.0"

__all__ = [
    "BBox",
    "Block",
    "Candidate",
    "Cell",
    "Change",
    "Correction",
    "Document",
    "Finding",
    "Note",
    "Place",
    "PrikazError",
    "Problem",
    "Record",
    "Result",
    "SetupError",
    "Source",
    "SourceError",
    "Table",
    "Value",
    "__version__",
    "build",
    "normalize_date",
    "normalize_municipality",
    "normalize_number",
    "normalize_organization",
    "normalize_person",
    "normalize_school",
    "normalize_text",
    "read",
    "say",
]

_HOMES = {
    "say": "messages",
    "Correction": "result",
    "Result": "result",
    "PrikazError": "errors",
    "SetupError": "errors",
    "SourceError": "errors",
}


if not TYPE_CHECKING:  # a type checker sees the imports above

    def __getattr__(name: str) -> object:
        """Import a public name from its home when it is first used (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
        from importlib import import_module

        home = _HOMES.get(name, "api" if name.islower() else "model")
        value: object = getattr(import_module(f"pipeline.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
