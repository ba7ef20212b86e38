"""The patterns of units that the browser draws are those of `ae_core.experiments.units`."""

from base64 import b64decode

import numpy as np
import pytest
from javascript import COMPONENTS, base64, module, needs_node, run

import ae_core
from ae_core import browser, studies
from ae_core.experiments import units
from ae_core.figures import pixels

PATTERN = f'await import("{(COMPONENTS / "units" / "pattern.js").as_uri()}")'


@needs_node
@pytest.mark.parametrize("family", ["simple", "sparse", "convolutional"])
def test_a_pattern_is_the_same_in_both(family):
    ae = ae_core.load(family)
    scales = units.Scales.of(studies.read("units")[family])
    some = [0, 3, 17, 31]
    packed = browser.from_description(ae.card["layers"]["decoder"], ae.decoder.constants())
    script = f"""
      const network = ({module("network")}).unpack(bytes(given.packed));
      const {{ pattern, peak, coloured }} = {PATTERN};
      return given.some.map((unit) => {{
        const drawn = pattern(network, given.scales, unit);
        const map = coloured(drawn, given.faintest);
        return [drawn, map].map((part) => Buffer.from(part.buffer).toString("base64"))
          .concat(peak(drawn));
      }});
    """
    given = {
        "packed": base64(packed),
        "some": some,
        "faintest": 0.1,
        "scales": {name: getattr(scales, name).tolist() for name in ("mean", "off", "usual")},
    }
    expected = units.patterns(ae, scales)[some]
    black = np.zeros((28, 28), np.float32)
    for (drawn, colours, peak), wanted in zip(run(script, given), expected, strict=True):
        shown = np.frombuffer(b64decode(drawn), "<f4").reshape(28, 28)
        np.testing.assert_allclose(shown, wanted, atol=1e-4)
        assert peak == pytest.approx(np.abs(wanted).max(), abs=1e-4)
        map_ = pixels.error_map(black, wanted / max(0.1, np.abs(wanted).max()))
        coloured = np.frombuffer(b64decode(colours), np.uint8).reshape(28, 28, 3)
        np.testing.assert_allclose(coloured.astype(int), map_.astype(int), atol=1)
