"""The practice that is pressed on: a dietitian with hours and bookings, clients with requests to approve."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks.bot_api import FIRST_USER
from benchmarks.processes import environment
from domain.model.booking import Booking, BookingState
from domain.model.people import CONSENT_VERSION, Dietitian, Person
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from integrations.clock import SystemClock
from sandbox.ports import free_port
from storage.database import Database
from storage.vault import FernetVault

USERS = 200
ZONE = "Africa/Lagos"
_KEY = Fernet.generate_key().decode()
_HOURS = tuple(((9 * 60, 17 * 60),) if weekday < 5 else () for weekday in range(7))
_BOOKED = 60


def public_id(number: int) -> str:
    return f"R{number:09}"


def program_environment(api_url: str, directory: Path) -> dict[str, str]:
    """The real program, with its settings as in production; nothing but Telegram can be reached."""
    return environment(
        api_url,
        DATABASE_URL=database_url(directory),
        HTTP_PORT=str(free_port()),
        ENCRYPTION_KEY=_KEY,
        PAYSTACK_API_URL="http://127.0.0.1:1",
        LOG_FORMAT="json",
    )


def database_url(directory: Path) -> str:
    return f"sqlite+aiosqlite:///{directory / 'dietdesk.db'}"


def open_database(directory: Path) -> Database:
    return Database.from_url(database_url(directory), FernetVault([_KEY]))


async def seed(directory: Path, requests: int) -> None:
    """Request n belongs to client n modulo `USERS`; all are sent and unanswered."""
    database = open_database(directory)
    await database.migrate()
    await database.open()
    try:
        await database.write(lambda uow: _seed(uow, requests, SystemClock().now()))
    finally:
        await database.close()


def _seed(uow: UnitOfWork, requests: int, now: datetime) -> None:
    dietitian = _dietitian(uow, now)
    service = uow.services.add(
        Service(
            public_id="S1",
            dietitian_id=dietitian.id,
            slug="first",
            kind=ServiceKind.CONSULTATION,
            title="First consultation",
            minutes=45,
            price=1_250_000,
            currency="NGN",
        )
    )
    clients = [uow.people.add(_person(FIRST_USER + n, f"Client {n}", now)).id for n in range(USERS)]
    for number in range(requests):
        uow.requests.add(_request(number, dietitian, service, clients[number % USERS], now))
    _book(uow, dietitian, clients, now)


def _dietitian(uow: UnitOfWork, now: datetime) -> Dietitian:
    dietitian = uow.dietitians.add(
        Dietitian(
            public_id="D1",
            person_id=uow.people.add(_person(1001, "Ada", now)).id,
            telegram_id=1001,
            name="Dr Ada Obi",
            email="ada@example.com",
            timezone=ZONE,
            created_at=now,
        )
    )
    uow.dietitians.set_hours(dietitian.id, _HOURS)
    return dietitian


def _person(telegram_id: int, name: str, now: datetime) -> Person:
    return Person(
        telegram_id=telegram_id,
        name=name,
        email="client@example.com",
        timezone=ZONE,
        started_at=now,
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
    )


def _request(number: int, dietitian: Dietitian, service: Service, client_id: int, now: datetime) -> Request:
    return Request(
        public_id=public_id(number),
        dietitian_id=dietitian.id,
        client_id=client_id,
        origin=Origin.DIETITIAN,
        kind=service.kind,
        service_id=service.id,
        state=RequestState.PENDING,
        title=service.title,
        minutes=service.minutes,
        price=service.price,
        currency=service.currency,
        created_at=now,
        sent_at=now,
    )


def _book(uow: UnitOfWork, dietitian: Dietitian, clients: Sequence[int], now: datetime) -> None:
    """One meeting a day in the coming weeks, so that the calendar has something to go around."""
    for number in range(_BOOKED):
        start = datetime.combine(now.date() + timedelta(days=number + 1), time(9), UTC)
        end = start + timedelta(minutes=45)
        uow.bookings.add(
            Booking(
                public_id=f"B{number}",
                request_id=number + 1,
                dietitian_id=dietitian.id,
                client_id=clients[number],
                state=BookingState.CANCELLED if number == 0 else BookingState.CONFIRMED,
                start=start,
                end=end,
                busy_until=end,
                hold_until=None,
                free_hours=24,
                late_refund_percent=0,
                created_at=now,
            )
        )
