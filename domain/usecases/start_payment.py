"""From a held slot to a pay link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from domain.errors import (
    Blocked,
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    MovedOn,
    NeedsEmail,
    Suspended,
)
from domain.model.booking import Booking
from domain.model.ids import new_payment_reference
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import Payment, PaymentState, next_check
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.answer_request import clients_card
from domain.usecases.suspending import must_take_new
from domain.usecases.telling import by, record, tell, tell_admins
from domain.usecases.welcome import must_be_welcome

AFTER_A_NO = timedelta(seconds=2)
AFTER_NO_ANSWER = timedelta(seconds=20)  # whoever asked has given up by then, or died


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPayment:
    """Our row first, then Paystack, then the link: an attempt is never lost, whenever the process dies.

    With the row goes the errand that brings a link if nothing else does; it is taken back when there is an answer.
    The card that comes back has a payment with its link; without one Paystack could not be asked just now,
    and the link follows by itself (`Errand.PAY_LINK`) while the slot is held. An open link is used again, one that
    was paid never: where Paystack tells of the money before its link, the card is the one after that.
    Raises `NeedsEmail`, `MovedOn`, and `GatewayRefused` where Paystack won't have it (a wrong e-mail, say).
    """

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway
    domain: str
    callback_url: str | None
    link_lives: timedelta

    async def __call__(self, *, person: Person, public_id: str, follows: bool = True) -> RequestCard:
        """`follows`: a link that cannot be had now comes later; False for the errand that brings it."""
        card = await self.transactions.write(
            lambda uow: self._attempt(uow, person, public_id, follows=follows)
        )
        payment = card.payment
        if payment is None or payment.state is not PaymentState.CREATED:
            return card
        asked = await self._ask(payment)
        if asked.paid_at is not None:
            return await self.transactions.read(lambda uow: uow.requests.card(public_id))
        return replace(card, payment=asked)

    def _attempt(self, uow: UnitOfWork, person: Person, public_id: str, *, follows: bool) -> RequestCard:
        now = self.clock.now()
        card = clients_card(uow, person, public_id, lock=True)
        _require_payable(card, now)
        must_be_welcome(uow, card)
        current = uow.people.get(person.id)
        if current.email is None:
            raise NeedsEmail
        attempts = uow.payments.of_request(card.request.id)
        known = self._open_link(attempts, card, current.email, now)
        if known is not None:
            return replace(card, payment=known)
        payment = uow.payments.add(self._new(card, current, current.email, now))
        record(uow, now, by(person.id), "started", f"payment:{payment.reference}")
        if follows:  # one at a time: that of an attempt before would bring the same link once more
            uow.outbox.withdraw([_errand_of(one) for one in attempts], now=now, why="asked for again")
            uow.outbox.add(_link_later(payment, now))
        return replace(card, payment=payment)

    def _open_link(
        self, attempts: Sequence[Payment], card: RequestCard, email: str, now: datetime
    ) -> Payment | None:
        """The newest that serves; none from before what was paid and went back, which would be shown in its place."""
        for attempt in reversed(attempts):
            if attempt.paid_at is not None:
                return None
            if self._serves(attempt, card, email, now):
                return attempt
        return None

    def _serves(self, attempt: Payment, card: RequestCard, email: str, now: datetime) -> bool:
        same = (attempt.amount, attempt.currency, attempt.email) == (
            card.request.price,
            card.request.currency,
            email,
        )
        if attempt.state is PaymentState.OPEN:
            return same and now - attempt.created_at < self.link_lives
        return False

    def _new(self, card: RequestCard, client: Person, email: str, now: datetime) -> Payment:
        request = card.request
        if request.price is None or request.currency is None:
            raise MovedOn
        return Payment(
            reference=new_payment_reference(),
            request_id=request.id,
            booking_id=card.booking.id if card.booking else None,
            client_id=client.id,
            amount=request.price,
            currency=request.currency,
            domain=self.domain,
            email=email,
            created_at=now,
            next_check_at=next_check(now, now),
        )

    async def _ask(self, payment: Payment) -> Payment:
        try:
            url = await self.gateway.initialize(
                reference=payment.reference,
                amount=payment.amount,
                currency=payment.currency,
                email=payment.email,
                callback_url=self.callback_url,
            )
        except GatewayUnavailable as error:
            later = partial(self._later, payment=payment, error=error)
            return await self.transactions.write(later)
        except GatewayRefused as error:
            await self.transactions.write(partial(self._refused, payment=payment, error=error))
            raise
        return await self.transactions.write(lambda uow: self._opened(uow, payment, url))

    def _opened(self, uow: UnitOfWork, payment: Payment, url: str) -> Payment:
        """It may have been settled meanwhile, by a webhook faster than Paystack's own answer to us.

        Of several made at once one is shown, to everybody; nobody ever sees the others.
        """
        current = uow.payments.by_reference(payment.reference, lock=True) or payment
        card = uow.requests.card_by_id(payment.request_id, lock=True)
        now = self.clock.now()
        uow.outbox.withdraw([_errand_of(payment)], now=now, why="the link is there")
        others = [one for one in uow.payments.of_request(payment.request_id) if one.id != current.id]
        shown = self._open_link(others, card, payment.email, now)
        if current.paid_at is None and shown is not None:
            uow.payments.save(replace(current, state=_linkless(current)))
            record(uow, now, "paystack", "not shown", f"payment:{payment.reference}")
            return shown
        state = current.state
        if state is PaymentState.CREATED:
            state = PaymentState.OPEN
            record(uow, now, "paystack", "opened", f"payment:{payment.reference}")
        return uow.payments.save(replace(current, state=state, authorization_url=url))

    def _later(self, uow: UnitOfWork, *, payment: Payment, error: GatewayError) -> Payment:
        """The attempt may exist at Paystack, but its link is lost: watch it, and make another one soon."""
        now = self.clock.now()
        current = uow.payments.by_reference(payment.reference, lock=True) or payment
        if current.state is PaymentState.CREATED:
            current = uow.payments.save(replace(current, state=_linkless(current)))
        record(uow, now, "paystack", "gave no link", f"payment:{payment.reference}", error=str(error))
        uow.outbox.bring_forward(_errand_of(payment), due_at=now + AFTER_A_NO)
        return current

    def _refused(self, uow: UnitOfWork, *, payment: Payment, error: GatewayRefused) -> None:
        now = self.clock.now()
        uow.payments.save(replace(payment, state=PaymentState.REFUSED, next_check_at=None))
        uow.outbox.withdraw([_errand_of(payment)], now=now, why="refused")
        record(uow, now, "paystack", "refused", f"payment:{payment.reference}", error=str(error))
        if error.code != "invalid_email_address":
            detail = {"what": "Paystack refused to start a payment", "why": str(error)}
            tell_admins(uow, f"refused:{payment.reference}", now, detail, payment_id=payment.id)


def _link_later(payment: Payment, now: datetime) -> OutboxItem:
    return OutboxItem(
        errand=Errand.PAY_LINK,
        key=_errand_of(payment),
        lane=f"paylink:{payment.request_id}",
        payload={"request_id": payment.request_id},
        due_at=now + AFTER_NO_ANSWER,
        created_at=now,
    )


def _errand_of(payment: Payment) -> str:
    return f"paylink:{payment.reference}"


def _linkless(payment: Payment) -> PaymentState:
    """What has been settled meanwhile stays so."""
    return PaymentState.LINKLESS if payment.state is PaymentState.CREATED else payment.state


def _require_payable(card: RequestCard, now: datetime) -> None:
    if not card.request.is_open or card.request.agreed_at is None:
        raise MovedOn
    must_take_new(card.dietitian)
    if card.request.kind is ServiceKind.MEAL_PLAN:
        return
    if not _held(card.booking, now):
        raise MovedOn


def _held(booking: Booking | None, now: datetime) -> bool:
    return booking is not None and booking.holds_slot_at(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverPayLink:
    """The errand behind a link that could not be made at once. True: made, and the client is told."""

    transactions: Transactions
    clock: Clock
    start_payment: StartPayment

    async def __call__(self, *, request_id: int) -> bool:
        """Raises `GatewayUnavailable` while Paystack is still away."""
        card = await self.transactions.read(lambda uow: uow.requests.card_by_id(request_id))
        if card.client is None:
            return False
        try:
            public_id = card.request.public_id
            card = await self.start_payment(person=card.client, public_id=public_id, follows=False)
        except (MovedOn, NeedsEmail, GatewayRefused, Suspended, Blocked):
            return False
        payment = card.payment
        if payment is not None and payment.paid_at is not None:
            return False
        if payment is None or payment.authorization_url is None:
            raise GatewayUnavailable("no pay link yet")
        await self.transactions.write(lambda uow: self._tell(uow, card, payment))
        return True

    def _tell(self, uow: UnitOfWork, card: RequestCard, payment: Payment) -> None:
        ready = Notice(
            kind=NoticeKind.PAY_LINK_READY,
            to=payment.client_id,
            key=f"paylink:{payment.reference}",
            request_id=card.request.id,
            payment_id=payment.id,
        )
        tell(uow, ready, self.clock.now())
