"""The machinery behind the practice, for the admins: what could not be delivered or worked, and what waits.

What a row says is nobody's business here: rows are told by their kind and by whom they are for. Every use case
here is for admins alone; `handlers.rights` says so and the router asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import NotYours
from domain.model.job import Job
from domain.model.notice import NoticeKind
from domain.model.people import Person
from domain.model.queue import Errand, GivenUp, InboxItem, OutboxItem, Source, Waiting
from domain.model.retention import Shelf
from domain.model.views import Page
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record

PAGE_SIZE = 5
FRESH = timedelta(days=1)
"""What people sent is not worked later than that: the answer would come out of the blue."""


class Side(StrEnum):
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A row that was given up. `whose` names who it is for, or from; None: nobody we know by name."""

    id: int
    side: Side
    what: Errand | Source
    notice: NoticeKind | None
    whose: str | None
    why: str
    since: datetime
    at: datetime
    tries: int
    may_be_tried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    now: datetime
    inbox: Waiting
    outbox: Waiting
    failed: int
    undelivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffice:
    transactions: Transactions
    clock: Clock

    async def failures(self, *, side: Side, number: int) -> Page[Failure]:
        """Newest first."""

        def look(uow: UnitOfWork) -> Page[Failure]:
            now = self.clock.now()
            if side is Side.OUT:
                sent = uow.outbox.dead_page(number=number, size=PAGE_SIZE)
                return _page(sent, [_outgoing(uow, one) for one in sent.items])
            came = uow.inbox.failed_page(number=number, size=PAGE_SIZE)
            return _page(came, [_incoming(uow, one, now) for one in came.items])

        return await self.transactions.read(look)

    async def failure(self, *, side: Side, row: int) -> Failure | None:
        """None where it is given up no more."""

        def look(uow: UnitOfWork) -> Failure | None:
            if side is Side.OUT:
                sent = uow.outbox.dead_one(row)
                return None if sent is None else _outgoing(uow, sent)
            came = uow.inbox.failed_one(row)
            return None if came is None else _incoming(uow, came, self.clock.now())

        return await self.transactions.read(look)

    async def kept(self) -> list[Shelf]:
        """Empty before the first night."""
        return await self.transactions.read(lambda uow: uow.shelves.all())

    async def retry(self, *, person: Person, side: Side, row: int | None) -> int:
        """This one, or all. How many are tried again: none where somebody else was first."""

        def retry(uow: UnitOfWork, now: datetime) -> int:
            if side is Side.OUT:
                return uow.outbox.revive(row, now=now)
            return uow.inbox.revive(row, now=now, fresh=now - FRESH)

        return await self._change(person, "tried again", side, row, retry)

    async def let_be(self, *, person: Person, side: Side, row: int | None) -> int:
        """This one, or all, leave the list for good. How many did."""

        def let_be(uow: UnitOfWork, now: datetime) -> int:
            queue = uow.outbox if side is Side.OUT else uow.inbox
            return queue.let_be(row, now=now)

        return await self._change(person, "let be", side, row, let_be)

    async def _change(
        self,
        person: Person,
        action: str,
        side: Side,
        row: int | None,
        change: Callable[[UnitOfWork, datetime], int],
    ) -> int:
        def work(uow: UnitOfWork) -> int:
            now = self.clock.now()
            changed = change(uow, now)
            if changed:
                queue = "outbox" if side is Side.OUT else "inbox"
                which = "all" if row is None else str(row)
                record(uow, now, by(person.id), action, f"{queue}:{which}", rows=changed)
            return changed

        return await self.transactions.write(work)

    async def backlog(self) -> Backlog:
        def look(uow: UnitOfWork) -> Backlog:
            now = self.clock.now()
            return Backlog(
                now=now,
                inbox=uow.inbox.waiting(now),
                outbox=uow.outbox.waiting(now),
                failed=uow.inbox.failed_page(number=0, size=1).total,
                undelivered=uow.outbox.dead_page(number=0, size=1).total,
            )

        return await self.transactions.read(look)

    async def jobs(self) -> tuple[Sequence[Job], datetime]:
        """As they were last reported, and what time it is now."""
        return await self.transactions.read(lambda uow: (uow.jobs.all(), self.clock.now()))


def _page(found: Page[object], failures: Sequence[Failure]) -> Page[Failure]:
    return Page(items=failures, number=found.number, pages=found.pages, total=found.total)


def _outgoing(uow: UnitOfWork, given_up: GivenUp[OutboxItem]) -> Failure:
    item = given_up.item
    is_notice = item.errand in {Errand.NOTICE, Errand.NOTICE_MAIL}
    return Failure(
        id=item.id,
        side=Side.OUT,
        what=item.errand,
        notice=NoticeKind(item.payload["kind"]) if is_notice and "kind" in item.payload else None,
        whose=_recipient(uow, item),
        why=given_up.error,
        since=item.created_at,
        at=given_up.at,
        tries=item.attempts,
        may_be_tried=True,
    )


def _incoming(uow: UnitOfWork, given_up: GivenUp[InboxItem], now: datetime) -> Failure:
    item = given_up.item
    return Failure(
        id=item.id,
        side=Side.IN,
        what=item.source,
        notice=None,
        whose=_sender(uow, item),
        why=given_up.error,
        since=item.received_at,
        at=given_up.at,
        tries=item.attempts,
        may_be_tried=item.source is not Source.TELEGRAM or item.received_at > now - FRESH,
    )


def _sender(uow: UnitOfWork, item: InboxItem) -> str | None:
    """A lane of Telegram's is a person, one of Paystack's a payment."""
    kind, _, name = item.lane.partition(":")
    if item.source is Source.TELEGRAM:
        return _called(uow, int(name)) if kind == "telegram" and name.isdigit() else None
    payment = uow.payments.by_reference(name or item.lane)
    return None if payment is None else _client_of(uow, payment.request_id)


def _recipient(uow: UnitOfWork, item: OutboxItem) -> str | None:
    try:
        return _named(uow, item)
    except (NotYours, KeyError):  # its record is gone, or it is of an older kind
        return None


def _named(uow: UnitOfWork, item: OutboxItem) -> str | None:
    payload = item.payload
    match item.errand:
        case Errand.NOTICE | Errand.NOTICE_MAIL:
            return uow.people.get(payload["to"]).name
        case Errand.MY_DATA:
            return uow.people.get(payload["person_id"]).name
        case Errand.ANSWER | Errand.PROGRESS:
            return _called(uow, payload["telegram_id"])
        case Errand.ALERT:
            return _called(uow, payload["to"]) if "to" in payload else "the admins"
        case Errand.MAIL | Errand.PAY_LINK:
            return _client_of(uow, payload["request_id"])
        case Errand.REFUND:
            return _payer(uow, uow.refunds.get(payload["refund_id"]).payment_id)
        case Errand.CREDIT_LAPSE | Errand.RECEIPT:
            return _payer(uow, payload["payment_id"])
        case Errand.PLAN | Errand.PLAN_MAIL:
            return _client_of(uow, uow.plan_files.get(payload["file_id"]).request_id)
        case Errand.PLAN_LATE:
            return uow.requests.card(payload["request"]).dietitian.name
        case _:
            booking = uow.bookings.get(payload["booking_id"])
            return uow.dietitians.get(booking.dietitian_id).name


def _called(uow: UnitOfWork, telegram_id: int) -> str | None:
    person = uow.people.by_telegram_id(telegram_id)
    return None if person is None else person.name


def _client_of(uow: UnitOfWork, request_id: int | None) -> str | None:
    if request_id is None:
        return None
    card = uow.requests.card_by_id(request_id)
    return card.request.client_name or (card.client.name if card.client is not None else None)


def _payer(uow: UnitOfWork, payment_id: int) -> str | None:
    return _client_of(uow, uow.payments.get(payment_id).request_id)
