"""What must hold after every step, of the rows themselves and of what stands at Paystack."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from domain.model.booking import LIVE, BookingState
from domain.model.ledger import LedgerAccount, standing
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.refund import RefundState
from domain.model.request import RequestState
from domain.ports import UnitOfWork
from tests.property.paystack import ScriptedPaystack
from tests.property.plan_laws import plans_hold
from tests.property.session_laws import TOLD as TOLD_OF_SESSIONS
from tests.property.session_laws import Sessions
from tests.property.snapshot import Row, Snapshot, read_all

ACCOUNTS = (LedgerAccount.VALUE, LedgerAccount.CREDIT, LedgerAccount.REFUND, LedgerAccount.QUARANTINE)
TOLD = (  # kinds of which every one must have been called for by a change
    "booking_confirmed", "booking_cancelled", "booking_moved", "request_declined", "request_withdrawn",
    "hold_expired", "plan_paid", "money_safe", "money_mismatch", "money_needs_person", "refund_started",
    "refund_processed", "refund_needs_account", "refund_failed", "plan_due", "plan_late", "plan_received",
    "plan_cancelled", "intake_open", *TOLD_OF_SESSIONS,
)  # fmt: skip
PLAIN = {  # audit of a payment -> the notices to its client, one each time
    "refund requested": "refund_started",
    "refund processed": "refund_processed",
    "refund needs-attention": "refund_needs_account",
    "refund failed": "refund_failed",
}
APPOINTMENTS = {BookingState.CONFIRMED, BookingState.COMPLETED, BookingState.NO_SHOW}
BOTH = {"confirmed": "booking_confirmed", "cancelled": "booking_cancelled", "moved": "booking_moved"}


@dataclass(slots=True)
class Invariants:
    """Keeps what it has read: the audit trail and the outbox only grow."""

    last_audit: int = 0
    last_outbox: int = 0
    states: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    trail: list[Row] = field(default_factory=list)
    called_for: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    told: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    sessions: Sessions = field(default_factory=Sessions)

    def read(self, uow: UnitOfWork) -> Snapshot:
        return read_all(uow, last_audit=self.last_audit, last_outbox=self.last_outbox)

    def check(self, now: Snapshot, paystack: ScriptedPaystack) -> None:
        self._take_in(now)
        _slots(now)
        _money(now)
        _gateway(now, paystack)
        _value(now)
        plans_hold(now, self.trail)
        self.sessions.check(now)
        self._trail(now)
        self._notices(now)

    def _take_in(self, now: Snapshot) -> None:
        for entry in now.audit:
            self.last_audit = entry.id
            self.trail.append(entry)
            self.seen[f"{entry.record.split(':')[0]} {entry.action}"] += 1
            if entry.action == "paid":
                self.seen[f"verdict {entry.detail['verdict']}"] += 1
        for row in now.outbox:
            self.last_outbox = row.id
            self.keys[row.key] += 1
            assert self.keys[row.key] == 1, f"a key stands twice: {row.key}"

    def _trail(self, now: Snapshot) -> None:
        """Every change of a state was written down, in the same transaction."""
        written = {entry.record for entry in now.audit}
        for name, state in _states(now):
            if self.states.get(name) != state:
                assert name in written, f"{name}: {self.states.get(name)} -> {state} left no trace"
            self.states[name] = state

    def _notices(self, now: Snapshot) -> None:
        self.called_for.update(self._called_for(now))
        self.told.update(_told(now))
        missing = self.called_for - self.told
        quiet = self._quiet(now) if missing else Counter()
        for (kind, request_id, _), times in missing.items():
            excused = kind == "hold_expired" and times <= quiet[request_id]
            assert excused, f"not told: {kind} of {now.requests[request_id]} {times}"
        assert not self.told - self.called_for, f"told too often: {self.told - self.called_for}"

    def _called_for(self, now: Snapshot) -> Iterator[tuple[str, int, int]]:
        """By what was done in this step: notice, request and person."""
        by_name = {one.public_id: one for one in [*now.requests.values(), *now.bookings.values()]}
        by_reference = {one.reference: one for one in now.payments.values()}
        for entry in now.audit:
            kind, _, name = entry.record.partition(":")
            if kind == "booking":
                booking = by_name[name]
                request = now.requests[booking.request_id]
                dietitian = now.people[request.dietitian_id]
                yield from self.sessions.called_for(entry, booking, request.client_id, dietitian)
                if entry.action in BOTH:
                    yield BOTH[entry.action], request.id, request.client_id
                    yield BOTH[entry.action], request.id, dietitian
                elif entry.action == "expired":
                    yield "hold_expired", request.id, request.client_id
            elif kind == "request":
                yield from _about_request(entry, by_name[name], now)
            elif kind == "plan":
                yield from _about_plan(entry, by_name[name], now)
            elif kind == "payment":
                yield from _about_payment(entry, by_reference[name], now)

    def _quiet(self, now: Snapshot) -> Counter[int]:
        """Holds that lapsed unheard because their client was choosing anew, or paid, at that very moment."""
        busy: dict[tuple[int, datetime], int] = Counter()
        bookings_by_name = {one.public_id: one.request_id for one in now.bookings.values()}
        payments_by_name = {one.reference: one.request_id for one in now.payments.values()}
        for entry in self.trail:
            kind, _, name = entry.record.partition(":")
            if kind == "booking" and entry.action == "held":
                busy[bookings_by_name[name], entry.at] += 1
            if kind == "payment" and entry.action == "paid":
                busy[payments_by_name[name], entry.at] += 1
        quiet: Counter[int] = Counter()
        for entry in self.trail:
            kind, _, name = entry.record.partition(":")
            if kind == "booking" and entry.action == "expired":
                quiet[bookings_by_name[name]] += (bookings_by_name[name], entry.at) in busy
        return quiet


def _about_request(entry: Row, request: Row, now: Snapshot) -> Iterator[tuple[str, int, int]]:
    if entry.action == "declined":
        yield "request_declined", request.id, now.people[request.dietitian_id]
    elif entry.action == "withdrew":
        yield "request_withdrawn", request.id, request.client_id


def _about_plan(entry: Row, request: Row, now: Snapshot) -> Iterator[tuple[str, int, int]]:
    client, dietitian = request.client_id, now.people[request.dietitian_id]
    match entry.action:
        case "waits":
            yield from [("plan_due", request.id, dietitian)] * 3  # half time, the day before, too late
            yield "plan_late", request.id, client
            yield "intake_open", request.id, client
        case "received":
            yield "plan_received", request.id, dietitian
        case "cancelled":
            yield "plan_cancelled", request.id, client
            yield "plan_cancelled", request.id, dietitian


def _told(now: Snapshot) -> Iterator[tuple[str, int, int]]:
    """To one of the two whose business it is; what a client began and has not paid is the client's alone."""
    for row in now.outbox:
        if row.errand != "notice":
            continue
        kind, to, request = row.payload["kind"], row.payload["to"], now.requests[row.payload["request_id"]]
        assert to in {request.client_id, now.people[request.dietitian_id]}, f"{kind} to a stranger: {to}"
        is_secret = request.state == RequestState.DRAFT and kind != "money_needs_person"
        assert to == request.client_id or not is_secret, f"{kind} of {request} to the dietitian"
        if kind in TOLD:
            yield kind, request.id, to


def _about_payment(entry: Row, payment: Row, now: Snapshot) -> Iterator[tuple[str, int, int]]:
    request = now.requests[payment.request_id]
    dietitian = now.people[request.dietitian_id]
    if entry.action in PLAIN:
        yield PLAIN[entry.action], request.id, request.client_id
    if entry.action != "paid":
        return
    match entry.detail["verdict"]:
        case "value" if request.kind == "meal_plan":
            yield "plan_paid", request.id, request.client_id
            yield "plan_paid", request.id, dietitian
            return
        case "value":
            return
        case "slot_gone":
            yield "money_safe", request.id, request.client_id
        case "mismatch":
            yield "money_mismatch", request.id, request.client_id
    yield "money_needs_person", request.id, dietitian


def _states(now: Snapshot) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for request in now.requests.values():
        yield f"request:{request.public_id}", (request.state,)
    for booking in now.bookings.values():
        yield f"booking:{booking.public_id}", (booking.state, booking.start)
    for plan in now.plans.values():
        yield f"plan:{now.requests[plan.request_id].public_id}", (plan.state,)
    for payment in now.payments.values():
        yield f"payment:{payment.reference}", (payment.state, payment.outcome)


def _slots(now: Snapshot) -> None:
    live = [one for one in now.bookings.values() if one.state in LIVE]
    by_dietitian: dict[int, list[Row]] = defaultdict(list)
    for booking in live:
        by_dietitian[booking.dietitian_id].append(booking)
    for theirs in by_dietitian.values():
        for former, later in pairwise(sorted(theirs, key=lambda one: one.start)):
            assert former.busy_until <= later.start, f"doubled: {former} {later}"
    for request_id, times in Counter(one.request_id for one in live).items():
        assert times == 1, f"request {request_id} has {times} live bookings"


def _money(now: Snapshot) -> None:
    """Every payment that arrived has one outcome, and its moves say the same."""
    for payment in now.payments.values():
        arrived = payment.state == PaymentState.SUCCEEDED
        moves = now.moves.get(payment.id, [])
        assert arrived == (payment.outcome is not None) == bool(moves), payment
        if not arrived:
            assert payment.id not in now.refunds, payment
            continue
        stands = standing(moves)
        assert stands[LedgerAccount.OUTSIDE] == -payment.paid_amount, (payment, stands)
        assert sum(move.source is LedgerAccount.OUTSIDE for move in moves) == 1, payment
        assert {move.currency for move in moves} == {payment.paid_currency}, payment
        assert all(stands[account] >= 0 for account in ACCOUNTS), (payment, stands)
        _outcome(payment, stands, now.refunds.get(payment.id))
    total = sum(-standing(moves)[LedgerAccount.OUTSIDE] for moves in now.moves.values())
    assert total == sum(one.paid_amount or 0 for one in now.payments.values()), "the books do not agree"


def _outcome(payment: Row, stands: dict[LedgerAccount, int], refund: Row | None) -> None:
    back = refund.amount if refund is not None and refund.state != RefundState.FAILED else 0
    assert stands[LedgerAccount.REFUND] == back, (payment, refund, stands)
    if payment.outcome == MoneyOutcome.VALUE:
        # less than all of it may be on its way back, or have failed to go back
        assert stands[LedgerAccount.VALUE] > 0, (payment, stands)
        assert stands[LedgerAccount.CREDIT] == 0, (payment, stands)
        return
    assert stands[LedgerAccount(payment.outcome.value)] == payment.paid_amount, (payment, stands)


def _gateway(now: Snapshot, paystack: ScriptedPaystack) -> None:
    """At most one refund that did not fail a payment, of what was decided; nothing is invented on our side."""
    by_reference = {one.reference: one for one in now.payments.values()}
    for reference, at in paystack.transactions.items():
        payment, alive = by_reference[reference], at.standing()
        assert len(alive) <= 1, f"refunded twice: {alive}"
        assert sum(one.amount for one in alive) <= at.charge.amount, alive
        if payment.state == PaymentState.SUCCEEDED:
            assert at.paid, payment
            assert payment.paid_amount == at.charge.amount, payment
        refund = now.refunds.get(payment.id)
        assert refund is not None or not at.refunds, f"a refund nobody decided: {at.refunds}"
        if refund is not None:
            assert all(one.amount == refund.amount for one in at.refunds), (refund, at.refunds)
        if refund is not None and refund.state not in {RefundState.REQUESTED, RefundState.FAILED}:
            assert refund.provider_id in {one.id for one in at.refunds}, f"nobody has it: {refund}"


def _value(now: Snapshot) -> None:
    """Value was given exactly where it was paid for."""
    given = Counter(one.request_id for one in now.payments.values() if one.outcome == MoneyOutcome.VALUE)
    confirmed = Counter(one.request_id for one in now.bookings.values() if one.state in APPOINTMENTS)
    for request in now.requests.values():
        paid, approved = given[request.id], request.state == RequestState.APPROVED
        assert paid <= 1, f"paid for {paid} times: {request}"
        assert not approved or paid == 1, f"approved and not paid: {request}"
        assert not paid or request.state in {RequestState.APPROVED, RequestState.CANCELLED}, request
        meets = approved and request.kind == "consultation"
        assert confirmed[request.id] == int(meets), f"{request}: {confirmed[request.id]} appointments"
