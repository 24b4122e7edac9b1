"""What every paid request has in common, whatever it buys. In the caller's transaction."""

from dataclasses import replace
from datetime import datetime

from domain.model.intake import Intake
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Client, Person
from domain.model.request import Request, RequestState
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.reminding import INTAKE_AFTER, remind_of_intake
from domain.usecases.telling import record, tell


def approve(uow: UnitOfWork, card: RequestCard, now: datetime) -> Request:
    """-> APPROVED. One that the client began by themselves reaches the dietitian here for the first time."""
    request = uow.requests.save(
        replace(
            card.request, state=RequestState.APPROVED, decided_at=now, sent_at=card.request.sent_at or now
        )
    )
    record(uow, now, "paystack", "approved", f"request:{request.public_id}")
    if card.client is not None:
        know_client(uow, request, card.client, now, email=card.client.email)
    return request


def know_client(
    uow: UnitOfWork, request: Request, person: Person, now: datetime, *, email: str | None = None
) -> None:
    """Among the dietitian's clients, under the dietitian's own words for them where there are any.

    `email`: the address they paid with; their own is not the dietitian's to know before that.
    """
    known = uow.clients.find(request.dietitian_id, person.id)
    email = request.client_email or email
    if known is None:
        client = Client(
            dietitian_id=request.dietitian_id,
            person_id=person.id,
            name=request.client_name or person.name,
            email=email,
            created_at=now,
        )
        uow.clients.add(client)
    elif known.email is None and email is not None:
        uow.clients.save(replace(known, email=email))


def open_intake(uow: UnitOfWork, card: RequestCard, now: datetime) -> None:
    """The service's questions, if it has any; the client is asked to answer them."""
    request = card.request
    if request.service_id is None or request.client_id is None:
        return
    questions = uow.services.get(request.service_id).questions
    if not questions or uow.intakes.of_request(request.id) is not None:
        return
    uow.intakes.add(Intake(request_id=request.id, questions=questions, created_at=now))
    opened = Notice(
        kind=NoticeKind.INTAKE_OPEN,
        to=request.client_id,
        key=f"intake:{request.public_id}",
        request_id=request.id,
    )
    tell(uow, opened, now)
    remind_of_intake(uow, request.id, request.client_id, now, due_at=now + INTAKE_AFTER)
