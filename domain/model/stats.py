"""What a time brought: consultations, plans, money, answers to requests."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.model.attendance import Rated
from domain.model.wall_clock import instant

_MONTHS = 12


class Span(StrEnum):
    WEEK = "week"  # from Monday on
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days of a zone, `until` excluded; its places are the days of it, of a year the months."""

    span: Span
    first: date
    until: date
    timezone: str

    @property
    def since(self) -> datetime:
        return instant(datetime.combine(self.first, time()), ZoneInfo(self.timezone))

    @property
    def before(self) -> datetime:
        return instant(datetime.combine(self.until, time()), ZoneInfo(self.timezone))

    @property
    def places(self) -> int:
        return _MONTHS if self.span is Span.YEAR else (self.until - self.first).days

    def place_of(self, moment: datetime) -> int:
        """Of a moment within the period, from 0 on."""
        day = moment.astimezone(ZoneInfo(self.timezone)).date()
        return day.month - 1 if self.span is Span.YEAR else (day - self.first).days


def period_at(now: datetime, span: Span, timezone: str) -> Period:
    """The week, month or year in which `now` falls where the clock shows that zone's time."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    if span is Span.WEEK:
        first = today - timedelta(days=today.weekday())
        until = first + timedelta(days=7)
    elif span is Span.MONTH:
        first = today.replace(day=1)
        until = first + timedelta(days=monthrange(today.year, today.month)[1])
    else:
        first, until = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    return Period(span=span, first=first, until=until, timezone=timezone)


class Happened(StrEnum):
    COMPLETED = "completed"  # a consultation whose time is over, and that nobody called a no-show
    NO_SHOW = "no_show"
    DELIVERED = "delivered"  # a meal plan


@dataclass(frozen=True, slots=True)
class Event:
    dietitian_id: int
    what: Happened
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """How many requests a dietitian sent, and how many of these were paid for, whenever that was."""

    dietitian_id: int
    sent: int
    paid: int


@dataclass(frozen=True, slots=True)
class Income:
    """What was given value less what was given back of it, both when it happened; below zero where that is more."""

    dietitian_id: int
    service: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Wait:
    """From when requests were sent, or clients began purchases, to their payments: how many, and all in all.

    Two services' clocks differ: a payment from before its request took no time.
    """

    dietitian_id: int
    number: int
    together: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    events: list[Event] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    income: list[Income] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)

    def by_dietitian(self) -> "dict[int, Gathered]":
        """Only of those of whom there is something."""
        each: defaultdict[int, Gathered] = defaultdict(Gathered)
        for event in self.events:
            each[event.dietitian_id].events.append(event)
        for sent in self.sent:
            each[sent.dietitian_id].sent.append(sent)
        for income in self.income:
            each[income.dietitian_id].income.append(income)
        for wait in self.waits:
            each[wait.dietitian_id].waits.append(wait)
        return dict(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`income`: what each service brought, the largest first, by (service, currency); `totals` by currency.

    `over_time`: consultations completed and plans delivered, one number a place of the period. `wait` is the average.
    """

    completed: int
    no_shows: int
    delivered: int
    sent: int
    paid: int
    income: tuple[tuple[str, str, int], ...]
    totals: dict[str, int]
    over_time: tuple[int, ...]
    wait: timedelta | None
    rated: Rated = field(default_factory=Rated)  # of one dietitian only

    @property
    def is_empty(self) -> bool:
        return not (self.completed or self.no_shows or self.delivered or self.sent or self.income)


def figures(period: Period, gathered: Gathered) -> Figures:
    count = dict.fromkeys(Happened, 0)
    over_time = [0] * period.places
    for event in gathered.events:
        count[event.what] += 1
        if event.what is not Happened.NO_SHOW:
            over_time[period.place_of(event.at)] += 1
    return Figures(
        completed=count[Happened.COMPLETED],
        no_shows=count[Happened.NO_SHOW],
        delivered=count[Happened.DELIVERED],
        sent=sum(one.sent for one in gathered.sent),
        paid=sum(one.paid for one in gathered.sent),
        income=_by_service(gathered.income),
        totals=_by_currency(gathered.income),
        over_time=tuple(over_time),
        wait=_average(gathered.waits),
    )


def _by_service(income: Iterable[Income]) -> tuple[tuple[str, str, int], ...]:
    """Services of one name count together."""
    brought: dict[tuple[str, str], int] = {}
    for one in income:
        key = (one.service, one.currency)
        brought[key] = brought.get(key, 0) + one.amount
    ordered = sorted(brought.items(), key=lambda item: (item[0][1], -item[1], item[0][0]))
    return tuple((service, currency, amount) for (service, currency), amount in ordered)


def _by_currency(income: Iterable[Income]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for one in income:
        totals[one.currency] = totals.get(one.currency, 0) + one.amount
    return dict(sorted(totals.items()))


def _average(waits: list[Wait]) -> timedelta | None:
    number = sum(one.number for one in waits)
    return sum((one.together for one in waits), timedelta()) / number if number else None


class RowKind(StrEnum):
    CONSULTATION = "consultation"
    MEAL_PLAN = "meal plan"
    REQUEST = "request"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsRow:
    """One line behind the figures. Only money has an amount, so that the column sums to the income.

    `client` as the dietitian knows them; None where clients are nobody's business.
    """

    at: datetime
    dietitian: str
    kind: RowKind
    service: str
    client: str | None
    amount: int | None = None
    currency: str | None = None
    state: str
