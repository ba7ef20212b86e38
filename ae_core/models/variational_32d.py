"""The variational autoencoder with more numbers than it can use: thirty-two, some of them idle."""

from __future__ import annotations

from dataclasses import dataclass

from .variational_16d import Variational16D


@dataclass(frozen=True)
class Variational32D(Variational16D):
    title = "Variational (32-D)"
    tagline = "Thirty-two numbers, some of them idle."
    teaches = (
        "Twice as many numbers as the other one, and it uses no more of them: 15 carry between 0.7 "
        "and 2.5 nats, the other 17 nothing. A number that does not pay for itself in a better "
        "picture stays at the prior: its posterior is the same for every digit, and changing it "
        "changes nothing."
    )
    source = "D. Kingma, M. Welling, Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114"
    order = 26
    goals = {}  # it is there to be compared with the other

    latent_dim: int = 32
    width: int = 128  # half of that of the other one: a smaller file
