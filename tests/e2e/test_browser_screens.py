"""Every page on every screen: hand and answer together, nothing off the edge, large on a wall."""

from __future__ import annotations

import pytest
from browser import Window

from pages.ui import frame, text

pytestmark = pytest.mark.browser

SMALL = [(320, 640), (360, 640), (390, 844), (768, 1024), (1024, 640)]
LARGE = [(1280, 720), (1920, 1080), (2560, 1440)]
LAPTOP, WALL = (1280, 720), (2560, 1440)
PAGES = {page.slug: page for page in frame.pages()}
ZOOMED = (640, 360)  # a laptop's window at 200 %
# What a hand touches, and what it changes: both are on the screen at once.
PAIRS = {
    "": [(".st-key-canvas", ".hourglass")],
    "draw": [
        (".st-key-canvas", ".st-key-chain .pictures"),
        (".st-key-lab_level", ".st-key-chain .pictures"),
        (".st-key-lab_model", ".st-key-chain .pictures"),
    ],
    "walk": [
        (".scrub", ".screens"),
        (".st-key-walk_plane canvas.top", ".screens"),
        (".st-key-walk_plane canvas.top", ".scrub"),
    ],
    "latent": [
        (".st-key-plane canvas.top", ".st-key-plane canvas.digit"),
        (".st-key-latent_z_2", ".st-key-plane canvas.digit"),
        (".st-key-latent_grid", ".st-key-grid canvas.tiles"),
        (".st-key-canvas", ".st-key-your_picture .pictures"),
    ],
    "holes": [
        (".st-key-plane_plain_2d canvas.top", ".st-key-plane_beta_1 canvas.digit"),
        (".st-key-plane_beta_1 canvas.top", ".st-key-plane_plain_2d canvas.digit"),
        (".st-key-holes_sample", ".st-key-board_beta_1 .pictures"),
    ],
    "beta": [
        (".st-key-beta_beta", ".st-key-plane canvas.top"),
        (".st-key-plane canvas.top", ".st-key-plane canvas.digit"),
        (".st-key-canvas", ".st-key-rebuilt .pictures"),
    ],
    "dimensions": [(".st-key-canvas", ".dims .digit"), (".dims .row.active", ".dims .digit")],
    "units": [
        (".st-key-canvas", ".units .pictures"),
        (".units .slide", ".units .pictures"),
    ],
    "handwriting": [
        (".st-key-canvas", ".st-key-tries .pictures"),
        (".st-key-plane canvas.top", ".st-key-plane .ten"),
    ],
    "noise": [(".st-key-lab_noise", ".st-key-strip tr.can")],
}
# What a laptop shows without scrolling, and what is twice as large on a wall.
MAIN = {
    "": [".st-key-canvas", ".hourglass", ".st-key-families .title"],
    "draw": [".st-key-canvas", ".st-key-chain .pictures", ".st-key-board .picture"],
    "walk": [".screens", ".scrub", ".strips", ".st-key-walk_plane canvas.top"],
    "latent": [
        ".st-key-plane canvas.top",
        ".st-key-plane canvas.digit",
        ".st-key-grid canvas.tiles",
        ".st-key-latent_z_1",
    ],
    "holes": [
        ".st-key-plane_plain_2d canvas.top",
        ".st-key-plane_beta_1 canvas.digit",
        ".st-key-board_beta_1 .pictures",
    ],
    "beta": [
        ".st-key-plane canvas.top",
        ".st-key-plane canvas.digit",
        ".st-key-grid canvas.tiles",
        ".st-key-beta_curve img",
        ".st-key-rebuilt .pictures",
    ],
    "dimensions": [".st-key-canvas", ".dims .digit", ".dims .groups", ".dims .tiles"],
    "units": [".st-key-canvas", ".units .tiles", ".units .pictures", ".units .slide"],
    "handwriting": [".st-key-canvas", ".st-key-plane canvas.top", ".st-key-plane .ten"],
    "noise": [".st-key-canvas", ".st-key-strip table", ".st-key-curves .place"],
}
WHERE = """(selector) => {
  const parts = selector.split(" ");
  const inside = (root, [part, ...rest]) => {
    const all = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
      [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
    const found = all(root).filter((element) => element.matches(part) && element.checkVisibility());
    if (!rest.length) return found[0];
    return found.map((element) => inside(element, rest)).find(Boolean);
  };
  return inside(document, parts);
}"""
OVERLAPS = """() => {
  const deep = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
    [element, ...(element.shadowRoot ? deep(element.shadowRoot) : [])]);
  // Streamlit's sliders have an invisible input around their knob.
  const control = 'button, a[href], select, textarea, [role="slider"], [role="radio"], '
    + 'input:not([type="hidden"]):not([type="file"]):not([data-testid="stSlider"] input)';
  const main = document.querySelector('[data-testid="stMain"]');
  const shown = deep(main).filter((element) => element.matches(control)
    && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
  // A word that is explained may go over two lines.
  const boxes = shown
    .flatMap((element) => [...element.getClientRects()].map((box) => [element, box]))
    .filter(([, box]) => box.width > 4 && box.height > 4);
  const bar = (element) => element.closest(".st-key-tools");  // above the page, which scrolls
  const found = [];
  boxes.forEach(([one, a], index) => {
    for (const [other, b] of boxes.slice(index + 1)) {
      if (one.contains(other) || other.contains(one) || Boolean(bar(one)) !== Boolean(bar(other)))
        continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const field = one.closest('[data-baseweb], [data-testid="stNumberInput"]');
      if (field?.contains(other)) continue;  // the parts of one field
      if (wide > 3 && high > 3)
        found.push([one, other].map((element) => element.outerHTML.slice(0, 120)));
    }
  });
  return found;
}"""
SIDEWAYS = """() => Math.max(...['[data-testid="stMain"]', "html"].map((selector) => {
  const element = document.querySelector(selector);
  return element.scrollWidth - element.clientWidth;
}))"""
BAR = "() => document.querySelector('[data-testid=\"stHeader\"]').getBoundingClientRect().bottom"
SCROLL = "(top) => document.querySelector('[data-testid=\"stMain\"]').scrollTo(0, top)"


@pytest.fixture(scope="module")
def seen(chromium, server):
    """Return the window of a page at a size; one for each page."""
    windows: dict[str, Window] = {}

    def seen(path: str, size: tuple[int, int]) -> Window:
        if path not in windows:
            windows[path] = Window(chromium, server, path)
        page = windows[path].page
        width, height = size
        if page.viewport_size != {"width": width, "height": height}:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)  # until what follows the window has followed
        page.evaluate(SCROLL, 0)
        return windows[path]

    yield seen
    for window in windows.values():
        window.context.close()


def part(window: Window, selector: str):
    """Return the first visible element, also inside a component."""
    return window.page.wait_for_function(f"(selector) => ({WHERE})(selector)", arg=selector)


def box(window: Window, selector: str) -> dict[str, float]:
    found = part(window, selector).as_element().bounding_box()
    assert found, selector
    return found


def screens(table: dict, rows: list[tuple[int, int]]):
    """Run a test for every page of a table at every size; all tests of one screen together."""
    each = [(slug, size) for slug in table for size in rows]
    names = [f"{slug or 'home'}-{size[0]}x{size[1]}" for slug, size in each]
    return pytest.mark.parametrize(("slug", "size"), each, ids=names, scope="module")


def slugs(table: dict):
    return pytest.mark.parametrize("slug", table, ids=lambda slug: slug or "home")


def hidden(window: Window, pair: tuple[str, str], size: tuple[int, int]) -> list[str]:
    """Return what of a pair does not lie within the screen."""
    top, found = window.page.evaluate(BAR), []
    for name, each in ((name, box(window, name)) for name in pair):
        if not top - 1 <= each["y"] <= size[1] + 1 - each["height"]:
            found.append(f"{name} is above or below the screen: {each}")
        if not 0 <= each["x"] <= size[0] + 1 - each["width"]:
            found.append(f"{name} is beside the screen: {each}")
    return found


@screens(PAIRS, SMALL)
def test_hand_and_answer_are_on_one_screen(seen, slug, size):
    window = seen(f"/{slug}", size)
    for pair in PAIRS[slug]:
        window.page.evaluate(SCROLL, 0)
        problem = hidden(window, pair, size)
        # Scrolled until the upper one stands below the bar; or, where that one stays there by
        # itself, until the lower one is on the screen.
        boxes = [box(window, name) for name in pair]
        above = min(each["y"] for each in boxes) - window.page.evaluate(BAR)
        below = max(each["y"] + each["height"] for each in boxes) - size[1]
        for place in (above, below):
            if problem:
                window.page.evaluate(SCROLL, place)
                problem = hidden(window, pair, size)
        assert problem == [], pair


@screens(PAGES, [*SMALL, *LARGE, ZOOMED])
def test_nothing_lies_beyond_the_edge(seen, slug, size):
    assert seen(f"/{slug}", size).page.evaluate(SIDEWAYS) <= 0


@screens(MAIN, LARGE)
def test_the_demonstration_needs_no_scrolling(seen, slug, size):
    window = seen(f"/{slug}", size)
    for selector in MAIN[slug]:
        found = box(window, selector)
        assert found["y"] + found["height"] <= size[1] + 1, selector


@slugs(MAIN)
def test_nor_does_it_while_presenting(seen, slug):
    window = seen(f"/{slug}?present=on", LAPTOP)
    for selector in MAIN[slug]:
        found = box(window, selector)
        assert found["y"] + found["height"] <= LAPTOP[1] + 1, selector


@slugs(MAIN)
def test_on_a_wall_everything_is_twice_as_large(seen, slug):
    widths = []
    for size in (LAPTOP, WALL):
        window = seen(f"/{slug}", size)
        widths.append([box(window, selector)["width"] for selector in MAIN[slug]])
    for selector, laptop, wall in zip(MAIN[slug], *widths, strict=True):
        assert wall >= 1.9 * laptop, selector


@screens(PAGES, [ZOOMED])
def test_at_200_percent_no_control_lies_over_another(seen, slug, size):
    assert seen(f"/{slug}", size).page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize(
    ("size", "pixels"),
    [((320, 640), 16), ((1280, 720), 16), ((1920, 720), 16), ((1920, 1080), 24), (WALL, 32)],
    ids=str,
)
def test_letters_grow_with_the_window(seen, size, pixels):
    page = seen("/walk", size).page
    letters = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(letters) == pytest.approx(pixels, abs=0.01)


def test_the_bar_hides_nothing_and_takes_one_row(seen):
    for size in ((360, 640), ZOOMED, LAPTOP, WALL):
        window = seen("/walk", size)
        bar, first = window.page.evaluate(BAR), box(window, ".st-key-question")
        assert bar <= first["y"] <= bar + 0.03 * size[1]
        tools = box(window, ".st-key-tools")
        assert tools["y"] + tools["height"] <= bar
        menu = window.page.locator(
            '[data-testid="stTopNav"] a, [data-testid="stExpandSidebarButton"]'
        ).first.bounding_box()
        assert menu["x"] + menu["width"] <= tools["x"]


# The words above pictures that do not stand on one line.
BROKEN_WORDS = """() => {
  const deep = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
    [element, ...(element.shadowRoot ? deep(element.shadowRoot) : [])]);
  const texts = (node) => node.nodeType === Node.TEXT_NODE ? [node]
    : [...node.childNodes].flatMap(texts);
  const found = [];
  for (const text of deep(document).filter((e) => e.matches(".heading")).flatMap(texts)) {
    for (const word of text.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(({ y }) => Math.round(y)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_word_above_a_picture_is_broken_on_a_phone(visit, language):
    window = visit(f"/draw?lang={language}", viewport={"width": 390, "height": 844})
    assert window.page.locator(".heading").count() >= 5
    assert window.page.evaluate(BROKEN_WORDS) == []


def test_presenting_is_larger_without_explanations_and_ends_with_esc(visit):
    window = visit("/walk?present=on")
    page = window.page
    assert not page.locator(".st-key-question").count()
    assert not page.get_by_text("What to look for").count()
    large = box(window, ".screens")["height"]
    page.keyboard.press("Escape")
    window.wait(lambda: page.locator(".st-key-question").count() == 1, "the question")
    window.settle()
    assert window.link() == {}
    assert box(window, ".screens")["height"] < large
    page.get_by_role("button", name="Present", exact=True).click()
    window.wait(lambda: window.link() == {"present": "on"}, "the switch in the link").settle()
    assert page.get_by_role("button", name="Stop presenting").count() == 1


def test_a_question_mark_answers_to_mouse_finger_and_keys(visit):
    window = visit("/walk")
    page = window.page
    ask, answer = page.locator(".note .ask"), page.locator(".note .answer")
    assert ask.get_attribute("aria-label") == "What is strangeness?"
    ask.hover()
    assert answer.is_visible()
    answer.hover()
    page.wait_for_timeout(300)
    assert answer.is_visible()  # one may go there, to read on
    page.mouse.move(5, 5)
    answer.wait_for(state="hidden")
    ask.focus()
    page.keyboard.press("Enter")
    assert answer.is_visible()
    page.keyboard.press("Escape")
    assert answer.is_hidden()
    box = ask.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    page.mouse.click(box["x"] - 8, box["y"] + 12)  # beside it, as a finger does
    assert answer.is_visible()
