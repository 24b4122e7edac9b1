"""What a week, a month or a year brought: to a dietitian, and to all of them for the admins."""

from dataclasses import dataclass, replace

from domain.model.people import Dietitian, Person
from domain.model.stats import Figures, Period, Span, StatsRow, figures, period_at
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """`each`: a dietitian's name and figures, in the order of the practice; those with nothing are left out."""

    period: Period
    figures: Figures
    each: tuple[tuple[str, Figures], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookStats:
    """Periods are a dietitian's own, in their zone. What is over all is for admins alone."""

    transactions: Transactions
    clock: Clock

    async def of_dietitian(self, *, dietitian: Dietitian, span: Span) -> tuple[Period, Figures]:
        now = self.clock.now()
        period = period_at(now, span, dietitian.timezone)
        when = {"since": period.since, "before": period.before}

        def look(uow: UnitOfWork) -> Figures:
            gathered = uow.stats.gathered(dietitian.id, **when, now=now)
            return replace(figures(period, gathered), rated=uow.reviews.between(dietitian.id, **when))

        return period, await self.transactions.read(look)

    async def rows_of(self, *, dietitian: Dietitian, span: Span) -> tuple[Period, list[StatsRow]]:
        now = self.clock.now()
        period = period_at(now, span, dietitian.timezone)
        rows = await self.transactions.read(
            lambda uow: uow.stats.rows(dietitian.id, since=period.since, before=period.before, now=now)
        )
        return period, rows

    async def of_all(self, *, person: Person, span: Span) -> Overall:
        """In the admin's zone."""
        now = self.clock.now()
        period = period_at(now, span, person.timezone)

        def look(uow: UnitOfWork) -> Overall:
            gathered = uow.stats.gathered(None, since=period.since, before=period.before, now=now)
            each = gathered.by_dietitian()
            return Overall(
                period=period,
                figures=figures(period, gathered),
                each=tuple(
                    (one.name, figures(period, each[one.id]))
                    for one in uow.dietitians.all()
                    if one.id in each
                ),
            )

        return await self.transactions.read(look)

    async def rows_of_all(self, *, person: Person, span: Span) -> tuple[Period, list[StatsRow]]:
        """Without the clients' names."""
        now = self.clock.now()
        period = period_at(now, span, person.timezone)
        rows = await self.transactions.read(
            lambda uow: uow.stats.rows(None, since=period.since, before=period.before, now=now)
        )
        return period, [replace(row, client=None) for row in rows]
