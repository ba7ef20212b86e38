"""The frame: how pages are found, the guard, and what a page may not bring along."""

import ast
import itertools
import subprocess
import sys

import pytest
from visitor import PAGES, translated

from pages.ui import frame, text

PAGE = '''"""A page."""
from pages.ui.text import N_
TITLE = N_("{title}")
ABOUT = N_("About {title}.")
QUESTION = N_("What is {title}?")
ICON = ":material/hub:"
ORDER = {order}
GROUP = N_("Group {order}")
raise SystemExit("a page is read, not run, to find its title")
'''

WALK = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(frame.ROOT / "app.py")!r}, default_timeout=120).run()
for page in {PAGES!r}:
    at.switch_page(page).run()
    assert not at.exception, at.exception
    assert at.markdown
print("modules:", *sorted({{"keras", "tensorflow"}} & set(sys.modules)))
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project with two pages in the place of this one."""
    (tmp_path / "pages" / "ui").mkdir(parents=True)
    (tmp_path / "pages" / "ui" / "no_page.py").write_text("")
    for order, name in ((7, "alpha"), (2, "omega")):
        contents = PAGE.format(title=name.title(), order=order)
        (tmp_path / "pages" / f"{name}.py").write_text(contents)
    monkeypatch.setattr(frame, "ROOT", tmp_path)
    frame.pages.cache_clear()
    yield tmp_path
    frame.pages.cache_clear()


def test_pages_are_found_in_the_order_of_their_menu(root):
    assert [page.title for page in frame.pages()] == ["Omega", "Alpha"]
    assert frame.pages()[0] == frame.PageFile(
        root / "pages" / "omega.py",
        "Omega",
        "About Omega.",
        "What is Omega?",
        ":material/hub:",
        2,
        "Group 2",
    )


def test_a_new_file_is_a_new_page(root):
    (root / "pages" / "new.py").write_text(PAGE.format(title="New", order=4))
    assert [page.title for page in frame.pages()] == ["Omega", "New", "Alpha"]


@pytest.mark.parametrize("missing", frame.DESCRIPTION)
def test_a_page_that_does_not_describe_itself_is_named(root, missing):
    path = root / "pages" / "careless.py"
    lines = PAGE.format(title="Careless", order=9).splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(missing)))
    with pytest.raises(ValueError, match=f"careless.py.*{missing}"):
        frame.pages()


@pytest.mark.parametrize("value", ["3 + 4", "N_(name)", 'f"{3}"'])
def test_a_page_that_works_out_its_description_is_named(root, value):
    path = root / "pages" / "clever.py"
    path.write_text(PAGE.format(title="Clever", order=9).replace('N_("Clever")', value))
    with pytest.raises(ValueError, match=r"clever\.py.*TITLE"):
        frame.pages()


def test_the_home_page_alone_needs_no_group(root):
    lines = PAGE.format(title="Home", order=0).splitlines()
    text_of_page = "\n".join(line for line in lines if not line.startswith("GROUP"))
    (root / "pages" / "home.py").write_text(text_of_page)
    home = frame.pages()[0]
    assert (home.title, home.group, home.slug) == ("Home", "", "")


def test_a_page_is_found_by_its_path_in_the_address(root):
    assert frame.page_of("alpha").title == "Alpha"


def test_every_file_beside_ui_is_a_page_with_a_place_of_its_own():
    files = {path.name for path in (frame.ROOT / "pages").glob("*.py")}
    assert {page.path.name for page in frame.pages()} == files
    orders = [page.order for page in frame.pages()]
    assert orders[0] == 0
    assert len(set(orders)) == len(orders)
    assert len({page.title for page in frame.pages()}) == len(files)


@pytest.mark.parametrize("page", frame.pages(), ids=lambda page: page.path.stem)
def test_every_page_calls_the_guard_before_it_shows_anything(page):
    body = ast.parse(page.path.read_text(encoding="utf-8")).body
    guard = next(i for i, node in enumerate(body) if ast.unparse(node) == "frame.guard()")
    harmless = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign)
    assert all(isinstance(node, harmless) for node in body[1:guard])  # body[0]: the docstring
    calls = [ast.unparse(node.value) for node in body[1:guard] if isinstance(node, ast.Assign)]
    assert not [call for call in calls if call.startswith(("st.", "show.", "cache."))]


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_menu_has_its_groups_in_every_language(visit, language):
    visitor = visit(lang=language)
    navigation = [m.navigation for m in visitor.runner.forward_msgs() if m.HasField("navigation")]
    pages = [(page.section_header, page.page_name) for page in navigation[-1].app_pages]
    expected = [
        tuple(translated(words, language) if words else "" for words in (page.group, page.title))
        for page in frame.pages()
    ]
    assert pages == expected
    assert list(navigation[-1].sections) == list(dict.fromkeys(group for group, _title in expected))
    groups = {page.group for page in frame.pages() if page.slug}
    assert "" not in groups
    if language != text.DEFAULT:
        assert groups.isdisjoint(navigation[-1].sections)


def test_pages_of_a_group_stand_together_in_the_menu():
    groups = [page.group for page in frame.pages()]
    assert len([group for group, _ in itertools.groupby(groups)]) == len(set(groups))


def test_two_titles_that_are_one_in_another_language_keep_their_own_words(visit, monkeypatch):
    """What stands beside the title is found by the page's path, not by its translated title."""
    same = text._catalogue("pt")
    monkeypatch.setattr(same, "_catalog", {**same._catalog, "Holes": "Igual", "Walks": "Igual"})
    frame._menu.cache_clear()
    try:
        for slug in ("walk", "holes"):
            question = translated(frame.page_of(slug).question, "pt")
            shown = visit(f"pages/{slug}.py", lang="pt").at.markdown[0].value
            assert shown == f"**Igual** · :gray[{question}]"
    finally:
        frame._menu.cache_clear()


def test_the_app_does_without_tensorflow_and_keras():
    walk = [sys.executable, "-c", WALK]
    done = subprocess.run(walk, cwd=frame.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "modules:"
