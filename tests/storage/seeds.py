"""Records to begin with; every field that a test does not care about has a value here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from domain.model.booking import Booking
from domain.model.payment import Payment
from domain.model.people import Dietitian, Person
from domain.model.queue import Errand, InboxItem, OutboxItem, Source
from domain.model.request import Origin, Request, RequestState
from domain.ports import UnitOfWork
from tests.clock import MORNING

HOUR = timedelta(hours=1)
_numbers = count(1)


def person(**fields: Any) -> Person:
    number = next(_numbers)
    given = {"telegram_id": 1_000_000_000_000 + number, "name": f"Person {number}"}
    return Person(**{**given, "timezone": "Africa/Lagos", "created_at": MORNING, **fields})


def dietitian(person_id: int, **fields: Any) -> Dietitian:
    number = next(_numbers)
    given = {
        "public_id": f"D{number}",
        "telegram_id": 2_000_000_000_000 + number,
        "name": "Dr Ada Obi",
        "email": "ada@example.com",
        "timezone": "Africa/Lagos",
        "created_at": MORNING,
    }
    return Dietitian(**{**given, "person_id": person_id, **fields})


def request(dietitian_id: int, client_id: int | None, **fields: Any) -> Request:
    given = {
        "public_id": f"R{next(_numbers)}",
        "origin": Origin.DIETITIAN,
        "state": RequestState.PENDING,
        "created_at": MORNING,
        "sent_at": MORNING,
    }
    return Request(**{**given, "dietitian_id": dietitian_id, "client_id": client_id, **fields})


def booking(of: Request, start: datetime, **fields: Any) -> Booking:
    """An hour, the last quarter of it the buffer."""
    given = {
        "public_id": f"B{next(_numbers)}",
        "request_id": of.id,
        "dietitian_id": of.dietitian_id,
        "client_id": of.client_id,
        "start": start,
        "end": start + timedelta(minutes=45),
        "busy_until": start + HOUR,
        "hold_until": MORNING + timedelta(minutes=35),
        "free_hours": 24,
        "late_refund_percent": 0,
        "created_at": MORNING,
    }
    return Booking(**{**given, **fields})


def payment(of: Request, **fields: Any) -> Payment:
    given = {
        "reference": f"DD-{next(_numbers)}",
        "request_id": of.id,
        "client_id": of.client_id,
        "amount": 1_250_000,
        "currency": "NGN",
        "domain": "test",
        "email": "bola@example.com",
        "created_at": MORNING,
        "next_check_at": MORNING + timedelta(minutes=1),
    }
    return Payment(**{**given, **fields})


def update(key: str, *, lane: str = "1", at: datetime = MORNING) -> InboxItem:
    return InboxItem(source=Source.TELEGRAM, key=key, lane=lane, body="{}", received_at=at)


def errand(key: str, *, lane: str, due: datetime = MORNING) -> OutboxItem:
    payload = {"to": 7, "words": "Ọlá ₦"}
    return OutboxItem(
        errand=Errand.NOTICE, key=key, lane=lane, payload=payload, due_at=due, created_at=MORNING
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    dietitian: Dietitian
    client: Person
    request: Request


def practice(uow: UnitOfWork) -> Practice:
    """One dietitian, one client, one request that was sent."""
    theirs = uow.dietitians.add(dietitian(uow.people.add(person()).id))
    client = uow.people.add(person())
    return Practice(dietitian=theirs, client=client, request=uow.requests.add(request(theirs.id, client.id)))
