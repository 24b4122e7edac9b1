"""Money goes back: one refund per payment, whatever happens to the process.

Our row first, then Paystack. Paystack has no idempotency key: before asking (again) its own list is looked at,
and what stands there is adopted.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import ChargeNotFound, GatewayRefused, GatewayUnavailable, MovedOn
from domain.model.ids import new_public_id
from domain.model.ledger import LedgerAccount, LedgerMove
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome, Payment
from domain.model.people import Person, Role
from domain.model.queue import Errand, OutboxItem
from domain.model.refund import Refund, RefundState, ReportedRefund, next_look
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.receipts import send_receipt
from domain.usecases.reminding import remind_of_money
from domain.usecases.telling import by as by_person
from domain.usecases.telling import record, tell, tell_admins

_NOTICES = {
    RefundState.PROCESSED: NoticeKind.REFUND_PROCESSED,
    RefundState.NEEDS_ATTENTION: NoticeKind.REFUND_NEEDS_ACCOUNT,
    RefundState.FAILED: NoticeKind.REFUND_FAILED,
}
_LEDGER = {
    MoneyOutcome.VALUE: LedgerAccount.VALUE,
    MoneyOutcome.CREDIT: LedgerAccount.CREDIT,
    MoneyOutcome.QUARANTINE: LedgerAccount.QUARANTINE,
    MoneyOutcome.REFUND: LedgerAccount.REFUND,
}


def account_of(outcome: MoneyOutcome) -> LedgerAccount:
    return _LEDGER[outcome]


def move_money(
    uow: UnitOfWork,
    payment: Payment,
    source: LedgerAccount,
    target: LedgerAccount,
    amount: int,
    *,
    by: str,
    why: str,
    now: datetime,
) -> None:
    """One line of the ledger; nothing is moved onto itself."""
    if amount == 0 or source is target:
        return
    uow.ledger.add(
        LedgerMove(
            payment_id=payment.id,
            at=now,
            source=source,
            target=target,
            amount=amount,
            currency=payment.paid_currency or payment.currency,
            decided_by=by,
            reason=why,
        )
    )


def canceller(person: Person, role: Role, admin: Person | None) -> tuple[str, Role, str]:
    """As the audit trail names them, whose side it was, and why the money goes back."""
    if admin is not None:
        return by_person(admin.id), Role.ADMIN, "cancelled by an admin"
    return by_person(person.id), role, f"cancelled by the {role.value}"


def give_back(uow: UnitOfWork, payment: Payment, amount: int, *, by: str, why: str, now: datetime) -> Payment:
    """Start the refund of a payment in the caller's transaction. A second call finds the first's row.

    A part leaves the payment at VALUE: the rest of it paid for something.
    """
    if amount <= 0 or payment.outcome is None or uow.refunds.of_payment(payment.id, lock=True) is not None:
        return payment
    refund = uow.refunds.add(
        Refund(
            public_id=new_public_id(),
            payment_id=payment.id,
            amount=amount,
            currency=payment.paid_currency or payment.currency,
            reason=why,
            decided_by=by,
            created_at=now,
            changed_at=now,
        )
    )
    source = account_of(payment.outcome)
    move_money(uow, payment, source, LedgerAccount.REFUND, amount, by=by, why=why, now=now)
    _send_off(uow, refund, now)
    record(uow, now, by, "refund requested", f"payment:{payment.reference}", amount=amount, why=why)
    _tell_client(uow, payment, refund, NoticeKind.REFUND_STARTED, now)
    if amount == payment.arrived:
        return uow.payments.save(replace(payment, outcome=MoneyOutcome.REFUND))
    return payment


def _send_off(uow: UnitOfWork, refund: Refund, now: datetime) -> None:
    uow.outbox.add(
        OutboxItem(
            errand=Errand.REFUND,
            key=f"refund:{refund.public_id}:{refund.tries}",
            lane=f"refund:{refund.public_id}",
            payload={"refund_id": refund.id},
            due_at=now,
            created_at=now,
        )
    )


def _tell_client(uow: UnitOfWork, payment: Payment, refund: Refund, kind: NoticeKind, now: datetime) -> None:
    notice = Notice(
        kind=kind,
        to=payment.client_id,
        key=f"{kind.value}:{refund.public_id}:{refund.rev}",
        request_id=payment.request_id,
        payment_id=payment.id,
        detail={
            "refund": refund.public_id,
            "amount": str(refund.amount),
            "currency": refund.currency,
            "why": refund.reason,
        },
    )
    tell(uow, notice, now)
    if kind is NoticeKind.REFUND_NEEDS_ACCOUNT:
        if uow.people.get(payment.client_id).erased_at is not None:
            detail = {
                "what": "A refund needs an account, and its client had their data deleted",
                "why": "nobody can be asked: settle it with Paystack's support",
            }
            tell_admins(uow, f"nobody:{refund.public_id}:{refund.rev}", now, detail, payment_id=payment.id)
        waiting = NoticeKind.REFUND_WAITING
        key = f"{waiting.value}:{refund.public_id}:{refund.rev}"
        remind_of_money(uow, replace(notice, kind=waiting, key=key), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutRefund:
    """The errand: make sure that Paystack has this refund once. Raises `GatewayUnavailable` to come back."""

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway

    async def __call__(self, *, refund_id: int) -> None:
        refund, payment = await self.transactions.read(lambda uow: _with_payment(uow, refund_id))
        if refund.state is not RefundState.REQUESTED:
            return
        try:
            report = await self._adopt(refund, payment) or await self._ask(refund, payment)
        except (GatewayRefused, ChargeNotFound) as error:
            words, done = str(error), getattr(error, "code", None) == "transaction_reversed"
            await self.transactions.write(
                lambda uow: _refused(uow, refund.id, words, done=done, now=self.clock.now())
            )
            return
        await self.transactions.write(lambda uow: follow(uow, refund.id, report, self.clock.now()))

    async def _adopt(self, refund: Refund, payment: Payment) -> ReportedRefund | None:
        """What Paystack already has for this payment; a refund that failed there is not asked about again."""
        number = payment.provider_id
        if number is None:
            number = (await self.gateway.verify(payment.reference)).provider_id
        if number is None:
            raise GatewayUnavailable("Paystack names no number for the transaction")
        standing = await self.gateway.fetch_refunds(number)
        fresh = [one for one in standing if one.id != refund.provider_id or refund.tries == 1]
        alive = [one for one in fresh if one.status is not RefundState.FAILED]
        return alive[0] if alive else None

    async def _ask(self, refund: Refund, payment: Payment) -> ReportedRefund:
        note = f"Dietdesk {refund.public_id}"
        return await self.gateway.refund(payment.reference, amount=refund.amount, merchant_note=note)


def _with_payment(uow: UnitOfWork, refund_id: int, *, lock: bool = False) -> tuple[Refund, Payment]:
    """The payment's lock comes before the refund's, here as everywhere."""
    payment = uow.payments.get(uow.refunds.get(refund_id).payment_id)
    if lock:
        payment = uow.payments.by_reference(payment.reference, lock=True) or payment
        uow.refunds.of_payment(payment.id, lock=True)
    return uow.refunds.get(refund_id), payment


def _refused(uow: UnitOfWork, refund_id: int, words: str, *, done: bool, now: datetime) -> None:
    """Paystack will not: either it is refunded already, or the money stays here for a person to decide."""
    refund, payment = _with_payment(uow, refund_id, lock=True)
    if refund.state is not RefundState.REQUESTED:
        return  # heard of it elsewhere meanwhile
    state = RefundState.PROCESSED if done else RefundState.FAILED
    _change(uow, refund, payment, state, now, error=words)


def follow(uow: UnitOfWork, refund_id: int, report: ReportedRefund, now: datetime) -> Refund:
    """Bring our row to where Paystack says the refund stands; each state that matters is told once."""
    refund, payment = _with_payment(uow, refund_id, lock=True)
    here = RefundState.PENDING if refund.state is RefundState.REQUESTED else refund.state
    state = report.status or here  # a word that we don't know: Paystack has it, so it is watched
    if refund.state in {RefundState.PROCESSED, RefundState.FAILED} and state is not RefundState.FAILED:
        return refund  # an old report that comes late
    if state is refund.state and refund.provider_id == report.id:
        due = next_look(refund.created_at, now)
        return uow.refunds.save(replace(refund, next_check_at=due))
    return _change(uow, replace(refund, provider_id=report.id), payment, state, now)


def _change(
    uow: UnitOfWork,
    refund: Refund,
    payment: Payment,
    state: RefundState,
    now: datetime,
    *,
    error: str | None = None,
) -> Refund:
    ended = state in {RefundState.PROCESSED, RefundState.FAILED}
    changed = uow.refunds.save(
        replace(
            refund,
            state=state,
            error=error,
            changed_at=now,
            next_check_at=None if ended else next_look(refund.created_at, now),
            sealed_account=None if ended else refund.sealed_account,
        )
    )
    record(uow, now, "paystack", f"refund {state.value}", f"payment:{payment.reference}", error=error)
    if state is RefundState.FAILED and refund.state is not RefundState.FAILED:
        _failed(uow, changed, payment, now)
    if state in _NOTICES and state is not refund.state:
        _tell_client(uow, payment, changed, _NOTICES[state], now)
    if state is RefundState.PROCESSED:
        send_receipt(uow, payment, now, refund=changed)
    return changed


def _failed(uow: UnitOfWork, refund: Refund, payment: Payment, now: datetime) -> None:
    """The money is still here; it waits for a person."""
    why = f"refund failed: {refund.error or 'Paystack gives no reason'}"
    move_money(
        uow,
        payment,
        LedgerAccount.REFUND,
        LedgerAccount.QUARANTINE,
        refund.amount,
        by="paystack",
        why=why,
        now=now,
    )
    if payment.outcome is MoneyOutcome.REFUND:
        uow.payments.save(replace(payment, outcome=MoneyOutcome.QUARANTINE, outcome_reason="refund_failed"))
    detail = {"what": "A refund failed; the money is still here", "why": refund.error or "no reason given"}
    tell_admins(uow, f"refund:{refund.public_id}:{refund.tries}", now, detail, payment_id=payment.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRefund:
    """An admin's press: try a failed refund again."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, payment_id: int, by: str) -> Refund:
        def again(uow: UnitOfWork) -> Refund:
            now = self.clock.now()
            refund = uow.refunds.of_payment(payment_id)
            if refund is None:
                raise MovedOn
            refund, payment = _with_payment(uow, refund.id, lock=True)
            if refund.state is not RefundState.FAILED:
                raise MovedOn
            move_money(
                uow,
                payment,
                LedgerAccount.QUARANTINE,
                LedgerAccount.REFUND,
                refund.amount,
                by=by,
                why="refund tried again",
                now=now,
            )
            if payment.outcome is MoneyOutcome.QUARANTINE:
                uow.payments.save(replace(payment, outcome=MoneyOutcome.REFUND))
            fresh = replace(
                refund, state=RefundState.REQUESTED, tries=refund.tries + 1, error=None, changed_at=now
            )
            refund = uow.refunds.save(fresh)
            _send_off(uow, refund, now)
            record(uow, now, by, "refund tried again", f"payment:{payment.reference}")
            return refund

        return await self.transactions.write(again)
