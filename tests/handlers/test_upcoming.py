"""/upcoming and what is over, on both sides: days, today, Join in its time, pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from domain.model.attendance import join_is_open
from domain.model.booking import Booking, BookingState
from domain.model.views import Page, RequestCard
from domain.ports import UnitOfWork
from handlers.callbacks import Verb, parse
from handlers.screens import upcoming as screens
from sandbox.telegram.phone import Phone
from tests.handlers.tour_attend import LENGTH, begun
from tests.handlers.tour_intake import session as asked_session
from tests.money.practice import DAY, HOUR, MINUTE, booked, play
from tests.rig import HOSTILE, Cast, Rig
from tests.storage import seeds

START = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
ROOM = "https://meet.example.com/ada"
LONDON, KATHMANDU = "Europe/London", "Asia/Kathmandu"


def card(
    start: datetime = START, state: BookingState = BookingState.CONFIRMED, **fields: object
) -> RequestCard:
    owner = replace(seeds.dietitian(1), id=1)
    client = replace(seeds.person(name="Amina"), id=2)
    request = replace(seeds.request(1, 2, title="First"), id=3)
    given = {"state": state, "meeting_url": ROOM, **fields}
    booking = seeds.booking(request, start, **given)
    return RequestCard(request=request, dietitian=owner, client=client, booking=booking, payment=None)


def page(*cards: RequestCard) -> Page[RequestCard]:
    return Page(items=cards, number=0, pages=1, total=len(cards))


def urls(phone: Phone) -> list[str]:
    return [button.url for row in phone.last.buttons for button in row if button.url is not None]


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (START - 16 * MINUTE, False),
        (START - 15 * MINUTE, True),
        (START, True),
        (START + LENGTH - MINUTE, True),
        (START + LENGTH, False),
    ],
)
def test_join_is_a_button_from_a_quarter_of_an_hour_before_to_the_end(now: datetime, is_open: bool) -> None:  # noqa: FBT001
    one = card()
    assert one.booking is not None
    assert join_is_open(one.booking, now) is is_open
    screen = screens.upcoming(page(one), "UTC", now, for_dietitian=False)
    assert any(button.url == ROOM for row in screen.rows for button in row) is is_open
    assert ("Join opens at 08:45" in screen.text) is (now < START - 15 * MINUTE)


def test_join_names_the_day_where_it_opens_before_midnight() -> None:
    booking: Booking | None = card(datetime(2026, 11, 5, 0, 5, tzinfo=UTC)).booking
    assert booking is not None
    assert screens.join_words(booking, "UTC", START - DAY) == "Join opens at 23:50 on Wed 4 Nov"


def test_days_are_the_readers_own_and_today_is_marked() -> None:
    """22:30 in London is half past four of the next day in Kathmandu, 5:45 ahead."""
    cards = [card(START - HOUR), card(START + 13 * HOUR + 30 * MINUTE), card(START + DAY)]
    in_london = screens.upcoming(page(*cards), LONDON, START - 2 * HOUR, for_dietitian=False).text
    assert in_london.count("📍 Today · Thursday 5 November 2026") == 1
    assert in_london.count("Tomorrow · Friday 6 November 2026") == 1
    assert "<b>22:30–23:15</b>" in in_london
    in_kathmandu = screens.upcoming(page(*cards), KATHMANDU, START - 2 * HOUR, for_dietitian=False).text
    lines = in_kathmandu.split("\n")
    tomorrow = lines.index("<b>Tomorrow · Friday 6 November 2026</b>")
    assert any("<b>04:15–05:00</b>" in line for line in lines[tomorrow:])
    assert lines[0].endswith(KATHMANDU)


def test_the_day_the_clocks_change_has_its_hours() -> None:
    """25 October 2026 in London: 00:30 UTC is 01:30 the first time, 01:30 UTC the second."""
    first = card(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = card(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    text = screens.upcoming(page(first, second), LONDON, START - 12 * DAY, for_dietitian=True).text
    assert text.count("Sunday 25 October 2026") == 1
    assert text.count("<b>01:30–") == 2


def _many(uow: UnitOfWork, cast: Cast, number: int, first: datetime, state: BookingState) -> None:
    for at in range(number):
        request = uow.requests.add(
            seeds.request(cast.dietitian.id, cast.client.id, state="approved", client_name=HOSTILE)
        )
        start = first + timedelta(days=at)
        uow.bookings.add(
            seeds.booking(request, start, state=state, hold_until=None, confirmed_at=cast.client.created_at)
        )


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize("by_dietitian", [False, True])
async def test_sixty_are_paged_and_none_is_lost(rig: Rig, by_dietitian: bool, past: bool) -> None:  # noqa: FBT001
    cast = await rig.cast()
    first = rig.clock.now() + (-100 * DAY if past else DAY)
    state = BookingState.COMPLETED if past else BookingState.CONFIRMED
    await rig.write(partial(_many, cast=cast, number=60, first=first, state=state))
    phone = cast.ada if by_dietitian else cast.amina
    await rig.say(phone, "/upcoming")
    if past:
        await rig.press(phone, "Past")
    seen: list[str] = []
    while True:
        rows = [parse(button.data) for row in phone.last.buttons for button in row if button.data is not None]
        seen += [press.subject for press in rows if press.verb is Verb.BOOKING]
        if "›" not in phone.last.labels:
            break
        await rig.press(phone, "›")
    assert len(seen) == len(set(seen)) == 60
    assert "page 12 of 12" in phone.last.text
    assert (HOSTILE in phone.last.text) is by_dietitian


async def test_what_is_over_stands_under_past_by_how_it_ended(rig: Rig) -> None:
    cast = await rig.cast()
    ends = (
        BookingState.COMPLETED,
        BookingState.NO_SHOW,
        BookingState.CANCELLED,
        BookingState.EXPIRED,
        BookingState.CONFIRMED,
    )
    for at, state in enumerate(ends):
        start = rig.clock.now() - (10 - at) * DAY
        await rig.write(partial(_many, cast=cast, number=1, first=start, state=state))
    await rig.press_data(cast.ada, f"v1:{Verb.PAST_AGENDA}::0:0")
    text = cast.ada.last.text
    assert "Past sessions (4)" in text
    places = [text.index(words) for words in ("how did it end?", "✖️ cancelled", "🚫 no-show", "✅ completed")]
    assert places == sorted(places), "the latest first"
    await rig.press_data(cast.amina, f"v1:{Verb.PAST}::0:0")
    assert "Past sessions (4)" in cast.amina.last.text
    assert "how did it end?" not in cast.amina.last.text


def test_what_was_cancelled_before_its_time_stands_apart_from_what_is_over() -> None:
    gone = BookingState.CANCELLED
    cards = [card(START + 2 * DAY, gone), card(START + HOUR, gone), card(START - HOUR, gone)]
    text = screens.past(page(*cards), "UTC", START, for_dietitian=False).text
    heads = [line for line in text.split("\n") if line.startswith("<b>")][1:]
    assert heads == [
        "<b>— Cancelled before their time —</b>",
        "<b>Saturday 7 November 2026</b>",
        "<b>📍 Today · Thursday 5 November 2026</b>",
        "<b>— Over —</b>",
        "<b>📍 Today · Thursday 5 November 2026</b>",
    ]
    assert [line[:2] for line in text.split("\n") if line[:1].isdigit()] == ["1.", "2.", "3."]
    assert "—" not in screens.past(page(cards[-1]), "UTC", START, for_dietitian=False).text


async def test_a_hold_that_was_never_paid_is_no_past_session(rig: Rig) -> None:
    cast = await play(rig)
    await rig.held(cast)
    await rig.press(cast.amina, "✖️ Cancel")
    await rig.press_data(cast.amina, f"v1:{Verb.PAST}::0:0")
    assert "None yet" in cast.amina.last.text


async def test_others_see_none_of_it(rig: Rig) -> None:
    cast, other = await rig.cast(), await rig.cast()
    state = BookingState.COMPLETED
    await rig.write(partial(_many, cast=cast, number=3, first=rig.clock.now() - 9 * DAY, state=state))
    for phone, verb in ((other.ada, Verb.PAST_AGENDA), (other.amina, Verb.PAST)):
        await rig.press_data(phone, f"v1:{verb}::0:0")
        assert "None yet" in phone.last.text


async def test_an_empty_list_says_what_to_do(rig: Rig) -> None:
    cast = await rig.cast()
    for phone, go in ((cast.ada, "➕ New request"), (cast.amina, "📨 My requests")):
        await rig.say(phone, "/upcoming")
        assert "No session is booked" in phone.last.text
        assert {go, "• Upcoming", "Past", "🏠 Home"} <= set(phone.last.labels)


async def test_the_link_can_be_had_before_join_opens(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.say(cast.amina, "/upcoming")
    assert urls(cast.amina) == []
    assert "Join opens at" in cast.amina.last.text
    await rig.press(cast.amina, "Get link")
    assert ROOM in cast.amina.last.text


async def test_the_list_leads_to_join_while_it_lasts(rig: Rig) -> None:
    session = await begun(rig, -14 * MINUTE)
    for phone in (session.cast.amina, session.cast.ada):
        await rig.say(phone, "/upcoming")
        assert urls(phone) == [ROOM]
        assert "Join is open" in phone.last.text
    rig.clock.advance(20 * MINUTE)
    await rig.say(session.cast.ada, "/upcoming")
    assert not {"🔁 Reschedule", "✖️ Cancel"} & set(session.cast.ada.last.labels), "it has begun"


async def test_the_dietitians_card_leads_to_the_client_and_their_answers(rig: Rig) -> None:
    asked = await asked_session(rig)
    await rig.press_data(asked.cast.ada, asked.data(Verb.BOOKING))
    assert {"👤 Client", "📝 Answers"} <= set(asked.cast.ada.last.labels)
    await rig.press(asked.cast.ada, "👤 Client")
    assert "Your client since" in asked.cast.ada.last.text
    await rig.press_data(asked.cast.amina, asked.data(Verb.BOOKING))
    assert "👤 Client" not in asked.cast.amina.last.labels


async def test_where_the_terms_end_moving_it_says_what_works(rig: Rig) -> None:
    cast = await play(rig)  # 24 hours
    request, _ = await booked(rig, cast)
    start = (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).booking.start
    for before, may in ((25 * HOUR, True), (23 * HOUR, False)):
        await rig.pass_time(start - before - rig.clock.now())
        for way in ("/upcoming", f"v1:{Verb.BOOKING}:{request.public_id}::0"):
            for phone, moves in ((cast.amina, may), (cast.ada, True)):
                await (rig.say if way.startswith("/") else rig.press_data)(phone, way)
                assert {"🔁 Reschedule", "✖️ Cancel"} <= set(phone.last.labels)
                assert ("to move it, ask your dietitian" in phone.last.text.casefold()) is not moves
