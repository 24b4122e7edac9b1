"""Time becomes free: somebody looks, after the commit, whether it suits one who waits. In the caller's transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.booking import Booking
from domain.model.ids import new_public_id
from domain.model.queue import Errand, OutboxItem
from domain.model.wish import WishState
from domain.ports import UnitOfWork

_HOUR = timedelta(hours=1)


def free_again(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """This booking's time, as it stands in `booking`, can be had by others."""
    freed: dict[str, str | int] = {
        "begin": booking.start.isoformat(),
        "until": booking.busy_until.isoformat(),
        "request_id": booking.request_id,
    }
    _look(uow, booking.dietitian_id, now, new_public_id(), freed, now=now)


def more_time(uow: UnitOfWork, dietitian_id: int, now: datetime) -> None:
    """The rules have changed in a way that may leave more free."""
    _look(uow, dietitian_id, now, new_public_id(), {}, now=now)


def look_at(uow: UnitOfWork, dietitian_id: int, due_at: datetime, now: datetime) -> None:
    """Once a minute at most, however many ask for it."""
    _look(uow, dietitian_id, due_at, f"{due_at:%Y%m%dT%H%M}", {}, now=now)


def look_next_hour(uow: UnitOfWork, dietitian_id: int, now: datetime) -> None:
    """Days come into reach, busy times go from a calendar: nobody says so, so it is looked for."""
    look_at(uow, dietitian_id, now.replace(minute=0, second=0, microsecond=0) + _HOUR, now)


def fulfil_wish(uow: UnitOfWork, request_id: int) -> bool:
    """They have a time. False for one who did not wait."""
    wish = uow.wishes.of_request(request_id)
    if wish is None or wish.state is not WishState.OPEN:
        return False
    uow.wishes.save(replace(wish, state=WishState.DONE, known=()))
    return True


def _look(
    uow: UnitOfWork,
    dietitian_id: int,
    due_at: datetime,
    mark: str,
    freed: dict[str, str | int],
    *,
    now: datetime,
) -> None:
    if not uow.wishes.any_open(dietitian_id):
        return  # whoever begins to wait looks by themselves
    key = f"waiting:{dietitian_id}:{mark}"
    uow.outbox.add(
        OutboxItem(
            errand=Errand.WAITING,
            key=key,
            lane=key,
            payload={"dietitian_id": dietitian_id, **freed},
            due_at=due_at,
            created_at=now,
        )
    )
