"""A session request: what a dietitian asks of a client, or a client of a dietitian."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.model.service import ServiceKind


class RequestState(StrEnum):
    DRAFT = (
        "draft"  # being put together by its author; nobody else has seen it. A client's own is paid from here
    )
    PENDING = "pending"  # sent; not yet paid, declined or withdrawn
    APPROVED = "approved"  # paid for: it became a booking or a plan
    DECLINED = "declined"
    CANCELLED = "cancelled"  # withdrawn by its author
    EXPIRED = "expired"


class Origin(StrEnum):
    DIETITIAN = "dietitian"  # asked by the dietitian
    CLIENT = "client"  # bought or booked without being asked


TIME_TO_GO_ON = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What stands from `title` to `promised_days` is copied from the service when it is chosen.

    `agreed_at` is when the client pressed Approve; the request is APPROVED only by its payment.
    `rev` grows with every change: a button that carries an older one is out of date.
    """

    id: int = 0
    public_id: str
    rev: int = 1
    dietitian_id: int
    client_id: int | None = None
    origin: Origin
    kind: ServiceKind | None = None
    service_id: int | None = None
    state: RequestState = RequestState.DRAFT
    client_name: str | None = None  # as the dietitian typed it, before the person is known
    client_email: str | None = None
    message: str | None = None
    title: str | None = None
    minutes: int | None = None
    price: int | None = None
    currency: str | None = None
    description: str | None = None
    promised_days: int | None = None
    created_at: datetime
    sent_at: datetime | None = None
    agreed_at: datetime | None = None
    decided_at: datetime | None = None
    decline_reason: str | None = None
    chosen_clients: tuple[int, ...] = ()  # of a draft for several: their ids as clients, not as people
    expires_at: datetime | None = None  # when an unpaid one lapses; None for what was never sent
    screen_message_id: int | None = None  # the message in the client's chat that shows it

    @property
    def is_open(self) -> bool:
        """Whether the client can still go on with it."""
        return self.state is RequestState.PENDING or (
            self.state is RequestState.DRAFT and self.origin is Origin.CLIENT
        )

    def ends_after(self, now: datetime) -> datetime | None:
        """When it lapses for a client who goes on with it now: some days later at least, lest it lapse under them."""
        return None if self.expires_at is None else max(self.expires_at, now + TIME_TO_GO_ON)
