"""What waits for somebody, for their home card: one read, at most four statements."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.model.overview import DietitianFacts, Overview
from domain.model.people import Dietitian, Person
from domain.model.wall_clock import instant
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAround:
    """For each of their roles: somebody may be client, dietitian and admin at once."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, dietitian: Dietitian | None, admin: bool) -> Overview:
        now = self.clock.now()

        def look(uow: UnitOfWork) -> Overview:
            found = Overview(
                client=uow.overviews.of_client(person.id, now),
                dietitian=None if dietitian is None else _of_dietitian(uow, dietitian, now),
                desk=uow.overviews.of_desk(now) if admin else None,
            )
            return replace(found, cards=uow.overviews.cards(_named(found)))

        return await self.transactions.read(look)


def _of_dietitian(uow: UnitOfWork, dietitian: Dietitian, now: datetime) -> DietitianFacts:
    zone = ZoneInfo(dietitian.timezone)
    today = datetime.combine(now.astimezone(zone).date(), time())
    return uow.overviews.of_dietitian(
        dietitian.id, now, day=instant(today, zone), next_day=instant(today + timedelta(days=1), zone)
    )


def _named(found: Overview) -> set[int]:
    client = found.client
    ids = {client.newest, client.begun, client.hold, client.credit, client.meeting, client.intake}
    if found.dietitian is not None:
        ids.add(found.dietitian.meeting)
    return {one for one in ids if one is not None}
