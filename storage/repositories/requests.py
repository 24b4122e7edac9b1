"""Requests, alone and as cards."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)

from domain.errors import MovedOn, NotYours
from domain.model.booking import BookingState
from domain.model.payment import MoneyOutcome
from domain.model.request import Origin, Request, RequestState
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from storage.cards import CARDS, REQUESTS, card_of
from storage.columns import Instant
from storage.pages import counted_to, paged_by, read_page
from storage.tables import DRAFT, OPEN, SHOWN, UNANSWERED, bookings, payments, plans, requests

_BY_ID = requests.c.id == bindparam("request_id")
_BY_PUBLIC_ID = requests.c.public_id == bindparam("public_id")
_CARD_BY_ID = CARDS.where(_BY_ID)
_CARD = CARDS.where(_BY_PUBLIC_ID)
# A statement that waited for a lock sees the locked row as it is now, but what it joins as it was before.
# So the row is locked first, and the card is read after by a statement of its own.
_LOCK_BY_ID = select(requests.c.id).where(_BY_ID).with_for_update(key_share=True)
_LOCK = select(requests.c.id).where(_BY_PUBLIC_ID).with_for_update(key_share=True)

# what a client merely looked at is no request of theirs yet
_its_booking, _its_payment = bookings.alias("its_booking"), payments.alias("its_payment")
_GONE_ON_WITH = or_(
    exists().where(_its_booking.c.request_id == requests.c.id).correlate(requests),
    exists().where(_its_payment.c.request_id == requests.c.id).correlate(requests),
)
_IN_STATES = requests.c.state.in_(bindparam("states", expanding=True))
_TO_CLIENT = (
    requests.c.client_id == bindparam("person_id"),
    _IN_STATES,
    or_(requests.c.sent_at.is_not(None), and_(requests.c.origin == Origin.CLIENT, _GONE_ON_WITH)),
)
_OF_DIETITIAN = (
    requests.c.dietitian_id == bindparam("whose"),
    _IN_STATES,
    text(SHOWN),
)
_COUNT = select(func.count()).select_from(requests)
_IDS = select(requests.c.id)


def _newest_first(*where: ColumnElement[bool] | TextClause) -> tuple[Select[Any], Select[Any]]:
    page = paged_by(requests.c.id, CARDS, _IDS.where(*where), requests.c.id.desc())
    return _COUNT.where(*where), page


_DRAFT = (
    REQUESTS.select.where(
        requests.c.dietitian_id == bindparam("whose"), text(DRAFT), requests.c.origin == Origin.DIETITIAN
    )
    .order_by(requests.c.id.desc())
    .limit(1)
)
_OWN_DRAFT = (
    REQUESTS.select.where(
        requests.c.client_id == bindparam("person_id"),
        text(OPEN),
        requests.c.service_id + 0 == bindparam("service_id"),  # not by its index: a service has thousands
        requests.c.state == RequestState.DRAFT,
        requests.c.origin == Origin.CLIENT,
    )
    .order_by(requests.c.id.desc())
    .limit(1)
)
_HELD = (
    select(bookings.c.id)
    .where(bookings.c.request_id == requests.c.id)
    .where(bookings.c.hold_until > bindparam("held_since", type_=Instant))
)
_MONEY_WAITS = select(payments.c.id).where(
    payments.c.request_id == requests.c.id, payments.c.outcome == MoneyOutcome.CREDIT
)
_OVERDUE = (
    REQUESTS.select.where(text(UNANSWERED), requests.c.expires_at <= bindparam("now", type_=Instant))
    .where(~_HELD.exists(), ~_MONEY_WAITS.exists())
    .order_by(requests.c.expires_at, requests.c.id)
    .limit(bindparam("batch"))
)
_NOTE_SCREEN = (
    update(requests)
    .where(requests.c.public_id == bindparam("which"))
    .values(screen_message_id=bindparam("message_id"))
)
_DELETE = delete(requests).where(_BY_ID, requests.c.state == RequestState.DRAFT, requests.c.sent_at.is_(None))
_COUNT_TO_CLIENT, _PAGE_TO_CLIENT = _newest_first(*_TO_CLIENT)
_, _PAGE_OF_DIETITIAN = _newest_first(*_OF_DIETITIAN)
_MOST_COUNTED = 1_000
_COUNT_OF_DIETITIAN = counted_to(_MOST_COUNTED, _IDS.where(*_OF_DIETITIAN))


_PAYABLE = (
    select(requests.c.id)
    .where(requests.c.dietitian_id == bindparam("whose"), requests.c.agreed_at.is_not(None))
    .where(requests.c.state.in_((RequestState.PENDING, RequestState.DRAFT)))
    .where(
        or_(
            requests.c.screen_message_id.is_not(None),
            exists().where(bookings.c.request_id == requests.c.id, bookings.c.state == BookingState.PENDING),
        )
    )
    .order_by(requests.c.id)
)
_BETWEEN = (requests.c.dietitian_id == bindparam("whose"), requests.c.client_id == bindparam("person_id"))
_WENT_OUT = (*_BETWEEN, requests.c.sent_at.is_not(None))
# what was cancelled afterwards was a session or a plan all the same
_its_session, _its_plan = bookings.alias("its_session"), plans.alias("its_plan")
_WAS_PAID = or_(
    exists()
    .where(_its_session.c.request_id == requests.c.id, _its_session.c.confirmed_at.is_not(None))
    .correlate(requests),
    exists().where(_its_plan.c.request_id == requests.c.id).correlate(requests),
)
_BECAME = (
    *_WENT_OUT,
    or_(
        requests.c.state == RequestState.APPROVED,
        and_(requests.c.state == RequestState.CANCELLED, _WAS_PAID),
    ),
    requests.c.kind == bindparam("became", type_=requests.c.kind.type),
)


def _last_sent_first(*where: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """In the order that the index by both people has: another would be read through for a client of long ago."""
    order = (requests.c.sent_at.desc(), requests.c.id.desc())
    return _COUNT.where(*where), paged_by(requests.c.id, CARDS, _IDS.where(*where), *order)


_ALL_BETWEEN = _last_sent_first(*_WENT_OUT)
_PAID_BETWEEN = _last_sent_first(*_BECAME)
_OPEN_BETWEEN = (
    select(requests.c.id)
    .where(*_BETWEEN, text(OPEN))
    .where(
        or_(
            requests.c.state == RequestState.PENDING,
            and_(requests.c.state == RequestState.DRAFT, requests.c.origin == Origin.CLIENT),
        )
    )
    .order_by(requests.c.id)
)


class SqlRequests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: Request) -> Request:
        return REQUESTS.add(self._connection, request)

    def save(self, request: Request) -> Request:
        return REQUESTS.revise(self._connection, request)

    def note_screen(self, public_id: str, message_id: int) -> None:
        self._connection.execute(_NOTE_SCREEN, {"which": public_id, "message_id": message_id})

    def card(self, public_id: str, *, lock: bool = False) -> RequestCard:
        return self._card(_CARD, _LOCK if lock else None, {"public_id": public_id})

    def card_by_id(self, request_id: int, *, lock: bool = False) -> RequestCard:
        return self._card(_CARD_BY_ID, _LOCK_BY_ID if lock else None, {"request_id": request_id})

    def _card(self, card: Select[Any], lock: Select[Any] | None, which: Mapping[str, Any]) -> RequestCard:
        if lock is not None and self._connection.dialect.name == "postgresql":
            self._connection.execute(lock, which)
        row = self._connection.execute(card, which).first()
        if row is None:
            raise NotYours(f"no request {which}")
        return card_of(row)

    def page_for_client(
        self, person_id: int, *, states: Collection[RequestState], number: int, size: int
    ) -> Page[RequestCard]:
        return read_page(
            self._connection,
            count=_COUNT_TO_CLIENT,
            items=_PAGE_TO_CLIENT,
            values={"person_id": person_id, "states": list(states)},
            number=number,
            size=size,
            read=card_of,
        )

    def page_for_dietitian(
        self, dietitian_id: int, *, states: Collection[RequestState], number: int, size: int
    ) -> Page[RequestCard]:
        return read_page(
            self._connection,
            count=_COUNT_OF_DIETITIAN,
            items=_PAGE_OF_DIETITIAN,
            values={"whose": dietitian_id, "states": list(states)},
            number=number,
            size=size,
            read=card_of,
            most=_MOST_COUNTED,
        )

    def page_between(
        self, dietitian_id: int, person_id: int, *, became: ServiceKind | None, number: int, size: int
    ) -> Page[RequestCard]:
        values: dict[str, Any] = {"whose": dietitian_id, "person_id": person_id}
        count, items = _ALL_BETWEEN if became is None else _PAID_BETWEEN
        if became is not None:
            values["became"] = became
        return read_page(
            self._connection,
            count=count,
            items=items,
            values=values,
            number=number,
            size=size,
            read=card_of,
        )

    def open_between(self, dietitian_id: int, person_id: int) -> list[int]:
        values = {"whose": dietitian_id, "person_id": person_id}
        return [row[0] for row in self._connection.execute(_OPEN_BETWEEN, values)]

    def draft_of(self, dietitian_id: int) -> Request | None:
        return REQUESTS.one(self._connection, _DRAFT, {"whose": dietitian_id})

    def own_draft(self, client_id: int, service_id: int) -> Request | None:
        values = {"person_id": client_id, "service_id": service_id}
        return REQUESTS.one(self._connection, _OWN_DRAFT, values)

    def payable_of(self, dietitian_id: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_PAYABLE, {"whose": dietitian_id})]

    def overdue(self, now: datetime, *, held_since: datetime, limit: int) -> list[Request]:
        values = {"now": now, "held_since": held_since, "batch": limit}
        return REQUESTS.all(self._connection, _OVERDUE, values)

    def delete(self, request_id: int) -> None:
        """`MovedOn` where it is no unsent draft."""
        if self._connection.execute(_DELETE, {"request_id": request_id}).rowcount == 0:
            raise MovedOn(f"request {request_id} is no unsent draft")
