"""Who can't be reached in Telegram gets a mail, once, in order, and only what still holds."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from domain.model.notice import Notice, NoticeKind
from domain.model.request import Request
from domain.ports import UnitOfWork
from domain.usecases.telling import tell
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from storage.tables import outbox
from tests.handlers.tour_clients import WORDS
from tests.handlers.tour_clients import card as client_card
from tests.money.practice import (
    DAY,
    HOUR,
    MAIL,
    MINUTE,
    admin_of,
    booked,
    held,
    invitations,
    play,
    texts,
    told,
)
from tests.money.test_reschedule import booking_of, moved
from tests.post import Post, body, files, post_office
from tests.rig import HOSTILE, Cast, Rig, running

UNREACHED = "can't be reached in Telegram"
INSTEAD = "An e-mail went out instead."


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@pytest.fixture
async def mailing(database_url: str, post: Post) -> AsyncIterator[Rig]:
    async with running(database_url, **post.settings) as rig:
        yield rig


async def booked_behind_closed_doors(rig: Rig, **terms: Any) -> tuple[Cast, Request]:
    """The client leaves before the payment is seen; nobody has told the bot yet."""
    cast = await play(rig, **terms)
    request, reference = await held(rig, cast)
    cast.amina.chat.blocked = True
    await rig.pay(reference)
    return cast, request


def events(letters: Any) -> list[tuple[str, str, int]]:
    """Method, status and sequence of each calendar file."""
    found = []
    for letter in letters:
        for part in letter.iter_attachments():
            raw = part.get_payload(decode=True)
            calendar = Calendar.from_ical(raw)
            event: Any = calendar.walk("VEVENT")[0]
            assert part["Content-Type"].params["method"] == str(calendar["METHOD"])
            assert b"\r\n" in raw
            found.append((str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"])))
    return found


async def rows(rig: Rig, errand: str = "notice_mail") -> list[tuple[str, str | None]]:
    return await rig.rows(
        select(outbox.c.state, outbox.c.error).where(outbox.c.errand == errand).order_by(outbox.c.id)
    )


async def told_of_absence(rig: Rig) -> list[str]:
    """What each dietitian was told of the mail instead, in order."""
    told_ = outbox.c.key.startswith("notice:clientunreached:") & (outbox.c.state == "sent")
    found = await rig.rows(select(outbox.c.payload).where(told_).order_by(outbox.c.id))
    return [payload["detail"]["post"] for (payload,) in found]


async def test_what_the_chat_would_have_got_comes_by_mail_with_its_file(mailing: Rig, post: Post) -> None:
    cast, _ = await booked_behind_closed_doors(mailing)
    [letter] = post.to(MAIL)
    assert str(letter["Subject"]).startswith("Confirmed: your session on ")
    assert str(letter["Subject"]).endswith(" with Dr Ada Obi")
    for kind in ("plain", "html"):
        words = body(letter, kind)
        for said in (
            "Hello Amina Bello,",
            "Your booking is confirmed",
            "(Africa/Lagos)",
            "₦12,500.00",
            "Receipt",
        ):
            assert said in words
        assert "https://meet.example.com/ada" in words
        assert f"https://t.me/{mailing.world.bot.username}" in words
        assert "v1:" not in words
        assert "tg-time" not in words
    assert '<a href="https://meet.example.com/ada">🎥 Join</a>' in body(letter, "html")
    assert events([letter]) == [("PUBLISH", "CONFIRMED", 0)]
    assert invitations(cast.amina) == []
    client = await mailing.read(lambda uow: uow.people.get(cast.client.id))
    assert not client.reachable
    assert told(cast.ada, UNREACHED) == told(cast.ada, INSTEAD) == 1
    await mailing.press(cast.ada, "Open")
    assert "confirmed" in cast.ada.last.text
    assert await rows(mailing) == [("sent", None)]
    assert await mailing.failed() == []


async def test_what_follows_is_mailed_at_once_and_the_file_replaces_the_first(
    mailing: Rig, post: Post
) -> None:
    cast, request = await booked_behind_closed_doors(mailing)
    heard = len(cast.amina.messages)
    await moved(mailing, cast.ada, request)
    rev = (await mailing.read(lambda uow: uow.requests.card_by_id(request.id))).request.rev
    await mailing.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::{rev}")
    await mailing.press(cast.ada, "Yes")
    subjects = [str(one["Subject"]).partition(":")[0] for one in post.to(MAIL)]
    assert subjects[:3] == ["Confirmed", "Moved", "Cancelled"]
    assert "About a payment to Dr Ada Obi" in subjects
    assert events(post.to(MAIL)) == [
        ("PUBLISH", "CONFIRMED", 0), ("PUBLISH", "CONFIRMED", 1), ("CANCEL", "CANCELLED", 2),
    ]  # fmt: skip
    assert len(cast.amina.messages) == heard
    assert await told_of_absence(mailing) == ["sent"], "not once a message"
    assert await mailing.failed() == []


async def test_who_left_after_the_confirmation_gets_the_calendar_file_alone(mailing: Rig, post: Post) -> None:
    cast = await play(mailing)
    request, _ = await booked(mailing, cast)
    booking = await booking_of(mailing, request)
    cast.amina.chat.blocked = True
    late = Notice(
        kind=NoticeKind.INVITATION,
        to=cast.client.id,
        key="invitation:late",
        request_id=request.id,
        booking_id=booking.id,
        detail={"beside": f"booking_confirmed:{booking.public_id}:{cast.client.id}"},
    )
    await mailing.write(lambda uow: tell(uow, late, mailing.clock.now()))
    await mailing.settled()
    [letter] = post.to(MAIL)
    assert "Add it to your calendar." in body(letter)
    assert events([letter]) == [("PUBLISH", "CONFIRMED", 0)]


async def test_who_was_told_of_before_is_not_tried_in_the_chat(mailing: Rig, post: Post) -> None:
    """Telegram would take it by now, but the person never came back."""
    cast = await play(mailing)
    request, _ = await booked(mailing, cast)
    await mailing.write(lambda uow: uow.people.set_reachable(cast.amina.user_id, reachable=False))
    heard = texts(cast.amina)
    await mailing.pass_time((await booking_of(mailing, request)).start - DAY - mailing.clock.now())
    assert texts(cast.amina) == heard
    assert [str(one["Subject"]).partition(":")[0] for one in post.to(MAIL)] == ["Reminder"]
    assert told(cast.ada, "⏰ Reminder") == 1


async def test_who_comes_back_is_written_to_in_the_chat_again(mailing: Rig, post: Post) -> None:
    cast, request = await booked_behind_closed_doors(mailing)
    await cast.amina.unblock()
    await mailing.settled()
    await moved(mailing, cast.ada, request)
    assert told(cast.amina, "🔁 Moved") == 1
    assert len(post.to(MAIL)) == 1


async def test_a_mail_server_that_was_away_gets_all_of_it_once_and_in_order(mailing: Rig, post: Post) -> None:
    post.close()
    cast, request = await booked_behind_closed_doors(mailing)
    assert told(cast.ada, "so it is tried again") == 1
    await moved(mailing, cast.ada, request)
    assert post.tried == []
    post.open()
    await mailing.pass_time(2 * MINUTE)
    await mailing.pass_time(2 * MINUTE)
    assert [str(one["Subject"]).partition(":")[0] for one in post.to(MAIL)] == ["Confirmed", "Moved"]
    assert await rows(mailing) == [("sent", None)] * 2 or {state for state, _ in await rows(mailing)} == {
        "sent"
    }
    assert await mailing.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_mail_that_is_put_off_is_the_same_mail_when_it_comes(mailing: Rig, post: Post) -> None:
    post.to_content[:] = ["451 Try again later", "452 Disk full"]
    await booked_behind_closed_doors(mailing)
    for _ in range(3):
        await mailing.pass_time(2 * MINUTE)
    assert len(post.tried) == 3
    assert len(post.letters) == 1
    assert len({str(one["Message-ID"]) for one in post.tried}) == 1


async def test_a_wrong_address_is_given_up_told_and_can_be_tried_again(mailing: Rig, post: Post) -> None:
    post.to_recipient[:] = ["550 No such user"]
    cast, _ = await booked_behind_closed_doors(mailing)
    admin = await admin_of(mailing)
    for _ in range(2):
        await mailing.pass_time(10 * MINUTE)
    assert [state for state, _ in await rows(mailing)] == ["dead"]
    assert told(cast.ada, "It did not arrive by e-mail either") == 1
    assert told(cast.ada, INSTEAD) == 0
    await mailing.say(admin, "/admin")
    await mailing.press(admin, "Failed")
    assert "a message by e-mail (booking confirmed) to Amina Bello" in admin.last.text
    await mailing.press(admin, "1")
    await mailing.press(admin, "Retry")
    assert len(post.to(MAIL)) == 1


async def test_a_reminder_that_no_longer_holds_when_the_server_is_back_is_not_mailed(
    mailing: Rig, post: Post
) -> None:
    _, request = await booked_behind_closed_doors(mailing)
    post.close()
    await mailing.pass_time((await booking_of(mailing, request)).start - HOUR - mailing.clock.now())
    await mailing.write(lambda uow: _called_off(uow, request))
    post.open()
    await mailing.pass_time(2 * MINUTE)
    assert len(post.to(MAIL)) == 1
    assert ("dropped", "the booking is cancelled") in await rows(mailing)


def _called_off(uow: UnitOfWork, request: Request) -> None:
    booking = uow.requests.card_by_id(request.id).booking
    assert booking is not None
    uow.bookings.save(replace(booking, state="cancelled"))  # type: ignore[arg-type]


async def test_names_are_read_as_they_were_typed(mailing: Rig, post: Post) -> None:
    cast = await play(mailing, name=f"Dr Ọlá O’Brien 🌸 {HOSTILE}")
    await mailing.write(lambda uow: uow.people.save(replace(cast.client, name=HOSTILE)))
    _, reference = await held(mailing, cast)
    cast.amina.chat.blocked = True
    await mailing.pay(reference)
    [letter] = post.to(MAIL)
    assert str(letter["Subject"]).endswith(f"with Dr Ọlá O’Brien 🌸 {HOSTILE}")
    assert f"Hello {HOSTILE}," in body(letter)
    assert "<p>Hello &lt;b&gt;O&#x27;Brien &amp; 🌸&lt;/b&gt;,</p>" in body(letter, "html")
    assert "<b>Dr Ọlá O’Brien 🌸 &lt;b&gt;" in body(letter, "html")


async def test_a_dietitian_who_left_gets_hers_at_her_practices_address(mailing: Rig, post: Post) -> None:
    cast = await play(mailing)
    _, reference = await held(mailing, cast)
    cast.ada.chat.blocked = True
    await mailing.pay(reference)
    [letter] = post.to("ada@example.com")
    assert "Booking confirmed" in body(letter)
    assert "Amina" not in str(letter["Subject"])
    assert files(letter) == []
    assert told(cast.amina, "Reference: DD-") == 1


async def test_who_never_came_is_reminded_by_mail_with_a_link_that_is_theirs(
    mailing: Rig, post: Post
) -> None:
    cast = await play(mailing)
    await mailing.say(cast.ada, "/request")
    for label in ("Consultation", cast.service.title, "New client"):
        await mailing.press(cast.ada, label)
    for words in ("Ngozi", "ngozi@example.com"):
        await mailing.say(cast.ada, words)
    for label in ("Skip", "Send"):
        await mailing.press(cast.ada, label)
    await mailing.pass_time(timedelta(days=3, minutes=1))
    first, reminder = post.to("ngozi@example.com")
    assert "sent you a request" in str(first["Subject"])
    assert reminder["Subject"] == "A request from Dr Ada Obi"
    token = body(reminder).partition("?start=")[2].split()[0]
    ngozi: Phone = mailing.phone(first_name="Ngozi")
    await ngozi.start(token)
    await mailing.settled()
    assert "sends you a" in ngozi.last.text or "sent you a request" in ngozi.last.text
    assert told(cast.ada, UNREACHED) == 0
    assert await mailing.failed() == []


async def test_a_dietitians_own_words_go_by_mail_and_she_hears_that_they_did(
    mailing: Rig, post: Post
) -> None:
    scene = await client_card(mailing, "Message", typed=WORDS)
    await mailing.write(
        lambda uow: uow.people.save(replace(uow.people.get(scene.cast.client.id), email=MAIL))
    )
    scene.cast.amina.chat.blocked = True
    await mailing.press(scene.phone, "Send")
    [letter] = post.to(MAIL)
    assert letter["Subject"] == "A message from Dr Ada Obi"
    assert WORDS in body(letter)
    assert INSTEAD in scene.phone.last.text
    assert WORDS not in scene.phone.last.text


async def test_without_a_server_the_dietitian_hears_that_nothing_went_out_and_once_each_time_they_leave(
    rig: Rig,
) -> None:
    cast, request = await booked_behind_closed_doors(rig)
    assert told(cast.ada, "No e-mail goes out instead") == 1
    await moved(rig, cast.ada, request)
    assert await told_of_absence(rig) == ["none"]
    await rig.pass_time(2 * HOUR)
    await cast.amina.unblock()
    await cast.amina.send("/upcoming")
    await rig.settled()
    cast.amina.chat.blocked = True
    await moved(rig, cast.ada, request, day=6)
    assert await told_of_absence(rig) == ["none", "none"]
    assert await rows(rig) == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_what_edits_a_message_is_never_mailed(mailing: Rig, post: Post) -> None:
    cast = await play(mailing)
    request, _ = await held(mailing, cast)
    await mailing.write(lambda uow: uow.people.set_reachable(cast.amina.user_id, reachable=False))
    redraw = Notice(
        kind=NoticeKind.REDRAW,
        to=cast.client.id,
        key="redraw:mail",
        request_id=request.id,
        detail={"message_id": str(cast.amina.last.id)},
    )
    await mailing.write(lambda uow: tell(uow, redraw, mailing.clock.now()))
    await mailing.settled()
    assert post.tried == []


async def test_told_once_however_often_it_is_worked(mailing: Rig, post: Post) -> None:
    """As after a crash between the hand-over and the note of it."""
    cast, _ = await booked_behind_closed_doors(mailing)
    confirmed = outbox.c.key.startswith("notice:booking_confirmed")
    told = await mailing.rows(select(outbox.c.id, outbox.c.payload).where(confirmed))
    [row] = [row for row, payload in told if payload["to"] == cast.client.id]
    assert await mailing.write(lambda uow: _again(uow, row)) == 1
    await mailing.tick()
    assert len(post.to(MAIL)) == 1


def _again(uow: Any, row: int) -> int:
    changed = outbox.update().where(outbox.c.id == row).values(state="due", closed_at=None)
    return int(uow.connection.execute(changed).rowcount)
