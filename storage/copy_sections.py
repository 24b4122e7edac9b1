"""Everything that is held about a person: which rows of which tables, and what of them is shown.

What is not in `HIDDEN` is shown: numbers of rows and such, which say nothing about anybody, are hidden, and so are
secrets that would open something.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, bindparam, or_, select

from domain.model.people import Role
from storage.lanes import FROM_THEM, TO_THEM
from storage.tables import (
    attendances,
    audit,
    bookings,
    broadcasts,
    clients,
    connections,
    consents,
    dietitians,
    erasures,
    inbox,
    intakes,
    invites,
    ledger,
    links,
    oauth_attempts,
    opening_hours,
    openings,
    outbox,
    payments,
    people,
    plan_files,
    plans,
    refunds,
    requests,
    reviews,
    service_drafts,
    services,
    steps,
    templates,
    time_off,
    wishes,
)

_PERSON: ColumnElement[int] = bindparam("person_id")
_PRACTICE: ColumnElement[int] = bindparam("practice_id")
NUMBERS = "id rev request_id dietitian_id client_id booking_id payment_id person_id service_id"
HIDDEN: Final[Mapping[str, str]] = {
    "people": "id",
    "consents": NUMBERS,
    "requests": f"{NUMBERS} chosen_clients screen_message_id",
    "bookings": f"{NUMBERS} event_id event_start sequence busy_until shown_until move_asked",
    "payments": f"{NUMBERS} checks next_check_at",
    "refunds": f"{NUMBERS} tries next_check_at",
    "ledger": NUMBERS,
    "plans": NUMBERS,
    "plan_files": f"{NUMBERS} handle sha256",
    "intakes": NUMBERS,
    "attendances": NUMBERS,
    "reviews": NUMBERS,
    "wishes": f"{NUMBERS} known reach",
    "clients": f"{NUMBERS} sort_name",  # made of the name and the e-mail beside it
    "links": f"{NUMBERS} token_hash bound_to",
    "steps": "telegram_id subject",  # the subject is a record's id, or what waits to be sent elsewhere
    "invites": "id token_hash created_by used_by",
    "erasures": NUMBERS,
    "outbox": "id key lane attempts owner lease_until receipt error batch",
    "inbox": "id key lane attempts due_at owner lease_until error question",
    "audit": "id",
    "dietitians": "id person_id",
    "services": NUMBERS,
    "service_drafts": NUMBERS,
    "opening_hours": NUMBERS,
    "time_off": NUMBERS,
    "openings": NUMBERS,
    "templates": NUMBERS,
    "connections": f"{NUMBERS} sealed_token",
    "oauth_attempts": f"{NUMBERS} state_hash sealed_verifier",
    "broadcasts": "id author",
}
"""By table, whoever asks."""
NEVER: Final[Mapping[str, str]] = {
    "plan_contents": "the PDFs stand in the chat and can be had again there",
    "wordings": "the house's notices; which of them somebody agreed to stands in their consents",
    "jobs": "about machines",
    "keyring": "the house's own key",
    "restores": "about backups",
    "retention": "how much there is, of nobody by name",
}
_OTHERS: Final[Mapping[str, str]] = {
    # of a practice's records, what is the client's own
    "practice.payments": "email authorization_url",
    "practice.clients": "sealed_notes",  # they are read in the chat, one by one, and tell of somebody else's health
    "practice.reviews": "sealed_words",
    "practice.requests": "decline_reason",
}


@dataclass(frozen=True, slots=True)
class Section:
    """`more` are columns of other tables, by the name under which they are shown."""

    table: Table
    whose: ColumnElement[bool]
    more: Mapping[str, ColumnElement[Any]]

    @property
    def key(self) -> ColumnElement[int] | None:
        """By which it is paged; None: a person has few of them. Of an attendance one role is shown."""
        return self.table.c.get("id", self.table.c.get("booking_id"))


def _section(table: Table, whose: ColumnElement[bool], **more: ColumnElement[Any]) -> Section:
    return Section(table, whose, more)


def _of(column: ColumnElement[Any], table: Table, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(column).where(table.c.id == key).scalar_subquery()


def _in(parent: Table, key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of the practice, row by row: a list of all its records would be made anew for each page."""
    return select(parent.c.id).where(parent.c.id == key, parent.c.dietitian_id == _PRACTICE).exists()


def _request(table: Table) -> ColumnElement[Any]:
    return _of(requests.c.public_id, requests, table.c.request_id)


def _dietitian(table: Table) -> ColumnElement[Any]:
    return _of(dietitians.c.name, dietitians, table.c.dietitian_id)


def _client(table: Table) -> ColumnElement[Any]:
    """As the dietitian holds them."""
    named = select(clients.c.name).where(
        clients.c.dietitian_id == table.c.dietitian_id, clients.c.person_id == table.c.client_id
    )
    return named.scalar_subquery()


_OWN_REQUESTS = select(requests.c.id).where(requests.c.client_id == _PERSON)
_OWN_PAYMENTS = select(payments.c.id).where(payments.c.client_id == _PERSON)
_OWN_BOOKINGS = select(bookings.c.id).where(bookings.c.client_id == _PERSON)
_ABOUT = or_(
    audit.c.actor == bindparam("actor"),
    audit.c.record == bindparam("actor"),
    audit.c.record.in_(select("request:" + requests.c.public_id).where(requests.c.client_id == _PERSON)),
    audit.c.record.in_(select("plan:" + requests.c.public_id).where(requests.c.client_id == _PERSON)),
    audit.c.record.in_(select("booking:" + bookings.c.public_id).where(bookings.c.client_id == _PERSON)),
    audit.c.record.in_(select("payment:" + payments.c.reference).where(payments.c.client_id == _PERSON)),
)

PERSONAL: Final[Mapping[str, Section]] = {
    "profile": _section(people, people.c.id == _PERSON),
    "consents": _section(consents, consents.c.person_id == _PERSON),
    "requests": _section(requests, requests.c.client_id == _PERSON, dietitian=_dietitian(requests)),
    "bookings": _section(
        bookings, bookings.c.client_id == _PERSON, request=_request(bookings), dietitian=_dietitian(bookings)
    ),
    "payments": _section(payments, payments.c.client_id == _PERSON, request=_request(payments)),
    "refunds": _section(
        refunds,
        refunds.c.payment_id.in_(_OWN_PAYMENTS),
        payment=_of(payments.c.reference, payments, refunds.c.payment_id),
    ),
    "money_moves": _section(
        ledger,
        ledger.c.payment_id.in_(_OWN_PAYMENTS),
        payment=_of(payments.c.reference, payments, ledger.c.payment_id),
    ),
    "meal_plans": _section(
        plans, plans.c.client_id == _PERSON, request=_request(plans), dietitian=_dietitian(plans)
    ),
    "meal_plan_files": _section(
        plan_files, plan_files.c.request_id.in_(_OWN_REQUESTS), request=_request(plan_files)
    ),
    "intake_answers": _section(intakes, intakes.c.request_id.in_(_OWN_REQUESTS), request=_request(intakes)),
    "attendance": _section(
        attendances,
        attendances.c.booking_id.in_(_OWN_BOOKINGS) & (attendances.c.role == Role.CLIENT),
        booking=_of(bookings.c.public_id, bookings, attendances.c.booking_id),
    ),
    "reviews": _section(
        reviews,
        reviews.c.booking_id.in_(_OWN_BOOKINGS),
        booking=_of(bookings.c.public_id, bookings, reviews.c.booking_id),
    ),
    "waiting_list": _section(wishes, wishes.c.client_id == _PERSON, request=_request(wishes)),
    "known_to_dietitians_as": _section(
        clients, clients.c.person_id == _PERSON, dietitian=_dietitian(clients)
    ),
    "links_opened": _section(links, links.c.bound_to == _PERSON, request=_request(links)),
    "open_question": _section(steps, steps.c.telegram_id == bindparam("telegram_id")),
    "invitations": _section(invites, invites.c.used_by == _PERSON),
    "broadcasts_written": _section(broadcasts, broadcasts.c.author == _PERSON),
    "deletion_asked_for": _section(erasures, erasures.c.person_id == _PERSON),
    "messages_to_you": _section(outbox, TO_THEM),
    "messages_from_you": _section(inbox, FROM_THEM & (inbox.c.body != "")),
    "history": _section(audit, _ABOUT),
}
OF_PRACTICE: Final[Mapping[str, Section]] = {
    "practice.profile": _section(dietitians, dietitians.c.id == _PRACTICE),
    "practice.services": _section(services, services.c.dietitian_id == _PRACTICE),
    "practice.service_draft": _section(service_drafts, service_drafts.c.dietitian_id == _PRACTICE),
    "practice.weekly_hours": _section(opening_hours, opening_hours.c.dietitian_id == _PRACTICE),
    "practice.time_off": _section(time_off, time_off.c.dietitian_id == _PRACTICE),
    "practice.openings": _section(openings, openings.c.dietitian_id == _PRACTICE),
    "practice.templates": _section(templates, templates.c.dietitian_id == _PRACTICE),
    "practice.calendar": _section(connections, connections.c.dietitian_id == _PRACTICE),
    "practice.calendar_attempts": _section(oauth_attempts, oauth_attempts.c.dietitian_id == _PRACTICE),
    "practice.clients": _section(clients, clients.c.dietitian_id == _PRACTICE),
    "practice.requests": _section(requests, requests.c.dietitian_id == _PRACTICE, client=_client(requests)),
    "practice.bookings": _section(
        bookings, bookings.c.dietitian_id == _PRACTICE, request=_request(bookings), client=_client(bookings)
    ),
    "practice.payments": _section(payments, _in(requests, payments.c.request_id), request=_request(payments)),
    "practice.meal_plans": _section(
        plans, plans.c.dietitian_id == _PRACTICE, request=_request(plans), client=_client(plans)
    ),
    "practice.meal_plan_files": _section(
        plan_files, plan_files.c.dietitian_id == _PRACTICE, request=_request(plan_files)
    ),
    "practice.attendance": _section(
        attendances,
        _in(bookings, attendances.c.booking_id) & (attendances.c.role == Role.DIETITIAN),
        booking=_of(bookings.c.public_id, bookings, attendances.c.booking_id),
    ),
    "practice.reviews": _section(
        reviews,
        _in(bookings, reviews.c.booking_id),
        booking=_of(bookings.c.public_id, bookings, reviews.c.booking_id),
    ),
    "practice.history": _section(audit, audit.c.record == bindparam("practice_record")),
}
SECTIONS: Final = {**PERSONAL, **OF_PRACTICE}


def hidden(name: str, section: Section) -> set[str]:
    return {*HIDDEN[section.table.name].split(), *_OTHERS.get(name, "").split()}
