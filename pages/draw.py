"""Draw & reconstruct: one digit, one kind of noise, every autoencoder."""

import csv
import inspect
import io
import sys

import numpy as np
import streamlit as st

from ae_core import figures, metrics, noise
from ae_core.models import families
from pages.ui import cache, choice, digit, frame, show, state
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
SMALL_SIDE = 112


def controls(names: list[str]) -> tuple[str, str, float, int]:
    """Show the choices of the page; return family, noise kind, noise level, number of the draw."""
    model = choice.one_of(_("Autoencoder"), names, state.MODEL, show.title)
    kind_column, level_column, draw_column = st.columns([2.1, 2.4, 1], vertical_alignment="bottom")
    with kind_column:
        kind = choice.one_of(
            _("Noise"), noise.kinds(), state.NOISE, lambda name: _(NOISES.get(name, name))
        )
    level = level_column.slider(
        _("Noise level"),
        0.0,
        1.0,
        0.0,
        0.05,
        key=state.LEVEL,
        help=_("Gaussian: the standard deviation. The others: the share of pixels that is hit."),
        bind="query-params",
        persist_state="session",
    )
    draw = state.counter(state.NOISE_DRAW)
    draw_column.button(
        _("New noise"),
        icon=":material/casino:",
        help=_("The same level of noise, drawn again"),
        on_click=state.count,
        args=(state.NOISE_DRAW,),
        key="new_draw",
        width="stretch",
    )
    return model, kind, level, draw


def chain(clean, noisy, code, rebuilt, model: str, scale: float) -> None:
    """Show the five steps in a row: input, with noise, code, reconstruction, error."""
    with st.container(horizontal=True, gap="small"):
        show.step(
            _("1 · Input"),
            show.enlarged(clean, SIDE),
            _("What the network sees of your digit, cut out and centred: 28 by 28 pixels."),
        )
        show.step(_("2 · With noise"), show.enlarged(noisy, SIDE), _("The digit with noise."))
        show.step(
            _("3 · Code: {n} numbers", n=code.size),
            figures.code_picture(code, scale, SIDE),
            _("The code of {family}: bars or small maps.", family=show.title(model)),
        )
        show.step(
            _("4 · Reconstruction"),
            show.enlarged(rebuilt, SIDE),
            _("The digit as {family} rebuilds it from the code.", family=show.title(model)),
        )
        show.step(
            _("5 · Where it is wrong"),
            figures.enlarge(figures.error_map(clean, rebuilt), SIDE // 28),
            _("Orange where ink is missing, blue where there is too much."),
        )


def measures(clean, rebuilt, code, card: dict) -> None:
    """Show how far the reconstruction is from the clean digit."""
    pair = clean[None], rebuilt[None]
    error = float(metrics.mse(*pair)[0])
    psnr = float(metrics.psnr(*pair)[0])
    worse = metrics.percentile(error, card["test"]["mse_percentiles"])
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        show.figure("MSE", number(error, 4), _("Mean squared error a pixel. 0 is perfect."))
        show.figure(
            "BCE",
            number(float(metrics.bce(*pair)[0]), 3),
            _("Binary cross-entropy in nats a pixel: what most of these networks minimise."),
        )
        show.figure(
            "PSNR",
            "∞" if np.isinf(psnr) else f"{number(psnr, 1)} dB",
            _("Peak signal-to-noise ratio: the MSE on a logarithmic scale. More is better."),
        )
        show.figure(
            "SSIM",
            number(float(metrics.ssim(*pair)[0]), 3),
            _("Structural similarity: 1 is the same picture, 0 is unrelated."),
        )
        show.figure(
            _("Code"),
            f"{code.size} / 784",
            _("Numbers in the code, against pixels in the picture."),
        )
        show.figure(
            _("Test digits with less error"),
            f"{number(worse, 0)} %",
            _(
                "Of 10,000 test digits without noise, how many this network rebuilds with a "
                "smaller MSE than yours."
            ),
        )


def gallery(clean, noisy, rebuilt: dict) -> None:
    """Show every family's reconstruction of the same noisy digit, with its error and rank."""
    errors = {
        name: float(metrics.mse(clean[None], picture[None])[0]) for name, picture in rebuilt.items()
    }
    untouched = float(metrics.mse(clean[None], noisy[None])[0])
    ranks = {name: rank for rank, name in enumerate(sorted(errors, key=errors.get), 1)}
    show.heading(_("All autoencoders on this digit"))
    with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
        # One element each: with nine of them, every further one would be felt in a full lecture.
        st.image(
            show.enlarged(noisy, SMALL_SIDE),
            caption=_("**Noisy digit**  \nMSE {error}", error=number(untouched, 4)),
            width=SMALL_SIDE,
            output_format="PNG",
            alt=_("Noisy digit"),
        )
        for name, picture in rebuilt.items():
            star = " ★" if ranks[name] == 1 else ""
            st.image(
                show.enlarged(picture, SMALL_SIDE),
                caption=f"**{show.title(name)}**  \n"
                f"MSE {number(errors[name], 4)} · {ranks[name]}.{star}",
                width=SMALL_SIDE,
                output_format="PNG",
                alt=_("The digit rebuilt by {family}.", family=show.title(name)),
            )


def explanation(model: str) -> None:
    """Show what the family is and its code as it stands in its file."""
    family = families()[model]
    about, code = st.columns([1, 1.25], gap="medium")
    about.markdown(f"##### {show.title(model)}")
    about.markdown(_(family.teaches))
    about.caption(_("Source: {source}", source=family.source))
    test = cache.card(model)["test"]
    about.caption(
        _(
            "On 10,000 test digits: BCE {bce}, MSE {mse}; with Gaussian noise of 0.5: MSE {noisy}.",
            bce=number(test["bce"], 4),
            mse=number(test["mse"], 4),
            noisy=number(test["noisy"]["gaussian"], 4),
        )
    )
    module = sys.modules[type(family).__module__]
    code.caption(f"`ae_core/models/{model}.py`")
    code.code(inspect.getsource(module), language="python", height=420, wrap_lines=True)


def downloads(clean, noisy, rebuilt: dict, kind: str, level: float) -> None:
    """Offer the comparison as a picture for a slide, and its numbers."""
    titles = {name: show.title(name) for name in rebuilt}
    words = {
        "clean": _("Input"),
        "noisy": _("With noise"),
        "title": _("One digit through every autoencoder"),
        "noise": f"{_(NOISES[kind])}, {number(level, 2)}",
    }

    def picture(file_type: str) -> bytes:
        tiles = [
            figures.Tile(image, titles[name], f"MSE {metrics.mse(clean[None], image[None])[0]:.4f}")
            for name, image in rebuilt.items()
        ]
        inputs = (
            figures.Tile(clean, words["clean"], "28 × 28"),
            figures.Tile(noisy, words["noisy"], words["noise"]),
        )
        return figures.comparison(inputs, tiles, words["title"], file_type)

    def table() -> str:
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["family", "noise", "level", "mse", "bce", "psnr_db", "ssim"])
        for name, image in {"noisy_input": noisy, **rebuilt}.items():
            scores = [
                getattr(metrics, score)(clean[None], image[None])[0]
                for score in ("mse", "bce", "psnr", "ssim")
            ]
            rows.writerow([name, kind, level, *(f"{score:.6g}" for score in scores)])
        return file.getvalue()

    with st.container(horizontal=True):
        show.download(_("Picture (PNG)"), lambda: picture("png"), "autoencoders.png", "image/png")
        show.download(
            _("Picture (PDF)"), lambda: picture("pdf"), "autoencoders.pdf", "application/pdf"
        )
        show.download(_("Numbers (CSV)"), table, "autoencoders.csv", "text/csv")


@st.fragment
def page() -> None:
    """Everything on the page: it all follows from the digit and the choices."""
    shelf = show.shelf_or_stop()
    left, right = st.columns([1, 2.75], gap="medium")
    with left:
        clean = digit.choose(280).image
    with right:
        model, kind, level, draw = controls(list(shelf.usable))
        noisy = noise.add(clean, kind, level, seed=draw)
        codes = {name: ae.encode(noisy[None]) for name, ae in shelf.usable.items()}
        rebuilt = {name: ae.decode(codes[name])[0] for name, ae in shelf.usable.items()}
        code = codes[model][0]
        chain(clean, noisy, code, rebuilt[model], model, cache.code_scale(model))
        measures(clean, rebuilt[model], code, cache.card(model))
    gallery(clean, noisy, rebuilt)
    downloads(clean, noisy, rebuilt, kind, level)
    explanation(model)


frame.guard()
page()
