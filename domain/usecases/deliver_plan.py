"""A confirmed PDF reaches the client: in the chat, again when they ask, by e-mail where the chat is closed."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import MovedOn
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.plan import PlanFile, PlanFileState, PlanState
from domain.model.queue import Errand, OutboxItem
from domain.model.views import PlanCard, RequestCard
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.plan_access import clients_plan, dietitians_plan
from domain.usecases.telling import record, tell, tell_admins


def deliver(
    uow: UnitOfWork, file: PlanFile, client_id: int, now: datetime, *, mark: str = "", again: bool = False
) -> bool:
    """In the client's own lane: nothing overtakes it. `again`: also where it has arrived already.

    `mark` tells a later row for the same version from the first.
    """
    item = OutboxItem(
        errand=Errand.PLAN,
        key=f"plan:{file.public_id}{mark and ':' + mark}",
        lane=f"person:{client_id}",
        payload={"file_id": file.id, "again": again},
        due_at=now,
        created_at=now,
    )
    return uow.outbox.add(item)


def deliver_missed(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """They can be written to again: what could not reach them goes out now, once."""
    for file in uow.plan_files.undelivered(person.id):
        deliver(uow, file, person.id, now, mark=f"missed:{now.isoformat()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """All there is to send. `content` is None where Telegram's handle is enough."""

    shown: PlanCard
    file: PlanFile
    content: bytes | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverPlan:
    """What the errand needs before and after it sends."""

    transactions: Transactions
    clock: Clock
    vault: Vault
    mail_is_sent: bool

    async def pack(self, *, file_id: int, wanted_again: bool, whole: bool = False) -> Parcel | None:
        """None where there is nothing to send any more. `whole`: with the content, whatever the handle."""

        def look(uow: UnitOfWork) -> tuple[PlanCard, PlanFile, bytes | None] | None:
            file = uow.plan_files.get(file_id)
            if file.request_id is None:
                return None
            shown = uow.plans.card_by_id(file.request_id)
            if not wanted_again and not _is_wanted(shown, file):
                return None
            sealed = uow.plan_files.content(file.id) if whole or file.handle is None else None
            return shown, file, sealed

        found = await self.transactions.read(look)
        if found is None:
            return None
        shown, file, sealed = found
        content = await asyncio.to_thread(self.vault.open_bytes, sealed) if sealed is not None else None
        note = self.vault.open(file.sealed_note) if file.sealed_note is not None else None
        return Parcel(shown=shown, file=file, content=content, note=note)

    async def arrived(self, *, file_id: int, handle: str | None, by_mail: bool = False) -> None:
        """It is there; `handle` is Telegram's name for it from now on."""
        await self.transactions.write(lambda uow: self._arrived(uow, file_id, handle, by_mail=by_mail))

    def _arrived(self, uow: UnitOfWork, file_id: int, handle: str | None, *, by_mail: bool) -> None:
        now = self.clock.now()
        shown, file = _locked(uow, file_id)
        first = not file.has_arrived
        if by_mail:
            file = replace(file, mailed_at=file.mailed_at or now)
        else:
            file = replace(file, handle=handle, delivered_at=file.delivered_at or now, failed_at=None)
        uow.plan_files.save(file)
        under_way = shown.plan.state in {PlanState.WAITING, PlanState.SENT}  # waiting: refused, then mailed
        if under_way and file.number == len(shown.versions):
            uow.plans.save(replace(shown.plan, state=PlanState.RECEIVED, received_at=now))
        if first:
            how = "mail" if by_mail else "telegram"
            public_id = shown.card.request.public_id
            record(uow, now, how, "received", f"plan:{public_id}", version=file.number)
            _tell_dietitian(uow, shown, file, NoticeKind.PLAN_RECEIVED, now)

    async def unreachable(self, *, file_id: int) -> None:
        """The chat is closed to us: the dietitian is told, and the e-mail tried where there is one."""
        await self.transactions.write(lambda uow: self._unreachable(uow, file_id))

    def _unreachable(self, uow: UnitOfWork, file_id: int) -> None:
        now = self.clock.now()
        shown, file = _locked(uow, file_id)
        client = shown.card.client
        if client is not None and client.telegram_id is not None:
            uow.people.set_reachable(client.telegram_id, reachable=False)
        if file.mailed_at is not None:
            return
        _tell_dietitian(uow, shown, file, NoticeKind.PLAN_UNREACHED, now)
        self._mail(uow, shown, file, now)

    async def refused(self, *, file_id: int, why: str) -> None:
        """Telegram will not take it, however often it is tried: people must know, and another way is tried."""
        await self.transactions.write(lambda uow: self._refused(uow, file_id, why))

    def _refused(self, uow: UnitOfWork, file_id: int, why: str) -> None:
        now = self.clock.now()
        shown, file = _locked(uow, file_id)
        if file.delivered_at is not None:
            return  # an earlier time it arrived; only this wish for it fails
        file = replace(file, failed_at=now)
        uow.plan_files.save(file)
        record(uow, now, "telegram", "refused", f"plan:{shown.card.request.public_id}", version=file.number)
        shown = _owed_again(uow, shown, file)
        mark = f":{now.isoformat()}"
        _tell_dietitian(uow, shown, file, NoticeKind.PLAN_REFUSED, now, mark=mark)
        detail = {"what": "A meal plan could not be delivered; its dietitian is told", "why": why}
        payment = shown.card.payment
        tell_admins(
            uow,
            f"planrefused:{file.public_id}{mark}",
            now,
            detail,
            payment_id=payment.id if payment else None,
        )
        self._mail(uow, shown, file, now)

    def _mail(self, uow: UnitOfWork, shown: PlanCard, file: PlanFile, now: datetime) -> None:
        if self.mail_is_sent and address_of(shown.card) is not None:
            item = OutboxItem(
                errand=Errand.PLAN_MAIL,
                key=f"planmail:{file.public_id}",
                lane=f"planmail:{file.public_id}",
                payload={"file_id": file.id},
                due_at=now,
                created_at=now,
            )
            uow.outbox.add(item)


def _is_wanted(shown: PlanCard, file: PlanFile) -> bool:
    """Not arrived yet, still the newest version, and the plan stands."""
    if shown.plan.state is PlanState.CANCELLED or file.state is not PlanFileState.CONFIRMED:
        return False
    return file.delivered_at is None and file.number == len(shown.versions)


def _owed_again(uow: UnitOfWork, shown: PlanCard, refused: PlanFile) -> PlanCard:
    """Where the client has nothing yet the plan waits as before: it can be late, and be cancelled."""
    has_one = any(one.has_arrived for one in shown.versions)
    newest = refused.number == len(shown.versions)
    if has_one or not newest or shown.plan.state is not PlanState.SENT:
        return shown
    return replace(shown, plan=uow.plans.save(replace(shown.plan, state=PlanState.WAITING, sent_at=None)))


def _locked(uow: UnitOfWork, file_id: int) -> tuple[PlanCard, PlanFile]:
    file = uow.plan_files.get(file_id)
    if file.request_id is None:
        raise MovedOn
    uow.requests.card_by_id(file.request_id, lock=True)
    return uow.plans.card_by_id(file.request_id), uow.plan_files.get(file_id)


def address_of(card: RequestCard) -> str | None:
    """Their own e-mail, else the one that the dietitian gave."""
    return (card.client.email if card.client is not None else None) or card.request.client_email


def _tell_dietitian(
    uow: UnitOfWork, shown: PlanCard, file: PlanFile, kind: NoticeKind, now: datetime, *, mark: str = ""
) -> None:
    notice = Notice(
        kind=kind,
        to=shown.card.dietitian.person_id,
        key=f"{kind.value}:{file.public_id}{mark}",
        request_id=shown.plan.request_id,
        detail={"version": str(file.number)},
    )
    tell(uow, notice, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """The client would like a version in the chat once more. Presses within a minute are one wish."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, number: int) -> PlanCard:
        def again(uow: UnitOfWork) -> PlanCard:
            now = self.clock.now()
            shown = clients_plan(uow, person, public_id)
            file = next((one for one in shown.for_client if one.number == number), None)
            if file is None:
                raise MovedOn
            deliver(uow, file, person.id, now, mark=f"{now:%Y%m%d%H%M}", again=True)
            return shown

        return await self.transactions.write(again)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """The dietitian's press: what Telegram would not take is tried once more."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> PlanCard:
        def again(uow: UnitOfWork) -> PlanCard:
            now = self.clock.now()
            shown = dietitians_plan(uow, dietitian, public_id, lock=True)
            if shown.plan.state is PlanState.CANCELLED or not shown.is_refused:
                raise MovedOn
            file = replace(shown.versions[-1], failed_at=None)
            uow.plan_files.save(file)
            uow.plans.save(replace(shown.plan, state=PlanState.SENT, sent_at=now))
            deliver(uow, file, shown.plan.client_id, now, mark=f"retry:{now.isoformat()}")
            return uow.plans.card(public_id)

        return await self.transactions.write(again)
