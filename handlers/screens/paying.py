"""The pay link and what goes with it, whatever is paid for."""

from collections.abc import Sequence

from domain.model.message import Button, Message
from domain.model.payment import Payment
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import on, price, rows


def summary(
    card: RequestCard,
    payment: Payment | None,
    about: Sequence[str],
    ways_out: Sequence[Button],
    kept: str = "",
) -> Message:
    """`about` is what they pay for, a line each. `kept`: what stays theirs while Paystack does not answer.

    A payment that was made is none to make: where this is still to be paid, that money went back.
    """
    url = payment.authorization_url if payment is not None and payment.paid_at is None else None
    parts = [*about]
    if payment is not None and payment.paid_at is not None:
        payment = None
        parts.append(
            "What you paid before goes back to you; nothing else was charged. Press Get the pay link to go on."
        )
    elif payment is None:
        parts.append("Nothing was charged yet. Press Get the pay link to go on.")
    else:
        parts.append(f"Receipt to: {safe(payment.email)}")
        if url is None:
            parts.append(
                f"Paystack isn't answering just now. Nothing was charged{kept}. The pay link follows here as soon as "
                "it can be made."
            )
    again = "▶️ Get the pay link" if payment is None else "🔄 Try again"
    first = Button(label=f"💳 Pay {price(card.request)}", url=url) if url else on(card, again, Verb.PAY)
    second = [on(card, "I've paid", Verb.PAID), on(card, "✏️ Other e-mail", Verb.NEW_EMAIL)]
    return Message(text="\n".join(parts), rows=rows([first], second if url else [], ways_out))
