from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ae_core.training import settings as module
from ae_core.training.settings import CHOICES, LIMITS, PRESETS, Settings

FIELDS = {field.name: field for field in dataclasses.fields(Settings)}


def values(name: str) -> st.SearchStrategy:
    """All values that a field may have, whatever the others."""
    default = FIELDS[name].default
    if name in CHOICES:
        return st.sampled_from(CHOICES[name])
    if isinstance(default, bool):
        return st.booleans()
    low, high = LIMITS[name]
    if isinstance(default, float):
        return st.floats(low, high)
    whole = st.integers(int(low), int(high))
    return st.lists(whole, max_size=3).map(tuple) if isinstance(default, tuple) else whole


@st.composite
def every_settings(draw) -> Settings:
    chosen = {name: draw(values(name)) for name in FIELDS}
    chosen["sparsity"] = min(chosen["sparsity"], chosen["code_size"])
    chosen["nesterov"] &= chosen["momentum"] > 0
    if chosen["kind"] == "convolutional":
        each = module.places(chosen["hidden"])
        chosen["code_size"] = draw(st.integers(1, 1568 // each)) * each
        chosen["sparsity"] = 0
    return Settings(**chosen)


@given(every_settings(), st.booleans())
def test_what_is_written_is_read_again(settings, whole):
    strings = settings.write(whole)
    assert all(isinstance(text, str) for pair in strings.items() for text in pair)
    assert Settings.read(strings) == settings
    assert len(strings) == len(FIELDS) or not whole


def test_defaults_take_no_room_in_a_link():
    assert Settings().write() == {}
    assert Settings(hidden=(), code_size=2, nesterov=True, momentum=0.9).write() == {
        "hidden": "", "code": "2", "nesterov": "1", "momentum": "0.9",
    }  # fmt: skip
    assert len("&".join(map("=".join, PRESETS["denoising"].write().items()))) < 150


@given(st.dictionaries(st.text(max_size=8) | st.sampled_from(sorted(Settings().write(whole=True))),
                       st.text(max_size=12)))  # fmt: skip
def test_foreign_strings_are_a_value_error_or_settings(strings):
    try:
        found = Settings.read(strings)
    except ValueError:
        return
    assert Settings.read(found.write()) == found


@pytest.mark.parametrize(
    "strings",
    [
        {"colour": "red"}, {"code_size": "32"}, {"code": ""}, {"code": "-1"}, {"code": "0"},
        {"code": "1569"}, {"code": "32.0"}, {"code": "٣"}, {"code": "1" * 5000}, {"code": " 3"},
        {"code": "3\n"}, {"code": 32}, {"code": None}, {"hidden": "128-"}, {"hidden": "1-1-1-1"},
        {"hidden": "2000"}, {"hidden": "1.5"}, {"lr": "nan"}, {"lr": "inf"}, {"lr": "1e999"},
        {"lr": "0"}, {"lr": "-1"}, {"lr": "1_0"}, {"momentum": "1"}, {"nesterov": "1"},
        {"nesterov": "True"}, {"momentum": "0.9", "nesterov": "2"}, {"opt": "lion"},
        {"loss": ""}, {"noise": "snow"}, {"level": "1.1"}, {"share": "0"}, {"epochs": "1001"},
        {"kind": "quantum"}, {"dataset": "../mnist"}, {"sparsity": "33"}, {"seed": "9999999999"},
        {"kind": "convolutional", "hidden": "8", "code": "48"}, {"act": "linear"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(strings):
    with pytest.raises(ValueError):
        Settings.read(strings)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_size": True}, {"code_size": 3.0}, {"code_size": "3"}, {"hidden": [8]},
        {"hidden": (8.0,)}, {"hidden": (True,)}, {"learning_rate": math.nan},
        {"learning_rate": "1"}, {"nesterov": 1}, {"kind": ["dense"]}, {"epochs": None},
    ],
)  # fmt: skip
def test_settings_of_another_type_are_refused(changes):
    with pytest.raises(ValueError):
        Settings(**changes)


def test_limits_are_allowed_and_what_is_beyond_them_is_not():
    for name, (low, high) in LIMITS.items():
        if name == "hidden":
            assert Settings(hidden=(int(low), int(high))).hidden == (low, high)
            continue
        room = {"code_size": 1568} if name == "sparsity" else {}
        for edge, beyond in ((low, low - 1), (high, high + 1)):
            assert getattr(Settings(**(room | {name: edge})), name) == edge
            with pytest.raises(ValueError, match=name if name != "sparsity" else "."):
                Settings(**(room | {name: beyond}))


def test_presets_are_those_of_the_tutorial():
    assert PRESETS.keys() == {
        "simple", "sparse", "deep", "convolutional", "denoising", "variational",
    }  # fmt: skip
    for preset in PRESETS.values():
        assert module.exceeded(preset) == []
        assert (preset.optimizer, preset.learning_rate, preset.loss) == ("adam", 1e-3, "bce")
        assert Settings.read(preset.write()) == preset
    # Counted by hand: 784 × 32 + 32, and 32 × 784 + 784.
    assert module.parameters(PRESETS["simple"]) == {"encoder": 25_120, "decoder": 25_872}
    # 1→16, 16→8, 8→8 and back 8→8, 8→16, 16→1, 3×3 each, with a bias for each map.
    assert module.parameters(PRESETS["convolutional"]) == {
        "encoder": 9 * (16 + 128 + 64) + 32, "decoder": 9 * (64 + 128 + 16) + 25,
    }  # fmt: skip


def test_a_posterior_has_twice_the_numbers():
    plain = Settings(kind="dense", hidden=(64,), code_size=2)
    posterior = dataclasses.replace(plain, kind="variational")
    assert module.parameters(posterior)["encoder"] == module.parameters(plain)["encoder"] + 65 * 2
    assert module.parameters(posterior)["decoder"] == module.parameters(plain)["decoder"]


@given(every_settings())
def test_layers_lead_from_the_picture_to_the_code_and_back(settings):
    found = module.layers(settings)
    twice = 2 if settings.kind == "variational" else 1
    assert math.prod(found["encoder"][-1].shape) == twice * settings.code_size
    assert math.prod(found["decoder"][-1].shape) == 784
    assert len(found["encoder"]) == len(found["decoder"]) == len(settings.hidden) + 1
    for name in ("parameters", "multiply_adds"):
        total = getattr(module, name)(settings)
        assert total == {part: sum(getattr(one, name) for one in found[part]) for part in found}


@given(every_settings())
def test_more_work_takes_longer(settings):
    assume(settings.epochs < 1000)
    once = module.seconds(settings)
    assert 0 < once < math.inf
    assert module.seconds(settings, speed=2) == pytest.approx(once / 2)
    more = dataclasses.replace(settings, epochs=settings.epochs + 1)
    assert module.seconds(more) > once


def test_steps_of_an_epoch():
    assert module.steps(Settings(batch_size=256)) == 214
    assert module.steps(Settings(batch_size=256, share=0.1)) == 21
    assert module.steps(Settings(batch_size=2048, share=0.01)) == 1  # of 550 images, all at once
    assert module.steps(Settings(batch_size=50, share=0.5), images=200) == 2


def test_bounds_come_from_the_environment(monkeypatch):
    for name in module.Bounds._fields:
        monkeypatch.delenv(f"AE_TRAINING_{name.upper()}", raising=False)
    assert module.bounds() == (2_000_000, 20_000_000, 100, 10)
    assert module.exceeded(Settings(epochs=101)) == ["epochs"]
    assert module.exceeded(Settings(hidden=(1024, 1024))) == ["parameters"]
    large = Settings(kind="convolutional", hidden=(256, 256), code_size=16)
    assert module.exceeded(large) == ["multiply_adds"]
    monkeypatch.setenv("AE_TRAINING_EPOCHS", "3")
    monkeypatch.setenv("AE_TRAINING_PARAMETERS", "1000")
    monkeypatch.setenv("AE_TRAINING_MINUTES", "0.5")
    assert module.bounds() == (1000, 20_000_000, 3, 0.5)
    assert module.exceeded(Settings(epochs=4)) == ["parameters", "epochs"]


@pytest.mark.parametrize("text", ["many", "0", "-1", "nan", "inf"])
def test_a_bound_that_is_none_is_said(monkeypatch, text):
    monkeypatch.setenv("AE_TRAINING_EPOCHS", text)
    with pytest.raises(ValueError, match="AE_TRAINING_EPOCHS must be a number above 0"):
        module.bounds()
