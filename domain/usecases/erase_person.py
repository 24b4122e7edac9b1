"""/deletemydata: what is open is decided first; then everything goes, at once or as soon as nothing is open."""

from contextlib import suppress
from dataclasses import dataclass, replace

from domain.errors import Malformed, MovedOn
from domain.model.calendar import Connection
from domain.model.erasure import CHOSEN, Erasure, ErasureState, Standing
from domain.model.people import Person
from domain.ports import CalendarAuthorization, Clock, Transactions, UnitOfWork, Vault
from domain.usecases.answer_request import clients_card
from domain.usecases.audit_trail import OPERATOR
from domain.usecases.erasing import erase, is_free, standing
from domain.usecases.telling import by, record, tell_admins


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Two presses, the second bound to the question that the first drew."""

    transactions: Transactions
    clock: Clock

    async def is_known(self, *, telegram_id: int) -> bool:
        """Asked before a late press makes somebody of a stranger."""
        found = await self.transactions.read(lambda uow: uow.people.by_telegram_id(telegram_id))
        return found is not None

    async def look(self, *, person: Person) -> Standing:
        return await self.transactions.read(lambda uow: standing(uow, person.id, self.clock.now()))

    async def require_client(self, *, person: Person, public_id: str) -> None:
        """`NotYours` unless this request is theirs as its client."""
        await self.transactions.read(lambda uow: clients_card(uow, person, public_id, lock=False))

    async def ask(self, *, person: Person) -> Standing:
        """The first press. `MovedOn` where money waits for their choice; what is decided stays decided."""

        def ask(uow: UnitOfWork) -> Standing:
            now = self.clock.now()
            uow.traces.lock(person.id)
            found = standing(uow, person.id, now)
            if found.of(CHOSEN):
                raise MovedOn
            if found.erasure is not None and found.erasure.state is not ErasureState.ASKED:
                return found
            return replace(found, erasure=_asked(uow, found.erasure, person.id, self.clock))

        return await self.transactions.write(ask)

    async def sure(
        self, *, person: Person, rev: int, waiting: bool, message_id: int | None
    ) -> Standing | None:
        """The second press: None where everything is gone now. `MovedOn` where the question is another by now.

        `waiting`: what they were told, namely that it is done only later.
        """
        found = await self.transactions.write(
            lambda uow: self._sure(uow, person, rev, waiting=waiting, message_id=message_id)
        )
        if found is None:
            await self.transactions.settle()
        return found

    def _sure(
        self, uow: UnitOfWork, person: Person, rev: int, *, waiting: bool, message_id: int | None
    ) -> Standing | None:
        now = self.clock.now()
        locked = uow.traces.lock(person.id)
        found = standing(uow, person.id, now)
        asked = found.erasure
        if locked.erased_at is not None or asked is None or found.of(CHOSEN):
            raise MovedOn
        if asked.state is not ErasureState.ASKED:
            return found  # pressed before
        if not asked.is_answered_by(rev, now):
            raise MovedOn
        later = found.practice is not None or not found.is_free
        if later is not waiting:
            raise MovedOn
        if not later:
            erase(uow, locked, None, now, by=by(person.id), message_id=message_id)
            return None
        return replace(found, erasure=self._later(uow, found, asked))

    def _later(self, uow: UnitOfWork, found: Standing, asked: Erasure) -> Erasure:
        """A dietitian's clients come first: an admin sees to them."""
        now = self.clock.now()
        state = ErasureState.WAITING if found.practice is None else ErasureState.LEAVING
        decided = replace(asked, state=state, rev=asked.rev + 1, asked_at=now)
        uow.erasures.save(decided)
        record(uow, now, by(asked.person_id), "asked to be erased", f"person:{asked.person_id}")
        if found.practice is not None:
            detail = {
                "what": "A dietitian wants to leave: see /admin, Leaving",
                "row": f"dietitian {found.practice.public_id}",
            }
            tell_admins(uow, f"leaving:{asked.id}:{decided.rev}", now, detail)
        return decided

    async def stop(self, *, person: Person) -> Standing:
        """They stay. Once an admin has begun with a dietitian's clients, what was cancelled stays so."""

        def stop(uow: UnitOfWork) -> Standing:
            now = self.clock.now()
            uow.traces.lock(person.id)
            erasure = uow.erasures.of(person.id)
            if erasure is not None:
                uow.erasures.drop(person.id)
                if erasure.state is not ErasureState.ASKED:
                    record(uow, now, by(person.id), "stays", f"person:{person.id}")
            return standing(uow, person.id, now)

        return await self.transactions.write(stop)


def _asked(uow: UnitOfWork, before: Erasure | None, person_id: int, clock: Clock) -> Erasure:
    if before is None:
        return uow.erasures.add(Erasure(person_id=person_id, asked_at=clock.now()))
    again = before.asked_again(clock.now())
    uow.erasures.save(again)
    return again


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAgain:
    """From the command line: somebody whom a backup brought back."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person_id: int) -> None:
        """`NotYours` where there is nobody of this number; `Malformed` says why not."""
        await self.transactions.write(lambda uow: self._erase(uow, person_id))
        await self.transactions.settle()

    def _erase(self, uow: UnitOfWork, person_id: int) -> None:
        now, person = self.clock.now(), uow.traces.lock(person_id)
        if person.erased_at is not None:
            raise Malformed("is deleted already")
        if uow.traces.practice_of(person_id) is not None:
            raise Malformed("is a dietitian, who leaves through /deletemydata and /admin")
        if not is_free(uow, person_id, None, now):
            raise Malformed("has something open that is paid: settle that first")
        erase(uow, person, None, now, by=OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseWaiting:
    """A tick: those who decided, as soon as nothing is open with them any more."""

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization

    async def __call__(self) -> None:
        waiting = await self._waiting()
        for person_id in waiting:
            await self._one(person_id)
        if waiting and await self._waiting() != waiting:
            await self.transactions.settle()

    async def _waiting(self) -> list[int]:
        return await self.transactions.read(lambda uow: uow.erasures.waiting())

    async def _one(self, person_id: int) -> None:
        connection: Connection | None = None
        with suppress(MovedOn):  # looked at again with the next tick
            connection = await self.transactions.write(lambda uow: self._erase(uow, person_id))
        if connection is not None:
            await self.authorization.revoke(self.vault.open(connection.sealed_token))

    def _erase(self, uow: UnitOfWork, person_id: int) -> Connection | None:
        now, person = self.clock.now(), uow.traces.lock(person_id)
        erasure, practice = uow.erasures.of(person_id), uow.traces.practice_of(person_id)
        if erasure is None or erasure.state is not ErasureState.WAITING:
            return None  # they stay after all
        if not is_free(uow, person_id, practice, now):
            return None
        return erase(uow, person, practice, now, by="clock")
