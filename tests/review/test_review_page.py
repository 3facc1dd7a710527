"""The review in a real browser, as a clerk meets it: `prikaz review` on the real order."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.decisions_file import read
from tests import accessibility, forms

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@dataclass
class Running:
    """A review that runs as a program of its own."""

    folder: Path
    process: subprocess.Popen[str]
    address: str

    def end(self) -> tuple[int, str]:
        """Ctrl+C; the exit code and what was said."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def start(folder: Path, *options: str) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "review", "--no-browser", "--who", "Иванова", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address), process.communicate()
    return Running(folder, process, address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Running]:
    shutil.copytree(ROOT / "raw", tmp_path / "raw", ignore=shutil.ignore_patterns("decisions.*"))
    running = start(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def visit(browser: Browser, address: str, lang: str = "ru", **options: object) -> Page:
    """The page; what it asks for elsewhere, and what it complains of, is kept for `complaints`."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]  # Playwright's own options
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda r: heard.append(r.url) if not r.url.startswith(address) else None)
    page.goto(f"{address}?lang={lang}")
    expect(page.locator("#message")).to_be_visible()
    page.heard = heard  # type: ignore[attr-defined]  # handed to `complaints`
    return page


def complaints(page: Page) -> list[str]:
    found: list[str] = page.heard  # type: ignore[attr-defined]  # set by `visit`
    return found


def findings(folder: Path) -> dict[str, dict[str, object]]:
    rows = json.loads((folder / "reports" / "discrepancies.json").read_text("utf-8"))
    return {row["discrepancy_id"]: row for row in rows}


def search(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.wait_for_timeout(250)
    page.keyboard.press("Enter")


def current(page: Page) -> str:
    return str(page.evaluate("location.hash.slice(1)"))


def wait_for_file(file: Path, count: int) -> None:
    for _ in range(100):
        if file.exists() and len(read(file)) == count:
            return
        time.sleep(0.05)
    assert len(read(file)) == count


def test_three_findings_are_decided_by_keys_built_seen_applied_and_gone(
    review: Running, browser: Browser
) -> None:
    page = visit(browser, review.address)
    file = review.folder / "raw" / "decisions.yaml"
    total = int(page.locator("#list").locator("[role=option]").first.get_attribute("aria-setsize") or 0)
    assert total == 40
    search(page, "Щуйская")
    expect(page.locator("#message")).to_contain_text("Щуйская")
    expect(page.locator(".effects")).to_contain_text("МБОУ Шуйская ООШ")
    name = current(page)
    page.keyboard.press("a")  # one action
    wait_for_file(file, 1)
    search(page, "Полов")
    expect(page.locator("#message")).to_contain_text("Полов")
    person = current(page)
    page.keyboard.press("a")
    wait_for_file(file, 2)
    search(page, "2021-2024")
    deadline = current(page)
    page.keyboard.press("v")  # two actions
    page.keyboard.type("2021-08/2021-10")
    page.keyboard.press("Enter")
    wait_for_file(file, 3)
    expect(page.locator("#progress")).to_have_text(f"3 из {total}")
    page.keyboard.press("b")
    expect(page.locator("#result")).to_be_visible(timeout=60_000)
    expect(page.locator("#result-text")).to_contain_text("МБОУ Шуйская ООШ")
    page.keyboard.press("Escape")
    expect(page.locator("#rebuild")).to_be_disabled()
    statuses = {id_: row["status"] for id_, row in findings(review.folder).items()}
    assert [statuses[i] for i in (name, person, deadline)] == ["accepted"] * 3
    assert sum(s == "open" for s in statuses.values()) == total - 3
    sites = (review.folder / "normalized" / "training_sites.csv").read_text("utf-8")
    assert "МБОУ Шуйская ООШ" in sites and ",МБОУ Щуйская ООШ," not in sites
    page.locator("#clear").click()
    page.locator("#status-filter").select_option("open")
    assert page.locator(f"#row-{name}, #row-{person}, #row-{deadline}").count() == 0
    page.locator("#status-filter").select_option("accepted")
    assert page.locator("[role=option]").count() == 3
    assert complaints(page) == []
    code, said = review.end()
    assert code == 0 and "Decided: 3 findings" in said and f"Open: {total - 3} of {total}" in said
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "build"],
        cwd=review.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nothing to do" in done.stderr, "the page's build is the build"


def test_ctrl_c_applies_what_was_decided_and_leaves_no_process(review: Running, browser: Browser) -> None:
    page = visit(browser, review.address)
    page.keyboard.press("a")
    wait_for_file(review.folder / "raw" / "decisions.yaml", 1)
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(review.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    code, said = review.end()
    assert code == 0 and "Traceback" not in said
    assert "Decided: 1 finding →" in said and "Built 1 source" in said
    assert [r for r in findings(review.folder).values() if r["status"] == "accepted"]
    assert not [p for p in children if Path(f"/proc/{p}").exists()]


def test_what_is_undone_leaves_no_trace(review: Running, browser: Browser) -> None:
    file = review.folder / "raw" / "decisions.yaml"
    file.write_text("# ours\n", encoding="utf-8")
    page = visit(browser, review.address, "en")
    first = current(page)
    page.keyboard.press("r")
    wait_for_file(file, 1)
    assert current(page) != first, "the next open finding is there by itself"
    page.keyboard.press("Control+z")
    expect(page.locator("#progress")).to_have_text("0 of 40")
    assert current(page) == first
    assert file.read_text("utf-8") == "# ours\n"


def test_alike_findings_are_decided_at_once_after_a_look_at_what_that_does(
    review: Running, browser: Browser
) -> None:
    page = visit(browser, review.address, "en")
    search(page, "Дубровская")
    page.locator("#clear").click()
    page.locator("#message").focus()
    page.keyboard.press("Shift+A")
    dialog = page.locator("#bulk")
    expect(dialog).to_be_visible()
    n = int(re.findall(r"\d+", dialog.locator("h2").inner_text())[0])
    assert n > 5 and f"{n} rows move" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not (review.folder / "raw" / "decisions.yaml").exists()
    page.keyboard.press("Shift+A")
    expect(dialog).to_be_visible()
    page.keyboard.press("Enter")
    wait_for_file(review.folder / "raw" / "decisions.yaml", n)
    page.keyboard.press("u")
    expect(page.locator("#progress")).to_have_text("0 of 40")


def test_the_keys_work_with_a_russian_layout(review: Running, browser: Browser) -> None:
    page = visit(browser, review.address)
    press = (
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '%s', code: '%s', bubbles: true}))"
    )
    second = page.locator("[role=option]").nth(1).get_attribute("id")
    page.evaluate(press % ("о", "KeyJ"))
    page.wait_for_timeout(200)
    assert f"row-{current(page)}" == second
    page.evaluate(press % ("ф", "KeyA"))
    wait_for_file(review.folder / "raw" / "decisions.yaml", 1)


def test_two_reviews_and_an_editor_at_once_lose_nothing(review: Running, browser: Browser) -> None:
    file = review.folder / "raw" / "decisions.yaml"
    other = start(review.folder, "--no-rebuild")
    try:
        one, two = visit(browser, review.address), visit(browser, other.address)
        one.keyboard.press("a")
        wait_for_file(file, 1)
        expect(two.locator("#progress")).to_have_text("1 из 40", timeout=10_000)
        for _ in range(3):
            two.keyboard.press("j")
        two.wait_for_timeout(200)
        two.keyboard.press("r")
        wait_for_file(file, 2)
        merge = "- merge: {dataset: persons, into: Попов Р.А., names: [Полов Р.А.]}\n"
        file.write_text(file.read_text("utf-8") + merge, encoding="utf-8")
        one.keyboard.press("j")
        one.wait_for_timeout(200)
        one.keyboard.press("r")
        wait_for_file(file, 4)
        code, said = other.end()
        assert code == 0 and "Run `prikaz build`" in said
    finally:
        if other.process.poll() is None:
            other.process.kill()
            other.process.communicate()


def test_the_language_can_be_changed_and_the_finding_stays(review: Running, browser: Browser) -> None:
    page = visit(browser, review.address, "ru")
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    here = current(page)
    expect(page.locator(".accept")).to_contain_text("Принять")
    page.locator(".languages a", has_text="EN").click()
    expect(page.locator(".accept")).to_contain_text("Accept")
    assert current(page) == here and page.locator("html").get_attribute("lang") == "en"


def test_filters_and_the_list_by_arrows(review: Running, browser: Browser) -> None:
    page = visit(browser, review.address, "en")
    page.locator(".chip.error").click()
    assert page.locator("[role=option]").count() == 3
    expect(page.locator("#shown")).to_have_text("Shown: 3 of 40")
    page.locator("#list").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(200)
    assert page.locator("[aria-selected=true]").get_attribute("aria-posinset") == "3"
    page.locator("#clear").click()
    page.locator("#code").select_option(
        label=next(o for o in page.locator("#code option").all_inner_texts() if "two spellings" in o)
    )
    assert page.locator("[role=option]").count() == 1


def test_a_pdf_is_shown_with_the_cell_in_a_frame(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    shutil.copytree(ROOT / "raw" / "reference", tmp_path / "raw" / "reference")
    forms.make_pdf(tmp_path / "raw" / "order.pdf", forms.real_order())
    running = start(tmp_path)
    try:
        page = visit(browser, running.address)
        search(page, "Щуйская")
        picture = page.locator(".drawn img").first
        expect(picture).to_be_visible()
        page.evaluate("document.querySelector('.drawn img').decode()")
        red = page.evaluate(
            """() => {
                 const img = document.querySelector(".drawn img");
                 const size = { width: img.naturalWidth, height: img.naturalHeight };
                 const canvas = Object.assign(document.createElement("canvas"), size);
                 const context = canvas.getContext("2d");
                 context.drawImage(img, 0, 0);
                 const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
                 const xs = [];
                 for (let i = 0; i < data.length; i += 4)
                   if (data[i] > 180 && data[i + 1] < 60 && data[i + 2] < 60)
                     xs.push((i / 4) % canvas.width);
                 const some = xs.slice(0, 5000);
                 return [Math.min(...some), Math.max(...some), canvas.width, canvas.height];
               }"""
        )
        left, right, width, height = red
        assert 0.3 * width < left < right < 0.95 * width, "the frame is around the third column, not the row"
        assert height < width, "a strip of the page, not the page"
        assert "Щуйская" in (page.locator("details.as-read").text_content() or "")
        assert complaints(page) == []
    finally:
        running.end()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible(review: Running, browser: Browser, scheme: str, width: int) -> None:
    page = visit(browser, review.address, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert accessibility.problems(page) == []
    for _ in range(5):
        page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert accessibility.problems(page) == []
    assert accessibility.unseen_focus(page, 25) == []
    assert accessibility.out_of_reach(page) == []
    page.keyboard.press("Escape")
    page.locator("#open-help").click()
    assert accessibility.problems(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        page.locator("#open-list").click()
        assert accessibility.problems(page) == []


def test_ten_thousand_rows_of_the_list_are_drawn_as_they_are_seen(
    browser: Browser, real: object, tmp_path: Path
) -> None:
    from pipeline.result import Result
    from tests.review.conftest import many, serving, working

    assert isinstance(real, Result)
    for work in working(many(real, 250), tmp_path):
        for server in serving(work):
            page = visit(browser, server.address)
            expect(page.locator("#shown")).to_contain_text("10000")
            assert page.locator("[role=option]").count() < 60
            milliseconds = page.evaluate(
                """async () => {
                     const q = document.getElementById("q"), took = [];
                     for (const words of ["замышкая", "order-117", ""]) {
                       const start = performance.now();
                       q.value = words;
                       q.dispatchEvent(new Event("input"));
                       await new Promise((done) => setTimeout(done, 100));  // for further letters
                       await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                       took.push(performance.now() - start - 100);
                     }
                     return took;
                   }"""
            )
            print("search", [round(m) for m in milliseconds])
            assert min(milliseconds) < 100
            page.locator("#list").evaluate("e => { e.scrollTop = e.scrollHeight; }")
            expect(page.locator("[aria-posinset='10000']")).to_be_visible()
            page.keyboard.press("a")
            page.keyboard.press("a")
            wait_for_file(tmp_path / "decisions.yaml", 2)
