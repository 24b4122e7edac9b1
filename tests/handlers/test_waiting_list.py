"""The waiting list: asked for, told of what becomes free, taken by the first; given up, replaced, at an end."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import Malformed
from domain.model.request import Origin, RequestState
from domain.model.wish import Wish, WishState
from handlers.callbacks import Verb, instant_argument
from handlers.screens.waiting_list import Choice, choice_in, choice_of, in_words
from handlers.typed_wishes import Hours, hours_of
from tests.money.practice import DAY, HOUR, LAPSED, MINUTE, another, booked, card, held, play, told
from tests.races.hands import rev_of, start_of
from tests.rig import Cast, Rig

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
FREE = "A time is free"


async def waiting(rig: Rig, cast: Cast, choice: str = "0..", **fields: Any) -> Any:
    """A client of this practice who waits; their request."""
    request = await rig.request(cast, agreed_at=rig.clock.now(), **fields)
    await rig.press_data(cast.amina, f"v1:{Verb.WISH_SURE}:{request.public_id}:{choice}:1")
    return request


async def wish_of(rig: Rig, request: Any) -> Wish:
    found: Wish = await rig.read(lambda uow: uow.wishes.of_request(request.id))
    return found


async def test_who_waits_is_told_of_a_cancelled_time_and_can_take_it(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    start = await start_of(rig, request)
    other = await another(rig, cast)
    theirs = await waiting(rig, other)
    assert told(other.amina, FREE) == 0
    await rig.press_data(
        cast.amina, f"v1:{Verb.CANCEL_BOOKING_SURE}:{request.public_id}:100:{await rev_of(rig, request)}"
    )
    assert told(other.amina, FREE) == 1
    assert "Thursday" in other.amina.last.text
    assert "(Africa/Lagos)" in other.amina.last.text
    await rig.press(other.amina, "Take it")
    assert await start_of(rig, theirs) == start
    assert "Pay" in " ".join(other.amina.last.labels)
    assert (await wish_of(rig, theirs)).state is WishState.OPEN  # holding is not having
    await rig.pay((await rig.references(theirs))[-1])
    assert (await wish_of(rig, theirs)).state is WishState.DONE
    assert told(other.amina, "You wait for no other time any more") == 1
    assert await rig.failed() == []


@on_sqlite
async def test_an_offer_pressed_after_booking_another_time_says_so(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    other = await another(rig, cast)
    theirs = await waiting(rig, other)
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    offer = other.amina.last
    button = next(one for row in offer.buttons for one in row if "Take it" in one.label)
    start = (await start_known(rig, theirs))[5]
    cases = rig.machine.router.cases
    await cases.hold(person=other.client, public_id=theirs.public_id, rev=1, start=start, message_id=None)
    await rig.press_data(other.amina, f"v1:{Verb.PAY}:{theirs.public_id}::{await rev_of(rig, theirs)}")
    await rig.pay((await rig.references(theirs))[-1])
    words = (await other.amina.press_button(offer.id, button)).text
    await rig.settled()
    assert words.startswith("You have booked ")
    assert words.endswith("so you wait no longer. Nothing has changed.")
    assert await start_of(rig, theirs) == start


@on_sqlite
async def test_later_taps_hear_that_it_has_gone_and_stay_on_the_list(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    start = await start_of(rig, request)
    first, second = await another(rig, cast), await another(rig, cast)
    one, two = await waiting(rig, first), await waiting(rig, second)
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    assert (told(first.amina, FREE), told(second.amina, FREE)) == (1, 1)
    await rig.press(first.amina, "Take it")
    words = await rig.press(second.amina, "Take it")
    assert words == (
        "That time has gone: somebody was faster. Nothing was charged. You stay on the waiting list."
    )
    assert "You are on the waiting list" in second.amina.last.text
    assert await start_of(rig, one) == start
    assert (await wish_of(rig, two)).state is WishState.OPEN


@on_sqlite
async def test_a_hold_that_lapses_is_offered_anew_but_not_to_who_let_it_lapse(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    first, second = await another(rig, cast), await another(rig, cast)
    await waiting(rig, first)
    await waiting(rig, second)
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    await rig.press(first.amina, "Take it")
    await rig.pass_time(LAPSED)
    assert told(first.amina, "has expired") > 0
    assert told(first.amina, FREE) == 0  # the offer's message became the pay screen
    assert told(second.amina, FREE) == 2


@on_sqlite
async def test_nobody_is_told_twice_within_half_an_hour_but_then_of_what_is_still_free(rig: Rig) -> None:
    cast = await play(rig)
    mornings = [await held(rig, await another(rig, cast), slot=number) for number in (0, 2)]
    waits = await another(rig, cast)
    await waiting(rig, waits)
    for request, _ in mornings:
        client = (await card(rig, request)).client
        assert client is not None
        assert client.telegram_id is not None
        phone = rig.telegram.phone(client.telegram_id)
        await rig.press_data(phone, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    assert told(waits.amina, FREE) == 1
    await rig.pass_time(29 * MINUTE)
    assert told(waits.amina, FREE) == 1
    await rig.pass_time(2 * MINUTE)
    assert told(waits.amina, FREE) == 2
    await rig.pass_time(2 * HOUR)
    assert told(waits.amina, FREE) == 2


@on_sqlite
async def test_only_times_that_suit_are_told_of(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast, slot=0)
    start = await start_of(rig, request)
    weekday = start.weekday()
    suits, other_day, evenings = [await another(rig, cast) for _ in range(3)]
    await waiting(rig, suits, f"{1 << weekday}..720")
    await waiting(rig, other_day, f"{1 << (weekday + 1) % 7}..")
    await waiting(rig, evenings, "0.1020.")
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    assert [told(one.amina, FREE) for one in (suits, other_day, evenings)] == [1, 0, 0]


@on_sqlite
async def test_more_hours_are_offered_to_those_whom_they_suit(rig: Rig) -> None:
    cast = await play(rig)
    await waiting(rig, cast, "0.1080.")
    await rig.machine.router.cases.week.hours.add(dietitian=cast.dietitian, day=0, ranges=[(1080, 1200)])
    await rig.settled()
    assert told(cast.amina, FREE) == 1
    assert "Monday" in cast.amina.last.text
    assert "18:00" in cast.amina.last.text


@on_sqlite
async def test_a_day_that_comes_into_reach_is_news_only_to_who_had_nothing_to_choose_from(rig: Rig) -> None:
    """Found within the hour, and told of once, not each day anew."""
    cast = await play(rig, booking_window_days=2)
    assert rig.clock.now().weekday() == 0
    other = await another(rig, cast)
    await waiting(rig, cast, f"{1 << 4 | 1 << 5}..")  # Friday and Saturday
    await waiting(rig, other)
    for _ in range(4 * 24):
        await rig.pass_time(HOUR)
    assert [told(one.amina, FREE) for one in (cast, other)] == [1, 0]
    assert "Friday 6" in cast.amina.last.text


@on_sqlite
async def test_what_came_into_reach_and_was_given_back_later_is_news_to_all(rig: Rig) -> None:
    cast = await play(rig, booking_window_days=2)
    waits = await another(rig, cast)
    theirs = await waiting(rig, waits)
    for _ in range(24):
        await rig.pass_time(HOUR)
    start = (await start_known(rig, theirs))[-1]
    request = await rig.request(cast, agreed_at=rig.clock.now())
    cases = rig.machine.router.cases
    whose: dict[str, Any] = {"person": cast.client, "public_id": request.public_id}
    await cases.hold(**whose, rev=1, start=start, message_id=None)
    await rig.pass_time(2 * MINUTE)
    assert told(waits.amina, FREE) == 0
    await cases.release(**whose, rev=await rev_of(rig, request))
    await rig.settled()
    assert told(waits.amina, FREE) == 1


async def start_known(rig: Rig, request: Any) -> list[datetime]:
    """What they have seen to be free, in order."""
    return [datetime.fromtimestamp(60 * one, UTC) for one in (await wish_of(rig, request)).known]


@on_sqlite
async def test_what_was_free_already_is_not_news(rig: Rig) -> None:
    cast = await play(rig)
    await waiting(rig, cast)
    await rig.pass_time(HOUR)
    assert told(cast.amina, FREE) == 0
    assert "free already" in cast.amina.last.text


@on_sqlite
async def test_a_wish_is_replaced_given_up_and_shown_on_the_request(rig: Rig) -> None:
    cast = await play(rig)
    request = await waiting(rig, cast, "5..")
    assert "Mon, Wed · any hour" in cast.amina.last.text
    await rig.press(cast.amina, "Evening")
    await rig.press(cast.amina, "Wait for this instead")
    wish = await wish_of(rig, request)
    assert (wish.weekdays, wish.opens, wish.closes) == ((0, 2), 1020, None)
    await rig.press(cast.amina, "← Back")
    assert "You are on the waiting list: Mon, Wed · from 17:00 (Africa/Lagos)" in cast.amina.last.text
    await rig.press(cast.amina, "Waiting list")
    await rig.press(cast.amina, "Stop waiting")
    assert (await wish_of(rig, request)).state is WishState.CLOSED
    assert "wait no longer" in cast.amina.last.text
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    assert "waiting list" not in cast.amina.last.text


@on_sqlite
async def test_who_books_by_themselves_can_wait_too(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    other = await another(rig, cast)
    own: dict[str, Any] = {"origin": Origin.CLIENT, "state": RequestState.DRAFT, "sent_at": None}
    theirs = await waiting(rig, other, **own, service_id=cast.service.id)
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    assert told(other.amina, FREE) == 1
    await rig.press(other.amina, "Take it")
    assert (await start_of(rig, theirs)) is not None


@on_sqlite
async def test_a_wish_lapses_after_thirty_days_and_with_its_request(rig: Rig) -> None:
    cast = await play(rig)
    old = await waiting(rig, cast, "0.1320.")
    other = await another(rig, cast)
    ended = await waiting(rig, other, "0.1320.")
    await rig.press_data(other.amina, f"v1:{Verb.DECLINE_SILENTLY}:{ended.public_id}::1")
    await rig.pass_time(HOUR)
    assert (await wish_of(rig, ended)).state is WishState.CLOSED
    assert (await wish_of(rig, old)).state is WishState.OPEN
    await rig.pass_time(30 * DAY)
    assert (await wish_of(rig, old)).state is WishState.CLOSED


@on_sqlite
async def test_the_button_is_where_no_day_suits(rig: Rig) -> None:
    cast = await play(rig)
    await rig.approved(cast)
    assert "🔔 Tell me when a time is free" in cast.amina.last.labels
    await rig.press(cast.amina, cast.amina.last.labels[0])
    assert "🔔 Tell me when a time is free" in cast.amina.last.labels
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.press(cast.amina, "← Back")
    await rig.press(cast.amina, "Tell me when")
    assert "Chosen: any day · any hour (Africa/Lagos)" in cast.amina.last.text
    await rig.press(cast.amina, "Tue")
    await rig.press(cast.amina, "Type the hours")
    await rig.say(cast.amina, "whenever you like")
    assert "For example: 17-20" in cast.amina.last.text
    await rig.say(cast.amina, "after 5pm")
    assert "Chosen: Tue · from 17:00" in cast.amina.last.text
    await rig.press(cast.amina, "Tell me")
    assert "You are on the waiting list: Tue · from 17:00" in cast.amina.last.text
    await rig.machine.router.cases.week.hours.set_days(
        dietitian=cast.dietitian, days=[1], ranges=[(17 * 60, 19 * 60)]
    )
    await rig.settled()
    assert told(cast.amina, FREE) == 1


@on_sqlite
async def test_a_time_that_was_taken_before_the_message_went_out_is_not_offered(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    start = await start_of(rig, request)
    waits, fast = await another(rig, cast), await another(rig, cast)
    await waiting(rig, waits)
    theirs = await rig.request(fast, agreed_at=rig.clock.now())
    rig.machine.outbox.stop()
    await fast_and_released(rig, cast, request, fast, theirs, start)
    rig.machine.outbox._stopped = False
    rig.machine.outbox.nudge()
    await rig.settled()
    assert told(waits.amina, FREE) == 0


async def fast_and_released(rig: Rig, cast: Cast, request: Any, fast: Cast, theirs: Any, start: Any) -> None:
    """Given back, and taken by somebody else before anybody was told."""
    cases = rig.machine.router.cases
    await cases.release(person=cast.client, public_id=request.public_id, rev=await rev_of(rig, request))
    await cases.hold(person=fast.client, public_id=theirs.public_id, rev=1, start=start, message_id=None)


@on_sqlite
async def test_a_suspended_dietitian_offers_nothing_until_reinstated(rig: Rig) -> None:
    cast = await play(rig)
    await held(rig, cast)
    waits = await another(rig, cast)
    await waiting(rig, waits)
    changed = replace(cast.dietitian, suspended_at=rig.clock.now())
    await rig.write(lambda uow: uow.dietitians.save(changed))
    await rig.pass_time(LAPSED)
    assert told(waits.amina, FREE) == 0


@on_sqlite
@pytest.mark.parametrize(
    "argument", ["127..", "1", "..", "x..", "0.600.540", "0..1441", "0.0.0", "-1..", "1.2.3.4"]
)
async def test_a_forged_choice_is_refused(rig: Rig, argument: str) -> None:
    cast = await play(rig)
    request = await rig.request(cast, agreed_at=rig.clock.now())
    for verb in (Verb.WISH, Verb.WISH_SURE, Verb.WISH_HOURS):
        words = await rig.press_data(cast.amina, f"v1:{verb}:{request.public_id}:{argument}:1")
        assert "not here for you" in words
    assert await rig.read(lambda uow: uow.wishes.of_request(request.id)) is None


@on_sqlite
async def test_a_taken_time_of_long_ago_or_never_offered_is_no_hold(rig: Rig) -> None:
    cast = await play(rig)
    request = await waiting(rig, cast)
    for start in (rig.clock.now() - DAY, rig.clock.now() + 400 * DAY):
        words = await rig.press_data(
            cast.amina, f"v1:{Verb.WISH_TAKE}:{request.public_id}:{instant_argument(start)}:1"
        )
        assert "has gone" in words
    assert "moved on" in await rig.press_data(cast.amina, f"v1:{Verb.WISH_TAKE}:{request.public_id}:x:1")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("17-20", Hours(opens=1020, closes=1200)),
        (" 5pm to 8 PM ", Hours(opens=1020, closes=1200)),
        ("after 5pm", Hours(opens=1020)),
        ("After 5", Hours(opens=1020)),
        ("from 18:30", Hours(opens=1110)),
        ("9 onwards", Hours(opens=540)),
        ("before noon", Hours(closes=720)),
        ("until 10am.", Hours(closes=600)),
        ("mornings", Hours(closes=720)),
        ("In the evening", Hours(opens=1020)),
        ("Afternoon!", Hours(opens=720, closes=1020)),
        ("any time", Hours()),
        ("Mon-Fri 9-12", Hours(opens=540, closes=720, weekdays=(0, 1, 2, 3, 4))),
        ("weekends 10–14", Hours(opens=600, closes=840, weekdays=(5, 6))),
        ("from 9 to 12", Hours(opens=540, closes=720)),
        ("20-24", Hours(opens=1200)),
    ],
)
def test_hours_are_understood_as_people_type_them(text: str, hours: Hours) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25-26", "9-12, 14-16", "10am-9am", "after", "after midnight", "before 0", "closed", "🌸", "<b>9</b>",
     "Mon 9-12, Tue 14-16", "مساء", "9" * 4096, "a" * 4096, "-", "after 9-12"],
)  # fmt: skip
def test_what_is_no_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Malformed, match="For example"):
        hours_of(text)


def test_a_choice_survives_its_way_through_a_button() -> None:
    for choice in (Choice(), Choice(bits=3), Choice(opens=0, closes=60), Choice(bits=126, opens=1020)):
        assert choice_of(str(choice)) == choice
    assert Choice(bits=126).toggled(0).bits == 0  # all seven days are any day
    assert choice_in(None) == Choice()
    assert in_words(Choice(bits=64, closes=600)) == "Sun · before 10:00"
    assert in_words(Choice(opens=540, closes=720)) == "any day · 09:00–12:00"
