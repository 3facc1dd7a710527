"""Damaged, hostile and odd files (`hostile_files/`), each read as a user would: is any of them too much?

    python -m benchmarks.hostile FOLDER [--only PATTERN] [--kind PATTERN] [--jobs 2] [--build]

Makes the files in FOLDER, then runs `prikaz extract` on each with 15 s and 1.2 GiB, or with `--build` one
`prikaz build` over all of them. Right is: within 20 s and 1.5 GiB, exit code 0 with the text that must be
there, or exit code 1 with exactly one line on stderr, no traceback, no control characters, the reason
expected; and no process is left. Exit code 1 when any file was handled wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.hostile_files import Case, cases
from pipeline.memory import resident_tree

ROOT = Path(__file__).parent.parent
SECONDS, BYTES = 20.0, 3 << 29
_LOOK = 0.03  # seconds between looks at memory
_MARK = "PRIKAZ_HOSTILE_RUN"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\ud800-\udfff]")


def make(folder: Path, only: str = "*", kind: str = "*") -> list[Case]:
    """The cases whose files are now in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for case in cases(kind=kind):
        if not fnmatch.fnmatch(case.name, only):
            continue
        path = folder / case.name
        if case.make is not None:
            _remove(path)
            case.make(path)
        elif case.data is not None:
            path.write_bytes(case.data)
        made.append(replace(case, data=None))  # what lies on disk need not stay in memory
    return made


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def run(*args: str | Path) -> tuple[int, str, str, float, int]:
    """Exit code, stdout, stderr and seconds of `python -m pipeline ARGS`, and its peak of resident bytes with
    all that it started.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *map(str, args)], cwd=ROOT, stdout=out, stderr=err
        )
        peak = 0
        while (code := process.poll()) is None:
            peak = max(peak, resident_tree(process.pid))
            time.sleep(_LOOK)
        seconds = time.monotonic() - started
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "surrogateescape"))
    return code, texts[0], texts[1], seconds, peak


def orphans() -> list[str]:
    """Processes that outlived the command that started them, told by a mark in their environment."""
    time.sleep(1.0)  # the guard kills and ends after the command
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _MARK.encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found.append(f"{folder.name}: {(folder / 'cmdline').read_bytes()[:200]!r}")
    return found


def wrong(case: Case, folder: Path) -> list[str]:
    """What is not as it must be when `prikaz extract` reads the case's file."""
    code, out, err, seconds, peak = run(
        "extract", "--timeout", "15", "--memory", "1.2G", "--", folder / case.name
    )
    found = []
    if seconds > SECONDS:
        found.append(f"{seconds:.1f} s")
    if peak > BYTES:
        found.append(f"{peak >> 20} MiB")
    if "Traceback" in err or "reading failed inside" in err:
        found.append(f"crash: {err.strip()[:300]}")
    if code not in (0, 1) or (case.verdict == "read" and code) or (case.verdict == "refused" and not code):
        found.append(f"exit code {code}, expected: {case.verdict}; {err.strip()[:300]!r}{out[:200]!r}")
    if code == 1:
        if err.count("\n") != 1 or not err.startswith("prikaz: ") or out:
            found.append(f"not one line: {err!r}")
        if case.says and not re.search(case.says, err, re.IGNORECASE):
            found.append(f"reason {err.strip()!r}, expected: {case.says}")
    elif code == 0:
        if err:
            found.append(f"stderr {err!r}")
        text = _text(out)
        found += [f"lost: {t!r} from {text[:200]!r}" for t in case.holds if t not in text]
    found += [f"leaked: {t!r}" for t in case.lacks if t in out]
    if _CONTROL.search(err):
        found.append(f"control characters: {err!r}")
    return found


def _text(out: str) -> str:
    document = json.loads(out)
    texts = [b["text"] for b in document["blocks"]]
    texts += [c["text"] for t in document["tables"] for c in t["cells"]]
    return "\n".join(texts)


def build_all(folder: Path, made: list[Case], jobs: int) -> list[str]:
    """What is not as it must be when one build reads all files."""
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch)
        options = ("--out", to / "n", "--reports", to / "r", "--timeout", "15", "--memory", "1.2G")
        code, out, err, seconds, peak = run("build", folder, *options, "--jobs", str(jobs))
        print(f"build: exit code {code}, {seconds:.0f} s, {peak >> 20} MiB, {len(err.splitlines())} lines")
        found = [f"exit code {code}: {err[-2000:]}"] if code not in (0, 1) else []
        if out or _CONTROL.search(err) or "Traceback" in err:
            found.append("stdout, control characters or a traceback")
        lines = [line for line in err.splitlines() if line.startswith("prikaz: ")]
        found += [f"crash: {line}" for line in lines if "reading failed inside" in line]
        findings = json.loads((to / "r" / "discrepancies.json").read_bytes())
        unreadable = [f["raw"] for f in findings if f["code"] == "source-unreadable"]
        if len(unreadable) != len(lines):
            found.append(f"{len(lines)} lines, but {len(unreadable)} findings")
        for case in made:
            refused = sum(raw == case.name or raw.startswith(case.name + "!") for raw in unreadable)
            if case.verdict == "read" and refused:
                found.append(f"{case.name}: refused")
            passed = (folder / case.name).is_dir()  # a folder is walked through
            if case.verdict == "refused" and not (refused or passed) and case.name.isprintable():
                found.append(f"{case.name}: {refused} findings that it is unreadable")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*")
    parser.add_argument("--kind", default="*")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--build", action="store_true")
    options = parser.parse_args()
    made = make(options.folder, options.only, options.kind)
    os.environ[_MARK] = str(os.getpid())
    bad = 0
    if options.build:
        for line in build_all(options.folder, made, options.jobs):
            bad += 1
            print(line)
    else:
        with ThreadPoolExecutor(options.jobs) as pool:
            for case, found in zip(made, pool.map(lambda c: wrong(c, options.folder), made), strict=True):
                bad += bool(found)
                for line in found:
                    print(f"{case.name!r}: {line}", flush=True)
    for line in orphans():
        bad += 1
        print(f"orphan {line}")
    print(f"{len(made)} files, {bad} handled wrong")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
