"""What comes in and goes out, and what the admins' desk keeps beside it. Implemented by storage."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.model.broadcast import Audience, Broadcast
from domain.model.job import Job
from domain.model.queue import GivenUp, InboxItem, OutboxItem, OutboxState, Source, Waiting
from domain.model.views import Page


class Inbox(Protocol):
    def add(self, items: Sequence[InboxItem], *, owner: str | None, lease_until: datetime) -> list[InboxItem]:
        """Those that were not stored before, with their ids, in order; the rest are duplicates."""

    def orphans(self, *, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[InboxItem]:
        """Claim, in order of id, NEW items that are due and that no living process owns (lease over)."""

    def all_new(self, *, owner: str, lease_until: datetime) -> list[InboxItem]:
        """Claim every NEW item: only right where no other process can be alive."""

    def renew(self, *, owner: str, lease_until: datetime) -> None: ...
    def done(self, ids: Sequence[int], now: datetime) -> None: ...
    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None: ...
    def failed(self, item_id: int, *, now: datetime, error: str) -> None: ...
    def question(self, item_id: int) -> str | None:
        """What `answers` noted, also where it was worked only in part; None once it is done."""

    def answers(self, item_id: int, question: str) -> None:
        """It is now taken as the answer to this question (`Step.mark`)."""

    def failed_page(self, *, number: int, size: int) -> Page[GivenUp[InboxItem]]:
        """Newest first."""

    def failed_one(self, item_id: int) -> GivenUp[InboxItem] | None: ...
    def revive(self, item_id: int | None, *, now: datetime, fresh: datetime) -> int:
        """FAILED to NEW: this one, or all; what people sent only if it came after `fresh`. How many there were."""

    def let_be(self, item_id: int | None, *, now: datetime) -> int:
        """FAILED to DONE: this one, or all. How many there were."""

    def waiting(self, now: datetime) -> Waiting: ...
    def counts(self) -> Mapping[str, int]:
        """How many in each state."""

    def oldest_new(self, source: Source) -> datetime | None: ...


class Outbox(Protocol):
    def add(self, item: OutboxItem) -> bool:
        """False where the key is there already: it was said once, it is not said again."""

    def add_all(self, items: Sequence[OutboxItem]) -> int:
        """How many were not there yet."""

    def claim(
        self, *, owner: str, now: datetime, lease_until: datetime, limit: int, reminders: int | None = None
    ) -> list[OutboxItem]:
        """Due items, in order of due time, of lanes that no living claim of another owner holds.

        After them at most so many `reminders` of sessions (as many as `limit` unless said), the nearest first
        and one a lane: the next of that lane is claimed when this one is done.
        """

    def release(self, ids: Sequence[int]) -> None:
        """Give back what was claimed and not tried: it is due as before."""

    def release_all(self) -> None:
        """Give back every claim: only right where no other process can be alive."""

    def renew(self, *, owner: str, lease_until: datetime) -> None:
        """What this owner has claimed and not finished stays its own until then."""

    def sent(self, item_id: int, *, now: datetime, receipt: str | None) -> None: ...
    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None: ...
    def dropped(self, item_id: int, *, now: datetime, why: str) -> None: ...
    def dead(self, item_id: int, *, now: datetime, error: str) -> None: ...
    def withdraw(self, keys: Collection[str], *, now: datetime, why: str) -> list[str]:
        """Drops those of these that wait; the keys of those that were sent, or are on their way."""

    def gone_out(self, keys: Collection[str]) -> list[str]:
        """Those of these that were sent, or are on their way."""

    def waits(self, key: str) -> bool: ...
    def bring_forward(self, key: str, *, due_at: datetime) -> None:
        """Of what waits and is not on its way."""

    def tried_at(self, key: str) -> datetime | None:
        """When it was sent, or nothing more could be done for it; None while it waits, or where there is none."""

    def receipt(self, key: str) -> str | None:
        """Of what was sent."""

    def drop_waiting(self, key_prefix: str, *, now: datetime, why: str) -> int: ...
    def dead_page(self, *, number: int, size: int) -> Page[GivenUp[OutboxItem]]:
        """Newest first."""

    def dead_one(self, item_id: int) -> GivenUp[OutboxItem] | None: ...
    def revive(self, item_id: int | None, *, now: datetime) -> int:
        """DEAD to DUE: this one, or all. How many there were."""

    def revive_lane(self, lane: str, *, now: datetime) -> int:
        """DEAD to DUE: all of this lane. How many there were."""

    def let_be(self, item_id: int | None, *, now: datetime) -> int:
        """DEAD to DROPPED: this one, or all. How many there were."""

    def waiting(self, now: datetime) -> Waiting: ...
    def of_batch(self, batch: str) -> Mapping[OutboxState, int]: ...
    def counts(self) -> Mapping[str, int]: ...
    def next_due(self) -> datetime | None: ...


class Broadcasts(Protocol):
    def add(self, broadcast: Broadcast) -> Broadcast: ...
    def save(self, broadcast: Broadcast) -> None: ...
    def by_public_id(self, public_id: str, *, lock: bool = False) -> Broadcast | None: ...
    def drop_drafts(self, person_id: int) -> None:
        """What this person wrote and did not send."""

    def page(self, *, number: int, size: int) -> Page[Broadcast]:
        """Those sent, newest first."""

    def audience(self) -> Audience:
        """Who would get one now."""


class Jobs(Protocol):
    def report(self, program: str, reported: Sequence[Job], *, forget_before: datetime) -> None:
        """These stand for this program from now on; programs that were last heard of before then are forgotten."""

    def all(self) -> list[Job]:
        """Of every program."""
