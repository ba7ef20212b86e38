"""Every parameter of every page: what goes out comes back, and nothing else gets in."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visitor import PARAMETERS

from pages.ui.link import (
    Drawing,
    Link,
    OneWord,
    SomeNumbers,
    SomeSettings,
    SomeWords,
    Stepped,
    Token,
)

ALL = {p.key: p for parameters in PARAMETERS.values() for p in parameters.values()}
EACH = pytest.mark.parametrize("key", ALL)


def differing() -> list[str]:
    """Return the keys of parameters that differ in their kind; of the words, those with most."""
    kinds = {}
    for key, parameter in sorted(ALL.items(), key=lambda item: len(repr(item[1].kind))):
        kind = parameter.kind
        words = isinstance(kind, OneWord | SomeWords | Drawing)
        kinds[type(kind) if words else repr(kind)] = key
    return list(kinds.values())


EACH_KIND = pytest.mark.parametrize("key", differing())
HUGE = 10**400
NUMBERS = (
    st.integers() | st.floats() | st.floats(-5, 5) | st.integers(-2, 40) | st.booleans()
    | st.just(HUGE)
)  # fmt: skip
SCALARS = st.none() | NUMBERS | st.text(max_size=5) | st.sampled_from(["03", "٣", " 3", "map", "7"])
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


POINTS = st.lists(st.integers(0, 511), min_size=2, max_size=2)
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=9), max_size=9)


def raw_of(kind):
    """Return what a component may send for a kind: sound, nearly sound, or anything at all."""
    if isinstance(kind, OneWord):
        return st.sampled_from(kind.options) | ANYTHING
    if isinstance(kind, Token):
        return (
            st.sampled_from(["", "0f" * 16]) | st.text("0123456789abcdefAF", max_size=33) | ANYTHING
        )
    if isinstance(kind, SomeWords):
        return st.lists(st.sampled_from([*kind.options, "moon"])) | ANYTHING
    if isinstance(kind, Drawing):
        return STROKES | st.lists(st.lists(st.lists(NUMBERS))) | ANYTHING
    if isinstance(kind, SomeNumbers):
        sizes = st.integers(kind.least - 1, kind.most + 1)
        return sizes.flatmap(lambda n: st.lists(NUMBERS, min_size=n, max_size=n)) | ANYTHING
    if isinstance(kind, SomeSettings):
        return st.lists(st.lists(NUMBERS, min_size=1, max_size=3), max_size=3) | ANYTHING
    return st.floats(kind.low, kind.high) | NUMBERS | ANYTHING


def sound(kind):
    """Return values that a kind takes."""
    if isinstance(kind, OneWord):
        return st.sampled_from(kind.options)
    if isinstance(kind, Token):
        return st.sampled_from(["", "0f" * 16, "1" * 32])
    if isinstance(kind, SomeWords):
        return st.lists(st.sampled_from(kind.options))
    if isinstance(kind, Drawing):
        return STROKES
    if isinstance(kind, SomeNumbers):
        number = st.floats(-2 * kind.reach, 2 * kind.reach)
        sizes = st.sampled_from(range(kind.least, kind.most + 1, kind.by))
        return sizes.flatmap(lambda n: st.lists(number, min_size=n, max_size=n))
    if isinstance(kind, SomeSettings):
        values = st.floats(kind.low - 1, kind.high + 1)
        return st.dictionaries(st.integers(1, kind.count), values).map(lambda all: [*all.items()])
    if isinstance(kind, Stepped):
        return st.floats(kind.low, kind.high)
    return st.integers(kind.low, kind.high)


def check(kind, value) -> None:
    """Fail if a value is none that the kind's own controls could have made."""
    assert type(kind.take(value)) is type(value)
    assert kind.take(value) == value
    assert kind.parse(kind.write(value)) == value
    hash(value)
    if isinstance(kind, Stepped):
        steps = (value - kind.low) / kind.step
        assert kind.low <= value <= kind.high
        assert abs(steps - round(steps)) < 1e-6


@EACH_KIND
@settings(max_examples=60)
@given(st.data())
def test_every_value_comes_back_from_the_link(key, data):
    kind = ALL[key].kind
    check(kind, kind.take(data.draw(sound(kind))))


@EACH_KIND
@settings(max_examples=150)
@given(st.data())
def test_whatever_is_sent_is_dropped_or_becomes_a_value(key, data):
    kind = ALL[key].kind
    with contextlib.suppress(ValueError):
        check(kind, kind.take(data.draw(raw_of(kind))))


@EACH_KIND
@settings(max_examples=60)
@given(text=st.text(max_size=20) | st.text("0123456789._-+eE٣ ", max_size=12))
def test_whatever_a_link_says_is_dropped_or_becomes_a_value(key, text):
    kind = ALL[key].kind
    with contextlib.suppress(ValueError):
        check(kind, kind.parse(text))


@EACH
def test_defaults_are_values(key):
    parameter = ALL[key]
    if callable(parameter.standard):
        check(parameter.kind, parameter.standard())
    elif parameter.standard is not None:  # None: that of the visitor's digit
        check(parameter.kind, parameter.standard)


@EACH
@pytest.mark.parametrize("raw", [True, False, None, {}, [[]], float("nan"), float("inf"), HUGE],
                         ids=repr)  # fmt: skip
def test_what_is_never_a_value(key, raw):
    with pytest.raises(ValueError, match="expected"):
        ALL[key].kind.take(raw)


def test_a_number_is_ascii_digits_and_nothing_else():
    kind = Link("test").number("x", 0, -9, 9, 1).kind
    assert kind.parse("-3") == -3
    for text in ("٣", " 3", "3 ", "+3", "3e0", "3.", ".3", "0x3", "1_0", "³", "3\n", ""):
        with pytest.raises(ValueError, match="expected"):
            kind.parse(text)


def test_a_counter_starts_again_rather_than_leave_the_link():
    counter = Link("test").counter("n")
    assert counter.kind.take(counter.kind.high) == 10**6
    with pytest.raises(ValueError, match="expected"):
        counter.kind.take(10**6 + 1)
