"""What a dietitian wants to know of a client: consent, questions, answers; and the dietitian's view of them."""

from domain.errors import MovedOn
from domain.model.consent import Purpose, Wording
from domain.model.message import Message
from domain.usecases.intake import subject_of
from domain.usecases.read_intake import IntakeView
from handlers.call import Call, Reply
from handlers.screens import intake as screens

_CHANGED = "That has changed since that button was drawn. Here is where it stands now."


async def show(call: Call) -> Reply:
    """On with the next question; with a page, the list of all; or what becomes of the answers."""
    if not call.button.argument:
        return Reply(screen=_as_it_stands(call, await _go_on(call)))
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    view = await call.cases.intake.look(person=call.person, public_id=call.button.subject)
    if call.button.argument == screens.PRIVACY:
        section = call.house.policy.about(Purpose.HEALTH)
        return Reply(screen=screens.privacy(view, section, call.house.public_url))
    if call.button.argument == screens.LATER:
        return Reply(screen=screens.later(view))
    return Reply(screen=_as_it_stands(call, view, call.button.page))


async def _go_on(call: Call) -> IntakeView:
    return await call.cases.intake.go_on(person=call.person, public_id=call.button.subject)


async def _changed(call: Call) -> Reply:
    return Reply(screen=_as_it_stands(call, await _go_on(call)), toast=_CHANGED)


def _notice(call: Call) -> Wording:
    return call.house.policy.notice(Purpose.HEALTH)


def _as_it_stands(call: Call, view: IntakeView, number: int = 0) -> Message:
    return screens.as_it_stands(view, _notice(call), number)


async def agree(call: Call) -> Reply:
    """To the words above the button, and to no others."""
    press, notice = call.button, _notice(call)
    if press.rev != notice.mark:
        return await _changed(call)
    try:
        view = await call.cases.intake.agree(person=call.person, public_id=press.subject, wording=notice)
    except MovedOn:
        return await _changed(call)
    return Reply(screen=_as_it_stands(call, view))


async def refuse(call: Call) -> Reply:
    try:
        view = await call.cases.intake.refuse(person=call.person, public_id=call.button.subject)
    except MovedOn:
        return await _changed(call)
    return Reply(screen=_as_it_stands(call, view))


async def ask(call: Call) -> Reply:
    press = call.button
    try:
        view = await call.cases.intake.ask(person=call.person, public_id=press.subject, place=press.page)
    except MovedOn:
        return await _changed(call)
    return Reply(screen=_as_it_stands(call, view))


async def skip(call: Call) -> Reply:
    press = call.button
    try:
        view = await call.cases.intake.skip(
            person=call.person, public_id=press.subject, place=press.page, rev=press.rev
        )
    except MovedOn:
        return await _changed(call)
    return Reply(screen=_as_it_stands(call, view))


async def answer_typed(call: Call, subject: str) -> Reply:
    try:
        view = await call.cases.intake.answer(person=call.person, subject=subject, text=call.text)
    except MovedOn:  # closed meanwhile, or answered by another message at this moment
        view = await call.cases.intake.go_on(person=call.person, public_id=subject_of(subject)[0])
        return Reply(screen=screens.not_taken(_as_it_stands(call, view)))
    return Reply(screen=_as_it_stands(call, view))


async def ask_again(call: Call, subject: str) -> Reply:
    public_id, place = subject_of(subject)
    view = await call.cases.intake.ask(person=call.person, public_id=public_id, place=place)
    return Reply(screen=_as_it_stands(call, view))


async def clear(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    view = await call.cases.intake.look(person=call.person, public_id=call.button.subject)
    return Reply(screen=screens.clear_sure(view) if view.agreed else _as_it_stands(call, view))


async def clear_sure(call: Call) -> Reply:
    view = await call.cases.intake.clear(person=call.person, public_id=call.button.subject)
    return Reply(screen=_as_it_stands(call, view))


async def read(call: Call) -> Reply:
    """The dietitian."""
    view = await call.cases.read_intake(person=call.person, public_id=call.button.subject)
    return Reply(screen=screens.answers(view, call.button.page))
