"""How good is good? One scale from a perfect copy to a grey picture, all networks on it."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from ae_core import linear, metrics, pca
from ae_core.autoencoder import Autoencoder
from ae_core.figures import charts, pixels, slides
from ae_core.models import compared, families
from pages.ui import cache, controls, first_step, frame, one_digit, show, text
from pages.ui.components import board, downloads, networks, reconstructions, ruler
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, number, percent, prose

TITLE = N_("How good is good?")
ABOUT = N_(
    "One scale from a perfect copy to a coin toss, with every network, PCA and your digit on it."
)
QUESTION = N_("Is a loss of 0.09 good?")
ICON = ":material/straighten:"
ORDER = 21
GROUP = N_("Limits")

SIXTEEN = "variational_16d"
FAMILIES = (*compared(), SIXTEEN)
COUNTS = (2, 16, 32, 64, 128)  # of PCA's coefficients
PROJECTIONS = {f"{linear.PCA}_{count}": count for count in COUNTS}
LIVE_STEPS = (*FAMILIES, *PROJECTIONS)  # the browser can compute them
METRICS = {"bce": "BCE", "mse": "MSE"}
# Of the logarithmic part, and its numbers: distances from a perfect copy.
ENDS = {"bce": (0.004, 0.75), "mse": (0.0008, 0.28)}
TICKS = {
    "bce": (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    "mse": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2),
}
LIVE = {"copy": "input"}  # without noise, what the networks see is the digit
SIDE = 96  # of the pictures beside the ruler
HEIGHT = 470

link = Link("scale")
METRIC = link.word("measure", METRICS)
STEP = link.word("step", ("copy", *FAMILIES, *PROJECTIONS, "mean", "grey"), "simple")


@dataclass(frozen=True)
class Step:
    """One step: its errors on the test digits, and what it makes of the visitor's digit.

    Attributes:
        name: in the link; "" if there is no picture of it: a tutorial's network.
        label: what it is.
        numbers: how many numbers it keeps of a digit; None: its label says so, or it means nothing.
        test: mean errors on the 10,000 test digits, by metric.
        rebuilt: float32 (28, 28), or None.
        left: whether it stands on the left of the ruler.
        about: a sentence on it.
    """

    name: str
    label: str
    numbers: int | None
    test: dict[str, float]
    rebuilt: np.ndarray | None
    left: bool
    about: str


def all_steps(usable: dict[str, Autoencoder], image: np.ndarray) -> list[Step]:
    """Return all steps, each with what it makes of a digit."""
    figures = show.figures_or_stop("scale")
    mean = pca.shipped().reconstruct(image[None], 0)[0]
    found = [
        Step(
            "copy", _("Perfect copy"), None, figures["floor"], image, False,
            _("Nothing can be better. BCE is not 0 even so: a grey pixel always costs something."),
        )
    ]  # fmt: skip
    for name, ae in usable.items():
        test, tutorial = ae.card["test"], families()[name].tutorial
        # A variational family says in its title how many.
        numbers = None if ae.variational else math.prod(ae.code_shape)
        rebuilt = cache.rebuilt(name, image)
        about = _(families()[name].tagline)
        found.append(Step(name, show.title(name), numbers, test, rebuilt, False, about))
        known = {metric: tutorial[metric] for metric in METRICS if metric in tutorial}
        if known:
            label = _("{family}: tutorial", family=show.title(name))
            found.append(Step("", label, None, known, None, True, ""))
    for name, count in PROJECTIONS.items():
        rebuilt = cache.rebuilt(name, image)
        about = _(
            "The best squared error that {n} numbers reach if encoder and decoder are linear.",
            n=count,
        )
        test = figures["pca"][str(count)]
        found.append(Step(name, "PCA", count, test, rebuilt, True, about))
    found.append(
        Step(
            "mean", _("Mean image"), 0, figures["mean_image"], mean, False,
            _("The mean of all training digits, whatever was asked: a code of no numbers."),
        )
    )  # fmt: skip
    found.append(
        Step(
            "grey", _("Coin toss"), 0, figures["grey"], np.full_like(image, 0.5), False,
            _("Grey everywhere: each pixel ink or paper, with equal chances. Its BCE is ln 2."),
        )
    )  # fmt: skip
    return found


def error(metric: str, image: np.ndarray, rebuilt: np.ndarray) -> float:
    """Return how far a reconstruction is from one image."""
    measure: Callable = getattr(metrics, metric)
    return float(measure(image[None], rebuilt[None])[0])


def distance(metric: str, image: np.ndarray, step: Step) -> float | None:
    """Return how far above a perfect copy of it the visitor's digit comes back."""
    if step.rebuilt is None:
        return None
    return max(0.0, error(metric, image, step.rebuilt) - error(metric, image, image))


def short(value: float) -> str:
    """Write the number of a tick with no more digits than it needs."""
    return number(value, 3 if value < 0.01 else 2 if value < 0.1 else 1)


def label_of(step: Step) -> str:
    """Return what a step is called, with how many numbers it keeps."""
    return f"{step.label} ({step.numbers})" if step.numbers else step.label


def show_ruler(metric: str, chosen: str, steps: Sequence[Step], image: np.ndarray) -> None:
    """Show the ruler with all that have been measured by this metric."""
    floor = steps[0].test[metric]
    sign = "+" if metric == "bce" else ""
    shown = [
        ruler.Step(
            label_of(step),
            number(step.test[metric], 4),
            step.test[metric] - floor,
            step.left,
            _("Your digit: {what}.", what=label_of(step)),
            None if step.rebuilt is None else pixels.to_bytes(step.rebuilt),
            step.name,
            f"?{STEP.name}={step.name}",
            step.name == chosen,
            distance(metric, image, step),
            LIVE.get(step.name, f"rebuilt {step.name}" if step.name in LIVE_STEPS else ""),
        )
        for step in steps
        if metric in step.test
    ]
    low, high = ENDS[metric]
    ticks = [(tick, f"{sign}{short(tick)}") for tick in TICKS[metric]]
    name = METRICS[metric]
    label = _("{metric} above a perfect copy, from none to that of a coin toss", metric=name)
    key = _(
        "{metric} above a perfect copy. Dots: your digit. In brackets: numbers kept.", metric=name
    )
    ruler.show(ruler.Ruler(shown, low, high, ticks, metric, label, key), "ruler", STEP, HEIGHT)


def closer_look(metric: str, step: Step, image: np.ndarray) -> list[board.Row]:
    """The chosen step: what it makes of the visitor's digit, and its figures."""
    assert step.rebuilt is not None
    pictures = [
        board.Picture(pixels.to_bytes(image), _("Your digit."), _("Your digit"), live="clean"),
        board.Picture(
            pixels.to_bytes(step.rebuilt),
            _("Your digit: {what}.", what=label_of(step)),
            label_of(step),
            live="rebuilt" if step.name in LIVE_STEPS else "",
        ),
        board.Picture(
            pixels.error_map(image, step.rebuilt),
            _("Orange where ink is missing, blue where there is too much."),
            _("Error"),
            live="error" if step.name in LIVE_STEPS else "",
        ),
    ]
    return [board.Row(pictures, side=SIDE, abreast=3)]


def figures_of(metric: str, step: Step, steps: Sequence[Step], image: np.ndarray) -> board.Row:
    """The numbers of the chosen step."""
    name = METRICS[metric]
    floor, mean = (
        next(each for each in steps if each.name == which).test[metric]
        for which in ("copy", "mean")
    )
    here = step.test[metric]
    assert step.rebuilt is not None
    return board.Row(
        numbers=[
            board.Number(
                _("{metric}, test digits", metric=name),
                number(here, 4),
                _("The mean of 10,000 test digits, per pixel."),
            ),
            board.Number(
                _("Above a perfect copy"),
                number(here - floor, 4),
                _(
                    "What is left of it without the {floor} that even a perfect copy costs.",
                    floor=number(floor, 4),
                ),
            ),
            board.Number(
                _("Way from mean image to copy"),
                percent((mean - here) / (mean - floor)).replace("-", "−"),
                _(
                    "0 %: no better than the mean image. 100 %: a perfect copy. Below 0: worse "
                    "than answering with the mean image."
                ),
            ),
            board.Number(
                _("{metric}, your digit", metric=name),
                number(error(metric, image, step.rebuilt), 4),
                _("Of your own digit, as this step makes it."),
                live="own error",
            ),
            board.Number(
                _("Above its perfect copy"),
                number(distance(metric, image, step) or 0.0, 4),
                _(
                    "Each digit has a lowest BCE of its own, by how many of its pixels are grey; "
                    "this is what your digit costs beyond it. The dots on the ruler show it."
                ),
                live="own distance",
            ),
        ]
    )


def chart(metric: str, steps: Sequence[Step], image: np.ndarray) -> charts.Chart:
    """Return all steps as a chart to take away: a line each, the best above."""
    floor, (low, high) = steps[0].test[metric], ENDS[metric]
    rows = sorted(
        (step for step in steps if metric in step.test), key=lambda step: -step.test[metric]
    )
    labels = [label_of(row) for row in rows]
    marks = []
    for place, row in enumerate(rows):
        own = distance(metric, image, row)
        if own is not None:
            marks.append(charts.Mark("", min(high, max(low, own)), place, 0))
        figure = number(row.test[metric], 4)
        marks.append(charts.Mark(figure, max(low, row.test[metric] - floor), place, -1))
    name = METRICS[metric]
    return charts.Chart(
        charts.Axis(
            _("{metric} above a perfect copy. Blue: your digit", metric=name),
            low, high, TICKS[metric], 3, log=True,
        ),
        charts.Axis("", -0.7, len(rows) - 0.3, range(len(rows)), labels=labels),
        marks=marks,
    )  # fmt: skip


def table(steps: Sequence[Step], image: np.ndarray) -> list[list[object]]:
    """Return all figures: a row for each step, of both metrics."""
    return [
        [
            step.name or f"tutorial {before.name}",  # it stands after its family
            "" if step.numbers is None else step.numbers,
            *(step.test.get(metric, "") for metric in METRICS),
            *("" if step.rebuilt is None else error(metric, image, step.rebuilt)
              for metric in METRICS),
        ]
        for before, step in itertools.pairwise((steps[0], *steps))
    ]  # fmt: skip


def files(metric: str, steps: Sequence[Step], image: np.ndarray) -> None:
    """Offer the ruler as a figure, and what it is made of as a table."""
    title = _("How good is good? 10,000 test digits")
    downloads.show(
        [
            *downloads.pictures(
                lambda kind: _("Figure ({kind})", kind=kind),
                "scale",
                lambda kind: slides.chart(
                    chart(metric, steps, image), title, kind, text.decimal_sign()
                ),
            ),
            downloads.table(
                "scale.csv",
                ["step", "numbers", "bce", "mse", "bce_own_digit", "mse_own_digit"],
                lambda: table(steps, image),
            ),
        ],
        "files",
    )


def question(usable: dict[str, Autoencoder], image: np.ndarray, chosen: str) -> None:
    """Let the browser draw what networks and PCA make of a digit that is being drawn."""
    usable = usable | {name: cache.network(name) for name in PROJECTIONS}
    model = chosen if chosen in usable else next(iter(usable))
    shown = one_digit.OneDigit(image, model, usable, reconstructions.computing())
    asked = shown.question(28, {}, dict.fromkeys(usable, ""))
    reconstructions.show(replace(asked, likelihood=True))


def go_to_linear() -> None:
    """Choose PCA with as many numbers as the deep network has."""
    STEP.set("pca_32")


frame.guard()
usable = show.usable_or_stop(*FAMILIES)
first_step.show(_("Click PCA with 32 numbers, then the deep network."), go_to_linear,
                leads_to="ruler")  # fmt: skip
page = st.container(key="scale_page")
middle, right = page.container(key="scale_ruler"), page.container(key="scale_look")
with page.container(key="scale_hand"):
    image = digit.choose().image
with right:
    metric = controls.choose(
        METRIC, _("Measure"), METRICS.__getitem__, label_visibility="collapsed"
    )
steps = all_steps(usable, image)
chosen = next((step for step in steps if step.name == STEP.value), steps[0])
with middle:
    show_ruler(metric, chosen.name, steps, image)
with right:
    board.show([*closer_look(metric, chosen, image), figures_of(metric, chosen, steps, image)],
               "look")  # fmt: skip
    st.caption(chosen.about)
    files(metric, steps, image)
if show.explaining():
    st.markdown(prose("scale"))
question(usable, image, chosen.name)
networks.bring(*sorted((*usable, *PROJECTIONS), key=lambda name: name != chosen.name))
