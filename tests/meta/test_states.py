"""The page about states is made from the tables that the program is held against."""

from bot.states import render
from tests.meta.test_documentation import ROOT


def test_the_page_of_states_is_what_the_tables_say() -> None:
    page = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert page == render(), "run: python -m bot.states > docs/states.md"


def test_no_cell_of_the_page_is_empty() -> None:
    rows = [line for line in render().splitlines() if line.startswith("|")]
    assert len(rows) > 40
    assert not [row for row in rows if any(not cell.strip() for cell in row.strip("|").split("|"))]
