"""Receipts by e-mail, for who wants them: after a payment and after a refund."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from domain.model.request import Request
from handlers.callbacks import Verb
from storage.tables import outbox
from tests.handlers.tour_intake import plan
from tests.money.practice import MAIL, MINUTE, booked, card, held, play
from tests.post import Post, body, post_office
from tests.rig import HOSTILE, Cast, Rig, running

TITLE = "Diabetes type 2 coaching"


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@pytest.fixture
async def mailing(database_url: str, post: Post) -> AsyncIterator[Rig]:
    async with running(database_url, **post.settings) as rig:
        yield rig


async def wanted(rig: Rig, **terms: Any) -> Cast:
    """By a client in another zone, of a service whose name is nobody else's business."""
    cast = await play(rig, **terms)
    await rig.write(lambda uow: uow.services.save(replace(cast.service, title=TITLE)))
    person = replace(cast.client, mail_receipts=True, timezone="Asia/Kolkata")
    await rig.write(lambda uow: uow.people.save(person))
    return replace(cast, client=person, service=replace(cast.service, title=TITLE))


async def cancelled(rig: Rig, cast: Cast, request: Request) -> None:
    rev = (await card(rig, request)).request.rev
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::{rev}")
    await rig.press(cast.ada, "Yes")


async def test_one_comes_after_the_payment_beside_the_chat(mailing: Rig, post: Post) -> None:
    cast = await wanted(mailing, name=f"Dr {HOSTILE}", free_hours=24, late_refund_percent=50)
    _, reference = await booked(mailing, cast)
    await mailing.machine.watch_payments()
    await mailing.tick()
    [letter] = post.letters
    assert (letter["To"], letter["Subject"]) == (MAIL, f"Your receipt from Dr {HOSTILE}")
    for kind in ("plain", "html"):
        words = body(letter, kind)
        for said in (
            "₦12,500.00", reference, "(Asia/Kolkata)", "consultation, Thursday 5 November 2026", "card",
            "Cancel up to 24 hours before the start for a full refund; 50% is refunded after that.",
        ):  # fmt: skip
            assert said in words
        assert "Diabetes" not in words
    assert f"To: Dr {HOSTILE}" in body(letter)
    assert "Dr &lt;b&gt;O&#x27;Brien &amp; 🌸" in body(letter, "html")
    assert "Your booking is confirmed" in cast.amina.last.text or cast.amina.last.document is not None
    assert await mailing.failed() == []


async def test_one_comes_when_the_money_went_back(mailing: Rig, post: Post) -> None:
    cast = await wanted(mailing)
    request, reference = await booked(mailing, cast)
    await cancelled(mailing, cast, request)
    assert len(post.letters) == 1, "it is under way, not back"
    for _ in range(3):
        await mailing.pass_time(30 * MINUTE)
    _, letter = post.letters
    assert letter["Subject"] == "Your refund from Dr Ada Obi"
    assert "Given back: ₦12,500.00 of ₦12,500.00" in body(letter)
    assert f"Reference: {reference}" in body(letter)
    assert "3 to 10 working days" in body(letter)
    assert body(letter).count("(Asia/Kolkata)") == 3
    assert "Diabetes" not in body(letter) + body(letter, "html")


async def test_of_a_plan_it_says_by_which_terms(mailing: Rig, post: Post) -> None:
    cast = await wanted(mailing)
    await plan(mailing, (), cast)
    [letter] = post.letters
    assert "For: meal plan\n" in body(letter)
    assert "Refunds: Until the plan is sent you can cancel" in body(letter)


async def test_the_address_they_paid_with_stands_in_and_a_later_no_holds(mailing: Rig, post: Post) -> None:
    cast = await wanted(mailing)
    _, reference = await held(mailing, cast)
    await mailing.write(lambda uow: uow.people.save(replace(cast.client, email=None)))
    post.close()
    await mailing.pay(reference)
    post.open()
    await mailing.pass_time(2 * MINUTE)
    assert [one["To"] for one in post.letters] == [MAIL]

    other = await wanted(mailing)
    _, reference = await held(mailing, other, slot=2)
    post.close()
    await mailing.pay(reference)
    await mailing.write(lambda uow: uow.people.save(replace(other.client, mail_receipts=False)))
    post.open()
    await mailing.pass_time(2 * MINUTE)
    assert len(post.letters) == 1
    why = select(outbox.c.error).where(outbox.c.errand == "receipt", outbox.c.state == "dropped")
    assert await mailing.rows(why) == [("no longer wanted",)]


async def test_nobody_gets_one_without_asking(mailing: Rig, post: Post) -> None:
    cast = await play(mailing)
    await booked(mailing, cast)
    assert post.tried == []
