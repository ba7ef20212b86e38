"""Cards are data from outside: whatever stands in one, it is checked or refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ae_core
from ae_core import autoencoder, browser
from ae_core.autoencoder import CARD, WeightsError
from ae_core.card import FILES, MAX_BYTES, Card
from ae_core.training import evaluate

TRAINED = ae_core.names()
TEXTS = {
    name: (autoencoder.WEIGHTS / "mnist" / name / CARD).read_text(encoding="utf-8")
    for name in TRAINED
}
EVERY_KIND = ["simple", "sparse", "convolutional", "conditional", "plain_2d", "variational_16d"]
DEEP = "[" * 2000 + "]" * 2000


def paths(value: Any, path: tuple = ()) -> list[tuple]:
    """Return where everything in a card stands: ("test", "noisy", "gaussian") and so on."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if not (
                isinstance(value, list) and 2 < key < len(value) - 1
            ):  # not all 101 percentiles
                found += paths(item, (*path, key))
    return found


PLACES = [(name, path) for name in EVERY_KIND for path in paths(json.loads(TEXTS[name]))]


def changed(name: str, path: tuple, value: Any = None, delete: bool = False) -> dict[str, Any]:
    card = json.loads(TEXTS[name])
    inner = card
    for key in path[:-1]:
        inner = inner[key]
    if delete:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return card


def put(text: str | bytes, name: str) -> None:
    file = autoencoder.WEIGHTS / "mnist" / name / CARD
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def refused(text: str, name: str) -> bool:
    """Return whether a card is refused; if it is not, the whole family must load or be refused."""
    try:
        Card.parse(text.encode())
    except ValueError:
        return True
    put(text, name)
    return load_or_refuse(name) is None


def load_or_refuse(name: str) -> dict[str, Any] | None:
    """Return the card of a family, or None if it is refused; anything else fails."""
    try:
        ae = ae_core.load(name)
    except WeightsError as error:
        assert error.problem == "foreign"
        return None
    Card(copy.deepcopy(ae.card))
    use(ae)
    return ae.card


def use(ae) -> None:
    """What pages and the command line do with a card."""
    card, test = ae.card, ae.card["test"]
    evaluate.table([card])
    evaluate.disagreements(test, test)
    ae_core.metrics.percentile(0.01, test["mse_percentiles"])
    assert isinstance(card, dict)
    assert sum(card["parameters"].values()) > 0
    numbers = [card[key][part] for key in ("parameters", "multiply_adds") for part in PARTS]
    numbers += [test[key] for key in ("bce", "mse", "psnr", "ssim", "active", "dead_share")]
    numbers += [test["noisy"][kind] for kind, _ in evaluate.NOISE_TESTS]
    if ae.has_plane:
        numbers.append(test["vote"])
        assert ae.test_codes is not None
    if ae.variational:
        numbers += [test["reconstruction"], test["kl"], test["neg_elbo"], *test["kl_by_dimension"]]
        assert len(test["kl_by_dimension"]) == ae.code_shape[0] - ae.classes
    if ae.classes:
        numbers.append(test["class_accuracy"])
    for part, steps in card.get("layers", {}).items():
        network = getattr(ae, part)
        packed = browser.unpack(browser.from_description(steps, network.constants()))
        shape = network.input_shape
        with np.errstate(all="ignore"):  # other numbers than the network's, but numbers
            found = browser.run(packed, np.zeros((1, *shape), np.float32))
        assert found.shape == (1, *network.output_shape)
    for number in numbers:
        assert f"{number:.4f}"
        assert -1 <= number < 1e13


PARTS = ("encoder", "decoder")


@pytest.mark.parametrize("name", TRAINED)
def test_cards_that_ship_are_taken_as_they_are(name):
    assert Card.parse(TEXTS[name].encode()).values == json.loads(TEXTS[name])
    ae = ae_core.load(name)
    assert ae.card == json.loads(TEXTS[name])
    use(ae)


def test_card_of_fashion_is_taken_too():
    for name in ae_core.names("fashion_mnist"):
        use(ae_core.load(name, "fashion_mnist"))


# Every leaf, changed in every way

WRONG = {
    "text": "text", "none": None, "true": True, "list": [], "dict": {}, "dict in list": [{}],
    "minus one": -1, "1e9": 1e9, "1e300": 1e300, "huge": 10**400, "half": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("name", EVERY_KIND)
def test_every_change_of_every_place_is_refused_or_harmless(weights_copy, name):
    places = [path for family, path in PLACES if family == name]
    count = 0
    for path in places:
        for value in WRONG.values():
            count += refused(json.dumps(changed(name, path, value)), name)
        count += refused(json.dumps(changed(name, path, delete=True)), name)
        for raw in (DEEP, "NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, '"\\u0000"'):
            text = json.dumps(changed(name, path, "@@")).replace('"@@"', raw)
            assert refused(text, name), (path, raw[:20])
    assert count > 5 * len(places)


USED = [
    (name, path)
    for name, path in PLACES
    if path[0] in ("test", "parameters", "multiply_adds", "sha256", "name", "dataset")
]


# A name is compared with the folder's, and files without a digest are refused when they are read.
SENSIBLE = {("minus one", "ssim"), ("text", "name"), ("text", "dataset"), ("dict", "sha256")}


@pytest.mark.parametrize("what", ["text", "none", "true", "dict", "1e300", "huge", "minus one"])
def test_what_the_app_uses_is_refused_if_it_is_nonsense(what):
    for name, path in USED:
        if (what, path[-1]) in SENSIBLE:
            continue
        with pytest.raises(ValueError, match="must"):
            Card(changed(name, path, WRONG[what]))


def test_every_figure_and_size_is_needed(weights_copy):
    for name, path in USED:
        if isinstance(path[-1], str) and path[-1] != "model.keras":
            put(json.dumps(changed(name, path, delete=True)), name)
            assert load_or_refuse(name) is None, (name, path)
            put(TEXTS[name], name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.sampled_from(PLACES), json_values)
def test_any_value_in_any_place_is_refused_or_harmless(place, value):
    name, path = place
    text = json.dumps(changed(name, path, value))
    try:
        card = Card.parse(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    assert Card(card.values) == card
    if path[0] == "test":
        evaluate.table([card.values])
        evaluate.disagreements(card.values["test"], card.values["test"])


@given(st.sampled_from(EVERY_KIND), st.integers(0), st.integers(0, 255))
def test_a_flipped_byte_is_refused_or_harmless(name, place, byte):
    contents = bytearray(TEXTS[name].encode())
    contents[place % len(contents)] = byte
    try:
        card = Card.parse(bytes(contents))
    except ValueError:
        return
    assert Card(card.values) == card
    evaluate.table([card.values])


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused(contents):
    with pytest.raises(ValueError):
        Card.parse(contents)


WRONG_STEPS = [
    # of the decoder of the VAE: input, dense, normalise, dense, add, …, dense, reshape
    ("variational", 0, "shape", 3), ("variational", 0, "shape", [3]), ("variational", 0, "of", [0]),
    ("variational", 0, "shape", []), ("variational", 0, "shape", [2.0]),
    ("variational", 0, "shape", [1] * 7), ("variational", 0, "layer", "dense"),
    ("variational", 1, "kernel", 0), ("variational", 1, "kernel", 999),
    ("variational", 1, "kernel", -1), ("variational", 1, "kernel", None),
    ("variational", 1, "kernel", 2), ("variational", 1, "bias", 1), ("variational", 1, "bias", 999),
    ("variational", 1, "bias", 1.5), ("variational", 1, "bias", None),
    ("variational", 1, "layer", "lstm"), ("variational", 1, "layer", []),
    ("variational", 1, "layer", "input"), ("variational", 1, "layer", "conv"),
    ("variational", 1, "activation", "softplus"), ("variational", 1, "activation", []),
    ("variational", 1, "epsilon", 0.1), ("variational", 1, "of", [1]),
    ("variational", 1, "of", [-1]), ("variational", 1, "of", []), ("variational", 1, "of", [0, 0]),
    ("variational", 1, "of", 0), ("variational", 1, "of", [True, True, True]),
    ("variational", 2, "epsilon", 0), ("variational", 2, "epsilon", "small"),
    ("variational", 2, "epsilon", 2), ("variational", 4, "of", [0, 3]),
    ("variational", 4, "of", [1]), ("variational", 4, "of", [1, 9]),
    ("variational", 15, "shape", [28, 29]), ("variational", 15, "shape", [784]),
    ("variational", 15, "shape", [10**9]), ("variational", 15, "shape", [28, -28]),
    # of the decoder of the convolutional one: input, conv, conv, add, conv_transpose, crop, …
    ("convolutional", 2, "stride", 0), ("convolutional", 2, "stride", 2),
    ("convolutional", 2, "stride", 17), ("convolutional", 2, "stride", [1, 1]),
    ("convolutional", 2, "padding", "valid"), ("convolutional", 2, "padding", 1),
    ("convolutional", 4, "layer", "conv"), ("convolutional", 4, "stride", 3),
    ("convolutional", 5, "crop", [0, 0, 0, 0]), ("convolutional", 5, "crop", [0, 1, 0]),
    ("convolutional", 5, "crop", [0, 9, 0, 9]), ("convolutional", 5, "crop", [0, -1, 0, -1]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "key", "value"), WRONG_STEPS)
def test_layers_that_do_not_fit_the_network_are_foreign(weights_copy, name, place, key, value):
    put(json.dumps(changed(name, ("layers", "decoder", place, key), value)), name)
    assert load_or_refuse(name) is None


@pytest.mark.parametrize("kept", [0, 129, -1, 1.5, None, "16"])
def test_as_many_as_there_are_can_be_kept(weights_copy, kept):
    path = ("layers", "encoder", 3, "kept")
    assert changed("sparse", path, kept) != json.loads(TEXTS["sparse"])
    put(json.dumps(changed("sparse", path, kept)), "sparse")
    assert load_or_refuse("sparse") is None


@pytest.mark.parametrize("key", ["layer", "shape", "kernel", "epsilon", "of"])
def test_what_a_step_needs_is_needed(weights_copy, key):
    steps = json.loads(TEXTS["variational"])["layers"]["decoder"]
    for place in (place for place, step in enumerate(steps) if key in step):
        path = ("layers", "decoder", place, key)
        put(json.dumps(changed("variational", path, delete=True)), "variational")
        assert load_or_refuse("variational") is None


@pytest.mark.parametrize("name", ["variational", "plain_2d", "conditional", "variational_16d"])
@pytest.mark.parametrize("what", ["no layers", "no decoder", "no steps", "one step less"])
def test_what_a_browser_draws_must_be_described(weights_copy, name, what):
    card = json.loads(TEXTS[name])
    if what == "no layers":
        del card["layers"]
    elif what == "no decoder":
        del card["layers"]["decoder"]
    else:
        card["layers"]["decoder"] = [] if what == "no steps" else card["layers"]["decoder"][:-1]
    put(json.dumps(card), name)
    assert load_or_refuse(name) is None


# One by one


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"null", b"7", b'"card"', b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}",
        DEEP.encode(), b'{"a":' * 100_000, b" " * (MAX_BYTES + 1), b'{"name": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_card_is_foreign(weights_copy, text):
    put(text, "simple")
    with pytest.raises(WeightsError) as caught:
        ae_core.load("simple")
    assert (caught.value.file, caught.value.problem) == (f"weights/mnist/simple/{CARD}", "foreign")
    assert ae_core.load("deep").name == "deep"


@pytest.mark.parametrize(
    "file",
    [
        "../deep/encoder.tflite", "/etc/passwd", "encoder.tflite\0", "\0", "", ".", "..",
        "card.json", "a/b", "ENCODER.TFLITE", "x" * 5000, "extra.npz",
    ],
)  # fmt: skip
def test_hash_of_an_unknown_file_is_refused(weights_copy, file):
    put(json.dumps(changed("simple", ("sha256", file), "0" * 64)), "simple")
    assert load_or_refuse("simple") is None


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n", 0])
@pytest.mark.parametrize("file", FILES)
def test_hash_that_is_none_is_refused(file, digest):
    with pytest.raises(ValueError, match=r"sha256|printable"):
        Card(changed("variational", ("sha256", file), digest))


@pytest.mark.parametrize(
    ("figure", "low", "high"),
    [
        ("bce", 0, 16.2), ("mse", 0, 1), ("ssim", -1, 1), ("dead_share", 0, 1), ("vote", 0, 1),
        ("kl", 0, 1e4), ("reconstruction", 0, 784 * 16.2), ("class_accuracy", 0, 1),
    ],
)  # fmt: skip
def test_figures_must_lie_in_their_range(figure, low, high):
    for value in (low, high):
        Card(changed("conditional", ("test", figure), value))
    for value in (low - 1e-6, high * 1.0001, 1e9, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="must be in"):
            Card(changed("conditional", ("test", figure), value))


@pytest.mark.parametrize(
    "change",
    [
        lambda steps: steps[:-1], lambda steps: [*steps, steps[-1]], lambda steps: steps[::-1],
        lambda steps: [], lambda steps: dict.fromkeys(map(str, steps), 1),
        lambda steps: [[step] for step in steps], lambda steps: [str(step) for step in steps],
    ],
)  # fmt: skip
def test_percentiles_must_be_101_ascending_numbers(change):
    steps = json.loads(TEXTS["simple"])["test"]["mse_percentiles"]
    with pytest.raises(ValueError, match=r"mse_percentiles|figure of test"):
        Card(changed("simple", ("test", "mse_percentiles"), change(steps)))


def test_what_another_version_of_training_adds_is_kept():
    more = {"history": [{"epoch": 1, "losses": [0.5, 0.25]}], "note": "naïve – β"}
    card = Card(json.loads(TEXTS["simple"]) | more)
    assert card.values["history"] == more["history"]


def test_classes_may_be_left_out_and_are_then_none():
    values = json.loads(TEXTS["simple"])
    values.pop("classes", None)
    assert Card(values).classes == 0
    for wrong in (-1, 101, 1.0, True, None, "0", [0]):
        with pytest.raises(ValueError, match="classes"):
            Card(values | {"classes": wrong})
