"""Money that arrived and waits: the client's choice, a refund's way, the bank account it needs."""

from collections.abc import Sequence

from domain.model.message import Button, Message
from domain.model.payment import MoneyOutcome, Payment
from domain.model.refund import WORKING_DAYS, Bank, Refund, RefundState, ResolvedAccount
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.usecases.give_account import mark_of
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.parts import HOME, button, numbered, on, page_of, pager, rows, short, what

BANKS_ON_A_PAGE = 10
_LABEL_LIMIT = 40


def amount_paid(payment: Payment | None) -> str:
    if payment is None:
        return ""
    return money(payment.arrived, payment.paid_currency or payment.currency)


def waits(card: RequestCard) -> Message:
    """Money arrived and could not be given value: where it stands, and what the client can do."""
    paid = amount_paid(card.payment)
    outcome = card.payment.outcome if card.payment is not None else None
    match outcome:
        case MoneyOutcome.CREDIT:
            return Message(
                text=f"Your payment of {paid} arrived after the time kept for you had lapsed, and that time is taken "
                f"now. Your money is safe.\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b>: choose "
                "another time for the money you paid, or have a refund.",
                rows=rows(
                    [on(card, "📅 Choose another time", Verb.DAYS, "0")],
                    [on(card, "↩️ Refund", Verb.REFUND)],
                    [HOME],
                ),
            )
        case MoneyOutcome.REFUND:
            return Message(
                text=f"Your refund of {paid} is on its way; it takes {WORKING_DAYS}.", rows=((HOME,),)
            )
        case _:
            return Message(
                text=f"{paid} arrived, which is not what was asked for. Nothing was given for it. Your money is safe: the "
                "people who run this bot have been told, and will give you a refund. You can go on meanwhile.",
                rows=rows([_go_on(card)], [HOME]),
            )


def _go_on(card: RequestCard) -> Button:
    if card.request.kind is ServiceKind.MEAL_PLAN:
        return on(card, "▶️ Go on to pay", Verb.PAY)
    return on(card, "📅 Choose a time", Verb.DAYS, "0")


def went_back(payment: Payment, refund: Refund | None, *, before: bool) -> str:
    """The toast after "I've paid" where the money bought nothing; `before`: known before they pressed."""
    paid = amount_paid(payment)
    if not before:
        return f"Your {paid} arrived, but there is nothing left here to pay for. It goes back to you: that takes {WORKING_DAYS}."
    done = refund is not None and refund.state is RefundState.PROCESSED
    words = "was given back to you" if done else "is being given back to you"
    return f"The {paid} you paid before {words}; your bank shows it within {WORKING_DAYS}. Nothing newer has arrived."


def refund_sure(card: RequestCard) -> Message:
    return Message(
        text=f"Have {amount_paid(card.payment)} refunded? It takes {WORKING_DAYS}, and the request is closed. This cannot "
        "be undone.",
        rows=rows([on(card, "← Back", Verb.SHOW)], [on(card, "↩️ Yes, refund", Verb.REFUND_SURE)]),
    )


def started(amount: str, reason: str) -> str:
    return (
        f"↩️ Your refund of {amount} has been started ({safe(reason)}). It takes {WORKING_DAYS} to reach you, by the way "
        "you paid."
    )


def processed(amount: str) -> str:
    return (
        f"↩️ Your refund of {amount} has been paid out by Paystack. Your bank shows it within {WORKING_DAYS}."
    )


def failed(amount: str) -> str:
    return (
        f"⚠️ Your refund of {amount} did not go through yet. Your money is safe; the people who run this bot have been "
        "told and see to it. You need not do anything."
    )


def needs_account(amount: str, refund: str) -> Message:
    return Message(
        text=f"↩️ Your refund of {amount} needs your bank account: it cannot go back the way you paid. Choose your bank "
        "and type the account number; you will see the account's name before it is used.",
        rows=rows([button("🏦 Choose the bank", Verb.BANKS, refund, "0")], [HOME]),
    )


def choose_bank(banks: Sequence[Bank], number: int, refund: str) -> Message:
    page = page_of(banks, number, BANKS_ON_A_PAGE)
    lines = [[button(short(bank.name, _LABEL_LIMIT), Verb.BANK, refund, str(bank.id))] for bank in page.items]
    return Message(
        text=f"Which bank is the account with?{numbered(page)}",
        rows=rows(*lines, pager(page, Verb.BANKS, subject=refund), [HOME]),
    )


def ask_number(refund: str) -> Message:
    return Message(
        text="Type the account number: ten digits, for example <i>0123456789</i>.",
        rows=rows([button("← Back", Verb.BANKS, refund, "0")]),
    )


def account_sure(bank: Bank, account: ResolvedAccount, refund: str) -> Message:
    return Message(
        text=f"Is this your account?\n<b>{safe(account.name)}</b>\n{safe(bank.name)}, ending in {account.number[-4:]}",
        rows=rows(
            [button("✅ Confirm", Verb.ACCOUNT_SURE, refund, mark_of(bank.id, account.number))],
            [button("← Back", Verb.BANKS, refund, "0")],
        ),
    )


def account_given() -> Message:
    return Message(
        text=f"Thank you. Paystack sends the refund there; it takes {WORKING_DAYS}. You will hear here.",
        rows=((HOME,),),
    )


def away(words: str, refund: str) -> Message:
    return Message(text=words, rows=rows([button("🏦 Choose the bank", Verb.BANKS, refund, "0")], [HOME]))
