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
def each_page(
    request: pytest.FixtureRequest, result: Result, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The report in a file, in each language; the folder is called after it."""
    return write(result, tmp_path_factory, request.param)


@pytest.fixture(scope="session")
def page(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report in a file, in Russian."""
    return write(result, tmp_path_factory, "ru")


def write(result: Result, tmp_path_factory: pytest.TempPathFactory, lang: str) -> Path:
    folder = tmp_path_factory.mktemp(lang)
    html.write(result, folder, lang)
    return folder / "discrepancies.html"
