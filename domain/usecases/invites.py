"""An admin invites somebody to open a practice here; the invited person opens the link."""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import LinkUsedUp, MovedOn, NotYours
from domain.model.ids import new_public_id, new_token, token_hash
from domain.model.people import INVITE_LIVES, Dietitian, Invite, Person
from domain.model.set_up import Part
from domain.model.views import Page
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.readiness import lacks
from domain.usecases.telling import by, record

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """`token` is the secret of the link, known only now: the database keeps its hash."""

    invite: Invite
    token: str


class Arrival(StrEnum):
    """What an invitation is to whoever opens it."""

    THEIRS = "theirs"  # bound to them, now or before: the set-up goes on
    ADMINS = "admins"  # an admin looks whether their own link works; it is not used up
    HAS_PRACTICE = "has_practice"  # a dietitian already; it is not used up


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A dietitian with what their practice still lacks."""

    dietitian: Dietitian
    missing: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The dietitians of this bot, as the admins see them."""

    transactions: Transactions

    async def dietitians(self, *, suspended: bool) -> list[Dietitian]:
        """In their order; what the practice file has put away is left out."""
        found = await self.transactions.read(lambda uow: uow.dietitians.all())
        return [one for one in found if one.active and (one.suspended_at is not None) is suspended]

    async def one(self, *, public_id: str) -> Known:
        def look(uow: UnitOfWork) -> Known:
            found = uow.dietitians.by_public_id(public_id)
            if found is None:
                raise NotYours
            return Known(dietitian=found, missing=lacks(uow, found))

        return await self.transactions.read(look)

    async def invites(self, *, number: int) -> Page[Invite]:
        return await self.transactions.read(lambda uow: uow.invites.page(number=number, size=PAGE_SIZE))

    async def invite(self, *, public_id: str) -> Invite:
        """`NotYours` for one that is not there, or was revoked, or has led to a practice."""
        return await self.transactions.read(lambda uow: waiting(uow, public_id))


def waiting(uow: UnitOfWork, public_id: str, *, lock: bool = False) -> Invite:
    invite = uow.invites.by_public_id(public_id, lock=lock)
    if invite is None or invite.revoked_at is not None:
        raise NotYours
    if invite.used_by is not None and _practice_of(uow, invite.used_by) is not None:
        raise NotYours
    return invite


def _practice_of(uow: UnitOfWork, person_id: int) -> Dietitian | None:
    telegram_id = uow.people.get(person_id).telegram_id
    return None if telegram_id is None else uow.dietitians.by_telegram_id(telegram_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """For admins alone; `handlers.rights` says so and the router asks."""

    transactions: Transactions
    clock: Clock

    async def issue(self, *, admin: Person, name: str) -> Issued:
        def issue(uow: UnitOfWork) -> Issued:
            now, token = self.clock.now(), new_token()
            invite = uow.invites.add(
                Invite(
                    public_id=new_public_id(),
                    token_hash=token_hash(token),
                    name=name,
                    created_by=admin.id,
                    created_at=now,
                    expires_at=now + INVITE_LIVES,
                )
            )
            if admin.telegram_id is not None:
                uow.steps.clear(admin.telegram_id)
            record(uow, now, by(admin.id), "invited", f"invite:{invite.public_id}", name=name)
            return Issued(invite=invite, token=token)

        return await self.transactions.write(issue)

    async def renew(self, *, admin: Person, public_id: str) -> Issued:
        """Another link in place of the former, for whoever opens it first, however the former ended."""

        def renew(uow: UnitOfWork) -> Issued:
            now, token = self.clock.now(), new_token()
            invite = replace(
                waiting(uow, public_id, lock=True),
                token_hash=token_hash(token),
                expires_at=now + INVITE_LIVES,
                used_by=None,
                used_at=None,
            )
            uow.invites.save(invite)
            record(uow, now, by(admin.id), "renewed invite", f"invite:{public_id}")
            return Issued(invite=invite, token=token)

        return await self.transactions.write(renew)

    async def revoke(self, *, admin: Person, public_id: str) -> Invite:
        def revoke(uow: UnitOfWork) -> Invite:
            now = self.clock.now()
            invite = replace(waiting(uow, public_id, lock=True), revoked_at=now)
            uow.invites.save(invite)
            record(uow, now, by(admin.id), "revoked invite", f"invite:{public_id}")
            return invite

        return await self.transactions.write(revoke)

    async def take(self, *, admin: Person, public_id: str) -> None:
        """The admin means themself."""

        def take(uow: UnitOfWork) -> None:
            now = self.clock.now()
            invite = waiting(uow, public_id, lock=True)
            if _practice_of(uow, admin.id) is not None:
                raise MovedOn
            if invite.used_by != admin.id and not invite.is_open_at(now):
                raise MovedOn
            bind(uow, invite, admin, self.clock)

        await self.transactions.write(take)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvite:
    """Bind an invitation to the first person who opens it. Opening it again is harmless."""

    transactions: Transactions
    clock: Clock
    admin_ids: frozenset[int]

    async def __call__(self, *, person: Person, token: str) -> tuple[Invite, Arrival] | None:
        """None where the token is no invitation's; `LinkUsedUp` where it is good for them no more."""
        known = await self.transactions.read(lambda uow: uow.invites.by_hash(token_hash(token)))
        if known is None:
            return None
        return await self.transactions.write(lambda uow: self._open(uow, person, token))

    def _open(self, uow: UnitOfWork, person: Person, token: str) -> tuple[Invite, Arrival]:
        invite = uow.invites.by_hash(token_hash(token), lock=True)
        if invite is None or invite.revoked_at is not None:
            raise LinkUsedUp
        if invite.used_by != person.id and not invite.is_open_at(self.clock.now()):
            raise LinkUsedUp
        if _practice_of(uow, person.id) is not None:
            return invite, Arrival.HAS_PRACTICE
        if invite.used_by is None and person.telegram_id in self.admin_ids:
            return invite, Arrival.ADMINS
        return bind(uow, invite, person, self.clock), Arrival.THEIRS


def bind(uow: UnitOfWork, invite: Invite, person: Person, clock: Clock) -> Invite:
    if invite.used_by == person.id:
        return invite
    now = clock.now()
    bound = replace(invite, used_by=person.id, used_at=now)
    uow.invites.save(bound)
    record(uow, now, by(person.id), "opened invite", f"invite:{invite.public_id}")
    return bound
