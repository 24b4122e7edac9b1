"""What fuzzing has found, each by itself."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from storage.tables import inbox
from tests.fuzz.house import Act, House
from tests.rig import ADMIN, Rig, rig
from tests.webhooks.test_paystack import send

__all__ = ["rig"]


@pytest.mark.parametrize("odd", ["\ud83d", "\x00", "en" * 100])
async def test_what_no_database_stores_does_not_keep_an_update_from_being_worked(rig: Rig, odd: str) -> None:
    """Half a character: the poller asked for the same updates for ever, and the bot was deaf."""
    house = House(rig=rig)
    await house.furnish(["offer"])
    sender = {"is_bot": False, "first_name": odd, "language_code": odd}
    nobody = len(house.phones) - 1  # whom the bot does not know yet
    await house.live([Act(kind="message", who=nobody, sender=sender, what={"text": f"/help {odd}"})])
    assert house.faults == {}
    assert await rig.rows(select(inbox.c.state).where(inbox.c.key == "700000000")) == [("done",)]


@pytest.mark.parametrize(
    "words",
    ["9" * 5000, "\x00", "\ud83d", ["<b>"] * 900, {"a": None}],
    ids=["long", "nul", "half", "list", "object"],
)
@pytest.mark.parametrize("due", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "x"])
async def test_a_dispute_in_strange_words_is_told_all_the_same(rig: Rig, words: Any, due: str) -> None:
    cast = await rig.cast(email="amina@example.com")
    request = await rig.confirmed(cast)
    (reference,) = await rig.references(request)
    data = {
        "id": 1,
        "status": words,
        "resolution": None,
        "dueAt": due,
        "transaction": {"reference": reference},
    }
    assert await send(rig, {"event": "charge.dispute.create", "data": json.loads(json.dumps(data))}) == 200
    await rig.settled()
    assert await rig.failed() == []
    assert "A payment is disputed" in rig.telegram.phone(ADMIN).last.text
