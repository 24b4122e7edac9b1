"""The one way in which money becomes value: for the webhook, the return page, "I've paid" and the poller."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import ChargeNotFound, GatewayError, SlotTaken
from domain.model.booking import GRACE_STEP, LONGEST_GRACE, BookingState
from domain.model.charge import UNDER_WAY, Charge
from domain.model.ledger import LedgerAccount
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import WATCHED, MoneyOutcome, Payment, PaymentState, next_check
from domain.model.queue import Errand, OutboxItem
from domain.model.service import ServiceKind
from domain.model.settlement import OUTCOMES, Verdict, judge_charge, judge_value
from domain.model.views import RequestCard
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.book_slot import expire_lapsed
from domain.usecases.confirming import confirm
from domain.usecases.planning import begin_plan
from domain.usecases.refunding import account_of, give_back, move_money
from domain.usecases.reminding import remind_of_money
from domain.usecases.schedule import still_fits
from domain.usecases.telling import record, redraw, tell, tell_admins

CREDIT_LIVES = timedelta(days=7)
GRACE_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What asking Paystack brought. `card` is None where the reference is not ours."""

    verdict: Verdict | None
    payment: Payment | None
    card: RequestCard | None
    charge: Charge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment:
    """Ask Paystack about a reference, then act on the answer in one transaction: money first, value second.

    Safe to run any number of times, at once, from anywhere: the payment's row is locked, and once it has
    SUCCEEDED nothing more happens. Raises a `GatewayError` where Paystack can't be asked.
    """

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway
    calendar_is_offered: bool

    async def __call__(self, *, reference: str) -> Settled:
        payment = await self.transactions.read(lambda uow: uow.payments.by_reference(reference))
        if payment is None:
            return Settled(verdict=None, payment=None, card=None)
        if payment.state is PaymentState.SUCCEEDED:
            return await self.transactions.read(lambda uow: _already(uow, payment))
        try:
            charge = await self.gateway.verify(reference)
        except ChargeNotFound:
            return await self.transactions.write(lambda uow: self._not_paid(uow, reference, None))
        try:
            return await self.transactions.write(lambda uow: self._settle(uow, reference, charge))
        except SlotTaken:
            # the database refused the overlap although the check passed: the money arrived too late after all
            return await self.transactions.write(
                lambda uow: self._settle(uow, reference, charge, slot_is_gone=True)
            )

    def _settle(
        self, uow: UnitOfWork, reference: str, charge: Charge, *, slot_is_gone: bool = False
    ) -> Settled:
        payment = _locked(uow, reference)
        verdict = judge_charge(payment, charge)
        if verdict in {Verdict.NOT_PAID, Verdict.REVERSED}:
            return self._not_paid(uow, reference, charge, verdict=verdict)
        if verdict is Verdict.ALREADY_SETTLED:
            return _already(uow, payment)
        now = self.clock.now()
        card = uow.requests.card_by_id(payment.request_id, lock=True)
        if verdict is Verdict.VALUE:
            card, free = self._slot(uow, card, now, slot_is_gone=slot_is_gone)
            waits = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
            verdict = judge_value(
                card.request,
                card.booking,
                slot_free=free,
                credit_waits=waits,
                suspended=card.dietitian.suspended_at is not None,
            )
        payment = self._keep_money(uow, payment, charge, verdict, now)
        match verdict:
            case Verdict.VALUE:
                self._give_value(uow, card, payment, now)
            case Verdict.MISMATCH:
                self._quarantine(uow, card, payment, now)
            case _:
                self._money_without_value(uow, card, payment, verdict, now)
        return Settled(
            verdict=verdict, payment=payment, card=uow.requests.card_by_id(card.request.id), charge=charge
        )

    def _not_paid(
        self, uow: UnitOfWork, reference: str, charge: Charge | None, *, verdict: Verdict = Verdict.NOT_PAID
    ) -> Settled:
        """Look again later; after a week the attempt is closed."""
        payment = _locked(uow, reference)
        now = self.clock.now()
        if payment.state in WATCHED:
            due = next_check(payment.created_at, now)
            if charge is not None and due is not None:
                due = self._grace(uow, payment, charge, due, now)
            state = PaymentState.CLOSED if due is None else payment.state
            payment = uow.payments.save(
                replace(payment, state=state, checks=payment.checks + 1, next_check_at=due)
            )
            if state is PaymentState.CLOSED:
                record(uow, now, "clock", "closed", f"payment:{reference}", why="not paid within a week")
        card = uow.requests.card_by_id(payment.request_id)
        return Settled(verdict=verdict, payment=payment, card=card, charge=charge)

    def _grace(
        self, uow: UnitOfWork, payment: Payment, charge: Charge, due: datetime, now: datetime
    ) -> datetime:
        """A payment under way when the hold is about to lapse keeps it a little longer than was shown.

        Also brings the next look forward to a minute before the hold lapses.
        """
        booking = uow.requests.card_by_id(payment.request_id, lock=True).booking
        if booking is None or booking.state is not BookingState.PENDING or booking.hold_until is None:
            return due
        shown = booking.shown_until or booking.hold_until
        near = now < booking.hold_until <= now + 2 * GRACE_LOOK
        if charge.status in UNDER_WAY and near and booking.hold_until + GRACE_STEP <= shown + LONGEST_GRACE:
            longer = booking.hold_until + GRACE_STEP
            booking = uow.bookings.save(replace(booking, hold_until=longer, shown_until=shown))
            record(uow, now, "paystack", "grace", f"booking:{booking.public_id}", status=charge.status.value)
        look = (booking.hold_until or now) - GRACE_LOOK
        return min(due, look) if look > now else due

    def _slot(
        self, uow: UnitOfWork, card: RequestCard, now: datetime, *, slot_is_gone: bool
    ) -> tuple[RequestCard, bool]:
        """Whether the booking's slot can (still) be had, under the dietitian's lock."""
        if card.booking is None or card.request.kind is not ServiceKind.CONSULTATION:
            return card, True
        dietitian = uow.dietitians.lock(card.dietitian.id)
        booking = uow.bookings.get(card.booking.id)
        card = replace(card, booking=booking)
        if slot_is_gone:
            return card, False
        if booking.holds_slot_at(now):
            return card, now < booking.end  # a hold can outlast a session that was booked at the last moment
        expire_lapsed(uow, card.dietitian.id, now, quiet_for=card.request.id)
        card = replace(card, booking=uow.bookings.get(booking.id))
        return card, booking.start > now and still_fits(uow, dietitian, booking, now)

    def _keep_money(
        self, uow: UnitOfWork, payment: Payment, charge: Charge, verdict: Verdict, now: datetime
    ) -> Payment:
        """The money is on record before anything is done with it."""
        record(uow, now, "paystack", "paid", f"payment:{payment.reference}", verdict=verdict.value)
        outcome = OUTCOMES[verdict]
        kept = uow.payments.save(
            replace(
                payment,
                state=PaymentState.SUCCEEDED,
                outcome=outcome,
                outcome_reason=verdict.value,
                next_check_at=None,
                paid_at=charge.paid_at or now,
                paid_amount=charge.amount,
                paid_currency=charge.currency,
                paid_domain=charge.domain,
                channel=charge.channel,
                fees=charge.fees,
                provider_id=charge.provider_id,
                settled_at=now,
            )
        )
        move_money(
            uow,
            kept,
            LedgerAccount.OUTSIDE,
            account_of(outcome),
            charge.amount,
            by="paystack",
            why=verdict.value,
            now=now,
        )
        return kept

    def _give_value(self, uow: UnitOfWork, card: RequestCard, payment: Payment, now: datetime) -> None:
        if card.booking is None or card.request.kind is ServiceKind.MEAL_PLAN:
            begin_plan(uow, card, payment, now)
            return
        confirm(uow, card, card.booking, payment, now, calendar=self.calendar_is_offered)

    def _quarantine(self, uow: UnitOfWork, card: RequestCard, payment: Payment, now: datetime) -> None:
        detail = {"what": "A payment is not what was asked for; nothing was given for it"}
        self._money_needs_person(uow, card, payment, now, detail)
        self._tell_client(uow, payment, NoticeKind.MONEY_MISMATCH, now)
        redraw(uow, uow.requests.save(card.request), now)

    def _money_without_value(
        self, uow: UnitOfWork, card: RequestCard, payment: Payment, verdict: Verdict, now: datetime
    ) -> None:
        """Too late for the slot: the client chooses. Surplus, or nothing left to pay for: it goes back."""
        detail = {"what": "A payment arrived that could not be given value", "why": verdict.value}
        self._money_needs_person(uow, card, payment, now, detail)
        if verdict is Verdict.SLOT_GONE:
            self._tell_client(uow, payment, NoticeKind.MONEY_SAFE, now)
            self._wait_for_choice(uow, payment, now)
            redraw(uow, uow.requests.save(card.request), now)
            return
        give_back(uow, payment, payment.arrived, by="paystack", why=verdict.value, now=now)

    def _wait_for_choice(self, uow: UnitOfWork, payment: Payment, now: datetime) -> None:
        waiting = Notice(
            kind=NoticeKind.CREDIT_WAITING,
            to=payment.client_id,
            key=f"credit:{payment.reference}",
            request_id=payment.request_id,
            payment_id=payment.id,
        )
        remind_of_money(uow, waiting, now)
        uow.outbox.add(
            OutboxItem(
                errand=Errand.CREDIT_LAPSE,
                key=f"creditlapse:{payment.reference}",
                lane=f"creditlapse:{payment.reference}",
                payload={"payment_id": payment.id},
                due_at=now + CREDIT_LIVES,
                created_at=now,
            )
        )

    def _tell_client(self, uow: UnitOfWork, payment: Payment, kind: NoticeKind, now: datetime) -> None:
        notice = Notice(
            kind=kind,
            to=payment.client_id,
            key=f"{kind.value}:{payment.reference}",
            request_id=payment.request_id,
            payment_id=payment.id,
        )
        tell(uow, notice, now)

    def _money_needs_person(
        self, uow: UnitOfWork, card: RequestCard, payment: Payment, now: datetime, detail: dict[str, str]
    ) -> None:
        tell_admins(uow, f"money:{payment.reference}", now, detail, payment_id=payment.id)
        notice = Notice(
            kind=NoticeKind.MONEY_NEEDS_PERSON,
            to=card.dietitian.person_id,
            key=f"money:{payment.reference}",
            request_id=payment.request_id,
            payment_id=payment.id,
        )
        tell(uow, notice, now)


def _locked(uow: UnitOfWork, reference: str) -> Payment:
    payment = uow.payments.by_reference(reference, lock=True)
    if payment is None:
        raise LookupError(reference)  # payments are never deleted
    return payment


def _already(uow: UnitOfWork, payment: Payment) -> Settled:
    card = uow.requests.card_by_id(payment.request_id)
    return Settled(verdict=Verdict.ALREADY_SETTLED, payment=payment, card=card)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPayments:
    """A tick: ask Paystack about attempts whose time has come. A webhook may never have arrived.

    One that cannot be asked about now stays due and is asked about at the next tick.
    """

    transactions: Transactions
    clock: Clock
    settle: SettlePayment
    limit: int = 50
    at_once: int = 8

    async def __call__(self) -> None:
        now = self.clock.now()
        due = await self.transactions.read(lambda uow: uow.payments.due_for_check(now, limit=self.limit))
        for at in range(0, len(due), self.at_once):
            await asyncio.gather(*(self._ask(payment) for payment in due[at : at + self.at_once]))

    async def _ask(self, payment: Payment) -> None:
        with suppress(GatewayError):
            await self.settle(reference=payment.reference)
