"""Draw & reconstruct: one digit, one kind of noise, every autoencoder."""

import math

import numpy as np
import streamlit as st

from ae_core import baselines, metrics, noise
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from ae_core.models import families
from pages.ui import (
    cache,
    controls,
    first_step,
    frame,
    glossary,
    layout,
    noises,
    one_digit,
    own,
    python_code,
    shared,
    show,
)  # fmt: skip
from pages.ui.components import board, downloads, hand, networks, reconstructions
from pages.ui.inputs import clothing, datasets, digit
from pages.ui.one_digit import WAITING, OneDigit
from pages.ui.text import N_, _, decibels, number

TITLE = N_("Draw & reconstruct")
ABOUT = N_("Draw a digit, add noise, and see how each autoencoder rebuilds it.")
QUESTION = N_("How much of a picture survives a short code, and noise?")
ICON = ":material/draw:"
ORDER = 1
GROUP = N_("Rebuild")

SIDE = 140  # five screen pixels for each of the 28
SMALL_SIDE = 84
SCORES = ("mse", "bce", "psnr", "ssim")
FEW = 5  # pictures, which stand next to each other
VAE = "variational"  # draws clothes where there are none


def noise_controls() -> tuple[str, float, int]:
    """Ask for the noise; return its kind, its level and the number of the draw."""
    # Those that networks are trained on; another one only for who comes from where it is.
    offered = {kind for kind, _level in baselines.NOISE_TESTS} | {shared.NOISE.value}
    # A row, and no columns: each of those would be a message more in every run.
    with st.container(horizontal=True, vertical_alignment="bottom", key="draw_noise"):
        kind = controls.choose(
            shared.NOISE,
            _("Noise"),
            noises.title,
            [kind for kind in noise.kinds() if kind in offered],
            help=noises.meanings(),
        )
        level = controls.slide(
            shared.LEVEL,
            _("Noise level"),
            help=_(noises.LEVEL),
        )
        draw = controls.again(
            shared.NOISE_DRAW, _("New noise"), help=_("The same level of noise, sampled again")
        )
    return kind, level, draw


def words(shown: OneDigit) -> dict[str, str]:
    """Return what is said of a picture, for the server and for a browser that draws it itself."""
    return {
        "noisy": _("2 · With noise"),
        "noiseless": _("2 · No noise yet"),
        "noisyDigit": _("Noisy digit") if shown.of_digits else _("Noisy picture"),
        "input": _("Input"),
        "noNoise": _("no noise"),
        "error": _("MSE {error}"),
        "rank": _("rank {n}"),
        "status": _(
            "{family}: MSE {error}, rank {n} of {all}.",
            family=show.title(shown.model), error="{error}", n="{n}", all=len(shown.usable),
        ),
    }  # fmt: skip


def chain(shown: OneDigit) -> board.Row:
    """The five steps in a row: input, with noise, code, reconstruction, error."""
    family, said = show.title(shown.model), words(shown)
    code = shown.usable[shown.model].code_shape
    return board.Row(
        [
            shown.input_picture(_("1 · Input")),
            board.Picture(
                shown.picture(lambda: pixels.to_bytes(shown.noisy)),
                _("The digit with noise.") if shown.of_digits else _("The picture with noise."),
                said["noisy" if shown.level else "noiseless"],
                live="noisy",
            ),
            shown.code_picture(SIDE, _("3 · Code: {n} numbers", n=math.prod(code))),
            board.Picture(
                shown.reconstruction(shown.model),
                _("The digit as {family} rebuilds it from the code.", family=family)
                if shown.of_digits
                else _("The picture as {family} rebuilds it from the code.", family=family),
                _("4 · Reconstruction"),
                live="rebuilt",
            ),
            shown.error_picture(_("5 · Error")),
        ],
        side=SIDE,
        spread=True,
    )


def scores(shown: OneDigit) -> dict[str, str]:
    """Return how far the reconstruction is from the clean digit, as it is written."""
    if shown.by_browser(shown.model):
        return dict.fromkeys((*SCORES, "better"), WAITING)
    pair = shown.clean[None], shown.rebuilt[shown.model][None]
    mse, bce, psnr, ssim = (float(getattr(metrics, score)(*pair)[0]) for score in SCORES)
    test = shown.usable[shown.model].card["test"]
    better = metrics.percentile(mse, test["mse_percentiles"])
    return {
        "mse": number(mse, 4),
        "bce": number(bce, 3),
        "psnr": decibels(psnr),
        "ssim": number(ssim, 3),
        "better": f"{number(better, 0)} %",
    }


def measures(shown: OneDigit) -> board.Row:
    """The scores, each with its meaning."""
    meanings = {
        "mse": ("MSE", glossary.meaning("mse")),
        "bce": (
            "BCE",
            _(
                "Binary cross-entropy in nats per pixel: what most of these networks minimise. "
                "Even a perfect copy costs something wherever a pixel is grey: on average {n} "
                "on the test pictures.",
                n=number(baselines.BCE_FLOORS[shown.dataset], 3),
            ),
        ),
        "psnr": ("PSNR", glossary.meaning("psnr")),
        "ssim": ("SSIM", glossary.meaning("ssim")),
        "better": (
            _("Test pictures rebuilt better"),
            _(
                "Of 10,000 test pictures without noise, how many this network rebuilds with a "
                "smaller MSE than this one."
            ),
        ),
    }
    code = board.Number(
        _("Code"),
        f"{math.prod(shown.usable[shown.model].code_shape)} / 784",
        _("Numbers in the code, against pixels in the picture."),
    )
    *first, better = (
        board.Number(meanings[name][0], value, meanings[name][1], live=name)
        for name, value in scores(shown).items()
    )
    return board.Row(numbers=[*first, code, better])


def gallery(shown: OneDigit) -> board.Row:
    """Every family's reconstruction of the same noisy digit, with its error and rank."""
    said = words(shown)
    untouched = said["noNoise"]
    if shown.computing:
        untouched = WAITING
    elif shown.level:
        error = metrics.mse(shown.clean[None], shown.noisy[None])[0]
        untouched = _("MSE {error}", error=number(error, 4))
    noisy = board.Picture(
        shown.picture(lambda: pixels.to_bytes(shown.noisy)),
        said["noisyDigit"],
        title=said["noisyDigit" if shown.level else "input"],
        caption=untouched,
        live="input",
    )
    rebuilt = [
        board.Picture(
            shown.reconstruction(name),
            _("The digit rebuilt by {family}.", family=show.title(name))
            if shown.of_digits
            else _("The picture rebuilt by {family}.", family=show.title(name)),
            title=show.title(name),
            caption=WAITING if shown.by_browser(name) else standing(shown, name),
            name=name,
            link=f"?{shared.MODELS[shown.dataset].name}={name}",
            chosen=name == shown.model,
            live=f"rebuilt {name}",
        )
        for name in shown.usable
    ]
    heading = (
        _("All autoencoders on this digit: click one")
        if shown.of_digits
        else _("All autoencoders on this picture: click one")
    )
    pictures = [noisy, *rebuilt]
    return board.Row(pictures, side=SMALL_SIDE, heading=heading, spread=len(pictures) > FEW)


def standing(shown: OneDigit, name: str) -> str:
    """Return the error of a family, and its rank among all."""
    rank = 1 + sorted(shown.errors, key=lambda other: shown.errors[other]).index(name)
    error = _("MSE {error}", error=number(shown.errors[name], 4))
    place = _("rank {n}", n=rank)
    return f"{error}\n{place}{' ★' if rank == 1 else ''}"


def explanation(ae: Autoencoder, dataset: str) -> None:
    """Show what a network is and its code: a family's file, or what trains the visitor's again."""
    family, test = families().get(ae.name), ae.card["test"]
    own_level = family.own_noise[1] if family and family.own_noise else None
    test_noise = "gaussian" if own_level is None else "own"
    level = own_level or dict(baselines.NOISE_TESTS)["gaussian"]
    with st.container(horizontal=True, key="draw_explanation", gap="medium"):
        about, listing = st.container(), st.container()
    if family:
        said, source, code = _(family.teaches), family.source, cache.source(ae.name)
    else:
        said, source, code = own.described()
    source = _("Source: {source}", source=source)
    figures = _(
        "On 10,000 test pictures: BCE {bce}, MSE {mse}. With Gaussian noise of {level}: MSE "
        "{noisy}; the noisy pictures themselves: {untouched}.",
        bce=number(test["bce"], 4),
        mse=number(test["mse"], 4),
        level=number(level, 1),
        noisy=number(test["noisy"][test_noise], 4),
        untouched=number(baselines.GAUSSIAN_MSE[dataset, level], 4),
    )
    about.markdown(
        f"##### {show.title(ae.name)}\n\n"
        + glossary.mark(f"{said}\n\n:small[:gray[{source}]]\n\n:small[:gray[{figures}]]")
    )
    if code:
        with listing:
            label = _("How {family} is written in Python.", family=show.title(ae.name))
            python_code.show(code, label)


def comparison(shown: OneDigit, kind: str) -> bytes:
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
    title = (
        _("One digit through every autoencoder")
        if shown.of_digits
        else _("One picture through every autoencoder")
    )
    with_noise = f"{noises.title(shown.kind)}, {number(shown.level, 2)}"
    inputs = (
        slides.Tile(shown.clean, _("Input"), "28 × 28"),
        slides.Tile(shown.noisy, _("With noise"), with_noise),
    )
    return slides.comparison(inputs, tiles, title, kind)


def table(shown: OneDigit) -> list[list[object]]:
    """Return the figures of every network on this digit, a row each."""
    return [
        [name, shown.kind, shown.level]
        + [float(getattr(metrics, score)(shown.clean[None], image[None])[0]) for score in SCORES]
        for name, image in {"noisy_input": shown.noisy, **shown.rebuilt}.items()
    ]


def picture_of(dataset: str, usable: dict[str, Autoencoder]) -> np.ndarray:
    """Return the digit, or the piece of clothing, that is chosen."""
    return digit.standing().image if dataset == "mnist" else clothing.standing(usable[VAE]).image


@st.fragment
def answer(model: str, usable: dict[str, Autoencoder], dataset: str) -> None:
    """What the networks make of the picture; follows the noise without the rest of the page."""
    if shared.MODELS[dataset].value != model:
        st.rerun()  # what stands below depends on it too
    kind, level, draw = noise_controls()
    clean = picture_of(dataset, usable)
    computing = reconstructions.computing()
    shown = OneDigit(clean, model, usable, computing, kind, level, draw, dataset)
    # A board of its own: on a phone it stays in sight, above what is touched.
    board.show([chain(shown)], "chain")
    board.show([measures(shown), gallery(shown)], "board", shared.MODELS[dataset])
    said = words(shown)
    captions = dict.fromkeys(usable, f"{said['error']}\n{{rank}}")
    reconstructions.show(shown.question(SIDE, said, captions, shared.LEVEL.key))
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


def add_noise(dataset: str, model: str) -> None:
    """Choose noise, and a network that removes it."""
    shared.NOISE.set("gaussian")
    own = families()[model].own_noise
    shared.LEVEL.set(own[1] if own else 0.5)
    shared.MODELS[dataset].set(model)


frame.guard()
above = st.container(horizontal=True, vertical_alignment="center", key="draw_above")
first = above.container(key="draw_first")
with above.container(key="draw_data"):
    # Where somebody presents, the demonstration needs the room.
    dataset = datasets.choose() if show.explaining() else shared.DATASET.value
digits = dataset == "mnist"
usable = own.beside(show.usable_or_stop(dataset=dataset), dataset)
if not digits:
    show.all_or_stop(VAE, dataset=dataset)
with first:
    first_step.show(
        _("Draw a digit, then turn the noise up.")
        if digits
        else _("Choose a piece of clothing, then turn the noise up."),
        add_noise,
        dataset,
        "denoising" if digits else "fashion_denoising",
        leads_to="chain",
    )
left, right = layout.beside("draw")
with left:
    if digits:
        digit.choose(lambda: one_digit.alone(usable))
    else:
        hand.show(clothing.choose(usable[VAE]).image)
with right:
    model = controls.choose(
        shared.MODELS[dataset],
        _("Autoencoder"),
        show.title,
        options=list(usable),
        label_visibility="collapsed",
    )
    answer(model, usable, dataset)
if show.explaining():
    explanation(usable[model], dataset)
networks.bring(model, *(name for name in usable if name != model), dataset=dataset)
