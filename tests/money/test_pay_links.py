"""A pay link comes, whenever the program dies; and it comes once."""

import asyncio
from dataclasses import replace

from sqlalchemy import select

from domain.model.booking import BookingState
from domain.model.queue import Errand
from domain.model.request import Request
from sandbox.faults import Fault, FaultKind
from storage.tables import outbox
from tests.money.practice import MINUTE, card, choose, held, play
from tests.rig import Cast, Rig


async def _dies_while_paystack_is_asked(rig: Rig, cast: Cast, request: Request) -> None:
    """Nothing in the inbox brings the press again: it had been answered, or its question was closed."""
    hangs = Fault(match="POST /transaction/initialize", kind=FaultKind.HANG, seconds=0.3, after=True)
    rig.paystack.faults.plan(hangs)
    before = len(rig.paystack.transactions)
    start = rig.machine.router.cases.start_payment
    asking = asyncio.get_running_loop().create_task(start(person=cast.client, public_id=request.public_id))
    async with asyncio.timeout(5):
        while len(rig.paystack.transactions) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_link_that_was_being_made_when_the_program_died_comes_by_itself(rig: Rig) -> None:
    cast = await rig.cast()
    request = await rig.approved(cast)
    await choose(rig, cast.amina, 3, 0)  # held; the e-mail is asked for
    client = replace(cast.client, email="amina@example.com")
    await rig.write(lambda uow: uow.people.save(client))
    await _dies_while_paystack_is_asked(rig, cast, request)
    await _dies_while_paystack_is_asked(rig, cast, request)
    assert await _link_errands(rig) == ["dropped", "due"], "each attempt takes the place of the one before"
    seen = len(cast.amina.messages)
    await rig.pass_time(MINUTE)
    assert await _link_errands(rig) == ["dropped", "sent"]
    assert len(cast.amina.messages) == seen + 1
    assert "💳 Pay" in " ".join(cast.amina.last.labels)
    await rig.pay((await rig.references(request))[-1])
    assert (await card(rig, request)).booking.state is BookingState.CONFIRMED  # type: ignore[union-attr]


async def test_a_link_that_was_made_at_once_is_not_told_again(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    assert await _link_errands(rig) == ["dropped"]
    seen = len(cast.amina.messages)
    await rig.pass_time(MINUTE)
    assert (len(cast.amina.messages), len(await rig.references(request))) == (seen, 1)


async def _link_errands(rig: Rig) -> list[str]:
    ours = select(outbox.c.state).where(outbox.c.errand == Errand.PAY_LINK).order_by(outbox.c.id)
    return [row[0] for row in await rig.rows(ours)]
