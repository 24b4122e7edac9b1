"""/request: templates, several clients at once, a reminder by hand; and requests that nobody answers in time."""

import asyncio
import csv
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.model.people import Client
from domain.model.request import Request, RequestState
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.approving import know_client
from domain.usecases.several_clients import MOST_AT_ONCE
from domain.usecases.templates import MOST_TEMPLATES
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.telegram.phone import Phone
from storage.tables import links, requests
from tests.handlers.tour_offers import WORDS, at_message, choosing, keep, known, review_for_several, templates
from tests.handlers.tour_shop import shop
from tests.money.practice import DAY, LAPSED, PRICE, all_well, choose, play, stands, texts, told, too_late
from tests.rig import Cast, Rig
from tests.storage import seeds

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def kept(rig: Rig, cast: Cast) -> list[str]:
    return [one.text for one in await rig.read(lambda uow: uow.templates.of(cast.dietitian.id))]


async def pending(rig: Rig, cast: Cast) -> list[RequestCard]:
    """Of this dietitian, oldest first."""

    def read(uow: UnitOfWork) -> list[RequestCard]:
        states = [RequestState.PENDING]
        page = uow.requests.page_for_dietitian(cast.dietitian.id, states=states, number=0, size=100)
        return list(reversed(page.items))

    found: list[RequestCard] = await rig.read(read)
    return found


@ON_SQLITE
async def test_the_review_says_that_words_may_still_be_typed_until_there_are_some(rig: Rig) -> None:
    scene = await at_message(rig)
    await rig.press(scene.phone, "Skip")
    assert "What you type here now goes with it." in scene.phone.last.text
    await rig.say(scene.phone, WORDS[1])
    assert WORDS[1] in scene.phone.last.text
    assert "What you type here now" not in scene.phone.last.text


async def test_words_are_kept_used_and_deleted(rig: Rig) -> None:
    scene = await at_message(rig)
    ada = scene.phone
    await rig.press(ada, "Templates")
    assert "None yet" in ada.last.text
    await rig.press(ada, "Back")
    await rig.say(ada, WORDS[1])
    await rig.press(ada, "Keep as a template")
    assert "Kept among your templates" in ada.last.text
    assert await kept(rig, scene.cast) == [WORDS[1]]
    await rig.press(ada, "Back")
    await rig.press(ada, "Skip")
    assert WORDS[1] not in ada.last.text
    for label in ("Back", "Templates", "Use 1"):
        await rig.press(ada, label)
    assert WORDS[1] in ada.last.text
    await rig.press(ada, "Send")
    assert (await pending(rig, scene.cast))[0].request.message == WORDS[1]
    assert await rig.failed() == []


async def test_a_deleted_template_is_asked_about_first_and_what_was_sent_stays(rig: Rig) -> None:
    scene = await templates(rig, "Delete 1")
    assert "Delete this template?" in scene.phone.last.text
    assert len(await kept(rig, scene.cast)) == 2
    await scene.phone.press_many("Yes, delete it", 3)
    await rig.settled()
    assert await kept(rig, scene.cast) == [WORDS[1]]
    assert "Your templates (1)" in scene.phone.last.text


async def test_the_same_words_are_kept_once_and_there_are_twenty_at_most(rig: Rig) -> None:
    scene = await at_message(rig, *[f"Words {at}" for at in range(MOST_TEMPLATES - 1)])
    await rig.say(scene.phone, WORDS[0])
    await scene.phone.press_many("Keep as a template", 3)
    await rig.settled()
    assert (await kept(rig, scene.cast)).count(WORDS[0]) == 1
    await rig.press(scene.phone, "Back")
    await rig.say(scene.phone, "One too many")
    assert "20 templates already" in await rig.press(scene.phone, "Keep as a template")
    assert len(await kept(rig, scene.cast)) == MOST_TEMPLATES
    for label in ("Back", "Templates", "›", "›", "›"):
        await rig.press(scene.phone, label)
    assert "page 4 of 4" in scene.phone.last.text


async def test_a_template_belongs_to_whoever_kept_it(rig: Rig) -> None:
    scene = await templates(rig)
    other = await rig.cast()
    await rig.write(lambda uow: keep(uow, other, "Somebody else's"))
    (theirs,) = await rig.read(lambda uow: uow.templates.of(other.dietitian.id))
    draft = await rig.read(lambda uow: uow.requests.draft_of(scene.cast.dietitian.id))
    for verb in (Verb.TEMPLATE, Verb.DROP_TEMPLATE, Verb.DROP_TEMPLATE_SURE):
        data = f"v1:{verb}:{draft.public_id}:{theirs.public_id}:{draft.rev}"
        await rig.press_data(scene.phone, data)
        assert "Somebody else's" not in scene.phone.last.text
    assert await kept(rig, other) == ["Somebody else's"]


@pytest.mark.parametrize("typed", ["x" * 1001, "x" * 4096, "🌸" * 1001])
@ON_SQLITE
async def test_a_message_that_is_too_long_is_refused_and_asked_again(rig: Rig, typed: str) -> None:
    scene = await at_message(rig)
    assert "there is room for 1,000" in await rig.say(scene.phone, typed)
    assert "Ready to send?" in await rig.say(scene.phone, typed[:1000])


@ON_SQLITE
async def test_words_typed_at_the_review_go_with_the_request(rig: Rig) -> None:
    scene = await at_message(rig)
    await rig.press(scene.phone, "Skip")
    assert "there is room for 1,000" in await rig.say(scene.phone, "x" * 1001)
    assert "Ready to send?" in scene.phone.last.text
    assert "See you soon" in await rig.say(scene.phone, "See you soon")
    assert "Bring your diary" in await rig.say(scene.phone, "Bring your diary")
    assert "See you soon" not in scene.phone.last.text
    await rig.press(scene.phone, "Send")
    rows = await rig.rows(select(requests.c.message).where(requests.c.state == "pending"))
    assert rows == [("Bring your diary",)]
    assert "I wasn't waiting" in await rig.say(scene.phone, "And your results")
    assert await rig.failed() == []


async def several(rig: Rig, *, near: int, far: int) -> tuple[Cast, list[Phone]]:
    """All are chosen and the review is there; whose phones are near."""
    cast, _, _ = await shop(rig)
    phones = await known(rig, cast, near=near, far=far)
    await rig.say(cast.ada, "/request")
    for label in ("Consultation", "First consultation", "Several at once"):
        await rig.press(cast.ada, label)
    names = sorted([f"Client {at:02}" for at in range(near)] + [f"Far {at:02}" for at in range(far)])
    for at, name in enumerate(names):
        if at and at % 8 == 0:
            await rig.press(cast.ada, "›")
        await rig.press(cast.ada, f"▫️ {name}")
    for label in (f"Go on with {near + far}", "Skip"):
        await rig.press(cast.ada, label)
    return cast, phones


async def test_several_get_a_request_of_their_own_each(rig: Rig) -> None:
    cast, phones = await several(rig, near=2, far=2)
    whom = re.findall(r"(\w+ \d\d) · #\d+", cast.ada.last.text.partition("A request each for 4 clients: ")[2])
    assert whom == ["Client 00", "Client 01", "Far 00", "Far 01"], (
        "a namesake who was not chosen is told apart"
    )
    await rig.press(cast.ada, "Send to 4")
    cards = await pending(rig, cast)
    assert sorted(one.request.client_name or "" for one in cards) == [
        "Client 00",
        "Client 01",
        "Far 00",
        "Far 01",
    ]
    assert {(one.request.title, one.request.price, one.request.chosen_clients) for one in cards} == {
        ("First consultation", PRICE, ())
    }
    for phone in phones:
        assert told(phone, "sends you a consultation request") == 1
    summary, listed = texts(cast.ada)[-2:]
    assert "4 requests are made" in summary
    assert "2 have not opened the chat yet" in summary
    assert listed.count("?start=") == 2
    assert "Far 00:" in listed
    await all_well(rig, cast.ada, *phones)


async def test_more_than_five_links_are_in_a_file_and_each_leads_to_its_own_request(rig: Rig) -> None:
    cast, _ = await several(rig, near=0, far=7)
    await rig.press(cast.ada, "Send to 7")
    message, file = cast.ada.messages[-2:]
    assert "… and 2 more: all 7 are in the file." in message.text
    assert message.text.count("?start=") == 5
    assert file.document is not None
    (head, *rows) = csv.reader(file.document.bytes.decode("utf-8-sig").splitlines())
    assert head == ["client", "link"]
    assert [name for name, _ in rows] == [f"Far {at:02}" for at in range(7)]
    bola = (await rig.person(name="Bola"))[1]
    await bola.start(rows[6][1].partition("start=")[2])
    await rig.settled()
    assert "sends you a consultation request" in bola.last.text
    opened = next(one for one in await pending(rig, cast) if one.request.client_name == "Far 06")
    assert opened.client is not None
    assert opened.client.telegram_id == bola.user_id


async def test_three_presses_on_send_make_one_request_each(rig: Rig) -> None:
    cast, phones = await several(rig, near=2, far=1)
    await cast.ada.press_many("Send to 3", 3)
    await rig.settled()
    assert len(await pending(rig, cast)) == 3
    for phone in phones:
        assert told(phone, "sends you a consultation request") == 1
    assert len(await rig.rows(select(links.c.id))) == 1
    assert await rig.failed() == []


async def test_a_mark_is_put_and_taken_away_and_stays_on_its_page(rig: Rig) -> None:
    scene = await choosing(rig, "›", near=10)
    ada = scene.phone
    await ada.press_many("▫️ Client 09", 3)
    await rig.settled()
    assert "✅ Client 09" in ada.last.labels
    assert "1 chosen." in ada.last.text
    await rig.press(ada, "‹")
    await rig.press(ada, "▫️ Client 01")
    assert "▶️ Go on with 2" in ada.last.labels
    await rig.press(ada, "✅ Client 01")
    assert "▶️ Go on with 1" in ada.last.labels
    await rig.press(ada, "Back")
    await rig.press(ada, "Several at once")
    assert "None is chosen yet" in ada.last.text, "going back forgets"


async def test_fifty_at_once_are_the_most_and_strangers_are_none(rig: Rig) -> None:
    scene = await choosing(rig, near=MOST_AT_ONCE + 1)
    draft = await rig.read(lambda uow: uow.requests.draft_of(scene.cast.dietitian.id))
    page = await rig.read(lambda uow: uow.clients.page(scene.cast.dietitian.id, number=0, size=100))
    ids = [one.id for one in page.items]
    await rig.write(lambda uow: uow.requests.save(replace(draft, chosen_clients=tuple(ids[:MOST_AT_ONCE]))))
    one_more = f"v1:{Verb.CHOOSE_CLIENT}:{draft.public_id}:{ids[-1]}.1.0:0"
    assert "50 clients at once are the most" in await rig.press_data(scene.phone, one_more)
    other = await rig.cast()
    await known(rig, other, far=1)
    theirs = await rig.read(lambda uow: uow.clients.page(other.dietitian.id, number=0, size=1))
    for argument in (
        f"{theirs.items[0].id}.1.0",
        "999999.1.0",
        "x.1.0",
        "1.2.0",
        "1",
        "",
        "1.1.x",
        "1.1." + "9" * 20,
    ):
        words = await rig.press_data(scene.phone, f"v1:{Verb.CHOOSE_CLIENT}:{draft.public_id}:{argument}:0")
        assert words == NOT_YOURS, argument
    assert await rig.failed() == []


async def test_whoever_is_no_client_any_more_is_left_out(rig: Rig) -> None:
    scene = await review_for_several(rig)
    draft = await rig.read(lambda uow: uow.requests.draft_of(scene.cast.dietitian.id))
    gone = replace(draft, chosen_clients=(*draft.chosen_clients, 999_999))
    await rig.write(lambda uow: uow.requests.save(gone))
    await rig.press_data(scene.phone, f"v1:{Verb.SEND}:{draft.public_id}::{draft.rev + 1}")
    assert len(await pending(rig, scene.cast)) == 2


async def test_choosing_one_client_after_all_forgets_the_several(rig: Rig) -> None:
    scene = await choosing(rig, "Client 00", "Client 01", "Back", "Client 02", near=3)
    await rig.press(scene.phone, "Skip")
    assert "Client: Client 02" in scene.phone.last.text
    await rig.press(scene.phone, "Send")
    assert [one.request.client_name for one in await pending(rig, scene.cast)] == ["Client 02"]


async def sent(rig: Rig, **terms: object) -> tuple[Cast, Request]:
    """A request sent in the chat to a client who can be written to."""
    cast = await play(rig, **terms)
    amina = Client(
        dietitian_id=cast.dietitian.id, person_id=cast.client.id, name="Amina", created_at=rig.clock.now()
    )
    await rig.write(lambda uow: uow.clients.add(amina))
    await rig.say(cast.ada, "/request")
    for label in ("Consultation", "First consultation", "Amina", "Skip", "Send"):
        await rig.press(cast.ada, label)
    (card,) = await pending(rig, cast)
    return cast, card.request


async def state(rig: Rig, request: Request) -> str:
    card: RequestCard = await rig.read(lambda uow: uow.requests.card_by_id(request.id))
    return card.request.state.value


REMINDER = "A reminder: this request"


async def test_a_dietitian_reminds_once_a_day(rig: Rig) -> None:
    cast, request = await sent(rig)
    await rig.press(cast.ada, "Open")
    await cast.ada.press_many("Remind them", 3)
    await rig.settled()
    assert told(cast.amina, REMINDER) == 1
    assert "✅ Approve" in cast.amina.last.labels
    await rig.pass_time(DAY - timedelta(minutes=1))
    assert "once a day" in await rig.press(cast.ada, "Remind them")
    await rig.pass_time(timedelta(minutes=1))
    assert "reminded" in await rig.press(cast.ada, "Remind them")
    assert told(cast.amina, REMINDER) == 2
    await rig.press_data(cast.amina, f"v1:{Verb.DECLINE_SILENTLY}:{request.public_id}::0")
    words = await rig.press_data(cast.ada, f"v1:{Verb.REMIND}:{request.public_id}::0")
    assert "moved on" in words


async def test_nobody_is_reminded_of_a_time_they_hold_but_of_one_they_never_chose(rig: Rig) -> None:
    cast, request = await sent(rig)
    await rig.press(cast.amina, "Approve")
    await rig.press_data(cast.ada, f"v1:{Verb.REMIND}:{request.public_id}::0")
    assert told(cast.amina, REMINDER) == 1
    await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 0, 0)
    await rig.pass_time(timedelta(minutes=1))
    await rig.press_data(cast.ada, f"v1:{Verb.SHOW}:{request.public_id}::0")
    assert "🔔 Remind them" not in cast.ada.last.labels
    assert "moved on" in await rig.press_data(cast.ada, f"v1:{Verb.REMIND}:{request.public_id}::0")


async def test_an_unanswered_request_reminds_at_three_and_ten_days_and_expires_at_fourteen(rig: Rig) -> None:
    cast, request = await sent(rig)
    for days, reminders in ((2, 0), (3, 1), (9, 1), (10, 2), (13, 2)):
        await rig.pass_time(request.created_at + days * DAY - rig.clock.now())
        assert (told(cast.amina, REMINDER), await state(rig, request)) == (reminders, "pending"), days
    await rig.pass_time(DAY)
    for _ in range(3):
        await rig.tick()
    assert await state(rig, request) == "expired"
    assert told(cast.amina, "has expired: First consultation") == 1
    assert told(cast.ada, "did not answer in time, so your request has expired") == 1
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::{request.rev}")
    assert "This request has expired." in cast.amina.last.text
    await rig.press_data(cast.ada, f"v1:{Verb.SENT}::closed.0:0")
    assert "expired" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("answer", ["Approve", "Decline"])
async def test_whoever_has_answered_is_not_reminded(rig: Rig, answer: str) -> None:
    cast, _ = await sent(rig)
    await rig.press(cast.amina, answer)
    if answer == "Decline":
        await rig.press(cast.amina, "Skip")
    await rig.pass_time(11 * DAY)
    assert told(cast.amina, REMINDER) == 0


async def test_whoever_came_by_a_link_is_reminded_too(rig: Rig) -> None:
    cast, _ = await several(rig, near=0, far=2)
    await rig.press(cast.ada, "Send to 2")
    token = cast.ada.last.text.partition("start=")[2].split()[0]
    bola = (await rig.person(name="Bola"))[1]
    await rig.pass_time(4 * DAY)
    await bola.start(token)
    await rig.settled()
    await rig.pass_time(DAY)
    assert told(bola, REMINDER) == 0, "the third day was over"
    await rig.pass_time(5 * DAY)
    assert told(bola, REMINDER) == 1
    assert await rig.failed() == []


async def test_a_dietitian_says_how_long_an_answer_may_take(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.ada, "/settings")
    assert "Time to answer a request: 14 days" in cast.ada.last.text
    await rig.press(cast.ada, "Time to answer")
    await rig.press(cast.ada, "7 days")
    assert "✅ 7 days" in cast.ada.last.labels
    for forged in ("0", "91", "-1", "x", "", "9" * 20):
        words = await rig.press_data(cast.ada, f"v1:{Verb.SET_REQUEST_DAYS}::{forged}:0")
        assert "1 to 90 days" in words, forged
    assert await rig.press_data(cast.amina, f"v1:{Verb.SET_REQUEST_DAYS}::7:0") == NOT_YOURS
    found = await rig.read(lambda uow: uow.dietitians.get(cast.dietitian.id))
    assert found.request_days == 7


async def test_seven_days_are_seven_and_the_link_lives_as_long(rig: Rig) -> None:
    cast, request = await sent(rig, request_days=7)
    await rig.pass_time(7 * DAY - timedelta(seconds=1))
    assert await state(rig, request) == "pending"
    await rig.pass_time(timedelta(seconds=1))
    assert await state(rig, request) == "expired"
    assert told(cast.amina, REMINDER) == 1
    stranger = await rig.write(lambda uow: uow.people.add(seeds.person(telegram_id=None)))
    other = await rig.request(replace(cast, client=stranger), expires_at=rig.clock.now() + 30 * DAY)
    await rig.press_data(cast.ada, f"v1:{Verb.RENEW}:{other.public_id}::0")
    (link,) = await rig.read(lambda uow: uow.links.of_request(other.id))
    assert link.expires_at == other.expires_at


TEN_MINUTES = timedelta(minutes=10)
APPROVED = "approved it but did not pay in time, so your request has expired"


async def at_the_last_moment(rig: Rig) -> tuple[Cast, Request]:
    """Approved ten minutes before it would have lapsed."""
    cast, request = await sent(rig, request_days=7)
    await rig.pass_time(7 * DAY - TEN_MINUTES)
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::{request.rev}")
    return cast, request


async def test_whoever_approves_has_three_days_to_go_on_and_three_more_with_a_time(rig: Rig) -> None:
    cast, request = await at_the_last_moment(rig)
    await rig.pass_time(3 * DAY - timedelta(seconds=1))
    assert await state(rig, request) == "pending"
    await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 0, 0)
    await rig.pass_time(3 * DAY - timedelta(seconds=1))
    assert await state(rig, request) == "pending"
    await rig.pass_time(timedelta(seconds=1))
    assert await state(rig, request) == "expired"
    assert (told(cast.ada, APPROVED), told(cast.ada, "did not answer in time")) == (1, 0)
    assert await rig.failed() == []


async def test_an_early_answer_takes_nothing_from_the_time_there_is(rig: Rig) -> None:
    cast, request = await sent(rig, request_days=7)
    await rig.press(cast.amina, "Approve")
    assert (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).request.expires_at == (
        request.expires_at
    )


async def let_lapse(rig: Rig, request: Request) -> None:
    """As if nobody had ever been given more time."""

    def end(uow: UnitOfWork) -> None:
        current = uow.requests.card_by_id(request.id).request
        uow.requests.save(replace(current, expires_at=rig.clock.now()))

    await rig.write(end)


async def test_money_for_a_time_that_lapsed_within_a_day_still_finds_it_open(rig: Rig) -> None:
    cast, request = await at_the_last_moment(rig)
    await choose(rig, cast.amina, 3, 0)
    await let_lapse(rig, request)
    await rig.pass_time(DAY)
    assert await state(rig, request) == "pending"
    assert told(cast.amina, "The time kept for you has expired") == 1
    await rig.pay((await rig.references(request))[0])
    assert await state(rig, request) == "approved"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_held_time_keeps_it_open_until_the_hold_is_over_and_the_screen_says_so(rig: Rig) -> None:
    cast, request = await at_the_last_moment(rig)
    await choose(rig, cast.amina, 0, 0)
    shown = cast.amina.last.id
    await let_lapse(rig, request)
    await rig.pass_time(timedelta(minutes=20))
    assert await state(rig, request) == "pending"
    await rig.pass_time(DAY + timedelta(minutes=20))
    assert await state(rig, request) == "expired"
    bubble = next(one for one in cast.amina.messages if one.id == shown)
    assert "This request has expired." in bubble.text
    await rig.pay((await rig.references(request))[0])
    assert await state(rig, request) == "expired"
    assert await stands(rig, (await rig.references(request))[0]) == {"refund": PRICE}
    await all_well(rig, cast.ada, cast.amina)


async def test_money_that_waits_keeps_it_open(rig: Rig) -> None:
    cast, request, reference = await too_late(rig)
    ends = replace(
        (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).request,
        expires_at=rig.clock.now() + LAPSED,
    )
    await rig.write(lambda uow: uow.requests.save(ends))
    await rig.pass_time(2 * LAPSED)
    assert await state(rig, request) == "pending"
    assert await stands(rig, reference) == {"credit": PRICE}
    assert told(cast.amina, "has expired: First") == 0


async def test_what_was_sent_before_there_was_an_end_has_none(rig: Rig) -> None:
    cast = await play(rig)
    request = await rig.request(cast)
    await rig.pass_time(100 * DAY)
    assert await state(rig, request) == "pending"


async def test_an_answer_at_the_very_moment_wins_or_loses_but_not_both(rig: Rig) -> None:
    """Whoever locks the request first; the other finds it moved on."""
    cast, request = await sent(rig)
    rig.clock.advance(14 * DAY)
    press = cast.amina.press_raw(cast.amina.last.id, f"v1:{Verb.DECLINE_SILENTLY}:{request.public_id}::0")
    await asyncio.gather(press, rig.machine.expire_requests(), rig.machine.expire_requests())
    await rig.settled()
    declined, lapsed = told(cast.ada, "declined your request"), told(cast.ada, "your request has expired")
    assert (await state(rig, request), declined, lapsed) in {("declined", 1, 0), ("expired", 0, 1)}
    assert await rig.failed() == []


async def test_what_came_to_nothing_is_sent_again_once_it_was_looked_over(rig: Rig) -> None:
    cast = await rig.cast()
    request = await rig.consultation(cast, message="Bring your lab results.")
    await rig.write(lambda uow: know_client(uow, request, cast.client, rig.clock.now()))
    await rig.press_data(cast.ada, f"v1:{Verb.WITHDRAW_SURE}:{request.public_id}::1")
    assert "cancelled" in cast.ada.last.text
    await rig.press(cast.ada, "Send it again")
    for words in ("Ready to send?", cast.client.name, "First consultation", "Bring your lab results."):
        assert words in cast.ada.last.text
    assert await pending(rig, cast) == []
    await rig.press(cast.ada, "Send")
    (sent,) = await pending(rig, cast)
    assert sent.request.public_id != request.public_id
    assert "Approve" in " ".join(cast.amina.last.labels)
    again = f"v1:{Verb.SEND_ANEW}:{sent.request.public_id}::1"
    stranger = await rig.cast()
    assert NOT_YOURS in await rig.press_data(stranger.ada, again)
    await rig.press_data(cast.ada, again)
    assert len(await pending(rig, cast)) == 1


async def test_a_dietitian_sends_themselves_no_request(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.ada, "/request")
    for label in ("Consultation", "First consultation", "From Telegram"):
        await rig.press(cast.ada, label)
    ask = (await rig.read(lambda uow: uow.requests.draft_of(cast.dietitian.id))).id
    await cast.ada.share_users(ask, [(cast.ada.user_id, "Ada")])
    await rig.settled()
    assert any("That is you" in text for text in texts(cast.ada))
    assert "For whom?" in cast.ada.last.text
