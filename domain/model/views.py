"""Records read together because a screen or a rule needs them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from domain.model.attendance import Rated
from domain.model.booking import Booking
from domain.model.payment import Payment
from domain.model.people import Client, Dietitian, Person, Role
from domain.model.plan import Plan, PlanFile
from domain.model.refund import RefundState
from domain.model.request import Origin, Request
from domain.model.service import Service

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCard:
    """A request with who it concerns and where it stands.

    `booking` is the live one, else the latest; `payment` is the one that was given value, else a credit that
    waits, else the latest that succeeded or can still be paid by its link.
    """

    request: Request
    dietitian: Dietitian
    client: Person | None
    booking: Booking | None
    payment: Payment | None

    def role_of(self, telegram_id: int) -> Role | None:
        """Who this person is to the record; None: nobody, and they must not learn that it exists."""
        if self.client is not None and self.client.telegram_id == telegram_id:
            # a dietitian's unsent draft is not the client's business yet
            if self.request.sent_at is None and self.request.origin is Origin.DIETITIAN:
                return Role.DIETITIAN if self.dietitian.telegram_id == telegram_id else None
            return Role.CLIENT
        if self.dietitian.telegram_id == telegram_id and not self._is_the_clients_alone:
            return Role.DIETITIAN
        return None

    @property
    def _is_the_clients_alone(self) -> bool:
        """What a client began by themselves is nobody else's business before it is paid."""
        return self.request.origin is Origin.CLIENT and self.request.sent_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """A plan with the request that it belongs to; `versions` are the confirmed PDFs, oldest first."""

    plan: Plan
    card: RequestCard
    versions: Sequence[PlanFile]

    @property
    def latest(self) -> PlanFile | None:
        return self.versions[-1] if self.versions else None

    @property
    def is_refused(self) -> bool:
        """Telegram would not take the newest version, and nobody has tried it anew since."""
        return self.latest is not None and self.latest.failed_at is not None

    @property
    def for_client(self) -> Sequence[PlanFile]:
        """The versions that can be had in the chat, oldest first."""
        return [one for one in self.versions if one.failed_at is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who offers how many services of one kind to clients who were not asked; the cheapest is at `least`."""

    dietitian: Dietitian
    count: int
    least: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidFor:
    """Money that came, what it was for, and what of it goes back (`refunded` in the subunit; None: nothing)."""

    payment: Payment
    title: str
    refunded: int | None
    refund_state: RefundState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSheet:
    """What there is between a client and their dietitian; what the client merely began is left out.

    `sessions` are those that took place or will, `cancelled` those that were paid for and did not; `given`: what paid
    for something less what came back of it, in the subunit, by currency.
    """

    client: Client
    person: Person
    requests: int
    unanswered: int
    sessions: int
    next_session: datetime | None
    last_session: datetime | None
    plans: int
    plans_waiting: int
    given: Mapping[str, int]
    cancelled: int = 0
    rated: Rated = field(default_factory=Rated)  # by this client


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T_co]):
    """One page of a longer list; `number` counts from 0.

    `more`: there are more than `total` and `pages`, counted no further because nobody reads so far.
    """

    items: Sequence[T_co]
    number: int
    pages: int
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one dietitian offers to clients who were not asked."""

    dietitian: Dietitian
    services: Page[Service]
