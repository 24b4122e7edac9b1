"""/mydata: everything that is held about somebody, and nothing of anybody else."""

import json
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from domain.model.message import File
from domain.model.queue import Errand, InboxItem, InboxState, OutboxItem, Source
from domain.ports import UnitOfWork
from domain.ports.erasure import Whose
from domain.usecases.copy_data import Subject
from handlers.data_copy import writer_of
from storage.tables import audit, outbox
from tests.clock import MORNING
from tests.handlers.lives import ANSWER, LETTER, MAIL, NAME, NOTE, REVIEW, WORDS, document, lived, parsed
from tests.money.practice import another, booked, play
from tests.rig import HOSTILE, Rig

HOUR = timedelta(hours=1)


async def test_everything_about_them_stands_in_one_document(rig: Rig) -> None:
    life = await lived(rig)
    await rig.say(life.cast.amina, "/mydata")
    found = parsed(rig, life.cast.amina)
    text = document(rig, life.cast.amina, ".json").decode()
    for planted in (
        NAME,
        MAIL,
        ANSWER,
        NOTE,
        REVIEW,
        WORDS,
        LETTER,
        life.asked.reference,
        life.asked.public_id,
    ):
        assert planted in text, planted
    assert found["profile"][0]["telegram_id"] == life.cast.amina.user_id
    (paid,) = found["payments"]
    assert paid["amount"] == {"amount": "12500.00", "currency": "NGN"}
    assert datetime.fromisoformat(paid["paid_at"]).utcoffset() is not None
    assert found["intake_answers"][0]["answers"] == [{"question": "Any allergies?", "answer": ANSWER}]
    assert found["meal_plan_files"][0]["name"] == "plan.pdf"
    assert {one["role"] for one in found["attendance"]} == {"client"}
    assert found["history"] != []
    assert "practice" not in found
    page = document(rig, life.cast.amina, ".html").decode()
    assert ANSWER in page
    assert "<script" not in page
    assert await rig.failed() == []


async def test_what_waits_is_readable_and_opens_nothing(rig: Rig) -> None:
    cast = await play(rig)
    vault, now, token = rig.world.vault, rig.clock.now() + HOUR, "secret_TOKEN-1"
    link = f"https://t.me/bot?start={token}"

    def wait(uow: UnitOfWork) -> None:
        typed = vault.seal(json.dumps({"message": {"text": f"/start {token}"}}))
        lane = f"telegram:{cast.amina.user_id}"
        uow.inbox.add(
            [
                InboxItem(
                    source=Source.TELEGRAM,
                    key="waits",
                    lane=lane,
                    body=typed,
                    received_at=now,
                    state=InboxState.FAILED,
                )
            ],
            owner="me",
            lease_until=now,
        )
        message = vault.seal(json.dumps({"text": "An answer", "url": link}))
        payload = {"telegram_id": cast.amina.user_id, "message_id": None, "message": message}
        lane = f"chat:{cast.amina.user_id}"
        uow.outbox.add(
            OutboxItem(
                errand=Errand.ANSWER, key="waits", lane=lane, payload=payload, due_at=now, created_at=now
            )
        )

    await rig.write(wait)
    await rig.say(cast.amina, "/mydata")
    found = parsed(rig, cast.amina)
    assert {"message": {"text": "/start …"}} in [one["body"] for one in found["messages_from_you"]]
    said = [one["words"] for one in found["messages_to_you"] if "words" in one]
    assert {"text": "An answer", "url": "https://t.me/bot?start=…"} in said
    assert token not in document(rig, cast.amina, ".json").decode()


async def test_nothing_of_anybody_else_stands_in_it(rig: Rig) -> None:
    life = await lived(rig)
    other = await another(rig, life.cast)
    await booked(rig, other)
    await rig.say(other.amina, "/mydata")
    text = document(rig, other.amina, ".json").decode() + document(rig, other.amina, ".html").decode()
    for planted in (NAME, MAIL, ANSWER, NOTE, REVIEW, WORDS, life.asked.reference):
        assert planted not in text, planted
    assert "Tunde Cole" in text


async def test_a_dietitian_gets_their_practice_too_without_secrets_or_their_clients_health(rig: Rig) -> None:
    life = await lived(rig)
    await rig.say(life.cast.ada, "/mydata")
    found = parsed(rig, life.cast.ada)
    practice = found["practice"]
    assert practice["profile"][0]["name"] == "Dr Ada Obi"
    assert practice["services"][0]["price"]["currency"] == "NGN"
    assert len(practice["weekly_hours"]) == 7
    assert NAME in {one["name"] for one in practice["clients"]}
    assert practice["payments"] != []
    text = document(rig, life.cast.ada, ".json").decode()
    for private in (ANSWER, REVIEW, NOTE, "sealed", "token_hash"):
        assert private not in text, private


async def test_once_an_hour_and_it_says_when_again(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/mydata")
    await rig.say(cast.amina, "/mydata")
    assert "09:00" in cast.amina.last.text or "10:00" in cast.amina.last.text
    assert len([one for one in cast.amina.messages if one.document is not None]) == 2
    rig.clock.advance(HOUR)
    await rig.say(cast.amina, "/mydata")
    assert len([one for one in cast.amina.messages if one.document is not None]) == 4
    asked = select(audit.c.id).where(audit.c.action == "asked for their data")
    assert len(await rig.rows(asked)) == 2


async def test_two_phones_at_once_get_it_once(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/settings")
    bubble = cast.amina.last.id
    await rig.press_all(cast.amina, [(bubble, "v1:mydat:::0")] * 3)
    assert len([one for one in cast.amina.messages if one.document is not None]) == 2


async def test_the_document_is_stored_nowhere(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/mydata")
    rows = await rig.rows(select(outbox.c.payload).where(outbox.c.errand == "my_data"))
    assert rows == [({"person_id": cast.client.id, "form": form},) for form in ("json", "html")]


async def test_who_has_not_agreed_to_anything_may_ask_too(rig: Rig) -> None:
    cast = await rig.cast(consented_at=None, consent_version=None)
    await rig.say(cast.amina, "/mydata")
    assert parsed(rig, cast.amina)["profile"][0]["name"] == cast.client.name


def written(form: str, name: str, rows: int = 1) -> File:
    subject = Subject(
        made_at=MORNING,
        name=name,
        timezone="Africa/Lagos",
        telegram_id=1,
        whose=Whose(person_id=1, telegram_id=1),
        sections=["profile", "practice.a", "practice.b"],
    )
    writer = writer_of(subject, form)
    row = {"note": name, "times": ["a", "b"], "price": {"amount": "1.00", "currency": "NGN"}, "on": True}
    writer.page("profile", [row] * rows)
    writer.page("profile", [row])
    writer.page("practice.a", [])
    writer.page("practice.b", [row])
    file = writer.end().file
    assert file is not None
    return file


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert all(
            name in {"lang", "charset", "name", "content", "http-equiv", "id", "href"} for name, _ in attrs
        )


@pytest.mark.parametrize("name", [HOSTILE, '"><img src=x onerror=alert(1)>', "</title><script>1</script>"])
def test_what_people_typed_does_nothing_on_the_page(name: str) -> None:
    page = written("html", name).content.decode()
    tags = Tags()
    tags.feed(page)
    assert {"script", "img", "b"}.isdisjoint(tags.seen)


def test_the_document_is_json_whatever_is_in_it() -> None:
    found = json.loads(written("json", HOSTILE).content)
    assert [len(found["profile"]), found["practice"]["a"], len(found["practice"]["b"])] == [2, [], 1]
    assert found["profile"][0]["note"] == HOSTILE


def test_what_is_too_large_is_packed() -> None:
    file = written("json", "x" * 2_000, 12_000)
    assert file.name == "my-data-2026-11-02.json.zip"
    assert len(file.content) < 2_000_000
    with ZipFile(BytesIO(file.content)) as archive:
        (name,) = archive.namelist()
        assert len(json.loads(archive.read(name))["profile"]) == 12_001
