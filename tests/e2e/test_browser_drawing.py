"""Drawing with a mouse, a finger and keys; the canvas's buttons; the drawing in the link."""

import base64
import io
import re
from itertools import pairwise

import numpy as np
import pytest
from browser import SEVEN
from PIL import Image, ImageDraw

from ae_core import strokes
from ae_core.models import compared

pytestmark = pytest.mark.browser
INVITATION = "Draw a digit here. Until then: an example."
COMPARED = compared()
BAR = [(0.3, 0.55), (0.7, 0.55)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
INK = """() => { const canvas = [...document.querySelectorAll('.st-key-canvas *')]
  .map((e) => e.shadowRoot?.querySelector('.dc-canvas')).find(Boolean);
  if (!canvas) return null;
  const small = Object.assign(document.createElement('canvas'), { width: 280, height: 280 });
  small.getContext('2d').drawImage(canvas, 0, 0, 280, 280);
  return small.toDataURL().split(',')[1]; }"""


def on_canvas(window) -> np.ndarray:
    """Return what stands on the canvas, in [0, 1], as large as `strokes.picture` makes it."""
    window.wait(lambda: window.page.evaluate(INK) is not None, "the canvas")
    picture = Image.open(io.BytesIO(base64.b64decode(window.page.evaluate(INK))))
    return np.asarray(picture.convert("L")) / 255


def shows_its_ink(window) -> bool:
    """Whether the canvas shows the strokes that are in the link."""
    ink = window.link().get("ink")
    wanted = strokes.picture(strokes.unpack(ink) if ink else ())
    return bool(
        np.abs(on_canvas(window) - wanted).mean() < 0.008
    )  # a stroke is 0.03; a hand's corners are round


def test_a_seven_is_rebuilt_by_every_family(visit):
    window = visit("/draw")
    sample = window.pixels("1 · ")
    window.wait_for(INVITATION).draw(SEVEN)
    assert not window.sees(INVITATION)
    drawn = window.pixels("1 · ")
    assert np.abs(drawn - sample).max() > 0.5
    assert drawn[4:9].sum() > 3 * drawn[4:9, :8].sum()  # ink at the top, not at the left edge
    captions = window.page.get_by_text(re.compile(r"^MSE \d\.\d{4}\s+rank \d"))
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
    assert answer.inner_text().startswith("Mean squared error")
    window.page.locator(".number .ask").nth(1).click()
    assert not answer.is_visible()


def test_undo_redo_and_clear(visit):
    window = visit("/draw")
    example = window.source("1 · ")
    assert window.tool("undo").get_attribute("aria-disabled") == "true"
    one = window.draw(SEVEN).link()["ink"]
    both = window.draw(BAR).link()["ink"]
    assert both.startswith(one + ".")
    picture = window.source("1 · ")
    wanted = [("undo", one), ("undo", None), ("redo", one), ("redo", both), ("clear", None),
              ("undo", both), ("undo", one)]  # fmt: skip
    for button, ink in wanted:
        window.tool(button).click()
        window.wait_for_ink(lambda found, ink=ink: found == ink)
        window.wait(lambda: shows_its_ink(window), f"{button}: the canvas to show it")
    window.draw(BAR)  # drawing goes on as before
    assert window.link()["ink"] == both
    assert window.source("1 · ") == picture
    assert window.tool("redo").get_attribute("aria-disabled") == "true"
    window.follow("/latent").follow("/draw")
    window.wait(lambda: shows_its_ink(window), "the canvas of another page")
    window.tool("undo").click()
    window.wait_for_ink(lambda ink: ink == one)
    window.page.reload()
    window.settle().wait(lambda: shows_its_ink(window), "the canvas after a reload")
    window.tool("undo").click()
    window.wait_for_ink(lambda ink: ink is None)
    assert window.source("1 · ") == example
    window.wait(lambda: window.sees(INVITATION), "the invitation")


def test_buttons_pressed_faster_than_the_app_answers(visit):
    window = visit("/draw").draw(SEVEN).draw(BAR).draw([(0.2, 0.2), (0.2, 0.8)])
    first = window.link()["ink"].split(".")[0]
    window.page.evaluate("""() => {
      const button = (name) => [...document.querySelectorAll('.st-key-canvas_tools *')]
        .map((e) => e.shadowRoot?.querySelector(`.${name}`)).find(Boolean);
      for (const name of ['undo', 'undo', 'undo', 'redo']) button(name).click(); }""")
    window.wait_for_ink(lambda ink: ink == first)
    window.wait(lambda: shows_its_ink(window), "the canvas to follow")


def test_undo_and_redo_by_keys(visit):
    window = visit("/draw").draw(SEVEN)
    ink = window.link()["ink"]
    window.page.keyboard.press("Control+z")
    window.wait_for_ink(lambda found: found is None)
    window.page.keyboard.press("Control+Shift+z")
    window.wait_for_ink(lambda found: found == ink)
    window.page.locator("canvas.upper-canvas[aria-label]").focus()
    window.page.keyboard.press("Delete")
    window.wait_for_ink(lambda found: found is None)


def test_a_stroke_is_taken_wherever_the_pen_is_let_go(visit):
    """Over the buttons, the first time while they can do nothing; beside and above the canvas; and
    over a disabled button of somebody else's, which swallows a mouse's release.
    """
    window = visit("/draw")
    window.point(0, 0)
    window.page.evaluate("""() => {
      const button = Object.assign(document.createElement("button"), { disabled: true });
      button.style = "position: fixed; left: 0; bottom: 0; width: 100%; height: 5rem; z-index: 1e6";
      document.body.append(button); }""")
    ends = [
        (0.5, 1.7),
        (0.2, 1.06),
        (0.5, 1.06),
        (0.8, 1.06),
        (-0.05, 0.5),
        (0.5, -0.3),
        (2.5, 0.5),
    ]
    for number, end in enumerate(ends):
        window.draw([(0.3, 0.3), (0.5, 0.5), end])
        assert window.link()["ink"].count(".") == number


def test_the_pen_goes_on_when_it_comes_back_over_the_edge(visit):
    window = visit("/draw")
    window.draw([(0.3, 0.5), (1.1, 0.5), (1.1, 0.8), (0.3, 0.8)])
    (stroke,) = strokes.unpack(window.link()["ink"])
    xs, ys = np.array(stroke).T
    assert xs.max() > 64 + 384
    assert (xs[-1], ys[-1]) == pytest.approx((64 + 384 * 0.3, 64 + 384 * 0.8), abs=3)


def test_the_same_strokes_stand_in_another_browser_and_after_a_restart(visit, start, chromium):
    window = visit("/draw").draw(SEVEN).draw(BAR)
    address = window.page.url.removeprefix(window.url)
    pictures = [window.source(f"{n} · ") for n in (1, 2, 4)]
    other = visit(address, **PHONE)
    other.wait(lambda: shows_its_ink(other), "the strokes on a phone")
    assert [other.source(f"{n} · ") for n in (1, 2, 4)] == pictures
    assert other.link() == window.link()
    restarted = type(window)(chromium, start(), address)
    assert [restarted.source(f"{n} · ") for n in (1, 2, 4)] == pictures
    restarted.context.close()


def test_the_canvas_shows_only_itself(visit):
    window = visit("/draw")
    window.page.locator("canvas.upper-canvas").hover()
    window.page.wait_for_timeout(300)
    assert not window.page.locator(".dc-toolbar").is_visible()


@pytest.mark.parametrize("path", ["/draw", "/dimensions"])
def test_the_canvas_is_whole_at_every_width(visit, path):
    window = visit(path)
    for width in (320, 390, 660, 1024, 1920):
        window.page.set_viewport_size({"width": width, "height": 720})
        window.settle()
        window.draw([(0.1, 0.1), (0.9, 0.9)])
        box = window.page.locator("canvas.upper-canvas").bounding_box()
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width
        assert box["width"] == pytest.approx(box["height"], abs=1), width
        assert box["width"] >= 170, width
        stroke = strokes.unpack(window.link()["ink"])[-1]
        np.testing.assert_allclose([stroke[0], stroke[-1]], [[64 + 38] * 2, [64 + 346] * 2], atol=3)


def test_a_finger_draws_and_does_not_scroll(visit):
    window = visit("/draw", **PHONE)
    example = window.pixels("1 · ")
    places = [window.point(x, y) for x, y in SEVEN]
    top = window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    send = window.touch()
    send("touchStart", places[0])
    for (x0, y0), (x1, y1) in pairwise(places):
        for share in np.linspace(0, 1, 8):
            send("touchMove", (x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    send("touchEnd")
    window.wait_for_ink(bool)
    assert window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == top
    assert np.abs(window.pixels("1 · ") - example).max() > 0.5


def test_a_touch_that_the_system_takes_away_is_a_stroke(visit):
    window = visit("/draw", **PHONE)
    start, end = window.point(0.3, 0.3), window.point(0.6, 0.7)
    send = window.touch()
    send("touchStart", start)
    send("touchMove", end)
    send("touchCancel")
    window.wait_for_ink(bool)


def test_a_digit_by_keyboard(visit):
    window = visit("/draw")
    window.page.locator("canvas.upper-canvas[aria-label]").focus()
    for keys in (["ArrowLeft"] * 10, [" "], ["ArrowRight"] * 20, ["ArrowDown"] * 30, [" "]):
        for key in keys:
            window.page.keyboard.press(key)
    window.wait_for_ink(bool)
    (stroke,) = strokes.unpack(window.link()["ink"])
    assert len(stroke) == 3
    assert shows_its_ink(window)


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
