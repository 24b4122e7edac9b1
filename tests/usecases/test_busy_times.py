"""Busy times are kept for a minute, asked for one at a time, and never waited for long."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from domain.errors import CalendarError, CalendarRefused, CalendarUnavailable, ConnectionLost
from domain.model.availability import Interval
from domain.model.booking import BookingState
from domain.model.calendar import Connection, ConnectionState
from domain.model.queue import OutboxItem
from domain.ports import UnitOfWork
from domain.usecases.busy_times import KEPT, RESTS, BusyTimes, Diary, Said, diary_of
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.storage.seeds import HOUR, Practice, booking, practice

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
LUNCH: Interval = (MORNING + 4 * HOUR, MORNING + 5 * HOUR)
START = MORNING + 2 * DAY


@dataclass
class Script:
    """A calendar that says what it is told to say, as slowly as it is told to."""

    says: list[Interval] | CalendarError = field(default_factory=lambda: [LUNCH])
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    seconds: float = 0.0
    meanwhile: Callable[[], None] = lambda: None

    async def busy(self, _: Connection, *, after: datetime, before: datetime) -> list[Interval]:
        self.asked.append((after, before))
        await asyncio.sleep(self.seconds)
        self.meanwhile()
        if isinstance(self.says, CalendarError):
            raise self.says
        return self.says


@dataclass(kw_only=True)
class Desk:
    database: Database
    clock: FrozenClock
    seed: Practice
    script: Script
    busy: BusyTimes

    async def offered(self) -> Said:
        return await self._with(self.busy.offered)

    async def around(self, start: datetime = START, *, but: tuple[Interval, ...] = ()) -> Said:
        return await self._with(lambda diary: self.busy.around(diary, start, but=but))

    async def _with(self, ask: Callable[[Diary], Awaitable[Said]]) -> Said:
        whose, now = self.seed.dietitian.id, self.clock.now()
        diary = await self.database.read(lambda uow: diary_of(uow, uow.dietitians.get(whose), now))
        assert diary is not None
        return await ask(diary)

    async def connection(self) -> Connection:
        found = await self.database.read(lambda uow: uow.connections.of(self.seed.dietitian.id))
        assert found is not None
        return found

    async def connect(self, **fields: object) -> None:
        changed = replace(await self.connection(), **fields)  # type: ignore[arg-type]
        await self.database.write(lambda uow: uow.connections.put(changed))

    async def closes(self) -> None:
        """The dietitian takes no bookings while it can't be asked."""
        strict = replace(self.seed.dietitian, book_without_google=False)
        await self.database.write(lambda uow: uow.dietitians.save(strict))

    async def told(self) -> list[str]:
        late = self.clock.now() + 90 * DAY

        def claim(uow: UnitOfWork) -> list[OutboxItem]:
            return uow.outbox.claim(owner="t", now=late, lease_until=late, limit=99)

        return sorted(row.payload["kind"] for row in await self.database.write(claim))


@pytest.fixture
async def desk(database: Database, clock: FrozenClock) -> Desk:
    seed = await database.write(practice)
    connection = Connection(
        dietitian_id=seed.dietitian.id, account="ada@example.com", sealed_token="s", scopes=FREE_BUSY,
        connected_at=MORNING,
    )  # fmt: skip
    await database.write(lambda uow: uow.connections.put(connection))
    script = Script()
    busy = BusyTimes(transactions=database, clock=clock, calendar=script, patience=0.2)  # type: ignore[arg-type]
    return Desk(database=database, clock=clock, seed=seed, script=script, busy=busy)


async def test_the_whole_booking_window_is_asked_for(desk: Desk) -> None:
    assert await desk.offered() == Said(times=[LUNCH])
    [(after, before)] = desk.script.asked
    assert after == MORNING
    assert before >= MORNING + timedelta(days=desk.seed.dietitian.booking_window_days + 1)


@pytest.mark.parametrize(
    ("later", "asked"), [(timedelta(), 1), (KEPT - SECOND, 1), (KEPT, 2), (-SECOND, 2)], ids=str
)
async def test_what_was_said_is_kept_for_a_minute(desk: Desk, later: timedelta, asked: int) -> None:
    """Also where the clock is set back: what comes from the future is not believed."""
    await desk.offered()
    desk.clock.advance(later)
    await desk.offered()
    assert len(desk.script.asked) == asked


async def test_before_a_slot_is_taken_it_is_asked_anew(desk: Desk) -> None:
    await desk.offered()
    desk.script.says = []
    assert await desk.around() == Said(times=[])
    assert desk.script.asked[1] == (START - DAY, START + DAY)


async def test_who_is_refused_a_slot_is_not_offered_it_again(desk: Desk) -> None:
    await desk.offered()
    desk.script.says = [taken := (START, START + HOUR)]
    await desk.around()
    assert (await desk.offered()).times == [LUNCH, taken]
    desk.script.says = []
    await desk.around()
    assert (await desk.offered()).times == [LUNCH]
    assert len(desk.script.asked) == 3


@pytest.mark.parametrize("start", [MORNING - SECOND, MORNING + timedelta(days=63)])
async def test_what_cannot_be_booked_anyway_is_not_asked_about(desk: Desk, start: datetime) -> None:
    await desk.around(start)
    assert desk.script.asked == []


async def test_our_own_change_is_asked_about_at_once(desk: Desk) -> None:
    await desk.offered()
    desk.busy.forget(desk.seed.dietitian.id)
    await desk.offered()
    assert len(desk.script.asked) == 2


async def test_what_was_said_before_our_change_is_not_kept_after_it(desk: Desk) -> None:
    desk.script.meanwhile = lambda: desk.busy.forget(desk.seed.dietitian.id)
    await desk.offered()
    desk.script.meanwhile = lambda: None
    await desk.offered()
    assert len(desk.script.asked) == 2


async def test_another_connection_is_asked_itself(desk: Desk) -> None:
    await desk.offered()
    await desk.connect(sealed_token="another")
    await desk.offered()
    assert len(desk.script.asked) == 2


async def test_many_who_look_at_once_ask_once(desk: Desk) -> None:
    desk.script.seconds = 0.02
    said = await asyncio.gather(*(desk.offered() for _ in range(20)))
    assert len(desk.script.asked) == 1
    assert said == [Said(times=[LUNCH])] * 20


async def test_our_own_events_are_no_obstacle_to_their_bookings(desk: Desk) -> None:
    session = booking(desk.seed.request, LUNCH[0], state=BookingState.CONFIRMED, event_start=LUNCH[0])
    await desk.database.write(lambda uow: uow.bookings.add(session))
    assert await desk.offered() == Said(times=[(LUNCH[0] + timedelta(minutes=45), LUNCH[1])])


async def test_an_event_that_its_owner_moved_is_no_obstacle_to_its_own_booking(desk: Desk) -> None:
    assert await desk.around(but=(LUNCH,)) == Said(times=[])


AWAY = [CalendarUnavailable("503"), CalendarRefused("403"), ConnectionLost("revoked")]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("closed", [False, True])
async def test_what_is_unknown_is_free_or_closed_as_she_decided(
    desk: Desk, error: CalendarError, *, closed: bool
) -> None:
    if closed:
        await desk.closes()
    desk.script.says = error
    assert await desk.offered() == Said(closed=closed)
    assert await desk.around() == Said(closed=closed)


async def test_a_calendar_that_hangs_is_given_up(desk: Desk) -> None:
    desk.script.seconds = 9
    async with asyncio.timeout(1):
        assert await desk.offered() == Said()
        assert await desk.around() == Said(), "and not waited for again"
    assert len(desk.script.asked) == 1


async def test_after_a_failure_it_is_let_alone_for_a_moment(desk: Desk) -> None:
    desk.script.says = CalendarUnavailable("503")
    await desk.around()
    desk.script.says = [LUNCH]
    desk.clock.advance(RESTS - SECOND)
    assert (await desk.offered(), await desk.around()) == (Said(), Said())
    assert len(desk.script.asked) == 1
    desk.clock.advance(SECOND)
    assert await desk.offered() == Said(times=[LUNCH])


async def test_she_is_told_once_an_outage_and_again_of_the_next(desk: Desk) -> None:
    desk.script.says = CalendarUnavailable("503")
    for _ in range(3):
        await desk.offered()
        desk.clock.advance(RESTS)
    assert (await desk.connection()).unreachable_since == MORNING
    assert await desk.told() == ["google_away"]
    desk.script.says = []
    await desk.offered()
    assert (await desk.connection()).unreachable_since is None
    desk.clock.advance(HOUR)
    desk.script.says = CalendarUnavailable("503")
    await desk.offered()
    assert await desk.told() == ["google_away", "google_away"]


async def test_an_outage_that_comes_and_goes_is_told_once_an_hour(desk: Desk) -> None:
    for away in (True, False, True, False):
        desk.script.says = CalendarUnavailable("503") if away else []
        desk.clock.advance(KEPT)
        await desk.offered()
    assert await desk.told() == ["google_away"]


async def test_a_refused_token_is_told_once_and_google_is_not_asked_again(desk: Desk) -> None:
    desk.script.says = ConnectionLost("invalid_grant")
    await desk.offered()
    desk.clock.advance(KEPT)
    await desk.offered()
    assert (await desk.connection()).state is ConnectionState.NEEDS_RECONNECT
    assert len(desk.script.asked) == 1
    assert await desk.told() == ["google_lost"]


async def test_a_failure_of_the_former_connection_does_not_touch_the_new_one(desk: Desk) -> None:
    """She connected again while the old one was being asked."""
    new = replace(await desk.connection(), sealed_token="another")
    desk.script.says, desk.script.seconds = ConnectionLost("old"), 0.05
    asking = asyncio.gather(desk.offered())
    await asyncio.sleep(0.02)
    await desk.database.write(lambda uow: uow.connections.put(new))
    await asking
    assert (await desk.connection()).state is ConnectionState.ACTIVE
    assert await desk.told() == []


async def test_a_success_is_noted_and_not_with_every_press(desk: Desk) -> None:
    await desk.offered()
    assert (await desk.connection()).last_success_at == MORNING
    desk.clock.advance(KEPT)
    await desk.offered()
    assert (await desk.connection()).last_success_at == MORNING
    desk.clock.advance(10 * KEPT)
    await desk.offered()
    assert (await desk.connection()).last_success_at == desk.clock.now()


async def test_who_did_not_tick_the_box_is_not_asked_about(desk: Desk) -> None:
    await desk.connect(scopes="https://www.googleapis.com/auth/calendar.events.owned")
    whose, now = desk.seed.dietitian, desk.clock.now()
    assert await desk.database.read(lambda uow: diary_of(uow, whose, now)) is None
