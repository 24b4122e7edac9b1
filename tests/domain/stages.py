"""Which use cases bring about every state of the tables of transitions, and which every event."""

from dataclasses import replace
from datetime import timedelta

from domain.errors import GatewayError
from domain.model.booking import BookingState
from domain.model.payment import Payment
from domain.model.refund import RefundState
from domain.model.request import RequestState
from domain.model.transitions import BookingEvent, PaymentAt, PaymentEvent, RequestAt, RequestEvent
from tests.domain.scenes import (
    Act,
    Scene,
    a_week,
    admin_refunds,
    admin_retries,
    agree,
    ask,
    client,
    client_cancels,
    client_cancels_late,
    decline,
    dietitian_cancels,
    dietitian_moves,
    dispute,
    hold,
    lapse,
    links,
    lose,
    money_back,
    moves_by,
    not_attended,
    nothing,
    other_time,
    pay,
    pay_first,
    pay_in_vain,
    pay_too_late,
    pay_wrong,
    refund_becomes,
    release,
    reverse,
    run_out,
    silence,
    takes_back,
    too_early,
    took_place,
    was_absent,
    withdraw,
)
from tests.property.paystack import CrashError, Fault


def request_at(state: RequestState) -> Act:
    async def act(at: Scene) -> None:
        card = await at.practice.card(at.request)
        await at.force(lambda uow: uow.requests.save(replace(card.request, state=state)))

    return act


def _after(act: Act) -> Act:
    async def both(at: Scene) -> None:
        await pay_first(at)
        await act(at)

    return both


def another_link(fault: Fault) -> Act:
    async def act(at: Scene) -> None:
        """One more, and this one goes wrong."""
        await at.practice.do.profile(person=at.client, email="three@example.com")
        at.practice.paystack.fault = fault
        try:
            await at.practice.do.pay(person=at.client, public_id=at.request)
        except (CrashError, GatewayError):
            at.practice.restart()
        rows: list[Payment] = await at.practice.database.read(
            lambda uow: uow.payments.of_request((uow.requests.card(at.request)).request.id)
        )
        at.reference = rows[-1].reference

    return act


async def _their_own(at: Scene) -> None:
    """The same, begun by the client without being asked."""
    await release(at)
    at.request = await at.practice.taken(at.house, at.client)
    at.booking = await hold(at.practice, at.client, at.request)
    at.first, at.reference = await links(at.practice, at.client, at.request)


async def _their_own_too_late(at: Scene) -> None:
    await _their_own(at)
    await _too_late_by_the_first(at)


async def _too_late_by_the_first(at: Scene) -> None:
    await lose(at)
    await pay_first(at)


async def paid_and_returned(at: Scene) -> None:
    await pay_first(at)
    await pay(at)
    await at.practice.deliver()


async def part_returned(at: Scene) -> None:
    await pay(at)
    await client_cancels_late(at)


async def refund_failed(at: Scene) -> None:
    await paid_and_returned(at)
    await refund_becomes(RefundState.FAILED)(at)


REQUESTS: dict[RequestAt, Act] = {
    RequestAt.DRAFT: request_at(RequestState.DRAFT),
    RequestAt.OWN: _their_own,
    RequestAt.OWN_WAITING: _their_own_too_late,
    RequestAt.PENDING: nothing,
    RequestAt.WAITING: _too_late_by_the_first,
    RequestAt.APPROVED: pay_first,
    RequestAt.DECLINED: decline,
    RequestAt.CANCELLED: withdraw,
    RequestAt.EXPIRED: run_out,
}
BOOKINGS: dict[BookingState, Act] = {
    BookingState.PENDING: nothing,
    BookingState.CONFIRMED: pay_first,
    BookingState.CANCELLED: release,
    BookingState.EXPIRED: lapse,
    BookingState.COMPLETED: _after(took_place),
    BookingState.NO_SHOW: _after(not_attended),
}
PAYMENTS: dict[PaymentAt, Act] = {
    PaymentAt.CREATED: another_link(Fault.CRASH),
    PaymentAt.OPEN: nothing,
    PaymentAt.LINKLESS: another_link(Fault.LOST),
    PaymentAt.REFUSED: another_link(Fault.REFUSED),
    PaymentAt.CLOSED: a_week,
    PaymentAt.VALUE: pay,
    PaymentAt.PART: part_returned,
    PaymentAt.CREDIT: pay_too_late,
    PaymentAt.REFUND: paid_and_returned,
    PaymentAt.QUARANTINE: pay_wrong,
    PaymentAt.FAILED: refund_failed,
}

OF_REQUEST: dict[RequestEvent, Act] = {
    RequestEvent.AGREES: agree,
    RequestEvent.DECLINES: decline,
    RequestEvent.WITHDRAWS: withdraw,
    RequestEvent.EXPIRES: run_out,
    RequestEvent.PAID: pay,
    RequestEvent.WRONG: pay_wrong,
    RequestEvent.TOO_LATE: pay_too_late,
    RequestEvent.OTHER_TIME: other_time,
    RequestEvent.MONEY_BACK: money_back,
    RequestEvent.CLIENT_CANCELS: client_cancels,
    RequestEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    RequestEvent.DIETITIAN_CANCELS: dietitian_cancels,
    RequestEvent.DIETITIAN_MOVES: dietitian_moves,
    RequestEvent.ABSENT: was_absent,
}
OF_BOOKING: dict[BookingEvent, Act] = {
    BookingEvent.OTHER_TIME: other_time,
    BookingEvent.RELEASED: release,
    BookingEvent.LAPSES: lapse,
    BookingEvent.DECLINES: decline,
    BookingEvent.WITHDRAWS: withdraw,
    BookingEvent.PAID: pay,
    BookingEvent.WRONG: pay_wrong,
    BookingEvent.TOO_LATE: pay_too_late,
    BookingEvent.CLIENT_CANCELS: client_cancels,
    BookingEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    BookingEvent.DIETITIAN_CANCELS: dietitian_cancels,
    BookingEvent.CLIENT_MOVES: moves_by(client, late=False),
    BookingEvent.CLIENT_MOVES_LATE: moves_by(client, late=True),
    BookingEvent.DIETITIAN_MOVES: dietitian_moves,
    BookingEvent.TOO_EARLY: too_early,
    BookingEvent.HELD: took_place,
    BookingEvent.NO_SHOW: not_attended,
    BookingEvent.ABSENT: was_absent,
    BookingEvent.TAKEN_BACK: takes_back(after=timedelta()),
    BookingEvent.TAKEN_BACK_LATE: takes_back(after=timedelta(days=1)),
    BookingEvent.SILENCE: silence(doubted=False),
    BookingEvent.DOUBT: silence(doubted=True),
}
OF_PAYMENT: dict[PaymentEvent, Act] = {
    PaymentEvent.NOT_PAID: ask,
    PaymentEvent.REVERSED: reverse,
    PaymentEvent.PAID: pay,
    PaymentEvent.WRONG: pay_wrong,
    PaymentEvent.TOO_LATE: pay_too_late,
    PaymentEvent.IN_VAIN: pay_in_vain,
    PaymentEvent.WEEK: a_week,
    PaymentEvent.OTHER_TIME: other_time,
    PaymentEvent.MONEY_BACK: money_back,
    PaymentEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    PaymentEvent.DIETITIAN_CANCELS: dietitian_cancels,
    PaymentEvent.ADMIN_REFUNDS: admin_refunds,
    PaymentEvent.REFUND_PROCESSED: refund_becomes(RefundState.PROCESSED),
    PaymentEvent.NEEDS_ACCOUNT: refund_becomes(RefundState.NEEDS_ATTENTION),
    PaymentEvent.REFUND_FAILS: refund_becomes(RefundState.FAILED),
    PaymentEvent.ADMIN_RETRIES: admin_retries,
    PaymentEvent.DISPUTED: dispute,
}
