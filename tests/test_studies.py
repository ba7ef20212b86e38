"""The figures of studies: written with the networks they are of, and read only if unharmed."""

import json
import shutil

import pytest

from ae_core import autoencoder, studies


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of weights with one family and one study of it, `sample`."""
    family = tmp_path / "mnist" / "simple"
    shutil.copytree(autoencoder.WEIGHTS / "mnist" / "simple", family)
    monkeypatch.setattr(autoencoder, "WEIGHTS", tmp_path)
    monkeypatch.setattr(studies, "names", lambda: ["sample"])

    class Sample:
        OF = ("mnist/simple",)

    monkeypatch.setattr(studies.importlib, "import_module", lambda name: Sample)
    return tmp_path


FIGURES = {"numbers": [1, -2.5, 3e-06], "table": {"a": [[1, 2], [3]], "names": ["x, y", "-1"]}}


def test_what_was_written_is_read(folder):
    file = studies.write("sample", FIGURES)
    assert studies.read("sample") == FIGURES
    assert '"numbers": [1, -2.5, 3e-06]' in file.read_text()
    assert studies.outdated("sample") == []


def test_a_study_is_out_of_date_once_its_family_has_other_weights(folder):
    studies.write("sample", FIGURES)
    card = folder / "mnist" / "simple" / "card.json"
    contents = json.loads(card.read_text())
    contents["sha256"]["encoder.tflite"] = "0" * 64
    card.write_text(json.dumps(contents))
    assert studies.outdated("sample") == ["mnist/simple"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("2.5", "2.6"),
        lambda text: "[]",
        lambda text: '{"sha256": 1}',
        lambda text: "[" * 100_000,
        lambda text: text + " " * studies.MAX_BYTES,
    ],
)
def test_a_damaged_file_is_refused(folder, harm):
    file = studies.write("sample", FIGURES)
    file.write_text(harm(file.read_text()))
    with pytest.raises(studies.StudyError) as error:
        studies.read("sample")
    assert error.value.problem == "foreign"
    assert error.value.command == "python -m ae_core study sample"


def test_a_missing_or_unreadable_file_is_named(folder):
    with pytest.raises(studies.StudyError, match=r"weights/studies/sample\.json is missing"):
        studies.read("sample")
    studies.path("sample").mkdir(parents=True)
    with pytest.raises(studies.StudyError, match="cannot be read"):
        studies.read("sample")


def test_an_unknown_study_names_the_known_ones(folder):
    with pytest.raises(KeyError, match="known: sample"):
        studies.read("other")


@pytest.mark.parametrize("name", studies.names())
def test_the_shipped_figures_are_those_of_the_shipped_networks(name):
    assert studies.read(name)
    assert studies.outdated(name) == []
