"""A practice with people at many points of their stories, who then press and write whatever is drawn."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import structlog
from structlog.testing import capture_logs

from bot.gate import Limit
from bot.inbox import LEASE
from domain.model.step import Step
from domain.ports import UnitOfWork
from sandbox.telegram.phone import Phone
from sandbox.telegram.records import Callback
from tests.clock import MORNING
from tests.fuzz.explore import Faults
from tests.handlers.test_every_button import SCREENS
from tests.handlers.tour import Scene, callbacks
from tests.rig import ADMIN, Rig, newest_bubble

Json = dict[str, Any]
_APOLOGY = "went wrong on our side"
_DAY = timedelta(days=1)
_PATIENCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody does something; `who` counts through all who are there."""

    kind: str  # message, press, answer, member, other
    who: int
    sender: Json
    what: Json
    chat: str = "private"
    minutes: int = 0


@dataclass(slots=True, kw_only=True)
class House:
    rig: Rig
    faults: Faults = field(default_factory=Faults)
    phones: dict[int, Phone] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    steps: dict[tuple[int, str], Step] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: count(700_000_000))

    async def furnish(self, names: Iterable[str]) -> None:
        self._know(self.rig.telegram.phone(ADMIN))
        for name in names:
            scene: Scene = await SCREENS[name](self.rig)
            for phone in (scene.phone, scene.cast.ada, scene.cast.amina):
                self._know(phone)
                await self._keep_step(phone)
        stranger = self.rig.phone(first_name="Nobody")
        stranger.chat.started = True
        self._know(stranger)
        # the limits have their own tests
        self.rig.machine.gate._limits = (Limit(most=10**9, drains_in=1.0, closed_for=1.0),)
        for sender in self.rig.machine.gate._senders.values():
            sender.levels = [0.0]

    def _know(self, phone: Phone) -> None:
        self.phones[phone.user_id] = phone
        for message in phone.messages:
            self.data += [button.data for button in callbacks(message) if button.data is not None]
            self.tokens |= {part.split()[0].rstrip("\"'>") for part in message.text.split("start=")[1:]}

    async def _keep_step(self, phone: Phone) -> None:
        step = await self.rig.read(lambda uow: uow.steps.of(phone.user_id))
        if step is not None:
            self.steps[phone.user_id, step.kind] = step

    async def live(self, acts: Sequence[Act]) -> None:
        """All at once; then everybody must have been served."""
        pressed: list[Callback] = []
        await self._ask_again([act for act in acts if act.kind == "answer"])
        updates = [self._update(act, pressed) for act in acts]
        with capture_logs() as logs:
            await self._feed(updates)
            await self._rest(updates, acts)
        self._judge(pressed, logs)
        await self._look_for_failures()
        self._forget()

    async def _ask_again(self, acts: Sequence[Act]) -> None:
        asked = list(self.steps.values())
        until = self.rig.clock.now() + _DAY

        def put(uow: UnitOfWork) -> None:
            for act in acts:
                uow.steps.put(replace(asked[act.who % len(asked)], expires_at=until))

        await self.rig.write(put)

    def _update(self, act: Act, pressed: list[Callback]) -> Json:
        everybody = list(self.phones)
        who = everybody[act.who % len(everybody)]
        if act.kind == "answer":
            who = list(self.steps)[act.who % len(self.steps)][0]
        number, sender = next(self.numbers), {**act.sender, "id": who}
        chat = {"id": who if act.chat == "private" else -who, "type": act.chat, "first_name": "x"}
        match act.kind:
            case "other":
                content = act.what
            case "member":
                content = {"my_chat_member": {"chat": chat, "from": sender, **act.what}}
            case "press":
                content = {"callback_query": self._press(who, sender, act.what, pressed)}
            case _:
                content = {
                    "message": {"message_id": number, "date": 1, "chat": chat, "from": sender, **act.what}
                }
        update: Json = json.loads(json.dumps({"update_id": number, **content}))
        return update

    def _press(self, who: int, sender: Json, what: Json, pressed: list[Callback]) -> Json:
        """On the newest message, an old one, one that is gone, or on none."""
        number, phone = str(next(self.numbers)), self.phones[who]
        at = {"new": newest_bubble(phone), "gone": 999_999, "first": 1}.get(what["on"], 0)
        callback = Callback(id=number, message_id=at, data="", at=self.rig.clock.now())
        self.rig.telegram.world.callbacks[number] = callback
        pressed.append(callback)
        message = {"chat": {"id": who, "type": "private"}, "message_id": at, "date": 0}
        rest = {"inline_message_id": "x"} if what["on"] == "inline" else {"message": message}
        return {"id": number, "from": sender, "chat_instance": "1", **rest, **what["more"]}

    async def _feed(self, updates: list[Json]) -> None:
        for update in updates:
            try:
                await self.rig.machine.doors.keep_updates([update])
            except Exception as error:  # noqa: BLE001 - the very thing that is looked for
                self.faults.add(f"not stored: {type(error).__name__}", update)

    async def _rest(self, updates: list[Json], acts: Sequence[Act]) -> None:
        """A machine with much else to do is waited for a while longer, until what it lost is free again."""
        for _ in range(_PATIENCE):
            with suppress(TimeoutError):
                self.rig.clock.advance(LEASE)
                await self.rig.machine.inbox.sweep()
                await self.rig.settled()
                await self.rig.pass_time(timedelta(minutes=max(act.minutes for act in acts)))
                return
        self.faults.add("never at rest", updates)

    def _judge(self, pressed: list[Callback], logs: Sequence[Any]) -> None:
        for line in logs:
            if line["log_level"] in {"error", "critical"} and line["event"] != "failed":
                self.faults.add(f"logged: {line['event']}", line)
        for callback in pressed:
            if not callback.answered:
                self.faults.add("a press was not answered", callback)
        for call in self.rig.telegram.world.requests:
            if _APOLOGY in str(call):
                self.faults.add("somebody got an apology", call)
            if call.method in {"sendMessage", "editMessageText"} and "is_disabled" not in str(call.params):
                self.faults.add("a link would be opened by a preview", call)

    async def _look_for_failures(self) -> None:
        vault = self.rig.world.vault
        for what, error in await self.rig.failed():
            self.faults.add(f"failed: {error}", vault.open(what) if what.startswith("gAAAA") else what)
        await self.rig.write(_let_be)

    def _forget(self) -> None:
        """The stand-in's memory is not ours to weigh."""
        world = self.rig.telegram.world
        world.callbacks.clear()
        world.requests.clear()
        for chat in world.chats.values():
            chat.callbacks.clear()
            for message_id in list(chat.messages)[:-5]:
                del chat.messages[message_id]
        structlog.contextvars.clear_contextvars()


def _let_be(uow: UnitOfWork) -> None:
    """Told once is enough."""
    uow.inbox.let_be(None, now=MORNING)
    uow.outbox.let_be(None, now=MORNING)
