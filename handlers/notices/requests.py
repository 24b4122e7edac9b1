"""What became of a request."""

from domain.model.message import Message
from domain.model.payment import PaymentState
from domain.model.request import RequestState
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.notices.facts import Facts
from handlers.screens import booking as screens
from handlers.screens.parts import HOME, button, client_name, on, rows, short, what

_NAME_LIMIT = 80


def request_received(facts: Facts, card: RequestCard) -> Message | None:
    if card.request.state is not RequestState.PENDING:
        return None
    return screens.request_screen(card, facts.timezone, facts.now)


def redraw(facts: Facts, card: RequestCard) -> Message | None:
    return screens.request_screen(card, facts.timezone, facts.now)


def request_waiting(facts: Facts, card: RequestCard) -> Message | None:
    """By itself only while they have not answered; by the dietitian's wish also where they agreed and stopped."""
    request = card.request
    by_wish = facts.notice.detail.get("by") == "dietitian"
    held = card.booking is not None and card.booking.holds_slot_at(facts.now)
    over = request.expires_at is not None and facts.now >= request.expires_at
    if request.state is not RequestState.PENDING or held or over or not card.dietitian.takes_new:
        return None
    if request.agreed_at is not None and not by_wish:
        return None
    until = f" It is open until {moment(request.expires_at, facts.timezone)}." if request.expires_at else ""
    words = f"🔔 A reminder: this request of <b>{safe(card.dietitian.name)}</b> is waiting for you.{until}"
    return screens.after(words, screens.request_screen(card, facts.timezone, facts.now))


def request_expired(facts: Facts, card: RequestCard) -> Message | None:
    if card.request.state is not RequestState.EXPIRED:
        return None
    if facts.for_dietitian:
        agreed = card.request.agreed_at is not None
        missed = "approved it but did not pay in time" if agreed else "did not answer in time"
        return Message(
            text=f"⌛ {client_name(card)} {missed}, so your request has expired: {what(card.request)}. You can "
            "send a new one.",
            rows=rows([on(card, "Open", Verb.SHOW), button("➕ New request", Verb.COMPOSE)], [HOME]),
        )
    return Message(
        text=f"⌛ The request of <b>{safe(card.dietitian.name)}</b> has expired: {what(card.request)}. Nothing is booked; what "
        "you pay for it now goes back to you. If you would still like it, ask them for a new one.",
        rows=((HOME,),),
    )


def request_opened(_: Facts, card: RequestCard) -> Message | None:
    return Message(
        text=f"👋 {client_name(card)} has opened your request: {what(card.request)}.",
        rows=rows([on(card, "Open", Verb.SHOW), HOME]),
    )


def request_blocked(facts: Facts, card: RequestCard) -> Message | None:
    detail = facts.notice.detail
    return Message(
        text=f"👋 {client_name(card)} opened the link: it is <b>{safe(short(detail['name'], _NAME_LIMIT))}</b> "
        f"(#{detail['client']}), whom you have blocked, so the request is withdrawn. They read only that the link has been "
        f"used or has expired.\n{what(card.request)}",
        rows=rows([button("👤 Open", Verb.OWN_CLIENT, detail["client"]), HOME]),
    )


def request_declined(_: Facts, card: RequestCard) -> Message | None:
    reason = (
        f"\n<blockquote>{safe(card.request.decline_reason)}</blockquote>"
        if card.request.decline_reason
        else ""
    )
    return Message(
        text=f"✖️ {client_name(card)} declined your request: {what(card.request)}.{reason}",
        rows=rows([on(card, "Open", Verb.SHOW), button("➕ New request", Verb.COMPOSE)], [HOME]),
    )


def request_withdrawn(_: Facts, card: RequestCard) -> Message | None:
    charged = "Nothing was charged."
    if card.payment is not None and card.payment.state is PaymentState.SUCCEEDED:
        charged = "Your money is safe: you are told here what becomes of it."
    return Message(
        text=f"<b>{safe(card.dietitian.name)}</b> has cancelled the request {what(card.request)}. {charged}",
        rows=((HOME,),),
    )
