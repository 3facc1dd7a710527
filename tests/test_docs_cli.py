"""`docs/cli.md` names every command and every option; the examples in it are commands that there are."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from pipeline.commands import COMMANDS
from pipeline.docs_cli import commands

ROOT = Path(__file__).parent.parent
FOUND = dict(commands())
HINT = "run `python -m pipeline.docs` and commit docs/cli.md"


def section(path: str) -> str:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    found = re.search(rf"^## prikaz {path}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, HINT
    return found[1]


def test_every_module_of_a_command_is_found() -> None:
    assert {path.split()[0] for path in FOUND} == set(COMMANDS)


@pytest.mark.parametrize("path", FOUND)
def test_every_option_of_every_command_is_described(path: str) -> None:
    text = section(path)
    for option in FOUND[path].params:
        if isinstance(option, click.Option):
            assert option.help, f"prikaz {path} {option.opts[0]} has no help"
            for name in (*option.opts, *option.secondary_opts):
                assert f"`{name}`" in text, HINT


@pytest.mark.parametrize("path", FOUND)
def test_the_examples_use_options_that_there_are(path: str) -> None:
    known = {n for o in FOUND[path].params for n in (*o.opts, *o.secondary_opts)}
    for block in re.findall(r"```sh\n(.*?)```", section(path), re.DOTALL):
        assert block.count(f"prikaz {path}") == block.count("\n")
        assert set(re.findall(r"(?<= )--[a-z-]+", block)) <= known
