"""What a notice is worded from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.model.attendance import Attendance
from domain.model.booking import Booking
from domain.model.broadcast import Broadcast
from domain.model.calendar import Connection
from domain.model.intake import Intake
from domain.model.message import Message
from domain.model.notice import Notice
from domain.model.payment import Payment
from domain.model.people import Dietitian, Person, Role
from domain.model.plan import Plan
from domain.model.policy import Policy
from domain.model.refund import Refund
from domain.model.views import RequestCard
from domain.model.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The records of a notice as they stand now; `timezone` is the reader's."""

    notice: Notice
    reader: Person
    card: RequestCard | None
    booking: Booking | None
    payment: Payment | None
    plan: Plan | None = None
    attendances: Mapping[Role, Attendance] = field(
        default_factory=dict
    )  # only of a notice about a session itself
    intake: Intake | None = None  # only of a notice about one
    refund: Refund | None = None  # only of a notice that waits for its account
    practice: Dietitian | None = None  # the reader's own
    connection: Connection | None = None  # only of a notice about the reader's own
    wish: Wish | None = None  # of a free time: only while it can be had
    broadcast: Broadcast | None = None  # only of a notice that is one
    words: str | None = None  # those sealed in the notice, opened
    mail_is_sent: bool = False
    policy: Policy = Policy()  # noqa: RUF009 - frozen
    timezone: str
    now: datetime

    @property
    def for_dietitian(self) -> bool:
        return self.card is not None and self.card.dietitian.person_id == self.reader.id


def canceller(facts: Facts) -> str:
    """Who cancelled, in the reader's eyes."""
    by = Role(facts.notice.detail["by"])
    if by is Role.ADMIN:  # they do so only where a dietitian leaves
        return f"an admin ({'your' if facts.for_dietitian else 'the'} practice is being closed)"
    if (by is Role.DIETITIAN) == facts.for_dietitian:
        return "you"
    return f"the {by.value}"


Words = Callable[[Facts, RequestCard], Message | None]
