"""What a training tells, and what is found of it."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from ae_core.training import events

falling = st.lists(st.floats(0.001, 10), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([1.0, 0.5, 0.3, 0.2], None),
        ([1.0, 0.5, 0.5, 0.5, 0.5], 2),
        ([1.0, 0.5, 0.4999, 0.497, 0.496], 2),
        ([1.0, 0.5, 0.4999, 0.497, 0.49], None),
        ([1.0, 2.0, 3.0, 4.0], 1),
        ([0.5, 0.5, 0.5], None),
    ],
)
def test_a_plateau_begins_where_nothing_is_gained_any_more(losses, expected):
    assert events.plateau(losses) == expected


@given(falling)
def test_no_loss_after_a_plateau_is_a_hundredth_lower_and_before_it_there_was_one(losses):
    epoch = events.plateau(losses)
    worth = [any(b <= 0.99 * a for b in losses[i + 1 :]) for i, a in enumerate(losses)]
    if epoch is None:
        assert all(worth[: -events.WAIT])
    else:
        assert epoch <= len(losses) - events.WAIT
        assert not worth[epoch - 1]
        assert all(worth[: epoch - 1])
