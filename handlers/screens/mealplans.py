"""The client's meal plans: pay for one, wait for it, read it again."""

from collections.abc import Sequence
from datetime import datetime

from domain.model.message import Button, Message
from domain.model.payment import Payment
from domain.model.plan import PlanFile, PlanState
from domain.model.request import Origin
from domain.model.service import DEFAULT_PROMISED_DAYS
from domain.model.views import Page, PlanCard, RequestCard
from handlers.callbacks import Verb
from handlers.formats import local, long_day, safe
from handlers.screens import paying, terms
from handlers.screens.parts import HOME, button, numbered, on, pager, price, rows, turn_down, way_back, what


def day_of(instant: datetime, timezone: str) -> str:
    """`Thursday 3 December 2026` where the reader is."""
    return long_day(local(instant, timezone).date())


def within(card: RequestCard) -> str:
    days = card.request.promised_days or DEFAULT_PROMISED_DAYS
    return "the day after your payment" if days == 1 else f"within {days} days of your payment"


def pay(card: RequestCard, payment: Payment | None, now: datetime) -> Message:
    """The summary: what it includes, when it can be expected, how much, the terms, and Pay."""
    description = [safe(card.request.description)] if card.request.description else []
    about = [
        f"🥗 <b>{safe(card.request.title or '')}</b> by {safe(card.dietitian.name)}",
        *description,
        f"📄 A PDF, here in this chat, {within(card)}.",
        f"💳 {price(card.request)}",
        f"<i>{terms.of_plan_to_buy(card, now)}</i>",
    ]
    own = [way_back(card)] if card.request.origin is Origin.CLIENT else []
    return paying.summary(card, payment, about, [turn_down(card), *own, HOME])


def stands(shown: PlanCard, timezone: str, now: datetime) -> str:
    """Where it stands, with the day that matters, for the client."""
    plan = shown.plan
    match plan.state:
        case PlanState.WAITING if plan.is_late_at(now):
            return f"⏰ late: promised by {day_of(plan.promised_at, timezone)}"
        case PlanState.WAITING:
            return f"🕐 being prepared, expected by {day_of(plan.promised_at, timezone)}"
        case PlanState.SENT if shown.is_refused:
            return "⚠️ a new version could not be delivered; your dietitian is told. What you have stays here"
        case PlanState.SENT:
            return "📨 on its way to you"
        case PlanState.RECEIVED:
            return f"✅ received on {day_of(plan.received_at or plan.created_at, timezone)}"
        case PlanState.CANCELLED:
            return "✖️ cancelled"


def meal_plans(page: Page[PlanCard], timezone: str, now: datetime) -> Message:
    """Pending and received, each with its buttons."""
    if not page.total:
        return Message(
            text="<b>Your meal plans</b>\nThere is none yet. You can buy one here, and the PDF arrives in this chat.",
            rows=rows([button("🥗 Buy a meal plan", Verb.BUY, argument="0")], [HOME]),
        )
    text = [f"<b>Your meal plans ({page.total})</b>{numbered(page)}"]
    lines = []
    for number, shown in enumerate(page.items, page.number * 5 + 1):
        card, mark = shown.card, f" {number}" if page.total > 1 else ""
        text.append(
            f"{number}. <b>{safe(card.request.title or '')}</b> by {safe(card.dietitian.name)}\n"
            f"   {stands(shown, timezone, now)}"
        )
        line = [on(card, f"🔎 Details{mark}", Verb.MEAL_PLAN)]
        if shown.for_client:
            line.insert(0, send_again(card, shown.for_client[-1], f"📄 Open{mark}"))
        lines.append(line)
    return Message(text="\n".join(text), rows=rows(*lines, pager(page, Verb.MEAL_PLANS), [HOME]))


def send_again(card: RequestCard, file: PlanFile, label: str) -> Button:
    return on(card, label, Verb.SEND_AGAIN, str(file.number))


def meal_plan(shown: PlanCard, timezone: str, now: datetime, *, intake: list[Button]) -> Message:
    """One plan: where it stands, its versions, what can be done."""
    card, plan = shown.card, shown.plan
    parts = [f"🥗 <b>{what(card.request)}</b> by {safe(card.dietitian.name)}", stands(shown, timezone, now)]
    if plan.state is PlanState.WAITING:
        parts.append(f"<i>{terms.of_plan(plan, now)}</i>")
    if card.request.description and plan.state is PlanState.WAITING:
        parts.append(safe(card.request.description))
    versions = shown.for_client
    if len(versions) > 1:
        parts.append(f"There are {len(versions)} versions; the newest is the one that counts.")
    files = [[send_again(card, file, _version_label(file, versions))] for file in reversed(versions)]
    cancel = [on(card, "✖️ Cancel this plan", Verb.CANCEL_PLAN)] if plan.state is PlanState.WAITING else []
    return Message(
        text="\n".join(parts),
        rows=rows(
            *files[:_VERSIONS_SHOWN], intake, cancel, [button("← Back", Verb.MEAL_PLANS, argument="0"), HOME]
        ),
    )


_VERSIONS_SHOWN = 8


def _version_label(file: PlanFile, versions: Sequence[PlanFile]) -> str:
    if len(versions) == 1:
        return "📄 Send it here again"
    newest = " (newest)" if file == versions[-1] else ""
    return f"📄 Version {file.number}{newest}"


def cancel_sure(shown: PlanCard, now: datetime, *, for_dietitian: bool) -> Message:
    card = shown.card
    percent = shown.plan.refund_percent_at(now, by_dietitian=for_dietitian)
    words = terms.at_stake(card, percent, client="Your client" if for_dietitian else None)
    return Message(
        text=f"Cancel this plan?\n{what(card.request)}\n{words} This cannot be undone.",
        rows=rows(
            [on(card, "← Back", Verb.PLAN if for_dietitian else Verb.MEAL_PLAN)],
            [on(card, "✖️ Yes, cancel it", Verb.CANCEL_PLAN_SURE, str(percent))],
        ),
    )


def cancelled(card: RequestCard, refunded: str, *, for_dietitian: bool) -> Message:
    back = button("🥗 Meal plans", Verb.PLANS, argument="waiting.0") if for_dietitian else _MINE
    return Message(text=f"✖️ Cancelled: {what(card.request)}\n{refunded}", rows=rows([back], [HOME]))


_MINE = button("🥗 Meal plans", Verb.MEAL_PLANS, argument="0")
