"""A practice on a real database with Paystack, Telegram and the clock in memory: use cases without handlers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from unittest.mock import AsyncMock

from bot.errands import Errands
from bot.outbox import Done, Dropped, Outcome
from domain.errors import DeliveryUnavailable, MovedOn, OutsideError
from domain.model.audit import AuditEntry
from domain.model.message import Message
from domain.model.notice import Notice, NoticeKind
from domain.model.people import CONSENT_VERSION, Dietitian, Person
from domain.model.queue import Errand, OutboxItem
from domain.model.service import Service, ServiceKind
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.book_slot import ExpireHolds, HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.change_booking import CancelBooking, MoveBooking, OfferMoves
from domain.usecases.compose_request import FillRequest, StartRequest
from domain.usecases.desk import Desk
from domain.usecases.disputes import NoteDispute
from domain.usecases.follow_calendar import FollowCalendar
from domain.usecases.follow_refund import FollowRefund, WatchRefunds
from domain.usecases.give_account import GiveAccount
from domain.usecases.make_meeting import MakeMeeting
from domain.usecases.manage_request import WithdrawRequest
from domain.usecases.meet_person import ChangeProfile
from domain.usecases.meeting_links import CheckLink
from domain.usecases.refunding import CarryOutRefund, RetryRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.send_request import SendRequest
from domain.usecases.settle_payment import SettlePayment, WatchPayments
from domain.usecases.start_payment import DeliverPayLink, StartPayment
from handlers.notices import say
from storage.database import Database
from tests.clock import FrozenClock
from tests.property.paystack import CrashError, ScriptedPaystack
from tests.storage import seeds

T = TypeVar("T")
HOLD = timedelta(minutes=35)
OWNER = "the one process"
ALL_DAY = (((480, 660),),) * 7  # 08:00-11:00: few enough that everybody wants the same
ADMIN = Person(id=1, telegram_id=9001, name="Sade", timezone="Africa/Lagos", created_at=FrozenClock().now())


class Mortal:
    """`Transactions` of a process that can be made to die before or after one of its transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dies_in: int | None = None
        self.after_commit = False

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        due = self._due()
        if due and not self.after_commit:
            raise CrashError
        result = await self._database.write(work)
        if due:
            raise CrashError
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._database.read(work)

    def _due(self) -> bool:
        if self.dies_in is None:
            return False
        self.dies_in -= 1
        return self.dies_in <= 0


class Chats:
    """`Messenger`: who was written to."""

    def __init__(self) -> None:
        self.up = True
        self.sent: list[int] = []

    async def send(self, telegram_id: int, message: Message) -> int:
        if not self.up:
            raise DeliveryUnavailable("Telegram does not answer")
        self.sent.append(telegram_id)
        return len(self.sent)

    async def edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        await self.send(telegram_id, message)

    async def answer(self, press_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Nobody presses here."""


class PlainVault:
    def seal(self, plain: str) -> str:
        return plain[::-1]

    def open(self, sealed: str) -> str:
        return sealed[::-1]


@dataclass(slots=True, kw_only=True)
class Cases:
    """What a process holds in memory; made anew after a crash."""

    database: Mortal
    clock: FrozenClock
    paystack: ScriptedPaystack
    chats: Chats

    def __post_init__(self) -> None:
        common: dict[str, Any] = {"transactions": self.database, "clock": self.clock}
        paid: dict[str, Any] = {**common, "gateway": self.paystack}
        self.start_request, self.fill, self.send = (
            StartRequest(**common),
            FillRequest(**common),
            SendRequest(**common),
        )
        self.approve, self.decline = ApproveRequest(**common), DeclineRequest(**common)
        self.withdraw, self.profile = WithdrawRequest(**common), ChangeProfile(**common)
        self.offer, self.release = OfferSlots(**common), ReleaseHold(**common)
        self.hold = HoldSlot(**common, hold_minutes=35, calendar_is_offered=False)
        self.expire = ExpireHolds(**common)
        self.pay = StartPayment(**paid, domain="test", callback_url=None, link_lives=HOLD)
        self.settle = SettlePayment(**paid, calendar_is_offered=False)
        self.watch = WatchPayments(**common, settle=self.settle)
        self.follow = FollowRefund(**paid)
        self.watch_refunds = WatchRefunds(**common, follow_refund=self.follow)
        self.carry_out, self.retry = CarryOutRefund(**paid), RetryRefund(**common)
        self.account = GiveAccount(**paid, vault=PlainVault())
        self.credit, self.desk, self.dispute = ReturnCredit(**common), Desk(**common), NoteDispute(**common)
        self.cancel, self.move, self.moves = (
            CancelBooking(**common),
            MoveBooking(**common),
            OfferMoves(**common),
        )
        self.errands = Errands(
            **common,
            messenger=self.chats,
            mailer=AsyncMock(configured=False),
            make_meeting=MakeMeeting(**common, calendar=None),
            follow_calendar=FollowCalendar(**common, calendar=None),
            carry_out_refund=self.carry_out,
            return_credit=self.credit,
            check_link=CheckLink(**common),
            deliver_pay_link=DeliverPayLink(**common, start_payment=self.pay),
            bot_username="dietdesk_bot",
            admin_ids=frozenset({ADMIN.telegram_id or 0}),
        )

    start_request: StartRequest = field(init=False)
    fill: FillRequest = field(init=False)
    send: SendRequest = field(init=False)
    approve: ApproveRequest = field(init=False)
    decline: DeclineRequest = field(init=False)
    withdraw: WithdrawRequest = field(init=False)
    profile: ChangeProfile = field(init=False)
    offer: OfferSlots = field(init=False)
    release: ReleaseHold = field(init=False)
    hold: HoldSlot = field(init=False)
    expire: ExpireHolds = field(init=False)
    pay: StartPayment = field(init=False)
    settle: SettlePayment = field(init=False)
    watch: WatchPayments = field(init=False)
    follow: FollowRefund = field(init=False)
    watch_refunds: WatchRefunds = field(init=False)
    carry_out: CarryOutRefund = field(init=False)
    retry: RetryRefund = field(init=False)
    account: GiveAccount = field(init=False)
    credit: ReturnCredit = field(init=False)
    desk: Desk = field(init=False)
    dispute: NoteDispute = field(init=False)
    cancel: CancelBooking = field(init=False)
    move: MoveBooking = field(init=False)
    moves: OfferMoves = field(init=False)
    errands: Errands = field(init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A dietitian with something to offer."""

    dietitian: Dietitian
    person: Person
    session: Service
    plan: Service


class Practice:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.mortal = Mortal(database)
        self.clock = FrozenClock()
        self.paystack, self.chats = ScriptedPaystack(), Chats()
        self.restart()

    def restart(self) -> None:
        self.mortal.dies_in = self.paystack.fault = None
        self.paystack.passing = 0
        self.do = Cases(database=self.mortal, clock=self.clock, paystack=self.paystack, chats=self.chats)

    async def house(self, **terms: Any) -> House:
        return await self.database.write(lambda uow: _house(uow, terms))

    async def client(self) -> Person:
        now = self.clock.now()
        somebody = seeds.person(
            email="amina@example.com", started_at=now, consented_at=now, consent_version=CONSENT_VERSION
        )
        return await self.database.write(lambda uow: uow.people.add(somebody))

    async def card(self, public_id: str) -> RequestCard:
        return await self.database.read(lambda uow: uow.requests.card(public_id))

    async def requested(self, house: House, client: Person, *, plan: bool = False) -> str:
        """A request on its way to the client: its public id."""
        who, what = house.dietitian, house.plan if plan else house.session
        draft = (await self.do.start_request(dietitian=who)).request
        await self.do.fill.shared_client(
            dietitian=who,
            public_id=draft.public_id,
            telegram_id=client.telegram_id or 0,
            name=client.name,
            timezone=client.timezone,
        )
        filled = await self.do.fill.service(
            dietitian=who, public_id=draft.public_id, rev=draft.rev + 1, service=what.public_id
        )
        await self.do.send(dietitian=who, public_id=draft.public_id, rev=filled.request.rev)
        return draft.public_id

    async def deliver(self, *, limit: int = 200) -> int:
        """One round of the outbox, in order; how many rows were tried. A crash leaves them claimed."""
        now = self.clock.now()
        items = await self.database.write(
            lambda uow: uow.outbox.claim(owner=OWNER, now=now, lease_until=now, limit=limit)
        )
        stopped: set[str] = set()
        for item in items:
            if item.lane not in stopped and not await self._tried(item):
                stopped.add(item.lane)  # what comes after must not overtake
        return len(items)

    async def _tried(self, item: OutboxItem) -> bool:
        if item.errand is Errand.NOTICE and self.chats.up:
            await self.database.write(lambda uow: self._say(uow, item))
            return True
        try:
            outcome = await self.do.errands(item)
        except (OutsideError, MovedOn) as error:
            if isinstance(error, OutsideError) and not error.retryable:
                raise AssertionError(f"{item.key} would be dead: {error!r}") from error
            later, why = self.clock.now() + timedelta(seconds=30), str(error)
            await self.database.write(lambda uow: uow.outbox.retry(item.id, due_at=later, error=why))
            return False
        await self.database.write(lambda uow: self._note(uow, item, outcome))
        return True

    def _say(self, uow: UnitOfWork, item: OutboxItem) -> None:
        """The real words from the real facts; only the chat is left out."""
        notice = Notice(**{**item.payload, "kind": NoticeKind(item.payload["kind"])})
        words = say(self.do.errands._facts(uow, notice))
        self._note(uow, item, Done(receipt="said") if words is not None else Dropped(why="no longer true"))

    def _note(self, uow: UnitOfWork, item: OutboxItem, outcome: Outcome) -> None:
        now = self.clock.now()
        if isinstance(outcome, Done):
            uow.outbox.sent(item.id, now=now, receipt=outcome.receipt)
        elif isinstance(outcome, Dropped):
            uow.outbox.dropped(item.id, now=now, why=outcome.why)
        else:
            uow.outbox.retry(item.id, due_at=outcome.due_at, error=outcome.why)

    async def audit(self, record: str) -> list[AuditEntry]:
        return await self.database.read(lambda uow: uow.audit.of(record))


def _house(uow: UnitOfWork, terms: dict[str, Any]) -> House:
    person = uow.people.add(seeds.person(started_at=FrozenClock().now()))
    given = {"booking_window_days": 14, "fallback_meeting_url": "https://meet.example.com/ada", **terms}
    dietitian = uow.dietitians.add(seeds.dietitian(person.id, **{"telegram_id": person.telegram_id, **given}))
    uow.dietitians.set_hours(dietitian.id, ALL_DAY)
    offers = [
        uow.services.add(
            Service(
                public_id=f"S{dietitian.id}{kind.value[0]}",
                dietitian_id=dietitian.id,
                slug=kind.value,
                kind=kind,
                title=kind.value,
                minutes=45 if kind is ServiceKind.CONSULTATION else None,
                price=price,
                currency="NGN",
            )
        )
        for kind, price in ((ServiceKind.CONSULTATION, 1_250_000), (ServiceKind.MEAL_PLAN, 3_000_001))
    ]
    return House(dietitian=dietitian, person=person, session=offers[0], plan=offers[1])
