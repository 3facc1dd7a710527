"""`NAME.jsonl`: one JSON object a line (https://jsonlines.org), the objects of `NAME.json`. Exact bytes."""

from __future__ import annotations

from pathlib import Path

from pipeline.datasets import normalized
from pipeline.result import Result
from pipeline.writers.json_files import dumps


def write(result: Result, folder: Path, lang: str = "en") -> None:
    for dataset in normalized():
        text = "".join(dumps(row) + "\n" for row in result.rows(dataset.name, lang))
        (folder / f"{dataset.name}.jsonl").write_bytes(text.encode("utf-8", "backslashreplace"))
