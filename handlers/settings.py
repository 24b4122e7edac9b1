"""/settings: a person's own name, e-mail and time zone."""

from domain.model.step import StepKind
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.screens import settings
from handlers.screens.booking import after
from handlers.typed_values import email_address, person_name


async def show(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=settings.settings(call.person, call.dietitian))


async def change_name(call: Call) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.NAME)
    return Reply(screen=settings.ask_name())


async def change_email(call: Call) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.EMAIL)
    return Reply(screen=settings.ask_email())


async def name_typed(call: Call, _: str) -> Reply:
    return await _changed(call, name=person_name(call.text))


async def email_typed(call: Call, _: str) -> Reply:
    return await _changed(call, email=email_address(call.text))


async def _changed(call: Call, *, name: str | None = None, email: str | None = None) -> Reply:
    person = await call.cases.change_profile(person=call.person, name=name, email=email)
    return Reply(screen=after("✅ Saved.", settings.settings(person, call.dietitian)))


async def terms(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=settings.terms(practice(call)))


async def set_terms(call: Call) -> Reply:
    """The argument is `hours.percent`."""
    hours, _, percent = call.button.argument.partition(".")
    dietitian = await call.cases.set_terms(
        dietitian=practice(call), free_hours=_number(hours), late_refund_percent=_number(percent)
    )
    return Reply(screen=settings.terms(dietitian), toast="Saved")


async def request_days(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=settings.request_days(practice(call)))


async def set_request_days(call: Call) -> Reply:
    """The argument is the days."""
    dietitian = await call.cases.requests.set_days(
        dietitian=practice(call), days=_number(call.button.argument)
    )
    return Reply(screen=settings.request_days(dietitian), toast="Saved")


def _number(text: str) -> int:
    """-1, which no terms allow, for anything that is no number."""
    number = number_in(text)
    return -1 if number is None else number
