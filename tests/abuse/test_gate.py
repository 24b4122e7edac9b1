"""One user floods the bot: told once, then not heard; what others do is not delayed and the database is not filled."""

import asyncio
import statistics
import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.gate import LIMITS, REMEMBERED, Gate, Update
from handlers.screens.too_much import too_many
from sandbox.telegram.phone import Phone
from storage.tables import inbox
from tests.rig import Rig, newest_bubble

FLOOD = 2000
AT_ONCE, A_DAY = LIMITS
ABUSER = 66_000


class Hands:
    """A gate with a clock of its own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.told: list[int] = []
        self.gate = Gate(
            sender_of=lambda update: int(update["from"]), on_flood=self._tell, now=lambda: self.now
        )

    def _tell(self, _: Update, seconds: int) -> None:
        self.told.append(seconds)

    def come(self, number: int, *, sender: int = 1) -> int:
        """How many were let in."""
        return len(self.gate.admit([{"from": sender}] * number))


def test_whoever_floods_is_told_once_and_heard_again_later() -> None:
    hands = Hands()
    assert hands.come(FLOOD) == AT_ONCE.most
    assert (hands.told, hands.gate.dropped) == ([15], FLOOD - AT_ONCE.most)
    hands.now += AT_ONCE.closed_for - 0.1
    assert hands.come(10) == 0
    hands.now += 0.1
    assert hands.come(FLOOD) == AT_ONCE.most
    assert hands.told == [15, 15]


def test_whoever_goes_on_faster_than_anybody_can_press_is_told_at_the_day_s_end() -> None:
    hands = Hands()
    let_in = 0
    while hands.told == []:
        let_in += hands.come(1)
        hands.now += 0.06
    assert A_DAY.most < let_in < A_DAY.most + 200
    assert hands.told == [900]
    hands.now += 86_400
    assert hands.come(AT_ONCE.most) == AT_ONCE.most


def test_others_are_let_in_meanwhile() -> None:
    hands = Hands()
    hands.come(FLOOD)
    assert sum(hands.come(200, sender=sender) for sender in range(2, 52)) == 50 * 200


def test_it_forgets_those_who_were_here_longest_ago() -> None:
    hands = Hands()
    hands.come(FLOOD, sender=0)
    for sender in range(1, REMEMBERED + 10):
        hands.come(1, sender=sender)
    assert len(hands.gate._senders) == REMEMBERED
    assert 0 not in hands.gate._senders


@pytest.mark.parametrize("seconds", [15, 900])
def test_the_words_fit_over_a_press(seconds: int) -> None:
    assert len(too_many(seconds)) <= 200


def text(number: int) -> Update:
    somebody = {"id": ABUSER, "is_bot": False, "first_name": "Flood"}
    chat = {"id": ABUSER, "type": "private", "first_name": "Flood"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": somebody, "text": "/help"}
    return {"update_id": 5_000_000 + number, "message": message}


async def flood(rig: Rig) -> None:
    rig.telegram.phone(ABUSER, first_name="Flood").chat.started = True
    for number in range(0, FLOOD, 100):
        await rig.machine.doors.keep_updates([text(number + at) for at in range(100)])


async def test_a_flood_leaves_few_rows_and_one_word(rig: Rig) -> None:
    few = 100
    rig.machine.gate._limits, rig.machine.gate._now = (replace(AT_ONCE, most=few),), lambda: 0.0
    await flood(rig)
    await rig.settled()
    rows = await rig.rows(select(func.count()).where(inbox.c.lane == f"telegram:{ABUSER}"))
    assert rows == [(few,)]
    answers = [one.text for one in rig.telegram.phone(ABUSER).messages if not one.mine]
    assert sum("too many at once" in words for words in answers) == 1
    assert len(answers) == few + 1
    assert await rig.failed() == []


async def test_two_hundred_presses_of_one_button_are_all_answered(rig: Rig) -> None:
    cast = await rig.cast()
    answers = await rig.press_all(cast.amina, [(newest_bubble(cast.amina), "v1:help:::0")] * 200)
    assert len(answers) == 200
    assert rig.machine.gate.dropped == 0


async def _presses(rig: Rig, phone: Phone, number: int) -> list[int]:
    """For each press how many of the abuser's updates were worked while it waited; prints the seconds."""
    counts, seconds = [], []
    for _ in range(number):
        before, began = len(rig.telegram.phone(ABUSER).messages), time.perf_counter()
        assert (await phone.press_raw(newest_bubble(phone), "v1:help:::0")).answered
        counts.append(len(rig.telegram.phone(ABUSER).messages) - before)
        seconds.append(time.perf_counter() - began)
    worst = statistics.quantiles(seconds, n=100)[98]
    print(f"somebody else: p50 {statistics.median(seconds):.4f} s, p99 {worst:.4f} s")  # noqa: T201 - for -s
    return counts


async def test_somebody_else_s_press_waits_for_few_of_them(rig: Rig) -> None:
    """Counted, not timed: between a press and its answer few of the flood are worked, and never all."""
    cast = await rig.cast()
    await _presses(rig, cast.amina, 20)
    async with asyncio.TaskGroup() as both:
        both.create_task(flood(rig))
        counted = both.create_task(_presses(rig, cast.amina, 100))
    await rig.settled()
    counts = counted.result()
    assert sum(counts) > 0
    assert statistics.median(counts) <= 20
    assert max(counts) < AT_ONCE.most
