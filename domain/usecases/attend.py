"""Around a session: what is sent when it begins, who taps that they are there, and the end of a silent one."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.attendance import (
    ANSWER_WITHIN,
    ASKED_AFTER,
    CLOSED,
    CLOSING_LANES,
    Attendance,
    answer_until,
    can_tap,
)
from domain.model.booking import Booking, BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person, Role
from domain.model.queue import Errand, OutboxItem
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record, tell, tell_admins

TAKEN_BACK = "taken back"
"""how it ended, in the audit trail"""


def watch_over(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
    """All that falls due around the booking's present start, written ahead; each is judged when its time has come.

    What was tapped shortly before it was moved is no evidence for the time at which it is now.
    """
    for role in uow.attendances.of(booking.id):
        uow.attendances.put(Attendance(booking_id=booking.id, role=role))
    both = (booking.client_id, card.dietitian.person_id)
    for kind, to, due_at in (
        (NoticeKind.SESSION_STARTS, both, booking.start),
        (NoticeKind.WHO_IS_THERE, both, booking.start + ASKED_AFTER),
        (NoticeKind.SESSION_OVER, (card.dietitian.person_id,), booking.end),
    ):
        for person_id in to:
            notice = Notice(
                kind=kind,
                to=person_id,
                key=_key(kind, booking, person_id),
                request_id=booking.request_id,
                booking_id=booking.id,
                detail={"start": booking.start.isoformat()},
            )
            tell(uow, notice, now, due_at=due_at)
    close_by_itself(uow, booking, now, due_at=booking.end + ANSWER_WITHIN)


def _key(kind: NoticeKind, booking: Booking, person_id: int) -> str:
    return f"{kind.value}:{booking.public_id}:{booking.sequence}:{person_id}"


def asked_key(card: RequestCard, booking: Booking) -> str:
    """Of the outbox row with which its dietitian is asked how it ended."""
    return f"notice:{_key(NoticeKind.SESSION_OVER, booking, card.dietitian.person_id)}"


def reopened_at(uow: UnitOfWork, booking: Booking) -> datetime | None:
    """When it was last taken back how it ended."""
    entries = uow.audit.of(f"booking:{booking.public_id}")
    return max((entry.at for entry in entries if entry.action == TAKEN_BACK), default=None)


def close_by_itself(
    uow: UnitOfWork, booking: Booking, now: datetime, *, due_at: datetime, again: str = ""
) -> None:
    """`again` names a later wish for the same booking. By its lane the admins' list knows whether one waits."""
    lane = f"{CLOSING_LANES}{booking.public_id}:{booking.sequence}"
    uow.outbox.add(
        OutboxItem(
            errand=Errand.SESSION_CLOSE,
            key=f"{lane}{again}",
            lane=lane,
            payload={"booking_id": booking.id, "start": booking.start.isoformat()},
            due_at=due_at,
            created_at=now,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attend:
    """A tap: "I'm here", or "they aren't here". Each is stored the first time, and told to the other side then."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, here: bool) -> RequestCard:
        return await self.transactions.write(lambda uow: self._tap(uow, person, public_id, here=here))

    def _tap(self, uow: UnitOfWork, person: Person, public_id: str, *, here: bool) -> RequestCard:
        now = self.clock.now()
        card = uow.requests.card(public_id, lock=True)
        role = card.role_of(person.telegram_id) if person.telegram_id is not None else None
        if role is None:
            raise NotYours
        booking = card.booking
        if booking is None or booking.state not in {BookingState.CONFIRMED, *CLOSED}:
            raise MovedOn
        known = uow.attendances.of(booking.id).get(role) or Attendance(booking_id=booking.id, role=role)
        if (known.here_at if here else known.alone_at) is not None:
            return card
        _require_time(booking, now, here=here)
        tapped = replace(known, here_at=now) if here else replace(known, alone_at=now)
        uow.attendances.put(tapped)
        word = "is there" if here else "says the other is not there"
        record(uow, now, by(person.id), word, f"booking:{booking.public_id}", side=role)
        _tell_the_other(uow, card, booking, role, now, here=here)
        return card


def _require_time(booking: Booking, now: datetime, *, here: bool) -> None:
    if not can_tap(booking, now):
        over = now >= booking.end or booking.state in CLOSED
        raise TooLate(
            "This session is over." if over else "It is too early to say: the session has not begun."
        )
    if not here and now < booking.start:
        raise TooLate("The session has not begun yet. Give them until then.")


def _tell_the_other(
    uow: UnitOfWork, card: RequestCard, booking: Booking, role: Role, now: datetime, *, here: bool
) -> None:
    other = card.dietitian.person_id if role is Role.CLIENT else booking.client_id
    what = "here" if here else "alone"
    told = Notice(
        kind=NoticeKind.OTHER_SIDE,
        to=other,
        key=f"otherside:{booking.public_id}:{booking.sequence}:{role.value}:{what}",
        request_id=card.request.id,
        booking_id=booking.id,
        detail={"what": what, "at": now.isoformat()},
    )
    tell(uow, told, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnanswered:
    """Two days after its dietitian was asked, at the end or later, or took back what they had said: what nobody spoke
    of was held. Where somebody tapped that the other was not there, an admin decides.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, booking_id: int, start: datetime) -> bool | datetime:
        """False: it was closed, cancelled or moved meanwhile. A time: not before then."""

        def close(uow: UnitOfWork) -> bool | datetime:
            card = uow.requests.card_by_id(uow.bookings.get(booking_id).request_id, lock=True)
            booking, now = card.booking, self.clock.now()
            if booking is None or booking.id != booking_id or booking.start != start:
                return False
            if booking.state is not BookingState.CONFIRMED or now < booking.end:
                return False
            if now < (until := _silent_until(uow, card, booking, now)):
                return until
            if any(one.alone_at for one in uow.attendances.of(booking.id).values()):
                _to_the_desk(uow, booking, now)
                return True
            held(uow, card, booking, now, actor="clock")
            _say_so_where_it_was_asked(uow, card, booking, now)
            return True

        return await self.transactions.write(close)


def _silent_until(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> datetime:
    """The question may have waited for a program that was down: it is looked at again two days after it went."""
    key = asked_key(card, booking)
    asked_at = now if uow.outbox.waits(key) else uow.outbox.tried_at(key)
    return answer_until(booking, asked_at, reopened_at(uow, booking))


def _say_so_where_it_was_asked(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
    counted = Notice(
        kind=NoticeKind.SESSION_COUNTED,
        to=card.dietitian.person_id,
        key=f"counted:{booking.public_id}:{booking.rev}",
        request_id=card.request.id,
        booking_id=booking.id,
        detail={"reminder": asked_key(card, booking)},
    )
    tell(uow, counted, now)


def held(
    uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime, *, actor: str, late: bool = False
) -> None:
    """CONFIRMED -> COMPLETED; the client may say how it was. `late`: they came late, and it was held all the same."""
    closed = uow.bookings.save(replace(booking, state=BookingState.COMPLETED, closed_at=now, came_late=late))
    record(uow, now, actor, "completed", f"booking:{closed.public_id}", late=late)
    asked = Notice(
        kind=NoticeKind.REVIEW_ASKED,
        to=closed.client_id,
        key=f"review:{closed.public_id}",
        request_id=card.request.id,
        booking_id=closed.id,
    )
    tell(uow, asked, now)


def _to_the_desk(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    detail = {
        "what": "A session is unclear: somebody tapped that the other was not there, and the dietitian has not said "
        "how it ended. See Unclear sessions",
        "booking": booking.public_id,
        "started": f"{booking.start:%Y-%m-%d %H:%M} UTC",
    }
    tell_admins(uow, f"unclear:{booking.public_id}:{booking.rev}", now, detail)
