"""A dietitian's own words to a client."""

from domain.model.message import Message
from domain.model.notice import Post
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens.client_words import letter
from handlers.screens.parts import HOME, button, client_name, on, rows, short, what

_NAME_LIMIT = 80
_GONE = "they can't be reached in Telegram (blocked the bot or left)"


def message(facts: Facts) -> Message | None:
    if facts.words is None:
        return None
    return Message(text=letter(facts.notice.detail["from"], facts.words), rows=((HOME,),))


_INSTEAD = {
    Post.SENT: "An e-mail went out instead.",
    Post.WAITS: "It goes out by e-mail instead; the mail server does not take it just now, so it is tried again.",
    Post.REFUSED: "It did not arrive by e-mail either: the address does not take it. Perhaps you can reach them otherwise.",
}


def message_unreached(facts: Facts) -> Message | None:
    detail = facts.notice.detail
    why = (
        "Telegram did not accept it. It is not sent again by itself; you can write it anew, perhaps in other words."
        if detail.get("why") == "refused"
        else f"{_GONE}. "
        + _INSTEAD.get(_post(facts), "It is not sent again by itself; perhaps you can reach them otherwise.")
    )
    return Message(
        text=f"⚠️ Your message to <b>{safe(short(detail['name'], _NAME_LIMIT))}</b> could not be delivered: {why}",
        rows=rows([button("👤 Open", Verb.OWN_CLIENT, detail["client"]), HOME]),
    )


def _post(facts: Facts) -> Post:
    return Post(facts.notice.detail.get("post", Post.NONE))


def client_unreached(facts: Facts, card: RequestCard) -> Message | None:
    """Once, of whatever could not be said to them; not of who has come back meanwhile."""
    if card.client is None or card.client.can_be_written_to:
        return None
    instead = _INSTEAD.get(
        _post(facts),
        "No e-mail goes out instead, and it is not sent again by itself; perhaps you can reach them otherwise.",
    )
    return Message(
        text=f"⚠️ {client_name(card)} can't be told about {what(card.request)}: {_GONE}. {instead}\nNothing else has "
        "changed. You are not told again until they have been here.",
        rows=rows([on(card, "Open", Verb.SHOW), HOME]),
    )
