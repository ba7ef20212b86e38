"""Making digits from a plain autoencoder: where to sample its codes, beside a VAE's prior."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from ae_core.experiments import sampling
from ae_core.figures import pixels, slides
from pages.ui import cache, controls, first_step, frame, glossary, show
from pages.ui.components import board, decoded, downloads, networks
from pages.ui.link import Link
from pages.ui.text import N_, _, number, prose

TITLE = N_("Making digits from a plain autoencoder")
ABOUT = N_("New digits from a plain autoencoder and from a VAE: where to sample, and how hot.")
QUESTION = N_("Can a plain autoencoder make new digits?")
ICON = ":material/auto_awesome:"
ORDER = 28
GROUP = N_("Latent space")

PICTURES = 16
COLUMNS = 4
SIDE = 64
TITLES = {
    "prior": N_("Plain: from N(0, I)"),
    "normal": N_("Plain: fitted normal"),
    "mixture": N_("Plain: fitted mixture"),
    "vae": N_("VAE: from its prior"),
}
MEASURES = ("distance", "effective_classes", "strangeness")
DIGITS = {"distance": 2, "effective_classes": 1, "strangeness": 1}

link = Link("sampling")
TEMPERATURE = link.number("temperature", 1.0, 0.0, sampling.TEMPERATURES[-1], 0.05)
SAMPLE = link.counter("sample")


@cache.memoize(1)
def mixtures() -> dict[str, sampling.Mixture]:
    """Return what each gallery is sampled from."""
    return sampling.mixtures(cache.figures("sampling"))


@cache.memoize(128)
def draws(sample: int) -> dict[str, sampling.Draw]:
    """Return the codes of all galleries, for a number of the draw."""
    return {name: mixture.draw(PICTURES, sample) for name, mixture in mixtures().items()}


@cache.memoize(128)
def decode(sample: int, temperature: float) -> dict[str, np.ndarray]:
    """Return the pictures of all galleries, float32 (16, 28, 28) each."""
    return {
        name: cache.network(sampling.SOURCES[name]).decode(draw.codes(temperature))
        for name, draw in draws(sample).items()
    }


def explanations(figures: dict[str, Any]) -> dict[str, str]:
    """Return what each of the measures is."""
    real = figures["real"]
    return {
        "distance": _(
            "From a picture to the ten training digits nearest to it, pixel by pixel; the mean of "
            "{n} pictures. 1: as near as test digits lie. What is faint comes near to everything: "
            "less is not always better.",
            n=number(figures["samples"], 0),
        ),
        "effective_classes": _(
            "How many classes come: 10 if all come equally often, 1 if only one comes. The class "
            "of a picture is that of most of the ten digits nearest to it. Test digits: {real}.",
            real=number(real["effective_classes"], 1),
        ),
        "strangeness": _(
            "The share of a picture that the judge, the VAE with 16 numbers, cannot rebuild; 1 is "
            "that of an ordinary digit. Its own pictures it does not judge."
        ),
    }


def curves(name: str, figures: dict[str, Any]) -> dict[str, decoded.Curve]:
    """Return what was measured of a gallery at each temperature."""
    texts = {"distance": "{n} ×", "effective_classes": "{n}", "strangeness": "{n} ×"}
    found = figures["sources"][name]
    return {
        key: decoded.Curve(found[key], texts[key], DIGITS[key]) for key in MEASURES if key in found
    }


def numbers(group: decoded.Group, figures: dict[str, Any]) -> list[board.Number]:
    """Return the three measures of a gallery at the temperature."""
    labels = {
        "distance": _("To real digits"),
        "effective_classes": _("Classes"),
        "strangeness": _("Strangeness"),
    }
    meanings = explanations(figures)
    shown = []
    for key in MEASURES:
        value = "–"
        if curve := group.curves.get(key):
            now = curve.value(figures["temperatures"], TEMPERATURE.value)
            value = curve.text.replace("{n}", number(now, curve.digits))
        shown.append(board.Number(labels[key], value, meanings[key], f"{group.name} {key}"))
    return shown


def gallery(group: decoded.Group, images: np.ndarray, figures: dict[str, Any]) -> None:
    """Show the pictures of a source, and how good its pictures are."""
    pictures = [
        board.Picture(picture, _("Sampled picture {n}.", n=index + 1), live=f"{group.name} {index}")
        for index, picture in enumerate(pixels.to_bytes(images))
    ]
    rows = [
        board.Row(pictures, side=SIDE, heading=_(TITLES[group.name]), spread=True, abreast=COLUMNS),
        board.Row(numbers=numbers(group, figures)),
    ]
    board.show(rows, f"gallery_{group.name}")


def files(images: dict[str, np.ndarray], figures: dict[str, Any]) -> list[downloads.File]:
    """Return the galleries as a figure, and all that was measured as a table."""
    title = _("Sampled codes, decoded; temperature {t}", t=number(TEMPERATURE.value, 2))

    def rows() -> list[list[object]]:
        return [
            [name, temperature, *(found[key][place] if key in found else "" for key in MEASURES)]
            for name, found in figures["sources"].items()
            for place, temperature in enumerate(figures["temperatures"])
        ]

    half = PICTURES // 2
    return [
        *downloads.pictures(
            lambda kind: _("Pictures ({kind})", kind=kind),
            "sampling",
            lambda kind: slides.table(
                np.stack([pictures[:half] for pictures in images.values()]),
                [_(TITLES[name]) for name in images],
                [""] * half,
                title,
                kind,
            ),
        ),
        downloads.table("sampling.csv", ["source", "temperature", *MEASURES], rows),
    ]


def go_hot() -> None:
    """Go to the hottest temperature, or back to 1."""
    hot = sampling.TEMPERATURES[-1]
    TEMPERATURE.set(1.0 if TEMPERATURE.value == hot else hot)


@st.fragment
def explore(figures: dict[str, Any]) -> None:
    """The four galleries, which follow the temperature."""
    with st.container(key="sampling_dial"):
        temperature = controls.slide(TEMPERATURE, _("Temperature"))
        sample = controls.again(SAMPLE, _("New samples"))
    groups, images = [], decode(sample, temperature)
    with st.container(key="sampling_galleries"):
        for name, draw in draws(sample).items():
            group = decoded.Group(name, sampling.SOURCES[name], *draw, curves(name, figures))
            with st.container(key=f"sampling_{name}"):
                gallery(group, images[name], figures)
            groups.append(group)
    decoded.show(TEMPERATURE.key, temperature, figures["temperatures"], groups, "decoded")
    if show.explaining():
        st.caption(
            glossary.mark(
                _(
                    "Temperature: how far from the middle the codes are sampled, as a share of the "
                    "standard deviation. The mixture has {n} normals, each fitted to a part "
                    "of the codes of the 55,000 training digits.",
                    n=figures["components"],
                )
            )
        )
    downloads.show(files(images, figures), "files")


frame.guard()
show.all_or_stop(sampling.PLAIN, sampling.VAE)
figures = show.figures_or_stop("sampling")
first_step.show(
    _("Turn the temperature up and down: which gallery stays made of digits?"),
    go_hot,
    leads_to="sampling_galleries",
)
explore(figures)
if show.explaining():
    st.markdown(prose("sampling"))
networks.bring(sampling.PLAIN, sampling.VAE)
