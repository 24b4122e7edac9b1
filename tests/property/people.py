"""What clients, dietitians and the clock do: one function a step."""

from datetime import timedelta

from domain.model.booking import BookingState
from domain.model.people import Person
from tests.property.cases import Cases
from tests.property.machine import OPEN, Dice, Machine

MINUTES = (1, 1, 2, 2, 4, 4, 10, 16, 31, 36, 36, 36, 120, 24 * 60, 49 * 60, 8 * 24 * 60)


async def send_a_request(m: Machine, dice: Dice) -> None:
    house, client = dice.one_of(m.houses), dice.one_of(m.clients)
    plan = dice.one_of([True, False])
    await m.take("send", lambda _: m.practice.requested(house, client, plan=plan))


async def get_a_link(m: Machine, dice: Dice) -> None:
    """All the way there at once; a meal plan takes no time."""
    house, client, slot = (
        dice.one_of(m.houses[:1] * 3 + m.houses),
        dice.one_of(m.clients),
        dice.one_of(range(3)),
    )

    plan, asked = dice.one_of([False, False, False, True]), dice.one_of([True, True, False])

    async def go_on(do: Cases) -> None:
        begin = m.practice.requested if asked else m.practice.taken
        public_id = await begin(house, client, plan=plan)
        await do.approve(person=client, public_id=public_id)
        if not plan:
            await take_a_slot(do, client, public_id, slot)
        await do.pay(person=client, public_id=public_id)

    await m.take("get a link", go_on)


async def take_a_slot(do: Cases, person: Person, public_id: str, slot: int) -> None:
    choices = await do.offer(person=person, public_id=public_id)
    if choices.slots:
        start, rev = choices.slots[slot % len(choices.slots)], choices.card.request.rev
        await do.hold(person=person, public_id=public_id, rev=rev, start=start, message_id=7)


async def approve(m: Machine, dice: Dice) -> None:
    row = m.request(dice.pick, *OPEN)
    await m.take(
        "approve", lambda do: do.approve(person=m.client_of(row, dice.pick), public_id=row.public_id)
    )


async def decline(m: Machine, dice: Dice) -> None:
    row = m.request(dice.pick, *OPEN)
    person = m.client_of(row, dice.pick)
    await m.take("decline", lambda do: do.decline(person=person, public_id=row.public_id, reason="no"))


async def withdraw(m: Machine, dice: Dice) -> None:
    row = m.request(dice.pick, *OPEN)
    who = m.house_of(row, dice.pick).dietitian
    await m.take("withdraw", lambda do: do.withdraw(dietitian=who, public_id=row.public_id))


async def hold(m: Machine, dice: Dice) -> None:
    """Also another slot than the one that is held, and one for a credit."""
    row, slot = m.request(dice.pick, *OPEN), dice.one_of(range(4))
    person = m.client_of(row, dice.pick)
    await m.take("hold", lambda do: take_a_slot(do, person, row.public_id, slot))


async def two_hold_the_same(m: Machine, dice: Dice) -> None:
    slot, other = dice.one_of(range(2)), dice.one_of(range(9))
    one, two = (m.request(pick, *OPEN) for pick in (dice.pick, other))
    await m.take(
        "two hold",
        lambda do: take_a_slot(do, m.client_of(one), one.public_id, slot),
        lambda do: take_a_slot(do, m.client_of(two), two.public_id, slot),
    )


async def lose_the_slot(m: Machine, dice: Dice) -> None:
    """A hold lapses, and another client has the slot before the first one pays."""
    row, other, late = (
        m.meeting(dice.pick, BookingState.PENDING),
        dice.one_of(m.clients),
        dice.one_of([1, 1, 0]),
    )
    held = [one for one in m.now.bookings.values() if one.request_id == row.id]
    if not held:
        return
    m.practice.clock.advance(timedelta(minutes=36 * late + 1))

    async def take(do: Cases) -> None:
        public_id = await m.practice.requested(m.house_of(row), other)
        card = await do.approve(person=other, public_id=public_id)
        start, rev = held[-1].start, card.request.rev
        await do.hold(person=other, public_id=public_id, rev=rev, start=start, message_id=None)

    await m.take("lose the slot", take)


async def release(m: Machine, dice: Dice) -> None:
    row = m.meeting(dice.pick, BookingState.PENDING)

    async def let_go(do: Cases) -> None:
        card = await m.practice.card(row.public_id)
        person, rev = m.client_of(row, dice.pick), card.request.rev
        await do.release(person=person, public_id=row.public_id, rev=rev)

    await m.take("release", let_go)


async def move(m: Machine, dice: Dice) -> None:
    row, slot = m.meeting(dice.pick, BookingState.CONFIRMED), dice.one_of(range(4))
    person = m.side_of(row, dice)

    async def go(do: Cases) -> None:
        choices = await do.moves(person=person, public_id=row.public_id)
        if choices.slots:
            start, rev = choices.slots[slot % len(choices.slots)], choices.card.request.rev
            await do.move(person=person, public_id=row.public_id, rev=rev, start=start)

    await m.take("move", go)


async def cancel(m: Machine, dice: Dice) -> None:
    """Now and then with a button that is out of date."""
    row = m.meeting(dice.pick, BookingState.CONFIRMED)
    person, stale = m.side_of(row, dice), dice.one_of([0, 0, 0, 1])

    async def go(do: Cases) -> None:
        rev = (await m.practice.card(row.public_id)).request.rev
        await do.cancel(person=person, public_id=row.public_id, rev=rev - stale)

    await m.take("cancel", go)


async def time_passes(m: Machine, dice: Dice) -> None:
    m.practice.clock.advance(timedelta(minutes=dice.one_of(MINUTES)))


async def tick(m: Machine, _: Dice) -> None:
    async def tick(do: Cases) -> None:
        await do.expire()
        await do.expire_requests()
        await do.watch()
        await do.watch_refunds()

    await m.take("tick", tick)


async def deliver(m: Machine, dice: Dice) -> None:
    """The outbox, whole or in part, with Telegram up or away."""
    limit = dice.one_of([1, 5, 200])
    m.practice.chats.up = dice.one_of([True, True, True, False])
    await m.take("deliver", lambda _: m.practice.deliver(limit=limit))
    m.practice.chats.up = True
