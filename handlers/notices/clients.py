"""A dietitian's own words to a client."""

from domain.model.message import Message
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens.clients import letter
from handlers.screens.parts import HOME, button, rows, short

_NAME_LIMIT = 80


def message(facts: Facts) -> Message | None:
    if facts.words is None:
        return None
    return Message(text=letter(facts.notice.detail["from"], facts.words), rows=((HOME,),))


def message_unreached(facts: Facts) -> Message | None:
    detail = facts.notice.detail
    why = (
        "Telegram did not accept it. It is not sent again by itself; you can write it anew, perhaps in other words."
        if detail.get("why") == "refused"
        else "they can't be reached in Telegram (blocked the bot or left). It is not sent again by itself; perhaps you can "
        "reach them otherwise."
    )
    return Message(
        text=f"⚠️ Your message to <b>{safe(short(detail['name'], _NAME_LIMIT))}</b> could not be delivered: {why}",
        rows=rows([button("👤 Open", Verb.OWN_CLIENT, detail["client"]), HOME]),
    )
