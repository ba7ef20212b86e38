"""The frame: how pages are found, the guard, and what a page may not bring along."""

import ast
import subprocess
import sys

import pytest
from visitor import PAGES

from pages.ui import frame

PAGE = '''"""A page."""
from pages.ui.text import N_
TITLE = N_("{title}")
ABOUT = N_("About {title}.")
ICON = ":material/hub:"
ORDER = {order}
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
        root / "pages" / "omega.py", "Omega", "About Omega.", ":material/hub:", 2
    )


def test_a_new_file_is_a_new_page(root):
    (root / "pages" / "new.py").write_text(PAGE.format(title="New", order=4))
    assert [page.title for page in frame.pages()] == ["Omega", "New", "Alpha"]


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


def test_the_app_does_without_tensorflow_and_keras():
    walk = [sys.executable, "-c", WALK]
    done = subprocess.run(walk, cwd=frame.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "modules:"
