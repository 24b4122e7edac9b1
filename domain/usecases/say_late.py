"""Somebody runs late, and the other side is told."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NotYours, TooLate
from domain.model.attendance import Attendance
from domain.model.booking import Booking
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person, Role
from domain.model.reminder import LATE_MINUTES, may_say_late
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.change_booking import confirmed_card
from domain.usecases.telling import by, record, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class SayLate:
    """Either side tells the other that they run late; pressing twice within a minute tells it once."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, minutes: int) -> RequestCard:
        """`NotYours` for anybody else, `TooLate` outside the time around the start."""
        if minutes not in LATE_MINUTES:
            raise NotYours
        return await self.transactions.write(lambda uow: self._say(uow, person, public_id, minutes))

    def _say(self, uow: UnitOfWork, person: Person, public_id: str, minutes: int) -> RequestCard:
        now = self.clock.now()
        card, booking, role = confirmed_card(uow, person, public_id, lock=True)
        require_near(booking, now)
        other = card.dietitian.person_id if role is Role.CLIENT else booking.client_id
        late = Notice(
            kind=NoticeKind.RUNNING_LATE,
            to=other,
            key=f"late:{booking.public_id}:{role.value}:{now:%Y%m%d%H%M}",
            request_id=card.request.id,
            booking_id=booking.id,
            detail={"minutes": str(minutes), "start": booking.start.isoformat()},
        )
        if tell(uow, late, now):
            known = uow.attendances.of(booking.id).get(role) or Attendance(booking_id=booking.id, role=role)
            uow.attendances.put(replace(known, late_at=now, late_minutes=minutes))
            record(uow, now, by(person.id), "runs late", f"booking:{booking.public_id}", minutes=minutes)
        return card


def require_near(booking: Booking, now: datetime) -> None:
    if not may_say_late(booking.start, now):
        raise TooLate("You can say so from an hour before the start until 30 minutes after it.")
