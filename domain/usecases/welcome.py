"""What a block stops, and what it leaves alone: a client begins nothing new; what is booked and paid goes on."""

from domain.errors import Blocked, Malformed
from domain.model.payment import MoneyOutcome
from domain.model.people import Client
from domain.model.views import RequestCard
from domain.ports import UnitOfWork

_NAME_LIMIT = 40  # it stands in an alert


def must_be_welcome(uow: UnitOfWork, card: RequestCard) -> None:
    """`Blocked` where the dietitian takes nothing new from this client. A time for money that waits is nothing new."""
    if card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT:
        return
    if card.client is not None and is_blocked(uow, card.dietitian.id, card.client.id):
        raise Blocked


def is_blocked(uow: UnitOfWork, dietitian_id: int, person_id: int) -> bool:
    return blocked_client(uow, dietitian_id, person_id) is not None


def blocked_client(uow: UnitOfWork, dietitian_id: int, person_id: int) -> Client | None:
    """As the dietitian knows them, where they are blocked."""
    client = uow.clients.find(dietitian_id, person_id)
    return client if client is not None and client.blocked_at is not None else None


def must_not_be_blocked(client: Client | None) -> None:
    """For the dietitian, who hears why."""
    if client is not None and client.blocked_at is not None:
        name = client.name[:_NAME_LIMIT]
        raise Malformed(f"{name} is blocked by you. Unblock them first: /clients, then their name.")
