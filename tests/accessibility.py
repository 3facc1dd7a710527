"""Checks of a page in a browser after WCAG 2.2 (A and AA), in the style of axe: what a rule finds is listed.

They look at the page as it is rendered: contrast is computed from the colours that text really has on what
really lies under it. What they cannot judge (the sense of a label, the order of reading) is not claimed.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_RULES = Path(__file__).with_suffix(".js").read_text("utf-8")

_FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"


def problems(page: Page) -> list[str]:
    """What is wrong with the page as it stands, [] if nothing is."""
    found: list[str] = page.evaluate(_RULES)
    return found


def unseen_focus(page: Page, steps: int) -> list[str]:
    """Goes through the page by Tab; what gets the focus without showing it, or out of the reader's sight."""
    found = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(steps):
        page.keyboard.press("Tab")
        trouble = page.evaluate(
            """() => {
                 const e = document.activeElement;
                 if (!e || e === document.body) return "";
                 const style = getComputedStyle(e), box = e.getBoundingClientRect();
                 const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
                 const across = box.right > 0 && box.left < innerWidth;
                 const down = box.bottom > 0 && box.top < innerHeight;
                 return ring && across && down ? "" : e.outerHTML.slice(0, 120);
               }"""
        )
        if trouble:
            found.append(trouble)
    return found


def out_of_reach(page: Page) -> list[str]:
    """Controls that can be seen but not reached by Tab (at most 400 steps); those of a list count as one."""
    wanted = page.evaluate(
        f"""() => [...document.querySelectorAll("{_FOCUSABLE}")]
              .filter((e) => e.getClientRects().length && !e.disabled && e.tabIndex >= 0)
              .filter((e) => e.checkVisibility({{ visibilityProperty: true }}))
              .map((e, n) => {{ e.dataset.n = n; return e.outerHTML.slice(0, 90); }})"""
    )
    reached = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(400):
        page.keyboard.press("Tab")
        n = page.evaluate("document.activeElement.dataset.n || ''")
        if n and n in reached:
            break
        reached.add(n)
    return [html for n, html in enumerate(wanted) if str(n) not in reached]
