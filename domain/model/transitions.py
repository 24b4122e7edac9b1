"""What can happen to a request, a booking and a payment, and to the money: every state with every event.

Pure data. The use cases are driven through every cell by a test, and `docs/states.md` is made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.model.booking import BookingState
from domain.model.ledger import LedgerAccount
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.request import RequestState


class Money(StrEnum):
    """What happens to it, in the words of the ledger."""

    NOTHING = "nothing"
    BUYS = "arrives: value"
    WAITS = "arrives: credit, the client chooses"
    HELD = "arrives: quarantine, a person decides"
    RETURNS = "arrives: refund begins"
    CREDIT_BUYS = "credit becomes value"
    CREDIT_RETURNS = "credit: refund begins"
    HELD_RETURNS = "quarantine: refund begins"
    VALUE_RETURNS = "value: refund of all begins"
    PART_RETURNS = "value: refund of a part begins"
    STUCK = "refund failed: quarantine, a person decides"
    STUCK_PART = "refund of the part failed: quarantine, a person decides"
    TRIED_AGAIN = "quarantine: refund tried again"


_OUT, _VALUE, _CREDIT = LedgerAccount.OUTSIDE, LedgerAccount.VALUE, LedgerAccount.CREDIT
_REFUND, _QUARANTINE = LedgerAccount.REFUND, LedgerAccount.QUARANTINE
LEDGER: Mapping[Money, tuple[tuple[LedgerAccount, LedgerAccount], ...]] = {
    Money.NOTHING: (),
    Money.BUYS: ((_OUT, _VALUE),),
    Money.WAITS: ((_OUT, _CREDIT),),
    Money.HELD: ((_OUT, _QUARANTINE),),
    Money.RETURNS: ((_OUT, _REFUND),),
    Money.CREDIT_BUYS: ((_CREDIT, _VALUE),),
    Money.CREDIT_RETURNS: ((_CREDIT, _REFUND),),
    Money.HELD_RETURNS: ((_QUARANTINE, _REFUND),),
    Money.VALUE_RETURNS: ((_VALUE, _REFUND),),
    Money.PART_RETURNS: ((_VALUE, _REFUND),),
    Money.STUCK: ((_REFUND, _QUARANTINE),),
    Money.STUCK_PART: ((_REFUND, _QUARANTINE),),
    Money.TRIED_AGAIN: ((_QUARANTINE, _REFUND),),
}
"""The ledger's moves, each as where from and where to. "begins" also means a refund row."""


class RequestAt(StrEnum):
    """A request's states; what stands after a comma tells apart what one state holds."""

    DRAFT = "draft"
    PENDING = "pending"
    WAITING = "pending, money waits"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PaymentAt(StrEnum):
    """A payment's states before the money came, and its outcomes after."""

    CREATED = "created"
    OPEN = "open"
    LINKLESS = "linkless"
    REFUSED = "refused"
    CLOSED = "closed"
    VALUE = "value"
    PART = "value, a part went back"
    CREDIT = "credit"
    REFUND = "refund"
    QUARANTINE = "quarantine"
    FAILED = "quarantine, a refund failed"


class RequestEvent(StrEnum):
    AGREES = "the client approves"
    DECLINES = "the client declines"
    WITHDRAWS = "the dietitian withdraws it"
    PAID = "what was asked for is paid"
    WRONG = "something else is paid"
    TOO_LATE = "it is paid after the time went to somebody else"
    OTHER_TIME = "the client takes another time"
    MONEY_BACK = "the client asks for the waiting money back"
    CLIENT_CANCELS = "the client cancels in time"
    CLIENT_CANCELS_LATE = "the client cancels late"
    DIETITIAN_CANCELS = "the dietitian cancels"
    DIETITIAN_MOVES = "the dietitian moves it"


class BookingEvent(StrEnum):
    OTHER_TIME = "the client takes another time"
    RELEASED = "the client gives the time back"
    LAPSES = "the time to pay is over"
    DECLINES = "the client declines"
    WITHDRAWS = "the dietitian withdraws the request"
    PAID = "what was asked for is paid"
    WRONG = "something else is paid"
    TOO_LATE = "it is paid after the time went to somebody else"
    CLIENT_CANCELS = "the client cancels in time"
    CLIENT_CANCELS_LATE = "the client cancels late"
    DIETITIAN_CANCELS = "the dietitian cancels"
    CLIENT_MOVES = "the client moves it in time"
    CLIENT_MOVES_LATE = "the client moves it late"
    DIETITIAN_MOVES = "the dietitian moves it"


class PaymentEvent(StrEnum):
    NOT_PAID = "Paystack says: not paid"
    REVERSED = "Paystack says: reversed"
    PAID = "Paystack says: paid, what was asked for"
    WRONG = "Paystack says: paid, something else"
    TOO_LATE = "Paystack says: paid, after the time went to somebody else"
    IN_VAIN = "Paystack says: paid, after the request was withdrawn"
    WEEK = "a week passes"
    OTHER_TIME = "the client takes another time"
    MONEY_BACK = "the client asks for the waiting money back"
    CLIENT_CANCELS_LATE = "the client cancels late"
    DIETITIAN_CANCELS = "the dietitian cancels"
    ADMIN_REFUNDS = "an admin gives it back"
    REFUND_PROCESSED = "the refund is processed"
    NEEDS_ACCOUNT = "the refund needs an account"
    REFUND_FAILS = "the refund fails"
    ADMIN_RETRIES = "an admin tries a failed refund again"
    DISPUTED = "the payer disputes it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`to` None: the state stays as it is."""

    to: StrEnum | None = None
    money: Money = Money.NOTHING
    refused: bool = False


NO = Cell(refused=True)
STAYS = Cell()


def _to(state: StrEnum, money: Money = Money.NOTHING) -> Cell:
    return Cell(to=state, money=money)


def _stays(money: Money) -> Cell:
    return Cell(money=money)


def _request_row(otherwise: Cell, **cells: Cell) -> dict[RequestAt, Cell]:
    return {at: cells.get(at.name.lower(), otherwise) for at in RequestAt}


def _booking_row(otherwise: Cell, **cells: Cell) -> dict[BookingState, Cell]:
    return {at: cells.get(at.name.lower(), otherwise) for at in BookingState}


def _payment_row(otherwise: Cell, **cells: Cell) -> dict[PaymentAt, Cell]:
    return {at: cells.get(at.name.lower(), otherwise) for at in PaymentAt}


REQUEST: Mapping[RequestEvent, Mapping[RequestAt, Cell]] = {
    RequestEvent.AGREES: _request_row(NO, pending=STAYS, waiting=STAYS),
    RequestEvent.DECLINES: _request_row(
        NO, pending=_to(RequestState.DECLINED), waiting=_to(RequestState.DECLINED, Money.CREDIT_RETURNS)
    ),
    RequestEvent.WITHDRAWS: _request_row(
        NO,
        pending=_to(RequestState.CANCELLED),
        waiting=_to(RequestState.CANCELLED, Money.CREDIT_RETURNS),
        cancelled=STAYS,
    ),
    RequestEvent.PAID: _request_row(_stays(Money.RETURNS), pending=_to(RequestState.APPROVED, Money.BUYS)),
    RequestEvent.WRONG: _request_row(_stays(Money.HELD)),
    RequestEvent.TOO_LATE: _request_row(_stays(Money.RETURNS), pending=_stays(Money.WAITS)),
    RequestEvent.OTHER_TIME: _request_row(
        NO, pending=STAYS, waiting=_to(RequestState.APPROVED, Money.CREDIT_BUYS)
    ),
    RequestEvent.MONEY_BACK: _request_row(NO, waiting=_to(RequestState.CANCELLED, Money.CREDIT_RETURNS)),
    RequestEvent.CLIENT_CANCELS: _request_row(NO, approved=_to(RequestState.CANCELLED, Money.VALUE_RETURNS)),
    RequestEvent.CLIENT_CANCELS_LATE: _request_row(
        NO, approved=_to(RequestState.CANCELLED, Money.PART_RETURNS)
    ),
    RequestEvent.DIETITIAN_CANCELS: _request_row(
        NO, approved=_to(RequestState.CANCELLED, Money.VALUE_RETURNS)
    ),
    RequestEvent.DIETITIAN_MOVES: _request_row(NO, approved=STAYS),
}
BOOKING: Mapping[BookingEvent, Mapping[BookingState, Cell]] = {
    BookingEvent.OTHER_TIME: _booking_row(
        NO, pending=_to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.RELEASED: _booking_row(
        NO, pending=_to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.LAPSES: _booking_row(STAYS, pending=_to(BookingState.EXPIRED)),
    BookingEvent.DECLINES: _booking_row(
        NO, pending=_to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.WITHDRAWS: _booking_row(
        NO, pending=_to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.PAID: _booking_row(
        _stays(Money.RETURNS),
        pending=_to(BookingState.CONFIRMED, Money.BUYS),
        expired=_to(BookingState.CONFIRMED, Money.BUYS),
    ),
    BookingEvent.WRONG: _booking_row(_stays(Money.HELD)),
    BookingEvent.TOO_LATE: _booking_row(
        _stays(Money.RETURNS), pending=_to(BookingState.EXPIRED, Money.WAITS), expired=_stays(Money.WAITS)
    ),
    BookingEvent.CLIENT_CANCELS: _booking_row(NO, confirmed=_to(BookingState.CANCELLED, Money.VALUE_RETURNS)),
    BookingEvent.CLIENT_CANCELS_LATE: _booking_row(
        NO, confirmed=_to(BookingState.CANCELLED, Money.PART_RETURNS)
    ),
    BookingEvent.DIETITIAN_CANCELS: _booking_row(
        NO, confirmed=_to(BookingState.CANCELLED, Money.VALUE_RETURNS)
    ),
    BookingEvent.CLIENT_MOVES: _booking_row(NO, confirmed=STAYS),
    BookingEvent.CLIENT_MOVES_LATE: _booking_row(NO),
    BookingEvent.DIETITIAN_MOVES: _booking_row(NO, confirmed=STAYS),
}
PAYMENT: Mapping[PaymentEvent, Mapping[PaymentAt, Cell]] = {
    PaymentEvent.NOT_PAID: _payment_row(STAYS),
    PaymentEvent.REVERSED: _payment_row(STAYS),
    PaymentEvent.PAID: _payment_row(
        STAYS,
        created=_to(MoneyOutcome.VALUE, Money.BUYS),
        open=_to(MoneyOutcome.VALUE, Money.BUYS),
        linkless=_to(MoneyOutcome.VALUE, Money.BUYS),
        refused=_to(MoneyOutcome.VALUE, Money.BUYS),
        closed=_to(MoneyOutcome.CREDIT, Money.WAITS),
    ),
    PaymentEvent.WRONG: _payment_row(
        STAYS,
        created=_to(MoneyOutcome.QUARANTINE, Money.HELD),
        open=_to(MoneyOutcome.QUARANTINE, Money.HELD),
        linkless=_to(MoneyOutcome.QUARANTINE, Money.HELD),
        refused=_to(MoneyOutcome.QUARANTINE, Money.HELD),
        closed=_to(MoneyOutcome.QUARANTINE, Money.HELD),
    ),
    PaymentEvent.TOO_LATE: _payment_row(
        STAYS,
        created=_to(MoneyOutcome.CREDIT, Money.WAITS),
        open=_to(MoneyOutcome.CREDIT, Money.WAITS),
        linkless=_to(MoneyOutcome.CREDIT, Money.WAITS),
        refused=_to(MoneyOutcome.CREDIT, Money.WAITS),
        closed=_to(MoneyOutcome.CREDIT, Money.WAITS),
    ),
    PaymentEvent.IN_VAIN: _payment_row(
        NO,
        created=_to(MoneyOutcome.REFUND, Money.RETURNS),
        open=_to(MoneyOutcome.REFUND, Money.RETURNS),
        linkless=_to(MoneyOutcome.REFUND, Money.RETURNS),
        refused=_to(MoneyOutcome.REFUND, Money.RETURNS),
        closed=_to(MoneyOutcome.REFUND, Money.RETURNS),
        part=STAYS,
        credit=_to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
        quarantine=STAYS,
    ),
    PaymentEvent.WEEK: _payment_row(
        STAYS,
        created=_to(PaymentState.CLOSED),
        open=_to(PaymentState.CLOSED),
        linkless=_to(PaymentState.CLOSED),
        credit=_to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
    ),
    PaymentEvent.OTHER_TIME: _payment_row(
        STAYS, value=NO, part=NO, credit=_to(MoneyOutcome.VALUE, Money.CREDIT_BUYS), refund=NO, failed=NO
    ),
    PaymentEvent.MONEY_BACK: _payment_row(NO, credit=_to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS)),
    PaymentEvent.CLIENT_CANCELS_LATE: _payment_row(
        NO, value=_stays(Money.PART_RETURNS), refund=STAYS, failed=STAYS
    ),
    PaymentEvent.DIETITIAN_CANCELS: _payment_row(
        NO, value=_to(MoneyOutcome.REFUND, Money.VALUE_RETURNS), refund=STAYS, failed=STAYS
    ),
    PaymentEvent.ADMIN_REFUNDS: _payment_row(
        NO,
        credit=_to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
        quarantine=_to(MoneyOutcome.REFUND, Money.HELD_RETURNS),
    ),
    PaymentEvent.REFUND_PROCESSED: _payment_row(STAYS),
    PaymentEvent.NEEDS_ACCOUNT: _payment_row(STAYS),
    PaymentEvent.REFUND_FAILS: _payment_row(
        STAYS, part=_stays(Money.STUCK_PART), refund=_to(MoneyOutcome.QUARANTINE, Money.STUCK)
    ),
    PaymentEvent.ADMIN_RETRIES: _payment_row(NO, failed=_to(MoneyOutcome.REFUND, Money.TRIED_AGAIN)),
    PaymentEvent.DISPUTED: _payment_row(STAYS),
}
