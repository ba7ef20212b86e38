from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

import ae_core
from ae_core import data, metrics
from ae_core.experiments import walks
from ae_core.figures import films

steps = st.integers(2, 60)
shapes = st.sampled_from([(2,), (32,), (4, 4, 8)])
numbers = st.floats(-50, 50, width=32)
points = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(-4, 4, width=32)
)


def codes(shape):
    return arrays.arrays(np.float32, shape, elements=numbers)


pairs = shapes.flatmap(lambda shape: st.tuples(codes(shape), codes(shape)))
random_frames = np.random.default_rng(0).integers(0, 256, (3, 7, 5, 4), np.uint8)


@given(pairs, steps)
def test_a_line_goes_from_end_to_end_in_equal_steps(pair, n):
    a, b = pair
    line = walks.line(a, b, n)
    assert line.shape == (n, *a.shape)
    assert line.dtype == np.float32
    np.testing.assert_array_equal(line[0], a)
    np.testing.assert_array_equal(line[-1], b)
    step = (b.astype(float) - a) / (n - 1)
    np.testing.assert_allclose(np.diff(line.astype(float), axis=0), np.stack([step] * (n - 1)),
                               atol=3e-5)  # fmt: skip
    np.testing.assert_allclose(walks.line(b, a, n)[::-1], line, atol=3e-5)  # and the same way back


@given(arrays.arrays(np.float32, (2, 4, 3), elements=st.floats(0, 1, width=32)), steps)
def test_a_crossfade_stays_between_its_two_images(pair, n):
    frames = walks.crossfade(*pair, n)
    np.testing.assert_array_equal(frames[[0, -1]], pair)
    assert (frames >= pair.min(0) - 1e-6).all()
    assert (frames <= pair.max(0) + 1e-6).all()
    rising = np.diff(frames, axis=0) * np.sign(pair[1] - pair[0])
    assert (rising >= -1e-6).all()


@given(points, steps)
def test_along_has_equal_steps_of_the_way_and_keeps_both_ends(corners, n):
    found = walks.along(corners, n)
    assert found.shape == (n, 2)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[[0, -1]], corners[[0, -1]], atol=1e-6)
    whole = np.linalg.norm(np.diff(corners.astype(float), axis=0), axis=1).sum()
    hops = np.linalg.norm(np.diff(found.astype(float), axis=0), axis=1)
    assert (hops <= whole / (n - 1) + 1e-5).all()  # around a corner the crow flies shorter
    # Each point lies on one of the pieces.
    a, b = (corners[:-1], corners[1:]) if len(corners) > 1 else (corners, corners)
    a, b = a.astype(float), b.astype(float)
    for point in found.astype(float):
        length = np.maximum(((b - a) ** 2).sum(1), 1e-30)
        share = np.clip(((point - a) * (b - a)).sum(1) / length, 0, 1)[:, None]
        assert np.linalg.norm(a + share * (b - a) - point, axis=1).min() < 1e-4


def test_along_measures_the_way_and_not_the_number_of_corners():
    crowded = np.array([(0, 0), (0.1, 0), (0.2, 0), (0.3, 0), (1, 0), (1, 1)])
    expected = [(0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1)]
    np.testing.assert_allclose(walks.along(crowded, 5), expected, atol=1e-6)


@given(st.tuples(numbers, numbers), st.integers(1, 5), steps)
def test_a_walk_that_stays_where_it_is(point, repeated, n):
    point = np.array(point, np.float32)
    np.testing.assert_array_equal(walks.along([point] * repeated, n), [point] * n)
    np.testing.assert_allclose(walks.line(point, point, n), [point] * n, rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_refused(bad):
    good = np.zeros((3, 3), np.float32)
    broken = good.copy()
    broken[1, 1] = bad
    for walk in (
        lambda: walks.line(good, broken, 5),
        lambda: walks.line(broken, good, 5),
        lambda: walks.crossfade(good, broken, 5),
        lambda: walks.along(broken, 5),
    ):
        with pytest.raises(ValueError, match="NaN or infinity"):
            walk()


@pytest.mark.parametrize(
    ("walk", "words"),
    [
        (lambda: walks.line(np.zeros(2), np.zeros(3), 5), r"\(2,\) and \(3,\)"),
        (lambda: walks.line(np.zeros(2), np.zeros(2), 1), "steps >= 2, got 1"),
        (lambda: walks.along(np.zeros((4, 2)), 1), "steps >= 2, got 1"),
        (lambda: walks.along(np.zeros((0, 2)), 5), r"\(0, 2\)"),
        (lambda: walks.along(np.zeros(4), 5), r"\(4,\)"),
        (lambda: walks.crossfade(np.zeros((2, 2)), np.full((2, 2), 255.0), 5), "0 to 255"),
        (lambda: films.gif(np.zeros((0, 2, 2), np.uint8)), r"\(0, 2, 2\)"),
        (lambda: films.gif(np.zeros((3, 2, 2))), "float64"),
        (lambda: films.beside(random_frames, ["one"]), "1 labels"),
        (lambda: films.beside(random_frames[0], ["a", "b", "c"]), r"\(7, 5, 4\)"),
    ],
)
def test_wrong_arguments_are_named(walk, words):
    with pytest.raises(ValueError, match=f"expected .*{words}"):
        walk()


def read(gif: bytes) -> tuple[list[np.ndarray], list[int], Image.Image]:
    image = Image.open(io.BytesIO(gif))
    frames, times = [], []
    for index in range(image.n_frames):
        image.seek(index)
        frames.append(np.asarray(image.convert("L")))
        times.append(image.info["duration"])
    return frames, times, image


@pytest.mark.parametrize("factor", [1, 4])
@pytest.mark.parametrize("back", [True, False])
def test_a_gif_holds_every_frame_as_it_was(factor, back):
    frames = random_frames[0]
    found, times, image = read(films.gif(frames, 70, factor, back))
    order = [0, 1, 2, 3, 4, 5, 6, *([5, 4, 3, 2, 1] if back else [])]
    assert len(found) == len(order)
    assert set(times) == {70}
    assert image.info["loop"] == 0  # for ever
    for index, picture in zip(order, found, strict=True):
        shown = picture[::factor, ::factor]
        assert np.abs(shown.astype(int) - frames[index]).max() <= 255 / (films.GREYS - 1) / 2 + 1
        np.testing.assert_array_equal(picture, np.kron(shown, np.ones((factor,) * 2)))


def test_a_gif_of_one_frame_and_of_equal_frames():
    one = random_frames[0][:1]
    for frames in (one, one.repeat(6, axis=0)):
        found, _, _ = read(films.gif(frames))
        np.testing.assert_allclose(found, one, atol=255 / (films.GREYS - 1) / 2 + 1)


@pytest.mark.parametrize("methods", [1, 2, 3, 5, 7, 11])
def test_films_fill_a_slide_and_every_frame_is_whole(methods):
    frames = np.random.default_rng(1).integers(0, 256, (methods, 2, 28, 28), np.uint8)
    found = films.beside(frames, [f"Film {m}" for m in range(methods)])
    assert found.shape == (2, 720, 1280)
    places = []
    for film in frames:  # find each film again, wherever it stands
        corners = [
            (y, x, side) for side in range(4, 60) for y, x in _places_of(film[0], found[0], side)
        ]
        ((y, x, side),) = corners
        assert 28 * side > 0.4 * (1280 * 720 / (methods + 1)) ** 0.5  # large
        places.append((y, x))
        for step in range(2):
            part = found[step, y : y + 28 * side, x : x + 28 * side]
            np.testing.assert_array_equal(part, film[step].repeat(side, 0).repeat(side, 1))
        label = found[:, y - films.LABEL : y, x : x + 28 * side]
        assert label.min() < 100  # something is written
        assert (label == label[0]).all()  # and stands still
    assert places == sorted(places)  # row by row


def _places_of(picture, whole, side):
    """Yield where `picture`, enlarged, stands in `whole`, judged by its first pixels."""
    large = picture[:3, :3].repeat(side, 0).repeat(side, 1)
    corner = whole[: -len(large), : -len(large)] == picture[0, 0]
    for step in (1, 2):
        for down, right in ((0, step), (step, 0), (step, step)):
            shifted = whole[down * side :, right * side :][: corner.shape[0], : corner.shape[1]]
            corner = corner & (shifted == picture[down, right])
    for y, x in np.argwhere(corner):
        if np.array_equal(whole[y : y + len(large), x : x + len(large)], large):
            yield int(y), int(x)


@pytest.mark.parametrize("methods", [1, 2, 5, 11])
def test_no_label_runs_into_the_next_one_or_the_edge(methods):
    frames = np.full((methods, 1, 28, 28), 255, np.uint8)
    label = "a label with hardly any room at all for it, long as it is " * 4
    inked = np.zeros((720, 1280), int)
    for method in range(methods):
        labels = [label if method == m else "" for m in range(methods)]
        found = films.beside(frames, labels)[0] < 200
        assert not found[:, [0, 1, 2, -3, -2, -1]].any()
        rows, columns = np.nonzero(found)
        inked[rows.min() : rows.max() + 1, columns.min() - 3 : columns.max() + 4] += 1
    assert inked.max() == 1


@given(st.integers(2, 80), st.integers(2, 20))
def test_a_strip_shows_both_ends_and_no_frame_twice(n, shown):
    picked = films.picked(n, shown)
    assert picked[0] == 0
    assert picked[-1] == n - 1
    assert len(picked) == min(n, shown)
    assert (np.diff(picked) > 0).all()
    assert np.ptp(np.diff(picked)) <= 1


def test_strangeness_tells_digits_from_two_ghosts_and_is_the_round_trip():
    judge, images = ae_core.load("variational_16d"), data.samples().images
    ghosts = (images + np.roll(images, 60, axis=0)) / 2  # two digits each, of other classes
    real, odd = walks.strangeness(images, judge), walks.strangeness(ghosts, judge)
    lost = metrics.mse(images, judge.reconstruct(images)) / (images**2).mean(axis=(1, 2))
    np.testing.assert_allclose(real, lost, rtol=1e-5)
    assert np.mean(odd[:, None] > real) > 0.98  # the share of pairs in the right order
    assert (walks.strangeness(0.5 * ghosts, judge) > 0.5 * odd).all()  # being faint is no excuse
    assert np.isfinite(walks.strangeness(np.zeros((1, 28, 28), np.float32), judge)).all()
