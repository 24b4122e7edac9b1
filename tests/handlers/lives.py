"""Somebody who has left a trace in every part of the bot, and what is left of them."""

import json
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.sealed import opened
from domain.model.attendance import Attendance, Review
from domain.model.people import Client, Invite, Role
from domain.model.queue import OutboxState
from domain.model.request import Request, RequestState
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from domain.usecases.telling import record
from handlers.callbacks import Verb
from storage.tables import metadata
from storage.uow import SqlUnitOfWork
from tests.handlers import tour_plans
from tests.handlers.tour import callbacks
from tests.handlers.tour_intake import Asked, plan
from tests.rig import Cast, Rig
from tests.storage import seeds

NAME, MAIL = "Amina Zebulon", "amina.zebulon@example.com"
ANSWER, NOTE, REVIEW = "allergic-to-zebras", "note-of-zebras", "review-of-zebras"
WORDS, REASON, TYPED = "message-of-zebras", "reason-of-zebras", "typed-of-zebras"
LETTER = "letter-of-zebras"
PLANTED = ("zebras", "zebulon", "Zebulon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    cast: Cast
    asked: Asked  # a plan, sent and received
    past: Request  # a session, reviewed


async def lived(rig: Rig) -> Life:
    """Nothing is open with them any more."""
    asked = await plan(rig, questions=("Any allergies?",))
    cast = asked.cast
    await rig.write(partial(_plant, cast=cast, rig=rig))
    await rig.press_data(cast.amina, asked.data(Verb.INTAKE))
    await rig.press(cast.amina, "Agree")
    await rig.say(cast.amina, ANSWER)
    await rig.press_data(cast.ada, f"v1:plup:{asked.public_id}::1")
    await tour_plans.upload(rig, cast.ada)
    await rig.press(cast.ada, "Confirm")
    await rig.say(cast.amina, f"{TYPED} {NAME}")
    past = await rig.write(partial(_past, rig=rig, cast=cast))
    life = Life(cast=cast, asked=asked, past=past)
    await rig.write(partial(_said_elsewhere, rig=rig, life=life))
    return life


def _plant(uow: UnitOfWork, *, cast: Cast, rig: Rig) -> None:
    person = uow.people.get(cast.client.id)
    uow.people.save(replace(person, name=NAME, email=MAIL))
    client = uow.clients.find(cast.dietitian.id, cast.client.id)
    notes = "\n".join(rig.world.vault.seal(NOTE) for _ in range(2))
    if client is None:
        uow.clients.add(
            Client(
                dietitian_id=cast.dietitian.id,
                person_id=cast.client.id,
                name=NAME,
                email=MAIL,
                sealed_notes=notes,
                created_at=rig.clock.now(),
            )
        )
    else:
        uow.clients.save(replace(client, name=NAME, email=MAIL, sealed_notes=notes))


def _past(uow: UnitOfWork, *, rig: Rig, cast: Cast) -> Request:
    """A session some days ago, its request with words of both sides."""
    request = uow.requests.add(
        seeds.request(
            cast.dietitian.id,
            cast.client.id,
            public_id=f"PST{cast.client.id:07}",
            state=RequestState.APPROVED,
            client_name=NAME,
            client_email=MAIL,
            message=WORDS,
            decline_reason=REASON,
            title=cast.service.title,
            minutes=45,
            price=cast.service.price,
            currency="NGN",
        )
    )
    start = rig.clock.now() - 48 * seeds.HOUR
    seed = seeds.booking(request, start, state="completed", hold_until=None, client_zone="Asia/Tokyo")
    booking = uow.bookings.add(seed)
    uow.attendances.put(Attendance(booking_id=booking.id, role=Role.CLIENT, here_at=start))
    uow.attendances.put(Attendance(booking_id=booking.id, role=Role.DIETITIAN, here_at=start))
    words = rig.world.vault.seal(REVIEW)
    uow.reviews.add(Review(booking_id=booking.id, stars=5, sealed_words=words, created_at=start))
    return request


def _said_elsewhere(uow: UnitOfWork, *, rig: Rig, life: Life) -> None:
    """By mail, to others, and in what others were about to do."""
    now, client, ada = rig.clock.now(), life.cast.client.id, life.cast.dietitian
    words = {"sealed": rig.world.vault.seal(LETTER), "name": NAME}
    for key, lane, detail in (
        ("noticemail:message:0", f"mail:{client}", words),
        ("notice:message:0", f"person:{client}", {}),
        ("notice:unreached:message:0:refused", f"person:{ada.person_id}", {"name": NAME}),
        ("noticemail:unreached:message:0", f"mail:{ada.person_id}", {"name": NAME}),
        (f"noticemail:blocked:{life.past.public_id}", f"mail:{ada.person_id}", {"name": NAME}),
        (f"alert:planlate:{life.asked.public_id}:9001", "admin:9001", {"client": NAME}),
        (f"alert:left:{client}:{now.isoformat()}:9001", "admin:9001", {"who": NAME}),
    ):
        sent = seeds.errand(key, lane=lane)
        uow.outbox.add(replace(sent, payload={"detail": detail}, state=OutboxState.SENT))
    step = Step(telegram_id=ada.telegram_id, kind=StepKind.CLIENT_SEARCH, subject="zebulon", expires_at=now)
    uow.steps.put(step)
    invite = Invite(
        public_id="INVITEDABC", token_hash="0", name=NAME, created_by=ada.person_id,
        created_at=now, expires_at=now, used_by=client, used_at=now, revoked_at=now,
    )  # fmt: skip
    uow.invites.add(invite)
    record(uow, now, "person:0", "invited", f"invite:{invite.public_id}", name=NAME)


async def everything(rig: Rig) -> str:
    """All rows of all tables, with all that the key opens opened."""

    def read(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        lines = []
        for table in metadata.sorted_tables:
            rows = uow.connection.execute(select(table))
            lines += [f"{table.name}: " + " | ".join(_open(rig, value) for value in row) for row in rows]
        return "\n".join(lines)

    text: str = await rig.database.read(read)
    return text


def _open(rig: Rig, value: Any) -> str:
    vault = rig.world.vault
    if isinstance(value, bytes):
        return vault.open_bytes(value)[:20].hex()
    if isinstance(value, dict):
        return " ".join(f"{key}={_open(rig, one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return " ".join(_open(rig, one) for one in value)
    text = str(value)
    if not text.startswith("gAAAA") and "\ngAAAA" not in text and not text.startswith("d1"):
        return text
    try:
        return " ".join(opened(vault, part) for part in text.split())
    except Exception:  # noqa: BLE001 - a token of something else
        return text


def left_of(text: str, *words: str) -> list[str]:
    """The lines that say so; a number is one only as a whole."""
    found = re.compile("|".join(rf"(?<!\d){re.escape(word)}(?!\d)" for word in words))
    return [line for line in text.splitlines() if found.search(line)]


async def press_delete(rig: Rig, cast: Cast) -> str:
    """Both presses; what the question has become."""
    await rig.say(cast.amina, "/deletemydata")
    bubble = cast.amina.last.id
    await rig.press(cast.amina, "Delete")
    await rig.press(cast.amina, "Confirm")
    return next(one.text for one in cast.amina.messages if one.id == bubble)


def data_of(cast: Cast, verb: str) -> str:
    """Of the newest button that does this."""
    found = [
        button.data
        for message in reversed(cast.amina.messages)
        for button in callbacks(message)
        if button.data is not None and button.data.startswith(f"v1:{verb}:")
    ]
    return found[0]


def document(rig: Rig, phone: Any, kind: str) -> bytes:
    """The newest file of this kind in the chat."""
    files = [one.document for one in phone.messages if one.document is not None]
    content: bytes = [file.bytes for file in files if file.name.endswith(kind)][-1]
    return content


def parsed(rig: Rig, phone: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document(rig, phone, ".json"))
    return found
