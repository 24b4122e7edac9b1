"""Dietitians, their hours, their days off, what they offer."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, tuple_

from domain.errors import NotYours
from domain.model.availability import MinuteRange, WeeklyHours
from domain.model.people import Dietitian
from domain.model.practice import Opening, TimeOff
from domain.model.service import FirstService, Service, ServiceKind
from domain.model.views import Page, Seller
from storage.cards import DIETITIANS
from storage.pages import paged, read_page
from storage.rows import Records, Rows, upsert
from storage.tables import dietitians, opening_hours, openings, service_drafts, services, time_off

_WHOSE: BindParameter[int] = bindparam("dietitian")
_BY_TELEGRAM_ID = DIETITIANS.select.where(
    dietitians.c.telegram_id == bindparam("telegram_id"), dietitians.c.active.is_(True)
)
# NO KEY: rows that merely refer to the dietitian may be added meanwhile
_LOCK = DIETITIANS.by_id.with_for_update(key_share=True)
_BY_PUBLIC_ID = DIETITIANS.select.where(
    dietitians.c.public_id == bindparam("public_id"), dietitians.c.active.is_(True)
)
_ALL = DIETITIANS.select.order_by(dietitians.c.position, dietitians.c.id)

_HOURS = (
    select(opening_hours.c.weekday, opening_hours.c.opens, opening_hours.c.closes)
    .where(opening_hours.c.dietitian_id == _WHOSE)
    .order_by(opening_hours.c.weekday, opening_hours.c.opens)
)
_CLOSE = delete(opening_hours).where(opening_hours.c.dietitian_id == _WHOSE)
_OPEN = insert(opening_hours)

_DAYS_OFF = Rows(TimeOff, time_off)
_TIME_OFF = _DAYS_OFF.select.where(time_off.c.dietitian_id == _WHOSE).order_by(
    time_off.c.first, time_off.c.id
)
_FORGET_TIME_OFF = delete(time_off).where(time_off.c.dietitian_id == _WHOSE)
_TAKE_OFF = insert(time_off)

_ONCE_OPEN = Rows(Opening, openings)
_OPENINGS = _ONCE_OPEN.select.where(openings.c.dietitian_id == _WHOSE).order_by(
    openings.c.day, openings.c.opens, openings.c.id
)
_FORGET_OPENINGS = delete(openings).where(openings.c.dietitian_id == _WHOSE)
_OPEN_ONCE = insert(openings)

_SERVICES = Records(Service, services)
_SERVICE = _SERVICES.select.where(services.c.public_id == bindparam("public_id"))
_EVERYTHING = _SERVICES.select.where(services.c.dietitian_id == _WHOSE).order_by(
    services.c.position, services.c.id
)
_ARCHIVED = _EVERYTHING.where(services.c.archived.is_(True))
_ON_OFFER = _EVERYTHING.where(services.c.archived.is_(False))
_OFFERED = (services.c.dietitian_id == _WHOSE, services.c.archived.is_(False))
_OF_KIND = services.c.kind == bindparam("kind", type_=services.c.kind.type)
_COUNT = select(func.count()).select_from(services).where(*_OFFERED)
_TO_ALL = services.c.by_request_only.is_(False)
_KINDS = select(services.c.kind).where(*_OFFERED).distinct()
_PAGES = {
    (of_kind, to_all): (_COUNT.where(*where), paged(_ON_OFFER).where(*where))
    for of_kind, to_all, where in (
        (False, False, ()),
        (True, False, (_OF_KIND,)),
        (False, True, (_TO_ALL,)),
        (True, True, (_OF_KIND, _TO_ALL)),
    )
}
_BEFORE = _COUNT.where(
    tuple_(services.c.position, services.c.id) < tuple_(bindparam("position"), bindparam("which"))
)
_SELLERS = (
    select(*DIETITIANS.columns, func.count(), func.min(services.c.price), func.min(services.c.currency))
    .select_from(services.join(dietitians, dietitians.c.id == services.c.dietitian_id))
    .where(dietitians.c.active.is_(True), dietitians.c.suspended_at.is_(None), services.c.archived.is_(False))
    .where(_TO_ALL, _OF_KIND)
    .group_by(dietitians.c.id)
    .order_by(dietitians.c.position, dietitians.c.id)
)


_DRAFTS = Rows(FirstService, service_drafts)
_DRAFT = _DRAFTS.select.where(service_drafts.c.dietitian_id == _WHOSE)
_PUT_DRAFT = upsert(service_drafts, on="dietitian_id")
_DROP_DRAFT = delete(service_drafts).where(service_drafts.c.dietitian_id == _WHOSE)
_WEEKLY = select(opening_hours.c.dietitian_id).distinct()
_ONCE_OR_WEEKLY = select(dietitians.c.id).where(
    dietitians.c.id.in_(_WEEKLY)
    | dietitians.c.id.in_(select(openings.c.dietitian_id).where(openings.c.day >= bindparam("today")))
)


class SqlDietitians:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dietitian_id: int) -> Dietitian:
        return DIETITIANS.get(self._connection, dietitian_id)

    def by_telegram_id(self, telegram_id: int) -> Dietitian | None:
        return DIETITIANS.one(self._connection, _BY_TELEGRAM_ID, {"telegram_id": telegram_id})

    def by_public_id(self, public_id: str) -> Dietitian | None:
        return DIETITIANS.one(self._connection, _BY_PUBLIC_ID, {"public_id": public_id})

    def lock(self, dietitian_id: int) -> Dietitian:
        """A row lock on PostgreSQL; on SQLite the one writer has it already."""
        found = DIETITIANS.one(self._connection, _LOCK, {"at_id": dietitian_id})
        if found is None:
            raise NotYours(f"no Dietitian {dietitian_id}")
        return found

    def all(self) -> list[Dietitian]:
        return DIETITIANS.all(self._connection, _ALL, {})

    def add(self, dietitian: Dietitian) -> Dietitian:
        return DIETITIANS.add(self._connection, dietitian)

    def save(self, dietitian: Dietitian) -> None:
        DIETITIANS.save(self._connection, dietitian)

    def hours(self, dietitian_id: int) -> WeeklyHours:
        week: tuple[list[MinuteRange], ...] = ([], [], [], [], [], [], [])
        for weekday, opens, closes in self._connection.execute(_HOURS, {"dietitian": dietitian_id}):
            week[weekday].append((opens, closes))
        return tuple(tuple(day) for day in week)

    def set_hours(self, dietitian_id: int, hours: WeeklyHours) -> None:
        self._connection.execute(_CLOSE, {"dietitian": dietitian_id})
        rows = [
            {"dietitian_id": dietitian_id, "weekday": weekday, "opens": opens, "closes": closes}
            for weekday, day in enumerate(hours)
            for opens, closes in day
        ]
        if rows:
            self._connection.execute(_OPEN, rows)

    def time_off(self, dietitian_id: int) -> list[TimeOff]:
        return _DAYS_OFF.all(self._connection, _TIME_OFF, {"dietitian": dietitian_id})

    def set_time_off(self, dietitian_id: int, time_off: Sequence[TimeOff]) -> None:
        self._connection.execute(_FORGET_TIME_OFF, {"dietitian": dietitian_id})
        rows = [{"dietitian_id": dietitian_id, **_DAYS_OFF.values(days)} for days in time_off]
        if rows:
            self._connection.execute(_TAKE_OFF, rows)

    def openings(self, dietitian_id: int) -> list[Opening]:
        return _ONCE_OPEN.all(self._connection, _OPENINGS, {"dietitian": dietitian_id})

    def set_openings(self, dietitian_id: int, openings: Sequence[Opening]) -> None:
        self._connection.execute(_FORGET_OPENINGS, {"dietitian": dietitian_id})
        rows = [{"dietitian_id": dietitian_id, **_ONCE_OPEN.values(once)} for once in openings]
        if rows:
            self._connection.execute(_OPEN_ONCE, rows)

    def with_hours(self, today: date) -> set[int]:
        return {row[0] for row in self._connection.execute(_ONCE_OR_WEEKLY, {"today": today})}


class SqlServices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, service_id: int) -> Service:
        return _SERVICES.get(self._connection, service_id)

    def by_public_id(self, public_id: str) -> Service | None:
        return _SERVICES.one(self._connection, _SERVICE, {"public_id": public_id})

    def of(self, dietitian_id: int) -> list[Service]:
        return _SERVICES.all(self._connection, _ON_OFFER, {"dietitian": dietitian_id})

    def page(
        self,
        dietitian_id: int,
        *,
        kind: ServiceKind | None = None,
        to_all: bool = False,
        number: int,
        size: int,
    ) -> Page[Service]:
        count, items = _PAGES[kind is not None, to_all]
        values = {"dietitian": dietitian_id}
        return read_page(
            self._connection,
            count=count,
            items=items,
            values=values if kind is None else {**values, "kind": kind},
            number=number,
            size=size,
            read=_SERVICES.of,
        )

    def kinds(self, dietitian_id: int) -> set[ServiceKind]:
        return {row[0] for row in self._connection.execute(_KINDS, {"dietitian": dietitian_id})}

    def place(self, service: Service) -> tuple[int, int]:
        values = {"dietitian": service.dietitian_id}
        where = {**values, "position": service.position, "which": service.id}
        before: int = self._connection.execute(_BEFORE, where).scalar_one()
        return before, self._connection.execute(_COUNT, values).scalar_one()

    def sellers(self, kind: ServiceKind) -> list[Seller]:
        found = []
        for row in self._connection.execute(_SELLERS, {"kind": kind}):
            count, least, currency = row[len(DIETITIANS.columns) :]
            found.append(Seller(dietitian=DIETITIANS.of(row), count=count, least=least, currency=currency))
        return found

    def archived_of(self, dietitian_id: int) -> list[Service]:
        return _SERVICES.all(self._connection, _ARCHIVED, {"dietitian": dietitian_id})

    def everything_of(self, dietitian_id: int) -> list[Service]:
        return _SERVICES.all(self._connection, _EVERYTHING, {"dietitian": dietitian_id})

    def add(self, service: Service) -> Service:
        return _SERVICES.add(self._connection, service)

    def save(self, service: Service) -> None:
        _SERVICES.save(self._connection, service)

    def draft(self, dietitian_id: int) -> FirstService | None:
        return _DRAFTS.one(self._connection, _DRAFT, {"dietitian": dietitian_id})

    def put_draft(self, draft: FirstService) -> None:
        self._connection.execute(_PUT_DRAFT[self._connection.dialect.name], _DRAFTS.values(draft))

    def drop_draft(self, dietitian_id: int) -> None:
        self._connection.execute(_DROP_DRAFT, {"dietitian": dietitian_id})
