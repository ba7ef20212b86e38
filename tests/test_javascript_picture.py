"""What the browser makes of a drawing, in Node: the same picture as Python's."""

from __future__ import annotations

from importlib.metadata import version

import handwriting
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import module, needs_node, run

from ae_core import noise, preprocess, strokes

pytestmark = needs_node
PILLOW = int(version("pillow").split(".")[0])


# ---------------------------------------------------------------- the drawing


def python_digit(drawing) -> np.ndarray | str:
    """As the pages make it: 784 pixels, or the reason why there are none."""
    try:
        sheet = np.pad(strokes.picture(drawing), strokes.SIDE // 8)
        return preprocess.to_mnist(sheet).ravel()
    except preprocess.BlankDrawing as error:
        return error.reason


def javascript_pictures(drawings) -> list[np.ndarray]:
    script = f"""
      const {{ picture }} = {module("strokes")};
      return given.map((drawing) => Array.from(picture(drawing), (grey) => Math.round(255 * grey)));
    """
    return [np.reshape(picture, (280, 280)) for picture in run(script, drawings)]


def javascript_digits(drawings) -> list[np.ndarray | str]:
    script = f"""
      const {{ toMnist }} = {module("preprocess")};
      return given.map((drawing) => {{
        const {{ pixels, reason }} = toMnist(drawing);
        return reason ?? Array.from(pixels);
      }});
    """
    return [one if isinstance(one, str) else np.array(one) for one in run(script, drawings)]


def assert_same_picture(picture: np.ndarray, drawing) -> None:
    """Compare bytes: before Pillow 13 a sharp corner lacks one of the 16 dots of a pixel."""
    difference = np.abs(picture - np.round(255 * strokes.picture(drawing)))
    assert difference.max() <= 16
    assert (difference > 0).sum() <= (0 if PILLOW >= 13 else 4)


def assert_same(drawings, mean: float, most: float) -> list[np.ndarray | str]:
    """Compare verdicts, and digits by the mean and the largest difference of a pixel."""
    expected = [python_digit(drawing) for drawing in drawings]
    for drawing, ours, theirs in zip(drawings, javascript_digits(drawings), expected, strict=True):
        if isinstance(theirs, str) or isinstance(ours, str):
            assert isinstance(ours, str) and ours == theirs, drawing
        else:
            difference = np.abs(ours - theirs)
            assert difference.max() <= most, drawing
            assert difference.mean() <= mean, drawing
    return expected


# Size and corner of the square in which a digit is written, in steps of the grid: as large as the
# drawing, smaller, small enough for a fat stroke, larger, and twice leaving the square.
PLACES = [
    (384, (64, 64)), (300, (80, 120)), (200, (240, 250)), (110, (300, 100)), (500, (5, 5)),
    (384, (-60, 64)), (384, (170, 190)),
]  # fmt: skip


@pytest.mark.parametrize(("size", "corner"), PLACES)
def test_handwritten_digits_are_those_of_python(size, corner):
    drawings = [handwriting.digit(which, size, corner) for which in range(10)]
    for drawing, picture in zip(drawings, javascript_pictures(drawings), strict=True):
        assert_same_picture(picture, drawing)
    digits = assert_same(drawings, mean=1e-5, most=1e-3)
    assert not any(isinstance(digit, str) for digit in digits)
    if size == 110:  # the pen is fat beside it: thinned
        assert all(preprocess.stroke_width(digit.reshape(28, 28)) < 5 for digit in digits)


PLACE = st.tuples(st.floats(0, 511), st.floats(0, 511))
CORNER = st.tuples(st.integers(0, 511), st.integers(0, 511))
STEP = st.tuples(st.floats(-40, 40), st.floats(-40, 40))
JUMPS = st.lists(st.lists(PLACE | CORNER, min_size=1, max_size=12), max_size=3)


@st.composite
def walks(draw) -> list[list[list[float]]]:
    """A drawing of some strokes that go on from where they are."""
    drawing = []
    for _ in range(draw(st.integers(1, 3))):
        start = draw(PLACE)
        steps = draw(st.lists(STEP, max_size=25))
        way = np.cumsum([start, *steps], axis=0).clip(0, 511)
        drawing.append((way.round() if draw(st.booleans()) else way).tolist())
    return drawing


@settings(max_examples=10)
@given(st.lists(walks() | JUMPS, min_size=1, max_size=12))
def test_any_drawing_is_that_of_python(drawings):
    for drawing, picture in zip(drawings, javascript_pictures(drawings), strict=True):
        assert_same_picture(picture, drawing)
    assert_same(drawings, mean=1e-4, most=0.01)


def test_straight_lines_are_placed_as_python_does():
    """They are as near to one pixel as to the next: the last digit of a sum must not decide."""
    lines = [[[[x, 150], [x, 150 + 10 * length]]] for x in range(200, 203) for length in range(25)]
    lines += [[[[150, y], [150 + 10 * length, y]]] for y in range(200, 203) for length in range(25)]
    digits = assert_same(lines, mean=1e-5, most=1e-3)
    assert sum(not isinstance(digit, str) for digit in digits) > 120


def test_what_is_left_of_a_stroke_at_the_edge_is_thickened_as_python_does():
    """The pen is never thin, but a line outside of the square may show a sliver of it."""
    slivers = [[[[48 + x, 100], [48 + x, 140 + 30 * x]]] for x in range(8)]
    slivers += [[[[90, 464 - y], [440, 464 - y]]] for y in range(8)]
    digits = assert_same(slivers, mean=1e-5, most=1e-3)
    assert sum(not isinstance(digit, str) for digit in digits) > 8


def test_what_is_no_digit_is_refused_for_the_same_reason():
    scribble = [[[x, 100 + 300 * (x // 20 % 2)] for x in range(100, 420, 20)]]
    drawings = [
        [], [[[20, 30], [40, 500]]], [[[250, 250]]], [[[250, 250], [262, 255]]], scribble,
        [[[100, 300], [150, 300]]], [[[300, 100], [300, 110]]],
    ]  # fmt: skip
    reasons = assert_same(drawings, mean=1e-5, most=1e-3)
    assert reasons[:5] == ["blank", "blank", "dot", "dot", "scribble"]


def test_a_drawing_that_goes_on_is_the_same_as_one_drawn_at_once():
    """Also undone, erased, with a stroke that was simplified, or after another one."""
    four, eight = (handwriting.digit(which) for which in (4, 8))
    grown = [
        [*eight[:at], stroke[:to]] for at, stroke in enumerate(eight) for to in range(len(stroke))
    ]
    simple = [[list(point) for point in strokes.simplify(np.array(stroke))] for stroke in eight]
    steps = [
        *grown, eight, [*simple[:1], eight[1]], simple, simple[:1], [], four, four[1:], four,
        [*four, *eight], eight,
    ]  # fmt: skip
    for step, picture in zip(steps, javascript_pictures(steps), strict=True):
        assert_same_picture(picture, [stroke for stroke in step if stroke])


def test_a_hand_that_adds_to_its_own_stroke_is_followed():
    script = f"""
      const {{ picture }} = {module("strokes")};
      const stroke = [];
      return given.map((point) => (stroke.push(point), picture([stroke]).reduce((a, b) => a + b)));
    """
    stroke = handwriting.digit(2)[0]
    inks = run(script, stroke)
    expected = [strokes.picture([stroke[: n + 1]]).sum() for n in range(len(stroke))]
    np.testing.assert_allclose(inks, expected, rtol=1e-5)


# ---------------------------------------------------------------- noise


@pytest.mark.parametrize("kind", noise.kinds())
def test_noise_is_that_of_python(kind, sample_images):
    images, levels = sample_images[:6], [0, 0.05, 0.3, 0.35, 0.8, 1]
    given = [
        (kind, level, noise.field(kind, (28, 28), seed).ravel().tolist(), image.ravel().tolist())
        for seed, (level, image) in enumerate(zip(levels, images, strict=True))
    ]
    script = f"""
      const {{ add, knows }} = {module("noise")};
      const asked = given.map(([kind, level, field, image]) =>
        [kind, level, Float32Array.from(field), Float32Array.from(image)]);
      const before = asked.map(([, , , image]) => Float32Array.from(image));
      const noisy = asked.map((arguments_) => Array.from(add(...arguments_)));
      const kept = asked.every(([, , , image], i) => image.every((x, at) => x === before[i][at]));
      return [knows(given[0][0]), kept, noisy];
    """
    known, kept, noisy = run(script, given)
    assert known
    assert kept
    for seed, (level, image) in enumerate(zip(levels, images, strict=True)):
        expected = noise.add(image, kind, level, seed).ravel()
        np.testing.assert_allclose(noisy[seed], expected, rtol=0, atol=1e-6)


def test_noise_that_only_python_knows_is_left_to_it():
    asked = ["speckle", "toString", "constructor", ""]
    script = f"const {{ knows }} = {module('noise')}; return given.map(knows);"
    assert run(script, asked) == [False] * 4
