"""Drawings that stay sharp at any size, as SVG."""

from __future__ import annotations

import base64
import html
import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .pixels import BAR, png


def data_uri(picture: np.ndarray) -> str:
    """Return a uint8 picture as a `data:` address, to stand inside an SVG."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode('ascii')}"


RIGHT = 294  # of the curve's frame; the strip beyond the break, if there is one, ends there
STRIP = 30


class Checkpoint(NamedTuple):
    """A β-VAE on the rate–distortion plane, in nats an image on the test set."""

    beta: float
    kl: float
    reconstruction: float


class Scale(NamedTuple):
    """Where nats stand on the drawing: the ranges of both axes, and the frame in pixels."""

    x0: float
    x1: float
    y0: float
    y1: float
    left: float = 40
    right: float = RIGHT
    top: float = 8
    bottom: float = 268

    def at(self, kl: float, reconstruction: float) -> tuple[float, float]:
        """Return x and y in pixels."""
        across = (kl - self.x0) / (self.x1 - self.x0)
        up = (reconstruction - self.y0) / (self.y1 - self.y0)
        return (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )


def rate_distortion(
    checkpoints: Sequence[Checkpoint], chosen: int, words: dict[str, Any], dark: bool
) -> str:
    """Return the rate–distortion curve as SVG: KL to the right, reconstruction upwards.

    Faint lines join what has the same −ELBO. Through the chosen checkpoint goes a line of slope
    −β: what its loss counts as equally good. A checkpoint whose KL is more than twice the next
    one's stands in a strip of its own, beyond a break in the axis.

    Args:
        checkpoints: in the order of β.
        chosen: index of the one that is shown as chosen.
        words: "kl" and "reconstruction" for the axes, "labels": β of each checkpoint.
        dark: whether it is shown on a dark page.
    """
    ink, accent, ground = (
        ("#e9ebf4", "#ff48b0", "#10131b") if dark else ("#1d2233", "#d4148a", "#fbfbfd")
    )
    scale = _scale(checkpoints)
    left, right, top, bottom = scale[4:]
    frame = f'x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"'
    strip = f'x="{RIGHT - STRIP}" y="{top}" width="{STRIP}" height="{bottom - top}"'
    middle = (top + bottom) / 2
    turned = f'font-size="12" text-anchor="middle" transform="rotate(-90 10 {middle})"'
    lines, totals = _equal_elbo(scale, ink)
    return "".join(
        [
            '<svg viewBox="0 0 300 300" width="300" height="300" '
            'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">',
            f'<clipPath id="inside"><rect {frame}/></clipPath><g clip-path="url(#inside)">',
            *lines,
            *_equal_loss(scale, checkpoints, chosen, accent),
            "</g>",
            *(
                f'<rect {part} fill="none" stroke="{ink}" stroke-opacity="0.35"/>'
                for part in ([frame, strip] if right < RIGHT else [frame])
            ),
            *totals,
            *_points(scale, checkpoints, chosen, words["labels"], (ink, accent, ground)),
            *_ticks_of_both_axes(scale, ink),
            *_break(scale, checkpoints, ink),
            _text((left + right) / 2, 296, words["kl"], ink, 'font-size="12" text-anchor="middle"'),
            _text(10, middle, words["reconstruction"], ink, turned),
            "</svg>",
        ]
    )


def layers(sizes: Sequence[int], code: int, dark: bool) -> str:
    """Return an autoencoder's layers as SVG: a bar each, the higher the more numbers it has.

    Heights are logarithms: beside 784 pixels a code of 32 numbers would be a line.

    Args:
        sizes: how many numbers each layer has, from the picture to the picture.
        code: place of the code among them.
        dark: whether it is shown on a dark page.
    """
    ink, accent = ("#e9ebf4", "#ff48b0") if dark else ("#1d2233", "#d4148a")
    width, middle, most = 560, 62, 100
    step = (width - 60) / max(1, len(sizes) - 1)
    tallest = np.log1p(max(sizes))
    bars = [(30 + step * i, most * np.log1p(size) / tallest / 2) for i, size in enumerate(sizes)]
    parts = [
        f'<svg viewBox="0 0 {width} 140" width="{width}" height="140" '
        'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">'
    ]
    for (x0, h0), (x1, h1) in itertools.pairwise(bars):
        corners = f"{x0},{middle - h0} {x1},{middle - h1} {x1},{middle + h1} {x0},{middle + h0}"
        parts.append(f'<polygon points="{corners}" fill="{ink}" fill-opacity="0.08"/>')
    for i, ((x, half), size) in enumerate(zip(bars, sizes, strict=True)):
        fill = accent if i == code else f"rgb{BAR}"
        parts.append(
            f'<rect x="{x - 7:.1f}" y="{middle - half:.1f}" width="14" height="{2 * half:.1f}" '
            f'rx="3" fill="{fill}"/>'
        )
        style = 'font-size="14" text-anchor="middle"'
        parts.append(_text(x, 134, str(size), accent if i == code else ink, style))
    return "".join([*parts, "</svg>"])


def _scale(checkpoints: Sequence[Checkpoint]) -> Scale:
    kl = near([point.kl for point in checkpoints])
    heights = [point.reconstruction for point in checkpoints]
    room = max(2, 0.08 * (max(heights) - min(heights)))  # for the labels
    return Scale(
        x0=float(np.floor(min(kl))) - 0.5,
        x1=float(np.ceil(max(kl))) + 1,
        y0=float(np.floor(min(heights))) - room,
        y1=float(np.ceil(max(heights))) + room,
        right=RIGHT if len(kl) == len(checkpoints) else RIGHT - STRIP - 10,
    )


def _line(scale: Scale, start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    (xa, ya), (xb, yb) = scale.at(*start), scale.at(*end)
    return f'<line x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}" {style}/>'


def _text(x: float, y: float, words: str, ink: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" {style}>{html.escape(words)}</text>'


def _equal_elbo(scale: Scale, ink: str) -> tuple[list[str], list[str]]:
    """Return faint lines of slope -1 on which −ELBO is the same, and what it is on each."""
    lines, labels = [], []
    for total in ticks(scale.x0 + scale.y0, scale.x1 + scale.y1, 5, most=10):
        ends = (scale.x0, total - scale.x0), (scale.x1, total - scale.x1)
        lines.append(_line(scale, *ends, f'stroke="{ink}" stroke-opacity="0.16"'))
        x, y = scale.at(*ends[1])
        if scale.top < y < scale.bottom - 60:
            style = 'font-size="10" text-anchor="end" opacity="0.6"'
            labels.append(_text(x - 3, y + 11, f"−ELBO {total}", ink, style))
    return lines, labels


def _equal_loss(
    scale: Scale, checkpoints: Sequence[Checkpoint], chosen: int, accent: str
) -> list[str]:
    """Return the line of slope −β through the chosen checkpoint, if that is on the scale."""
    here = checkpoints[chosen]
    if here.kl not in near([point.kl for point in checkpoints]):
        return []
    start, end = (
        (x, here.reconstruction - here.beta * (x - here.kl)) for x in (scale.x0, scale.x1)
    )
    style = f'stroke="{accent}" stroke-width="1.5" stroke-dasharray="5 4"'
    return [_line(scale, start, end, style)]


def _points(
    scale: Scale,
    checkpoints: Sequence[Checkpoint],
    chosen: int,
    labels: Sequence[str],
    colours: tuple[str, str, str],
) -> list[str]:
    """Return the curve, its points and their labels."""
    ink, accent, ground = colours
    on_scale = near([point.kl for point in checkpoints])
    beyond = RIGHT - STRIP / 2
    places = [
        (scale.at(p.kl, 0)[0] if p.kl in on_scale else beyond, scale.at(0, p.reconstruction)[1])
        for p in checkpoints
    ]
    joined = [xy for xy, p in zip(places, checkpoints, strict=True) if p.kl in on_scale]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in joined)
    parts = [f'<polyline points="{path}" fill="none" stroke="rgb{BAR}" stroke-width="2"/>']
    for index, (x, y) in enumerate(places):
        far = checkpoints[index].kl not in on_scale
        fill, radius = (accent, 7) if index == chosen else (f"rgb{BAR}", 4.5)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" '
            f'stroke="{ground}" stroke-width="1.5"/>'
        )
        label = ("β = " if index == chosen else "") + labels[index]
        anchor, dx, dy = _place_of_label(scale, x, far, index == chosen, below=index % 2 == 1)
        weight = 700 if index == chosen else 400
        style = f'font-size="12" font-weight="{weight}" text-anchor="{anchor}"'
        parts.append(_text(x + dx, y + dy, label, ink, style))
    return parts


def _place_of_label(
    scale: Scale, x: float, far: bool, chosen: bool, below: bool
) -> tuple[str, float, float]:
    """Return the anchor of a point's label, and how far from the point it stands, in pixels."""
    if far:
        return "end" if chosen else "middle", STRIP / 2 if chosen else 0, -11
    if x <= (scale.left + scale.right) / 2:
        return "start", 6, -8
    if chosen:  # above its neighbours' labels: here the curve is flat, and its points are close
        return "middle", min(20, scale.right - 30 - x), -22
    return "middle", 0, 19 if below else -9


def _ticks_of_both_axes(scale: Scale, ink: str) -> list[str]:
    below, beside = 'font-size="11" text-anchor="middle"', 'font-size="11" text-anchor="end"'
    return [
        *(
            _text(scale.at(value, 0)[0], scale.bottom + 14, str(value), ink, below)
            for value in ticks(scale.x0, scale.x1, 1)
        ),
        *(
            _text(scale.left - 5, scale.at(0, value)[1] + 4, str(value), ink, beside)
            for value in ticks(scale.y0, scale.y1, 5, most=10)
        ),
    ]


def _break(scale: Scale, checkpoints: Sequence[Checkpoint], ink: str) -> list[str]:
    """Return the two strokes of a break in the axis, and the KL that stands beyond it."""
    if scale.right == RIGHT:
        return []
    (far,) = {point.kl for point in checkpoints} - set(near([point.kl for point in checkpoints]))
    middle = scale.right + 5
    strokes = [
        f'<line x1="{x - 2:.1f}" y1="{scale.bottom + 5:.1f}" x2="{x + 2:.1f}" '
        f'y2="{scale.bottom - 5:.1f}" stroke="{ink}" stroke-opacity="0.6"/>'
        for x in (middle - 2, middle + 2)
    ]
    style = 'font-size="11" text-anchor="middle"'
    return [*strokes, _text(RIGHT - STRIP / 2, scale.bottom + 14, f"{far:.0f}", ink, style)]


def ticks(low: float, high: float, step: int, most: int = 40) -> list[int]:
    """Return the multiples of `step` from `low` to `high`; fewer where they are more than `most`.

    Whatever a damaged card says, a figure comes to an end: none for numbers that are not finite.
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        return []
    while (high - low) / step > most:
        step *= 2
    return list(range(step * int(np.ceil(low / step)), int(np.floor(high)) + 1, step))


def near(kl: Sequence[float]) -> list[float]:
    """Return those values that fit in one picture: without a last one over twice the next."""
    ordered = sorted(kl)
    far = len(ordered) > 1 and ordered[-1] > 2 * ordered[-2]
    return ordered[:-1] if far else ordered
