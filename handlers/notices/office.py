"""A dietitian was suspended, and who held a time there hears of it, or may go on; a set-up is complete; an admin tells all dietitians something."""

from domain.model.message import Message
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens.parts import HOME, button, rows, short, what, when

_NAME_LIMIT = 80


def suspended(facts: Facts) -> Message | None:
    """Also to who asked to leave, once an admin sees to it."""
    first = "Your practice here has been suspended by an admin."
    if "leaves" in facts.notice.detail:
        first = "You asked to leave, and an admin has begun to see to it: your practice is closed to anything new."
    reason = facts.notice.detail.get("reason")
    why = f"\n<blockquote>{safe(reason)}</blockquote>" if reason else ""
    return Message(
        text=f"⏸ {first}{why}\nNothing new can be asked for, booked or bought. "
        "What is booked and paid goes on: your agenda and your meal plans are here as before.",
        rows=rows(
            [
                button("📅 Upcoming", Verb.AGENDA, argument="0"),
                button("📄 Meal plans", Verb.PLANS, argument="waiting.0"),
            ],
            [HOME],
        ),
    )


def hold_suspended(facts: Facts, card: RequestCard) -> Message | None:
    """To the client who held a time; not to who has one again, from a dietitian who was reinstated meanwhile."""
    booking = facts.booking
    held = card.booking is not None and card.booking.holds_slot_at(facts.now)
    if booking is None or held or not card.request.is_open:
        return None
    paid = card.payment is not None and card.payment.paid_at is not None
    charged = "What you paid" if paid else "Nothing was charged. If you have just paid, the money"
    return Message(
        text=f"⏸ <b>{safe(card.dietitian.name)}</b> takes nothing new at present, so the time is not kept for you any more: "
        f"{when(booking, facts.timezone)}.\n{what(card.request)}\n{charged} comes back to you by itself, and you hear of it "
        "here.",
        rows=rows([button("📨 My requests", Verb.REQUESTS, argument="pending.0"), HOME]),
    )


def reinstated(_: Facts) -> Message | None:
    return Message(
        text="▶️ Your practice here goes on: clients find you again, and you can send requests.",
        rows=((HOME,),),
    )


def set_up_done(facts: Facts) -> Message | None:
    detail = facts.notice.detail
    return Message(
        text=f"🎉 <b>{safe(short(detail['name'], _NAME_LIMIT))}</b> has completed the set-up you invited them to: they can be "
        "booked now.",
        rows=rows([button("Open", Verb.DIETITIAN, detail["dietitian"]), HOME]),
    )


def broadcast(facts: Facts) -> Message | None:
    """Nothing for who was suspended meanwhile."""
    if facts.broadcast is None or facts.practice is None or not facts.practice.takes_new:
        return None
    return Message(
        text=f"📣 <b>To all dietitians, from those who run this bot</b>\n<blockquote>{safe(facts.broadcast.text)}</blockquote>",
        rows=((HOME,),),
    )


def practice_leaves(facts: Facts) -> Message | None:
    """Also once the practice is gone: its name stands in the notice."""
    name = safe(short(facts.notice.detail["name"], _NAME_LIMIT))
    return Message(
        text=f"👋 <b>{name}</b> gives up their practice here. Nothing new can be booked with them. What you have booked and "
        "paid with them either goes on or is cancelled with a full refund: you hear of each here. The meal plans you "
        "got stay in /mealplans; save what you need of your answers, which go with the practice.",
        rows=rows([button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]),
    )
