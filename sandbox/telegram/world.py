"""Telegram as far as one bot can see it."""

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from random import Random
from typing import Any

from sandbox.clock import MovableClock
from sandbox.telegram.call import Recorded
from sandbox.telegram.changes import Changes
from sandbox.telegram.errors import bad_request, forbidden, too_many_requests
from sandbox.telegram.files import FileStore
from sandbox.telegram.records import Callback, Chat, Message
from sandbox.telegram.updates import CALLBACK_LIFE, MESSAGE_LIFE, UpdateQueue
from sandbox.telegram.webhook import WebhookPusher

_KEPT_REQUESTS = 20_000
_BURST = 20


class World:
    def __init__(self, *, clock: MovableClock, token: str, username: str) -> None:
        random = Random()
        self.clock = clock
        self.token = token
        self.random = random
        self.changes = Changes()
        self.updates = UpdateQueue(clock, random)
        self.webhook = WebhookPusher(self.updates, clock)
        self.files = FileStore(clock, random)
        self.chats: dict[int, Chat] = {}
        self.shared: set[int] = set()  # people the bot was told of, whether or not they ever wrote
        self.callbacks: dict[str, Callback] = {}
        self.requests: deque[Recorded] = deque(maxlen=_KEPT_REQUESTS)
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}  # by scope and language
        self.texts: dict[tuple[str, str], str] = {}  # name, description: by kind and language
        self.menu_buttons: dict[int | None, dict[str, Any]] = {}
        self.username = username
        self.poll = 0  # the number of the newest getUpdates
        self.closing = False
        self.flood_limits = False
        self.answer_within = timedelta(seconds=15)
        self._last_message_id = 0
        self._allowance: dict[int, tuple[float, float]] = {}  # messages left, and as of when

    @property
    def bot_id(self) -> int:
        head = self.token.split(":", 1)[0]
        return int(head) if head.isdecimal() else 4_242_424_242

    @property
    def bot_json(self) -> dict[str, object]:
        name = self.texts.get(("name", "")) or "Dietdesk"
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def touch(self, chat: Chat) -> None:
        chat.revision += 1
        self.changes.notify()

    def reachable(self, chat_id: int) -> Chat:
        """The chat, or the refusal Telegram gives for it."""
        chat = self.chats.get(chat_id)
        if chat is not None and chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat is not None and chat.started:
            return chat
        if chat_id in self.shared:
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")

    def spend_allowance(self, chat: Chat) -> None:
        """One message a second for each chat after a burst; only where `flood_limits` is on."""
        if not self.flood_limits:
            return
        now = self.clock.now().timestamp()
        left, since = self._allowance.get(chat.id, (float(_BURST), now))
        left = min(_BURST, left + now - since)
        if left < 1:
            raise too_many_requests(ceil(1 - left))
        self._allowance[chat.id] = (left - 1, now)

    def add_message(self, chat: Chat, **content: Any) -> Message:
        self._last_message_id += 1
        message = Message(id=self._last_message_id, at=self.clock.now(), **content)
        chat.messages[message.id] = message
        self.touch(chat)
        return message

    def add_update(self, chat: Chat, kind: str, content: dict[str, Any]) -> None:
        """Queue it in the lane the real server uses: chat, presser or membership."""
        lane = chat.id
        life = MESSAGE_LIFE
        match kind:
            case "callback_query":
                lane, life = chat.id + (3 << 33), CALLBACK_LIFE
            case "my_chat_member":
                lane = chat.id + (5 << 33)
            case _:
                pass
        self.updates.add(kind, content, lane=lane, life=life)
        self.changes.notify()
        self.webhook.kick()

    def commands_for(self, chat: Chat) -> list[dict[str, str]]:
        """The menu this person sees: the narrowest scope wins, their language before none."""
        for scope in (f"chat:{chat.id}", "all_private_chats", "default"):
            for language in (chat.language_code.split("-")[0], ""):
                if found := self.commands.get((scope, language)):
                    return found
        return []

    def message_json(self, chat: Chat, message: Message) -> dict[str, Any]:
        body: dict[str, Any] = {
            "message_id": message.id,
            "date": int(message.at.timestamp()),
            "chat": chat.json,
            "from": chat.user_json if message.mine else self.bot_json,
            **_content(message),
            **message.service,
        }
        if message.inline:
            body["reply_markup"] = message.inline
        if message.edited_at:
            body["edit_date"] = int(message.edited_at.timestamp())
        if message.protected:
            body["has_protected_content"] = True
        if message.reply_to and (quoted := chat.visible(message.reply_to)):
            body["reply_to_message"] = self.message_json(chat, quoted)
            body["reply_to_message"].pop("reply_to_message", None)
        return body


def _content(message: Message) -> Mapping[str, Any]:
    text, entities = ("caption", "caption_entities") if message.file else ("text", "entities")
    body: dict[str, Any] = {}
    if message.file:
        body["photo" if message.file.photo else "document"] = message.file.as_json()
    if message.content.text:
        body[text] = message.content.text
        if message.content.entities:
            body[entities] = [one.as_json() for one in message.content.entities]
    return body
