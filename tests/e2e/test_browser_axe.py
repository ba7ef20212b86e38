"""What axe-core finds on every page, in both themes, on phone and desktop; what Tab reaches."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from itertools import product

import pytest
from browser import PATHS, Window

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "desktop": (1280, 720)}
# Besides the pages as they open: what else they can show.
STATES = ("/draw?input=sample", "/draw?input=upload", "/latent?data=fashion_mnist",
          "/dimensions?present=on")  # fmt: skip
# What Streamlit's own frame breaks and no page can change: rule, element, why.
STREAMLITS = (
    ("list", '[data-testid="stSidebarNavItems"]', "the phone's menu has <div> in its <ul>"),
    ("listitem", '[data-testid="stSidebarNavItems"] li', "… and so <li> in these <div>"),
    (
        "presentation-role-conflict",
        '[data-testid="stFileUploaderDropzone"]',
        "where a file can be dropped is role=presentation, and has a name and a tabindex",
    ),
)
BROKEN = '[data-testid="stException"], [data-testid="stErrorElementStack"]'
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """async ([rules, excused]) => {
  const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"],
                    elementRef: true };
  const found = [];
  const used = new Set();
  for (const { id, help, nodes } of (await axe.run(document, options)).violations) {
    for (const { element, html, failureSummary } of nodes) {
      const excuse = excused.findIndex(([rule, where]) => rule === id && element.matches(where));
      if (excuse >= 0) used.add(excuse);
      else found.push(`${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.slice(0, 250)}`);
    }
  }
  return [found, [...used]];
}"""

# How many elements there are, with those of components; these build theirs by and by.
COUNT = """() => {
  const count = (root) => [...root.querySelectorAll("*")].reduce(
    (sum, element) => sum + 1 + (element.shadowRoot ? count(element.shadowRoot) : 0), 0);
  return count(document);
}"""
# All that Tab should reach, through shadow roots, and how focus looks there.
KEYBOARD = """() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
    element.shadowRoot ? [element, ...inside(element.shadowRoot)] : [element]);
  const focused = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  };
  const style = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    return outlineStyle === "none" ? boxShadow : [outlineWidth, outlineColor, boxShadow].join();
  };
  // The element itself, what is in it, and what is around it: a row may show that its slider has
  // the focus, a label that its box has.
  const look = (element) => {
    const around = [element.parentElement, element.parentElement?.parentElement,
                    element.parentElement?.parentElement?.parentElement];
    return [element, ...element.querySelectorAll("*"), ...(element.parentElement?.children ?? []),
            ...around.filter(Boolean)].map(style).join("|");
  };
  const described = (element) => {
    const host = element.closest('[class*="st-key-"]') ?? element.getRootNode().host;
    const text = element.ariaLabel || element.textContent.trim().slice(0, 40) || element.className;
    const near = host?.closest?.('[class*="st-key-"]')?.className.match(/st-key-[\\w-]+/)?.[0];
    return `${element.localName} "${text}" ${near ?? ""}`;
  };
  const wanted = () => inside(document).filter((element) =>
    element.tabIndex >= 0 && !element.disabled
    && element.checkVisibility({ visibilityProperty: true })
    && !element.closest("[inert]") && !(element.shadowRoot?.delegatesFocus)
    && (element.matches("a[href], button, input, select, textarea, summary, [tabindex]")));
  const reached = new Set();
  const GROUP = '[role="radiogroup"], [role="toolbar"], [role="group"]';
  const byArrows = (element) => {  // Tab leads to one of a group, arrow keys to the others
    const group = element.closest(GROUP);
    return group && [...reached].some((other) => group.contains(other));
  };
  const unseen = [];
  let before = null;
  document.activeElement?.blur();
  window.keyboard = {
    step() {
      if (before && look(before.element) === before.look) unseen.push(described(before.element));
      const element = focused();
      before = null;
      if (!element || element === document.body || reached.has(element)) return false;
      reached.add(element);
      before = { element, look: look(element) };
      return true;
    },
    report: () => ({
      count: reached.size,
      missed: wanted().filter((element) => !reached.has(element) && !byArrows(element))
        .map(described),
      unseen,
    }),
  };
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's script."""
    if importlib.util.find_spec("axe_playwright_python") is None:
        pytest.skip("axe-playwright-python is not installed: see tests/requirements.txt")
    from axe_playwright_python.base import AXE_SCRIPT

    return AXE_SCRIPT


@pytest.fixture(scope="module")
def at(chromium, server):
    """Open a page: `at("/draw")`. The window is used again, and so is the page if it is there."""
    windows: list[Window] = []
    opened: list[str] = []

    def at(path: str) -> Window:
        if not windows:
            windows.append(Window(chromium, server, path, color_scheme="light"))
        page = windows[0].page
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="light")
        if opened and opened[-1] != path:
            page.goto(server + path)
        opened.append(path)
        window, counts = windows[0].settle(), [0, 1]
        while counts[-1] != counts[-2]:
            page.wait_for_timeout(250)
            counts.append(page.evaluate(COUNT))
        return window

    yield at
    for window in windows:
        window.context.close()


def audit(window: Window, axe: str, size: str, theme: str) -> tuple[list[str], set[int]]:
    """Return what axe finds at a size in a theme, and which of Streamlit's faults were among it."""
    width, height = SIZES[size]
    window.page.set_viewport_size({"width": width, "height": height})
    window.page.emulate_media(color_scheme=theme)
    dark = "parseInt(getComputedStyle(document.querySelector('.stApp')).backgroundColor.slice(4))"
    window.wait(lambda: (window.page.evaluate(dark) < 128) == (theme == "dark"), theme)
    window.page.wait_for_timeout(200)
    window.settle().page.evaluate(axe)
    found, used = window.page.evaluate(RUN, [RULES, [part[:2] for part in STREAMLITS]])
    return [f"{size}, {theme}: {fault}" for fault in found], set(used)


def check(window: Window, axe: str, screens: Iterable[tuple[str, str]]) -> None:
    assert not window.page.locator(BROKEN).count(), "the page shows an exception"
    faults = [fault for screen in screens for fault in audit(window, axe, *screen)[0]]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", STATES)
def test_axe_finds_nothing_in_other_states(at, axe, path):
    check(at(path), axe, [("desktop", "light"), ("phone", "light")])


def test_what_is_excused_is_still_there(at, axe):
    used = audit(at("/draw?input=upload"), axe, "phone", "light")[1]
    assert used == set(range(len(STREAMLITS))), "Streamlit has mended it: excuse it no longer"


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_tab_reaches_every_control(at, axe, path):
    window = at(path)
    tab(window.page)
    all_four = product(("desktop", "phone"), ("light", "dark"))
    check(
        window,
        axe,
        all_four if path in ("/", "/draw") else [("desktop", "light"), ("phone", "dark")],
    )


def tab(page) -> None:
    """Fail unless Tab leads to every control, and each shows that it has the focus."""
    page.evaluate(KEYBOARD)
    while True:  # until Tab leaves the page, or is where it was before
        page.keyboard.press("Tab")
        if not page.evaluate("keyboard.step()"):
            break
    report = page.evaluate("keyboard.report()")
    assert report["count"] > 5
    faults = report["missed"], report["unseen"]
    assert faults == ([], []), "Tab does not reach them; nothing shows that they have the focus"


def test_arrow_keys_lead_from_one_option_to_the_next(at):
    page = at("/draw").page
    options = page.locator(".st-key-lab_model [role=radio]")
    options.first.focus()
    for place in (1, 2):
        page.keyboard.press("ArrowRight")
        assert options.nth(place).evaluate("option => option === document.activeElement")
