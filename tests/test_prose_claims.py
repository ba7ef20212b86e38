"""What the texts of the pages say of the networks is true of those that ship.

Each test quotes the sentence it guards and works its figures out anew: from the cards, the shipped
maps and the shipped examples; those that need the test images are marked. If a text is changed, so
is the quotation here; if a network is trained again, the text may have to change. What the families
say of themselves stands in `test_claims.py`.
"""

import re

import numpy as np
import pytest

import ae_core
from ae_core import autoencoder, data, latent, metrics, pca
from ae_core.experiments import holes, walks
from ae_core.models import compared, families
from pages.ui import cache, histories, text

BETAS = (0, 0.25, 0.5, 1, 2, 4, 8, 16, 64)
DIAL = {beta: f"beta_{beta:g}".replace(".", "_") for beta in BETAS}
PAIRS = 200  # of examples, for the middle of a walk
TRANSLATED = [language for language in text.LANGUAGES if language != text.DEFAULT]
PROSE = sorted(path.stem for path in (text.LOCALE / text.DEFAULT).glob("*.md"))


def prose(page: str, language: str = text.DEFAULT) -> str:
    return (text.LOCALE / language / f"{page}.md").read_text(encoding="utf-8")


def says(page: str, *sentences: str) -> None:
    """Check that the text of a page still says what is tested."""
    for sentence in sentences:
        assert sentence in prose(page)


def card(name: str) -> dict:
    return autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)


def measured(name: str) -> dict:
    return card(name)["test"]


def loss(trained: float, at: float) -> float:
    """Return the loss at β `at` of the network that was trained at β `trained`."""
    figures = measured(DIAL[trained])
    return figures["reconstruction"] + at * figures["kl"]


def disc(radius: float, steps: int = 121) -> np.ndarray:
    """Return the points of a fine grid within `radius`, float32 (n, 2)."""
    axis = np.linspace(-radius, radius, steps)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)
    return points[np.linalg.norm(points, axis=1) <= radius]


def greyness(pictures: np.ndarray) -> float:
    """Return how far the pixels are from black and white: 0 if all are, 1 if all are mid-grey."""
    return float(np.mean(4 * pictures * (1 - pictures)))


# Home


def test_home_names_the_obstacle_of_each_network():
    says(
        "idea",
        "The obstacle is a short code, a code of which few numbers may be non-zero, or noise that "
        "has to be removed.",
    )
    rng = np.random.default_rng(0)
    images = data.samples().images
    for name in compared():
        short = int(np.prod(ae_core.load(name).code_shape)) <= 784 / 6
        noisy = not np.array_equal(families()[name].corrupt(images, rng), images)
        few = measured(name)["active"] <= 16
        assert short or noisy or few, name


def test_home_says_what_the_networks_were_trained_on():
    says("home_more", "trained on the same 55,000 handwritten digits (MNIST)")
    for name in compared():
        assert "55,000" in card(name)["split"]["train"]


# Epoch by epoch


def test_most_is_learned_in_the_first_epoch():
    says("timelapse", "after the first epoch the pictures have come most of their way.")
    for dataset in data.DATASETS:
        for name, history in histories.of(dataset).usable.items():
            far = np.square(history.pictures / 255 - history.pictures[-1] / 255).mean(
                axis=(1, 2, 3)
            )
            assert far[history.epochs.tolist().index(1)] < far[0] / 2, name


def test_epoch_0_is_as_random_as_is_said():
    says("timelapse", "its weights are random, and so are its pictures")
    for history in histories.of().usable.values():
        assert metrics.mse(history.pictures[0] / 255, history.shown / 255).mean() > 0.1


# The latent plane


@pytest.mark.parametrize("name", ["variational", "beta_1"])
def test_the_map_of_the_digits_has_no_large_gaps(name):
    says(
        "elbo",
        "On the map of the digits, no point within 3 σ of the prior is farther than 0.4 from a "
        "test digit",
    )
    codes, _ = ae_core.load(name).test_codes
    farthest = latent.nearest(disc(3), codes)[0].max()
    assert farthest < (0.4 if name == "variational" else 0.45)  # only the first is on that page


@pytest.mark.needs_data
def test_a_rare_handwriting_costs_reconstruction_and_hardly_any_kl():
    says("elbo", "its reconstruction costs more, its KL hardly changes")
    ae, images = ae_core.load("variational"), data.load("mnist").test.images[:4000]
    mean, log_var = ae.posterior(images)
    noise = np.random.default_rng(0).standard_normal(mean.shape, dtype=np.float32)
    decoded = ae.decode(mean + np.exp(0.5 * log_var) * noise)
    costs = np.stack(
        [784 * metrics.bce(images, decoded), latent.kl(mean, log_var).sum(axis=1)], axis=1
    )
    rare = costs[:, 0] >= np.percentile(costs[:, 0], 90)
    reconstruction, kl = costs[rare].mean(axis=0) - costs[~rare].mean(axis=0)
    assert reconstruction > 50
    assert abs(kl) < 1.5


# β dial


def test_beta_1_has_the_lowest_negative_elbo_by_as_much_as_is_said():
    says(
        "beta",
        "The network trained on exactly that has the lowest −ELBO, though only by 0.46 nats.",
    )
    best, second = sorted(BETAS, key=lambda beta: measured(DIAL[beta])["neg_elbo"])[:2]
    assert best == 1
    gap = measured(DIAL[second])["neg_elbo"] - measured(DIAL[best])["neg_elbo"]
    assert round(gap, 2) == 0.46


def test_each_network_is_the_best_at_its_own_beta():
    says("beta", "here none does: each has the lowest loss at its own β.")
    for at in BETAS:
        assert min(BETAS, key=lambda trained: loss(trained, at)) == at
    says("beta", "at β = 4 it took a second one, at 0.25 a third.")
    seeds = {beta: card(name)["seed"] for beta, name in DIAL.items()}
    assert seeds == dict.fromkeys(BETAS, 1) | {4: 2, 0.25: 3}


def test_the_posterior_collapses_one_number_after_the_other():
    says("beta", "At 16 one of the two numbers no longer pays for itself")
    idle = {beta: np.array(measured(name)["kl_by_dimension"]) < 0.01 for beta, name in DIAL.items()}
    assert [int(idle[beta].sum()) for beta in BETAS] == [0] * 7 + [1, 2]
    says("beta", "and the map shrinks to a line.")
    codes, _ = ae_core.load("beta_16").test_codes
    assert sorted(codes.std(axis=0)) == pytest.approx([0, 1], abs=0.1)
    says("beta", "KL is 0.0, the code says nothing, and every digit becomes the same picture")
    assert round(measured("beta_64")["kl"], 1) == 0
    rebuilt = ae_core.load("beta_64").reconstruct(data.samples().images)
    assert rebuilt.std(axis=0).max() < 0.01
    assert np.abs(rebuilt.mean(axis=0) - pca.shipped().mean.reshape(28, 28)).mean() < 0.01


def test_along_the_curve_what_one_part_gains_the_other_loses():
    says("beta", "Along it, what one part gains the other loses.")
    figures = [measured(DIAL[beta]) for beta in BETAS]
    assert (np.diff([each["reconstruction"] for each in figures]) > 0).all()
    assert (np.diff([each["kl"] for each in figures]) < 0).all()


@pytest.mark.needs_data
def test_at_beta_0_the_kl_is_partly_made_by_the_clamp():
    says(
        "beta",
        "On the curve its KL of 120.8 nats lies far to the right, beyond a break in the axis; "
        "it is partly made by a limit of ours, since nearly every σ stands at e⁻⁵, the smallest "
        "that is allowed.",
    )
    assert round(measured("beta_0")["kl"], 1) == 120.8
    assert card("beta_0")["settings"]["log_var_range"][0] == -10  # of the variance: σ is e⁻⁵
    _, log_var = ae_core.load("beta_0").posterior(data.load("mnist").test.images)
    assert (log_var < -9.99).mean() > 0.99


@pytest.mark.needs_data
def test_the_clouds_grow_until_other_digits_lie_in_them():
    says(
        "beta",
        "inside the 1 σ ellipse of a test digit lie 3 other test digits at β = 1 and 66 at β = 8 "
        "(medians)",
    )
    images, medians = data.load("mnist").test.images, {}
    for beta in (1, 8):
        mean, log_var = ae_core.load(DIAL[beta]).posterior(images)
        (x, y), (dx, dy) = mean.T, np.exp(-0.5 * log_var).T
        others = [
            np.count_nonzero(((x - x[n]) * dx[n]) ** 2 + ((y - y[n]) * dy[n]) ** 2 < 1) - 1
            for n in range(len(mean))
        ]
        medians[beta] = round(float(np.median(others)))
    assert medians == {1: 3, 8: 66}


# Many dimensions


def test_17_of_32_numbers_are_idle():
    says(
        "dimensions",
        "Given 32 numbers, the network uses 15. Each of the others carries less than 0.0001 nats",
        "All 32 together carry 21.9 nats, the sixteen of the other network 22.7.",
    )
    kl = np.array(sorted(measured("variational_32d")["kl_by_dimension"]))
    assert kl[16] < 0.0001 < 0.5 < kl[17]
    assert round(measured("variational_32d")["kl"], 1) == round(kl.sum(), 1) == 21.9
    assert round(measured("variational_16d")["kl"], 1) == 22.7
    says(
        "dimensions", "Its layers are half as wide as the other one's, so its pictures are a little"
    )
    widths = [card(f"variational_{size}d")["settings"]["width"] for size in (32, 16)]
    assert 2 * widths[0] == widths[1]
    errors = [measured(f"variational_{size}d")["mse"] for size in (32, 16)]
    assert 1 < errors[0] / errors[1] < 1.2
    teaches = families()["variational_32d"].teaches
    assert "15 carry between 0.7 and 2.5 nats, the other 17 nothing" in teaches
    assert [round(kl[17], 1), round(kl[31], 1)] == [0.7, 2.5]


def test_sixteen_numbers_cost_less_than_they_save():
    says(
        "dimensions",
        "Sixteen numbers cost 15 nats more KL than two, and save 55 nats in the reconstruction.",
    )
    two, sixteen = measured("variational"), measured("variational_16d")
    assert round(sixteen["kl"] - two["kl"]) == 15
    assert round(two["reconstruction"] - sixteen["reconstruction"]) == 55


def test_sixteen_numbers_make_sharper_pictures():
    says("dimensions", "points sampled from the prior is sharper with sixteen numbers")
    says("walk", "With 16 numbers the strokes stay sharper.")
    grey = {
        numbers: greyness(ae_core.load(name).decode(latent.sample_prior(300, numbers, seed=0)))
        for name, numbers in (("variational", 2), ("variational_16d", 16))
    }
    assert grey[16] < 0.75 * grey[2]


def test_the_middle_of_the_prior_is_not_the_average_digit():
    says("dimensions", "the middle of the prior is one picture, and not the average of all digits")
    middle = ae_core.load("variational_16d").decode(np.zeros((1, 16), np.float32))[0]
    average = data.samples().images.mean(axis=0)
    assert np.corrcoef(middle.ravel(), average.ravel())[0, 1] < 0.8
    assert greyness(middle) < 0.6 * greyness(average)


@pytest.mark.needs_data
def test_points_of_the_prior_lie_farther_from_the_training_digits_than_new_digits():
    says(
        "dimensions",
        "a point sampled from the prior mostly lies farther from every training digit than a new "
        "digit does",
    )
    ae, images = ae_core.load("variational_16d"), data.load("mnist")
    codes = ae.encode(images.train.images[::5])  # as good a crowd for this, and five times as fast
    new = latent.nearest(ae.encode(images.test.images[:300]), codes)[0]
    sampled = latent.nearest(latent.sample_prior(300, 16, seed=0), codes)[0]
    assert (sampled[:, None] > new).mean() > 0.8  # of all pairs of a point and a digit


# Handwriting


def test_rare_handwritings_lie_far_out():
    says(
        "handwriting",
        "12 % of the test digits lie beyond 2 σ of the prior, 1.8 % beyond 3 σ",
    )
    codes, _ = ae_core.load("conditional").test_codes
    radius = np.linalg.norm(codes, axis=1)
    assert round(100 * (radius > 2).mean()) == 12
    assert round(100 * (radius > 3).mean(), 1) == 1.8


def test_the_classes_lie_over_each_other_where_the_class_is_given():
    says(
        "handwriting",
        "the ten colours, which lie apart on the page “The latent plane”, lie over each other here",
    )
    assert measured("conditional")["vote"] < 0.2  # by chance 0.1
    assert measured("variational")["vote"] > 0.8


# Holes


def test_both_sides_of_the_holes_are_the_same_networks():
    says(
        "holes",
        "**Both sides are the same two networks**, trained on the same digits for as long.",
        "They rebuild test digits about equally well.",
    )
    plain, vae = card("plain_2d"), card("beta_1")
    for setting in ("width", "decoder_layers", "latent_dim", "epochs", "batch_size"):
        assert plain["settings"][setting] == vae["settings"][setting]
    assert plain["multiply_adds"]["decoder"] == vae["multiply_adds"]["decoder"]
    for figure in ("bce", "mse"):
        assert plain["test"][figure] == pytest.approx(vae["test"][figure], rel=0.01)


def nearest_classes(name: str, source: str) -> np.ndarray:
    """Return how many of 1,000 sampled points fall nearest to a test digit of each class."""
    codes, labels = ae_core.load(name).test_codes
    points = holes.sample(codes, source, 1000, seed=0)
    return np.bincount(labels[latent.nearest(points, codes)[1]], minlength=10)


def survey(name: str, source: str) -> holes.Survey:
    ae = ae_core.load(name)
    return holes.survey(ae, *ae.test_codes, source)


def test_points_of_the_prior_reach_all_classes_on_the_map_of_the_vae_alone():
    says(
        "holes",
        "the VAE makes all ten classes, about equally often. On the plain map the same points fall "
        "into the crowd in the middle, and some classes hardly ever come: of 1,000 points, one "
        "falls nearest to a 0 and none to a 6.",
    )
    assert nearest_classes("beta_1", "prior").min() > 50
    counts = nearest_classes("plain_2d", "prior")
    assert (counts[0], counts[6]) == (1, 0)
    assert survey("plain_2d", "prior").gap < 1.5  # where digits lie


def test_points_of_a_fitted_normal_fall_into_the_gaps_of_the_plain_map():
    says(
        "holes",
        "its points miss the crowd and fall into the gaps, far from any digit; the long arms get "
        "far too many of the pictures",
    )
    assert survey("plain_2d", "fitted").gap > 4
    assert survey("beta_1", "fitted").gap < 1.5
    counts = nearest_classes("plain_2d", "fitted")
    assert np.sort(counts)[-3:].sum() > 600  # three classes of ten get most of 1,000
    codes, labels = ae_core.load("plain_2d").test_codes
    arms = [np.linalg.norm(codes[labels == label], axis=1).mean() for label in range(10)]
    assert set(np.argsort(arms)[-3:]) == set(np.argsort(counts)[-3:])  # those that lie far out


def test_the_plain_map_has_a_scale_of_its_own():
    says("holes", "The plain map has a scale and a shape of its own")
    says("holes", "The clouds of the VAE fill the disc of the prior")
    assert (ae_core.load("plain_2d").test_codes[0].std(axis=0) > 5).all()
    assert ae_core.load("beta_1").test_codes[0].std(axis=0) == pytest.approx([1, 1], abs=0.05)


def test_where_the_plain_map_has_its_hole_the_vae_has_digits():
    says(
        "holes",
        "Move through the dashed circle, where no test digit lies: on the VAE's plane, 548 lie in "
        "the same place.",
    )
    hole = -0.7, 0.2  # as in pages/holes.py
    plain, vae = (
        np.linalg.norm(cache.test_codes(name)[0] / extent - hole, axis=1)
        for name, extent in (("plain_2d", cache.extent("plain_2d")), ("beta_1", 3))
    )
    assert (vae < plain.min()).sum() == 548


# Walks


@pytest.fixture(scope="module")
def pairs() -> np.ndarray:
    """Pairs of shipped examples of two classes, indices (200, 2)."""
    labels, rng = data.samples().labels, np.random.default_rng(0)
    found = rng.integers(0, len(labels), (2 * PAIRS, 2))
    return found[labels[found[:, 0]] != labels[found[:, 1]]][:PAIRS]


@pytest.fixture(scope="module")
def middles(pairs):
    """Return what a method shows half-way between the two of each pair, (200, 28, 28)."""
    images = data.samples().images

    def shown(name: str) -> np.ndarray:
        if name == walks.PIXELS:
            return images[pairs].mean(axis=1)
        ae = ae_core.load(name)
        return ae.decode(ae.encode(images)[pairs].mean(axis=1))

    return shown


def judged(pictures: np.ndarray) -> float:
    """Return the mean strangeness of pictures in units of an ordinary digit's."""
    judge = ae_core.load(walks.JUDGE)
    return float(walks.strangeness(pictures, judge).mean()) / walks.ordinary_strangeness(judge)


def test_the_judge_gives_the_figures_that_are_said(middles):
    says(
        "walk",
        "cross-fade 4.5, simple 3.1, deep 2.9, plain with two numbers 2.4, convolutional 2.1, "
        "variational with two numbers 2.0. The last one starts from 1.3 at its own ends",
    )
    said = {
        walks.PIXELS: 4.5, "simple": 3.1, "deep": 2.9, "plain_2d": 2.4, "convolutional": 2.1,
        "variational": 2.0,
    }  # fmt: skip
    assert {name: judged(middles(name)) for name in said} == pytest.approx(said, abs=0.15)
    ends = ae_core.load("variational").reconstruct(data.samples().images)
    assert judged(ends) == pytest.approx(1.3, abs=0.1)


def test_the_denoising_networks_give_the_cross_fade_back(middles):
    says(
        "walk",
        "half-way, their pictures and its correlate at 0.93 and 0.94",
    )
    faded = middles(walks.PIXELS)
    found = [
        np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1]
                 for a, b in zip(middles(name), faded, strict=True)])
        for name in ("denoising_dense", "denoising")
    ]  # fmt: skip
    assert found == pytest.approx([0.93, 0.94], abs=0.01)


def test_both_ends_are_rebuilt_well():
    says("walk", "Both ends are rebuilt well")
    images = data.samples().images
    for name in ("simple", "sparse", "deep", "convolutional", "denoising_dense", "denoising"):
        assert metrics.mse(images, ae_core.load(name).reconstruct(images)).mean() < 0.015


# All languages say the same


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("page", PROSE)
def test_translations_give_the_same_figures(page, language):
    def figures(prose: str) -> list[str]:
        prose = re.sub(r"\]\(http\S+\)", "]", prose)  # an address is no figure
        return sorted(re.findall(r"\d+(?:[.,]\d+)+|\d+(?= %)", prose))

    swapped = prose(page, language).translate(str.maketrans(".,", ",."))
    assert figures(swapped) == figures(prose(page))


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", PROSE)
def test_what_is_quoted_is_written_on_the_screen(page, language):
    """The names of buttons and pages stand in quotation marks: they must be those of the app."""
    marks = r"«([^»]+)»" if language == "es" else r"“([^”]+)”"
    quoted = re.findall(marks, prose(page, language))
    english = re.findall(r"“([^”]+)”", prose(page))
    translate = text._catalogue(language).gettext
    assert quoted == [translate(label) for label in english]
    if language in TRANSLATED:
        known = text._catalogue(language)._catalog
        assert all(label in known for label in english)
    assert not set('"„') & set(prose(page, language))
