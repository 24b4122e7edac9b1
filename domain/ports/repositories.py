"""What is kept: one protocol a kind of record. Implemented by storage."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.model.audit import AuditEntry
from domain.model.availability import Interval, WeeklyHours
from domain.model.booking import Booking
from domain.model.calendar import Connection, OAuthAttempt
from domain.model.intake import Intake
from domain.model.ledger import LedgerMove
from domain.model.link import Link
from domain.model.payment import Payment
from domain.model.people import Client, Dietitian, Person
from domain.model.plan import Plan, PlanFile
from domain.model.practice import TimeOff
from domain.model.queue import InboxItem, OutboxItem, Source
from domain.model.refund import Refund
from domain.model.request import Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.model.step import Step
from domain.model.views import Page, PlanCard, RequestCard, Shelf


class People(Protocol):
    def get(self, person_id: int) -> Person: ...
    def by_telegram_id(self, telegram_id: int) -> Person | None: ...
    def add(self, person: Person) -> Person: ...
    def save(self, person: Person) -> None: ...
    def set_reachable(self, telegram_id: int, *, reachable: bool) -> None: ...
    def merge(self, *, placeholder: int, into: int) -> None:
        """Give everything of a person not yet in Telegram to the one they turned out to be."""


class Dietitians(Protocol):
    def get(self, dietitian_id: int) -> Dietitian: ...
    def by_telegram_id(self, telegram_id: int) -> Dietitian | None:
        """An active dietitian; None for anybody else."""

    def lock(self, dietitian_id: int) -> Dietitian:
        """Nobody else takes or moves a slot of this dietitian until the transaction ends."""

    def by_public_id(self, public_id: str) -> Dietitian | None:
        """An active one."""

    def all(self) -> list[Dietitian]: ...
    def add(self, dietitian: Dietitian) -> Dietitian: ...
    def save(self, dietitian: Dietitian) -> None: ...
    def hours(self, dietitian_id: int) -> WeeklyHours: ...
    def set_hours(self, dietitian_id: int, hours: WeeklyHours) -> None: ...
    def time_off(self, dietitian_id: int) -> list[TimeOff]: ...
    def set_time_off(self, dietitian_id: int, time_off: Sequence[TimeOff]) -> None: ...


class Clients(Protocol):
    """Who is a client of which dietitian."""

    def page(self, dietitian_id: int, *, number: int, size: int) -> Page[Client]:
        """By name, without regard to case."""

    def find(self, dietitian_id: int, person_id: int) -> Client | None: ...
    def get(self, client_id: int) -> Client: ...
    def add(self, client: Client) -> Client: ...
    def save(self, client: Client) -> None: ...


class Services(Protocol):
    def get(self, service_id: int) -> Service: ...
    def by_public_id(self, public_id: str) -> Service | None: ...
    def of(self, dietitian_id: int) -> list[Service]:
        """Those on offer, in their order."""

    def shelves(self, kind: ServiceKind) -> list[Shelf]:
        """Of every active dietitian who offers this kind to clients who were not asked, in their order."""

    def everything_of(self, dietitian_id: int) -> list[Service]:
        """The archived ones too."""

    def add(self, service: Service) -> Service: ...
    def save(self, service: Service) -> None: ...


class Requests(Protocol):
    def add(self, request: Request) -> Request: ...
    def save(self, request: Request) -> Request:
        """Store it with `rev` one higher; `MovedOn` where the stored one is no longer at `rev`."""

    def note_screen(self, public_id: str, message_id: int) -> None:
        """The client's message that shows it now; `rev` stays, for the buttons drawn there carry it."""

    def card(self, public_id: str, *, lock: bool = False) -> RequestCard:
        """`NotYours` where there is none. `lock`: others who lock it wait until the transaction ends."""

    def card_by_id(self, request_id: int, *, lock: bool = False) -> RequestCard: ...
    def page_for_client(
        self, person_id: int, *, states: Collection[RequestState], number: int, size: int
    ) -> Page[RequestCard]:
        """Those sent to this client, newest first."""

    def page_for_dietitian(
        self, dietitian_id: int, *, states: Collection[RequestState], number: int, size: int
    ) -> Page[RequestCard]:
        """Those of this dietitian, newest first; what clients began and never paid is left out."""

    def draft_of(self, dietitian_id: int) -> Request | None:
        """The dietitian's own unsent request, if one is being put together."""

    def own_draft(self, client_id: int, service_id: int) -> Request | None:
        """What this client began to book or buy by themselves and has not paid yet; the newest."""

    def delete(self, request_id: int) -> None:
        """Only a draft that nobody but its author has seen."""


class Bookings(Protocol):
    def add(self, booking: Booking) -> Booking:
        """`SlotTaken` where the database refuses the overlap."""

    def save(self, booking: Booking) -> Booking:
        """Store with `rev` one higher; `MovedOn` on another rev, `SlotTaken` on an overlap."""

    def get(self, booking_id: int) -> Booking: ...
    def by_public_id(self, public_id: str) -> Booking | None: ...
    def busy(self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime) -> list[Interval]:
        """Start to busy_until of every booking that holds its slot at `now`, in order of start."""

    def without_link(self, now: datetime, *, number: int, size: int) -> Page[RequestCard]:
        """Confirmed ones that lie ahead and have no link, soonest first."""

    def lapsed_of(self, dietitian_id: int, now: datetime) -> list[Booking]:
        """PENDING ones of this dietitian whose hold has ended."""

    def lapsed(self, now: datetime, *, limit: int) -> list[Booking]:
        """The same for everybody, oldest first."""

    def page_for_client(
        self, person_id: int, *, after: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        """Live bookings that end after `after`, soonest first, each with its request's card."""

    def page_for_dietitian(
        self, dietitian_id: int, *, after: datetime, number: int, size: int
    ) -> Page[RequestCard]: ...


class Payments(Protocol):
    def add(self, payment: Payment) -> Payment: ...
    def save(self, payment: Payment) -> Payment: ...
    def get(self, payment_id: int) -> Payment: ...
    def by_reference(self, reference: str, *, lock: bool = False) -> Payment | None: ...
    def of_request(self, request_id: int) -> list[Payment]:
        """Oldest first."""

    def due_for_check(self, now: datetime, *, limit: int) -> list[Payment]:
        """Watched attempts whose `next_check_at` has come, oldest first."""

    def needing_person(self, *, number: int, size: int) -> Page[Payment]:
        """Quarantined, refund failed or in need of an account, credit waiting, disputed; oldest first."""


class Refunds(Protocol):
    def add(self, refund: Refund) -> Refund: ...
    def save(self, refund: Refund) -> Refund:
        """Store with `rev` one higher; `MovedOn` on another rev."""

    def get(self, refund_id: int) -> Refund: ...
    def by_public_id(self, public_id: str, *, lock: bool = False) -> Refund | None: ...
    def of_payment(self, payment_id: int, *, lock: bool = False) -> Refund | None:
        """There is never more than one."""

    def due_for_check(self, now: datetime, *, limit: int) -> list[Refund]: ...


class Ledger(Protocol):
    def add(self, move: LedgerMove) -> None: ...
    def of_payment(self, payment_id: int) -> list[LedgerMove]:
        """Oldest first."""

    def all(self) -> list[LedgerMove]: ...


class Plans(Protocol):
    """Whoever changes one has locked its request's card."""

    def add(self, plan: Plan) -> Plan: ...
    def save(self, plan: Plan) -> Plan:
        """Store with `rev` one higher; `MovedOn` on another rev."""

    def of_request(self, request_id: int) -> Plan | None: ...
    def card(self, public_id: str) -> PlanCard:
        """By its request's public id; `NotYours` where there is none."""

    def card_by_id(self, request_id: int) -> PlanCard: ...
    def page_for_client(self, person_id: int, *, number: int, size: int) -> Page[PlanCard]:
        """Those waited for first, by the day they are promised; then the others, newest first."""

    def page_for_dietitian(
        self, dietitian_id: int, *, tab: str, now: datetime, number: int, size: int
    ) -> Page[PlanCard]:
        """`tab`: waiting, late (a part of waiting), sent or cancelled; waiting by the promised day."""

    def late(self, now: datetime, *, number: int, size: int) -> Page[PlanCard]:
        """Everybody's, the longest overdue first."""


class PlanFiles(Protocol):
    def add(self, file: PlanFile, sealed: bytes) -> PlanFile: ...
    def save(self, file: PlanFile) -> None: ...
    def get(self, file_id: int) -> PlanFile: ...
    def by_public_id(self, public_id: str, *, lock: bool = False) -> PlanFile | None: ...
    def versions(self, request_id: int) -> list[PlanFile]:
        """The confirmed ones, oldest first."""

    def uploads(self, dietitian_id: int) -> list[PlanFile]:
        """Those not confirmed yet, oldest first."""

    def undelivered(self, client_id: int) -> list[PlanFile]:
        """The newest confirmed version of each plan of this client whose PDF never arrived in the chat."""

    def content(self, file_id: int) -> bytes:
        """Sealed, as it was added."""

    def delete(self, file_id: int) -> None:
        """With its content. Only an upload: a version stays."""


class Intakes(Protocol):
    """Whoever changes one has locked its request's card."""

    def add(self, intake: Intake) -> Intake: ...
    def save(self, intake: Intake) -> Intake:
        """Store with `rev` one higher; `MovedOn` on another rev."""

    def of_request(self, request_id: int) -> Intake | None: ...


class Links(Protocol):
    def add(self, link: Link) -> Link: ...
    def by_hash(self, token_hash: str, *, lock: bool = False) -> Link | None: ...
    def bind(self, link_id: int, person_id: int) -> None: ...
    def of_request(self, request_id: int) -> list[Link]: ...


class Steps(Protocol):
    def of(self, telegram_id: int) -> Step | None: ...
    def put(self, step: Step) -> None:
        """One step a person: the newer question replaces the older."""

    def clear(self, telegram_id: int) -> None: ...


class Connections(Protocol):
    """Google Calendar connections and the attempts to make one."""

    def of(self, dietitian_id: int) -> Connection | None: ...
    def put(self, connection: Connection) -> None:
        """One a dietitian."""

    def remove(self, dietitian_id: int) -> None: ...
    def add_attempt(self, attempt: OAuthAttempt) -> None: ...
    def take_attempt(self, state_hash: str, now: datetime) -> OAuthAttempt | None:
        """Once: the second time, or after it expired, None."""


class Inbox(Protocol):
    def add(self, items: Sequence[InboxItem], *, owner: str, lease_until: datetime) -> list[InboxItem]:
        """Those that were not stored before, with their ids, in order; the rest are duplicates."""

    def orphans(self, *, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[InboxItem]:
        """Claim, in order of id, NEW items that are due and that no living process owns (lease over)."""

    def all_new(self, *, owner: str, lease_until: datetime) -> list[InboxItem]:
        """Claim every NEW item: only right where no other process can be alive."""

    def renew(self, *, owner: str, lease_until: datetime) -> None: ...
    def done(self, ids: Sequence[int], now: datetime) -> None: ...
    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None: ...
    def failed(self, item_id: int, *, now: datetime, error: str) -> None: ...
    def counts(self) -> Mapping[str, int]:
        """How many in each state."""

    def oldest_new(self, source: Source) -> datetime | None: ...


class Outbox(Protocol):
    def add(self, item: OutboxItem) -> bool:
        """False where the key is there already: it was said once, it is not said again."""

    def claim(self, *, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[OutboxItem]:
        """Due items, in order of due time, of lanes that no living claim of another owner holds."""

    def release(self, ids: Sequence[int]) -> None:
        """Give back what was claimed and not tried: it is due as before."""

    def release_all(self) -> None:
        """Give back every claim: only right where no other process can be alive."""

    def renew(self, *, owner: str, lease_until: datetime) -> None:
        """What this owner has claimed and not finished stays its own until then."""

    def sent(self, item_id: int, *, now: datetime, receipt: str | None) -> None: ...
    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None: ...
    def dropped(self, item_id: int, *, now: datetime, why: str) -> None: ...
    def dead(self, item_id: int, *, now: datetime, error: str) -> None: ...
    def drop_waiting(self, key_prefix: str, *, now: datetime, why: str) -> int: ...
    def counts(self) -> Mapping[str, int]: ...
    def next_due(self) -> datetime | None: ...


class Audit(Protocol):
    def add(self, entry: AuditEntry) -> None: ...
    def of(self, record: str) -> list[AuditEntry]: ...
