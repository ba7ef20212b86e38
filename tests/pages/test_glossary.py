"""Hard words have their plain meaning where they stand, in every language."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from visitor import PAGES

from ae_core import latent, metrics, noise
from pages.ui import catalogues, show, terms, text
from pages.ui.components import source

LINK = re.compile(r"\[([^\[\]]+)\]\(#word-([\w-]+)\)")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")


def names_in(words: str, language: str) -> set[str]:
    return {name for name, _ in terms.used(words, language)}


# ---------------------------------------------------------------- the glossary


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_language_explains_the_same_words(language):
    found = terms.all_in(language)
    assert list(found) == list(terms.all_in(text.DEFAULT))
    for term in found.values():
        assert 20 < len(term.meaning) < 200  # one or two sentences
        assert term.meaning.endswith(".")
        assert "\n" not in term.meaning
        if language != text.DEFAULT:
            assert term.meaning != terms.all_in(text.DEFAULT)[term.name].meaning


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_form_belongs_to_two_words(language):
    forms = [form.lower() for term in terms.all_in(language).values() for form in term.forms]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_word_of_the_glossary_stands_somewhere(language):
    """None is left over from older texts."""
    translate = text._catalogue(language).gettext
    texts = [translate(message) for message in catalogues.messages()]
    folder = text.LOCALE / language
    texts += [path.read_text("utf-8") for path in folder.glob("*.md") if path.stem != "glossary"]
    # SSIM and its like are names: they stand in the sources, and in no catalogue.
    names = {"mse", "bce", "psnr", "ssim", "elbo"}
    found = set().union(names, *(names_in(each, language) for each in texts))
    assert set(terms.all_in(language)) - found == set()


# ---------------------------------------------------------------- marking


def test_a_word_is_marked_once_and_nothing_else_is_changed():
    words = "The KL term, then KL; **Priors** and the prior. A prior, `KL`, $KL$, [KL](#x), “KL”."
    marked = terms.mark(words, "en")
    assert marked == (
        "The [KL term](#word-kl), then KL; **Priors** and the [prior](#word-prior). A prior, "
        "`KL`, $KL$, [KL](#x), “KL”."
    )
    assert terms.mark(marked, "en").count("#word-kl") == 2  # a text is marked once, in one place


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Posterior and posteriors", ["posterior", "posterior"]),
        ("−ELBO, β KL", ["elbo", "kl"]),
        ("a variational autoencoder", ["vae"]),
        ("5 nats", ["nat"]),
        ("Nathan's KLM, a pre-prior", []),
        ("three σ; 2 σ", ["sigma", "sigma"]),
        ("A link and a QR code", []),
    ],
)
def test_words_are_found_by_their_forms(words, expected):
    assert [name for name, _ in terms.used(words, "en")] == expected


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("name", sorted(p.stem for p in (text.LOCALE / "en").glob("*.md")))
def test_prose_is_marked_once_and_reads_the_same(name, language):
    raw = (text.LOCALE / language / f"{name}.md").read_text("utf-8")
    marked = text._prose(name, language)
    assert LINK.sub(r"\1", marked) == raw
    links = [found[1] for found in LINK.findall(marked)]
    assert len(links) == len(set(links))
    assert set(links) == names_in(raw, language) <= set(terms.all_in(language))


@needs_node
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_browser_finds_the_same_words(language):
    translate = text._catalogue(language).gettext
    texts = [translate(message) for message in sorted(catalogues.messages())]
    texts = [each for each in texts if not re.search(terms._PASSED_OVER, each)]
    told = {name: [term.forms, term.meaning] for name, term in terms.all_in(language).items()}
    module = (source.HERE / "common" / "words.js").as_uri()
    script = f"""
      import {{ learn, parted }} from "{module}";
      import {{ readFileSync }} from "node:fs";
      const [told, texts] = JSON.parse(readFileSync(0, "utf8"));
      learn(told);
      console.log(JSON.stringify(texts.map((text) => parted(text))));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        input=json.dumps([told, texts]), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words, parts in zip(texts, json.loads(done.stdout), strict=True):
        assert "".join(part for part, _ in parts) == words
        first = dict.fromkeys(name for name, _ in terms.used(words, language))
        assert [name for _, name in parts if name] == list(first)


# ---------------------------------------------------------------- the pages


def markdown(visitor) -> list[str]:
    """Return the Markdown texts of a page but its title and the list of words."""
    texts = [element.value for kind in ("markdown", "caption") for element in visitor.at.get(kind)]
    return [each for each in texts[1:] if each.count("\n- **") < 10]


def explained(visitor, language: str) -> set[str]:
    """Return the words that are explained on a page: marked, or by a "?" of their own."""
    found = {name for each in markdown(visitor) for _, name in LINK.findall(each)}
    for row in visitor.rows():  # the browser marks these
        texts = [row["heading"], *(value for _, value, *_ in row["numbers"])]
        texts += [p.get(part, "") for p in row["pictures"] for part in ("heading", "caption")]
        texts += [label for label, _, answer, _ in row["numbers"] if answer]
        found |= names_in("\n".join(texts), language)
    for name in ("plane", "sliders"):
        for proto in visitor.components(name):
            told = json.loads(proto.json or bytes(proto.bytes).partition(b"\n")[0])
            found |= names_in(told.get("words", {}).get("hint", ""), language)
    for kind in ("segmented_control", "button_group", "slider"):
        for element in visitor.at.get(kind):
            helped = getattr(element.proto, "help", "")
            found |= {n for bold in re.findall(r"\*\*(.+?)\*\*", helped)
                      for n in names_in(bold, language)}  # fmt: skip
    return found


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_hard_words_are_explained_where_they_stand(visit, page, language):
    visitor = visit(page, lang=language)
    for each in markdown(visitor):
        bare = LINK.sub(r"\1", each)
        links = [name for _, name in LINK.findall(each)]
        assert len(links) == len(set(links)), each
        assert set(links) == names_in(bare, language), each
    labels = [
        getattr(element.proto, "label", "")
        for kind in ("segmented_control", "button_group", "slider", "button", "expander")
        for element in visitor.at.get(kind)
    ]
    labels += [option for group in visitor.at.get("button_group") for option in group.options]
    for proto in visitor.components("plane"):
        labels += json.loads(proto.json).get("words", {}).get("layers", {}).values()
    labels += [label for row in visitor.rows() for label, *_ in row["numbers"]]
    known = explained(visitor, language)
    unknown = {label: names_in(label, language) - known for label in labels}
    assert {label: names for label, names in unknown.items() if names} == {}


@pytest.mark.parametrize("page", PAGES)
def test_the_browser_is_told_what_the_words_mean(visit, page):
    visitor = visit(page, lang="es")
    (head,) = visitor.components("head")
    told = json.loads(head.json)["words"]
    assert {name: meaning for name, (_, meaning) in told.items()} == {
        name: term.meaning for name, term in terms.all_in("es").items()
    }


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_home_has_the_whole_list(visit, language):
    (found,) = [m for m in visit(lang=language).at.markdown.values if m.count("\n- **") > 10]
    for term in terms.all_in(language).values():
        assert f": {term.meaning}" in found


def test_the_accuracy_is_explained_by_the_glossary(monkeypatch):
    monkeypatch.setattr(text, "current", lambda: "pt")
    assert show.about_vote() == terms.all_in("pt")["vote"].meaning


# ---------------------------------------------------------------- what the meanings say is so


def says(name: str, *parts: str) -> None:
    for part in parts:
        assert part in terms.all_in("en")[name].meaning


def test_a_nat_is_so_many_bits():
    says("nat", "one nat is 1.44 bits")
    assert round(1 / np.log(2), 2) == 1.44


def test_so_many_lie_within_1_2_and_3_sigma_of_a_plane():
    says("sigma", "on a plane, 39 % lie within 1 σ, 86 % within 2 σ, 99 % within 3 σ")
    shares = [100 * (1 - np.exp(-(radius**2) / 2)) for radius in (1, 2, 3)]
    assert [round(share) for share in shares] == [39, 86, 99]


def test_the_noises_do_what_is_said():
    grey = np.full((200, 28, 28), 0.5, np.float32)
    says("gaussian", "The level is its standard deviation.")
    assert np.std(noise.add(grey, "gaussian", 0.1, 0)) == pytest.approx(0.1, abs=0.001)
    says("masking", "blacked out. The level is their share.")
    assert np.mean(noise.add(grey, "masking", 0.3, 0) == 0) == pytest.approx(0.3, abs=0.01)
    says("salt", "become black or white. The level is their share.")
    salted = noise.add(grey, "salt_and_pepper", 0.3, 0)
    for value in (0, 1):
        assert np.mean(salted == value) == pytest.approx(0.15, abs=0.01)


def test_the_scores_of_a_perfect_copy_are_as_said():
    pictures = np.random.default_rng(0).random((3, 28, 28)).astype(np.float32)
    says("mse", "0 is a perfect copy")
    assert metrics.mse(pictures, pictures).max() == 0
    says("ssim", "1 is the same picture")
    assert metrics.ssim(pictures, pictures) == pytest.approx(1)


def test_gaussian_quantiles_leave_equal_shares_of_the_prior():
    says("quantiles", "an equal share of the prior between them: narrow in the middle")
    ticks = latent.axis(15, 3.0, "quantile")
    samples = np.random.default_rng(0).standard_normal(10**6)
    shares = np.histogram(samples, ticks)[0]
    assert shares.min() > 0.97 * shares.max()
    assert np.diff(ticks)[7] < np.diff(ticks)[0]


def test_a_code_that_says_nothing_costs_nothing():
    says("kl", "0 if it says nothing")
    assert latent.kl(np.zeros((1, 2)), np.zeros((1, 2))).sum() == 0
