"""What can happen to a request, a booking and a payment, and to the money: every state with every event.

Pure data. The use cases are driven through every cell by a test, and `docs/states.md` is made from it. What can
happen to a meal plan stands in `plan_transitions`.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from domain.model.booking import BookingState
from domain.model.cells import NO, STAYS, Cell, Money, row, stays, to
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.request import RequestState


class RequestAt(StrEnum):
    """A request's states; what stands after a comma tells apart what one state holds."""

    DRAFT = "draft"
    OWN = "draft, the client's own"
    OWN_WAITING = "draft, the client's own, money waits"
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
    EXPIRES = "the time to answer is over"
    PAID = "what was asked for is paid"
    WRONG = "something else is paid"
    TOO_LATE = "it is paid after the time went to somebody else"
    OTHER_TIME = "the client takes another time"
    MONEY_BACK = "the client asks for the waiting money back"
    CLIENT_CANCELS = "the client cancels in time"
    CLIENT_CANCELS_LATE = "the client cancels late"
    DIETITIAN_CANCELS = "the dietitian cancels"
    DIETITIAN_MOVES = "the dietitian moves it"
    ABSENT = "the dietitian says they were not there"


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
    TOO_EARLY = "the dietitian says that it took place, while it lasts"
    HELD = "the dietitian says that it took place"
    NO_SHOW = "the dietitian says that the client did not come"
    ABSENT = "the dietitian says they were not there"
    TAKEN_BACK = "the dietitian takes back how it ended, within a day"
    TAKEN_BACK_LATE = "the dietitian takes back how it ended, after a day"
    SILENCE = "nobody says how it ended, for two days"
    DOUBT = "the same, after one side tapped that the other was not there"


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


_request_row, _booking_row = partial(row, RequestAt), partial(row, BookingState)
_payment_row = partial(row, PaymentAt)

REQUEST: Mapping[RequestEvent, Mapping[RequestAt, Cell]] = {
    RequestEvent.AGREES: _request_row(NO, own=STAYS, own_waiting=STAYS, pending=STAYS, waiting=STAYS),
    RequestEvent.DECLINES: _request_row(
        NO,
        own=to(RequestState.CANCELLED),
        own_waiting=to(RequestState.CANCELLED, Money.CREDIT_RETURNS),
        pending=to(RequestState.DECLINED),
        waiting=to(RequestState.DECLINED, Money.CREDIT_RETURNS),
    ),
    RequestEvent.WITHDRAWS: _request_row(
        NO,
        pending=to(RequestState.CANCELLED),
        waiting=to(RequestState.CANCELLED, Money.CREDIT_RETURNS),
        cancelled=STAYS,
    ),
    RequestEvent.EXPIRES: _request_row(STAYS, pending=to(RequestState.EXPIRED)),
    RequestEvent.PAID: _request_row(
        stays(Money.RETURNS),
        own=to(RequestState.APPROVED, Money.BUYS),
        pending=to(RequestState.APPROVED, Money.BUYS),
    ),
    RequestEvent.WRONG: _request_row(stays(Money.HELD)),
    RequestEvent.TOO_LATE: _request_row(
        stays(Money.RETURNS), own=stays(Money.WAITS), pending=stays(Money.WAITS)
    ),
    RequestEvent.OTHER_TIME: _request_row(
        NO,
        own=STAYS,
        own_waiting=to(RequestState.APPROVED, Money.CREDIT_BUYS),
        pending=STAYS,
        waiting=to(RequestState.APPROVED, Money.CREDIT_BUYS),
    ),
    RequestEvent.MONEY_BACK: _request_row(
        NO,
        own_waiting=to(RequestState.CANCELLED, Money.CREDIT_RETURNS),
        waiting=to(RequestState.CANCELLED, Money.CREDIT_RETURNS),
    ),
    RequestEvent.CLIENT_CANCELS: _request_row(NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)),
    RequestEvent.CLIENT_CANCELS_LATE: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.PART_RETURNS)
    ),
    RequestEvent.DIETITIAN_CANCELS: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)
    ),
    RequestEvent.DIETITIAN_MOVES: _request_row(NO, approved=STAYS),
    RequestEvent.ABSENT: _request_row(NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)),
}
BOOKING: Mapping[BookingEvent, Mapping[BookingState, Cell]] = {
    BookingEvent.OTHER_TIME: _booking_row(
        NO, pending=to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.RELEASED: _booking_row(
        NO, pending=to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.LAPSES: _booking_row(STAYS, pending=to(BookingState.EXPIRED)),
    BookingEvent.DECLINES: _booking_row(
        NO, pending=to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.WITHDRAWS: _booking_row(
        NO, pending=to(BookingState.CANCELLED), cancelled=STAYS, expired=STAYS
    ),
    BookingEvent.PAID: _booking_row(
        stays(Money.RETURNS),
        pending=to(BookingState.CONFIRMED, Money.BUYS),
        expired=to(BookingState.CONFIRMED, Money.BUYS),
    ),
    BookingEvent.WRONG: _booking_row(stays(Money.HELD)),
    BookingEvent.TOO_LATE: _booking_row(
        stays(Money.RETURNS), pending=to(BookingState.EXPIRED, Money.WAITS), expired=stays(Money.WAITS)
    ),
    BookingEvent.CLIENT_CANCELS: _booking_row(NO, confirmed=to(BookingState.CANCELLED, Money.VALUE_RETURNS)),
    BookingEvent.CLIENT_CANCELS_LATE: _booking_row(
        NO, confirmed=to(BookingState.CANCELLED, Money.PART_RETURNS)
    ),
    BookingEvent.DIETITIAN_CANCELS: _booking_row(
        NO, confirmed=to(BookingState.CANCELLED, Money.VALUE_RETURNS)
    ),
    BookingEvent.CLIENT_MOVES: _booking_row(NO, confirmed=STAYS),
    BookingEvent.CLIENT_MOVES_LATE: _booking_row(NO),
    BookingEvent.DIETITIAN_MOVES: _booking_row(NO, confirmed=STAYS),
    BookingEvent.TOO_EARLY: _booking_row(NO, completed=STAYS),
    BookingEvent.HELD: _booking_row(NO, confirmed=to(BookingState.COMPLETED), completed=STAYS),
    BookingEvent.NO_SHOW: _booking_row(NO, confirmed=to(BookingState.NO_SHOW), no_show=STAYS),
    BookingEvent.ABSENT: _booking_row(NO, confirmed=to(BookingState.CANCELLED, Money.VALUE_RETURNS)),
    BookingEvent.TAKEN_BACK: _booking_row(
        NO,
        confirmed=STAYS,
        completed=to(BookingState.CONFIRMED),
        no_show=to(BookingState.CONFIRMED),
    ),
    BookingEvent.TAKEN_BACK_LATE: _booking_row(NO, confirmed=STAYS),
    BookingEvent.SILENCE: _booking_row(STAYS, confirmed=to(BookingState.COMPLETED)),
    BookingEvent.DOUBT: _booking_row(STAYS),
}
PAYMENT: Mapping[PaymentEvent, Mapping[PaymentAt, Cell]] = {
    PaymentEvent.NOT_PAID: _payment_row(STAYS),
    PaymentEvent.REVERSED: _payment_row(STAYS),
    PaymentEvent.PAID: _payment_row(
        STAYS,
        created=to(MoneyOutcome.VALUE, Money.BUYS),
        open=to(MoneyOutcome.VALUE, Money.BUYS),
        linkless=to(MoneyOutcome.VALUE, Money.BUYS),
        refused=to(MoneyOutcome.VALUE, Money.BUYS),
        closed=to(MoneyOutcome.CREDIT, Money.WAITS),
    ),
    PaymentEvent.WRONG: _payment_row(
        STAYS,
        created=to(MoneyOutcome.QUARANTINE, Money.HELD),
        open=to(MoneyOutcome.QUARANTINE, Money.HELD),
        linkless=to(MoneyOutcome.QUARANTINE, Money.HELD),
        refused=to(MoneyOutcome.QUARANTINE, Money.HELD),
        closed=to(MoneyOutcome.QUARANTINE, Money.HELD),
    ),
    PaymentEvent.TOO_LATE: _payment_row(
        STAYS,
        created=to(MoneyOutcome.CREDIT, Money.WAITS),
        open=to(MoneyOutcome.CREDIT, Money.WAITS),
        linkless=to(MoneyOutcome.CREDIT, Money.WAITS),
        refused=to(MoneyOutcome.CREDIT, Money.WAITS),
        closed=to(MoneyOutcome.CREDIT, Money.WAITS),
    ),
    PaymentEvent.IN_VAIN: _payment_row(
        NO,
        created=to(MoneyOutcome.REFUND, Money.RETURNS),
        open=to(MoneyOutcome.REFUND, Money.RETURNS),
        linkless=to(MoneyOutcome.REFUND, Money.RETURNS),
        refused=to(MoneyOutcome.REFUND, Money.RETURNS),
        closed=to(MoneyOutcome.REFUND, Money.RETURNS),
        part=STAYS,
        credit=to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
        quarantine=STAYS,
    ),
    PaymentEvent.WEEK: _payment_row(
        STAYS,
        created=to(PaymentState.CLOSED),
        open=to(PaymentState.CLOSED),
        linkless=to(PaymentState.CLOSED),
        credit=to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
    ),
    PaymentEvent.OTHER_TIME: _payment_row(
        STAYS, value=NO, part=NO, credit=to(MoneyOutcome.VALUE, Money.CREDIT_BUYS), refund=NO, failed=NO
    ),
    PaymentEvent.MONEY_BACK: _payment_row(NO, credit=to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS)),
    PaymentEvent.CLIENT_CANCELS_LATE: _payment_row(
        NO, value=stays(Money.PART_RETURNS), refund=STAYS, failed=STAYS
    ),
    PaymentEvent.DIETITIAN_CANCELS: _payment_row(
        NO, value=to(MoneyOutcome.REFUND, Money.VALUE_RETURNS), refund=STAYS, failed=STAYS
    ),
    PaymentEvent.ADMIN_REFUNDS: _payment_row(
        NO,
        credit=to(MoneyOutcome.REFUND, Money.CREDIT_RETURNS),
        quarantine=to(MoneyOutcome.REFUND, Money.HELD_RETURNS),
    ),
    PaymentEvent.REFUND_PROCESSED: _payment_row(STAYS),
    PaymentEvent.NEEDS_ACCOUNT: _payment_row(STAYS),
    PaymentEvent.REFUND_FAILS: _payment_row(
        STAYS, part=stays(Money.STUCK_PART), refund=to(MoneyOutcome.QUARANTINE, Money.STUCK)
    ),
    PaymentEvent.ADMIN_RETRIES: _payment_row(NO, failed=to(MoneyOutcome.REFUND, Money.TRIED_AGAIN)),
    PaymentEvent.DISPUTED: _payment_row(STAYS),
}
