"""Templates of messages, chosen and deleted while a request is put together."""

from collections.abc import Sequence

from domain.model.message import Button, Message
from domain.model.people import Template
from domain.model.views import RequestCard
from domain.usecases.templates import MOST_TEMPLATES
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import numbered, on, page_of, pager, rows, short

_ON_A_PAGE = 5
_SHOWN = 150


def templates(card: RequestCard, known: Sequence[Template], number: int) -> Message:
    back = [on(card, "← Back", Verb.BACK, "message")]
    if not known:
        return Message(
            text="<b>Your templates</b>\nNone yet. Type a message for this request and press <i>Keep as a template</i> before "
            f"you send it: it is here the next time. There can be {MOST_TEMPLATES}.",
            rows=rows(back),
        )
    page = page_of(known, number, _ON_A_PAGE)
    first = page.number * _ON_A_PAGE + 1
    words = [f"{at}. {safe(short(one.text, _SHOWN))}" for at, one in enumerate(page.items, first)]
    uses = [_one(card, at, one) for at, one in enumerate(page.items, first)]
    return Message(
        text=f"<b>Your templates ({page.total})</b>{numbered(page)}\nChoose one to send with this request.\n\n"
        + "\n\n".join(words),
        rows=rows(*uses, pager(page, Verb.TEMPLATES, subject=card.request.public_id), back),
    )


def _one(card: RequestCard, number: int, template: Template) -> list[Button]:
    return [
        on(card, f"✅ Use {number}", Verb.TEMPLATE, template.public_id),
        on(card, f"🗑 Delete {number}", Verb.DROP_TEMPLATE, template.public_id),
    ]


def drop_sure(card: RequestCard, template: Template) -> Message:
    return Message(
        text=f"Delete this template? What was sent with it stays as it is.\n<blockquote>{safe(template.text)}</blockquote>",
        rows=rows(
            [on(card, "🗑 Yes, delete it", Verb.DROP_TEMPLATE_SURE, template.public_id)],
            [on(card, "← Back", Verb.TEMPLATES, "0")],
        ),
    )
