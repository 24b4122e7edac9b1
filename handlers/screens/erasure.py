"""/deletemydata: what goes and what stays, what is decided first, and the two presses."""

from collections.abc import Sequence

from domain.model.erasure import CHOSEN, DECIDED, SURE_LIVES, Open, OpenThing, Standing
from domain.model.message import Button, Message
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens import terms
from handlers.screens.mealplans import day_of
from handlers.screens.parts import HOME, button, on, rows, short, when

_LABEL_LIMIT, _LISTED = 34, 6
NOW, LATER = "now", "later"
_GOES = (
    "<b>What goes</b>: your name, e-mail, Telegram id, time zone and reminders; your answers about your health; what "
    "dietitians noted about you; meal plan files; the words of your reviews; the messages kept here; requests that "
    "are not paid, and your place on waiting lists."
)
_STAYS = (
    "<b>What stays, without you</b>: amounts, references and dates of payments and refunds, as the law on accounts "
    "asks; that a session was held, and when; to what you agreed, and when. What a dietitian was already shown of you "
    "stays in their own chat with this bot, on their phone and with Telegram."
)
_PAY_LINKS = (
    "<b>Don't use a pay link any more</b> that is still open: money that arrives on it afterwards goes back by itself, "
    "the way it was paid, and nobody could tell you here."
)
_BACK = button("← Back", Verb.ERASURE)


def deletion(standing: Standing, timezone: str) -> Message:
    if standing.decided:
        return _decided(standing, timezone)
    parts = [
        "<b>Delete my data</b>",
        _GOES,
        _STAYS,
        _PAY_LINKS,
        *_practice(standing),
        *_open(standing, timezone),
    ]
    first = [] if standing.of(CHOSEN) else [button("🗑 Delete", Verb.ERASE)]
    return Message(
        text="\n\n".join(parts),
        rows=rows(*_ways(standing), first, [button("📦 My data first", Verb.MY_DATA), HOME]),
    )


def _practice(standing: Standing) -> list[str]:
    if standing.practice is None:
        return []
    words = (
        f"You have a practice here: <b>{safe(standing.practice.name)}</b>. An admin does the rest: your clients' coming "
        "sessions are cancelled with a full refund or kept until they are done, your clients are told, and then your "
        "practice and all that is held about you go. Press Delete to ask for it."
    )
    return [words]


def _open(standing: Standing, timezone: str) -> list[str]:
    parts = []
    if decided := standing.of(DECIDED):
        parts.append(
            f"<b>Still to come</b>, paid:\n{_list(decided, timezone)}\nCancel what you don't want any more. What you keep goes on, and the "
            "deletion is done by itself right after the last of it."
        )
    if chosen := standing.of(CHOSEN):
        parts.append(
            f"<b>Money that waits for you</b>:\n{_list(chosen, timezone)}\nFirst choose where it goes: afterwards nobody could ask you."
        )
    if going := standing.of(frozenset({Open.REFUND})):
        parts.append(
            f"<b>On its way back to you</b>:\n{_list(going, timezone)}\nIt arrives the way you paid, also without your data. If your bank "
            "sends it back to us, the people who run this bot see to it; they could not write to you here."
        )
    return parts


def _list(things: Sequence[OpenThing], timezone: str) -> str:
    lines = [f"• {_line(thing, timezone)}" for thing in things[:_LISTED]]
    left = len(things) - _LISTED
    return "\n".join([*lines, f"… and {left} more: /upcoming, /mealplans, /requests"] if left > 0 else lines)


def _line(thing: OpenThing, timezone: str) -> str:
    owner = safe(short(thing.card.dietitian.name, _LABEL_LIMIT))
    title = safe(short(thing.card.request.title or "Session", _LABEL_LIMIT))
    if thing.kind is Open.SESSION and thing.card.booking is not None:
        return f"{title} with {owner}, {terms.all_of_it(thing.card)}: {when(thing.card.booking, timezone)}"
    if thing.kind is Open.PLAN and thing.plan is not None:
        due = day_of(thing.plan.promised_at, timezone)
        return f"{title} from {owner}, {terms.all_of_it(thing.card)}: promised by {due}"
    return f"{_amount(thing)} for {title} with {owner}"


def _amount(thing: OpenThing) -> str:
    if thing.refund is not None:
        return money(thing.refund.amount, thing.refund.currency)
    return terms.all_of_it(thing.card)


def _ways(standing: Standing) -> list[list[Button]]:
    ways = []
    for thing in (*standing.of(CHOSEN)[:_LISTED], *standing.of(DECIDED)[:_LISTED]):
        title = short(thing.card.request.title or "Session", _LABEL_LIMIT)
        if thing.kind in DECIDED:
            ways.append([on(thing.card, f"✖️ Cancel: {title}", Verb.ERASE_CANCEL)])
        elif thing.kind is Open.ACCOUNT and thing.refund is not None:
            ways.append([button(f"🏦 Account: {title}", Verb.BANKS, thing.refund.public_id, "0")])
        else:
            ways.append([on(thing.card, f"💰 Choose: {title}", Verb.SHOW)])
    return ways


def sure(standing: Standing) -> Message:
    """After the first press. What Confirm does is said in full, for it does exactly that or asks again."""
    erasure = standing.erasure
    rev = erasure.rev if erasure is not None else 0
    minutes = int(SURE_LIVES.total_seconds() // 60)
    if standing.practice is not None:
        words, way = "Ask an admin to see to your clients and then delete your practice and your data?", LATER
        note = "You can take it back until it is done."
    elif standing.of(DECIDED):
        words, way = "Delete everything right after the last of what is still to come?", LATER
        note = "You can take it back until then."
    else:
        words, way = "Delete everything now?", NOW
        note = "This cannot be undone. You can start afresh later, as somebody new."
    return Message(
        text=f"🗑 <b>{words}</b>\n{note}\nThis question holds for {minutes} minutes.",
        rows=rows([_BACK], [button("🗑 Confirm: Delete", Verb.ERASE_SURE, argument=way, rev=rev)]),
    )


def _decided(standing: Standing, timezone: str) -> Message:
    if standing.practice is not None:
        words = (
            "An admin has been asked: they see to your clients' coming sessions first, and then your practice and all "
            "that is held about you go. You hear of each step here."
        )
    else:
        words = (
            "Your decision stands: everything goes by itself right after the last of what is still open. What you book "
            "meanwhile is waited for too."
        )
    return Message(
        text="\n\n".join(["<b>Delete my data</b>", words, *_open(standing, timezone)]),
        rows=rows(*_ways(standing), [button("↩️ Keep my data", Verb.ERASE_STOP)], [HOME]),
    )


def cancel_sure(thing: OpenThing, percent: int, timezone: str) -> Message:
    words = terms.at_stake(thing.card, percent, client=None)
    return Message(
        text=f"Cancel this?\n{_line(thing, timezone)}\n{words} This cannot be undone.",
        rows=rows([_BACK], [on(thing.card, "✖️ Yes, Cancel it", Verb.ERASE_CANCEL_SURE, str(percent))]),
    )


def farewell() -> Message:
    return Message(
        text="🗑 <b>Your data are deleted.</b>\nYour name, e-mail, answers, notes, files and messages are gone from here. "
        "What the accounts need stays without you: amounts, references and dates.\n\nWhat stands in this chat is on your "
        "phone and with Telegram: delete the chat there if you like. Older buttons are no longer yours, and a pay "
        "link that is still open must not be used: money that arrives on it goes back by itself. If you come back, you "
        "start afresh.",
        rows=rows([button("🏠 Start afresh", Verb.HOME)]),
    )


GONE = "Your data are deleted, or there never were any. Nothing has changed. /start begins afresh."
LOOK_AGAIN = "This question was old, or something has changed meanwhile. Nothing was done; please look again."
KEPT = "Your data are kept"
