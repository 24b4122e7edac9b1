"""What becomes of every column that could lead to a person when their data are deleted.

A rule either deletes its rows or blanks some of their columns. What stays of a row that is not deleted stands in
`storage.remains`, with why: a column that is in neither fails a test, so that nobody can add one without deciding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy import update as sql_update

from domain.model.erasure import NO_PRACTICE, NOBODY
from domain.model.ids import PUBLIC_ID_LENGTH
from domain.model.plan import PlanFileState
from domain.model.queue import InboxState, OutboxState, Source
from domain.model.request import Origin, RequestState
from domain.model.step import StepKind
from storage.columns import Instant
from storage.lanes import FROM_THEM, TO_THEM
from storage.tables import (
    audit,
    bookings,
    broadcasts,
    clients,
    connections,
    dietitians,
    erasures,
    inbox,
    intakes,
    invites,
    links,
    oauth_attempts,
    opening_hours,
    openings,
    outbox,
    payments,
    people,
    plan_contents,
    plan_files,
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

PERSON: Final[ColumnElement[int]] = bindparam("person")
PRACTICE: Final[ColumnElement[int]] = bindparam("practice")
NOW: Final = bindparam("now", type_=Instant)


@dataclass(frozen=True, slots=True)
class Rule:
    """`blank`: what each column becomes; None: the rows are deleted."""

    table: Table
    whose: ColumnElement[bool]
    blank: Mapping[str, Any] | None = None

    def statement(self) -> Update | Delete:
        if self.blank is None:
            return delete(self.table).where(self.whose)
        return sql_update(self.table).where(self.whose).values(dict(self.blank))


_THEIRS = select(requests.c.id).where(requests.c.client_id == PERSON)
_THEIR_FILES = select(plan_files.c.id).where(plan_files.c.request_id.in_(_THEIRS))
_THEIR_PAYMENTS = select(payments.c.id).where(payments.c.client_id == PERSON)
_THEIR_REFERENCES = select(payments.c.reference).where(payments.c.client_id == PERSON)
_THEIR_BOOKINGS = select(bookings.c.id).where(bookings.c.client_id == PERSON)
_HAS_BOOKING = select(bookings.c.id).where(bookings.c.request_id == requests.c.id).exists()
_HAS_PAYMENT = select(payments.c.id).where(payments.c.request_id == requests.c.id).exists()
_DRAFT = and_(
    requests.c.state == RequestState.DRAFT,
    requests.c.origin == Origin.DIETITIAN,
    ~_HAS_BOOKING,
    ~_HAS_PAYMENT,
)
_OPEN_ERRAND = outbox.c.state.in_([OutboxState.DUE, OutboxState.DEAD])
_SAID: Final[Mapping[str, Any]] = {
    "payload": {},
    "lane": "erased",
    "receipt": None,
    "error": None,
    "owner": None,
    "lease_until": None,
    "state": case((_OPEN_ERRAND, OutboxState.DROPPED.value), else_=outbox.c.state),
    "closed_at": func.coalesce(outbox.c.closed_at, NOW),
}


def _told_of(prefix: str, whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rows whose key goes on with the public id of one of these requests; whom it went to may stand behind that."""
    named = func.substr(outbox.c.key, len(prefix) + 1, PUBLIC_ID_LENGTH)
    return and_(outbox.c.key.like(f"{prefix}%"), named.in_(select(requests.c.public_id).where(whose)))


_TURNED_AWAY = or_(
    _told_of("notice:blocked:", requests.c.client_id == PERSON),
    _told_of("noticemail:blocked:", requests.c.client_id == PERSON),
)
_note = outbox.alias("note")
_UNREACHED = and_(
    outbox.c.key.like("notice%:unreached:%"),
    # whether it went by mail, and whether the message itself was refused, also stands in the key
    func.replace(func.replace(outbox.c.key, "noticemail:", "notice:"), ":refused", "").in_(
        select("notice:unreached:" + func.substr(_note.c.key, len("notice:") + 1)).where(
            _note.c.lane == bindparam("notices"), _note.c.key.like("notice:message:%")
        )
    ),
)
# what their dietitians were answered names them, and so does whom these looked for or were about to write to
_IS_NEAR = dietitians.c.id.in_(select(requests.c.dietitian_id).where(requests.c.client_id == PERSON))
_ANSWERED_NEAR = and_(
    outbox.c.state != OutboxState.DUE,
    outbox.c.lane.like("chat:%"),
    func.substr(outbox.c.lane, len("chat:") + 1).in_(
        select(cast(dietitians.c.telegram_id, Text)).where(_IS_NEAR)
    ),
)
_ASKED_NEAR = and_(
    steps.c.kind.in_([StepKind.CLIENT_SEARCH, StepKind.CLIENT_MESSAGE]),
    steps.c.telegram_id.in_(select(dietitians.c.telegram_id).where(_IS_NEAR)),
)
_OPENED_INVITES = select("invite:" + invites.c.public_id).where(invites.c.used_by == PERSON)
_HEARD: Final[Mapping[str, Any]] = {
    "body": "",
    "error": None,
    "owner": None,
    "lease_until": None,
    "state": InboxState.DONE,
    "closed_at": func.coalesce(inbox.c.closed_at, NOW),
    "question": None,
}

OF_CLIENT: Final = (
    Rule(plan_contents, plan_contents.c.file_id.in_(_THEIR_FILES)),
    Rule(plan_files, plan_files.c.request_id.in_(_THEIRS)),
    Rule(intakes, intakes.c.request_id.in_(_THEIRS)),
    Rule(wishes, wishes.c.client_id == PERSON),
    Rule(links, or_(links.c.bound_to == PERSON, links.c.request_id.in_(_THEIRS))),
    Rule(reviews, reviews.c.booking_id.in_(_THEIR_BOOKINGS), {"sealed_words": None}),
    Rule(clients, clients.c.person_id == PERSON),
    Rule(invites, invites.c.used_by == PERSON, {"name": NOBODY}),
    Rule(broadcasts, and_(broadcasts.c.author == PERSON, broadcasts.c.sent_at.is_(None))),
    Rule(bookings, bookings.c.client_id == PERSON, {"client_zone": None}),
    Rule(refunds, refunds.c.payment_id.in_(_THEIR_PAYMENTS), {"sealed_account": None}),
    Rule(payments, payments.c.client_id == PERSON, {"email": "", "authorization_url": None}),
    # their names stand in these although they went to others; before the rows to them, which they are found by
    Rule(
        outbox,
        or_(
            _told_of("alert:planlate:", requests.c.client_id == PERSON),
            outbox.c.key.like(bindparam("took_back")),
            _TURNED_AWAY,
            _UNREACHED,
            _ANSWERED_NEAR,
        ),
        _SAID,
    ),
    Rule(outbox, TO_THEM, _SAID),
    Rule(
        inbox,
        and_(
            inbox.c.source == Source.PAYSTACK,
            inbox.c.state != InboxState.NEW,
            inbox.c.lane.in_(_THEIR_REFERENCES),
        ),
        _HEARD,
    ),
    Rule(inbox, FROM_THEM, {**_HEARD, "lane": "erased"}),
    Rule(
        audit,
        or_(audit.c.record == bindparam("their_record"), audit.c.record.in_(_OPENED_INVITES)),
        {"detail": {}},
    ),
    Rule(steps, or_(steps.c.telegram_id == bindparam("their_telegram_id"), _ASKED_NEAR)),
    # a request without anything that hangs on it was a dietitian's thought; the others are in the accounts
    Rule(requests, and_(requests.c.client_id == PERSON, _DRAFT)),
    Rule(
        requests,
        requests.c.client_id == PERSON,
        {
            "client_name": None,
            "client_email": None,
            "message": None,
            "decline_reason": None,
            "screen_message_id": None,
        },
    ),
    Rule(erasures, erasures.c.person_id == PERSON),
    Rule(
        people,
        people.c.id == PERSON,
        {
            "telegram_id": None,
            "name": NOBODY,
            "email": None,
            "timezone": "UTC",
            "language": "en",
            "started_at": None,
            "reachable": False,
            "seen_at": None,
            "remind_day": True,
            "remind_hour": True,
            "remind_soon": True,
            "quiet_from": None,
            "quiet_until": None,
            "mail_receipts": False,
            "erased_at": NOW,
        },
    ),
)
"""In an order that the foreign keys allow."""

_ASKED = select(requests.c.id).where(requests.c.dietitian_id == PRACTICE)
_HELD = select(bookings.c.id).where(bookings.c.dietitian_id == PRACTICE)
_UPLOADS = and_(plan_files.c.dietitian_id == PRACTICE, plan_files.c.state == PlanFileState.UPLOADED)

OF_PRACTICE: Final = (
    Rule(plan_contents, plan_contents.c.file_id.in_(select(plan_files.c.id).where(_UPLOADS))),
    Rule(plan_files, _UPLOADS),
    # what was delivered is the clients': they can have it sent again
    Rule(plan_files, plan_files.c.dietitian_id == PRACTICE, {"sealed_note": None}),
    Rule(intakes, intakes.c.request_id.in_(_ASKED)),
    Rule(wishes, wishes.c.dietitian_id == PRACTICE),
    Rule(links, links.c.request_id.in_(_ASKED)),
    Rule(reviews, reviews.c.booking_id.in_(_HELD), {"sealed_words": None}),
    Rule(clients, clients.c.dietitian_id == PRACTICE),
    *(
        Rule(table, table.c.dietitian_id == PRACTICE)
        for table in (
            opening_hours,
            time_off,
            openings,
            templates,
            service_drafts,
            connections,
            oauth_attempts,
        )
    ),
    Rule(
        bookings,
        bookings.c.dietitian_id == PRACTICE,
        {"dietitian_zone": None, "meeting_url": None, "event_id": None, "event_start": None},
    ),
    Rule(audit, audit.c.record == bindparam("practice_record"), {"detail": {}}),
    Rule(outbox, _told_of("alert:planlate:", requests.c.dietitian_id == PRACTICE), _SAID),
    Rule(requests, and_(requests.c.dietitian_id == PRACTICE, _DRAFT)),
    Rule(
        requests,
        requests.c.dietitian_id == PRACTICE,
        {"client_name": None, "client_email": None, "message": None, "chosen_clients": ()},
    ),
    Rule(
        services,
        services.c.dietitian_id == PRACTICE,
        {"description": None, "questions": None, "archived": True},
    ),
    Rule(
        dietitians,
        dietitians.c.id == PRACTICE,
        {
            "telegram_id": -dietitians.c.id,  # nobody's: Telegram's ids are above zero
            "name": NO_PRACTICE,
            "email": "",
            "timezone": "UTC",
            "fallback_meeting_url": None,
            "active": False,
        },
    ),
)
