"""The visitor's own network on the other pages, and how it comes back from a file."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import RUN, Trainings, folder_of
from visitor import Visitor, translated

import ae_core
from ae_core import data, metrics, noise
from ae_core.baselines import SEED
from ae_core.training import jobs, script
from ae_core.training.settings import MAX_FILE, Settings
from pages.ui import cache, own, runs, shared
from pages.ui.components import networks

TRAINING, DRAW, NOISE = "pages/training.py", "pages/draw.py", "pages/noise.py"
LATENT, PLANES = "pages/latent.py", "pages/planes.py"
NAME = f"own_{RUN}"
PLAIN = Settings()
OF_A_NETWORK = (
    cache.trained, cache.sample_codes, cache.code_scale, cache.scores_on_samples, cache._own_row,
    cache._terms, cache.manifold, cache.borders, cache.middles, networks.packed,
)  # fmt: skip
SEVEN = {"input": "sample", "digit": "7", "example": "5"}
IMAGE = data.samples().images[7 * 20 + 4]  # which that link shows
GONE = "Your network is not here any more: the app has been started again since."


@pytest.fixture
def trained(trainings, tmp_path):
    """Let a training have left a network that ships."""

    def trained(name: str, settings: Settings | None = PLAIN, dataset: str = "mnist"):
        folder = folder_of(name, tmp_path, dataset)
        trainings.known[RUN] = jobs.State("finished", 0, "", None, (), folder, settings)
        return ae_core.load(name, dataset)

    yield trained
    for function in OF_A_NETWORK:  # every test has another one under the same name
        cache.forget(function)
    networks._lent.clear()


def from_training(visit) -> Visitor:
    """Go from the training, that has ended, to Draw."""
    return visit(TRAINING, run=RUN).go(DRAW).follow(own=RUN, model=NAME, **SEVEN)


# ---------------------------------------------------------------- on Draw


def test_it_is_the_one_that_draw_looks_at(visit, trained):
    ae = trained("convolutional")
    visitor = from_training(visit)
    assert visitor.link | SEVEN == SEVEN | {"own": RUN, "model": NAME}
    expected = np.round(ae.reconstruct(IMAGE[None])[0] * 255)
    assert np.abs(visitor.step(4) - expected).max() <= 1
    (mine,) = [each for each in visitor.pictures() if each.get("name") == NAME]
    assert mine["title"] == "Your network"
    assert mine["chosen"]
    assert np.abs(mine["pixels"] - expected).max() <= 1
    (twin,) = [each for each in visitor.pictures() if each.get("name") == "convolutional"]
    assert mine["caption"].split("\n")[0] == twin["caption"].split("\n")[0]
    error = metrics.mse(IMAGE[None], ae.reconstruct(IMAGE[None]))[0]
    assert visitor.metric("MSE") == f"{error:.4f}"


@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_it_is_explained_by_its_settings_and_its_script(visit, trained, language):
    settings = Settings(hidden=(64, 32), code_size=8, optimizer="sgd", momentum=0.9)
    ae = trained("deep", settings)
    visitor = visit(DRAW, own=RUN, model=NAME, lang=language)
    (said,) = [
        m.value
        for m in visitor.at.markdown
        if f"{ae.card['test']['bce']:.4f}" in m.value.replace(",", ".")
    ]
    assert translated("Your network", language) in said
    assert "64 · 32" in said
    assert "SGD" in said
    assert script.write(settings).splitlines()[0] in visitor.code()


def test_another_one_is_looked_at_and_it_stays(visit, trained):
    trained("deep")
    visitor = from_training(visit)
    visitor.choose("segmented_control", shared.MODEL, "simple")
    assert visitor.link["own"] == RUN
    assert NAME in [picture.get("name") for picture in visitor.pictures()]
    assert len(visitor.networks()) == 8


def test_the_browser_gets_it_under_a_name_of_its_own(visit, trained):
    ae = trained("deep")
    (mine,) = [told for told in visit(DRAW, own=RUN).networks() if NAME in told["name"]]
    assert mine["name"] == f"mnist {NAME}"
    theirs = [told for told in visit(DRAW).networks() if told["name"] == "mnist deep"]
    assert theirs[0]["digest"] == mine["digest"]  # of the same contents
    assert ae.name == "deep"


def test_clothes_are_not_rebuilt_by_a_network_of_digits(visit, trained):
    trained("fashion_dense", dataset="fashion_mnist")
    assert NAME not in [each.get("name") for each in visit(DRAW, own=RUN).pictures()]
    visitor = visit(TRAINING, run=RUN, data="fashion_mnist").go(DRAW)
    assert visitor.link["wardrobe"] == NAME
    assert NAME in [each.get("name") for each in visitor.pictures()]


@pytest.mark.parametrize("page", [DRAW, NOISE, LATENT, PLANES])
@pytest.mark.parametrize("state", ["unknown", "without a network", "with its files deleted"])
def test_one_that_is_gone_leaves_the_page_as_it_ships(visit, trainings, tmp_path, page, state):
    if state != "unknown":
        deleted = tmp_path / RUN / "mnist" / "custom" if "deleted" in state else None
        trainings.be("finished" if deleted else "running", folder=deleted)
    else:
        trainings.known = {}
    visitor = visit(page, own=RUN, **({"model": NAME} if page == DRAW else {}))
    assert not visitor.at.exception
    said = GONE in [caption.value for caption in visitor.at.caption]
    assert said == (page in (DRAW, NOISE))
    assert not [name for name in visitor.networks() if NAME in name["name"]]
    if page == DRAW:
        assert "model" not in visitor.link
        assert visitor.shows(shared.MODEL) == "simple"


# ---------------------------------------------------------------- under noise


def test_it_has_a_row_and_a_curve_under_noise(visit, trained):
    ae = trained("deep", Settings(noise="masking", noise_level=0.4))
    visitor = visit(NOISE, own=RUN, noise="masking", draw="3", model=NAME, **SEVEN)
    table = visitor.picture_table("strip")
    names = [row["title"] for row in table["rows"]]
    assert names[:2] == ["Noisy input", "Your network"]
    levels = cache.figures("noise")["levels"]
    noisy = np.stack([noise.add(IMAGE, "masking", level, 3) for level in levels])
    expected = np.round(ae.reconstruct(noisy) * 255)
    assert np.abs(table["pictures"][1].astype(int) - expected).max() <= 1
    (line,) = [line for line in visitor.chart("curves")["lines"] if line["label"] == "Your network"]
    images = data.samples().images
    errors = [
        metrics.mse(images, ae.reconstruct(noise.add(images, "masking", level, SEED))).mean()
        for level in levels
    ]
    np.testing.assert_allclose(line["y"], -10 * np.log10(errors), atol=0.02)
    said = " ".join(m.value for m in visitor.at.markdown)
    assert "It was trained on this noise, up to 0.4." in said
    assert "200 samples" in " ".join(caption.value for caption in visitor.at.caption)


def test_the_samples_are_as_hard_as_the_test_digits(trained):
    """Or a curve of 200 samples would not belong beside those of 10,000 test digits."""
    trained("deep")
    study = cache.figures("noise")["scores"]
    for kind in noise.kinds():
        mine = cache.scores_on_samples("deep", kind)
        np.testing.assert_allclose(mine["mse"], study[kind]["deep"]["mse"], rtol=0.12, atol=3e-4)


# ---------------------------------------------------------------- on planes


def test_a_vae_of_hers_has_the_latent_plane(visit, trained):
    ae = trained("beta_4", Settings(kind="variational", code_size=2))
    visitor = visit(LATENT, own=RUN, **SEVEN)
    assert visitor.plane()["network"] == f"mnist {NAME}"
    np.testing.assert_allclose(
        visitor.plane()["digit"]["mean"], ae.posterior(IMAGE[None])[0][0], atol=1e-3
    )
    visitor.choose("segmented_control", shared.PLANE, "lab")
    assert visitor.plane()["network"] == "mnist variational"
    assert visitor.link["plane"] == "lab"
    assert visitor.download("manifold.png")


def test_a_plain_plane_of_hers_takes_the_place_of_ours(visit, trained):
    trained("bottleneck_2", Settings(code_size=2))
    assert visit(LATENT, own=RUN).plane()["network"] == "mnist variational"  # it has no posterior
    visitor = visit(PLANES, own=RUN, **SEVEN)
    assert [visitor.plane(place)["network"] for place in range(3)] == [
        "mnist pca", f"mnist {NAME}", "mnist variational",
    ]  # fmt: skip
    assert "##### Your network" in [m.value for m in visitor.at.markdown]
    visitor.send("plane_plain_2d", "point", [0.5, -0.25])
    assert visitor.link["on"] == "plain_2d"
    assert visitor.download("planes.png")
    visitor.choose("segmented_control", shared.PLANE, "lab")
    assert visitor.plane(1)["network"] == "mnist plain_2d"


def test_more_than_two_numbers_have_no_plane(visit, trained):
    trained("deep")
    for page in (LATENT, PLANES):
        visitor = visit(page, own=RUN)
        assert shared.PLANE.key not in [control.key for control in visitor.at.segmented_control]


def linked_pages(visitor) -> list[str]:
    return [link.proto.page for link in visitor.at.get("page_link")]


@pytest.mark.parametrize(
    ("name", "dataset", "expected"),
    [
        ("deep", "mnist", {"draw", "noise"}),
        ("variational", "mnist", {"draw", "noise", "latent", "planes"}),
        ("plain_2d", "mnist", {"draw", "noise", "planes"}),
        ("fashion_dense", "fashion_mnist", {"draw"}),
        ("variational", "fashion_mnist", {"draw", "latent"}),
    ],
)
def test_links_lead_where_it_can_be_seen(visit, trained, name, dataset, expected):
    trained(name, dataset=dataset)
    assert set(linked_pages(visit(TRAINING, run=RUN))) == expected


# ---------------------------------------------------------------- from a file


def bring(visitor: Visitor, contents: bytes = b"a file") -> Visitor:
    visitor.press("train_bring")
    return visitor.choose("file_uploader", "train_file", ("own.keras", contents, "application/zip"))


def test_a_file_is_brought_once_and_looked_at(visit, trainings):
    visitor = bring(visit(TRAINING, data="fashion_mnist"))
    assert trainings.submitted == [(b"a file", "fashion_mnist")]
    assert visitor.link["run"] == RUN
    visitor.run()
    assert len(trainings.submitted) == 1
    bring(visitor, b"another")
    assert len(trainings.submitted) == 2


@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_what_came_from_a_file_is_measured_and_stands_beside_ours(visit, trained, language):
    ae = trained("variational_16d", settings=None)
    visitor = visit(TRAINING, run=RUN, lang=language)
    (table,) = [
        m.value for m in visitor.at.markdown if translated("Your network", language) in m.value
    ]
    assert f"{ae.card['test']['bce']:.4f}" in table.replace(",", ".")
    assert {"autoencoder.keras", "card.json"} <= set(visitor.files())
    assert "autoencoder.py" not in visitor.files()
    visitor.go(DRAW)
    assert visitor.code() == ""
    said = " ".join(m.value for m in visitor.at.markdown)
    assert translated(own.BROUGHT, language) in said


@pytest.mark.parametrize("reason", [key for key in runs.REASONS if key.startswith("file_")])
@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_a_file_that_is_none_gets_a_sentence(visit, trainings, reason, language):
    trainings.known[RUN] = jobs.State("failed", 0, reason, None, (), None, None)
    (error,) = visit(TRAINING, run=RUN, lang=language).at.error
    assert error.value == translated(runs.REASONS[reason], language)


@pytest.mark.parametrize(("status", "said"), [("queued", "number 3"), ("running", "10,000")])
def test_until_then_it_says_what_it_waits_for(visit, trainings, status, said):
    trainings.known[RUN] = jobs.State(status, 3, "", None, (), None, None)
    (info,) = visit(TRAINING, run=RUN).at.info
    assert said in info.value


def test_too_many_are_refused_with_a_sentence(visit, trainings, monkeypatch):
    def refuse(*_arguments):
        raise jobs.RefusedError("queue")

    monkeypatch.setattr(Trainings, "bring", refuse)
    visitor = bring(visit(TRAINING))
    assert len(visitor.warnings) == 1
    assert "run" not in visitor.link


def test_a_host_without_trainings_takes_no_files(visit, trainings, monkeypatch):
    monkeypatch.setenv("AE_TRAINING", "off")
    assert "train_bring" not in [button.key for button in visit(TRAINING).at.button]


def test_every_reason_has_its_sentence():
    import inspect

    from ae_core.training import brought

    named = inspect.getdoc(brought.UnfitFileError)
    assert [key for key in runs.REASONS if key.startswith("file_") and key not in named] == []
    assert MAX_FILE % 1_000_000 == 0
