"""Somebody wants their data deleted: the question, and what still has to end before it is done."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.model.payment import Payment
from domain.model.people import Dietitian
from domain.model.plan import Plan
from domain.model.refund import Refund
from domain.model.views import RequestCard

SURE_LIVES = timedelta(minutes=15)
"""A question older than that is asked again: the button may be pressed by whoever finds the phone."""
NOBODY = "Former client"
NO_PRACTICE = "Former dietitian"
"""What stands where a name stood."""


class ErasureState(StrEnum):
    ASKED = "asked"  # a question in a chat; nothing is decided
    LEAVING = "leaving"  # a dietitian has decided: an admin sees to their clients first
    WAITING = "waiting"  # decided; done by itself as soon as nothing is open any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One a person, gone when it is done. `rev` is that of the question: a button of an older one asks again.

    `begun_at`: since when an admin is seeing to a dietitian's leaving.
    """

    id: int = 0
    person_id: int
    rev: int = 1
    state: ErasureState = ErasureState.ASKED
    asked_at: datetime
    begun_at: datetime | None = None

    def is_fresh_at(self, now: datetime) -> bool:
        return now < self.asked_at + SURE_LIVES

    def is_answered_by(self, rev: int, now: datetime) -> bool:
        return rev == self.rev and self.is_fresh_at(now)

    def asked_again(self, now: datetime) -> "Erasure":
        """The same question as long as it is fresh: a press that is worked twice must not overtake its answer."""
        return self if self.is_fresh_at(now) else replace(self, rev=self.rev + 1, asked_at=now)


class Open(StrEnum):
    """What is not over yet between a person and somebody else."""

    SESSION = "session"  # paid, and ahead
    PLAN = "plan"  # paid, and not sent
    CREDIT = "credit"  # money that waits for the client's choice
    ACCOUNT = "account"  # a refund that needs an account from the client
    REFUND = "refund"  # under way; it needs nobody


DECIDED = frozenset({Open.SESSION, Open.PLAN})
"""Kept until it is over, or cancelled."""
CHOSEN = frozenset({Open.CREDIT, Open.ACCOUNT})
"""Only the client can say where that money goes."""
IN_THE_WAY = DECIDED | CHOSEN


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThing:
    kind: Open
    card: RequestCard
    plan: Plan | None = None
    payment: Payment | None = None
    refund: Refund | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands who would have their data deleted."""

    erasure: Erasure | None
    practice: Dietitian | None
    things: tuple[OpenThing, ...]

    def of(self, kinds: frozenset[Open]) -> tuple[OpenThing, ...]:
        return tuple(thing for thing in self.things if thing.kind in kinds)

    @property
    def decided(self) -> bool:
        """It is to be done; only when is open."""
        return self.erasure is not None and self.erasure.state is not ErasureState.ASKED

    @property
    def is_free(self) -> bool:
        """Nothing stands in the way."""
        return not self.of(IN_THE_WAY)
