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
from domain.usecases.refunding import canceller, give_back
from domain.usecases.telling import record, redraw


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

    async def __call__(
        self, *, person: Person, public_id: str, rev: int, percent: int, admin: Person | None = None
    ) -> PlanCard:
        """`percent`: what they were shown that comes back; `MovedOn` where that has changed meanwhile.

        `admin`: who does it in the dietitian's stead.
        """
        return await self.transactions.write(
            lambda uow: self._cancel(uow, person, public_id, rev, percent, admin)
        )

    def _cancel(
        self, uow: UnitOfWork, person: Person, public_id: str, rev: int, percent: int, admin: Person | None
    ) -> PlanCard:
        now = self.clock.now()
        shown, role = either_sides_plan(uow, person, public_id, lock=True)
        actor, side, why = canceller(person, role, admin)
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
        record(uow, now, actor, "cancelled", f"plan:{public_id}", side=side, percent=percent)
        record(uow, now, actor, "cancelled", f"request:{public_id}", side=side)
        amount = payment.arrived * percent // 100
        said = {"by": side.value, "back": str(amount)}
        announce(uow, card, payment, NoticeKind.PLAN_CANCELLED, now, detail=said)
        give_back(uow, payment, amount, by=actor, why=why, now=now)
        redraw(uow, request, now)
        return uow.plans.card(public_id)
