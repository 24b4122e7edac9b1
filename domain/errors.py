"""The error tree. Each leaf says who is at fault and whether trying again helps.

DietdeskError
├── Refusal            the person asked for what cannot be; they are told in plain words, nobody is paged
│   ├── NotYours       not theirs, or does not exist: the same answer for both
│   ├── MovedOn        the record changed since the button was drawn: redraw it
│   ├── SlotTaken      somebody was first: show what is free
│   ├── LinkUsedUp     a one-time link, opened by somebody else or expired
│   ├── NeedsConsent   the privacy notice comes first
│   ├── NeedsEmail     an e-mail comes first
│   ├── TooLate        the terms no longer allow it
│   ├── TooMany        more often than anybody needs it within that time
│   ├── Suspended      the dietitian takes nothing new for now; what is booked and paid goes on
│   ├── Blocked        the dietitian takes nothing new from this client; they get neutral words
│   ├── CalendarAway   nobody can say what is free, and the dietitian wants no bookings then
│   └── Malformed      what was typed cannot be understood
└── OutsideError       another service failed; `retryable` says whether trying again helps
    ├── GatewayError       Paystack
    │   ├── GatewayUnavailable  retryable; `maybe_done`: the call may have worked although no answer came
    │   ├── GatewayRefused      final: the request itself was refused
    │   └── ChargeNotFound      Paystack knows no such reference
    ├── CalendarError      Google
    │   ├── CalendarUnavailable  retryable
    │   ├── CalendarRefused      final
    │   ├── ConferenceRefused    this calendar makes no meeting links
    │   ├── EventExists          the event id is taken already
    │   ├── EventMissing         no such event
    │   └── ConnectionLost       the token is no longer good: only the dietitian can help
    ├── DeliveryError      Telegram or mail
    │   ├── DeliveryUnavailable  retryable, not before `retry_after`
    │   ├── RecipientGone        blocked, deleted or never started: try another way
    │   └── DeliveryRefused      final: the message itself is at fault
    ├── PictureFailed      the drawing: the words go without it
    └── StorageUnavailable the database is away; the row stays due
"""

from datetime import timedelta


class DietdeskError(Exception):
    """Everything that this program raises on purpose."""


class Refusal(DietdeskError):
    """The person asked for what cannot be."""


class NotYours(Refusal):
    """Not theirs, or not there."""


class MovedOn(Refusal):
    """The record is no longer where the button thought it was."""


class SlotTaken(Refusal):
    """Somebody was first."""


class LinkUsedUp(Refusal):
    """Opened by somebody else, or expired."""


class NeedsConsent(Refusal):
    """The privacy notice has not been agreed to."""


class NeedsEmail(Refusal):
    """Paystack sends the receipt to an e-mail address, and none is known."""


class TooLate(Refusal):
    """The terms no longer allow it."""


class TooMany(Refusal):
    """More often than anybody needs it; the message says when it goes on."""


class Suspended(Refusal):
    """An admin has suspended the dietitian: nothing new, while what is booked and paid goes on.

    `person_id` is the dietitian's, who gets other words than a client.
    """

    def __init__(self, person_id: int) -> None:
        super().__init__(person_id)
        self.person_id = person_id


class Blocked(Refusal):
    """The dietitian takes nothing new from this client, who is not told why; what is booked and paid goes on."""


class CalendarAway(Refusal):
    """The dietitian's calendar cannot be asked, and they take no bookings without it."""


class Malformed(Refusal):
    """What was typed cannot be understood; the message says what would be."""


class OutsideError(DietdeskError):
    """Another service failed."""

    retryable = False


class GatewayError(OutsideError):
    """Paystack."""


class GatewayUnavailable(GatewayError):
    """No answer, or one that says to come back. `maybe_done`: the work may have been done all the same."""

    retryable = True

    def __init__(self, message: str, *, maybe_done: bool = False) -> None:
        super().__init__(message)
        self.maybe_done = maybe_done


class GatewayRefused(GatewayError):
    """Paystack refused the request itself; `code` is its machine-readable reason where it gave one."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class ChargeNotFound(GatewayError):
    """Paystack knows no such reference."""


class CalendarError(OutsideError):
    """Google."""


class CalendarUnavailable(CalendarError):
    """No answer, throttled, or a server error; after an insert the event may exist all the same."""

    retryable = True

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CalendarRefused(CalendarError):
    """Our request is at fault, or the operator's project is."""


class ConferenceRefused(CalendarError):
    """This calendar makes no meeting links."""


class EventExists(CalendarError):
    """The event id is taken already: by our own earlier try, as a rule."""


class EventMissing(CalendarError):
    """No such event."""


class ConnectionLost(CalendarError):
    """The dietitian's token is no longer good, or does not cover what is needed."""


class DeliveryError(OutsideError):
    """Telegram or mail."""


class DeliveryUnavailable(DeliveryError):
    """Not delivered now; `retry_after` where the other side named a time."""

    retryable = True

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RecipientGone(DeliveryError):
    """Blocked the bot, deleted their account, or never started the chat."""


class DeliveryRefused(DeliveryError):
    """The message itself was refused."""


class PictureFailed(OutsideError):
    """It could not be drawn, or not in time."""


class StorageUnavailable(OutsideError):
    """The database is away."""

    retryable = True
