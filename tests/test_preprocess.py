from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from ae_core import metrics, preprocess
from ae_core.preprocess import BadImage, BlankDrawing, to_mnist


def drawing(size=(200, 200), width=20, ink=0, paper=255, mode="L") -> Image.Image:
    """A seven, drawn into a picture of any size."""
    image = Image.new("L", size, paper)
    corners = [(0.2, 0.2), (0.75, 0.2), (0.4, 0.85)]
    points = [(x * size[0], y * size[1]) for x, y in corners]
    ImageDraw.Draw(image).line(points, fill=ink, width=width, joint="curve")
    return image.convert(mode)


def enlarged(images: np.ndarray, times: int = 10) -> np.ndarray:
    """Digits on a larger sheet, uint8 (n, 40 * times, 40 * times), light on black."""
    sheets = (np.pad(images, ((0, 0), (6, 6), (6, 6))) * 255).round().astype(np.uint8)
    side = 40 * times
    resized = [Image.fromarray(s).resize((side, side), Image.Resampling.BICUBIC) for s in sheets]
    return np.stack([np.asarray(sheet) for sheet in resized])


def skeletons(digits: np.ndarray) -> np.ndarray:
    """The same digits, drawn with a pen of one pixel."""
    morphology = pytest.importorskip("skimage.morphology")
    return np.stack([morphology.skeletonize(digit) for digit in digits])


def all_to_mnist(pictures) -> np.ndarray:
    return np.stack([to_mnist(picture) for picture in pictures])


def check_is_mnist(digit: np.ndarray):
    assert digit.shape == (28, 28)
    assert digit.dtype == np.float32
    assert digit.min() == 0
    assert digit.max() == 1


# Digits come back as they were. Measured mean errors stand beside each bound; for scale: another
# digit lies at .137, a black picture at .110.


def test_mnist_digits_come_back_unchanged(sample_images):
    errors = metrics.mse(sample_images, all_to_mnist(sample_images))
    assert errors.mean() < 0.004  # .0017
    assert np.median(errors) < 1e-6  # most pass untouched
    assert errors.max() < 0.1  # .063


@pytest.mark.parametrize("shift", [(3, 3), (-6, 2), (6, -6), (0, 5)])
def test_where_a_digit_stands_does_not_matter(sample_images, shift):
    sheets = np.pad(sample_images, ((0, 0), (6, 6), (6, 6)))
    moved = np.roll(sheets, shift, axis=(1, 2))
    np.testing.assert_array_equal(all_to_mnist(moved), all_to_mnist(sheets))
    assert metrics.mse(sample_images, all_to_mnist(moved)).mean() < 0.004


@pytest.mark.parametrize("times", [3, 10])
def test_enlarged_digit_comes_back(sample_images, times):
    digits = sample_images[::4]
    errors = metrics.mse(digits, all_to_mnist(enlarged(digits, times)))
    assert errors.mean() < 0.016  # .011
    assert errors.max() < 0.09  # .052


def test_size_of_the_drawing_hardly_matters(sample_images):
    digits = sample_images[::10]
    small, large = (all_to_mnist(enlarged(digits, times)) for times in (5, 15))
    assert metrics.mse(small, large).mean() < 0.003


def test_dark_on_light_is_the_same_as_light_on_dark(sample_images):
    sheets = enlarged(sample_images[::4])
    light, dark = all_to_mnist(sheets), all_to_mnist(255 - sheets)
    np.testing.assert_allclose(dark, light, atol=0.01)


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_transparent_paper(sample_images, ink):
    sheets = enlarged(sample_images[::4])
    rgba = np.full((*sheets.shape, 4), ink, np.uint8)
    rgba[..., 3] = sheets
    np.testing.assert_allclose(all_to_mnist(rgba), all_to_mnist(sheets), atol=0.01)


def test_colour_of_the_ink_hardly_matters():
    grey = to_mnist(np.asarray(drawing()))
    for colour in ("red", "blue", "darkgreen", "black"):
        image = Image.new("RGB", (200, 200), "white")
        image.paste(Image.new("RGB", image.size, colour), mask=drawing(ink=255, paper=0))
        found = to_mnist(np.asarray(image))
        np.testing.assert_allclose(found, grey, atol=0.02)


def test_faint_ink_is_as_good_as_black():
    faint = to_mnist(np.asarray(drawing(ink=200)))
    np.testing.assert_allclose(faint, to_mnist(np.asarray(drawing())), atol=0.02)


def test_thin_strokes_are_thickened(sample_images):
    digits = sample_images[::2]
    small = skeletons(digits > 0.5).astype(np.float32)
    large = skeletons(enlarged(digits) > 127).astype(np.uint8) * 255
    untreated = metrics.mse(digits, small).mean()  # .069
    for thin, bound in ((small, 0.045), (large, 0.04)):  # .037, .030
        found = all_to_mnist(thin)
        error = metrics.mse(digits, found).mean()
        assert error < bound
        assert error < 0.7 * untreated
        widths = [preprocess.stroke_width(digit) for digit in found]
        assert 1.5 < np.median(widths) < 3.5  # a pen's line, no hair and no blot


@pytest.mark.parametrize("width", [3, 6, 12, 24, 36])
def test_width_of_the_pen_hardly_matters(width):
    found = to_mnist(np.asarray(drawing(width=width)))
    usual = to_mnist(np.asarray(drawing(width=20)))
    assert metrics.mse(found[None], usual[None])[0] < 0.06  # .047; another digit lies at .137
    assert 0.05 < found.mean() < 0.2


@pytest.mark.parametrize(("side", "width"), [(1024, 1), (1024, 2), (2000, 3)])
def test_hair_on_a_large_sheet_is_a_stroke_too(side, width):
    found = to_mnist(np.asarray(drawing((side, side), width)))
    usual = to_mnist(np.asarray(drawing()))
    assert metrics.mse(found[None], usual[None])[0] < 0.03


@pytest.mark.parametrize("seed", range(5))
def test_photo_of_a_drawing_on_unevenly_lit_paper(seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:1:300j, 0:1:300j]
    light = 0.55 + 0.3 * (rng.random() * x + rng.random() * y)
    ink = np.asarray(drawing((300, 300), 24, ink=255, paper=0)) / 255
    photo = light * (1 - 0.75 * ink) + rng.normal(0, 0.015, light.shape)
    found = to_mnist(np.clip(photo, 0, 1))
    usual = to_mnist(np.asarray(drawing((300, 300), 24)))
    assert metrics.mse(found[None], usual[None])[0] < 0.01


# What the result looks like, whatever went in


def test_longest_side_and_centre_are_those_of_mnist(sample_images):
    found = all_to_mnist([*enlarged(sample_images[::4]), *sample_images[::4]])
    for digit in found:
        check_is_mnist(digit)
        rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
        sides = (np.ptp(rows) + 1, np.ptp(columns) + 1)
        assert abs(max(sides) - preprocess.DIGIT_SIDE) <= 2  # soft edges may round to nothing
        for axis, centre in enumerate(ndimage.center_of_mass(digit)):
            lines = (rows, columns)[axis]
            if lines[0] > 0 and lines[-1] < 27:  # else the edge of the picture held it back
                assert abs(centre - preprocess.CENTRE) <= 0.51  # moved by whole pixels


@pytest.mark.parametrize("width", [4, 8, 16, 30])
def test_stroke_width_measures_a_bar_and_a_ring(width):
    bar = np.zeros((200, 200))
    bar[20:180, 50 : 50 + width] = 1
    assert preprocess.stroke_width(bar) == pytest.approx(width, rel=0.15, abs=0.6)
    y, x = np.mgrid[-100:100, -100:100]
    ring = np.abs(np.hypot(x, y) - 60) < width / 2
    assert preprocess.stroke_width(ring.astype(float)) == pytest.approx(width, rel=0.15, abs=0.6)


def test_stroke_width_of_nothing_is_zero():
    assert preprocess.stroke_width(np.zeros((20, 20))) == 0


def test_picture_is_left_alone():
    picture = np.asarray(drawing()).copy()
    before = picture.copy()
    to_mnist(picture)
    np.testing.assert_array_equal(picture, before)


def test_types_and_layouts_of_one_picture_agree():
    grey = np.asarray(drawing())
    expected = to_mnist(grey)
    for same in (
        (grey / 255).astype(np.float32),
        grey / 255,
        np.stack([grey] * 3, axis=-1),
        np.asarray(drawing(mode="RGBA")),
        np.asfortranarray(grey),
    ):
        np.testing.assert_allclose(to_mnist(same), expected, atol=1e-3)


# What is no drawing


def refused(error, reason, picture):
    """Check that `picture` is refused for `reason`, with a message and without a warning."""
    with warnings.catch_warnings(), pytest.raises(error) as caught:
        warnings.simplefilter("error")
        to_mnist(picture)
    assert caught.value.reason == reason
    assert reason in error.REASONS
    assert len(str(caught.value)) > 10


@pytest.mark.parametrize(
    ("value", "dtype"), [(0, np.uint8), (255, np.uint8), (128, np.uint8), (0.3, np.float32)]
)
@pytest.mark.parametrize("shape", [(200, 200), (28, 28), (90, 200, 3), (200, 90, 4)])
def test_blank_sheet(value, dtype, shape):
    refused(BlankDrawing, "blank", np.full(shape, value, dtype))


def test_untouched_transparent_canvas_is_blank():
    with pytest.raises(BlankDrawing) as caught:
        to_mnist(np.zeros((200, 200, 4), np.uint8))
    assert caught.value.reason == "blank"


def test_grain_of_a_scanner_is_blank():
    grain = np.random.default_rng(0).normal(0.9, 0.005, (200, 200))
    refused(BlankDrawing, "blank", grain.clip(0, 1))


@pytest.mark.parametrize("size", [1, 5, 15])
def test_dot(size):
    picture = np.zeros((200, 200), np.uint8)
    picture[90 : 90 + size, 60 : 60 + size] = 255
    refused(BlankDrawing, "dot", picture)
    refused(BlankDrawing, "dot", 255 - picture)


@pytest.mark.parametrize("slant", [0, 20])
def test_a_one_is_no_dot(slant):
    image = Image.new("L", (200, 200))
    ImageDraw.Draw(image).line([(100 + slant, 40), (100 - slant, 160)], fill=255, width=8)
    digit = to_mnist(np.asarray(image))
    check_is_mnist(digit)
    assert preprocess.stroke_width(digit) < 4


def scribbled(box, width):
    """A zigzag without gaps over a part of a sheet of 200 × 200."""
    image = Image.new("L", (200, 200))
    points = [(x, box[i % 2]) for i, x in enumerate(range(*box, 6))]
    ImageDraw.Draw(image).line(points, fill=255, width=width)
    return np.asarray(image)


@pytest.mark.parametrize("box", [(50, 150), (20, 180), (5, 195)])
def test_scribble(box):
    refused(BlankDrawing, "scribble", scribbled(box, 16))
    refused(BlankDrawing, "scribble", 255 - scribbled(box, 16))


@pytest.mark.parametrize("side", [60, 120, 160])
def test_a_full_square_is_a_scribble(side):
    picture = np.zeros((200, 200), np.uint8)
    picture[20 : 20 + side, 20 : 20 + side] = 255
    refused(BlankDrawing, "scribble", picture)


def test_bold_digit_cut_out_tightly_is_still_a_digit():
    tight = np.asarray(drawing(width=60))[20:190, 20:170]
    usual = to_mnist(np.asarray(drawing()))
    assert metrics.mse(to_mnist(tight)[None], usual[None])[0] < 0.09  # .064 with more paper around


@pytest.mark.parametrize(
    "shape", [(), (784,), (28, 28, 1), (28, 28, 2), (28, 28, 5), (1, 28, 28, 3), (28, 28, 0)]
)
def test_wrong_shape_is_named(shape):
    picture = np.zeros(shape, np.uint8)
    refused(BadImage, "shape", picture)
    with pytest.raises(BadImage) as caught:
        to_mnist(picture)
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (7, 200), (200, 7), (3, 3, 4), (0, 50, 3)])
def test_too_small(shape):
    refused(BadImage, "too_small", np.zeros(shape, np.uint8))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channels", [0, 3, 4])
def test_not_finite(value, channels):
    picture = np.ones((60, 60, channels) if channels else (60, 60), np.float32)
    picture[30, 30] = value
    refused(BadImage, "not_finite", picture)


def test_errors_are_value_errors():
    assert issubclass(BadImage, ValueError)
    assert issubclass(BlankDrawing, ValueError)


# Anything at all


def check_result_or_refusal(picture):
    try:
        digit = to_mnist(picture)
    except (BadImage, BlankDrawing) as error:
        assert error.reason in type(error).REASONS
        return
    assert digit.shape == (28, 28)
    assert digit.dtype == np.float32
    assert ((digit >= 0) & (digit <= 1)).all()  # also fails for NaN


side = st.integers(0, 40)
shapes = (
    st.tuples(side, side)
    | st.tuples(side, side, st.integers(0, 5))
    | st.lists(st.integers(0, 9), max_size=4).map(tuple)
)
quietly = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the known division in _ink


@quietly
@given(arrays(np.uint8, shapes))
def test_any_uint8_array(picture):
    check_result_or_refusal(picture)


@quietly
@given(arrays(np.float32, shapes, elements=st.floats(width=32)))
def test_any_float_array(picture):
    check_result_or_refusal(picture)


@st.composite
def sheets(draw):
    """Strokes and blots of any grey on any grey, on sheets of any form."""
    sides = st.sampled_from([8, 9, 20, 60, 200, 500])
    width, height = draw(sides), draw(sides)
    grey = st.integers(0, 255)
    image = Image.new("L", (width, height), draw(grey))
    brush = ImageDraw.Draw(image)
    point = st.tuples(st.integers(-5, width + 5), st.integers(-5, height + 5))
    for _ in range(draw(st.integers(0, 4))):
        points = draw(st.lists(point, min_size=2, max_size=6))
        brush.line(points, fill=draw(grey), width=draw(st.sampled_from([1, 2, 5, 20, 60])))
    pixels = np.asarray(image).astype(np.float32) / 255
    pixels += draw(st.sampled_from([0.0, 0.0, 0.02, 0.1])) * np.random.default_rng(
        draw(st.integers(0, 9))
    ).standard_normal(pixels.shape, dtype=np.float32)
    return pixels.clip(0, 1)


@quietly
@given(sheets())
def test_any_sheet(picture):
    check_result_or_refusal(picture)


@quietly
@given(sheets(), arrays(np.uint8, (8, 8), elements=st.sampled_from([0, 1, 128, 255])))
def test_any_transparency(picture, alpha):
    rgba = np.stack([picture] * 4, axis=-1)
    rgba[..., 3] = np.asarray(Image.fromarray(alpha).resize(picture.shape[::-1])) / 255
    check_result_or_refusal(rgba)


@pytest.mark.parametrize(("line", "spacing", "width"), [(120, 40, 3), (150, 40, 2), (170, 60, 3)])
def test_a_digit_on_lined_paper_is_as_thick_as_on_plain_paper(line, spacing, width):
    def photo(lined: bool) -> np.ndarray:
        sheet = Image.new("L", (600, 800), 235)
        pen = ImageDraw.Draw(sheet)
        for y in range(20, 800, spacing) if lined else ():
            pen.line([(0, y), (600, y)], line, width)
        five = [(380, 250), (240, 250), (230, 390), (300, 370), (370, 410), (380, 480), (330, 540)]
        pen.line([*five, (240, 530)], 40, 16, "curve")
        grain = np.random.default_rng(0).normal(0, 3, (800, 600))
        grey = np.asarray(sheet.filter(ImageFilter.GaussianBlur(1.2)), np.float32) + grain
        return (grey * np.linspace(0.85, 1, 600)).clip(0, 255).astype(np.uint8)

    plain, lined = to_mnist(photo(False)), to_mnist(photo(True))
    assert lined.sum() == pytest.approx(plain.sum(), rel=0.1)  # 1.9 times before
    assert metrics.mse(plain[None], lined[None])[0] < 0.01
