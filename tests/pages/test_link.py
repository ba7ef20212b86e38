"""The link: it carries every choice of the page, hears what is new, and nonsense does no harm."""

import contextlib
from dataclasses import dataclass, field, replace

import pytest
from visitor import COMPARED, OWN, PAGES, PARAMETERS, SHARED, VIEWS, another

from ae_core import data
from pages.ui import controls, link, shared, text
from pages.ui.link import (
    Drawing,
    Link,
    OneWord,
    OneWordOrToken,
    SomeNumbers,
    SomeSettings,
    SomeWords,
    Stepped,
    Token,
    Whole,
)

DRAW, LATENT, HOLES = "pages/draw.py", "pages/latent.py", "pages/holes.py"
LONG = "9" * 5000
NO_NUMBER = ["", "nan", "inf", "-inf", "1e400", "1e3", "٣", " 3", "3 ", "0,5", "--1", "½", LONG]
NO_WORD = ["None", "x" * 3000, "EN;DROP TABLE", "../simple", "<script>", " ", "inf", "٣", "\x00"]
JUNK = {  # none of it is a value of any parameter of its kind
    OneWord: [*NO_WORD, "Sample", "draw draw", "-1", "999"],
    OneWordOrToken: [*NO_WORD, "own_", "own", "own_" + "0" * 31, "own_" + "0F" * 16, "0" * 32],
    Token: [*NO_WORD, "0" * 31, "0" * 33, "0F" * 16, "٣" * 32],
    SomeWords: [*NO_WORD[:5], "moon", "map moon", "map,circles", "٣", "map " * 1000, "MAP"],
    Stepped: [*NO_NUMBER, "-0.01", "4.01", "999999999"],
    Whole: [*NO_NUMBER, "0.5", "-1", "1000001", "15.5", "999999999"],
    SomeNumbers: [*NO_NUMBER[:-1], "0;0", "nan_0", "inf_0", "1e400_0", "٣_0", " 3_0", "_",
                  "9999_9999", "0_" * 40, "9" * 5000, "1_2_3"],
    SomeSettings: [*NO_NUMBER[1:], "1", "1:", ":1", "0:1", "129:1", "1:9", "1:1_1:2", "1:1:1",
                   "1.5:1", "_", "1:1_", "1:nan", "1:٣"],
    Drawing: [*NO_WORD, "1.", "1AA", "2AAA", "1AAA..AAA", "1" + "AAA" * 667, "1ÀAA"],
}  # fmt: skip
SHUFFLES = (0, 5)  # of the junk, over the parameters of a page


def chosen(visitor) -> dict[str, object]:
    """Return the values of the parameters that the page asked for, by their names."""
    known = visitor.known
    return {name: known.values[key] for name, key in known.claimed.items()}


def full_link(page: str, view: dict[str, str]) -> dict[str, str]:
    """Return a link in which no parameter is at its default, but for what makes the view."""
    return {name: another(parameter) for name, parameter in PARAMETERS[page].items()} | {
        "input": "draw", "data": "mnist", "walk": "line"
    } | view  # fmt: skip


def of_page(page: str, values: dict[str, str], visitor) -> dict[str, str]:
    """Return what of some values stands in the link of the page."""
    claimed = visitor.known.claimed
    return {
        name: value
        for name, value in values.items()
        if name in claimed and PARAMETERS[page][name].default != chosen(visitor)[name]
    }


def shown(visitor) -> list[object]:
    """Return all that the page shows."""
    told = [node.proto for node in visitor.at.main if node.type == "bidi_component"]
    texts = [element.value for element in (*visitor.at.markdown, *visitor.at.caption)]
    files = [visitor.at.slider, visitor.at.segmented_control, visitor.at.number_input]
    values = [widget.value for widgets in files for widget in widgets]
    return [visitor.images(), texts, values, *[(proto.json, proto.bytes) for proto in told]]


CASES = [(page, view) for page in PAGES for view in VIEWS[page]]


@pytest.mark.parametrize("page", PAGES)
def test_a_newcomers_link_is_empty(visit, page):
    assert visit(page).link == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_parameter_of_a_page_is_asked_for_in_one_of_its_views(visit, page):
    claimed = [visit(page, **view).known.claimed for view in VIEWS[page]]
    assert {name: key for view in claimed for name, key in view.items()} == {
        name: parameter.key for name, parameter in PARAMETERS[page].items()
    }


@pytest.mark.parametrize(("page", "view"), CASES)
def test_a_link_brings_every_choice_and_stays_as_it_is(visit, page, view):
    given = full_link(page, view)
    visitor = visit(page, locale="de-DE", **given)
    for name, value in chosen(visitor).items():
        assert value == PARAMETERS[page][name].kind.parse(given[name])
    assert visitor.link == of_page(page, given, visitor)
    assert visitor.run().link == of_page(page, given, visitor)
    other = visit(page, **visitor.link)
    assert (other.images(), other.numbers()) == (visitor.images(), visitor.numbers())


def seen(visitor) -> list[bytes]:
    """Return all that the browser is told of the page."""
    messages = visitor.runner.forward_msgs()
    return [m.delta.SerializeToString() for m in messages if m.HasField("delta")]


# What is asked for, but shown only together with something else.
TOGETHER = {"from_point": {"from": "point"}, "to_point": {"to": "point"}}


@pytest.mark.parametrize(("page", "view"), CASES)
def test_what_a_link_says_is_what_the_page_shows(visit, page, view, monkeypatch):
    """Each parameter of the page alone changes something that can be seen."""
    monkeypatch.setattr(data, "is_here", lambda dataset: True)  # there are exercises then
    visitor = visit(page, **view)
    plain = seen(visitor)
    assert seen(visit(page, **view)) == plain
    for name, parameter in OWN[page].items():
        single = parameter.kind == OneWord((parameter.default,))
        shown = name in visitor.known.claimed and name not in view and not single
        if shown and not (name == "methods" and view.get("walk") == "draw"):
            given = TOGETHER.get(name, {})
            other = visit(page, **view | given | {name: another(parameter)})
            assert seen(other) != (seen(visit(page, **view | given)) if given else plain), name


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_is_no_value_of_any_parameter(page):
    for name, parameter in PARAMETERS[page].items():
        for junk in JUNK[type(parameter.kind)]:
            if len(junk) > link.LONGEST:  # such a link is passed over as a whole
                continue
            with contextlib.suppress(ValueError):
                assert parameter.kind.parse(junk) == parameter.default, (name, junk)


@pytest.mark.parametrize(
    ("page", "view", "shift"),
    [
        (page, view, shift)
        for page, view in CASES
        for shift in (SHUFFLES if view == VIEWS[page][0] else SHUFFLES[:1])
    ],
)
def test_nonsense_in_the_link_is_passed_over(visit, page, view, shift):
    junk = {
        name: JUNK[type(parameter.kind)][(place + shift) % len(JUNK[type(parameter.kind)])]
        for place, (name, parameter) in enumerate(PARAMETERS[page].items())
    }
    visitor = visit(page, **junk | view, unknown="1")
    for name, value in chosen(visitor).items():
        parameter = PARAMETERS[page][name]
        said = parameter.kind.parse(view[name]) if name in view else parameter.default
        assert value == said, name
    assert visitor.link == view
    assert visitor.run().link == view


@pytest.mark.parametrize(
    ("page", "name", "written", "value"),
    [
        (LATENT, "range", "2.4999", 2.5), (LATENT, "range", "2.76", 3.0),
        (LATENT, "grid", "007", 7), (LATENT, "layers", "mine map", ("map", "mine")),
        (DRAW, "level", "0.333", 0.33), (DRAW, "level", "-0", 0.0), (DRAW, "draw", "03", 3),
        (LATENT, "z", "1.239_-0.001", (1.24, 0.0)),
        (LATENT, "layers", "map map", ("map",)), (LATENT, "layers", "", ()),
    ],
)  # fmt: skip
def test_a_value_between_is_moved_to_one_that_the_page_could_have_made(
    visit, page, name, written, value
):
    visitor, parameter = visit(page, **{name: written}), PARAMETERS[page][name]
    assert chosen(visitor)[name] == value
    assert visitor.link == (
        {} if value == parameter.default else {name: parameter.kind.write(value)}
    )


@pytest.mark.parametrize(("page", "view"), CASES)
def test_a_parameter_that_comes_twice_does_no_harm(visit, page, view):
    twice = {
        name: [value, another(PARAMETERS[page][name])]
        for name, value in full_link(page, view).items()
        if name in PARAMETERS[page]
    }
    visitor = visit(page, **twice)  # fails on an exception
    assert all(isinstance(value, str) for value in visitor.link.values())


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_link_made_in_one_language_works_in_every_other(visit, language):
    given = {"noise": "masking", "level": "0.5", "model": COMPARED[-1]}
    expected = {**chosen(visit(DRAW, **given)), "lang": language}
    assert chosen(visit(DRAW, lang=language, **given)) == expected
    assert expected["noise"] == "masking"


def test_a_card_of_the_home_page_leads_to_its_family(visit):
    visitor = visit(PAGES[0])
    links = {picture["name"]: picture["link"] for picture in visitor.pictures()}
    assert links == {name: f"draw?model={name}" for name in COMPARED}
    visitor.send("families", "picked", "deep", trigger=True)
    assert visitor.code().startswith("# ae_core/models/deep.py")
    assert visitor.link == {"model": "deep"}


# ---------------------------------------------------------------- in a living session


def test_choices_are_written_to_the_link_and_taken_out_again(visit):
    visitor = visit(DRAW, locale="en-US")
    visitor.choose("slider", shared.LEVEL, 0.5).press(shared.NOISE_DRAW)
    visitor.choose("segmented_control", shared.NOISE, "masking")
    visitor.choose("segmented_control", shared.LANGUAGE, "pt")
    assert visitor.link == {"lang": "pt", "noise": "masking", "level": "0.5", "draw": "2"}
    visitor.choose("segmented_control", shared.NOISE, "gaussian")
    visitor.choose("segmented_control", shared.LANGUAGE, "en").choose("slider", shared.LEVEL, 0.0)
    assert visitor.link == {"draw": "2"}


def test_a_widget_that_has_gone_has_nothing_to_say():
    """A browser that clicks twice, fast, still tells of it; Streamlit asks for what it showed."""
    controls._moved(shared.LEVEL, "no_such_widget")
    controls._moved(OWN[LATENT]["z"], "no_such_widget", "nor_this")


@pytest.mark.parametrize("given", [{"example": "20"}, {}, {"example": "12"}])
def test_a_link_is_heard_that_names_a_default_or_drops_a_parameter(visit, given):
    visitor = visit(DRAW, input="sample", example="5", level="0.3")
    visitor.follow(input="sample", **given)
    assert chosen(visitor)["example"] == int(given.get("example", 20))
    assert chosen(visitor)["level"] == 0.0
    assert visitor.shows(shared.EXAMPLE) == int(given.get("example", 20))
    assert visitor.shows(shared.LEVEL) == 0.0


def test_what_the_link_said_before_is_news_once_the_browser_has_caught_up(visit):
    visitor = visit(DRAW, level="0.3").choose("slider", shared.LEVEL, 0.5)
    assert chosen(visitor.run())["level"] == 0.5  # the browser says what it was told
    assert chosen(visitor.follow(level="0.3"))["level"] == 0.3


@pytest.mark.parametrize("late", [{}, {"level": "0.3"}, {"level": "0.5"}])
def test_a_link_that_lags_behind_is_no_news(visit, late):
    """Three quick changes on a slow network: the address says what it was told before."""
    visitor = visit(DRAW)
    for level in (0.3, 0.5, 0.7):
        visitor.at.query_params = {}
        visitor.choose("slider", shared.LEVEL, level)
    visitor.at.query_params = dict(late)
    assert chosen(visitor.run())["level"] == 0.7
    assert visitor.link == {"level": "0.7"}
    visitor.at.query_params = dict(late)
    assert chosen(visitor.choose("segmented_control", shared.NOISE, "masking"))["level"] == 0.7


@pytest.mark.parametrize("given", [{}, {"level": "0.3"}, {"noise": "masking", "draw": "2"}])
def test_the_browsers_back_button_means_its_whole_link(visit, given):
    visitor = visit(DRAW, level="0.3").choose("slider", shared.LEVEL, 0.5)
    visitor.press(shared.NOISE_DRAW)
    visitor.back(**given)
    fresh = visit(DRAW, **given)
    assert chosen(visitor) == chosen(fresh)
    assert visitor.link == fresh.link == given
    assert visitor.images() == fresh.images()


def test_a_link_is_heard_within_a_fragment_too(visit):
    visitor = visit(DRAW)
    visitor.at.query_params = {"level": "0.25"}
    visitor.press(shared.NOISE_DRAW)
    assert chosen(visitor)["level"] == 0.25


# ---------------------------------------------------------------- from page to page


def walk(visitor, view_of: dict[str, dict]) -> None:
    for page in [*PAGES, *reversed(PAGES)]:
        visitor.go(page)
        claimed = set(visitor.known.claimed)
        assert set(visitor.link) <= claimed <= set(PARAMETERS[page])
        view_of.setdefault(page, visitor.link)
        assert visitor.link == view_of[page]  # on the way back as on the way there


def test_nothing_of_one_page_stands_in_the_address_of_another(visit):
    visitor, seen = visit(), {}
    for page in PAGES:
        visitor.go(page)
        visitor.follow(**full_link(page, VIEWS[page][0]))
        seen[page] = visitor.link
        assert set(visitor.link) <= set(PARAMETERS[page])
    last = {name: value for link in seen.values() for name, value in link.items()}
    for page in seen:  # what is shared is as it was chosen last
        names = SHARED[page]
        seen[page] = {n: last[n] if n in names else v for n, v in seen[page].items()}
    walk(visitor, seen)


@pytest.mark.parametrize("name", ["layers", "sample", "place"])
def test_parameters_of_one_name_on_two_pages_know_nothing_of_each_other(visit, name):
    pages = [page for page in PAGES if name in OWN[page]]
    assert len(pages) > 1
    for one in pages:
        visitor = visit(one, **{name: another(OWN[one][name])})
        told = visitor.link
        assert set(told) == {name}
        for other in pages:
            if other != one:
                visitor.go(other)
                assert chosen(visitor)[name] == OWN[other][name].default
                assert visitor.link == {}
        assert visitor.go(one).link == told


def test_what_pages_share_goes_along(visit):
    given = {"lang": "pt", "input": "sample", "digit": "3", "example": "4",
             "noise": "masking", "model": COMPARED[-1]}  # fmt: skip
    visitor = visit(DRAW, **given)
    for page in [LATENT, PAGES[0], DRAW]:
        visitor.go(page)
        expected = {name: value for name, value in given.items() if name in SHARED[page]}
        assert visitor.link == expected


def test_keys_and_names_are_each_parameters_own():
    for page in PAGES:
        assert set(OWN[page]).isdisjoint(SHARED[page])
    keys = [p.key for page in PAGES for p in OWN[page].values()]
    assert len(set(keys)) == len(keys)


# ---------------------------------------------------------------- Parameter alone


@dataclass
class Context:
    """What `link` asks Streamlit for."""

    page_script_hash: str = "page"
    is_history_navigation: bool = False
    cursors: dict = field(default_factory=dict)  # made anew for every run
    cursors: dict = field(default_factory=dict)


class Address(dict):
    def to_dict(self):
        return dict(self)

    def get_all(self, name):
        return [self[name]] if name in self else []

    def from_dict(self, other):
        self.clear()
        self.update(other)


@pytest.fixture
def browser(monkeypatch):
    """Play one session: `browser(page="a", back=False, x="1")` asks for PLACE; returns it."""
    place = Link("test").whole("x", 7, 0, 99)
    context, address, session = Context(), Address(), {}

    def ask(page="page", back=False, new=None, **query):
        nonlocal context
        context = replace(context, page_script_hash=page, is_history_navigation=back, cursors={})
        address.from_dict(query)
        if new is not None:
            place.take(new)
        link.begin()
        value = place.value
        link.end()
        return value, dict(address)

    monkeypatch.setattr(link, "get_script_run_ctx", lambda **_: context)
    monkeypatch.setattr(link.st, "query_params", address)
    monkeypatch.setattr(link.st, "session_state", session)
    return ask


def test_a_session_with_a_slow_browser(browser):
    assert browser() == (7, {})
    assert browser(new=1) == (1, {"x": "1"})
    assert browser(new=2) == (2, {"x": "2"})  # the address still says nothing
    assert browser(x="1") == (2, {"x": "2"})  # it got the first of the two
    assert browser(x="2") == (2, {"x": "2"})
    assert browser(x="1") == (1, {"x": "1"})  # now that is news
    assert browser() == (7, {})  # dropped
    assert browser(x="7") == (7, {})  # the default by name
    assert browser(x="3", y="1") == (3, {"x": "3"})  # what nobody asks for is taken out


def test_history_counts_even_where_the_same_was_just_written(browser):
    browser(new=1)
    browser(new=2)
    assert browser(x="1", back=True) == (1, {"x": "1"})
    assert browser(back=True) == (7, {})


def test_what_stands_in_the_link_by_accident_of_the_page_before_is_not_taken(browser):
    browser(x="5")
    assert browser(page="other", x="5") == (5, {"x": "5"})  # the same parameter, asked again
    assert browser(page="third", x="6") == (6, {"x": "6"})  # a new link


def test_nobody_knows_of_parameters_outside_a_session():
    with pytest.raises(RuntimeError, match="session"):
        shared.LEVEL.take(0.5)
