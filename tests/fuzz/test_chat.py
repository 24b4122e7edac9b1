"""Whatever people press, type and send: everything is worked, answered, and nothing of it is a fault of ours."""

import asyncio
from contextlib import AsyncExitStack
from random import sample

import pytest
from hypothesis import strategies as st

from tests.fuzz import updates
from tests.fuzz.explore import WANTED, assert_none, explore, share
from tests.fuzz.house import Act, House
from tests.fuzz.presses import presses
from tests.fuzz.words import texts, wicked
from tests.handlers.test_every_button import SCREENS
from tests.rig import running

SHARES = {"sqlite": 0.44, "postgres": 0.08}
AT_ONCE = 20
# from every family of screens, and each kind of question that can be open
FEW = (
    "welcome", "offer", "reason", "slots", "e-mail question", "pay", "client's e-mail", "review",
    "consent",
    "session without a link", "move question", "refund question", "account question",
    "desk: failed refund",
    "plan: preview", "intake: second question", "intake: change an answer", "book: the only one",
    "questions",
    "add a service: days", "service: session", "several: one chosen", "template: to keep", "set-up: name",
    "set-up: days", "desk: suspend question", "client: message", "week: a day", "time off: understood",
    "time off: clashes", "failures: one", "broadcast: preview", "late question",
    "session: absent question",
    "waiting list: asked",
)  # fmt: skip


def acts(house: House) -> st.SearchStrategy[Act]:
    who = st.integers(0, 10**4)
    sender = updates.senders(0)
    tokens = tuple(sorted(house.tokens)) or ("none",)
    typed = st.one_of(texts, texts, updates.commands, updates.deep_links(tokens))
    more = st.one_of(
        presses(house.data).map(lambda data: {"data": data}),
        st.builds(lambda name, data: {"game_short_name": name, "data": data}, wicked, wicked),
        st.just({}),
    )
    on = st.sampled_from(["new", "new", "new", "first", "gone", "inline"])
    pressed = st.builds(lambda where, rest: {"on": where, "more": rest}, on, more)
    minutes = st.integers(-200, 60).map(lambda drawn: max(drawn, 0))

    def act(
        kind: str, what: st.SearchStrategy[updates.Json], **rest: st.SearchStrategy[str]
    ) -> st.SearchStrategy[Act]:
        return st.builds(Act, kind=st.just(kind), who=who, sender=sender, what=what, minutes=minutes, **rest)

    answers = act("answer", st.one_of(texts.map(lambda text: {"text": text}), updates.said(texts)))
    return st.one_of(
        act("press", pressed), act("press", pressed), act("press", pressed), act("press", pressed),
        answers, answers, answers,
        act("message", updates.said(typed)),
        act("message", updates.said(typed)),
        act("message", updates.said(typed), chat=updates.groups),
        act("member", updates.memberships),
        act("other", updates.others),
    )  # fmt: skip


@pytest.mark.timeout(0 if WANTED else 300)
def test_whatever_comes_in_the_chat_is_worked_and_answered(engine_name: str, database_url: str) -> None:
    with asyncio.Runner() as runner:
        closing = AsyncExitStack()
        rig = runner.run(closing.enter_async_context(running(database_url)))
        house = House(rig=rig)
        runner.run(house.furnish([*FEW, *sample([*SCREENS], 60)] if WANTED else FEW))
        print(f"{len(house.phones)} people, {len(house.data)} buttons")  # noqa: T201 - for -s
        explore(
            acts(house),
            share(SHARES[engine_name]),
            lambda some: runner.run(house.live(some)),
            at_once=AT_ONCE,
        )
        runner.run(closing.aclose())
    assert_none(house.faults)
