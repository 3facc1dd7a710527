"""Fixtures that several test modules use."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from pipeline.result import Result
from pipeline.run import Settings, build, find_sources

# a shell or `nohup` ignores them for what it starts in the background, and the tests would inherit that
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# a loaded machine is no defect: no example has a time of its own
hypothesis_settings.register_profile("prikaz", deadline=None)
hypothesis_settings.load_profile("prikaz")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The real order, built as `make` builds it."""
    folder = tmp_path_factory.mktemp("real")
    settings = Settings(raw=ROOT / "raw", out=folder / "normalized", reports=folder / "reports")
    result, failures = build(find_sources([ROOT / "raw"]), settings)
    assert not failures
    return result
