"""Every page in every language, as a browser shows it."""

from types import SimpleNamespace

import pytest
from browser import PATHS, Window, translated

from pages.ui import frame, text

pytestmark = pytest.mark.browser
PAGES = dict(zip(PATHS, frame.pages(), strict=True))
LOCALES = {"en": "en-US", "pt": "pt-BR", "es": "es-MX"}
DESK, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
STEP = '[class*="st-key-first_step__"] button'
# What a page is there for: these must be seen without scrolling.
MAIN = {
    "/": ".hourglass, canvas.pixels",
    "/draw": "canvas.pixels",
    "/latent": ".stage canvas.ground, canvas.tiles",
    "/holes": ".stage canvas.ground, canvas.digit",
    "/beta": '.stage canvas.ground, canvas.tiles, [data-testid="stImage"] img',
    "/walk": ".screen canvas.picture, input.scrub, .stage canvas.ground",
    "/dimensions": ".dims canvas, .dims input.slide",
    "/compression": ".st-key-tried canvas, .st-key-curves .place",
    "/scale": ".ruler .place, .st-key-look canvas",
    "/units": ".units .tiles, .units .pictures canvas, .units input.slide",
    "/planes": ".stage canvas.ground, canvas.digit",
    "/bottleneck": ".board .picture canvas, .chart .place",
    "/super_resolution": ".board .picture canvas",
    "/training": ".st-key-train_layers img, .st-key-train_start button",
    "/timelapse": ".player, .st-key-timelapse_pictures canvas, .chart .place, canvas.points",
    "/sampling": ".st-key-sampling_galleries canvas.pixels",
    "/handwriting": ".stage canvas.ground, .ten canvas",
    "/noise": ".tableau table, .chart .place",
    "/strangers": ".st-key-gallery canvas.pixels, .st-key-histogram .place, .st-key-numbers .value",
}
TOO_WIDE = """() => ['[data-testid="stMain"]', 'html'].map((name) => document.querySelector(name))
  .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.tagName)"""


# The first pages in all languages, the others in one of them, by turns.
IN_LANGUAGES = [
    (path, name)
    for place, path in enumerate(PATHS)
    for name in (text.LANGUAGES if place < 2 else [[*text.LANGUAGES][place % 3]])
]


@pytest.fixture(scope="module", params=IN_LANGUAGES)
def seen(request, chromium, server):
    """A page as a visitor with a browser in that language finds it, on a desk and on a phone."""
    path, language = request.param
    window = Window(chromium, server, path, locale=LOCALES[language])
    page = window.page
    facts = SimpleNamespace(path=path, language=language, server=server, window=window)
    facts.exceptions = page.locator('[data-testid="stException"]').count()
    spoken = "(tongue) => document.documentElement.lang === tongue"
    page.wait_for_function(spoken, arg=language)  # the file that all pages begin with says "en"
    facts.tongue = page.evaluate("document.documentElement.lang")
    facts.description = page.locator('meta[name="description"]').get_attribute("content")
    facts.title = page.title()
    facts.wide = page.evaluate(TOO_WIDE)
    facts.main = [place.bounding_box() for place in page.locator(MAIN.get(path, "img")).all()]
    page.set_viewport_size(PHONE)
    window.settle()
    facts.wide_on_phone = page.evaluate(TOO_WIDE)
    yield facts
    window.context.close()


def test_there_are_no_errors(seen):
    assert seen.exceptions == 0
    assert seen.window.crashes == []
    assert seen.window.errors == []


def test_no_request_leaves_the_machine(seen):
    schemes = ("data:", "blob:", seen.server, seen.server.replace("http", "ws"))
    assert len(seen.window.requests) > 10
    assert [url for url in seen.window.requests if not url.startswith(schemes)] == []


def test_the_document_says_its_language_and_what_it_is_about(seen):
    page = PAGES[seen.path]
    assert seen.tongue == seen.language
    assert seen.description == translated(page.about, seen.language)
    assert seen.title.startswith(translated(page.title, seen.language))


def test_nothing_scrolls_sideways(seen):
    assert seen.wide == []
    assert seen.wide_on_phone == []


def test_what_the_page_is_there_for_is_seen_without_scrolling(seen):
    assert len(seen.main) >= {"/": 8, "/draw": 13, "/latent": 2, "/walk": 7}.get(seen.path, 1)
    for box in seen.main:
        assert box["width"] > 40
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720


def test_the_first_step_shows_what_it_changes(seen):
    window, page = seen.window, seen.window.page
    page.set_viewport_size((DESK, PHONE)[PATHS.index(seen.path) % 2])
    window.settle()
    button = page.locator(STEP)
    line = button.locator("xpath=ancestor::*[contains(@class, 'st-key-first_step__')]").first
    size = line.bounding_box()
    root = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size["height"] <= 3 * root  # one row, or two of a phone beside the button
    assert size["x"] + size["width"] <= page.viewport_size["width"]
    key = line.get_attribute("class").split("st-key-first_step__")[1].split()[0]
    before = window.link()
    button.click()
    window.wait(lambda: window.link() != before, "another link").settle()
    target = page.locator(f".st-key-{key}").first

    def in_view() -> bool:
        box, height = target.bounding_box(), page.viewport_size["height"]
        return box["y"] >= 0 and box["y"] + min(box["height"], height / 2) <= height

    window.wait(in_view, f"{key} in view")


def test_every_page_is_in_the_list_above():
    assert set(MAIN) == set(PATHS), "name what the new page is there for"


def test_language_and_description_follow_the_selector(visit):
    window = visit("/draw")
    for place, language in enumerate(text.LANGUAGES):
        window.choose("lab_lang", place)
        read = (
            "[document.documentElement.lang, document.querySelector('[name=description]').content]"
        )
        expected = [language, translated(PAGES["/draw"].about, language)]
        window.wait(lambda: window.page.evaluate(read) == expected, expected)  # noqa: B023
