"""DOC and other word processor formats → DOCX through LibreOffice, when it is installed.

LibreOffice runs without a window, in a temporary folder, with a profile of its own that is thrown away (no
macros, no extensions, no recovery), without network and with a time limit. It stays in the process group of
the worker that called it, so that whoever ends the group ends it too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.extractors import docx
from pipeline.model import Document, Source, note

TIMEOUT = 50.0  # seconds
_NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: nothing is fetched from the network
_DOCX = "docx:MS Word 2007 XML"
_PROGRAMS = ("soffice", "libreoffice", "lowriter")
_RESTART = 81  # LibreOffice has made its profile and asks to be started once more
_SETTINGS = (  # node, property, value
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
)


def program() -> str | None:
    """The path of LibreOffice, None where it is not installed.

    The program itself is preferred to the script that starts it: there is one process then, which a time
    limit ends.
    """
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            binary = Path(found).resolve().with_name("soffice.bin")
            return str(binary) if binary.is_file() else found
    return None


def extract(path: Path, source: Source, timeout: float = TIMEOUT) -> Document:
    """The document's blocks and grids, read from the DOCX that LibreOffice makes of it (with a note that
    says so).

    Raises SourceError: `word.no-libreoffice`, `word.libreoffice-timeout` after `timeout` seconds,
    `word.libreoffice-failed`, and those of `docx.extract`.
    """
    with tempfile.TemporaryDirectory(prefix="prikaz-") as folder:
        converted = convert(path, Path(folder), source.format, timeout)
        document = docx.extract(converted, source)
    return replace(document, notes=(note("word.converted"), *document.notes))


def convert(path: Path, folder: Path, suffix: str, timeout: float = TIMEOUT, target: str = _DOCX) -> Path:
    """Converts a document into `folder` (empty) and gives the new file's path.

    `suffix` is the document's format, `target` LibreOffice's name of the new one (`SUFFIX:FILTER`). Raises
    SourceError as `extract` does.
    """
    office = program()
    if office is None:
        raise SourceError("word.no-libreoffice")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
    (folder / "out").mkdir()
    given = (
        folder / f"document.{suffix if suffix.isalnum() else 'doc'}"
    )  # no option, no URL, whatever its name
    shutil.copyfile(path, given)
    command = [
        office,
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        *("--headless", "--invisible", "--norestore", "--nologo", "--nofirststartwizard", "--nodefault"),
        *("--convert-to", target, "--outdir", str(folder / "out"), str(given)),
    ]
    environment = {**os.environ, "http_proxy": _NOWHERE, "https_proxy": _NOWHERE, "HOME": str(folder)}
    end = time.monotonic() + timeout
    code = _RESTART
    while code == _RESTART:
        left = end - time.monotonic()
        try:
            code = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=max(0.0, left),
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise SourceError("word.libreoffice-timeout", seconds=round(timeout)) from error
        except OSError as error:
            raise SourceError("word.libreoffice-failed") from error
    made = folder / "out" / f"document.{target.partition(':')[0]}"
    if not made.exists() or made.stat().st_size == 0:
        raise SourceError("word.libreoffice-failed")
    return made


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{node}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for node, name, value in _SETTINGS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
