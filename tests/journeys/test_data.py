"""Somebody's data over real processes: shown to them, deleted, and a power cut in between."""

import json

import pytest

from sandbox.telegram.seen import SeenMessage
from tests.journeys.checks import assert_log_is_clean, quiet, rows
from tests.journeys.consultation import PAYS, TO_PAY, Consultation, press
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes
CLIENT = "SELECT count(*) FROM people WHERE erased_at IS NOT NULL"
ALL_OR_NOTHING = (
    "SELECT (SELECT count(*) FROM people WHERE erased_at IS NOT NULL), "
    "(SELECT count(*) FROM payments WHERE email = ''), "
    "(SELECT count(*) FROM outbox WHERE key LIKE 'farewell:%')"
)


def files(journey: Consultation) -> dict[str, SeenMessage]:
    sent = [one for one in journey.client.messages if one.document is not None]
    return {one.document.name.rpartition(".")[2]: one for one in sent if one.document is not None}


async def test_a_client_sees_everything_and_has_it_deleted_through_a_power_cut(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go([*TO_PAY, PAYS])
        client = journey.client
        await client.send("/mydata")
        await client.wait_for("a page to read")
        found = files(journey)
        assert {"json", "html", "ics"} <= set(found)
        document = found["json"].document
        assert document is not None
        assert journey.reference in {one["reference"] for one in json.loads(document.bytes)["payments"]}
        await client.send("/deletemydata")
        await client.wait_for("Still to come")
        await press(client, "Cancel:")
        await client.wait_for("Cancel this?")
        await press(client, "Yes, Cancel")
        await client.wait_for("On its way back to you")
        await press(client, "Delete")
        await client.wait_for("Delete everything now?")
        bubble = next(one for one in client.messages if "Delete everything now?" in one.text)
        data = next(b.data for row in bubble.buttons for b in row if b.data and ":ery:" in b.data)
        await client.press_raw(bubble.id, data, timeout=0.01)
        await stage.kill()
        gone, blanked, told = (await rows(stage, ALL_OR_NOTHING))[0]
        assert (gone > 0) is (blanked > 0) is (told > 0)
        await stage.start()
        await client.wait_for("Your data are deleted")
        await quiet(stage)
        assert (await rows(stage, CLIENT))[0][0] == 1
        assert [tuple(row) for row in await rows(stage, "SELECT state, outcome, email FROM payments")] == [
            ("succeeded", "refund", "")
        ]
        await client.send("/start")
        await client.wait_for("Agree")
        assert_log_is_clean(stage)
