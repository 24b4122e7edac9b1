"""What the people of the month press on their phones, each a way that the screens lead."""

from datetime import UTC, datetime
from random import Random

from sandbox.stage import Stage
from sandbox.telegram import Phone

Found = tuple[int, str, str]  # message, label, data


def found(phone: Phone, verb: str, subject: str = "", label: str = "", *, since: int = 0) -> list[Found]:
    """Buttons that do this, of the message that changed last among those that have any.

    `since`: only below this one.
    """
    messages = [one for one in phone.chat.messages.values() if one.inline and one.id > since]
    for message in sorted(messages, key=lambda one: one.edited_at or one.at, reverse=True):
        lines = (message.inline or {}).get("inline_keyboard", [])
        buttons = [(one["text"], one.get("callback_data") or "") for line in lines for one in line]
        hits = [
            (message.id, text, data) for text, data in buttons if _does(data, verb, subject) and label in text
        ]
        if hits:
            return hits
    return []


def _does(data: str, verb: str, subject: str) -> bool:
    parts = data.split(":")
    return len(parts) == 5 and parts[1] == verb and subject in {"", parts[2]}


async def press(
    phone: Phone, verb: str, subject: str = "", label: str = "", *, pick: Random | None = None, since: int = 0
) -> str:
    """The button's data."""
    await phone.wait_until(lambda: found(phone, verb, subject, label, since=since), timeout=20)
    hits = found(phone, verb, subject, label, since=since)
    message, _, data = pick.choice(hits) if pick else hits[0]
    answer = await phone.press_raw(message, data, timeout=20)
    assert answer.answered, data
    return data


async def arrive(phone: Phone, zone: str | None = None) -> None:
    await phone.start()
    await press(phone, "agree")
    if zone is not None:
        sent = await phone.send("/settings")
        await press(phone, "szone", since=sent)
        await phone.wait_for("Which time zone")
        await phone.send(zone)
        await phone.wait_for(f"Time zone: {zone}", 20)


async def book(
    stage: Stage, phone: Phone, dietitian: str, pick: Random, *, days: int
) -> tuple[str, datetime]:
    """The request's public id, and when it begins. `days`: of those offered, how many come into question."""
    sent = await phone.send("/book")
    await press(phone, "shelf", label=dietitian, since=sent)
    await press(phone, "take", since=sent)
    request = await _choose_day(phone, "day", "", pick, days)
    start = start_in(await press(phone, "slot", request, pick=pick))
    await phone.wait_until(lambda: "Type your e-mail" in phone.last.text or _pays(phone, request), timeout=20)
    if not _pays(phone, request):
        await phone.send(f"client{phone.user_id}@example.com")
        await phone.wait_until(lambda: _pays(phone, request), timeout=20)
    url = _pays(phone, request)
    reference = next(one.reference for one in stage.paystack.transactions if one.access_code in url)
    await stage.paystack.pay(reference)
    await phone.wait_for(f"Reference: {reference}", 20)
    return request, start


async def _choose_day(phone: Phone, verb: str, request: str, pick: Random, days: int) -> str:
    await phone.wait_until(lambda: found(phone, verb, request), timeout=20)
    message, _, data = pick.choice(found(phone, verb, request)[:days])
    assert (await phone.press_raw(message, data, timeout=20)).answered
    return data.split(":")[2]


def _pays(phone: Phone, request: str) -> str:
    """The address behind Pay, once it is there for this request."""
    for message in reversed(phone.messages):
        buttons = [one for line in message.buttons for one in line]
        if any(one.data and one.data.split(":")[2] == request for one in buttons):
            return next((one.url for one in buttons if one.url and "Pay" in one.label), "")
    return ""


def start_in(data: str) -> datetime:
    return datetime.strptime(data.split(":")[3], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)


async def move(phone: Phone, request: str, pick: Random, *, days: int) -> datetime:
    await press(phone, "mv", request)
    await _choose_day(phone, "mvd", request, pick, days)
    start = start_in(await press(phone, "mvs", request, pick=pick))
    await press(phone, "mvy", request)
    return start


async def cancel(phone: Phone, request: str) -> None:
    await press(phone, "cx", request)
    await press(phone, "cxy", request)
    await phone.wait_for("Cancelled", 20)


async def switch(phone: Phone, *leads: str) -> int:
    """Turn these reminders off, or on again; the message that the screen is below."""
    sent = await phone.send("/settings")
    await press(phone, "rem", since=sent)
    for lead in leads:
        was = await press(phone, "rems", label=lead, since=sent)
        await _is_other_than(was, phone, lead, sent)
    return sent


async def _is_other_than(was: str, phone: Phone, lead: str, since: int) -> None:
    await phone.wait_until(lambda: found(phone, "rems", label=lead, since=since)[0][2] != was, timeout=20)


async def sleep(phone: Phone, begins: int, ends: int) -> None:
    """Quiet hours."""
    sent = await switch(phone)
    await press(phone, "remq", since=sent)
    await phone.wait_for("When should messages make no sound")
    await phone.send(f"{begins:02}:00-{ends:02}:00")
    await phone.wait_for(f"{begins:02}:00–{ends:02}:00", 20)


async def turn_away(phone: Phone, client: str) -> None:
    """A dietitian blocks a client: nothing new, and what is booked goes on."""
    sent = await phone.send("/clients")
    await press(phone, "clis", since=sent)
    await phone.wait_for("Whom are you looking for")
    await phone.send(client)
    await press(phone, "clc", label=client, since=sent)
    await press(phone, "clb", since=sent)
    await press(phone, "clby", since=sent)
    await phone.wait_for("Blocked")
