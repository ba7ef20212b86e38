"""Drawings that stay sharp at any size, as SVG."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .pixels import BAR, png


def data_uri(picture: np.ndarray) -> str:
    """Return a uint8 picture as a `data:` address, to stand inside an SVG."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode('ascii')}"


def hourglass(
    clean: np.ndarray, code: np.ndarray, rebuilt: np.ndarray, words: dict[str, str], dark: bool
) -> str:
    """Return the picture of what an autoencoder is, as SVG: image, encoder, code, decoder, image.

    Args:
        clean, rebuilt: uint8 pictures (28, 28).
        code: uint8 picture of the code (side, side, 4), see-through around the bars.
        words: "encoder", "decoder", and what stands below: "input", "code", "output".
        dark: whether it is shown on a dark page.
    """
    ink = "#e9ebf4" if dark else "#1d2233"
    word = {name: html.escape(text) for name, text in words.items()}

    def image(picture, x, y, side):
        return (
            f'<image href="{data_uri(picture)}" x="{x}" y="{y}" width="{side}" height="{side}" '
            'style="image-rendering:pixelated"/>'
        )

    def label(text, x, y, size=17, weight=400):
        return (
            f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" '
            f'font-weight="{weight}" fill="{ink}">{text}</text>'
        )

    def funnel(x, left, right, name):
        """A trapezium 150 wide around the middle line, `left` and `right` high."""
        corners = f"{x},{85 - left} {x + 150},{85 - right} {x + 150},{85 + right} {x},{85 + left}"
        return (
            f'<polygon points="{corners}" fill="rgb{BAR}" fill-opacity="0.22" '
            f'stroke="rgb{BAR}" stroke-width="2" stroke-linejoin="round"/>'
            + label(word[name], x + 75, 91, 18, 600)
        )

    return "".join(
        [
            '<svg viewBox="0 0 800 200" width="800" height="200" '
            'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">',
            image(clean, 5, 15, 140),
            funnel(165, 70, 34, "encoder"),
            image(code, 335, 20, 130),
            funnel(485, 34, 70, "decoder"),
            image(rebuilt, 655, 15, 140),
            label(word["input"], 75, 184),
            label(word["code"], 400, 184),
            label(word["output"], 725, 184),
            "</svg>",
        ]
    )


class Checkpoint(NamedTuple):
    """A β-VAE on the rate–distortion plane, in nats an image on the test set."""

    beta: float
    kl: float
    reconstruction: float


def rate_distortion(
    checkpoints: Sequence[Checkpoint], chosen: int, words: dict[str, str], dark: bool
) -> str:
    """Return the rate–distortion curve as SVG: KL to the right, reconstruction upwards.

    Faint lines join what has the same −ELBO. Through the chosen checkpoint goes a line of slope
    −β: what its loss counts as equally good. A checkpoint whose KL is more than twice the next
    one's stands at the right edge, with an arrow.

    Args:
        checkpoints: in the order of β.
        chosen: index of the one that is shown as chosen.
        words: "kl" and "reconstruction" for the axes, "labels": β of each checkpoint.
        dark: whether it is shown on a dark page.
    """
    ink, accent, ground = (
        ("#e9ebf4", "#ff48b0", "#10131b") if dark else ("#1d2233", "#d4148a", "#fbfbfd")
    )
    near = _near([point.kl for point in checkpoints])
    x0, x1 = np.floor(min(near)) - 0.5, np.ceil(max(near)) + 1
    heights = [point.reconstruction for point in checkpoints]
    y0, y1 = np.floor(min(heights)) - 2, np.ceil(max(heights)) + 2
    left, right, top, bottom = 40, 294, 8, 268

    def at(kl, reconstruction):
        x = left + (kl - x0) / (x1 - x0) * (right - left)
        return x, bottom - (reconstruction - y0) / (y1 - y0) * (bottom - top)

    def line(start, end, style):
        (xa, ya), (xb, yb) = at(*start), at(*end)
        return f'<line x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}" {style}/>'

    def text(x, y, words, style=""):
        return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" {style}>{html.escape(words)}</text>'

    parts = []
    for total in range(int(5 * np.ceil((x0 + y0) / 5)), int(x1 + y1) + 1, 5):
        faint = f'stroke="{ink}" stroke-opacity="0.16"'
        parts.append(line((x0, total - x0), (x1, total - x1), faint))
        x, y = at(x1, total - x1)
        if top < y < bottom - 60:
            style = 'font-size="10" text-anchor="end" opacity="0.6"'
            parts.append(text(x - 3, y + 11, f"−ELBO {total}", style))
    here = checkpoints[chosen]
    if here.kl in near:
        slope = f'stroke="{accent}" stroke-width="1.5" stroke-dasharray="5 4"'
        ends = [(x, here.reconstruction - here.beta * (x - here.kl)) for x in (x0, x1)]
        parts.append(line(*ends, slope))
    places = [at(min(point.kl, x1 - 0.35), point.reconstruction) for point in checkpoints]
    joined = [place for place, point in zip(places, checkpoints, strict=True) if point.kl in near]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in joined)
    parts.append(f'<polyline points="{path}" fill="none" stroke="rgb{BAR}" stroke-width="2"/>')
    for index, (x, y) in enumerate(places):
        far = checkpoints[index].kl not in near
        fill, radius = (accent, 7) if index == chosen else (f"rgb{BAR}", 4.5)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" '
            f'stroke="{ground}" stroke-width="1.5"/>'
        )
        weight = 700 if index == chosen else 400
        label = ("β = " if index == chosen else "") + words["labels"][index]
        if far:
            anchor, dx, dy = "end", 8, 19
        elif x > (left + right) / 2:  # where the curve is flat, and its points are close
            anchor, dx, dy = "middle", 0, -9
            if index == chosen:  # above its neighbours' labels
                dx, dy = min(20, right - 30 - x), -22
        else:
            anchor, dx, dy = "start", 6, -8
        style = f'font-size="12" font-weight="{weight}" text-anchor="{anchor}"'
        parts.append(text(x + dx, y + dy, label + (" →" if far else ""), style))
    for value in range(int(np.ceil(x0)), int(x1) + 1):
        parts.append(text(at(value, 0)[0], bottom + 14, str(value), _TICK))
    for value in range(int(5 * np.ceil(y0 / 5)), int(y1) + 1, 5):
        y = at(0, value)[1]
        parts.append(text(left - 5, y + 4, str(value), 'font-size="11" text-anchor="end"'))
    middle = (top + bottom) / 2
    turned = f'font-size="12" text-anchor="middle" transform="rotate(-90 10 {middle})"'
    frame = f'fill="none" stroke="{ink}" stroke-opacity="0.35"'
    return "".join(
        [
            '<svg viewBox="0 0 300 300" width="300" height="300" '
            'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">',
            f'<clipPath id="inside"><rect x="{left}" y="{top}" width="{right - left}" '
            f'height="{bottom - top}"/></clipPath><g clip-path="url(#inside)">',
            *[part for part in parts if part.startswith("<line")],
            "</g>",
            f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" {frame}/>',
            *[part for part in parts if not part.startswith("<line")],
            text((left + right) / 2, 296, words["kl"], 'font-size="12" text-anchor="middle"'),
            text(10, middle, words["reconstruction"], turned),
            "</svg>",
        ]
    )


_TICK = 'font-size="11" text-anchor="middle"'


def _near(kl: Sequence[float]) -> list[float]:
    """Return those values that fit in one picture: without a last one over twice the next."""
    ordered = sorted(kl)
    far = len(ordered) > 1 and ordered[-1] > 2 * ordered[-2]
    return ordered[:-1] if far else ordered
