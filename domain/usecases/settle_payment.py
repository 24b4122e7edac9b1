"""The one way in which money becomes value: for the webhook, the return page, "I've paid" and the poller."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import ChargeNotFound, GatewayError, SlotTaken
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.charge import Charge
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import WATCHED, MoneyOutcome, Payment, PaymentState, next_check
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Request, RequestState
from domain.model.service import ServiceKind
from domain.model.settlement import OUTCOMES, Verdict, judge_charge, judge_value
from domain.model.views import RequestCard
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.book_slot import expire_lapsed
from domain.usecases.telling import record, redraw, remind, tell, tell_admins


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
            verdict = judge_value(card.request, card.booking, slot_free=free)
        payment = self._keep_money(uow, payment, charge, verdict, now)
        match verdict:
            case Verdict.VALUE:
                self._give_value(uow, card, payment, now)
            case Verdict.MISMATCH:
                self._quarantine(uow, card, payment, charge, now)
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
            state = PaymentState.CLOSED if due is None else payment.state
            payment = uow.payments.save(
                replace(payment, state=state, checks=payment.checks + 1, next_check_at=due)
            )
        card = uow.requests.card_by_id(payment.request_id)
        return Settled(verdict=verdict, payment=payment, card=card, charge=charge)

    def _slot(
        self, uow: UnitOfWork, card: RequestCard, now: datetime, *, slot_is_gone: bool
    ) -> tuple[RequestCard, bool]:
        """Whether the booking's slot can (still) be had, under the dietitian's lock."""
        if card.booking is None or card.request.kind is not ServiceKind.CONSULTATION:
            return card, True
        uow.dietitians.lock(card.dietitian.id)
        booking = uow.bookings.get(card.booking.id)
        card = replace(card, booking=booking)
        if slot_is_gone:
            return card, False
        if booking.holds_slot_at(now):
            return card, True
        expire_lapsed(uow, card.dietitian.id, now, quiet_for=card.request.id)
        card = replace(card, booking=uow.bookings.get(booking.id))
        busy = uow.bookings.busy(card.dietitian.id, after=booking.start, before=booking.busy_until, now=now)
        return card, not busy and booking.start > now

    def _keep_money(
        self, uow: UnitOfWork, payment: Payment, charge: Charge, verdict: Verdict, now: datetime
    ) -> Payment:
        record(uow, now, "paystack", "paid", f"payment:{payment.reference}", verdict=verdict.value)
        return uow.payments.save(
            replace(
                payment,
                state=PaymentState.SUCCEEDED,
                outcome=OUTCOMES[verdict],
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

    def _give_value(self, uow: UnitOfWork, card: RequestCard, payment: Payment, now: datetime) -> None:
        request = uow.requests.save(replace(card.request, state=RequestState.APPROVED, decided_at=now))
        record(uow, now, "paystack", "approved", f"request:{request.public_id}")
        if card.booking is None or request.kind is ServiceKind.MEAL_PLAN:
            self._announce(uow, card, payment, NoticeKind.PLAN_PAID, now)
        else:
            booking = self._confirm(uow, card, card.booking, now)
            card = replace(card, booking=booking)
            self._announce(uow, card, payment, NoticeKind.BOOKING_CONFIRMED, now)
            self._invite(uow, booking, now)
            if booking.meeting_url is None:
                ask_for_meeting(uow, booking, now)
            remind(uow, booking, (booking.client_id, card.dietitian.person_id), now)
        redraw(uow, request, now)

    def _confirm(self, uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> Booking:
        """Where no calendar is connected the dietitian's own room is the link, and it is there at once."""
        record(uow, now, "paystack", "confirmed", f"booking:{booking.public_id}")
        url = card.dietitian.fallback_meeting_url
        if url is not None and self.calendar_is_offered and uow.connections.of(card.dietitian.id) is not None:
            url = None
        return uow.bookings.save(
            replace(
                booking,
                state=BookingState.CONFIRMED,
                hold_until=None,
                confirmed_at=now,
                closed_at=None,
                meeting_url=url,
                meeting_state=MeetingState.NONE if url is None else MeetingState.FALLBACK,
            )
        )

    def _invite(self, uow: UnitOfWork, booking: Booking, now: datetime) -> None:
        invitation = Notice(
            kind=NoticeKind.INVITATION,
            to=booking.client_id,
            key=f"invitation:{booking.public_id}:{booking.sequence}",
            request_id=booking.request_id,
            booking_id=booking.id,
        )
        tell(uow, invitation, now)

    def _announce(
        self, uow: UnitOfWork, card: RequestCard, payment: Payment, kind: NoticeKind, now: datetime
    ) -> None:
        for person_id in (payment.client_id, card.dietitian.person_id):
            notice = Notice(
                kind=kind,
                to=person_id,
                key=f"{kind.value}:{card.request.public_id}:{person_id}",
                request_id=card.request.id,
                booking_id=card.booking.id if card.booking else None,
                payment_id=payment.id,
            )
            tell(uow, notice, now)

    def _quarantine(
        self, uow: UnitOfWork, card: RequestCard, payment: Payment, charge: Charge, now: datetime
    ) -> None:
        detail = {
            "what": "A payment is not what was asked for; nothing was given for it",
            "expected": f"{payment.amount} {payment.currency} {payment.domain}",
            "arrived": f"{charge.amount} {charge.currency} {charge.domain}",
        }
        self._money_needs_person(uow, card, payment, now, detail)
        self._tell_client(uow, payment, NoticeKind.MONEY_MISMATCH, now)
        redraw(uow, uow.requests.save(card.request), now)

    def _money_without_value(
        self, uow: UnitOfWork, card: RequestCard, payment: Payment, verdict: Verdict, now: datetime
    ) -> None:
        detail = {"what": "A payment arrived that could not be given value", "why": verdict.value}
        self._money_needs_person(uow, card, payment, now, detail)
        self._tell_client(uow, payment, NoticeKind.MONEY_SAFE, now)
        redraw(uow, uow.requests.save(card.request), now)

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


def ask_for_meeting(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    item = OutboxItem(
        errand=Errand.CALENDAR,
        key=f"calendar:{booking.public_id}:{booking.sequence}",
        lane=f"calendar:{booking.public_id}",
        payload={"booking_id": booking.id},
        due_at=now,
        created_at=now,
    )
    uow.outbox.add(item)


def money_is_waiting(request: Request, payment: Payment | None) -> bool:
    """Whether money for this request has arrived and not yet become anything the client chose."""
    if payment is None or request.state is RequestState.APPROVED:
        return False
    return payment.outcome in {MoneyOutcome.CREDIT, MoneyOutcome.REFUND, MoneyOutcome.QUARANTINE}


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
