"""Units: what single numbers of a code draw, when they are large, and what happens without them."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ae_core import data
from ae_core.autoencoder import Autoencoder
from ae_core.experiments.units import Scales, flat, selectivity
from ae_core.figures import pixels, slides
from ae_core.figures.charts import Axis, Bars, Chart, Rule
from pages.ui import cache, controls, first_step, frame, show
from pages.ui.components import board, chart, downloads, networks
from pages.ui.components import units as bench
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, number, percent, prose

TITLE = N_("Units")
ABOUT = N_("What each number of a code draws, when it fires, and what a digit is without it.")
QUESTION = N_("What does a number of the code stand for?")
ICON = ":material/apps:"
ORDER = 26
GROUP = N_("Latent space")  # it looks at codes, as its sister "16 dimensions" does

SIZES = {"simple": 32, "sparse": 128, "convolutional": 128}
REACH = 3.0  # of the slider: a usual unit is seldom three times as large
SHOWN = 9  # pictures in a row, and the visitor's
TESTED = 10_000  # digits
ABREAST = 5  # of them on a phone

link = Link("units")
FAMILY = link.word("family", SIZES, "sparse")
SORTS = {
    "effect": N_("Effect"),
    "use": N_("How often on"),
    "class": N_("Class"),
    "place": N_("Place in the code"),
    "yours": N_("In your digit"),
}
SORT = link.word("sort", SORTS)


def strongest(family: str) -> int:
    """Return the unit, from 1, whose absence changes pictures most."""
    return int(np.argmax(cache.figures("units")[family]["effect"])) + 1


UNIT = {
    name: link.whole(f"{name}_unit", partial(strongest, name), 1, size)
    for name, size in SIZES.items()
}
SETTINGS = {
    name: link.settings(f"{name}_set", size, -REACH if name == "convolutional" else 0.0, REACH)
    for name, size in SIZES.items()
}


def switch_off(family: str, code: np.ndarray, scales: Scales) -> None:
    """Switch off the unit that the visitor's digit uses most; for a button's `on_click`."""
    most = int(np.argmax((code - scales.off) / scales.usual)) + 1
    UNIT[family].set(most)
    SETTINGS[family].set(((most, 0.0),))


def sorted_units(
    sort: str, figures: dict[str, Any], ae: Autoencoder, levels: np.ndarray
) -> list[int]:
    """Return the units, from 0, in the order of the dictionary."""
    count = len(figures["on"])
    if sort == "place":  # of feature maps, one channel after the other
        places = np.arange(count).reshape(ae.code_shape)
        return np.moveaxis(places, -1, 0).ravel().tolist()
    by = {
        "effect": figures["effect"],
        "use": figures["on"],
        "class": classness(figures),
        "yours": np.abs(levels),
    }[sort]
    return np.argsort(-np.array(by), kind="stable").tolist()


def classness(figures: dict[str, Any]) -> np.ndarray:
    """Return how much each unit has to do with the class: by one of two measures, see the text."""
    if any(figures["off"]):
        return np.array(figures["class_share"])
    return selectivity(np.array(figures["class_mean"]))


# ---------------------------------------------------------------- the unit that is looked at


def ticks(low: float, high: float) -> tuple[list[float], int]:
    """Return four to nine round numbers from `low` to `high`, and how many digits they need."""
    room = max(high - low, 1e-6)
    scale = 10.0 ** np.floor(np.log10(room))
    step = next(s * scale for s in (0.1, 0.2, 0.25, 0.5, 1, 2) if room / (s * scale) < 9)
    digits = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    digits += bool(abs(step * 10**digits - round(step * 10**digits)) > 1e-9)
    first = int(np.ceil(low / step - 1e-9))
    return [i * step for i in range(first, int(np.floor(high / step + 1e-9)) + 1)], digits


def axis(label: str, low: float, high: float) -> Axis:
    """Return an axis with round numbers on it."""
    marks, digits = ticks(low, high)
    return Axis(label, low, high, marks, digits)


def histogram(figures: dict[str, Any], unit: int, value: float) -> Chart:
    """Return the histogram of a unit, from 0, with its value in the visitor's digit."""
    counts = figures["counts"][unit]
    low, high = figures["low"][unit], figures["high"][unit]
    silent = figures["on"][unit] < 0.9995
    label = _("{n} of {all} test digits", n=number(sum(counts), 0), all=number(TESTED, 0))
    return Chart(
        axis(_("Value, where it is not 0") if silent else _("Value"), low, high),
        axis(_("Digits"), 0, 1.05 * max(counts)),
        bars=[Bars(label, np.linspace(low, high, len(counts) + 1).tolist(), counts)],
        rules=[Rule(_("Your digit"), value, "x", live="unit value")],
    )


def by_class(figures: dict[str, Any], unit: int) -> Chart:
    """Return for which classes a unit, from 0, is large."""
    means = np.array(figures["class_mean"][unit])
    signed = any(figures["off"])
    if signed:
        means -= figures["off"][unit]
    most = 1.08 * float(np.abs(means).max())
    label = _("Mean value, less that of all") if signed else _("Mean value")
    return Chart(
        Axis(_("Class"), -0.5, 9.5, [*range(10)]),
        axis(label, min(0.0, 1.08 * float(means.min())), most),
        bars=[Bars(label, np.arange(-0.5, 10).tolist(), means.tolist(), 2)],
    )


def excite(family: str, unit: int, code: np.ndarray, image: np.ndarray) -> list[board.Row]:
    """Return the samples, and the visitor's digit, for which a unit, from 0, is largest."""
    samples = data.samples()
    values = np.append(flat(cache.sample_codes(family))[:, unit], code[unit])
    images = [*samples.images, image]
    yours = len(samples.images)
    order = np.argsort(-values, kind="stable")
    place = int(np.flatnonzero(order == yours)[0])

    def picture(index: int, where: int) -> board.Picture:
        if index < yours:
            alt = _("A sample of the class {digit}.", digit=samples.labels[index])
            title = ""
            caption = number(values[index], 2)
        else:
            alt, title = _("Your digit."), _("Yours")
            caption = _("{value}: place {n}", value=number(values[index], 2), n=where + 1)
            if values[index] == 0:  # as in many others
                caption = _("off")
        return board.Picture(pixels.to_bytes(images[index]), alt, title=title, caption=caption)

    top = [picture(index, where) for where, index in enumerate(order[:SHOWN])]
    if place >= SHOWN:
        top.append(picture(yours, place))
    rows = [board.Row(top, side=72, heading=_("It is largest for"), abreast=ABREAST)]
    if values.min() < 0:
        last = [picture(index, yours - where) for where, index in enumerate(order[::-1][:SHOWN])]
        rows.append(board.Row(last, side=72, heading=_("It is smallest for"), abreast=ABREAST))
    return rows


def details(family: str, figures: dict[str, Any], ae: Autoencoder, code: np.ndarray,
            image: np.ndarray) -> None:  # fmt: skip
    """Show when the unit that is looked at is large."""
    unit = UNIT[family].value - 1
    name = bench.named(unit + 1, ae.code_shape)
    means = figures["class_mean"][unit]
    with st.container(key="units_details"):
        with st.container(key="units_histogram"):
            alt = _(
                "{unit} on the test digits: not zero in {share}, at most {most}; in your digit "
                "{value}.",
                unit=name,
                share=percent(figures["on"][unit]),
                most=number(figures["high"][unit], 2),
                value=number(code[unit], 2),
            )
            chart.show(histogram(figures, unit, float(code[unit])), "histogram", alt, 170)
        with st.container(key="units_classes"):
            each = "; ".join(f"{label}: {number(mean, 2)}" for label, mean in enumerate(means))
            alt = _("{unit}, mean value in each class. {each}.", unit=name, each=each)
            chart.show(by_class(figures, unit), "classes", alt, 170)
        with st.container(key="units_excite"):
            board.show(excite(family, unit, code, image), "excite")


# ---------------------------------------------------------------- files


def dictionary(family: str, order: list[int], kind: str) -> bytes:
    """Return the patterns of all units in the order of the page, as a figure."""
    drawn = cache.unit_patterns(family)[order]
    scale = np.maximum(np.abs(drawn).max(axis=(1, 2), keepdims=True), bench.FAINTEST)
    black = np.zeros((28, 28), np.float32)
    maps = np.stack([pixels.error_map(black, each) for each in drawn / scale]) / 255
    across = 16 if len(order) > 64 else 8
    rows = maps.reshape(-1, across, *maps.shape[1:])
    return slides.table(
        rows,
        [""] * len(rows),
        [""] * across,
        _("What each unit draws"),
        kind,
        _("{family}: {n} units", family=show.title(family), n=len(order)),
    )


def numbers(figures: dict[str, Any], shape: tuple[int, ...]) -> list[list[object]]:
    """Return the figures of all units as a table; of feature maps with the place of each."""
    columns = [figures[key] for key in COLUMNS]
    rows: list[list[object]] = []
    for unit in range(len(figures["on"])):
        place = [index + 1 for index in np.unravel_index(unit, shape)] if len(shape) > 1 else []
        values = [column[unit] for column in columns]
        rows.append([unit + 1, *map(int, place), *values, *figures["class_mean"][unit]])
    return rows


PLACE = ("row", "column", "channel")
COLUMNS = ("on", "mean", "off", "usual", "effect", "class_share", "spread")
MEANS = [f"mean_of_class_{label}" for label in range(10)]


# ---------------------------------------------------------------- the page


@st.fragment
def explore(family: str, sort: str, ae: Autoencoder, scales: Scales, image: np.ndarray) -> None:
    """The dictionary and the bench; below them, when the chosen unit is large."""
    figures = show.figures_or_stop("units")[family]
    code = flat(ae.encode(image[None]))[0]
    order = sorted_units(sort, figures, ae, (code - scales.off) / scales.usual)
    best = np.argmax(figures["class_mean"], axis=1).tolist()
    shown = bench.Units(
        family, ae.code_shape, scales, figures["on"], best, order, UNIT[family], SETTINGS[family]
    )
    bench.show(shown, "units")
    details(family, figures, ae, code, image)
    files = [
        *downloads.pictures(
            lambda kind: _("Dictionary ({kind})", kind=kind),
            f"units_{family}",
            lambda kind: dictionary(family, order, kind),
        ),
        downloads.table(
            f"units_{family}.csv",
            ["unit", *(PLACE if len(ae.code_shape) > 1 else ()), *COLUMNS, *MEANS],
            lambda: numbers(figures, ae.code_shape),
        ),
    ]
    downloads.show(files, "dictionary")


frame.guard()
aes = {ae.name: ae for ae in show.all_or_stop(*SIZES)}
figures = show.figures_or_stop("units")
top = st.container()
with st.container(key="units_bar", horizontal=True):
    family = controls.choose(FAMILY, _("Autoencoder"), show.title, label_visibility="collapsed")
    ae, scales = aes[family], Scales.of(figures[family])
    offered = [name for name in SORTS if name != "use" or not scales.off.any()]
    sort = controls.choose(SORT, _("Sorted by"), lambda name: _(SORTS[name]), offered)
with st.container(key="units_pair"):
    with st.container(key="units_hand"):
        image = digit.choose().image
    with top:
        first_step.show(
            _("Switch off the unit that your digit uses most: which stroke goes?"),
            switch_off,
            family,
            flat(ae.encode(image[None]))[0],
            scales,
            leads_to="units",
        )
    with st.container(key="units_answer"):
        explore(family, sort, ae, scales, image)
if show.explaining():
    st.markdown(prose("units"))
networks.bring(*sorted(SIZES, key=lambda name: name != family))
