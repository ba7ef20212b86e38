"""What the browser makes of a drawing, in Node: the same picture as Python's."""

from __future__ import annotations

from importlib.metadata import version

import handwriting
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import module, needs_node, run

from ae_core import metrics, noise, preprocess, strokes
from ae_core.figures import pixels

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


# ---------------------------------------------------------------- what is shown of it


def pairs_of_pictures(sample_images) -> list[tuple[np.ndarray, np.ndarray]]:
    """Digits and what might be rebuilt of them: nearly it, another, itself, noise, black, white."""
    rng = np.random.default_rng(6)
    clean = sample_images[7]
    near = noise.add(clean, "gaussian", 0.05, seed=1)
    grain = rng.random((2, 28, 28), np.float32)
    black, white = np.zeros((28, 28), np.float32), np.ones((28, 28), np.float32)
    others = [
        (near, clean), (clean, sample_images[90]), (clean, clean), tuple(grain),
        (black, white), (white, black), (black, black),
    ]  # fmt: skip
    return [(clean, near), *others]


@pytest.mark.parametrize("name", ["mse", "bce", "psnr", "ssim"])
def test_measures_are_those_of_python(name, sample_images):
    pairs = pairs_of_pictures(sample_images)
    script = f"""
      const {{ {name} }} = {module("metrics")};
      return given.map((pair) => {name}(...pair.map((one) => Float32Array.from(one))).toString());
    """
    told = run(script, [[one.ravel().tolist() for one in pair] for pair in pairs])
    expected = getattr(metrics, name)(*(np.array(side) for side in zip(*pairs, strict=True)))
    values = [float(number.replace("Infinity", "inf")) for number in told]  # JSON has none
    np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6)


def test_a_percentile_is_that_of_python():
    quantiles = np.sort(np.random.default_rng(0).gamma(2, 0.01, 101))
    quantiles[40:43] = quantiles[40]  # the same error three times
    between = (quantiles[:-1] + quantiles[1:]) / 2
    errors = [0, *quantiles, *between, quantiles[-1] * 2, 1]
    script = f"""
      const {{ percentile }} = {module("metrics")};
      return given.errors.map((error) => percentile(error, given.quantiles));
    """
    told = run(script, {"errors": errors, "quantiles": quantiles.tolist()})
    expected = [metrics.percentile(error, quantiles.tolist()) for error in errors]
    np.testing.assert_allclose(told, expected, atol=1e-9)


def test_an_error_map_is_that_of_python_to_the_byte(sample_images):
    pairs = pairs_of_pictures(sample_images)
    script = f"""
      const {{ errorMap }} = {module("pixels")};
      const maps = given.map((pair) => errorMap(...pair.map((one) => Float32Array.from(one))));
      return maps.map((map) => Array.from(map));
    """
    told = run(script, [[one.ravel().tolist() for one in pair] for pair in pairs])
    for (clean, rebuilt), picture in zip(pairs, told, strict=True):
        np.testing.assert_array_equal(np.ravel(pixels.error_map(clean, rebuilt)), picture)


@pytest.mark.parametrize(
    "shape", [(2,), (12,), (16,), (32,), (33,), (64,), (128,), (4, 4, 8), (7, 7, 16), (2, 3, 5)]
)
@pytest.mark.parametrize("side", [128, 140])
def test_a_code_picture_is_that_of_python_to_the_byte(shape, side):
    rng = np.random.default_rng(len(shape) + side)
    spread = rng.standard_normal((4, *shape)).astype(np.float32)
    codes = [np.zeros(shape, np.float32), np.abs(spread[0]), *spread[1:]]
    codes[2] *= rng.random(shape) < 0.3  # mostly at rest
    half = np.arange(codes[0].size, dtype=np.float32).reshape(shape) % 9 / 8 - 0.5
    codes.append(half)  # bars that end between two pixels
    script = f"""
      const {{ codePicture }} = {module("pixels")};
      return given.codes.map((code) =>
        Array.from(codePicture(Float32Array.from(code), given.shape, given.scale, given.side)));
    """
    scale = 1.7
    asked = {"codes": [code.ravel().tolist() for code in codes], "shape": shape}
    told = run(script, asked | {"scale": scale, "side": side})
    for code, picture in zip(codes, told, strict=True):
        expected = pixels.code_picture(code, scale, side)
        np.testing.assert_array_equal(np.reshape(picture, (side, side, 4)), expected)
    told = run(script, asked | {"scale": 0.5, "side": side})
    np.testing.assert_array_equal(told[-1], pixels.code_picture(half, 0.5, side).ravel())
