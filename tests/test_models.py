from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import ae_core
from ae_core import models
from ae_core.models.base import Family

TRAINED = ae_core.names()
FAMILIES = models.families()
FILES = [f.stem for f in Path(models.__file__).parent.glob("*.py")]
NEW_FAMILY = """
from dataclasses import dataclass
from ae_core.models.base import Family

@dataclass(frozen=True)
class Helper:  # not a family
    size: int = 3

@dataclass(frozen=True)
class Newcomer(Family):
    title = "New"
    teaches = "That a file is enough."
    source = "This test"
    order = 2
    code_size: int = 5
"""

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
every_trained = pytest.mark.parametrize("name", TRAINED)


def test_a_file_is_one_family_and_gives_it_its_name():
    """But for those that hold what families share."""
    found = {}
    for name in FILES:
        module = importlib.import_module(f"ae_core.models.{name}".removesuffix(".__init__"))
        classes = [
            item
            for item in vars(module).values()
            if isinstance(item, type)
            and issubclass(item, Family)
            and item is not Family
            and item.__module__ == module.__name__
        ]
        assert len(classes) <= 1
        if classes:
            found[name] = [family for family in FAMILIES.values() if type(family) is classes[0]]
    assert set(FILES) - set(found) == {"__init__", "base", "blocks", "dense"}
    assert sum(map(len, found.values())) == len(FAMILIES)
    for name, members in found.items():
        assert members
        if len(members) == 1:
            assert members[0].name == name
        assert all(member.name.startswith(name) for member in members)


@every_family
def test_variational_is_what_has_the_terms_of_the_elbo(family):
    assert family.variational == hasattr(family, "elbo_terms")


def test_the_dial_has_at_least_six_settings_from_0_to_8_or_more():
    betas = [family.beta for name, family in FAMILIES.items() if name.startswith("beta_")]
    assert len(betas) >= 6
    assert sorted(betas)[0] == 0
    assert sorted(betas)[-1] >= 8
    assert 1 in betas


def test_families_come_in_teaching_order():
    orders = [family.order for family in FAMILIES.values()]
    assert orders == sorted(orders)
    places = {(family.order, type(family)) for family in FAMILIES.values()}
    assert len({order for order, _ in places}) == len(places)  # no two claim the same place


def test_a_new_file_is_a_new_family(tmp_path, monkeypatch):
    (tmp_path / "newcomer.py").write_text(NEW_FAMILY, encoding="utf-8")
    models.families.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
            found = models.families()
    finally:
        models.families.cache_clear()
        sys.modules.pop("ae_core.models.newcomer", None)
        vars(models).pop("newcomer", None)
    assert set(found) == {*FAMILIES, "newcomer"}
    assert list(found).index("newcomer") in (1, 2)  # by its order, beside the other of order 2
    assert found["newcomer"].code_size == 5
    assert list(models.families()) == list(FAMILIES)


def test_names_are_those_of_trained_families_in_teaching_order(weights_root):
    for name in reversed([*FAMILIES, "stranger"]):
        (weights_root / "mnist" / name).mkdir(parents=True)
    (weights_root / "fashion_mnist" / "deep").mkdir(parents=True)
    assert ae_core.names() == list(FAMILIES)
    assert ae_core.names("fashion_mnist") == ["deep"]
    assert ae_core.names("emnist") == []


def test_members_of_a_family_can_be_told_apart():
    called = [(family.title, family.member) for family in FAMILIES.values()]
    assert len({*called}) == len(called)


@every_family
def test_settings_cannot_be_changed_and_can_be_replaced(family):
    with pytest.raises(dataclasses.FrozenInstanceError):
        family.epochs = 1
    changed = dataclasses.replace(family, epochs=1)
    assert (changed.epochs, changed.name) == (1, family.name)
    assert family.epochs > 1


@every_family
def test_settings_make_sense(family):
    assert family.batch_size >= 1
    assert 0 < family.learning_rate < 0.1
    assert family.clip_norm > 0
    assert isinstance(family.seed, int)
    for field in dataclasses.fields(family):  # they go into the card, which is JSON
        value = getattr(family, field.name)
        for number in value if isinstance(value, tuple) else [value]:
            assert isinstance(number, int | float | str), field.name


@every_family
def test_family_says_what_it_is_and_teaches(family):
    for text in (family.title, family.teaches, family.source):
        assert text.strip() == text != ""
    assert family.teaches.endswith(".")
    assert family.teaches.count(". ") >= 1  # two sentences or more
    kinds = {type(f) for f in FAMILIES.values()}
    assert len({kind.title for kind in kinds}) == len(kinds)


@pytest.mark.needs_keras
@every_family
def test_build_gives_encoder_and_decoder_that_fit(family):
    encoder, decoder = family.build()
    images = np.random.default_rng(0).random((3, 28, 28), dtype=np.float32)
    code = encoder(images)
    assert isinstance(code, list | tuple) == family.variational
    if family.variational:
        mean, log_var = (np.asarray(part) for part in code)
        assert mean.shape == log_var.shape
        code = mean
    code = np.asarray(code)
    if family.classes:
        code = np.concatenate([code, np.eye(family.classes, dtype=np.float32)[[0, 3, 9]]], axis=1)
    assert code.shape == (3, *decoder.input_shape[1:])
    assert code[0].size < 28 * 28 + 1  # no longer than the picture
    pictures = np.asarray(decoder(code))
    assert pictures.shape == (3, 28, 28)
    assert ((pictures > 0) & (pictures < 1)).all()


@pytest.mark.needs_keras
@every_family
def test_nothing_goes_round_the_code(family):
    """Encoder and decoder share no layer and no variable: only the code links them."""
    encoder, decoder = family.build()
    ids = [{id(v) for v in network.variables} for network in (encoder, decoder)]
    assert ids[0].isdisjoint(ids[1])
    assert len(decoder.inputs) == 1


@pytest.mark.needs_keras
@pytest.mark.parametrize("allowed", [1, 2, 5])
def test_the_strongest_are_kept(allowed):
    from keras import ops

    from ae_core.models.sparse import strongest

    scores = np.random.default_rng(0).random((40, 5), dtype=np.float32)
    ranks = (-scores).argsort(axis=1).argsort(axis=1)
    expected = np.where(ranks < allowed, scores, 0)
    for given in (allowed, ops.convert_to_tensor(allowed)):
        np.testing.assert_array_equal(np.asarray(strongest(scores, given)), expected)


@pytest.mark.needs_keras
def test_sparse_code_holds_no_more_than_it_may(many_images):
    family = FAMILIES["sparse"]
    encoder, _ = family.build()
    code = np.asarray(encoder(many_images))
    scores = np.asarray(encoder.get_layer("scores")(many_images.reshape(-1, 784)))
    allowed = np.minimum((scores > 0).sum(axis=1), family.active)
    np.testing.assert_array_equal((code != 0).sum(axis=1), allowed)
    for row, full in zip(code, scores, strict=True):  # those that are kept are the strongest
        assert full[row == 0].max() <= full[row != 0].min()


@pytest.mark.needs_keras
def test_sparse_loss_keeps_every_unit_at_first_and_few_at_last(many_images):
    from keras import ops

    family = FAMILIES["sparse"]
    encoder, decoder = family.build()
    seen = []

    def spy(code):
        seen.append(int((np.asarray(code) != 0).sum(axis=1).max()))
        return decoder(code)

    for progress in (0.0, 0.5 * family.annealed, family.annealed, 1.0):
        family.loss(encoder, spy, many_images, many_images, None, ops.convert_to_tensor(progress))
    every = int((np.asarray(encoder.get_layer("scores")(many_images.reshape(-1, 784))) > 0)
                .sum(axis=1).max())  # fmt: skip
    assert seen[0] == every
    assert seen[0] > seen[1] > seen[2] == seen[3] == family.active


@pytest.mark.needs_keras
def test_variational_log_variance_stays_in_its_range():
    family = FAMILIES["variational"]
    encoder, _ = family.build()
    encoder.get_layer("log_var").set_weights(
        [np.full((family.width, 2), 1e3), np.array([-1e6, 1e6])]
    )
    _, log_var = encoder(np.zeros((1, 28, 28), np.float32))
    assert np.asarray(log_var)[0].tolist() == list(family.log_var_range)


@pytest.mark.needs_keras
def test_variational_loss_is_the_negative_elbo(sample_images):
    # A decoder that always says one half costs 784 ln 2: the rest must be the KL.
    from keras import ops

    family = FAMILIES["variational"]
    mean = np.tile(np.float32([0.5, -1.0]), (200, 1))
    log_var = np.tile(np.float32([-0.5, 0.3]), (200, 1))
    loss = family.loss(
        lambda images: (ops.convert_to_tensor(mean), ops.convert_to_tensor(log_var)),
        lambda z: ops.full((len(z), 28, 28), 0.5),
        *(sample_images, sample_images, None, 1.0),
    )
    expected = 784 * np.log(2) + ae_core.latent.kl(mean, log_var)[0].sum()
    assert float(loss) == pytest.approx(expected, rel=1e-5)


@every_family
def test_corrupt_leaves_its_input_and_only_those_who_want_it_damage(family, sample_images):
    before = sample_images.copy()
    shown = family.corrupt(sample_images, np.random.default_rng(0))
    np.testing.assert_array_equal(sample_images, before)
    assert shown.shape == before.shape
    damages = "denoising" in family.name or family.name == "conditional"
    assert (shown != before).any() == damages


@pytest.mark.needs_keras
@every_trained
def test_model_keras_opens_in_plain_keras(name, keras_results):
    """`keras_results` opens it where ae_core cannot be imported."""
    whole = keras_results[f"{name}/whole"]
    assert whole.shape == (300, 28, 28)
    # image -> reconstruction is encoder, then decoder, by those names
    np.testing.assert_allclose(whole, keras_results[f"{name}/decoded"], atol=1e-5)


@pytest.mark.needs_keras
@every_trained
def test_card_counts_the_parameters_as_keras_does(name, keras_results):
    card = ae_core.load(name).card
    expected = dict(zip(("encoder", "decoder"), keras_results[f"{name}/parameters"], strict=True))
    assert card["parameters"] == expected


@every_trained
def test_weights_were_trained_with_the_settings_in_the_file(name):
    card, settings = ae_core.load(name).card, dataclasses.asdict(FAMILIES[name])
    said = card["settings"] | {"seed": card["seed"]}
    as_json = {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()}
    assert said == as_json
    assert card["variational"] == FAMILIES[name].variational
