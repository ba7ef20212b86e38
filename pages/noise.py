"""Noise: one digit at rising levels of noise, through every network and two classical filters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from ae_core import data, filters, metrics, noise
from ae_core.experiments.denoising import NOISY
from ae_core.figures import pixels, slides
from ae_core.figures.charts import Axis, Chart, Line, Span
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
    shared,
    show,
    text,
)
from pages.ui.components import chart, downloads, networks, noise_strip, picture_table
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, number, prose

TITLE = N_("Noise")
ABOUT = N_("Turn six kinds of noise up and see which networks cope, and which make it worse.")
QUESTION = N_("Where does each network cope with noise, and where does it make things worse?")
ICON = ":material/grain:"
ORDER = 20
GROUP = N_("Limits")

SCORES = {"psnr": "PSNR", "ssim": "SSIM"}
GREY = 7  # place in the palette, for what has learned nothing: the filters
CHART_HEIGHT = 290
HIGHEST = 35  # dB of the chart: a filter that leaves a clean digit alone has 47

link = Link("noise")
SCORE = link.word("score", SCORES)


def row_title(name: str) -> str:
    """Return what a row is called."""
    if name == NOISY:
        return _("Noisy input")
    return _(filters.module(name).TITLE) if name in filters.names() else show.title(name)


def live_row(name: str) -> str:
    """Return what the browser calls a row that it fills by itself; "" if it cannot."""
    if name == NOISY:
        return noise_strip.NOISY
    return noise_strip.row(name) if name in runnable else ""


def level_of(level: float) -> str:
    """Write a level."""
    return number(level, 1)


def with_own(figures: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the figures with those of the visitor's network for a kind of noise, if there is one.

    It is measured here and now, on the samples.
    """
    if not mine:
        return figures
    seen = {mine.name: own.seen()}
    row = {mine.name: cache.scores_on_samples(mine.name, kind)}
    return figures | {
        "scores": figures["scores"] | {kind: figures["scores"][kind] | row},
        "seen": figures["seen"] | seen,
    }


def errors_of(clean: np.ndarray, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the MSE of every picture, by row."""
    return {
        name: metrics.mse(np.broadcast_to(clean, images.shape), images)
        for name, images in rows.items()
    }


def pick(name: str, column: int) -> None:
    """Look at a network, and at a level; Draw & reconstruct shows the same then."""
    shared.MODEL.set(name)
    shared.LEVEL.set(cache.figures("noise")["levels"][column])


def strip(clean: np.ndarray, rows: dict[str, np.ndarray], levels: list[float], model: str) -> None:
    """Show the digit at every level, a row for each network."""
    errors = errors_of(clean, rows)
    noisy = errors[NOISY]
    table_rows = []
    for name, images in rows.items():
        worse = np.flatnonzero(errors[name] > noisy).tolist()  # the noisy input never is
        said = []
        for level, error, untouched in zip(levels, errors[name], noisy, strict=True):
            values = {"row": row_title(name), "level": level_of(level), "error": number(error, 4)}
            said.append(
                _("{row} at {level}: MSE {error}", **values)
                if name == NOISY
                else _(
                    "{row} at {level}: MSE {error}; noisy input: {untouched}",
                    **values,
                    untouched=number(untouched, 4),
                )
            )
        table_rows.append(
            picture_table.Row(
                row_title(name),
                pixels.to_bytes(images),
                said,
                worse,
                name if name in usable else "",
                name == model,
                noise_strip.NOISY
                if name == NOISY
                else noise_strip.row(name)
                if name in usable
                else "",
            )
        )
    near = [place for place, level in enumerate(levels) if abs(level - shared.LEVEL.value) < 1e-6]
    table = picture_table.Table(
        table_rows,
        [level_of(level) for level in levels],
        _("Level"),
        _("Orange corner: further from the clean digit than the noisy input."),
        near[0] if near else None,
    )
    picture_table.show(table, "strip", pick)


def scores(figures: dict[str, Any], kind: str, score: str) -> dict[str, list[float]]:
    """Return the curves of a score, by row."""
    rows = figures["scores"][kind]
    if score == "ssim":
        return {name: found["ssim"] for name, found in rows.items()}
    return {name: metrics.decibels(found["mse"]).tolist() for name, found in rows.items()}


def curves(figures: dict[str, Any], kind: str, score: str, model: str) -> Chart:
    """Return the chart of a score over the level, for all rows."""
    levels, found = figures["levels"], scores(figures, kind, score)
    lines = []
    for colour, name in enumerate(name for name in found if name in families()):
        lines.append(line(name, levels, found[name], score, colour, strong=name == model))
    for name in filters.names():
        dashed = name != filters.names()[0]
        lines.append(line(name, levels, found[name], score, GREY, dashed))
    lines.append(line(NOISY, levels, found[NOISY], score, -1, dashed=True))
    seen = figures["seen"].get(model, {}).get(kind)
    spans = [Span(_("Levels that {family} was trained on", family=show.title(model)), 0, seen)]
    lines += [
        line(name, levels, found[name], score, -1, strong=name == model)
        for name in found
        if name.startswith(shared.OWN_NAME)
    ]
    finite = [value for line in lines for value in line.y]
    step, digits = (5, 0) if score == "psnr" else (0.2, 1)
    top = min(max(finite), HIGHEST)
    low, high = math.floor(min(finite) / step), math.ceil(top / step)
    ticks = [round(step * place, 1) for place in range(low, high + 1)]
    unit = _("PSNR in dB: more is better") if score == "psnr" else _("SSIM: more is better")
    return Chart(
        Axis(_("Noise level"), 0, levels[-1], levels, 1),
        Axis(unit, ticks[0], ticks[-1], ticks, digits),
        lines,
        spans=spans if seen else (),
    )


def line(
    name: str,
    levels: list[float],
    values: list[float],
    score: str,
    colour: int,
    dashed: bool = False,
    strong: bool = False,
) -> Line:
    """Return one row's curve; a perfect copy has no PSNR."""
    known = [pair for pair in zip(levels, values, strict=True) if math.isfinite(pair[1])]
    x, y = ([pair[place] for pair in known] for place in (0, 1))
    digits = 1 if score == "psnr" else 2
    return Line(row_title(name), x, y, colour, dashed, strong=strong, digits=digits)


def worse_at(figures: dict[str, Any], kind: str, name: str) -> list[float]:
    """Return the levels at which a row is further from the clean digits than its noisy input.

    Level 0 is left out: nothing is nearer to a clean digit than itself.
    """
    rows = figures["scores"][kind]
    return [
        level
        for level, error, noisy in zip(
            figures["levels"], rows[name]["mse"], rows[NOISY]["mse"], strict=True
        )
        if level and error > noisy
    ]


def finding(figures: dict[str, Any], kind: str, name: str) -> str:
    """Return where a network makes things worse, and what it was trained on, in two sentences."""
    worse, levels = worse_at(figures, kind, name), figures["levels"]
    family = show.title(name)
    if not worse:
        said = _("{family} helps at every level shown.", family=family)
    elif len(worse) == len(levels) - 1:
        said = _("{family} makes it worse at every level shown.", family=family)
    else:
        written = "; ".join(map(level_of, worse))
        said = _("{family} makes it worse at {levels}.", family=family, levels=written)
    seen = figures["seen"].get(name, {})
    if kind in seen:
        trained = _("It was trained on this noise, up to {level}.", level=level_of(seen[kind]))
    elif seen:
        trained = _("It was trained on other noise, never on this.")
    else:
        trained = _("It was trained on clean digits alone.")
    return f"{said} {trained}"


def judgement(figures: dict[str, Any], kind: str, model: str) -> None:
    """Show the curves of all test digits, and what they say of the network that is looked at."""
    score = controls.choose(SCORE, _("Score"), SCORES.__getitem__, label_visibility="collapsed")
    shown = curves(figures, kind, score, model)
    alt = _(
        "{score} of every row over the level of the noise, mean of {n} test digits. {finding}",
        score=SCORES[score],
        n=number(figures["images"], 0),
        finding=finding(figures, kind, model),
    )
    chart.show(shown, "curves", alt, CHART_HEIGHT)
    st.markdown(
        glossary.mark(
            _("{n} test digits. {finding}", n=number(figures["images"], 0),
              finding=finding(figures, kind, model))
        )
    )  # fmt: skip
    if mine:
        images = len(data.samples().images)
        st.caption(_("Your network is measured on {n} samples, here and now.", n=images))


def table(figures: dict[str, Any]) -> list[list[object]]:
    """Return all figures, a row for each kind of noise, row of the strip and level."""
    lines: list[list[object]] = []
    for kind, rows in figures["scores"].items():
        for name, found in rows.items():
            worse = worse_at(figures, kind, name)
            psnr = metrics.decibels(found["mse"]).tolist()
            each = zip(figures["levels"], found["mse"], psnr, found["ssim"], strict=True)
            lines += [[kind, name, *scores, int(scores[0] in worse)] for scores in each]
    return lines


def files(
    figures: dict[str, Any], rows: dict[str, np.ndarray], kind: str, model: str
) -> list[downloads.File]:
    """Return the strip, the curves and their numbers to take away."""
    levels = [level_of(level) for level in figures["levels"]]
    titles = [row_title(name) for name in rows]
    title = f"{noises.title(kind)} · {SCORES[SCORE.value]}"
    return [
        *downloads.pictures(
            lambda file: _("Strip ({kind})", kind=file),
            "noise_strip",
            lambda file: slides.table(
                np.stack(list(rows.values())), titles, levels, _("One digit under noise"), file,
                noises.title(kind),
            ),
        ),
        *downloads.pictures(
            lambda file: _("Curves ({kind})", kind=file),
            "noise_curves",
            lambda file: slides.chart(
                curves(figures, kind, SCORE.value, model), title, file, text.decimal_sign()
            ),
        ),
        downloads.table(
            "noise.csv",
            ["noise", "row", "level", "mse", "psnr_db", "ssim", "worse_than_input"],
            lambda: table(figures),
        ),
    ]  # fmt: skip


@st.fragment
def explore(figures: dict[str, Any]) -> None:
    """Everything that follows the noise; `noise.css` says what stands where."""
    with st.container(horizontal=True, vertical_alignment="center", key="noise_kind"):
        kind = controls.choose(
            shared.NOISE,
            _("Noise"),
            noises.title,
            list(figures["scores"]),
            label_visibility="collapsed",
        )
        draw = controls.again(
            shared.NOISE_DRAW, _("New noise"), help=_("The same level of noise, sampled again")
        )
    clean, model = digit.standing().image, shared.MODEL.value
    rows = cache.strip(clean, kind, draw)
    if mine:  # below what it is given: the strip is longer than a projector's picture
        row = {mine.name: cache.own_row(mine.name, clean, kind, draw)}
        rows = {NOISY: rows[NOISY], **row, **rows}
    figures = with_own(figures, kind)
    with st.container(horizontal=True, key="noise_both", gap="medium"):
        with st.container(key="noise_strip"):
            strip(clean, rows, figures["levels"], model)
        with st.container(key="noise_curves"):
            judgement(figures, kind, model)
    field = noise.field(kind, seed=draw)
    noise_strip.show(kind, field, figures["levels"], runnable, model)
    downloads.show(files(figures, rows, kind, model), "files")


def go_worse() -> None:
    """Show a network that makes things worse: the simple one under masking."""
    shared.NOISE.set("masking")
    shared.MODEL.set("simple")
    shared.LEVEL.set(0.5)


frame.guard()
mine = own.network()
usable = own.beside(show.usable_or_stop())
runnable = {name: ae for name, ae in usable.items() if one_digit.runs_in_browser(ae)}
figures = show.figures_or_stop("noise")
first_step.show(
    _("Choose a kind of noise: which row stays a digit the longest?"), go_worse, leads_to="strip"
)
hand, beside = layout.beside("noise")
with hand:
    digit.choose()
with beside:
    explore(figures)
if show.explaining():
    st.markdown(prose("noise"))
networks.bring(*sorted(runnable, key=lambda name: name != shared.MODEL.value))
