"""/clients: whom a dietitian looks after; search, the card, notes, messages, a block."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from domain.model.people import Client
from domain.model.request import RequestState
from domain.ports import UnitOfWork
from domain.usecases.clients_desk import MESSAGE_LIMIT
from domain.usecases.notes import NOTES_LIMIT
from domain.usecases.send_request import issue_link
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS, NOTHING_NEW
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from storage.tables import outbox, steps
from tests.handlers.tour_clients import MAIL, NOTES, WORDS, amina, card, known, near
from tests.handlers.tour_shop import shop
from tests.money.practice import admin_of, booked, choose, held, texts, told, too_late
from tests.rig import HOSTILE, Cast, Rig, newest_bubble

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
SIXTY = 60
CLIENT_VERBS = (
    Verb.OWN_CLIENT, Verb.CLIENT_HISTORY, Verb.REQUEST_FOR, Verb.CLIENT_NOTES, Verb.DROP_NOTES,
    Verb.DROP_NOTES_SURE, Verb.CLIENT_MESSAGE, Verb.SEND_MESSAGE, Verb.BLOCK_CLIENT, Verb.BLOCK_CLIENT_SURE,
    Verb.UNBLOCK_CLIENT, Verb.UNBLOCK_CLIENT_SURE,
)  # fmt: skip


def names(phone: Phone) -> list[str]:
    """Of the clients that are listed."""
    found = [(button.label, button.data or "") for row in phone.last.buttons for button in row]
    return [label.partition(" · ")[0] for label, data in found if data.startswith("v1:clc:")]


async def client_of(rig: Rig, cast: Cast) -> Client:
    found: Client | None = await rig.read(lambda uow: uow.clients.find(cast.dietitian.id, cast.client.id))
    assert found is not None
    return found


def press(verb: Verb, client: Client, argument: str = "", rev: int = 0) -> str:
    return f"v1:{verb}:{client.id}:{argument}:{rev}"


async def state(rig: Rig, request_id: int) -> RequestState:
    found = await rig.read(lambda uow: uow.requests.card_by_id(request_id))
    return RequestState(found.request.state)


async def everything(rig: Rig) -> str:
    """All that lies in the database about words that nobody else may read."""
    return str(await rig.dump("clients", "steps", "audit")) + str(
        await rig.rows(select(outbox.c.payload, outbox.c.key))
    )


async def test_they_are_paged_by_name_whatever_the_accents(rig: Rig) -> None:
    cast = await near(rig, SIXTY)
    await rig.write(lambda uow: known(uow, cast, "Émeka Eze"))
    await rig.say(cast.ada, "/clients")
    assert "Your clients (62) · page 1 of 8" in cast.ada.last.text
    assert names(cast.ada)[:2] == ["Amina Bello", "Client 00"]
    for _ in range(7):
        await rig.press(cast.ada, "›")
    assert names(cast.ada)[-1] == "Émeka Eze"
    assert "‹" in cast.ada.last.labels
    assert "›" not in cast.ada.last.labels


async def test_without_clients_it_says_what_to_do(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.ada, "/start")
    await rig.press(cast.ada, "Clients")
    assert "You have none yet" in cast.ada.last.text
    assert {"➕ New request", "🔗 Public link", "🏠 Home"} == set(cast.ada.last.labels)


async def test_two_of_one_name_are_told_apart(rig: Rig) -> None:
    cast, first = await amina(rig)
    second = await rig.write(lambda uow: known(uow, cast))
    await rig.say(cast.ada, "/clients")
    both = [f"Amina Bello · #{second.id}", f"Amina Bello · {MAIL}"]
    assert cast.ada.last.labels[:2] == both
    await rig.press(cast.ada, f"#{second.id}")
    assert f"#{second.id}" in cast.ada.last.text
    await rig.say(cast.ada, "/request")
    await rig.press(cast.ada, "Consultation")
    await rig.press(cast.ada, "First consultation")
    assert cast.ada.last.labels[:2] == both
    await rig.press(cast.ada, "Several at once")
    assert cast.ada.last.labels[:2] == [f"▫️ {one}" for one in both]
    assert first.id != second.id


PEOPLE = (
    ("Bọ́lá Adébáyọ̀", "bola@example.com"),
    ("Bolaji Ojo", None),
    ("Ƙande Ɗanladi", "k_d@example.com"),
    ("مريم", None),
    ("100% Organic", None),
    (HOSTILE, None),
)


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bola", ["Bọ́lá Adébáyọ̀", "Bolaji Ojo"]),
        ("BỌ́LÁ", ["Bọ́lá Adébáyọ̀", "Bolaji Ojo"]),
        ("  adebayo \n bola ", ["Bọ́lá Adébáyọ̀"]),
        ("bola@EXAMPLE", ["Bọ́lá Adébáyọ̀"]),
        ("amina@", ["Amina Bello"]),  # her own address, which she gave herself
        ("kande danladi", ["Ƙande Ɗanladi"]),
        ("k_d", ["Ƙande Ɗanladi"]),
        ("o_o", []),  # no pattern of any kind
        ("0%", ["100% Organic"]),
        ("o%o", []),
        ("مري", ["مريم"]),
        ("o'brien", [HOSTILE]),
        ("<b>", [HOSTILE]),
        ("'; DROP TABLE clients; --", []),
        ("bola nobody", []),
        ("a b c d e f g h", []),
        ("\u202ebola\u200f", ["Bọ́lá Adébáyọ̀", "Bolaji Ojo"]),
    ],
)
async def test_a_part_of_a_name_or_an_address_finds_them(rig: Rig, typed: str, expected: list[str]) -> None:
    cast, _ = await amina(rig, email=None)

    def add(uow: UnitOfWork) -> None:
        for name, email in PEOPLE:
            known(uow, cast, name, email=email)

    await rig.write(add)
    await rig.say(cast.ada, "/clients")
    await rig.press(cast.ada, "Search")
    await rig.say(cast.ada, typed)
    shown = [button for button in cast.ada.last.buttons if (button[0].data or "").startswith("v1:clc:")]
    assert [row[0].label.rpartition(" · ")[0] for row in shown] == expected
    if not expected:
        assert "None of your clients has" in cast.ada.last.text
        assert "👥 All clients" in cast.ada.last.labels
    assert await rig.failed() == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("?!", "I need some letters or digits"),
        ("🌸🌸", "I need some letters or digits"),
        ("%", "I need some letters or digits"),
        ("\u202e\u200b", "I need some letters or digits"),
        ("x" * 4096, "That has 4,096 characters"),
        ("x" * 81, "That has 81 characters"),
    ],
)
async def test_what_nobody_can_be_looked_for_with_is_said_with_an_example(
    rig: Rig, typed: str, words: str
) -> None:
    cast, _ = await amina(rig)
    await rig.say(cast.ada, "/clients")
    await rig.press(cast.ada, "Search")
    said = await rig.say(cast.ada, typed)
    assert words in said
    assert "For example: amina" in said
    await rig.say(cast.ada, "ami")
    assert names(cast.ada) == ["Amina Bello"], "the question stays open"


async def test_what_was_found_is_paged_and_come_back_to(rig: Rig) -> None:
    cast = await near(rig, 20)
    await rig.say(cast.ada, "/clients")
    await rig.press(cast.ada, "Search")
    await rig.say(cast.ada, "client example.com")
    assert "Found for “client example.com” (20) · page 1 of 3" in cast.ada.last.text
    await rig.press(cast.ada, "›")
    await rig.press(cast.ada, "Client 09")
    assert "👤 Client 09" in cast.ada.last.text
    await rig.press(cast.ada, "Back")
    assert "Found for" in cast.ada.last.text
    await rig.say(cast.ada, "client 19")
    assert names(cast.ada) == ["Client 19"], "the next words are another search"
    await rig.press(cast.ada, "All clients")
    await rig.press_data(cast.ada, f"v1:{Verb.FOUND_CLIENTS}::1:0")
    assert "Your clients (21) · page 2" in cast.ada.last.text, "the search is over"


async def test_a_changed_address_of_their_own_finds_them(rig: Rig) -> None:
    cast, _ = await amina(rig, email=None)
    await rig.say(cast.amina, "/settings")
    await rig.press(cast.amina, "E-mail")
    await rig.say(cast.amina, "new.address@example.org")
    await rig.say(cast.ada, "/clients")
    await rig.press(cast.ada, "Search")
    await rig.say(cast.ada, "new.add")
    assert names(cast.ada) == ["Amina Bello"]


async def test_the_card_says_all_there_is(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    await booked(rig, cast)
    await rig.request(cast)
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    text = cast.ada.last.text
    for line in (
        f"👤 Amina Bello · #{client.id}",
        f"E-mail: {MAIL}",
        "In Telegram: can be reached",
        "Last seen: Monday 2 November 2026, about 09:00 (Africa/Lagos)",
        "Requests: 2, 1 not gone on with yet",
        "Sessions: 1",
        "next: Thursday 5 November 2026",
        "Meal plans: 0",
        "Paid: ₦12,500.00",
    ):
        assert line in text, text
    await rig.pass_time(timedelta(days=30))  # and how it ended is asked
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    assert "last: Thursday 5 November 2026" in cast.ada.last.text
    assert "next:" not in cast.ada.last.text


async def test_its_lists_lead_to_what_became_of_each(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    await booked(rig, cast)
    for _ in range(6):
        await rig.request(cast)
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    await rig.press(cast.ada, "Requests")
    assert "Requests (7) · page 1 of 2" in cast.ada.last.text
    await rig.press(cast.ada, "›")
    assert "7. First consultation" in cast.ada.last.text
    await rig.press(cast.ada, "Meal plans")
    assert "Meal plans (0)" in cast.ada.last.text
    assert "None yet" in cast.ada.last.text
    await rig.press(cast.ada, "Sessions")
    assert "Sessions (1)" in cast.ada.last.text
    await rig.press(cast.ada, "1")
    assert "Amina Bello" in cast.ada.last.text
    assert "Reschedule" in "".join(cast.ada.last.labels)


async def test_a_session_that_was_cancelled_is_still_listed_and_leads_to_itself(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    request, _ = await booked(rig, cast)
    await held(rig, cast, day=4)
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    assert "Sessions: 0, 1 more cancelled" in cast.ada.last.text
    await rig.press(cast.ada, "Sessions")
    assert "Sessions (1)" in cast.ada.last.text
    assert "Thursday 5 November 2026" in cast.ada.last.text
    assert "cancelled" in cast.ada.last.text
    await rig.press(cast.ada, "1")
    assert "Take it out of my calendar" in "".join(cast.ada.last.labels)


async def test_what_they_paid_is_listed_with_what_went_back(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    await booked(rig, cast)
    request, _ = await booked(rig, cast, day=5)
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    await rig.press(cast.ada, "Payments")
    text = cast.ada.last.text
    assert "Payments (2)" in text
    assert text.count("₦12,500.00 for First consultation") == 2
    assert text.count("↩️ ₦12,500.00") == 1
    await rig.press(cast.ada, "Back")
    assert "👤 Amina Bello" in cast.ada.last.text
    stranger = await rig.cast()
    assert await rig.press_data(stranger.ada, press(Verb.CLIENT_PAYMENTS, client, "0")) == NOT_YOURS
    await rig.request(stranger)
    await rig.write(lambda uow: known(uow, stranger, person_id=cast.client.id))
    theirs = await client_of(rig, replace(stranger, client=cast.client))
    await rig.press_data(stranger.ada, press(Verb.CLIENT_PAYMENTS, theirs, "0"))
    assert "Payments (0)" in stranger.ada.last.text
    assert "None yet" in stranger.ada.last.text


async def test_what_a_client_merely_began_is_nobody_elses_business(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    client = await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{session.public_id}::0")
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    assert "Requests: 0" in cast.ada.last.text
    await rig.press_data(cast.ada, press(Verb.CLIENT_HISTORY, client, "all.0"))
    assert "Requests (0)" in cast.ada.last.text


async def test_a_new_request_is_for_whoever_it_was_begun_from(rig: Rig) -> None:
    scene = await card(rig, "New request")
    ada = scene.phone
    assert "New request for Amina Bello" in ada.last.text
    for label in ("Consultation", "First consultation", "Skip"):
        await rig.press(ada, label)
    assert "Client: Amina Bello" in ada.last.text
    assert f"E-mail: {MAIL}" in ada.last.text
    await rig.press(ada, "Send")
    assert "sends you a consultation request" in scene.cast.amina.last.text


async def test_of_another_for_whom_it_can_still_be_chosen(rig: Rig) -> None:
    scene = await card(rig, "New request", "Consultation", "First consultation", "Back")
    assert "For whom?" in scene.phone.last.text


@ON_SQLITE
@pytest.mark.parametrize(
    "typed",
    [
        NOTES,
        HOSTILE,
        "first line\n\nsecond line 🌸",
        "لا مكسرات",
        "{0} %s \\n &lt;b&gt;",
        "'; DROP TABLE clients; --",
        "x" * NOTES_LIMIT,
    ],
)
async def test_notes_are_kept_sealed_and_shown_as_they_were_typed(rig: Rig, typed: str) -> None:
    scene = await card(rig, "Write notes", typed=typed)
    assert typed in scene.phone.last.text
    assert "Nobody else sees them here" in scene.phone.last.text
    assert typed not in await everything(rig)
    assert (await client_of(rig, scene.cast)).sealed_notes is not None
    assert all(typed not in text for text in texts(scene.cast.amina))
    assert await rig.failed() == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("\u202e\u200b \n", "I need some words"),
        ("x" * (NOTES_LIMIT + 1), "That has 1,501 characters"),
        ("x" * 4096, "That has 4,096 characters"),
    ],
)
async def test_what_is_no_note_is_said_with_an_example_and_the_question_stays_open(
    rig: Rig, typed: str, words: str
) -> None:
    scene = await card(rig, "Write notes", typed=typed)
    assert words in scene.phone.last.text
    assert "No nuts" in scene.phone.last.text
    assert NOTES in await rig.say(scene.phone, NOTES)


async def test_notes_are_added_to_changed_and_deleted(rig: Rig) -> None:
    scene = await card(rig, "Write notes", typed=NOTES)
    ada = scene.phone
    await rig.press(ada, "Add")
    await rig.say(ada, "Likes mangoes.")
    assert f"{NOTES}\nLikes mangoes." in ada.last.text
    await rig.press(ada, "Add")
    assert "There is room for 1,500 characters" in await rig.say(ada, "x" * 1490)
    await rig.press(ada, "Back")
    await rig.press(ada, "Change")
    await rig.say(ada, "Moved to Abuja.")
    assert "Moved to Abuja." in ada.last.text
    assert NOTES not in ada.last.text
    await rig.press(ada, "Delete")
    assert "cannot be undone" in ada.last.text
    await rig.press(ada, "Back")
    assert "Moved to Abuja." in ada.last.text
    await rig.press(ada, "Delete")
    await rig.press(ada, "Yes, delete")
    assert "📝 Write notes" in ada.last.labels
    assert (await client_of(rig, scene.cast)).sealed_notes is None


@pytest.mark.parametrize(
    "typed", [WORDS, HOSTILE, "one\n\ntwo 🌸", "أحضري النتائج", "x" * MESSAGE_LIMIT, "🌸"]
)
async def test_a_message_arrives_as_it_was_typed_and_lies_nowhere_open(rig: Rig, typed: str) -> None:
    scene = await card(rig, "Message", typed=typed)
    ada, client = scene.phone, scene.cast.amina
    assert "This goes to Amina Bello" in ada.last.text
    assert f"Message from Dr Ada Obi\n{typed}\n" in ada.last.text, "the preview is what they will read"
    assert "can't answer you" not in client.last.text
    assert len(typed) == 1 or typed not in str(await rig.rows(select(steps.c.subject)))
    await rig.press(ada, "Send")
    assert "can't answer you through this bot" in ada.last.text
    assert f"Message from Dr Ada Obi\n{typed}\n" in client.last.text
    assert "An answer typed here doesn't reach them" in client.last.text
    assert len(typed) == 1 or typed not in await everything(rig)
    assert await rig.failed() == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("\u202e \n", "I need some words"),
        ("x" * (MESSAGE_LIMIT + 1), "That has 1,001 characters"),
        ("x" * 4096, "That has 4,096 characters"),
    ],
)
async def test_what_is_no_message_is_said_with_an_example(rig: Rig, typed: str, words: str) -> None:
    scene = await card(rig, "Message", typed=typed)
    assert words in scene.phone.last.text
    assert "for example: please bring" in scene.phone.last.text.casefold()
    assert "This goes to" in await rig.say(scene.phone, WORDS)


async def test_only_the_newest_words_are_sent_and_only_once(rig: Rig) -> None:
    scene = await card(rig, "Message", typed="The first words")
    ada, client = scene.phone, scene.cast.amina
    first, older = newest_bubble(ada), ada.last.buttons[0][0].data
    await rig.say(ada, "The second words")
    second, newer = newest_bubble(ada), ada.last.buttons[0][0].data
    assert older is not None
    assert newer is not None
    assert "wait no longer" in await rig.press_data(ada, older, message_id=first)
    await rig.press_all(ada, [(second, newer)] * 3)
    received = [text for text in texts(client) if "Message from" in text]
    assert len(received) == 1
    assert "The second words" in received[0]


async def test_a_left_message_is_not_sent(rig: Rig) -> None:
    scene = await card(rig, "Message", typed=WORDS)
    send, at = scene.phone.last.buttons[0][0].data, newest_bubble(scene.phone)
    assert "your message was not sent" in await rig.say(scene.phone, "/cancel")
    assert "wait no longer" in await rig.press_data(scene.phone, send or "", message_id=at)
    stale = next(one for one in scene.phone.messages if one.id == at)
    assert not [label for label in stale.labels if "Send" in label]
    assert not any("Message from" in text for text in texts(scene.cast.amina))


async def test_who_cannot_be_written_to_gets_no_message(rig: Rig) -> None:
    cast = await rig.cast()
    client = await rig.write(lambda uow: known(uow, cast))
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    assert "has not opened the chat yet" in cast.ada.last.text
    assert "✉️ Message" not in cast.ada.last.labels
    assert "can't be reached" in await rig.press_data(cast.ada, press(Verb.CLIENT_MESSAGE, client))


async def test_who_left_before_it_arrived_is_reported_without_the_words(rig: Rig) -> None:
    scene = await card(rig, "Message", typed=WORDS)
    scene.cast.amina.chat.blocked = True  # Telegram has not told us yet
    await rig.press(scene.phone, "Send")
    assert "could not be delivered" in scene.phone.last.text
    assert WORDS not in scene.phone.last.text
    await rig.press(scene.phone, "Open")
    assert "can't be reached: they have blocked the bot" in scene.phone.last.text


async def test_a_message_that_telegram_refuses_is_reported_to_whoever_wrote_it_without_the_words(
    rig: Rig,
) -> None:
    scene = await card(rig, "Message", typed=WORDS)
    admin = await admin_of(rig)
    rig.telegram.faults.plan(
        Fault(
            match="sendMessage",
            kind=FaultKind.STATUS,
            status=400,
            body={"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"},
        )
    )
    await rig.press(scene.phone, "Send")
    await rig.tick()
    assert (
        told(scene.phone, "Your message to Amina Bello could not be delivered: Telegram did not accept it")
        == 1
    )
    assert WORDS not in scene.phone.last.text
    assert not told(scene.cast.amina, "Message from")
    assert told(admin, "Something could not be delivered") == 1
    person = await rig.read(lambda uow: uow.people.get(scene.cast.client.id))
    assert person.can_be_written_to, "their chat is open"
    ((key, _),) = await rig.failed()
    assert key.startswith("notice:message:")


async def by_link(rig: Rig, cast: Cast) -> tuple[Any, str]:
    """A request for somebody new, whom she typed as Bola, and what its link carries."""
    placeholder = await rig.write(lambda uow: known(uow, cast, "Bola"))
    ends = rig.clock.now() + timedelta(days=14)
    stranger = replace(cast.client, id=placeholder.person_id, name="Bola")
    request = await rig.request(replace(cast, client=stranger), sent_at=rig.clock.now(), expires_at=ends)
    return request, await rig.write(lambda uow: issue_link(uow, request, rig.clock.now()))


async def test_a_blocked_client_who_opens_a_link_for_somebody_new_reads_that_it_is_used_up(rig: Rig) -> None:
    cast, _ = await amina(rig)
    client = await blocked(rig, cast)
    request, token = await by_link(rig, cast)
    for _ in range(2):
        await cast.amina.start(token)
        await rig.settled()
        assert "used up or has expired" in cast.amina.last.text
    assert await state(rig, request.id) is RequestState.CANCELLED
    who = f"👋 Bola opened the link: it is Amina Bello (#{client.id}), whom you have blocked"
    assert told(cast.ada, f"{who}, so the request is withdrawn.") == 1
    assert not told(cast.ada, "has opened your request")
    assert not any("block" in text.casefold() or "cancelled" in text for text in texts(cast.amina))
    await rig.press(cast.ada, "Open")
    assert "Blocked since" in cast.ada.last.text
    await rig.press_data(cast.amina, f"v1:{Verb.REQUESTS}::closed.0:0")
    assert "None here" in cast.amina.last.text, "it never was theirs"
    assert NOT_YOURS in await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::0")
    assert await rig.failed() == []


async def test_a_link_for_somebody_else_who_is_known_is_not_withdrawn_by_a_blocked_client(rig: Rig) -> None:
    cast, _ = await amina(rig)
    await blocked(rig, cast)
    other = replace(cast, client=(await rig.person(name="Bola"))[0])
    ends = rig.clock.now() + timedelta(days=14)
    request = await rig.request(other, sent_at=rig.clock.now(), expires_at=ends)
    token = await rig.write(lambda uow: issue_link(uow, request, rig.clock.now()))
    await cast.amina.start(token)
    await rig.settled()
    assert "used up or has expired" in cast.amina.last.text
    assert await state(rig, request.id) is RequestState.PENDING
    assert not told(cast.ada, "whom you have blocked")


async def test_somebody_who_is_not_blocked_opens_such_a_link_as_ever(rig: Rig) -> None:
    cast, _ = await amina(rig)
    request, token = await by_link(rig, cast)
    await cast.amina.start(token)
    await rig.settled()
    assert "✅ Approve" in cast.amina.last.labels
    assert await state(rig, request.id) is RequestState.PENDING


async def test_a_block_withdraws_what_waits_in_neutral_words(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    asked, (kept, _) = await rig.request(cast), await held(rig, cast)
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, press(Verb.BLOCK_CLIENT, client))
    await rig.press(cast.ada, "Yes, block")
    assert "Blocked since" in cast.ada.last.text
    assert "➕ New request" not in cast.ada.last.labels
    for request in (asked, kept):
        assert await state(rig, request.id) is RequestState.CANCELLED
    found = await rig.read(lambda uow: uow.requests.card_by_id(kept.id))
    assert found.booking.state == "cancelled"
    told = [text for text in texts(cast.amina) if "has cancelled the request" in text]
    assert len(told) == 2
    assert not any("block" in text.casefold() for text in texts(cast.amina))
    await rig.say(cast.ada, "/clients")
    assert names(cast.ada) == ["🚫 Amina Bello"]


async def test_money_for_what_was_withdrawn_goes_back(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    request, reference = await held(rig, cast)
    await rig.press_data(cast.ada, press(Verb.BLOCK_CLIENT_SURE, await client_of(rig, cast)))
    await rig.pay(reference)
    assert await state(rig, request.id) is RequestState.CANCELLED
    payment = await rig.read(lambda uow: uow.payments.by_reference(reference))
    assert payment.outcome == "refund"
    assert await rig.failed() == []


async def blocked(rig: Rig, cast: Cast) -> Client:
    client = await client_of(rig, cast)
    await rig.press_data(cast.ada, press(Verb.BLOCK_CLIENT_SURE, client))
    return client


async def test_what_is_booked_and_paid_goes_on(rig: Rig) -> None:
    cast = await rig.cast(email=MAIL)
    request, _ = await booked(rig, cast)
    await blocked(rig, cast)
    assert await state(rig, request.id) is RequestState.APPROVED
    await rig.say(cast.amina, "/upcoming")
    await rig.press(cast.amina, "Reschedule")
    await choose(rig, cast.amina, 5, 0)
    await rig.press(cast.amina, "Confirm")
    found = await rig.read(lambda uow: uow.requests.card_by_id(request.id))
    assert found.booking.sequence == 1


async def test_money_that_waits_may_still_be_used(rig: Rig) -> None:
    cast, request, _ = await too_late(rig)
    await rig.write(
        lambda uow: (
            uow.clients.find(cast.dietitian.id, cast.client.id) or known(uow, cast, person_id=cast.client.id)
        )
    )
    await blocked(rig, cast)
    assert await state(rig, request.id) is RequestState.PENDING
    await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:0")
    await rig.press(cast.amina, cast.amina.last.labels[4])
    await rig.press(cast.amina, cast.amina.last.labels[0])
    assert await state(rig, request.id) is RequestState.APPROVED
    assert await rig.failed() == []


async def test_a_blocked_client_finds_nothing_to_begin(rig: Rig) -> None:
    cast, session, plan = await shop(rig)
    dietitian = replace(cast.dietitian)
    await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    public = await rig.read(lambda uow: uow.dietitians.get(dietitian.id))
    before = await rig.say(cast.amina, "/book")
    assert "Dr Ada Obi" in before
    await blocked(rig, cast)
    for command in ("/book", "/buy"):
        assert "Dr Ada Obi" not in await rig.say(cast.amina, command)
    for place in (public.public_id, session.public_id):
        await cast.amina.start(f"at-{place}")
        await rig.settled()
        assert "is not here any more" in cast.amina.last.text
    for service in (session, plan):
        said = await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{service.public_id}::0")
        assert "not offered here" in said
    assert await rig.rows(select(outbox.c.id).where(outbox.c.state == "dead")) == []
    stranger, phone = await rig.person(name="Tunde Cole")
    assert stranger.id != cast.client.id
    assert "Dr Ada Obi" in await rig.say(phone, "/book")


async def test_what_they_began_themselves_ends_without_a_word_to_the_dietitian(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    client = await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{session.public_id}::0")
    draft = await rig.read(lambda uow: uow.requests.own_draft(cast.client.id, session.id))
    await blocked(rig, cast)
    assert await state(rig, draft.id) is RequestState.CANCELLED
    await rig.press_data(cast.ada, press(Verb.OWN_CLIENT, client))
    assert "Requests: 0" in cast.ada.last.text


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.DAYS, Verb.PAY])
async def test_a_request_that_reaches_a_blocked_client_all_the_same_cannot_be_gone_on_with(
    rig: Rig, verb: Verb
) -> None:
    """By a link for somebody not known yet, say."""
    cast = await rig.cast(email=MAIL)
    blocked_at = rig.clock.now()
    await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id, blocked_at=blocked_at))
    agreed = None if verb is Verb.APPROVE else rig.clock.now()
    request = await rig.consultation(cast, agreed_at=agreed)
    if verb is Verb.PAY:
        await rig.write(partial(_hold, request=request))
    said = await rig.press_data(cast.amina, f"v1:{verb}:{request.public_id}:0:1")
    assert said == NOTHING_NEW
    assert "block" not in said.casefold()
    assert await rig.failed() == []


def _hold(uow: UnitOfWork, request: Any) -> None:
    from tests.storage import seeds

    start = request.created_at + timedelta(days=2)
    uow.bookings.add(seeds.booking(request, start, hold_until=start))


async def test_a_blocked_client_is_not_offered_for_a_request(rig: Rig) -> None:
    cast = await near(rig, 1)
    draft_for = await client_of(rig, cast)
    await rig.press_data(cast.ada, press(Verb.REQUEST_FOR, draft_for))
    for label in ("Consultation", "First consultation", "Skip"):
        await rig.press(cast.ada, label)
    review = cast.ada.last.buttons[0][0].data or ""
    await blocked(rig, cast)
    assert "is blocked by you" in await rig.press_data(cast.ada, review)
    assert "is blocked by you" in await rig.press_data(cast.ada, press(Verb.REQUEST_FOR, draft_for))
    await rig.say(cast.ada, "/request")
    await rig.press(cast.ada, "Consultation")
    await rig.press(cast.ada, "First consultation")
    offered = [label for label in cast.ada.last.labels if "example.com" in label]
    assert offered == ["Client 00 · client00@example.com"]
    draft = await rig.read(lambda uow: uow.requests.draft_of(cast.dietitian.id))
    forged = f"v1:{Verb.CLIENT}:{draft.public_id}:{draft_for.id}:{draft.rev}"
    assert "is blocked by you" in await rig.press_data(cast.ada, forged)
    forged = f"v1:{Verb.CHOOSE_CLIENT}:{draft.public_id}:{draft_for.id}.1.0:0"
    assert "is blocked by you" in await rig.press_data(cast.ada, forged)
    assert await rig.failed() == []


async def test_unblocked_they_can_begin_again(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    client = await rig.write(lambda uow: known(uow, cast, person_id=cast.client.id))
    await blocked(rig, cast)
    await rig.press_data(cast.ada, press(Verb.UNBLOCK_CLIENT, client))
    await rig.press(cast.ada, "Yes, unblock")
    assert "🚫 Block" in cast.ada.last.labels
    assert session.title in await rig.say(cast.amina, "/book") + "".join(cast.amina.last.labels)


async def test_nobody_else_looks_at_or_touches_them(rig: Rig) -> None:
    scene = await card(rig, "Write notes", typed=NOTES)
    client, other = await client_of(rig, scene.cast), await rig.cast()
    before = await rig.dump()
    for phone in (other.ada, scene.cast.amina):
        for verb in CLIENT_VERBS:
            assert await rig.press_data(phone, press(verb, client)) == NOT_YOURS, verb
        for mode in ("add", "new"):
            assert await rig.press_data(phone, press(Verb.CHANGE_NOTES, client, mode)) == NOT_YOURS
    for verb in (Verb.OWN_CLIENTS, Verb.SEARCH_CLIENTS, Verb.FOUND_CLIENTS):
        assert await rig.press_data(scene.cast.amina, f"v1:{verb}::0:0") == NOT_YOURS
    assert NOT_YOURS in await rig.say(scene.cast.amina, "/clients")
    assert await rig.dump() == before
    assert await rig.failed() == []


@ON_SQLITE
@pytest.mark.parametrize("subject", ["", "0", "x", "-1", "1_0", "9" * 15, "9" * 40, "NOSUCHTHING"])
async def test_a_number_that_is_no_clients_is_refused(rig: Rig, subject: str) -> None:
    cast, _ = await amina(rig)
    for verb in CLIENT_VERBS:
        assert await rig.press_data(cast.ada, f"v1:{verb}:{subject}::0") == NOT_YOURS, verb
    assert await rig.press_data(cast.ada, f"v1:{Verb.CHANGE_NOTES}:{subject}:add:0") == NOT_YOURS
    assert await rig.failed() == []


@ON_SQLITE
async def test_forged_arguments_lead_to_the_first_page(rig: Rig) -> None:
    cast, client = await amina(rig)
    for argument in ("nothing.0", "all.x", "all.99999", "", "9" * 30):
        await rig.press_data(cast.ada, press(Verb.CLIENT_HISTORY, client, argument))
        assert "Requests (0)" in cast.ada.last.text
    assert await rig.press_data(cast.ada, press(Verb.CHANGE_NOTES, client, "other")) == NOT_YOURS
    for argument in ("x", "99999", "", "9" * 40):
        await rig.press_data(cast.ada, f"v1:{Verb.OWN_CLIENTS}::{argument}:0")
        assert names(cast.ada) == ["Amina Bello"]
    assert await rig.failed() == []


async def test_when_somebody_was_here_is_kept_to_the_hour(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.amina, "/help")
    first = (await rig.read(lambda uow: uow.people.get(cast.client.id))).seen_at
    assert first == rig.clock.now().replace(minute=0)
    for minutes in (20, 39):  # from 08:00 on: still the same hour
        rig.clock.advance(timedelta(minutes=minutes))
        await rig.say(cast.amina, "/help")
        assert (await rig.read(lambda uow: uow.people.get(cast.client.id))).seen_at == first
    rig.clock.advance(timedelta(minutes=1))
    await rig.say(cast.amina, "/help")
    assert (await rig.read(lambda uow: uow.people.get(cast.client.id))).seen_at == first + timedelta(hours=1)
