"""Which reminders somebody gets, and when messages make no sound."""

from dataclasses import dataclass, replace
from typing import Any

from domain.errors import Malformed
from domain.model.people import Person
from domain.model.reminder import Lead
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReminders:
    """Each person's own choice; it holds for what is booked already too."""

    transactions: Transactions
    clock: Clock

    async def choose(self, *, person: Person, lead: Lead, wanted: bool) -> Person:
        return await self._change(person, **{f"remind_{lead.value}": wanted})

    async def quiet(self, *, person: Person, hours: tuple[int, int] | None) -> Person:
        """Minutes after midnight by their clock; None: no quiet hours."""
        if hours is not None and hours[0] == hours[1]:
            raise Malformed("Quiet hours must end at another time than they begin.")
        begins, ends = hours or (None, None)
        return await self._change(person, quiet_from=begins, quiet_until=ends)

    async def _change(self, person: Person, **fields: Any) -> Person:
        def change(uow: UnitOfWork) -> Person:
            changed = replace(uow.people.get(person.id, lock=True), **fields)
            uow.people.save(changed)
            if person.telegram_id is not None:
                uow.steps.clear(person.telegram_id)
            record(uow, self.clock.now(), by(person.id), "set reminders", f"person:{person.id}", **fields)
            return changed

        return await self.transactions.write(change)
