"""What needs no agreement to the privacy notice: what is theirs by law, always; and what only sees to what is booked
and paid, for who has taken the agreement back.

A newcomer, who never agreed, gets the notice instead of the latter; so does everybody before anything new is begun.
"""

from functools import partial

from domain.model.payment import MoneyOutcome
from domain.model.step import StepKind
from handlers import onboarding
from handlers.call import Call, Handler, Reply
from handlers.callbacks import Verb

PRESSES = frozenset(
    {
        Verb.AGREE, Verb.HOME, Verb.HELP, Verb.PRIVACY, Verb.CONSENT, Verb.DROP_CONSENT, Verb.DROP_CONSENT_SURE,
        Verb.MY_DATA, Verb.ERASURE, Verb.ERASE, Verb.ERASE_SURE, Verb.ERASE_STOP, Verb.ERASE_CANCEL,
        Verb.ERASE_CANCEL_SURE,
    }
)  # fmt: skip
COMMANDS = frozenset({"start", "help", "cancel", "privacy", "mydata", "deletemydata"})

GOES_ON = frozenset(
    {
        # what stands where, to read
        Verb.SHOW, Verb.UPCOMING, Verb.PAST, Verb.AGENDA, Verb.PAST_AGENDA, Verb.BOOKING, Verb.CALENDAR,
        Verb.MEAL_PLANS, Verb.MEAL_PLAN, Verb.SEND_AGAIN,
        # a session that is booked
        Verb.GET_LINK, Verb.HERE, Verb.LATE, Verb.LATE_SURE, Verb.CANCEL_BOOKING, Verb.CANCEL_BOOKING_SURE,
        Verb.MOVE, Verb.MOVE_DAY, Verb.MOVE_SLOT, Verb.MOVE_SURE,
        # a meal plan that is paid, and money
        Verb.CANCEL_PLAN, Verb.CANCEL_PLAN_SURE, Verb.PAID, Verb.REFUND, Verb.REFUND_SURE, Verb.BANKS, Verb.BANK,
        Verb.ACCOUNT_SURE,
        # answers about health are deleted without a word more
        Verb.INTAKE_CLEAR, Verb.INTAKE_CLEAR_SURE,
    }
)  # fmt: skip
FOR_WAITING_MONEY = frozenset({Verb.DAYS, Verb.DAY, Verb.SLOT})
"""Another time for what is paid already; without money that waits they begin something new."""

COMMANDS_GO_ON = frozenset({"upcoming", "mealplans"})
STEPS_GO_ON = frozenset({StepKind.ACCOUNT_NUMBER})


def instead(call: Call, handler: Handler) -> Handler:
    """For a press or a command of somebody without agreement: the notice, or what they came for."""
    if call.press is not None and call.press.verb in FOR_WAITING_MONEY:
        return partial(_for_waiting_money, handler)
    named = call.press.verb in GOES_ON if call.press is not None else call.command in COMMANDS_GO_ON
    return partial(_goes_on, handler) if named else onboarding.ask_consent


def instead_of_typed(handler: Handler) -> Handler:
    return partial(_answered, handler)


async def _goes_on(handler: Handler, call: Call) -> Reply:
    return await handler(call) if await _once_agreed(call) else await onboarding.ask_consent(call)


async def _for_waiting_money(handler: Handler, call: Call) -> Reply:
    if not await _once_agreed(call):
        return await onboarding.ask_consent(call)
    card, _ = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    waits = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
    return await handler(call) if waits else await onboarding.ask_consent(call)


async def _answered(handler: Handler, call: Call) -> Reply:
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is None or step.kind not in STEPS_GO_ON:
        return await onboarding.ask_consent(call)
    return await _goes_on(handler, call)


async def _once_agreed(call: Call) -> bool:
    return await call.cases.trust.agreements.was_given(person=call.person)
