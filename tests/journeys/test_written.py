"""What is looked for after every journey would be found."""

import json
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from sandbox.stage import PAYSTACK_KEY, Stage
from tests.journeys.staging import OpenStage
from tests.journeys.written import assert_nothing_leaked

pytestmark = pytest.mark.processes

Leak = Callable[[Stage, str], None]
TYPED, NAME, ADDRESS = "I take metformin, ₦ 5 a day", "Zainab Okonkwo", "zainab@example.com"


def log(stage: Stage, words: str) -> None:
    with stage.log.open("a") as file:
        file.write(json.dumps({"event": words}))


def to_paystack(stage: Stage, words: str) -> None:
    stage.paystack.heard.append(f"GET /transaction?search={quote_plus(words)}")


def to_google(stage: Stage, words: str) -> None:
    stage.google.heard.append(f"POST /events {json.dumps({'description': words})}")


FOUND = [
    ("the log", log, TYPED),
    ("the log", log, NAME),
    ("the log", log, ADDRESS),
    ("the log", log, PAYSTACK_KEY),
    ("what Paystack heard", to_paystack, TYPED),
    ("what Paystack heard", to_paystack, NAME),
    ("what Google heard", to_google, TYPED),
]
ALLOWED = [(to_paystack, ADDRESS), (to_google, NAME)]


async def test_each_leak_is_found_and_what_must_be_said_is_not_one(open_stage: OpenStage) -> None:
    async with open_stage(start=False, seeded=False) as stage:
        phone = stage.telegram.phone(4711, first_name=NAME)
        phone.chat.started = True
        for words in (TYPED, ADDRESS):
            await phone.send(words)
        for allowed, words in ALLOWED:
            allowed(stage, words)
        await assert_nothing_leaked(stage)
        for where, leak, words in FOUND:
            leak(stage, words)
            with pytest.raises(AssertionError, match=where):
                await assert_nothing_leaked(stage)
            stage.log.unlink(missing_ok=True)
            stage.paystack.heard.clear()
            stage.google.heard.clear()
