"""Pages that rebuild one digit: their pictures follow the pen, and are the server's to the eye."""

import pytest
from browser import SEVEN, apart

pytestmark = pytest.mark.browser
COMPUTES = "() => window.autoencoderLab?.following?.computing === true"
PAGES = {"/bottleneck": 18, "/super_resolution": 8}  # how many pictures are on each
SHOWN = """(pictures) => pictures.map((picture) => [
  picture.querySelector('canvas').getAttribute('aria-label'),
  picture.querySelector('canvas').toDataURL(),
  picture.querySelector('.caption')?.textContent ?? ''])"""


def shown(window) -> dict[str, tuple[str, str]]:
    """Return contents and caption of each picture, by its alternative text."""
    told = window.page.locator(".board .picture").evaluate_all(SHOWN)
    return {alt: (contents, caption) for alt, contents, caption in told}


@pytest.mark.parametrize("path", PAGES)
def test_all_pictures_follow_the_pen(visit, path):
    window = visit(path)
    window.wait(lambda: window.page.evaluate(COMPUTES), "the networks").settle()
    before, link = shown(window), window.link()
    assert len(before) == PAGES[path]
    window.page.mouse.move(*window.point(*SEVEN[0]))
    window.page.mouse.down()
    for place in SEVEN[1:]:
        window.page.mouse.move(*window.point(*place), steps=8)
    moved = lambda: [alt for alt, (now, _) in shown(window).items() if now != before[alt][0]]  # noqa: E731
    window.wait(lambda: len(moved()) == PAGES[path], "all pictures")
    assert window.link() == link  # the server has not heard of it
    window.page.mouse.up()
    window.wait_for_ink(bool)
    other = visit(window.page.url.removeprefix(window.url))
    other.wait(lambda: other.page.evaluate(COMPUTES), "the networks").settle()
    ours, theirs = shown(window), shown(other)
    for alt, (contents, caption) in theirs.items():
        assert apart(ours[alt][0], contents).max() <= 2, alt
        assert ours[alt][1] == caption, alt


def test_the_points_on_the_curve_follow_the_pen(visit):
    window = visit("/bottleneck")
    window.wait(lambda: window.page.evaluate(COMPUTES), "the networks").settle()
    marks = window.page.locator(".st-key-curve circle[r='6']")
    assert marks.count() == 7
    heights = "(marks) => marks.map((mark) => mark.getAttribute('cy'))"
    before = marks.evaluate_all(heights)
    window.draw()
    window.wait(lambda: marks.evaluate_all(heights) != before, "the points")
    assert all(float(height) > 0 for height in marks.evaluate_all(heights))


def test_the_curve_is_read_off_by_the_keyboard(visit):
    window = visit("/bottleneck")
    chart = window.page.locator(".st-key-curve .place")
    chart.focus()
    for _ in range(3):
        chart.press("ArrowRight")
    said = window.page.locator(".st-key-curve .read")
    window.wait(lambda: "PCA" in said.text_content(), "what the curves say there")
    assert "8" in said.text_content().split(";")[0]
