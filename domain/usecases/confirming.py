"""A booking becomes an appointment: what is written, who is told, what is set going. In the caller's transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import Payment
from domain.model.queue import Errand, OutboxItem
from domain.model.reminder import Lead, due
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.approving import approve, open_intake
from domain.usecases.attend import watch_over
from domain.usecases.freeing import fulfil_wish
from domain.usecases.receipts import send_receipt
from domain.usecases.reminding import announced, intake_keys, is_asked_before, remind, remind_of_intake
from domain.usecases.schedule import is_away
from domain.usecases.telling import record, redraw, tell

LINK_CHECKS = (timedelta(hours=24), timedelta(minutes=30))
EVENT_CHECKS = (timedelta(hours=25), timedelta(hours=2))
"""An hour before the reminders, so that there is time to answer."""


def confirm(
    uow: UnitOfWork, card: RequestCard, booking: Booking, payment: Payment, now: datetime, *, calendar: bool
) -> Booking:
    """`calendar`: whether this program can make events at all. Returns the confirmed booking."""
    request = approve(uow, card, now)
    record(uow, now, "paystack", "confirmed", f"booking:{booking.public_id}")
    url = _room(uow, card, calendar=calendar)
    booking = uow.bookings.save(
        replace(
            booking,
            state=BookingState.CONFIRMED,
            hold_until=None,
            confirmed_at=now,
            closed_at=None,
            client_zone=card.client.timezone if card.client is not None else booking.client_zone,
            dietitian_zone=card.dietitian.timezone,
            meeting_url=url,
            meeting_state=MeetingState.NONE if url is None else MeetingState.FALLBACK,
        )
    )
    detail = {"away": "yes"} if is_away(uow, card.dietitian, booking) else {}
    if fulfil_wish(uow, card.request.id):
        detail["waited"] = "yes"
    announce(uow, card, payment, NoticeKind.BOOKING_CONFIRMED, now, booking=booking, detail=detail)
    invite(uow, booking, now, beside=NoticeKind.BOOKING_CONFIRMED)
    send_receipt(uow, payment, now)
    if booking.meeting_url is None:
        ask_for_meeting(uow, booking, now)
    open_intake(uow, card, now)
    look_after(uow, card, booking, now)
    redraw(uow, request, now)
    return booking


def _room(uow: UnitOfWork, card: RequestCard, *, calendar: bool) -> str | None:
    """Where no calendar is connected the dietitian's own room is the link, and it is there at once."""
    if calendar and uow.connections.of(card.dietitian.id) is not None:
        return None
    return card.dietitian.fallback_meeting_url


def look_after(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
    """Reminders, and looks whether there is a link and where the event is, for the booking's present start."""
    remind(uow, booking, (booking.client_id, card.dietitian.person_id), now)
    _remind_of_intake(uow, booking, now)
    for before in LINK_CHECKS:
        due_at = booking.start - before
        if due_at <= now:
            continue
        uow.outbox.add(
            OutboxItem(
                errand=Errand.LINK_CHECK,
                key=f"linkcheck:{booking.public_id}:{booking.sequence}:{int(before.total_seconds())}",
                lane=f"linkcheck:{booking.public_id}:{int(before.total_seconds())}",
                payload={"booking_id": booking.id, "start": booking.start.isoformat()},
                due_at=due_at,
                created_at=now,
            )
        )
    look_at_event(uow, booking, now)
    watch_over(uow, card, booking, now)


def _remind_of_intake(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """Once before the session: not again because it was moved, nor beside the one after the payment."""
    due_at, intake = due(Lead.DAY, booking.start), uow.intakes.of_request(booking.request_id)
    if intake is None:
        return
    said = uow.outbox.withdraw(intake_keys(booking), now=now, why="the session was moved")
    if said or due_at <= now or not is_asked_before(intake, booking.start):
        return
    remind_of_intake(uow, booking.request_id, booking.client_id, now, due_at=due_at, before=booking)


def look_at_event(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """Once there is one: does the calendar still say what the booking says?"""
    for before in EVENT_CHECKS:
        due_at = booking.start - before
        if due_at <= now or booking.event_id is None:
            continue
        mark = f"{booking.public_id}:{booking.sequence}:{int(before.total_seconds())}"
        uow.outbox.add(
            OutboxItem(
                errand=Errand.EVENT_CHECK,
                key=f"eventcheck:{mark}",
                lane=f"eventcheck:{mark}",
                payload={"booking_id": booking.id, "start": booking.start.isoformat()},
                due_at=due_at,
                created_at=now,
            )
        )


def announce(
    uow: UnitOfWork,
    card: RequestCard,
    payment: Payment,
    kind: NoticeKind,
    now: datetime,
    *,
    booking: Booking | None = None,
    mark: str = "",
    detail: dict[str, str] | None = None,
) -> None:
    """To both sides. `mark` tells apart what can happen to one booking more than once."""
    for person_id in (payment.client_id, card.dietitian.person_id):
        subject = booking.public_id if booking is not None else card.request.public_id
        notice = Notice(
            kind=kind,
            to=person_id,
            key=announced(kind, subject, mark, person_id),
            request_id=card.request.id,
            booking_id=booking.id if booking is not None else None,
            payment_id=payment.id,
            detail=detail or {},
        )
        tell(uow, notice, now)


def invite(uow: UnitOfWork, booking: Booking, now: datetime, *, beside: NoticeKind, mark: str = "") -> None:
    """The .ics as it stands after this change. `beside`, with its `mark`: the notice that it follows."""
    invitation = Notice(
        kind=NoticeKind.INVITATION,
        to=booking.client_id,
        key=f"invitation:{booking.public_id}:{booking.sequence}",
        request_id=booking.request_id,
        booking_id=booking.id,
        detail={"beside": announced(beside, booking.public_id, mark, booking.client_id)},
    )
    tell(uow, invitation, now)


def ask_for_meeting(uow: UnitOfWork, booking: Booking, now: datetime, *, again: str = "") -> bool:
    """`again` names a later wish for the same booking: without it the wish is the one from its confirmation.

    False: that wish is known already.
    """
    return uow.outbox.add(
        OutboxItem(
            errand=Errand.CALENDAR,
            key=f"calendar:{booking.public_id}:{booking.sequence}{again}",
            lane=f"calendar:{booking.public_id}",
            payload={"booking_id": booking.id},
            due_at=now,
            created_at=now,
        )
    )
