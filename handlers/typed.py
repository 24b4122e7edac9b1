"""A typed message: the answer to the question that was asked last, or nothing we were waiting for."""

from domain.errors import MovedOn, NotYours
from domain.model.step import Step, StepKind
from handlers import compose, onboarding, requests, settings
from handlers.book import pay_screen
from handlers.call import Call, Reply
from handlers.typed_values import email_address


async def typed(call: Call) -> Reply:
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is None:
        return await onboarding.lost(call)
    if call.shared is not None and step.kind is not StepKind.SHARED_CLIENT:
        return await onboarding.lost(call)
    try:
        return await _answer(call, step)
    except (MovedOn, NotYours):  # what was asked about has moved on: the question must not stay open
        await call.cases.ask.take_back(telegram_id=call.telegram_id)
        raise


async def _answer(call: Call, step: Step) -> Reply:
    subject = step.subject or ""
    match step.kind:
        case StepKind.CLIENT_NAME:
            return await compose.name_typed(call, subject)
        case StepKind.CLIENT_EMAIL:
            return await compose.email_typed(call, subject)
        case StepKind.SHARED_CLIENT if call.shared is not None:
            return await compose.shared(call, subject)
        case StepKind.SHARED_CLIENT:
            return await compose.back_from_picker(call, subject)
        case StepKind.REQUEST_MESSAGE:
            return await compose.message_typed(call, subject)
        case StepKind.DECLINE_REASON:
            return await requests.decline_with_reason(call, subject)
        case StepKind.EMAIL:
            return await _email(call, subject)
        case StepKind.NAME:
            return await settings.name_typed(call)
        case StepKind.TIMEZONE:
            return await settings.zone_typed(call)


async def _email(call: Call, subject: str) -> Reply:
    """In the settings, or on the way to a payment: then the pay screen is what they came for."""
    if not subject:
        return await settings.email_typed(call)
    await call.cases.change_profile(person=call.person, email=email_address(call.text))
    return await pay_screen(call, subject)
