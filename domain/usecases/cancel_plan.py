"""A plan that was not sent yet is cancelled, by either side."""

from dataclasses import dataclass, replace

from domain.errors import MovedOn, TooLate
from domain.model.notice import NoticeKind
from domain.model.payment import MoneyOutcome
from domain.model.people import Person, Role
from domain.model.plan import PlanState
from domain.model.request import RequestState
from domain.model.views import PlanCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.confirming import announce
from domain.usecases.plan_access import either_sides_plan
from domain.usecases.refunding import give_back
from domain.usecases.telling import by, record, redraw


def require_cancellable(shown: PlanCard) -> None:
    """Once a PDF is confirmed the work is done."""
    if shown.plan.state is PlanState.CANCELLED:
        raise MovedOn
    if shown.plan.state is not PlanState.WAITING:
        raise TooLate(
            "This plan has been sent already, so it can no longer be cancelled here. Nothing has changed."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPlan:
    """The dietitian's cancellation refunds all, the client's by the terms as they were when it was paid."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, rev: int, percent: int) -> PlanCard:
        """`percent`: what they were shown that comes back; `MovedOn` where that has changed meanwhile."""
        return await self.transactions.write(lambda uow: self._cancel(uow, person, public_id, rev, percent))

    def _cancel(self, uow: UnitOfWork, person: Person, public_id: str, rev: int, percent: int) -> PlanCard:
        now = self.clock.now()
        shown, role = either_sides_plan(uow, person, public_id, lock=True)
        require_cancellable(shown)
        card, payment = shown.card, shown.card.payment
        due = shown.plan.refund_percent_at(now, by_dietitian=role is Role.DIETITIAN)
        if card.request.rev != rev or due != percent:
            raise MovedOn
        if payment is None or payment.outcome is not MoneyOutcome.VALUE:
            raise MovedOn
        uow.plans.save(replace(shown.plan, state=PlanState.CANCELLED, closed_at=now))
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        for upload in uow.plan_files.uploads(card.dietitian.id):
            if upload.request_id == request.id:
                uow.plan_files.delete(upload.id)
        record(uow, now, by(person.id), "cancelled", f"plan:{public_id}", side=role, percent=percent)
        record(uow, now, by(person.id), "cancelled", f"request:{public_id}", side=role)
        amount = (payment.paid_amount or payment.amount) * percent // 100
        said = {"by": role.value, "back": str(amount)}
        announce(uow, card, payment, NoticeKind.PLAN_CANCELLED, now, detail=said)
        give_back(uow, payment, amount, by=by(person.id), why=f"cancelled by the {role.value}", now=now)
        redraw(uow, request, now)
        return uow.plans.card(public_id)
