"""One person's screen: what is on it, and waiting for what is to come."""

from collections.abc import Callable

from sandbox.telegram.records import Callback, Chat
from sandbox.telegram.seen import Answer, Button, SeenMessage, buttons_newest_first, keyboard_rows, seen
from sandbox.telegram.world import World

PATIENCE = 20.0  # seconds of the machine's own time


class Screen:
    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def user_id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[SeenMessage]:
        return seen(self.chat)

    @property
    def last(self) -> SeenMessage:
        """The newest message on the screen."""
        return self.messages[-1]

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        return keyboard_rows(self.chat)

    @property
    def commands(self) -> list[str]:
        """What the menu beside the text box offers, without the slash."""
        return [one["command"] for one in self._world.commands_for(self.chat)]

    @property
    def toasts(self) -> list[Answer]:
        """Every non-empty answer to a press, oldest first."""
        return [answer_of(one) for one in self.chat.callbacks if one.answered and (one.text or one.url)]

    @property
    def unanswered_callbacks(self) -> list[Callback]:
        return [one for one in self.chat.callbacks if not one.answered]

    def button(self, label: str) -> Button:
        """The newest button whose label contains this; AssertionError with what there is instead."""
        return self._find(label)[1]

    def url_of(self, label: str) -> str:
        button = self.button(label)
        if button.url is None:
            raise AssertionError(f"{button.label!r} is no link")
        return button.url

    async def wait_until(self, predicate: Callable[[], object], *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        if not await self._world.changes.wait_until(predicate, timeout=timeout):
            raise AssertionError(f"not within {timeout} s. {self._screen()}")

    async def wait_for(self, substring: str, timeout: float = PATIENCE, count: int = 1) -> SeenMessage:  # noqa: ASYNC109
        """The newest message of the bot that contains this (in any case), once there are so many."""
        await self._wait_for(lambda: len(self._containing(substring)) >= count, substring, timeout)
        return self._containing(substring)[-1]

    async def wait_for_button(self, label: str, timeout: float = PATIENCE) -> Button:  # noqa: ASYNC109
        await self._wait_for(lambda: self._matches(label), label, timeout)
        return self.button(label)

    async def _wait_for(self, predicate: Callable[[], object], what: str, seconds: float) -> None:
        if not await self._world.changes.wait_until(predicate, timeout=seconds):
            raise AssertionError(f"no {what!r} within {seconds} s. {self._screen()}")

    def _containing(self, substring: str) -> list[SeenMessage]:
        wanted = substring.casefold()
        return [one for one in self.messages if not one.mine and wanted in one.text.casefold()]

    def _matches(self, label: str) -> list[tuple[int, Button]]:
        wanted = label.casefold()
        for message_id, buttons in buttons_newest_first(self.chat):
            hits = [one for one in buttons if wanted in one.label.casefold()]
            hits.sort(key=lambda one: one.label != label)
            if hits:
                return [(message_id, hit) for hit in hits]
        return []

    def _find(self, label: str) -> tuple[int, Button]:
        matches = self._matches(label)
        if not matches:
            raise AssertionError(f"no button {label!r}. {self._screen()}")
        return matches[0]

    def _screen(self) -> str:
        lines = [
            f"{'me' if one.mine else 'bot'}: {one.text!r}{f' {one.labels}' if one.labels else ''}"
            for one in self.messages[-6:]
        ]
        under = [button.label for row in self.keyboard for button in row]
        return "On the screen:\n" + "\n".join(lines) + (f"\nkeyboard: {under}" if under else "")


def answer_of(callback: Callback) -> Answer:
    return Answer(answered=callback.answered, text=callback.text, alert=callback.alert, url=callback.url)
