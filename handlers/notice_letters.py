"""A notice by e-mail: the words that Telegram would have got, its links, and its calendar file."""

from collections.abc import Sequence
from html import escape

from domain.model.booking import BookingState
from domain.model.message import Button, File, Message, Rows
from domain.model.notice import NoticeKind
from handlers.formats import local, long_day, straight
from handlers.letters import Letter
from handlers.mail_text import as_mail
from handlers.notices.bookings import invitation
from handlers.notices.facts import Facts
from handlers.screens.parts import short

_NAME_LIMIT = 80
_ANSWER = "To answer or to change something, open the chat in Telegram:"
_WHY = "You get this by e-mail because we can't write to you in Telegram."
_WITH_CALENDAR_FILE = frozenset({
    NoticeKind.BOOKING_CONFIRMED, NoticeKind.BOOKING_MOVED, NoticeKind.BOOKING_CANCELLED, NoticeKind.NOT_HELD,
})  # fmt: skip
"""An invitation follows each of these in the chat; a mail carries it along."""
_BEGINS = {
    NoticeKind.BOOKING_CONFIRMED: "Confirmed: your",
    NoticeKind.BOOKING_MOVED: "Moved: your",
    NoticeKind.BOOKING_CANCELLED: "Cancelled: your",
    NoticeKind.REMINDER: "Reminder: your",
}
_OF_MONEY = frozenset({
    NoticeKind.MONEY_SAFE, NoticeKind.MONEY_MISMATCH, NoticeKind.MONEY_NEEDS_PERSON, NoticeKind.CREDIT_WAITING,
    NoticeKind.REFUND_STARTED, NoticeKind.REFUND_PROCESSED, NoticeKind.REFUND_FAILED, NoticeKind.REFUND_WAITING,
    NoticeKind.REFUND_NEEDS_ACCOUNT,
})  # fmt: skip
_OF_REQUEST = frozenset({
    NoticeKind.REQUEST_RECEIVED, NoticeKind.REQUEST_WAITING, NoticeKind.REQUEST_WITHDRAWN,
    NoticeKind.REQUEST_EXPIRED,
})  # fmt: skip


def notice_letter(facts: Facts, message: Message, link: str) -> Letter:
    """`link` opens the chat: it stands in for the buttons, which a mail cannot have."""
    hello = f"Hello {short(straight(facts.reader.name), _NAME_LIMIT)},"
    text, html = as_mail(message.text)
    lines, links = _buttons(message.rows, link)
    return Letter(
        subject=subject(facts),
        text="\n\n".join([hello, text, *lines, _WHY]) + "\n",
        html="\n".join([f"<p>{escape(hello)}</p>", f"<div>{html}</div>", *links, f"<p>{_WHY}</p>"]),
        files=_files(facts, message),
    )


def _buttons(rows: Rows, link: str) -> tuple[Sequence[str], Sequence[str]]:
    """Each way out of the chat by itself, all ways on within it as one."""
    buttons = [button for row in rows for button in row]
    out = [button for button in buttons if button.url is not None]
    lines, links = [f"{one.label}: {one.url}" for one in out], [f"<p>{_link(one)}</p>" for one in out]
    if any(button.data is not None for button in buttons):
        lines.append(f"{_ANSWER} {link}")
        links.append(f"<p>{_ANSWER} {_link(Button(label=link, url=link))}</p>")
    return lines, links


def _link(button: Button) -> str:
    return f'<a href="{escape(button.url or "")}">{escape(button.label)}</a>'


def _files(facts: Facts, message: Message) -> tuple[tuple[str, str, bytes], ...]:
    file = message.file
    if file is None and facts.notice.kind in _WITH_CALENDAR_FILE and not facts.for_dietitian:
        follows = invitation(facts, facts.card) if facts.card is not None else None
        file = follows.file if follows is not None else None
    return () if file is None else ((file.name, _mime(facts, file), file.content),)


def _mime(facts: Facts, file: File) -> str:
    """A mail program looks for the calendar's method in the header (RFC 6047, 2.4)."""
    if file.mime_type != "text/calendar":
        return file.mime_type
    cancelled = facts.booking is not None and facts.booking.state is BookingState.CANCELLED
    return f"text/calendar; method={'CANCEL' if cancelled else 'PUBLISH'}; charset=utf-8"


def subject(facts: Facts) -> str:
    """Read by whoever sees the screen: neither what the service is called nor who the client is."""
    whose = "" if facts.card is None or facts.for_dietitian else _dietitian(facts.card.dietitian.name)
    kind = facts.notice.kind
    if kind in _OF_MONEY:
        return f"About a payment{whose and ' to ' + whose}"
    if facts.booking is not None:
        day = long_day(local(facts.booking.start, facts.timezone).date())
        return f"{_BEGINS.get(kind, 'Your')} session on {day}{whose and ' with ' + whose}"
    if kind in _OF_REQUEST:
        return f"A request{whose and ' from ' + whose}"
    if kind is NoticeKind.MESSAGE:
        return f"A message from {_dietitian(facts.notice.detail['from'])}"
    if facts.card is None:
        return "A message from your practice's bot"
    return f"News from {whose}" if whose else "News from your practice"


def _dietitian(name: str) -> str:
    return short(straight(name), _NAME_LIMIT)
