"""The waiting list: a client asks to be told when a time is free, and is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.errors import MovedOn
from domain.model.availability import Interval
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.model.wish import OFFER_LASTS, WISH_LIVES, Wish, WishState
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.answer_request import clients_card
from domain.usecases.book_slot import OfferSlots
from domain.usecases.busy_times import BusyTimes, Diary, diary_of
from domain.usecases.freeing import look_at, look_next_hour, more_time
from domain.usecases.schedule import Schedule, end_of_window, schedule_of
from domain.usecases.telling import by, record, tell

CALENDAR_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A request and what its client waits for, if anything; `suiting`: so many times that suit are free already."""

    card: RequestCard
    wish: Wish | None
    suiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList:
    """One wish a request: asking again replaces it."""

    transactions: Transactions
    clock: Clock
    offer: OfferSlots

    async def look(self, *, person: Person, public_id: str) -> Waits:
        def look(uow: UnitOfWork) -> Waits:
            card = clients_card(uow, person, public_id, lock=False)
            _must_be_choosing(card)
            return Waits(card=card, wish=open_wish(uow, card, self.clock.now()))

        return await self.transactions.read(look)

    async def ask(
        self,
        *,
        person: Person,
        public_id: str,
        weekdays: tuple[int, ...],
        opens: int | None,
        closes: int | None,
    ) -> Waits:
        """What is free now they can see: they are told of what becomes free."""
        now = self.clock.now()
        choices = await self.offer(person=person, public_id=public_id)
        _must_be_choosing(choices.card)
        wish = Wish(
            request_id=choices.card.request.id,
            dietitian_id=choices.card.dietitian.id,
            client_id=person.id,
            timezone=person.timezone,
            weekdays=weekdays,
            opens=opens,
            closes=closes,
            created_at=now,
            expires_at=now + WISH_LIVES,
        )
        suiting = [start for start in choices.slots if wish.suits(start)]
        reach = end_of_window(choices.card.dietitian, now)
        wish = replace(wish, known=tuple(map(_minutes, suiting)), reach=reach)
        return await self.transactions.write(
            lambda uow: Waits(
                card=choices.card, wish=self._put(uow, person, public_id, wish), suiting=len(suiting)
            )
        )

    def _put(self, uow: UnitOfWork, person: Person, public_id: str, wish: Wish) -> Wish:
        _must_be_choosing(clients_card(uow, person, public_id, lock=True))
        former, now = uow.wishes.of_request(wish.request_id), self.clock.now()
        if former is None:
            stored = uow.wishes.add(wish)
        elif former.state is WishState.OPEN and former.is_for_the_same(wish) and now < former.expires_at:
            return former  # pressed twice
        else:
            since = former.created_at if former.state is WishState.OPEN else wish.created_at
            stored = uow.wishes.save(replace(wish, id=former.id, rev=former.rev, created_at=since))
        record(uow, now, by(person.id), "waits", f"request:{public_id}")
        # what became free between the look and this row was told to nobody
        more_time(uow, wish.dietitian_id, now)
        look_next_hour(uow, wish.dietitian_id, now)
        return stored

    async def give_up(self, *, person: Person, public_id: str) -> Waits:
        """Giving up what is not there changes nothing."""

        def drop(uow: UnitOfWork) -> Waits:
            card = clients_card(uow, person, public_id, lock=True)
            wish = uow.wishes.of_request(card.request.id)
            if wish is not None and wish.state is WishState.OPEN:
                uow.wishes.save(replace(wish, state=WishState.CLOSED, known=()))
                record(uow, self.clock.now(), by(person.id), "waits no longer", f"request:{public_id}")
            return Waits(card=card, wish=None)

        return await self.transactions.write(drop)

    async def of(self, *, card: RequestCard) -> Wish | None:
        """What the client of this request waits for."""
        return await self.transactions.read(lambda uow: open_wish(uow, card, self.clock.now()))


def _must_be_choosing(card: RequestCard) -> None:
    request = card.request
    if not request.is_open or request.kind is not ServiceKind.CONSULTATION or request.agreed_at is None:
        raise MovedOn


def open_wish(uow: UnitOfWork, card: RequestCard, now: datetime) -> Wish | None:
    wish = uow.wishes.of_request(card.request.id)
    return wish if wish is not None and not _is_over(wish, card, now) else None


def _is_over(wish: Wish, card: RequestCard, now: datetime) -> bool:
    ended = not card.request.is_open
    return wish.state is not WishState.OPEN or ended or now >= wish.expires_at


def wish_for(uow: UnitOfWork, card: RequestCard, start: datetime, now: datetime) -> Wish | None:
    """What the client waits for, if they still wait and could take this time now."""
    wish = open_wish(uow, card, now)
    if wish is None or not _is_waiting(uow, card, now):
        return None
    schedule = schedule_of(uow, card.dietitian, now, around=start)
    return wish if schedule.allows(start, card.request.minutes or 0, now) else None


def _is_waiting(uow: UnitOfWork, card: RequestCard, now: datetime) -> bool:
    """Not while they hold a time, nor where they could take none."""
    if card.booking is not None and card.booking.holds_slot_at(now):
        return False
    client = uow.clients.find(card.dietitian.id, card.request.client_id or 0)
    return card.dietitian.takes_new and (client is None or client.blocked_at is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """The time of a booking that was given up, and by whose request."""

    begin: datetime
    until: datetime
    request_id: int

    def blocked(self, start: datetime, minutes: int, dietitian: Dietitian) -> bool:
        """Whether it stood in the way of a session that starts then."""
        before = timedelta(minutes=dietitian.buffer_before_minutes)
        clear = start + timedelta(minutes=minutes + dietitian.buffer_minutes)
        return self.begin - before < clear and start - before < self.until


def freed_of(payload: dict[str, Any]) -> Freed | None:
    """As `free_again` wrote it."""
    if "begin" not in payload:
        return None
    begin, until = (datetime.fromisoformat(payload[name]) for name in ("begin", "until"))
    return Freed(begin=begin, until=until, request_id=payload["request_id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class TellWaiting:
    """Looks which open wishes a free time suits, and tells them in the order in which they came.

    Each is told of the soonest time that became free since they last looked or were told, at most once in
    `OFFER_LASTS`. A day that comes into the booking window is news only where nothing that suits was free until
    then. Nobody has it by being told: the first to take it does, as any other time is taken.
    """

    transactions: Transactions
    clock: Clock
    busy_times: BusyTimes | None = None

    async def __call__(self, *, dietitian_id: int, freed: Freed | None = None) -> datetime | None:
        """When to look again, where the dietitian's own calendar cannot be asked now."""
        diary = await self.transactions.read(lambda uow: self._diary(uow, dietitian_id))
        also_busy: Sequence[Interval] = ()
        if self.busy_times is not None and diary is not None:
            said = await self.busy_times.offered(diary)
            if said.closed:
                return self.clock.now() + CALENDAR_PAUSE
            also_busy = said.times
        await self.transactions.write(lambda uow: self._look(uow, dietitian_id, freed, also_busy))
        return None

    def _diary(self, uow: UnitOfWork, dietitian_id: int) -> Diary | None:
        if self.busy_times is None or not uow.wishes.any_open(dietitian_id):
            return None
        return diary_of(uow, uow.dietitians.get(dietitian_id), self.clock.now())

    def _look(
        self, uow: UnitOfWork, dietitian_id: int, freed: Freed | None, also_busy: Sequence[Interval]
    ) -> None:
        now = self.clock.now()
        dietitian = uow.dietitians.lock(dietitian_id)
        waiting = uow.wishes.open_of(dietitian_id)
        if not waiting:
            return
        schedule = schedule_of(uow, dietitian, now, also_busy=also_busy)
        round_ = _Round(dietitian=dietitian, schedule=schedule, freed=freed, now=now)
        cards = uow.overviews.cards({wish.request_id for wish in waiting})
        for wish in waiting:
            self._serve(uow, wish, cards[wish.request_id], round_)
        if uow.wishes.any_open(dietitian_id):
            look_next_hour(uow, dietitian_id, now)

    def _serve(self, uow: UnitOfWork, wish: Wish, card: RequestCard, round_: "_Round") -> None:
        now = round_.now
        if _is_over(wish, card, now):
            uow.wishes.save(replace(wish, state=WishState.CLOSED, known=()))
            return
        if not _is_waiting(uow, card, now):
            return
        minutes = card.request.minutes or 0
        known = round_.without_freed(wish, minutes)
        if not wish.may_be_told_at(now):
            # they hear of it later, if it is still free then
            if known != wish.known:
                uow.wishes.save(replace(wish, known=known))
            look_at(uow, wish.dietitian_id, (wish.told_at or now) + OFFER_LASTS, now)
            return
        free = [start for start in round_.starts(minutes) if wish.suits(start)]
        fresh = _fresh(wish, known, free)
        changed = replace(wish, known=tuple(map(_minutes, free)), reach=round_.reach)
        if fresh is not None:
            changed = replace(changed, told_of=fresh, told_at=now)
            _offer(uow, card, wish, fresh, now)
        if changed != wish:
            uow.wishes.save(changed)


def _fresh(wish: Wish, known: Collection[int], free: Sequence[datetime]) -> datetime | None:
    """The soonest that is news. `known` is `wish.known` without what is freed now."""
    seen, had_none = set(known), not wish.known
    news = (start for start in free if had_none or not wish.has_come_into_reach(start))
    return next((start for start in news if _minutes(start) not in seen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One look for everybody who waits for one dietitian."""

    dietitian: Dietitian
    schedule: Schedule
    freed: Freed | None
    now: datetime
    _starts: dict[int, list[datetime]] = field(default_factory=dict)

    @property
    def reach(self) -> datetime:
        return end_of_window(self.dietitian, self.now)

    def starts(self, minutes: int) -> list[datetime]:
        if minutes not in self._starts:
            self._starts[minutes] = self.schedule.starts(minutes, self.now)
        return self._starts[minutes]

    def without_freed(self, wish: Wish, minutes: int) -> tuple[int, ...]:
        """What they knew to be free was taken meanwhile if it is freed now; not by themselves, though."""
        freed = self.freed
        if freed is None:
            return wish.known
        if freed.request_id == wish.request_id:
            own = [one for one in self.starts(minutes) if freed.blocked(one, minutes, self.dietitian)]
            return tuple(sorted({*wish.known, *map(_minutes, own)}))
        return tuple(one for one in wish.known if not freed.blocked(_instant(one), minutes, self.dietitian))


def _offer(uow: UnitOfWork, card: RequestCard, wish: Wish, start: datetime, now: datetime) -> None:
    notice = Notice(
        kind=NoticeKind.TIME_FREE,
        to=wish.client_id,
        key=f"timefree:{wish.id}:{wish.rev}",
        request_id=card.request.id,
        detail={"start": start.isoformat()},
    )
    tell(uow, notice, now)


def _minutes(start: datetime) -> int:
    return int(start.timestamp()) // 60


def _instant(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
