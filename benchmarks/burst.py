"""So many reminders due at once: how fast they leave, in which order, and what a press costs meanwhile.

Telegram takes about 30 new messages a second from a bot that many people hear from. The sessions are tomorrow, in an
hour and in ten minutes, three of each dietitian's; both sides are reminded. The nearest must leave first, and a press
must be answered as if there were nothing else to do.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.practice import USERS, ZONE, open_database, public_id, seed
from benchmarks.press import the_program
from benchmarks.processes import BotApiProcess
from benchmarks.table import Run, line, print_table
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.people import CONSENT_VERSION, Dietitian, Person
from domain.model.reminder import BEFORE, Lead
from domain.model.request import Origin, Request, RequestState
from domain.model.service import ServiceKind
from domain.ports import UnitOfWork
from domain.usecases.reminding import remind
from integrations.clock import SystemClock
from integrations.telegram.pace import RATE
from storage.database import Database

FIRST_CHAT = 1_000_000
PRESSES, PACE, API_DELAY = 600, 20.0, 0.05
_A_DIETITIAN = 2 * len(Lead)  # reminders: of each lead one, to both sides
_PATIENCE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Sessions, each with the dietitian's person and the reminder that is due; `starts`: of each chat's sessions."""

    sessions: Sequence[tuple[Booking, int, Lead]]
    starts: Mapping[int, Sequence[datetime]]

    @property
    def reminders(self) -> int:
        return 2 * len(self.sessions)


def crowd(uow: UnitOfWork, reminders: int, now: datetime) -> Crowd:
    """Confirmed sessions that none is reminded of yet."""
    sessions: list[tuple[Booking, int, Lead]] = []
    starts: dict[int, list[datetime]] = {}
    chats = count(FIRST_CHAT)
    for number in range(-(-reminders // _A_DIETITIAN)):
        chat = next(chats)
        owner = uow.people.add(_person(chat, now))
        dietitian = uow.dietitians.add(_dietitian(number, owner, chat, now))
        for lead in Lead:
            if 2 * len(sessions) >= reminders:
                break
            start, client = now + BEFORE[lead], next(chats)
            booking = _booking(uow, dietitian, uow.people.add(_person(client, now)), start, now)
            sessions.append((booking, owner.id, lead))
            starts.setdefault(chat, []).append(start)
            starts[client] = [start]
    return Crowd(sessions=sessions, starts=starts)


def make_due(uow: UnitOfWork, crowd: Crowd) -> None:
    """The rows as they are written when a session is booked, a moment before the first of them is due."""
    for booking, owner, lead in crowd.sessions:
        just_before = booking.start - BEFORE[lead] - timedelta(seconds=1)
        remind(uow, booking, (owner, booking.client_id), just_before)


def _person(chat: int, now: datetime) -> Person:
    return Person(
        telegram_id=chat,
        name=f"Somebody {chat}",
        timezone=ZONE,
        started_at=now,
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
    )


def _dietitian(number: int, owner: Person, chat: int, now: datetime) -> Dietitian:
    return Dietitian(
        public_id=f"BD{number}",
        person_id=owner.id,
        telegram_id=chat,
        name=f"Dr {number}",
        email="dr@example.com",
        timezone=ZONE,
        created_at=now,
    )


def _booking(
    uow: UnitOfWork, dietitian: Dietitian, client: Person, start: datetime, now: datetime
) -> Booking:
    code = f"B{client.telegram_id}"
    request = uow.requests.add(
        Request(
            public_id=code,
            dietitian_id=dietitian.id,
            client_id=client.id,
            origin=Origin.DIETITIAN,
            kind=ServiceKind.CONSULTATION,
            state=RequestState.APPROVED,
            title="First consultation",
            minutes=30,
            price=1_250_000,
            currency="NGN",
            created_at=now,
            sent_at=now,
        )
    )
    end = start + timedelta(minutes=30)
    return uow.bookings.add(
        Booking(
            public_id=code,
            request_id=request.id,
            dietitian_id=dietitian.id,
            client_id=client.id,
            state=BookingState.CONFIRMED,
            start=start,
            end=end,
            busy_until=end,
            hold_until=None,
            free_hours=24,
            late_refund_percent=0,
            created_at=now,
            confirmed_at=now,
            meeting_url="https://meet.example.com/room",
            meeting_state=MeetingState.FALLBACK,
        )
    )


async def measure(reminders: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        await seed(directory, 2 * PRESSES + USERS)
        database = open_database(directory)
        await database.open()
        try:
            await _measure(directory, database, reminders)
        finally:
            await database.close()


async def _measure(directory: Path, database: Database, reminders: int) -> None:
    numbers = count()
    async with BotApiProcess.started() as api, the_program(api, directory):
        await api.load(_presses(numbers, USERS), users=USERS)
        alone = await _press(api, numbers)
        now = SystemClock().now()
        people: Crowd = await database.write(lambda uow: crowd(uow, reminders, now))
        await database.write(lambda uow: make_due(uow, people))
        await asyncio.sleep(1)
        during = await _press(api, numbers)
        sent = await _until_all_left(api, people)
    _report(people, sent)
    title = f"{PACE:.0f} presses a second, the API answers after {API_DELAY * 1000:.0f} ms"
    lines = [line("alone", [alone]), line(f"while {people.reminders:,} reminders leave", [during])]
    print_table(title, lines, unit="presses")


def _presses(numbers: "count[int]", many: int) -> list[str]:
    return [f"v1:ok:{public_id(next(numbers))}:0:1" for _ in range(many)]


async def _press(api: BotApiProcess, numbers: "count[int]") -> Run:
    seconds, took = await api.load(_presses(numbers, PRESSES), users=USERS, delay=API_DELAY, pace=PACE)
    return Run(seconds=seconds, took=took, cpu=None, rss=None)


async def _until_all_left(api: BotApiProcess, people: Crowd) -> list[tuple[float, int]]:
    """Or until nothing has left for a while: then what is missing is seen in the figures."""
    sent: list[tuple[float, int]] = []
    quiet = 0
    while len(sent) < people.reminders and quiet < _PATIENCE:
        await asyncio.sleep(1)
        before, sent = len(sent), [one for one in await api.sent() if one[1] >= FIRST_CHAT]
        quiet = quiet + 1 if len(sent) == before else 0
    return sent


def _report(people: Crowd, sent: Sequence[tuple[float, int]]) -> None:
    took = sent[-1][0] - sent[0][0]
    times = [at for at, _ in sent]
    print(f"\n{people.reminders:,} reminders due at once, Telegram's limit {RATE:.0f} a second")
    print(f"  {len(sent):,} left in {took:.1f} s: {(len(sent) - 1) / took:.1f} a second")
    print(f"  {_most_in_a_second(times)} in the busiest second, {_most_in_one_chat(sent)} in one chat")
    print(
        f"  {out_of_order(people, sent):,} left after one of a session that begins later, by more than a second"
    )


def _most_in_a_second(times: Sequence[float]) -> int:
    first, most = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def _most_in_one_chat(sent: Sequence[tuple[float, int]]) -> int:
    by_chat: dict[int, list[float]] = {}
    for at, chat in sent:
        by_chat.setdefault(chat, []).append(at)
    return max(_most_in_a_second(times) for times in by_chat.values())


def out_of_order(people: Crowd, sent: Sequence[tuple[float, int]]) -> int:
    """A chat's own reminders go one after the other, the nearest first."""
    left = {chat: list(starts) for chat, starts in people.starts.items()}
    later: list[tuple[float, datetime]] = []
    wrong = 0
    for at, chat in sent:
        start = min(left[chat])
        left[chat].remove(start)
        wrong += any(other > start and at - when > 1 for when, other in later[-1:])
        if not later or start > later[-1][1]:
            later.append((at, start))
    return wrong
