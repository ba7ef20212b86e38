"""The pages as cards, in their groups: each a link with a small picture and a question."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from .. import nothing, sent
from ..source import mount

_lobby = mount("lobby", Path(__file__).parent)


@dataclass(frozen=True)
class Card:
    """One page.

    Attributes:
        slug: its path in the address.
        title, question: in the visitor's language.
        icon: as Streamlit has it, such as ":material/hub:".
        picture: address of a small picture; without one the icon is shown.
    """

    slug: str
    title: str
    question: str
    icon: str
    picture: str = ""


def show(label: str, groups: tuple[tuple[str, tuple[Card, ...]], ...], key: str) -> None:
    """Show cards by their groups.

    What it sends is the same for all visitors of a language, so a browser that has it is sent only
    its hash; the parameters that go along to a page are taken from the address as it stands.

    Args:
        label: what it is called, for those who cannot see it.
        groups: the title of each, with its cards.
        key: of the element.
    """
    _lobby(data=_packed(label, groups), key=key, on_picked_change=nothing)


@lru_cache(16)
def _packed(label: str, groups: tuple[tuple[str, tuple[Card, ...]], ...]) -> bytes:
    told = [{"title": title, "cards": [asdict(card) for card in cards]} for title, cards in groups]
    return json.dumps({"label": label, "groups": told}).encode() + b"\n"


def picked(key: str) -> object:
    """Return the slug of the card that was just clicked, or None. It may be anything."""
    return sent(key, "picked")
