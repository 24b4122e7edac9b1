"""The admins' back office: what was given up, the backlog, the jobs, a broadcast; and whom none of it is for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import insert, select

from bot.scheduler import JobReports, Ticks
from bot.tasks import Nursery
from domain.errors import GatewayUnavailable
from domain.model.broadcast import Broadcast
from domain.model.job import FORGOTTEN_AFTER, SILENT_AFTER
from domain.model.queue import Errand, OutboxState
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from domain.usecases.broadcast import Broadcasts
from domain.usecases.telling import tell_admins
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from handlers.screens.back_office import _WHAT, age
from sandbox.telegram.phone import Phone
from storage.repositories.payments import _COUNT_NEEDING
from storage.tables import broadcasts, inbox, outbox
from storage.uow import SqlUnitOfWork
from tests.handlers import tour_back_office as tour
from tests.handlers.tour_plans import late_at_the_desk
from tests.handlers.tour_shop import put_away, stall
from tests.money.practice import admin_of, card, held, play, told
from tests.rig import ADMIN, HOSTILE, Rig, newest_bubble
from tests.storage import seeds

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def dead(rig: Rig) -> list[int]:
    return [row[0] for row in await rig.rows(select(outbox.c.id).where(outbox.c.state == "dead"))]


async def states(rig: Rig, prefix: str = "staged:") -> set[str]:
    rows = await rig.rows(select(outbox.c.state).where(outbox.c.key.startswith(prefix)))
    return {row[0] for row in rows}


async def sent(rig: Rig) -> list[str]:
    found = await rig.rows(select(outbox.c.key).where(outbox.c.batch.is_not(None)).order_by(outbox.c.id))
    return [key for (key,) in found]


@ON_SQLITE
@pytest.mark.parametrize("way", ["never started", "blocked", "blocked, and nobody was told"])
async def test_an_alert_that_reached_no_admin_comes_once_they_can_be_written_to(rig: Rig, way: str) -> None:
    admin = rig.telegram.phone(ADMIN, first_name="Sade")
    if way == "never started":
        admin.chat.started = False
    else:
        await admin_of(rig)
        await admin.block()
        await rig.settled()
    if way.endswith("told"):
        await rig.write(lambda uow: uow.people.set_reachable(ADMIN, reachable=True))
    await rig.write(lambda uow: tell_admins(uow, "lost", rig.clock.now(), {"what": "A thing is wrong"}))
    await rig.pass_time(MINUTE)
    assert told(admin, "A thing is wrong") == 0
    assert len(await dead(rig)) == 1
    if way.endswith("told"):
        admin.chat.blocked = False
    elif way == "blocked":
        await admin.unblock()
        await rig.settled()
    if way != "blocked":
        await rig.say(admin, "/start")
    assert told(admin, "A thing is wrong") == 1
    await rig.say(admin, "/help")
    assert (told(admin, "A thing is wrong"), await dead(rig)) == (1, [])


async def test_the_desk_counts_each_thing_and_says_where_nothing_waits(rig: Rig) -> None:
    words = (await tour.desk(rig)).phone.last
    assert "Payments that need a person: nothing waits" in words.text
    assert "Failed deliveries: nothing waits" in words.text
    assert "Jobs that don't run as they should: none" in words.text
    assert {"📮 Failed deliveries (0)", "📥 Backlog (0)", "🟢 Jobs (0)", "👩‍⚕️ Dietitians (1)"} <= set(
        words.labels
    )
    words = (await tour.desk(rig, failures=7, programs=2)).phone.last
    assert "Failed deliveries: 8" in words.text
    assert "🔴 Jobs (2)" in words.labels


@pytest.mark.parametrize(
    "entry",
    [
        "Money",
        "Missing links",
        "Late plans",
        "Failed deliveries",
        "Backlog",
        "Jobs",
        "Dietitians",
        "Broadcast",
        "Stats",
    ],
)
@ON_SQLITE
async def test_every_entry_of_the_desk_leads_back_to_it(rig: Rig, entry: str) -> None:
    scene = await tour.desk(rig, entry)
    assert "🛠 Desk" in scene.phone.last.labels
    await rig.press(scene.phone, "🛠 Desk")
    assert "Admin desk" in scene.phone.last.text


async def test_a_failure_says_what_to_whom_and_why_and_never_what_it_holds(rig: Rig) -> None:
    scene = await tour.desk(rig, "Failed deliveries", failures=7)
    admin = scene.phone
    assert "Failed deliveries · going out (7) · page 1 of 2" in admin.last.text
    assert f"a message (suspended) to Ada Obi\n   {tour.BLOCKED}" in admin.last.text
    assert "(Africa/Lagos)" in admin.last.text
    await rig.press(admin, "1")
    assert "after 1 try" in admin.last.text
    await rig.press(admin, "Back")
    await rig.press(admin, "Came in")
    assert "word of a payment from Paystack from somebody unknown" in admin.last.text
    assert "ValueError at bot/events.py:1" in admin.last.text
    await rig.press(admin, "1")
    assert not told(admin, tour.SECRET)


async def test_one_is_tried_again_and_arrives(rig: Rig) -> None:
    scene = await tour.desk(rig, "Failed deliveries", "1", failures=2)
    assert await rig.press(scene.phone, "Retry") == "It is tried again"
    assert "(1)" in scene.phone.last.text
    assert told(scene.cast.ada, "has been suspended by an admin") == 1
    assert await states(rig) == {"dead", "sent"}


async def test_all_are_tried_again_after_a_question(rig: Rig) -> None:
    scene = await tour.desk(rig, "Failed deliveries", "Retry all", failures=7)
    assert "Try all 7 again?" in scene.phone.last.text
    assert len(await dead(rig)) == 7
    assert await rig.press(scene.phone, "Yes, retry all") == "7 are tried again"
    assert "Nothing waits" in scene.phone.last.text
    assert told(scene.cast.ada, "has been suspended by an admin") == 7


async def test_what_is_let_be_is_never_tried_again(rig: Rig) -> None:
    scene = await tour.desk(rig, "Failed deliveries", "1", "Let it be", failures=3)
    assert "cannot be undone" in scene.phone.last.text
    await rig.press(scene.phone, "Yes, let it be")
    await rig.press(scene.phone, "Let all be")
    assert await rig.press(scene.phone, "Yes, let all be") == "2 are off the list"
    await rig.pass_time(MINUTE)
    assert await states(rig) == {"dropped"}
    assert not told(scene.cast.ada, "suspended")


async def test_of_two_phones_that_retry_one_row_it_goes_out_once(rig: Rig) -> None:
    scene = await tour.desk(rig, "Failed deliveries", "1", failures=1)
    data = next(b.data for row in scene.phone.last.buttons for b in row if b.label == "🔄 Retry")
    assert data is not None
    words = await rig.press_all(scene.phone, [(newest_bubble(scene.phone), data)] * 3)
    assert sorted(words) == ["It is tried again", *["That is not on the list any more."] * 2]
    assert told(scene.cast.ada, "has been suspended by an admin") == 1


async def test_a_failed_event_is_worked_again(rig: Rig) -> None:
    """A payment that Paystack told of while a bug stood in the way."""
    cast = await play(rig)
    request, reference = await held(rig, cast)
    with patch("bot.events.EventWorker.__call__", side_effect=ValueError("a bug")):
        await rig.pay(reference)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Failed deliveries")
    assert "word of a payment from Paystack from Amina Bello" in admin.last.text
    await rig.press(admin, "Retry all")
    assert "more than a day ago is left out" in admin.last.text
    assert await rig.press(admin, "Yes, retry all") == "1 is tried again"
    await rig.machine.inbox.sweep()
    await rig.settled()
    assert (await card(rig, request)).request.state == "approved"
    assert await rig.failed() == []


async def test_what_somebody_pressed_days_ago_is_not_worked_out_of_the_blue(rig: Rig) -> None:
    scene = await tour.desk(rig)

    def press(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        item = {
            "source": "telegram", "key": "staged:old", "lane": f"telegram:{scene.cast.amina.user_id}", "body": "{}",
            "received_at": rig.clock.now() - 2 * DAY, "state": "failed", "attempts": 1, "due_at": rig.clock.now(),
            "error": "KeyError at handlers/book.py:7", "closed_at": rig.clock.now(),
        }  # fmt: skip
        uow.connection.execute(insert(inbox), item)

    await rig.write(press)
    await rig.say(scene.phone, "/admin")
    await rig.press(scene.phone, "Failed deliveries")
    await rig.press(scene.phone, "1")
    assert "a press or a message from Amina Bello" in scene.phone.last.text
    assert "too old to be tried again" in scene.phone.last.text
    assert "🔄 Retry" not in scene.phone.last.labels
    done = await rig.read(lambda uow: uow.inbox.failed_page(number=0, size=9).items[0].item.id)
    forged = f"v1:{Verb.DESK_FAILED_RETRY}:{done}:in:0"
    assert await rig.press_data(scene.phone, forged) == "That is not on the list any more."


async def test_the_backlog_says_how_much_waits_and_since_when(rig: Rig) -> None:
    scene = await tour.desk(rig)
    assert "Nothing waits." in await _backlog(rig, scene.phone)

    def wait(uow: UnitOfWork) -> None:
        now = rig.clock.now()
        for at in range(3):
            item = seeds.errand(f"later:{at}", lane=f"later:{at}", due=now + DAY)
            uow.outbox.add(replace(item, errand=Errand.LINK_CHECK))

    await rig.write(wait)
    words = await _backlog(rig, scene.phone)
    assert words.count("For later (reminders and the like): 3") == 1
    found = await rig.read(lambda uow: uow.outbox.waiting(rig.clock.now() + DAY + 3 * MINUTE))
    assert (found.due, found.later) == (3, 0)
    assert found.oldest == rig.clock.now() + DAY


async def _backlog(rig: Rig, admin: Phone) -> str:
    await rig.press_data(admin, f"v1:{Verb.DESK_BACKLOG}:::0")
    return admin.last.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (172_800, "2 days"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(seconds: int, words: str) -> None:
    assert age(timedelta(seconds=seconds)) == words


def test_every_errand_has_a_name() -> None:
    assert set(_WHAT) >= set(Errand)


async def test_each_program_has_a_page_with_its_jobs_and_no_secret(rig: Rig) -> None:
    scene = await tour.desk(rig, "Jobs", programs=2)
    words = scene.phone.last.text
    assert "program 1 of 2, last heard of 0 s ago" in words
    assert "🟢 outbox, every 1 s: last run 0 s ago, last success 0 s ago" in words
    assert "🔴 payments, every 3 s: last run 0 s ago, no success yet" in words
    assert "Paystack is away: https://api.telegram.org/bot[hidden]/getMe" in words
    rig.clock.advance(SILENT_AFTER + MINUTE)
    await rig.press(scene.phone, "Look again")
    assert "It reports no more" in scene.phone.last.text
    await rig.press(scene.phone, "🛠 Desk")
    assert "🔴 Jobs (4)" in scene.phone.last.labels


async def test_jobs_report_how_they_do(rig: Rig) -> None:
    """The real scheduler, with a job that works, one that fails by a bug, one whose other side is away."""
    nursery = Nursery()
    ticks = Ticks(nursery, clock=rig.clock, program="here")

    async def well() -> None: ...
    async def bug() -> None:
        raise ValueError("words that somebody typed")

    async def away() -> None:
        raise GatewayUnavailable("no answer from /bot123456:AAsecret/x")

    for tick in (well, bug, away):
        ticks.every(5, tick, name=tick.__name__)
    reports = JobReports(ticks, transactions=rig.database, clock=rig.clock, alone=False)
    ticks.start()
    async with asyncio.timeout(5):
        while any(  # noqa: ASYNC110 - a job has no event
            job.succeeded_at is None and job.failed_at is None for job in ticks.jobs()
        ):
            await asyncio.sleep(0.01)
    ticks.stop()
    await reports.tick()
    await reports.tick()
    jobs = {job.name: job for job in await rig.read(lambda uow: uow.jobs.all())}
    now = rig.clock.now()
    assert [jobs[name].is_well_at(now) for name in ("well", "bug", "away")] == [True, False, False]
    assert jobs["bug"].error is not None
    assert jobs["bug"].error.startswith("ValueError at bot/scheduler.py:")
    assert jobs["away"].error == "no answer from /bot[hidden]/x"
    rig.clock.advance(MINUTE)
    await reports.tick()
    assert all(job.was_late for job in await rig.read(lambda uow: uow.jobs.all()))
    await reports.stop()
    assert await rig.read(lambda uow: uow.jobs.all()) == []
    await nursery.finish(within=1)


async def test_a_program_that_is_gone_is_forgotten_at_once_by_one_that_is_alone(rig: Rig) -> None:
    await rig.write(lambda uow: tour.reported(uow, rig, 1))
    rig.clock.advance(MINUTE)
    ticks = Ticks(Nursery(), clock=rig.clock, program="here")
    ticks.every(5, rig.machine.expire_holds, name="holds")

    async def programs(*, alone: bool) -> set[str]:
        await JobReports(ticks, transactions=rig.database, clock=rig.clock, alone=alone).tick()
        return {job.program for job in await rig.read(lambda uow: uow.jobs.all())}

    assert await programs(alone=False) == {"program-0", "here"}
    assert await programs(alone=True) == {"here"}
    await rig.write(lambda uow: tour.reported(uow, rig, 1))
    rig.clock.advance(FORGOTTEN_AFTER + MINUTE)
    assert await programs(alone=False) == {"here"}


async def test_a_broadcast_reaches_every_dietitian_who_works_and_no_one_else(rig: Rig) -> None:
    scene = await tour.desk(rig)
    other, away = await rig.cast(), await rig.cast()
    suspended = replace(away.dietitian, suspended_at=rig.clock.now())

    def prepare(uow: UnitOfWork) -> None:
        uow.dietitians.save(suspended)
        stall(uow, "Dr Never Opened")

    await rig.write(prepare)
    admin = scene.phone
    for label in ("Broadcast", "Write to all"):
        await rig.press(admin, label)
    await rig.say(admin, f"Hello {HOSTILE}\n\nSecond line")
    assert "This goes to 2 dietitians" in admin.last.text
    assert "Left out: 1 suspended." in admin.last.text
    assert "Cannot be written to: 1" in admin.last.text
    assert await sent(rig) == []
    await rig.press(admin, "Yes, send to 2 dietitians")
    await rig.press(admin, "Look again")
    assert "2 of 2 have it" in admin.last.text
    for phone in (scene.cast.ada, other.ada):
        assert f"Hello {HOSTILE}\n\nSecond line" in phone.last.text
    assert not told(away.ada, "To all dietitians")
    assert not told(scene.cast.amina, "To all dietitians")
    assert await rig.failed() == []


async def test_a_broadcast_goes_out_once_from_however_many_presses(rig: Rig) -> None:
    scene = await tour.written(rig)
    label = next(one for one in scene.phone.last.labels if "Yes, send" in one)
    data = next(b.data for row in scene.phone.last.buttons for b in row if b.label == label)
    assert data is not None
    words = await rig.press_all(scene.phone, [(newest_bubble(scene.phone), data)] * 4)
    assert sorted(words) == ["It is on its way", *["It was sent already, once."] * 3]
    await asyncio.gather(*(rig.press_data(scene.phone, data) for _ in range(2)))
    assert told(scene.cast.ada, tour.WORDS) == 1
    assert len(await sent(rig)) == 1


async def test_who_is_suspended_before_it_is_delivered_does_not_get_it(rig: Rig) -> None:
    scene = await tour.written(rig)
    cast = scene.cast
    rig.machine.outbox.stop()
    label = next(one for one in scene.phone.last.labels if "Yes, send" in one)
    await scene.phone.press(label)
    await rig.write(lambda uow: uow.dietitians.save(replace(cast.dietitian, suspended_at=rig.clock.now())))
    rig.machine.outbox._stopped = False
    rig.machine.outbox.nudge()
    await rig.settled()
    assert not told(cast.ada, tour.WORDS)
    (broadcast,) = (await rig.read(lambda uow: uow.broadcasts.page(number=0, size=5))).items
    progress = await rig.read(lambda uow: uow.outbox.of_batch(broadcast.public_id))
    assert progress == {OutboxState.DROPPED: 1}


async def test_hundreds_of_dietitians_are_one_transaction_of_few_statements(rig: Rig) -> None:
    scene = await tour.written(rig)

    def many(uow: UnitOfWork) -> None:
        for _ in range(250):
            person = uow.people.add(seeds.person(started_at=rig.clock.now()))
            number = person.telegram_id or 0
            uow.dietitians.add(seeds.dietitian(person.id, telegram_id=number, public_id=f"M{number}"))

    await rig.write(many)
    rig.machine.outbox.stop()
    ((draft,),) = await rig.rows(select(broadcasts.c.public_id))
    admin = await rig.read(lambda uow: uow.people.by_telegram_id(scene.phone.user_id))
    counted: list[str] = []
    counting = partial(_counted, counted)
    with patch("storage.worker.SqlUnitOfWork", counting), patch("storage.postgres.SqlUnitOfWork", counting):
        shown, now = await Broadcasts(transactions=rig.database, clock=rig.clock).send(
            person=admin, public_id=draft
        )
    assert now
    assert len(shown.audience.people) == 251
    assert 0 < len(counted) <= 8
    payloads = [
        payload for (payload,) in await rig.rows(select(outbox.c.payload).where(outbox.c.batch == draft))
    ]
    assert len(payloads) == 251
    assert max(len(str(payload)) for payload in payloads) < 400
    assert tour.WORDS not in str(payloads)


def _counted(counted: list[str], connection: Any, *, quick: Any = None) -> SqlUnitOfWork:
    return SqlUnitOfWork(connection, quick=_Counting(quick or connection, counted))


class _Counting:
    """A connection that counts what is executed on it."""

    def __init__(self, connection: Any, counted: list[str]) -> None:
        self._connection = connection
        self._counted = counted

    def execute(self, statement: Any, *values: Any) -> Any:
        self._counted.append(str(statement))
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Payouts arrive a day later.", "Payouts arrive a day later."),
        ("  First\n\n second \n", "First\n\n second"),
        ("🌸", "🌸"),
        ("Ọjọ́ Ajé – ìpàdé 👋", "Ọjọ́ Ajé – ìpàdé 👋"),
        ("مرحبا بالجميع", "مرحبا بالجميع"),
        ("您好,各位", "您好,各位"),
        (HOSTILE, HOSTILE),
        ("<a href='https://evil.example'>x</a> {name} %s", "<a href='https://evil.example'>x</a> {name} %s"),
        ("a\u202eb\x00c", "abc"),
        ("x" * 1000, "x" * 1000),
        ("x" * 1001, None),
        ("<" * 4096, None),
        ("🌸" * 2000, None),
        ("\u200b\u202e", None),
    ],
)
async def test_what_is_typed_for_a_broadcast(rig: Rig, typed: str, kept: str | None) -> None:
    """Right, sloppy, wrong, hostile: shown as it was meant, or refused with an example and asked again."""
    scene = await tour.desk(rig, "Broadcast", "Write to all")
    words = await rig.say(scene.phone, typed)
    drafts = [text for (text,) in await rig.rows(select(broadcasts.c.text))]
    if kept is None:
        assert "for example: From Monday on" in words or "For example: From Monday on" in words
        assert drafts == []
        words = await rig.say(scene.phone, "Better words")
        assert "Better words" in words
        return
    assert drafts == [kept]
    assert kept in words
    assert "This goes to 1 dietitian" in words
    label = next(one for one in scene.phone.last.labels if "Yes, send" in one)
    await rig.press(scene.phone, label)
    assert kept in scene.cast.ada.last.text
    assert await rig.failed() == []


async def test_a_picture_is_no_broadcast_and_leaving_leaves_nothing(rig: Rig) -> None:
    scene = await tour.desk(rig, "Broadcast", "Write to all", "🛠 Desk")
    await rig.say(scene.phone, "Never mind")
    assert "I wasn't waiting" in scene.phone.last.text
    assert await rig.rows(select(broadcasts.c.id)) == []
    scene = await tour.written(rig, "Discard")
    assert "Nothing was sent yet" in scene.phone.last.text
    assert await rig.rows(select(broadcasts.c.id)) == []


async def test_without_anybody_to_get_it_there_is_nothing_to_send(rig: Rig) -> None:
    scene = await tour.desk(rig)
    await rig.write(put_away)
    for label in ("Broadcast", "Write to all"):
        await rig.press(scene.phone, label)
    assert "Nobody would get it now" in await rig.say(scene.phone, tour.WORDS)
    assert not [one for one in scene.phone.last.labels if "send" in one]
    ((draft,),) = await rig.rows(select(broadcasts.c.public_id))
    words = await rig.press_data(scene.phone, f"v1:{Verb.BROADCAST_SEND}:{draft}::0")
    assert words == "Nobody could get it now, so nothing was sent."
    assert "Nobody would get it now" in scene.phone.last.text
    assert await rig.rows(select(broadcasts.c.sent_at)) == [(None,)]


async def test_words_that_others_took_the_place_of_are_not_sent_and_their_button_goes(rig: Rig) -> None:
    scene = await tour.written(rig)
    ((draft,),) = await rig.rows(select(broadcasts.c.public_id))
    await rig.press(scene.phone, "Write it anew")
    await rig.say(scene.phone, "Other words")
    old = f"v1:{Verb.BROADCAST_SEND}:{draft}::0"
    assert "you wrote another in its place" in await rig.press_data(scene.phone, old)
    assert not [label for label in scene.phone.last.labels if "send" in label]
    assert await sent(rig) == []


async def test_broadcasts_are_listed_page_by_page(rig: Rig) -> None:
    scene = await tour.desk(rig)

    def many(uow: UnitOfWork) -> None:
        author = uow.people.by_telegram_id(ADMIN)
        assert author is not None
        for at in range(7):
            one = Broadcast(
                public_id=f"BC{at}", author=author.id, text=f"Words {at} " * 30, created_at=rig.clock.now(),
                sent_at=rig.clock.now(),
            )  # fmt: skip
            uow.broadcasts.add(one)

    await rig.write(many)
    await rig.press(scene.phone, "Broadcast")
    assert "Broadcasts (7) · page 1 of 2" in scene.phone.last.text
    await rig.press(scene.phone, "›")
    assert "7. " in scene.phone.last.text
    await rig.press(scene.phone, "7")
    assert "Words 0 Words 0" in scene.phone.last.text


DESK_VERBS = [
    verb for verb in Verb if verb.name.startswith(("DESK", "BROADCAST", "DIETITIAN", "SUSPEND", "REINSTATE"))
]


@ON_SQLITE
async def test_all_of_it_is_for_admins_alone(rig: Rig) -> None:
    """Pressed by a dietitian who knows every word of the buttons."""
    scene = await tour.written(rig)
    cast = scene.cast
    await rig.write(lambda uow: tour.given_up(uow, cast, 2))
    ((draft,),) = await rig.rows(select(broadcasts.c.public_id))
    rows, before = await dead(rig), await rig.dump(*WATCHED)
    for verb in DESK_VERBS:
        for subject in (draft, str(rows[0]), ""):
            for argument in ("0", "out", "out.0", "out.retry", "in.drop", "active.0"):
                words = await rig.press_data(cast.ada, f"v1:{verb}:{subject}:{argument}:0")
                assert words == NOT_YOURS, (verb, subject, argument)
    step = Step(telegram_id=cast.ada.user_id, kind=StepKind.BROADCAST, expires_at=rig.clock.now() + DAY)
    await rig.write(lambda uow: uow.steps.put(step))
    await rig.say(cast.ada, "To all of you")
    await rig.say(cast.ada, "/admin")
    assert cast.ada.last.text == NOT_YOURS
    assert await rig.dump(*WATCHED) == before
    assert not told(cast.ada, tour.WORDS)


WATCHED = ("broadcasts", "outbox", "dietitians", "audit")


@ON_SQLITE
async def test_what_no_button_of_ours_carries_is_refused(rig: Rig) -> None:
    scene = await tour.desk(rig, failures=1)
    forged = [
        (Verb.DESK_FAILED, "", "up.0"), (Verb.DESK_FAILED, "", ""), (Verb.DESK_FAILED_ONE, "x", "out"),
        (Verb.DESK_FAILED_ONE, "9" * 30, "out"), (Verb.DESK_FAILED_ALL, "", "out.burn"),
        (Verb.DESK_FAILED_ALL_SURE, "", "up.retry"),
    ]  # fmt: skip
    for verb, subject, argument in forged:
        assert await rig.press_data(scene.phone, f"v1:{verb}:{subject}:{argument}:0") == NOT_YOURS, verb
    for verb in (Verb.BROADCAST, Verb.BROADCAST_SEND):
        assert "Nothing was sent" in await rig.press_data(scene.phone, f"v1:{verb}:NOSUCH::0")
        assert "Nothing was sent yet" in scene.phone.last.text, "the list takes its place"
    assert await states(rig) == {"dead"}


async def test_money_that_needs_a_person_is_read_from_indexes(rig: Rig) -> None:
    """On neither engine every payment there is."""

    def plan(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        connection, lite = uow.connection, uow.connection.dialect.name == "sqlite"
        if not lite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        sql = str(_COUNT_NEEDING.compile(connection, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN " if lite else "EXPLAIN "
        return "\n".join(str(row) for row in connection.exec_driver_sql(explain + sql))

    found = await rig.write(plan)
    for index in ("ix_payments_open_money", "ix_payments_disputed", "ix_refunds_stuck"):
        assert index in found, found


async def test_late_plans_lead_to_who_owes_them(rig: Rig) -> None:
    scene = await late_at_the_desk(rig)
    await rig.press(scene.phone, "1 · Dr Ada Obi")
    assert "Now: active" in scene.phone.last.text
