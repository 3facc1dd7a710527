"""Datasets as pandas frames, typed after `datasets.csv`: nothing is guessed from the contents.

| field type | dtype |
|---|---|
| string | `string`, missing is `<NA>` |
| integer | `Int64` |
| number | `Float64` |
| date | `datetime64[s]`, missing is `NaT` |
| list | `object`, each cell a list of str |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.datasets import Dataset, all_datasets

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.result import Result

_DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}


class Frames(Mapping[str, "pd.DataFrame"]):
    """Dataset name → frame; a frame (and pandas) is made when it is asked for, anew each time.

    `corrections` and `discrepancies` are among them, with texts in `lang`.
    """

    def __init__(self, result: Result, lang: str = "en") -> None:
        self._result = result
        self._lang = lang

    def __getitem__(self, name: str) -> pd.DataFrame:
        return frame(all_datasets()[name], self._result.rows(name, self._lang))

    def __iter__(self) -> Iterator[str]:
        return iter(all_datasets())

    def __len__(self) -> int:
        return len(all_datasets())

    def __repr__(self) -> str:
        return f"Frames({', '.join(self)})"


def frame(dataset: Dataset, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a dataset as a frame, its columns in the order and of the types that the description gives."""
    import pandas as pd

    columns = {
        field.name: pd.Series([row[field.name] for row in rows], dtype=_DTYPES.get(field.type, "object"))
        for field in dataset.fields
    }
    return pd.DataFrame(columns)
