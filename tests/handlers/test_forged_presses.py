"""Data that no button of ours ever carried: answered, nothing changed, nothing broken."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.callbacks import LIMIT_BYTES, Press, Verb, day_argument, instant_argument, parse
from tests.rig import Rig, newest_bubble

GARBAGE = (
    "", ":", "::::", "v1", "v1:", "v1:home", "v1:home:::", "v1:home:::0:", "v1:home:::0:0", "v2:home:::0",
    "V1:home:::0", "v1:HOME:::0", "v1:nothing:::0", "v1::::0", "v1:home:::x", "v1:home:::-1", "v1:home:::1.0",
    "v1:home:::1_0", "v1:home:::١", "v1:home::: 1", "v1:home:::99999999999999999999", "home", "🌸" * 16,
    "v1:show:\x00::1", "v1:show:' OR 1=1--::1", "v1:show:../../etc::1", "v1:show:🌸::1", "\x00", "a" * 64,
    "v1:show:" + "Z" * 54 + "::1", "null", "{}", "v1:slot:X:nonsense:1", "v1:slot:X::1",
    "v1:day:X:20269999:1",
    "v1:day:X:00010101:1", "v1:slot:X:00010101T0000Z:1", "v1:slot:X:99991231T2359Z:1", "v1:day:X:99991231:1",
)  # fmt: skip


@pytest.mark.parametrize("data", GARBAGE, ids=ascii)
def test_what_we_never_wrote_is_refused(data: str) -> None:
    try:
        press = parse(data)
        _ = press.instant if press.verb is Verb.SLOT else press.day if press.verb is Verb.DAY else None
    except ValueError:
        return
    pytest.fail(f"{data!r} was read as {press!r}")


presses = st.builds(
    Press,
    verb=st.sampled_from(Verb),
    subject=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", max_size=10),
    argument=st.one_of(
        st.just(""),
        st.integers(0, 10**9).map(str),
        st.dates(min_value=date(2000, 1, 1), max_value=date(2999, 12, 31)).map(day_argument),
        st.sampled_from(["consultation", "meal_plan", "pending.0", "client"]),
    ),
    rev=st.integers(0, 10**9 - 1),
)


@given(presses)
def test_what_we_write_we_read_again(press: Press) -> None:
    assert len(str(press).encode()) <= LIMIT_BYTES
    assert parse(str(press)) == press


@given(st.datetimes(datetime(2000, 1, 2), datetime(2999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_an_instant_comes_back_to_the_minute(start: datetime) -> None:
    minute = start.astimezone(UTC).replace(second=0, microsecond=0)
    assert Press(Verb.SLOT, "X", instant_argument(start)).instant == minute


@given(st.text(max_size=70))
def test_any_text_is_a_press_or_a_value_error(data: str) -> None:
    try:
        press = parse(data)
    except ValueError:
        return
    assert str(press) == data or press.rev < 10**9


@given(st.text(max_size=40))
def test_a_page_is_a_small_number_whatever_it_says(argument: str) -> None:
    assert 0 <= Press(Verb.REQUESTS, "", argument).page < 10**15


async def test_garbage_is_answered_and_leads_home(rig: Rig) -> None:
    cast = await rig.cast(email="amina@example.com")
    await rig.held(cast)
    before = await rig.dump()
    for phone in (cast.amina, cast.ada):
        answers = await rig.press_all(phone, [(newest_bubble(phone), data) for data in GARBAGE])
        assert all("moved on" in words for words in answers), dict(zip(GARBAGE, answers, strict=True))
    assert await rig.dump() == before
    assert await rig.failed() == []


FORGED = [
    ("kind", "meal_plan"), ("kind", "nothing"), ("kind", ""), ("svc", "NOSUCHTHING"), ("svc", ""), ("cl", ""),
    ("cl", "0"), ("cl", "-1"), ("cl", "999999999999999"), ("cl", "9" * 40), ("cls", "99999"),
    ("back", "nowhere"),
    ("back", ""), ("days", "99999"), ("days", "-3"), ("day", "20001231"), ("slot", "20001231T0000Z"),
    ("slot", "29991231T2359Z"), ("slot", "20261103T0001Z"), ("show", "x"), ("ok", "x"), ("free", "x"),
    ("paid", "x"), ("pay", "x"), ("mail", "x"), ("mail2", "x"), ("no", "x"), ("send", "x"), ("nomail", "x"),
    ("nomsg", "x"), ("newc", "x"), ("link", "x"), ("wd", "x"),
]  # fmt: skip
LISTS = ("reqs", "up", "agenda", "sent", "szone", "zone", "cls")
NUMBERS = (
    "0",
    "1",
    "7",
    "99999",
    "-1",
    "pending.",
    "pending.-1",
    "pending.9999999999999999",
    "x.y",
    "",
    "9" * 45,
)


async def test_forged_arguments_and_revisions_do_nothing_but_answer(rig: Rig) -> None:
    """By the two whom the record concerns; none of these was offered to them."""
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    before = await records(rig)
    for rev in (0, 1, 999_999_999):
        forged = [f"v1:{verb}:{request.public_id}:{argument}:{rev}"[:64] for verb, argument in FORGED]
        for phone in (cast.ada, cast.amina):
            await rig.press_all(phone, [(newest_bubble(phone), data) for data in forged])
    assert await rig.failed() == []
    assert await records(rig) == before


async def test_forged_pages_show_a_page_there_is(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.consultation(cast)
    for phone in (cast.ada, cast.amina):
        forged = [f"v1:{verb}::{number}:0" for verb in LISTS for number in NUMBERS]
        await rig.press_all(phone, [(newest_bubble(phone), data) for data in forged])
        assert phone.unanswered_callbacks == []
    assert await rig.failed() == []


async def records(rig: Rig) -> dict[str, object]:
    return dict(await rig.dump("requests", "bookings", "payments", "clients", "links"))
