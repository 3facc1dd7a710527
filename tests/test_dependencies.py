"""What a stage is said to rest on covers what it runs and opens, for a document of every format."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline import dependencies
from tests import forms, orders

# Runs a source through the stages of one order, as a worker does, in a process that has seen nothing yet;
# prints which functions of the package ran, which data files were opened, and what both are said to rest on.
PROBE = r"""
import json, sys
from pathlib import Path
import pipeline
from pipeline import dependencies, reading, run
HOME = Path(pipeline.__file__).parent
OPTIMIZED = 1  # inspect.CO_OPTIMIZED: a function's code, not that of a module or a class
opened, ran, stage = {"document": set(), "order": set()}, {"document": set(), "order": set()}, "document"

def audit(event, args):
    if event == "open" and isinstance(args[0], str) and args[0].startswith(str(HOME / "data")):
        opened[stage].add(str(Path(args[0]).relative_to(HOME)))

def profile(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(str(HOME)) and code.co_flags & OPTIMIZED:
        ran[stage].add(str(Path(code.co_filename).relative_to(HOME)))

source = Path(sys.argv[1])
settings = run.Settings(raw=Path(sys.argv[2]))
sys.addaudithook(audit)
sys.setprofile(profile)
found = reading._extract(source, source.name)
stage = "order"
rests = [run.order_of(d, settings)[1] for d in found.documents]
sys.setprofile(None)
own = reading._rests(found)
merged = reading._merged(rests, "")
said = {"document": dependencies.closure(own.seeds, own.leaves),
        "order": dependencies.closure(merged.seeds, merged.leaves)}
print(json.dumps({k: [sorted(opened[k] | ran[k]), sorted(said[k])] for k in said}))
"""
# what carries the stages, is part of every key (`store._ITSELF`), or reads what has a key of its own
CARRIERS = {
    "run.py",
    "reading.py",
    "reference.py",
    "ids.py",
    "store.py",
    "extractors/__init__.py",
    "__init__.py",
}
CARRIED = {"data/lexicons/partial_notes.csv", "lexicons.py"}  # named by run.py


@pytest.mark.parametrize("form", ["txt", "html", "docx", "pdf", "csv", "xlsx", "zip", "eml"])
def test_a_stage_rests_on_all_that_it_runs_and_opens(tmp_path: Path, form: str) -> None:
    content = orders.generate(4)[0] if form != "pdf" else forms.real_order()
    source = tmp_path / f"order.{form}"
    make(source, form, content)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, source, forms.RAW.parent], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for stage, (used, said) in json.loads(done.stdout).items():
        assert {(stage, f) for f in used if f not in said and f not in CARRIERS | CARRIED} == set()
        assert len(used) > 5


def make(path: Path, form: str, content: forms.Order) -> None:
    if form in ("html", "docx", "pdf"):
        {"html": forms.make_html, "docx": forms.make_docx, "pdf": forms.make_pdf}[form](path, content)
    elif form == "zip":
        inner = path.with_suffix(".docx")
        forms.make_docx(inner, content)
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "order.docx")
    elif form == "eml":
        inner = path.with_suffix(".txt")
        forms.make_text(inner, content)
        message = EmailMessage()
        message["Subject"] = "Приказ"
        message.set_content("Во вложении")
        message.add_attachment(inner.read_bytes(), maintype="text", subtype="plain", filename="order.txt")
        path.write_bytes(bytes(message))
    elif form == "xlsx":
        book = Workbook()
        for line in [*content.title_page, *content.sites_head]:
            book.active.append([line])
        for row in content.sites:
            book.active.append(row)
        book.save(path)
    elif form == "csv":
        path.write_text("\n".join(";".join(r) for r in content.sites), encoding="utf-8")
    else:
        forms.make_text(path, content)


def test_every_lexicon_is_named_by_some_module() -> None:
    """A list that is asked for under a computed name would bear on results unseen."""
    home = Path(dependencies.__file__).parent
    modules = [p.relative_to(home).with_suffix("").as_posix().replace("/", ".") for p in home.rglob("*.py")]
    known = dependencies.closure(m.removesuffix(".__init__") for m in modules)
    assert {f"data/lexicons/{p.name}" for p in (home / "data" / "lexicons").glob("*.csv")} <= known


def test_reading_a_text_does_not_rest_on_scans_or_reports() -> None:
    found = dependencies.closure(["sniff", "tables", "extractors.text"])
    assert "extractors/text_columns.py" in found
    assert not {"extractors/scan.py", "data/scan.csv", "resolve.py", "report/html.py"} & found
    assert not any(f.startswith("data/messages") for f in found)
