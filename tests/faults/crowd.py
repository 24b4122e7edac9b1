"""Many at once: people in the chat, bookings that wait for their money."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from domain.ports import UnitOfWork
from integrations.paystack.gateway import PaystackGateway
from sandbox.stage import DIETITIAN, PAYSTACK_KEY, Stage
from sandbox.telegram import Phone
from tests.engines import database_of
from tests.journeys.consultation import KOBO
from tests.storage import seeds

T = TypeVar("T")


async def until(
    look: Callable[[], Awaitable[T]], holds: Callable[[T], bool], *, seconds: float = 30.0
) -> None:
    found: T | None = None
    try:
        async with asyncio.timeout(seconds):
            while not holds(found := await look()):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"after {seconds} s it is still {found!r}") from None


async def arrive(stage: Stage, number: int) -> list[Phone]:
    """So many people who have opened the chat and agreed."""
    crowd = [stage.telegram.phone(3000 + at, first_name=f"Person {at}") for at in range(number)]
    for phone in crowd:
        await phone.start()
    for phone in crowd:
        await phone.wait_for_button("Agree")
        await phone.press("Agree")
        await phone.wait_for_button("My requests")
    return crowd


async def held_bookings(stage: Stage, number: int) -> list[str]:
    """So many approved requests, each with a held slot and an open payment; the payments' references."""
    now = stage.clock.now()
    soon = now + timedelta(days=3)

    def put(uow: UnitOfWork) -> list[str]:
        dietitian = uow.dietitians.by_telegram_id(DIETITIAN)
        assert dietitian is not None
        references = []
        for at in range(number):
            client = uow.people.add(seeds.person(created_at=now))
            request = uow.requests.add(
                seeds.request(
                    dietitian.id,
                    client.id,
                    agreed_at=now,
                    price=KOBO,
                    currency="NGN",
                    minutes=45,
                    title="Talk",
                )
            )
            held_until = now + timedelta(minutes=35)
            booking = uow.bookings.add(
                seeds.booking(request, soon + at * timedelta(hours=1), hold_until=held_until, created_at=now)
            )
            later = now + timedelta(hours=1)
            payment = seeds.payment(request, booking_id=booking.id, created_at=now, next_check_at=later)
            references.append(uow.payments.add(payment).reference)
        return references

    database = database_of(stage.environment())
    await database.open()
    references = await database.write(put)
    await database.close()
    await _initialize(stage, references)
    return references


async def _initialize(stage: Stage, references: list[str]) -> None:
    gateway = PaystackGateway(secret_key=PAYSTACK_KEY, api_url=f"{stage.root}/paystack")
    for reference in references:
        await gateway.initialize(
            reference=reference, amount=KOBO, currency="NGN", email="bola@example.com", callback_url=None
        )
    await gateway.aclose()
