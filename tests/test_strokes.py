"""Strokes: few points near the hand's, packed and unpacked, and the same picture everywhere."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage.measure import approximate_polygon

from ae_core import preprocess, strokes

POINT = st.tuples(st.integers(0, 511), st.integers(0, 511))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=40).map(tuple), max_size=8)
HANDS = st.lists(
    st.tuples(st.floats(-600, 1200), st.floats(-600, 1200)), min_size=1, max_size=120
).map(np.array)
SEVEN = (((160, 141), (352, 141), (218, 390)),)


def away(points: np.ndarray, line: np.ndarray) -> float:
    """How far the farthest point is from a polyline, by looking at many places of the line."""
    share = np.linspace(0, 1, 400)[:, None]
    ends = pairwise(line) if len(line) > 1 else [(line[0], line[0])]
    places = np.concatenate([a + share * (b - a) for a, b in ends])
    return float(np.hypot(*(points[:, None] - places[None]).T).min(0).max())


@given(STROKES)
def test_what_is_packed_comes_back(drawing):
    drawing = tuple(drawing)
    text = strokes.pack(drawing)
    assert strokes.unpack(text) == drawing
    assert len(text) == 1 + 3 * sum(map(len, drawing)) + max(len(drawing) - 1, 0)
    assert set(text) <= set(strokes._LETTERS + ".")


@given(st.one_of(st.text(max_size=30), st.from_regex(r"1[A-Za-z0-9_.-]{0,30}")))
def test_any_text_is_a_drawing_or_refused(text):
    try:
        drawing = strokes.unpack(text)
    except ValueError:
        return
    assert strokes.pack(drawing) == text


@pytest.mark.parametrize(
    "text",
    ["", "1.", "1AB", "1AAAA", "2AAA", "1AAA.", "1.AAA", "1AAA..AAA", "1AA+", "1ÄAA", "1AAA\n",
     " 1AAA", "1" + 667 * "AAA"],
)  # fmt: skip
def test_broken_texts_are_refused(text):
    with pytest.raises(ValueError, match="no drawing"):
        strokes.unpack(text)


def test_too_many_strokes_are_refused():
    with pytest.raises(ValueError, match="too long"):
        strokes.pack(501 * (((1, 2),),))
    assert len(strokes.pack(500 * (((1, 2),),))) == strokes.LONGEST


@given(HANDS)
def test_a_simplified_stroke_stays_near_the_hand(hand):
    simple = strokes.simplify(hand)
    assert 1 <= len(simple) <= strokes.MOST_POINTS
    assert all(a != b for a, b in pairwise(simple))
    inside = hand.clip(0, strokes.GRID - 1)
    assert simple[0] == tuple(inside[0].round().astype(int))
    assert simple[-1] == tuple(inside[-1].round().astype(int))
    if len(simple) < strokes.MOST_POINTS / 2:  # else the tolerance may have grown
        assert away(inside, np.array(simple, float)) < 1 + 0.71 + 0.5  # rounding; places looked at


@given(HANDS)
def test_simplified_as_scikit_image_does(hand):
    inside = hand.clip(0, strokes.GRID - 1)
    kept = inside[strokes._corners(inside)]
    theirs = approximate_polygon(inside, 1.0)
    if not np.array_equal(inside[0], inside[-1]) and len(theirs) < strokes.MOST_POINTS:
        assert len(kept) <= len(theirs) + 2  # of a closed line they make a polygon
        assert away(inside, kept) <= 1.5


@given(HANDS)
def test_what_is_simple_stays_as_it_is(hand):
    """Else a drawing would change each time that it travels."""
    drawing = (strokes.simplify(hand),)
    assert strokes.unpack(strokes.pack(drawing)) == drawing


def test_a_wild_scribble_keeps_its_extent():
    wild = np.random.default_rng(0).uniform(64, 448, (4000, 2))
    simple = np.array(strokes.simplify(wild))
    assert len(simple) == strokes.MOST_POINTS
    assert simple.min(0).max() < 90
    assert simple.max(0).min() > 420


def test_a_usual_digit_is_short():
    angle = np.linspace(0, 4 * np.pi, 200)  # an 8, at 60 points a second for three seconds
    jitter = np.random.default_rng(0).normal(0, 0.6, (200, 2))
    eight = np.stack([256 + 90 * np.sin(angle), 256 + 150 * np.cos(angle / 2)], 1) + jitter
    assert len(strokes.pack((strokes.simplify(eight),))) < 300
    three = [
        strokes.simplify(np.random.default_rng(n).uniform(64, 448, (400, 2))) for n in range(3)
    ]
    assert len(strokes.pack(tuple(three))) <= 700  # three scribbles


@given(STROKES)
def test_ink_is_where_the_strokes_are(drawing):
    """Oracle: the distance of each pixel to the strokes, by scipy's distance transform."""
    side = 140
    picture = strokes.picture(drawing, side)
    assert picture.shape == (side, side)
    assert picture.dtype == np.float32
    assert 0 <= picture.min() <= picture.max() <= 1
    fine, rim = 4, 40  # the strokes may leave the square
    paper = np.ones(((side + 2 * rim) * fine,) * 2, bool)
    for stroke in drawing:
        line = ((np.array(stroke, float) - strokes.MARGIN) * side / strokes.SQUARE + rim) * fine
        for a, b in zip(line, line[1:] if len(line) > 1 else line, strict=False):
            steps = np.linspace(0, 1, int(np.hypot(*(b - a))) + 2)[:, None]
            x, y = (a + steps * (b - a)).astype(int).T
            paper[y.clip(0, len(paper) - 1), x.clip(0, len(paper) - 1)] = False
    away = ndimage.distance_transform_edt(paper)[fine // 2 :: fine, fine // 2 :: fine] / fine
    away = away[rim:-rim, rim:-rim]
    radius = strokes.PEN * side / 2
    assert (picture[away < radius - 1.5] == 1).all()
    assert (picture[away > radius + 1.5] == 0).all()


def test_a_dot_is_a_disc_and_nothing_is_black():
    assert strokes.picture(()).max() == 0
    disc = strokes.picture((((256, 256),),))
    assert disc.sum() == pytest.approx(np.pi * (strokes.PEN * strokes.SIDE / 2) ** 2, rel=0.02)


def test_a_seven_becomes_a_seven():
    grey = preprocess.to_mnist(np.pad(strokes.picture(SEVEN), 35))
    assert grey[4:9].sum() > 3 * grey[4:9, :8].sum()


@pytest.mark.parametrize(
    "raw",
    [None, 1, "1AAA", {}, [1], [[]], [[[1]]], [[[1, 2, 3]]], [[[1.0, 2]]], [[[True, 2]]],
     [[[512, 0]]], [[[-1, 0]]], [[["1", 2]]], [[[1, None]]], 501 * [[[1, 2]]]],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(raw):
    with pytest.raises(ValueError, match=r"expected|too long"):
        strokes.checked(raw)


@given(STROKES)
def test_json_is_taken(drawing):
    raw = [[list(point) for point in stroke] for stroke in drawing]
    assert strokes.checked(raw) == tuple(drawing)
    assert strokes.checked([]) == ()
