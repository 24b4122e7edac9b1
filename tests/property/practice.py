"""A practice on a real database with Paystack, Telegram and the clock in memory: use cases without handlers."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from bot.outbox import Done, Dropped, Outcome
from domain.errors import MovedOn, OutsideError
from domain.model.audit import AuditEntry
from domain.model.message import Document
from domain.model.notice import Notice, NoticeKind
from domain.model.people import CONSENT_VERSION, Dietitian, Person
from domain.model.plan import PlanFile
from domain.model.queue import Errand, OutboxItem
from domain.model.service import Service, ServiceKind
from domain.model.views import PlanCard, RequestCard
from domain.ports import UnitOfWork
from handlers.notices import say
from storage.database import Database
from tests.clock import FrozenClock
from tests.property.cases import Cases, Mortal
from tests.property.paystack import ScriptedPaystack
from tests.property.post import Chats, Post
from tests.storage import seeds

OWNER = "the one process"
ALL_DAY = (((480, 660),),) * 7  # 08:00-11:00: few enough that everybody wants the same


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
        self.paystack, self.chats, self.post = ScriptedPaystack(), Chats(), Post()
        self._pdfs = count(1)
        self.restart()

    def restart(self) -> None:
        self.mortal.dies_in = self.paystack.fault = None
        self.paystack.passing = 0
        self.do = Cases(
            database=self.mortal,
            clock=self.clock,
            paystack=self.paystack,
            chats=self.chats,
            post=self.post,
        )

    async def house(self, **terms: Any) -> House:
        return await self.database.write(lambda uow: _house(uow, terms))

    async def client(self) -> Person:
        """Their addresses end in their telegram id."""
        now = self.clock.now()
        given = seeds.person(started_at=now, consented_at=now, consent_version=CONSENT_VERSION)
        somebody = replace(given, email=f"amina.{given.telegram_id}@example.com")
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

    async def taken(self, house: House, client: Person, *, plan: bool = False) -> str:
        """The same, begun by the client without being asked."""
        what = house.plan if plan else house.session
        return (await self.do.take(person=client, service=what.public_id)).request.public_id

    async def shown(self, public_id: str) -> PlanCard:
        return await self.database.read(lambda uow: uow.plans.card(public_id))

    def document(self, request: str) -> Document:
        """A PDF like no other: what is in it says whose it is."""
        words = f"{request}/{next(self._pdfs)}"
        return Document(file_id=words, name="plan.pdf", size=len(words))

    async def uploaded(self, house: House, request: str) -> PlanFile:
        who, document = house.dietitian, self.document(request)
        taken = await self.do.upload(dietitian=who, document=document, note="Water", request=request)
        return taken.file

    async def sent(self, house: House, request: str) -> PlanCard:
        file = await self.uploaded(house, request)
        return await self.do.confirm(dietitian=house.dietitian, public_id=request, file=file.public_id)

    async def cancel_plan(self, person: Person, house: House, request: str) -> PlanCard:
        """As it is shown just now."""
        shown, now = await self.shown(request), self.clock.now()
        percent = shown.plan.refund_percent_at(now, by_dietitian=person.id == house.person.id)
        rev = shown.card.request.rev
        return await self.do.cancel_plan(person=person, public_id=request, rev=rev, percent=percent)

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
                questions=("Why now?",) if kind is ServiceKind.MEAL_PLAN else (),
            )
        )
        for kind, price in ((ServiceKind.CONSULTATION, 1_250_000), (ServiceKind.MEAL_PLAN, 3_000_001))
    ]
    return House(dietitian=dietitian, person=person, session=offers[0], plan=offers[1])
