"""What must hold of sessions after every step: taps and ends in their time, and what each does to the money."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.model.booking import BookingState
from domain.model.payment import MoneyOutcome
from tests.property.snapshot import Row, Snapshot

Call = tuple[str, int, int]
HERE, ALONE = "is there", "says the other is not there"
ENDS = {"completed": BookingState.COMPLETED, "not attended": BookingState.NO_SHOW}
TOLD = (
    "reminder", "session_starts", "who_is_there", "session_over", "other_side", "session_missed",
    "not_held", "review_asked",
)  # fmt: skip
_LEADS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10))
_SILENCE = timedelta(days=2)


@dataclass(slots=True)
class Sessions:
    """Keeps what was said of each booking, by its name, and which payment was worth it."""

    said: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    ended: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    value: dict[int, int] = field(default_factory=dict)
    rated: set[str] = field(default_factory=set)

    def check(self, now: Snapshot) -> None:
        bookings = {one.public_id: one for one in now.bookings.values()}
        for entry in now.audit:
            kind, _, name = entry.record.partition(":")
            if kind == "booking":
                self._happened(entry, bookings[name], now)
        for name, booking in bookings.items():
            self._stands(name, booking)
        closed = {one.request_id for one in bookings.values() if one.state in ENDS.values()}
        for payment in now.payments.values():
            if payment.outcome == MoneyOutcome.VALUE:
                self.value[payment.request_id] = payment.id
                assert payment.request_id not in closed or payment.id not in now.refunds, payment

    def _happened(self, entry: Row, booking: Row, now: Snapshot) -> None:
        """In its time, by who may, and once."""
        name, at = booking.public_id, entry.at
        match entry.action:
            case "is there" | "says the other is not there":
                self.said[name][entry.action, entry.detail["side"]] += 1
                assert self.said[name][entry.action, entry.detail["side"]] == 1, entry
                opens = timedelta(minutes=15) if entry.action == HERE else timedelta()
                assert booking.start - opens <= at < booking.end, (entry, booking)
            case "moved":
                self.said[name].clear()  # it was said of another time
            case "completed" | "not attended" | "not held":
                self._ends(entry, booking, now)
            case "taken back":
                action, since = self.ended.pop(name)
                assert at < since + timedelta(days=1), (entry, since)
                assert entry.detail["was"] == ENDS[action], (entry, action)

    def _ends(self, entry: Row, booking: Row, now: Snapshot) -> None:
        name, at = booking.public_id, entry.at
        assert name not in self.ended, f"it had ended: {entry} {self.ended[name]}"
        self.ended[name] = (entry.action, at)
        match entry.action:
            case "completed":
                assert at >= booking.end, (entry, booking)
                by_itself = entry.actor == "clock"
                assert not by_itself or (at >= booking.end + _SILENCE and not self._is_unclear(name)), entry
            case "not attended":
                assert at >= booking.start + timedelta(minutes=10), (entry, booking)
            case _:
                assert at >= booking.start, (entry, booking)
                payment = now.payments[self.value[booking.request_id]]
                assert now.refunds[payment.id].amount == payment.paid_amount, (entry, payment)

    def _stands(self, name: str, booking: Row) -> None:
        action, at = self.ended.get(name, ("", None))
        if action in ENDS or booking.state in ENDS.values():
            assert (booking.state, booking.closed_at) == (ENDS.get(action), at), (booking, action, at)
        assert action != "not held" or booking.state == BookingState.CANCELLED, booking

    def _is_unclear(self, name: str) -> bool:
        return any(what == ALONE for what, _ in self.said[name])

    def called_for(self, entry: Row, booking: Row, client: int, dietitian: int) -> Iterator[Call]:
        about, both = booking.request_id, (client, dietitian)
        match entry.action:
            case "confirmed" | "moved":
                start = datetime.fromisoformat(entry.detail.get("to", booking.start.isoformat()))
                leads = sum(start - lead > entry.at for lead in _LEADS)
                for to in both:
                    yield from [("reminder", about, to)] * leads
                    yield from [("session_starts", about, to), ("who_is_there", about, to)]
                yield "session_over", about, dietitian
            case "is there" | "says the other is not there":
                yield "other_side", about, dietitian if entry.detail["side"] == "client" else client
            case "completed":
                if booking.public_id not in self.rated:
                    self.rated.add(booking.public_id)
                    yield "review_asked", about, client
            case "not held":
                yield from (("not_held", about, to) for to in both)
        missed = entry.action == "not attended" or entry.detail.get("was") == BookingState.NO_SHOW
        if missed:
            yield "session_missed", about, client

    def come_to_rest(self, now: Snapshot, asked: datetime) -> None:
        """What nobody spoke of was held two days after they were `asked`; if somebody was alone, a person decides."""
        for one in now.bookings.values():
            if one.state == BookingState.CONFIRMED and one.end < asked:
                assert self._is_unclear(one.public_id), f"left open: {one}"
