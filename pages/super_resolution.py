"""Super-resolution: a small picture made large again, by formula and by a network."""

import numpy as np
import streamlit as st

from ae_core import metrics
from ae_core.enlarge import FILTERS, enlarge, shrink
from ae_core.figures import pixels, slides
from pages.ui import first_step, frame, layout, one_digit, show
from pages.ui.components import board, downloads, enlarged, networks, reconstructions
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.one_digit import WAITING, OneDigit
from pages.ui.text import N_, _, decibels, number, prose

TITLE = N_("Super-resolution")
ABOUT = N_("Shrink a digit to 7 × 7 pixels, and let formulas and a network enlarge it.")
QUESTION = N_("Can what lay between the pixels be brought back?")
ICON = ":material/zoom_in:"
ORDER = 25
GROUP = N_("Rebuild")

SIDES = ("14", "7")
SIDE = 168  # six screen pixels for each of the 28
SMALL_SIDE = 112
FORMULAS = {
    "nearest": N_("Nearest"),
    "bilinear": N_("Bilinear"),
    "bicubic": N_("Bicubic"),
    "lanczos": N_("Lanczos"),
}

SCORES = ("mse", "psnr", "ssim")

link = Link("super")
SMALL = link.word("side", SIDES, "14")


def name(side: str) -> str:
    """Return the network that enlarges small pictures of this side."""
    return f"super_resolution_{side}"


def written(clean: np.ndarray, large: np.ndarray) -> str:
    """Return PSNR and SSIM of an enlarged picture, as they stand below it."""
    psnr, ssim = (
        float(score(clean[None], large[None])[0]) for score in (metrics.psnr, metrics.ssim)
    )
    return caption(decibels(psnr), number(ssim, 3))


def caption(psnr: str, ssim: str) -> str:
    """Return what stands below a picture."""
    return _("PSNR {psnr}\nSSIM {ssim}", psnr=psnr, ssim=ssim)


def small_of(clean: np.ndarray, side: str) -> np.ndarray:
    """Return the digit as a small picture."""
    return shrink(clean[None], int(side))[0]


def formula(clean: np.ndarray, side: str, how: str) -> np.ndarray:
    """Return the small picture, enlarged by a formula."""
    return enlarge(small_of(clean, side)[None], how)[0]


def main_row(shown: OneDigit, side: str) -> board.Row:
    """The digit, its small picture, and what the network makes of that."""
    by_browser = shown.by_browser(shown.model)
    return board.Row(
        [
            shown.input_picture(_("Your digit: 28 × 28")),
            board.Picture(
                shown.picture(
                    lambda: pixels.to_bytes(small_of(shown.clean, side)),
                    shape=(int(side), int(side)),
                ),
                _("The digit as {n} by {n} pixels: all that is left of it.", n=side),
                _("Small: {n} × {n}", n=side),
                live="small",
            ),
            board.Picture(
                shown.reconstruction(shown.model),
                _("The small picture, enlarged by the network."),
                _("The network's guess"),
                caption=WAITING if by_browser else written(shown.clean, shown.rebuilt[shown.model]),
                live=f"rebuilt {shown.model}",
            ),
            shown.error_picture(_("Its error")),
        ],
        side=SIDE,
        spread=True,
    )


def formulas(shown: OneDigit, side: str) -> board.Row:
    """What four formulas make of the same small picture."""

    def picture(how: str, title: str) -> board.Picture:
        large = None if shown.computing else formula(shown.clean, side, how)
        return board.Picture(
            (28, 28) if large is None else pixels.to_bytes(large),
            _("The small picture, enlarged: {filter}.", filter=_(title)),
            title=_(title),
            caption=WAITING if large is None else written(shown.clean, large),
            live=how,
        )

    heading = _("The same small picture, enlarged by formulas that know no digits")
    pictures = [picture(how, title) for how, title in FORMULAS.items()]
    return board.Row(pictures, side=SMALL_SIDE, heading=heading, spread=True)


def titles() -> dict[str, str]:
    """Return what every way to enlarge is called, in the session's language."""
    return {how: _(title) for how, title in FORMULAS.items()} | {"network": _("Network")}


def ways(shown: OneDigit, side: str) -> dict[str, np.ndarray]:
    """Return all enlarged pictures by the way they were made."""
    large = {how: formula(shown.clean, side, how) for how in FILTERS}
    return large | {"network": shown.rebuilt[shown.model]}


def comparison(shown: OneDigit, side: str, kind: str) -> bytes:
    """Return all ways on one slide; `kind` is "png" or "pdf"."""
    titles = {how: _(title) for how, title in FORMULAS.items()} | {"network": _("Network")}
    tiles = [
        slides.Tile(
            image, titles[how], written(shown.clean, image).replace("\n", ", "), how == "network"
        )
        for how, image in ways(shown, side).items()
    ]
    inputs = (
        slides.Tile(shown.clean, _("Your digit"), "28 × 28"),
        slides.Tile(formula(shown.clean, side, "nearest"), _("Small"), f"{side} × {side}"),
    )
    return slides.comparison(inputs, tiles, _("A small picture, enlarged"), kind)


def rows(shown: OneDigit, side: str) -> list[list[object]]:
    """Return the figures of every way: on this digit, and on the test digits."""
    return [
        [
            how,
            int(side),
            *(float(getattr(metrics, s)(shown.clean[None], image[None])[0]) for s in SCORES),
            *(study[side][how][s] for s in SCORES),
        ]
        for how, image in ways(shown, side).items()
    ]


@st.fragment
def answer(side: str) -> None:
    """What becomes of the small picture."""
    shown = OneDigit(digit.standing().image, name(side), usable, reconstructions.computing())
    with st.container(key="super_answer"):
        board.show([main_row(shown, side), formulas(shown, side)], "enlarged_rows")
    said = caption("{psnr}", "{ssim}")
    status = _("The network's guess: MSE {error}.", error="{error}")
    reconstructions.show(shown.question(SIDE, {"status": status}, dict.fromkeys(usable, said)))
    enlarged.show(int(side), said)
    downloads.show(
        [
            *downloads.pictures(
                lambda kind: _("Picture ({kind})", kind=kind),
                "super_resolution",
                lambda kind: comparison(shown, side, kind),
            ),
            downloads.table(
                "super_resolution.csv",
                ["enlarged_by", "side", *SCORES, *(f"test_{score}" for score in SCORES)],
                lambda: rows(shown, side),
            ),
        ],
        "files",
    )


def on_the_test_set() -> None:
    """What every way reaches on all test digits, as a table."""
    show.heading(_("On 10,000 test digits: PSNR in dB, and SSIM"))
    scores = [f"{side} × {side}: {score}" for side in SIDES for score in ("PSNR", "SSIM")]
    show.table(
        [_("Enlarged by"), *scores],
        [
            [
                f"**{title}**" if how == "network" else title,
                *(
                    text
                    for s in SIDES
                    for text in (number(study[s][how]["psnr"], 1), number(study[s][how]["ssim"], 3))
                ),
            ]
            for how, title in titles().items()
        ],
    )


frame.guard()
usable = dict(zip(map(name, SIDES), show.all_or_stop(*map(name, SIDES)), strict=True))
study = show.figures_or_stop("super_resolution")
first_step.show(
    _("Draw a digit and look at it in 7 × 7 pixels."), SMALL.set, "7", leads_to="super_answer"
)
hand, beside = layout.beside("super")
with hand:
    digit.choose(lambda: one_digit.alone(usable))
with beside:
    side = layout.dial(SMALL, _("Small picture"), lambda side: f"{side} × {side}")
    answer(side)
on_the_test_set()
if show.explaining():
    st.markdown(prose("super_resolution"))
networks.bring(name(side), *(each for each in usable if each != name(side)))
