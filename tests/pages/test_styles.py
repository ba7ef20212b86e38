"""The styles of the pages, and the presenter's switch that changes them."""

import json
import re

import pytest
from visitor import PAGES

from pages.ui import frame, shared, text
from pages.ui.components import head, source

COMPONENTS = sorted(source.HERE.glob("*/*.css"))
STYLES = sorted(head.STYLES.glob("*.css"))
LINE = 3  # px: a line may stay as thin as it is
FORMS = ("idea", "home_more", "walk", "elbo", "beta", "holes", "dimensions", "handwriting", "units")


def told(visitor) -> dict:
    """Return what the browser is told of the document."""
    return json.loads(visitor.component("document").json)


def test_the_styles_of_all_pages_come_with_every_page(visit):
    for page in (PAGES[0], "pages/walk.py"):
        sent = [
            message.delta.new_element.html.body
            for message in visit(page).runner.forward_msgs()
            if message.delta.new_element.WhichOneof("type") == "html"
        ]
        (style,) = [text for text in sent if text.startswith("<style>")]
        assert style == f"<style>{head.styles()}</style>"
    for path in STYLES:
        first = re.search(r"^[^/@\s*].*\{", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert first and first.group() in style, path.name
    assert "/*" not in style


@pytest.mark.parametrize("path", [*STYLES, *COMPONENTS], ids=lambda path: path.name)
def test_sizes_follow_the_roots_letters(path):
    """A size in pixels would stay small on a wall; lines may, and where the layout changes."""
    rules = re.sub(r"/\*.*?\*/|@(media|container)[^{]*\{", "", path.read_text("utf-8"), flags=re.S)
    sizes = [float(number) for number in re.findall(r"(?<![\w.])([\d.]+)px", rules)]
    assert [size for size in sizes if size > LINE] == []


@pytest.mark.parametrize("page", PAGES)
def test_whoever_presents_explains(visit, page):
    visitor = visit(page, present="on")
    assert told(visitor)["presenting"]
    shown = " ".join(element.value for element in visitor.at.markdown)
    (said,) = [each for each in frame.pages() if page.endswith(each.path.name)]
    assert said.question not in shown
    for name in FORMS:
        assert text._prose(name, "en")[:60] not in shown
    assert visitor.at.button(key="present").label == "Stop presenting"
    visitor.press("present")
    assert visitor.link == {}
    assert not told(visitor)["presenting"]


def test_presenting_goes_along_to_other_pages_and_ends_with_esc(visit):
    visitor = visit("pages/walk.py")
    visitor.press("present")
    assert visitor.link == {"present": "on"}
    visitor.go("pages/holes.py")
    assert visitor.link["present"] == "on"
    visitor.send("document", "escape", True, trigger=True)
    assert shared.PRESENT.name not in visitor.link
    assert visitor.known.values[shared.PRESENT.key] == "off"
