"""The variational autoencoder with room to spare: sixteen numbers."""

from __future__ import annotations

from dataclasses import dataclass

from .variational import Variational


@dataclass(frozen=True)
class Variational16D(Variational):
    title = "Variational (16-D)"
    tagline = "Sixteen numbers, each paid for in nats."
    teaches = (
        "With sixteen numbers instead of two the pictures are much sharper. Every number costs "
        "KL, so the network uses one only as far as it pays for itself in a better picture: "
        "here each costs between 0.5 and 2.5 nats. One that did not pay would stay at the "
        "prior, idle, and changing it would change nothing. What is lost is the map: nobody can "
        "look at sixteen dimensions at once."
    )
    source = "D. Kingma, M. Welling, Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114"
    order = 22
    datasets = ("mnist",)
    goals = {"neg_elbo": 97.0}
    tutorial = {}
    compared = False

    latent_dim: int = 16
    decoder_layers: int = 2  # sixteen numbers need less unfolding than two
    epochs: int = 50
