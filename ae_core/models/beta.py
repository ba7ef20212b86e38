"""The β-VAE: the same network at several settings of one dial, the weight of the KL term."""

from __future__ import annotations

from dataclasses import dataclass

from .variational import Variational

BETAS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0)
# Of several runs the first that has the lowest loss of the whole dial at its own β.
SEEDS = {0.25: 3, 4.0: 2}


@dataclass(frozen=True)
class Beta(Variational):
    title = "β-VAE (2-D)"
    tagline = "One dial: how much the code may say."
    teaches = (
        "The loss of a VAE has two terms, and β is the weight of the second one, KL. At β = 0 "
        "only the picture counts: the clouds shrink almost to points, and the codes may lie "
        "anywhere. The larger β is, the less the code may say: inside a digit's cloud lie a few "
        "other test digits at β = 1, and dozens at β = 8. Up to β = 2 the pictures are as sharp "
        "as at 0, then they blur. At β = 64 the code says nothing, and every digit becomes the "
        "same picture: posterior collapse. At β = 1 the loss is the negative ELBO."
    )
    source = "I. Higgins et al., beta-VAE, ICLR 2017; A. Alemi et al., Fixing a Broken ELBO, 2018"
    order = 21
    datasets = ("mnist",)
    goals = {}  # they are there to be compared with each other
    tutorial = {}
    compared = False

    width: int = 96  # several of them ship: each a quarter of the large one
    decoder_layers: int = 3
    epochs: int = 30
    beta: float = 1.0  # the dial

    @classmethod
    def members(cls):
        return tuple(cls(beta=beta, seed=SEEDS.get(beta, 1)) for beta in BETAS)

    @property
    def name(self) -> str:
        """`beta_0_25` for β = 0.25."""
        return f"beta_{self.beta:g}".replace(".", "_")

    @property
    def member(self):
        return f"β = {self.beta:g}"

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """Reconstruction + β KL, in nats an image."""
        reconstruction, kl = self.elbo_terms(encoder, decoder, shown, clean)
        return reconstruction + self.beta * kl
