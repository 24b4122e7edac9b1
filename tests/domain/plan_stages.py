"""Which use cases bring about every state of the tables about meal plans, and which every event."""

from domain.model.plan import PlanState
from domain.model.plan_transitions import PlanEvent, PlanPaymentEvent, PlanRequestEvent
from domain.model.request import RequestState
from domain.model.transitions import PaymentAt, RequestAt
from tests.domain.plan_scenes import (
    arrive,
    block,
    client_cancels,
    client_cancels_late,
    client_cancels_overdue,
    come_back,
    confirm,
    confirm_the_replaced,
    confirm_twice,
    day_passes,
    dietitian_cancels,
    mail,
    refuse,
    upload,
    want_again,
)
from tests.domain.scenes import (
    Act,
    Scene,
    a_week,
    agree,
    decline,
    links,
    nothing,
    pay,
    pay_first,
    pay_in_vain,
    pay_wrong,
    run_out,
    withdraw,
)
from tests.domain.stages import another_link, paid_and_returned, refund_failed, request_at
from tests.property.paystack import Fault


def _paid_and(*acts: Act) -> Act:
    async def act(at: Scene) -> None:
        await pay_first(at)
        for one in acts:
            await one(at)

    return act


async def _their_own(at: Scene) -> None:
    at.request = await at.practice.taken(at.house, at.client, plan=True)
    at.first, at.reference = await links(at.practice, at.client, at.request)


async def _part_returned(at: Scene) -> None:
    await pay(at)
    await client_cancels_late(at)


PLANS: dict[PlanState, Act] = {
    PlanState.WAITING: pay_first,
    PlanState.SENT: _paid_and(confirm),
    PlanState.RECEIVED: _paid_and(confirm, arrive),
    PlanState.CANCELLED: _paid_and(client_cancels),
}
REQUESTS: dict[RequestAt, Act] = {
    RequestAt.DRAFT: request_at(RequestState.DRAFT),
    RequestAt.OWN: _their_own,
    RequestAt.PENDING: nothing,
    RequestAt.APPROVED: pay_first,
    RequestAt.DECLINED: decline,
    RequestAt.CANCELLED: withdraw,
    RequestAt.EXPIRED: run_out,
}
PAYMENTS: dict[PaymentAt, Act] = {
    PaymentAt.CREATED: another_link(Fault.CRASH),
    PaymentAt.OPEN: nothing,
    PaymentAt.LINKLESS: another_link(Fault.LOST),
    PaymentAt.REFUSED: another_link(Fault.REFUSED),
    PaymentAt.CLOSED: a_week,
    PaymentAt.VALUE: pay,
    PaymentAt.PART: _part_returned,
    PaymentAt.REFUND: paid_and_returned,
    PaymentAt.QUARANTINE: pay_wrong,
    PaymentAt.FAILED: refund_failed,
}

OF_PLAN: dict[PlanEvent, Act] = {
    PlanEvent.UPLOADED: upload,
    PlanEvent.REPLACED: confirm_the_replaced,
    PlanEvent.CONFIRMED: confirm,
    PlanEvent.CONFIRMED_TWICE: confirm_twice,
    PlanEvent.ARRIVES: arrive,
    PlanEvent.MAILED: mail,
    PlanEvent.REFUSED: refuse,
    PlanEvent.UNREACHED: block,
    PlanEvent.COMES_BACK: come_back,
    PlanEvent.WANTED_AGAIN: want_again,
    PlanEvent.DAY_PASSES: day_passes,
    PlanEvent.CLIENT_CANCELS: client_cancels,
    PlanEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    PlanEvent.CLIENT_CANCELS_OVERDUE: client_cancels_overdue,
    PlanEvent.DIETITIAN_CANCELS: dietitian_cancels,
    PlanEvent.PAID: pay,
}
OF_REQUEST: dict[PlanRequestEvent, Act] = {
    PlanRequestEvent.AGREES: agree,
    PlanRequestEvent.DECLINES: decline,
    PlanRequestEvent.WITHDRAWS: withdraw,
    PlanRequestEvent.EXPIRES: run_out,
    PlanRequestEvent.PAID: pay,
    PlanRequestEvent.WRONG: pay_wrong,
    PlanRequestEvent.CONFIRMED: confirm,
    PlanRequestEvent.CLIENT_CANCELS: client_cancels,
    PlanRequestEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    PlanRequestEvent.CLIENT_CANCELS_OVERDUE: client_cancels_overdue,
    PlanRequestEvent.DIETITIAN_CANCELS: dietitian_cancels,
}
OF_PAYMENT: dict[PlanPaymentEvent, Act] = {
    PlanPaymentEvent.PAID: pay,
    PlanPaymentEvent.WRONG: pay_wrong,
    PlanPaymentEvent.IN_VAIN: pay_in_vain,
    PlanPaymentEvent.WEEK: a_week,
    PlanPaymentEvent.CLIENT_CANCELS: client_cancels,
    PlanPaymentEvent.CLIENT_CANCELS_LATE: client_cancels_late,
    PlanPaymentEvent.CLIENT_CANCELS_OVERDUE: client_cancels_overdue,
    PlanPaymentEvent.DIETITIAN_CANCELS: dietitian_cancels,
}
