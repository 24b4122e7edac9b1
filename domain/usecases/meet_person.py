"""Somebody writes to the bot: who is it?"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.model.consent import Wording
from domain.model.people import Dietitian, Person
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.consenting import give
from domain.usecases.deliver_plan import deliver_missed
from domain.usecases.telling import alert_again, by, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is in the chat now; `dietitian` is their practice, if they have one that is active."""

    person: Person
    dietitian: Dietitian | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetPerson:
    """Know the person by their Telegram id; the first word they write opens the chat for the bot.

    When they were here last is kept to the hour, so that most presses write nothing of it; and not of those who have
    not agreed to the privacy notice, or have taken that back.
    """

    transactions: Transactions
    clock: Clock
    default_timezone: str

    async def __call__(self, *, telegram_id: int, name: str, language: str) -> Caller:
        known = await self.transactions.read(lambda uow: self._look(uow, telegram_id))
        if known is not None and known.person.started_at is not None and known.person.reachable:
            return await self._seen(known, telegram_id)
        return await self.transactions.write(lambda uow: self._open(uow, telegram_id, name, language))

    async def _seen(self, known: Caller, telegram_id: int) -> Caller:
        hour, person = _hour(self.clock.now()), known.person
        if person.consented_at is None or (person.seen_at is not None and person.seen_at >= hour):
            return known
        await self.transactions.write(lambda uow: uow.people.saw(telegram_id, hour))
        return replace(known, person=replace(person, seen_at=hour))

    def _look(self, uow: UnitOfWork, telegram_id: int) -> Caller | None:
        person = uow.people.by_telegram_id(telegram_id)
        if person is None:
            return None
        return Caller(person=person, dietitian=uow.dietitians.by_telegram_id(telegram_id))

    def _open(self, uow: UnitOfWork, telegram_id: int, name: str, language: str) -> Caller:
        now = self.clock.now()
        person = uow.people.by_telegram_id(telegram_id)
        if person is None:
            person = uow.people.add(
                Person(
                    telegram_id=telegram_id,
                    name=name,
                    timezone=self.default_timezone,
                    language=language,
                    started_at=now,
                    created_at=now,
                    seen_at=_hour(now),
                )
            )
        else:
            started = person.started_at or now
            person = replace(person, started_at=started, reachable=True, seen_at=_hour(now))
            uow.people.save(person)
            deliver_missed(uow, person, now)
        alert_again(uow, telegram_id, now)
        return Caller(person=person, dietitian=uow.dietitians.by_telegram_id(telegram_id))


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """The person agrees to the privacy notice as it was shown; when, and to which words, is kept."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, wording: Wording) -> Person:
        return await self.transactions.write(lambda uow: self._agree(uow, person.id, wording))

    def _agree(self, uow: UnitOfWork, person_id: int, wording: Wording) -> Person:
        person = uow.people.get(person_id, lock=True)
        if person.has_consented:
            return person
        now = self.clock.now()
        agreed = replace(person, consented_at=now, consent_version=wording.version)
        uow.people.save(agreed)
        give(uow, person_id, wording, now)
        record(uow, now, by(person_id), "agreed", f"person:{person_id}", version=wording.version)
        return agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile:
    """The person's own name, e-mail or time zone; given values replace, None keeps."""

    transactions: Transactions
    clock: Clock

    async def __call__(
        self,
        *,
        person: Person,
        name: str | None = None,
        email: str | None = None,
        timezone: str | None = None,
    ) -> Person:
        def change(uow: UnitOfWork) -> Person:
            now = self.clock.now()
            current = uow.people.get(person.id, lock=True)
            changed = replace(
                current,
                name=name or current.name,
                email=email or current.email,
                timezone=timezone or current.timezone,
            )
            uow.people.save(changed)
            if changed.email != current.email:
                uow.clients.fold_again(person.id)
            if person.telegram_id is not None:
                uow.steps.clear(person.telegram_id)
            fields = [f for f, v in (("name", name), ("email", email), ("timezone", timezone)) if v]
            record(uow, now, by(person.id), "changed profile", f"person:{person.id}", fields=fields)
            return changed

        return await self.transactions.write(change)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReachability:
    """Telegram says that somebody blocked or unblocked the bot; what waited for them goes out."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, telegram_id: int, reachable: bool) -> None:
        def note(uow: UnitOfWork) -> None:
            uow.people.set_reachable(telegram_id, reachable=reachable)
            person = uow.people.by_telegram_id(telegram_id)
            if reachable and person is not None:
                deliver_missed(uow, person, self.clock.now())
                alert_again(uow, telegram_id, self.clock.now())

        await self.transactions.write(note)
