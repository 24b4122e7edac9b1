"""A service is added question by question, or one thing about it is changed."""

from domain.model.message import Button, Message
from domain.model.service import LONGEST_DESCRIPTION, Service, ServiceKind
from domain.usecases.add_service import Asked, ServiceDraft
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.offers import UNTOUCHED
from handlers.screens.parts import KIND_LABELS, button, rows, short

SKIP = "none"
_MINUTES, _DAYS = (30, 45, 60, 90), (3, 5, 7, 14)
_TITLE_LIMIT, _DESCRIPTION_LIMIT = 120, 2000
_WORDS = {
    Asked.TITLE: "What is it called? Clients see it. Type it, for example <i>{example}</i>.",
    Asked.MINUTES: "How long is it? Choose, or type the minutes, for example <i>50</i> or <i>1h 15</i>.",
    Asked.PRICE: "What does it cost, in {currency}? Type it, for example <i>12,500</i> or <i>12.5k</i>.",
    Asked.DESCRIPTION: f"What does it include? Type a few words for your clients, up to {LONGEST_DESCRIPTION:,} characters.",
    Asked.DAYS: "Within how many days of the payment do you send the plan? Choose, or type it, for example <i>10</i> or "
    "<i>2 weeks</i>.",
}
_EXAMPLES = {ServiceKind.CONSULTATION: "First consultation", ServiceKind.MEAL_PLAN: "Four-week plan"}


def choose_kind() -> Message:
    return Message(
        text="<b>New service</b>\nWhat kind is it? A consultation has a length and a time; a meal plan is a PDF that you send.",
        rows=rows(
            *[[button(label, Verb.ADD_OFFER, argument=kind.value)] for kind, label in KIND_LABELS.items()],
            [button("← Back", Verb.OFFERS, argument="0")],
        ),
    )


def _words(asked: Asked, kind: ServiceKind, currency: str) -> str:
    return _WORDS[asked].format(example=_EXAMPLES[kind], currency=currency)


def adding(draft: ServiceDraft, currency: str) -> Message:
    """The next question about a new service, below what is known."""
    back = button("← Back", Verb.ADD_OFFER)
    if draft.before is not None:
        back = button("← Back", Verb.ADD_OFFER_BACK, draft.public_id, draft.before.value)
    choices = _choices(draft.asked, Verb.ADD_OFFER_ANSWER, draft.public_id)
    if draft.asked is Asked.DESCRIPTION:
        choices = [button("Skip", Verb.ADD_OFFER_ANSWER, draft.public_id, f"{Asked.DESCRIPTION}.{SKIP}")]
    return Message(
        text=f"<b>New service</b>\n{_so_far(draft, currency)}\n\n{_words(draft.asked, draft.kind, currency)}",
        rows=rows(choices, [back, button("✖️ Cancel", Verb.OFFERS, argument="0")]),
    )


def _so_far(draft: ServiceDraft, currency: str) -> str:
    """Only what was asked before the present question: the rest is asked again."""
    parts = [KIND_LABELS[draft.kind]]
    if draft.title is not None and draft.asked is not Asked.TITLE:
        parts.append(f"<b>{safe(short(draft.title, _TITLE_LIMIT))}</b>")
    if draft.minutes is not None and draft.asked in {Asked.PRICE, Asked.DESCRIPTION}:
        parts.append(f"{draft.minutes} min")
    if draft.price is not None and draft.asked in {Asked.DESCRIPTION, Asked.DAYS}:
        parts.append(money(draft.price, currency))
    return " · ".join(parts)


def _choices(asked: Asked, verb: Verb, public_id: str) -> list[Button]:
    match asked:
        case Asked.MINUTES:
            return [button(f"{at} min", verb, public_id, f"{asked}.{at}") for at in _MINUTES]
        case Asked.DAYS:
            return [button(f"{at} days", verb, public_id, f"{asked}.{at}") for at in _DAYS]
        case _:
            return []


def changing(service: Service, field: Asked) -> Message:
    """One thing about a service is asked anew."""
    choices = _choices(field, Verb.SET_OFFER, service.public_id)
    if field is Asked.DESCRIPTION and service.description:
        choices = [button("🗑 No description", Verb.SET_OFFER, service.public_id, f"{field}.{SKIP}")]
    return Message(
        text=f"<b>{safe(short(service.title, _TITLE_LIMIT))}</b>\nNow: {_now(service, field)}\n\n"
        f"{_words(field, service.kind, service.currency)}\n\n<i>{UNTOUCHED}</i>",
        rows=rows(choices, [button("← Back", Verb.OFFER, service.public_id)]),
    )


def _now(service: Service, field: Asked) -> str:
    match field:
        case Asked.TITLE:
            return safe(short(service.title, _TITLE_LIMIT))
        case Asked.MINUTES:
            return f"{service.minutes} min"
        case Asked.PRICE:
            return money(service.price, service.currency)
        case Asked.DESCRIPTION:
            return safe(short(service.description or "none", _DESCRIPTION_LIMIT))
        case Asked.DAYS:
            return f"{service.promised_days} days"


def changed(service: Service, field: Asked) -> str:
    """What was understood, shown back."""
    names = {
        Asked.TITLE: "The title",
        Asked.MINUTES: "The length",
        Asked.PRICE: "The price",
        Asked.DESCRIPTION: "The description",
        Asked.DAYS: "What you promise",
    }
    if field is Asked.DESCRIPTION:
        return "✅ The description is changed." if service.description else "✅ The description is removed."
    return f"✅ {names[field]} is now {_now(service, field)}."
