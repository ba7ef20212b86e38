"""Digits made from codes: sampled from N(0, I), from what was fitted to the codes, and by a VAE."""

from __future__ import annotations

from typing import Any

import numpy as np

import ae_core

from .. import data
from ..experiments import sampling, walks
from ..experiments.sampling import PLAIN, SOURCES, TEMPERATURES, VAE, Measures, Mixture
from . import rounded

OF = (f"mnist/{PLAIN}", f"mnist/{VAE}")
COMPONENTS = (
    10,
    20,
    40,
    80,
)  # of a mixture; the one under which unseen codes are likeliest is kept
SAMPLES = 1000  # of each source at each temperature
SEED = 0


def fit(codes: np.ndarray, components: int) -> Mixture:
    """Return a mixture fitted to codes (n, d) by expectation–maximisation, full covariances."""
    from sklearn.mixture import GaussianMixture  # for training: no page needs it

    # A ridge keeps a component of few codes from collapsing; the codes' deviations are about 3.
    found = GaussianMixture(
        components, covariance_type="full", tol=1e-2, reg_covar=1e-3, random_state=SEED
    ).fit(codes)
    return Mixture(found.weights_, found.means_, np.linalg.cholesky(found.covariances_))


def measure() -> dict[str, Any]:
    """Return what is sampled from, and how good the digits are.

    "sources" has for each of `sampling.SOURCES` its measures at each of "temperatures": "distance"
    in units of that of test digits, "effective_classes", and "strangeness" in units of an ordinary
    digit's, but for the judge itself. "likelihoods" are those of the validation images' codes.
    """
    train, validation, test = data.load("mnist")
    networks = {name: ae_core.load(name) for name in (PLAIN, VAE)}
    codes, unseen = (networks[PLAIN].encode(split.images) for split in (train, validation))
    fitted = {k: fit(codes, k) for k in COMPONENTS}
    likelihoods = {k: each.log_likelihood(unseen) for k, each in fitted.items()}
    chosen = max(COMPONENTS, key=likelihoods.__getitem__)
    normal = Mixture.normal(codes)
    kept = {
        "dimensions": {"vae": networks[VAE].code_shape[0]},
        "normal": normal.packed(),
        "mixture": fitted[chosen].packed(),
    }
    judge = networks[walks.JUDGE]
    ordinary = walks.ordinary_strangeness(judge)
    unit = sampling.measure(test.images[:SAMPLES], train, judge)

    def relative(found: Measures) -> Measures:
        distance, strangeness = found.distance / unit.distance, found.strangeness / ordinary
        return Measures(distance, found.effective_classes, strangeness)

    sources: dict[str, dict[str, list[float]]] = {}
    for name, mixture in sampling.mixtures(kept).items():
        ae, draw = networks[SOURCES[name]], mixture.draw(SAMPLES, SEED)
        found = [
            relative(sampling.measure(ae.decode(draw.codes(t)), train, judge)) for t in TEMPERATURES
        ]
        sources[name] = {key: [getattr(m, key) for m in found] for key in Measures._fields}
        if ae.name == walks.JUDGE:
            del sources[name]["strangeness"]
    figures = {
        "samples": SAMPLES,
        "temperatures": list(TEMPERATURES),
        "sources": sources,
        "real": relative(unit)._asdict() | {"pixels": unit.distance},
        "components": chosen,
        "likelihoods": {
            "normal": normal.log_likelihood(unseen),
            **{str(k): value for k, value in likelihoods.items()},
        },
    }
    return rounded(figures) | kept
