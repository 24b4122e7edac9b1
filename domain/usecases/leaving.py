"""A dietitian leaves: an admin sees to the clients first, then the practice and its owner are deleted."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.calendar import Connection
from domain.model.erasure import Erasure, ErasureState, Open, OpenThing
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.terms import ALL
from domain.ports import CalendarAuthorization, Clock, Transactions, UnitOfWork, Vault
from domain.usecases.cancel_plan import CancelPlan
from domain.usecases.change_booking import CancelBooking
from domain.usecases.erasing import erase, is_free, things_of
from domain.usecases.suspend_dietitian import SuspendDietitian
from domain.usecases.telling import by, record, tell

ON_A_PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """`things`: the first of what is open with clients, `open` the ids of all of it.

    `own`: so much is open with the dietitian as somebody's client; only they can decide it.
    """

    erasure: Erasure
    dietitian: Dietitian
    person: Person
    open: Mapping[Open, Sequence[int]]
    things: tuple[OpenThing, ...]
    own: int

    @property
    def total(self) -> int:
        return sum(map(len, self.open.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """For admins alone; `handlers.rights` says so and the router asks."""

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization
    suspension: SuspendDietitian
    cancel_booking: CancelBooking
    cancel_plan: CancelPlan

    async def everybody(self) -> list[tuple[Erasure, Dietitian]]:
        def look(uow: UnitOfWork) -> list[tuple[Erasure, Dietitian]]:
            return [(one, _practice(uow, one)) for one in uow.erasures.leaving()]

        return await self.transactions.read(look)

    async def one(self, *, erasure_id: int) -> Leaving:
        """`NotYours` where there is none, or they stay after all."""
        return await self.transactions.read(lambda uow: _leaving(uow, erasure_id, self.clock.now()))

    async def cancel(self, *, admin: Person, erasure_id: int, rev: int, request: str | None) -> Leaving:
        """Session by session and plan by plan, each refunded in full; without `request` all there are."""
        found = await self._begin(admin, erasure_id, rev)
        for kind, ids in found.open.items():
            for request_id in ids:
                await self._cancel(admin, found.person, kind, request_id, request)
        return await self.one(erasure_id=erasure_id)

    async def _cancel(
        self, admin: Person, owner: Person, kind: Open, request_id: int, wanted: str | None
    ) -> None:
        """As the dietitian would, in the admin's name. What has begun, or moved on just now, stays open."""
        card = await self.transactions.read(lambda uow: uow.requests.card_by_id(request_id))
        public_id, rev = card.request.public_id, card.request.rev
        if wanted not in {None, public_id}:
            return
        cancel = self.cancel_plan if kind is Open.PLAN else self.cancel_booking
        with suppress(MovedOn, TooLate):
            await cancel(person=owner, public_id=public_id, rev=rev, percent=ALL, admin=admin)

    async def keep(self, *, admin: Person, erasure_id: int, rev: int) -> Leaving:
        """What is open goes on; right after the last of it everything is deleted."""
        await self._begin(admin, erasure_id, rev)

        def keep(uow: UnitOfWork) -> Leaving:
            found = _leaving(uow, erasure_id, self.clock.now())
            uow.erasures.save(replace(found.erasure, state=ErasureState.WAITING))
            return _leaving(uow, erasure_id, self.clock.now())

        return await self.transactions.write(keep)

    async def sure(self, *, admin: Person, erasure_id: int, rev: int) -> None:
        """`MovedOn` as long as anything is open."""
        await self._begin(admin, erasure_id, rev)
        connection = await self.transactions.write(lambda uow: self._erase(uow, admin, erasure_id))
        await self.transactions.settle()
        if connection is not None:
            await self.authorization.revoke(self.vault.open(connection.sealed_token))

    def _erase(self, uow: UnitOfWork, admin: Person, erasure_id: int) -> Connection | None:
        now = self.clock.now()
        found = _leaving(uow, erasure_id, now)
        person = uow.traces.lock(found.person.id)
        if uow.erasures.of(person.id) is None or not is_free(uow, person.id, found.dietitian, now):
            raise MovedOn
        return erase(uow, person, found.dietitian, now, by=by(admin.id))

    async def ask(self, *, erasure_id: int) -> Leaving:
        """The first of two presses: the second must carry the question's `rev`."""

        def ask(uow: UnitOfWork) -> Leaving:
            now = self.clock.now()
            found = _leaving(uow, erasure_id, now)
            uow.traces.lock(found.person.id)
            asked = found.erasure.asked_again(now)
            uow.erasures.save(asked)
            return replace(found, erasure=asked)

        return await self.transactions.write(ask)

    async def _begin(self, admin: Person, erasure_id: int, rev: int) -> Leaving:
        """With the first step nothing new can be booked, and the clients are told."""
        found = await self.one(erasure_id=erasure_id)
        if not found.erasure.is_answered_by(rev, self.clock.now()):
            raise MovedOn
        if found.dietitian.active:
            await self.suspension.close(admin=admin, public_id=found.dietitian.public_id)
        if found.erasure.begun_at is None:
            await self.transactions.write(lambda uow: self._announce(uow, admin, found))
        return await self.one(erasure_id=erasure_id)

    def _announce(self, uow: UnitOfWork, admin: Person, found: Leaving) -> None:
        now = self.clock.now()
        uow.erasures.save(replace(found.erasure, begun_at=now))
        record(uow, now, by(admin.id), "sees to the leaving", f"dietitian:{found.dietitian.public_id}")
        for person_id in uow.traces.clients_of_practice(found.dietitian.id):
            _tell(uow, found, person_id, now)


def _tell(uow: UnitOfWork, found: Leaving, person_id: int, now: datetime) -> None:
    key = f"{NoticeKind.PRACTICE_LEAVES}:{found.erasure.id}:{person_id}"
    detail = {"name": found.dietitian.name}
    tell(uow, Notice(kind=NoticeKind.PRACTICE_LEAVES, to=person_id, key=key, detail=detail), now)


def _practice(uow: UnitOfWork, erasure: Erasure) -> Dietitian:
    practice = uow.traces.practice_of(erasure.person_id)
    if practice is None:
        raise NotYours
    return practice


def _leaving(uow: UnitOfWork, erasure_id: int, now: datetime) -> Leaving:
    erasure = uow.erasures.get(erasure_id)
    if erasure is None or erasure.state is ErasureState.ASKED:
        raise NotYours
    practice = _practice(uow, erasure)
    found = uow.traces.open_of_practice(practice.id, now)
    first = {kind: ids[:ON_A_PAGE] for kind, ids in found.items()}
    own = uow.traces.open_things(erasure.person_id, now)
    return Leaving(
        erasure=erasure,
        dietitian=practice,
        person=uow.people.get(erasure.person_id),
        open=found,
        things=tuple(things_of(uow, first)),
        own=sum(len(ids) for kind, ids in own.items() if kind is not Open.REFUND),
    )
