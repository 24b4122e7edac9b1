"""Reminders of a session: written when it is booked, decided when they are due, called off when it is moved."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.booking import Booking
from domain.model.intake import Intake
from domain.model.notice import Notice, NoticeKind
from domain.model.reminder import BEFORE, Lead, due
from domain.ports import UnitOfWork
from domain.usecases.telling import tell

INTAKE_AFTER = timedelta(days=1)
"""after the payment, where nothing was answered yet"""
_APART = timedelta(days=1)
HOLD_ENDS = timedelta(minutes=10)
"""before the end that the client was shown"""
MONEY_WAITS = (timedelta(days=2), timedelta(days=5))
"""after which a client who has to choose, or to name an account, is asked again"""


def remind(uow: UnitOfWork, booking: Booking, recipients: Iterable[int], now: datetime) -> None:
    """One row a reminder and person; what it says, and whether it still holds, is decided when it is due."""
    people = tuple(recipients)
    for lead in Lead:
        if (due_at := due(lead, booking.start)) <= now:
            continue
        for person_id in people:
            notice = Notice(
                kind=NoticeKind.REMINDER,
                to=person_id,
                key=_key(booking, booking.sequence, lead, person_id),
                request_id=booking.request_id,
                booking_id=booking.id,
                detail={"start": booking.start.isoformat(), "lead": lead.value},
            )
            tell(uow, notice, now, due_at=due_at, about_at=booking.start)


def _key(booking: Booking, sequence: int, lead: Lead, person_id: int) -> str:
    return f"reminder:{booking.public_id}:{sequence}:{int(BEFORE[lead].total_seconds())}:{person_id}"


def call_off(
    uow: UnitOfWork,
    booking: Booking,
    recipients: Iterable[int],
    now: datetime,
    *,
    why: str,
    pressed: tuple[int, int] | None = None,
) -> None:
    """Of every time that the booking had before: reminders that wait are dropped, what was sent is edited to say so.

    `booking` as it stands after the change, its sequence risen. `pressed`: a person's id and the message in which
    they did it; that one shows what came of it already.
    """
    people = tuple(recipients)
    keys = {
        f"notice:{_key(booking, sequence, lead, person_id)}": person_id
        for sequence in range(booking.sequence)
        for lead in Lead
        for person_id in people
    }
    for key in uow.outbox.withdraw(list(keys), now=now, why=why):
        _void(uow, booking, keys[key], key, NoticeKind.REMINDER, now)
    said = {
        f"notice:{announced(kind, booking.public_id, mark, person_id)}": (kind, person_id)
        for kind, mark in (
            (NoticeKind.BOOKING_CONFIRMED, ""),
            *((NoticeKind.BOOKING_MOVED, f":{sequence}") for sequence in range(1, booking.sequence)),
        )
        for person_id in people
    }
    for key in uow.outbox.gone_out(list(said)):
        kind, person_id = said[key]
        if pressed is None or person_id != pressed[0] or uow.outbox.receipt(key) != str(pressed[1]):
            _void(uow, booking, person_id, key, kind, now)


def announced(kind: NoticeKind, subject: str, mark: str, person_id: int) -> str:
    """The key of what both sides are told of a booking."""
    return f"{kind.value}:{subject}{mark}:{person_id}"


def _void(
    uow: UnitOfWork, booking: Booking, person_id: int, key: str, kind: NoticeKind, now: datetime
) -> None:
    void = Notice(
        kind=NoticeKind.REMINDER_VOID,
        to=person_id,
        key=f"void:{key}:{booking.sequence}",
        request_id=booking.request_id,
        booking_id=booking.id,
        detail={"reminder": key, "of": kind.value},
    )
    tell(uow, void, now, due_at=now)


def remind_of_hold(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """Where there are minutes enough to be worth it."""
    if booking.shown_until is None or (due_at := booking.shown_until - HOLD_ENDS) <= now:
        return
    ending = Notice(
        kind=NoticeKind.HOLD_ENDING,
        to=booking.client_id,
        key=f"holdending:{booking.public_id}",
        request_id=booking.request_id,
        booking_id=booking.id,
    )
    tell(uow, ending, now, due_at=due_at)


def remind_of_money(uow: UnitOfWork, notice: Notice, now: datetime) -> None:
    """The same notice after each of `MONEY_WAITS`; a late one gives way to the next that is due as well."""
    times = [now + wait for wait in MONEY_WAITS]
    for number, due_at in enumerate(times):
        following = {"next": times[number + 1].isoformat()} if number + 1 < len(times) else {}
        one = replace(notice, key=f"{notice.key}:{number}", detail={**notice.detail, **following})
        tell(uow, one, now, due_at=due_at)


def remind_of_intake(
    uow: UnitOfWork,
    request_id: int,
    client_id: int,
    now: datetime,
    *,
    due_at: datetime,
    before: Booking | None = None,
) -> None:
    """Where the questions are still open then. `before`: the session; None: some time after the payment."""
    waiting = Notice(
        kind=NoticeKind.INTAKE_WAITING,
        to=client_id,
        key=f"intakewaiting:{request_id}" if before is None else _intake_key(before, before.sequence),
        request_id=request_id,
        detail={} if before is None else {"start": before.start.isoformat()},
    )
    tell(uow, waiting, now, due_at=due_at, about_at=None if before is None else before.start)


def _intake_key(booking: Booking, sequence: int) -> str:
    return f"intakewaiting:{booking.request_id}:{sequence}"


def intake_keys(booking: Booking) -> list[str]:
    """In the outbox, of what was to be said before each of the starts that the booking had until now."""
    return [f"notice:{_intake_key(booking, sequence)}" for sequence in range(booking.sequence)]


def is_asked_before(intake: Intake, start: datetime) -> bool:
    """Whether it is asked before the session too: a day at least after it was asked after the payment."""
    return due(Lead.DAY, start) >= intake.created_at + INTAKE_AFTER + _APART


def gives_way(intake: Intake, start: datetime, now: datetime) -> bool:
    """Whether what should have been said after the payment is so late that it comes near the other."""
    return is_asked_before(intake, start) and now > due(Lead.DAY, start) - _APART
