"""A dietitian would like to know some things; the client has been through them."""

from domain.model.consent import Purpose
from domain.model.message import Message
from domain.model.views import RequestCard
from domain.usecases.read_intake import closed_because
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens import intake as screens
from handlers.screens.parts import HOME, client_name, rows


def intake_open(facts: Facts, card: RequestCard) -> Message | None:
    """Not once it was opened from a screen, and not for what was cancelled meanwhile."""
    intake = facts.intake
    if intake is None or closed_because(card, facts.plan, facts.now) is not None:
        return None
    if intake.consented_at or intake.declined_at or intake.completed_at:
        return None
    return screens.consent(card, len(intake.questions), facts.policy.notice(Purpose.HEALTH))


def intake_changed(facts: Facts, card: RequestCard) -> Message | None:
    if facts.intake is None or facts.intake.consented_at is None:
        return None
    return Message(
        text=f"✏️ {client_name(card)} has changed an answer: {safe(card.request.title or '')}. What you read before may no "
        "longer be right.",
        rows=rows(screens.dietitian_intake_row(card), [HOME]),
    )


def intake_taken_back(facts: Facts, card: RequestCard) -> Message | None:
    """That, and nothing of what they said."""
    if facts.intake is None or facts.intake.consented_at is not None:
        return None
    return Message(
        text=f"🗑 {client_name(card)} has taken back their answers to your questions: {safe(card.request.title or '')}. They are "
        "deleted. The booking or plan itself is unchanged.",
        rows=rows(screens.dietitian_intake_row(card), [HOME]),
    )


def intake_done(facts: Facts, card: RequestCard) -> Message | None:
    """The answers themselves are behind the button: a notice is no place for them."""
    if facts.intake is None or facts.intake.consented_at is None:
        return None
    return Message(
        text=f"📝 {client_name(card)} has been through your questions: {safe(card.request.title or '')}.",
        rows=rows(screens.dietitian_intake_row(card), [HOME]),
    )
