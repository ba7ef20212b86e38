"""Parameters: typed choices of the visitor, kept in the session and carried by the link.

    link = Link("holes")
    PLACE = link.point("place", (-0.7, 0.1), reach=1)
    LAYERS = link.words("layers", ("map", "circles"), "map")
    SAMPLE = link.counter("sample")

A page names its parameters in its own file; `PLACE.value` is what the visitor chose. Widgets
(`controls`) and components show a parameter and write it back. Whatever comes from outside, a link
or a component, goes through the parameter's one parser: it becomes a value that the page's own
controls could have made, or it is dropped.
"""

from __future__ import annotations

import logging
import re
import reprlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ae_core import strokes
from ae_core.strokes import Strokes

T = TypeVar("T")
Numbers = tuple[float, ...]
Settings = tuple[tuple[int, float], ...]  # places and their values
LONGEST = strokes.LONGEST  # characters of one value in a link
MOST_TOLD = 32  # texts that a slow browser may still have in its link
LARGEST = sys.float_info.max  # beyond it a whole number is no float
_LOG = logging.getLogger("autoencoder_lab")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")  # no "1e9", no "inf", no digits but ASCII's


# ---------------------------------------------------------------- what a value may be


class Kind(Generic[T]):
    """What a parameter may be. Both ways in raise ValueError for anything else."""

    def take(self, raw: object) -> T:
        """Return the value that a widget or a component means by `raw`."""
        raise NotImplementedError

    def parse(self, text: str) -> T:
        """Return the value that a link means by `text`."""
        return self.take(text)

    def write(self, value: T) -> str:
        """Return how `value` stands in a link."""
        return str(value)


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) <= LARGEST:
        raise ValueError("expected a finite number")
    return float(raw)


def _parsed_number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("expected a decimal number")
    return float(text)


@dataclass(frozen=True)
class OneWord(Kind[str]):
    """One of a few words, which never change with the language."""

    options: tuple[str, ...]

    def take(self, raw: object) -> str:
        if not isinstance(raw, str) or raw not in self.options:
            raise ValueError("expected one of the options")
        return raw


@dataclass(frozen=True)
class Token(Kind[str]):
    """A random name that nobody guesses, 32 hexadecimal digits; or none, ""."""

    def take(self, raw: object) -> str:
        if not isinstance(raw, str) or not re.fullmatch(r"([0-9a-f]{32})?", raw, re.ASCII):
            raise ValueError("expected 32 hexadecimal digits")
        return raw


@dataclass(frozen=True)
class OneWordOrToken(OneWord):
    """One of a few words, or `prefix` and a random name, as of `Token`."""

    prefix: str

    def take(self, raw: object) -> str:
        if isinstance(raw, str) and raw.startswith(self.prefix) and raw != self.prefix:
            return self.prefix + Token().take(raw.removeprefix(self.prefix))
        return super().take(raw)


@dataclass(frozen=True)
class SomeWords(Kind[tuple[str, ...]]):
    """Some of a few words, or none; always in the order of the options, joined by spaces."""

    options: tuple[str, ...]

    def take(self, raw: object) -> tuple[str, ...]:
        words = raw.split() if isinstance(raw, str) else raw
        if not isinstance(words, list | tuple) or not all(word in self.options for word in words):
            raise ValueError("expected some of the options")
        return tuple(option for option in self.options if option in words)

    def write(self, value: tuple[str, ...]) -> str:
        return " ".join(value)


@dataclass(frozen=True)
class Stepped(Kind[float]):
    """A number on a scale: `low`, `low + step`, … `high`; one between two steps is moved."""

    low: float
    high: float
    step: float

    def take(self, raw: object) -> float:
        value = _number(raw)
        if not self.low <= value <= self.high:
            raise ValueError(f"expected a number from {self.low} to {self.high}")
        steps = round((value - self.low) / self.step)
        return min(self.high, round(self.low + steps * self.step, 6))

    def parse(self, text: str) -> float:
        return self.take(_parsed_number(text))

    def write(self, value: float) -> str:
        return f"{value:g}"


@dataclass(frozen=True)
class Whole(Kind[int]):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def take(self, raw: object) -> int:
        value = _number(raw)
        if value != int(value) or not self.low <= value <= self.high:
            raise ValueError(f"expected a whole number from {self.low} to {self.high}")
        return int(value)

    def parse(self, text: str) -> int:
        return self.take(_parsed_number(text))


@dataclass(frozen=True)
class SomeNumbers(Kind[Numbers]):
    """`least` to `most` numbers in hundredths, a multiple of `by`, joined by "_".

    A component's number beyond ±reach is moved to the edge; in a link it is nonsense.
    """

    least: int
    most: int
    reach: float
    by: int = 1

    def take(self, raw: object) -> Numbers:
        if not isinstance(raw, list | tuple) or not self.least <= len(raw) <= self.most:
            raise ValueError(f"expected {self.least} to {self.most} numbers")
        if len(raw) % self.by:
            raise ValueError(f"expected a multiple of {self.by} numbers")
        moved = (max(-self.reach, min(self.reach, _number(value))) for value in raw)
        return tuple(round(value, 2) + 0.0 for value in moved)  # + 0.0: no -0.0

    def parse(self, text: str) -> Numbers:
        values = [_parsed_number(part) for part in text.split("_")]
        if any(abs(value) > self.reach for value in values):
            raise ValueError(f"expected numbers within ±{self.reach}")
        return self.take(values)

    def write(self, value: Numbers) -> str:
        return "_".join(f"{number:g}" for number in value)


@dataclass(frozen=True)
class SomeSettings(Kind[Settings]):
    """Some of `count` numbers, each with its place, from 1, and a value in hundredths; or none.

    In a link "3:0_17:2.5". A component's value beyond `low` or `high` is moved to the edge; in a
    link it is nonsense.
    """

    count: int
    low: float
    high: float

    def take(self, raw: object) -> Settings:
        if not isinstance(raw, list | tuple):
            raise ValueError("expected pairs of a place and a value")
        found: dict[int, float] = {}
        for pair in raw:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise ValueError("expected pairs of a place and a value")
            place, value = map(_number, pair)
            if place != int(place) or not 1 <= place <= self.count or int(place) in found:
                raise ValueError(f"expected different places from 1 to {self.count}")
            found[int(place)] = round(min(self.high, max(self.low, value)), 2) + 0.0  # no -0.0
        return tuple(sorted(found.items()))

    def parse(self, text: str) -> Settings:
        pairs = [part.split(":") for part in text.split("_")] if text else []
        parsed = [[_parsed_number(number) for number in pair] for pair in pairs]
        if any(not self.low <= number <= self.high for _place, *rest in parsed for number in rest):
            raise ValueError(f"expected values from {self.low} to {self.high}")
        return self.take(parsed)

    def write(self, value: Settings) -> str:
        return "_".join(f"{place}:{number:g}" for place, number in value)


@dataclass(frozen=True)
class Drawing(Kind[Strokes]):
    """The strokes of a drawing, or none."""

    def take(self, raw: object) -> Strokes:
        return strokes.checked(raw)

    def parse(self, text: str) -> Strokes:
        return strokes.unpack(text)

    def write(self, value: Strokes) -> str:
        return strokes.pack(value)


# ---------------------------------------------------------------- the visit


@dataclass
class Visit:
    """What a session knows of its parameters.

    Attributes:
        page: the page that the visitor is on.
        values: of the parameters, by key.
        told: what the link said last, then what the app has written since, by key. Until the
            browser has it, a link still says the old; that is no news.
        url: the parameters in the link, as far as the app knows.
        left_over: names that stand in the link only because the page before had them.
        claimed: the keys of the parameters of this page, by name.
        complete: whether what the link leaves out is at its default: the visitor came back by the
            browser's own button.
        widgets: keys of the widgets shown.
        run: something that is another object in every run.
        link: what the link said when the run began.
        heard: keys of the parameters that have looked at it in this run.
        dropped: keys of the parameters for which it said what could not be read.
    """

    page: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    told: dict[str, list[str | None]] = field(default_factory=dict)
    url: dict[str, str] = field(default_factory=dict)
    left_over: set[str] = field(default_factory=set)
    claimed: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    widgets: set[str] = field(default_factory=set)
    run: object = None
    link: dict[str, str] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)


def visit() -> Visit:
    """Return what this session knows of its parameters; raises RuntimeError outside a session."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        raise RuntimeError("parameters belong to a session: there is none on this thread")
    known: Visit = st.session_state.setdefault("visit", Visit())
    if known.run is not context.cursors:  # made anew for every run, of a fragment too
        known.run, known.heard = context.cursors, set()
        known.link = st.query_params.to_dict()
    return known


def begin() -> None:
    """Look at the link at the start of a run; app.py calls this before anything else."""
    known, context = visit(), get_script_run_ctx()
    assert context is not None
    link = known.link
    known.complete = context.is_history_navigation
    if known.page != context.page_script_hash or known.complete:
        known.left_over = set()
        if known.page is not None and not known.complete:
            known.left_over = {name for name in link if known.url.get(name) == link[name]}
        known.page = context.page_script_hash
        known.told.clear()
        known.heard.clear()  # a callback may have asked before
        for key in known.widgets:  # on another page the same key is another widget to Streamlit
            st.session_state.pop(key, None)
        known.widgets.clear()
    known.url = dict(link)
    known.claimed = {}


def end() -> None:
    """Take out of the link what does not belong to this page; app.py calls this last."""
    known = visit()
    if any(
        name not in known.claimed or len(st.query_params.get_all(name)) > 1
        for name in st.query_params
    ):
        st.query_params.from_dict(
            {name: text for name, text in st.query_params.items() if name in known.claimed}
        )
        known.url = st.query_params.to_dict()
    for key in [key for key in known.told if key not in known.claimed.values()]:
        del known.told[key]  # whoever asks for it later on this page begins anew


# ---------------------------------------------------------------- parameters


@dataclass(frozen=True)
class Parameter(Generic[T]):
    """One choice: its key in the session, its name in the link, what it may be, and its default.

    A default that is a function is asked each time.
    """

    key: str
    name: str
    kind: Kind[T]
    standard: T | Callable[[], T]

    @property
    def default(self) -> T:
        """The value that needs no place in the link."""
        return self.standard() if callable(self.standard) else self.standard

    @property
    def value(self) -> T:
        """What the visitor chose; a link that says something new is heard, and kept up to date."""
        known = visit()
        known.claimed[self.name] = self.key
        if self.key not in known.heard:
            known.heard.add(self.key)
            text = known.link.get(self.name)
            if self._is_news(known, text):
                known.told[self.key] = [text]
                self._take_text(known, text)
        value = known.values.setdefault(self.key, self.default)
        self._write(known, value)
        return value

    def _is_news(self, known: Visit, text: str | None) -> bool:
        told = known.told.get(self.key)
        if told is None:  # for the first time on this visit of the page
            known.told[self.key] = [text]
            given = text is not None and self.name not in known.left_over
            return given or known.complete
        if text in told:
            del told[: told.index(text)]
            return False
        return True

    def _take_text(self, known: Visit, text: str | None) -> None:
        if text is None:
            known.values.pop(self.key, None)
            return
        try:
            if len(text) > LONGEST:
                raise ValueError("too long")
            known.values[self.key] = self.kind.parse(text)
            known.dropped.discard(self.key)
        except ValueError as problem:
            known.dropped.add(self.key)
            _LOG.info("link: %s=%.60r dropped: %s", self.name, text, problem)

    def _write(self, known: Visit, value: T) -> None:
        text = None if value == self.default else self.kind.write(value)
        if text == st.query_params.get(self.name):
            return
        told = known.told[self.key]
        if told[-1] != text:
            told.append(text)
            del told[:-MOST_TOLD]
        if text is None:
            del st.query_params[self.name]
            known.url.pop(self.name, None)
        else:
            st.query_params[self.name] = text
            known.url[self.name] = text

    def set(self, value: T) -> None:
        """Choose `value`, for a button's `on_click`; the page shows it when it runs next."""
        visit().values[self.key] = value
        visit().dropped.discard(self.key)

    def take(self, raw: object) -> None:
        """Choose what a widget or a component sent; or drop it, with one line in the log.

        None is nothing: a component has sent something else.
        """
        if raw is None:
            return
        try:
            self.set(self.kind.take(raw))
        except ValueError as problem:
            _LOG.info("%s: %.60s dropped: %s", self.key, reprlib.repr(raw), problem)

    def reset(self) -> None:
        """Go back to the default, for a button's `on_click`."""
        visit().values.pop(self.key, None)


class Counter(Parameter[int]):
    """A number that a button counts up, such as which sample is drawn; it starts at 1."""

    def count(self) -> None:
        """Count up by one, for a button's `on_click`."""
        self.set(visit().values.get(self.key, 1) % MOST_COUNTED + 1)


MOST_COUNTED = 10**6


class Link:
    """The parameters of one page, or of several pages that share them on purpose.

    Args:
        owner: of the parameters; two owners may use the same name in the link, on their own pages.
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def _key(self, name: str) -> str:
        return f"{self.owner}_{name}"

    def word(
        self, name: str, options: Iterable[str], default: str | Callable[[], str] | None = None
    ) -> Parameter[str]:
        """One of `options`; the first one if there is no `default`."""
        words = tuple(options)
        standard = words[0] if default is None else default
        return Parameter(self._key(name), name, OneWord(words), standard)

    def word_or_token(self, name: str, options: Iterable[str], prefix: str) -> Parameter[str]:
        """One of `options`, at first the first one, or `prefix` and a random name."""
        words = tuple(options)
        return Parameter(self._key(name), name, OneWordOrToken(words, prefix), words[0])

    def words(self, name: str, options: Iterable[str], default: str) -> Parameter[tuple[str, ...]]:
        """Some of `options`; `default` is a text such as "map circles"."""
        kind = SomeWords(tuple(options))
        return Parameter(self._key(name), name, kind, kind.parse(default))

    def number(
        self, name: str, default: float, low: float, high: float, step: float
    ) -> Parameter[float]:
        """A number on a scale."""
        return Parameter(self._key(name), name, Stepped(low, high, step), default)

    def whole(
        self, name: str, default: int | Callable[[], int], low: int, high: int
    ) -> Parameter[int]:
        """A whole number."""
        return Parameter(self._key(name), name, Whole(low, high), default)

    def counter(self, name: str) -> Counter:
        """A number that a button counts up."""
        return Counter(self._key(name), name, Whole(1, MOST_COUNTED), 1)

    def point(self, name: str, default: Sequence[float], reach: float) -> Parameter[Numbers]:
        """A point of a plane, two numbers within ±reach."""
        return Parameter(self._key(name), name, SomeNumbers(2, 2, reach), tuple(default))

    def path(
        self, name: str, default: Sequence[float], corners: int, reach: float
    ) -> Parameter[Numbers]:
        """A path of two to `corners` points of a plane: x, y, x, y, and so on."""
        kind = SomeNumbers(4, 2 * corners, reach, by=2)
        return Parameter(self._key(name), name, kind, kind.take(list(default)))

    def drawing(self, name: str) -> Parameter[Strokes]:
        """A drawing; at first an empty one."""
        return Parameter(self._key(name), name, Drawing(), ())

    def settings(self, name: str, count: int, low: float, high: float) -> Parameter[Settings]:
        """Some of `count` numbers with the values they are set to; at first none."""
        return Parameter(self._key(name), name, SomeSettings(count, low, high), ())

    def token(self, name: str) -> Parameter[str]:
        """A random name that the app has given to something; at first none."""
        return Parameter(self._key(name), name, Token(), "")

    def own_code(self, name: str, numbers: int, reach: float) -> Parameter[Numbers | None]:
        """A code of so many numbers; None: that of the visitor's digit, whichever it is."""
        kind = cast(Kind[Numbers | None], SomeNumbers(numbers, numbers, reach))  # None is no text
        return Parameter(self._key(name), name, kind, None)
