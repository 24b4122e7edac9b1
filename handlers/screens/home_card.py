"""What waits for somebody, each thing a line and a button; for all of their roles at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.model.calendar import ConnectionState
from domain.model.message import Button
from domain.model.overview import ClientFacts, DeskFacts, DietitianFacts, Overview
from domain.model.people import Dietitian, Person
from domain.model.service import ServiceKind
from domain.model.set_up import missing
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, moment, safe
from handlers.screens.parts import button, client_name, join, on, short, when
from handlers.screens.setup import PARTS, go_to

_TITLE_LIMIT, _NAME_LIMIT = 60, 60


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    buttons: tuple[Button, ...]


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def lines_of(overview: Overview, person: Person, dietitian: Dietitian | None, now: datetime) -> list[Line]:
    lines: list[Line] = []
    if overview.desk is not None:
        lines += _admin(overview.desk)
    if dietitian is not None and overview.dietitian is not None:
        lines += _dietitian(overview, overview.dietitian, dietitian)
    elif overview.client.invited:
        lines.append(
            Line("🧭 Your practice is not set up yet.", (go_to("🧭 Go on with the set-up"),)),
        )
    return lines + _client(overview, overview.client, person, now)


def words(lines: Sequence[Line]) -> str:
    return "\n".join(f"• {line.text}" for line in lines)


def _admin(facts: DeskFacts) -> list[Line]:
    found = (
        (facts.money, "payment needs a person", "payments need a person", "💰", Verb.DESK_MONEY),
        (facts.links, "booking has no link", "bookings have no link", "🔗", Verb.DESK_LINKS),
        (facts.late_plans, "meal plan is late", "meal plans are late", "🥗", Verb.DESK_LATE_PLANS),
    )
    return [
        Line(
            f"{sign} Admin: {_many(number, one, more)}",
            (button(f"{sign} {_many(number, one, more)}", verb, argument="0"),),
        )
        for number, one, more, sign, verb in found
        if number
    ]


def _dietitian(overview: Overview, facts: DietitianFacts, dietitian: Dietitian) -> list[Line]:
    lines = [
        Line(f"⚠️ Still missing: {PARTS[part]}", (go_to(f"⚠️ Add your {PARTS[part]}", part.value),))
        for part in missing(
            dietitian,
            has_service=facts.has_service,
            has_hours=facts.has_hours,
            has_google=facts.google is not None,
        )
    ]
    if facts.google is ConnectionState.NEEDS_RECONNECT:
        words = "🎥 Google no longer lets me in"
        lines.append(Line(f"{words}: connect again.", (button("🎥 Connect Google again", Verb.GOOGLE),)))
    lines += _meetings(overview, facts, dietitian)
    if facts.unanswered:
        words = _many(facts.unanswered, "request is not answered yet", "requests are not answered yet")
        lines.append(Line(f"📨 {words}", (button(f"📨 {words}", Verb.SENT, argument="pending.0"),)))
    return lines + _owed(facts)


def _meetings(overview: Overview, facts: DietitianFacts, dietitian: Dietitian) -> list[Line]:
    agenda = button("📅 Agenda", Verb.AGENDA, argument="0")
    today = f"Today: {_many(facts.today, 'meeting', 'meetings')}." if facts.today else ""
    card = overview.card(facts.meeting)
    if card is None or card.booking is None:
        return [Line(f"📅 {today} None is left.", (agenda,))] if today else []
    link = join(card.booking)
    text = f"📅 {today or 'None today.'} Next: {when(card.booking, dietitian.timezone)}, {client_name(card)}"
    return [Line(text, (link, agenda) if link is not None else (agenda,))]


def _owed(facts: DietitianFacts) -> list[Line]:
    lines, due = [], facts.plans_waiting - facts.plans_late
    if facts.plans_late:
        words = _many(facts.plans_late, "meal plan is late", "meal plans are late")
        lines.append(Line(f"🥗 {words}", (button(f"🥗 {words}", Verb.PLANS, argument="late.0"),)))
    if due:
        words = _many(due, "meal plan waits for its PDF", "meal plans wait for their PDF")
        lines.append(Line(f"🥗 {words}", (button(f"🥗 {words}", Verb.PLANS, argument="waiting.0"),)))
    if facts.payments_held:
        words = _many(facts.payments_held, "payment is held", "payments are held")
        rest = "until the client or an admin decides"
        lines.append(Line(f"💰 {words} {rest}", (button(f"💰 {words}", Verb.SENT, argument="pending.0"),)))
    return lines


def _client(overview: Overview, facts: ClientFacts, person: Person, now: datetime) -> list[Line]:
    lines = []
    credit = overview.card(facts.credit)
    if credit is not None:
        text = f"💰 Your payment waits: choose another time or a refund. {_title(credit)}"
        lines.append(Line(text, (on(credit, "💰 Decide", Verb.SHOW),)))
    hold = overview.card(facts.hold)
    if hold is not None and hold.booking is not None and hold.booking.holds_slot_at(now):
        until = clock_time(hold.booking.shown_until or hold.booking.start, person.timezone)
        text = f"⏳ Kept for you until {until} ({person.timezone}), not paid yet: {_title(hold)}, {when(hold.booking, person.timezone)}"
        lines.append(Line(text, (on(hold, f"⏳ Pay until {until}", Verb.SHOW),)))
    lines += _requests(overview, facts) + _begun(overview, facts)
    meeting = overview.card(facts.meeting)
    if meeting is not None and meeting.booking is not None:
        text = f"📅 Your next meeting: {when(meeting.booking, person.timezone)} with {_who(meeting)}"
        link, see = join(meeting.booking), on(meeting, "📅 See it", Verb.BOOKING)
        lines.append(Line(text, (link, see) if link is not None else (see,)))
    return lines + _papers(overview, facts)


def _requests(overview: Overview, facts: ClientFacts) -> list[Line]:
    card = overview.card(facts.newest)
    if card is None or (facts.requests == 1 and facts.newest == facts.credit):
        return []
    if facts.requests > 1:
        words = f"{facts.requests} requests wait for you"
        return [Line(f"📨 {words}", (button(f"📨 {words}", Verb.REQUESTS, argument="pending.0"),))]
    if card.request.agreed_at is not None:
        return [_not_paid(card)]
    kind = "meal plan" if card.request.kind is ServiceKind.MEAL_PLAN else "consultation"
    until = f", open until {moment(card.request.expires_at, _zone(card))}" if card.request.expires_at else ""
    text = f"📨 {_who(card)} sent you a {kind} request: {_title(card)}{until}"
    return [Line(text, (on(card, "📨 Open the request", Verb.SHOW),))]


def _begun(overview: Overview, facts: ClientFacts) -> list[Line]:
    card = overview.card(facts.begun)
    return [] if card is None or facts.begun == facts.credit else [_not_paid(card)]


def _not_paid(card: RequestCard) -> Line:
    text = f"▶️ Begun and not paid: {_title(card)} with {_who(card)}"
    return Line(text, (on(card, "▶️ Go on", Verb.SHOW),))


def _zone(card: RequestCard) -> str:
    return card.client.timezone if card.client is not None else card.dietitian.timezone


def _papers(overview: Overview, facts: ClientFacts) -> list[Line]:
    lines = []
    card = overview.card(facts.intake)
    if card is not None:
        more = f" (and {facts.intakes - 1} more)" if facts.intakes > 1 else ""
        text = f"📝 {_who(card)} would like to know some things{more}"
        lines.append(Line(text, (on(card, "📝 Answer", Verb.INTAKE),)))
    if facts.plans_waiting:
        words = _many(facts.plans_waiting, "meal plan is on its way", "meal plans are on their way")
        lines.append(Line(f"🥗 {words}", (button(f"🥗 {words}", Verb.MEAL_PLANS, argument="0"),)))
    elif facts.plans_received:
        words = _many(facts.plans_received, "meal plan received", "meal plans received")
        lines.append(Line(f"📄 {words}", (button(f"📄 {words}", Verb.MEAL_PLANS, argument="0"),)))
    return lines


def _title(card: RequestCard) -> str:
    return safe(short(card.request.title or "a session", _TITLE_LIMIT))


def _who(card: RequestCard) -> str:
    return f"<b>{safe(short(card.dietitian.name, _NAME_LIMIT))}</b>"
