"""Weight files that are missing, cut short or foreign: a sentence, and the rest still works."""

import json
import shutil
from itertools import cycle

import pytest
from visitor import COMPARED, PAGES, translated

import ae_core
from ae_core.models import families
from pages.ui import catalogues, shared, text

pytestmark = pytest.mark.usefixtures("empty_caches")
SENTENCES = {
    "missing": "The file `{file}` is missing.",
    "foreign": "The file `{file}` is not the one that was trained.",
}
WARNING = "{family} cannot be used. {reason} Repair it with `{command}` and start the app again."
NOTHING = "There are no trained networks. Make them with `{command}`."
NOT_TRAINED = "{family} is not trained yet. Train it with `{command}`."


def damage(folder, how: str) -> tuple[str, str]:
    """Damage a family; return the name of the file and what is wrong with it."""
    if how == "no encoder":
        (folder / "encoder.tflite").unlink()
        return "encoder.tflite", "missing"
    if how == "no card":
        (folder / "card.json").unlink()
        return "card.json", "missing"
    if how == "empty folder":
        for file in folder.iterdir():
            file.unlink()
        return "card.json", "missing"
    if how == "truncated decoder":
        file = folder / "decoder.tflite"
        file.write_bytes(file.read_bytes()[:-1000])
        return file.name, "foreign"
    if how == "another family's decoder":
        shutil.copy(folder.parent / "simple" / "decoder.tflite", folder)
        return "decoder.tflite", "foreign"
    if how == "a card that is none":
        (folder / "card.json").write_text(json.dumps(["no card"]))
        return "card.json", "foreign"
    raise AssertionError(how)


DAMAGES = [
    "no encoder", "no card", "empty folder", "truncated decoder", "another family's decoder",
    "a card that is none",
]  # fmt: skip


@pytest.mark.parametrize("how", DAMAGES)
def test_a_sentence_names_the_file_and_the_command(visit, weights_copy, how):
    file, problem = damage(weights_copy / "mnist" / "deep", how)
    visitor = visit("pages/draw.py")
    reason = SENTENCES[problem].format(file=f"weights/mnist/deep/{file}")
    command = "python -m ae_core train deep"
    expected = WARNING.format(family=families()["deep"].title, reason=reason, command=command)
    assert visitor.warnings == [expected]
    others = [families()[name].title for name in COMPARED if name != "deep"]
    assert visitor.at.segmented_control(key=shared.MODEL.key).options == others
    assert visitor.metric("MSE")


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", PAGES[:2])
def test_every_page_with_that_family_says_so_in_every_language(visit, weights_copy, page, language):
    damage(weights_copy / "mnist" / "deep", "no encoder")
    reason = translated(SENTENCES["missing"], language, file="weights/mnist/deep/encoder.tflite")
    visitor = visit(page, lang=language)
    assert len(visitor.warnings) == 1
    assert reason in visitor.warnings[0]
    assert "`python -m ae_core train deep`" in visitor.warnings[0]
    assert len(visitor.images()) > 0


def test_a_link_to_a_broken_family_shows_another(visit, weights_copy):
    damage(weights_copy / "mnist" / "deep", "no encoder")
    visitor = visit("pages/draw.py", model="deep")
    assert visitor.at.segmented_control(key=shared.MODEL.key).value == ae_core.names()[0]


def test_without_the_variational_family_the_plane_says_so_and_stops(visit, weights_copy):
    damage(weights_copy / "mnist" / "variational", "truncated decoder")
    visitor = visit("pages/latent.py")
    assert "weights/mnist/variational/decoder.tflite" in visitor.warnings[0]
    assert visitor.images() == []
    assert visitor.go("pages/draw.py").images()


def test_without_the_variational_folder_the_plane_is_not_an_empty_page(visit, weights_copy):
    shutil.rmtree(weights_copy / "mnist" / "variational")
    at = visit("pages/latent.py").at
    assert at.warning or at.error or at.info


@pytest.mark.parametrize(("page", "language"), list(zip(PAGES, cycle(text.LANGUAGES))))
@pytest.mark.parametrize("how", ["no folder", "all broken"])
def test_without_any_family_there_is_a_clear_message(visit, weights_copy, page, language, how):
    for folder in (weights_copy / "mnist").iterdir():
        shutil.rmtree(folder) if how == "no folder" else damage(folder, "no card")
    visitor = visit(page, lang=language)
    said = [error.value for error in visitor.at.error]
    if how == "no folder":
        command = "python -m ae_core train --missing"
        assert said == [translated(NOTHING, language, command=command)]
    else:
        assert said == []
        reason = translated(SENTENCES["missing"], language, file="weights/mnist/")
        start = reason.partition("weights/mnist/")[0]
        assert visitor.warnings
        assert all(start in warning for warning in visitor.warnings)
    assert visitor.images() == []


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_page_that_lacks_one_of_its_families_names_it(visit, weights_copy, language):
    shutil.rmtree(weights_copy / "mnist" / "plain_2d")
    visitor = visit("pages/holes.py", lang=language)
    family = translated(families()["plain_2d"].title, language)
    command = "python -m ae_core train plain_2d"
    assert [error.value for error in visitor.at.error] == [
        translated(NOT_TRAINED, language, family=family, command=command)
    ]
    assert visitor.images() == []


def test_the_sentences_are_the_apps_own():
    """Else the comparisons above would be with English in every language."""
    assert {WARNING, NOTHING, NOT_TRAINED, *SENTENCES.values()} <= set(catalogues.messages())
