"""Small pictures and formulas that enlarge them: against scikit-image, and in the browser."""

import numpy as np
import pytest
from skimage.measure import block_reduce

from ae_core import data, load, studies
from ae_core.enlarge import FILTERS, enlarge, shrink
from ae_core.studies import super_resolution
from tests.javascript import COMPONENTS, needs_node, run

IMAGES = data.samples().images[::20]
ENLARGE = f'await import("{(COMPONENTS / "enlarged" / "enlarge.js").as_uri()}")'


@pytest.mark.parametrize("side", [1, 2, 4, 7, 14, 28])
def test_a_small_picture_is_the_mean_of_squares(side):
    factor = 28 // side
    expected = block_reduce(IMAGES, (1, factor, factor), np.mean)
    np.testing.assert_allclose(shrink(IMAGES, side), expected, atol=1e-6)


@pytest.mark.parametrize("how", FILTERS)
@pytest.mark.parametrize("side", [7, 14])
def test_what_is_even_stays_even_and_pixels_stay_in_range(how, side):
    flat = np.full((2, side, side), 0.25, np.float32)
    np.testing.assert_allclose(enlarge(flat, how), 0.25, atol=1e-6)
    large = enlarge(shrink(IMAGES, side), how)
    assert large.shape == IMAGES.shape
    assert (large.min(), large.max()) >= (0, 0)
    assert large.max() <= 1
    assert enlarge(flat[:0], how).shape == (0, 28, 28)


def test_nearest_repeats_each_pixel():
    small = shrink(IMAGES, 7)
    np.testing.assert_array_equal(enlarge(small, "nearest"), small.repeat(4, 1).repeat(4, 2))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(lambda: shrink(IMAGES, 5), "side must divide 28"),
     (lambda: shrink(IMAGES[:, :27], 7), "images must be floats"),
     (lambda: enlarge(IMAGES * 2, "nearest"), "small pictures must be floats")],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


@pytest.mark.parametrize("side", super_resolution.SIDES)
def test_the_encoder_of_the_network_shrinks_in_the_same_way(side):
    code = load(f"super_resolution_{side}").encode(IMAGES)
    np.testing.assert_allclose(code, shrink(IMAGES, side), atol=1e-6)


@needs_node
@pytest.mark.parametrize("side", [7, 14])
def test_the_browser_computes_the_same_pictures(side):
    said = run(
        f"""const {{ shrink, enlarge }} = {ENLARGE};
        return given.images.map((image) => {{
          const small = shrink(Float32Array.from(image), given.side);
          return [[...small], ...given.how.map((how) => [...enlarge(small, given.side, how)])];
        }});""",
        {"images": IMAGES.reshape(len(IMAGES), -1).tolist(), "side": side, "how": list(FILTERS)},
    )
    small = shrink(IMAGES, side)
    for place, (mine, *large) in enumerate(said):
        np.testing.assert_allclose(mine, small[place].ravel(), atol=1e-6)
        for how, pixels in zip(FILTERS, large, strict=True):
            expected = enlarge(small[place][None], how)[0].ravel()
            np.testing.assert_allclose(pixels, expected, atol=2e-6)


FIGURES = studies.read("super_resolution")


@pytest.mark.parametrize("side", ["14", "7"])
def test_each_way_is_better_than_the_one_before_it_and_the_network_is_best(side):
    """What the page's text says; and that SSIM sees it otherwise."""
    errors = [FIGURES[side][how]["mse"] for how in [*FILTERS, "network"]]
    assert errors == sorted(errors, reverse=True)
    similar = [FIGURES[side][how]["ssim"] for how in [*FILTERS, "network"]]
    assert max(similar) == similar[-1]
    nearest, bilinear, *_ = similar
    assert nearest > bilinear
    if side == "7":
        assert nearest == max(similar[:-1])


@pytest.mark.needs_data
def test_the_study_says_what_is_measured():
    images = data.load("mnist").test.images
    for side in super_resolution.SIDES:
        measured = super_resolution.scores(images, enlarge(shrink(images, side), "bicubic"))
        assert measured == pytest.approx(FIGURES[str(side)]["bicubic"], rel=1e-4)
        card = load(f"super_resolution_{side}").card["test"]
        assert card["mse"] == pytest.approx(FIGURES[str(side)]["network"]["mse"], rel=1e-3)
