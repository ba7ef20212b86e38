"""Three maps of the same digits under one hand: what only a browser shows."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import linear, studies

pytestmark = pytest.mark.browser

NAMES = ("pca", "plain_2d", "variational")
READY = "(names) => names.every((name) => window.autoencoderLab?.planes[name]?.network)"
SHOWN = "(name) => Array.from(window.autoencoderLab.planes[name].digit.getContext('2d')" + (
    ".getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"
)
CURSOR = "(name) => window.autoencoderLab.planes[name].z"
MARK = "(name) => window.autoencoderLab.planes[name].data.digit.mean"
EXTENT = "(name) => window.autoencoderLab.planes[name].data.extent"
NEAR = "(name) => window.autoencoderLab.planes[name].near.textContent"
PLANES = {name: f"plane_{name}" for name in NAMES}
AES = {"pca": linear.Plane(studies.read("planes"))} | {n: ae_core.load(n) for n in NAMES[1:]}


@pytest.fixture
def window(visit):
    window = visit("/planes?input=sample&digit=3&example=2")
    window.page.wait_for_function(READY, arg=list(PLANES.values()))
    return window.settle()


def asked(window, question: str) -> dict[str, object]:
    return {name: window.page.evaluate(question, plane) for name, plane in PLANES.items()}


def move(window, index: int, shares) -> None:
    box = window.page.locator("canvas.top").nth(index).bounding_box()
    window.page.mouse.move(
        box["x"] + (1 + shares[0]) / 2 * box["width"],
        box["y"] + (1 - shares[1]) / 2 * box["height"],
    )


def decoded(window, places: dict) -> None:
    """Check that each plane shows what its own decoder makes of its cursor's place."""
    for name, shown in asked(window, SHOWN).items():
        expected = AES[name].decode(np.array([places[name]], np.float32))[0]
        np.testing.assert_allclose(np.reshape(shown, (28, 28)) / 255, expected, atol=0.03)


@pytest.mark.parametrize("index", range(3))
def test_all_three_show_the_same_digit_while_a_hand_moves_over_one(window, index):
    seen = {name: set() for name in NAMES}
    for x in np.linspace(-0.4, 0.4, 6):
        move(window, index, (x, 0.1))
        window.page.wait_for_timeout(60)  # a frame or two, well short of a rest
        for name, place in asked(window, CURSOR).items():
            seen[name].add(tuple(place))
    assert all(len(places) >= 4 for places in seen.values())
    window.wait(lambda: "at" in window.link(), "the place in the link").settle()
    places = asked(window, CURSOR)
    codes, labels = AES[NAMES[index]].test_codes
    image = np.linalg.norm(codes.astype(float) - places[NAMES[index]], axis=1).argmin()
    for other in set(NAMES) - {NAMES[index]}:
        np.testing.assert_allclose(places[other], AES[other].test_codes[0][image], atol=0.002)
        assert asked(window, NEAR)[other] == f"Nearest: a {labels[image]}"
    decoded(window, places)
    assert window.link()["on"] == NAMES[index] if index else "on" not in window.link()


def test_who_only_passes_over_a_map_moves_nothing_for_good(window):
    before = asked(window, CURSOR)
    move(window, 1, (0.2, 0.1))
    window.page.mouse.move(5, 5)
    window.settle()
    for name, place in asked(window, CURSOR).items():
        np.testing.assert_allclose(place, before[name], atol=0.006)


def test_arrow_keys_move_a_map_and_the_others_follow(window):
    before = asked(window, CURSOR)
    window.page.locator("canvas.top").first.focus()
    for _ in range(6):
        window.page.keyboard.press("Shift+ArrowRight")
    window.wait(lambda: "at" in window.link(), "the place in the link").settle()
    after = asked(window, CURSOR)
    assert after["pca"][0] > before["pca"][0] + 1
    assert all(after[name] != before[name] for name in NAMES)
    decoded(window, after)


def test_the_mark_follows_the_pen_on_all_three(visit):
    window = visit("/planes")
    window.page.wait_for_function(READY, arg=list(PLANES.values()))
    before = asked(window.settle(), MARK)
    points = [window.point(x, y) for x, y in [(0.5, 0.15), (0.5, 0.4), (0.5, 0.85)]]
    window.page.mouse.move(*points[0])
    window.page.mouse.down()
    for point in points[1:]:
        window.page.mouse.move(*point, steps=8)
    moved = lambda: all(asked(window, MARK)[name] != before[name] for name in NAMES)  # noqa: E731
    window.wait(moved, "marks that follow the pen")
    assert "ink" not in window.link()  # the server has not heard of it
    window.page.mouse.up()
    window.wait_for_ink(bool)
    marks, places = asked(window.settle(), MARK), asked(window, CURSOR)
    for name in NAMES:
        np.testing.assert_allclose(marks[name], places[name], atol=0.01)
    decoded(window, places)
