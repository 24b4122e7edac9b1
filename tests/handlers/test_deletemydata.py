"""/deletemydata, pressed in the chat, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.model.booking import BookingState
from domain.model.payment import MoneyOutcome
from domain.model.people import Person
from domain.model.refund import RefundState, ReportedRefund
from domain.ports import UnitOfWork
from domain.usecases.refunding import follow
from handlers.callbacks import Verb
from handlers.screens.erasure import GONE
from sandbox.faults import Fault, FaultKind
from storage.tables import bookings, ledger, payments, people, plan_contents, refunds, requests
from tests.handlers.lives import MAIL, NAME, PLANTED, data_of, everything, left_of, lived, press_delete
from tests.handlers.tour_attend import OVER, begun
from tests.money.practice import another, booked, held, play, too_late
from tests.rig import Cast, Rig, open_chat

DAY = timedelta(days=1)
ERASED = select(people.c.id).where(people.c.erased_at.is_not(None))


async def test_nothing_is_left_that_leads_to_them_and_the_accounts_are_as_they_were(rig: Rig) -> None:
    life = await lived(rig)
    cast = life.cast
    telegram_id = str(cast.amina.user_id)
    before = await everything(rig)
    assert all(left_of(before, word) for word in (*PLANTED, telegram_id))
    accounts = [
        await rig.rows(select(table.c[name]).order_by(table.c.id))
        for table, names in (
            (payments, ("reference", "amount", "paid_at", "state", "outcome")),
            (ledger, ("amount", "source", "target", "at")),
        )
        for name in names
    ]
    farewell = await press_delete(rig, cast)
    assert "deleted" in farewell
    assert "pay link that is still open must not be used: money that arrives on it goes back" in farewell
    assert "Older buttons are no longer yours" in farewell
    after = await everything(rig)
    assert left_of(after, *PLANTED) == []
    assert left_of(after, telegram_id) == []
    assert await rig.rows(select(plan_contents.c.file_id)) == []
    assert accounts == [
        await rig.rows(select(table.c[name]).order_by(table.c.id))
        for table, names in (
            (payments, ("reference", "amount", "paid_at", "state", "outcome")),
            (ledger, ("amount", "source", "target", "at")),
        )
        for name in names
    ]
    told = rig.telegram.phone(9001).messages[-1].text
    assert "deleted" in told
    assert not any(word in told for word in PLANTED)
    assert await rig.failed() == []


async def test_the_file_itself_shows_nothing_of_them_any_more(rig: Rig, engine_name: str) -> None:
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL's vacuum writes over what was deleted")
    life = await lived(rig)
    path = Path(rig.settings.database_url.get_secret_value().partition("///")[2])
    assert all(word.encode() in _bytes(path) for word in (NAME, MAIL))
    await press_delete(rig, life.cast)
    assert [word for word in PLANTED if word.encode() in _bytes(path)] == []


def _bytes(path: Path) -> bytes:
    """Of the file and its log."""
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


async def test_they_start_afresh_as_somebody_new(rig: Rig) -> None:
    life = await lived(rig)
    cast = life.cast
    old = f"v1:mp:{life.asked.public_id}::1"
    await press_delete(rig, cast)
    assert len(await rig.rows(select(people.c.id).where(people.c.telegram_id == cast.amina.user_id))) == 0
    answer = await rig.press_data(cast.amina, "v1:ery::now:1")
    assert answer == GONE
    assert len(await rig.rows(select(people.c.id).where(people.c.telegram_id == cast.amina.user_id))) == 0
    await rig.say(cast.amina, "/start")
    assert "Agree" in " ".join(cast.amina.last.labels)
    (row,) = await rig.rows(select(people.c.id).where(people.c.telegram_id == cast.amina.user_id))
    assert row[0] != cast.client.id
    await rig.press(cast.amina, "Agree")
    assert "not here for you" in await rig.press_data(cast.amina, old)
    await rig.press_data(cast.ada, f"v1:show:{life.past.public_id}::1")
    assert await rig.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_stays_with_others_and_pay_links_are_said_before_the_first_press(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.amina, "/deletemydata")
    assert "What a dietitian was already shown of you stays in their own chat" in cast.amina.last.text
    assert "Don't use a pay link any more that is still open: money that arrives" in cast.amina.last.text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_how_it_ended_promises_to_tell_nobody_who_is_gone(rig: Rig) -> None:
    session = await begun(rig, OVER)
    ada = session.cast.ada
    await rig.press_data(ada, session.data(Verb.SESSION_END))
    assert "is told" in ada.last.text
    await press_delete(rig, session.cast)
    for verb in (Verb.SESSION_END, Verb.NO_SHOW, Verb.ABSENT):
        await rig.press_data(ada, session.data(verb))
        assert "nobody can be told any more" in ada.last.text
        assert not any(words in ada.last.text for words in ("is told", "are told", "is asked"))


async def test_two_phones_at_once_delete_once(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    bubble = cast.amina.last.id
    data = data_of(cast, "ery")
    answers = await rig.press_all(cast.amina, [(bubble, data)] * 3)
    assert answers.count(GONE) == 2
    assert "deleted" in cast.amina.last.text
    assert len(await rig.rows(ERASED)) == 1


async def test_an_old_question_asks_again(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    old = data_of(cast, "ery")
    rig.clock.advance(timedelta(minutes=16))
    assert "Nothing was done" in await rig.press(cast.amina, "Confirm")
    assert "Delete my data" in cast.amina.last.text
    await rig.press(cast.amina, "Delete")
    assert "Nothing was done" in await rig.press_data(cast.amina, old)  # although a newer one is open
    assert await rig.rows(ERASED) == []


async def test_a_paid_session_is_decided_first_and_cancelled_by_the_terms(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Cancel: First")
    await rig.press(cast.amina, "Yes, Cancel")
    assert await rig.rows(select(bookings.c.state)) == [("cancelled",)]
    await rig.press(cast.amina, "Delete")
    await rig.press(cast.amina, "Confirm")
    assert any("are deleted" in one.text for one in cast.amina.messages)
    assert (await rig.rows(select(refunds.c.amount))) == [(1_250_000,)]
    await rig.pass_time(DAY)
    assert await rig.failed() == []
    assert left_of(await everything(rig), str(cast.amina.user_id), "amina@example.com") == []


async def test_what_is_kept_goes_on_and_everything_goes_right_after(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    await rig.press(cast.amina, "Confirm")
    assert "right after" in cast.amina.last.text
    (row,) = await rig.rows(select(bookings.c.end))
    await rig.pass_time(row[0] - rig.clock.now() - timedelta(minutes=1))
    assert await rig.rows(ERASED) == []
    await rig.pass_time(timedelta(minutes=2))
    assert len(await rig.rows(ERASED)) == 1
    assert "are deleted" in cast.amina.last.text
    await rig.pass_time(3 * DAY)
    assert await rig.failed() == []


async def test_a_decision_can_be_taken_back(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    await rig.press(cast.amina, "Confirm")
    await rig.press(cast.amina, "Keep my data")
    await rig.pass_time(30 * DAY)
    assert await rig.rows(ERASED) == []


async def test_a_time_held_is_given_back_and_a_late_payment_goes_back(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await held(rig, cast)
    assert "deleted" in await press_delete(rig, cast)
    assert await rig.rows(select(bookings.c.state)) == [("cancelled",)]
    await rig.pay(reference)
    await rig.pass_time(DAY)
    (row,) = await rig.rows(select(payments.c.state, payments.c.outcome, payments.c.email))
    assert row == ("succeeded", MoneyOutcome.REFUND, "")
    assert [row[0] for row in await rig.rows(select(refunds.c.amount))] == [1_250_000]
    admin = rig.telegram.phone(9001)
    assert any("could not be given value" in message.text for message in admin.messages)
    assert await rig.failed() == []


async def test_a_stranger_is_told_the_same_by_their_buttons(rig: Rig) -> None:
    await play(rig)
    stranger = rig.phone(first_name="Bola")
    await open_chat(rig, stranger)
    for data in ("v1:ery::now:1", "v1:erq:::0", "v1:er:::0", "v1:erc:ZZZZZZZZZZ::1"):
        assert await rig.press_data(stranger, data) == GONE
    assert await rig.rows(select(people.c.id).where(people.c.telegram_id == stranger.user_id)) == []


async def test_somebody_elses_session_cannot_be_cancelled_that_way(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    other = await another(rig, cast)
    for verb in ("erc", "ercy"):
        answer = await rig.press_data(other.amina, f"v1:{verb}:{request.public_id}:100:9")
        assert "not here for you" in answer
    assert await rig.rows(select(bookings.c.state)) == [("confirmed",)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_failure_in_the_middle_leaves_everything(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    life = await lived(rig)
    before = await rig.dump("people", "clients", "requests", "payments", "plan_files", "intakes")

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the machine is gone")

    monkeypatch.setattr("domain.usecases.erasing.tell_admins", dies)
    await press_delete(rig, life.cast)
    assert await rig.dump("people", "clients", "requests", "payments", "plan_files", "intakes") == before


async def test_a_race_with_a_payment_ends_with_neither_lost(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await held(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    bubble, data = cast.amina.last.id, data_of(cast, "ery")
    await asyncio.gather(cast.amina.press_raw(bubble, data), rig.paystack.pay(reference))
    await rig.paystack.settle()
    await rig.settled()
    gone = len(await rig.rows(ERASED))
    (row,) = await rig.rows(select(payments.c.outcome))
    assert (gone, row[0]) in {(1, MoneyOutcome.REFUND), (0, MoneyOutcome.VALUE)}
    assert await rig.failed() == []
    assert len(await rig.rows(select(requests.c.id))) == 1


async def test_what_was_paid_while_its_request_was_waited_for_stops_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race, decided: the payment commits between the look at what is open and the lock."""
    cast = await play(rig)
    await held(rig, cast)

    def paid_meanwhile(uow: UnitOfWork, person: Person, *_: object) -> None:
        (open_one,) = uow.traces.unpaid(person.id)
        card = uow.requests.card_by_id(open_one)
        assert card.booking is not None
        uow.bookings.save(replace(card.booking, state=BookingState.CONFIRMED, hold_until=None))

    monkeypatch.setattr("domain.usecases.erasing._end_requests", paid_meanwhile)
    assert "Nothing was done" in await press_twice(rig, cast)
    assert await rig.rows(ERASED) == []


async def press_twice(rig: Rig, cast: Cast) -> str:
    """The answer to the second press."""
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Delete")
    return await rig.press(cast.amina, "Confirm")


async def test_money_that_waits_for_a_choice_is_chosen_first(rig: Rig) -> None:
    cast, _, _ = await too_late(rig)
    await rig.say(cast.amina, "/deletemydata")
    assert "Money that waits for you" in cast.amina.last.text
    assert not any("Delete" in label for label in cast.amina.last.labels)
    assert "Nothing was done" in await rig.press_data(cast.amina, "v1:erq:::0")
    await rig.press(cast.amina, "Choose: First")
    await rig.press(cast.amina, "Refund")
    await rig.press(cast.amina, "refund")
    assert "are deleted" in await press_delete(rig, cast)
    assert await rig.failed() == []


async def test_a_refund_that_needs_an_account_afterwards_is_told_to_the_admins(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    await rig.press(cast.amina, "Cancel: First")
    await rig.press(cast.amina, "Yes, Cancel")
    await rig.press(cast.amina, "Delete")
    await rig.press(cast.amina, "Confirm")
    (refund,) = await rig.rows(select(refunds.c.id))
    report = ReportedRefund(
        id=1,
        status=RefundState.NEEDS_ATTENTION,
        amount=1_250_000,
        currency="NGN",
        transaction_id=1,
        reference=None,
    )
    await rig.write(lambda uow: follow(uow, refund[0], report, rig.clock.now()))
    await rig.settled()
    assert any("nobody can be asked" in one.text for one in rig.telegram.phone(9001).messages)
    assert await rig.failed() == []


async def test_the_last_word_arrives_when_telegram_is_back(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/deletemydata")
    bubble = cast.amina.last.id
    await rig.press(cast.amina, "Delete")
    rig.telegram.faults.plan(Fault(match="editMessageText", kind=FaultKind.STATUS, status=502))
    await rig.press(cast.amina, "Confirm")
    await rig.pass_time(timedelta(minutes=1))
    assert "are deleted" in next(one.text for one in cast.amina.messages if one.id == bubble)
    assert left_of(await everything(rig), str(cast.amina.user_id)) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_without_the_second_look_a_paid_session_would_lose_its_client(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the test above can fail."""
    monkeypatch.setattr("domain.usecases.erasing.is_free", lambda *_: True)
    with pytest.raises(AssertionError):
        await test_what_was_paid_while_its_request_was_waited_for_stops_it(rig, monkeypatch)
    assert len(await rig.rows(ERASED)) == 1


async def test_a_first_press_that_is_worked_twice_does_not_overtake_its_answer(rig: Rig) -> None:
    """As after a power cut: what was not yet marked as done is done again."""
    cast = await play(rig)
    await rig.say(cast.amina, "/deletemydata")
    bubble = cast.amina.last.id
    await rig.press(cast.amina, "Delete")
    answer = data_of(cast, "ery")
    await rig.press_data(cast.amina, "v1:erq:::0", message_id=bubble)
    await rig.press_data(cast.amina, answer, message_id=bubble)
    assert len(await rig.rows(ERASED)) == 1
