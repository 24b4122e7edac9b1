"""What can be made to happen to a meal plan, each with the use cases."""

from datetime import timedelta

from domain.model.people import Person
from tests.domain.scenes import HOUR, Act, Scene, links
from tests.property.practice import Practice


async def plan_scene(practice: Practice) -> Scene:
    """The client approved it and opened two links; nothing is paid."""
    house, client = await practice.house(late_refund_percent=50), await practice.client()
    request = await practice.requested(house, client, plan=True)
    await practice.do.approve(person=client, public_id=request)
    first, second = await links(practice, client, request)
    return Scene(
        practice=practice, house=house, client=client, rival=client, rivals=request, request=request,
        booking=None, first=first, reference=second,
    )  # fmt: skip


async def upload(at: Scene) -> None:
    await at.practice.uploaded(at.house, at.request)


async def confirm(at: Scene) -> None:
    await at.practice.sent(at.house, at.request)


async def confirm_the_replaced(at: Scene) -> None:
    older = await at.practice.uploaded(at.house, at.request)
    await at.practice.uploaded(at.house, at.request)
    who = at.house.dietitian
    await at.practice.do.confirm(dietitian=who, public_id=at.request, file=older.public_id)


async def arrive(at: Scene) -> None:
    """Whatever waits in the outbox, and what comes of it."""
    for _ in range(3):
        await at.practice.deliver()


async def confirm_twice(at: Scene) -> None:
    older = (await at.practice.sent(at.house, at.request)).latest
    await at.practice.sent(at.house, at.request)
    assert older is not None
    await at.practice.do.deliver_plan.arrived(file_id=older.id, handle="late")


async def refuse(at: Scene) -> None:
    """However often it is tried: a second, half a minute, five minutes and half an hour later."""
    at.practice.chats.takes_files = False
    for minutes in (0, 1, 6, 31):
        at.practice.clock.advance(timedelta(minutes=minutes))
        await arrive(at)


async def block(at: Scene) -> None:
    at.practice.chats.blocked.add(at.client.telegram_id or 0)
    await arrive(at)


async def mail(at: Scene) -> None:
    at.practice.post.configured = True
    at.practice.restart()
    await block(at)


async def come_back(at: Scene) -> None:
    await block(at)
    at.practice.chats.blocked.clear()
    await at.practice.do.reachability(telegram_id=at.client.telegram_id or 0, reachable=True)
    await arrive(at)


async def want_again(at: Scene) -> None:
    await at.practice.do.send_again(person=at.client, public_id=at.request, number=1)


def _later(hours: int) -> Act:
    """So many hours after the promised day; where nothing is promised, nothing to wait for."""

    async def wait(at: Scene) -> None:
        practice = at.practice
        plan = await practice.database.read(
            lambda uow: uow.plans.of_request(uow.requests.card(at.request).request.id)
        )
        if plan is not None:
            practice.clock.advance(plan.promised_at + hours * HOUR - practice.clock.now())

    return wait


late, overdue = _later(-1), _later(1)


async def day_passes(at: Scene) -> None:
    """And nothing else happens: what is on its way does not get there meanwhile."""
    at.practice.chats.blocked.add(at.client.telegram_id or 0)
    await overdue(at)
    await arrive(at)


async def _cancel(at: Scene, person: Person) -> None:
    await at.practice.cancel_plan(person, at.house, at.request)


async def client_cancels(at: Scene) -> None:
    await _cancel(at, at.client)


async def client_cancels_late(at: Scene) -> None:
    await late(at)
    await _cancel(at, at.client)


async def client_cancels_overdue(at: Scene) -> None:
    await overdue(at)
    await _cancel(at, at.client)


async def dietitian_cancels(at: Scene) -> None:
    await late(at)
    await _cancel(at, at.house.person)
