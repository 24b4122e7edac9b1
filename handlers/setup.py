"""A new dietitian's guided set-up; what is missing decides what is asked."""

from collections.abc import Callable
from dataclasses import replace

from domain.errors import Malformed, MovedOn
from domain.model.hours import WeeklyHours
from domain.model.message import Message
from domain.model.service import ServiceKind
from domain.model.set_up import Part, Question, SetUpState
from domain.usecases.set_up import Value
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.screens import setup as screens
from handlers.screens.settings import COMMON_ZONES
from handlers.typed_hours import week_of
from handlers.typed_offers import days_of, minutes_of, price_of, title_of
from handlers.typed_values import email_address, https_link, person_name, timezone_name

_GONE_ON = "That has been answered already. Here is where your set-up stands."


async def go_on(call: Call) -> Reply:
    """The argument is a question or a part, `zone.page`, or nothing for whatever comes next."""
    what, _, page = call.button.argument.partition(".")
    if what == Part.SERVICE:
        state = await call.cases.office.set_up.look(person=call.person)
        if Part.SERVICE in state.missing:
            return await _ask(call, state.question_for(Part.SERVICE))
    asked = Question(what) if what in set(Question) else None
    return await _ask(call, asked, page=number_in(page) or 0)


async def following(call: Call) -> Reply:
    return await _ask(call, None)


async def _ask(call: Call, question: Question | None, *, page: int = 0) -> Reply:
    state, asked = await call.cases.office.set_up.ask(person=call.person, question=question)
    return Reply(screen=_screen(call, state, asked, page=page))


def _screen(
    call: Call, state: SetUpState, asked: Question | None, *, page: int = 0, understood: str = ""
) -> Message:
    if asked is None:
        return screens.done(state.dietitian, understood=understood)
    google = call.house.authorization.configured
    return screens.question(state, asked, page=page, understood=understood, google=google)


async def chosen(call: Call) -> Reply:
    """The argument is `question.value`."""
    what, _, value = call.button.argument.partition(".")
    if what == Question.MEETING:
        return await _skipped(call)
    state = await call.cases.office.set_up.look(person=call.person)
    meant = _meant(state, what, value)
    return await _gone_on(call) if meant is None else await _answered(call, Question(what), meant)


def _meant(state: SetUpState, what: str, value: str) -> Value | None:
    """None for what no button of ours says."""
    match what, value:
        case Question.NAME, "invite":
            return state.invite.name if state.invite is not None else None
        case Question.NAME, "person":
            return state.person.name
        case Question.EMAIL, "person":
            return state.person.email
        case Question.ZONE, "own":
            return state.dietitian.timezone if state.dietitian is not None else None
        case Question.KIND, _ if value in set(ServiceKind):
            return ServiceKind(value)
        case Question.HOURS, _ if value in screens.PRESETS:
            return screens.PRESETS[value][1]
        case _:
            return _number_meant(what, value)


def _number_meant(what: str, value: str) -> Value | None:
    number = number_in(value)
    if number is None:
        return None
    if what == Question.ZONE:
        return COMMON_ZONES[number] if number < len(COMMON_ZONES) else None
    if what in {Question.MINUTES, Question.DAYS}:
        return minutes_of(value) if what == Question.MINUTES else days_of(value)
    return None


async def _skipped(call: Call) -> Reply:
    """Where to meet can be said later; anything else that is missing is asked."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    state = await call.cases.office.set_up.look(person=call.person)
    if not state.can_be_booked:
        return await following(call)
    return Reply(screen=screens.done(state.dietitian, has_meeting=Part.MEETING not in state.missing))


async def ask_again(call: Call, subject: str) -> Reply:
    return await _ask(call, Question(subject))


async def typed(call: Call, subject: str) -> Reply:
    """The subject is the question."""
    question = Question(subject)
    return await _answered(call, question, _read(call, question))


def _read(call: Call, question: Question) -> Value:
    if question is Question.PRICE:
        return price_of(call.text, call.cases.office.set_up.currency)
    return _READERS[question](call.text)


def _kind(text: str) -> ServiceKind:
    typed = text.casefold()
    if "plan" in typed:
        return ServiceKind.MEAL_PLAN
    if any(word in typed for word in ("consult", "session", "talk")):
        return ServiceKind.CONSULTATION
    raise Malformed("Choose one of the two, or type it. For example: consultation")


def _week(text: str) -> WeeklyHours:
    week = week_of(text)
    if not any(week):
        raise Malformed("Open at least once a week. For example: Mon-Fri 9-12, 1pm-5pm; Sat 10-14")
    return week


_READERS: dict[Question, Callable[[str], Value]] = {
    Question.NAME: person_name,
    Question.EMAIL: email_address,
    Question.ZONE: timezone_name,
    Question.KIND: _kind,
    Question.TITLE: title_of,
    Question.MINUTES: minutes_of,
    Question.DAYS: days_of,
    Question.HOURS: _week,
    Question.MEETING: https_link,
}


async def _answered(call: Call, question: Question, value: Value) -> Reply:
    try:
        state = await call.cases.office.set_up.answer(person=call.person, question=question, value=value)
    except MovedOn:
        return await _gone_on(call)
    understood = screens.understood(question, value, call.cases.office.set_up.currency)
    return Reply(screen=_screen(call, state, state.after(question), understood=understood))


async def _gone_on(call: Call) -> Reply:
    reply = await following(call)
    return replace(reply, toast=_GONE_ON)
