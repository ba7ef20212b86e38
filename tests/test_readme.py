"""The README says what is: its commands, its figures, its pictures."""

import re
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
