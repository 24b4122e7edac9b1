"""A meal plan: paid, sent, late."""

from domain.model.message import Message
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens import booking as screens
from handlers.screens.parts import HOME, client_name, on, rows, what


def plan_paid(facts: Facts, card: RequestCard) -> Message | None:
    if facts.for_dietitian:
        text = f"💳 {client_name(card)} has paid for {what(card.request)}. Please prepare the plan and send the PDF."
        return Message(text=text, rows=rows([on(card, "Open", Verb.SHOW), HOME]))
    receipt = f"\n\n{screens.receipt(card, facts.payment, facts.timezone)}" if facts.payment else ""
    return Message(
        text=f"✅ Paid. <b>{safe(card.dietitian.name)}</b> prepares your plan; it arrives here.{receipt}",
        rows=((HOME,),),
    )
