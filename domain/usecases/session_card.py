"""What stands beside a booking where it is shown: who was there, the client's word, the way to the client."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.model.attendance import Attendance, Review
from domain.model.booking import BookingState
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.ports import Transactions, UnitOfWork, Vault
from domain.usecases.attend import asked_key, reopened_at
from domain.usecases.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`client_id`: as the dietitian knows them; None for everybody else. `words` are the review's, opened."""

    has_intake: bool = False
    client_id: int | None = None
    attendances: Mapping[Role, Attendance] = field(default_factory=dict)
    review: Review | None = None
    words: str | None = None
    asked_at: datetime | None = None  # when its dietitian was asked how it ended
    reopened_at: datetime | None = None  # when what they said was last taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBeside:
    """Read only; the caller has seen whose the card is."""

    transactions: Transactions
    vault: Vault
    look: Look

    async def __call__(self, *, card: RequestCard, role: Role | None) -> Beside:
        has_intake = await self.look.has_intake(card=card) if role is not None else False
        client = await self.look.client(card=card) if role is Role.DIETITIAN else None
        kept = await self.transactions.read(lambda uow: _kept(uow, card))
        review = kept.review
        sealed = review.sealed_words if review is not None and role in {Role.CLIENT, Role.DIETITIAN} else None
        return replace(
            kept,
            has_intake=has_intake,
            client_id=None if client is None else client.id,
            review=review if role is not None else None,
            words=self.vault.open(sealed) if sealed is not None else None,
        )


def _kept(uow: UnitOfWork, card: RequestCard) -> Beside:
    booking = card.booking
    if booking is None:
        return Beside()
    kept = Beside(attendances=uow.attendances.of(booking.id), review=uow.reviews.of(booking.id))
    if booking.state is not BookingState.CONFIRMED:
        return kept
    asked_at = uow.outbox.tried_at(asked_key(card, booking))
    return replace(kept, asked_at=asked_at, reopened_at=reopened_at(uow, booking))
