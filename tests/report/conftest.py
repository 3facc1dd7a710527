"""The sample order as a finished result, and what its two languages give as a page."""

from __future__ import annotations

from pathlib import Path

import pytest
import sample as sample_order

from pipeline.report import html
from pipeline.result import Result


@pytest.fixture(scope="session")
def result() -> Result:
    return sample_order.result()


@pytest.fixture(scope="session", params=["en", "ru"])
def page(request: pytest.FixtureRequest, result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report in a file, in each language."""
    folder = tmp_path_factory.mktemp(request.param)
    html.write(result, folder, request.param)
    return folder / "discrepancies.html"
