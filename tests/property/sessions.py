"""What is pressed around a session: who is there, how it ended, and taking that back; one function a step."""

from collections.abc import Sequence
from datetime import timedelta

from domain.model.booking import BookingState
from domain.model.people import Person
from tests.property.cases import ADMIN, Cases
from tests.property.machine import ANYTHING, Dice, Machine
from tests.property.snapshot import Row

UNDER_WAY = (-16, -14, -5, 0, 4, 9, 11, 12, 30)  # minutes after its start
AFTERWARDS = (11, 44, 46, 60, 24 * 60)
MUCH_LATER = (10, 60, 23 * 60, 25 * 60)


def _go_to(m: Machine, dice: Dice, minutes: Sequence[int]) -> Row:
    """Its request; the clock goes to one of these minutes after the start, never back."""
    row, after = m.coming(dice.pick), dice.one_of(minutes)
    starts = [one.start for one in m.now.bookings.values() if one.request_id == row.id]
    if starts and dice.pick != ANYTHING:
        ahead = starts[-1] + timedelta(minutes=after) - m.practice.clock.now()
        m.practice.clock.advance(max(ahead, timedelta()))
    return row


def _who_decides(m: Machine, row: Row, dice: Dice) -> Person:
    """As a rule the dietitian; the client may not."""
    return dice.one_of(
        [m.house_of(row, dice.pick).person, *[m.house_of(row).person] * 2, ADMIN, m.client_of(row)]
    )


async def tap(m: Machine, dice: Dice) -> None:
    """Both sides at once, now and then twice."""
    row = _go_to(m, dice, UNDER_WAY)
    people = dice.one_of(
        [[m.side_of(row, dice)], [m.house_of(row).person, m.client_of(row)], [m.client_of(row)] * 2]
    )
    here = dice.one_of([True, False])
    await m.take(
        "tap", *[lambda do, one=one: do.tap(person=one, public_id=row.public_id, here=here) for one in people]
    )


async def say_held(m: Machine, dice: Dice) -> None:
    row = _go_to(m, dice, AFTERWARDS)
    person, late = _who_decides(m, row, dice), dice.one_of([True, False])
    await m.take("held", lambda do: do.close.took_place(person=person, public_id=row.public_id, late=late))


async def say_missed(m: Machine, dice: Dice) -> None:
    row = _go_to(m, dice, UNDER_WAY + AFTERWARDS)
    person = _who_decides(m, row, dice)
    await m.take("missed", lambda do: do.close.missed(person=person, public_id=row.public_id))


async def say_absent(m: Machine, dice: Dice) -> None:
    """Now and then with a button that is out of date."""
    row = _go_to(m, dice, UNDER_WAY + AFTERWARDS)
    person, stale = _who_decides(m, row, dice), dice.one_of([0, 0, 0, 1])

    async def go(do: Cases) -> None:
        rev = (await m.practice.card(row.public_id)).request.rev
        await do.close.absent(person=person, public_id=row.public_id, rev=rev - stale)

    await m.take("absent", go)


async def everybody_decides(m: Machine, dice: Dice) -> None:
    """Dietitian and admin, each something else; the clock would close it at that very moment."""
    row = _go_to(m, dice, (60, 49 * 60))
    person, other, name = m.house_of(row).person, dice.one_of([ADMIN, m.client_of(row)]), row.public_id
    rev = (await m.practice.card(name)).request.rev
    booking = next((one for one in m.now.bookings.values() if one.request_id == row.id), None)
    if booking is None:
        return
    await m.take(
        "everybody decides",
        lambda do: do.close.missed(person=person, public_id=name),
        lambda do: do.close.took_place(person=other, public_id=name),
        lambda do: do.unanswered(booking_id=booking.id, start=booking.start),
        lambda do: do.close.absent(person=other, public_id=name, rev=rev),
    )


async def take_back(m: Machine, dice: Dice) -> None:
    """Some time later, once or with an impatient second press."""
    state = dice.one_of([BookingState.NO_SHOW, BookingState.COMPLETED])
    row, times = m.meeting(dice.pick, state), dice.one_of([1, 1, 2])
    person = _who_decides(m, row, dice)
    m.practice.clock.advance(timedelta(minutes=dice.one_of(MUCH_LATER)))
    await m.take(
        "take back", *[lambda do: do.close.take_back(person=person, public_id=row.public_id)] * times
    )


async def lose_the_rest(m: Machine, dice: Dice) -> None:
    """They did not come, somebody else has what was left of their hour, and then it is taken back."""
    row, other = _go_to(m, dice, (11, 12)), dice.one_of(m.clients)
    person = m.house_of(row).person

    async def go(do: Cases) -> None:
        await do.close.missed(person=person, public_id=row.public_id)
        public_id = await m.practice.requested(m.house_of(row), other)
        card = await do.approve(person=other, public_id=public_id)
        choices = await do.offer(person=other, public_id=public_id)
        rev = card.request.rev
        await do.hold(person=other, public_id=public_id, rev=rev, start=choices.slots[0], message_id=None)
        await do.close.take_back(person=person, public_id=row.public_id)

    await m.take("lose the rest", go)
