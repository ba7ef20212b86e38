"""Each page says what to do first, and its button does it; what it shows is as it is said."""

import re

import numpy as np
import pytest
from visitor import PAGES, parameters_in, translated

import ae_core
from ae_core import data, latent, metrics
from ae_core.experiments import walks
from pages.ui import cache, first_step, shared, text


def buttons(visitor) -> list:
    return [button for button in visitor.at.button if button.key == first_step.KEY]


@pytest.mark.parametrize("page", PAGES)
def test_there_is_one_button_unless_somebody_presents(visit, page):
    assert len(buttons(visit(page))) == 1
    assert buttons(visit(page, present="on")) == []


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_it_is_one_short_sentence(visit, page, language):
    visitor = visit(page, lang=language)
    (button,) = buttons(visitor)
    shown = visitor.at.markdown.values
    line = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", shown[1])  # below the page's title
    assert button.label == translated("Show me", language)
    assert 20 < len(line) < 75  # two rows of a phone, beside the button
    assert line[-1] in ".?"


@pytest.mark.parametrize("page", PAGES)
def test_the_button_changes_parameters_and_pictures(visit, page):
    visitor = visit(page)
    before, pictures = visitor.link, visitor.images() + sent(visitor)
    visitor.press(first_step.KEY)
    assert set(visitor.link) - set(before)
    assert visitor.images() + sent(visitor) != pictures


@pytest.mark.parametrize("page", PAGES)
def test_what_it_shows_can_be_sent_on(visit, page):
    visitor = visit(page).press(first_step.KEY)
    other = visit(page, **visitor.link)
    assert other.link == visitor.link
    assert other.images() == visitor.images()


@pytest.mark.parametrize("page", PAGES)
def test_it_leads_to_something_on_the_page(visit, page):
    visitor = visit(page)
    keys = {
        message.delta.add_block.id.split("-", 2)[-1]
        for message in visitor.runner.forward_msgs()
        if message.delta.add_block.id
    }
    components = {proto.id.split("-", 2)[2] for proto in visitor._all_components()}
    (line,) = [key for key in keys if key.startswith(f"{first_step.KEY}__")]
    assert line.removeprefix(f"{first_step.KEY}__") in keys | components


def sent(visitor) -> list:
    """What components were told that are no boards and no planes."""
    return [
        proto.json or bytes(proto.bytes)
        for name in ("film", "sliders")
        for proto in visitor.components(name)
    ]


# ---------------------------------------------------------------- what the pages show then


def pressed(visit, page: str) -> tuple:
    visitor = visit(f"pages/{page}.py").press(first_step.KEY)
    return visitor, parameters_in(f"pages/{page}.py")


def chosen(visitor, parameter):
    return visitor.known.values[parameter.key]


def test_the_noise_that_is_shown_is_removed(visit):
    visitor, _ = pressed(visit, "draw")
    assert (chosen(visitor, shared.NOISE), chosen(visitor, shared.LEVEL)) == ("gaussian", 0.5)
    clean, noisy, rebuilt = (visitor.step(n) / 255 for n in (1, 2, 4))
    assert metrics.mse(clean[None], rebuilt[None]) < metrics.mse(clean[None], noisy[None]) / 3


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_the_places_between_two_classes_are_shared_by_both(dataset):
    places = cache.borders("variational", dataset)
    codes, labels = cache.test_codes("variational", dataset)
    assert len(places) > 1  # so that there is always another one
    for place in places:
        near = np.argsort(np.linalg.norm(codes - place, axis=1))[:50]
        two = np.sort(np.bincount(labels[near]))[-2:]
        assert two.min() >= 50 / 3


def test_each_time_the_plane_goes_to_another_place_between_two_classes(visit):
    visitor, parameters = pressed(visit, "latent")
    first = chosen(visitor, parameters["z"])
    assert chosen(visitor.press(first_step.KEY), parameters["z"]) != first


def test_the_walk_crosses_what_is_no_digit_in_pixels_alone(visit):
    visitor, parameters = pressed(visit, "walk")
    judge = ae_core.load(walks.JUDGE)
    images = np.stack(
        [
            data.samples().images[20 * int(chosen(visitor, parameters[end])) + number - 1]
            for end in ("from", "to")
            for number in [chosen(visitor, parameters[f"{end}_example"])]
        ]
    )
    network = ae_core.load(walks.PLANE_FAMILY)
    frames = [images.mean(axis=0), network.decode(network.encode(images).mean(axis=0)[None])[0]]
    strange = walks.strangeness(np.stack(frames), judge) / walks.ordinary_strangeness(judge)
    assert strange[0] > 4
    assert strange[1] < 1


def test_the_holes_are_holes_of_the_plain_plane_alone(visit):
    judge = ae_core.load(walks.JUDGE)
    ordinary = walks.ordinary_strangeness(judge)
    visitor, parameters = pressed(visit, "holes")
    seen = set()
    for _ in range(3):
        place = np.array([chosen(visitor, parameters["place"])], np.float32)
        seen.add(tuple(place[0].tolist()))
        found = {}
        for name, extent in (("plain_2d", cache.extent("plain_2d")), ("beta_1", 3.0)):
            ae, (codes, _labels) = cache.network(name), cache.test_codes(name)
            gap = latent.nearest(place * extent, codes)[0][0] / latent.spacing(codes)
            strange = walks.strangeness(ae.decode(place * extent), judge)[0] / ordinary
            found[name] = gap, strange
        assert found["plain_2d"][0] > 20
        assert found["beta_1"][0] < 6
        assert found["plain_2d"][1] > 1.5 * found["beta_1"][1]
        visitor.press(first_step.KEY)
    assert len(seen) == 3


def test_at_beta_64_the_cloud_is_larger_and_every_digit_looks_the_same(visit):
    visitor, parameters = pressed(visit, "beta")
    assert chosen(visitor, parameters["beta"]) == "64"
    images, area, apart = data.samples().images, {}, {}
    for name in ("beta_1", "beta_64"):
        ae = ae_core.load(name)
        mean, log_var = ae.posterior(images)
        area[name] = np.exp(0.5 * log_var).prod(axis=1)
        apart[name] = ae.decode(mean).std(axis=0).max()
    assert (area["beta_64"] > 5 * area["beta_1"]).mean() > 0.98
    assert apart["beta_64"] < 0.01 < 0.3 < apart["beta_1"]


def test_the_number_that_carries_most_moves_to_its_other_end(visit):
    visitor, parameters = pressed(visit, "dimensions")
    kl = cache.card("variational_16d")["test"]["kl_by_dimension"]
    most = int(np.argmax(kl))
    once = chosen(visitor, parameters["code"])
    assert abs(once[most]) == 3
    twice = chosen(visitor.press(first_step.KEY), parameters["code"])
    assert [a for a, b in zip(once, twice, strict=True) if a != b] == [once[most]]
    assert twice[most] == -once[most]
    decoded = cache.network("variational_16d").decode(np.array([once, twice], np.float32))
    assert metrics.mse(decoded[:1], decoded[1:])[0] > 0.02


def test_another_style_lies_on_the_other_side(visit):
    visitor, parameters = pressed(visit, "handwriting")
    there = np.array(chosen(visitor, parameters["style"]))
    assert np.linalg.norm(there) == pytest.approx(2, abs=0.01)
    back = np.array(chosen(visitor.press(first_step.KEY), parameters["style"]))
    assert back == pytest.approx(-there, abs=0.02)
