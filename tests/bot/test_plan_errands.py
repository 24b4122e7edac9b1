"""A PDF that is there is not sent again because the database was away when that was to be written down."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot import plan_errands
from bot.outbox import Done
from bot.plan_errands import PlanErrands
from domain.errors import StorageUnavailable
from domain.model.message import SentFile
from domain.model.queue import Errand, OutboxItem
from tests.clock import MORNING, FrozenClock


async def test_a_pdf_is_sent_once_although_the_database_is_away_just_then(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_errands, "_PAUSE", 0.0)
    monkeypatch.setattr(plan_errands, "document", lambda _: SimpleNamespace())
    monkeypatch.setattr(plan_errands, "replace", lambda what, **_: what)
    monkeypatch.setattr(plan_errands, "is_quiet", lambda *_: False)
    client = SimpleNamespace(telegram_id=7, started_at=MORNING, timezone="Africa/Lagos")
    parcel = SimpleNamespace(shown=SimpleNamespace(card=SimpleNamespace(client=client)), content=b"%PDF")
    deliver: Any = AsyncMock()
    deliver.pack.return_value = parcel
    deliver.arrived.side_effect = [StorageUnavailable("away"), None]
    messenger: Any = AsyncMock()
    messenger.send_file.return_value = SentFile(message_id=9, handle="h")
    nothing: Any = None
    errands = PlanErrands(
        transactions=nothing, clock=clock, messenger=messenger, mailer=nothing, deliver_plan=deliver
    )
    item = OutboxItem(
        errand=Errand.PLAN, key="plan", lane="plan", payload={"file_id": 1, "again": False},
        due_at=MORNING, created_at=MORNING,
    )  # fmt: skip
    assert await errands(item) == Done(receipt="9")
    assert messenger.send_file.await_count == 1
    assert deliver.arrived.await_count == 2
