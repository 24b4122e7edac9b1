"""A typed message: the answer to the question that was asked last, or nothing we were waiting for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.step import Step, StepKind
from handlers import (
    attend,
    availability,
    back_office,
    clients,
    compose,
    edit_offers,
    intake,
    invites,
    money,
    offers,
    onboarding,
    profile,
    reminders,
    requests,
    rights,
    settings,
    setup,
    timeoff,
    uploads,
    waiting_list,
    zones,
)
from handlers.book import ask_email, own, pay_screen
from handlers.call import Call, Reply
from handlers.formats import safe
from handlers.screens.booking import after
from handlers.typed_values import email_address

_ONLY_WORDS = "I can only read words here. Please type your answer; the question stays open."


async def typed(call: Call) -> Reply:
    step, again = await call.cases.ask.answered_by(telegram_id=call.telegram_id, item_id=call.item_id)
    if again:
        return await ask_open(call)
    if step is None:
        return await onboarding.lost(call)
    if call.shared is not None and step.kind is not StepKind.SHARED_CLIENT:
        return await onboarding.lost(call)
    return await _unless_over(call, _answered(call, step))


async def _answered(call: Call, step: Step) -> Reply:
    rights.permit(call, rights.STEPS[step.kind])
    if not call.text.strip() and call.shared is None:  # that they pinned a message, for one
        return await _no_words(call, step)
    try:
        return await _ANSWERS[step.kind](call, step.subject or "")
    except Malformed as wrong:
        return await _once_more(call, step, str(wrong))


async def _unless_over(call: Call, answer: Awaitable[Reply]) -> Reply:
    """Where what was asked about has moved on, the question must not stay open."""
    try:
        return await answer
    except (MovedOn, NotYours):
        await call.cases.ask.take_back(telegram_id=call.telegram_id)
        raise


async def ask_open(call: Call) -> Reply:
    """The open question again, with all its buttons; home where there is none."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is None:
        return Reply(screen=await onboarding.home_card(call))
    return await _unless_over(call, _asked(call, step))


async def _asked(call: Call, step: Step) -> Reply:
    rights.permit(call, rights.STEPS[step.kind])
    return await _QUESTIONS[step.kind](call, step.subject or "")


async def _once_more(call: Call, step: Step, wrong: str) -> Reply:
    """What was wrong, above the question with all its buttons: it stays open."""
    reply = await _asked(call, step)
    return replace(reply, screen=after(safe(wrong), reply.screen)) if reply.screen is not None else reply


async def _no_words(call: Call, step: Step) -> Reply:
    if step.kind in {StepKind.SHARED_CLIENT, StepKind.PLAN_FILE}:  # these want none
        return await _asked(call, step)
    return await _once_more(call, step, _ONLY_WORDS)


async def _ask_email(call: Call, subject: str) -> Reply:
    return await ask_email(call, subject) if subject else await settings.change_email(call)


async def _change_name(call: Call, _: str) -> Reply:
    return await settings.change_name(call)


async def sent(call: Call) -> Reply:
    """A file, a picture, a voice message: no answer to a question that wants words, which stays open."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    kind = step.kind if step is not None else None
    wants_words = kind is StepKind.INTAKE_ANSWER or (call.document is None and kind is not StepKind.PLAN_FILE)
    if step is not None and wants_words:
        return await _unless_over(call, _no_words(call, step))
    return await _unless_over(call, (uploads.document if call.document else uploads.other_media)(call))


async def _email(call: Call, subject: str) -> Reply:
    """In the settings, or on the way to a payment: then the pay screen is what they came for."""
    if not subject:
        return await settings.email_typed(call, subject)
    email = email_address(call.text)
    await own(call, subject)
    await call.cases.change_profile(person=call.person, email=email)
    return await pay_screen(call, subject)


async def _shared(call: Call, subject: str) -> Reply:
    if call.shared is None:
        return await compose.back_from_picker(call, subject)
    return await compose.shared(call, subject)


_QUESTIONS: dict[StepKind, Callable[[Call, str], Awaitable[Reply]]] = {
    StepKind.CLIENT_NAME: compose.resume_typed,
    StepKind.CLIENT_EMAIL: compose.resume_typed,
    StepKind.SHARED_CLIENT: compose.back_from_picker,
    StepKind.REQUEST_MESSAGE: compose.resume_typed,
    StepKind.DECLINE_REASON: requests.ask_reason_again,
    StepKind.ACCOUNT_NUMBER: money.ask_number_again,
    StepKind.PLAN_FILE: uploads.text_instead,
    StepKind.INTAKE_ANSWER: intake.ask_again,
    StepKind.INTAKE_QUESTION: offers.ask_again,
    StepKind.NEW_SERVICE: edit_offers.ask_again,
    StepKind.SERVICE_FIELD: edit_offers.ask_field_again,
    StepKind.INVITE_NAME: invites.ask_name_again,
    StepKind.SUSPEND_REASON: invites.ask_reason_again,
    StepKind.SET_UP: setup.ask_again,
    StepKind.OPENING_TIMES: availability.ask_times_again,
    StepKind.BOOKING_RULE: availability.ask_rule_again,
    StepKind.TIME_OFF: timeoff.ask_again,
    StepKind.TIME_OFF_REASON: timeoff.ask_reason_again,
    StepKind.CLIENT_SEARCH: clients.search_again,
    StepKind.CLIENT_NOTES: clients.ask_notes_again,
    StepKind.CLIENT_MESSAGE: clients.ask_message_again,
    StepKind.BROADCAST: back_office.ask_again,
    StepKind.REVIEW_WORDS: attend.ask_words_again,
    StepKind.PROFILE: profile.ask_again,
    StepKind.QUIET_HOURS: reminders.ask_quiet_again,
    StepKind.WISH_HOURS: waiting_list.ask_again,
    StepKind.EMAIL: _ask_email,
    StepKind.NAME: _change_name,
    StepKind.TIMEZONE: zones.ask_again,
}
_ANSWERS: dict[StepKind, Callable[[Call, str], Awaitable[Reply]]] = {
    StepKind.CLIENT_NAME: compose.name_typed,
    StepKind.CLIENT_EMAIL: compose.email_typed,
    StepKind.SHARED_CLIENT: _shared,
    StepKind.REQUEST_MESSAGE: compose.message_typed,
    StepKind.DECLINE_REASON: requests.decline_with_reason,
    StepKind.ACCOUNT_NUMBER: money.number_typed,
    StepKind.PLAN_FILE: uploads.text_instead,
    StepKind.INTAKE_ANSWER: intake.answer_typed,
    StepKind.INTAKE_QUESTION: offers.question_typed,
    StepKind.NEW_SERVICE: edit_offers.add_typed,
    StepKind.SERVICE_FIELD: edit_offers.edit_typed,
    StepKind.INVITE_NAME: invites.name_typed,
    StepKind.SUSPEND_REASON: invites.reason_typed,
    StepKind.SET_UP: setup.typed,
    StepKind.OPENING_TIMES: availability.times_typed,
    StepKind.BOOKING_RULE: availability.rule_typed,
    StepKind.TIME_OFF: timeoff.when_typed,
    StepKind.TIME_OFF_REASON: timeoff.reason_typed,
    StepKind.CLIENT_SEARCH: clients.search_typed,
    StepKind.CLIENT_NOTES: clients.notes_typed,
    StepKind.CLIENT_MESSAGE: clients.message_typed,
    StepKind.BROADCAST: back_office.typed,
    StepKind.REVIEW_WORDS: attend.words_typed,
    StepKind.PROFILE: profile.typed,
    StepKind.QUIET_HOURS: reminders.quiet_typed,
    StepKind.WISH_HOURS: waiting_list.hours_typed,
    StepKind.EMAIL: _email,
    StepKind.NAME: settings.name_typed,
    StepKind.TIMEZONE: zones.typed,
}
