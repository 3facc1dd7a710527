"""Every regular expression that the program compiles, collected by running it; see `test_patterns.py`.

`python -m tests.patterns` prints a JSON list of {engine, pattern, bytes, flags, where, used}. It must be a
process of its own: what was imported before the collector is not seen.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import regex

Found = dict[tuple[str, Any, int], str]


def record(found: Found) -> None:
    """From now on every pattern compiled by a module of `pipeline` is put into `found`."""

    def wrap(engine: str, compile: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(pattern: Any, flags: Any = 0, *rest: Any, **options: Any) -> Any:
            where = _caller()
            if where and isinstance(pattern, str | bytes):
                found.setdefault((engine, pattern, int(flags)), where)
            return compile(pattern, flags, *rest, **options)

        return wrapped

    re._compile = wrap("re", re._compile)  # type: ignore[attr-defined]  # all functions of `re` end there
    regex._main._compile = wrap("regex", regex._main._compile)  # type: ignore[attr-defined]  # the same


def _caller() -> str:
    frame = sys._getframe(2)
    while any(name in frame.f_code.co_filename for name in ("/re/", "/regex/")) and frame.f_back is not None:
        frame = frame.f_back
    parts = Path(frame.f_code.co_filename).parts
    return f"{'/'.join(parts[-2:])}:{frame.f_lineno}" if "pipeline" in parts else ""


def uses(folder: Path) -> dict[str, list[str]]:
    """`file:line` of a pattern bound to a name → the methods that are called on that name in the module.

    A pattern that has no name of its own (in a tuple, given by a function) is not there.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        called: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called.setdefault(node.value.id, set()).add(node.attr)
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name):
                    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                        found[f"{'/'.join(file.parts[-2:])}:{line}"] = sorted(called.get(target.id, ()))
    return found


def run_through() -> None:
    """Import every module, call what is cached without arguments, and build a few orders."""
    import pipeline

    for module in walk_packages(pipeline.__path__, "pipeline."):
        if module.name.endswith("__main__"):
            continue
        for value in list(vars(import_module(module.name)).values()):
            if hasattr(value, "cache_info") and not value.__wrapped__.__code__.co_argcount:
                value()
    from tempfile import TemporaryDirectory

    from pipeline import run
    from tests import forms, orders

    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        raw.mkdir()
        for seed in range(3):
            make = (forms.make_text, forms.make_docx, forms.make_html)[seed]
            make(raw / f"{seed}.{seed}", orders.generate(seed)[0])
        settings = run.Settings(raw, Path(folder) / "n", Path(folder) / "r", reference=Path("raw/reference"))
        for name, path in run.find_sources([raw]):
            run.read_order(path, name, settings)
        run.build(run.find_sources([raw]), settings)


if __name__ == "__main__":
    collected: Found = {}
    record(collected)
    run_through()
    methods = uses(Path("pipeline").absolute())
    print(
        json.dumps(
            [
                {
                    "engine": engine,
                    "pattern": pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern,
                    "bytes": isinstance(pattern, bytes),
                    "flags": flags,
                    "where": where,
                    "used": methods.get(where, []),
                }
                for (engine, pattern, flags), where in collected.items()
            ]
        )
    )
