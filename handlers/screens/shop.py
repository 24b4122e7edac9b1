"""Booking and buying without being asked: with whom, what, and where a public link leads."""

from collections.abc import Sequence

from domain.model.message import Button, Message
from domain.model.service import DEFAULT_PROMISED_DAYS, Service, ServiceKind
from domain.model.views import Seller, Shelf
from domain.usecases.shop import Counter
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short

DIETITIANS_ON_A_PAGE = 8
_LISTED = 10
_NAME_LIMIT, _TITLE_LIMIT, _LABEL_LIMIT, _DESCRIPTION_LIMIT = 80, 120, 32, 400
_VERBS = {ServiceKind.CONSULTATION: Verb.BOOK, ServiceKind.MEAL_PLAN: Verb.BUY}
_TITLES = {ServiceKind.CONSULTATION: "🗓 Book a consultation", ServiceKind.MEAL_PLAN: "🥗 Buy a meal plan"}

NOT_ON_OFFER = "That is not offered here, or not any more. Nothing was booked and nothing was charged; here is what is offered."


def start(kind: ServiceKind) -> Button:
    """The way to all who offer this kind."""
    return button(_TITLES[kind], _VERBS[kind], argument="0")


def both() -> list[list[Button]]:
    return [[start(kind)] for kind in ServiceKind]


def _who(name: str) -> str:
    return f"<b>{safe(short(name, _NAME_LIMIT))}</b>"


def choose_dietitian(sellers: Sequence[Seller], kind: ServiceKind, number: int) -> Message:
    page = page_of(sellers, number, DIETITIANS_ON_A_PAGE)
    lines = [
        [button(short(one.dietitian.name, _LABEL_LIMIT), Verb.SHELF, one.dietitian.public_id, f"{kind}.0")]
        for one in page.items
    ]
    names = "\n".join(f"• {_who(one.dietitian.name)} – {_from(one)}" for one in page.items)
    return Message(
        text=f"<b>{_TITLES[kind]}</b>{numbered(page)}\nWith whom?\n\n{names}",
        rows=rows(*lines, pager(page, _VERBS[kind]), [HOME]),
    )


def _from(seller: Seller) -> str:
    price = money(seller.least, seller.currency)
    return price if seller.count == 1 else f"{seller.count} on offer, from {price}"


def nobody(kind: ServiceKind) -> Message:
    what, other = ("consultation", ServiceKind.MEAL_PLAN)
    if kind is ServiceKind.MEAL_PLAN:
        what, other = ("meal plan", ServiceKind.CONSULTATION)
    return Message(
        text=f"<b>{_TITLES[kind]}</b>\nNo {what} can be had without a request just now. Ask your dietitian to send you "
        "one: it arrives here. Or look at what else there is.",
        rows=rows([start(other)], [button("📨 My requests", Verb.REQUESTS, argument="pending.0"), HOME]),
    )


def choose_service(shelf: Shelf, kind: ServiceKind, *, alone: bool) -> Message:
    """`alone`: there is no other dietitian to go back to."""
    page = shelf.services
    lines = [[button(_label(service), Verb.TAKE, service.public_id)] for service in page.items]
    after = (
        "Choose one; then you choose a day and a time. You pay only after that."
        if kind is ServiceKind.CONSULTATION
        else "Choose one; you see it once more before you pay."
    )
    offered = "\n\n".join(described(service) for service in page.items)
    back = [] if alone else [button("← Back", _VERBS[kind], argument="0")]
    return Message(
        text=f"<b>{_TITLES[kind]}</b>\n{_who(shelf.dietitian.name)}{numbered(page)}\n\n{offered}\n\n{after}",
        rows=rows(
            *lines,
            pager(page, Verb.SHELF, subject=shelf.dietitian.public_id, prefix=f"{kind}."),
            [*back, HOME],
        ),
    )


def _facts(service: Service) -> str:
    length = f"{service.minutes} min · " if service.minutes else ""
    return f"{length}{money(service.price, service.currency)}"


def _label(service: Service) -> str:
    return f"{short(service.title, _LABEL_LIMIT)} · {_facts(service)}"


def described(service: Service) -> str:
    """Title, length, price, what it includes, and for a plan when it is ready."""
    parts = [f"<b>{safe(short(service.title, _TITLE_LIMIT))}</b> · {_facts(service)}"]
    if service.description:
        parts.append(safe(short(service.description, _DESCRIPTION_LIMIT)))
    if service.kind is ServiceKind.MEAL_PLAN:
        parts.append(f"<i>{ready(service)}</i>")
    return "\n".join(parts)


def ready(service: Service) -> str:
    days = service.promised_days or DEFAULT_PROMISED_DAYS
    return f"Ready within {days} {'day' if days == 1 else 'days'} of your payment."


def came_for(counter: Counter) -> str:
    """For the notice that stands before it."""
    name = _who(counter.dietitian.name)
    if counter.service is None:
        return f"You have opened the page of {name}."
    return f"You have opened <b>{safe(short(counter.service.title, _TITLE_LIMIT))}</b> by {name}."


def counter_card(counter: Counter, *, own: bool) -> Message:
    """Where a public link leads. `own`: the dietitian looks at it themself."""
    if own:
        return _own(counter)
    service = counter.service
    if service is None:
        return _everything(counter)
    if service.by_request_only:
        only = f"<b>{safe(short(service.title, _TITLE_LIMIT))}</b> is by request only: ask for it, and the request arrives here."
        everything = _everything(counter)
        return Message(text=f"{only}\n\n{everything.text}", rows=everything.rows)
    verb = "🗓 Book" if service.kind is ServiceKind.CONSULTATION else "🥗 Buy"
    more = [kind for kind in ServiceKind if _others(counter, service, kind)]
    return Message(
        text=f"{_who(counter.dietitian.name)}\n\n{described(service)}",
        rows=rows(
            [button(f"{verb} · {money(service.price, service.currency)}", Verb.TAKE, service.public_id)],
            *[[_shelf(counter, kind)] for kind in more],
            [HOME],
        ),
    )


def _others(counter: Counter, service: Service, kind: ServiceKind) -> bool:
    return any(one.kind is kind and one.id != service.id for one in counter.services)


def _shelf(counter: Counter, kind: ServiceKind) -> Button:
    return button(_TITLES[kind], Verb.SHELF, counter.dietitian.public_id, f"{kind}.0")


def _everything(counter: Counter) -> Message:
    kinds = [kind for kind in ServiceKind if counter.has(kind)]
    offered = (
        _list(counter.services) if kinds else "There is nothing to book or buy without a request just now."
    )
    return Message(
        text=f"{_who(counter.dietitian.name)}\n\n{offered}",
        rows=rows(*[[_shelf(counter, kind)] for kind in kinds], [HOME]),
    )


def _list(services: Sequence[Service]) -> str:
    lines = [f"• {safe(short(one.title, _TITLE_LIMIT))} · {_facts(one)}" for one in services[:_LISTED]]
    left = len(services) - _LISTED
    return "\n".join([*lines, f"… and {left} more"] if left > 0 else lines)


def _own(counter: Counter) -> Message:
    if counter.service is not None:
        seen = described(counter.service)
    else:
        seen = _list(counter.services) or "Nothing can be booked or bought without a request just now."
    return Message(
        text="This is your own public link. It works: whoever opens it comes to this.\n\n"
        f"{_who(counter.dietitian.name)}\n{seen}",
        rows=rows([button("🧾 My services", Verb.OFFERS, argument="0")], [HOME]),
    )


def nobody_here(*, with_ways: bool = True) -> Message:
    return Message(
        text="What this link leads to is not here any more. Ask whoever gave it to you for a new one. See also what "
        "is offered here: /book and /buy.",
        rows=rows(*(both() if with_ways else []), [HOME]),
    )
