"""A ruler's places: distances lead to places, and steps do not overlap, in Node."""

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.javascript import COMPONENTS, needs_node, run

PLACES = f'await import("{(COMPONENTS / "ruler" / "places.js").as_uri()}")'


@needs_node
def test_equal_factors_are_equal_lengths_and_zero_is_at_the_top():
    distances = [0, 0.002, 0.004, 0.008, 0.016, 0.7, 5]
    said = run(
        f"""const {{ place }} = {PLACES};
        return given.map((at) => place(at, {{ low: 0.004, high: 0.7 }}, 20, 420));""",
        distances,
    )
    assert said[0] == 20
    assert said[1] == pytest.approx((said[0] + said[2]) / 2)
    assert said[4] - said[3] == pytest.approx(said[3] - said[2])
    assert said[5] == pytest.approx(420)
    assert said[6] == 420
    assert said == sorted(said)


def apart(wanted: list[float], size: float, low: float, high: float) -> list[float]:
    return run(
        f"""const {{ apart }} = {PLACES};
        return apart(given.wanted, given.size, given.low, given.high);""",
        {"wanted": wanted, "size": size, "low": low, "high": high},
    )


@needs_node
@pytest.mark.parametrize("seed", range(3))
def test_steps_stand_apart_as_near_to_their_places_as_can_be(seed):
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(0, 100, 9)
    found = np.array(apart(wanted.tolist(), 8, 0, 100))
    order = np.argsort(wanted)
    assert (np.diff(found[order]) >= 8 - 1e-6).all()
    assert found.min() >= -1e-9 and found.max() <= 100 + 1e-9
    limits = [{"type": "ineq", "fun": lambda x, i=i: x[order[i + 1]] - x[order[i]] - 8}
              for i in range(8)]  # fmt: skip
    best = minimize(lambda x: np.square(x - wanted).sum(), np.linspace(0, 100, 9)[order.argsort()],
                    constraints=limits, bounds=[(0, 100)] * 9, method="SLSQP")  # fmt: skip
    assert best.success
    assert np.square(found - wanted).sum() <= best.fun * 1.02 + 0.1


@needs_node
def test_what_has_room_stays_where_it_is_wanted():
    assert apart([10, 50, 90], 8, 0, 100) == [10, 50, 90]
    assert apart([50, 50], 10, 0, 100) == [45, 55]
