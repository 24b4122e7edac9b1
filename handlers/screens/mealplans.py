"""The client's meal plans: pay for one, wait for it, read it again."""

from datetime import datetime

from domain.model.message import Button, Message
from domain.model.payment import Payment
from domain.model.plan import Plan, PlanFile, PlanState
from domain.model.request import Origin
from domain.model.service import DEFAULT_PROMISED_DAYS
from domain.model.views import Page, PlanCard, RequestCard
from handlers.callbacks import Verb
from handlers.formats import local, long_day, money, safe
from handlers.screens.parts import HOME, button, numbered, on, pager, price, rows, turn_down, way_back, what


def day_of(instant: datetime, timezone: str) -> str:
    """`Thursday 3 December 2026` where the reader is."""
    return long_day(local(instant, timezone).date())


def within(card: RequestCard) -> str:
    days = card.request.promised_days or DEFAULT_PROMISED_DAYS
    return "the day after your payment" if days == 1 else f"within {days} days of your payment"


def terms_before(card: RequestCard) -> str:
    """The dietitian's terms as they will hold for a plan that is bought now."""
    return _terms(card.dietitian.free_hours, card.dietitian.late_refund_percent)


def terms(plan: Plan, now: datetime) -> str:
    """The terms as they hold for this plan from now on."""
    if now >= plan.promised_at:
        return "It is late: you can cancel for a full refund."
    if plan.refund_percent_at(now, by_dietitian=False) < 100:  # noqa: PLR2004
        part = plan.late_refund_percent
        late = "nothing is refunded" if part == 0 else f"{part}% is refunded"
        return f"It is less than {plan.free_hours} hours to the promised day: if you cancel before the plan is sent, {late}."
    return _terms(plan.free_hours, plan.late_refund_percent)


def _terms(free_hours: int, percent: int) -> str:
    if free_hours == 0 or percent == 100:  # noqa: PLR2004
        return "You can cancel for a full refund until the plan is sent."
    late = "nothing is refunded" if percent == 0 else f"{percent}% is refunded"
    return (
        f"Until the plan is sent you can cancel: for a full refund up to {free_hours} hours before the promised day; "
        f"{late} after that, unless it is late."
    )


def pay(card: RequestCard, payment: Payment | None) -> Message:
    """The summary: what it includes, when it can be expected, how much, the terms, and Pay."""
    url = payment.authorization_url if payment is not None else None
    parts = [f"🥗 <b>{safe(card.request.title or '')}</b> by {safe(card.dietitian.name)}"]
    if card.request.description:
        parts.append(safe(card.request.description))
    parts += [
        f"📄 A PDF, here in this chat, {within(card)}.",
        f"💳 {price(card.request)}",
        f"<i>{terms_before(card)}</i>",
    ]
    if payment is not None:
        parts.append(f"Receipt to: {safe(payment.email)}")
    if payment is None:
        parts.append("Nothing was charged yet. Press Get the pay link to go on.")
    elif url is None:
        parts.append(
            "Paystack isn't answering just now. Nothing was charged. The pay link follows here as soon as it can be made."
        )
    again = "▶️ Get the pay link" if payment is None else "🔄 Try again"
    first = [Button(label=f"💳 Pay {price(card.request)}", url=url)] if url else [on(card, again, Verb.PAY)]
    second = [on(card, "I've paid", Verb.PAID), on(card, "✏️ Other e-mail", Verb.NEW_EMAIL)]
    own = [way_back(card)] if card.request.origin is Origin.CLIENT else []
    return Message(
        text="\n".join(parts), rows=rows(first, second if url else [], [turn_down(card), *own, HOME])
    )


STANDS = {
    PlanState.WAITING: "🕐 being prepared",
    PlanState.SENT: "📨 on its way to you",
    PlanState.RECEIVED: "✅ received",
    PlanState.CANCELLED: "✖️ cancelled",
}


def stands(plan: Plan, timezone: str, now: datetime) -> str:
    """Where it stands, with the day that matters, for the client."""
    match plan.state:
        case PlanState.WAITING if plan.is_late_at(now):
            return f"⏰ late: promised by {day_of(plan.promised_at, timezone)}"
        case PlanState.WAITING:
            return f"🕐 being prepared, expected by {day_of(plan.promised_at, timezone)}"
        case PlanState.RECEIVED if plan.received_at is not None:
            return f"✅ received on {day_of(plan.received_at, timezone)}"
        case _:
            return STANDS[plan.state]


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
            f"   {stands(shown.plan, timezone, now)}"
        )
        line = [on(card, f"🔎 Details{mark}", Verb.MEAL_PLAN)]
        if shown.latest is not None:
            line.insert(0, send_again(card, shown.latest, f"📄 Open{mark}"))
        lines.append(line)
    return Message(text="\n".join(text), rows=rows(*lines, pager(page, Verb.MEAL_PLANS), [HOME]))


def send_again(card: RequestCard, file: PlanFile, label: str) -> Button:
    return on(card, label, Verb.SEND_AGAIN, str(file.number))


def meal_plan(
    shown: PlanCard, timezone: str, now: datetime, *, intake: list[Button], note: str = ""
) -> Message:
    """One plan: where it stands, its versions, what can be done."""
    card, plan = shown.card, shown.plan
    parts = [f"🥗 <b>{what(card.request)}</b> by {safe(card.dietitian.name)}", stands(plan, timezone, now)]
    if plan.state is PlanState.WAITING:
        parts.append(f"<i>{terms(plan, now)}</i>")
    if card.request.description and plan.state is PlanState.WAITING:
        parts.append(safe(card.request.description))
    if len(shown.versions) > 1:
        parts.append(f"There are {len(shown.versions)} versions; the newest is the one that counts.")
    if note:
        parts.insert(0, note)
    files = [[send_again(card, file, _version_label(file, shown))] for file in reversed(shown.versions)]
    cancel = [on(card, "✖️ Cancel this plan", Verb.CANCEL_PLAN)] if plan.state is PlanState.WAITING else []
    return Message(
        text="\n".join(parts),
        rows=rows(
            *files[:_VERSIONS_SHOWN], intake, cancel, [button("← Back", Verb.MEAL_PLANS, argument="0"), HOME]
        ),
    )


_VERSIONS_SHOWN = 8


def _version_label(file: PlanFile, shown: PlanCard) -> str:
    if len(shown.versions) == 1:
        return "📄 Send it here again"
    newest = " (newest)" if file.number == len(shown.versions) else ""
    return f"📄 Version {file.number}{newest}"


def cancel_sure(shown: PlanCard, now: datetime, *, for_dietitian: bool) -> Message:
    card, plan = shown.card, shown.plan
    paid = card.payment.paid_amount or card.payment.amount if card.payment is not None else 0
    currency = card.payment.currency if card.payment is not None else "NGN"
    percent = plan.refund_percent_at(now, by_dietitian=for_dietitian)
    back = money(paid * percent // 100, currency)
    if for_dietitian:
        words = f"Your client is told and gets all of it back: {back}."
    elif percent == 0:
        words = f"By the terms nothing of {money(paid, currency)} is refunded any more."
    else:
        words = f"By the terms you get {back} of {money(paid, currency)} back."
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
