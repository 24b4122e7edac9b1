"""The world that the random steps act on: what stands, who is meant, and how one step is taken."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from domain.errors import GatewayError, Refusal
from domain.model.booking import BookingState
from domain.model.charge import ChargeStatus
from domain.model.payment import WATCHED, MoneyOutcome
from domain.model.people import Person
from domain.model.plan import PlanState
from domain.model.refund import RefundState
from domain.model.request import RequestState
from storage.database import Database
from tests.property.cases import Cases
from tests.property.invariants import Invariants
from tests.property.paystack import CrashError
from tests.property.plan_laws import Parcels
from tests.property.practice import House, Practice
from tests.property.snapshot import Row, Snapshot

T = TypeVar("T")
Work = Callable[[Cases], Awaitable[Any]]
PICKS = (0, 0, 0, 0, 1, 1, 2, 3, 6, 9)
OPEN = (RequestState.PENDING, RequestState.DRAFT)  # a client's own draft is as open as what was sent to them
ANYTHING = 9  # this pick takes whatever there is, as a rule the wrong thing


class Dice:
    """The numbers drawn for one step. `pick` says which of the records it is about, 0 the latest."""

    def __init__(self, pick: int, number: int) -> None:
        self.pick = PICKS[pick]
        self._number = number

    def one_of(self, choices: Sequence[T]) -> T:
        self._number, at = divmod(self._number, len(choices))
        return choices[at]


class Machine:
    def __init__(self, database: Database, count: Counter[str]) -> None:
        self.database = database
        self.practice = Practice(database)
        self.laws, self.parcels = Invariants(), Parcels()
        self.count = count
        self.houses: list[House] = []
        self.clients: list[Person] = []

    async def open_up(self, dice: Dice) -> None:
        practice, buffer, percent = self.practice, dice.one_of([0, 15]), dice.one_of([0, 33, 100])
        notice = dice.one_of([2, 0])
        self.houses = [
            await practice.house(
                buffer_minutes=buffer, late_refund_percent=percent, minimum_notice_hours=notice
            ),
            await practice.house(free_hours=2, minimum_notice_hours=0),
        ]
        self.clients = [await practice.client() for _ in range(4)]
        practice.post.configured = dice.one_of([True, False])
        practice.restart()
        await self.look()

    async def take(self, name: str, *works: Work) -> None:
        """One step, all of it at once. Refusals are answers like others; a dead process starts again."""
        ended = await asyncio.gather(*(work(self.practice.do) for work in works), return_exceptions=True)
        strays = asyncio.all_tasks() - {asyncio.current_task()}
        if strays:  # begun by one that died, and still at it: what they write belongs to this step
            await asyncio.wait(strays)
        for result in ended:
            if isinstance(result, CrashError):
                self.practice.restart()
            elif isinstance(result, BaseException) and not isinstance(result, Refusal | GatewayError):
                raise result
            self.count[f"{name}: {type(result).__name__ if isinstance(result, Exception) else 'done'}"] += 1

    async def look(self) -> None:
        self.now: Snapshot = await self.database.read(self.laws.read)
        self.laws.check(self.now, self.practice.paystack)
        telegram_ids = {one.id: one.telegram_id or 0 for one in self.clients}
        self.parcels.check(self.now, self.practice.chats, self.practice.post, telegram_ids)

    # who and what is meant

    def request(self, pick: int, *states: RequestState) -> Row:
        return _chosen(pick, self.now.requests.values(), lambda row: row.state in states)

    def meeting(self, pick: int, state: BookingState) -> Row:
        of = {one.request_id for one in self.now.bookings.values() if one.state == state}
        return _chosen(pick, self.now.requests.values(), lambda row: row.id in of)

    def coming(self, pick: int) -> Row:
        """With an appointment that is not over; a past one where there is none."""
        now = self.practice.clock.now()
        confirmed = [one for one in self.now.bookings.values() if one.state == BookingState.CONFIRMED]
        of = {one.request_id for one in confirmed if one.end > now} or {one.request_id for one in confirmed}
        return _chosen(pick, self.now.requests.values(), lambda row: row.id in of)

    def to_be_paid(self, pick: int) -> Row:
        """With a time held, or one that needs none."""
        held = {one.request_id for one in self.now.bookings.values() if one.state == BookingState.PENDING}
        return _chosen(
            pick,
            self.now.requests.values(),
            lambda row: row.id in held or (row.kind == "meal_plan" and row.state in OPEN),
        )

    def plan(self, pick: int, *states: PlanState) -> Row:
        """Its request's row."""
        of = {one.request_id for one in self.now.plans.values() if one.state in states}
        return _chosen(pick, self.now.requests.values(), lambda row: row.id in of)

    def upload(self, pick: int) -> Row | None:
        found = [one for one in self.now.files.values() if one.number is None]
        return found[-1 - pick % len(found)] if found else None

    def payment(self, pick: int, right: Callable[[Row], bool]) -> Row:
        return _chosen(pick, self.now.payments.values(), right)

    def refund(self, pick: int, state: RefundState) -> Row:
        return _chosen(pick, self.now.refunds.values(), lambda row: row.state == state)

    def payable(self, row: Row) -> bool:
        at = self.practice.paystack.transactions.get(row.reference)
        return at is not None and not at.paid

    def reported(self, pick: int, *states: RefundState) -> tuple[int, str] | None:
        """A refund as Paystack has it: its number there, and the payment's reference."""
        at = self.practice.paystack.transactions.items()
        found = [(one.id, name) for name, known in at for one in known.refunds if one.status in states]
        return found[-1 - pick % len(found)] if found else None

    def client_of(self, row: Row, pick: int = 0) -> Person:
        return self.clients[0] if pick == ANYTHING else next(c for c in self.clients if c.id == row.client_id)

    def house_of(self, row: Row, pick: int = 0) -> House:
        at = row.dietitian_id - self.houses[0].dietitian.id
        return self.houses[0] if pick == ANYTHING else self.houses[at]

    def side_of(self, row: Row, dice: Dice) -> Person:
        by_dietitian = dice.one_of([True, False])
        return self.house_of(row, dice.pick).person if by_dietitian else self.client_of(row, dice.pick)

    # the end

    async def come_to_rest(self) -> None:
        """Everything is up again: a fortnight later no money waits for anything but a person."""
        self.practice.restart()
        for telegram_id in sorted(self.practice.chats.blocked):
            await self.practice.do.reachability(telegram_id=telegram_id, reachable=True)
        self.practice.chats.blocked.clear()
        await self._drain()
        asked = self.practice.clock.now()
        for _ in range(4):
            asked = self.practice.clock.now()
            self.practice.clock.advance(timedelta(days=3, hours=13))
            for at in self.practice.paystack.transactions.values():
                for one in at.standing():
                    self.practice.paystack.move_refund(one.id, RefundState.PROCESSED)
            do = self.practice.do
            for tick in (do.expire, do.expire_requests, do.watch, do.watch_refunds):
                await tick()
            await self._drain()
        await self.look()
        self.laws.sessions.come_to_rest(self.now, asked)
        self._nothing_waits()

    async def _drain(self) -> None:
        """What was postponed for a moment is tried again; what lies further ahead stays."""
        for _ in range(60):
            if await self.practice.deliver() == 0:
                waits = await self.database.read(lambda uow: uow.outbox.next_due())
                if waits is None or waits > self.practice.clock.now() + timedelta(minutes=2):
                    return
                self.practice.clock.advance(timedelta(minutes=2))
        raise AssertionError("the outbox never comes to rest")

    def _nothing_waits(self) -> None:
        credits_left = [one for one in self.now.payments.values() if one.outcome == MoneyOutcome.CREDIT]
        assert not credits_left, credits_left
        ended = {RefundState.PROCESSED, RefundState.FAILED}
        assert {one.state for one in self.now.refunds.values()} <= ended, self.now.refunds
        on_the_way = [one for one in self.now.plans.values() if one.state == PlanState.SENT]
        assert not on_the_way, f"sent, and never arrived: {on_the_way}"
        for row in self.now.payments.values():
            at = self.practice.paystack.transactions.get(row.reference)
            paid = at is not None and at.charge.status is ChargeStatus.SUCCESS
            assert not (paid and row.state in WATCHED), f"paid, and never looked for: {row}"


def _chosen(pick: int, rows: Iterable[Row], right: Callable[[Row], bool]) -> Row:
    """One of the latest for which it is right; where there is none, or by ANYTHING, any."""
    every = list(rows)
    fitting = [row for row in every if right(row)] if pick != ANYTHING else every
    candidates = fitting or every
    return candidates[-1 - pick % len(candidates)]
