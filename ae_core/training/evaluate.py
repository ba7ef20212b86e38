"""Measuring trained autoencoders on the 10,000 test images, through LiteRT."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .. import data, latent, metrics, noise
from ..autoencoder import Autoencoder
from ..baselines import NOISE_TESTS, SEED
from ..models import families
from ..studies import rounded

NEIGHBOURS = 10
TOLERANCE = 1e-3  # relative: processors differ in the last digits, a changed weight by far more

OF_A_LATENT = ("reconstruction", "kl", "neg_elbo", "vote", "class_accuracy")
HIGHER_IS_BETTER = {"vote", "psnr", "ssim"}


def measure(ae: Autoencoder, dataset: str = "mnist") -> dict[str, Any]:
    """Return the test figures of `ae`, rounded.

    BCE and MSE are means per pixel, PSNR in dB; `noisy` holds the MSE to the clean image after
    each of `NOISE_TESTS`, and after the family's own noise, if it has one; a variational family
    also has the terms of the ELBO in nats an image, z drawn once. A family with a plane has the
    accuracy of a 10-nearest-neighbour vote of the training images' codes; one that is told the
    class, the accuracy of its own guess, and its ELBO is that of an image given the class.
    """
    splits = data.load(dataset)
    images = splits.test.images
    codes = ae.encode(images)
    rebuilt = ae.decode(codes)
    errors = metrics.mse(images, rebuilt)
    used = codes.reshape(len(codes), -1) != 0
    tests = {kind: (kind, level) for kind, level in NOISE_TESTS}
    family = families().get(ae.name)
    if family and family.own_noise:
        tests["own"] = family.own_noise
    figures: dict[str, Any] = {
        "bce": metrics.bce(images, rebuilt).mean(),
        "mse": errors.mean(),
        "psnr": metrics.psnr(images, rebuilt).mean(),
        "ssim": metrics.ssim(images, rebuilt).mean(),
        "active": used.sum(axis=1).mean(),
        "dead": int((~used.any(axis=0)).sum()),
        "dead_share": (~used.any(axis=0)).mean(),
        "noisy": {
            name: metrics.mse(images, ae.reconstruct(noise.add(images, *test, SEED))).mean()
            for name, test in tests.items()
        },
        "mse_percentiles": np.percentile(errors, np.arange(101)).tolist(),
    }
    if ae.variational:
        mean, log_var = ae.posterior(images)
        draw = np.random.default_rng(SEED).standard_normal(mean.shape, dtype=np.float32)
        z = mean + np.exp(0.5 * log_var) * draw
        drawn = ae.decode(ae.with_class(z, splits.test.labels) if ae.classes else z)
        reconstruction = images[0].size * metrics.bce(images, drawn).mean()
        kl = latent.kl(mean, log_var).mean(axis=0)
        figures |= {
            "reconstruction": reconstruction,
            "kl": kl.sum(),
            "kl_by_dimension": kl.tolist(),
            "neg_elbo": reconstruction + kl.sum(),
        }
    if ae.classes:
        guesses = codes[:, -ae.classes :].argmax(axis=1)
        figures["class_accuracy"] = (guesses == splits.test.labels).mean()
    if ae.has_plane:
        figures["vote"] = vote(ae.plane(splits.train.images), splits.train.labels,
                                ae.plane(images), splits.test.labels)  # fmt: skip
    return rounded(figures)


def vote(codes, labels, test_codes, test_labels) -> float:
    """Accuracy of a vote among each test code's nearest training codes."""
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(codes).query(test_codes, k=NEIGHBOURS)
    votes = (labels[nearest][:, :, None] == np.arange(10)).sum(axis=1)
    return float((votes.argmax(axis=1) == test_labels).mean())


def flat(figures: Any, prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield (name, number) for nested figures: {"noisy": {"gaussian": 1}} -> "noisy.gaussian"."""
    if isinstance(figures, dict):
        for key, value in figures.items():
            yield from flat(value, f"{prefix}.{key}" if prefix else key)
    elif isinstance(figures, list):
        for index, value in enumerate(figures):
            yield from flat(value, f"{prefix}.{index}")
    else:
        yield prefix, figures


def disagreements(said: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """Return the names of the figures of a card that are not what was measured."""
    said, measured = dict(flat(said)), dict(flat(measured))
    return [
        name
        for name in said | measured
        if name not in said or name not in measured or not _agree(said[name], measured[name])
    ]


def _agree(said: Any, measured: Any) -> bool:
    if isinstance(said, str) or isinstance(measured, str):
        return said == measured
    return math.isclose(said, measured, rel_tol=TOLERANCE, abs_tol=1e-5)


def _figures(card: dict[str, Any]) -> dict[str, float]:
    return dict(flat(card["test"] | {"multiply_adds": card["multiply_adds"]}))


def _wanted(card: dict[str, Any]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the goals and the tutorial's figures of a card's family, for its first data set."""
    family = families().get(card["name"])
    if family is None or card.get("dataset", "mnist") != family.datasets[0]:
        return {}, {}
    return family.goals, family.tutorial


def reached(card: dict[str, Any]) -> dict[str, bool]:
    """Return for each goal of the card's family whether its figures reach it."""
    have = _figures(card)
    return {
        key: have[key] >= goal if key in HIGHER_IS_BETTER else have[key] <= goal
        for key, goal in _wanted(card)[0].items()
    }


def table(cards: list[dict[str, Any]]) -> str:
    """Return the figures of `cards` beside the tutorial's and the goals, as aligned text."""
    lines = [f"{'family':16} {'figure':24} {'measured':>10} {'goal':>10} {'tutorial':>10}"]
    for card in cards:
        name, have = card["name"], _figures(card)
        goals, tutorial = _wanted(card)
        met = reached(card)
        keys = ["bce", "mse", *(key for key in OF_A_LATENT if key in have)]
        for key in dict.fromkeys([*keys, *goals, *tutorial]):
            cells = [f"{t[key]:.4g}" if key in t else "–" for t in (have, goals, tutorial)]
            missed = "  missed" if not met.get(key, True) else ""
            lines.append(f"{name:16} {key:24} {cells[0]:>10} {cells[1]:>10} {cells[2]:>10}{missed}")
    return "\n".join(lines)
