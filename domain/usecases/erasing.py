"""Somebody's data are deleted, in the caller's transaction: all of it or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.errors import MovedOn
from domain.model.calendar import Connection
from domain.model.erasure import Erasure, Open, OpenThing, Standing
from domain.model.people import Dietitian, Person
from domain.model.queue import Errand, OutboxItem
from domain.ports import UnitOfWork
from domain.usecases.answer_request import decline
from domain.usecases.manage_request import withdraw
from domain.usecases.telling import record, tell_admins


def standing(uow: UnitOfWork, person_id: int, now: datetime) -> Standing:
    """With what is open for them as a client; what is open in their practice is an admin's to see to."""
    return Standing(
        erasure=uow.erasures.of(person_id),
        practice=uow.traces.practice_of(person_id),
        things=tuple(things_of(uow, uow.traces.open_things(person_id, now))),
    )


def things_of(uow: UnitOfWork, found: Mapping[Open, Sequence[int]]) -> list[OpenThing]:
    return [_thing(uow, kind, request_id) for kind, ids in found.items() for request_id in ids]


def _thing(uow: UnitOfWork, kind: Open, request_id: int) -> OpenThing:
    card = uow.requests.card_by_id(request_id)
    paid = uow.payments.of_request(request_id)
    refunds = [(one, uow.refunds.of_payment(one.id)) for one in paid]
    payment, refund = next(((one, back) for one, back in refunds if back is not None), (card.payment, None))
    plan = uow.plans.of_request(request_id) if kind is Open.PLAN else None
    return OpenThing(kind=kind, card=card, plan=plan, payment=payment, refund=refund)


def is_free(uow: UnitOfWork, person_id: int, practice: Dietitian | None, now: datetime) -> bool:
    """The same as `Standing.is_free`, for a fraction of its price; and nothing is open in their `practice`."""
    found = uow.traces.open_things(person_id, now)
    if any(ids for kind, ids in found.items() if kind is not Open.REFUND):
        return False
    return practice is None or not any(uow.traces.open_of_practice(practice.id, now).values())


def erase(
    uow: UnitOfWork,
    person: Person,
    practice: Dietitian | None,
    now: datetime,
    *,
    by: str,
    message_id: int | None = None,
) -> Connection | None:
    """`person` as it was locked; `MovedOn` where something is open after all. `message_id` turns into the last word.

    A practice's calendar, whose access is to be given back after the commit.
    """
    connection = uow.connections.of(practice.id) if practice is not None else None
    _end_requests(uow, person, practice, by, now)
    if not is_free(uow, person.id, practice, now):
        raise MovedOn  # what they were paying for was paid while its request was waited for
    last_erasure = uow.erasures.of(person.id)
    uow.traces.erase(person, practice, now)
    record(uow, now, by, "erased", f"person:{person.id}", practice=practice.public_id if practice else None)
    _tell_admins(uow, person, practice, now)
    if person.telegram_id is not None and person.started_at is not None:
        _say_farewell(uow, person.telegram_id, message_id, last_erasure, now)
    return connection


def _end_requests(
    uow: UnitOfWork, person: Person, practice: Dietitian | None, by: str, now: datetime
) -> None:
    """What was not paid ends as if they had turned it down; a time that was held is free."""
    for request_id in uow.traces.unpaid(person.id):
        card = uow.requests.card_by_id(request_id, lock=True)
        if card.request.is_open:
            decline(uow, card, person, None, now)
    for request_id in uow.traces.unpaid_of_practice(practice.id) if practice is not None else []:
        card = uow.requests.card_by_id(request_id, lock=True)
        if card.request.is_open:
            withdraw(uow, card, by, now)


def _tell_admins(uow: UnitOfWork, person: Person, practice: Dietitian | None, now: datetime) -> None:
    """By number alone."""
    what = (
        "Somebody had their data deleted"
        if practice is None
        else "A dietitian and their practice are deleted"
    )
    tell_admins(uow, f"erased:{person.id}", now, {"what": what, "row": f"person:{person.id}"})


def _say_farewell(
    uow: UnitOfWork, telegram_id: int, message_id: int | None, erasure: Erasure | None, now: datetime
) -> None:
    """Written with the deletion, so that they hear of it whatever happens now; forgotten once it is said."""
    uow.outbox.add(
        OutboxItem(
            errand=Errand.FAREWELL,
            key=f"farewell:{erasure.id if erasure is not None else now.isoformat()}",
            lane="farewell",
            payload={"telegram_id": telegram_id, "message_id": message_id},
            due_at=now,
            created_at=now,
        )
    )
