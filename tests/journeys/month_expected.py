"""Of what people ought to have heard around their sessions, worked out anew from what happened to each of them.

Nothing of the program is asked here: only when sessions were arranged, moved and cancelled, who wanted which
reminders, whose chat was closed, and when the program stood still.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    DAY = "24 h before"
    HOUR = "1 h before"
    SOON = "10 min before"
    STARTS = "it begins"
    WHO = "who is there?"
    OVER = "how did it end?"


class Verdict(StrEnum):
    SENT = "on time"
    LATE = "late, marked"
    CANCELLED = "cancelled before"
    MOVED = "moved before"
    UNWANTED = "not wanted"
    OVERTAKEN = "a nearer one due"
    BEGUN = "too late for it"
    CLOSED = "chat closed"


HEARD = {Verdict.SENT, Verdict.LATE}
REMINDERS = {
    Kind.DAY: timedelta(hours=24),
    Kind.HOUR: timedelta(hours=1),
    Kind.SOON: timedelta(minutes=10),
}
MARKED_AFTER = {
    Kind.DAY: timedelta(minutes=15),
    Kind.HOUR: timedelta(minutes=10),
    Kind.SOON: timedelta(minutes=3),
}
ASKED = timedelta(minutes=5)  # after the start: who is there?


@dataclass(slots=True, kw_only=True)
class Side:
    """Somebody's own: `wants` and `closed` from when to when on, `quiet` in hours by their clock."""

    name: str
    zone: str
    wants: list[tuple[datetime, frozenset[Kind]]]
    quiet: list[tuple[datetime, tuple[int, int]]] = field(default_factory=list)
    closed: list[tuple[datetime, bool]] = field(default_factory=list)

    def wanted(self, at: datetime) -> frozenset[Kind]:
        return [kinds for since, kinds in self.wants if since <= at][-1]

    def is_closed(self, at: datetime) -> bool:
        return [False, *(closed for since, closed in self.closed if since <= at)][-1]

    def is_asleep(self, at: datetime) -> bool:
        hours = [hours for since, hours in self.quiet if since <= at]
        if not hours:
            return False
        wall, (begins, ends) = at.astimezone(ZoneInfo(self.zone)).hour, hours[-1]
        return begins <= wall < ends if begins < ends else wall >= begins or wall < ends


@dataclass(slots=True, kw_only=True)
class Session:
    """`times`: since when it was to begin when; None: cancelled."""

    dietitian: int
    client: int
    lasts: timedelta
    times: list[tuple[datetime, datetime | None]]

    def arranged(self) -> Iterator[tuple[datetime, datetime, datetime | None, Verdict]]:
        """Each time it had: since, start, until, and what ended it."""
        following = [*self.times[1:], (None, None)]
        for (since, start), (until, then) in zip(self.times, following, strict=True):
            if start is not None:
                yield since, start, until, Verdict.MOVED if then is not None else Verdict.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    session: str
    to: int
    kind: Kind
    start: datetime
    at: datetime
    verdict: Verdict
    silent: bool

    @property
    def what(self) -> tuple[str, int, Kind, datetime]:
        return self.session, self.to, self.kind, self.start


@dataclass(slots=True, kw_only=True)
class History:
    sides: dict[int, Side] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    down: list[tuple[datetime, datetime]] = field(default_factory=list)

    def expected(self, until: datetime) -> list[Expected]:
        """All that fell due, with what should have become of it."""
        return [
            one for name in self.sessions for one in self._about(name, self.sessions[name]) if one.at < until
        ]

    def _about(self, name: str, session: Session) -> Iterator[Expected]:
        for since, start, until, ended in session.arranged():
            for to in (session.dietitian, session.client):
                for kind, due in _due(start, session.lasts, for_dietitian=to == session.dietitian):
                    if due <= since:
                        continue
                    at = self._up(due)
                    verdict = self._verdict(to, kind, start, due, at, session.lasts)
                    if until is not None and until <= at:
                        verdict = ended
                    silent = verdict in HEARD and self.sides[to].is_asleep(at) and _can_wait(kind)
                    yield Expected(
                        session=name, to=to, kind=kind, start=start, at=at, verdict=verdict, silent=silent
                    )

    def _up(self, due: datetime) -> datetime:
        """When somebody is there to say it."""
        return next((end for begins, end in self.down if begins <= due < end), due)

    def _verdict(
        self, to: int, kind: Kind, start: datetime, due: datetime, at: datetime, lasts: timedelta
    ) -> Verdict:
        side = self.sides[to]
        wants = side.wanted(at)
        if kind in REMINDERS and kind not in wants:
            return Verdict.UNWANTED
        if kind is not Kind.OVER and at >= (start if kind in REMINDERS else start + lasts):
            return Verdict.BEGUN
        nearer = [before for other, before in REMINDERS.items() if other in wants]
        if kind in REMINDERS and any(before < REMINDERS[kind] and start - before <= at for before in nearer):
            return Verdict.OVERTAKEN
        if side.is_closed(at):
            return Verdict.CLOSED
        late = kind in REMINDERS and at - due >= MARKED_AFTER[kind]
        return Verdict.LATE if late else Verdict.SENT


def _can_wait(kind: Kind) -> bool:
    """Who is asleep is woken by the last reminder, and by what is said while the session is on."""
    if kind in REMINDERS:
        return kind is not Kind.SOON
    return kind is Kind.OVER


def _due(start: datetime, lasts: timedelta, *, for_dietitian: bool) -> Iterator[tuple[Kind, datetime]]:
    for kind, before in REMINDERS.items():
        yield kind, start - before
    yield Kind.STARTS, start
    yield Kind.WHO, start + ASKED
    if for_dietitian:
        yield Kind.OVER, start + lasts
