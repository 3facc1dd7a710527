"""The sample order of `tests/report/sample.py` as a finished result."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.result import Result

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))


@pytest.fixture(scope="session")
def result() -> Result:
    import sample

    return sample.result()
