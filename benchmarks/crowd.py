"""A practice of any size, put into an empty database at once: ten of everything, or years of it.

Everything belongs to one dietitian, and much of it to one client: the worst that a list of theirs can meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, insert

from benchmarks.sizes import Size
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.hours import Opening, TimeOff
from domain.model.ledger import LedgerAccount, LedgerMove
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import CONSENT_VERSION, Client, Dietitian, Invite, Person, Template
from domain.model.plan import Plan, PlanState
from domain.model.queue import Errand, InboxState, OutboxState, Source
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from storage import tables
from storage.folding import sort_name

ADMIN, DIETITIAN, CLIENT = 9001, 1001, 2001
PUBLIC_ID = "DIET1"
FIRST_CLIENT = 10_001  # ids of people; the dietitians' come before
ZONE, PRICE = "Africa/Lagos", 1_250_000
A_DAY = 10  # sessions; the practice is open for twelve hours
_OPENS, _CLOSES = 8 * 60, 20 * 60
_STRETCHES = 20  # days off, and openings: a list has an end of its own
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
Values: TypeAlias = dict[str, Any]


def fill(connection: Connection, size: Size, now: datetime) -> None:
    """`now` is a morning: sessions lie on the days before and after."""
    for table, rows in _Crowd(size=size, now=now).tables():
        connection.execute(insert(table), list(rows))


def _row(number: int, record: Any, **more: Any) -> Values:
    """With an id, the first is 1; `more` fills columns that are no field."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {**values, "id": number + 1, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crowd:
    """Request n is booking n's for the first ones; then come those of plans, then those that wait for an answer."""

    size: Size
    now: datetime

    def tables(self) -> Iterator[tuple[Table, Iterator[Values]]]:
        size, sold = self.size, range(self.size.bookings + self.size.plans)
        asked = range(len(sold) + size.waiting)
        yield tables.people, self._people()
        yield tables.dietitians, map(self._dietitian, range(size.some))
        yield tables.opening_hours, self._hours()
        yield tables.services, map(self._service, range(size.services + 2 * (size.some - 1)))
        yield tables.clients, map(self._known_client, range(size.clients))
        yield tables.requests, map(self._request, asked)
        yield tables.bookings, map(self._booking, range(size.bookings))
        yield tables.plans, map(self._plan, range(size.plans))
        yield tables.payments, map(self._payment, sold)
        yield tables.ledger, map(self._move, sold)
        yield tables.invites, map(self._invite, range(size.some))
        yield tables.templates, map(self._template, range(size.some))
        yield tables.time_off, map(self._time_off, range(_STRETCHES))
        yield tables.openings, map(self._opening, range(_STRETCHES))
        yield tables.inbox, map(self._came_in, range(size.stored))
        yield tables.outbox, map(self._went_out, range(size.stored))

    def _people(self) -> Iterator[Values]:
        yield self._person(1, ADMIN, "Sade Admin")
        for number in range(self.size.some):
            yield self._person(2 + number, DIETITIAN + number, f"Dr {number:03}")
        for number in range(self.size.clients):
            yield self._person(FIRST_CLIENT + number, CLIENT + number, f"Client {number:05}")

    def _person(self, person_id: int, telegram_id: int, name: str) -> Values:
        person = Person(
            telegram_id=telegram_id,
            name=name,
            email=f"p{telegram_id}@example.com",
            timezone=ZONE,
            started_at=self.now,
            consented_at=self.now,
            consent_version=CONSENT_VERSION,
            created_at=self.now,
            seen_at=self.now,
        )
        return _row(person_id - 1, person)

    def _dietitian(self, number: int) -> Values:
        dietitian = Dietitian(
            public_id=f"DIET{number + 1}",
            person_id=2 + number,
            telegram_id=DIETITIAN + number,
            name=f"Dr {number:03}",
            email="dr@example.com",
            timezone=ZONE,
            slot_step_minutes=60,
            fallback_meeting_url="https://meet.example.com/dr",
            position=number,
            created_at=self.now,
        )
        return _row(number, dietitian)

    def _hours(self) -> Iterator[Values]:
        for dietitian in range(1, self.size.some + 1):
            for weekday in range(7):
                yield {"dietitian_id": dietitian, "weekday": weekday, "opens": _OPENS, "closes": _CLOSES}

    def _service(self, number: int) -> Values:
        """Every other one is a meal plan; at the end come two of each colleague's."""
        later = number - self.size.services
        is_plan = number % 2 == 1
        service = Service(
            public_id=f"S{number}",
            dietitian_id=1 if later < 0 else later // 2 + 2,
            slug=f"s{number}",
            kind=ServiceKind.MEAL_PLAN if is_plan else ServiceKind.CONSULTATION,
            title=f"Service {number}",
            minutes=None if is_plan else 45,
            price=PRICE,
            currency="NGN",
            promised_days=7 if is_plan else None,
            position=number,
        )
        return _row(number, service)

    def _known_client(self, number: int) -> Values:
        name, email = f"Client {number:05}", f"p{CLIENT + number}@example.com"
        client = Client(
            dietitian_id=1,
            person_id=FIRST_CLIENT + number,
            name=name,
            email=email,
            created_at=self.now,
        )
        return _row(number, client, sort_name=sort_name(name, email, email))

    def _of(self, number: int) -> int:
        """Whose a request is: the one client has some of what waits and comes, and has been coming for years."""
        later = number - self.size.bookings
        old = number < self.size.past or 3 * self.size.some <= later < self.size.plans
        every = self.size.own_past if old else self.size.own
        place = 0 if number % every == 0 else number % self.size.clients
        return FIRST_CLIENT + place

    def _request(self, number: int) -> Values:
        size = self.size
        waits = number >= size.bookings + size.plans
        is_plan = not waits and number >= size.bookings
        at = self._sold_at(number)
        request = Request(
            public_id=f"R{number}",
            dietitian_id=1,
            client_id=self._of(number),
            origin=Origin.DIETITIAN,
            kind=ServiceKind.MEAL_PLAN if is_plan else ServiceKind.CONSULTATION,
            service_id=2 if is_plan else 1,
            state=RequestState.PENDING if waits else RequestState.APPROVED,
            client_name=f"Client {number}",
            title="A session",
            minutes=None if is_plan else 45,
            price=PRICE,
            currency="NGN",
            created_at=at,
            sent_at=at,
            decided_at=None if waits else at,
            expires_at=self.now + 14 * _DAY if waits else None,
        )
        return _row(number, request)

    def _start(self, number: int) -> datetime:
        """Ten a day, an hour each, from eight in the morning; what is coming begins tomorrow."""
        ahead = number - self.size.past
        day, place = divmod(ahead, A_DAY)
        return self.now + (day + (1 if ahead >= 0 else 0)) * _DAY + place * _HOUR

    def _sold_at(self, number: int) -> datetime:
        """A session a week before it, the rest in the past weeks."""
        if number < self.size.bookings:
            return min(self._start(number) - 7 * _DAY, self.now - _HOUR)
        return self.now - (number - self.size.bookings) % 30 * _DAY - _HOUR

    def _booking(self, number: int) -> Values:
        start = self._start(number)
        linkless = number >= self.size.bookings - self.size.some
        booking = Booking(
            public_id=f"B{number}",
            request_id=number + 1,
            dietitian_id=1,
            client_id=self._of(number),
            state=BookingState.CONFIRMED,
            start=start,
            end=start + timedelta(minutes=45),
            busy_until=start + timedelta(minutes=45),
            hold_until=None,
            free_hours=24,
            late_refund_percent=0,
            created_at=self._sold_at(number),
            confirmed_at=self._sold_at(number),
            meeting_state=MeetingState.NONE if linkless else MeetingState.READY,
            meeting_url=None if linkless else "https://meet.example.com/dr",
        )
        return _row(number, booking)

    def _plan(self, number: int) -> Values:
        """First those that are late, then those that wait, then what was received."""
        size, request = self.size, self.size.bookings + number
        waits, at = number < 2 * size.some, self._sold_at(request)
        plan = Plan(
            request_id=request + 1,
            dietitian_id=1,
            client_id=self._of(request),
            state=PlanState.WAITING if waits else PlanState.RECEIVED,
            promised_at=self.now + (-1 if number < size.some else 7) * _DAY,
            free_hours=24,
            late_refund_percent=0,
            created_at=at,
            sent_at=None if waits else at,
            received_at=None if waits else at,
        )
        return _row(number, plan)

    def _payment(self, number: int) -> Values:
        """Some of the first are a credit that waits for a decision."""
        at = self._sold_at(number)
        payment = Payment(
            reference=f"DD-{number}",
            request_id=number + 1,
            booking_id=number + 1 if number < self.size.bookings else None,
            client_id=self._of(number),
            amount=PRICE,
            currency="NGN",
            domain="test",
            email="client@example.com",
            state=PaymentState.SUCCEEDED,
            outcome=MoneyOutcome.CREDIT if number < self.size.some else MoneyOutcome.VALUE,
            created_at=at,
            next_check_at=None,
            paid_at=at,
            paid_amount=PRICE,
            paid_currency="NGN",
            settled_at=at,
        )
        return _row(number, payment)

    def _move(self, number: int) -> Values:
        move = LedgerMove(
            payment_id=number + 1,
            at=self._sold_at(number),
            source=LedgerAccount.OUTSIDE,
            target=LedgerAccount.CREDIT if number < self.size.some else LedgerAccount.VALUE,
            amount=PRICE,
            currency="NGN",
            decided_by="system",
            reason="paid",
        )
        return _row(number, move)

    def _invite(self, number: int) -> Values:
        invite = Invite(
            public_id=f"I{number}",
            token_hash=f"{number:064}",
            name=f"Guest {number}",
            created_by=1,
            created_at=self.now,
            expires_at=self.now + 7 * _DAY,
        )
        return _row(number, invite)

    def _template(self, number: int) -> Values:
        words = Template(public_id=f"T{number}", dietitian_id=1, text=f"Words {number}", created_at=self.now)
        return _row(number, words)

    def _time_off(self, number: int) -> Values:
        day = self.now.date() + (40 + number) * _DAY
        return _row(number, TimeOff(first=day, last=day, begins=600, ends=660), dietitian_id=1)

    def _opening(self, number: int) -> Values:
        day = self.now.date() + (40 + number) * _DAY
        return _row(number, Opening(day=day, opens=1260, closes=1320), dietitian_id=1)

    def _came_in(self, number: int) -> Values:
        """All worked but some, on which we stumbled."""
        failed = number < self.size.some
        return {
            "id": number + 1,
            "source": Source.TELEGRAM,
            "key": str(number),
            "lane": str(CLIENT),
            "body": "{}",
            "received_at": self.now,
            "state": InboxState.FAILED if failed else InboxState.DONE,
            "attempts": 1,
            "due_at": self.now,
            "error": "ValueError" if failed else None,
            "closed_at": self.now,
        }

    def _went_out(self, number: int) -> Values:
        dead = number < self.size.some
        return {
            "id": number + 1,
            "errand": Errand.NOTICE,
            "key": f"notice:{number}",
            "lane": f"chat:{CLIENT}",
            "payload": {},
            "due_at": self.now,
            "state": OutboxState.DEAD if dead else OutboxState.SENT,
            "attempts": 1,
            "created_at": self.now,
            "error": "refused" if dead else None,
            "closed_at": self.now,
        }
