"""What is kept: one protocol a kind of record. Implemented by storage."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from domain.model.availability import Interval, WeeklyHours
from domain.model.booking import Booking
from domain.model.calendar import Connection, OAuthAttempt
from domain.model.intake import Intake
from domain.model.ledger import LedgerMove
from domain.model.link import Link
from domain.model.payment import Payment
from domain.model.people import Client, Dietitian, Invite, Person, Template
from domain.model.plan import Plan, PlanFile
from domain.model.practice import Opening, TimeOff
from domain.model.refund import Refund
from domain.model.request import Request, RequestState
from domain.model.service import FirstService, Service, ServiceKind
from domain.model.step import Step
from domain.model.views import ClientSheet, Page, PaidFor, PlanCard, RequestCard, Seller


class People(Protocol):
    def get(self, person_id: int, *, lock: bool = False) -> Person: ...
    def by_telegram_id(self, telegram_id: int) -> Person | None: ...
    def add(self, person: Person) -> Person: ...
    def save(self, person: Person) -> None: ...
    def set_reachable(self, telegram_id: int, *, reachable: bool) -> None: ...
    def saw(self, telegram_id: int, at: datetime) -> None:
        """They wrote or pressed something then; an earlier time changes nothing."""

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
    def openings(self, dietitian_id: int) -> list[Opening]:
        """By day and time."""

    def set_openings(self, dietitian_id: int, openings: Sequence[Opening]) -> None: ...
    def with_hours(self, today: date) -> set[int]:
        """Those who open at all: weekly, or once from that day on."""


class Clients(Protocol):
    """Who is a client of which dietitian."""

    def page(self, dietitian_id: int, *, number: int, size: int, welcome: bool = False) -> Page[Client]:
        """By name, without regard to case and accents. `welcome`: without those that are blocked."""

    def found(self, dietitian_id: int, search: str, *, number: int, size: int) -> Page[Client]:
        """Those whose name or e-mails, the dietitian's or their own, have every word somewhere; by name."""

    def find(self, dietitian_id: int, person_id: int) -> Client | None: ...
    def among(self, dietitian_id: int, client_ids: Collection[int]) -> list[Client]:
        """Those of these that are clients of this dietitian and not blocked, by name."""

    def who_blocked(self, person_id: int) -> set[int]:
        """The dietitians that take nothing new from this person."""

    def sheet(self, client: Client, now: datetime) -> ClientSheet: ...
    def get(self, client_id: int) -> Client: ...
    def add(self, client: Client) -> Client: ...
    def save(self, client: Client) -> None: ...
    def fold_again(self, person_id: int) -> None:
        """Their own e-mail has changed: they are found by the new one."""


class Invites(Protocol):
    def add(self, invite: Invite) -> Invite: ...
    def save(self, invite: Invite) -> None: ...
    def by_hash(self, token_hash: str, *, lock: bool = False) -> Invite | None: ...
    def by_public_id(self, public_id: str, *, lock: bool = False) -> Invite | None: ...
    def of_person(self, person_id: int) -> Invite | None:
        """The newest that this person has opened, unless it was revoked."""

    def page(self, *, number: int, size: int) -> Page[Invite]:
        """Newest first, those that lapsed too; without those revoked, or whose opener has a practice."""


class Templates(Protocol):
    def add(self, template: Template) -> Template: ...
    def save(self, template: Template) -> None: ...
    def of(self, dietitian_id: int) -> list[Template]:
        """Oldest first."""

    def by_public_id(self, public_id: str) -> Template | None: ...
    def delete(self, template_id: int) -> None: ...


class Services(Protocol):
    def get(self, service_id: int) -> Service: ...
    def by_public_id(self, public_id: str) -> Service | None: ...
    def of(self, dietitian_id: int) -> list[Service]:
        """Those on offer, in their order."""

    def page(
        self,
        dietitian_id: int,
        *,
        kind: ServiceKind | None = None,
        to_all: bool = False,
        number: int,
        size: int,
    ) -> Page[Service]:
        """Those on offer, in their order; without a kind of both. `to_all`: only what can be had unasked."""

    def kinds(self, dietitian_id: int) -> set[ServiceKind]:
        """Of those on offer."""

    def place(self, service: Service) -> tuple[int, int]:
        """How many on offer stand before it, and how many there are."""

    def sellers(self, kind: ServiceKind) -> list[Seller]:
        """Every active dietitian who offers this kind to clients who were not asked, in their order."""

    def archived_of(self, dietitian_id: int) -> list[Service]: ...
    def everything_of(self, dietitian_id: int) -> list[Service]:
        """The archived ones too."""

    def add(self, service: Service) -> Service: ...
    def save(self, service: Service) -> None: ...
    def draft(self, dietitian_id: int) -> FirstService | None: ...
    def put_draft(self, draft: FirstService) -> None:
        """One a dietitian."""

    def drop_draft(self, dietitian_id: int) -> None: ...


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

    def page_between(
        self,
        dietitian_id: int,
        person_id: int,
        *,
        became: ServiceKind | None,
        number: int,
        size: int,
    ) -> Page[RequestCard]:
        """What passed between a dietitian and one client, newest first, without what the client merely began.

        `became`: only what was paid for, of this kind, cancelled ones too.
        """

    def open_between(self, dietitian_id: int, person_id: int) -> list[int]:
        """Ids of what this client could still go on with; what they began by themselves too."""

    def draft_of(self, dietitian_id: int) -> Request | None:
        """The dietitian's own unsent request, if one is being put together."""

    def own_draft(self, client_id: int, service_id: int) -> Request | None:
        """What this client began to book or buy by themselves and has not paid yet; the newest."""

    def payable_of(self, dietitian_id: int) -> list[int]:
        """Ids of those that clients have agreed to and not paid, and see in their chats or have a time held for."""

    def overdue(self, now: datetime, *, held_since: datetime, limit: int) -> list[Request]:
        """PENDING past their end, the longest overdue first; none held after `held_since`, or with money that waits."""

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

    def closed(self, dietitian_id: int, *, after: datetime, before: datetime) -> list[datetime]:
        """When each began that is COMPLETED or was a NO_SHOW."""

    def times_ahead(
        self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime
    ) -> list[Interval]:
        """Begin and end of what `ahead` reads."""

    def ahead(self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime) -> list[Booking]:
        """Those that hold their slots at `now`, end after `after` and start before `before`, in order."""

    def events_of(self, dietitian_id: int, *, after: datetime) -> list[Interval]:
        """Where our own events stand in the dietitian's calendar, as far as we put them there."""

    def astray(self, dietitian_id: int, now: datetime) -> list[Booking]:
        """Ahead, with an event that we could not move or delete when the booking was."""

    def without_meet(self, dietitian_id: int, now: datetime) -> list[Booking]:
        """Confirmed ones that lie ahead, without a link of the calendar's own."""

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

    def past_of_client(
        self, person_id: int, *, before: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        """Completed, missed, cancelled after they were paid, or ended before `before`; the latest first."""

    def past_of_dietitian(
        self, dietitian_id: int, *, before: datetime, number: int, size: int
    ) -> Page[RequestCard]: ...

    def unclear(self, before: datetime, *, number: int, size: int) -> Page[RequestCard]:
        """Ended before that, still CONFIRMED, and one side tapped that the other was not there; oldest first.

        Not while the outbox holds what looks for the dietitian's answer: they have time until then.
        """


class Payments(Protocol):
    def add(self, payment: Payment) -> Payment: ...
    def save(self, payment: Payment) -> Payment: ...
    def get(self, payment_id: int) -> Payment: ...
    def by_reference(self, reference: str, *, lock: bool = False) -> Payment | None: ...
    def of_request(self, request_id: int) -> list[Payment]:
        """Oldest first."""

    def between(self, dietitian_id: int, person_id: int, *, number: int, size: int) -> Page[PaidFor]:
        """What this client paid this dietitian, newest first."""

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
    def named(self) -> list[tuple[LedgerMove, str]]:
        """Every move, oldest first, with its payment's reference."""


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
    def of_request(self, public_id: str) -> Connection | None:
        """That of the request's dietitian."""

    def put(self, connection: Connection) -> None:
        """One a dietitian."""

    def remove(self, dietitian_id: int) -> None: ...
    def add_attempt(self, attempt: OAuthAttempt) -> None: ...
    def attempt(self, state_hash: str, now: datetime) -> OAuthAttempt | None:
        """One that can still be taken."""

    def take_attempt(self, state_hash: str, now: datetime) -> OAuthAttempt | None:
        """Once: the second time, or after it expired, None."""
