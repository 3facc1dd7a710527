"""The report in a real browser, as its reader meets it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.checks.findings import identify
from pipeline.model import Cell, Document, Finding, Place, Source, Table, note
from pipeline.report import html
from pipeline.result import Correction, Result
from tests import accessibility

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
HOSTILE = (
    "<script>document.title='broken'</script>"
    "<img src=x onerror=\"document.title='broken'\">]]>'\"&amp;</script>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


def visit(browser: Browser, file: Path, hash_: str = "", **options: object) -> Page:
    """Opens a report; anything that it asks for or complains of fails the test at `complaints(page)`."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]  # an attribute that the test adds
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if "file:" not in request.url else None)
    page.goto(file.as_uri() + hash_)
    page.heard = heard  # type: ignore[attr-defined]  # an attribute that the test adds
    return page


def complaints(page: Page) -> list[str]:
    found: list[str] = page.heard  # type: ignore[attr-defined]  # an attribute that the test adds
    return found


def cards(page: Page) -> int:
    return page.locator(".card:visible").count()


@needs_browser
def test_it_opens_without_an_error_and_asks_for_nothing(
    browser: Browser, each_page: Path, result: Result
) -> None:
    opened = visit(browser, each_page)
    assert cards(opened) == len(result.findings)
    assert opened.locator("html").get_attribute("lang") == each_page.parent.name[:2]
    assert complaints(opened) == []


@needs_browser
def test_severity_and_kind_filter_and_the_count_says_so(browser: Browser, page: Path, result: Result) -> None:
    opened = visit(browser, page)
    warnings = [f for f in result.findings if f.severity == "warning"]
    opened.locator(".chip.warning").click()
    assert cards(opened) == len(warnings)
    assert opened.locator(".chip.warning").get_attribute("aria-pressed") == "true"
    opened.locator("#code").select_option("group-boundary-shift")
    assert cards(opened) == 3
    expect(opened.locator("#shown")).to_contain_text("3")
    opened.locator("#reset").click()
    assert cards(opened) == len(result.findings)


@needs_browser
def test_the_summary_leads_to_what_it_counts(browser: Browser, page: Path) -> None:
    opened = visit(browser, page)
    opened.locator(".tile.error").click()
    assert cards(opened) == 3 == int(opened.locator(".tile.error strong").inner_text())
    opened.locator('.kinds a[data-code="ocr-suspect"]').click()
    assert cards(opened) == 2


@needs_browser
def test_search_finds_in_messages_and_in_the_source_around(browser: Browser, page: Path) -> None:
    opened = visit(browser, page)
    opened.keyboard.press("/")
    opened.keyboard.type("замышкая МЫШК")
    expect(opened.locator("#reset")).to_be_visible()
    assert 0 < cards(opened) < 12
    opened.locator("#q").fill("no such text anywhere")
    expect(opened.locator("#none")).to_be_visible()


@needs_browser
def test_a_link_opens_its_finding_even_when_a_filter_hides_it(
    browser: Browser, page: Path, result: Result
) -> None:
    wanted = next(f for f in result.findings if f.code == "partner-outlier")
    opened = visit(browser, page, "#" + wanted.id)
    expect(opened.locator("#" + wanted.id)).to_be_in_viewport()
    opened.locator(".chip.error").click()
    opened.evaluate(f"location.hash = ''; location.hash = '{wanted.id}'")
    expect(opened.locator("#" + wanted.id)).to_be_in_viewport()


@needs_browser
def test_a_finding_stands_beside_its_row_with_the_cell_marked(
    browser: Browser, page: Path, result: Result
) -> None:
    wanted = next(f for f in result.findings if f.code == "ocr-suspect")
    card = visit(browser, page).locator("#" + wanted.id)
    assert card.locator("tr.marked mark").text_content() == "МБОУ Замышкая ООШ"
    assert "Починковский район" in str(card.locator("tbody tr").first.text_content())
    assert card.locator(".change del").text_content() == "ш"
    assert card.locator(".change ins").text_content() == "ц"
    assert card.locator(".candidates li").count() == 2


@needs_browser
def test_keys_lead_through_the_findings(browser: Browser, page: Path) -> None:
    opened = visit(browser, page)
    for _ in range(3):
        opened.keyboard.press("j")
    opened.keyboard.press("k")
    second = opened.locator(".card").nth(1).get_attribute("id")
    assert opened.evaluate("document.activeElement.id") == second


@needs_browser
def test_corrections_and_kinds_have_tabs_of_their_own(browser: Browser, page: Path, result: Result) -> None:
    opened = visit(browser, page)
    opened.locator('.tabs a[href="#corrections"]').click()
    assert opened.locator("#corrections tbody tr:visible").count() == len(result.corrections)
    assert cards(opened) == 0
    opened.locator('.tabs a[href="#kinds"]').click()
    expect(opened.locator("#code-numbering-gap")).to_be_visible()


@needs_browser
def test_without_javascript_everything_can_be_read(browser: Browser, page: Path, result: Result) -> None:
    opened = visit(browser, page, java_script_enabled=False)
    assert cards(opened) == len(result.findings)
    assert opened.locator("#corrections tbody tr:visible").count() == len(result.corrections)
    assert opened.locator(".toolbar").is_hidden()


@needs_browser
@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_screen_does_not_scroll_sideways(browser: Browser, each_page: Path, width: int) -> None:
    opened = visit(browser, each_page, viewport={"width": width, "height": 800})
    for name in ("findings", "corrections", "kinds"):
        opened.evaluate(f"location.hash = '{name}'")
        expect(opened.locator("#" + name)).to_be_visible()
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@needs_browser
def test_on_a_phone_the_marked_cell_is_moved_into_sight(browser: Browser, page: Path, result: Result) -> None:
    wanted = next(f for f in result.findings if f.code == "partner-outlier")
    opened = visit(browser, page, "#" + wanted.id, viewport={"width": 360, "height": 800})
    mark = opened.locator(f"#{wanted.id} mark").first
    expect(mark).to_be_in_viewport(ratio=1)


@needs_browser
def test_on_paper_there_are_findings_and_corrections_and_no_controls(browser: Browser, page: Path) -> None:
    opened = visit(browser, page)
    opened.emulate_media(media="print")
    assert opened.locator(".toolbar").is_hidden() and opened.locator(".tabs").is_hidden()
    assert opened.locator("#findings").is_visible() and opened.locator("#corrections").is_visible()


@needs_browser
def test_every_control_has_a_name_and_ids_are_unique(browser: Browser, page: Path) -> None:
    opened = visit(browser, page)
    unnamed = opened.evaluate(
        """() => [...document.querySelectorAll('input, select, button, a[href]:not([tabindex="-1"])')]
             .filter(e => e.getClientRects().length)
             .filter(e => !(e.labels && e.labels.length && e.labels[0].textContent.trim()))
             .filter(e => !e.textContent.trim() && !e.getAttribute('aria-label')).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    ids = opened.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])")
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), "no level is skipped"


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(browser: Browser, each_page: Path, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    opened = visit(browser, each_page, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for name in ("findings", "corrections", "kinds"):
        opened.evaluate(f"location.hash = '{name}'")
        expect(opened.locator("#" + name)).to_be_visible()
        assert accessibility.problems(opened) == []
    if width == 1280:
        opened.evaluate("location.hash = 'findings'")
        assert accessibility.unseen_focus(opened, 30) == []


@needs_browser
def test_what_changed_is_accessible_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, result: Result
) -> None:
    from pipeline import changes, changes_kept, changes_read

    now = changes_read.of_result("now", result, "ru")
    rows = [dict(row) for row in now.datasets.get("training_sites", [])]
    before = replace(now, datasets={**now.datasets, "training_sites": rows[1:]}, findings=now.findings[1:])
    changes_kept.write(changes_kept.Compared(now, before), tmp_path, "ru")
    assert changes.diff(before, now) or not rows
    for width in (1280, 360):
        size = {"width": width, "height": 800}
        opened = visit(browser, tmp_path / "changes.html", viewport=size)
        assert accessibility.problems(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints(opened) == []


@needs_browser
def test_what_is_decided_is_counted_apart_and_hidden_until_asked_for(
    browser: Browser, result: Result, tmp_path: Path
) -> None:
    findings = tuple(replace(f, status="accepted") if f.code == "ocr-fixed" else f for f in result.findings)
    html.write(replace(result, findings=findings), tmp_path, "en")
    decided = next(f.id for f in findings if f.status == "accepted")
    opened = visit(browser, tmp_path / "discrepancies.html")
    undecided = sum(f.status == "open" for f in findings)
    assert cards(opened) == undecided < len(findings)
    assert sum(map(int, opened.locator(".tile strong").all_inner_texts())) == undecided
    opened.locator("#status").select_option("accepted")
    assert cards(opened) == len(findings) - undecided
    opened.locator("#reset").click()
    assert cards(opened) == undecided
    opened.evaluate(f"location.hash = '{decided}'")
    expect(opened.locator("#" + decided)).to_be_in_viewport()


def hostile_result() -> Result:
    source = f"{HOSTILE}.txt"
    cells = tuple(Cell(HOSTILE, r, c) for r in range(3) for c in range(2))
    table = Table(1, cells, 3, 2, header_rows=1)
    place = Place(source, table=1, row=2)
    findings = identify(
        Finding(
            "ocr-suspect",
            note("numbering.duplicate.row", text=HOSTILE),
            "training_sites",
            field=HOSTILE,
            raw=HOSTILE,
            suggestion=HOSTILE + "x",
            evidence=(note("duplicates.row", row=HOSTILE),),
            places=(place,),
            key=str(n),
        )
        for n in range(200)
    )
    corrections = tuple(
        Correction(
            f"cor-{n}", "training_sites", "r", "school", HOSTILE, "x" + HOSTILE, HOSTILE, 0.9, place=place
        )
        for n in range(200)
    )
    document = Document(Source(source, "0", "text"), (table,))
    return Result({}, corrections, findings, {source: document}, (document.source,))


@needs_browser
def test_nothing_from_a_source_is_run_or_loaded(browser: Browser, tmp_path: Path) -> None:
    html.write(hostile_result(), tmp_path, "en")
    opened = visit(browser, tmp_path / "discrepancies.html")
    for name in ("findings", "corrections"):
        opened.evaluate(f"location.hash = '{name}'")
        opened.evaluate("window.onbeforeprint()")
    assert cards(opened) + opened.locator("#corrections tbody tr").count() >= 200
    assert opened.locator(".card").last.locator("mark").first.text_content() == HOSTILE
    assert opened.locator("img").count() == 0 and opened.locator("script").count() == 2
    assert "broken" not in opened.title()
    assert complaints(opened) == []


@needs_browser
def test_ten_thousand_findings_stay_fast(browser: Browser, result: Result, tmp_path: Path) -> None:
    one = result.findings[-1]
    many = tuple(replace(one, id=f"dis-{n:012}", raw=f"Школа {n}") for n in range(10_000))
    html.write(replace(result, findings=many), tmp_path, "ru")
    opened = visit(browser, tmp_path / "discrepancies.html")
    assert opened.evaluate("performance.getEntriesByType('navigation')[0].domComplete") < 10_000
    milliseconds = opened.evaluate(
        """async () => {
             const worst = [];
             for (const name of ['.chip:enabled', '#reset']) {
               const start = performance.now();
               document.querySelector(name).click();
               await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
               worst.push(performance.now() - start);
             }
             return Math.max(...worst);
           }"""
    )
    assert milliseconds < 1000
    opened.evaluate("location.hash = 'dis-000000009000'")
    expect(opened.locator("#dis-000000009000")).to_be_in_viewport()


def test_beyond_ten_thousand_the_page_says_where_the_rest_is(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "_MOST", 5)
    text = html.render(result, "en")
    assert text.count('<article class="card') == 5
    assert f"the first 5 of {len(result.findings)}; all are in discrepancies.csv" in text
    assert f"the first 5 of {len(result.corrections)}; all are in corrections.csv" in text


def test_the_policy_allows_the_pages_own_style_and_script_only(each_page: Path) -> None:
    text = each_page.read_text("utf-8")
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch("'sha256-[A-Za-z0-9+/]{43}='", rules["style-src"])
    assert re.fullmatch("'sha256-[A-Za-z0-9+/]{43}='", rules["script-src"])
    assert "style=" not in re.sub("<style>.*?</style>|<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org)[a-z]", re.sub("(?s)<script>.*", "", text))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    css = (resources.files("pipeline.report") / "report.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\n *\}", css, flags=re.DOTALL)
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    if scheme == "dark":
        colors |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))
    pairs = [(ink, ground) for ink in ("ink", "quiet") for ground in ("ground", "sheet", "paper")]
    pairs += [(tone, ground) for tone in ("error", "warning", "info") for ground in ("sheet", f"{tone}-soft")]
    pairs += [("ink", ground) for ground in ("del", "ins", "mark", "error-soft", "warning-soft", "info-soft")]
    low = {pair: ratio for pair in pairs if (ratio := contrast(colors[pair[0]], colors[pair[1]])) < 4.5}
    assert low == {}


def contrast(one: str, other: str) -> float:
    a, b = sorted((luminance(one), luminance(other)))
    return (b + 0.05) / (a + 0.05)


def luminance(color: str) -> float:
    def linear(part: str) -> float:
        c = int(part, 16) / 255
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(color[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
