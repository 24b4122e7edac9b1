"""What somebody may do so often and no more: each time is an entry of the audit trail, and those are counted.

Counted without a lock: of two at the same moment one may be too many, which does no harm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import TooMany
from domain.model.people import Person
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`words` are told to whoever has used it up; over a press they have 200 characters."""

    action: str
    most: int
    within: timedelta
    words: str


WRONG_LINKS = Allowance(
    action="opened a wrong link",
    most=20,
    within=timedelta(hours=1),
    words="Too many links that lead nowhere were opened here. Nothing has changed; for an hour no link is tried. "
    "Your requests are all under Home; for a new link ask whoever sent it.",
)
NEW_LINKS = Allowance(
    action="made a link for somebody new",
    most=100,
    within=timedelta(days=1),
    words="You have made 100 links for people who are not in the chat yet, the most within a day. "
    "Nothing was sent and your draft stays; please go on tomorrow.",
)
UPLOADS = Allowance(
    action="sent a file",
    most=200,
    within=timedelta(days=1),
    words="You have sent 200 files within a day, which is the most. This one was not kept and nothing was sent; "
    "please send it again tomorrow.",
)


def must_have_left(uow: UnitOfWork, allowance: Allowance, person_id: int, now: datetime) -> None:
    """`TooMany` where all of it is used up."""
    first = uow.audit.newest(_record(allowance, person_id), number=allowance.most)
    if first is not None and first > now - allowance.within:
        raise TooMany(allowance.words)


def spend(uow: UnitOfWork, allowance: Allowance, person_id: int, now: datetime) -> None:
    """`TooMany` where nothing is left."""
    must_have_left(uow, allowance, person_id, now)
    record(uow, now, by(person_id), allowance.action, _record(allowance, person_id))


def _record(allowance: Allowance, person_id: int) -> str:
    return f"{by(person_id)}:{allowance.action}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessLinks:
    """Somebody who tries one link after the other is not let try for ever, though none can be guessed."""

    transactions: Transactions
    clock: Clock

    async def must_be_allowed(self, *, person: Person) -> None:
        """`TooMany`."""
        now = self.clock.now()
        await self.transactions.read(lambda uow: must_have_left(uow, WRONG_LINKS, person.id, now))

    async def was_wrong(self, *, person: Person) -> None:
        now = self.clock.now()
        await self.transactions.write(lambda uow: spend(uow, WRONG_LINKS, person.id, now))
