"""What the page of three planes says is true of PCA and of the networks that ship."""

import numpy as np
import pytest
from scipy.spatial import KDTree

import ae_core
from ae_core import autoencoder, linear, studies
from pages.ui import text

FIGURES = studies.read("planes")
NAMES = ("pca", "plain_2d", "variational")
AES = {"pca": linear.Plane(FIGURES)} | {name: ae_core.load(name) for name in NAMES[1:]}
PROSE = (text.LOCALE / "en" / "planes.md").read_text(encoding="utf-8")


def says(*sentences: str) -> None:
    for sentence in sentences:
        assert sentence in PROSE


def votes(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what the ten nearest other test digits vote for, and what each is."""
    codes, labels = AES[name].test_codes
    _, nearest = KDTree(codes).query(codes, 11)
    counts = (labels[nearest[:, 1:]][:, :, None] == np.arange(10)).sum(axis=1)
    return counts.argmax(axis=1), labels


def test_the_accuracies_and_errors():
    says(
        "on PCA's map name the right class for 44 % of the test digits, on the plain map for 82 %, "
        "on the VAE's for 83 %",
        "a grey ghost (MSE 0.0555), from the others it is a digit (0.0350 and 0.0337)",
    )
    found = [AES[name].card["test"] for name in NAMES]
    assert [round(100 * test["vote"]) for test in found] == [44, 82, 83]
    assert [f"{test['mse']:.4f}" for test in found] == ["0.0555", "0.0350", "0.0337"]


def test_pca_keeps_a_sixth_of_the_variance():
    says("It keeps 16.8 % of their variance.")
    assert f"{100 * FIGURES['variance']:.1f}" == "16.8"


def test_on_the_map_of_pca_only_two_classes_stand_apart():
    says(
        "On PCA's map the 1 and most of the 0 stand apart, and all the rest is one crowd: of the "
        "5s, a vote of the ten nearest test digits finds one in six."
    )
    voted, labels = votes("pca")
    right = [(voted[labels == label] == label).mean() for label in range(10)]
    assert right[1] > 0.9
    assert right[0] > 0.7
    assert max(right[2:]) < 0.55
    assert right[5] == pytest.approx(1 / 6, abs=0.02)


@pytest.mark.parametrize("name", NAMES[1:])
def test_on_the_curved_maps_4_and_9_stay_together(name):
    says("On the curved maps one pair stays together, 4 and 9.")
    voted, labels = votes(name)
    taken = {
        (a, b): ((voted == b) & (labels == a)).mean() + ((voted == a) & (labels == b)).mean()
        for a in range(10)
        for b in range(a)
    }
    (first, most), (_, next_most) = sorted(taken.items(), key=lambda each: -each[1])[:2]
    assert first == (9, 4)
    assert most > 1.5 * next_most


def test_the_vaes_lead_is_that_of_its_larger_networks():
    says(
        "one with networks of the plain one's size reaches 81 %, not more than without its KL term."
    )
    cards = {
        name: autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)
        for name in ("plain_2d", "beta_1", "variational")
    }
    sizes = {name: card["parameters"]["decoder"] for name, card in cards.items()}
    assert sizes["beta_1"] == sizes["plain_2d"] < sizes["variational"] / 4
    vote = {name: card["test"]["vote"] for name, card in cards.items()}
    assert round(100 * vote["beta_1"]) == 81
    assert vote["beta_1"] < vote["plain_2d"] < vote["variational"]


def test_neighbours_in_the_crowd_jump_from_class_to_class():
    says("neighbours there jump from class to class on the other maps")
    codes, labels = AES["pca"].test_codes
    for at in ((-1.0, 0.0), (0.0, 0.0), (0.5, 1.0)):
        near = KDTree(codes).query(at, 30)[1]
        assert len(np.unique(labels[near])) >= 5
