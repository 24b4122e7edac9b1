"""/availability: weekly hours by tapping and typing, the rules of booking, the week as a picture."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.errors import Malformed
from domain.model.hours import Opening, TimeOff, WeeklyHours
from domain.model.people import Dietitian
from domain.model.pictures import BandKind, WeekPicture
from domain.ports import UnitOfWork
from domain.usecases.set_hours import BOUNDS, Rule, WeekAhead
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from handlers.screens.week_picture import picture_spec
from handlers.typed_rules import rule_value
from tests.clock import MORNING
from tests.handlers.still_plotter import StillPlotter
from tests.handlers.tour_week import book, week
from tests.rig import EVERY_DAY, HOSTILE, Cast, Rig

NINE_TO_FIVE, LUNCH, EVENING = ((540, 1020),), ((540, 720), (780, 1020)), ((1020, 1260),)
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def hours_of(rig: Rig, cast: Cast) -> WeeklyHours:
    found: WeeklyHours = await rig.read(lambda uow: uow.dietitians.hours(cast.dietitian.id))
    return found


async def practice_of(rig: Rig, cast: Cast) -> Dietitian:
    found: Dietitian = await rig.read(lambda uow: uow.dietitians.get(cast.dietitian.id))
    return found


async def test_a_preset_closing_and_copying_set_the_hours(rig: Rig) -> None:
    scene = await week(rig, "Tue", "09:00–12:00, 13:00–17:00")
    ada, cast = scene.phone, scene.cast
    assert (await hours_of(rig, cast))[1] == LUNCH
    assert "09:00–12:00\n13:00–17:00" in ada.last.text
    for label in ("Copy", "Wed", "Sun", "Sun", "Fri", "Apply"):
        await rig.press(ada, label)
    assert await hours_of(rig, cast) == (*EVERY_DAY[:1], LUNCH, LUNCH, *EVERY_DAY[3:4], LUNCH, *EVERY_DAY[5:])
    assert "Wednesday: 09:00–12:00, 13:00–17:00" in ada.last.text
    for label in ("Sun", "Closed"):
        await rig.press(ada, label)
    assert (await hours_of(rig, cast))[6] == ()
    assert "closed" in ada.last.text
    assert "🚫 Closed" not in ada.last.labels


async def test_one_range_is_removed_and_others_are_typed(rig: Rig) -> None:
    scene = await week(rig, "Mon", "09:00–12:00, 13:00–17:00", "✖️ 13:00–17:00")
    ada, cast = scene.phone, scene.cast
    assert (await hours_of(rig, cast))[0] == ((540, 720),)
    await rig.press(ada, "Add times")
    await rig.say(ada, "1pm-5pm")
    assert (await hours_of(rig, cast))[0] == LUNCH
    assert "✅ Saved. What is booked stays where it is." in ada.last.text
    await rig.press(ada, "Add times")
    await rig.say(ada, "11-14, 6pm-8pm")
    assert (await hours_of(rig, cast))[0] == ((540, 1020), (1080, 1200))
    await rig.press(ada, "Add times")
    await rig.say(ada, "closed")
    assert (await hours_of(rig, cast))[0] == ()
    await rig.say(ada, "9-12")
    assert "I wasn't waiting for a message" in ada.last.text


@pytest.mark.parametrize(
    "typed",
    ["", "nine", HOSTILE, "🌸", "9", "9-", "12-9pm-3", "25-26", "Mon 9-12", "9-12, 10-11", "5pm-9am", "٩", "الاثنين",
     "\u202e9-12x", "9" * 4096, ", ".join(f"{h}:00-{h}:30" for h in range(9))],
    ids=lambda typed: ascii(typed)[:30],
)  # fmt: skip
@SQLITE
async def test_what_is_no_time_is_refused_with_an_example_and_the_question_stays_open(
    rig: Rig, typed: str
) -> None:
    scene = await week(rig, "Mon", "Add times")
    await rig.say(scene.phone, typed or "?")
    assert "For example: 9-12, 1pm-5pm" in scene.phone.last.text
    assert await hours_of(rig, scene.cast) == EVERY_DAY
    await rig.say(scene.phone, "6pm-8pm")
    assert (await hours_of(rig, scene.cast))[0] == (*EVERY_DAY[0], (1080, 1200))
    assert await rig.failed() == []


async def test_a_day_has_eight_times_at_most(rig: Rig) -> None:
    scene = await week(rig, "Mon", "Closed", "Add times")
    await rig.say(scene.phone, ", ".join(f"{hour}:00-{hour}:30" for hour in range(10, 18)))
    await rig.press(scene.phone, "Add times")
    await rig.say(scene.phone, "20:00-20:30")
    assert "8 times at most" in scene.phone.last.text
    assert len((await hours_of(rig, scene.cast))[0]) == 8


async def test_what_is_booked_stays_and_is_listed_where_it_lies_outside(rig: Rig) -> None:
    scene = await week(rig, sessions=2)  # 12:00 and 13:00 on Friday
    ada, cast = scene.phone, scene.cast
    assert "Outside" not in " ".join(ada.last.labels)
    for label in ("Fri", "✖️ 08:00–17:00", "Add times"):
        await rig.press(ada, label)
    before = await rig.dump("bookings")
    await rig.say(ada, "9-1pm")
    assert "1 session that is booked lies outside these hours" in ada.last.text
    await rig.press(ada, "Outside the hours: 1")
    assert "Friday 6 November 2026, 13:00–13:45 (Africa/Lagos)" in ada.last.text
    assert "12:00–12:45" not in ada.last.text
    assert await rig.dump("bookings") == before
    await rig.press(ada, "Session 1")
    assert "Reschedule" in " ".join(ada.last.labels)
    opening = Opening(day=date(2026, 11, 6), opens=780, closes=840)
    await rig.write(lambda uow: uow.dietitians.set_openings(cast.dietitian.id, [opening]))
    await rig.press_data(ada, f"v1:{Verb.WEEK_OUTSIDE}::0:0")
    assert "Every session that is booked lies within your hours" in ada.last.text


async def test_sixty_sessions_outside_are_paged(rig: Rig) -> None:
    cast = await rig.cast()
    for hour in range(5):
        await rig.write(partial(_book_on_days, cast=cast, hour=hour))
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.press_data(cast.ada, f"v1:{Verb.WEEK_OUTSIDE}::0:0")
    assert "(60) · page 1 of 12" in cast.ada.last.text
    pages = 1
    while "›" in cast.ada.last.labels:
        await rig.press(cast.ada, "›")
        pages += 1
    assert pages == 12
    await rig.press_data(cast.ada, f"v1:{Verb.WEEK_OUTSIDE}::9999:0")
    assert "page 12 of 12" in cast.ada.last.text


def _book_on_days(uow: UnitOfWork, cast: Cast, hour: int) -> None:
    for day in range(12):
        moved = replace(
            cast, client=replace(cast.client, created_at=cast.client.created_at + timedelta(days=day))
        )
        book(uow, moved, 1, hour=8 + hour)


async def test_a_client_is_offered_what_the_hours_say_now(rig: Rig) -> None:
    scene = await week(rig)
    for at in range(7):
        await rig.press_data(scene.phone, f"v1:{Verb.WEEK_PRESET}::{at}.3:0")
    await rig.press_data(scene.phone, f"v1:{Verb.WEEK_PRESET}::4.2:0")
    await rig.approved(scene.cast)
    assert scene.cast.amina.last.labels[0] == "Fri 6 Nov"
    await rig.press(scene.cast.amina, "Fri 6 Nov")
    assert scene.cast.amina.last.labels[:2] == ["17:00", "17:30"]


TYPED_RULES: list[tuple[Rule, str, int | None]] = [
    (Rule.NOTICE, "3", 3),
    (Rule.NOTICE, " 24 hours ", 24),
    (Rule.NOTICE, "1 day", 24),
    (Rule.NOTICE, "a day", 24),
    (Rule.NOTICE, "2 days ahead", 48),
    (Rule.NOTICE, "120 min", 2),
    (Rule.NOTICE, "none", 0),
    (Rule.NOTICE, "0", 0),
    (Rule.WINDOW, "60", 60),
    (Rule.WINDOW, "8 weeks", 56),
    (Rule.WINDOW, "2 months", 60),
    (Rule.WINDOW, "３０ days", 30),
    (Rule.AFTER, "10", 10),
    (Rule.AFTER, "10min", 10),
    (Rule.AFTER, "10 minutes.", 10),
    (Rule.AFTER, "half an hour", 30),
    (Rule.AFTER, "1h 15", 75),
    (Rule.AFTER, "1h15m", 75),
    (Rule.AFTER, "1 hour and 15 minutes", 75),
    (Rule.BEFORE, "No", 0),
    (Rule.BEFORE, "5'", 5),
    (Rule.BEFORE, "٥", 5),
    (Rule.MAXIMUM, "6", 6),
    (Rule.MAXIMUM, "6 a day", 6),
    (Rule.MAXIMUM, "six sessions per day", 6),
    (Rule.MAXIMUM, "max 8", 8),
    (Rule.MAXIMUM, "No limit", None),
    (Rule.MAXIMUM, "unlimited", None),
    (Rule.STEP, "20", 20),
    (Rule.STEP, "every 45 min", 45),
    (Rule.STEP, "1h", 60),
]


@pytest.mark.parametrize(("rule", "typed", "value"), TYPED_RULES)
def test_a_rule_is_understood_as_it_was_meant(rule: Rule, typed: str, value: int | None) -> None:
    assert rule_value(rule, typed) == value


@pytest.mark.parametrize(
    ("rule", "typed"),
    [
        (Rule.NOTICE, "90 min"), (Rule.NOTICE, "-1"), (Rule.NOTICE, "8761"), (Rule.NOTICE, "1.5"),
        (Rule.WINDOW, "0"), (Rule.WINDOW, "none"), (Rule.WINDOW, "366"), (Rule.WINDOW, "5 hours"),
        (Rule.AFTER, "481"), (Rule.AFTER, "10 10"), (Rule.AFTER, "1h 2h 3h"), (Rule.AFTER, "ten-ish"),
        (Rule.MAXIMUM, "0"), (Rule.MAXIMUM, "51"), (Rule.MAXIMUM, "6 hours"),
        (Rule.STEP, "4"), (Rule.STEP, "241"), (Rule.STEP, "none"),
        *((rule, typed) for rule in Rule for typed in (HOSTILE, "🌸", "", "٪", "\u202e", "9" * 4096, "عشرة", "1e3")),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_what_is_no_such_rule_is_refused_with_an_example(rule: Rule, typed: str) -> None:
    with pytest.raises(Malformed) as refused:
        rule_value(rule, typed)
    example = str(refused.value).partition("For example: ")[2]
    value = rule_value(rule, example.partition(" or ")[0])
    assert value is None or BOUNDS[rule].least <= value <= BOUNDS[rule].most


async def test_rules_are_chosen_and_typed(rig: Rig) -> None:
    scene = await week(rig, "Rules", "Minimum notice", "12 hours")
    ada, cast = scene.phone, scene.cast
    assert "Minimum notice: 12 hours" in ada.last.text
    for label, typed in (
        ("Booking window", "4 weeks"), ("Free after", "10"), ("Free before", "1h 15"), ("Sessions a day", "6 a day"),
        ("Starts every", "45 min"),
    ):  # fmt: skip
        await rig.press(ada, label)
        await rig.say(ada, typed)
        assert "✅ Saved" in ada.last.text
    found = await practice_of(rig, cast)
    assert (found.minimum_notice_hours, found.booking_window_days) == (12, 28)
    assert (found.buffer_minutes, found.buffer_before_minutes) == (10, 75)
    assert (found.daily_maximum, found.slot_step_minutes) == (6, 45)
    for label in ("Sessions a day", "no limit"):
        await rig.press(ada, label)
    assert (await practice_of(rig, cast)).daily_maximum is None
    await rig.press(ada, "Minimum notice")
    await rig.say(ada, "200 days")
    assert "⚠️ Nothing can be booked" in ada.last.text


@SQLITE
async def test_a_refused_rule_changes_nothing_and_the_question_stays_open(rig: Rig) -> None:
    scene = await week(rig, "Rules", "Starts every")
    await rig.say(scene.phone, HOSTILE)
    assert "That must be 5 to 240 minutes. For example: 30" in scene.phone.last.text
    await rig.say(scene.phone, "15")
    assert (await practice_of(rig, scene.cast)).slot_step_minutes == 15


FORGED = (
    "",
    "7",
    "-1",
    "x",
    "1.2.3.4",
    "1.",
    ".1",
    "99999999999.1",
    "notice.x",
    "step.4",
    "most.51",
    "what.1",
)


@SQLITE
async def test_a_forged_press_changes_nothing(rig: Rig) -> None:
    cast = await rig.cast()
    before = await hours_of(rig, cast), await practice_of(rig, cast)
    for verb in ("avd", "avt", "avp", "avx", "avc", "avcy", "avrf", "avrs"):
        for argument in FORGED:
            assert await rig.press_data(cast.ada, f"v1:{verb}::{argument}:0"), (verb, argument)
    for data in ("avp::1.9", "avx::0.540", "avx::0.540.1020", "avcy::0.999", "avcy::0.1"):
        await rig.press_data(cast.ada, f"v1:{data}:0")
    assert (await hours_of(rig, cast), await practice_of(rig, cast)) == before
    assert await rig.failed() == []


@SQLITE
async def test_it_is_for_dietitians_alone(rig: Rig) -> None:
    cast = await rig.cast()
    assert NOT_YOURS in await rig.say(cast.amina, "/availability")
    for verb in ("av", "avd", "avp", "avr", "avw", "avo"):
        assert await rig.press_data(cast.amina, f"v1:{verb}::0:0") == NOT_YOURS


async def test_the_picture_shows_this_week_and_the_next(rig: Rig) -> None:
    scene = await week(rig, sessions=1)
    ada, cast, plotter = scene.phone, scene.cast, rig.world.plotter
    assert isinstance(plotter, StillPlotter)
    await rig.write(lambda uow: book(uow, cast, 1, hour=14, hold=True))
    off = TimeOff(first=date(2026, 11, 5), last=date(2026, 11, 6), begins=900, ends=600)
    await rig.write(lambda uow: uow.dietitians.set_time_off(cast.dietitian.id, [off]))
    await rig.press(ada, "Picture")
    assert ada.last.photo is not None
    assert "Booked: 1, held and not paid: 1" in ada.last.text
    spec = plotter.specs[-1]
    assert isinstance(spec, WeekPicture)
    assert [day.label for day in spec.days][::6] == ["Mon 2 Nov", "Sun 8 Nov"]
    friday = {(band.kind, band.from_minute, band.until_minute, band.label) for band in spec.days[4].bands}
    assert friday == {
        (BandKind.OPEN, 480, 1020, None), (BandKind.OFF, 480, 600, None), (BandKind.BOOKED, 720, 765, "Amina Bello"),
        (BandKind.HELD, 900, 945, "Amina Bello"),
    }  # fmt: skip
    await rig.press(ada, "Next week")
    assert "Mon 9 Nov – Sun 15 Nov" in ada.last.text
    await rig.press(ada, "Back")
    assert "Your week" in ada.last.text


async def test_words_stand_in_for_a_picture_that_cannot_be_drawn(rig: Rig) -> None:
    plotter = rig.world.plotter
    assert isinstance(plotter, StillPlotter)
    plotter.fails = True
    scene = await week(rig, "Picture")
    assert "could not be drawn just now" in scene.phone.last.text


ROUND_THE_CLOCK = (((0, 1440),),) * 7


def _ahead(timezone: str, monday: date, **fields: Any) -> WeekAhead:
    dietitian = Dietitian(
        public_id="D", person_id=1, telegram_id=1, name="Ada", email="", timezone=timezone, created_at=MORNING
    )  # fmt: skip
    given: dict[str, Any] = {"hours": EVERY_DAY, "openings": (), "time_off": (), "sessions": (), "busy": ()}
    return WeekAhead(dietitian=dietitian, monday=monday, **{**given, **fields})


def bands(ahead: WeekAhead, kind: BandKind) -> list[tuple[int, int, int]]:
    days = picture_spec(ahead, "x").days
    return [
        (at, band.from_minute, band.until_minute)
        for at, day in enumerate(days)
        for band in day.bands
        if band.kind is kind
    ]


def test_what_runs_over_midnight_is_drawn_on_both_days() -> None:
    busy = (datetime(2026, 11, 3, 22, 30, tzinfo=UTC), datetime(2026, 11, 4, 0, 0, tzinfo=UTC))
    assert bands(
        _ahead("Africa/Lagos", date(2026, 11, 2), busy=[busy], hours=ROUND_THE_CLOCK), BandKind.BUSY
    ) == [
        (1, 1410, 1440),
        (2, 0, 60),
    ]


def test_a_week_in_which_the_clock_jumps_is_drawn_by_the_clock_on_the_wall() -> None:
    sunday = datetime(2026, 10, 25, tzinfo=UTC)
    times = [
        (sunday.replace(hour=9), sunday.replace(hour=10)),
        (sunday.replace(hour=0), sunday.replace(hour=2)),
    ]
    found = bands(
        _ahead("Europe/Berlin", date(2026, 10, 19), busy=times, hours=ROUND_THE_CLOCK), BandKind.BUSY
    )
    assert found == [(6, 600, 660), (6, 120, 180)]  # 02:00 comes twice


def test_an_opening_and_time_off_are_drawn_on_their_days() -> None:
    opening = Opening(day=date(2026, 11, 7), opens=1020, closes=1200)
    off = [
        TimeOff(first=date(2026, 10, 1), last=date(2026, 11, 3)),
        TimeOff(first=date(2026, 11, 9), last=date(2026, 11, 9)),
    ]
    ahead = _ahead("Africa/Lagos", date(2026, 11, 2), openings=[opening], time_off=off)
    assert bands(ahead, BandKind.OFF) == [(0, 0, 1440), (1, 0, 1440)]
    assert (5, 480, 1200) in bands(ahead, BandKind.OPEN)


def test_what_is_busy_or_off_at_night_leaves_the_hours_of_work_their_room() -> None:
    busy = [
        (datetime(2026, 11, 3, hour, tzinfo=UTC), datetime(2026, 11, 3, hour + 2, tzinfo=UTC))
        for hour in (2, 6, 20)
    ]
    off = [TimeOff(first=date(2026, 11, 4), last=date(2026, 11, 5), begins=900)]
    ahead = _ahead("Africa/Lagos", date(2026, 11, 2), busy=busy, time_off=off)
    assert bands(ahead, BandKind.BUSY) == [(1, 480, 540)]
    assert bands(ahead, BandKind.OFF) == [(2, 900, 1020), (3, 0, 1440)]
    assert bands(replace(ahead, hours=((),) * 7), BandKind.OFF) == [(2, 900, 1440), (3, 0, 1440)]
