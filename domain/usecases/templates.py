"""Messages that a dietitian sends often, kept to go with a request."""

from dataclasses import dataclass

from domain.errors import Malformed, NotYours
from domain.model.ids import new_public_id
from domain.model.people import Dietitian, Template
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.compose_request import own_draft

MOST_TEMPLATES = 20


def own_template(uow: UnitOfWork, dietitian: Dietitian, public_id: str) -> Template:
    template = uow.templates.by_public_id(public_id)
    if template is None or template.dietitian_id != dietitian.id:
        raise NotYours
    return template


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    transactions: Transactions
    clock: Clock

    async def of(self, *, dietitian: Dietitian) -> list[Template]:
        """Oldest first."""
        return await self.transactions.read(lambda uow: uow.templates.of(dietitian.id))

    async def one(self, *, dietitian: Dietitian, public_id: str) -> Template:
        return await self.transactions.read(lambda uow: own_template(uow, dietitian, public_id))

    async def keep(self, *, dietitian: Dietitian, public_id: str) -> RequestCard:
        """The draft's message. The same words are kept once; `Malformed` where there are enough."""

        def keep(uow: UnitOfWork) -> RequestCard:
            uow.dietitians.lock(dietitian.id)
            card = own_draft(uow, dietitian, public_id, None)
            words, known = card.request.message, uow.templates.of(dietitian.id)
            if words is None or any(one.text == words for one in known):
                return card
            if len(known) >= MOST_TEMPLATES:
                raise Malformed(f"There are {MOST_TEMPLATES} templates already. Delete one first.")
            uow.templates.add(
                Template(
                    public_id=new_public_id(),
                    dietitian_id=dietitian.id,
                    text=words,
                    created_at=self.clock.now(),
                )
            )
            return card

        return await self.transactions.write(keep)

    async def delete(self, *, dietitian: Dietitian, public_id: str) -> None:
        """`NotYours` for one that is nobody's or gone."""

        def delete(uow: UnitOfWork) -> None:
            uow.dietitians.lock(dietitian.id)
            uow.templates.delete(own_template(uow, dietitian, public_id).id)

        await self.transactions.write(delete)
