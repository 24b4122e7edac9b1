"""`python -m bot.states > docs/states.md`: the tables of transitions as a page."""

import sys
from collections.abc import Mapping
from typing import Any

from domain.model.cells import Cell
from domain.model.plan_transitions import PLAN, PLAN_PAYMENT, PLAN_REQUEST
from domain.model.transitions import BOOKING, PAYMENT, REQUEST

Table = Mapping[Any, Mapping[Any, Cell]]
_PAGE = """# States

Made by `python -m bot.states > docs/states.md` from `domain/model/transitions.py` and `plan_transitions.py`; a
test drives the program through every cell. Each cell names the state that follows and, after "·", what happens
to the money.
"refused": the person is told that this cannot be done, and nothing changes. "stays": the state is the same.

Where a refund begins, a refund is on record and the client is told. Of an arrived payment each kobo stands in
exactly one account of the ledger: value, credit, refund or quarantine. "Money waits" is a payment that came
after its time had gone to somebody else. What is cancelled "late" is cancelled within the dietitian's
free hours before the session or the promised day, here on terms that give back a half.

"""
_REMARKS = {
    "Request": "For a consultation. A draft is one that a dietitian never sent; the client's own is what they book "
    "without being asked, agreed to from the start. A held time, or money that waits, keeps a request open when the "
    "time to answer is over.",
    "Booking": "A request that is open stays open when its hold ends. That a session took place can be said from its "
    "end, that the client did not come from 10 minutes after its start; in the columns completed and no_show that was "
    "said. Where one side tapped that the other was not there, and nobody says how it ended, it goes to the admins' "
    "desk.",
    "Payment": "Before the money comes, the columns are the states of the attempt; after, what the money became. "
    "A closed attempt is a week old, so that the time it was for has passed by then.",
    "Meal plan": "It begins waiting, with the payment. Once a PDF is confirmed it can no longer be cancelled. The PDF "
    "goes out by the outbox: what was sent to a closed chat waits until the client comes back.",
    "Request for a meal plan": "No money ever waits for a choice here: a plan takes no time that somebody else could "
    "have. In the column approved the PDF was not sent yet.",
    "Payment for a meal plan": "As for a session. In the columns refund and the failed one the plan stands, paid for "
    "by another payment: what is cancelled is that one's.",
}


def render() -> str:
    tables: tuple[Table, ...] = (REQUEST, BOOKING, PAYMENT, PLAN, PLAN_REQUEST, PLAN_PAYMENT)
    return _PAGE + "\n".join(_section(name, table) for name, table in zip(_REMARKS, tables, strict=True))


def _section(name: str, table: Table) -> str:
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
