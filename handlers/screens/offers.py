"""/services: what the dietitian offers, what clients are asked after the payment, public links."""

from collections.abc import Sequence

from domain.model.intake import LONGEST_QUESTION, MOST_QUESTIONS
from domain.model.message import Button, File, FileKind, Message
from domain.model.service import Service, ServiceKind
from domain.model.views import Page
from domain.usecases.add_service import Asked
from domain.usecases.edit_service import Placed
from domain.usecases.look import SERVICES_ON_A_PAGE as ON_A_PAGE
from domain.usecases.offers import fingerprint
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short
from handlers.screens.shop import ready

_IN_A_ROW = 6
_TITLE_LIMIT, _LABEL_LIMIT, _DESCRIPTION_LIMIT = 120, 32, 2000
_SIGNS = {ServiceKind.CONSULTATION: "🗓", ServiceKind.MEAL_PLAN: "🥗"}
UNTOUCHED = "Changes hold from now on: requests already sent keep the copy they were sent with."
_KINDS = {ServiceKind.CONSULTATION: "Consultation", ServiceKind.MEAL_PLAN: "Meal plan"}


def offers(page: Page[Service]) -> Message:
    add = [button("➕ Add a service", Verb.ADD_OFFER)]
    if not page.total:
        return Message(
            text="<b>Your services</b>\nYou offer nothing yet. Add your first service: a consultation at an agreed time, or a "
            "meal plan that you send as a PDF.",
            rows=rows(add, [button("🗄 Archived", Verb.ARCHIVED, argument="0"), HOME]),
        )
    lines = [[_open(one)] for one in page.items]
    return Message(
        text=f"<b>Your services ({page.total})</b>{numbered(page)}\nOpen one to change it, for its questions and its link. "
        "Your own public link leads to all that can be booked or bought without a request.",
        rows=rows(
            *lines,
            pager(page, Verb.OFFERS),
            [*add, button("🗄 Archived", Verb.ARCHIVED, argument="0")],
            [button("🔗 My public link", Verb.PUBLIC_LINK)],
            [HOME],
        ),
    )


def archived(services: Sequence[Service], number: int) -> Message:
    """What was put away."""
    back = [button("← Back", Verb.OFFERS, argument="0"), HOME]
    if not services:
        return Message(
            text="<b>Archived services</b>\nNone. A service that you no longer offer can be archived from its own page, "
            "and restored from here.",
            rows=rows(back),
        )
    page = page_of(services, number, ON_A_PAGE)
    return Message(
        text=f"<b>Archived services ({page.total})</b>{numbered(page)}\nClients don't see them. Open one to restore it.",
        rows=rows(*[[_open(one)] for one in page.items], pager(page, Verb.ARCHIVED), back),
    )


def _open(service: Service) -> Button:
    label = f"{_SIGNS[service.kind]} {short(service.title, _LABEL_LIMIT)} · {_price(service)}"
    return button(label, Verb.OFFER, service.public_id)


def _price(service: Service) -> str:
    return money(service.price, service.currency)


def _title(service: Service) -> str:
    return safe(short(service.title, _TITLE_LIMIT))


def offer(placed: Placed, before: str = "") -> Message:
    """`before` says what has just been done."""
    service = placed.service
    text = "\n".join([*([before, ""] if before else []), *described(service)])
    if placed.place is None:
        return Message(
            text=f"{text}\n🗄 Archived: clients don't see it, and no new request can be made of it. What was sent or paid "
            "goes on.",
            rows=rows(
                [button("♻️ Restore", Verb.RESTORE_OFFER, service.public_id)],
                [button("← Back", Verb.ARCHIVED, argument="0"), HOME],
            ),
        )
    return Message(
        text=f"{text}\n↕️ Number {placed.place + 1} of {placed.count} in your list\n\n<i>{UNTOUCHED}</i>",
        rows=rows(
            *_edits(service),
            _moves(placed, placed.place),
            _more(service),
            [button("🗄 Archive", Verb.ARCHIVE_OFFER, service.public_id)],
            [button("← Back", Verb.OFFERS, argument=str(placed.place // ON_A_PAGE)), HOME],
        ),
    )


def described(service: Service) -> list[str]:
    length = f" · {service.minutes} min" if service.minutes else ""
    parts = [
        f"<b>{_title(service)}</b>",
        f"{_SIGNS[service.kind]} {_KINDS[service.kind]}{length} · {_price(service)}",
    ]
    if service.description:
        parts.append(safe(short(service.description, _DESCRIPTION_LIMIT)))
    if service.kind is ServiceKind.MEAL_PLAN:
        parts.append(ready(service))
    if service.by_request_only:
        parts.append("👁 By request only: clients do not see it unless you send them a request.")
    else:
        parts.append("👁 Clients can take it by themselves, without a request.")
    parts.append(f"📝 Questions after the payment: {len(service.questions) or 'none'}")
    return parts


def _edits(service: Service) -> list[list[Button]]:
    by_kind = (
        (Asked.DAYS, "✏️ Days") if service.kind is ServiceKind.MEAL_PLAN else (Asked.MINUTES, "✏️ Minutes")
    )
    labels = [
        (Asked.TITLE, "✏️ Title"),
        (Asked.PRICE, "✏️ Price"),
        by_kind,
        (Asked.DESCRIPTION, "✏️ Description"),
    ]
    edits = [button(label, Verb.EDIT_OFFER, service.public_id, field.value) for field, label in labels]
    seen = ("👁 Let everybody take it", "all") if service.by_request_only else ("👁 By request only", "asked")
    return [edits[:2], edits[2:], [button(seen[0], Verb.SHOW_OFFER, service.public_id, seen[1])]]


def _moves(placed: Placed, place: int) -> list[Button]:
    """The revision is where it stands: an older button moves nothing."""
    to = []
    if place > 0:
        to = [("⏫ First", 0), ("▲ Up", place - 1)] if place > 1 else [("▲ Up", 0)]
    if place < placed.count - 1:
        to.append(("▼ Down", place + 1))
    public_id = placed.service.public_id
    return [button(label, Verb.PLACE_OFFER, public_id, str(at), place) for label, at in to]


def _more(service: Service) -> list[Button]:
    ask = button("📝 Questions", Verb.QUESTIONS, service.public_id)
    if service.by_request_only:
        return [ask]
    return [ask, button("🔗 Public link", Verb.PUBLIC_LINK, service.public_id)]


def archive_sure(service: Service) -> Message:
    return Message(
        text=f"Archive <b>{_title(service)}</b>? Clients no longer see it and its public link ends. Requests already sent and "
        "what is paid for keep their copy and go on. You can restore it at any time.",
        rows=rows(
            [button("🗄 Yes, archive it", Verb.ARCHIVE_OFFER_SURE, service.public_id)],
            [button("← Back", Verb.OFFER, service.public_id)],
        ),
    )


def questions(service: Service) -> Message:
    asked = service.questions
    text = [f"<b>Questions · {_title(service)}</b>"]
    if asked:
        text += [f"{number}. {safe(question)}" for number, question in enumerate(asked, 1)]
        text.append(
            "\nThey are asked after the payment, one at a time; the client can skip each. ✖ removes one."
        )
    else:
        text.append(
            "None yet. What you add is asked after the payment, one at a time; the client can skip each."
        )
    text.append("<i>Changes hold for what is paid from now on.</i>")
    add = [button("➕ Add", Verb.ADD_QUESTION, service.public_id)] if len(asked) < MOST_QUESTIONS else []
    return Message(
        text="\n".join(text),
        rows=rows(*_removals(service), add, [button("← Back", Verb.OFFER, service.public_id), HOME]),
    )


def _removals(service: Service) -> list[list[Button]]:
    count, mark = len(service.questions), fingerprint(service.questions)
    buttons = [
        button(f"✖ {place + 1}", Verb.DROP_QUESTION, service.public_id, f"{place}.{count}", mark)
        for place in range(count)
    ]
    return [buttons[at : at + _IN_A_ROW] for at in range(0, count, _IN_A_ROW)]


def ask_question(service: Service) -> Message:
    return Message(
        text=f"What would you like to ask before <b>{_title(service)}</b>? Type one question, up to {LONGEST_QUESTION} "
        "characters, for example <i>Do you have any allergies?</i>",
        rows=rows([button("← Back", Verb.QUESTIONS, service.public_id)]),
    )


def public_link(link: str, service: Service | None) -> Message:
    what = f"<b>{_title(service)}</b>" if service is not None else "all that you offer without a request"
    back = button("← Back", Verb.OFFERS, argument="0")
    if service is not None:
        back = button("← Back", Verb.OFFER, service.public_id)
    return Message(
        text=f"🔗 Your public link to {what}:\n{safe(link)}\n\nPut it on your page or your card: it works for everybody, any "
        "number of times.",
        rows=rows([Button(label="📋 Copy the link", copy=link)], [back, HOME]),
    )


def link_picture(png: bytes, service: Service | None) -> Message:
    what = f"<b>{_title(service)}</b>" if service is not None else "your practice"
    return Message(
        text=f"The same link to {what} as a picture, to print or to show: a phone's camera opens it.",
        file=File(kind=FileKind.PHOTO, name="link.png", mime_type="image/png", content=png),
    )
