"""Drawing with a mouse and with a finger."""

import re
from itertools import pairwise

import numpy as np
import pytest
from browser import HINT, SEVEN
from PIL import Image, ImageDraw

import ae_core
from ae_core.models import families

pytestmark = pytest.mark.browser
NOTHING_YET = "Draw a digit here. Until then: an example."
COMPARED = [name for name in ae_core.names() if families()[name].compared]
BAR = [(0.3, 0.55), (0.7, 0.55)]


def test_a_seven_is_rebuilt_by_every_family(visit):
    window = visit("/draw")
    sample = window.pixels("1 · ")
    assert window.sees(NOTHING_YET)
    window.draw(SEVEN)
    assert not window.sees(NOTHING_YET)
    drawn = window.pixels("1 · ")
    assert np.abs(drawn - sample).max() > 0.5
    assert drawn[4:9].sum() > 3 * drawn[4:9, :8].sum()  # ink at the top, not at the left edge
    captions = window.page.get_by_text(re.compile(r"^\d\.\d{4} · \d+\."))
    assert captions.count() == len(COMPARED)
    pictures = window.page.locator('canvas[aria-label^="The digit rebuilt by"]')
    assert pictures.count() == len(COMPARED)
    sources = {picture.evaluate("c => c.toDataURL()") for picture in pictures.all()}
    assert len(sources) == len(COMPARED)  # each its own


def test_a_click_on_a_picture_picks_its_family(visit):
    window = visit("/draw")
    before = window.source("4 · ")
    window.page.locator('.picture[data-name="deep"] a').click()
    window.wait(lambda: window.link().get("model") == "deep", "the family in the link").settle()
    assert window.choices()["lab_model"] == COMPARED.index("deep")
    assert window.source("4 · ") != before
    assert window.page.locator(".picture.chosen").get_attribute("data-name") == "deep"


def test_a_number_explains_itself_when_asked(visit):
    window = visit("/draw")
    answer = window.page.locator(".number .answer").first
    assert not answer.is_visible()
    window.page.locator(".number .ask").first.click()
    assert answer.is_visible()
    assert answer.inner_text() == "Mean squared error per pixel. 0 is perfect."
    window.page.locator(".number .ask").nth(1).click()
    assert not answer.is_visible()


@pytest.mark.parametrize(
    ("undo", "clear"),
    [
        (".dc-toolbar [title=Undo]", ".dc-toolbar [title^=Reset]"),
        (".st-key-undo button", ".st-key-clear button"),
    ],
    ids=["toolbar", "buttons"],
)
def test_undo_and_clear(visit, undo, clear):
    window = visit("/draw")
    sample = window.source("1 · ")
    one = window.draw(SEVEN).pixels("1 · ")
    both = window.draw(BAR).pixels("1 · ")
    assert np.abs(one - both).max() > 0.3

    def is_close(image):
        return np.abs(window.pixels("1 · ") - image).mean() < 0.02

    window.page.locator("canvas.upper-canvas").hover()
    window.page.locator(undo).click()
    window.wait(lambda: is_close(one), "the second stroke to go").settle()
    assert window.sees(HINT)
    window.draw(BAR)  # drawing goes on as before
    assert is_close(both)
    window.page.locator("canvas.upper-canvas").hover()
    window.page.locator(clear).click()
    window.wait_for(NOTHING_YET)
    assert window.source("1 · ") == sample
    window.draw(SEVEN)
    assert is_close(one)


def test_a_finger_draws_and_does_not_scroll(visit):
    phone = {"width": 390, "height": 844}
    window = visit("/draw", viewport=phone, has_touch=True, is_mobile=True)
    sample = window.pixels("1 · ")
    places = [window.point(x, y) for x, y in SEVEN]
    top = window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch = window.context.new_cdp_session(window.page)

    def send(kind: str, *points) -> None:
        spots = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    send("touchStart", places[0])
    for (x0, y0), (x1, y1) in pairwise(places):
        for share in np.linspace(0, 1, 8):
            send("touchMove", (x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    send("touchEnd")
    window.wait_for(HINT)
    assert window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == top
    assert np.abs(window.pixels("1 · ") - sample).max() > 0.5


def test_a_picture_can_be_uploaded(visit, tmp_path):
    picture = Image.new("L", (300, 240), 255)  # dark ink on white paper
    ImageDraw.Draw(picture).line([(80, 50), (200, 50), (120, 200)], 0, 20, "curve")
    picture.save(tmp_path / "seven.png")
    window = visit("/draw?input=upload")
    before = window.source("1 · ")
    window.page.locator("input[type=file]").set_input_files(tmp_path / "seven.png")
    window.wait(lambda: window.source("1 · ") != before, "the uploaded picture").settle()
    shown = window.pixels("1 · ")
    assert shown[:3].max() < 0.1  # black paper, however it was
    assert shown.max() > 0.8
    (tmp_path / "text.png").write_text("no picture")
    window.page.locator("input[type=file]").set_input_files(tmp_path / "text.png")
    window.wait_for("This file is not a PNG, JPEG, WebP or GIF picture. Choose another one.")
    assert np.abs(window.pixels("1 · ") - shown).max() < 0.1
