"""From an empty database to two paid sessions: invited, set up, booked and paid by chat alone, over real processes."""

from datetime import timedelta
from functools import partial

import pytest

from domain.model.people import INVITE_LIVES
from sandbox.stage import Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES
from tests.journeys.checks import (
    assert_all_well,
    assert_answered,
    assert_log_is_clean,
    assert_paid_once,
    rows,
)
from tests.journeys.consultation import (
    ASKS,
    BOOKS,
    DAY,
    OPENS,
    PAYS,
    Consultation,
    Step,
    choose_slot,
    count,
    offers,
    press,
    says,
)
from tests.journeys.practice import (
    ADMIN_ARRIVES,
    EMAIL,
    FIRST_HALF,
    INVITES,
    LEAVES,
    NAME,
    OPENS_LINK,
    PUBLIC_LINK,
    SECOND_HALF,
    TYPES_EMAIL,
    USED_UP,
    payload_of,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

PRACTICE = "SELECT name, email, timezone, fallback_meeting_url FROM dietitians"


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_an_invited_person_sets_up_a_practice_and_is_booked_and_paid(open_stage: OpenStage) -> None:
    async with open_stage(seeded=False) as stage:
        assert await rows(stage, PRACTICE) == []
        on = Consultation(stage=stage, name="Tunde", client_id=2002, email="tunde@example.com")
        await on.go((*ADMIN_ARRIVES, *INVITES, *OPENS_LINK, *FIRST_HALF, *LEAVES))
        await stage.kill()
        await stage.start()
        await on.go(SECOND_HALF)
        await _the_admin_is_told(on)
        await on.go((*PUBLIC_LINK, DAY, _SLOT_UNASKED, TYPES_EMAIL, PAYS))
        await assert_all_well(on, events=0)
        asked = Consultation(stage=stage, slot=1)
        await asked.go((*ASKS, *OPENS, *BOOKS, PAYS))
        await assert_paid_once(asked, events=0)
        [(name, email, zone, room)] = await rows(stage, PRACTICE)
        assert (name, email, zone, room) == (NAME, EMAIL, "Africa/Lagos", "https://meet.example.com/ada")
        assert_answered(on.admin, on.ada, on.client, asked.client)
        assert_log_is_clean(stage)


# nobody has told this client's e-mail, so it is typed
_SLOT_UNASKED = Step("a slot", choose_slot, lambda on: says(on.client, "Type your e-mail"))


async def _the_admin_is_told(on: Consultation) -> None:
    await on.admin.wait_for(f"{NAME} has completed the set-up")
    assert count(on.admin, "has completed the set-up") == 1
    await press(on.admin, "Open")
    card = await on.admin.wait_for(f"E-mail: {EMAIL}")
    assert "Missing" not in card.text


async def test_a_link_that_is_used_revoked_or_expired_is_refused_in_words(open_stage: OpenStage) -> None:
    async with open_stage(seeded=False) as stage:
        on = Consultation(stage=stage)
        await on.go((*ADMIN_ARRIVES, *INVITES, *OPENS_LINK))
        await _refused(stage, 3001, on.token)
        await on.ada.start(on.token)  # whose it is can open it again
        await on.ada.wait_for("professional name", count=2)
        revoked = await _invite(on, "Second")
        await _open(on, "Second", "Revoke", "Yes, revoke")
        await _refused(stage, 3002, revoked)
        expired = await _invite(on, "Third")
        stage.clock.advance(INVITE_LIVES + timedelta(minutes=1))
        await _refused(stage, 3003, expired)
        await _open(on, "Third", "Make a new link")
        await on.admin.wait_until(lambda: payload_of(on.admin) != expired)
        await _refused(stage, 3004, expired)
        third = stage.telegram.phone(3003)
        await third.start(payload_of(on.admin))
        await third.wait_for("professional name")
        assert offers(third, "Third")
        assert await rows(stage, PRACTICE) == []
        assert_log_is_clean(stage)


async def _refused(stage: Stage, stranger: int, payload: str) -> None:
    """With words, and nothing of a practice; the privacy notice stands below, as for everybody new."""
    phone: Phone = stage.telegram.phone(stranger, first_name="Stranger")
    before = count(phone, USED_UP)
    await phone.start(payload)
    await phone.wait_for(USED_UP, count=before + 1)
    await phone.wait_for_button("Agree")
    await press(phone, "Agree")
    await phone.wait_for_button("Book")
    assert not offers(phone, "set-up")
    await phone.start(payload)
    await phone.wait_for(USED_UP, count=before + 2)


async def _invite(on: Consultation, name: str) -> str:
    await _at_the_desk(on, "Invite a dietitian")
    await on.admin.wait_until(lambda: says(on.admin, "Type their name"))
    await on.admin.send(name)
    await on.admin.wait_for(f"The invitation for {name}")
    return payload_of(on.admin)


async def _open(on: Consultation, *labels: str) -> None:
    await _at_the_desk(on, "Invited", *labels)


async def _at_the_desk(on: Consultation, *labels: str) -> None:
    """Each label once it stands on the message that changed last: older ones have some of them too."""
    await on.admin.send("/admin")
    for label in ("Dietitians", *labels):
        await on.admin.wait_until(partial(offers, on.admin, label))
        await press(on.admin, label)
