"""Charts: read off in the browser as they are here, and drawn as slides."""

import io

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from ae_core.figures import slides
from ae_core.figures.charts import Axis, Bars, Chart, Line, Mark, Rule, Span
from tests.javascript import COMPONENTS, needs_node, run

SCALE = f'await import("{(COMPONENTS / "chart" / "scale.js").as_uri()}")'


values = st.lists(st.floats(0, 1e4), min_size=1, max_size=20)


@given(values)
def test_an_axis_around_values_holds_them_and_three_to_six_round_ticks(values):
    axis = Axis.around("MSE", values)
    assert 0 <= axis.low <= min(values)
    assert axis.high > max(values)
    assert 2 <= len(axis.ticks) <= 7
    assert list(axis.ticks) == sorted({*axis.ticks})
    for tick in axis.ticks:
        assert axis.low - 1e-9 <= tick <= axis.high * (1 + 1e-9)
        assert float(f"{tick:.{axis.digits}f}") == tick


@given(st.integers(1, 1000))
def test_an_axis_that_counts_begins_at_one_and_ends_with_the_last(last):
    ticks = Axis.counting("Epoch", last).ticks
    assert (ticks[0], ticks[-1]) == (1, last)
    assert len(ticks) <= 5


def chart(**changes) -> Chart:
    parts = {
        "x": Axis("Level", 0.1, 10, (0.1, 1, 10), 1, log=True),
        "y": Axis("PSNR (dB)", -1, 1, (-1, 0, 1)),
        "lines": [Line("One", [0.1, 1, 10], [0, 0.5, -0.5], points=True),
                  Line("Other", [0.1, 10], [-1, 1], 1, dashed=True)],
        "bars": [Bars("Digits", [0.1, 1, 10], [0.3, 0.6], 2)],
        "spans": [Span("Seen in training", 0.1, 1)],
        "rules": [Rule("PCA", 0.2), Rule("Threshold", 2.0, "x", 3)],
        "marks": [Mark("Yours", 1.0, 0.5), Mark("Deep", 3.0, 0.1, 4)],
    } | changes  # fmt: skip
    return Chart(**parts)


def drawn(**changes) -> np.ndarray:
    contents = slides.chart(chart(**changes), "A title", "png", ",")
    return np.asarray(Image.open(io.BytesIO(contents)).convert("RGB"), int)


@pytest.mark.parametrize("part", ["lines", "bars", "spans", "rules", "marks"])
def test_each_part_is_on_the_slide(part):
    assert np.abs(drawn() - drawn(**{part: ()})).max() > 25


def test_a_slide_is_also_a_pdf():
    assert slides.chart(chart(), "A title", "pdf").startswith(b"%PDF")


@needs_node
@pytest.mark.parametrize("log", [False, True])
def test_a_place_of_an_axis_leads_back_to_its_number(log):
    values = np.geomspace(0.5, 20, 7)
    said = run(
        f"""const {{ scale }} = {SCALE};
        const at = scale({{ low: 0.5, high: 20, log: given.log }}, 40, 300);
        return given.values.map((x) => [at(x), at.back(at(x))]);""",
        {"log": log, "values": values.tolist()},
    )
    places, back = np.transpose(said)
    shares = np.linspace(0, 1, 7) if log else (values - 0.5) / 19.5
    np.testing.assert_allclose(places, 40 + 260 * shares)
    np.testing.assert_allclose(back, values)


@needs_node
def test_a_curve_is_read_off_between_its_points_and_nowhere_else():
    xs, ys = [1.0, 2.0, 4.0], [3.0, 5.0, 1.0]
    places = np.linspace(1, 4, 31)
    said = run(
        f"""const {{ between }} = {SCALE};
        const of = (x) => between(given.xs, given.ys, x) ?? null;
        return [given.places.map(of), [0.9, 4.1].map(of)];""",
        {"xs": xs, "ys": ys, "places": places.tolist()},
    )
    np.testing.assert_allclose(said[0], np.interp(places, xs, ys))
    assert said[1] == [None, None]
