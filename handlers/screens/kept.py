"""Data kept, for the admins: what is not kept for ever, as the last night counted it."""

from collections.abc import Sequence

from domain.model.message import Message
from domain.model.retention import Kind, Shelf
from handlers.callbacks import Verb
from handlers.formats import moment
from handlers.screens.desk import DESK
from handlers.screens.parts import button, rows

_NAMES = {
    Kind.REQUEST_DRAFTS: "Requests begun and never sent",
    Kind.UPLOADS: "Plans uploaded and never confirmed",
    Kind.BROADCAST_DRAFTS: "Broadcasts never sent",
    Kind.QUESTIONS: "Open questions",
    Kind.STRANGERS: "People named and never come",
    Kind.LINKS: "One-time links",
    Kind.INVITES: "Invitations nobody used",
    Kind.CONNECTING: "Attempts to connect Google",
    Kind.INBOX: "What came in: that it came, not what it said",
    Kind.OUTBOX: "The words of what went out",
    Kind.INTAKES: "Answers about health, after the last visit",
    Kind.WORDS: "The words of requests, after the last visit",
    Kind.AUDIT: "Who did what",
}


def kept(shelves: Sequence[Shelf], timezone: str) -> Message:
    lines = ["<b>Data kept</b>"]
    if not shelves:
        lines.append("No night has counted yet: the first does within a minute of the program's start.")
    else:
        lines.append(
            f"Last night: began {moment(min(one.began_at for one in shelves), timezone)}, "
            f"ended {moment(max(one.ended_at for one in shelves), timezone)}. It left:"
        )
        lines += [_line(one, timezone) for one in shelves]
        lines.append("What still matters is not counted: it stays, however old it is.")
    again = [button("🔄 Look again", Verb.DESK_KEPT)]
    return Message(text="\n".join(lines), rows=rows(again, [DESK]))


def _line(shelf: Shelf, timezone: str) -> str:
    oldest = f", the oldest of {moment(shelf.oldest, timezone)}" if shelf.oldest is not None else ""
    return (
        f"• <b>{_NAMES[shelf.kind]}</b>, for {shelf.days} {'day' if shelf.days == 1 else 'days'}: "
        f"{shelf.kept:,}{oldest}. Taken: {shelf.taken:,}; the next night takes {shelf.next_takes:,}"
    )
