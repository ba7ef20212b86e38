"""Fool it: what networks make of what they were not trained on, and whether their error tells."""

import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

import ae_core
from ae_core import metrics, strangers
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from ae_core.figures.charts import Axis, Bars, Chart, Line, Mark, Rule
from pages.ui import cache, controls, first_step, frame, glossary, shared, show, text
from pages.ui.components import alarm, board, chart, downloads, hand, networks, reconstructions
from pages.ui.components.alarm import Alarm
from pages.ui.inputs import clothing, digit
from pages.ui.link import Link
from pages.ui.one_digit import WAITING, OneDigit, alone
from pages.ui.text import N_, _, number, percent, prose

TITLE = N_("Fool it")
ABOUT = N_("Show letters, shapes, noise and clothes to networks that only know digits.")
QUESTION = N_("What do networks trained on digits make of what is no digit?")
ICON = ":material/theater_comedy:"
ORDER = 22
GROUP = N_("Limits")

TRAINED = {"mnist": N_("Trained on digits"), "fashion_mnist": N_("Trained on clothes")}
KINDS = {
    "digits": N_("Digits"),
    "letters": N_("Letters"),
    "signs": N_("Signs"),
    "smileys": N_("Smileys"),
    "shapes": N_("Shapes"),
    "noise": N_("Noise"),
    "blank": N_("Blank"),
    "clothes": N_("Clothes"),
}
OWN = "own"  # a digit of the visitor's: drawn, an example, or a photo
SOURCES = (*strangers.kinds(), "clothes", OWN)
NAMES = {
    "stroke": N_("Stroke"), "circle": N_("Circle"), "square": N_("Square"),
    "triangle": N_("Triangle"), "cross": N_("Cross"), "star": N_("Star"), "spiral": N_("Spiral"),
    "zigzag": N_("Zigzag"), "wave": N_("Wave"), "house": N_("House"),
    "uniform": N_("Grey noise"), "sparse": N_("White dots"), "clouds": N_("Clouds"),
    "shuffled": N_("A digit’s pixels, shuffled"),
    "black": N_("Black"), "grey": N_("Grey"), "white": N_("White"),
}  # fmt: skip
FEW = 100  # pictures: a kind with less has no histogram
TICKS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
DIGITS = 5  # of an error: some are that small
HEIGHT = 0.06  # of the mark of this picture, as a share of the histogram's
SIDE, OWN_SIDE = 224, 96  # of what the networks see; where one draws there is less room
PAIR_SIDE = 76
PASSED = {"letters": 4, "signs": 3, "shapes": 2, "blank": 1}  # those that pass most easily
USUAL = 95.0  # percent of those at home that are let through, in the tables by name


def word(name: str) -> str:
    """Return how the name of a stranger stands in a link, such as "black_heart_suit"."""
    return (
        name
        if name.isascii() and name.isalpha()
        else unicodedata.name(name).lower().replace(" ", "_").replace("-", "_")
    )


link = Link("strangers")
DATASET = link.word("trained", TRAINED)
SOURCE = link.word("show", SOURCES)
ITEMS = {kind: link.word(kind, map(word, names)) for kind, names in strangers.NAMES.items()}
VERSION = link.counter("version")
THRESHOLD = link.number("threshold", USUAL, 50.0, 100.0, 0.5)
AGAINST = link.word("against", ("letters", "other", "signs", "smileys", "shapes"))
FOUND = {word(name): (kind, name) for kind, names in strangers.NAMES.items() for name in names}


def called(name: str) -> str:
    """Return what a stranger is called: a sign is called what it is."""
    return _(NAMES[name]) if name in NAMES else name


# ---------------------------------------------------------------- the picture


def pick(source: str) -> np.ndarray:
    """Ask for a stranger of a kind and return it."""
    item = ITEMS[source]
    controls.select(
        item, _(KINDS[source]), lambda said: called(FOUND[said][1]), label_visibility="collapsed"
    )
    version = 1
    if source != "blank":
        version = controls.again(
            VERSION,
            _("Another one")
            if source == "noise"
            else _("Another font and tilt")
            if source in strangers.FONTS
            else _("Another pen and tilt"),
        )
    image = cache.stranger(source, FOUND[item.value][1], version - 1)
    hand.show(image)
    return image


def wear(wardrobe: Autoencoder | None) -> np.ndarray:
    """Ask for a piece of clothing and return it."""
    if wardrobe is None:
        show.all_or_stop("variational", dataset="fashion_mnist")
    assert wardrobe is not None
    image = clothing.choose(wardrobe, controls.select).image
    hand.show(image)
    return image


def bring(source: str, usable: dict[str, Autoencoder]) -> np.ndarray:
    """Ask for the picture that is shown to the networks, and return it."""
    if source == OWN:
        return digit.choose(lambda: alone(usable)).image
    if source == "clothes":
        return wear(cache.networks("fashion_mnist").usable.get("variational"))
    return pick(source)


def picture(source: str, fallback: np.ndarray) -> np.ndarray:
    """Return the picture that was asked for last: the visitor may have drawn since."""
    return digit.standing().image if source == OWN else fallback


# ---------------------------------------------------------------- what the networks make of it


def kind_of(source: str, dataset: str) -> str:
    """Return the kind of strangers whose errors stand beside those of the pictures at home."""
    home = strangers.HOME[dataset]
    kind = "digits" if source == OWN else source
    counts = cache.figures("strangers")[dataset]["counts"]
    return kind if kind != home and counts[kind] >= FEW else "letters"


def shares(histogram: list[int]) -> list[float]:
    """Return the bins of a histogram in percent of all."""
    return [100 * count / sum(histogram) for count in histogram]


def error_axis() -> Axis:
    """Return the axis of the errors."""
    labels = [number(tick, digits) for tick, digits in zip(TICKS, range(5, -1, -1), strict=True)]
    return Axis("MSE", TICKS[0], TICKS[-1], TICKS, log=True, labels=labels)


def distribution(shown: OneDigit, dataset: str, kind: str, judged: Alarm) -> Chart:
    """Return the histogram of the selected family's errors with this picture's place in it."""
    figures = cache.figures("strangers")[dataset]["detectors"][shown.model]["histogram"]
    edges = strangers.edges().tolist()
    both = [shares(figures[each]) for each in (judged.home, kind)]
    top = 1.15 * max(map(max, both))
    step = next(step for step in (2, 5, 10, 20, 50) if top / step < 5)
    limit = judged.thresholds[shown.model][judged.step()]
    # While the browser works out the error itself, what the chart is told does not change with it.
    error = None if judged.computing else shown.errors[shown.model]
    return Chart(
        error_axis(),
        Axis(_("Share of pictures (%)"), 0, top, np.arange(0, top, step).tolist()),
        bars=[
            Bars(_(KINDS[each]), edges, heights, colour)
            for each, heights, colour in zip((judged.home, kind), both, (0, 1), strict=True)
        ],
        rules=[
            Rule(judged.words["threshold"].format(error=number(limit, DIGITS)), limit, "x",
                 live="threshold")
        ],
        marks=[Mark(_("This picture"), error, HEIGHT * top, live="place")],
    )  # fmt: skip


def judge(shown: OneDigit, dataset: str) -> Alarm:
    """Return where the threshold lies, and what lies above it."""
    figures = cache.figures("strangers")[dataset]
    home = strangers.HOME[dataset]
    detectors = figures["detectors"]
    able = [name for name in shown.usable if name in detectors]
    above = detectors[shown.model]["above"]
    computing = shown.by_browser(shown.model)
    return Alarm(
        shown.model,
        {name: detectors[name]["thresholds"] for name in able},
        {kind: numbers for kind, numbers in above.items() if figures["counts"][kind] >= FEW},
        figures["counts"],
        home,
        THRESHOLD.value,
        THRESHOLD.key,
        DIGITS,
        {} if computing else {name: shown.errors[name] for name in able},
        computing,
        {
            "threshold": _("Threshold {error}"),
            "alarm": _("alarm"),
            "quiet": _("no alarm"),
            "caught": _("{n} of {all}", n="{n}", all=len(able)),
        },
    )


def numbers(shown: OneDigit, judged: Alarm) -> list[board.Row]:
    """What is known of this picture; and of all pictures, what lies above the threshold."""
    verdict = error = better = caught = WAITING
    if not judged.computing:
        mse = shown.errors[shown.model]
        percentiles = shown.usable[shown.model].card["test"]["mse_percentiles"]
        error = number(mse, DIGITS)
        better = f"{number(metrics.percentile(mse, percentiles), 0)} %"
        verdict = judged.words["alarm" if judged.alarms(shown.model) else "quiet"]
        raised = sum(map(judged.alarms, judged.errors))
        caught = judged.words["caught"].format(n=raised)
    here = [
        board.Number("MSE", error, glossary.meaning("mse"), "picture error"),
        board.Number(
            _("Test pictures rebuilt better"),
            better,
            _(
                "Of the 10,000 test pictures of what this network knows, how many it rebuilds "
                "with a smaller MSE than this one."
            ),
            "better",
        ),
        board.Number(
            _("This network says"),
            verdict,
            _("Alarm: the error lies above the threshold, so the picture is taken for a stranger."),
            "verdict",
        ),
        board.Number(
            _("All networks"),
            caught,
            _("How many networks raise the alarm, each with its own threshold, which lets the "
              "same share of test pictures through."),
            "caught",
        ),
    ]  # fmt: skip
    step = judged.step()
    told = ", ".join(f"{_(KINDS[kind])} {number(judged.counts[kind], 0)}" for kind in judged.above)
    above = [
        board.Number(
            _("False alarms"),
            number(judged.above[judged.home][step], 0),
            _(
                "How many of 10,000 test pictures of what the network knows lie above the "
                "threshold; beside it, of each kind of strangers, which share. Pictures counted: "
                "{counts}.",
                counts=told,
            ),
            f"above {judged.home}",
        )
    ]
    above += [
        board.Number(
            _(KINDS[kind]),
            percent(counts[step] / judged.counts[kind], 0),
            live=f"above {kind}",
        )
        for kind, counts in judged.above.items()
        if kind != judged.home
    ]
    return [board.Row(numbers=here), board.Row(numbers=above, heading=_("Above the threshold"))]


def gallery(shown: OneDigit, judged: Alarm) -> board.Row:
    """Each family's reconstruction, and beside it its error map with the MSE."""
    found = []
    for name in shown.usable:
        waiting = shown.by_browser(name)
        found += [
            board.Picture(
                shown.reconstruction(name),
                _("The picture rebuilt by {family}.", family=show.title(name)),
                title=show.title(name),
                name=name,
                link=f"?{shared.MODELS[shown.usable[name].card['dataset']].name}={name}",
                chosen=name == shown.model,
                live=f"rebuilt {name}",
            ),
            board.Picture(
                shown.error_map(name),
                _("Orange where ink is missing, blue where there is too much."),
                title=WAITING if waiting else number(shown.errors[name], DIGITS),
                caption=WAITING if waiting else judged.words[
                    "alarm" if judged.alarms(name) else "quiet"
                ],
                live=f"error {name}",
            ),
        ]  # fmt: skip
    heading = _("Rebuilt, and the error: click one")
    return board.Row(found, side=PAIR_SIDE, heading=heading, spread=len(found) > 4, abreast=4)


def seen(image: np.ndarray, side: int) -> board.Row:
    """What all networks see."""
    return board.Row(
        [
            board.Picture(
                image.shape if reconstructions.computing() else pixels.to_bytes(image),
                _("What the networks see: 28 by 28 pixels."),
                title=_("What the networks see"),
                live="clean",
            )
        ],
        side=side,
    )


@st.fragment
def answer(
    model: str, usable: dict[str, Autoencoder], dataset: str, source: str, image: np.ndarray
) -> None:
    """What the networks make of the picture; follows the threshold without the rest of the page."""
    if shared.MODELS[dataset].value != model:
        st.rerun()  # what stands below depends on it too
    computing = reconstructions.computing()
    shown = OneDigit(picture(source, image), model, usable, computing)
    judged = judge(shown, dataset)
    kind = kind_of(source, dataset)
    both = st.container(key="strangers_answer")
    with both.container(key="strangers_pictures"):
        board.show([gallery(shown, judged)], "gallery", shared.MODELS[dataset])
    with both.container(key="strangers_chart"):
        family = show.title(model)
        title = _("How well {family} rebuilds", family=family)
        show.heading(title)
        drawn = distribution(shown, dataset, kind, judged)
        chart.show(
            drawn,
            "histogram",
            _(
                "Histogram of the errors of {family}: {home} and {kind}, a threshold, and the "
                "place of this picture.",
                family=family, home=_(KINDS[judged.home]), kind=_(KINDS[kind]),
            ),
            190,
        )  # fmt: skip
        controls.slide(
            THRESHOLD,
            _("Threshold: how many {kind} lie below it, in %", kind=_(KINDS[judged.home]).lower()),
            format="%.1f %%",
            help=_(
                "Whatever is rebuilt worse than the threshold raises the alarm. For each network "
                "it lies where this share of its test pictures passes without one."
            ),
        )
        board.show(numbers(shown, judged), "numbers")
    status = _("{family}: MSE {error}.", family=family, error="{error}")
    asked = shown.question(SIDE, {"status": status}, dict.fromkeys(usable, ""))
    reconstructions.show(replace(asked, maps=True))
    alarm.show(judged)


# ---------------------------------------------------------------- all strangers


def detectors(dataset: str, usable: dict[str, Autoencoder]) -> dict[str, dict[str, Any]]:
    """Return the detectors by name: the families, and at last the mean ink."""
    found = cache.figures("strangers")[dataset]["detectors"]
    return {name: found[name] for name in (*usable, strangers.MEAN_INK) if name in found}


def detector_title(name: str) -> str:
    """Return what a detector is called."""
    return _("Mean ink alone") if name == strangers.MEAN_INK else show.title(name)


def curves(dataset: str, usable: dict[str, Autoencoder], against: str) -> Chart:
    """Return the ROC curves of all detectors against a kind of strangers."""
    figures = cache.figures("strangers")[dataset]
    home = strangers.HOME[dataset]
    x, y = [
        Axis(label, 0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1), 1)
        for label in (
            _("False alarms (share of {kind})", kind=_(KINDS[home]).lower()),
            _("Strangers caught (share)"),
        )
    ]
    lines = [
        Line(
            detector_title(name),
            [count / figures["counts"][home] for count in found["above"][home]][::-1],
            [count / figures["counts"][against] for count in found["above"][against]][::-1],
            -1 if name == strangers.MEAN_INK else place,
            name == strangers.MEAN_INK,
        )
        for place, (name, found) in enumerate(detectors(dataset, usable).items())
    ]
    return Chart(x, y, lines)


def table(dataset: str, usable: dict[str, Autoencoder]) -> list[list[object]]:
    """Return the AUROC of each detector against each kind, a row each."""
    return [
        [dataset, name, kind, value, found["above"][kind][round(USUAL * strangers.STEPS / 100)],
         cache.figures("strangers")[dataset]["counts"][kind]]
        for name, found in detectors(dataset, usable).items()
        for kind, value in found["auroc"].items()
    ]  # fmt: skip


@st.fragment
def compared(dataset: str, usable: dict[str, Autoencoder]) -> None:
    """ROC curves and AUROC of all detectors."""
    show.heading(_("Which network tells strangers from what it knows?"))
    home = strangers.HOME[dataset]
    (other,) = (kind for kind in strangers.HOME.values() if kind != home)  # another data set
    against = controls.choose(
        AGAINST, _("Against"), lambda kind: _(KINDS[other if kind == "other" else kind])
    )
    against = other if against == "other" else against
    with st.container(key="strangers_compared"):
        with st.container(key="strangers_roc"):
            title = _("ROC curves: {kind}", kind=_(KINDS[against]).lower())
            drawn = curves(dataset, usable, against)
            chart.show(drawn, "roc", title, 320)
        with st.container(key="strangers_auroc"):
            counts = cache.figures("strangers")[dataset]["counts"]
            kinds = [kind for kind, count in counts.items() if kind != home and count >= FEW]
            show.table(
                ["AUROC", *(_(KINDS[kind]) for kind in kinds)],
                [
                    [detector_title(name), *(number(found["auroc"][kind], 3) for kind in kinds)]
                    for name, found in detectors(dataset, usable).items()
                ],
            )
            st.caption(_("Below 0.5, strangers are rebuilt better than what the network knows."))
    files = [
        *downloads.pictures(
            lambda kind: _("Curve ({kind})", kind=kind),
            "roc",
            lambda kind: slides.chart(drawn, title, kind, text.decimal_sign()),
        ),
        downloads.table(
            "auroc.csv",
            ["trained_on", "detector", "strangers", "auroc", "caught_at_5_percent", "strangers_n"],
            lambda: table(dataset, usable),
        ),
    ]
    downloads.show(files, "roc_files")


def passing(dataset: str, model: str) -> None:
    """Show the strangers that this family lets pass most easily; a click shows one to all."""
    caught = cache.figures("strangers")[dataset]["detectors"][model]["caught"]
    ranked = [
        (share, kind, name)
        for kind, most in PASSED.items()
        for share, name in sorted((share, name) for name, share in caught[kind].items())[:most]
    ]
    pictures = [
        board.Picture(
            pixels.to_bytes(cache.stranger(kind, name, 0)),
            called(name),
            title=called(name),
            caption=percent(share, 0),
            name=word(name),
            link=f"?{SOURCE.name}={kind}&{ITEMS[kind].name}={word(name)}",
        )
        for share, kind, name in ranked
    ]
    heading = _(
        "Of each kind, what {family} lets pass most easily: how many are caught at {share} % false "
        "alarms. Click one.",
        family=show.title(model), share=number(100 - USUAL, 0),
    )  # fmt: skip
    name = board.show(
        [board.Row(pictures, side=PAIR_SIDE, heading=heading, spread=True)], "passing"
    )
    if name in FOUND:
        kind = FOUND[name][0]
        SOURCE.set(kind)
        ITEMS[kind].set(name)
        VERSION.reset()
        st.rerun()


def show_stroke() -> None:
    """Show the plainest stranger: a stroke."""
    SOURCE.set("shapes")
    ITEMS["shapes"].set("stroke")
    VERSION.reset()


frame.guard()
with st.container(key="strangers_choices", horizontal=True):
    source = controls.choose(
        SOURCE,
        _("Picture"),
        lambda name: _("Your own") if name == OWN else _(KINDS[name]),
        label_visibility="collapsed",
    )
    dataset = controls.choose(
        DATASET, _("Networks"), lambda name: _(TRAINED[name]), label_visibility="collapsed"
    )
wanted = () if dataset == "mnist" else ae_core.names(dataset)
usable = show.usable_or_stop(*wanted, dataset=dataset)
show.figures_or_stop("strangers")
known = cache.figures("strangers")[dataset]["detectors"]
usable = {name: ae for name, ae in usable.items() if name in known}
first_step.show(
    _("Do the networks notice a letter? Then try a plain stroke."),
    show_stroke,
    leads_to="strangers_chart",
)
if shared.MODELS[dataset].value not in usable:
    shared.MODELS[dataset].set(next(iter(usable)))
model = shared.MODELS[dataset].value
with st.container(key="strangers"):
    with st.container(key="strangers_hand"):
        image = bring(source, usable)
        board.show([seen(image, OWN_SIDE if source == OWN else SIDE)], "seen")
    answer(model, usable, dataset, source, image)
compared(dataset, usable)
passing(dataset, model)
if show.explaining():
    st.markdown(prose("strangers"))
networks.bring(model, *(name for name in usable if name != model), dataset=dataset)
