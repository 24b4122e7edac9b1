"""What must hold after every step, read from the rows themselves and from what stands at Paystack."""

from collections import Counter, defaultdict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Table, bindparam, select

from domain.model.booking import LIVE, BookingState
from domain.model.ledger import LedgerAccount, LedgerMove, standing
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.refund import RefundState
from domain.model.request import RequestState
from domain.ports import UnitOfWork
from storage.tables import bookings, metadata, outbox, payments, refunds, requests
from storage.uow import SqlUnitOfWork
from tests.property.paystack import ScriptedPaystack

audit = metadata.tables["audit"]
Row = Any
ACCOUNTS = (LedgerAccount.VALUE, LedgerAccount.CREDIT, LedgerAccount.REFUND, LedgerAccount.QUARANTINE)
TOLD = (  # kinds of which every one must have been called for by a change
    "booking_confirmed", "booking_cancelled", "booking_moved", "request_declined", "request_withdrawn",
    "hold_expired", "plan_paid", "money_safe", "money_mismatch", "money_needs_person", "refund_started",
    "refund_processed", "refund_needs_account", "refund_failed",
)  # fmt: skip
PLAIN = {  # audit of a payment -> the notices to its client, one each time
    "refund requested": "refund_started",
    "refund processed": "refund_processed",
    "refund needs-attention": "refund_needs_account",
    "refund failed": "refund_failed",
}
BOTH = {"confirmed": "booking_confirmed", "cancelled": "booking_cancelled", "moved": "booking_moved"}


@dataclass(slots=True)
class Snapshot:
    requests: dict[int, Row]
    bookings: dict[int, Row]
    payments: dict[int, Row]
    refunds: dict[int, Row]
    moves: dict[int, list[LedgerMove]]
    audit: list[Row]  # those that are new
    outbox: list[Row]  # those that are new
    people: dict[int, int]  # dietitian -> person


@dataclass(slots=True)
class Invariants:
    """Keeps what it has read: the audit trail and the outbox only grow."""

    last_audit: int = 0
    last_outbox: int = 0
    states: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    trail: list[Row] = field(default_factory=list)
    notices: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    keys: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def read(self, uow: UnitOfWork) -> Snapshot:
        assert isinstance(uow, SqlUnitOfWork)
        connection = uow.requests._connection  # the quick one

        def rows(table: Table, *, after: int | None = None) -> list[Row]:
            return list(connection.execute(_STATEMENTS[table.name], {"after": after or 0}))

        moves: dict[int, list[LedgerMove]] = defaultdict(list)
        for move in uow.ledger.all():
            moves[move.payment_id].append(move)
        return Snapshot(
            requests={row[0]: _Request(*row) for row in rows(requests) if row[4] != RequestState.DRAFT},
            bookings={row[0]: _Booking(*row) for row in rows(bookings)},
            payments={row[0]: _Payment(*row) for row in rows(payments)},
            refunds={row[1]: _Refund(*row) for row in rows(refunds)},
            moves=moves,
            audit=[_Audit(*row) for row in rows(audit, after=self.last_audit)],
            outbox=[_Outbox(*row) for row in rows(outbox, after=self.last_outbox)],
            people={row[0]: row[1] for row in rows(metadata.tables["dietitians"])},
        )

    def check(self, now: Snapshot, paystack: ScriptedPaystack) -> None:
        self._take_in(now)
        _slots(now)
        _money(now)
        _gateway(now, paystack)
        _value(now)
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
            if row.errand == "notice":
                self.notices.append((row.payload["kind"], row.payload["to"], row.payload))
        assert not [key for key, times in self.keys.items() if times > 1], "a key stands twice"

    def _trail(self, now: Snapshot) -> None:
        """Every change of a state was written down, in the same transaction."""
        written = {entry.record for entry in now.audit}
        for name, state in _states(now):
            if self.states.get(name) != state:
                assert name in written, f"{name}: {self.states.get(name)} -> {state} left no trace"
            self.states[name] = state

    def _notices(self, now: Snapshot) -> None:
        expected = Counter(self._called_for(now))
        actual: Counter[tuple[str, int, int]] = Counter()
        for kind, to, payload in self.notices:
            request = now.requests[payload["request_id"]]
            assert to in {request.client_id, now.people[request.dietitian_id]}, f"{kind} to a stranger: {to}"
            if kind in TOLD:
                actual[kind, payload["request_id"], to] += 1
        quiet = self._quiet(now)
        missing = expected - actual
        for (kind, request_id, _), times in missing.items():
            excused = kind == "hold_expired" and times <= quiet[request_id]
            assert excused, f"not told: {kind} of {now.requests[request_id]} {times}"
        assert not actual - expected, f"told too often: {actual - expected}"

    def _called_for(self, now: Snapshot) -> Iterator[tuple[str, int, int]]:
        by_name = {one.public_id: one for one in [*now.requests.values(), *now.bookings.values()]}
        by_reference = {one.reference: one for one in now.payments.values()}
        for entry in self.trail:
            kind, _, name = entry.record.partition(":")
            if kind == "booking":
                booking = by_name[name]
                request = now.requests[booking.request_id]
                if entry.action in BOTH:
                    yield BOTH[entry.action], request.id, request.client_id
                    yield BOTH[entry.action], request.id, now.people[request.dietitian_id]
                elif entry.action == "expired":
                    yield "hold_expired", request.id, request.client_id
            elif kind == "request":
                yield from _about_request(entry, by_name[name], now)
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
    confirmed = Counter(
        one.request_id for one in now.bookings.values() if one.state == BookingState.CONFIRMED
    )
    for request in now.requests.values():
        paid, approved = given[request.id], request.state == RequestState.APPROVED
        assert paid <= 1, f"paid for {paid} times: {request}"
        assert not approved or paid == 1, f"approved and not paid: {request}"
        assert not paid or request.state in {RequestState.APPROVED, RequestState.CANCELLED}, request
        meets = approved and request.kind == "consultation"
        assert confirmed[request.id] == int(meets), f"{request}: {confirmed[request.id]} appointments"


def _tuple(name: str, table: Table, *columns: str) -> Any:
    _STATEMENTS[table.name] = select(*(table.c[column] for column in columns)).order_by(table.c.id)
    return namedtuple(name, columns)  # noqa: PYI024 - its fields are the columns named here


_STATEMENTS: dict[str, Any] = {}
_Request = _tuple("_Request", requests, "id", "public_id", "dietitian_id", "client_id", "state", "kind")
_Booking = _tuple(
    "_Booking", bookings, "id", "public_id", "request_id", "dietitian_id", "state", "start", "busy_until"
)
_Payment = _tuple(
    "_Payment", payments, "id", "reference", "request_id", "state", "outcome", "paid_amount", "paid_currency"
)
_Refund = _tuple(
    "_Refund", refunds, "id", "payment_id", "public_id", "state", "amount", "provider_id", "tries"
)
_Audit = _tuple("_Audit", audit, "id", "at", "action", "record", "detail")
_Outbox = _tuple("_Outbox", outbox, "id", "key", "errand", "payload")
_tuple("_Dietitian", metadata.tables["dietitians"], "id", "person_id")
for _growing in (audit, outbox):
    _STATEMENTS[_growing.name] = _STATEMENTS[_growing.name].where(_growing.c.id > bindparam("after"))
