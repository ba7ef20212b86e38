"""One digit through every autoencoder: computed here when it is asked for, or by the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ae_core import metrics, noise
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels

from . import cache, show
from .components import board, reconstructions
from .components.picture import Pixels
from .text import _

PARTS = {"encoder", "decoder"}
WAITING = "…"  # where the browser writes


@dataclass(frozen=True)
class OneDigit:
    """One digit through every network; images are (28, 28).

    Attributes:
        clean: the digit.
        model: the family that is looked at.
        usable: all families by name.
        computing: whether the browser draws what it can by itself.
        kind, level, draw: of the noise; the number of the draw is its seed.
        dataset: what the families were trained on.
    """

    clean: np.ndarray
    model: str
    usable: dict[str, Autoencoder]
    computing: bool
    kind: str = "gaussian"
    level: float = 0.0
    draw: int = 1
    dataset: str = "mnist"

    @property
    def of_digits(self) -> bool:
        """Whether the picture is a digit, and no piece of clothing."""
        return self.dataset == "mnist"

    @cached_property
    def noisy(self) -> np.ndarray:
        """The digit with noise."""
        return noise.add(self.clean, self.kind, self.level, seed=self.draw)

    @cached_property
    def codes(self) -> dict[str, np.ndarray]:
        """The code of each family."""
        return {name: ae.encode(self.noisy[None])[0] for name, ae in self.usable.items()}

    @cached_property
    def rebuilt(self) -> dict[str, np.ndarray]:
        """The reconstruction of each family."""
        return {name: ae.decode(self.codes[name][None])[0] for name, ae in self.usable.items()}

    @cached_property
    def errors(self) -> dict[str, float]:
        """The MSE of each family."""
        images = np.stack(list(self.rebuilt.values()))
        errors = metrics.mse(np.broadcast_to(self.clean, images.shape), images)
        return dict(zip(self.rebuilt, errors.tolist(), strict=True))

    @cached_property
    def runnable(self) -> dict[str, Autoencoder]:
        """The families that a browser can run."""
        return {name: ae for name, ae in self.usable.items() if runs_in_browser(ae)}

    def by_browser(self, family: str) -> bool:
        """Return whether the browser draws what a family makes of the digit."""
        return self.computing and family in self.runnable

    def picture(
        self, draw: Callable[[], np.ndarray], family: str = "", shape: tuple[int, ...] = (28, 28)
    ) -> Pixels:
        """Return what `draw` draws, or only its shape if the browser draws it.

        Args:
            draw: makes the picture.
            family: whose picture it is; none: it is of the digit alone.
            shape: of the picture.
        """
        here = self.by_browser(family) if family else self.computing
        return shape if here else draw()

    def reconstruction(self, family: str) -> Pixels:
        """Return the picture of what a family makes of the digit, as `picture` does."""
        return self.picture(lambda: pixels.to_bytes(self.rebuilt[family]), family)

    def input_picture(self, heading: str) -> board.Picture:
        """Return the digit, for a board."""
        alt = (
            _("What the network sees of your digit, cut out and centred: 28 by 28 pixels.")
            if self.of_digits
            else _("The piece of clothing: 28 by 28 pixels.")
        )
        drawn = self.picture(lambda: pixels.to_bytes(self.clean))
        return board.Picture(drawn, alt, heading, live="clean")

    def code_picture(self, side: int, heading: str) -> board.Picture:
        """Return the code of the family that is looked at, `side` pixels large, for a board."""
        drawn = self.picture(
            lambda: pixels.code_picture(
                self.codes[self.model], cache.code_scale(self.model, self.dataset), side
            ),
            self.model,
            (side, side, 4),
        )
        alt = _("The code of {family}: bars or small maps.", family=show.title(self.model))
        return board.Picture(drawn, alt, heading, live="code")

    def error_picture(self, heading: str) -> board.Picture:
        """Return where the family that is looked at is wrong, for a board."""
        alt = _("Orange where ink is missing, blue where there is too much.")
        return board.Picture(self.error_map(self.model), alt, heading, live="error")

    def error_map(self, family: str) -> Pixels:
        """Return the picture of where a family is wrong, as `picture` does."""
        return self.picture(
            lambda: pixels.error_map(self.clean, self.rebuilt[family]), family, (28, 28, 3)
        )

    def question(
        self, side: int, words: dict[str, str], captions: dict[str, str], slider: str = ""
    ) -> reconstructions.Question:
        """Return what the browser has to know to draw all this by itself.

        Args:
            side: of the code's picture in pixels.
            words, captions: templates of the texts that the browser writes.
            slider: the key of the slider that shows the level of the noise.
        """
        others = [name for name in self.usable if name not in self.runnable]
        return reconstructions.Question(
            list(self.runnable.values()),
            self.model,
            self.usable[self.model].card["test"].get("mse_percentiles", []),
            self.kind,
            self.level,
            noise.field(self.kind, seed=self.draw),
            side,
            words,
            captions,
            {name: self.errors[name] for name in others},
            self.computing,
            slider,
        )


def runs_in_browser(ae: Autoencoder) -> bool:
    """Return whether a browser can run a family: export has described both of its networks."""
    return ae.card.get("layers", {}).keys() >= PARTS


def alone(usable: dict[str, Autoencoder]) -> bool:
    """Return whether another digit costs the server no picture: the browser draws them all."""
    return reconstructions.computing() and all(map(runs_in_browser, usable.values()))
