"""Pieces that many screens share."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Rows
from domain.model.payment import MoneyOutcome
from domain.model.people import Client
from domain.model.request import Origin, Request, RequestState
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from handlers.callbacks import Press, Verb
from handlers.formats import Side, clock_time, money, safe, span, straight

T = TypeVar("T")
KIND_LABELS = {ServiceKind.CONSULTATION: "🗓 Consultation", ServiceKind.MEAL_PLAN: "🥗 Meal plan"}
HOME = Button(label="🏠 Home", data=str(Press(Verb.HOME)))


def button(label: str, verb: Verb, subject: str = "", argument: str = "", rev: int = 0) -> Button:
    return Button(label=straight(label), data=str(Press(verb, subject, argument, rev)))


def on(card: RequestCard, label: str, verb: Verb, argument: str = "") -> Button:
    """A button about this request as it stands now."""
    return button(label, verb, card.request.public_id, argument, card.request.rev)


def pager(page: Page[object], verb: Verb, *, subject: str = "", prefix: str = "") -> tuple[Button, ...]:
    """`‹` and `›`, each only where it leads somewhere."""
    row = []
    if page.number > 0:
        row.append(button("‹", verb, subject, f"{prefix}{page.number - 1}"))
    if page.number < page.pages - 1:
        row.append(button("›", verb, subject, f"{prefix}{page.number + 1}"))
    return tuple(row)


def numbered(page: Page[object]) -> str:
    """` · page 2 of 5`, or nothing where one page holds it all."""
    if page.more:
        return f" · page {page.number + 1}"
    return f" · page {page.number + 1} of {page.pages}" if page.pages > 1 else ""


def total(page: Page[object]) -> str:
    """`12`, or `1,000+` where that is as far as it was counted."""
    return f"{page.total:,}+" if page.more else f"{page.total}"


def page_of(items: Sequence[T], number: int, size: int) -> Page[T]:
    """Of a list that is there as a whole; a page past the end is the last one."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 0), pages - 1)
    return Page(
        items=items[number * size : (number + 1) * size], number=number, pages=pages, total=len(items)
    )


def short(text: str, limit: int) -> str:
    """On one line, and not too long for a list or a button."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def rows(*lines: Sequence[Button]) -> Rows:
    """Leaves out empty rows."""
    return tuple(tuple(line) for line in lines if line)


def way_back(card: RequestCard, verb: Verb = Verb.SHOW) -> Button:
    """From the first step of what a client begins by themselves: to what there is to choose from."""
    request = card.request
    own = request.is_open and request.origin is Origin.CLIENT and card.booking is None
    if verb is Verb.SHOW and own and request.kind is not None:
        return button("← Back", Verb.SHELF, card.dietitian.public_id, f"{request.kind.value}.0")
    return on(card, "← Back", verb)


def turn_down(card: RequestCard, mark: str = "") -> Button:
    """The client's way out: they decline what they were asked, and cancel what they began themselves."""
    word = "Cancel" if card.request.origin is Origin.CLIENT else "Decline"
    return on(card, f"✖️ {word}{mark}", Verb.DECLINE)


def price(request: Request) -> str:
    return money(request.price or 0, request.currency or "NGN")


def kind_of(request: Request) -> str:
    """For those who run the bot: a service's title beside a name may tell of an illness."""
    return "meal plan" if request.kind is ServiceKind.MEAL_PLAN else "consultation"


def what(request: Request) -> str:
    """`First consultation · 45 min · ₦12,500.00`."""
    length = f" · {request.minutes} min" if request.minutes else ""
    return f"{safe(request.title or 'Session')}{length} · {price(request)}"


def client_name(card: RequestCard) -> str:
    """As the dietitian knows them."""
    name = card.request.client_name or (card.client.name if card.client else "")
    return safe(name or "your client")


NOT_TOLD = "Their data were deleted, so nobody can be told any more."


def is_gone(card: RequestCard) -> bool:
    """The client had their data deleted: there is nobody to write to."""
    return card.client is not None and card.client.erased_at is not None


def marks(card: RequestCard) -> str:
    """`amina@example.com · #7KQ2`, to stand by a name: two clients may have the same."""
    address = _address(card)
    return f"{safe(short(address, _LONGEST_MARK))} · {_code(card)}" if address else _code(card)


def who_on_a_label(card: RequestCard) -> str:
    """The same for a button: plain text."""
    name = card.request.client_name or (card.client.name if card.client else "") or "your client"
    return f"{short(name, _NAME_ON_A_LABEL)} · {_address(card) or _code(card)}"


def client_label(client: Client) -> str:
    """For a button, with the e-mail or else the number: two clients may have one name."""
    return f"{short(client.name, _NAME_ON_A_LABEL)} · {short(client_mark(client), _MARK_ON_A_LABEL)}"


def client_mark(client: Client) -> str:
    return client.email or f"#{client.id}"


_NAME_ON_A_LABEL, _MARK_ON_A_LABEL, _LONGEST_MARK = 24, 32, 64


def _address(card: RequestCard) -> str | None:
    return card.request.client_email or (card.client.email if card.client else None)


def _code(card: RequestCard) -> str:
    return f"#{card.request.public_id[-4:]}"


def when(booking: Booking, timezone: str) -> str:
    return span(booking.start, booking.end, timezone)


def other_side(card: RequestCard, *, for_dietitian: bool) -> Side | None:
    """Whom the reader meets; None where nobody has opened the request yet."""
    if not for_dietitian:
        return Side(name=safe(card.dietitian.name), timezone=card.dietitian.timezone)
    return Side(name=client_name(card), timezone=card.client.timezone) if card.client else None


def when_both(card: RequestCard, booking: Booking, timezone: str, *, for_dietitian: bool) -> str:
    """A session's time for one of its sides, and the other's where that is in another zone."""
    return span(booking.start, booking.end, timezone, other_side(card, for_dietitian=for_dietitian))


def zone_moved(booking: Booking, timezone: str, *, for_dietitian: bool) -> str:
    """A line of its own where the reader was elsewhere when the time was agreed on, else nothing."""
    was = booking.dietitian_zone if for_dietitian else booking.client_zone
    if was is None or was == timezone:
        return ""
    return (
        f"\n🌍 Agreed on as {clock_time(booking.start, was)} in {was}; you are in {timezone} now: "
        f"{clock_time(booking.start, timezone)} your time."
    )


STATE_WORDS = {
    RequestState.DRAFT: "not sent yet",
    RequestState.PENDING: "waiting for the client",
    RequestState.APPROVED: "approved and paid",
    RequestState.DECLINED: "declined",
    RequestState.CANCELLED: "cancelled",
    RequestState.EXPIRED: "expired",
}


def ended(booking: Booking) -> str:
    """`no-show`, `completed`, `confirmed`, `not held`."""
    return "not held" if booking.was_not_held else booking.state.value.replace("_", "-")


def credit_waits(card: RequestCard) -> bool:
    """Its client paid when the time was gone, and has not chosen yet."""
    return card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT


def paid_session(card: RequestCard) -> Booking | None:
    """The session that it became, whatever became of that."""
    booking = card.booking
    if booking is None or (booking.confirmed_at is None and card.request.state is not RequestState.APPROVED):
        return None
    return booking


def stands(card: RequestCard, now: datetime) -> str:
    """Where a request stands, in a few words."""
    booking = card.booking
    if card.request.state is RequestState.PENDING and booking is not None and booking.holds_slot_at(now):
        return "a time is held, waiting for the payment"
    if (session := paid_session(card)) is not None:
        return ended(session)
    if card.request.is_open and credit_waits(card):
        return "paid too late for its time: another time or a refund, as the client chooses"
    if card.request.state is RequestState.PENDING and card.request.agreed_at is not None:
        missing = "not paid yet" if card.request.kind is ServiceKind.MEAL_PLAN else "no time chosen yet"
        return f"approved by the client, {missing}"
    return STATE_WORDS[card.request.state]


def join(booking: Booking) -> Button | None:
    if booking.meeting_url is None or booking.state is not BookingState.CONFIRMED:
        return None
    return Button(label="🎥 Join", url=booking.meeting_url)


def actions(card: RequestCard, booking: Booking) -> list[list[Button]]:
    """The buttons that a confirmed booking has in a message about it."""
    link = join(booking) or on(card, "🔗 Get link", Verb.GET_LINK)
    return [[link], changes(card)]


def changes(card: RequestCard, mark: str = "") -> list[Button]:
    """Reschedule stands there also where the terms end it: the words beside say so, and the press what works.

    `mark` tells the buttons apart in a list.
    """
    return [
        on(card, f"🔁 Reschedule{mark}", Verb.MOVE, "0"),
        on(card, f"✖️ Cancel{mark}", Verb.CANCEL_BOOKING),
    ]
