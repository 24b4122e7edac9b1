"""Which lanes of the queues are one person's."""

from typing import Final

from sqlalchemy import ColumnElement, bindparam, or_

from storage.tables import inbox, outbox

TO_THEM: Final[ColumnElement[bool]] = or_(
    outbox.c.lane == bindparam("notices"),
    outbox.c.lane == bindparam("reminders"),
    outbox.c.lane == bindparam("answers"),
    outbox.c.lane == bindparam("mails"),
    outbox.c.lane.like(bindparam("later")),
)
FROM_THEM: Final[ColumnElement[bool]] = inbox.c.lane == bindparam("updates")


def lanes_of(person_id: int, telegram_id: int | None) -> dict[str, str]:
    """The values that the two ask for."""
    return {
        "notices": f"person:{person_id}",
        "reminders": f"reminders:{person_id}",
        "later": f"later:{person_id}:%",
        "mails": f"mail:{person_id}",
        "answers": f"chat:{telegram_id}",
        "updates": f"telegram:{telegram_id}",
    }
