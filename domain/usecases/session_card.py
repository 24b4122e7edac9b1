"""What stands beside a booking where it is shown: who was there, the client's word, the way to the client."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.model.attendance import Attendance, Review
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.ports import Transactions, UnitOfWork, Vault
from domain.usecases.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`client_id`: as the dietitian knows them; None for everybody else. `words` are the review's, opened."""

    has_intake: bool = False
    client_id: int | None = None
    attendances: Mapping[Role, Attendance] = field(default_factory=dict)
    review: Review | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBeside:
    """Read only; the caller has seen whose the card is."""

    transactions: Transactions
    vault: Vault
    look: Look

    async def __call__(self, *, card: RequestCard, role: Role | None) -> Beside:
        has_intake = await self.look.has_intake(card=card) if role is not None else False
        client = await self.look.client(card=card) if role is Role.DIETITIAN else None
        attendances, review = await self.transactions.read(lambda uow: _kept(uow, card))
        sealed = review.sealed_words if review is not None and role in {Role.CLIENT, Role.DIETITIAN} else None
        return Beside(
            has_intake=has_intake,
            client_id=None if client is None else client.id,
            attendances=attendances,
            review=review if role is not None else None,
            words=self.vault.open(sealed) if sealed is not None else None,
        )


def _kept(uow: UnitOfWork, card: RequestCard) -> tuple[dict[Role, Attendance], Review | None]:
    if card.booking is None:
        return {}, None
    return uow.attendances.of(card.booking.id), uow.reviews.of(card.booking.id)
