"""The β dial: everything on the page is that of the network of this β."""

import base64
import csv
import io
import re

import numpy as np
import pytest
from PIL import Image

import ae_core
from ae_core import data, latent, metrics
from ae_core.figures import pixels
from pages.ui import shared

BETA = "pages/beta.py"
BETAS = ("0", "0.25", "0.5", "1", "2", "4", "8", "16", "64")
DIGIT = data.samples().images[2 * data.SAMPLES_PER_CLASS]  # the first 2
QUERY = {"input": "sample", "digit": "2", "example": "1"}


def network(beta: str):
    return ae_core.load("beta_" + beta.replace(".", "_"))


def curve_of(visitor) -> str:
    return base64.b64decode(visitor.at.image[0].value[0].partition(",")[2]).decode()


@pytest.mark.parametrize("beta", BETAS)
def test_map_ellipse_grid_and_numbers_are_of_this_beta(visit, beta):
    visitor = visit(BETA, beta=beta, place="0.5_-1", **QUERY)
    ae, plane = network(beta), visitor.plane()
    assert plane["network"] == f"mnist {ae.name}"
    assert (plane["extent"] == 3) == (beta != "0")
    grid = visitor.grid()
    assert (grid["of"], grid["network"]) == ("plane", plane["network"])
    assert grid["ticks"][0] == -grid["ticks"][-1] == -plane["extent"]
    np.testing.assert_allclose(plane["point"], [plane["extent"] / 2, -plane["extent"]])
    assert f"±{plane['extent']:.0f}" in plane["words"]["hint"]
    mean, log_var = (value[0] for value in ae.posterior(DIGIT[None]))
    np.testing.assert_allclose(plane["digit"]["mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(plane["digit"]["deviation"], np.exp(log_var / 2), rtol=1e-5)
    test = ae.card["test"]
    loss = test["reconstruction"] + float(beta) * test["kl"]
    assert visitor.numbers() == {
        "Reconstruction": f"{test['reconstruction']:.1f} nats",
        "KL": f"{test['kl']:.1f} nats",
        "Loss: reconstruction + β KL": f"{loss:.1f} nats",
        "−ELBO": f"{test['neg_elbo']:.1f} nats",
        "10-NN accuracy": f"{100 * test['vote']:.1f} %",
    }


def test_the_seven_pictures_are_the_digit_rebuilt_by_the_seven(visit):
    visitor = visit(BETA, beta="4", **QUERY)
    pictures = visitor.pictures()
    assert [picture["name"] for picture in pictures] == list(BETAS)
    assert [picture["name"] for picture in pictures if picture.get("chosen")] == ["4"]
    for beta, picture in zip(BETAS, pictures, strict=True):
        ae = network(beta)
        np.testing.assert_array_equal(
            picture["pixels"], pixels.to_bytes(ae.reconstruct(DIGIT[None])[0])
        )
        mean, log_var = (value[0] for value in ae.posterior(DIGIT[None]))
        drawn = ae.decode(latent.sample_posterior(mean, log_var, 200, seed=0))
        nats = 784 * metrics.bce(np.broadcast_to(DIGIT, drawn.shape), drawn).mean()
        kl = latent.kl(mean, log_var).sum()
        assert picture["caption"] == f"{nats:,.1f} + {kl:,.1f}"


def test_the_dial_turns_the_point_on_the_curve_and_the_link(visit):
    visitor = visit(BETA)
    seen = set()
    for beta in BETAS:
        visitor.choose("segmented_control", "beta_beta", beta)
        assert visitor.plane()["network"] == f"mnist {network(beta).name}"
        assert visitor.link.get("beta") == (None if beta == "1" else beta)
        curve = curve_of(visitor)
        assert re.findall(r">β = ([\d.]+)", curve) == [beta]
        seen.add(curve)
    assert len(seen) == len(BETAS)


def test_a_click_on_a_picture_turns_the_dial(visit):
    visitor = visit(BETA).send("rebuilt", "picked", "8", trigger=True)
    assert visitor.link == {"beta": "8"}
    assert visitor.at.segmented_control(key="beta_beta").value == "8"
    assert visitor.plane()["network"] == "mnist beta_8"


def test_the_point_is_a_share_of_the_plane_of_every_beta(visit):
    visitor = visit(BETA, beta="0")
    extent = visitor.plane()["extent"]
    visitor.send("plane", "point", [extent / 2, -extent])
    assert visitor.link == {"beta": "0", "place": "0.5_-1"}
    visitor.choose("segmented_control", "beta_beta", "2")
    assert visitor.plane()["point"] == [1.5, -3]


def test_a_digit_that_changes_changes_the_ellipse(visit):
    visitor = visit(BETA, **QUERY)
    before = visitor.plane()["digit"]
    visitor.choose("slider", shared.EXAMPLE, 9)
    assert visitor.plane()["digit"] != before


def test_beta_1_has_the_lowest_negative_elbo_as_the_page_says():
    test = {beta: network(beta).card["test"] for beta in BETAS}
    assert min(BETAS, key=lambda beta: test[beta]["neg_elbo"]) == "1"
    assert sorted(BETAS, key=lambda beta: -test[beta]["kl"]) == list(BETAS)
    assert test["0"]["kl"] > 5 * test["0.25"]["kl"]


@pytest.mark.parametrize(
    ("key", "junk"),
    [("beta", "3"), ("beta", "1.0"), ("place", "0;0"), ("place", "inf_0"), ("layers", "stars")],
)
def test_nonsense_in_the_link_does_nothing(visit, key, junk):
    visitor, plain = visit(BETA, **{key: junk}), visit(BETA)
    assert visitor.images() == plain.images()
    assert key not in visitor.link


def test_all_seven_networks_are_brought_the_chosen_one_first(visit):
    names = [told["name"] for told in visit(BETA, beta="8").networks()]
    assert names[0] == "mnist beta_8"
    assert len(set(names)) == len(names) == len(BETAS)


def test_the_downloads_are_the_curve_and_the_cards(visit):
    visitor = visit(BETA)
    assert visitor.download("rate_distortion.pdf").startswith(b"%PDF")
    picture = Image.open(io.BytesIO(visitor.download("rate_distortion.png")))
    assert picture.size == (1920, 1080)
    for row in csv.DictReader(io.StringIO(visitor.download("rate_distortion.csv").decode())):
        test = network(row.pop("beta")).card["test"]
        named = {**test, "knn_accuracy": test["vote"]}
        assert {key: float(value) for key, value in row.items()} == pytest.approx(
            {key: named[key] for key in row}, rel=1e-5
        )


def test_while_presenting_the_plane_has_the_room_of_the_explanations(visit):
    usual, presenting = visit(BETA), visit(BETA, present="on")
    assert presenting.plane()["most"] == presenting.grid()["most"] > usual.plane()["most"]
    assert usual.plane()["words"]["hint"]
    assert not presenting.plane()["words"]["hint"]
    assert not any("One dial." in text.value for text in presenting.at.markdown)
    assert any("One dial." in text.value for text in usual.at.markdown)
