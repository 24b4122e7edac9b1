"""Invitations to open a practice, and a dietitian's message templates."""

from sqlalchemy import Connection, bindparam, delete, func, select

from domain.model.people import Invite, Template
from domain.model.views import Page
from storage.pages import paged, read_page
from storage.rows import Records
from storage.tables import dietitians, invites, templates

_INVITES = Records(Invite, invites)
_BY_HASH = _INVITES.select.where(invites.c.token_hash == bindparam("token_hash"))
_BY_PUBLIC_ID = _INVITES.select.where(invites.c.public_id == bindparam("public_id"))
_OF_PERSON = (
    _INVITES.select.where(invites.c.used_by == bindparam("person_id"), invites.c.revoked_at.is_(None))
    .order_by(invites.c.id.desc())
    .limit(1)
)
_LED_TO_A_PRACTICE = (
    select(dietitians.c.id)
    .where(dietitians.c.person_id == invites.c.used_by, dietitians.c.active.is_(True))
    .exists()
)
WAITING_INVITES = (invites.c.revoked_at.is_(None), ~_LED_TO_A_PRACTICE)
_COUNT = select(func.count()).select_from(invites).where(*WAITING_INVITES)
_NEWEST_FIRST = paged(_INVITES.select.where(*WAITING_INVITES).order_by(invites.c.id.desc()))

_TEMPLATES = Records(Template, templates)
_TEMPLATE = _TEMPLATES.select.where(templates.c.public_id == bindparam("public_id"))
_OF_DIETITIAN = _TEMPLATES.select.where(templates.c.dietitian_id == bindparam("dietitian_id")).order_by(
    templates.c.id
)
_DELETE_TEMPLATE = delete(templates).where(templates.c.id == bindparam("which"))


class SqlInvites:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invite: Invite) -> Invite:
        return _INVITES.add(self._connection, invite)

    def save(self, invite: Invite) -> None:
        _INVITES.save(self._connection, invite)

    def by_hash(self, token_hash: str, *, lock: bool = False) -> Invite | None:
        statement = _BY_HASH.with_for_update(key_share=True) if lock else _BY_HASH
        return _INVITES.one(self._connection, statement, {"token_hash": token_hash})

    def by_public_id(self, public_id: str, *, lock: bool = False) -> Invite | None:
        statement = _BY_PUBLIC_ID.with_for_update(key_share=True) if lock else _BY_PUBLIC_ID
        return _INVITES.one(self._connection, statement, {"public_id": public_id})

    def of_person(self, person_id: int) -> Invite | None:
        return _INVITES.one(self._connection, _OF_PERSON, {"person_id": person_id})

    def page(self, *, number: int, size: int) -> Page[Invite]:
        return read_page(
            self._connection,
            count=_COUNT,
            items=_NEWEST_FIRST,
            values={},
            number=number,
            size=size,
            read=_INVITES.of,
        )


class SqlTemplates:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, template: Template) -> Template:
        return _TEMPLATES.add(self._connection, template)

    def save(self, template: Template) -> None:
        _TEMPLATES.save(self._connection, template)

    def of(self, dietitian_id: int) -> list[Template]:
        return _TEMPLATES.all(self._connection, _OF_DIETITIAN, {"dietitian_id": dietitian_id})

    def by_public_id(self, public_id: str) -> Template | None:
        return _TEMPLATES.one(self._connection, _TEMPLATE, {"public_id": public_id})

    def delete(self, template_id: int) -> None:
        self._connection.execute(_DELETE_TEMPLATE, {"which": template_id})
