"""The calendar file, by the rules of RFC 5545 and RFC 5546, and what a calendar makes of one after the other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from domain.model.booking import Booking, BookingState
from domain.model.request import Request
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.invitation import ics
from sandbox.telegram.phone import Phone
from tests.clock import MORNING
from tests.money.practice import MINUTE, booked, card, play
from tests.rig import HOSTILE, Rig
from tests.storage import seeds

START = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
FOLD = 75  # octets, without the line's end
_NAME = re.compile(r"[A-Z][A-Z0-9-]*")
_UTC = re.compile(r"\d{8}T\d{6}Z")
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"}
AT_MOST_ONCE = {"LOCATION", "DESCRIPTION", "ORGANIZER"}


def booking(state: BookingState = BookingState.CONFIRMED, **fields: Any) -> Booking:
    request = replace(seeds.request(1, 2), id=3)
    url = "https://meet.google.com/abc-defg-hij"
    given = {"state": state, "meeting_url": url, "public_id": "K7Q2M9XT4P", **fields}
    return seeds.booking(request, START, **given)


def of(name: str, found: Booking, *, email: str = "ada@example.com") -> RequestCard:
    owner = replace(seeds.dietitian(1, name=name, email=email), id=1)
    client = replace(seeds.person(name=name), id=2)
    request: Request = replace(seeds.request(1, 2, client_name=name), id=3)
    return RequestCard(request=request, dietitian=owner, client=client, booking=found, payment=None)


def content_lines(raw: bytes) -> Iterator[str]:
    """Physical lines put together again; each rule of RFC 5545, 3.1 on the way."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    lines = raw[:-2].split(b"\r\n")
    assert all(0 < len(line) <= FOLD for line in lines), max(map(len, lines))
    for line in lines:
        line.decode()  # no letter is cut in two
    yield from re.sub(rb"\r\n[ \t]", b"", raw[:-2]).decode().split("\r\n")


def valid(raw: bytes) -> dict[str, tuple[str, str]]:
    """The event's properties: name to parameters and value. Fails where a calendar could refuse it."""
    lines = [_parts(line) for line in content_lines(raw)]
    outer = ["BEGIN", "PRODID", "VERSION", "METHOD"]
    names = [name for name, _, _ in lines]
    begins, ends = names.index("BEGIN", 1), len(names) - 2
    assert sorted(names[:begins]) == sorted(outer)
    assert [lines[at][2] for at in (0, begins, ends, -1)] == ["VCALENDAR", "VEVENT", "VEVENT", "VCALENDAR"]
    assert names[ends:] == ["END", "END"]
    assert {name: value for name, _, value in lines[:begins]}["VERSION"] == "2.0"
    inner = lines[begins + 1 : ends]
    held = [name for name, _, _ in inner]
    assert len(held) == len(set(held)), "a property that may stand once stands twice"
    assert set(held) >= ONCE
    assert set(held) <= ONCE | AT_MOST_ONCE
    event = {name: (parameters, value) for name, parameters, value in inner}
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        assert event[name][0] == "", "in UTC no zone is named, and none must be described"
        assert _UTC.fullmatch(event[name][1])
    assert event["DTSTART"][1] < event["DTEND"][1]
    assert int(event["SEQUENCE"][1]) >= 0
    method = next(value for name, _, value in lines[:begins] if name == "METHOD")
    assert (method, event["STATUS"][1]) in {("PUBLISH", "CONFIRMED"), ("CANCEL", "CANCELLED")}
    for text in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert _is_escaped(event.get(text, ("", ""))[1])
    return event


def _parts(line: str) -> tuple[str, str, str]:
    """Name, parameters, value: what is quoted may hold a colon."""
    found = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(.*)', line)
    assert found is not None, line
    name, parameters, value = found.groups()
    assert _NAME.fullmatch(name)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value)
    return name, parameters, value


def _is_escaped(value: str) -> bool:
    return re.search(r"(?<!\\)(?:\\\\)*[,;]", value) is None


@pytest.mark.parametrize("for_dietitian", [False, True])
@pytest.mark.parametrize("state", [BookingState.CONFIRMED, BookingState.CANCELLED])
def test_it_follows_the_rules(state: BookingState, for_dietitian: bool) -> None:  # noqa: FBT001
    found = booking(state)
    event = valid(ics(of("Dr Ada Obi", found), found, MORNING, for_dietitian=for_dietitian))
    assert event["UID"][1] == "K7Q2M9XT4P@dietdesk.invalid"
    assert event["ORGANIZER"] == (';CN="Dr Ada Obi"', "mailto:ada@example.com")
    assert ("LOCATION" in event) is (state is BookingState.CONFIRMED)


names = st.one_of(
    st.sampled_from(
        [HOSTILE, 'Dr "Ada"; Obi, PhD', "Ọlá " * 40, "🌸" * 64, "a\\nb", "عيادة", "Line\nbreak", "tab\tname"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120),
)


@given(names)
def test_whatever_a_name_holds_it_follows_the_rules_and_is_read_again(name: str) -> None:
    found = booking()
    raw = ics(of(name, found), found, MORNING)
    valid(raw)
    event: Any = Calendar.from_ical(raw).walk("VEVENT")[0]
    said = str(event["SUMMARY"]).replace("\n", " ").split()
    assert said == f"Session with {name}".replace("\\n", " ").replace("\\N", " ").split() or "\\" in name
    assert event["DTSTART"].dt == START


def test_nobody_is_named_as_organizer_without_an_address() -> None:
    found = booking()
    assert "ORGANIZER" not in valid(ics(of("Dr Ada Obi", found, email=""), found, MORNING))


def test_nobody_is_named_as_attendee() -> None:
    """PUBLISH has none (RFC 5546, 3.2.1): nobody is asked to answer a calendar."""
    found = booking()
    assert b"ATTENDEE" not in ics(of("Dr Ada Obi", found), found, MORNING)


def test_a_broken_file_is_seen() -> None:
    """The validator itself can fail."""
    found = booking()
    raw = ics(of("Dr Ada Obi", found), found, MORNING)
    for broken in (
        raw.replace(b"\r\n", b"\n"),
        raw.replace(b"SEQUENCE:0\r\n", b""),
        raw.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 80),
        raw.replace(b"METHOD:PUBLISH", b"METHOD:CANCEL"),
        raw.replace(b"UID:", b"UID:1\r\nUID:"),
        raw.replace(b"DTSTART:20261105T090000Z", b"DTSTART:20261105T090000"),
    ):
        assert broken != raw
        with pytest.raises(AssertionError):
            valid(broken)


class Shelf:
    """A calendar by RFC 5546: what is newer by SEQUENCE, then by DTSTAMP, takes the place of what is there."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, raw: bytes) -> bool:
        valid(raw)
        calendar = Calendar.from_ical(raw)
        event: Any = calendar.walk("VEVENT")[0]
        uid, known = str(event["UID"]), self.events.get(str(event["UID"]))
        if known is not None and self._age(event) <= self._age(known):
            return False
        self.events[uid] = event
        return True

    def _age(self, event: Any) -> tuple[int, datetime]:
        return int(event["SEQUENCE"]), event["DTSTAMP"].dt

    @property
    def shown(self) -> list[datetime]:
        return [one["DTSTART"].dt for one in self.events.values() if str(one["STATUS"]) != "CANCELLED"]


def files(phone: Phone) -> list[bytes]:
    return [
        one.document.bytes
        for one in phone.messages
        if one.document is not None and one.document.name == "session.ics"
    ]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_an_update_and_a_cancellation_take_the_place_of_the_first(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    first = (await card(rig, request)).booking
    assert first is not None
    data = f":{request.public_id}:0:0"
    rig.clock.advance(MINUTE)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}{data}")
    await rig.press(cast.amina, cast.amina.last.labels[5])
    await rig.press(cast.amina, cast.amina.last.labels[0])
    await rig.press(cast.amina, "Confirm")
    moved = (await card(rig, request)).booking
    assert moved is not None
    assert moved.start != first.start
    shelf = Shelf()
    assert [shelf.take(raw) for raw in files(cast.amina)] == [True, True]
    assert shelf.shown == [moved.start]
    rig.clock.advance(MINUTE)
    await rig.press_data(cast.amina, f"v1:{Verb.CALENDAR}{data}")
    assert shelf.take(files(cast.amina)[-1])  # the same once more does no harm
    assert shelf.shown == [moved.start]
    await rig.press_data(cast.amina, f"v1:{Verb.BOOKING}{data}")
    for label in ("✖️ Cancel", "Yes, cancel it"):
        await rig.press(cast.amina, label)
    assert shelf.take(files(cast.amina)[-1])
    assert shelf.shown == []
    assert not any(shelf.take(raw) for raw in files(cast.amina)), "an old file brings nothing back"
    assert {str(uid) for uid in shelf.events} == {f"{first.public_id}@dietdesk.invalid"}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_both_sides_can_have_it_once_more(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    for phone, other in ((cast.amina, "Dr Ada Obi"), (cast.ada, "Amina Bello")):
        await rig.press_data(phone, f"v1:{Verb.BOOKING}:{request.public_id}::0")
        await rig.press(phone, "Add to calendar")
        event = valid(files(phone)[-1])
        assert event["SUMMARY"][1] == f"Session with {other}"
        assert event["LOCATION"][1] == "https://meet.example.com/ada"
