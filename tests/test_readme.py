"""The README says what is: its commands, its figures, its pictures."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import ae_core
from ae_core.training import evaluate

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The fenced block that follows the comment `<!-- name -->`."""
    return re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", README, re.S).group(1)


def test_the_table_of_figures_is_what_the_cards_say():
    cards = [ae_core.load(name).card for name in ae_core.names()]
    assert block("table: figures").strip() == evaluate.table(cards).strip()
    fashion = [ae_core.load(name, "fashion_mnist").card for name in ae_core.names("fashion_mnist")]
    assert block("table: fashion").strip() == evaluate.table(fashion).strip()


def test_each_command_is_one_line_that_sets_itself_up():
    for command in (block("command: run"), block("command: test")):
        assert len(command.strip().splitlines()) == 1
        assert "venv" in command
        for requirements in re.findall(r"-r (\S+)", command):
            assert (ROOT / requirements).is_file()


def test_its_pictures_are_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


# Runs where the project is a copy with one page more.
NEW_PAGE = """
from streamlit.testing.v1 import AppTest
from pages.ui import frame
at = AppTest.from_file("app.py", default_timeout=120)
at.run()
assert "Smallest page" in [page.title for page in frame.pages()]
at.query_params = {"z": "1.25_-0.5", "range": "2.4"}
at.switch_page("pages/smallest.py").run()
assert not at.exception, at.exception
assert at.slider(key="smallest_range").value == 2.5  # what comes by a link is moved to a step
at.slider(key="smallest_range").set_value(2.0).run()
assert dict(at.query_params) == {"z": "1.25_-0.5", "range": "2"}, at.query_params
"""


def test_its_smallest_page_runs(tmp_path):
    page = block("page: smallest")
    shutil.copytree(ROOT / "pages", tmp_path / "pages")
    shutil.copy(ROOT / "app.py", tmp_path)
    for folder in ("ae_core", "weights", ".streamlit"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "pages" / "smallest.py").write_text(page)
    done = subprocess.run(
        [sys.executable, "-c", NEW_PAGE], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
