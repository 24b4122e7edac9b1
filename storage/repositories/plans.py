"""Meal plans and their PDFs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    text,
)

from domain.errors import NotYours
from domain.model.plan import Plan, PlanFile, PlanFileState, PlanState
from domain.model.views import Page, PlanCard
from storage.cards import PLAN, PLANNED_CARDS, PLANS, card_of
from storage.pages import paged_by, read_page
from storage.rows import Records
from storage.tables import UPLOADS, WAITING_PLANS, plan_contents, plan_files, plans, requests

_FILES = Records(PlanFile, plan_files)
_OF_REQUEST = PLANS.select.where(plans.c.request_id == bindparam("request_id"))
_CARD = PLANNED_CARDS.where(requests.c.public_id == bindparam("public_id"))
_CARD_BY_ID = PLANNED_CARDS.where(requests.c.id == bindparam("request_id"))
_COUNT = select(func.count()).select_from(plans)
_OF_CLIENT = plans.c.client_id == bindparam("whose")
_OF_DIETITIAN = plans.c.dietitian_id == bindparam("whose")
_OVERDUE = (text(WAITING_PLANS), plans.c.promised_at <= bindparam("now"))
_BY_PROMISE = (plans.c.promised_at, plans.c.id)
_NEWEST_FIRST = (plans.c.id.desc(),)
_WAITED_FOR_FIRST = (
    case((plans.c.state == PlanState.WAITING, 0), else_=1),
    case((plans.c.state == PlanState.WAITING, plans.c.promised_at), else_=None),
    plans.c.id.desc(),
)
_IDS = select(plans.c.id)


def _list(
    order: Sequence[ColumnElement[Any]], *where: ColumnElement[bool] | TextClause
) -> tuple[Select[Any], Select[Any]]:
    return _COUNT.where(*where), paged_by(plans.c.id, PLANNED_CARDS, _IDS.where(*where), *order)


def _tab(
    order: Sequence[ColumnElement[Any]], *where: ColumnElement[bool] | TextClause
) -> tuple[Select[Any], Select[Any]]:
    return _list(order, _OF_DIETITIAN, *where)


_TABS = {
    "waiting": _tab(_BY_PROMISE, text(WAITING_PLANS)),
    "late": _tab(_BY_PROMISE, *_OVERDUE),
    "sent": _tab(_NEWEST_FIRST, plans.c.state.in_((PlanState.SENT, PlanState.RECEIVED))),
    "cancelled": _tab(_NEWEST_FIRST, plans.c.state == PlanState.CANCELLED),
}
_ALL_OF_CLIENT = _list(_WAITED_FOR_FIRST, _OF_CLIENT)
_LATE = _list(_BY_PROMISE, *_OVERDUE)

_FILE = _FILES.select.where(plan_files.c.public_id == bindparam("public_id"))
_VERSIONS = _FILES.select.where(
    plan_files.c.request_id == bindparam("request_id"), plan_files.c.state == PlanFileState.CONFIRMED
).order_by(plan_files.c.number)
_UPLOADS = _FILES.select.where(
    text(UPLOADS), plan_files.c.dietitian_id == bindparam("dietitian_id")
).order_by(plan_files.c.id)
_newer = plan_files.alias("newer")
_IS_NEWEST = ~(
    select(_newer.c.id)
    .where(_newer.c.request_id == plan_files.c.request_id, _newer.c.number > plan_files.c.number)
    .exists()
)
_UNDELIVERED = (
    _FILES.select.join(plans, plans.c.request_id == plan_files.c.request_id)
    .where(_OF_CLIENT, plans.c.state.in_((PlanState.SENT, PlanState.RECEIVED)))
    .where(plan_files.c.state == PlanFileState.CONFIRMED, plan_files.c.delivered_at.is_(None), _IS_NEWEST)
    .order_by(plan_files.c.id)
)
_CONTENT = select(plan_contents.c.sealed).where(plan_contents.c.file_id == bindparam("which"))
_ADD_CONTENT = insert(plan_contents)
_IS_UPLOAD = (plan_files.c.id == bindparam("which"), plan_files.c.state == PlanFileState.UPLOADED)
_DELETE_CONTENT = delete(plan_contents).where(
    plan_contents.c.file_id.in_(select(plan_files.c.id).where(*_IS_UPLOAD))
)
_DELETE = delete(plan_files).where(*_IS_UPLOAD)


class SqlPlans:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, plan: Plan) -> Plan:
        return PLANS.add(self._connection, plan)

    def save(self, plan: Plan) -> Plan:
        return PLANS.revise(self._connection, plan)

    def of_request(self, request_id: int) -> Plan | None:
        return PLANS.one(self._connection, _OF_REQUEST, {"request_id": request_id})

    def card(self, public_id: str) -> PlanCard:
        return self._one(_CARD, {"public_id": public_id})

    def card_by_id(self, request_id: int) -> PlanCard:
        return self._one(_CARD_BY_ID, {"request_id": request_id})

    def _one(self, statement: Select[Any], values: Mapping[str, Any]) -> PlanCard:
        row = self._connection.execute(statement, values).first()
        if row is None:
            raise NotYours(f"no plan for {values}")
        return self._card(row)

    def _card(self, row: Sequence[Any]) -> PlanCard:
        plan = PLANS.of(row, PLAN)
        values = {"request_id": plan.request_id}
        return PlanCard(
            plan=plan, card=card_of(row), versions=_FILES.all(self._connection, _VERSIONS, values)
        )

    def page_for_client(self, person_id: int, *, number: int, size: int) -> Page[PlanCard]:
        return self._page(_ALL_OF_CLIENT, {"whose": person_id}, number, size)

    def page_for_dietitian(
        self, dietitian_id: int, *, tab: str, now: datetime, number: int, size: int
    ) -> Page[PlanCard]:
        values = {"whose": dietitian_id} | ({"now": now} if tab == "late" else {})
        return self._page(_TABS[tab], values, number, size)

    def late(self, now: datetime, *, number: int, size: int) -> Page[PlanCard]:
        return self._page(_LATE, {"now": now}, number, size)

    def _page(
        self, statements: tuple[Select[Any], Select[Any]], values: Mapping[str, Any], number: int, size: int
    ) -> Page[PlanCard]:
        count, items = statements
        return read_page(
            self._connection,
            count=count,
            items=items,
            values=values,
            number=number,
            size=size,
            read=self._card,
        )


class SqlPlanFiles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: PlanFile, sealed: bytes) -> PlanFile:
        added = _FILES.add(self._connection, file)
        self._connection.execute(_ADD_CONTENT, {"file_id": added.id, "sealed": sealed})
        return added

    def save(self, file: PlanFile) -> None:
        _FILES.save(self._connection, file)

    def get(self, file_id: int) -> PlanFile:
        return _FILES.get(self._connection, file_id)

    def by_public_id(self, public_id: str, *, lock: bool = False) -> PlanFile | None:
        statement = _FILE.with_for_update(key_share=True) if lock else _FILE
        return _FILES.one(self._connection, statement, {"public_id": public_id})

    def versions(self, request_id: int) -> list[PlanFile]:
        return _FILES.all(self._connection, _VERSIONS, {"request_id": request_id})

    def uploads(self, dietitian_id: int) -> list[PlanFile]:
        return _FILES.all(self._connection, _UPLOADS, {"dietitian_id": dietitian_id})

    def undelivered(self, client_id: int) -> list[PlanFile]:
        return _FILES.all(self._connection, _UNDELIVERED, {"whose": client_id})

    def content(self, file_id: int) -> bytes:
        sealed: bytes = self._connection.execute(_CONTENT, {"which": file_id}).scalar_one()
        return bytes(sealed)

    def delete(self, file_id: int) -> None:
        self._connection.execute(_DELETE_CONTENT, {"which": file_id})
        if self._connection.execute(_DELETE, {"which": file_id}).rowcount == 0:
            raise NotYours(f"no upload {file_id}")
