"""What somebody agrees to is written down with the words they were shown, and taken back as easily."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NeedsEmail
from domain.model.consent import Consent, Purpose, Wording, request_of
from domain.model.people import Person
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record, tell_admins


def give(
    uow: UnitOfWork, person_id: int, wording: Wording, now: datetime, *, about: str | None = None
) -> None:
    """The words are kept beside it, so that the hash can always be read as them."""
    uow.consents.keep(wording, now)
    uow.consents.add(
        Consent(
            person_id=person_id,
            purpose=wording.purpose,
            version=wording.version,
            words_hash=wording.words_hash,
            record=about,
            given_at=now,
        )
    )


def take_back(
    uow: UnitOfWork, person_id: int, purpose: Purpose, now: datetime, *, about: str | None = None
) -> None:
    """Whatever was agreed to for this, in any version."""
    for consent in uow.consents.of(person_id):
        if consent.holds and (consent.purpose, consent.record) == (purpose, about):
            uow.consents.save(replace(consent, withdrawn_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Something that holds. `wording` is None where an earlier release kept no words; `title` is of the request."""

    consent: Consent
    wording: Wording | None
    dietitian: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """A person's own. What a dietitian was told about health is taken back where the answers are: `FillIntake`."""

    transactions: Transactions
    clock: Clock

    async def all(self, *, person: Person) -> list[Agreed]:
        """What holds, the newest of each, first what is about no request."""

        def look(uow: UnitOfWork) -> list[Agreed]:
            current = uow.people.get(person.id)
            newest = {(one.purpose, one.record): one for one in uow.consents.of(person.id) if one.holds}
            if current.consented_at is not None:
                newest.setdefault((Purpose.PRACTICE, None), _unwritten(current, current.consented_at))
            ordered = sorted(
                newest.values(), key=lambda one: (one.record is not None, one.purpose.value, -one.id)
            )
            return [agreed for one in ordered if (agreed := _agreed(uow, one)) is not None]

        return await self.transactions.read(look)

    async def was_given(self, *, person: Person) -> bool:
        """Whether they ever agreed to the practice, in any version; taken back or not."""
        if person.consented_at is not None:
            return True
        found = await self.transactions.read(lambda uow: uow.consents.of(person.id))
        return any(one.purpose is Purpose.PRACTICE for one in found)

    async def leave(self, *, person: Person, is_dietitian: bool) -> Person:
        """Nothing is begun from now on, nor kept but what is booked and paid needs. Again changes nothing."""

        def leave(uow: UnitOfWork) -> Person:
            current = uow.people.get(person.id, lock=True)
            if current.consented_at is None:
                return current
            now = self.clock.now()
            left = replace(current, consented_at=None, consent_version=None)
            uow.people.save(left)
            if all(one.purpose is not Purpose.PRACTICE for one in uow.consents.of(person.id)):
                uow.consents.add(_unwritten(current, current.consented_at))  # that it was given stays known
            take_back(uow, person.id, Purpose.PRACTICE, now)
            if current.telegram_id is not None:
                uow.steps.clear(current.telegram_id)
            record(uow, now, by(person.id), "took back agreement", by(person.id))
            if is_dietitian:
                _tell_admins(uow, current, now)
            return left

        return await self.transactions.write(leave)

    async def mail(self, *, person: Person, wording: Wording) -> Person:
        """Receipts by e-mail from now on. `NeedsEmail` where there is no address."""

        def agree(uow: UnitOfWork) -> Person:
            current = uow.people.get(person.id, lock=True)
            if current.email is None:
                raise NeedsEmail
            if current.mail_receipts:
                return current
            now = self.clock.now()
            agreed = replace(current, mail_receipts=True)
            uow.people.save(agreed)
            give(uow, person.id, wording, now)
            record(uow, now, by(person.id), "agreed to mail", by(person.id), version=wording.version)
            return agreed

        return await self.transactions.write(agree)

    async def no_mail(self, *, person: Person) -> Person:
        def stop(uow: UnitOfWork) -> Person:
            current = uow.people.get(person.id, lock=True)
            if not current.mail_receipts:
                return current
            now = self.clock.now()
            stopped = replace(current, mail_receipts=False)
            uow.people.save(stopped)
            take_back(uow, person.id, Purpose.MAIL, now)
            record(uow, now, by(person.id), "took back mail", by(person.id))
            return stopped

        return await self.transactions.write(stop)


def _unwritten(person: Person, at: datetime) -> Consent:
    """Agreed to, and not written down as a row of its own."""
    version = person.consent_version or ""
    return Consent(person_id=person.id, purpose=Purpose.PRACTICE, version=version, words_hash="", given_at=at)


def _agreed(uow: UnitOfWork, consent: Consent) -> Agreed | None:
    """None where its answers have gone by themselves, after their time."""
    wording = uow.consents.wording(consent.words_hash)
    public_id = request_of(consent)
    if public_id is None:
        return Agreed(consent=consent, wording=wording)
    card = uow.requests.card(public_id)
    intake = uow.intakes.of_request(card.request.id)
    if intake is None or intake.consented_at is None:
        return None
    return Agreed(
        consent=consent, wording=wording, dietitian=card.dietitian.name, title=card.request.title or ""
    )


def _tell_admins(uow: UnitOfWork, person: Person, now: datetime) -> None:
    detail = {
        "what": "A dietitian took back their agreement to the privacy notice",
        "who": person.name,
        "so": "Until they agree again they can only cancel or move what is booked. What is booked goes on.",
    }
    tell_admins(uow, f"left:{person.id}:{now.isoformat()}", now, detail)
