"""Draw & reconstruct: one digit, one kind of noise, every autoencoder."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ae_core import baselines, metrics, noise
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from ae_core.models import families
from pages.ui import cache, controls, first_step, frame, glossary, shared, show
from pages.ui.components import board, downloads
from pages.ui.inputs import digit
from pages.ui.text import N_, _, number

TITLE = N_("Draw & reconstruct")
ABOUT = N_("Draw a digit, add noise, and see how each autoencoder rebuilds it.")
QUESTION = N_("How much of a digit survives a short code, and noise?")
ICON = ":material/draw:"
ORDER = 1
GROUP = N_("Rebuild")

NOISES = {
    "gaussian": N_("Gaussian"),
    "masking": N_("Masking"),
    "salt_and_pepper": N_("Salt and pepper"),
}
SIDE = 140  # five screen pixels for each of the 28
SMALL_SIDE = 84
SCORES = ("mse", "bce", "psnr", "ssim")


@dataclass(frozen=True)
class Shown:
    """One digit through every network: images are (28, 28), `codes` and `rebuilt` by family."""

    clean: np.ndarray
    noisy: np.ndarray
    kind: str
    level: float
    codes: dict[str, np.ndarray]
    rebuilt: dict[str, np.ndarray]
    model: str

    @property
    def noise(self) -> str:
        """The noise in the visitor's language."""
        return f"{_(NOISES.get(self.kind, self.kind))}, {number(self.level, 2)}"


def noise_controls() -> tuple[str, float, int]:
    """Ask for the noise; return its kind, its level and the number of the draw."""
    # A row, and no columns: each of those would be a message more in every run.
    with st.container(horizontal=True, vertical_alignment="bottom", key="draw_noise"):
        kind = controls.choose(
            shared.NOISE,
            _("Noise"),
            lambda name: _(NOISES.get(name, name)),
            help=glossary.meanings("gaussian", "masking", "salt"),
        )
        level = controls.slide(
            shared.LEVEL,
            _("Noise level"),
            help=_(
                "Gaussian: the standard deviation. The others: the share of pixels that are "
                "damaged."
            ),
        )
        draw = controls.again(
            shared.NOISE_DRAW, _("New noise"), help=_("The same level of noise, sampled again")
        )
    return kind, level, draw


def chain(shown: Shown) -> board.Row:
    """The five steps in a row: input, with noise, code, reconstruction, error."""
    family, code = show.title(shown.model), shown.codes[shown.model]
    rebuilt = shown.rebuilt[shown.model]
    return board.Row(
        [
            board.Picture(
                pixels.to_bytes(shown.clean),
                _("What the network sees of your digit, cut out and centred: 28 by 28 pixels."),
                _("1 · Input"),
            ),
            board.Picture(
                pixels.to_bytes(shown.noisy),
                _("The digit with noise."),
                _("2 · With noise") if shown.level else _("2 · No noise yet"),
            ),
            board.Picture(
                pixels.code_picture(code, cache.code_scale(shown.model), SIDE),
                _("The code of {family}: bars or small maps.", family=family),
                _("3 · Code: {n} numbers", n=code.size),
            ),
            board.Picture(
                pixels.to_bytes(rebuilt),
                _("The digit as {family} rebuilds it from the code.", family=family),
                _("4 · Reconstruction"),
            ),
            board.Picture(
                pixels.error_map(shown.clean, rebuilt),
                _("Orange where ink is missing, blue where there is too much."),
                _("5 · Error"),
            ),
        ],
        side=SIDE,
        spread=True,
    )


def measures(shown: Shown) -> board.Row:
    """How far the reconstruction is from the clean digit."""
    scores = {
        score: float(
            getattr(metrics, score)(shown.clean[None], shown.rebuilt[shown.model][None])[0]
        )
        for score in SCORES
    }
    percentiles = cache.card(shown.model)["test"]["mse_percentiles"]
    better = metrics.percentile(scores["mse"], percentiles)
    psnr = "∞" if np.isinf(scores["psnr"]) else f"{number(scores['psnr'], 1)} dB"
    return board.Row(
        numbers=[
            board.Number("MSE", number(scores["mse"], 4), glossary.meaning("mse")),
            board.Number(
                "BCE",
                number(scores["bce"], 3),
                _(
                    "Binary cross-entropy in nats per pixel: what most of these networks minimise. "
                    "Even a perfect copy costs something wherever a pixel is grey: on average {n} "
                    "on the test digits.",
                    n=number(baselines.BCE_FLOOR, 3),
                ),
            ),
            board.Number(
                "PSNR",
                psnr,
                glossary.meaning("psnr"),
            ),
            board.Number(
                "SSIM",
                number(scores["ssim"], 3),
                glossary.meaning("ssim"),
            ),
            board.Number(
                _("Code"),
                f"{shown.codes[shown.model].size} / 784",
                _("Numbers in the code, against pixels in the picture."),
            ),
            board.Number(
                _("Test digits rebuilt better"),
                f"{number(better, 0)} %",
                _(
                    "Of 10,000 test digits without noise, how many this network rebuilds with a "
                    "smaller MSE than yours."
                ),
            ),
        ]
    )


def gallery(shown: Shown) -> board.Row:
    """Every family's reconstruction of the same noisy digit, with its error and rank."""
    images = np.stack([shown.noisy, *shown.rebuilt.values()])
    untouched, *errors = metrics.mse(np.broadcast_to(shown.clean, images.shape), images)
    ranks = {at: rank for rank, at in enumerate(np.argsort(errors, kind="stable"), 1)}
    pictures = [
        board.Picture(
            pixels.to_bytes(shown.noisy),
            _("Noisy digit"),
            title=_("Noisy digit") if shown.level else _("Input"),
            caption=_("MSE {error}", error=number(untouched, 4)) if shown.level else _("no noise"),
        )
    ]
    for at, (name, image) in enumerate(shown.rebuilt.items()):
        error = _("MSE {error}", error=number(errors[at], 4))
        rank, star = _("rank {n}", n=ranks[at]), " ★" if ranks[at] == 1 else ""
        pictures.append(
            board.Picture(
                pixels.to_bytes(image),
                _("The digit rebuilt by {family}.", family=show.title(name)),
                title=show.title(name),
                caption=f"{error}\n{rank}{star}",
                name=name,
                link=f"?{shared.MODEL.name}={name}",
                chosen=name == shown.model,
            )
        )
    heading = _("All autoencoders on this digit: click one")
    return board.Row(pictures, side=SMALL_SIDE, heading=heading, spread=True)


def explanation(model: str) -> None:
    """Show what the family is and its code as it stands in its file."""
    family = families()[model]
    test = cache.card(model)["test"]
    with st.container(horizontal=True, key="draw_explanation", gap="medium"):
        about, code = st.container(), st.container()
    source = _("Source: {source}", source=family.source)
    figures = _(
        "On 10,000 test digits: BCE {bce}, MSE {mse}. With Gaussian noise of 0.5: MSE {noisy}; "
        "the noisy digits themselves: {untouched}.",
        bce=number(test["bce"], 4),
        mse=number(test["mse"], 4),
        noisy=number(test["noisy"]["gaussian"], 4),
        untouched=number(baselines.NOISY_MSE["gaussian"], 4),
    )
    about.markdown(
        f"##### {show.title(model)}\n\n"
        + glossary.mark(
            f"{_(family.teaches)}\n\n:small[:gray[{source}]]\n\n:small[:gray[{figures}]]"
        )
    )
    code.code(cache.source(model), language="python", height=420, wrap_lines=True)


def comparison(shown: Shown, kind: str) -> bytes:
    """Return the digit through every network as a slide; `kind` is "png" or "pdf"."""
    tiles = [
        slides.Tile(
            image,
            show.title(name),
            f"MSE {number(metrics.mse(shown.clean[None], image[None])[0], 4)}",
            name == shown.model,
        )
        for name, image in shown.rebuilt.items()
    ]
    inputs = (
        slides.Tile(shown.clean, _("Input"), "28 × 28"),
        slides.Tile(shown.noisy, _("With noise"), shown.noise),
    )
    return slides.comparison(inputs, tiles, _("One digit through every autoencoder"), kind)


def table(shown: Shown) -> list[list[object]]:
    """Return the figures of every network on this digit, a row each."""
    return [
        [name, shown.kind, shown.level]
        + [float(getattr(metrics, score)(shown.clean[None], image[None])[0]) for score in SCORES]
        for name, image in {"noisy_input": shown.noisy, **shown.rebuilt}.items()
    ]


@st.fragment
def answer(clean: np.ndarray, model: str, usable: dict[str, Autoencoder]) -> None:
    """What the networks make of the digit; follows the noise without the rest of the page."""
    if shared.MODEL.value != model:
        st.rerun()  # what stands below depends on it too
    kind, level, draw = noise_controls()
    noisy = noise.add(clean, kind, level, seed=draw)
    codes = {name: ae.encode(noisy[None]) for name, ae in usable.items()}
    rebuilt = {name: ae.decode(codes[name])[0] for name, ae in usable.items()}
    codes = {name: code[0] for name, code in codes.items()}
    shown = Shown(clean, noisy, kind, level, codes, rebuilt, model)
    # A board of its own: on a phone it stays in sight, above what is touched.
    board.show([chain(shown)], "chain")
    board.show([measures(shown), gallery(shown)], "board", shared.MODEL)
    files = [
        *downloads.pictures(
            lambda kind: _("Picture ({kind})", kind=kind),
            "autoencoders",
            lambda kind: comparison(shown, kind),
        ),
        downloads.table(
            "autoencoders.csv",
            ["family", "noise", "level", "mse", "bce", "psnr_db", "ssim"],
            lambda: table(shown),
        ),
    ]
    downloads.show(files, "files")


def add_noise() -> None:
    """Choose noise, and a network that removes it."""
    shared.NOISE.set("gaussian")
    shared.LEVEL.set(0.5)
    shared.MODEL.set("denoising")


frame.guard()
usable = show.usable_or_stop()
first_step.show(_("Draw a digit, then turn the noise up."), add_noise, leads_to="chain")
with st.container(horizontal=True, key="draw", gap="medium"):
    with st.container(key="draw_hand"):
        clean = digit.choose().image
    with st.container(key="draw_answer"):
        model = controls.choose(
            shared.MODEL,
            _("Autoencoder"),
            show.title,
            options=list(usable),
            label_visibility="collapsed",
        )
        answer(clean, model, usable)
if show.explaining():
    explanation(model)
