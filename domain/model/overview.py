"""What waits for somebody: the facts of their home card, counted in one statement a role."""

from dataclasses import dataclass, field

from domain.model.calendar import ConnectionState
from domain.model.views import RequestCard


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """`newest`, `begun`, `hold`, `credit`, `meeting` and `intake` are requests' ids.

    `requests` were sent by a dietitian, are open and have no time held, `newest` is the last of them; `begun` is the
    last that the client began themselves, lately, and neither paid nor holds a time for; `hold` is the one whose held
    time ends first; `credit` is paid for, and its time was gone; `meeting` is the next; `intake` asks something that
    can still be answered.
    """

    requests: int
    newest: int | None
    begun: int | None
    hold: int | None
    credit: int | None
    meeting: int | None
    intakes: int
    intake: int | None
    plans_waiting: int
    plans_received: int
    invited: bool  # to open a practice, and opened the link


@dataclass(frozen=True, slots=True, kw_only=True)
class DietitianFacts:
    """`today` counts the meetings of the dietitian's own day; `meeting` is the next one's request, on any day."""

    today: int
    meeting: int | None
    unanswered: int
    plans_waiting: int
    plans_late: int
    payments_held: int
    has_service: bool
    has_hours: bool
    google: ConnectionState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFacts:
    """Payments that need a person, coming bookings without a link, plans past their promised day."""

    money: int
    links: int
    late_plans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeFacts:
    """All that the desk counts. `failed` came in and met a fault, `undelivered` was to go out and was given up.

    `waiting_in` and `waiting_out` are due for a while and not done; `broadcasting` messages are on their way.
    """

    money: int
    links: int
    late_plans: int
    undelivered: int
    failed: int
    waiting_in: int
    waiting_out: int
    dietitians: int
    suspended: int
    invited: int
    broadcasting: int
    unclear: int = 0  # sessions whose end an admin decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Each part is None for whoever has not that role; `cards` are those that the facts name, by request's id."""

    client: ClientFacts
    dietitian: DietitianFacts | None = None
    desk: DeskFacts | None = None
    cards: dict[int, RequestCard] = field(default_factory=dict)

    def card(self, request_id: int | None) -> RequestCard | None:
        return None if request_id is None else self.cards.get(request_id)
