"""What the page shows: the list of findings as data, one finding as HTML, all texts of the page."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache, lru_cache, partial
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pipeline import messages
from pipeline.checks.findings import SEVERITIES, catalogue
from pipeline.decisions_actions import table
from pipeline.extractors.container import SEPARATOR
from pipeline.ids import fold
from pipeline.model import BBox, Finding, Place
from pipeline.report.differences import differences, is_latin_twin, visible
from pipeline.report.lookup import Pages
from pipeline.report.places import describe
from pipeline.report.views import field_label, finding_view
from pipeline.result import Result
from pipeline.review.preview import Preview

_DRAWN = ("pdf", "image")  # formats whose places are boxes on a page
_MOST_PICTURES = 3
_FILLED_IN = "n done total who what value progress new gone decided dataset added removed changed"
_BLANKS = {name: "{" + name + "}" for name in _FILLED_IN.split()}  # what the page itself fills in
_MOST_ROWS = 4  # rows that a preview shows


def index(result: Result, lang: str, own: Collection[str]) -> bytes:
    """The list as JSON: findings, the kinds, the sources. Most important first, then as in the documents.

    The status is that without decisions about the findings themselves (`own`), which the page adds.

    A finding is `[id, place in the documents, severity, code, rule, status, sources, message, where, raw,
    suggestion]`, with numbers for severities, codes, rules and sources.
    """
    sources = sorted({p.source for f in result.findings for p in f.places})
    codes = list(dict.fromkeys(f.code for f in result.findings))
    rules = list(dict.fromkeys(rule_of(f) for f in result.findings))
    at_source = {name: i for i, name in enumerate(sources)}
    at_code = {name: i for i, name in enumerate(codes)}
    at_rule = {name: i for i, name in enumerate(rules)}
    several = len(sources) > 1
    entries = [
        [
            f.id,
            position,
            SEVERITIES.index(f.severity),
            at_code[f.code],
            at_rule[rule_of(f)],
            "open" if f.id in own else f.status,
            sorted({at_source[p.source] for p in f.places}),
            messages.say(f.message, lang),
            describe(f.places, lang, with_source=several) if f.places else "",
            f.raw,
            f.suggestion or "",
        ]
        for position, f in enumerate(result.findings)
    ]
    entries.sort(key=lambda e: (e[2], e[1]))
    data = {
        "findings": entries,
        "codes": [{"code": c, "title": catalogue()[c].title[lang]} for c in codes],
        "sources": sources,
        "headlines": _headlines(result, lang),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def rule_of(finding: Finding) -> str:
    """What makes findings of one code alike: the rule that corrected, else the sentence that was said."""
    return f"{finding.code}|{finding.action.get('rule') or finding.message.key}"


def _headlines(result: Result, lang: str) -> str:
    names = []
    for record in result.records.get("orders", ()):
        number, date = record.text("number") or record.raw("number") or "?", record.text("date") or ""
        shown = ".".join(reversed(date.split("-"))) if lang == "ru" else date
        key = "report.html.order" if date else "report.html.order-no-date"
        names.append(messages.say(key, lang, number=number, date=shown))
    if len(names) <= 2:
        return "; ".join(names)
    return messages.say("report.html.orders", lang, n=len(names), m=len(result.sources))


class Cards:
    """One finding as HTML; what is looked up in documents is kept."""

    def __init__(self, result: Result) -> None:
        self._pages = {source: Pages(document) for source, document in result.documents.items()}
        self._records = {r.id: r for rows in result.records.values() for r in rows if r.id}
        self._formats = {s.path: s.format for s in result.sources}
        self._several = len({p.source for f in result.findings for p in f.places}) > 1
        municipalities = result.records.get("municipalities", ())
        self._municipalities = sorted({text for r in municipalities if (text := r.text("name"))})

    def card(self, finding: Finding, lang: str, **about: object) -> str:
        """The finding beside its source, with what can be decided."""
        pictures = self.pictures(finding)
        view = finding_view(finding, self._pages, self._records, lang, self._several)
        return _render(
            "card.html",
            lang,
            **view,
            drawn=[(n, describe((place,), lang, with_source=self._several)) for n, (place, _) in pictures],
            choices=self.choices(finding),
            what=effects(finding),
            **about,
        )

    def choices(self, finding: Finding) -> list[str]:
        """The values that can be chosen by a digit: the candidates, best first."""
        record = self._records.get(finding.record_id)
        value = record.values.get(finding.field) if record is not None else None
        if value is None or value.raw != finding.raw or not finding.action.get("settable"):
            return []
        chosen = [c.value for c in value.candidates[:5]]
        return chosen if len(chosen) > 1 or chosen != [finding.suggestion] else []

    def known_values(self, finding: Finding) -> list[str]:
        """Values to pick from where a value is typed in."""
        return self._municipalities if finding.field == "municipality" else self.choices(finding)

    def pictures(self, finding: Finding) -> list[tuple[int, tuple[Place, BBox | None]]]:
        """Places that can be shown on their page: number, the place, the box of the cell in question."""
        found: list[tuple[int, tuple[Place, BBox | None]]] = []
        for place in finding.places:
            if self._formats.get(place.source) not in _DRAWN or len(found) == _MOST_PICTURES:
                continue
            if SEPARATOR in place.source:  # within an archive: there is no file to draw
                continue
            page, box = self._box(place, finding)
            if page is not None:
                found.append(
                    (len(found), (Place(place.source, page, place.table, place.row, bbox=place.bbox), box))
                )
        return found

    def _box(self, place: Place, finding: Finding) -> tuple[int | None, BBox | None]:
        pages = self._pages.get(place.source)
        if pages is None or place.table is None or place.row is None:
            return place.page, place.bbox
        table = pages.tables.get(place.table)
        if table is None or not 0 < place.row <= table.n_rows:
            return place.page, place.bbox
        cells = [c for c in pages.matrix(place.table)[place.row - 1] if c is not None and c.place]
        for wanted in filter(None, map(fold, (finding.raw, finding.suggestion or ""))):
            for cell in sorted(cells, key=lambda c: fold(c.text) != wanted):
                if wanted in fold(cell.text) and cell.place and cell.place.bbox and cell.place.page:
                    return cell.place.page, cell.place.bbox
        return place.page, place.bbox


def effects(finding: Finding) -> dict[str, str]:
    """What accepting and rejecting do, as keys of messages."""
    deeds = table().get(finding.code)
    accept = str(finding.action.get("accept") or "")
    has_value = finding.action.get("value") is not None
    return {
        "accept": accept if accept == "drop" or (accept in ("set", "move") and has_value) else "close",
        "reject": str(finding.action.get("reject") or "") if deeds is not None else "",
    }


def preview_html(preview: Preview, lang: str) -> str:
    """What a decision changes, as HTML."""
    label = partial(_field, lang)
    return _render(
        "preview.html",
        lang,
        preview=preview,
        rows=preview.rows[:_MOST_ROWS],
        follows=[messages.say(n, lang) for n in preview.follows[:_MOST_ROWS]],
        field_label=label,
    )


def _field(lang: str, dataset: str, field: str) -> str:
    return field_label(dataset, field, lang)


def page(lang: str, **about: object) -> str:
    """The page itself."""
    texts = {
        k.removeprefix("review.js."): messages.say(k, lang, **_BLANKS)
        for k in sorted(messages.keys())
        if k.startswith("review.js.")
    }
    data = json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")
    return _render(
        "page.html", lang, texts=Markup(data), severities=SEVERITIES, languages=messages.LANGUAGES, **about
    )


def asset(name: str) -> str:
    """A file of the page; the style of the report goes before its own."""
    text = (resources.files("pipeline.review") / name).read_text("utf-8")
    if name == "review.css":
        text = (resources.files("pipeline.report") / "report.css").read_text("utf-8") + text
    return text


@cache
def _words(lang: str) -> Mapping[str, Any]:
    return {
        "t": lru_cache(4096)(partial(_say, lang)),
        "lang": lang,
        "diff": lru_cache(4096)(differences),
        "visible": visible,
        "is_latin_twin": is_latin_twin,
    }


def _say(lang: str, key: str, **args: object) -> str:
    return messages.say(key, lang, **args)


def _render(name: str, lang: str, **about: object) -> str:
    text: str = _template(name).render(_words(lang), **about)
    return text


@cache
def _template(name: str) -> Any:
    def load(of: str, name: str) -> str | None:
        file = resources.files(of) / name
        return file.read_text("utf-8") if file.is_file() else None

    loader = ChoiceLoader(
        [FunctionLoader(partial(load, "pipeline.review")), FunctionLoader(partial(load, "pipeline.report"))]
    )
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
