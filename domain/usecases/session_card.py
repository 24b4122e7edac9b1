"""What stands beside a booking where it is shown: who was there, the client's word, the way to the client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.model.attendance import Attendance, Review
from domain.model.booking import BookingState
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.ports import Transactions, UnitOfWork, Vault
from domain.usecases.attend import asked_key
from domain.usecases.look import Look

_OPEN = BookingState.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`client_id`: as the dietitian knows them; None for everybody else. `words` are the review's, opened."""

    has_intake: bool = False
    client_id: int | None = None
    attendances: Mapping[Role, Attendance] = field(default_factory=dict)
    review: Review | None = None
    words: str | None = None
    asked_at: datetime | None = None  # when its dietitian was asked how it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBeside:
    """Read only; the caller has seen whose the card is."""

    transactions: Transactions
    vault: Vault
    look: Look

    async def __call__(self, *, card: RequestCard, role: Role | None) -> Beside:
        has_intake = await self.look.has_intake(card=card) if role is not None else False
        client = await self.look.client(card=card) if role is Role.DIETITIAN else None
        attendances, review, asked_at = await self.transactions.read(lambda uow: _kept(uow, card))
        sealed = review.sealed_words if review is not None and role in {Role.CLIENT, Role.DIETITIAN} else None
        return Beside(
            has_intake=has_intake,
            client_id=None if client is None else client.id,
            attendances=attendances,
            review=review if role is not None else None,
            words=self.vault.open(sealed) if sealed is not None else None,
            asked_at=asked_at,
        )


def _kept(
    uow: UnitOfWork, card: RequestCard
) -> tuple[dict[Role, Attendance], Review | None, datetime | None]:
    booking = card.booking
    if booking is None:
        return {}, None, None
    asked_at = uow.outbox.tried_at(asked_key(card, booking)) if booking.state is _OPEN else None
    return uow.attendances.of(booking.id), uow.reviews.of(booking.id), asked_at
