"""Every column of every table has its fate, when a person's data are deleted and when they are shown to them."""

import pytest
from sqlalchemy import Table

from storage.copy_sections import HIDDEN, NEVER, NUMBERS, SECTIONS, hidden
from storage.erasing import OF_CLIENT, OF_PRACTICE
from storage.remains import KEPT
from storage.tables import metadata

TABLES = sorted(metadata.tables)


def columns(table: Table) -> set[str]:
    return {column.key for column in table.c}


def decided(table: Table, kept: str | None, blanked: set[str], *, all_go: bool) -> set[str]:
    """What nobody has decided about, or twice."""
    if all_go:
        return set() if kept is None else columns(table)
    return columns(table) ^ (set((kept or "").split()) | blanked) | (set((kept or "").split()) & blanked)


@pytest.mark.parametrize("name", TABLES)
def test_it_is_decided_of_every_column_whether_it_stays_when_a_person_goes(name: str) -> None:
    table = metadata.tables[name]
    rules = [rule for rule in (*OF_CLIENT, *OF_PRACTICE) if rule.table is table]
    blanked = {column for rule in rules for column in rule.blank or {}}
    # `lane` and `owner` of the queues are blanked for one person's rows and stay of others'
    if name in {"inbox", "outbox"}:
        assert columns(table) == set(KEPT[name].split()) | blanked
        return
    all_go = name not in KEPT and bool(rules) and all(rule.blank is None for rule in rules)
    assert decided(table, KEPT.get(name), blanked, all_go=all_go) == set()


@pytest.mark.parametrize("name", TABLES)
def test_it_is_decided_of_every_table_whether_a_person_is_shown_theirs(name: str) -> None:
    shown = {section.table.name for section in SECTIONS.values()}
    assert (name in shown) is not (name in NEVER)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_what_is_hidden_of_a_section_is_there(name: str) -> None:
    """A misspelt column would be shown. Numbers of rows stand for several tables."""
    table = SECTIONS[name].table
    assert hidden(name, SECTIONS[name]) - set(NUMBERS.split()) <= columns(table)
    assert set(HIDDEN) == {section.table.name for section in SECTIONS.values()}


def test_a_new_column_without_a_decision_is_found() -> None:
    """The negative control of the first test."""
    table = metadata.tables["requests"]
    rules = [rule for rule in (*OF_CLIENT, *OF_PRACTICE) if rule.table is table]
    blanked = {column for rule in rules for column in rule.blank or {}}
    assert decided(table, KEPT["requests"].replace(" title", ""), blanked, all_go=False) == {"title"}
    assert decided(table, KEPT["requests"] + " message", blanked, all_go=False) == {"message"}
