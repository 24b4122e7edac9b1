"""A meeting link that is missing: asked for again, made for all at once, looked for before the meeting."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import MovedOn, NotYours
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.calendar import ConnectionState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.queue import Errand, OutboxItem
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.confirming import ask_for_meeting
from domain.usecases.telling import by, record, tell, tell_admins


def _ask_again(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """Once a minute; what was missing waits until it is made, or known once more that it can't be."""
    asked = ask_for_meeting(uow, booking, now, again=f":{now:%Y%m%d%H%M}")
    if asked and booking.meeting_state is MeetingState.MISSING:
        uow.bookings.save(replace(booking, meeting_state=MeetingState.WAITING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`can_come`: something is there that can make a link."""

    card: RequestCard
    can_come: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLink:
    """`Get link`: the link if there is one, else it is asked for (again), once a minute at most."""

    transactions: Transactions
    clock: Clock
    admin_ids: frozenset[int]
    calendar_is_offered: bool

    async def __call__(self, *, person: Person, public_id: str) -> Asked:
        def ask(uow: UnitOfWork) -> Asked:
            card = uow.requests.card(public_id, lock=True)
            known = person.telegram_id is not None and card.role_of(person.telegram_id) is not None
            if not known and person.telegram_id not in self.admin_ids:
                raise NotYours
            booking = card.booking
            if booking is None or booking.state is not BookingState.CONFIRMED:
                raise MovedOn
            if booking.meeting_url is None:
                now = self.clock.now()
                _ask_again(uow, booking, now)
                record(uow, now, by(person.id), "asked for link", f"booking:{booking.public_id}")
            return Asked(card=card, can_come=self._can_come(uow, card.dietitian))

        return await self.transactions.write(ask)

    def _can_come(self, uow: UnitOfWork, dietitian: Dietitian) -> bool:
        if dietitian.fallback_meeting_url is not None:
            return True
        connection = uow.connections.of(dietitian.id) if self.calendar_is_offered else None
        return connection is not None and connection.state is ConnectionState.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeAllLinks:
    """An admin's press: ask for every missing link. Returns the bookings' ids."""

    transactions: Transactions
    clock: Clock
    limit: int = 200

    async def __call__(self, *, person: Person) -> list[int]:
        def ask(uow: UnitOfWork) -> list[int]:
            now = self.clock.now()
            page = uow.bookings.without_link(now, number=0, size=self.limit)
            bookings = [card.booking for card in page.items if card.booking is not None]
            for booking in bookings:
                _ask_again(uow, booking, now)
            record(uow, now, by(person.id), "asked for all links", "practice:all", count=len(bookings))
            return [booking.id for booking in bookings]

        return await self.transactions.write(ask)

    async def follow(self, *, telegram_id: int, message_id: int, booking_ids: list[int]) -> None:
        """Let the admin's message show how far it is."""
        now = self.clock.now()
        item = OutboxItem(
            errand=Errand.PROGRESS,
            key=f"progress:{telegram_id}:{message_id}:{now.isoformat()}",
            lane=f"progress:{telegram_id}:{message_id}",
            payload={"telegram_id": telegram_id, "message_id": message_id, "booking_ids": booking_ids},
            due_at=now + timedelta(seconds=1),
            created_at=now,
        )
        await self.transactions.write(lambda uow: uow.outbox.add(item))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLink:
    """24 hours and 30 minutes before a meeting: if there is still no link, a person must know."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, booking_id: int, start: datetime) -> bool:
        """True: it was missing, and they were told."""

        def look(uow: UnitOfWork) -> bool:
            booking = uow.bookings.get(booking_id)
            holds = booking.state is BookingState.CONFIRMED and booking.start == start
            if not holds or booking.meeting_url is not None or self.clock.now() >= booking.start:
                return False
            self._tell(uow, booking)
            return True

        return await self.transactions.write(look)

    def _tell(self, uow: UnitOfWork, booking: Booking) -> None:
        now = self.clock.now()
        card = uow.requests.card_by_id(booking.request_id)
        ask_for_meeting(uow, booking, now, again=f":{now:%Y%m%d%H%M}")
        missing = Notice(
            kind=NoticeKind.MEETING_MISSING,
            to=card.dietitian.person_id,
            key=f"still-missing:{booking.public_id}:{now.isoformat()}",
            request_id=booking.request_id,
            booking_id=booking.id,
        )
        tell(uow, missing, now)
        detail = {
            "what": "A meeting is near and has no link",
            "booking": booking.public_id,
            "starts": f"{booking.start:%Y-%m-%d %H:%M} UTC",
        }
        tell_admins(uow, f"nolink:{booking.public_id}:{now.isoformat()}", now, detail)
