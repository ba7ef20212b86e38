"""What the settings of a training are called, and what is offered of each."""

from __future__ import annotations

from collections.abc import Sequence

from ae_core.data import DATASETS
from ae_core.noise import kinds
from ae_core.training.settings import (
    ACTIVATIONS,
    CODE_ACTIVATIONS,
    KINDS,
    LOSSES,
    OPTIMIZERS,
    Settings,
)

from . import noises
from .inputs import datasets
from .text import N_, _, number

NONE = "none"  # hidden layers, in the link
TITLES = {
    "dense": N_("Dense"), "convolutional": N_("Convolutional"), "variational": N_("Variational"),
    "simple": N_("Simple"), "sparse": N_("Sparse"), "deep": N_("Deep"),
    "denoising": N_("Denoising"),
    "linear": N_("None"), "relu": "ReLU", "elu": "ELU", "gelu": "GELU", "tanh": "tanh",
    "sigmoid": N_("Sigmoid"),
    "sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "adadelta": "Adadelta",
    "adagrad": "Adagrad",
    "bce": "BCE", "mse": "MSE", "mae": "MAE", "huber": "Huber",
    "0": N_("No"), "1": N_("Yes"),
}  # fmt: skip
# What is offered of each setting, as `Settings.write` writes it; the tutorials' are among them.
OFFERED = {
    "dataset": DATASETS,
    "kind": KINDS,
    "hidden": (NONE, "64", "128", "128-64", "256-128", "512-256-128", "32", "16-8", "32-16"),
    "code": ("2", "4", "8", "16", "32", "64", "128", "196", "490", "1568"),
    "act": ACTIVATIONS,
    "code_act": CODE_ACTIVATIONS,
    "sparsity": ("0", "4", "8", "16"),
    "l1": ("0.0", "0.0001", "0.001"),
    "beta": ("0.0", "0.25", "1.0", "4.0", "16.0"),
    "noise": tuple(kinds()),
    "level": ("0.0", "0.1", "0.2", "0.3", "0.5", "0.7"),
    "loss": LOSSES,
    "opt": OPTIMIZERS,
    "lr": ("0.0001", "0.001", "0.003", "0.01", "0.1", "0.5", "1.0", "10.0"),
    "momentum": ("0.0", "0.5", "0.9", "0.99"),
    "nesterov": ("0", "1"),
    "decay": ("0.0", "0.0001", "0.001"),
    "batch": ("32", "64", "128", "256", "512"),
    "epochs": ("1", "3", "5", "10", "20", "50", "100"),
    "share": ("0.05", "0.2", "0.5", "1.0"),
    "seed": ("1", "2", "3"),
}

DEFAULTS = Settings().write(whole=True)


def label(name: str) -> str:
    """Return what a setting is called."""
    return {
        "dataset": _("Data set"),
        "kind": _("Kind"),
        "hidden": _("Hidden layers"),
        "code": _("Numbers"),
        "act": _("Activation"),
        "code_act": _("Activation of the code"),
        "sparsity": _("Non-zero numbers"),
        "l1": _("L1 penalty"),
        "beta": "β",
        "noise": _("Training noise"),
        "level": _("Noise level"),
        "loss": _("Loss"),
        "opt": _("Optimiser"),
        "lr": _("Learning rate"),
        "momentum": _("Momentum"),
        "nesterov": "Nesterov",
        "decay": _("Decay"),
        "batch": _("Batch size"),
        "epochs": _("Epochs"),
        "share": _("Share of the data"),
        "seed": _("Seed"),
    }[name]


def word(name: str, value: str) -> str:
    """Return what a value of a setting is called."""
    if name == "dataset":
        return _(datasets.TITLES[value])
    if name == "noise":
        return noises.title(value)
    if name == "hidden":
        return _("None") if value == NONE else value.replace("-", " · ")
    if name == "sparsity" and value == "0":
        return _("All")
    if name in ("lr", "l1", "decay", "momentum", "beta", "level", "share"):
        digits = len(value.rstrip("0").partition(".")[2])
        return number(float(value), digits)
    return _(TITLES.get(value, value)) if not value.isdigit() or name == "nesterov" else value


def shown(kind: str, optimizer: str) -> list[str]:
    """Return the settings that have a say for a kind of network and an optimiser."""
    without = {
        "dense": {"beta"},
        "convolutional": {"beta", "sparsity", "l1"},
        "variational": {"sparsity", "l1", "code_act"},
    }[kind]
    without |= set() if optimizer == "sgd" else {"momentum", "nesterov"}
    return [name for name in OFFERED if name not in without]


def described(settings: Settings) -> str:
    """Return all settings that have a say, with their values, in a line."""
    strings = settings.write(whole=True)
    without = set() if settings.noise_level else {"noise", "level"}
    names = [name for name in shown(strings["kind"], strings["opt"]) if name not in without]
    return "; ".join(f"{label(name)} {word(name, strings[name] or NONE)}" for name in names)


def differences(several: Sequence[Settings]) -> list[str]:
    """Return for each of several settings in what it is not as the others are.

    Of a single one, or of several that are alike: in what it is not as the page has it at first.
    """
    written = [settings.write(whole=True) for settings in several]
    compared = written if len({*several}) > 1 else [*written, DEFAULTS]
    names = [name for name in OFFERED if len({strings[name] for strings in compared}) > 1]
    return [
        ", ".join(f"{label(name)} {word(name, strings[name] or NONE)}" for name in names)
        or _("As it was")
        for strings in written
    ]
