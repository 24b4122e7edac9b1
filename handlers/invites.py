"""/admin → Dietitians: who has a practice here, who is invited, suspend and reinstate; and opening an invitation."""

from dataclasses import replace

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.consent import Purpose
from domain.model.people import Invite
from domain.model.step import StepKind
from domain.usecases.invites import Arrival, Issued
from domain.usecases.suspend_dietitian import REASON_LIMIT
from handlers import setup
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.pictures import qr_png
from handlers.screens import home
from handlers.screens import invites as screens
from handlers.typed_values import person_name

_GONE = "That invitation was revoked, or has led to a practice. Nothing was changed; here is what is open."
_OPENED = "Somebody else has opened it, or it has expired. Here is where it stands now."


async def dietitians(call: Call) -> Reply:
    """The argument is `tab.page`."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    tab, _, number = call.button.argument.partition(".")
    page = number_in(number) or 0
    if tab == "invited":
        return await _invited(call, page)
    tab = tab if tab in screens.TABS else "active"
    everyone = await call.cases.office.roster.dietitians(suspended=tab == "suspended")
    return Reply(screen=screens.dietitians(everyone, tab, page))


async def _invited(call: Call, number: int = 0, toast: str | None = None) -> Reply:
    found = await call.cases.office.roster.invites(number=number)
    return Reply(screen=screens.invited(found, call.house.clock.now(), call.person.timezone), toast=toast)


async def _gone(call: Call) -> Reply:
    return replace(await _invited(call, toast=_GONE), alert=True)


async def dietitian(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    reply = await _card(call, call.button.subject)
    await call.cases.office.trail.looked(admin=call.person, at=f"dietitian:{call.button.subject}")
    return reply


async def _card(call: Call, public_id: str, toast: str | None = None) -> Reply:
    known = await call.cases.office.roster.one(public_id=public_id)
    return Reply(screen=screens.card(known, call.person.timezone), toast=toast)


async def suspend(call: Call) -> Reply:
    """Asks; a typed reason suspends too."""
    known = await call.cases.office.roster.one(public_id=call.button.subject)
    if known.dietitian.suspended_at is not None:
        return await _card(call, call.button.subject)
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.SUSPEND_REASON, subject=call.button.subject
    )
    return Reply(screen=screens.suspend_sure(known.dietitian))


async def ask_reason_again(call: Call, subject: str) -> Reply:
    known = await call.cases.office.roster.one(public_id=subject)
    return Reply(screen=screens.suspend_sure(known.dietitian))


async def suspend_sure(call: Call) -> Reply:
    return await _suspended(call, call.button.subject, None)


async def reason_typed(call: Call, subject: str) -> Reply:
    reason = " ".join(call.text.split())
    if not reason:
        raise Malformed("I need a reason in words. For example: complaints are being looked into")
    if len(reason) > REASON_LIMIT:
        raise Malformed(
            f"That is longer than {REASON_LIMIT} characters. For example: complaints are being looked into"
        )
    return await _suspended(call, subject, reason)


async def _suspended(call: Call, public_id: str, reason: str | None) -> Reply:
    await call.cases.office.suspension.suspend(admin=call.person, public_id=public_id, reason=reason)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _card(call, public_id, toast="Suspended")


async def reinstate(call: Call) -> Reply:
    known = await call.cases.office.roster.one(public_id=call.button.subject)
    if known.dietitian.suspended_at is None:
        return await _card(call, call.button.subject)
    return Reply(screen=screens.reinstate_sure(known.dietitian))


async def reinstate_sure(call: Call) -> Reply:
    await call.cases.office.suspension.reinstate(admin=call.person, public_id=call.button.subject)
    return await _card(call, call.button.subject, toast="Reinstated")


async def invite(call: Call) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.INVITE_NAME)
    return Reply(screen=screens.ask_name())


async def ask_name_again(call: Call, _: str) -> Reply:
    return await invite(call)


async def name_typed(call: Call, _: str) -> Reply:
    name = person_name(call.text)
    return _issued(call, await call.cases.office.invitations.issue(admin=call.person, name=name))


def _issued(call: Call, issued: Issued) -> Reply:
    address = f"https://t.me/{call.house.bot_username}?start={issued.token}"
    return Reply(
        screen=screens.link(issued.invite, address, call.person.timezone),
        also=(screens.link_picture(qr_png(address), issued.invite),),
    )


async def invitation(call: Call) -> Reply:
    try:
        found = await call.cases.office.roster.invite(public_id=call.button.subject)
    except NotYours:
        return await _gone(call)
    return Reply(screen=screens.invitation(found, call.house.clock.now(), call.person.timezone))


async def renew(call: Call) -> Reply:
    try:
        issued = await call.cases.office.invitations.renew(admin=call.person, public_id=call.button.subject)
    except NotYours:
        return await _gone(call)
    return _issued(call, issued)


async def revoke(call: Call) -> Reply:
    try:
        found = await call.cases.office.roster.invite(public_id=call.button.subject)
    except NotYours:
        return await _gone(call)
    return Reply(screen=screens.revoke_sure(found))


async def revoke_sure(call: Call) -> Reply:
    try:
        await call.cases.office.invitations.revoke(admin=call.person, public_id=call.button.subject)
    except NotYours:
        return await _gone(call)
    return await _invited(call, toast="Revoked: its link works no more")


async def mine(call: Call) -> Reply:
    """The admin means themself."""
    try:
        await call.cases.office.invitations.take(admin=call.person, public_id=call.button.subject)
    except NotYours:
        return await _gone(call)
    except MovedOn:
        if call.dietitian is not None:
            return Reply(screen=screens.already(call.dietitian))
        return replace(await invitation(call), toast=_OPENED, alert=True)
    return await setup.following(call)


async def arrived(call: Call, invite: Invite, arrival: Arrival) -> Reply:
    """Somebody opened the link; the privacy notice comes before the set-up."""
    match arrival:
        case Arrival.HAS_PRACTICE:
            return Reply(screen=screens.already(call.dietitian))
        case Arrival.ADMINS:
            return Reply(screen=screens.own_link(invite))
        case _ if not call.person.has_consented:
            notice = call.house.policy.notice(Purpose.PRACTICE)
            return Reply(screen=home.invited(call.person, invite, notice, public_url=call.house.public_url))
        case _:
            return await setup.following(call)
