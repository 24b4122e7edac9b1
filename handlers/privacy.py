"""/settings → Privacy: what somebody agreed to, the words of it, and taking it back as easily as it was given."""

from dataclasses import replace

from domain.errors import NeedsEmail, NotYours
from domain.model.consent import Purpose, about_request
from domain.usecases.consenting import Agreed
from handlers.call import Call, Reply
from handlers.screens import home
from handlers.screens import intake as intake_screens
from handlers.screens import privacy as screens


async def show(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _list(call, number=call.button.page)


async def _list(call: Call, *, number: int = 0, toast: str | None = None) -> Reply:
    found = await call.cases.trust.agreements.all(person=call.person)
    screen = screens.agreements(
        call.person, found, number, public_url=call.house.public_url, mail_is_sent=call.house.mail_is_sent
    )
    return Reply(screen=screen, toast=toast)


def _named(call: Call) -> tuple[Purpose, str | None]:
    """Which the button is about, and its `record`. `NotYours` for what no button of ours carries."""
    press = call.button
    if press.subject:
        return Purpose.HEALTH, about_request(press.subject)
    if press.argument not in {Purpose.PRACTICE.value, Purpose.MAIL.value}:
        raise NotYours
    return Purpose(press.argument), None


async def _found(call: Call) -> Agreed | None:
    """Among their own; None where it does not hold (any more)."""
    wanted = _named(call)
    found = await call.cases.trust.agreements.all(person=call.person)
    return next((one for one in found if (one.consent.purpose, one.consent.record) == wanted), None)


async def words(call: Call) -> Reply:
    found = await _found(call)
    if found is None:
        return await _gone(call)
    return Reply(screen=screens.words(found, call.person.timezone))


async def _gone(call: Call) -> Reply:
    """Taken back already; `NotYours` where it never was theirs."""
    if call.button.subject:
        await call.cases.intake.look(person=call.person, public_id=call.button.subject)
    return await _list(call)


async def drop(call: Call) -> Reply:
    """Asks first, but for e-mail, which is switched on again as easily."""
    found = await _found(call)
    if found is None:
        return await _gone(call)
    match found.consent.purpose:
        case Purpose.PRACTICE:
            return Reply(screen=screens.leave_sure(is_dietitian=call.dietitian is not None))
        case Purpose.HEALTH:
            view = await call.cases.intake.look(person=call.person, public_id=call.button.subject)
            return Reply(screen=screens.answers_sure(intake_screens.clear_sure(view), found))
        case Purpose.MAIL:
            return await drop_sure(call)


async def drop_sure(call: Call) -> Reply:
    match _named(call)[0]:
        case Purpose.PRACTICE:
            await call.cases.trust.agreements.leave(
                person=call.person, is_dietitian=call.dietitian is not None
            )
            return Reply(screen=screens.left())
        case Purpose.HEALTH:
            await call.cases.intake.clear(person=call.person, public_id=call.button.subject)
            return await _list(call, toast="Your answers are deleted")
        case Purpose.MAIL:
            person = await call.cases.trust.agreements.no_mail(person=call.person)
            return await _list(replace(call, person=person), toast="Switched off: no more receipts by e-mail")


async def mail_notice(call: Call) -> Reply:
    if not call.house.mail_is_sent:
        raise NotYours
    if call.person.mail_receipts:
        return await _list(call)
    if call.person.email is None:
        return Reply(screen=screens.mail_needs_address())
    notice = call.house.policy.notice(Purpose.MAIL)
    return Reply(screen=screens.mail_notice(notice, call.person.email, call.house.public_url))


async def mail_agree(call: Call) -> Reply:
    """To the words above the button, and to no others."""
    notice = call.house.policy.notice(Purpose.MAIL)
    if not call.person.mail_receipts and call.button.rev != notice.mark:
        return replace(await mail_notice(call), toast=home.NOTICE_CHANGED, alert=True)
    try:
        person = await call.cases.trust.agreements.mail(person=call.person, wording=notice)
    except NeedsEmail:
        return Reply(screen=screens.mail_needs_address())
    return await _list(replace(call, person=person), toast="Switched on")
