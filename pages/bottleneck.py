"""The bottleneck dial: the same autoencoder with codes of 2 to 128 numbers."""

import streamlit as st

from ae_core import linear
from ae_core.figures import slides
from ae_core.figures.charts import Axis, Chart, Line, Mark
from pages.ui import cache, first_step, frame, layout, one_digit, show, text
from pages.ui.components import board, chart, downloads, networks, reconstructions
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.one_digit import WAITING, OneDigit
from pages.ui.text import N_, _, number, prose

TITLE = N_("Bottleneck")
ABOUT = N_("Turn the size of the code from 2 numbers to 128, and see a digit come into focus.")
QUESTION = N_("How many numbers does a digit need?")
ICON = ":material/filter_alt:"
ORDER = 24
GROUP = N_("Rebuild")

SIZES = ("2", "4", "8", "16", "32", "64", "128")
SIDE = 112  # four screen pixels for each of the 28
SMALL_SIDE = 84

link = Link("bottleneck")
SIZE = link.word("size", SIZES, "8")


def name(size: str) -> str:
    """Return the family with a code of this size."""
    return f"bottleneck_{size}"


def linear_name(size: str) -> str:
    """Return the name of PCA with this many numbers."""
    return f"{linear.PCA}_{size}"


def tested(size: str) -> float:
    """Return the MSE of the network of this size on the test digits."""
    return cache.card(name(size))["test"]["mse"]


def chain(shown: OneDigit, size: str) -> board.Row:
    """Input, code, reconstruction, error of the network of this size."""
    return board.Row(
        [
            shown.input_picture(_("Input: 784 pixels")),
            shown.code_picture(SIDE, _("Code: {n} numbers", n=size)),
            board.Picture(
                shown.reconstruction(shown.model),
                _("The digit rebuilt from {n} numbers.", n=size),
                _("Reconstruction"),
                live="rebuilt",
            ),
            shown.error_picture(_("Error")),
        ],
        side=SIDE,
        spread=True,
    )


def written(shown: OneDigit, family: str) -> str:
    """Write the error of a family, or leave it to the browser."""
    return WAITING if shown.by_browser(family) else number(shown.errors[family], 4)


def gallery(shown: OneDigit, size: str) -> list[board.Row]:
    """The digit rebuilt from each number of numbers, and by PCA; a click turns the dial."""
    pictures = [
        board.Picture(
            shown.reconstruction(name(each)),
            _("Your digit rebuilt from {n} numbers.", n=each),
            title=each,
            caption=_("MSE {error}", error=written(shown, name(each))),
            name=each,
            link=f"?{SIZE.name}={each}",
            chosen=each == size,
            live=f"rebuilt {name(each)}",
        )
        for each in SIZES
    ]
    by_pca = [
        board.Picture(
            shown.reconstruction(linear_name(each)),
            _("Your digit rebuilt by PCA from {n} numbers.", n=each),
            caption=_("PCA {error}", error=written(shown, linear_name(each))),
            live=f"rebuilt {linear_name(each)}",
        )
        for each in SIZES
    ]
    heading = _("Your digit through codes of 2 to 128 numbers, and below by PCA. Click one.")
    abreast = len(SIZES)
    return [
        board.Row(pictures, side=SMALL_SIDE, heading=heading, spread=True, abreast=abreast),
        board.Row(by_pca, side=SMALL_SIDE, spread=True, abreast=abreast),
    ]


def measures(size: str, pca: dict[str, float]) -> board.Row:
    """What this size costs and brings on the test set."""
    error, least = tested(size), pca[size]
    return board.Row(
        numbers=[
            board.Number(
                _("Code"), f"{size} / 784", _("Numbers in the code, against pixels in the picture.")
            ),
            board.Number(
                _("Test MSE"), number(error, 4),
                _("Mean squared error a pixel, over 10,000 test digits."),
            ),
            board.Number(
                _("PCA's"), number(least, 4),
                _(
                    "That of PCA with as many coefficients: no code that is a weighted sum of the "
                    "pixels, decoded by a weighted sum, can do better on the digits it was fitted "
                    "to."
                ),
            ),
            board.Number(
                _("Share of PCA's error"), f"{number(100 * error / least, 0)} %",
                _("What depth saves: the network's error as a share of PCA's."),
            ),
        ]
    )  # fmt: skip


def curves(shown: OneDigit, size: str, pca: dict[str, float]) -> Chart:
    """Test error over the size of the code, PCA's beside it, and the visitor's digit."""
    x = [float(each) for each in SIZES]
    marks = [
        Mark(
            _("Your digit") if each == size else "",
            float(each),
            None if shown.by_browser(name(each)) else shown.errors[name(each)],
            None if each == size else 5,
            live=f"mse {name(each)}",
        )
        for each in sorted(SIZES, key=lambda each: each == size)  # the chosen one on top
    ]
    return Chart(
        Axis(_("Numbers in the code"), 1.8, 145, x, log=True, labels=SIZES),
        Axis(_("MSE"), 0.0008, 0.1, (0.001, 0.003, 0.01, 0.03, 0.1), 3, log=True),
        lines=[
            Line(_("Autoencoder"), x, [tested(each) for each in SIZES], 0, points=True, digits=4),
            Line("PCA", x, [pca[each] for each in SIZES], 1, True, points=True, digits=4),
        ],
        marks=marks,
    )


def rows(shown: OneDigit, pca: dict[str, float]) -> list[list[object]]:
    """Return a row for each size: what network and PCA have on the test digits, and on this one."""
    mine = shown.errors
    return [
        [int(each), tested(each), pca[each], mine[name(each)], mine[linear_name(each)]]
        for each in SIZES
    ]


def files(shown: OneDigit, size: str, pca: dict[str, float]) -> list[downloads.File]:
    """Offer the curves as a figure and as a table."""
    return [
        *downloads.pictures(
            lambda kind: _("Curves ({kind})", kind=kind),
            "bottleneck",
            lambda kind: slides.chart(
                curves(asked(shown), size, pca),
                _("How many numbers a digit needs: 10,000 test digits"),
                kind,
                text.decimal_sign(),
            ),
        ),
        downloads.table(
            "bottleneck.csv",
            ["numbers", "test_mse", "pca_test_mse", "your_mse", "pca_your_mse"],
            lambda: rows(shown, pca),
        ),
    ]


def asked(shown: OneDigit) -> OneDigit:
    """Return the same digit, computed by the server: for a file."""
    return OneDigit(shown.clean, shown.model, shown.usable, computing=False)


@st.fragment
def answer(size: str, pca: dict[str, float]) -> None:
    """What the seven networks make of the digit."""
    if SIZE.value != size:
        st.rerun()  # the dial above shows it, too
    shown = OneDigit(digit.standing().image, name(size), usable, reconstructions.computing())
    with st.container(key="bottleneck_answer"):
        with st.container(key="bottleneck_chain"):
            board.show([chain(shown, size)], "chain")
            board.show([measures(size, pca)], "figures")
        with st.container(key="bottleneck_curve"):
            chart.show(
                curves(shown, size, pca),
                "curve",
                _(
                    "Mean squared error over the numbers in the code, on 10,000 test digits. With "
                    "{n} numbers: the autoencoder {error}, PCA {linear}.",
                    n=size, error=number(tested(size), 4), linear=number(pca[size], 4),
                ),
                height=205,
            )  # fmt: skip
    board.show(gallery(shown, size), "rebuilt", SIZE)
    captions = {name(each): _("MSE {error}", error="{error}") for each in SIZES}
    captions |= {linear_name(each): _("PCA {error}", error="{error}") for each in SIZES}
    said = {"status": _("{n} numbers: MSE {error}.", n=size, error="{error}")}
    reconstructions.show(shown.question(SIDE, said, captions))
    downloads.show(files(shown, size, pca), "files")


frame.guard()
usable = dict(zip(map(name, SIZES), show.all_or_stop(*map(name, SIZES)), strict=True))
usable |= {linear_name(size): cache.network(linear_name(size)) for size in SIZES}
study = show.figures_or_stop("bottleneck")
pca = dict(zip(map(str, study["sizes"]), study["clipped"], strict=True))
first_step.show(
    _("Turn the dial: 2 numbers, then 32."), SIZE.set, "32", leads_to="bottleneck_answer"
)
hand, beside = layout.beside("bottleneck")
with hand:
    digit.choose(lambda: one_digit.alone(usable))
with beside:
    size = layout.dial(SIZE, _("Numbers in the code"))
    answer(size, pca)
if show.explaining():
    st.markdown(prose("bottleneck"))
networks.bring(name(size), *(each for each in usable if each != name(size)))
