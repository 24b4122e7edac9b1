"""/timeoff: days off and openings, typed as people type; and asking clients to move what lies in time off."""

import json

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.people import Dietitian
from domain.model.step import StepKind
from domain.usecases.set_time_off import LONGEST_REASON, Entry
from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import timeoff as screens
from handlers.stretches import Stretch, of_entry, stretch_from
from handlers.typed_dates import checked, stretch_of
from handlers.typed_offers import paragraphs

_REASON_EXAMPLE = "Family holiday"
_GONE = "That is not in the list any more. Here is what is coming."


def _stretch(call: Call) -> Stretch:
    """Of the button; `NotYours` for what no button of ours carries."""
    try:
        return stretch_from(call.button.argument)
    except ValueError:
        raise NotYours from None


async def time_off(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _list(call, dietitian)


async def _list(call: Call, dietitian: Dietitian, note: str = "") -> Reply:
    entries = await call.cases.week.off.coming(dietitian=dietitian)
    number = call.press.page if call.press else 0
    return Reply(screen=screens.coming(entries, number, dietitian.timezone, note))


async def _entry(call: Call, dietitian: Dietitian) -> Entry | None:
    code = _stretch(call).code
    entries = await call.cases.week.off.coming(dietitian=dietitian)
    return next((one for one in entries if of_entry(one).code == code), None)


async def entry(call: Call) -> Reply:
    dietitian = practice(call)
    found = await _entry(call, dietitian)
    if found is None:
        reply = await _list(call, dietitian)
        return Reply(screen=reply.screen, toast=_GONE)
    stretch = of_entry(found)
    sessions = 0
    if not stretch.opening:
        sessions = await call.cases.week.clashes.count(dietitian=dietitian, time_off=stretch.time_off())
    return Reply(screen=screens.entry(found, sessions, dietitian.timezone))


async def remove(call: Call) -> Reply:
    dietitian = practice(call)
    if await _entry(call, dietitian) is None:
        reply = await _list(call, dietitian)
        return Reply(screen=reply.screen, toast=_GONE)
    return Reply(screen=screens.remove_sure(_stretch(call), dietitian.timezone))


async def remove_sure(call: Call) -> Reply:
    dietitian, stretch = practice(call), _stretch(call)
    entries: list[Entry] = [*(stretch.openings() if stretch.opening else stretch.time_off())]
    for one in entries:
        await call.cases.week.off.remove(dietitian=dietitian, entry=one)
    reply = await _list(call, dietitian)
    return Reply(screen=reply.screen, toast="Removed")


async def add(call: Call) -> Reply:
    """The argument is `off` or `open`."""
    practice(call)
    what = call.button.argument
    if what not in {screens.OFF, screens.OPEN}:
        raise NotYours
    await _ask(call, what)
    return Reply(screen=screens.ask_when(opening=what == screens.OPEN))


async def _ask(call: Call, what: str, code: str = "", reason: str | None = None) -> None:
    """Typing again says it anew; a reason waits with what it is for, until that is confirmed."""
    subject = json.dumps([what, code, reason])
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.TIME_OFF, subject=subject)


async def when_typed(call: Call, subject: str) -> Reply:
    what = json.loads(subject)[0]
    dietitian, opening = practice(call), what == screens.OPEN
    stretch = stretch_of(call.text, timezone=dietitian.timezone, now=call.house.clock.now(), opening=opening)
    await _ask(call, what, stretch.code)
    return await _understood(call, dietitian, stretch)


async def ask_again(call: Call, subject: str) -> Reply:  # noqa: ARG001 - as every question
    return Reply(screen=screens.ask_when(opening=json.loads(subject)[0] == screens.OPEN))


async def _understood(call: Call, dietitian: Dietitian, stretch: Stretch, reason: str | None = None) -> Reply:
    warning = ""
    if stretch.opening:
        warning = screens.wins_over(stretch, await call.cases.week.off.coming(dietitian=dietitian))
    return Reply(screen=screens.understood(stretch, dietitian.timezone, reason=reason, warning=warning))


async def reason(call: Call) -> Reply:
    dietitian, stretch = practice(call), _stretch(call)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.TIME_OFF_REASON, subject=stretch.code)
    return Reply(screen=screens.ask_reason(stretch, dietitian.timezone))


async def ask_reason_again(call: Call, subject: str) -> Reply:
    return Reply(screen=screens.ask_reason(stretch_from(subject), practice(call).timezone))


async def reason_typed(call: Call, subject: str) -> Reply:
    dietitian, stretch = practice(call), stretch_from(subject)
    why = paragraphs(call.text, longest=LONGEST_REASON, example=_REASON_EXAMPLE)
    await _ask(call, screens.OFF, stretch.code, why)
    return await _understood(call, dietitian, stretch, why)


async def skip(call: Call) -> Reply:
    dietitian, stretch = practice(call), _stretch(call)
    await _ask(call, screens.OPEN if stretch.opening else screens.OFF, stretch.code)
    return await _understood(call, dietitian, stretch)


async def confirm(call: Call) -> Reply:
    """A second press finds it kept already, and shows the same."""
    dietitian = practice(call)
    zone, now = dietitian.timezone, call.house.clock.now()
    stretch = checked(_stretch(call), timezone=zone, now=now)
    note = screens.saved(stretch, zone)
    if stretch.opening:
        await call.cases.week.off.open_once(dietitian=dietitian, openings=stretch.openings())
        return await _list(call, dietitian, note)
    why, time_off = await _reason_of(call, stretch), stretch.time_off
    await call.cases.week.off.take_off(dietitian=dietitian, time_off=time_off(why))
    found = await call.cases.week.clashes.within(dietitian=dietitian, time_off=time_off(), number=0)
    if not found.page.total:
        return await _list(call, dietitian, note)
    return Reply(screen=screens.clashes(stretch, found, zone, note))


async def _reason_of(call: Call, stretch: Stretch) -> str | None:
    """What was typed for just this."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is None or step.kind is not StepKind.TIME_OFF or step.subject is None:
        return None
    _, code, why = json.loads(step.subject)
    return str(why) if why is not None and code == stretch.code else None


async def clashes(call: Call) -> Reply:
    """The revision is the page."""
    return await _clashes(call, practice(call), _stretch(call), call.button.rev)


async def _clashes(
    call: Call, dietitian: Dietitian, stretch: Stretch, number: int, toast: str | None = None
) -> Reply:
    if stretch.opening:
        raise NotYours
    found = await call.cases.week.clashes.within(
        dietitian=dietitian, time_off=stretch.time_off(), number=number
    )
    return Reply(screen=screens.clashes(stretch, found, dietitian.timezone), toast=toast)


async def ask_to_move(call: Call) -> Reply:
    press, dietitian = call.button, practice(call)
    stretch = _stretch(call)
    try:
        asked = await call.cases.week.ask_to_move(person=call.person, public_id=press.subject)
    except (MovedOn, TooLate):
        toast = "That session has changed meanwhile. Here is what lies in your time off now."
    else:
        toast = "Asked. You will hear what they choose." if asked else "They have been asked already."
    return await _clashes(call, dietitian, stretch, press.rev, toast)


async def ask_all(call: Call) -> Reply:
    dietitian, stretch = practice(call), _stretch(call)
    if stretch.opening:
        raise NotYours
    asked = await call.cases.week.ask_to_move.all(
        person=call.person, dietitian=dietitian, time_off=stretch.time_off()
    )
    toast = f"Asked: {asked}. You will hear what they choose." if asked else "They have been asked already."
    return await _clashes(call, dietitian, stretch, 0, toast)
