"""Small pieces that several pages show in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ae_core.autoencoder import Autoencoder, WeightsError
from ae_core.models import compared, families
from ae_core.studies import StudyError

from . import cache, glossary, present, shared
from .text import N_, _, decimal_sign

PROBLEMS = {
    "missing": N_("The file `{file}` is missing."),
    "unreadable": N_("The file `{file}` cannot be read."),
    "foreign": N_("The file `{file}` is not the one that was trained."),
}


def title(name: str) -> str:
    """Return what a family is called in the session's language."""
    if name.startswith(shared.OWN_NAME):
        return _("Your network")
    family = families().get(name)
    return _(family.title) if family else name


def full_title(name: str) -> str:
    """Return what a family is called, and which of its members this is if it has several."""
    family = families().get(name)
    if not family or not family.member:
        return title(name)
    return f"{title(name)} · {family.member.replace('.', decimal_sign())}"


def _complain(name: str, error: WeightsError) -> None:
    st.warning(
        _(
            "{family} cannot be used. {reason} Repair it with `{command}` and start the app again.",
            family=title(name),
            reason=_(PROBLEMS[error.problem], file=error.file),
            command=error.command,
        ),
        icon=":material/build:",
    )


def usable_or_stop(*wanted: str, dataset: str = "mnist") -> dict[str, Autoencoder]:
    """Return the wanted families that can be used; say what is wrong with the others.

    Without any usable one the page ends here.

    Args:
        wanted: names of families; without any, all that stand in the rows of all families.
        dataset: what they were trained on.
    """
    networks = cache.networks(dataset)
    wanted = wanted or compared(dataset)
    broken = [name for name in wanted if name in networks.broken]
    for name in broken:
        _complain(name, networks.broken[name])
    usable = {name: networks.usable[name] for name in wanted if name in networks.usable}
    if not usable and not broken:
        # Only MNIST has every family.
        which = "--missing" if dataset == "mnist" else f"{' '.join(wanted)} --dataset {dataset}"
        st.error(
            _(
                "There are no trained networks. Make them with `{command}`.",
                command=f"python -m ae_core train {which}",
            )
        )
    if not usable:
        st.stop()
    return usable


def all_or_stop(*wanted: str, dataset: str = "mnist") -> list[Autoencoder]:
    """Return the wanted families; without any one of them the page says so and ends here."""
    usable = usable_or_stop(*wanted, dataset=dataset)
    missing = [name for name in wanted if name not in usable]
    for name in missing:
        if name not in cache.networks(dataset).broken:
            data_set = "" if dataset == "mnist" else f" --dataset {dataset}"
            st.error(
                _(
                    "{family} is not trained yet. Train it with `{command}`.",
                    family=title(name),
                    command=f"python -m ae_core train {name}{data_set}",
                )
            )
    if missing:
        st.stop()
    return list(usable.values())


def figures_or_stop(study: str) -> dict[str, Any]:
    """Return the figures of a study; if they cannot be read, say so and end the page."""
    try:
        return cache.figures(study)
    except StudyError as error:
        say_broken(error)
        st.stop()


def say_broken(error: StudyError | WeightsError) -> None:
    """Say what is wrong with a file, and the command that mends it."""
    st.warning(
        _(
            "{reason} Repair it with `{command}` and start the app again.",
            reason=_(PROBLEMS[error.problem], file=error.file),
            command=error.command,
        ),
        icon=":material/build:",
    )


def explaining() -> bool:
    """Return whether a page explains itself; while presenting, whoever presents does."""
    return not present.on()


def dark() -> bool:
    """Return whether the visitor looks at the dark theme."""
    return st.context.theme.type == "dark"


def heading(text: str) -> None:
    """Show the heading of a part of a page."""
    st.markdown(f"##### {glossary.mark(text)}")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show a small table: names on the left, numbers to their right."""
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    st.markdown(glossary.mark(text))


def about_vote() -> str:
    """Return what the accuracy of ten nearest neighbours is."""
    return glossary.meaning("vote")
