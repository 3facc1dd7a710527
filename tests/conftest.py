"""Fixtures that several test modules use."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.result import Result
from pipeline.run import Settings, build, find_sources

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The real order, built as `make` builds it."""
    folder = tmp_path_factory.mktemp("real")
    settings = Settings(raw=ROOT / "raw", out=folder / "normalized", reports=folder / "reports")
    result, failures = build(find_sources([ROOT / "raw"]), settings)
    assert not failures
    return result
