"""What happens to money, at Paystack and at our end, and what goes wrong: one function a step."""

from typing import Any

from domain.model.charge import ChargeStatus
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.refund import RefundState
from domain.usecases.telling import by
from tests.property.cases import ADMIN, Cases
from tests.property.machine import Dice, Machine
from tests.property.paystack import Fault
from tests.property.people import take_a_slot

HOW: tuple[dict[str, Any], ...] = (
    {}, {}, {}, {}, {}, {}, {"amount": 1_000_000}, {"amount": 1_350_000}, {"currency": "GHS"},
    {"domain": "live"}, {"amount": 1_275_000, "requested_amount": 1_250_000, "fees": 25_000},
)  # fmt: skip
NOT_YET = (
    ChargeStatus.ABANDONED, ChargeStatus.FAILED, ChargeStatus.ONGOING, ChargeStatus.PENDING,
    ChargeStatus.PROCESSING, ChargeStatus.QUEUED, ChargeStatus.UNKNOWN,
)  # fmt: skip
BACK = (ChargeStatus.REVERSED, ChargeStatus.REVERSAL_PENDING)
UNDECIDED = (RefundState.PENDING, RefundState.PROCESSING, RefundState.NEEDS_ATTENTION)
ENDS = (*UNDECIDED, RefundState.NEEDS_ATTENTION, RefundState.PROCESSED, RefundState.FAILED)


async def open_a_link(m: Machine, dice: Dice) -> None:
    """Another e-mail makes another link."""
    row = m.to_be_paid(dice.pick)
    person, name = m.client_of(row, dice.pick), dice.one_of([None, "new", "newer"])

    async def pay(do: Cases) -> None:
        if name is not None:
            await do.profile(person=person, email=f"{name}.{person.telegram_id}@example.com")
        await do.pay(person=person, public_id=row.public_id)

    await m.take("open a link", pay)


async def _hear(m: Machine, name: str, reference: str, times: int) -> None:
    await m.take(name, *[lambda do: do.settle(reference=reference)] * times)


async def pay(m: Machine, dice: Dice) -> None:
    """The webhook comes once, twice at once, or never."""
    row = m.payment(dice.pick, m.payable)
    if m.payable(row):
        m.practice.paystack.report(row.reference, status=ChargeStatus.SUCCESS, **dice.one_of(HOW))
    await _hear(m, "pay", row.reference, dice.one_of([0, 1, 1, 2]))


async def pay_every_link(m: Machine, dice: Dice) -> None:
    """All that were opened for one request."""
    latest = m.payment(dice.pick, m.payable)
    links = [row for row in m.now.payments.values() if row.request_id == latest.request_id and m.payable(row)]
    for row in links:
        m.practice.paystack.report(row.reference, status=ChargeStatus.SUCCESS)
    hear = [lambda do, row=row: do.settle(reference=row.reference) for row in links]
    await m.take("pay every link", *hear)


async def begin_to_pay(m: Machine, dice: Dice) -> None:
    row = m.payment(dice.pick, m.payable)
    if m.payable(row):
        m.practice.paystack.report(row.reference, status=dice.one_of(NOT_YET))
    await _hear(m, "begin to pay", row.reference, dice.one_of([0, 1]))


async def late_webhook(m: Machine, dice: Dice) -> None:
    """Of what was paid, or forged: then Paystack knows better."""
    row = m.payment(dice.pick, lambda row: row.state != PaymentState.SUCCEEDED and not m.payable(row))
    await _hear(m, "late webhook", dice.one_of([row.reference, row.reference, "DD-unknown"]), 1)


async def everybody_asks(m: Machine, dice: Dice) -> None:
    """Webhook, the press of a button and the ticks, all at once."""
    row = m.payment(dice.pick, lambda row: row.state != PaymentState.SUCCEEDED)
    await m.take(
        "everybody asks",
        lambda do: do.settle(reference=row.reference),
        lambda do: do.settle(reference=row.reference),
        lambda do: do.watch(),
        lambda do: do.expire(),
    )


async def reverse(m: Machine, dice: Dice) -> None:
    row = m.payment(dice.pick, lambda row: not m.payable(row))
    at = m.practice.paystack.transactions.get(row.reference)
    if at is not None and at.paid and not at.refunds:
        m.practice.paystack.report(row.reference, status=dice.one_of(BACK))
    await _hear(m, "reverse", row.reference, 1)


async def dispute(m: Machine, dice: Dice) -> None:
    row = m.payment(dice.pick, lambda row: row.state == PaymentState.SUCCEEDED)
    status, due = dice.one_of(["awaiting-merchant-feedback", "resolved"]), m.practice.clock.now()
    note = {"reference": row.reference, "status": status, "due_at": due, "resolution": None}
    await m.take("dispute", lambda do: do.dispute(**note))


async def ask_for_the_money_back(m: Machine, dice: Dice) -> None:
    row = m.payment(dice.pick, lambda row: row.outcome == MoneyOutcome.CREDIT)
    request = m.now.requests[row.request_id]
    person = m.client_of(request, dice.pick)
    await m.take("credit back", lambda do: do.credit(person=person, public_id=request.public_id))


async def choose_another_time(m: Machine, dice: Dice) -> None:
    """For the money that is there."""
    row = m.payment(dice.pick, lambda row: row.outcome == MoneyOutcome.CREDIT)
    request, slot = m.now.requests[row.request_id], dice.one_of(range(4))
    person = m.client_of(request)
    await m.take("another time", lambda do: take_a_slot(do, person, request.public_id, slot))


async def admin_refunds(m: Machine, dice: Dice) -> None:
    waiting = {MoneyOutcome.QUARANTINE, MoneyOutcome.CREDIT}
    row = m.payment(dice.pick, lambda row: row.outcome in waiting)
    await m.take("admin refund", lambda do: do.desk.refund(person=ADMIN, reference=row.reference))


async def admin_retries(m: Machine, dice: Dice) -> None:
    """Once, or with an impatient second press."""
    failed = {payment for payment, one in m.now.refunds.items() if one.state == RefundState.FAILED}
    row = m.payment(dice.pick, lambda row: row.id in failed)
    times = dice.one_of([1, 2])
    await m.take("admin retry", *[lambda do: do.retry(payment_id=row.id, by=by(ADMIN.id))] * times)


async def a_refund_moves(m: Machine, dice: Dice) -> None:
    found = m.reported(dice.pick, *UNDECIDED)
    if found is not None:
        m.practice.paystack.move_refund(found[0], dice.one_of(ENDS))
        times = dice.one_of([0, 1, 2])
        await m.take("refund moves", *[lambda do: do.follow(reference=found[1])] * times)


async def a_refund_comes_back(m: Machine, dice: Dice) -> None:
    """It was said to be done, and then the bank sent it back."""
    found = m.reported(dice.pick, RefundState.PROCESSED)
    if found is not None:
        m.practice.paystack.move_refund(found[0], RefundState.FAILED)
        await m.take("refund comes back", lambda do: do.follow(reference=found[1]))


async def give_an_account(m: Machine, dice: Dice) -> None:
    row = m.refund(dice.pick, RefundState.NEEDS_ATTENTION)
    request = m.now.requests[m.now.payments[row.payment_id].request_id]
    person, digits = m.client_of(request, dice.pick), dice.one_of(["0123456789", "0123456789", "12"])

    async def give(do: Cases) -> None:
        await do.account.number(person=person, refund=row.public_id, bank_id=9, number=digits)
        await do.account.confirm(person=person, refund=row.public_id, mark=f"9{digits[-4:]}")

    await m.take("give an account", give)


async def paystack_fails_soon(m: Machine, dice: Dice) -> None:
    m.practice.paystack.fault = dice.one_of(list(Fault))
    m.practice.paystack.passing = dice.one_of(range(3))


async def dies_soon(m: Machine, dice: Dice) -> None:
    """In one of the next transactions: before it, or just after its commit."""
    m.practice.mortal.dies_in = dice.one_of(range(1, 5))
    m.practice.mortal.after_commit = dice.one_of([True, False])
