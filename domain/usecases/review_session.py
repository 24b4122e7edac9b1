"""The client says how a session was: a rating once, changeable for a week, and a word for the dietitian alone."""

from dataclasses import dataclass, replace

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.attendance import MOST_STARS, Review
from domain.model.booking import BookingState
from domain.model.people import Person, Role
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.telling import by, record

WORDS_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSession:
    transactions: Transactions
    clock: Clock
    vault: Vault

    async def rate(self, *, person: Person, public_id: str, stars: int) -> RequestCard:
        """`NotYours` for stars that nobody offered."""
        if not 1 <= stars <= MOST_STARS:
            raise NotYours

        def rate(uow: UnitOfWork) -> RequestCard:
            card, known = self._mine(uow, person, public_id)
            if card.booking is not None and known is None:
                fresh = Review(booking_id=card.booking.id, stars=stars, created_at=self.clock.now())
                uow.reviews.add(fresh)
                self._record(uow, person, card, "rated")
            elif known is not None and known.stars != stars:
                uow.reviews.save(replace(known, stars=stars))
                self._record(uow, person, card, "rated")
            return card

        return await self.transactions.write(rate)

    async def say(self, *, person: Person, public_id: str, words: str) -> RequestCard:
        """In place of what was said before."""

        def say(uow: UnitOfWork) -> RequestCard:
            card, known = self._mine(uow, person, public_id)
            if known is None:
                raise MovedOn
            uow.reviews.save(replace(known, sealed_words=self.vault.seal(words)))
            self._record(uow, person, card, "wrote a word")
            if person.telegram_id is not None:
                uow.steps.clear(person.telegram_id)
            return card

        return await self.transactions.write(say)

    async def may(self, *, person: Person, public_id: str) -> RequestCard:
        """The same refusals, before anything is asked."""

        def look(uow: UnitOfWork) -> RequestCard:
            card, known = self._mine(uow, person, public_id, lock=False)
            if known is None:  # first the stars
                raise MovedOn
            return card

        return await self.transactions.read(look)

    def _mine(
        self, uow: UnitOfWork, person: Person, public_id: str, *, lock: bool = True
    ) -> tuple[RequestCard, Review | None]:
        card = uow.requests.card(public_id, lock=lock)
        role = card.role_of(person.telegram_id) if person.telegram_id is not None else None
        if role is not Role.CLIENT:
            raise NotYours
        if card.booking is None or card.booking.state is not BookingState.COMPLETED:
            raise MovedOn
        known = uow.reviews.of(card.booking.id)
        if known is not None and not known.can_change_at(self.clock.now()):
            raise TooLate("Your rating can no longer be changed; a week is over.")
        return card, known

    def _record(self, uow: UnitOfWork, person: Person, card: RequestCard, action: str) -> None:
        if card.booking is not None:
            record(uow, self.clock.now(), by(person.id), action, f"booking:{card.booking.public_id}")
