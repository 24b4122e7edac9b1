"""`python -m bot.states > docs/states.md`: the tables of transitions as a page."""

import sys
from collections.abc import Mapping
from typing import Any

from domain.model.transitions import BOOKING, PAYMENT, REQUEST, Cell

_PAGE = """# States

Made by `python -m bot.states > docs/states.md` from `domain/model/transitions.py`; a test drives the program
through every cell. Each cell names the state that follows and, after "·", what happens to the money.
"refused": the person is told that this cannot be done, and nothing changes. "stays": the state is the same.

Where a refund begins, a refund is on record and the client is told. Of an arrived payment each kobo stands in
exactly one account of the ledger: value, credit, refund or quarantine. "Money waits" is a payment that came
after its time had gone to somebody else. The times cancelled "late" are those within the dietitian's free
hours, here on terms that give back a half.

"""
_REMARKS = {
    "Request": "Draft, here, is one that was never sent. Nothing leads to expired yet; the row is for what will.",
    "Booking": "Nothing leads to completed and no_show yet. A request that is open stays open when its hold ends.",
    "Payment": "Before the money comes, the columns are the states of the attempt; after, what the money became. "
    "A closed attempt is a week old, so that the time it was for has passed by then.",
}


def render() -> str:
    tables = (("Request", REQUEST), ("Booking", BOOKING), ("Payment", PAYMENT))
    return _PAGE + "\n".join(_section(name, table) for name, table in tables)


def _section(name: str, table: Mapping[Any, Mapping[Any, Cell]]) -> str:
    states = list(next(iter(table.values())))
    head = [_line(["event", *(f"**{state.value}**" for state in states)]), _line(["---"] * (len(states) + 1))]
    body = [_line([event.value, *(_words(row[state]) for state in states)]) for event, row in table.items()]
    return "\n".join([f"## {name}", "", _REMARKS[name], "", *head, *body, ""])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(cell: Cell) -> str:
    if cell.refused:
        return "refused"
    state = f"**{cell.to.value}**" if cell.to is not None else "stays"
    return f"{state} · {cell.money.value}"


def main() -> None:
    sys.stdout.write(render())


if __name__ == "__main__":
    main()
