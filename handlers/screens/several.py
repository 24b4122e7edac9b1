"""One request each for several clients at once: who, and what became of it."""

import csv
from collections.abc import Collection, Sequence
from io import StringIO

from domain.model.message import Button, File, Message
from domain.model.people import Client
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import HOME, button, client_label, numbered, on, pager, rows, short, what

LINKS_LISTED = 5
_LABEL_LIMIT, _NAME_LIMIT = 40, 80


def choose(card: RequestCard, page: Page[Client]) -> Message:
    """A press on a name puts the mark there or takes it away."""
    chosen = card.request.chosen_clients
    done = [on(card, f"▶️ Go on with {len(chosen)}", Verb.SEVERAL_DONE)] if chosen else []
    words = f"{len(chosen)} chosen." if chosen else "None is chosen yet: press the names."
    return Message(
        text=f"<b>New request</b> · {what(card.request)}\nFor whom? Each gets a request of their own.{numbered(page)}\n{words}",
        rows=rows(
            *[[_mark(card, client, chosen, page)] for client in page.items],
            pager(page, Verb.SEVERAL, subject=card.request.public_id),
            done,
            [on(card, "← Back", Verb.BACK, "client"), on(card, "✖️ Cancel", Verb.DISCARD)],
        ),
    )


def _mark(card: RequestCard, client: Client, chosen: Collection[int], page: Page[Client]) -> Button:
    """Says what shall be, not what shall change: pressed twice it is the same."""
    namesakes = sum(other.name.casefold() == client.name.casefold() for other in page.items)
    name = short(client.name, _LABEL_LIMIT) if namesakes == 1 else client_label(client)
    is_chosen = client.id in chosen
    label = f"{'✅' if is_chosen else '▫️'} {name}"
    return on(card, label, Verb.CHOOSE_CLIENT, f"{client.id}.{int(not is_chosen)}.{page.number}")


def sent(cards: Sequence[RequestCard], by_link: int) -> Message:
    told = len(cards) - by_link
    parts = [f"✅ {len(cards)} requests are made: {what(cards[0].request)}."]
    if told:
        parts.append(f"{told} of your clients got theirs here and now.")
    if by_link:
        parts.append(f"{by_link} have not opened the chat yet: their links are in the next message.")
    return Message(
        text="\n".join(parts),
        rows=rows(
            [button("📨 Requests", Verb.SENT, argument="pending.0")],
            [button("➕ New request", Verb.COMPOSE), HOME],
        ),
    )


def links(made: Sequence[tuple[RequestCard, str]]) -> tuple[Message, ...]:
    """One-time links, a client each; where there are many all of them are in a file too."""
    listed = "\n\n".join(f"{_name(card)}:\n{safe(link)}" for card, link in made[:LINKS_LISTED])
    left = len(made) - LINKS_LISTED
    more = f"\n\n… and {left} more: all {len(made)} are in the file." if left > 0 else ""
    first = Message(
        text="I can't write to these clients before they open the chat. Forward to each their own link; it will belong to "
        f"the first person who opens it.\n\n{listed}{more}",
        rows=rows([button("📨 Requests", Verb.SENT, argument="pending.0")]),
    )
    return (first, _file(made)) if left > 0 else (first,)


def _name(card: RequestCard) -> str:
    return f"<b>{safe(short(card.request.client_name or 'Your client', _NAME_LIMIT))}</b>"


def _file(made: Sequence[tuple[RequestCard, str]]) -> Message:
    """RFC 4180."""
    text = StringIO()
    out = csv.writer(text)
    out.writerow(["client", "link"])
    out.writerows([_cell(card.request.client_name or ""), link] for card, link in made)
    content = text.getvalue().encode("utf-8-sig")  # a spreadsheet needs the mark to see that it is UTF-8
    return Message(
        text=f"📄 The links of all {len(made)} clients. Each opens a request for one person: keep the file to yourself.",
        file=File(name="links.csv", mime_type="text/csv", content=content),
    )


def _cell(name: str) -> str:
    """A spreadsheet would take some names for formulas."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@"} else name
