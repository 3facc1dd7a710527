"""Cut-outs of the pages that findings are about: small grey strips, one for each place in a picture.

Drawn when the report is made, in processes of their own within the limits of a source; a page that cannot be
drawn has none. Strips are 8 levels of grey at 144 dpi (one to three kB each), so that a report with hundreds
of them stays easy to open.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checks.findings import SEVERITIES
from pipeline.model import BBox, Document, Finding, Place

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST = 600  # strips in a report: about a megabyte and a half
_OF_ONE = 2  # places of one finding that are shown
_SCALE = 2.0  # pixels a point
_MARGIN = 3.0  # points around a box
_HIGHEST = 160.0  # points of a strip
_LEVELS = 8
_COMPARED = ("witness-difference",)  # shown from pages with text too

Wanted = tuple[str, int, BBox]


def cut(
    findings: Sequence[Finding],
    documents: Mapping[str, Document],
    files: Sequence[tuple[str, Path]],
    *,
    timeout: float,
    memory: int,
) -> dict[Place, bytes]:
    """PNGs by place; `files` are the sources as (name, path), archives among them."""
    from pipeline.extractors.container import SEPARATOR
    from pipeline.isolate import run_isolated

    chosen = _chosen(findings, documents)
    tasks: list[tuple[str, Path, tuple[tuple[Place, str], ...]]] = []
    for name, path in files:
        mine = tuple(
            (p, documents[p.source].source.format)
            for p in chosen
            if p.source == name or p.source.startswith(name + SEPARATOR)
        )
        if mine:
            tasks.append((name, path, mine))
    found: dict[Place, bytes] = {}
    if tasks:
        for outcome in run_isolated(_draw, tasks, timeout=timeout, memory=memory):
            found.update(outcome.value or {})
    return found


def _chosen(findings: Sequence[Finding], documents: Mapping[str, Document]) -> dict[Place, None]:
    """The places to show, those of open and grave findings first."""
    scanned = {
        (path, n.args.get("page"))
        for path, d in documents.items()
        for n in d.notes
        if n.key == "scan.page-read"
    }
    chosen: dict[Place, None] = {}
    ordered = sorted(findings, key=lambda f: (f.status != "open", SEVERITIES.index(f.severity)))
    for finding in ordered:
        if len(chosen) >= _MOST:
            break
        for place in shown(finding):
            if place.source in documents and (
                (place.source, place.page) in scanned or finding.code in _COMPARED
            ):
                chosen[place] = None
    return chosen


def shown(finding: Finding) -> Iterator[Place]:
    """The places of a finding that a strip can show."""
    boxed = [p for p in finding.places if p.page is not None and p.bbox is not None]
    return iter(boxed[:_OF_ONE])


def _draw(task: tuple[str, Path, tuple[tuple[Place, str], ...]]) -> dict[Place, bytes]:
    from pipeline import extractors, sniff
    from pipeline.extractors import container

    name, path, wanted = task
    source = sniff.sniff(path, name)
    if source.format not in extractors.CONTAINERS:
        return dict(_strips(path, wanted))
    found: dict[Place, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="prikaz-") as folder:
        for inner, file in container.expand(path, source, Path(folder)).sources:
            found.update(_strips(file, [w for w in wanted if w[0].source == inner]))
    return found


def _strips(path: Path, wanted: Sequence[tuple[Place, str]]) -> Iterator[tuple[Place, bytes]]:
    """The strips of one file, each of its pages drawn once."""
    by_page: dict[int, list[Place]] = {}
    for place, _ in wanted:
        by_page.setdefault(place.page or 1, []).append(place)
    if not by_page:
        return
    for number, image, scale in _pages(path, wanted[0][1], by_page):
        for place in by_page[number]:
            if place.bbox is not None and (strip := _strip(image, place.bbox, scale)) is not None:
                yield place, strip


def _pages(path: Path, format_: str, numbers: Mapping[int, object]) -> Iterator[tuple[int, Image, float]]:
    """(number, grey page, pixels a point) of the pages asked for."""
    if format_ == "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(path)
        try:
            for number in sorted(n for n in numbers if n <= len(document)):
                yield number, document[number - 1].render(scale=_SCALE, grayscale=True).to_pil(), _SCALE
        finally:
            document.close()
    elif format_ == "image":
        import PIL.Image

        from pipeline.extractors.scan import frames

        for number, frame, _ in frames(path):
            if number in numbers and frame is not None:
                pixels, dpi = frame
                yield number, PIL.Image.fromarray(pixels).convert("L"), dpi / 72


def _strip(page: Image, bbox: BBox, scale: float) -> bytes | None:
    x0, top, x1, bottom = bbox
    bottom = min(bottom, top + _HIGHEST)
    box = (
        max(0, round((x0 - _MARGIN) * scale)),
        max(0, round((top - _MARGIN) * scale)),
        min(page.width, round((x1 + _MARGIN) * scale)),
        min(page.height, round((bottom + _MARGIN) * scale)),
    )
    if box[2] - box[0] < 2 or box[3] - box[1] < 2:
        return None
    strip = page.crop(box).convert("L")
    if scale != _SCALE:
        size = (max(1, round(strip.width * _SCALE / scale)), max(1, round(strip.height * _SCALE / scale)))
        strip = strip.resize(size)
    step = 255 / (_LEVELS - 1)
    table = [round(round(v / step) * step) for v in range(256)]
    stream = io.BytesIO()
    strip.point(table).quantize(_LEVELS).save(stream, "PNG", optimize=True)
    return stream.getvalue()
