"""Streamlit's widgets, each showing one parameter and writing it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from .link import (
    Counter,
    Numbers,
    OneWord,
    Parameter,
    SomeNumbers,
    SomeWords,
    Stepped,
    Whole,
    visit,
)


def _shows(key: str, value: object) -> None:
    """Let the widget `key` show `value`.

    Only if it shows another one: told again, a slider would jump back under a hand that is faster.
    """
    visit().widgets.add(key)
    if key not in st.session_state or not _same(st.session_state[key], value):
        st.session_state[key] = value


def _same(shown: object, value: object) -> bool:
    if isinstance(shown, float) and isinstance(value, float):
        return abs(shown - value) < 1e-6  # a browser's third step of 0.05 is 0.15000000000000002
    return shown == value


def _moved(parameter: Parameter[Any], *keys: str) -> None:
    """Take what a widget shows, or several that belong together.

    A browser that has not heard yet of their end still tells of them: there is nothing to take.
    """
    if all(key in st.session_state for key in keys):
        shown = [st.session_state[key] for key in keys]
        parameter.take(shown if isinstance(parameter.kind, SomeNumbers) else shown[0])


def _offered(parameter: Parameter[str], options: Sequence[str] | None) -> Sequence[str]:
    """Return what can be chosen; a choice that is not among it gives way to the first one."""
    assert isinstance(parameter.kind, OneWord)
    options = options or parameter.kind.options
    if parameter.value not in options:
        parameter.set(options[0])
    return options


def choose(
    parameter: Parameter[str],
    label: str,
    title: Callable[[str], str],
    options: Sequence[str] | None = None,
    **settings: Any,
) -> str:
    """Show a row of options and return the chosen one.

    Args:
        parameter: what is chosen.
        label: what it is called, translated.
        title: makes an option's translated label.
        options: those that are offered just now; else all. If the chosen one is not among them,
            it is the first.
        settings: further arguments of `st.segmented_control`.
    """
    options = _offered(parameter, options)
    _shows(parameter.key, parameter.value)
    st.segmented_control(
        label,
        options,
        format_func=title,
        key=parameter.key,
        required=True,
        on_change=_moved,
        args=(parameter, parameter.key),
        wrap=True,  # on a phone no option hides beyond the edge
        **settings,
    )
    return parameter.value


def select(
    parameter: Parameter[str],
    label: str,
    title: Callable[[str], str],
    options: Sequence[str] | None = None,
    **settings: Any,
) -> str:
    """Show a list of options and return the chosen one; arguments as for `choose`."""
    options = _offered(parameter, options)
    titles = {name: title(name) for name in options}  # in this run's language
    _shows(parameter.key, parameter.value)
    st.selectbox(
        label,
        options,
        format_func=titles.__getitem__,
        key=parameter.key,
        on_change=_moved,
        args=(parameter, parameter.key),
        **settings,
    )
    return parameter.value


def switch(
    parameter: Parameter[tuple[str, ...]],
    label: str,
    title: Callable[[str], str],
    options: Sequence[str] | None = None,
    **settings: Any,
) -> tuple[str, ...]:
    """Show words that can be switched on and off; return those that are on.

    Arguments are as for `choose`; a word that is on and not among `options` stays on, unseen.
    """
    assert isinstance(parameter.kind, SomeWords)
    options = options or parameter.kind.options
    _shows(parameter.key, [name for name in parameter.value if name in options])
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=title,
        key=parameter.key,
        on_change=_moved,
        args=(parameter, parameter.key),
        wrap=True,
        **settings,
    )
    return parameter.value


def slide(parameter: Parameter[Any], label: str, **settings: Any) -> Any:
    """Show a slider for a number and return it; `settings` are those of `st.slider`."""
    kind = parameter.kind
    assert isinstance(kind, Stepped | Whole)
    _shows(parameter.key, parameter.value)
    st.slider(
        label,
        kind.low,
        kind.high,
        step=kind.step if isinstance(kind, Stepped) else 1,
        key=parameter.key,
        on_change=_moved,
        args=(parameter, parameter.key),
        **settings,
    )
    return parameter.value


def slide_each(parameter: Parameter[Numbers], labels: Sequence[str], **settings: Any) -> Numbers:
    """Show a slider for each number of a code and return the code."""
    assert isinstance(parameter.kind, SomeNumbers)
    reach, value = parameter.kind.reach, parameter.value
    keys = [f"{parameter.key}_{index}" for index in range(1, len(labels) + 1)]

    for key, label, number in zip(keys, labels, value, strict=True):
        _shows(key, number)
        st.slider(
            label,
            -reach,
            reach,
            step=0.01,
            key=key,
            on_change=_moved,
            args=(parameter, *keys),
            **settings,
        )
    return parameter.value


def number(parameter: Parameter[int], label: str, **settings: Any) -> int:
    """Show a field for a whole number and return it."""
    kind = parameter.kind
    assert isinstance(kind, Whole)
    _shows(parameter.key, parameter.value)
    st.number_input(
        label,
        kind.low,
        kind.high,
        key=parameter.key,
        on_change=_moved,
        args=(parameter, parameter.key),
        **settings,
    )
    return parameter.value


def again(counter: Counter, label: str, **settings: Any) -> int:
    """Show a button that counts up, such as "New points"; return the count."""
    count = counter.value
    st.button(label, icon=":material/casino:", key=counter.key, on_click=counter.count, **settings)
    return count
