"""Figures: what stands where."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from ae_core.figures import drawings, slides

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


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_curve_to_take_away_is_such_a_file(kind, start):
    assert slides.rate_distortion_figure(POINTS, WORDS, kind).startswith(start)


@pytest.mark.parametrize(("rows", "columns"), [(1, 10), (8, 5), (2, 1)])
def test_a_table_shows_every_picture_in_its_place(rows, columns):
    share = np.linspace(0.1, 0.9, rows * columns).reshape(rows, columns, 1, 1)
    pictures = np.broadcast_to(share, (rows, columns, 28, 28))
    words = (["name"] * rows, [""] * columns, "Title")
    file = slides.table(pictures, *words, "png")
    shown = np.asarray(Image.open(io.BytesIO(file)).convert("L"), float) / 255
    places = [np.argwhere(np.abs(shown - grey) < 0.008) for grey in share.ravel()]
    assert min(map(len, places)) > 100**2
    middles = np.array([np.median(place, axis=0) for place in places]).reshape(rows, columns, 2)
    assert (np.diff(middles[:, :, 0], axis=0) > 100).all()  # row by row down
    assert (np.diff(middles[:, :, 1], axis=1) > 100).all()  # from left to right
    assert np.ptp(middles[:, :, 0], axis=1).max() <= 2
    assert np.ptp(middles[:, :, 1], axis=0).max() <= 2
    assert slides.table(pictures, *words, "pdf").startswith(b"%PDF")
