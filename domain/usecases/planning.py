"""A paid plan begins: it is owed by the promised day. In the caller's transaction."""

from dataclasses import replace
from datetime import datetime

from domain.model.notice import Notice, NoticeKind
from domain.model.payment import Payment
from domain.model.plan import Plan, promised, reminders
from domain.model.queue import Errand, OutboxItem
from domain.model.service import DEFAULT_PROMISED_DAYS
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.approving import approve, open_intake
from domain.usecases.confirming import announce
from domain.usecases.receipts import send_receipt
from domain.usecases.telling import record, redraw, tell


def begin_plan(uow: UnitOfWork, card: RequestCard, payment: Payment, now: datetime) -> Plan:
    request = approve(uow, card, now)
    days = request.promised_days or DEFAULT_PROMISED_DAYS
    plan = uow.plans.add(
        Plan(
            request_id=request.id,
            dietitian_id=card.dietitian.id,
            client_id=payment.client_id,
            promised_at=promised(now, days, card.dietitian.timezone),
            free_hours=card.dietitian.free_hours,
            late_refund_percent=card.dietitian.late_refund_percent,
            created_at=now,
        )
    )
    record(uow, now, "paystack", "waits", f"plan:{request.public_id}")
    card = replace(card, request=request)
    announce(uow, card, payment, NoticeKind.PLAN_PAID, now)
    send_receipt(uow, payment, now)
    _look_after(uow, card, plan, now)
    open_intake(uow, card, now)
    redraw(uow, request, now)
    return plan


def _look_after(uow: UnitOfWork, card: RequestCard, plan: Plan, now: datetime) -> None:
    """Reminders for when the PDF is not there by then; each is decided again when it is due."""
    due = reminders(plan.created_at, plan.promised_at, card.dietitian.timezone)
    for which, due_at in due.items():
        _later(uow, card, NoticeKind.PLAN_DUE, card.dietitian.person_id, which, due_at, now)
    _later(uow, card, NoticeKind.PLAN_LATE, plan.client_id, "late", due["late"], now)
    uow.outbox.add(
        OutboxItem(
            errand=Errand.PLAN_LATE,
            key=f"planlate:{card.request.public_id}",
            lane=f"planlate:{card.request.public_id}",
            payload={"request": card.request.public_id},
            due_at=due["late"],
            created_at=now,
        )
    )


def _later(
    uow: UnitOfWork, card: RequestCard, kind: NoticeKind, to: int, which: str, due_at: datetime, now: datetime
) -> None:
    notice = Notice(
        kind=kind,
        to=to,
        key=f"{kind.value}:{card.request.public_id}:{which}",
        request_id=card.request.id,
        detail={"which": which},
    )
    tell(uow, notice, now, due_at=due_at)
