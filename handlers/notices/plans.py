"""A meal plan: paid, due, late, received, cancelled."""

from domain.model.message import Message
from domain.model.plan import Plan, PlanState, reminders
from domain.model.views import RequestCard
from domain.usecases.deliver_plan import address_of
from handlers.callbacks import Verb
from handlers.formats import local, safe
from handlers.notices.facts import Facts, canceller
from handlers.screens import booking as screens
from handlers.screens import terms
from handlers.screens.mealplans import day_of
from handlers.screens.parts import HOME, button, client_name, marks, on, rows, what

_CLIENTS = button("🥗 Meal plans", Verb.MEAL_PLANS, argument="0")


def plan_paid(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None:
        return None
    if facts.for_dietitian:
        text = (
            f"💳 {client_name(card)} has paid for {what(card.request)}.\n{marks(card)}\nPlease prepare the plan and send the PDF by "
            f"<b>{day_of(plan.promised_at, facts.timezone)}</b>."
        )
        return Message(
            text=text,
            rows=rows([on(card, "📤 Upload", Verb.UPLOAD), on(card, "🔎 Details", Verb.PLAN)], [HOME]),
        )
    receipt = f"\n\n{screens.receipt(card, facts.payment, facts.timezone)}" if facts.payment else ""
    return Message(
        text=f"✅ Paid. <b>{safe(card.dietitian.name)}</b> prepares your plan; it arrives here by "
        f"<b>{day_of(plan.promised_at, facts.timezone)}</b>.\n<i>{terms.of_plan(plan, facts.now)}</i>{receipt}",
        rows=rows([_CLIENTS, HOME]),
    )


def _near(plan: Plan, facts: Facts) -> str:
    """`tomorrow, ` where it is tomorrow; after a downtime it may be another day."""
    away = local(plan.promised_at, facts.timezone).date() - local(facts.now, facts.timezone).date()
    return {0: "today, ", 1: "tomorrow, "}.get(away.days, "")


def plan_due(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None or plan.state is not PlanState.WAITING:
        return None
    day = day_of(plan.promised_at, facts.timezone)
    words = {
        "half": f"half of the time is over, it is promised by {day}",
        "before": f"it is promised by {_near(plan, facts)}{day}",
        "late": f"it was promised by {day}, so it is late now. Your client is told, and may cancel for a full refund",
    }
    which = facts.notice.detail.get("which", "half")
    due = reminders(plan.created_at, plan.promised_at, card.dietitian.timezone)
    if which not in due or any(due[which] < later <= facts.now for later in due.values()):
        return None  # it was away for so long that a later one is due as well: that one is true
    return Message(
        text=f"⏰ Reminder: {client_name(card)} is waiting for {safe(card.request.title or 'a plan')}; {words[which]}.",
        rows=rows([on(card, "📤 Upload", Verb.UPLOAD), on(card, "🔎 Details", Verb.PLAN)], [HOME]),
    )


def plan_late(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None or not plan.is_late_at(facts.now):
        return None
    return Message(
        text=f"⏰ Your plan is late: <b>{safe(card.dietitian.name)}</b> had promised {safe(card.request.title or 'it')} by "
        f"{day_of(plan.promised_at, facts.timezone)}. They have been reminded, and so have the people who run this bot. "
        "It arrives here as soon as it is ready; if you would rather not wait, you can cancel for a full refund.",
        rows=rows([on(card, "🔎 Details", Verb.MEAL_PLAN)], [HOME]),
    )


def plan_received(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None:
        return None
    version = facts.notice.detail.get("version", "1")
    which = "the plan" if version == "1" else f"version {version} of the plan"
    return Message(
        text=f"📬 {client_name(card)} has received {which}: {safe(card.request.title or '')}.\n{marks(card)}",
        rows=rows([on(card, "🔎 Details", Verb.PLAN), HOME]),
    )


def _by_mail(facts: Facts, card: RequestCard) -> str:
    return "I try it by e-mail as well." if facts.mail_is_sent and address_of(card) is not None else ""


def plan_unreached(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None or plan.state is not PlanState.SENT:
        return None
    way = _by_mail(facts, card) or "Perhaps you can reach them otherwise."
    return Message(
        text=f"⚠️ {client_name(card)} can't be reached in Telegram (blocked or left), so the plan "
        f"{safe(card.request.title or '')} waits. It goes out by itself as soon as they come back. {way}",
        rows=rows([on(card, "🔎 Details", Verb.PLAN), HOME]),
    )


def plan_refused(facts: Facts, card: RequestCard) -> Message | None:
    plan = facts.plan
    if plan is None or plan.state not in {PlanState.WAITING, PlanState.SENT}:
        return None
    return Message(
        text=f"⚠️ Telegram would not take the plan for {client_name(card)} ({marks(card)}), though it was tried several times, so your "
        f"client does not have it. Nothing is lost: try again, or upload it as another PDF. {_by_mail(facts, card)}",
        rows=rows([on(card, "🔁 Try again", Verb.TRY_AGAIN), on(card, "📤 Upload", Verb.UPLOAD)], [HOME]),
    )


def plan_cancelled(facts: Facts, card: RequestCard) -> Message | None:
    who = canceller(facts)
    refunded = terms.given_back(card.request, int(facts.notice.detail["back"]))
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    go = button("🥗 Meal plans", Verb.PLANS, argument="cancelled.0") if facts.for_dietitian else _CLIENTS
    return Message(
        text=f"✖️ Cancelled by {who}: {safe(card.request.title or 'the plan')} with {other}\n{refunded}",
        rows=rows([go, HOME]),
    )
