"""A dietitian's clients: the list, the search, one of them with all there is, a block."""

from collections.abc import Mapping
from datetime import datetime

from domain.model.attendance import MOST_STARS
from domain.model.message import Button, Message
from domain.model.payment import MoneyOutcome
from domain.model.people import Client, Person
from domain.model.refund import RefundState
from domain.model.service import ServiceKind
from domain.model.views import ClientSheet, Page, PaidFor, RequestCard
from domain.usecases.clients_desk import CARDS_ON_A_PAGE
from handlers.callbacks import Verb
from handlers.formats import local, long_day, moment, money, safe
from handlers.screens.lists import ways
from handlers.screens.parts import (
    HOME,
    button,
    client_label,
    numbered,
    pager,
    rows,
    short,
    stands,
    what,
    when,
)

TABS: Mapping[str, tuple[str, ServiceKind | None]] = {
    "all": ("Requests", None),
    "sessions": ("Sessions", ServiceKind.CONSULTATION),
    "plans": ("Meal plans", ServiceKind.MEAL_PLAN),
}
_NAME_LIMIT, _WORDS_LIMIT = 80, 60
_SEARCH = button("🔎 Search", Verb.SEARCH_CLIENTS)
_ALL = button("👥 All clients", Verb.OWN_CLIENTS, argument="0")


def on_client(client: Client, label: str, verb: Verb, argument: str = "", rev: int = 0) -> Button:
    return button(label, verb, str(client.id), argument, rev)


def _name(client: Client) -> str:
    return f"<b>{safe(short(client.name, _NAME_LIMIT))}</b>"


def who(client: Client) -> str:
    """With what tells two of one name apart."""
    mail = f"{safe(client.email)} · " if client.email else ""
    return f"{_name(client)} · {mail}#{client.id}"


def back_to(client: Client) -> Button:
    return on_client(client, "← Back", Verb.OWN_CLIENT)


def clients(page: Page[Client]) -> Message:
    if not page.total:
        return Message(
            text="<b>Your clients</b>\nYou have none yet. Somebody becomes your client with the first request you send them, or "
            "when they book or buy by themselves: send a request, or give your public link to people.",
            rows=rows(
                [button("➕ New request", Verb.COMPOSE), button("🔗 Public link", Verb.PUBLIC_LINK)], [HOME]
            ),
        )
    return Message(
        text=f"<b>Your clients ({page.total})</b>{numbered(page)}\nChoose one, or search by name or e-mail.",
        rows=rows(*_lines(page), pager(page, Verb.OWN_CLIENTS), [_SEARCH, HOME]),
    )


def _lines(page: Page[Client]) -> list[list[Button]]:
    return [
        [on_client(client, f"{'🚫 ' if client.blocked_at else ''}{client_label(client)}", Verb.OWN_CLIENT)]
        for client in page.items
    ]


def ask_search() -> Message:
    return Message(
        text="Whom are you looking for? Type a part of their name or e-mail, for example <i>amina</i>.",
        rows=rows([_ALL, HOME]),
    )


def found(page: Page[Client], search: str) -> Message:
    looked_for = f"“{safe(short(search, _WORDS_LIMIT))}”"
    if not page.total:
        return Message(
            text=f"None of your clients has {looked_for} in their name or e-mail.\nType another part of it, a shorter one "
            "perhaps, for example <i>amina</i>; or look through all of them.",
            rows=rows([_ALL, HOME]),
        )
    return Message(
        text=f"<b>Found for {looked_for} ({page.total})</b>{numbered(page)}\nChoose one, or type another part of a name or "
        "e-mail.",
        rows=rows(*_lines(page), pager(page, Verb.FOUND_CLIENTS), [_ALL, HOME]),
    )


def card(sheet: ClientSheet, timezone: str, *, to_search: bool) -> Message:
    """`to_search`: they came from what was found."""
    client = sheet.client
    back = button("← Back", Verb.FOUND_CLIENTS if to_search else Verb.OWN_CLIENTS, argument="0")
    new = [] if client.blocked_at else [on_client(client, "➕ New request", Verb.REQUEST_FOR)]
    write = [on_client(client, "✉️ Message", Verb.CLIENT_MESSAGE)] if sheet.person.can_be_written_to else []
    notes = "📝 Notes" if client.sealed_notes else "📝 Write notes"
    block = (
        on_client(client, "✅ Unblock", Verb.UNBLOCK_CLIENT)
        if client.blocked_at
        else on_client(client, "🚫 Block", Verb.BLOCK_CLIENT)
    )
    return Message(
        text="\n".join([*_person(sheet, timezone), "", *_counted(sheet, timezone)]),
        rows=rows(
            [*new, *write],
            _tabs(client, "") if sheet.requests else [],
            [on_client(client, "💳 Payments", Verb.CLIENT_PAYMENTS, "0")] if sheet.requests else [],
            [on_client(client, notes, Verb.CLIENT_NOTES), block],
            [back, HOME],
        ),
    )


def _person(sheet: ClientSheet, timezone: str) -> list[str]:
    client, person = sheet.client, sheet.person
    parts = [f"👤 {_name(client)} · #{client.id}"]
    if person.name != client.name and person.started_at is not None:
        parts.append(f"Calls themselves: {safe(short(person.name, _NAME_LIMIT))}")
    mail = client.email or person.email
    parts.append(f"E-mail: {safe(mail)}" if mail else "E-mail: not known")
    parts.append(f"In Telegram: {_reached(person)}")
    if person.started_at is not None:
        parts.append(f"Last seen: {_seen(person.seen_at, timezone)}")
    parts.append(f"Your client since {long_day(local(client.created_at, timezone).date())}")
    if client.blocked_at is not None:
        parts.append(f"🚫 <b>Blocked</b> since {moment(client.blocked_at, timezone)}: {_BLOCKED}")
    return parts


_BLOCKED = "they can begin nothing new with you. What is booked and paid goes on."


def _reached(person: Person) -> str:
    if person.can_be_written_to:
        return "can be reached"
    if person.started_at is None:
        return "has not opened the chat yet"
    return "can't be reached: they have blocked the bot or left"


def _seen(at: datetime | None, timezone: str) -> str:
    if at is None:
        return "not known"
    here = local(at, timezone)
    return f"{long_day(here.date())}, about {here:%H:%M} ({timezone})"


def _counted(sheet: ClientSheet, timezone: str) -> list[str]:
    unanswered = f", {sheet.unanswered} not gone on with yet" if sheet.unanswered else ""
    waiting = f", {sheet.plans_waiting} to be sent" if sheet.plans_waiting else ""
    cancelled = f", {sheet.cancelled} more cancelled" if sheet.cancelled else ""
    parts = [f"Requests: {sheet.requests}{unanswered}", f"Sessions: {sheet.sessions}{cancelled}"]
    if sheet.next_session is not None:
        parts.append(f"   next: {moment(sheet.next_session, timezone)}")
    if sheet.last_session is not None:
        parts.append(f"   last: {moment(sheet.last_session, timezone)}")
    if sheet.rated.number:
        parts.append(f"Ratings: {sheet.rated.average:.1f} of {MOST_STARS} ({sheet.rated.number})")
    given = ", ".join(money(amount, currency) for currency, amount in sheet.given.items() if amount)
    return [*parts, f"Meal plans: {sheet.plans}{waiting}", f"Paid: {given or 'nothing yet'}"]


def _tabs(client: Client, chosen: str) -> list[Button]:
    return [
        on_client(client, f"• {label}" if tab == chosen else label, Verb.CLIENT_HISTORY, f"{tab}.0")
        for tab, (label, _) in TABS.items()
    ]


def history(client: Client, page: Page[RequestCard], tab: str, timezone: str, now: datetime) -> Message:
    text = [f"<b>{TABS[tab][0]} ({page.total})</b>{numbered(page)}\n{who(client)}"]
    for number, one in enumerate(page.items, page.number * CARDS_ON_A_PAGE + 1):
        at = f"\n   {when(one.booking, timezone)}" if tab == "sessions" and one.booking is not None else ""
        text.append(f"{number}. {what(one.request)}{at}\n   {stands(one, now)}")
    if not page.total:
        text.append("None yet." if client.blocked_at else "None yet. You can send them a request.")
    new = [] if client.blocked_at else [on_client(client, "➕ New request", Verb.REQUEST_FOR)]
    return Message(
        text="\n".join(text),
        rows=rows(
            ways(page, by_dietitian=True),
            pager(page, Verb.CLIENT_HISTORY, subject=str(client.id), prefix=f"{tab}."),
            _tabs(client, tab),
            new if not page.total else [],
            [back_to(client), HOME],
        ),
    )


def payments(client: Client, page: Page[PaidFor], timezone: str) -> Message:
    text = [f"<b>Payments ({page.total})</b>{numbered(page)}\n{who(client)}"]
    for number, one in enumerate(page.items, page.number * CARDS_ON_A_PAGE + 1):
        paid = one.payment
        amount = money(paid.arrived, paid.paid_currency or paid.currency)
        at = moment(paid.paid_at or paid.created_at, timezone)
        text.append(
            f"{number}. <b>{amount}</b> for {safe(one.title or 'a session')}\n   {at}{_returned(one)}"
        )
    if not page.total:
        text.append("None yet.")
    turning = pager(page, Verb.CLIENT_PAYMENTS, subject=str(client.id))
    return Message(text="\n".join(text), rows=rows(turning, [back_to(client), HOME]))


def _returned(one: PaidFor) -> str:
    if one.refunded is not None:
        done = {
            RefundState.PROCESSED: "given back",
            RefundState.FAILED: "could not be given back yet",
            RefundState.NEEDS_ATTENTION: "waits for the client's bank account",
        }
        words = done.get(one.refund_state or RefundState.REQUESTED, "on its way back")
        return f"\n   ↩️ {money(one.refunded, one.payment.paid_currency or one.payment.currency)} {words}"
    waits = {
        MoneyOutcome.CREDIT: "\n   waits for the client's choice",
        MoneyOutcome.QUARANTINE: "\n   is looked into",
    }
    return waits.get(one.payment.outcome, "") if one.payment.outcome is not None else ""


def block_sure(client: Client) -> Message:
    return Message(
        text=f"Block {who(client)}?\nThey can begin nothing new with you: no booking, no purchase, and you can send them no "
        "request. Requests that are not paid yet are withdrawn, and times held for them are given back; of that they are told, "
        "of the block they are not. What is booked and paid goes on. You can unblock them at any time.",
        rows=rows([back_to(client)], [on_client(client, "🚫 Yes, block", Verb.BLOCK_CLIENT_SURE)]),
    )


def unblock_sure(client: Client) -> Message:
    return Message(
        text=f"Unblock {who(client)}?\nThey can book and buy again, and you can send them requests. What was withdrawn stays "
        "withdrawn.",
        rows=rows([back_to(client)], [on_client(client, "✅ Yes, unblock", Verb.UNBLOCK_CLIENT_SURE)]),
    )
