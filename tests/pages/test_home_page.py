"""Home: what is drawn goes through every family, and each page has a card."""

import base64
import io
import itertools
import json

import numpy as np
import pytest
from PIL import Image
from visitor import COMPARED, digit_of, translated

import ae_core
from ae_core.figures import pixels
from pages.ui import cache, frame, shared, text, thumbnails
from pages.ui.components.picture import unpack
from pages.ui.inputs import digit

OTHERS = [page for page in frame.pages() if page.slug]


def hourglass(visitor) -> dict[str, np.ndarray]:
    """Return the pictures of the hourglass by their names."""
    head, _, body = visitor.component("hourglass").bytes.partition(b"\n")
    pictures, start = {}, 0
    for name, described in json.loads(head)["pictures"].items():
        pictures[name] = unpack(described, body[start : start + described["bytes"]])
        start += described["bytes"]
    return pictures


def opened(address: str) -> np.ndarray:
    """Return the picture of a `data:` address."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


def lobby(visitor) -> dict:
    return json.loads(visitor.component("lobby").bytes)


# ---------------------------------------------------------------- the hourglass


def test_a_newcomer_sees_an_example_go_through(visit):
    shown = hourglass(visit())
    example = digit.first_example().image
    assert np.array_equal(shown["input"], pixels.to_bytes(example))
    rebuilt = ae_core.load(COMPARED[0]).reconstruct(example[None])[0]
    assert np.array_equal(shown["output"], pixels.to_bytes(rebuilt))


def test_what_is_drawn_goes_through_the_hourglass_and_through_every_family(visit):
    visitor = visit()
    visitor.draw("seven")
    drawn = digit_of("seven")
    assert np.array_equal(hourglass(visitor)["input"], pixels.to_bytes(drawn))
    shown = {picture["name"]: picture["pixels"] for picture in visitor.pictures()}
    assert list(shown) == COMPARED
    for name, picture in shown.items():
        rebuilt = ae_core.load(name).reconstruct(drawn[None])[0]
        assert np.array_equal(picture, pixels.to_bytes(rebuilt)), name


def test_whoever_chose_an_example_elsewhere_can_draw_again(visit):
    visitor = visit(input="sample", digit="3", example="2")
    assert np.array_equal(hourglass(visitor)["input"], pixels.to_bytes(digit.example(3, 2).image))
    visitor.choose("segmented_control", shared.INPUT, "draw").draw("one")
    assert np.array_equal(hourglass(visitor)["input"], pixels.to_bytes(digit_of("one")))


def test_the_first_step_draws_a_digit_that_can_be_undone(visit):
    visitor = visit(input="sample").press("first_step")
    first = hourglass(visitor)["input"]
    assert not np.array_equal(first, pixels.to_bytes(digit.first_example().image))
    assert len(visitor.canvas()["objects"]) == 1
    visitor = visit()
    visitor.draw("one")
    visitor.press("first_step")
    assert np.array_equal(hourglass(visitor)["input"], first)
    visitor.press_tools("undo")
    assert np.array_equal(hourglass(visitor)["input"], pixels.to_bytes(digit_of("one")))


# ---------------------------------------------------------------- the cards


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_each_page_has_a_card_in_the_group_and_the_order_of_the_menu(visit, language):
    told = lobby(visit(lang=language))
    assert told["label"] == translated("All pages", language)
    expected = [
        (translated(group, language), [page.slug for page in pages])
        for group, pages in itertools.groupby(OTHERS, lambda page: page.group)
    ]
    groups = [
        (group["title"], [card["slug"] for card in group["cards"]]) for group in told["groups"]
    ]
    assert groups == expected
    cards = [card for group in told["groups"] for card in group["cards"]]
    for page, card in zip(OTHERS, cards, strict=True):
        assert card["title"] == translated(page.title, language)
        assert card["question"] == translated(page.question, language)
        assert card["icon"] == page.icon


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.slug)
def test_a_card_leads_to_its_page_and_what_pages_share_goes_along(visit, page):
    visitor = visit(lang="es", present="on").send("lobby", "picked", page.slug, trigger=True)
    assert not visitor.components("lobby")
    assert visitor.link["lang"] == "es"
    assert visitor.link["present"] == "on"


def test_a_card_of_no_page_leads_nowhere(visit):
    for slug in ("", "home", "no such page", "../ui/frame"):
        assert visit().send("lobby", "picked", slug, trigger=True).components("lobby")


@pytest.mark.parametrize("slug", [page.slug for page in OTHERS])
def test_each_page_has_a_small_picture_of_its_own(slug):
    address = thumbnails.address(slug)
    assert len(address) < 30_000
    picture = opened(address)
    assert picture.shape[0] == picture.shape[1] <= thumbnails.SIDE
    assert picture.std() > 20
    assert all(address != thumbnails.address(page.slug) for page in OTHERS if page.slug != slug)


def test_a_new_page_and_one_whose_network_is_missing_have_none(monkeypatch, empty_caches):
    assert thumbnails.address("new") == ""
    monkeypatch.setattr(cache, "networks", lambda *_: cache.Networks({}, {}))
    assert thumbnails.address("latent") == ""


# ---------------------------------------------------------------- and the words


def test_whoever_presents_explains(visit):
    explained, presented = (visit(present=word).at for word in ("off", "on"))
    assert [caption.value for caption in explained.caption] == [
        text._prose("home_more", "en").strip()
    ]
    assert explained.expander
    assert not presented.caption
    assert not presented.expander
