"""A dietitian takes time off, or opens once outside the weekly hours. What is booked stays where it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from zoneinfo import ZoneInfo

from domain.errors import Malformed
from domain.model.hours import Opening, TimeOff
from domain.model.people import Dietitian
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.freeing import more_time
from domain.usecases.readiness import tell_when_ready
from domain.usecases.set_hours import joined
from domain.usecases.telling import by, record

MOST_AHEAD = 300
LONGEST_REASON = 200

Entry = TimeOff | Opening
_Change = Callable[[UnitOfWork], bool]
"""Whether it changed anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimeOff:
    """Taking the same time twice is taking it once; what is gone already is removed without a word."""

    transactions: Transactions
    clock: Clock

    async def coming(self, *, dietitian: Dietitian) -> list[Entry]:
        """Time off and openings that are not over, in order of beginning."""
        return await self.transactions.read(lambda uow: self._coming(uow, dietitian))

    def _coming(self, uow: UnitOfWork, dietitian: Dietitian) -> list[Entry]:
        now, zone = self.clock.now(), ZoneInfo(dietitian.timezone)
        entries: list[Entry] = [
            *uow.dietitians.time_off(dietitian.id),
            *uow.dietitians.openings(dietitian.id),
        ]
        timed = [(as_time_off(one).interval(zone), isinstance(one, Opening), one) for one in entries]
        coming = [one for one in timed if one[0][1] > now]
        return [entry for _, _, entry in sorted(coming, key=itemgetter(0, 1))]

    async def take_off(self, *, dietitian: Dietitian, time_off: Sequence[TimeOff]) -> None:
        def take(uow: UnitOfWork) -> bool:
            known = uow.dietitians.time_off(dietitian.id)
            times = {replace(one, reason=None) for one in known}
            new = [one for one in time_off if replace(one, reason=None) not in times]
            if not new:
                return False
            uow.dietitians.set_time_off(dietitian.id, [*known, *new])
            self._must_fit(uow, dietitian)
            return True

        await self._change(dietitian, take, "took time off", time_off)

    async def open_once(self, *, dietitian: Dietitian, openings: Sequence[Opening]) -> None:
        """Openings of one day that overlap become one."""

        def open_up(uow: UnitOfWork) -> bool:
            known = uow.dietitians.openings(dietitian.id)
            after = _merged([*known, *openings])
            if after == known:
                return False
            uow.dietitians.set_openings(dietitian.id, after)
            self._must_fit(uow, dietitian)
            if not known:
                tell_when_ready(uow, dietitian.id, self.clock.now())
            return True

        await self._change(dietitian, open_up, "opened once", openings)

    async def remove(self, *, dietitian: Dietitian, entry: Entry) -> None:
        """By its times: a reason does not tell one from another."""

        def remove(uow: UnitOfWork) -> bool:
            if isinstance(entry, Opening):
                openings = uow.dietitians.openings(dietitian.id)
                uow.dietitians.set_openings(dietitian.id, [one for one in openings if one != entry])
                return entry in openings
            known, gone = uow.dietitians.time_off(dietitian.id), replace(entry, reason=None)
            left = [one for one in known if replace(one, reason=None) != gone]
            uow.dietitians.set_time_off(dietitian.id, left)
            return len(left) < len(known)

        words = "removed an opening" if isinstance(entry, Opening) else "removed time off"
        await self._change(dietitian, remove, words, [entry])

    async def _change(
        self, dietitian: Dietitian, change: _Change, action: str, entries: Sequence[Entry]
    ) -> None:
        def work(uow: UnitOfWork) -> None:
            uow.dietitians.lock(dietitian.id)
            if change(uow):
                more_time(uow, dietitian.id, self.clock.now())
                times = [str(as_time_off(one).first) for one in entries]
                subject = f"dietitian:{dietitian.public_id}"
                record(uow, self.clock.now(), by(dietitian.person_id), action, subject, days=times)
            uow.steps.clear(dietitian.telegram_id)

        await self.transactions.write(work)

    def _must_fit(self, uow: UnitOfWork, dietitian: Dietitian) -> None:
        if len(self._coming(uow, dietitian)) > MOST_AHEAD:
            raise Malformed(f"There can be {MOST_AHEAD} entries at most. Please remove some first.")


def as_time_off(entry: Entry) -> TimeOff:
    """The time of either."""
    if isinstance(entry, TimeOff):
        return entry
    return TimeOff(first=entry.day, last=entry.day, begins=entry.opens, ends=entry.closes)


def _merged(openings: Sequence[Opening]) -> list[Opening]:
    days = sorted({one.day for one in openings})
    return [
        Opening(day=day, opens=opens, closes=closes)
        for day in days
        for opens, closes in joined([(one.opens, one.closes) for one in openings if one.day == day])
    ]
