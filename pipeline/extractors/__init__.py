"""One reader a format: `extract(path, source) -> Document`. Each is imported when its format first comes.

Containers hold sources rather than text; they are unpacked by `container.members` before this.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from pipeline.model import Document, Source

Extract: TypeAlias = Callable[[Path, Source], Document]

EXTRACTORS = {
    "docx": "docx:extract",
    "odt": "odt:extract",
    "rtf": "rtf:extract",
    "doc": "office:extract",
    "pdf": "pdf:extract",
    "text": "text:extract",
    "html": "html:extract",
    "mhtml": "html:extract",
    "xlsx": "sheet:extract",
    "xls": "sheet:extract",
    "ods": "sheet:extract",
    "zip": "container:extract",
    "eml": "container:extract",
    "image": "scan:extract",
}
CONTAINERS = frozenset({"zip", "eml"})


def extract(path: Path, source: Source) -> Document:
    """The document in a file that `sniff` has named. Raises SourceError."""
    return extractor(source.format)(path, source)


def extractor(format: str) -> Extract:
    """The reader of a format that `sniff` names. Raises KeyError for any other."""
    module, function = EXTRACTORS[format].split(":")
    return cast(Extract, getattr(import_module(f"{__name__}.{module}"), function))
