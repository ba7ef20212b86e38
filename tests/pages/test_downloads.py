"""Files to take away: each can be made, in the visitor's language, by her session alone."""

import csv
import gettext
import io
import json
import re

import numpy as np
import pytest
from matplotlib import figure
from matplotlib import text as figure_text
from PIL import Image
from streamlit.runtime.media_file_manager import MediaFileManager
from visitor import PAGES, translated

from ae_core.figures import films, slides
from pages.ui import text

FILES = {
    "pages/draw.py": ["autoencoders.csv", "autoencoders.pdf", "autoencoders.png"],
    "pages/latent.py": ["manifold.pdf", "manifold.png", "posterior.pdf", "posterior.png",
                        "prior.pdf", "prior.png"],
    "pages/walk.py": ["walk.gif", "walk.png"],
    "pages/holes.py": ["holes.csv", "holes.pdf", "holes.png"],
    "pages/beta.py": ["rate_distortion.csv", "rate_distortion.pdf", "rate_distortion.png"],
    "pages/dimensions.py": ["dimensions.pdf", "dimensions.png", "prior.pdf", "prior.png"],
    "pages/handwriting.py": ["handwriting.pdf", "handwriting.png"],
    "pages/bottleneck.py": ["bottleneck.csv", "bottleneck.pdf", "bottleneck.png"],
    "pages/super_resolution.py": ["super_resolution.csv", "super_resolution.pdf",
                                  "super_resolution.png"],
    "pages/planes.py": ["planes.csv", "planes.pdf", "planes.png"],
    "pages/sampling.py": ["sampling.csv", "sampling.pdf", "sampling.png"],
    "pages/noise.py": ["noise.csv", "noise_curves.pdf", "noise_curves.png", "noise_strip.pdf",
                       "noise_strip.png"],
    "pages/scale.py": ["scale.csv", "scale.pdf", "scale.png"],
    "pages/strangers.py": ["auroc.csv", "roc.pdf", "roc.png"],
    "pages/compression.py": ["compression.csv", "compression.pdf", "compression.png"],
    "pages/timelapse.py": ["timelapse.csv", "timelapse.pdf", "timelapse.png"],
    "pages/units.py": ["units_sparse.csv", "units_sparse.pdf", "units_sparse.png"],
}  # fmt: skip
TITLES = {
    "pages/draw.py": "One digit through every autoencoder",
    "pages/latent.py": "Decoded pictures over the plane",
    "pages/walk.py": "Pixels: cross-fade",
    "pages/holes.py": "Decoded from sampled points",
    "pages/beta.py": "What β trades: 10,000 test digits",
    "pages/dimensions.py": "What each number does",
    "pages/handwriting.py": "Ten digits in one handwriting",
    "pages/bottleneck.py": "How many numbers a digit needs: 10,000 test digits",
    "pages/super_resolution.py": "A small picture, enlarged",
    "pages/planes.py": "10,000 test digits in two numbers",
    "pages/noise.py": "One digit under noise",
    "pages/scale.py": "How good is good? 10,000 test digits",
    "pages/units.py": "What each unit draws",
}
OTHERS = [language for language in text.LANGUAGES if language != text.DEFAULT]


@pytest.fixture
def no_media_files(monkeypatch):
    """Fail if a file is handed to Streamlit's keeper of media files, which belongs to nobody."""

    def fail(*_arguments, **_named):
        raise AssertionError("given to the media file manager")

    for name in ("add", "add_deferred"):
        if hasattr(MediaFileManager, name):
            monkeypatch.setattr(MediaFileManager, name, fail)


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """Collect every text that is written on a figure or a film; lines are joined."""
    words = []
    save, beside = figure.Figure.savefig, films.beside

    def saved(self, *arguments, **named):
        self.draw_without_rendering()  # by now the axes have their numbers
        texts = self.findobj(figure_text.Text)
        assert all(found.get_fontsize() >= slides.LEAST for found in texts if found.get_text())
        words.extend(found.get_text().replace("\n", " ") for found in texts)
        return save(self, *arguments, **named)

    def labelled(frames, labels, *arguments, **named):
        words.extend(labels)
        return beside(frames, labels, *arguments, **named)

    monkeypatch.setattr(figure.Figure, "savefig", saved)
    monkeypatch.setattr(films, "beside", labelled)
    return words


def test_every_page_offers_its_files(visit):
    offered = {page: sorted(visit(page).files()) for page in PAGES}
    assert {page: names for page, names in offered.items() if names} == FILES


def is_sound(name: str, contents: bytes) -> bool:
    if name.endswith(".pdf"):
        return contents.startswith(b"%PDF") and b"%%EOF" in contents[-20:]
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(contents.decode())))
        return len(rows) > 1 and len({len(row) for row in rows}) == 1
    picture = Image.open(io.BytesIO(contents))
    picture.load()
    return picture.format == name.rpartition(".")[2].upper()


def assert_slide(name: str, contents: bytes) -> None:
    """A picture has the shape of a slide, is large enough, and something is on it."""
    if name.endswith(".csv"):
        return
    if name.endswith(".pdf"):
        box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", contents)
        width, height = (float(number) for number in box.groups())
    else:
        picture = Image.open(io.BytesIO(contents))
        width, height = picture.size
        assert width >= 1280
        share = np.mean(np.asarray(picture.convert("L")) < 128)
        assert 0.01 < share < 0.9
    assert width / height == pytest.approx(16 / 9, rel=0.01)
    assert len(contents) < 3.2e6


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", FILES)
def test_every_file_can_be_made_in_every_language(visit, no_media_files, written, page, language):
    visitor = visit(page, lang=language)
    # Its words are the same in every kind of file.
    pictures = [name for name in FILES[page] if name.endswith(".png")]
    for name in FILES[page] if language == text.DEFAULT else pictures:
        contents = visitor.download(name)
        assert is_sound(name, contents), name
        assert_slide(name, contents)
    for words in written:
        assert not re.search(r"(?<!\w)-\d", words), words  # a hyphen is no minus sign
        sign = "," if language == text.DEFAULT else "."
        assert not re.search(rf"\d\{sign}\d(?!\d\d(?!\d))", words), words  # 10,000 has its commas
    if page in TITLES:  # of the others, it depends on what is chosen
        assert translated(TITLES[page], language) in written
    if language != text.DEFAULT:
        catalogue = gettext.translation("messages", text.LOCALE, [language])
        english = {
            key for key, value in catalogue._catalog.items() if key and value not in ("", key)
        }
        assert english.intersection(written) == set()


@pytest.mark.parametrize("page", [page for page, names in FILES.items() if ".csv" in str(names)])
def test_tables_are_the_same_in_every_language(visit, page):
    (name,) = [name for name in FILES[page] if name.endswith(".csv")]
    english, *others = (visit(page, lang=language).download(name) for language in text.LANGUAGES)
    assert b"." in english
    assert others == [english] * len(others)


@pytest.mark.parametrize("language", OTHERS)
def test_the_curve_has_decimal_commas_where_the_language_has_them(visit, written, language):
    visit("pages/beta.py", lang=language).download("rate_distortion.pdf")
    assert any("0,25" in words for words in written)
    assert not any("0.25" in words for words in written)


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize(
    ("page", "name", "query", "marked"),
    [
        ("pages/beta.py", "rate_distortion.png", {"beta": "4"}, ["β = 4"]),
        ("pages/draw.py", "autoencoders.png", {"model": "denoising"}, ["Denoising, conv."]),
        ("pages/latent.py", "manifold.png", {"z": "-1_0.5"}, ["z = {place}"]),
        ("pages/handwriting.py", "handwriting.png", {"style": "-1_0.5", "class": "3"},
         ["z = {place}", "3"]),
        ("pages/walk.py", "walk.png", {"at": "20"}, ["A → B: 20 %"]),
        ("pages/holes.py", "holes.png", {"source": "prior"}, ["Sampled from the prior N(0, I)"]),
        ("pages/holes.py", "holes.png", {"source": "fitted"},
         ["Sampled from a normal fitted to the codes"]),
        ("pages/dimensions.py", "dimensions.png", {}, ["Framed: the nearest to the digit shown"]),
    ],
)  # fmt: skip
def test_what_is_chosen_is_marked(visit, monkeypatch, page, name, query, marked, language):
    accented = []
    save = figure.Figure.savefig

    def saved(self, *arguments, **named):
        texts = self.findobj(figure_text.Text)
        accented.extend(found.get_text().replace("\n", " ") for found in texts
                        if found.get_color() == slides.ACCENT)  # fmt: skip
        return save(self, *arguments, **named)

    monkeypatch.setattr(figure.Figure, "savefig", saved)
    visit(page, lang=language, **query).download(name)
    place = "(−1.00, 0.50)" if language == text.DEFAULT else "(−1,00; 0,50)"
    for words in marked:
        assert translated(words, language, place=place) in accented


def test_a_file_comes_once_and_with_the_number_of_its_click(visit):
    visitor = visit("pages/draw.py")
    given, body = visitor.asked_for("autoencoders.csv")
    assert given == {"name": "autoencoders.csv", "mime": "text/csv", "ask": 1}
    assert body
    visitor.run()
    assert visitor.offered()["files"]["given"] is None
    assert visitor.component("files").bytes.endswith(b"\n")


def test_the_press_of_a_button_runs_its_fragment_alone(visit):
    visitor = visit("pages/draw.py")
    visitor.download("autoencoders.csv")
    assert visitor.runner.starts == 1
    assert visitor.runner.asked["fragment_id"]


def test_a_file_that_cannot_be_made_is_said_and_the_page_lives(visit, monkeypatch, caplog):
    def fail(*_arguments, **_named):
        raise MemoryError("no")

    visitor = visit("pages/holes.py")
    shown = visitor.images()
    with monkeypatch.context() as broken:
        broken.setattr(slides, "table", fail)
        assert visitor.asked_for("holes.pdf") == ({"ask": 1, "error": True}, b"")
    assert "holes.pdf could not be made" in caplog.text
    assert visitor.images() == shown
    assert visitor.download("holes.pdf").startswith(b"%PDF")


def test_what_one_visitor_asks_for_another_does_not_get(visit):
    one, other = visit("pages/draw.py"), visit("pages/draw.py")
    one.download("autoencoders.csv")
    assert other.run().offered()["files"]["given"] is None


@pytest.mark.parametrize("page", FILES)
def test_buttons_say_what_they_give(visit, page):
    offered = visit(page).offered().values()
    labels = [file["label"] for told in offered for file in told["files"]]
    assert all(labels)
    assert len(set(labels)) == len(labels)  # on the whole page
    for told in offered:
        json.dumps(told)
        assert all("/" in file["mime"] for file in told["files"])
