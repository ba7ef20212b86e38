"""The looks at a training in Node: they are as Python packed them."""

from __future__ import annotations

import numpy as np
import pytest
from javascript import COMPONENTS, base64, needs_node, run

from ae_core import history
from pages.ui.components import timelapse

pytestmark = needs_node
PARTED = f'await import("{(COMPONENTS / "timelapse" / "parted.js").as_uri()}")'
MESSAGE = f'await import("{(COMPONENTS / "common" / "message.js").as_uri()}")'


@pytest.mark.parametrize("plane", [True, False])
def test_the_browser_unpacks_what_python_packs(plane):
    rng = np.random.default_rng(0)
    found = history.History(
        *rng.random((3, 5), np.float32),
        epochs=np.array([0, 1, 5], np.uint16),
        shown=rng.integers(0, 256, (10, 28, 28), np.uint8),
        pictures=rng.integers(0, 256, (3, 10, 28, 28), np.uint8),
        map=rng.normal(0, 40, (3, 20, 2)).astype(np.float16) if plane else None,
        labels=rng.integers(0, 10, 20, np.uint8) if plane else None,
    )
    texts = ["Epoch 0", "Época 1", "5"]  # the bytes of the line may be odd or even
    script = f"""
      const {{ read }} = {MESSAGE};
      const {{ parted, picture }} = {PARTED};
      const {{ head, body }} = read(bytes(given));
      const looks = parted(head, body);
      return {{
        map: looks.map.map((each) => [...each]),
        labels: [...looks.labels],
        picture: [...picture(looks, 2, 7).pixels],
      }};
    """
    packed = timelapse.pack(timelapse.Looks(found, texts, texts, {}))
    told = run(script, base64(packed))
    np.testing.assert_array_equal(np.reshape(told["picture"], (28, 28)), found.pictures[2, 7])
    if not plane:
        assert told["map"] == [[], [], []]
        assert told["labels"] == []
        return
    far = timelapse.FARTHEST
    shares = (found.map.astype(float) / timelapse.reach(found)).clip(-far, far)
    np.testing.assert_allclose(np.reshape(told["map"], shares.shape), shares, atol=1e-4)
    np.testing.assert_array_equal(told["labels"], found.labels)


@pytest.mark.parametrize(
    ("epoch", "expected"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (99, 2)]
)
def test_the_look_nearest_to_an_epoch(epoch, expected):
    script = f"const {{ nearest }} = {PARTED}; return nearest([0, 1, 5], given);"
    assert run(script, epoch) == expected


def test_points_glide_from_one_place_to_the_next():
    script = f"""
      const {{ eased, mix }} = {PARTED};
      return [0, 0.5, 1].map((share) => mix([0, 4], [2, 0], eased(share), []));
    """
    assert run(script) == [[0, 4], [1, 2], [2, 0]]
