"""Whether a new practice can be booked yet; the admin who invited its dietitian hears of it, once."""

from datetime import datetime

from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.model.set_up import Part, can_be_booked, missing
from domain.ports import UnitOfWork
from domain.usecases.telling import tell


def lacks(uow: UnitOfWork, dietitian: Dietitian) -> tuple[Part, ...]:
    return missing(
        dietitian,
        has_service=bool(uow.services.kinds(dietitian.id)),
        has_hours=any(uow.dietitians.hours(dietitian.id)) or bool(uow.dietitians.openings(dietitian.id)),
        has_google=uow.connections.of(dietitian.id) is not None,
    )


def tell_when_ready(uow: UnitOfWork, dietitian_id: int, now: datetime) -> None:
    """After something that was missing was given, whichever way."""
    dietitian = uow.dietitians.get(dietitian_id)
    invite = uow.invites.of_person(dietitian.person_id)
    if invite is None or not can_be_booked(lacks(uow, dietitian)):
        return
    done = Notice(
        kind=NoticeKind.SET_UP_DONE,
        to=invite.created_by,
        key=f"setup:{invite.public_id}",
        detail={"dietitian": dietitian.public_id, "name": dietitian.name},
    )
    tell(uow, done, now)
