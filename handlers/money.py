"""The client's money that waits: refund, and the account it needs."""

from domain.errors import GatewayError, MovedOn
from domain.model.payment import MoneyOutcome
from domain.model.people import Role
from domain.model.step import StepKind
from handlers.call import Call, Reply
from handlers.screens import booking, money

_AWAY = "Paystack isn't answering just now. Nothing has changed; please try again in a minute."


async def refund(call: Call) -> Reply:
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    credit = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
    if role is not Role.CLIENT or not credit:
        raise MovedOn
    return Reply(screen=money.refund_sure(card))


async def refund_sure(call: Call) -> Reply:
    card = await call.cases.return_credit(person=call.person, public_id=call.button.subject)
    screen = booking.request_screen(card, call.person.timezone, call.house.clock.now())
    return Reply(screen=screen, toast="Your refund is started")


async def banks(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    try:
        found = await call.cases.give_account.banks(person=call.person, refund=call.button.subject)
    except GatewayError:
        return Reply(toast=_AWAY, alert=True)
    return Reply(screen=money.choose_bank(found, call.button.page, call.button.subject))


async def bank(call: Call) -> Reply:
    await call.cases.give_account.wanted(person=call.person, refund=call.button.subject)
    subject = f"{call.button.subject}:{call.button.page}"
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.ACCOUNT_NUMBER, subject=subject)
    return Reply(screen=money.ask_number(call.button.subject))


async def ask_number_again(call: Call, subject: str) -> Reply:  # noqa: ARG001 - as every question
    return Reply(screen=money.ask_number(subject.partition(":")[0]))


async def number_typed(call: Call, subject: str) -> Reply:
    refund_id, _, bank_id = subject.partition(":")
    try:
        found, account = await call.cases.give_account.number(
            person=call.person, refund=refund_id, bank_id=int(bank_id), number=call.text
        )
    except GatewayError:
        return Reply(screen=money.away(_AWAY, refund_id))
    return Reply(screen=money.account_sure(found, account, refund_id))


async def account_sure(call: Call) -> Reply:
    try:
        await call.cases.give_account.confirm(
            person=call.person, refund=call.button.subject, mark=call.button.argument
        )
    except GatewayError:
        return Reply(toast=_AWAY, alert=True)
    return Reply(screen=money.account_given())
