"""A dietitian looks at their own services, and says what clients are asked after the payment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.intake import MOST_QUESTIONS
from domain.model.people import Dietitian
from domain.model.service import Service
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record

_NINE_DIGITS = 10**9


def fingerprint(questions: Sequence[str]) -> int:
    """Of nine digits at most: another for other questions or another order of them."""
    return crc32("\n".join(questions).encode()) % _NINE_DIGITS


def own_service(uow: UnitOfWork, dietitian: Dietitian, public_id: str, *, archived: bool = False) -> Service:
    """`NotYours` for anybody else's; `MovedOn` where it is not offered any more, unless `archived` ones will do."""
    service = uow.services.by_public_id(public_id)
    if service is None or service.dietitian_id != dietitian.id:
        raise NotYours
    if service.archived and not archived:
        raise MovedOn
    return service


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Changed questions are asked of those who pay from now on; who has paid keeps theirs."""

    transactions: Transactions
    clock: Clock

    async def one(self, *, dietitian: Dietitian, public_id: str) -> Service:
        return await self.transactions.read(lambda uow: own_service(uow, dietitian, public_id))

    async def add_question(self, *, dietitian: Dietitian, public_id: str, question: str) -> Service:
        """At the end. `Malformed` where it is there already or there are enough."""

        def add(uow: UnitOfWork) -> Service:
            uow.dietitians.lock(dietitian.id)
            service = own_service(uow, dietitian, public_id)
            if question.casefold() in {one.casefold() for one in service.questions}:
                raise Malformed("That question is there already. Type another one.")
            if len(service.questions) >= MOST_QUESTIONS:
                raise Malformed(f"There are {MOST_QUESTIONS} questions already. Remove one first.")
            return self._keep(uow, dietitian, service, (*service.questions, question), "added a question")

        return await self.transactions.write(add)

    async def drop_question(
        self, *, dietitian: Dietitian, public_id: str, place: int, count: int, mark: int
    ) -> Service:
        """`place` counts from 0. `MovedOn` unless there are still `count` with this fingerprint."""

        def drop(uow: UnitOfWork) -> Service:
            uow.dietitians.lock(dietitian.id)
            service = own_service(uow, dietitian, public_id)
            questions = service.questions
            if len(questions) != count or fingerprint(questions) != mark or not 0 <= place < count:
                raise MovedOn
            left = questions[:place] + questions[place + 1 :]
            return self._keep(uow, dietitian, service, left, "removed a question")

        return await self.transactions.write(drop)

    def _keep(
        self,
        uow: UnitOfWork,
        dietitian: Dietitian,
        service: Service,
        questions: tuple[str, ...],
        action: str,
    ) -> Service:
        changed = replace(service, questions=questions)
        uow.services.save(changed)
        record(
            uow, self.clock.now(), by(dietitian.person_id), action, f"service:{service.public_id}",
            count=len(questions),
        )  # fmt: skip
        return changed
