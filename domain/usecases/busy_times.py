"""When a dietitian is busy by their own Google Calendar. Asked outside transactions, and never for long.

It is advice: a time is taken by a row in the database and by nothing else.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.errors import CalendarError, ConnectionLost
from domain.model.availability import Interval
from domain.model.calendar import Connection, ConnectionState, without
from domain.model.people import Dietitian
from domain.ports import Calendar, Clock, Transactions, UnitOfWork
from domain.usecases.calendar_health import is_news, lose, note_answer, note_outage

KEPT = timedelta(seconds=60)
RESTS = timedelta(seconds=10)  # after a failure: who presses meanwhile need not wait for the next one
PATIENCE_SECONDS = 3.0
_AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What is read before Google is asked; `ours` are our own events, as they stand in the calendar."""

    dietitian: Dietitian
    connection: Connection
    ours: Sequence[Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`closed`: nobody can say what is free, and the dietitian takes no bookings then."""

    times: Sequence[Interval] = ()
    closed: bool = False


NOTHING = Said()


def diary_of(uow: UnitOfWork, dietitian: Dietitian, now: datetime) -> Diary | None:
    """None where no calendar is connected, or one that does not tell us busy times."""
    connection = uow.connections.of(dietitian.id)
    if connection is None or not connection.covers_busy_times:
        return None
    ours = uow.bookings.events_of(dietitian.id, after=now)
    return Diary(dietitian=dietitian, connection=connection, ours=ours)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the calendar said; None: it could not be asked."""

    times: Sequence[Interval] | None
    at: datetime
    connection: Connection

    def holds(self, now: datetime, connection: Connection) -> bool:
        lives = RESTS if self.times is None else KEPT
        same = self.connection.sealed_token == connection.sealed_token
        return same and timedelta() <= now - self.at < lives


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyTimes:
    """Kept for a minute in memory: losing that costs a question. One question at a time for each dietitian."""

    transactions: Transactions
    clock: Clock
    calendar: Calendar
    patience: float = PATIENCE_SECONDS
    _kept: dict[int, _Answer] = field(default_factory=dict, init=False)
    _turns: dict[int, asyncio.Lock] = field(default_factory=dict, init=False)
    _changes: dict[int, int] = field(default_factory=dict, init=False)

    async def offered(self, diary: Diary) -> Said:
        """For the whole booking window, at most a minute old."""
        now, dietitian = self.clock.now(), diary.dietitian
        answer = await self._answer(
            diary, after=now, before=now + timedelta(days=dietitian.booking_window_days + 2)
        )
        return _said(diary, answer)

    async def around(self, diary: Diary, start: datetime, *, but: Sequence[Interval] = ()) -> Said:
        """Asked anew, for the days around one start. `but`: more of our own that is no obstacle."""
        now, dietitian = self.clock.now(), diary.dietitian
        if not now <= start <= now + timedelta(days=dietitian.booking_window_days + 2):
            return NOTHING  # it cannot be booked anyway
        known = self._kept.get(dietitian.id)
        if known is not None and known.times is None and known.holds(now, diary.connection):
            return _said(diary, known)
        window = start - _AROUND, start + _AROUND
        answer = await self._ask(diary, after=window[0], before=window[1])
        if answer.times is None:
            self._kept[dietitian.id] = answer
        else:
            self._correct(dietitian.id, window, answer.times)
        return _said(diary, answer, but)

    def _correct(self, dietitian_id: int, window: Interval, times: Sequence[Interval]) -> None:
        """What has just been heard goes into what is kept: who is refused a slot is not offered it again."""
        known = self._kept.get(dietitian_id)
        if known is not None and known.times is not None:
            self._kept[dietitian_id] = replace(known, times=[*without(known.times, [window]), *times])

    def forget(self, dietitian_id: int) -> None:
        """We have changed something in this calendar."""
        self._kept.pop(dietitian_id, None)
        self._changes[dietitian_id] = self._changes.get(dietitian_id, 0) + 1

    async def _answer(self, diary: Diary, *, after: datetime, before: datetime) -> _Answer:
        whose = diary.dietitian.id
        async with self._turns.setdefault(whose, asyncio.Lock()):
            known = self._kept.get(whose)
            if known is not None and known.holds(self.clock.now(), diary.connection):
                return known
            changes = self._changes.get(whose, 0)
            answer = await self._ask(diary, after=after, before=before)
            if self._changes.get(whose, 0) == changes:
                self._kept[whose] = answer
            return answer

    async def _ask(self, diary: Diary, *, after: datetime, before: datetime) -> _Answer:
        connection = diary.connection
        times: Sequence[Interval] | None = None
        if connection.state is ConnectionState.ACTIVE:
            times = await self._asked(connection, after, before)
        return _Answer(times, self.clock.now(), connection)

    async def _asked(
        self, connection: Connection, after: datetime, before: datetime
    ) -> Sequence[Interval] | None:
        try:
            async with asyncio.timeout(self.patience):
                times = await self.calendar.busy(connection, after=after, before=before)
        except ConnectionLost:
            await self.transactions.write(lambda uow: lose(uow, connection, self.clock.now()))
            return None
        except (CalendarError, TimeoutError) as error:
            await self._away(connection, str(error) or type(error).__name__)
            return None
        now = self.clock.now()
        if is_news(connection, now):
            await self.transactions.write(lambda uow: note_answer(uow, connection, now))
        return times

    async def _away(self, connection: Connection, why: str) -> None:
        if connection.unreachable_since is None:
            now = self.clock.now()
            await self.transactions.write(lambda uow: note_outage(uow, connection, now, why))


def _said(diary: Diary, answer: _Answer, but: Sequence[Interval] = ()) -> Said:
    if answer.times is None:
        return Said(closed=not diary.dietitian.book_without_google)
    return Said(times=without(answer.times, [*diary.ours, *but]))
