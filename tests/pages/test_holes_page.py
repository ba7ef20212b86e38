"""The holes: planes, pictures and numbers are those computed from ae_core; the link has it all."""

import csv
import io

import numpy as np
import pytest
from PIL import Image
from scipy.spatial.distance import cdist

import ae_core
from ae_core import latent
from ae_core.autoencoder import TEST_CODES
from ae_core.figures import pixels

HOLES = "pages/holes.py"
NETWORKS = ("plain_2d", "beta_1")


def codes_of(ae) -> tuple[np.ndarray, np.ndarray]:
    with np.load(io.BytesIO(ae.extras[TEST_CODES])) as file:
        return file["codes"].astype(np.float32), file["labels"]


def numbers_of(visitor, index: int) -> dict[str, str]:
    rows = [row for row in visitor.rows() if row["numbers"]]
    return {label: value for label, value, *_ in rows[index]["numbers"]}


@pytest.mark.parametrize("source", ["prior", "fitted"])
def test_the_pictures_are_decoded_from_the_points_on_the_planes(visit, source):
    visitor = visit(HOLES, source=source, sample="3")
    rows = [row for row in visitor.rows() if row["pictures"]]
    for index, name in enumerate(NETWORKS):
        ae, plane = ae_core.load(name), visitor.plane(index)
        codes, _ = codes_of(ae)
        if source == "prior":
            points = latent.sample_prior(8, 2, 3)
        else:
            points = latent.sample_like(codes, 8, 3)
        assert plane["network"] == f"mnist {name}"
        np.testing.assert_allclose(plane["drawn"], points, atol=0.001)
        shown = np.stack([picture["pixels"] for picture in rows[index]["pictures"]])
        np.testing.assert_array_equal(shown, pixels.to_bytes(ae.decode(points)))


def test_one_cursor_is_at_the_same_share_of_both_planes(visit):
    visitor = visit(HOLES, place="0.5_-0.25")
    plain, vae = (visitor.plane(index) for index in (0, 1))
    assert plain["linked"] == vae["linked"]
    assert plain["extent"] > 2 * vae["extent"] == 6  # the arbitrary scale
    for plane in (plain, vae):
        expected = [0.5 * plane["extent"], -0.25 * plane["extent"]]
        np.testing.assert_allclose(plane["point"], expected, atol=0.001)
        assert f"±{plane['extent']:.0f}" in plane["words"]["hint"]


def test_the_plain_plane_shows_what_it_says_of_its_codes(visit):
    codes, _ = codes_of(ae_core.load("plain_2d"))
    inside = (np.abs(codes) <= visit(HOLES).plane()["extent"]).all(axis=1).mean()
    assert 0.95 <= inside < 0.97


@pytest.mark.parametrize("source", ["prior", "fitted"])
def test_the_numbers_are_those_of_an_independent_computation(visit, source):
    visitor = visit(HOLES, source=source)
    for index, name in enumerate(NETWORKS):
        ae, shown = ae_core.load(name), numbers_of(visitor, index)
        codes, labels = codes_of(ae)
        normal = np.random.default_rng(0).standard_normal((1000, 2), dtype=np.float32)
        if source == "fitted":
            root = np.linalg.cholesky(np.cov(codes.T))
            normal = (codes.mean(axis=0) + normal @ root.T).astype(np.float32)
        to_codes = cdist(normal, codes)
        among = np.concatenate([np.sort(cdist(part, codes), 1)[:, 1] for part in
                                np.split(codes, 10)])  # fmt: skip
        unit = np.median(among)
        back = ae.plane(ae.decode(normal))
        shares = np.bincount(labels[to_codes.argmin(axis=1)], minlength=10) / 1000
        shares = shares[shares > 0]
        gap, trip = np.median(to_codes.min(1)), np.median(np.hypot(*(back - normal).T))
        assert shown["Nearest code"] == f"{gap / unit:.1f} ×"
        assert shown["Drift after decode–encode"] == f"{trip / unit:.1f} ×"
        assert shown["Effective classes"] == f"{np.prod(shares**-shares):.1f} of 10"
        assert shown["BCE"] == f"{ae.card['test']['bce']:.4f}"
        assert shown["10-NN accuracy"] == f"{100 * ae.card['test']['vote']:.1f} %"


def test_what_the_page_says_of_the_numbers_holds(visit):
    prior, fitted = (visit(HOLES, source=source) for source in ("prior", "fitted"))

    def value(visitor, index, label):
        return float(numbers_of(visitor, index)[label].split()[0])

    for visitor in (prior, fitted):
        assert value(visitor, 1, "Effective classes") > 9.5
        assert value(visitor, 1, "Nearest code") < 1.5
        assert value(visitor, 0, "Effective classes") < 7.5
    assert value(fitted, 0, "Nearest code") > 4
    assert abs(value(prior, 0, "BCE") - value(prior, 1, "BCE")) < 0.001  # equally well


def test_new_points_are_others_and_in_the_link(visit):
    visitor = visit(HOLES)
    before = visitor.plane()["drawn"]
    visitor.press("holes_sample")
    assert visitor.plane()["drawn"] != before
    assert visitor.link == {"sample": "2"}
    assert visit(HOLES, sample="2").plane()["drawn"] == visitor.plane()["drawn"]


@pytest.mark.parametrize(
    ("key", "junk"),
    [("place", "2_0"), ("place", "nan_0"), ("place", "1"), ("plain", "circles"), ("vae", "moon"),
     ("source", "uniform"), ("sample", "0")],
)  # fmt: skip
def test_nonsense_in_the_link_does_nothing(visit, key, junk):
    visitor, plain = visit(HOLES, **{key: junk}), visit(HOLES)
    assert visitor.images() == plain.images()
    assert key not in visitor.link


def test_layers_come_from_the_link_and_the_plain_plane_has_no_prior(visit):
    visitor = visit(HOLES, plain="tapestry", vae="circles drawn")
    assert visitor.plane(0)["layers"] == ["tapestry"]
    assert visitor.plane(1)["layers"] == ["circles", "drawn"]
    assert "circles" not in visitor.plane(0)["words"]["layers"]
    assert "circles" in visitor.plane(1)["words"]["layers"]


def test_the_downloads_hold_what_the_page_shows(visit):
    visitor = visit(HOLES, source="fitted")
    assert visitor.download("holes.pdf").startswith(b"%PDF")
    picture = np.asarray(Image.open(io.BytesIO(visitor.download("holes.png"))).convert("L"))
    assert picture.shape == (1080, 1920)
    rows = list(csv.DictReader(io.StringIO(visitor.download("holes.csv").decode())))
    assert [(row["family"], row["points"]) for row in rows] == [
        (name, source) for name in NETWORKS for source in ("fitted", "prior", "own")
    ]
    for index, row in enumerate((rows[0], rows[3])):
        shown = numbers_of(visitor, index)
        assert shown["Nearest code"] == f"{float(row['nearest_code']):.1f} ×"
        assert shown["Effective classes"] == f"{float(row['effective_classes']):.1f} of 10"


def test_it_opens_with_the_effect_in_view(visit):
    """The point is in a hole of the plain map and amid digits of the VAE's; the pictures are on."""
    visitor = visit(HOLES)
    plain, vae = (visitor.plane(index) for index in (0, 1))
    assert "tapestry" in plain["layers"] and "tapestry" in vae["layers"]
    (hole,) = plain["holes"]
    assert vae["holes"] == []
    assert hole["at"] == pytest.approx(plain["point"])
    gaps = [
        cdist([told["point"]], codes_of(ae_core.load(name))[0]).min() / told["extent"]
        for told, name in zip((plain, vae), NETWORKS, strict=True)
    ]
    assert hole["radius"] == pytest.approx(gaps[0] * plain["extent"], abs=0.001)
    assert gaps[0] > 0.25  # an eighth of the plane's side, all round
    assert gaps[1] < 0.02
    assert all("Move here" in told["words"]["hint"] for told in (plain, vae))

    def drift(told, name):
        ae = ae_core.load(name)
        z = np.array([told["point"]], np.float32)
        return np.hypot(*(ae.plane(ae.decode(z)) - z)[0]) / told["extent"]

    assert drift(plain, NETWORKS[0]) > 10 * drift(vae, NETWORKS[1])
    assert float(numbers_of(visitor, 0)["Nearest code"].split()[0]) > 4


def test_while_presenting_the_planes_have_the_room_of_the_prose(visit):
    usual, presenting = visit(HOLES), visit(HOLES, present="on")
    assert presenting.plane()["most"] > usual.plane()["most"]
    assert not any("Why it matters" in text.value for text in presenting.at.markdown)
    assert any("Why it matters" in text.value for text in usual.at.markdown)
