"""The link: it carries every choice, and nonsense in it does no harm."""

import pytest
from visitor import COMPARED, PAGES

from pages.ui import text
from pages.ui.inputs import digit

LINKS = {
    "pages/draw.py": {
        "lang": "pt", "input": "sample", "digit": 4, "example": 12, "model": COMPARED[-1],
        "noise": "salt_and_pepper", "level": 0.35, "draw": 2,
    },
    "pages/latent.py": {
        "lang": "es", "input": "sample", "digit": 2, "example": 1, "z1": -1.25, "z2": 0.5,
        "grid": 11, "range": 2.5, "spacing": "quantile", "layers": "tapestry", "prior": 2,
    },
}  # fmt: skip
BUTTONS = {"draw": "new_draw", "prior": "new_prior"}
WRITTEN_BY_THE_BROWSER = {"digit", "example", "level", "z1", "z2", "grid", "range"}
DEFAULTS = {
    "lang": "en", "input": "draw", "model": COMPARED[0], "noise": "gaussian", "level": 0.0,
    "world": "mnist", "z1": 0.0, "z2": 0.0, "grid": 15, "range": 3.0, "spacing": "linear",
    "digit": digit.FIRST_SAMPLE[0],
    "example": digit.FIRST_SAMPLE[1],
}  # fmt: skip
JUNK = {
    "pages/draw.py": {
        "lang": ["", "xx", "EN;DROP"],
        "input": ["", "webcam", "None", "draw sample"],
        "model": ["", "None", "Simple", "gan", "../simple", "x" * 3000],
        "noise": ["", "pink", "Gaussian"],
        "level": ["", "-1", "7", "nan", "inf", "1e999", "half", "0,5"],
        "draw": ["", "-3", "0", "1.5", "9" * 30, "²", "one"],
        "digit": ["", "10", "-1", "seven", "7.5"],
        "example": ["", "0", "21", "x", "1e3"],
        "unknown": ["", "1"],
    },
    "pages/latent.py": {
        "z1": ["", "99", "-99", "nan", "inf", "x"],
        "z2": ["", "99", "nan", "--1"],
        "grid": ["", "0", "4", "31", "100000", "15.5", "x"],
        "range": ["", "0", "-1", "1e9", "nan", "x"],
        "spacing": ["", "log", "Equal steps"],
        "layers": ["moon", "map moon", "<script>"],
        "prior": ["", "-1", "x", "9" * 30],
        "digit": ["", "10"],
    },
}
ENDS = {
    "level": (0.0, 1.0), "z1": (-4.0, 4.0), "z2": (-4.0, 4.0), "grid": (5, 30), "range": (1.0, 4.0),
    "digit": (0, 9), "example": (1, 20),
}  # fmt: skip


def shown(visitor) -> dict[str, str]:
    at = visitor.at
    return {widget.key: str(widget.value) for widget in (*at.segmented_control, *at.slider)}


@pytest.mark.parametrize("page", LINKS)
def test_a_link_brings_every_choice(visit, page):
    link = {key: str(value) for key, value in LINKS[page].items()}
    visitor = visit(page, locale="de-DE", **link)
    values = shown(visitor)
    expected = {key: str(value) for key, value in DEFAULTS.items()} | link
    assert values == {key: value for key, value in expected.items() if key in values}
    assert set(LINKS[page]) - set(values) <= {"draw", "prior", "layers"}  # these are no widgets
    assert visitor.run().at.query_params == link
    other = dict(link)
    for key in ("draw", "prior"):
        other.pop(key, None)
    assert visit(page, **other).images() != visitor.images()


@pytest.mark.parametrize("page", LINKS)
def test_choices_are_written_to_the_link(visit, page):
    """Those that the app writes itself; the browser's are tested in a browser."""
    visitor = visit(page, locale="en-US")
    for key, value in reversed(LINKS[page].items()):  # the language last
        if key in BUTTONS:
            visitor.at.button(key=BUTTONS[key]).click()
            visitor.run()
        elif key not in WRITTEN_BY_THE_BROWSER and key != "layers":
            visitor.choose("segmented_control", key, value)
        else:
            continue
        assert visitor.at.query_params[key] == str(value)
    for key in ["lang", *visitor.at.query_params]:
        if key not in BUTTONS:
            visitor.choose("segmented_control", key, DEFAULTS[key])
    assert set(visitor.at.query_params) <= set(BUTTONS)  # the defaults are not in the link


@pytest.mark.parametrize("page", PAGES)
def test_a_newcomers_link_is_empty(visit, page):
    assert visit(page).at.query_params == {}


@pytest.mark.parametrize(
    ("page", "key", "value"),
    [(page, key, value) for page in JUNK for key in JUNK[page] for value in JUNK[page][key]],
)
def test_nonsense_in_the_link_is_passed_over(visit, page, key, value):
    link = {"input": "sample"} if key in ("digit", "example") else {}
    visitor = visit(page, **{**link, key: value})
    allowed = {str(end) for end in (DEFAULTS.get(key), *ENDS.get(key, ()))}
    assert shown(visitor).get(key, str(DEFAULTS.get(key))) in allowed  # too much may mean the most
    assert visitor.images()
    visitor.run()


@pytest.mark.parametrize("page", LINKS)
def test_a_parameter_that_comes_twice_does_no_harm(visit, page):
    twice = {key: [str(value), str(value)] for key, value in DEFAULTS.items()}
    twice["level"], twice["z1"], twice["model"] = ["0.1", "0.2"], ["1", "2"], ["deep", "simple"]
    visit(page, **twice)  # fails on an exception


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_link_made_in_one_language_works_in_every_other(visit, language):
    link = {"noise": "masking", "level": "0.5", "model": COMPARED[-1]}
    expected = {**shown(visit("pages/draw.py", **link)), "lang": language}
    assert shown(visit("pages/draw.py", lang=language, **link)) == expected
    assert expected["noise"] == "masking"


def test_a_card_of_the_home_page_leads_to_its_family(visit):
    visitor = visit(PAGES[0])
    links = {picture["name"]: picture["link"] for picture in visitor.pictures()}
    assert links == {name: f"draw?model={name}" for name in COMPARED}
