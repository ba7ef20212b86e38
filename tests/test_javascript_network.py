"""Networks as a browser runs them (`common/network.js`), in Node, against LiteRT and NumPy."""

from __future__ import annotations

import json
import re
from base64 import b64decode

import numpy as np
import pytest
from families import ends
from javascript import COMPONENTS, base64, module, needs_node, run

import ae_core
from ae_core import browser, data, layers

TOLERANCE = 2e-5  # of what LiteRT says, or of the largest number it says if that is over 1
NETWORKS = [
    (name, dataset, part)
    for dataset in ("mnist", "fashion_mnist")
    for name in ae_core.names(dataset)
    for part in ("encoder", "decoder")
]


ENGINES = {"assembled": "", "plain": "globalThis.WebAssembly = undefined;"}


def told(packed: bytes, batch: np.ndarray, engine: str) -> np.ndarray:
    """Return what the browser's network makes of each item of a batch: float32 (n, outputs)."""
    script = f"""
      {ENGINES[engine]}
      const network = {module("network")};
      const unpacked = network.unpack(bytes(given.packed));
      const batch = new Float32Array(bytes(given.batch).buffer);
      const size = batch.length / given.items;
      const results = Array.from({{ length: given.items }}, (_, i) =>
        network.run(unpacked, batch.subarray(i * size, (i + 1) * size)));
      return results.map((result) => Buffer.from(result.buffer).toString("base64"));
    """
    numbers = np.ascontiguousarray(batch, "<f4").tobytes()
    given = {"packed": base64(packed), "batch": base64(numbers), "items": len(batch)}
    return np.stack([np.frombuffer(b64decode(text), "<f4") for text in run(script, given)])


@needs_node
@pytest.mark.parametrize(
    ("engine", "name", "dataset", "part"),
    [("assembled", *network) for network in NETWORKS]
    + [("plain", *network) for network in NETWORKS if network[0] in ends()],
)
def test_it_computes_as_litert_does(name, dataset, part, engine):
    ae = ae_core.load(name, dataset)
    images = data.samples().images[::4]
    network, batch = ae.encoder, images
    if part == "decoder":
        far = np.random.default_rng(3).uniform(-4, 4, (50, *ae.code_shape)).astype(np.float32)
        network, batch = ae.decoder, np.concatenate([ae.encode(images), far])
    packed = browser.from_description(ae.card["layers"][part], network.constants())
    said = network(batch).reshape(len(batch), -1)
    atol = TOLERANCE * max(1, np.abs(said).max())
    np.testing.assert_allclose(told(packed, batch, engine), said, rtol=0, atol=atol)


def test_what_is_assembled_is_what_is_written():
    wasmtime = pytest.importorskip("wasmtime")
    folder = COMPONENTS / "common"
    wasm = bytes(wasmtime.wat2wasm((folder / "matrix.wat").read_text(encoding="utf-8")))
    expected = base64(without_names(wasm))
    code = (folder / "matrix.js").read_text(encoding="utf-8").partition("const CODE =")[2]
    assert "".join(re.findall('"(.*)"', code.partition(";")[0])) == expected


@needs_node
@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_the_quick_one_wherever_there_is_webassembly(engine):
    script = f"{ENGINES[engine]} const {{ vectors }} = {module('matrix')}; return vectors;"
    assert run(script) == (engine == "assembled")


def without_names(wasm: bytes) -> bytes:
    """Return a WebAssembly module without the sections that only readers of it need."""
    kept, at = wasm[:8], 8
    while at < len(wasm):
        start, kind, size, shift = at, wasm[at], 0, 0
        while True:  # the size of a section: seven bits a byte, the low ones first
            at += 1
            size |= (wasm[at] & 127) << shift
            shift += 7
            if wasm[at] < 128:
                break
        at += 1 + size
        kept += wasm[start:at] if kind else b""
    return kept


@needs_node
@pytest.mark.parametrize("engine", ENGINES)
def test_the_normal_distribution_of_gelu_is_near_enough(engine):
    x = np.linspace(-9, 9, 4001, dtype=np.float32)
    steps = [{"layer": "input", "shape": [4001]}, {"layer": "activation", "activation": "gelu"}]
    answer = told(browser.from_description(steps, []), x[None], engine)[0]
    np.testing.assert_allclose(answer, layers.ACTIVATIONS["gelu"](x), rtol=1e-6, atol=2e-7)


# ---------------------------------------------------------------- layer by layer

PICTURE = {"layer": "input", "shape": [7, 6, 5]}
LIST = {"layer": "input", "shape": [20]}
ABOVE_ZERO = {"layer": "activation", "activation": "relu"}
TRAINED = {"kernel": 0, "bias": 1}
WINDOWS = [
    {"layer": layer, "stride": stride, "padding": padding} | TRAINED
    for layer in ("conv", "conv_transpose")
    for stride in (1, 2, 3)
    for padding in ("same", "valid")
]
STEPS = {
    "dense": ([LIST, {"layer": "dense"} | TRAINED], (9, 20)),
    "dense on rows": ([PICTURE, {"layer": "dense"} | TRAINED], (9, 5)),
    "dense without a bias": ([PICTURE, {"layer": "dense", "kernel": 0}], (8, 5)),
    **{
        f"{size} {' '.join(map(str, step.values()))}": ([PICTURE, step], (3, *size, 5))
        for step in WINDOWS
        for size in ((1, 1), (2, 2), (3, 4))
    },
    "one pixel": ([PICTURE, WINDOWS[0] | {"padding": "valid"}], (3, 7, 6, 5)),
    **{
        activation: ([LIST, {"layer": "activation", "activation": activation}], None)
        for activation in layers.ACTIVATIONS
    },
    "normalise": ([PICTURE, {"layer": "normalise", "epsilon": 0.001}], None),
    "reshape": ([PICTURE, {"layer": "reshape", "shape": [3, 70]}], None),
    "permute": ([PICTURE, {"layer": "permute", "axes": [3, 1, 2]}], None),
    "permute five": (
        [PICTURE, {"layer": "reshape", "shape": [7, 2, 3, 5, 1]},
         {"layer": "permute", "axes": [4, 2, 5, 3, 1]}],
        None,
    ),
    "crop": ([PICTURE, {"layer": "crop", "crop": [1, 2, 3, 0]}], None),
    "pool": ([{"layer": "input", "shape": [6, 9, 4]}, {"layer": "pool", "pool": 3}], None),
    "clip": ([LIST, {"layer": "clip", "low": -0.5, "high": 1}], None),
    "strongest": ([LIST, {"layer": "strongest", "kept": 6}], None),
    "add": ([LIST, ABOVE_ZERO, {"layer": "add", "of": [0, 1]}], None),
    "stack": ([LIST, ABOVE_ZERO, {"layer": "stack", "of": [1, 0]}], None),
}  # fmt: skip


@needs_node
@pytest.mark.parametrize("case", STEPS)
@pytest.mark.parametrize("engine", ENGINES)
def test_each_kind_of_layer_computes_as_in_numpy(case, engine):
    steps, kernel = STEPS[case]
    rng = np.random.default_rng(5)
    constants = []
    if kernel:
        constants = [rng.standard_normal(kernel), rng.standard_normal(kernel[0])]
    packed = browser.from_description(steps, [each.astype(np.float16) for each in constants])
    batch = 3 * rng.standard_normal((8, *steps[0]["shape"]), np.float32)
    batch[0] = np.round(batch[0])  # with equal numbers, and zeros
    expected = browser.run(browser.unpack(packed), batch).reshape(len(batch), -1)
    np.testing.assert_allclose(told(packed, batch, engine), expected, rtol=1e-6, atol=2e-5)


def test_every_kind_of_layer_is_among_them():
    assert {step["layer"] for steps, _ in STEPS.values() for step in steps} == set(layers.LAYERS)


@needs_node
@pytest.mark.parametrize("engine", ENGINES)
def test_networks_do_not_disturb_each_other(engine):
    """They share scratch numbers, and each new one may move them all to a larger place."""
    names = ["simple", "convolutional", "sparse"]
    parts = [ae_core.load(name) for name in names]
    packed = [
        browser.from_description(ae.card["layers"]["encoder"], ae.encoder.constants())
        for ae in parts
    ]
    image = data.samples().images[7]
    script = f"""
      {ENGINES[engine]}
      const {{ run, unpack }} = {module("network")};
      const first = unpack(bytes(given.packed[0]));
      const before = run(first, given.image);
      const others = given.packed.slice(1).map((each) => unpack(bytes(each)));
      const answers = [first, ...others].map((network) => run(network, given.image));
      return [before, ...answers].map((answer) => Array.from(answer));
    """
    given = {"packed": [base64(each) for each in packed], "image": image.ravel().tolist()}
    before, *answers = run(script, given)
    assert before == answers[0]
    for ae, answer in zip(parts, answers, strict=True):
        said = ae.encoder(image[None])[0].ravel()
        np.testing.assert_allclose(answer, said, atol=TOLERANCE * max(1, np.abs(said).max()))


@needs_node
@pytest.mark.parametrize(
    ("step", "named"),
    [
        ({"layer": "attention"}, "attention"),
        ({"layer": "activation", "activation": "softplus"}, "softplus"),
    ],
)
def test_what_nobody_knows_is_named(step, named):
    script = f"""
      const {{ unpack }} = {module("network")};
      try {{ unpack(new TextEncoder().encode(given)); }} catch (error) {{ return error.message; }}
    """
    steps = [{"layer": "input", "of": [], "shape": [2]}, {"of": [0], "shape": [2]} | step]
    assert named in run(script, json.dumps(steps) + "\n")


@needs_node
@pytest.mark.parametrize("count", [0, 1, 31, 33, 784])
def test_as_many_numbers_as_a_network_takes_or_none(count):
    ae = ae_core.load("simple")
    packed = browser.from_description(ae.card["layers"]["decoder"], ae.decoder.constants())
    script = f"""
      const {{ decode, unpack }} = {module("network")};
      try {{ decode(unpack(bytes(given)), new Float32Array({count})); }}
      catch (error) {{ return error.message; }}
    """
    assert run(script, base64(packed)) == f"32 numbers, not {count}"


@needs_node
def test_halves_are_those_of_numpy():
    numbers = np.arange(65536, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)]
    script = f"""
      const {{ halves }} = {module("network")};
      return Array.from(halves(bytes(given), 0, {len(numbers)}));
    """
    answer = run(script, base64(numbers.astype("<f2").tobytes()))
    np.testing.assert_array_equal(np.array(answer), numbers.astype(float))
