"""What somebody typed, sent or was told cannot be read in the database without the key."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import segno
from cryptography.fernet import Fernet
from sqlalchemy import inspect, select, text

from bot.poller import update_item
from domain.model.message import File, FileKind, Message
from domain.model.queue import Errand, InboxItem, OutboxItem, Source
from domain.ports import UnitOfWork
from handlers.call import Reply
from handlers.router import Router
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from storage.repositories import inbox as inbox_rows
from storage.tables import inbox, metadata, outbox
from storage.uow import SqlUnitOfWork
from storage.vault import FernetVault
from tests.rig import ADMIN, Cast, Rig

TYPED, CAPTION, FILE_NAME, PRESSED = (
    "insulin-since-May",
    "my-blood-panel",
    "hiv-result.pdf",
    "v1:zz:cirrhosis",
)
PAYER, ANSWERED = "bola.secret@example.com", "low-potassium-plan"
PICTURE = BytesIO()
segno.make("breakfast: oats, no salt").save(PICTURE, kind="png", scale=9)
DRAWN = b64encode(PICTURE.getvalue()).decode()[60:90]  # short enough for one page of the file
WAITING = (TYPED, CAPTION, FILE_NAME, PRESSED, PAYER)  # in the inbox
ASKED = "gestational-diabetes"  # a request's message
NOWHERE = (*WAITING, ANSWERED, DRAWN, ASKED)  # those in the outbox behind those in the inbox
EVENT = {
    "event": "customeridentification.success",
    "data": {"id": 77, "status": "success", "customer": {"email": PAYER}},
}
OTHER_KEY = FernetVault([Fernet.generate_key().decode()])
UNREADABLE = "UnreadableError: none of the keys in ENCRYPTION_KEY opens what is stored"


def everything(uow: UnitOfWork) -> dict[str, bytes]:
    """All that each column of every table holds."""
    assert isinstance(uow, SqlUnitOfWork)
    found: dict[str, bytes] = {}
    for table in inspect(uow.connection).get_table_names():
        rows = uow.connection.execute(text(f'SELECT * FROM "{table}"'))
        names = [f"{table}.{name}" for name in rows.keys()]  # noqa: SIM118 - a result is no dict
        found |= dict.fromkeys(names, b"")
        for row in rows:
            for name, value in zip(names, row, strict=True):
                found[name] += b"\n" + (value if isinstance(value, bytes) else str(value).encode())
    return found


async def places(rig: Rig, words: Sequence[str]) -> dict[str, set[str]]:
    """In which columns each word stands."""
    columns = await rig.read(everything)
    assert {name.partition(".")[0] for name in columns} >= set(metadata.tables)
    return {word: {name for name, held in columns.items() if word.encode() in held} for word in words}


def files(rig: Rig) -> bytes:
    """SQLite's own file and its log."""
    path = Path(rig.settings.database_url.get_secret_value().partition("///")[2])
    parts = {part.name: part.read_bytes() for part in path.parent.glob(f"{path.name}*")}
    assert parts[path.name]
    assert parts[f"{path.name}-wal"]
    return b"".join(parts.values())


def unavailable(match: str) -> Fault:
    return Fault(match=match, kind=FaultKind.STATUS, status=503, times=-1)


async def plant(rig: Rig, cast: Cast) -> None:
    """Something of every kind that is kept until it is worked, or until it can be said."""
    request = await rig.request(cast, message=ASKED)
    await rig.say(cast.amina, f"I have taken {TYPED}")
    await cast.amina.send_document(FILE_NAME, b"%PDF-1.7", caption=CAPTION)
    await rig.settled()
    await rig.press_data(cast.amina, PRESSED)
    await rig.paystack.send_event(EVENT)
    rig.telegram.faults.plan(unavailable("editMessageText"))
    await rig.press_data(cast.amina, f"v1:show:{request.public_id}::1")
    await plant_picture(rig, cast)


async def plant_picture(rig: Rig, cast: Cast) -> None:
    """An answer that Telegram does not take now."""
    picture = File(kind=FileKind.PHOTO, name="plan.png", mime_type="image/png", content=PICTURE.getvalue())

    async def answer(*_: object) -> Reply:
        return Reply(screen=Message(text=f"Your {ANSWERED}", file=picture))

    rig.telegram.faults.plan(unavailable("send*"))
    with patch.object(Router, "__call__", answer):
        await rig.say(cast.amina, "/plans")


@pytest.fixture
def unforgotten() -> Iterator[None]:
    """What is worked loses its words at once; here they stay, as they do until then."""
    close = inbox_rows._CLOSE.values(state="done", closed_at=inbox_rows._NOW, owner=None, lease_until=None)
    with patch.object(inbox_rows, "_DONE", close):
        yield


@pytest.mark.usefixtures("unforgotten")
async def test_what_was_planted_stands_only_where_it_may(
    rig: Rig, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await plant(rig, await rig.cast())
    assert await places(rig, NOWHERE) == {word: set() for word in NOWHERE}
    if engine_name == "sqlite":
        raw = files(rig)
        assert [word for word in NOWHERE if word.encode() in raw] == []
    logged = "".join(capsys.readouterr())
    assert "answer goes to the outbox" in logged
    assert [word for word in NOWHERE if word in logged] == []


@pytest.mark.usefixtures("unforgotten")
async def test_without_the_seal_the_same_look_finds_it(rig: Rig, engine_name: str) -> None:
    """The negative control."""
    with patch.object(FernetVault, "seal", lambda _, plain: plain):
        await plant(rig, await rig.cast())
    found = await places(rig, NOWHERE)
    assert all("inbox.body" in found[word] for word in WAITING)
    assert found[ANSWERED] == found[DRAWN] == {"outbox.payload"}
    assert found[ASKED] == {"requests.message", "outbox.payload"}
    if engine_name == "sqlite":
        raw = files(rig)
        assert all(word.encode() in raw for word in NOWHERE)


async def test_what_was_sealed_is_said_once_it_can_be(rig: Rig) -> None:
    cast = await rig.cast()
    await plant(rig, cast)
    said = " ".join(message.text for message in cast.amina.messages)
    assert ASKED not in said
    assert ANSWERED not in said
    rig.telegram.faults.clear()
    await rig.pass_time(timedelta(minutes=2))
    said = " ".join(message.text for message in cast.amina.messages)
    assert ASKED in said
    assert f"Your {ANSWERED}" in said
    assert [one.photo.bytes for one in cast.amina.messages if one.photo] == [PICTURE.getvalue()]
    assert await rig.failed() == []


def command(rig: Rig, phone: Phone, number: int) -> InboxItem:
    """As it arrives: a command that there is not."""
    message = {"message_id": number, "date": 0, "chat": phone.chat.json, "from": phone.chat.user_json}
    update = {"update_id": 900_000 + number, "message": {**message, "text": "/frobnicate"}}
    return update_item(update, rig.clock)


def event(rig: Rig) -> InboxItem:
    return InboxItem(
        source=Source.PAYSTACK, key="e", lane="e", body='{"event":"x"}', received_at=rig.clock.now()
    )


async def left_behind(rig: Rig, phone: Phone) -> None:
    """By a process that died: sealed with our key, sealed with another, and as an earlier version did."""
    ours, foreign, old = (command(rig, phone, number) for number in (1, 2, 3))
    items = [
        replace(ours, body=rig.world.vault.seal(ours.body)),
        *(replace(item, body=OTHER_KEY.seal(item.body)) for item in (foreign, event(rig))),
        old,
    ]
    now = rig.clock.now()
    await rig.write(lambda uow: uow.inbox.add(items, owner="dead", lease_until=now))


@pytest.mark.parametrize("alone", [True, False])
async def test_what_no_key_opens_fails_by_itself_and_is_told(rig: Rig, *, alone: bool) -> None:
    cast = await rig.cast()
    await left_behind(rig, cast.amina)
    await rig.machine.inbox.resume(alone=alone)
    await rig.settled()
    answers = [message.text for message in cast.amina.messages if not message.mine]
    assert [answer.startswith("I don't know that command.") for answer in answers] == [False, True, True]
    states = await rig.rows(select(inbox.c.key, inbox.c.state, inbox.c.error).order_by(inbox.c.id))
    assert states == [
        ("900001", "done", None),
        ("900002", "failed", UNREADABLE),
        ("e", "failed", UNREADABLE),
        ("900003", "done", None),
    ]
    told = [message.text for message in rig.telegram.phone(ADMIN).messages]
    assert (
        sum("A stored update or event failed" in words and "ENCRYPTION_KEY" in words for words in told) == 2
    )


def answer_of(rig: Rig, phone: Phone, key: str, message: Any) -> OutboxItem:
    now = rig.clock.now()
    payload = {"telegram_id": phone.user_id, "message_id": None, "message": message}
    return OutboxItem(
        errand=Errand.ANSWER,
        key=key,
        lane=f"chat:{phone.user_id}",
        payload=payload,
        due_at=now,
        created_at=now,
    )


async def test_an_earlier_versions_answer_is_still_said_and_a_foreign_one_is_told_of(rig: Rig) -> None:
    amina = (await rig.cast()).amina
    foreign = answer_of(rig, amina, "foreign", OTHER_KEY.seal('{"text":"x"}'))
    old = answer_of(rig, amina, "old", asdict(Message(text="An older answer")))
    await rig.write(lambda uow: [uow.outbox.add(item) for item in (foreign, old)])
    rig.machine.outbox.nudge()
    await rig.settled()
    assert amina.last.text == "An older answer"
    rows = await rig.rows(
        select(outbox.c.key, outbox.c.state, outbox.c.error).where(outbox.c.errand == "answer")
    )
    assert sorted(rows) == [("foreign", "dead", UNREADABLE), ("old", "sent", None)]
    assert "ENCRYPTION_KEY" in rig.telegram.phone(ADMIN).last.text


async def test_it_is_sealed_when_stored_and_plain_when_handed_on(rig: Rig) -> None:
    """Of two equal ones in one batch the first counts."""
    phone = (await rig.cast()).amina
    first = command(rig, phone, 1)
    handed: list[InboxItem] = []
    rig.machine.keeper.on_stored = handed.extend
    await rig.machine.keeper.keep([first, replace(first, body='{"again":1}'), command(rig, phone, 2)])
    await rig.settled()
    assert [item.body for item in handed] == [first.body, command(rig, phone, 2).body]
    stored = await rig.rows(select(inbox.c.id, inbox.c.body).order_by(inbox.c.id))
    assert [(key, rig.world.vault.open(body)) for key, body in stored] == [
        (item.id, item.body) for item in handed
    ]
