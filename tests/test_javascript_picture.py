"""What the browser makes of a drawing, in Node: the same picture as Python's."""

from __future__ import annotations

import numpy as np
import pytest
from javascript import module, needs_node, run

from ae_core import noise

pytestmark = needs_node


# ---------------------------------------------------------------- noise


@pytest.mark.parametrize("kind", noise.kinds())
def test_noise_is_that_of_python(kind, sample_images):
    images, levels = sample_images[:6], [0, 0.05, 0.3, 0.35, 0.8, 1]
    given = [
        (kind, level, noise.field(kind, (28, 28), seed).ravel().tolist(), image.ravel().tolist())
        for seed, (level, image) in enumerate(zip(levels, images, strict=True))
    ]
    script = f"""
      const {{ add, knows }} = {module("noise")};
      const asked = given.map(([kind, level, field, image]) =>
        [kind, level, Float32Array.from(field), Float32Array.from(image)]);
      const before = asked.map(([, , , image]) => Float32Array.from(image));
      const noisy = asked.map((arguments_) => Array.from(add(...arguments_)));
      const kept = asked.every(([, , , image], i) => image.every((x, at) => x === before[i][at]));
      return [knows(given[0][0]), kept, noisy];
    """
    known, kept, noisy = run(script, given)
    assert known
    assert kept
    for seed, (level, image) in enumerate(zip(levels, images, strict=True)):
        expected = noise.add(image, kind, level, seed).ravel()
        np.testing.assert_allclose(noisy[seed], expected, rtol=0, atol=1e-6)


def test_noise_that_only_python_knows_is_left_to_it():
    asked = ["speckle", "toString", "constructor", ""]
    script = f"const {{ knows }} = {module('noise')}; return given.map(knows);"
    assert run(script, asked) == [False] * 4
