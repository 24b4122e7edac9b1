"""Where a paid booking's link comes from: Google, another try, or the dietitian's own room."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

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
from domain.model.queue import Errand
from domain.usecases.make_meeting import FALLBACK_AFTER, Again, MakeMeeting
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.storage.seeds import HOUR, Practice, booking, practice

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ROOM, MEET = "https://meet.example.com/ada", "https://meet.google.example/abc"
START = MORNING + 24 * HOUR
Answer = ConferenceStatus | Exception | str


@dataclass
class Script:
    """A calendar that answers what it is told to, in order, and notes what it was asked."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def _next(self, what: str, event_id: str) -> CalendarEvent:
        self.asked.append(what)
        self.ids.append(event_id)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        gone = answer == "cancelled"
        status = ConferenceStatus.SUCCESS if gone else ConferenceStatus(answer)
        url = MEET if status is ConferenceStatus.SUCCESS else None
        return CalendarEvent(
            event_id=event_id,
            start=START,
            end=START + HOUR,
            cancelled=gone,
            conference=status,
            meeting_url=url,
        )

    async def insert(
        self, _: Connection, *, event_id: str, conference_request_id: str | None, **__: Any
    ) -> CalendarEvent:
        return self._next("insert" if conference_request_id else "insert without link", event_id)

    async def get(self, _: Connection, event_id: str) -> CalendarEvent:
        return self._next("get", event_id)

    async def request_conference(self, _: Connection, event_id: str, __: str) -> CalendarEvent:
        return self._next("request", event_id)


@dataclass(kw_only=True)
class Desk:
    """One paid booking whose link is to be made."""

    database: Database
    clock: FrozenClock
    seed: Practice
    booked: Booking

    async def make(self, answers: Sequence[Answer], *, attempts: int = 0, since: datetime = MORNING) -> Any:
        self.calendar = Script(list(answers))
        make = MakeMeeting(transactions=self.database, clock=self.clock, calendar=self.calendar)  # type: ignore[arg-type]
        return await make(booking_id=self.booked.id, attempts=attempts, since=since)

    async def booking(self) -> Booking:
        return await self.database.read(lambda uow: uow.bookings.get(self.booked.id))

    async def connection(self) -> Connection:
        found = await self.database.read(lambda uow: uow.connections.of(self.seed.dietitian.id))
        assert found is not None
        return found

    async def told(self) -> list[str]:
        rows = await self.database.write(
            lambda uow: uow.outbox.claim(owner="t", now=MORNING + 90 * HOUR, lease_until=MORNING, limit=99)
        )
        return sorted(row.payload["kind"] for row in rows if row.errand is Errand.NOTICE)

    async def without_room(self) -> None:
        await self.database.write(
            lambda uow: uow.dietitians.save(replace(self.seed.dietitian, fallback_meeting_url=None))
        )


@pytest.fixture
async def desk(database: Database, clock: FrozenClock) -> Desk:
    seed = await database.write(practice)
    dietitian = replace(seed.dietitian, fallback_meeting_url=ROOM)
    await database.write(lambda uow: uow.dietitians.save(dietitian))
    confirmed = booking(seed.request, START, state=BookingState.CONFIRMED, hold_until=None)
    booked = await database.write(lambda uow: uow.bookings.add(confirmed))
    connection = Connection(
        dietitian_id=dietitian.id,
        account="ada@example.com",
        sealed_token="s",
        scopes="",
        connected_at=MORNING,
    )
    await database.write(lambda uow: uow.connections.put(connection))
    return Desk(database=database, clock=clock, seed=replace(seed, dietitian=dietitian), booked=booked)


READY, WAITING, FALLBACK = MeetingState.READY, MeetingState.WAITING, MeetingState.FALLBACK
BOTH, OWN = ["meeting_ready", "meeting_ready"], ["meeting_missing"]
AWAY = CalendarUnavailable("no answer")


@pytest.mark.parametrize(
    ("answers", "attempts", "asked", "state", "url"),
    [
        (["success"], 0, ["insert"], READY, MEET),
        (["pending"], 0, ["insert"], WAITING, None),
        (["success"], 1, ["get"], READY, MEET),
        (["pending"], 5, ["get"], WAITING, None),
        ([EventMissing(), "success"], 1, ["get", "insert"], READY, MEET),
        ([EventExists(), "success"], 0, ["insert", "get"], READY, MEET),
        ([ConferenceRefused(), "absent"], 0, ["insert", "insert without link"], FALLBACK, ROOM),
        (["absent"], 0, ["insert"], FALLBACK, ROOM),
        (["failure"], 0, ["insert"], WAITING, None),
        (["failure", "success"], 1, ["get", "request"], READY, MEET),
        (["failure", "failure"], 3, ["get", "request"], WAITING, None),
        (["failure"], 4, ["get"], FALLBACK, ROOM),
        ([AWAY], 0, ["insert"], WAITING, None),
        ([CalendarRefused("400")], 0, ["insert"], FALLBACK, ROOM),
        ([ConnectionLost()], 0, ["insert"], FALLBACK, ROOM),
    ],
)
async def test_each_answer_of_google_leads_to_one_state(
    desk: Desk, answers: list[Answer], attempts: int, asked: list[str], state: MeetingState, url: str | None
) -> None:
    again = await desk.make(answers, attempts=attempts)
    booked = await desk.booking()
    assert desk.calendar.asked == asked
    assert (booked.meeting_state, booked.meeting_url) == (state, url)
    assert isinstance(again, Again) is (state is WAITING)
    assert len(set(desk.calendar.ids)) == 1
    assert booked.event_id == desk.calendar.ids[0]


async def test_both_are_told_of_a_link_once(desk: Desk) -> None:
    await desk.make(["success"])
    await desk.make([])
    assert desk.calendar.asked == []
    assert await desk.told() == BOTH
    assert (await desk.connection()).last_success_at == MORNING


async def test_a_lost_connection_is_told_to_the_dietitian_alone(desk: Desk) -> None:
    await desk.make([ConnectionLost()])
    assert (await desk.connection()).state is ConnectionState.NEEDS_RECONNECT
    assert await desk.told() == ["google_lost", *BOTH]
    await desk.make([])
    assert desk.calendar.asked == []


async def test_without_a_room_of_her_own_the_dietitian_hears_that_there_is_no_link(desk: Desk) -> None:
    await desk.without_room()
    assert await desk.make([CalendarRefused("403")]) is None
    assert (await desk.booking()).meeting_state is MeetingState.MISSING
    assert await desk.told() == OWN


async def test_a_deleted_event_is_made_anew_under_another_name(desk: Desk) -> None:
    assert isinstance(await desk.make(["cancelled"], attempts=1), Again)
    former = desk.calendar.ids[0]
    await desk.make([EventMissing(), "success"], attempts=2)
    assert former not in desk.calendar.ids
    assert (await desk.booking()).meeting_url == MEET


@pytest.mark.parametrize(
    ("attempts", "pause"), [(0, 0.5), (1, 1), (3, 4), (4, 8), (6, 30), (7, 60), (50, 60)]
)
async def test_the_pauses_grow_to_a_minute(desk: Desk, attempts: int, pause: float) -> None:
    again = await desk.make(["pending"], attempts=attempts)
    assert again.due_at - MORNING == timedelta(seconds=pause)


async def test_a_pause_that_google_names_is_kept(desk: Desk) -> None:
    again = await desk.make([CalendarUnavailable("429", retry_after=timedelta(seconds=90))])
    assert again.due_at - MORNING == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("waited", "before_start", "stands_in"),
    [
        (timedelta(), timedelta(hours=5), False),
        (FALLBACK_AFTER - timedelta(seconds=1), timedelta(hours=5), False),
        (FALLBACK_AFTER, timedelta(hours=5), True),
        (timedelta(seconds=59), timedelta(minutes=20), False),
        (timedelta(minutes=1), timedelta(minutes=30), True),
        (timedelta(minutes=1), timedelta(minutes=31), False),
    ],
)
async def test_her_room_stands_in_when_it_takes_too_long_or_the_meeting_is_near(
    desk: Desk, waited: timedelta, before_start: timedelta, *, stands_in: bool
) -> None:
    desk.clock.advance(START - before_start - MORNING)
    again = await desk.make(["pending"], attempts=3, since=desk.clock.now() - waited)
    assert (again is None) is stands_in
    assert (await desk.booking()).meeting_state is (FALLBACK if stands_in else WAITING)


async def test_without_a_room_google_is_asked_for_as_long_as_it_takes(desk: Desk) -> None:
    await desk.without_room()
    assert isinstance(await desk.make([AWAY], attempts=40, since=MORNING - 5 * HOUR), Again)


@pytest.mark.parametrize(
    "state", [BookingState.CANCELLED, BookingState.PENDING, BookingState.EXPIRED, BookingState.COMPLETED]
)
async def test_a_booking_that_is_not_confirmed_gets_no_event(desk: Desk, state: BookingState) -> None:
    await desk.database.write(lambda uow: uow.bookings.save(replace(desk.booked, state=state)))
    assert await desk.make([]) is None
    assert desk.calendar.asked == []


@pytest.mark.parametrize("connected", [None, ConnectionState.NEEDS_RECONNECT])
async def test_without_a_living_connection_google_is_not_asked(
    desk: Desk, connected: ConnectionState | None
) -> None:
    connection = await desk.connection()
    if connected is None:
        await desk.database.write(lambda uow: uow.connections.remove(desk.seed.dietitian.id))
    else:
        await desk.database.write(lambda uow: uow.connections.put(replace(connection, state=connected)))
    assert await desk.make([]) is None
    assert (await desk.booking()).meeting_url == ROOM
