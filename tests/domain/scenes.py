"""What can be made to happen to one held time, or a meal plan, with two open links, each with the use cases."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.model.booking import BookingState
from domain.model.charge import ChargeStatus
from domain.model.people import Person
from domain.model.refund import RefundState
from domain.ports import UnitOfWork
from tests.property.cases import ADMIN, HOLD
from tests.property.practice import House, Practice

HOUR = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Scene:
    """A held time with two open links; `reference` is the payment that an event is about."""

    practice: Practice
    house: House
    client: Person
    rival: Person
    rivals: str  # the request of somebody who wants the same time
    request: str
    booking: str | None
    first: str
    reference: str

    async def rev(self) -> int:
        return (await self.practice.card(self.request)).request.rev

    async def start(self) -> Any:
        name = self.booking or ""
        booking = await self.practice.database.read(lambda uow: uow.bookings.by_public_id(name))
        assert booking is not None
        return booking.start

    async def force(self, change: Callable[[UnitOfWork], object]) -> None:
        """What no use case leads to (yet)."""
        await self.practice.database.write(change)


async def scene(practice: Practice) -> Scene:
    """The client held the third time from tomorrow's first on, and opened two links."""
    house = await practice.house(late_refund_percent=50, minimum_notice_hours=2)
    client, rival = await practice.client(), await practice.client()
    request, rivals = await practice.requested(house, client), await practice.requested(house, rival)
    await practice.do.approve(person=client, public_id=request)
    await practice.do.approve(person=rival, public_id=rivals)
    booking = await hold(practice, client, request)
    first, second = await links(practice, client, request)
    return Scene(
        practice=practice, house=house, client=client, rival=rival, rivals=rivals, request=request,
        booking=booking, first=first, reference=second,
    )  # fmt: skip


async def hold(practice: Practice, client: Person, request: str) -> str:
    choices = await practice.do.offer(person=client, public_id=request)
    start, rev = choices.slots[12], choices.card.request.rev
    held = await practice.do.hold(person=client, public_id=request, rev=rev, start=start, message_id=7)
    assert held.booking is not None
    return held.booking.public_id


async def links(practice: Practice, client: Person, request: str) -> tuple[str, str]:
    """Another e-mail makes another link."""
    made = []
    for email in ("one@example.com", "two@example.com"):
        await practice.do.profile(person=client, email=email)
        made.append((await practice.do.pay(person=client, public_id=request)).payment)
    first, second = (link.reference for link in made if link is not None)
    return first, second


Act = Callable[[Scene], Awaitable[object]]


async def nothing(_: Scene) -> None:
    """It is there from the start."""


def pays(reference: Callable[[Scene], str], **how: Any) -> Act:
    async def act(at: Scene) -> None:
        which, known = reference(at), at.practice.paystack.transactions
        if which not in known:  # Paystack refused it, or we think so
            known.update(
                {
                    which: type(known[at.first])(
                        charge=replace(known[at.first].charge, reference=which, provider_id=7)
                    )
                }
            )
        if not known[which].paid:
            at.practice.paystack.report(which, **{"status": ChargeStatus.SUCCESS, **how})
        await at.practice.do.settle(reference=which)

    return act


pay_first = pays(lambda at: at.first)
pay = pays(lambda at: at.reference)
pay_wrong = pays(lambda at: at.reference, amount=1_000_000)
reverse = pays(lambda at: at.reference, status=ChargeStatus.REVERSED)


async def ask(at: Scene) -> None:
    await at.practice.do.settle(reference=at.reference)


async def lapse(at: Scene) -> None:
    at.practice.clock.advance(HOLD)
    await at.practice.do.expire()


async def lose(at: Scene) -> None:
    """The hold lapses, and somebody else has the time, where it is free."""
    do, start = at.practice.do, await at.start()
    at.practice.clock.advance(HOLD)
    choices = await do.offer(person=at.rival, public_id=at.rivals)
    if start in choices.slots:
        rev = choices.card.request.rev
        await do.hold(person=at.rival, public_id=at.rivals, rev=rev, start=start, message_id=None)


async def pay_too_late(at: Scene) -> None:
    await lose(at)
    await pay(at)


async def release(at: Scene) -> None:
    await at.practice.do.release(person=at.client, public_id=at.request, rev=await at.rev())


async def other_time(at: Scene) -> None:
    choices = await at.practice.do.offer(person=at.client, public_id=at.request)
    start, rev = choices.slots[1], choices.card.request.rev
    await at.practice.do.hold(person=at.client, public_id=at.request, rev=rev, start=start, message_id=7)


async def agree(at: Scene) -> None:
    await at.practice.do.approve(person=at.client, public_id=at.request)


async def decline(at: Scene) -> None:
    await at.practice.do.decline(person=at.client, public_id=at.request, reason=None)


async def withdraw(at: Scene) -> None:
    await at.practice.do.withdraw(dietitian=at.house.dietitian, public_id=at.request)


async def run_out(at: Scene) -> None:
    """A day after the last day to answer, however far the clock has gone; the rival is given more time."""
    if at.rivals != at.request:
        rivals = (await at.practice.card(at.rivals)).request
        await at.force(lambda uow: uow.requests.save(replace(rivals, expires_at=None)))
    ends = (await at.practice.card(at.request)).request.expires_at
    now = at.practice.clock.now()
    at.practice.clock.advance((ends or now + timedelta(days=14)) + timedelta(days=1) - now)
    await at.practice.do.expire_requests()


async def pay_in_vain(at: Scene) -> None:
    await withdraw(at)
    await pay(at)


async def money_back(at: Scene) -> None:
    await at.practice.do.credit(person=at.client, public_id=at.request)


def cancels_by(who: Callable[[Scene], Person], *, late: bool) -> Act:
    async def act(at: Scene) -> None:
        if late:
            at.practice.clock.advance(await at.start() - HOUR - at.practice.clock.now())
        await at.practice.do.cancel(person=who(at), public_id=at.request, rev=await at.rev())

    return act


def moves_by(who: Callable[[Scene], Person], *, late: bool) -> Act:
    async def act(at: Scene) -> None:
        start = await at.start()
        if late:
            at.practice.clock.advance(start - HOUR - at.practice.clock.now())
        rev = await at.rev()
        await at.practice.do.move(person=who(at), public_id=at.request, rev=rev, start=start + 24 * HOUR)

    return act


def client(at: Scene) -> Person:
    return at.client


def dietitian(at: Scene) -> Person:
    return at.house.person


async def go_to_end(at: Scene) -> None:
    """A minute after the session, unless the clock is past that."""
    booking = (await at.practice.card(at.request)).booking
    if booking is not None:
        ahead = booking.end + timedelta(minutes=1) - at.practice.clock.now()
        at.practice.clock.advance(max(ahead, timedelta()))


async def too_early(at: Scene) -> None:
    booking = (await at.practice.card(at.request)).booking
    if booking is not None and booking.state is BookingState.CONFIRMED:
        at.practice.clock.advance(booking.end - timedelta(minutes=1) - at.practice.clock.now())
    await at.practice.do.close.took_place(person=at.house.person, public_id=at.request)


async def took_place(at: Scene) -> None:
    await go_to_end(at)
    await at.practice.do.close.took_place(person=at.house.person, public_id=at.request)


async def not_attended(at: Scene) -> None:
    await go_to_end(at)
    await at.practice.do.close.missed(person=at.house.person, public_id=at.request)


async def was_absent(at: Scene) -> None:
    await go_to_end(at)
    await at.practice.do.close.absent(person=at.house.person, public_id=at.request, rev=await at.rev())


def takes_back(*, after: timedelta) -> Act:
    async def act(at: Scene) -> None:
        await go_to_end(at)
        at.practice.clock.advance(after)
        await at.practice.do.close.take_back(person=at.house.person, public_id=at.request)

    return act


def silence(*, doubted: bool) -> Act:
    async def act(at: Scene) -> None:
        booking = (await at.practice.card(at.request)).booking
        assert booking is not None
        if doubted and booking.state is BookingState.CONFIRMED:
            at.practice.clock.advance(booking.start + timedelta(minutes=6) - at.practice.clock.now())
            await at.practice.do.tap(person=at.client, public_id=at.request, here=False)
        await go_to_end(at)
        await at.practice.deliver()  # the dietitian is asked how it ended
        at.practice.clock.advance(timedelta(days=2))
        await at.practice.do.unanswered(booking_id=booking.id, start=booking.start)

    return act


async def a_week(at: Scene) -> None:
    at.practice.clock.advance(timedelta(days=8))
    await at.practice.do.watch()
    await at.practice.deliver()


async def admin_refunds(at: Scene) -> None:
    await at.practice.do.desk.refund(person=ADMIN, reference=at.reference)


async def admin_retries(at: Scene) -> None:
    payment = await at.practice.database.read(lambda uow: uow.payments.by_reference(at.reference))
    assert payment is not None
    await at.practice.do.retry(payment_id=payment.id, by="person:1")


def refund_becomes(status: RefundState) -> Act:
    async def act(at: Scene) -> None:
        await at.practice.deliver()
        known = at.practice.paystack.transactions.get(at.reference)
        for one in known.refunds if known else ():
            at.practice.paystack.move_refund(one.id, status)
        await at.practice.do.follow(reference=at.reference)

    return act


async def dispute(at: Scene) -> None:
    due = at.practice.clock.now()
    await at.practice.do.dispute(reference=at.reference, status="open", due_at=due, resolution=None)


client_cancels, client_cancels_late = cancels_by(client, late=False), cancels_by(client, late=True)
dietitian_cancels, dietitian_moves = cancels_by(dietitian, late=False), moves_by(dietitian, late=False)
