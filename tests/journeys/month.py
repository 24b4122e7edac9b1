"""A month of a busy practice, lived through on real processes: the clock goes from one instant at which something
is due to the next, as real time would, and stands still for nobody while the program is down.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from sandbox.stage import Stage
from sandbox.telegram import Phone
from storage.tables import inbox, outbox
from tests.faults.crowd import until
from tests.journeys import month_presses as presses
from tests.journeys.month_expected import ASKED, REMINDERS, History, Kind, Session, Side

LASTS = timedelta(minutes=45)
DIETITIANS = {
    1001: ("Dr Ada Obi", "Africa/Lagos"),
    1002: ("Dr Bola Hart", "Europe/London"),
    1003: ("Dr Chi Stone", "America/New_York"),
}
ZONES = (None, "Europe/London", "America/New_York", None, "Asia/Kolkata")  # None: as it is before they say so
LEADS = {Kind.DAY: "24 hours", Kind.HOUR: "1 hour", Kind.SOON: "10 minutes"}
_UNWORKED = (
    select(func.count()).select_from(inbox).where(inbox.c.state == "new").scalar_subquery(),
    select(func.count()).select_from(outbox).where(outbox.c.state == "due"),
)


def practice() -> str:
    """The practice file: whole weeks of long days, wherever they are."""
    return "\n".join(
        f"""[[dietitian]]
telegram_id = {number}
name = "{name}"
email = "d{number}@example.com"
timezone = "{zone}"
minimum_notice_hours = 1
booking_window_days = 21
fallback_meeting_url = "https://meet.example.com/{number}"
[dietitian.cancellation]
free_hours = 1
[dietitian.hours]
{chr(10).join(f'{day} = ["08:00-18:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
[[dietitian.service]]
slug = "talk"
kind = "consultation"
title = "First consultation"
minutes = 45
price = "12500.00"
"""
        for number, (name, zone) in DIETITIANS.items()
    )


@dataclass(slots=True, kw_only=True)
class Month:
    stage: Stage
    engine: AsyncEngine
    clients: int
    dice: Random
    history: History = field(default_factory=History)
    of: dict[int, int] = field(default_factory=dict)  # client -> their dietitian
    turned_away: set[int] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def phone(self, number: int) -> Phone:
        name = self.history.sides[number].name
        return self.stage.telegram.phone(number, first_name=name)

    # time

    def set_clock(self, at: datetime) -> None:
        self.stage.clock.advance(at - self.now)

    async def settle(self) -> None:
        """All that came in is worked, all that is due by now has gone."""
        await self.stage.paystack.settle()
        await until(self._unworked, lambda left: left == 0, seconds=60)

    async def _unworked(self) -> int:
        new, due = _UNWORKED
        late = due.where(outbox.c.due_at <= self.now).scalar_subquery()
        async with self.engine.connect() as connection:
            return int((await connection.execute(select(new + late))).scalar_one())

    async def go_to(self, at: datetime) -> None:
        """By way of every instant at which anybody should hear something."""
        while (stop := min((one for one in self._stops() if self.now < one), default=at)) < at:
            self.set_clock(stop)
            await self.settle()
        self.set_clock(at)
        await self.settle()

    def _stops(self) -> list[datetime]:
        starts = [one.times[-1][1] for one in self.history.sessions.values()]
        after = [*(-before for before in REMINDERS.values()), ASKED, LASTS]
        return [start + wait + timedelta(seconds=1) for start in starts if start for wait in after]

    async def stand_still(self, wait: timedelta, *, killed: bool) -> None:
        """The program is stopped, or dies; the world goes on without it."""
        begins = self.now
        await (self.stage.kill() if killed else self.stage.stop())
        self.stage.clock.advance(wait)
        self.history.down.append((begins, self.now))
        await self.stage.start()
        await self.settle()

    async def stand_still_before_a_session(self) -> None:
        """From more than an hour before the next one until some minutes before it."""
        starts = [self.history.sessions[name].times[-1][1] for name in self._ahead()]
        if known := [start for start in starts if start]:
            before = min(known)
            await self.go_to(before - timedelta(minutes=64))
            await self.stand_still(before - timedelta(minutes=4) - self.now, killed=True)

    # people

    async def open_up(self) -> None:
        for number, (name, zone) in DIETITIANS.items():
            self._side(number, name, zone)
            await presses.arrive(self.phone(number))
        for at in range(self.clients):
            number, chosen = 3001 + at, ZONES[at % len(ZONES)]
            self._side(number, f"Client {at:02}", chosen or "Africa/Lagos")
            self.of[number] = list(DIETITIANS)[at % len(DIETITIANS)]
            await presses.arrive(self.phone(number), chosen)
        await self.settle()

    def _side(self, number: int, name: str, zone: str) -> None:
        self.history.sides[number] = Side(name=name, zone=zone, wants=[(self.now, frozenset(REMINDERS))])

    def _open_chats(self) -> list[int]:
        return [one for one in self.of if not self.history.sides[one].is_closed(self.now)]

    async def book(self, *, days: int = 6) -> None:
        able = [one for one in self._open_chats() if one not in self.turned_away]
        client = self.dice.choice(able)
        dietitian = self.of[client]
        name = DIETITIANS[dietitian][0]
        request, start = await presses.book(self.stage, self.phone(client), name, self.dice, days=days)
        await self.settle()
        times: list[tuple[datetime, datetime | None]] = [(self.now, start)]
        self.history.sessions[request] = Session(dietitian=dietitian, client=client, lasts=LASTS, times=times)

    def _ahead(self) -> list[str]:
        """Sessions that either side can still change."""
        soon = self.now + timedelta(hours=2)
        known = self.history.sessions.items()
        return [name for name, one in known if one.times[-1][1] is not None and one.times[-1][1] > soon]

    def _either(self, name: str) -> Phone:
        session = self.history.sessions[name]
        sides = [
            one
            for one in (session.client, session.dietitian)
            if not self.history.sides[one].is_closed(self.now)
        ]
        return self.phone(self.dice.choice(sides))

    async def move(self) -> None:
        if names := self._ahead():
            name = self.dice.choice(names)
            start = await presses.move(self._either(name), name, self.dice, days=5)
            await self.settle()
            self.history.sessions[name].times.append((self.now, start))

    async def cancel(self) -> None:
        if names := self._ahead():
            name = self.dice.choice(names)
            await presses.cancel(self._either(name), name)
            await self.settle()
            self.history.sessions[name].times.append((self.now, None))

    def _somebody(self) -> int:
        """Whose sessions lie ahead, as long as there are any."""
        ahead = [self.history.sessions[name] for name in self._ahead()]
        booked = {number for one in ahead for number in (one.client, one.dietitian)}
        able = {*self._open_chats(), *DIETITIANS}
        return self.dice.choice(sorted(booked & able or able))

    async def switch(self) -> None:
        """Somebody's own choice: one or two reminders less, or more."""
        number = self._somebody()
        side = self.history.sides[number]
        changed = self.dice.sample(sorted(LEADS), self.dice.choice([1, 1, 2]))
        await presses.switch(self.phone(number), *(LEADS[one] for one in changed))
        await self.settle()
        side.wants.append((self.now, side.wanted(self.now) ^ frozenset(changed)))

    async def sleep(self) -> None:
        number = self._somebody()
        hours = self.dice.choice([(22, 7), (20, 11), (6, 14)])
        await presses.sleep(self.phone(number), *hours)
        await self.settle()
        self.history.sides[number].quiet.append((self.now, hours))

    async def close_chat(self) -> None:
        """A client blocks the bot; one who did so before lets it in again."""
        shut = sorted(set(self.of) - set(self._open_chats()))
        booked = sorted({self.history.sessions[name].client for name in self._ahead()} - set(shut))
        again = len(shut) > self.clients // 8 or not booked
        if not (among := shut if again else booked):
            return
        number = self.dice.choice(among)
        side, phone = self.history.sides[number], self.phone(number)
        closed = not side.is_closed(self.now)
        await (phone.block() if closed else phone.unblock())
        await self.settle()
        side.closed.append((self.now, closed))

    async def turn_away(self) -> None:
        """A dietitian blocks somebody with a session ahead, which goes on."""
        ahead = [self.history.sessions[name] for name in self._ahead()]
        booked = [one for one in ahead if one.client not in self.turned_away]
        if booked and len(self.turned_away) < self.clients // 5:
            session = self.dice.choice(booked)
            await presses.turn_away(self.phone(session.dietitian), self.history.sides[session.client].name)
            await self.settle()
            self.turned_away.add(session.client)


Deed = Callable[[Month], Awaitable[None]]


def at(day: date, hour: int, minute: int) -> datetime:
    """Minutes at which no reminder is due: nothing is decided within the seconds that a press takes."""
    return datetime.combine(day, time(hour, minute), UTC)
