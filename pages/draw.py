"""Draw & reconstruct: one digit, one kind of noise, every autoencoder."""

import csv
import io
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from ae_core import metrics, noise
from ae_core.figures import pixels, slides
from ae_core.models import families
from pages.ui import cache, choice, frame, show, state
from pages.ui.components import board
from pages.ui.inputs import digit
from pages.ui.text import N_, _, number

TITLE = N_("Draw & reconstruct")
ABOUT = N_("Draw a digit, pick an autoencoder, add noise, and see it rebuilt by seven networks.")
ICON = ":material/draw:"
ORDER = 1

NOISES = {
    "gaussian": N_("Gaussian"),
    "masking": N_("Masking"),
    "salt_and_pepper": N_("Salt and pepper"),
}
SIDE = 140  # five screen pixels for each of the 28
SMALL_SIDE = 84


def noise_controls() -> tuple[str, float, int]:
    """Ask for the noise; return its kind, its level and the number of the draw."""
    # A row, and no columns: each of those would be a message more in every run.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice.one_of(
            _("Noise"), noise.kinds(), state.NOISE, lambda name: _(NOISES.get(name, name))
        )
        level = st.slider(
            _("Noise level"),
            0.0,
            1.0,
            0.0,
            0.05,
            key=state.LEVEL,
            help=_(
                "Gaussian: the standard deviation. The others: the share of pixels that is hit."
            ),
            bind="query-params",
            persist_state="session",
            width=330,
        )
        draw = state.counter(state.NOISE_DRAW)
        st.button(
            _("New noise"),
            icon=":material/casino:",
            help=_("The same level of noise, drawn again"),
            on_click=state.count,
            args=(state.NOISE_DRAW,),
            key="new_draw",
        )
    return kind, level, draw


def chain(clean, noisy, code, rebuilt, model: str) -> board.Row:
    """The five steps in a row: input, with noise, code, reconstruction, error."""
    family = show.title(model)
    return board.Row(
        [
            board.Picture(
                pixels.to_bytes(clean),
                _("What the network sees of your digit, cut out and centred: 28 by 28 pixels."),
                _("1 · Input"),
            ),
            board.Picture(pixels.to_bytes(noisy), _("The digit with noise."), _("2 · With noise")),
            board.Picture(
                pixels.code_picture(code, cache.code_scale(model), SIDE),
                _("The code of {family}: bars or small maps.", family=family),
                _("3 · Code: {n} numbers", n=code.size),
            ),
            board.Picture(
                pixels.to_bytes(rebuilt),
                _("The digit as {family} rebuilds it from the code.", family=family),
                _("4 · Reconstruction"),
            ),
            board.Picture(
                pixels.error_map(clean, rebuilt),
                _("Orange where ink is missing, blue where there is too much."),
                _("5 · Where it is wrong"),
            ),
        ],
        side=SIDE,
        spread=True,
    )


def measures(clean, rebuilt, code, card: dict) -> board.Row:
    """How far the reconstruction is from the clean digit."""
    pair = clean[None], rebuilt[None]
    error = float(metrics.mse(*pair)[0])
    psnr = float(metrics.psnr(*pair)[0])
    worse = metrics.percentile(error, card["test"]["mse_percentiles"])
    return board.Row(
        numbers=[
            board.Number("MSE", number(error, 4), _("Mean squared error a pixel. 0 is perfect.")),
            board.Number(
                "BCE",
                number(float(metrics.bce(*pair)[0]), 3),
                _("Binary cross-entropy in nats a pixel: what most of these networks minimise."),
            ),
            board.Number(
                "PSNR",
                "∞" if np.isinf(psnr) else f"{number(psnr, 1)} dB",
                _("Peak signal-to-noise ratio: the MSE on a logarithmic scale. More is better."),
            ),
            board.Number(
                "SSIM",
                number(float(metrics.ssim(*pair)[0]), 3),
                _("Structural similarity: 1 is the same picture, 0 is unrelated."),
            ),
            board.Number(
                _("Code"),
                f"{code.size} / 784",
                _("Numbers in the code, against pixels in the picture."),
            ),
            board.Number(
                _("Test digits with less error"),
                f"{number(worse, 0)} %",
                _(
                    "Of 10,000 test digits without noise, how many this network rebuilds with a "
                    "smaller MSE than yours."
                ),
            ),
        ]
    )


def gallery(clean, noisy, rebuilt: dict, model: str) -> board.Row:
    """Every family's reconstruction of the same noisy digit, with its error and rank."""
    untouched, *errors = metrics.mse(
        np.broadcast_to(clean, (1 + len(rebuilt), 28, 28)), np.stack([noisy, *rebuilt.values()])
    )
    ranks = {at: rank for rank, at in enumerate(np.argsort(errors, kind="stable"), 1)}
    pictures = [
        board.Picture(
            pixels.to_bytes(noisy),
            _("Noisy digit"),
            title=_("Noisy digit"),
            caption=_("MSE {error}", error=number(untouched, 4)),
        )
    ]
    for at, (name, picture) in enumerate(rebuilt.items()):
        star = " ★" if ranks[at] == 1 else ""
        pictures.append(
            board.Picture(
                pixels.to_bytes(picture),
                _("The digit rebuilt by {family}.", family=show.title(name)),
                title=show.title(name),
                caption=f"{number(errors[at], 4)} · {ranks[at]}.{star}",
                name=name,
                link=f"?{state.MODEL}={name}",
                chosen=name == model,
            )
        )
    return board.Row(
        pictures,
        side=SMALL_SIDE,
        heading=_("All autoencoders on this digit: click one"),
        spread=True,
    )


def explanation(model: str) -> None:
    """Show what the family is and its code as it stands in its file."""
    family = families()[model]
    test = cache.card(model)["test"]
    about, code = st.columns([1, 1.25], gap="medium")
    source = _("Source: {source}", source=family.source)
    figures_said = _(
        "On 10,000 test digits: BCE {bce}, MSE {mse}; with Gaussian noise of 0.5: MSE {noisy}.",
        bce=number(test["bce"], 4),
        mse=number(test["mse"], 4),
        noisy=number(test["noisy"]["gaussian"], 4),
    )
    about.markdown(
        f"##### {show.title(model)}\n\n{_(family.teaches)}\n\n"
        f":small[:gray[{source}]]\n\n:small[:gray[{figures_said}]]"
    )
    code.code(cache.source(model), language="python", height=420, wrap_lines=True)


@dataclass
class Shown:
    """What the page shows just now: a download is made of it when it is asked for."""

    noisy: np.ndarray | None = None
    rebuilt: dict[str, np.ndarray] = field(default_factory=dict)
    kind: str = ""
    level: float = 0.0
    noise: str = ""  # kind and level in the visitor's language


def downloads(clean: np.ndarray, shown: Shown) -> None:
    """Offer the comparison as a picture for a slide, and its numbers."""
    titles = {name: show.title(name) for name in shown.rebuilt}
    words = {
        "clean": _("Input"),
        "noisy": _("With noise"),
        "title": _("One digit through every autoencoder"),
    }

    def picture(file_type: str) -> bytes:
        tiles = [
            slides.Tile(image, titles[name], f"MSE {metrics.mse(clean[None], image[None])[0]:.4f}")
            for name, image in shown.rebuilt.items()
        ]
        inputs = (
            slides.Tile(clean, words["clean"], "28 × 28"),
            slides.Tile(shown.noisy, words["noisy"], shown.noise),
        )
        return slides.comparison(inputs, tiles, words["title"], file_type)

    def table() -> str:
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["family", "noise", "level", "mse", "bce", "psnr_db", "ssim"])
        for name, image in {"noisy_input": shown.noisy, **shown.rebuilt}.items():
            scores = [
                getattr(metrics, score)(clean[None], image[None])[0]
                for score in ("mse", "bce", "psnr", "ssim")
            ]
            rows.writerow([name, shown.kind, shown.level, *(f"{score:.6g}" for score in scores)])
        return file.getvalue()

    with st.container(horizontal=True):
        show.download(_("Picture (PNG)"), lambda: picture("png"), "autoencoders.png", "image/png")
        show.download(
            _("Picture (PDF)"), lambda: picture("pdf"), "autoencoders.pdf", "application/pdf"
        )
        show.download(_("Numbers (CSV)"), table, "autoencoders.csv", "text/csv")


def family_picked() -> None:
    """Take over the family whose picture was clicked; the board's callback."""
    st.session_state[state.MODEL] = st.session_state[state.BOARD].picked


@st.fragment
def answer(clean: np.ndarray, model: str, usable: dict, shown: Shown) -> None:
    """What the networks make of the digit; follows the noise without the rest of the page."""
    if st.session_state[state.MODEL] != model:
        st.rerun()
    kind, level, draw = noise_controls()
    noisy = noise.add(clean, kind, level, seed=draw)
    codes = {name: ae.encode(noisy[None]) for name, ae in usable.items()}
    rebuilt = {name: ae.decode(codes[name])[0] for name, ae in usable.items()}
    code = codes[model][0]
    board.show(
        [
            chain(clean, noisy, code, rebuilt[model], model),
            measures(clean, rebuilt[model], code, cache.card(model)),
            gallery(clean, noisy, rebuilt, model),
        ],
        state.BOARD,
        family_picked,
    )
    shown.noisy, shown.rebuilt, shown.kind, shown.level = noisy, rebuilt, kind, level
    shown.noise = f"{_(NOISES[kind])}, {number(level, 2)}"


def page() -> None:
    """Everything on the page: it all follows from the digit and the choices."""
    usable = show.shelf_or_stop()
    left, right = st.columns([1, 2.75], gap="medium")
    with left:
        clean = digit.choose(280).image
    with right:
        model = choice.one_of(_("Autoencoder"), list(usable), state.MODEL, show.title,
                              label_visibility="collapsed")  # fmt: skip
        shown = Shown()
        answer(clean, model, usable, shown)
        downloads(clean, shown)
    explanation(model)


frame.guard()
page()
