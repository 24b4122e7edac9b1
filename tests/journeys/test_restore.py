"""The drill: a backup while the program works, the database lost, the practice brought back, and what was missed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.backup import bring_back
from bot.settings import Settings
from sandbox.stage import Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES
from tests.journeys.checks import assert_log_is_clean, quiet, rows
from tests.journeys.consultation import (
    ALL,
    ASKS,
    BOOKS,
    OPENS,
    PAYS,
    Consultation,
    count,
    press,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes


async def _lose_everything(stage: Stage, request: pytest.FixtureRequest) -> None:
    """The machine is gone; another has an empty database."""
    await stage.kill()
    if stage.database_url is None:
        stage.database_url = f"sqlite+aiosqlite:///{stage.directory / 'another.db'}"
        return
    server = request.getfixturevalue("postgres")
    stage.database_url = server.fresh(migrated=False)


async def _bring_back(stage: Stage, file: Path) -> Sequence[str]:
    said: list[str] = []
    given = {key.lower(): value for key, value in stage.environment().items()}
    settings = Settings.model_validate(given)
    await bring_back(settings, stage.clock, file, said.append, replace=False)
    return said


@pytest.mark.timeout(240)
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_the_practice_is_brought_back_and_what_was_missed_is_found(
    open_stage: OpenStage, request: pytest.FixtureRequest
) -> None:
    async with open_stage() as stage:
        first = Consultation(stage=stage)
        await first.admin.start()
        await first.go(ALL)
        waiting = Consultation(stage=stage, client_id=2002, name="Tunde", email="tunde@example.com", slot=1)
        await waiting.go((*ASKS, *OPENS, *BOOKS))
        await quiet(stage)
        code, out, err = await stage.command("backup", "practice.backup")
        assert (code, err) == (0, "")
        assert "  bookings: 2\n" in out

        await waiting.go([PAYS])
        late = Consultation(stage=stage, client_id=2003, name="Bola", email="bola@example.com", slot=2)
        await late.go((*ASKS, *OPENS, *BOOKS, PAYS))
        await _cancelled(first)
        await quiet(stage)
        told = {phone: [one.text for one in phone.messages] for phone in (first.client, first.ada)}
        await _lose_everything(stage, request)

        said = await _bring_back(stage, stage.directory / "practice.backup")
        assert "  bookings: 2" in said
        await stage.start()
        await waiting.client.wait_until(
            lambda: count(waiting.client, f"Reference: {waiting.reference}") == 2, timeout=20
        )
        await first.admin.wait_until(lambda: _found(first.admin, late.reference, "payment"), timeout=20)
        await first.admin.wait_until(lambda: _found(first.admin, first.reference, "refund"), timeout=20)
        assert count(first.admin, "The practice was brought back from a backup") == 1
        await quiet(stage)

        states = await rows(stage, "SELECT reference, state, outcome FROM payments ORDER BY id")
        assert [tuple(row) for row in states] == [
            (first.reference, "succeeded", "value"),
            (waiting.reference, "succeeded", "value"),
        ]
        assert [one.text for one in first.client.messages] == told[first.client]
        assert len(stage.paystack.refunds.all) == 1
        assert_log_is_clean(stage)


def _found(admin: Phone, reference: str, what: str) -> bool:
    texts = [one.text for one in admin.messages if reference in one.text]
    return any(f"A {what} that these books don't know" in text for text in texts)


async def _cancelled(first: Consultation) -> None:
    """Within the terms: all of it goes back."""
    await press(first.client, "Cancel")
    await first.client.wait_for_button("Yes, cancel it")
    await press(first.client, "Yes, cancel it")
    await first.client.wait_until(lambda: len(first.stage.paystack.refunds.all) == 1, timeout=15)
