"""The dietitian puts a request together, sends it, and looks after it."""

from collections.abc import Sequence
from datetime import datetime

from domain.model.message import Button, File, FileKind, Message, PersonPicker
from domain.model.people import Client
from domain.model.request import RequestState
from domain.model.service import Service, ServiceKind
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import moment, money, safe
from handlers.screens.lists import ways
from handlers.screens.parts import (
    HOME,
    KIND_LABELS,
    button,
    client_label,
    client_mark,
    client_name,
    credit_waits,
    numbered,
    on,
    pager,
    paid_session,
    price,
    rows,
    short,
    stands,
    total,
    what,
    when,
)

STATES = {
    "pending": (RequestState.PENDING,),
    "approved": (RequestState.APPROVED,),
    "declined": (RequestState.DECLINED,),
    "closed": (RequestState.CANCELLED, RequestState.EXPIRED),
}
_LABEL_LIMIT = 48
_NAMES_LISTED = 10


def no_services() -> Message:
    return Message(
        text="You have no services on offer yet, so there is nothing to ask a client for. Add one first.",
        rows=rows([button("➕ Add a service", Verb.ADD_OFFER)], [HOME]),
    )


def _for(card: RequestCard) -> str:
    """Whom, where that is chosen already."""
    return f" for {client_name(card)}" if card.client is not None else ""


def choose_kind(card: RequestCard, kinds: list[ServiceKind]) -> Message:
    lines = [[on(card, KIND_LABELS[kind], Verb.KIND, kind.value)] for kind in kinds]
    return Message(
        text=f"<b>New request</b>{_for(card)}\nWhat would you like to offer?",
        rows=rows(*lines, [on(card, "✖️ Cancel", Verb.DISCARD)]),
    )


def choose_service(card: RequestCard, page: Page[Service]) -> Message:
    lines = [
        [
            on(
                card,
                f"{short(service.title, _LABEL_LIMIT)} · {money(service.price, service.currency)}",
                Verb.SERVICE,
                service.public_id,
            )
        ]
        for service in page.items
    ]
    return Message(
        text=f"<b>New request</b>{_for(card)}\nWhich service?{numbered(page)}",
        rows=rows(
            *lines,
            pager(page, Verb.SERVICES, subject=card.request.public_id),
            [on(card, "← Back", Verb.BACK, "kind"), on(card, "✖️ Cancel", Verb.DISCARD)],
        ),
    )


def choose_client(card: RequestCard, page: Page[Client]) -> Message:
    known = [[on(card, client_label(client), Verb.CLIENT, str(client.id))] for client in page.items]
    text = f"<b>New request</b> · {what(card.request)}\nFor whom?"
    if not page.total:
        text += "\n\nYou have no clients yet: add the first one by name, or pick them from Telegram."
    return Message(
        text=text,
        rows=rows(
            *known,
            pager(page, Verb.CLIENTS, subject=card.request.public_id),
            [on(card, "➕ New client", Verb.NEW_CLIENT), on(card, "👤 From Telegram", Verb.PICK)],
            [on(card, "👥 Several at once", Verb.SEVERAL, "0")] if page.total > 1 else [],
            [on(card, "← Back", Verb.BACK, "service"), on(card, "✖️ Cancel", Verb.DISCARD)],
        ),
    )


def ask_client_name(card: RequestCard) -> Message:
    return Message(
        text="What is the client's name? Type it as you would write it, for example <i>Amina Bello</i>.",
        rows=rows([on(card, "← Back", Verb.BACK, "client")]),
    )


def ask_client_email(card: RequestCard, *, mail_is_sent: bool) -> Message:
    why = "I'll mail them the link as well." if mail_is_sent else "It saves them typing it before they pay."
    return Message(
        text=f"What is {client_name(card)}'s e-mail? {why}\nFor example <i>amina@example.com</i>.",
        rows=rows([on(card, "Skip", Verb.SKIP_EMAIL)], [on(card, "← Back", Verb.BACK, "client")]),
    )


def pick_person(ask_id: int) -> Message:
    return Message(
        text="Press the button below the text field and choose your client.",
        picker=PersonPicker(label="👤 Choose a client", ask_id=ask_id, cancel_label="Back"),
    )


def picked(name: str) -> Message:
    return Message(text=f"Chosen: {safe(name)}.", closes_picker=True)


def yourself() -> Message:
    return Message(text="That is you, so nothing was chosen. Choose somebody else.", closes_picker=True)


def picker_closed() -> Message:
    return Message(text="Back to the list of clients.", closes_picker=True)


def ask_message(card: RequestCard) -> Message:
    several = len(card.request.chosen_clients)
    whom = f"each of your {several} clients" if several else client_name(card)
    back = on(card, "← Back", Verb.SEVERAL, "0") if several else on(card, "← Back", Verb.BACK, "client")
    return Message(
        text=f"Would you like to add a word for {whom}? Type it, choose a template, or skip.",
        rows=rows(
            [on(card, "Skip", Verb.SKIP_MESSAGE), on(card, "📄 Templates", Verb.TEMPLATES, "0")], [back]
        ),
    )


def review(card: RequestCard, chosen: Sequence[Client] = (), *, kept: bool = False) -> Message:
    """`chosen`: those of them who are known already. `kept`: its words are a template now."""
    request = card.request
    keep = [on(card, "💾 Keep as a template", Verb.KEEP_TEMPLATE)] if request.message and not kept else []
    parts = [
        "<b>Ready to send?</b>",
        _whom(chosen) if card.request.chosen_clients else _who(card, chosen),
        f"Service: {what(request)}",
    ]
    if request.client_email:
        parts.append(f"E-mail: {safe(request.client_email)}")
    if request.message:
        parts.append(f"Your words: <blockquote>{safe(request.message)}</blockquote>")
    else:
        parts.append("✍️ What you type here now goes with it.")
    if kept:
        parts.append("💾 Kept among your templates.")
    send = f"📤 Send to {len(chosen)}" if chosen else "📤 Send"
    return Message(
        text="\n".join(parts),
        rows=rows(
            [on(card, send, Verb.SEND)],
            keep,
            [on(card, "← Back", Verb.BACK, "message"), on(card, "✖️ Cancel", Verb.DISCARD)],
        ),
    )


def _who(card: RequestCard, known: Sequence[Client]) -> str:
    """The e-mail has a line of its own."""
    marks = [safe(client_mark(client)) for client in known if not card.request.client_email]
    return " · ".join([f"Client: {client_name(card)}", *marks])


def _whom(chosen: Sequence[Client]) -> str:
    """Each with what tells them from a namesake who was not chosen."""
    names = [safe(client_label(client)) for client in chosen[:_NAMES_LISTED]]
    more = f" and {len(chosen) - _NAMES_LISTED} more" if len(chosen) > _NAMES_LISTED else ""
    return f"A request each for {len(chosen)} clients: {', '.join(names)}{more}"


def discarded() -> Message:
    return Message(
        text="Nothing was sent; the request is cancelled.",
        rows=rows([button("➕ New request", Verb.COMPOSE)], [HOME]),
    )


def sent_directly(card: RequestCard) -> Message:
    return Message(
        text=f"✅ Your request was sent to {client_name(card)}: {what(card.request)}.\n"
        "You will hear as soon as they answer.",
        rows=rows([on(card, "Open", Verb.SHOW)], [button("➕ New request", Verb.COMPOSE), HOME]),
    )


def sent_by_link(card: RequestCard, link: str, *, mailed: bool) -> Message:
    mail = f"\nIt was also mailed to {safe(card.request.client_email or '')}." if mailed else ""
    why = "I can't write to them before they open the chat. Forward this link; it will belong to the first person who opens it"
    if card.client is not None and card.client.started_at is not None:
        why = "I can't write to them: they have blocked me, or left Telegram. Forward this link; it works for them alone"
    return Message(
        text=f"✅ Your request for {client_name(card)} is ready: {what(card.request)}.\n\n{why}:\n{safe(link)}{mail}",
        rows=rows(
            [Button(label="📋 Copy the link", copy=link)],
            [on(card, "Open", Verb.SHOW)],
            [button("➕ New request", Verb.COMPOSE), HOME],
        ),
    )


def link_picture(card: RequestCard, png: bytes) -> Message:
    return Message(
        text=f"The same link as a picture: {client_name(card)} can scan it with their camera.",
        file=File(kind=FileKind.PHOTO, name="link.png", mime_type="image/png", content=png),
    )


def sent_list(page: Page[RequestCard], state: str, now: datetime) -> Message:
    tabs = [
        button(f"• {name.title()}" if name == state else name.title(), Verb.SENT, argument=f"{name}.0")
        for name in STATES
    ]
    if not page.total:
        return Message(
            text=f"<b>Your requests · {state}</b>\nNone here.",
            rows=rows(tabs, [button("➕ New request", Verb.COMPOSE)], [HOME]),
        )
    lines = [
        f"{number}. <b>{client_name(card)}</b> – {what(card.request)}\n   {stands(card, now)}"
        for number, card in enumerate(page.items, page.number * 5 + 1)
    ]
    return Message(
        text=f"<b>Your requests · {state} ({total(page)})</b>{numbered(page)}\n" + "\n".join(lines),
        rows=rows(ways(page, by_dietitian=True), pager(page, Verb.SENT, prefix=f"{state}."), tabs, [HOME]),
    )


_CAME_TO_NOTHING = frozenset({RequestState.DECLINED, RequestState.CANCELLED, RequestState.EXPIRED})


def sent_card(card: RequestCard, timezone: str, now: datetime) -> Message:
    request = card.request
    parts = [f"<b>Request for {client_name(card)}</b>", what(request), f"Now: {stands(card, now)}."]
    held = card.booking is not None and card.booking.holds_slot_at(now)
    if held and card.booking is not None:
        parts.append(when(card.booking, timezone))
    if request.state is RequestState.PENDING and request.expires_at is not None:
        parts.append(f"Open until {moment(request.expires_at, timezone)}.")
    if request.message:
        parts.append(f"<blockquote>{safe(request.message)}</blockquote>")
    if request.decline_reason:
        parts.append(f"Their reason: <blockquote>{safe(request.decline_reason)}</blockquote>")
    if request.state is RequestState.PENDING and not _is_near(card):
        opened = card.client is not None and card.client.started_at is not None
        parts.append(
            "They have blocked me, or left Telegram." if opened else "They have not opened the chat yet."
        )
    state = next((name for name, states in STATES.items() if request.state in states), "pending")
    back = [button("← Back", Verb.SENT, argument=f"{state}.0"), HOME]
    return Message(text="\n".join(parts), rows=rows(*_ways_on(card, held=held), back))


def _is_near(card: RequestCard) -> bool:
    return card.client is not None and card.client.can_be_written_to


def _ways_on(card: RequestCard, *, held: bool) -> list[list[Button]]:
    request = card.request
    if request.state is RequestState.PENDING:
        again = [on(card, "🔔 Remind them", Verb.REMIND)] if not held else []
        if not _is_near(card):
            again = [on(card, "🔗 New link", Verb.RENEW)]
        return [again, [on(card, "✖️ Cancel this request", Verb.WITHDRAW)]]
    became = []
    if paid_session(card) is not None:
        became = [on(card, "🔎 The session", Verb.BOOKING)]
    elif request.kind is ServiceKind.MEAL_PLAN and request.state is RequestState.APPROVED:
        became = [on(card, "🥗 The plan", Verb.PLAN)]
    anew = [on(card, "🔁 Send it again", Verb.SEND_ANEW)] if request.state in _CAME_TO_NOTHING else []
    return [became, anew]


def withdraw_sure(card: RequestCard) -> Message:
    back = " What they paid too late for its time goes back to them." if credit_waits(card) else ""
    return Message(
        text=f"Cancel the request for {client_name(card)} ({price(card.request)})? They will be told, and a time "
        f"they hold is given free.{back} This cannot be undone; you can always send a new one.",
        rows=rows([on(card, "← Back", Verb.SHOW)], [on(card, "✖️ Yes, cancel it", Verb.WITHDRAW_SURE)]),
    )
