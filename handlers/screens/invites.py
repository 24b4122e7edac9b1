"""The admin's side of the practice: its dietitians, who is invited, suspending."""

from collections.abc import Sequence
from datetime import datetime

from domain.model.message import Button, File, FileKind, Message
from domain.model.people import INVITE_LIVES, Dietitian, Invite
from domain.model.views import Page
from domain.usecases.invites import Known
from domain.usecases.suspend_dietitian import REASON_LIMIT
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.screens.desk import DESK
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short
from handlers.screens.setup import PARTS

ON_A_PAGE = 8
_LABEL_LIMIT, _NAME_LIMIT = 32, 80
TABS = {"active": "Active", "suspended": "Suspended", "invited": "Invited"}
_DAYS = INVITE_LIVES.days


def _tabs(chosen: str) -> list[Button]:
    return [
        button(f"• {label}" if tab == chosen else label, Verb.DIETITIANS, argument=f"{tab}.0")
        for tab, label in TABS.items()
    ]


_INVITE = button("➕ Invite a dietitian", Verb.INVITE)
_ALL = button("← Back", Verb.DIETITIANS, argument="active.0")
_INVITED = button("← Back", Verb.DIETITIANS, argument="invited.0")


def dietitians(found: Sequence[Dietitian], tab: str, number: int) -> Message:
    page = page_of(found, number, ON_A_PAGE)
    lines = [[button(short(one.name, _LABEL_LIMIT), Verb.DIETITIAN, one.public_id)] for one in page.items]
    nobody = {
        "active": "Nobody yet. Invite somebody: they get a link, and set up their practice in this chat.",
        "suspended": "Nobody is suspended.",
    }
    text = nobody[tab] if not found else "Open one to see what it lacks, or to suspend it."
    if tab == "suspended" and found:
        text = "They take nothing new; what is booked and paid goes on. Open one to reinstate it."
    return Message(
        text=f"<b>Dietitians · {TABS[tab].casefold()} ({page.total})</b>{numbered(page)}\n{text}",
        rows=rows(
            *lines, pager(page, Verb.DIETITIANS, prefix=f"{tab}."), _tabs(tab), [_INVITE], [DESK, HOME]
        ),
    )


def invited(page: Page[Invite], now: datetime, timezone: str) -> Message:
    lines, texts = [], []
    for one in page.items:
        texts.append(f"• {_name(one)} – {_stands(one, now, timezone)}")
        lines.append([button(short(one.name, _LABEL_LIMIT), Verb.INVITATION, one.public_id)])
    text = "\n".join(texts) or "No invitation is open."
    return Message(
        text=f"<b>Dietitians · invited ({page.total})</b>{numbered(page)}\n{text}",
        rows=rows(
            *lines, pager(page, Verb.DIETITIANS, prefix="invited."), _tabs("invited"), [_INVITE], [DESK, HOME]
        ),
    )


def _name(invite: Invite) -> str:
    return f"<b>{safe(short(invite.name, _NAME_LIMIT))}</b>"


def _stands(invite: Invite, now: datetime, timezone: str) -> str:
    if invite.used_at is not None:
        return f"opened {moment(invite.used_at, timezone)}; the set-up has not begun"
    if now >= invite.expires_at:
        return f"expired {moment(invite.expires_at, timezone)}"
    return f"open until {moment(invite.expires_at, timezone)}"


def ask_name() -> Message:
    return Message(
        text="Who is invited to open a practice here? Type their name, for example <i>Dr Ada Obi</i>. They can change it.",
        rows=rows([_INVITED, DESK]),
    )


def link(invite: Invite, address: str, timezone: str) -> Message:
    return Message(
        text=f"🔗 The invitation for {_name(invite)}:\n{safe(address)}\n\nForward it to them. It belongs to the first person "
        f"who opens it, and holds until {moment(invite.expires_at, timezone)}. It is shown only now; a new one can be "
        "made at any time.",
        rows=rows(
            [Button(label="📋 Copy the link", copy=address)],
            [button("Open", Verb.INVITATION, invite.public_id), _INVITED],
            [DESK],
        ),
    )


def link_picture(png: bytes, invite: Invite) -> Message:
    return Message(
        text=f"The same link for {_name(invite)} as a picture: their phone's camera opens it.",
        file=File(kind=FileKind.PHOTO, name="invitation.png", mime_type="image/png", content=png),
    )


def invitation(invite: Invite, now: datetime, timezone: str) -> Message:
    return Message(
        text=f"Invitation for {_name(invite)}\nMade {moment(invite.created_at, timezone)}; {_stands(invite, now, timezone)}.\n\n"
        f"A new link takes the place of the former one and holds {_DAYS} days.",
        rows=rows(
            [button("🔗 Make a new link", Verb.RENEW_INVITE, invite.public_id)],
            [button("✖️ Revoke", Verb.REVOKE, invite.public_id)],
            [_INVITED, DESK],
        ),
    )


def revoke_sure(invite: Invite) -> Message:
    return Message(
        text=f"Revoke the invitation for {_name(invite)}? Its link stops working at once. This cannot be undone; you can "
        "invite them anew.",
        rows=rows(
            [button("← Back", Verb.INVITATION, invite.public_id)],
            [button("✖️ Yes, revoke", Verb.REVOKE_SURE, invite.public_id)],
        ),
    )


def own_link(invite: Invite) -> Message:
    """An admin looks whether it works."""
    return Message(
        text=f"This is the invitation for {_name(invite)}. It works, and is not used up by your looking. Forward it: it "
        "will belong to the first person who opens it.",
        rows=rows([button("🙋 It is for me", Verb.INVITE_MINE, invite.public_id)], [_INVITED, HOME]),
    )


def already(dietitian: Dietitian | None) -> Message:
    name = f" as <b>{safe(short(dietitian.name, _NAME_LIMIT))}</b>" if dietitian is not None else ""
    return Message(
        text=f"You have a practice here already{name}, so this invitation is not for you. It is not used up: whoever it is "
        "meant for can still open it.",
        rows=((HOME,),),
    )


def card(known: Known, timezone: str) -> Message:
    one = known.dietitian
    state = "active"
    if one.suspended_at is not None:
        state = f"⏸ suspended since {moment(one.suspended_at, timezone)}: takes nothing new"
    parts = [
        f"<b>{safe(short(one.name, _NAME_LIMIT))}</b>",
        f"Now: {state}",
        f"E-mail: {safe(one.email) or '<i>not given yet</i>'}",
        f"Time zone: {one.timezone}",
        f"Here since: {moment(one.created_at, timezone)}",
    ]
    if known.missing:
        parts.append("Missing: " + ", ".join(PARTS[part] for part in known.missing))
    change = (
        button("⏸ Suspend", Verb.SUSPEND, one.public_id)
        if one.suspended_at is None
        else button("▶️ Reinstate", Verb.REINSTATE, one.public_id)
    )
    return Message(text="\n".join(parts), rows=rows([change], [_back(one), DESK]))


def _back(one: Dietitian) -> Button:
    tab = "active" if one.suspended_at is None else "suspended"
    return button("← Back", Verb.DIETITIANS, argument=f"{tab}.0")


def suspend_sure(one: Dietitian) -> Message:
    return Message(
        text=f"Suspend <b>{safe(short(one.name, _NAME_LIMIT))}</b>?\nNo requests can be sent, nothing can be approved, booked or "
        "bought, and times that are held and not paid are given back. What is booked and paid goes on. They are told.\n\n"
        f"Type a reason, which they see (up to {REASON_LIMIT} characters), and they are suspended with it; or press the "
        "button to suspend them without one.",
        rows=rows(
            [button("← Back", Verb.DIETITIAN, one.public_id)],
            [button("⏸ Yes, suspend", Verb.SUSPEND_SURE, one.public_id)],
        ),
    )


def reinstate_sure(one: Dietitian) -> Message:
    return Message(
        text=f"Reinstate <b>{safe(short(one.name, _NAME_LIMIT))}</b>? Clients find them again, and requests that wait can be "
        "gone on with. They are told.",
        rows=rows(
            [button("← Back", Verb.DIETITIAN, one.public_id)],
            [button("▶️ Yes, reinstate", Verb.REINSTATE_SURE, one.public_id)],
        ),
    )
