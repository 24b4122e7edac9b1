"""What happens to meal plans: one function a step."""

from datetime import timedelta

from domain.model.charge import ChargeStatus
from domain.model.plan import PlanState
from tests.property.cases import Cases
from tests.property.machine import Dice, Machine
from tests.property.snapshot import Row

STANDS = (PlanState.WAITING, PlanState.SENT, PlanState.RECEIVED)


async def buy(m: Machine, dice: Dice) -> None:
    """Asked or unasked, all the way to a plan that waits."""
    house, client = dice.one_of(m.houses), dice.one_of(m.clients)
    begin = dice.one_of([m.practice.requested, m.practice.taken])

    async def go_on(do: Cases) -> None:
        public_id = await begin(house, client, plan=True)
        await do.approve(person=client, public_id=public_id)
        payment = (await do.pay(person=client, public_id=public_id)).payment
        if payment is not None and payment.reference in m.practice.paystack.transactions:
            m.practice.paystack.report(payment.reference, status=ChargeStatus.SUCCESS)
            await do.settle(reference=payment.reference)

    await m.take("buy a plan", go_on)


async def upload(m: Machine, dice: Dice) -> None:
    row = m.plan(dice.pick, *STANDS)
    await m.take("upload", lambda _: m.practice.uploaded(m.house_of(row, dice.pick), row.public_id))


def _request_of(m: Machine, file: Row, dice: Dice) -> Row:
    """Whose it is; now and then another's."""
    own = m.now.requests.get(file.request_id)
    return own if own is not None and dice.pick < 6 else m.plan(dice.pick, *STANDS)


async def confirm(m: Machine, dice: Dice) -> None:
    """Once, or on two phones at once."""
    file = m.upload(dice.pick)
    if file is None:
        return await send(m, dice)
    row, times = _request_of(m, file, dice), dice.one_of([1, 1, 2])
    who, name = m.house_of(row).dietitian, file.public_id
    await m.take(
        "confirm", *[lambda do: do.confirm(dietitian=who, public_id=row.public_id, file=name)] * times
    )
    return None


async def send(m: Machine, dice: Dice) -> None:
    row = m.plan(dice.pick, *STANDS)
    await m.take("send a plan", lambda _: m.practice.sent(m.house_of(row), row.public_id))


async def replace_while_confirming(m: Machine, dice: Dice) -> None:
    file = m.upload(dice.pick)
    if file is None:
        return await upload(m, dice)
    row = _request_of(m, file, dice)
    house = m.house_of(row)
    await m.take(
        "replace while confirming",
        lambda do: do.confirm(dietitian=house.dietitian, public_id=row.public_id, file=file.public_id),
        lambda _: m.practice.uploaded(house, row.public_id),
    )
    return None


async def sort(m: Machine, dice: Dice) -> None:
    """Sent out of the blue, then said whose it is, or thrown away."""
    row, keep = m.plan(dice.pick, *STANDS), dice.one_of([True, True, False])
    who = m.house_of(row).dietitian

    async def go(do: Cases) -> None:
        document = m.practice.document(row.public_id)
        taken = await do.upload(dietitian=who, document=document, note=None, request=None)
        name = taken.file.public_id
        if keep:
            await do.sort.assign(dietitian=who, public_id=row.public_id, file=name)
        else:
            await do.sort.discard(dietitian=who, file=name)

    await m.take("sort", go)


async def cancel(m: Machine, dice: Dice) -> None:
    """Now and then from a screen that is out of date."""
    row = m.plan(dice.pick, PlanState.WAITING)
    person, stale = m.side_of(row, dice), dice.one_of([0, 0, 0, 1])

    async def go(do: Cases) -> None:
        house = m.house_of(row)
        if stale:
            await do.cancel_plan(person=person, public_id=row.public_id, rev=1, percent=50)
        await m.practice.cancel_plan(person, house, row.public_id)

    await m.take("cancel a plan", go)


async def both_cancel(m: Machine, dice: Dice) -> None:
    row = m.plan(dice.pick, PlanState.WAITING)
    house, client = m.house_of(row), m.client_of(row)
    await m.take(
        "both cancel",
        *[
            lambda _, who=who: m.practice.cancel_plan(who, house, row.public_id)
            for who in (client, house.person, client)
        ],
    )


async def cancel_while_sending(m: Machine, dice: Dice) -> None:
    row = m.plan(dice.pick, PlanState.WAITING)
    house, client = m.house_of(row), m.client_of(row)
    await m.take(
        "cancel while sending",
        lambda _: m.practice.sent(house, row.public_id),
        lambda _: m.practice.cancel_plan(client, house, row.public_id),
    )


async def refuse(m: Machine, dice: Dice) -> None:
    """Telegram takes no file until nobody tries any more; the dietitian may try once again."""
    row, again = m.plan(dice.pick, *STANDS), dice.one_of([True, False])
    house, chats = m.house_of(row), m.practice.chats

    async def go(do: Cases) -> None:
        await m.practice.sent(house, row.public_id)
        chats.takes_files = False
        for minutes in (0, 1, 6, 31):
            m.practice.clock.advance(timedelta(minutes=minutes))
            await m.practice.deliver()
        chats.takes_files = True
        if again:
            await do.try_again(dietitian=house.dietitian, public_id=row.public_id)

    await m.take("refuse a plan", go)
    chats.takes_files = True


async def want_again(m: Machine, dice: Dice) -> None:
    row, number = m.plan(dice.pick, PlanState.SENT, PlanState.RECEIVED), dice.one_of([1, 1, 2])
    person = m.client_of(row, dice.pick)
    await m.take(
        "want again", lambda do: do.send_again(person=person, public_id=row.public_id, number=number)
    )


async def block(m: Machine, dice: Dice) -> None:
    """Telegram says so at once, or the next PDF finds out."""
    client, is_told = dice.one_of(m.clients), dice.one_of([True, False])
    telegram_id = client.telegram_id or 0
    m.practice.chats.blocked.add(telegram_id)
    if is_told:
        await m.take("block", lambda do: do.reachability(telegram_id=telegram_id, reachable=False))


async def come_back(m: Machine, dice: Dice) -> None:
    """Telegram's word is kept until it is heard: a crash leaves it for another time."""
    blocked = m.practice.chats.blocked
    telegram_id = dice.one_of([*sorted(blocked), m.clients[0].telegram_id or 0])

    async def hear(do: Cases) -> None:
        await do.reachability(telegram_id=telegram_id, reachable=True)
        blocked.discard(telegram_id)

    await m.take("come back", hear)
