"""/services: what the dietitian offers, what clients are asked after the payment, public links."""

from collections.abc import Sequence

from domain.model.intake import LONGEST_QUESTION, MOST_QUESTIONS
from domain.model.message import Button, File, FileKind, Message
from domain.model.service import Service, ServiceKind
from domain.usecases.offers import fingerprint
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short
from handlers.screens.shop import ready

ON_A_PAGE = 8
_IN_A_ROW = 6
_TITLE_LIMIT, _LABEL_LIMIT, _DESCRIPTION_LIMIT = 120, 32, 2000
_SIGNS = {ServiceKind.CONSULTATION: "🗓", ServiceKind.MEAL_PLAN: "🥗"}
_KINDS = {ServiceKind.CONSULTATION: "Consultation", ServiceKind.MEAL_PLAN: "Meal plan"}


def offers(services: Sequence[Service], number: int) -> Message:
    if not services:
        return Message(
            text="<b>Your services</b>\nYou offer nothing yet. The practice file declares what you offer (<code>dietdesk "
            "practice apply</code>).",
            rows=((HOME,),),
        )
    page = page_of(services, number, ON_A_PAGE)
    lines = [
        [
            button(
                f"{_SIGNS[one.kind]} {short(one.title, _LABEL_LIMIT)} · {_price(one)}",
                Verb.OFFER,
                one.public_id,
            )
        ]
        for one in page.items
    ]
    return Message(
        text=f"<b>Your services ({page.total})</b>{numbered(page)}\nOpen one for its questions and its link. Your own public "
        "link leads to all that can be booked or bought without a request.",
        rows=rows(*lines, pager(page, Verb.OFFERS), [button("🔗 My public link", Verb.PUBLIC_LINK)], [HOME]),
    )


def _price(service: Service) -> str:
    return money(service.price, service.currency)


def _title(service: Service) -> str:
    return safe(short(service.title, _TITLE_LIMIT))


def offer(service: Service) -> Message:
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
    link = [] if service.by_request_only else [button("🔗 Public link", Verb.PUBLIC_LINK, service.public_id)]
    return Message(
        text="\n".join(parts),
        rows=rows(
            [button("📝 Questions", Verb.QUESTIONS, service.public_id), *link],
            [button("← Back", Verb.OFFERS, argument="0"), HOME],
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
