"""/settings → Practice profile: everything that a practice file declares of a dietitian, changed in the chat."""

from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import select

from domain.errors import Malformed
from domain.model.people import Dietitian
from domain.model.practice import DeclaredDietitian
from domain.usecases.change_practice import COLUMNS, ChangePractice, ProfileField
from domain.usecases.set_hours import BOUNDS as RULES
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from handlers.typed_terms import terms_value
from storage.tables import audit
from tests.handlers.tour_back_office import profile
from tests.money.practice import booked, play
from tests.rig import HOSTILE, Cast, Rig

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ROOM = "https://meet.example.com/bisi"
LABELS = {
    ProfileField.NAME: "Name",
    ProfileField.EMAIL: "E-mail",
    ProfileField.ZONE: "Time zone",
    ProfileField.ROOM: "Own room",
}


async def practice(rig: Rig, cast: Cast) -> Dietitian:
    found: Dietitian = await rig.read(lambda uow: uow.dietitians.get(cast.dietitian.id))
    return found


def test_whatever_a_practice_file_declares_can_be_changed_in_the_chat() -> None:
    """By the profile, or by the screen that is named here."""
    elsewhere = {
        **{bounds.field: "/availability" for bounds in RULES.values()},
        "book_without_google": "/google",
        "hours": "/availability",
        "openings": "/timeoff",
        "time_off": "/timeoff",
        "services": "/services",
        "telegram_id": "never: it is who they are",
    }
    declared = {field.name for field in fields(DeclaredDietitian)}
    assert declared == set(COLUMNS.values()) | set(elsewhere)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (ProfileField.NAME, "Dr Bisi Ojo", "Dr Bisi Ojo"),
        (ProfileField.NAME, "  dr\n  Bísí\tỌjọ́ ", "dr Bísí Ọjọ́"),
        (ProfileField.NAME, HOSTILE, HOSTILE),
        (ProfileField.NAME, "د. أمينة", "د. أمينة"),
        (ProfileField.NAME, "🌸", "🌸"),
        (ProfileField.NAME, "\u200b\u202e", None),
        (ProfileField.NAME, "x" * 4096, None),
        (ProfileField.EMAIL, "bisi@example.com", "bisi@example.com"),
        (ProfileField.EMAIL, "  mailto:bisi@EXAMPLE.com ", "bisi@example.com"),
        (ProfileField.EMAIL, "bisi at example.com", None),
        (ProfileField.EMAIL, "<b>bisi@example.com</b>", None),
        (ProfileField.EMAIL, "a@b.com, c@d.com", None),
        (ProfileField.EMAIL, "x" * 4096, None),
        (ProfileField.ZONE, "Africa/Accra", "Africa/Accra"),
        (ProfileField.ZONE, " new   york ", "America/New_York"),
        (ProfileField.ZONE, "Atlantis", None),
        (ProfileField.ZONE, "لاغوس", None),
        (ProfileField.ZONE, "<i>Lagos</i>", None),
        (ProfileField.ROOM, ROOM, ROOM),
        (ProfileField.ROOM, " meet.example.com/bisi ", ROOM),
        (ProfileField.ROOM, "http://meet.example.com/bisi", None),
        (ProfileField.ROOM, "javascript:alert(1)", None),
        (ProfileField.ROOM, "https://name:word@meet.example.com", None),
        (ProfileField.ROOM, "https://" + "x" * 4000, None),
        (ProfileField.ROOM, "https://m\u202eeet.example.com", None),
        (ProfileField.ROOM, "🌸", None),
    ],
)
@ON_SQLITE
async def test_what_is_typed_is_understood_or_asked_again_with_an_example(
    rig: Rig, field: ProfileField, typed: str, kept: str | None
) -> None:
    """Right, sloppy, wrong, hostile."""
    scene = await profile(rig, LABELS[field])
    before = await practice(rig, scene.cast)
    words = await rig.say(scene.phone, typed)
    after = await practice(rig, scene.cast)
    if kept is None:
        assert after == before
        assert "or example: " in words
        assert "← Back" in scene.phone.last.labels
        return
    assert getattr(after, COLUMNS[field]) == kept
    assert words.startswith("✅ Saved.")
    assert kept in words
    assert await rig.failed() == []


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (ProfileField.FREE_HOURS, "36", 36),
        (ProfileField.FREE_HOURS, "2 days", 48),
        (ProfileField.FREE_HOURS, " 1 Week. ", 168),
        (ProfileField.FREE_HOURS, "a day", 24),
        (ProfileField.FREE_HOURS, "two days", 48),
        (ProfileField.FREE_HOURS, "٢٤ h", 24),
        (ProfileField.FREE_HOURS, "always", 0),
        (ProfileField.FREE_HOURS, "8761", None),
        (ProfileField.FREE_HOURS, "-1", None),
        (ProfileField.FREE_HOURS, "50%", None),
        (ProfileField.LATE_REFUND, "33%", 33),
        (ProfileField.LATE_REFUND, "half", 50),
        (ProfileField.LATE_REFUND, "20 percent", 20),
        (ProfileField.LATE_REFUND, "101", None),
        (ProfileField.LATE_REFUND, "₦5,000", None),
        (ProfileField.REQUEST_DAYS, "10", 10),
        (ProfileField.REQUEST_DAYS, "3 weeks", 21),
        (ProfileField.REQUEST_DAYS, "one week", 7),
        (ProfileField.REQUEST_DAYS, "1 month", 30),
        (ProfileField.REQUEST_DAYS, "a month", 30),
        (ProfileField.REQUEST_DAYS, "a", None),
        (ProfileField.REQUEST_DAYS, "0", None),
        (ProfileField.REQUEST_DAYS, "91", None),
        (ProfileField.REQUEST_DAYS, "12 h", None),
        (ProfileField.REQUEST_DAYS, "<b>7</b>", None),
        (ProfileField.REQUEST_DAYS, "🌸", None),
        (ProfileField.REQUEST_DAYS, "9" * 4096, None),
        (ProfileField.REQUEST_DAYS, "أسبوع", None),
        (ProfileField.REQUEST_DAYS, "", None),
    ],
)
def test_a_number_of_the_terms_is_read_as_it_is_meant(
    field: ProfileField, typed: str, value: int | None
) -> None:
    if value is None:
        with pytest.raises(Malformed, match="For example: "):
            terms_value(field, typed)
    else:
        assert terms_value(field, typed) == value


@pytest.mark.parametrize(
    ("screen", "button", "typed", "column", "value"),
    [
        ("Cancellation terms", "Other hours", "36", "free_hours", 36),
        ("Cancellation terms", "Another part", "33", "late_refund_percent", 33),
        ("Time to answer", "Another number", "10 days", "request_days", 10),
    ],
)
@ON_SQLITE
async def test_terms_that_no_button_offers_can_be_typed(
    rig: Rig, screen: str, button: str, typed: str, column: str, value: int
) -> None:
    scene = await profile(rig, screen, button)
    assert "or example: " in await rig.say(scene.phone, "soon")
    words = await rig.say(scene.phone, typed)
    assert words.startswith("✅ Saved.")
    assert str(value) in words
    assert getattr(await practice(rig, scene.cast), column) == value
    await rig.press(scene.phone, button)
    await rig.press(scene.phone, "Back")
    await rig.say(scene.phone, "7")
    assert getattr(await practice(rig, scene.cast), column) == value


async def test_the_zone_is_chosen_and_what_is_booked_stays_at_its_moment(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    at = (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).booking.start
    for label in ("Practice profile", "Time zone"):
        await (rig.say(cast.ada, "/settings") if label.startswith("Prac") else rig.settled())
        await rig.press(cast.ada, label)
    assert await rig.press(cast.ada, "Africa/Nairobi") == "Saved"
    assert "Time zone: Africa/Nairobi" in cast.ada.last.text
    assert (await practice(rig, cast)).timezone == "Africa/Nairobi"
    assert (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).booking.start == at
    await rig.say(cast.ada, "/upcoming")
    assert "Africa/Nairobi" in cast.ada.last.text


async def test_the_room_is_taken_away_after_a_question_and_booked_sessions_keep_theirs(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.say(cast.ada, "/settings")
    for label in ("Practice profile", "Own room", "Take it away"):
        await rig.press(cast.ada, label)
    assert "https://meet.example.com/ada" in cast.ada.last.text
    assert (await practice(rig, cast)).fallback_meeting_url is not None
    assert await rig.press(cast.ada, "Yes, take it away") == "Saved"
    assert "Your own room: none" in cast.ada.last.text
    assert (await practice(rig, cast)).fallback_meeting_url is None
    booking = (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).booking
    assert booking.meeting_url == "https://meet.example.com/ada"
    await rig.press(cast.ada, "Own room")
    assert "🗑 Take it away" not in cast.ada.last.labels


async def test_clients_see_the_new_name_and_the_trail_who_changed_it(rig: Rig) -> None:
    scene = await profile(rig, "Name")
    await rig.say(scene.phone, "Dr Bisi Ojo")
    await rig.request(scene.cast)
    await rig.say(scene.cast.amina, "/requests")
    assert "Dr Bisi Ojo" in scene.cast.amina.last.text
    rows = await rig.rows(select(audit.c.actor, audit.c.action, audit.c.detail))
    assert (f"person:{scene.cast.dietitian.person_id}", "changed practice", {"field": "name"}) in rows


@ON_SQLITE
async def test_forged_presses_change_nothing(rig: Rig) -> None:
    scene = await profile(rig)
    before = await practice(rig, scene.cast)
    for argument in (
        "zone.999",
        "zone.x",
        "room.https",
        "name.none",
        "email.none",
        "hours.5",
        "days.none",
        "",
        "x.y",
    ):
        assert await rig.press_data(scene.phone, f"v1:{Verb.PROFILE_SET}::{argument}:0") == NOT_YOURS, (
            argument
        )
    for argument in ("", "telegram_id", "zone2.0"):
        assert await rig.press_data(scene.phone, f"v1:{Verb.PROFILE_FIELD}::{argument}:0") == NOT_YOURS
    for verb in (Verb.PROFILE, Verb.PROFILE_FIELD, Verb.PROFILE_SET, Verb.PROFILE_NO_ROOM):
        argument = "room.none" if verb is Verb.PROFILE_SET else "name"
        assert await rig.press_data(scene.cast.amina, f"v1:{verb}::{argument}:0") == NOT_YOURS
    assert await practice(rig, scene.cast) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [(ProfileField.NAME, None), (ProfileField.FREE_HOURS, -1), (ProfileField.FREE_HOURS, None),
     (ProfileField.REQUEST_DAYS, 91), (ProfileField.LATE_REFUND, "50")],
)  # fmt: skip
@ON_SQLITE
async def test_the_use_case_refuses_what_a_practice_file_may_not_say(
    rig: Rig, field: ProfileField, value: Any
) -> None:
    cast = await rig.cast()
    change = ChangePractice(transactions=rig.database, clock=rig.clock)
    with pytest.raises(Malformed):
        await change(dietitian=cast.dietitian, field=field, value=value)
    assert replace(await practice(rig, cast)) == cast.dietitian
