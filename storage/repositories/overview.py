"""The facts of a home card: one statement a role, whatever there is of each kind."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)

from domain.model.attendance import ANSWER_WITHIN
from domain.model.booking import BookingState
from domain.model.overview import ClientFacts, DeskFacts, DietitianFacts, OfficeFacts
from domain.model.payment import MoneyOutcome
from domain.model.plan import PlanState
from domain.model.queue import JUST_NOW, OutboxState
from domain.model.request import Origin, RequestState
from domain.model.views import RequestCard
from storage.cards import CARDS, card_of
from storage.columns import Instant
from storage.repositories.bookings import NO_LINK, UNCLEAR
from storage.repositories.invites import WAITING_INVITES
from storage.repositories.payments import NEEDING
from storage.tables import (
    DEAD,
    DUE,
    FAILED,
    LIVE,
    NEW,
    OF_A_BATCH,
    OPEN,
    OPEN_MONEY,
    PENDING,
    UNANSWERED,
    WAITING_PLANS,
    bookings,
    broadcasts,
    connections,
    dietitians,
    inbox,
    intakes,
    invites,
    opening_hours,
    openings,
    outbox,
    payments,
    plans,
    requests,
    services,
)

Where = ColumnElement[bool] | TextClause
_NOW = bindparam("now", type_=Instant)
_LATELY = timedelta(days=7)  # what was told to all before that has arrived or was given up
_BEGUN_LATELY = timedelta(days=2)  # who has not gone on with it by then has let it be
_AGO = bindparam("ago", type_=Instant)
_WHOSE: Any = bindparam("whose")


def _count(table: Table, *where: Where) -> ColumnElement[Any]:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


def _first(column: Column[Any], order: ColumnElement[Any], *where: Where) -> ColumnElement[Any]:
    return select(column).where(*where).order_by(order).limit(1).scalar_subquery()


def _there_is(*where: Where) -> ColumnElement[bool]:
    return exists().where(*where)


_UNLAPSED = (bookings.c.state == BookingState.PENDING, bookings.c.hold_until > _NOW)
_AHEAD = (text(LIVE), bookings.c.state == BookingState.CONFIRMED, bookings.c.end > _NOW)

_timeless = and_(
    requests.c.client_id == _WHOSE,
    text(OPEN),
    ~exists().where(bookings.c.request_id == requests.c.id, *_UNLAPSED),
)
_sent_to_client = and_(_timeless, requests.c.state == RequestState.PENDING, requests.c.sent_at.is_not(None))
_begun_by_client = and_(
    _timeless,
    requests.c.state == RequestState.DRAFT,
    requests.c.origin == Origin.CLIENT,
    requests.c.created_at > bindparam("lately_begun", type_=Instant),
)
_booked_by = bookings.c.client_id == _WHOSE
_planned_for = plans.c.client_id == _WHOSE
_asked = and_(
    intakes.c.request_id == requests.c.id,
    requests.c.client_id == _WHOSE,
    requests.c.state == RequestState.APPROVED,
    intakes.c.completed_at.is_(None),
    intakes.c.declined_at.is_(None),
    # by what is ahead, which is little, not by all that ever was paid
    or_(
        requests.c.id.in_(select(plans.c.request_id).where(_planned_for, plans.c.state == PlanState.WAITING)),
        requests.c.id.in_(select(bookings.c.request_id).where(_booked_by, *_AHEAD, bookings.c.start > _NOW)),
    ),
)
_CLIENT = select(
    _count(requests, _sent_to_client).label("requests"),
    _first(requests.c.id, requests.c.id.desc(), _sent_to_client).label("newest"),
    _first(requests.c.id, requests.c.id.desc(), _begun_by_client).label("begun"),
    _first(bookings.c.request_id, bookings.c.hold_until, text(PENDING), _booked_by, *_UNLAPSED).label("hold"),
    _first(
        payments.c.request_id,
        payments.c.id,
        payments.c.client_id == _WHOSE,
        payments.c.outcome == MoneyOutcome.CREDIT,
    ).label("credit"),
    _first(bookings.c.request_id, bookings.c.start, _booked_by, *_AHEAD).label("meeting"),
    select(func.count()).select_from(intakes.join(requests, _asked)).scalar_subquery().label("intakes"),
    select(func.min(requests.c.id))
    .select_from(intakes.join(requests, _asked))
    .scalar_subquery()
    .label("intake"),
    _count(plans, _planned_for, plans.c.state.in_((PlanState.WAITING, PlanState.SENT))).label(
        "plans_waiting"
    ),
    _count(plans, _planned_for, plans.c.state == PlanState.RECEIVED).label("plans_received"),
    _there_is(invites.c.used_by == _WHOSE, invites.c.revoked_at.is_(None)).label("invited"),
)

_of_dietitian = bookings.c.dietitian_id == _WHOSE
_TODAY = (
    bookings.c.busy_until > bindparam("day", type_=Instant),
    bookings.c.start >= bindparam("day", type_=Instant),
    bookings.c.start < bindparam("next_day", type_=Instant),
)
_owed_by = (text(WAITING_PLANS), plans.c.dietitian_id == _WHOSE)
# compared, not joined: open money is little, a dietitian's requests are many
_held_by = (
    select(requests.c.dietitian_id)
    .where(requests.c.id == payments.c.request_id)
    .correlate(payments)
    .scalar_subquery()
)
_DIETITIAN = select(
    _count(bookings, text(LIVE), _of_dietitian, bookings.c.state == BookingState.CONFIRMED, *_TODAY).label(
        "today"
    ),
    _first(
        bookings.c.request_id, bookings.c.start, _of_dietitian, bookings.c.busy_until > _NOW, *_AHEAD
    ).label("meeting"),
    _count(
        requests, text(UNANSWERED), requests.c.dietitian_id == _WHOSE, requests.c.agreed_at.is_(None)
    ).label("unanswered"),
    _count(plans, *_owed_by).label("plans_waiting"),
    _count(plans, *_owed_by, plans.c.promised_at <= _NOW).label("plans_late"),
    _count(payments, text(OPEN_MONEY), payments.c.settled_at <= _NOW, _held_by == _WHOSE).label(
        "payments_held"
    ),
    _there_is(services.c.dietitian_id == _WHOSE, services.c.archived.is_(False)).label("has_service"),
    or_(
        _there_is(opening_hours.c.dietitian_id == _WHOSE), _there_is(openings.c.dietitian_id == _WHOSE)
    ).label("has_hours"),
    select(connections.c.state).where(connections.c.dietitian_id == _WHOSE).scalar_subquery().label("google"),
)

_DESK = select(
    _count(payments, NEEDING).label("money"),
    _count(bookings, *NO_LINK).label("links"),
    _count(plans, text(WAITING_PLANS), plans.c.promised_at <= _NOW).label("late_plans"),
)
_LATELY_SENT = select(broadcasts.c.public_id).where(broadcasts.c.sent_at > bindparam("lately", type_=Instant))
_practising = dietitians.c.active.is_(True)
_OFFICE = _DESK.add_columns(
    _count(outbox, text(DEAD)).label("undelivered"),
    _count(inbox, text(FAILED)).label("failed"),
    _count(inbox, text(NEW), inbox.c.due_at <= _AGO).label("waiting_in"),
    _count(outbox, text(DUE), outbox.c.due_at <= _AGO).label("waiting_out"),
    _count(dietitians, _practising, dietitians.c.suspended_at.is_(None)).label("dietitians"),
    _count(dietitians, _practising, dietitians.c.suspended_at.is_not(None)).label("suspended"),
    _count(invites, *WAITING_INVITES).label("invited"),
    _count(
        outbox, text(OF_A_BATCH), outbox.c.batch.in_(_LATELY_SENT), outbox.c.state == OutboxState.DUE
    ).label("broadcasting"),
    _count(bookings, *UNCLEAR).label("unclear"),
)
_CARDS = CARDS.where(requests.c.id.in_(bindparam("ids", expanding=True)))


class SqlOverviews:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_client(self, person_id: int, now: datetime) -> ClientFacts:
        values = {"whose": person_id, "now": now, "lately_begun": now - _BEGUN_LATELY}
        row = self._connection.execute(_CLIENT, values).one()
        facts = dict(zip(ClientFacts.__slots__, row, strict=True))
        return ClientFacts(**{**facts, "invited": bool(facts["invited"])})

    def of_dietitian(
        self, dietitian_id: int, now: datetime, *, day: datetime, next_day: datetime
    ) -> DietitianFacts:
        values = {"whose": dietitian_id, "now": now, "day": day, "next_day": next_day}
        row = self._connection.execute(_DIETITIAN, values).one()
        facts = dict(zip(DietitianFacts.__slots__, row, strict=True))
        return DietitianFacts(
            **{**facts, "has_service": bool(facts["has_service"]), "has_hours": bool(facts["has_hours"])}
        )

    def of_desk(self, now: datetime) -> DeskFacts:
        row = self._connection.execute(_DESK, {"now": now, "after": now}).one()
        return DeskFacts(**dict(zip(DeskFacts.__slots__, row, strict=True)))

    def of_office(self, now: datetime) -> OfficeFacts:
        values = {"now": now, "after": now, "ago": now - JUST_NOW, "lately": now - _LATELY}
        values["before"] = now - ANSWER_WITHIN
        row = self._connection.execute(_OFFICE, values).one()
        return OfficeFacts(**dict(zip(OfficeFacts.__slots__, row, strict=True)))

    def cards(self, request_ids: Collection[int]) -> dict[int, RequestCard]:
        if not request_ids:
            return {}
        rows = self._connection.execute(_CARDS, {"ids": sorted(request_ids)})
        return {card.request.id: card for card in map(card_of, rows)}
