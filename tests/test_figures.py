"""Figures: what stands where."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from ae_core.figures import drawings, pixels, slides

POINTS = [
    drawings.Checkpoint(0, 100, 128.5), drawings.Checkpoint(0.5, 8, 130),
    drawings.Checkpoint(1, 7, 131), drawings.Checkpoint(4, 5, 137),
]  # fmt: skip
WORDS = {
    "kl": "KL <nats>", "reconstruction": "Rec", "labels": ["0", "0,5", "1", "4"], "title": "Title"
}  # fmt: skip


def circles(svg: str) -> np.ndarray:
    """Return x, y and radius of the points in their order."""
    return np.array(re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg), float)


def ticks(svg: str) -> dict[int, float]:
    """Return the x of each number below the axis."""
    found = re.findall(r'<text x="([\d.]+)" y="282.0"[^>]*>(\d+)<', svg)
    return {int(value): float(x) for x, value in found}


def test_points_of_the_curve_stand_where_the_axis_says():
    svg = drawings.rate_distortion(POINTS, 2, WORDS, dark=False)
    places, axis = circles(svg), ticks(svg)
    assert [places[index][0] for index in (1, 2, 3)] == pytest.approx(
        [axis[8], axis[7], axis[5]], abs=0.1
    )
    assert (np.diff(places[:, 1]) < 0).all()  # more reconstruction error is higher up
    assert places[0][0] > axis[max(axis)] - 25  # far to the right: at the edge, with an arrow
    assert re.findall(r">([\d,β= ]+→)<", svg) == ["0 →"]
    assert "KL &lt;nats&gt;" in svg


@pytest.mark.parametrize("chosen", range(4))
def test_the_chosen_point_is_the_large_one_with_a_line_of_its_slope(chosen):
    svg = drawings.rate_distortion(POINTS, chosen, WORDS, dark=True)
    places = circles(svg)
    assert places[:, 2].argmax() == chosen
    assert svg.count(">β = ") == 1
    lines = re.findall(
        r'<line x1="([\d.-]+)" y1="([\d.-]+)" x2="([\d.-]+)" y2="([\d.-]+)" [^>]*dasharray', svg
    )
    if chosen == 0:  # its place is not on the scale
        assert lines == []
        return
    ((xa, ya, xb, yb),) = (tuple(map(float, line)) for line in lines)
    x, y, _ = places[chosen]
    assert ya + (x - xa) / (xb - xa) * (yb - ya) == pytest.approx(y, abs=0.2)
    other = drawings.rate_distortion([*POINTS[:3], POINTS[3]._replace(beta=8)], 3, WORDS, True)
    if chosen == 3:  # twice the β, twice as steep
        steep = re.findall(r'y1="([\d.-]+)" x2="[\d.-]+" y2="([\d.-]+)" [^>]*dasharray', other)[0]
        assert float(steep[1]) - float(steep[0]) == pytest.approx(2 * (yb - ya), rel=0.01)


@pytest.mark.parametrize("huge", [1e9, 1e100, np.inf, np.nan])
def test_a_figure_of_absurd_numbers_comes_to_an_end(huge):
    points = [*POINTS[1:], drawings.Checkpoint(8, 3, huge)]
    if np.isfinite(huge):
        assert len(drawings.rate_distortion(points, 1, WORDS, dark=False)) < 50_000
        assert slides.rate_distortion_figure(points, 1, WORDS, "png").startswith(b"\x89PNG")
    assert drawings.ticks(0, huge, 5) == [] or len(drawings.ticks(0, huge, 5)) <= 41


def test_ticks_are_the_multiples_between():
    assert drawings.ticks(-7.5, 11, 5) == [-5, 0, 5, 10]
    assert drawings.ticks(2.5, 9, 1) == [3, 4, 5, 6, 7, 8, 9]
    assert drawings.ticks(0, 1000, 5) == list(range(0, 1001, 40))


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_curve_to_take_away_is_such_a_file(kind, start):
    assert slides.rate_distortion_figure(POINTS, 1, WORDS, kind).startswith(start)


@pytest.fixture
def drawn(monkeypatch):
    """Figures that are saved are kept here: what stands on them can be asked."""
    figures = []
    save = slides._save
    monkeypatch.setattr(
        slides, "_save", lambda figure, kind: figures.append(figure) or save(figure, kind)
    )
    return figures


@pytest.mark.parametrize("chosen", range(4))
def test_the_chosen_point_is_marked_on_the_curve_to_take_away(drawn, chosen):
    slides.rate_distortion_figure(POINTS, chosen, WORDS, "png", ",")
    (axes,) = drawn[0].axes
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    arrow = " →" if chosen == 0 else ""  # its KL is off the scale
    assert bold == [f"β = {WORDS['labels'][chosen]}{arrow}"]
    marked = [line for line in axes.lines if line.get_color() == slides.ACCENT]
    (place,) = [line.get_xydata()[0] for line in marked if line.get_marker() == "o"]
    left, right = axes.get_xlim()
    expected = POINTS[chosen].kl if chosen else right
    assert place[0] == pytest.approx(expected, abs=0.05 * (right - left))
    assert place[0] < right
    assert place[1] == POINTS[chosen].reconstruction
    dashes = [line.get_xydata() for line in marked if line.get_linestyle() == "--"]
    assert len(dashes) == bool(chosen)
    for (xa, ya), (xb, yb) in dashes:
        assert (yb - ya) / (xb - xa) == pytest.approx(-POINTS[chosen].beta)


def test_numbers_on_figures_have_the_decimal_sign_of_the_language(drawn):
    slides.rate_distortion_figure(POINTS, 1, WORDS, "png", ",")
    mosaic, coordinates = np.zeros((3 * 28, 3 * 28)), np.array([-1.5, 0, 1.5])
    slides.manifold(mosaic, coordinates, "Title", "png", ",")
    slides.manifold(mosaic, coordinates, "Title", "png")
    curve, portuguese, english = (
        [tick.get_text() for tick in (*axes.get_xticklabels(), *axes.get_yticklabels())]
        for axes in (figure.axes[0] for figure in drawn)
    )
    assert not any("." in text for text in curve)
    assert portuguese == ["-1,5", "0", "1,5"] * 2
    assert english == ["-1.5", "0", "1.5"] * 2


@pytest.mark.parametrize(("rows", "columns"), [(1, 10), (8, 5), (2, 1), (16, 9), (3, 8)])
def test_a_table_shows_every_picture_in_its_place(drawn, rows, columns):
    share = np.linspace(0.1, 0.9, rows * columns).reshape(rows, columns, 1, 1)
    pictures = np.broadcast_to(share, (rows, columns, 28, 28))
    words = ([f"name {row}" for row in range(rows)], [""] * columns, "Title")
    slides.table(pictures, *words, "png")
    assert slides.table(pictures, *words, "pdf").startswith(b"%PDF")
    (axes,), (width, height) = drawn[0].axes, drawn[0].get_size_inches()
    for image, grey in zip(axes.images, share.ravel(), strict=True):
        np.testing.assert_array_equal(np.asarray(image.get_array()), np.full((28, 28), grey))
    places = np.array([image.get_extent() for image in axes.images]).reshape(rows, columns, 4)
    left, right, bottom, top = np.moveaxis(places, -1, 0)  # in inches from the upper left corner
    np.testing.assert_allclose(right - left, bottom - top)  # squares
    assert (left[:, 1:] > right[:, :-1]).all()  # from left to right
    assert np.ptp(top, axis=1).max() < 1e-9
    below, beside = top[1:, 0] > bottom[:-1, 0], left[1:, 0] > right[:-1, -1]
    assert (below | (beside & (top[1:, 0] == top[0, 0]))).all()  # or at the top of the next block
    assert left.min() > 0 < top.min()
    assert right.max() < width
    assert bottom.max() < height
    names = {text.get_text(): text.get_position()[1] for text in axes.texts}
    for row, name in enumerate(words[0]):
        assert names[name] == pytest.approx((top[row, 0] + bottom[row, 0]) / 2)


def test_a_table_is_a_file_of_the_greys_it_was_given():
    pictures = np.full((1, 2, 28, 28), 0.5)
    file = slides.table(pictures, [""], ["a", "b"], "Title", "png")
    shown = np.asarray(Image.open(io.BytesIO(file)).convert("L"), float) / 255
    assert (np.abs(shown - 0.5) < 0.01).sum() > 2 * 140**2
    assert shown.shape[1] >= 1280


@pytest.mark.parametrize(("rows", "columns"), [(16, 9), (40, 5), (8, 5)])
def test_a_tall_table_is_laid_out_like_a_slide(rows, columns):
    pictures = np.zeros((rows, columns, 28, 28))
    words = ([f"Number {row}" for row in range(rows)], [""] * columns, "Title")
    width, height = Image.open(io.BytesIO(slides.table(pictures, *words, "png"))).size
    assert 1.2 < width / height < 2.7
    assert width >= 1280


def test_headings_keep_to_their_columns(drawn):
    headings = ["Média da distribuição a posteriori", "Amostra 1", "Reconstrução", "x",
                "Donaudampfschifffahrtsgesellschaft"]  # fmt: skip
    slides.table(np.zeros((1, 5, 28, 28)), [""], headings, "A title " * 20, "png")
    (axes,) = drawn[0].axes
    drawn[0].set_dpi(200)  # as it is saved
    drawn[0].draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text().strip()]
    right = drawn[0].get_size_inches()[0] * drawn[0].dpi
    for index, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= right
        for other in boxes[index + 1 :]:
            assert not box.overlaps(other)


def test_the_size_nearest_to_a_slide():
    assert pixels.nearest_to_16_9([(1, 1), (16, 9), (3, 1)]) == 1
    assert pixels.nearest_to_16_9([(100, 200), (300, 200)]) == 1
