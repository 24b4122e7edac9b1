"""What the next typed message of somebody means: a row, so that a restart does not forget the question."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

STEP_LIVES = timedelta(days=2)


class StepKind(StrEnum):
    CLIENT_NAME = "client_name"  # dietitian: the new client's name
    CLIENT_EMAIL = "client_email"  # dietitian: the new client's e-mail
    SHARED_CLIENT = "shared_client"  # dietitian: somebody from Telegram's own picker
    REQUEST_MESSAGE = "request_message"  # dietitian: a word to go with the request
    DECLINE_REASON = "decline_reason"  # client: why not
    ACCOUNT_NUMBER = "account_number"  # client: where a refund should go; subject `refund:bank`
    PLAN_FILE = "plan_file"  # dietitian: the PDF; subject: the request
    INTAKE_ANSWER = "intake_answer"  # client: subject `request:place of the question`
    INTAKE_QUESTION = "intake_question"  # dietitian: another question; subject: the service
    NEW_SERVICE = (
        "new_service"  # dietitian: what the next service is; subject: all that is known of it, as JSON
    )
    SERVICE_FIELD = "service_field"  # dietitian: a new value; subject `service:field`
    INVITE_NAME = "invite_name"  # admin: who is invited to open a practice
    SUSPEND_REASON = "suspend_reason"  # admin: why; subject: the dietitian
    SET_UP = "set_up"  # a new dietitian; subject: the `Question`
    OPENING_TIMES = "opening_times"  # dietitian: more times on a day; subject: the weekday
    BOOKING_RULE = "booking_rule"  # dietitian: a number; subject: the rule
    TIME_OFF = "time_off"  # dietitian: when; subject: off or open, then what was understood and why, as JSON
    TIME_OFF_REASON = "time_off_reason"  # dietitian: why; subject: the code of the time off
    BROADCAST = "broadcast"  # admin: what to tell all dietitians
    PROFILE = "profile"  # dietitian: a new value; subject: the `ProfileField`
    CLIENT_SEARCH = "client_search"  # dietitian: whom they look for; subject: what they looked for last
    CLIENT_NOTES = "client_notes"  # dietitian: notes; subject `client's id:add or new`
    CLIENT_MESSAGE = (
        "client_message"  # dietitian: subject: the client's id, then what waits to be sent, sealed
    )
    WISH_HOURS = "wish_hours"  # client: when a session would suit; subject `request:days as bits`
    REVIEW_WORDS = "review_words"  # client: a word about a session; subject: the request
    QUIET_HOURS = "quiet_hours"  # anybody: when messages make no sound
    EMAIL = "email"  # anybody: their own e-mail
    NAME = "name"  # anybody: what to call them
    TIMEZONE = "timezone"  # anybody: a city or an IANA name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`subject` is the public id of the record the answer belongs to, or None."""

    telegram_id: int
    kind: StepKind
    subject: str | None = None
    expires_at: datetime

    @property
    def mark(self) -> str:
        """Tells this question from any other that they were asked, and says nothing about it."""
        asked = f"{self.kind}:{self.subject}:{self.expires_at.isoformat()}"
        return sha256(asked.encode()).hexdigest()
