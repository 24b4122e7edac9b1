"""A confirmed booking gets its meeting link: from Google where connected, else the dietitian's own room.

The job is an outbox row, worked as often as it takes. The event's id is ours: making it twice makes one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from domain.errors import (
    CalendarRefused,
    CalendarUnavailable,
    ConferenceRefused,
    ConnectionLost,
    EventExists,
    EventMissing,
)
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.calendar import CalendarEvent, ConferenceStatus, Connection, ConnectionState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.model.views import RequestCard
from domain.ports import Calendar, Clock, Transactions, UnitOfWork
from domain.usecases.calendar_health import lose, note_success
from domain.usecases.confirming import look_at_event
from domain.usecases.telling import record, tell

_POLLS = (0.5, 1, 2, 4, 8, 15, 30, 60)  # seconds between looks at a link that Google is still making
FALLBACK_AFTER = timedelta(minutes=15)
FALLBACK_BEFORE_START = timedelta(minutes=30)
PATIENCE = timedelta(minutes=1)  # even when the meeting is near
_CONFERENCE_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Not finished: work it again at `due_at`."""

    due_at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    booking: Booking
    dietitian: Dietitian
    connection: Connection | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeMeeting:
    """Returns `Again`, or None when the booking has its link, its fallback, or needs none any more."""

    transactions: Transactions
    clock: Clock
    calendar: Calendar | None
    changed: Callable[[int], None] = lambda _: None  # told the dietitian whose calendar has changed

    async def __call__(self, *, booking_id: int, attempts: int, since: datetime) -> Again | None:
        job = await self.transactions.write(lambda uow: self._begin(uow, booking_id))
        if job is None:
            return None
        connection = job.connection
        if self.calendar is None or connection is None or connection.state is not ConnectionState.ACTIVE:
            await self._stand_in(job)
            return None
        try:
            event = await self._event(self.calendar, job, connection, attempts)
        except ConnectionLost:
            await self._lost(job, connection)
            return None
        except CalendarRefused as error:
            await self._stand_in(job, why=str(error))
            return None
        except CalendarUnavailable as error:
            return await self._again(job, attempts, since, str(error), error.retry_after)
        return await self._from_event(job, event, attempts, since)

    def _begin(self, uow: UnitOfWork, booking_id: int) -> _Job | None:
        """The event's id is stored before Google hears of it."""
        booking = uow.bookings.get(booking_id)
        if booking.state is not BookingState.CONFIRMED or booking.meeting_state is MeetingState.READY:
            return None
        if booking.event_id is None:
            stands_in = booking.meeting_state is MeetingState.FALLBACK  # until there is something better
            state = booking.meeting_state if stands_in else MeetingState.WAITING
            booking = uow.bookings.save(replace(booking, event_id=uuid4().hex, meeting_state=state))
        return _Job(
            booking=booking,
            dietitian=uow.dietitians.get(booking.dietitian_id),
            connection=uow.connections.of(booking.dietitian_id),
        )

    async def _event(
        self, calendar: Calendar, job: _Job, connection: Connection, attempts: int
    ) -> CalendarEvent:
        """After the first try, look before making: an answer may have been lost, not the work."""
        event_id = job.booking.event_id or ""
        if attempts:
            try:
                return await self._renewed(calendar, connection, event_id, attempts)
            except EventMissing:
                pass
        try:
            return await self._insert(calendar, job, connection, f"{event_id}-1")
        except EventExists:
            return await calendar.get(connection, event_id)
        except ConferenceRefused:
            return await self._insert(calendar, job, connection, None)

    async def _insert(
        self, calendar: Calendar, job: _Job, connection: Connection, conference_request_id: str | None
    ) -> CalendarEvent:
        return await calendar.insert(
            connection,
            event_id=job.booking.event_id or "",
            conference_request_id=conference_request_id,
            title=f"Consultation {job.booking.public_id}",
            start=job.booking.start,
            end=job.booking.end,
            timezone=job.dietitian.timezone,
            booking=job.booking.public_id,
        )

    async def _renewed(
        self, calendar: Calendar, connection: Connection, event_id: str, attempts: int
    ) -> CalendarEvent:
        event = await calendar.get(connection, event_id)
        if event.conference is ConferenceStatus.FAILURE and attempts <= _CONFERENCE_TRIES:
            return await calendar.request_conference(connection, event_id, f"{event_id}-{attempts + 1}")
        return event

    async def _from_event(
        self, job: _Job, event: CalendarEvent, attempts: int, since: datetime
    ) -> Again | None:
        if event.cancelled:
            # somebody deleted it in the calendar: a cancelled id stays taken, so begin with a new one
            await self.transactions.write(
                lambda uow: uow.bookings.save(
                    replace(uow.bookings.get(job.booking.id), event_id=None, event_start=None)
                )
            )
            return await self._again(job, attempts, since, "the event was deleted in the calendar", None)
        if job.booking.event_start is None:
            self.changed(job.dietitian.id)
            await self.transactions.write(lambda uow: self._made(uow, job, event))
        match event.conference:
            case ConferenceStatus.SUCCESS if event.meeting_url is not None:
                await self._ready(job, event.meeting_url)
                return None
            case ConferenceStatus.ABSENT:
                await self._stand_in(job, why="this calendar makes no meeting links")
                return None
            case ConferenceStatus.FAILURE if attempts > _CONFERENCE_TRIES:
                await self._stand_in(job, why="Google could not make a meeting link")
                return None
            case _:
                return await self._again(job, attempts, since, "the link is being made", None)

    def _made(self, uow: UnitOfWork, job: _Job, event: CalendarEvent) -> None:
        """From now on it is looked after, with a link or without."""
        booking = uow.bookings.get(job.booking.id)
        if booking.event_id == job.booking.event_id:
            booking = uow.bookings.save(replace(booking, event_start=event.start))
            look_at_event(uow, booking, self.clock.now())

    async def _again(
        self, job: _Job, attempts: int, since: datetime, why: str, retry_after: timedelta | None
    ) -> Again | None:
        """Until it has taken too long, or the meeting is near: then the dietitian's own room stands in."""
        now = self.clock.now()
        late = now - since >= FALLBACK_AFTER and job.dietitian.fallback_meeting_url is not None
        near = job.booking.start - now <= FALLBACK_BEFORE_START and now - since >= PATIENCE
        if late or near:
            await self._stand_in(job, why=why)
            return None
        pause = timedelta(seconds=_POLLS[min(attempts, len(_POLLS) - 1)])
        return Again(due_at=now + max(pause, retry_after or timedelta()), why=why)

    async def _ready(self, job: _Job, url: str) -> None:
        def store(uow: UnitOfWork) -> None:
            now = self.clock.now()
            if job.connection is not None:
                note_success(uow, job.connection, now)
            self._store(uow, job, MeetingState.READY, url, now)

        await self.transactions.write(store)

    async def _lost(self, job: _Job, connection: Connection) -> None:
        """Told once a connection; the bookings that wait get the fallback."""
        await self.transactions.write(lambda uow: lose(uow, connection, self.clock.now()))
        await self._stand_in(job, why="Google is no longer connected")

    async def _stand_in(self, job: _Job, *, why: str = "") -> None:
        url = job.dietitian.fallback_meeting_url
        state = MeetingState.MISSING if url is None else MeetingState.FALLBACK

        def store(uow: UnitOfWork) -> None:
            self._store(uow, job, state, url, self.clock.now(), why=why)

        await self.transactions.write(store)

    def _store(
        self,
        uow: UnitOfWork,
        job: _Job,
        state: MeetingState,
        url: str | None,
        now: datetime,
        *,
        why: str = "",
    ) -> None:
        booking = uow.bookings.get(job.booking.id)
        if booking.state is not BookingState.CONFIRMED:
            return
        if (booking.meeting_state, booking.meeting_url) == (state, url):
            return
        booking = uow.bookings.save(replace(booking, meeting_state=state, meeting_url=url))
        record(uow, now, "google", f"meeting {state.value}", f"booking:{booking.public_id}", why=why)
        card = uow.requests.card_by_id(booking.request_id)
        for notice in _notices(card, booking, url):
            tell(uow, notice, now)


def _notices(card: RequestCard, booking: Booking, url: str | None) -> list[Notice]:
    """Both hear of a link; that there is none is for the dietitian to mend."""
    kind = NoticeKind.MEETING_MISSING if url is None else NoticeKind.MEETING_READY
    people = [card.dietitian.person_id]
    if url is not None:
        people.insert(0, booking.client_id)
    return [
        Notice(
            kind=kind,
            to=person_id,
            key=f"{kind.value}:{booking.public_id}:{booking.rev}:{person_id}",
            request_id=card.request.id,
            booking_id=booking.id,
        )
        for person_id in people
    ]
