"""What must hold after a journey, read from outside: the screens, the stand-ins, the log, the database."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from sandbox.stage import ACCOUNT, CLIENT_SECRET, PAYSTACK_KEY, TOKEN, Stage
from sandbox.telegram import Phone
from tests.journeys.consultation import KOBO, PRICE, SERVICE, Consultation

_SOON = timedelta(hours=1)
_FOR_LATER = ("notice:reminder", "notice:holdending")
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def rows(stage: Stage, sql: str) -> Sequence[Any]:
    engine = create_async_engine(stage.environment()["DATABASE_URL"], poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text(sql))).all()
    finally:
        await engine.dispose()


async def waiting(stage: Stage) -> list[str]:
    """What is stored and unworked; reminders and the like that are for later do not count."""
    new = (await rows(stage, "SELECT count(*) FROM inbox WHERE state = 'new'"))[0][0]
    due = await rows(stage, "SELECT key, due_at FROM outbox WHERE state = 'due'")
    soon = stage.clock.now() + _SOON
    keys = [key for key, due_at in due if _instant(due_at) < soon and not key.startswith(_FOR_LATER)]
    return [*(["inbox"] if new else []), *keys]


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else _EPOCH + timedelta(microseconds=value)


async def quiet(stage: Stage, *, seconds: float = 30.0) -> None:
    """Everything that came in is worked, everything that had to go out has gone.

    What was stored by a commit whose answer was lost is taken up when its lease of 15 s is over.
    """
    left: list[str] = ["?"]
    try:
        async with asyncio.timeout(seconds):
            while left := await waiting(stage):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"still waiting after {seconds} s: {left}") from None


async def assert_paid_once(journey: Consultation, *, events: int) -> None:
    """One booking, one payment with value, so many events in the calendar; and one message to each side."""
    stage = journey.stage
    await quiet(stage)
    states = await rows(
        stage,
        "SELECT b.state, r.state FROM payments p JOIN requests r ON r.id = p.request_id "
        "JOIN bookings b ON b.request_id = r.id "
        f"WHERE p.reference = '{journey.reference}' AND b.state IN ('pending', 'confirmed')",
    )
    assert [tuple(each) for each in states] == [("confirmed", "approved")]
    money = await rows(
        stage,
        f"SELECT state, outcome, amount, paid_amount FROM payments WHERE reference = '{journey.reference}'",
    )
    assert [tuple(each) for each in money] == [("succeeded", "value", KOBO, KOBO)]
    assert len(stage.google.events(ACCOUNT)) == events


async def assert_all_well(journey: Consultation, *, events: int = 1) -> None:
    await assert_paid_once(journey, events=events)
    assert_told_once(journey)
    assert_answered(journey.ada, journey.client)
    assert_log_is_clean(journey.stage)


def assert_told_once(journey: Consultation) -> None:
    receipts = [one.text for one in journey.client.messages if "Reference:" in one.text]
    told = [one for one in journey.ada.messages if "Booking confirmed" in one.text]
    assert len(receipts) == 1
    assert len(told) == 1
    for words in ("Your booking is confirmed", SERVICE, PRICE, "by card", "Dr Ada Obi", journey.reference):
        assert words in receipts[0]
    for words in (SERVICE, journey.name, f"{PRICE} paid"):
        assert words in told[0].text
    assert not [label for one in journey.client.messages for label in one.labels if "Pay" in label]
    assert_invited(journey.client)


def assert_invited(phone: Phone) -> None:
    """One calendar file, as RFC 5545 has it."""
    files = [one.document for one in phone.messages if one.document]
    assert [one.name for one in files] == ["session.ics"]
    raw = files[0].bytes
    assert raw.count(b"\n") == raw.count(b"\r\n") > 0
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    assert start.utcoffset() == timedelta()
    assert end - start == timedelta(minutes=45)
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert str(event["UID"])


def assert_answered(*phones: Phone) -> None:
    for phone in phones:
        assert phone.unanswered_callbacks == [], f"{phone.user_id} still sees a progress bar"


def assert_log_is_clean(stage: Stage) -> None:
    """No error, and no secret in whatever was logged."""
    bad = [line for line in stage.logged() if "raw" in line or line.get("level") in {"error", "critical"}]
    assert bad == []
    log = stage.log.read_text()
    for secret in secrets(stage):
        assert secret not in log


def secrets(stage: Stage) -> list[str]:
    tokens = [str(grant.refresh_token) for grant in stage.google.grants(ACCOUNT)]
    return [TOKEN, PAYSTACK_KEY, CLIENT_SECRET, stage.environment()["ENCRYPTION_KEY"], *tokens]
