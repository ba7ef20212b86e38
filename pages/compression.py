"""Compression: the same digit in the same number of bytes, by networks, PCA and picture files."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ae_core import compression, linear, metrics
from ae_core.autoencoder import Autoencoder
from ae_core.figures import charts, pixels, slides
from pages.ui import cache, controls, first_step, frame, show, text
from pages.ui.components import board, downloads, networks, quantised
from pages.ui.components import chart as charting
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, decibels, number, prose

TITLE = N_("Compression")
ABOUT = N_(
    "The same digit in the same number of bytes: codes of networks, PCA, JPEG, WebP and PNG."
)
QUESTION = N_("How many bytes does a digit need?")
ICON = ":material/folder_zip:"
ORDER = 23
GROUP = N_("Limits")

FAMILIES = ("deep", "convolutional", "sparse", "simple", "variational_16d")
BUDGETS = ("4", "8", "12", "16", "24", "32", "48", "64", "96", "128", "192", "256", "384")
BITS = ("auto", *map(str, sorted(compression.BITS, reverse=True)))
FILES = {
    "jpeg": "JPEG",
    "webp": "WebP",
    "webp_lossless": N_("WebP, lossless"),
    "png": "PNG",
    "zlib": "zlib",
}
LOSSY, LOSSLESS = ("jpeg", "webp"), ("png", "webp_lossless", "zlib")
COLOURS = dict(zip((*FAMILIES, "pca", *LOSSY), (0, 1, 2, 3, 5, -1, 6, 7), strict=True))
SIDE = 76
HEIGHT = 300
DECIBELS = (10.0, 36.0)
BYTES = (2.0, 1024.0)

link = Link("compression")
BUDGET = link.word("bytes", BUDGETS, "16")
DEPTH = link.word("bits", BITS)


@dataclass(frozen=True)
class Tried:
    """A digit through one method in so many bytes.

    Attributes:
        name: of the method.
        setting: how it was set, as it is written; "" if nothing fits.
        size: its bytes; of what does not fit, the fewest that it needs.
        header: of these, those that say nothing of the digit.
        image: float32 (28, 28), or None if nothing fits.
        typical: bytes and MSE on the test digits in this setting, or None.
        decoder: bytes of what the receiver has to have before.
        bits: of each number of a code.
        network: the name of what makes the code; "" if nothing does or nothing fits.
    """

    name: str
    setting: str
    size: int
    header: int
    image: np.ndarray | None
    typical: tuple[float, float] | None = None
    decoder: int = 0
    bits: int = 0
    network: str = ""


def title(name: str) -> str:
    """Return what a method is called."""
    if name == "pca":
        return "PCA"
    return _(FILES[name]) if name in FILES else show.title(name)


def best(
    points: Sequence[Mapping[str, Any]], budget: float, depth: str
) -> Mapping[str, Any] | None:
    """Return the point of least error within the budget, with the bits that were asked for."""
    fitting = [
        point
        for point in points
        if point["bytes"] <= budget and depth in ("auto", str(point.get("bits", depth)))
    ]
    return min(fitting, key=lambda point: point["mse"], default=None)


def least(points: Sequence[Mapping[str, Any]], depth: str) -> int:
    """Return the fewest bytes of all points with so many bits."""
    return min(p["bytes"] for p in points if depth in ("auto", str(p["bits"])))


def through_network(ae: Autoencoder, image: np.ndarray, budget: int, depth: str) -> Tried:
    """Return a digit through the code of a network, quantised, packed and unpacked."""
    study = show.figures_or_stop("compression")["families"][ae.name]
    point = best(study["points"], budget, depth)
    if point is None:
        return Tried(ae.name, "", least(study["points"], depth), 0, None)
    bits, count = point["bits"], math.prod(ae.code_shape)
    size, rebuilt = cache.coded(ae.name, image, bits)
    setting = _("{n} × {bits} bits", n=study["kept"] or count, bits=bits)
    typical = point["bytes"], point["mse"]
    return Tried(ae.name, setting, size, 0, rebuilt, typical, study["decoder"], bits, ae.name)


def through_pca(image: np.ndarray, budget: int, depth: str) -> Tried:
    """Return a digit through as many coefficients of PCA as are best."""
    study = show.figures_or_stop("compression")["pca"]
    point = best(study["points"], budget, depth)
    if point is None:
        return Tried("pca", "", least(study["points"], depth), 0, None)
    bits, count = point["bits"], point["count"]
    network = f"{linear.PCA}_{count}"
    size, rebuilt = cache.coded(network, image, bits)
    setting = _("{n} × {bits} bits", n=count, bits=bits)
    # Of the mean and the components, those that are used.
    decoder = study["decoder"] * (1 + count) // (1 + len(study["ranges"][0]))
    typical = point["bytes"], point["mse"]
    return Tried("pca", setting, size, 0, rebuilt, typical, decoder, bits, network)


def through_file(kind: str, image: np.ndarray, budget: float) -> Tried:
    """Return a digit through the best file of its kind that is no larger than the budget."""
    tried = cache.picture_files(kind, image)
    fitting = [each for each in tried if each[1].size <= budget]
    if not fitting:
        smallest = min((packed for _quality, packed in tried), key=lambda packed: packed.size)
        return Tried(kind, "", smallest.size, smallest.header, None)
    quality, packed = min(fitting, key=lambda each: float(np.square(each[1].image - image).mean()))
    setting = _("quality {n}", n=quality) if kind in LOSSY else _("lossless")
    points = show.figures_or_stop("compression")["files"][kind]["points"]
    point = next(point for point in points if point["quality"] == quality)
    typical = point["bytes"], point["mse"]
    return Tried(kind, setting, packed.size, packed.header, packed.image, typical)


def written_size(tried: Tried) -> str:
    """Write how many bytes, the header apart."""
    if tried.header:
        return _("{n} bytes, {header} header", n=tried.size, header=tried.header)
    return _("{n} bytes", n=tried.size)


def picture(tried: Tried, image: np.ndarray) -> board.Picture:
    """One method: the digit as it comes back, or how many bytes it would need."""
    if tried.image is None:
        nothing = np.full((28, 28), 128, np.uint8)
        alt = _("{method}: does not fit.", method=title(tried.name))
        needs = _("needs {size}", size=written_size(tried))
        return board.Picture(nothing, alt, title=title(tried.name), caption=needs)
    error = float(metrics.mse(image[None], tried.image[None])[0])
    quality = decibels(float(metrics.decibels(error))) if error else _("exact")
    alt = _("Your digit through {method}.", method=title(tried.name))
    return board.Picture(
        pixels.to_bytes(tried.image),
        alt,
        title=title(tried.name),
        caption=below(tried, quality),
        live=quantised.live(tried.network) if tried.network else "",
    )


def below(tried: Tried, quality: str) -> str:
    """Return what stands below the picture of a method."""
    return f"{tried.setting}\n{written_size(tried)}\n{quality}"


def pictures(
    by_networks: Sequence[Tried], others: Sequence[Tried], image: np.ndarray
) -> list[board.Row]:
    """All methods in rows."""
    original = board.Picture(
        pixels.to_bytes(image),
        _("Your digit."),
        title=_("Your digit"),
        caption=_("{n} bytes", n=compression.RAW),
        live="clean",
    )
    return [
        board.Row(
            [picture(tried, image) for tried in by_networks],
            side=SIDE, heading=_("Codes of networks"), abreast=len(by_networks),
        ),
        board.Row(
            [*(picture(tried, image) for tried in others), original],
            side=SIDE,
            heading=_("PCA, and picture files, which follow when the pen rests"),
            abreast=len(by_networks),
        ),
    ]  # fmt: skip


def exact(image: np.ndarray) -> board.Row:
    """What files take that lose nothing."""
    meanings = {
        "png": _("PNG: the pixels, filtered and zipped; lossless. Its header says sizes and sums."),
        "webp_lossless": _("WebP has a lossless way, too: it predicts each pixel."),
        "zlib": _("The 784 bytes of the pixels, zipped, without the header of a picture file."),
    }
    numbers = []
    for kind in LOSSLESS:
        tried = through_file(kind, image, math.inf)
        size = _("{n} bytes", n=tried.size)
        header = _("Header: {n} bytes.", n=tried.header)
        numbers.append(board.Number(title(kind), size, f"{meanings[kind]} {header}"))
    return board.Row(numbers=numbers, heading=_("Your digit without any loss"))


def frontier(points: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """Return bytes and PSNR of those points that no smaller one equals."""
    sizes: list[float] = []
    qualities: list[float] = []
    for point in sorted(points, key=lambda point: (point["bytes"], point["mse"])):
        quality = float(metrics.decibels(point["mse"]))
        if not qualities or quality > qualities[-1]:
            sizes.append(point["bytes"])
            qualities.append(quality)
    return sizes, qualities


def curves(budget: int) -> charts.Chart:
    """Return the rate–distortion curves of the test digits, with the budget as a rule."""
    study = show.figures_or_stop("compression")
    lines = []
    for name in (*FAMILIES, "pca"):
        points = study["pca" if name == "pca" else "families"]
        points = points["points"] if name == "pca" else points[name]["points"]
        sizes, qualities = frontier(points)
        lines.append(
            charts.Line(title(name), sizes, qualities, COLOURS[name], points=True, digits=1)
        )
    for kind in LOSSY:
        points = study["files"][kind]["points"]
        lines.append(
            charts.Line(title(kind), *frontier(points), COLOURS[kind], points=True, digits=1)
        )
        bare = [{**point, "bytes": point["bytes"] - point["header"]} for point in points]
        label = _("{method} without header", method=title(kind))
        lines.append(charts.Line(label, *frontier(bare), COLOURS[kind], dashed=True, digits=1))
    (png,) = study["files"]["png"]["points"]
    return charts.Chart(
        charts.Axis(_("Bytes a digit"), *BYTES, tuple(2**n for n in range(1, 11)), log=True),
        charts.Axis("PSNR (dB)", *DECIBELS, (10, 15, 20, 25, 30, 35)),
        lines=lines,
        rules=[charts.Rule(_("{n} bytes", n=budget), budget, "x")],
        marks=[charts.Mark(_("PNG: exact"), png["bytes"], DECIBELS[1] - 1, -1)],
    )


def pay_off(tried: Tried) -> float:
    """Return how many digits pay for a decoder beside PNG; infinite if none do."""
    (png,) = show.figures_or_stop("compression")["files"]["png"]["points"]
    saved = png["bytes"] - tried.typical[0] if tried.typical else 0
    return tried.decoder / saved if saved > 0 else math.inf


def show_pay_off(tried: Sequence[Tried]) -> None:
    """Show what the receiver has to have, and when that pays off."""
    show.heading(_("The receiver needs the decoder: after how many digits it pays off against PNG"))
    rows = []
    for each in tried:
        digits, nothing = pay_off(each), "–"
        size = number(each.typical[0], 0) if each.typical else nothing
        decoder = number(each.decoder, 0) if each.typical else nothing
        after = number(math.ceil(digits), 0) if math.isfinite(digits) else nothing
        rows.append([title(each.name), size, decoder, after])
    heads = [_("Method"), _("Bytes a digit"), _("Bytes of the decoder"), _("Digits")]
    with st.container(key="compression_table"):
        show.table(heads, rows)


def figure(budget: int, kind: str) -> bytes:
    """Return the curves as a slide."""
    heading = _("Bytes and quality: {n} test digits", n=number(10_000, 0))
    return slides.chart(curves(budget), heading, kind, text.decimal_sign())


def table() -> list[list[object]]:
    """Return all points of the study."""
    study = show.figures_or_stop("compression")
    rows: list[list[object]] = []
    parts = {**study["families"], "pca": study["pca"], **study["files"]}
    for name, part in parts.items():
        for point in part["points"]:
            keys = ("count", "bits", "quality", "bytes", "header", "mse")
            rows.append([name, *(point.get(key, "") for key in keys)])
    return rows


def squeeze() -> None:
    """Go down to eight bytes."""
    BUDGET.set("8")


frame.guard()
aes = show.all_or_stop(*FAMILIES)
show.figures_or_stop("compression")
first_step.show(_("Go down to 8 bytes: who still has a digit?"), squeeze, leads_to="tried")
with st.container(horizontal=True, key="compression_dials", vertical_alignment="bottom"):
    budget = int(controls.choose(BUDGET, _("Bytes per digit"), str))
    depth = controls.choose(
        DEPTH,
        _("Bits per number"),
        lambda bits: _("best") if bits == "auto" else bits,
        help=_(
            "Each number of a code is cut into 2^bits equal steps, between the 0.1st and the "
            "99.9th percentile of the training digits. Best: what does least harm on the test "
            "digits."
        ),
    )
page = st.container(key="compression_page")
middle, right = page.container(key="compression_tried"), page.container(key="compression_curves")
with page.container(key="compression_hand"):
    image = digit.choose().image
coded = [through_network(ae, image, budget, depth) for ae in aes]
by_pca = through_pca(image, budget, depth)
files = [through_file(kind, image, budget) for kind in LOSSY]
with middle:
    board.show([*pictures(coded, [by_pca, *files], image), exact(image)], "tried")
with right:
    charting.show(
        curves(budget),
        "curves",
        _("Curves of quality over bytes a digit, for each method, on the test digits."),
        HEIGHT,
    )
    downloads.show(
        [
            *downloads.pictures(
                lambda kind: _("Curve ({kind})", kind=kind),
                "compression",
                lambda kind: figure(budget, kind),
            ),
            downloads.table(
                "compression.csv",
                ["method", "count", "bits", "quality", "bytes", "header", "mse"],
                table,
            ),
        ],
        "files",
    )
show_pay_off([*coded, by_pca])
if show.explaining():
    st.markdown(prose("compression"))
by_codes = [tried for tried in (*coded, by_pca) if tried.network]
quantised.show(
    [
        quantised.Method(
            cache.network(tried.network),
            cache.quantiser(tried.network),
            tried.bits,
            below(tried, "{quality}"),
        )
        for tried in by_codes
    ]
)
networks.bring(*(tried.network for tried in by_codes))
