"""What one person may do so often: wrong links, links for strangers, files. The next person may as ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.ports import UnitOfWork
from domain.usecases.allowance import NEW_LINKS, UPLOADS, WRONG_LINKS, Allowance, spend
from handlers.callbacks import Verb
from storage.tables import links, requests
from tests.handlers import tour
from tests.integrations.pdf_files import simple
from tests.rig import Cast, Rig

EVERY = (WRONG_LINKS, NEW_LINKS, UPLOADS)


@pytest.mark.parametrize("allowance", EVERY, ids=lambda one: one.action)
def test_the_words_fit_over_a_press(allowance: Allowance) -> None:
    assert len(allowance.words) <= 200


async def use_up(rig: Rig, allowance: Allowance, person_id: int) -> None:
    now = rig.clock.now()

    def use(uow: UnitOfWork) -> None:
        for _ in range(allowance.most - 1):
            spend(uow, allowance, person_id, now)

    await rig.write(use)


async def guess(rig: Rig, cast: Cast, token: str) -> str:
    return await rig.say(cast.amina, f"/start {token}")


async def test_who_tries_many_links_is_let_try_none_for_an_hour(rig: Rig) -> None:
    scene = await tour.sent_by_link(rig)
    token = (await scene.phone.wait_for("t.me/")).text.partition("start=")[2].split()[0]
    cast = await rig.cast()
    for number in range(WRONG_LINKS.most):
        assert "used up" in await guess(rig, cast, f"wrong-{number}")
    assert "no link is tried" in await guess(rig, cast, token)
    await rig.say(cast.amina, "/start")
    assert "no link is tried" not in cast.amina.last.text
    other = await rig.cast()
    assert "used up" in await guess(rig, other, "wrong")
    rig.clock.advance(WRONG_LINKS.within)
    assert "sends you a consultation request" in await guess(rig, cast, token)


async def test_a_dietitian_makes_so_many_links_for_strangers_a_day(rig: Rig) -> None:
    scene = await tour.review(rig)
    await use_up(rig, NEW_LINKS, scene.cast.dietitian.person_id)
    await rig.press(scene.phone, "Send")
    (request,) = await rig.rows(select(requests.c.public_id).where(requests.c.state == "pending"))
    renewed = f"v1:{Verb.RENEW}:{request[0]}::1"
    assert "made 100 links" in await rig.press_data(scene.phone, renewed)
    again = await tour.review(rig)
    await rig.press(again.phone, "Send")
    assert "t.me/" in (await again.phone.wait_for("start=")).text
    rig.clock.advance(NEW_LINKS.within)
    assert "made 100 links" not in await rig.press_data(scene.phone, renewed)
    assert len(await rig.rows(select(links.c.id))) == 3


async def test_a_draft_that_is_one_too_many_stays(rig: Rig) -> None:
    scene = await tour.review(rig)
    await use_up(rig, NEW_LINKS, scene.cast.dietitian.person_id)
    await rig.write(lambda uow: spend(uow, NEW_LINKS, scene.cast.dietitian.person_id, rig.clock.now()))
    assert "your draft stays" in await rig.press(scene.phone, "Send")
    assert await rig.rows(select(requests.c.state)) == [("draft",)]
    assert await rig.rows(select(links.c.id)) == []


async def test_a_dietitian_sends_so_many_files_a_day(rig: Rig) -> None:
    cast = await rig.cast()
    await use_up(rig, UPLOADS, cast.dietitian.person_id)
    await cast.ada.send_document("one.pdf", simple())
    await rig.settled()
    assert "200 files" not in cast.ada.last.text
    await cast.ada.send_document("two.pdf", simple())
    await rig.settled()
    assert "200 files" in cast.ada.last.text
    rig.clock.advance(timedelta(days=1))
    await cast.ada.send_document("three.pdf", simple())
    await rig.settled()
    assert "200 files" not in cast.ada.last.text
    assert await rig.failed() == []
