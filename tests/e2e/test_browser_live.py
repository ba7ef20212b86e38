"""The networks follow the hand: while the pen is down, while a slider is held, and at rest."""

import re

import numpy as np
import pytest
from browser import SEVEN, Window, apart

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COMPUTES = "() => window.autoencoderLab?.following?.computing === true"
# Every picture of Draw's boards: what it is called, its contents, and the words around it.
PICTURES = """() => [...document.querySelectorAll('.st-key-chain *, .st-key-board *')]
  .map((element) => element.shadowRoot?.querySelector('.board')).filter(Boolean)
  .flatMap((board) => [...board.querySelectorAll('.picture')])
  .map((figure) => {
    const canvas = figure.querySelector('canvas');
    const words = [...figure.querySelectorAll('div')].map((part) => part.textContent);
    return [canvas.getAttribute('aria-label'), canvas.toDataURL(), words.join('\\n')];
  })"""
NUMBERS = """() => [...document.querySelectorAll('.st-key-board *')]
  .map((element) => element.shadowRoot?.querySelector('.board')).filter(Boolean)
  .flatMap((board) => [...board.querySelectorAll('.number .value')])
  .map((value) => value.textContent)"""
ALL = 13  # pictures of Draw
FIGURE = re.compile(r"\d+[.,]\d+|\d+")
NO_WORKER = "window.Worker = class { constructor() { throw new Error('none here'); } };"
DYING_WORKER = """
  const Sound = window.Worker;
  window.Worker = class extends Sound {
    constructor(...given) { super(...given); (window.workers ??= []).push(this); }
  };"""


class Lonely(Window):
    """A window whose browser has no workers: the server draws everything."""

    def before_load(self):
        self.page.add_init_script(NO_WORKER)


class Dying(Window):
    """A window whose workers can be killed: `window.workers`."""

    def before_load(self):
        self.page.add_init_script(DYING_WORKER)


@pytest.fixture
def lonely(chromium, server):
    """Open a page in a browser without workers."""
    windows = []

    def lonely(path: str) -> Window:
        windows.append(Lonely(chromium, server, path))
        return windows[-1].wait(lambda: len(pictures(windows[-1])) == ALL, "the boards").settle()

    yield lonely
    for window in windows:
        assert not window.page.evaluate(COMPUTES)
        assert not window.crashes + window.errors
        window.context.close()


@pytest.fixture
def live(visit):
    """Open a page and wait until the browser computes its pictures by itself."""

    def live(path: str = "/draw", **context) -> Window:
        return computing(visit(path, **context))

    return live


def computing(window: Window) -> Window:
    return window.wait(lambda: window.page.evaluate(COMPUTES), "the networks").settle()


def pictures(window: Window) -> dict[str, tuple[str, str]]:
    """Return the contents and the words of every picture, by its alternative text."""
    return {alt: (contents, words) for alt, contents, words in window.page.evaluate(PICTURES)}


def changed(before: dict, after: dict) -> set[str]:
    """Return the alternative texts of the pictures that are others now."""
    return {alt for alt in after if before[alt][0] != after[alt][0]}


def still(window: Window) -> dict[str, tuple[str, str]]:
    """Return the pictures once the slowest network has answered the last move."""
    before = None
    while (now := pictures(window)) != before:
        before = now
        window.page.wait_for_timeout(300)
    return now


def hold(window: Window, points=SEVEN) -> None:
    """Draw with the mouse and keep its button down."""
    window.page.mouse.move(*window.point(*points[0]))
    window.page.mouse.down()
    for place in points[1:]:
        window.page.mouse.move(*window.point(*place), steps=8)


def same_to_the_eye(one: Window, other: Window) -> None:
    """Compare all pictures, words and figures of two windows."""
    ours, theirs = pictures(one), pictures(other)
    assert list(ours) == list(theirs)
    for alt, (_contents, words) in ours.items():
        assert apart(ours[alt][0], theirs[alt][0]).max() <= 2, alt
        assert FIGURE.sub("", words) == FIGURE.sub("", theirs[alt][1]), alt
        close(words, theirs[alt][1])
    for value, wanted in zip(*(each.page.evaluate(NUMBERS) for each in (one, other)), strict=True):
        close(value, wanted)


def close(text: str, wanted: str) -> None:
    """Compare the figures in two texts: the last digit may be another by one."""
    for ours, theirs in zip(FIGURE.findall(text), FIGURE.findall(wanted), strict=True):
        digits = len(re.sub(r"^\d+[.,]?", "", ours))
        ours, theirs = (float(figure.replace(",", ".")) for figure in (ours, theirs))
        assert abs(ours - theirs) < 1.5 * 10.0**-digits, (text, wanted)


# ---------------------------------------------------------------- the pen


def test_all_pictures_follow_the_pen_while_it_is_down(live):
    window = live("/draw?level=0.2")
    before, link = pictures(window), window.link()
    hold(window, SEVEN[:2])
    window.wait(lambda: changed(before, pictures(window)) == set(before), "all pictures")
    half = pictures(window)
    for place in SEVEN[2:]:
        window.page.mouse.move(*window.point(*place), steps=8)
    window.wait(lambda: changed(half, pictures(window)) == set(before), "all pictures again")
    assert window.link() == link  # the server has not heard of it
    window.page.mouse.up()
    window.wait_for_ink(bool)


def test_at_rest_the_server_shows_the_same(live, lonely):
    window = live("/draw?noise=masking&model=convolutional")
    window.draw(SEVEN).draw([(0.35, 0.5), (0.65, 0.5)])
    window.press("lab_level", "PageUp", 3)
    window.wait(lambda: window.link().get("level") == "0.3", "the level").settle()
    same_to_the_eye(window, lonely("/draw?" + window.page.url.partition("?")[2]))


@pytest.mark.parametrize(
    ("model", "kind", "language"),
    [("sparse", "salt_and_pepper", "pt"), ("denoising", "gaussian", "es"),
     ("variational", "masking", "en")],
)  # fmt: skip
def test_a_link_shows_the_same_whoever_computes(live, lonely, model, kind, language):
    path = f"/draw?input=sample&digit=5&example=3&level=0.45&draw=3&model={model}"
    path += f"&noise={kind}&lang={language}"
    same_to_the_eye(live(path), lonely(path))


def test_nothing_jumps_when_the_server_answers(live):
    window = live()
    hold(window)
    before = still(window)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    after = pictures(window)
    for alt in after:  # a stroke at rest has fewer corners
        assert apart(before[alt][0], after[alt][0]).mean() < 1.5, alt


def test_undo_redo_and_clear_are_followed(live):
    window = live()
    example = pictures(window)
    one = pictures(window.draw(SEVEN))
    window.draw([(0.3, 0.5), (0.7, 0.5)])
    two = pictures(window)
    for button, expected in (("undo", one), ("redo", two), ("undo", one), ("clear", example)):
        window.tool(button).click()
        window.wait(lambda wanted=expected: not changed(wanted, pictures(window)), button)
        window.settle()


def test_a_first_dot_changes_nothing(live):
    window = live()
    before = pictures(window)
    hold(window, [(0.5, 0.5), (0.505, 0.5)])
    window.page.wait_for_timeout(300)
    assert not changed(before, pictures(window))
    window.page.mouse.up()


def test_the_keyboards_pen_is_followed_too(live):
    window = live()
    before = pictures(window)
    window.page.locator("canvas.upper-canvas[aria-label]").focus()
    for key in ["ArrowDown", " ", *["ArrowDown"] * 20]:
        window.page.keyboard.press(key)
    window.wait(lambda: changed(before, pictures(window)) == set(before), "all pictures")
    assert "ink" not in window.link()
    window.page.keyboard.press(" ")
    window.wait_for_ink(bool)


def test_a_pen_with_a_button_is_a_pen(live):
    window = live()
    before = pictures(window)
    session = window.context.new_cdp_session(window.page)

    def pen(kind: str, place: tuple[float, float]) -> None:
        x, y = window.point(*place)
        told = {"type": kind, "x": x, "y": y, "button": "left", "pointerType": "pen"}
        session.send("Input.dispatchMouseEvent", told | {"clickCount": 1, "force": 0.5})

    pen("mousePressed", SEVEN[0])
    for share in np.linspace(0, 1, 9):
        pen("mouseMoved", tuple((1 - share) * np.array(SEVEN[0]) + share * np.array(SEVEN[1])))
    window.wait(lambda: changed(before, pictures(window)) == set(before), "all pictures")
    pen("mouseReleased", SEVEN[1])
    window.wait_for_ink(bool)


def test_a_finger_on_a_phone_sees_the_digit_follow(live):
    window = live("/draw", **PHONE)
    before = pictures(window)
    places = [window.point(*place) for place in SEVEN]
    send = window.touch()
    send("touchStart", places[0])
    for place in places[1:]:
        send("touchMove", place)
    window.wait(lambda: "The digit as" in str(changed(before, pictures(window))), "the digit")
    rebuilt = window.step("4 · ").bounding_box()
    assert 0 <= rebuilt["y"] < window.point(0, 0)[1]  # in sight, above the finger
    send("touchEnd")
    window.wait_for_ink(bool)


# ---------------------------------------------------------------- the level


def drag(window: Window, share: float) -> None:
    """Move the thumb of the noise slider to a share of its way, and keep it held."""
    box = window.page.locator(".st-key-lab_level [data-testid=stSliderTickBar]").bounding_box()
    thumb = window.page.locator(".st-key-lab_level [data-testid=stSliderThumbValue]")
    at = thumb.locator("..").bounding_box()
    window.page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    window.page.mouse.down()
    window.page.mouse.move(box["x"] + share * box["width"], at["y"] + 6, steps=12)


def test_all_networks_follow_the_noise_slider_while_it_is_held(live):
    window = live("/draw?input=sample")
    before, link = pictures(window), window.link()
    drag(window, 0.5)
    clean = {alt for alt in before if alt.startswith("What the network sees")}
    window.wait(lambda: changed(before, pictures(window)) == set(before) - clean, "all pictures")
    assert "2 · With noise" in str([words for _, words in pictures(window).values()])
    assert window.link() == link
    held = still(window)
    window.page.mouse.up()
    window.wait(lambda: "level" in window.link(), "the level").settle()
    assert not changed(held, pictures(window))


def test_the_field_stays_while_the_level_grows_and_new_noise_is_another(live):
    window = live("/draw?input=sample&noise=salt_and_pepper&level=0.2")
    low = window.pixels("2 · ")
    clean = window.pixels("1 · ")
    window.press("lab_level", "PageUp", 2)
    high = window.pixels("2 · ")
    damaged = low != clean
    assert damaged.any()
    np.testing.assert_array_equal(high[damaged], low[damaged])
    assert (high != clean).sum() > damaged.sum()
    window.page.get_by_role("button", name="New noise").click()
    window.wait(lambda: window.link().get("draw") == "2", "another draw").settle()
    assert not np.array_equal(window.pixels("2 · "), high)


# ---------------------------------------------------------------- whoever cannot


def test_a_browser_without_workers_gets_all_it_got_before(lonely):
    window = lonely("/draw")
    before = pictures(window)
    window.draw(SEVEN)
    assert changed(before, pictures(window)) == set(before)


def test_should_the_workers_die_the_server_takes_over(chromium, server):
    window = computing(Dying(chromium, server, "/draw"))
    window.draw(SEVEN)
    expected = pictures(window)
    window.page.evaluate("""() => { for (const worker of window.workers) {
      worker.dispatchEvent(new ErrorEvent('error', { message: 'killed by a test' }));
    } }""")
    window.wait(lambda: not window.page.evaluate(COMPUTES), "the server").settle()
    now = pictures(window)
    for alt, (_contents, words) in now.items():
        assert apart(now[alt][0], expected[alt][0]).max() <= 2, alt
        assert "…" not in words
    window.draw([(0.3, 0.5), (0.7, 0.5)])
    assert changed(now, pictures(window)) == set(now)
    window.context.close()


def test_leaving_and_coming_back_goes_on(live):
    window = live()
    window.draw(SEVEN)
    drawn = pictures(window)
    window.follow("/latent")
    window.follow("/draw")
    computing(window)
    assert not changed(drawn, pictures(window))
    hold(window, [(0.3, 0.5), (0.7, 0.5)])
    window.wait(lambda: changed(drawn, pictures(window)) == set(drawn), "all pictures")
    window.page.mouse.up()


# ---------------------------------------------------------------- other pages, other senses


def test_a_screen_reader_is_told_at_rest_and_not_before(live):
    window = live("/draw?model=deep")
    status = window.page.locator(".reconstructions .status")
    hold(window)
    said = status.text_content()
    window.page.wait_for_timeout(200)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    window.wait(lambda: status.text_content() != said, "the status")
    error, rank = re.fullmatch(
        r"Deep: MSE (\d\.\d{4}), rank (\d) of 7\.", status.text_content()
    ).groups()
    (caption,) = (
        words for alt, (_, words) in pictures(window).items() if alt == "The digit rebuilt by Deep."
    )
    assert f"MSE {error}" in caption
    assert f"rank {rank}" in caption


def test_the_hourglass_follows_the_pen(live):
    window = live("/")
    parts = window.page.locator(".hourglass canvas")

    def seen() -> list[str]:
        return [part.evaluate("canvas => canvas.toDataURL()") for part in parts.all()]

    before = seen()
    hold(window)
    window.wait(lambda: all(map(str.__ne__, before, seen())), "the hourglass")
    assert "ink" not in window.link()
    window.page.mouse.up()
    window.wait_for_ink(bool)


def with_encoder(window: Window) -> Window:
    there = "() => Boolean(window.autoencoderLab?.planes.plane?.network?.encoder)"
    return window.wait(lambda: window.page.evaluate(there), "the encoder").settle()


@pytest.mark.parametrize("path", ["/latent", "/beta", "/beta?beta=0", "/handwriting"])
def test_the_digits_place_on_a_plane_follows_the_pen(visit, path):
    window = with_encoder(visit(path))
    place = "() => window.autoencoderLab.planes.plane.data.digit.mean"
    before = window.page.evaluate(place)
    hold(window)
    window.wait(lambda: window.page.evaluate(place) != before, "its place")
    assert "ink" not in window.link()
    window.page.wait_for_timeout(300)
    drawn = window.page.evaluate(place)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    rested = window.page.evaluate(place)
    extent = window.page.evaluate("() => window.autoencoderLab.planes.plane.data.extent")
    assert np.hypot(*np.subtract(rested, drawn)) < 0.03 * extent


def test_all_ten_digits_take_the_handwriting_while_it_is_written(visit):
    window = with_encoder(visit("/handwriting"))
    z = "() => window.autoencoderLab.planes.plane.z"
    place = "() => window.autoencoderLab.planes.plane.data.digit.mean"
    before = window.page.evaluate(z)
    hold(window)
    window.wait(lambda: window.page.evaluate(z) != before, "the cursor")
    assert window.page.evaluate(z) == window.page.evaluate(place)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    np.testing.assert_allclose(window.page.evaluate(z), window.page.evaluate(place), atol=0.006)
