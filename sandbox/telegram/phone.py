"""One person's phone: everything they can do to the bot."""

import asyncio
import re
from collections.abc import Sequence

from sandbox.telegram.call import Upload
from sandbox.telegram.entities import Formatted, with_found
from sandbox.telegram.records import Callback, Message
from sandbox.telegram.screen import PATIENCE, Screen, answer_of
from sandbox.telegram.seen import Answer, Button

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")  # core.telegram.org/bots/features#deep-linking


class Phone(Screen):
    async def start(self, payload: str = "") -> None:
        """Press Start, as a deep link with this payload does; unblocks the bot first where needed."""
        if not _PAYLOAD.fullmatch(payload):
            raise AssertionError(f"no phone opens a link with start={payload}")
        await self.unblock()
        await self.send(f"/start {payload}".strip())

    async def send(self, text: str) -> int:
        """Type and send; the message's id."""
        content = with_found(Formatted(text))
        return self._say(content=content).id

    async def send_document(
        self, filename: str, data: bytes, caption: str | None = None, mime_type: str = "application/pdf"
    ) -> int:
        file = self._world.files.keep(Upload(filename, data, mime_type))
        return self._say(content=with_found(Formatted(caption or "")), file=file).id

    async def send_photo(self, data: bytes, caption: str | None = None) -> int:
        """A PNG or JPEG, as a phone sends a picture: the bot gets no file name."""
        file = self._world.files.keep_photo(Upload("photo.jpg", data, "image/jpeg"))
        return self._say(content=with_found(Formatted(caption or "")), file=file).id

    async def send_other(self, kind: str, **content: object) -> int:
        """A voice message, a sticker, a place: whatever has no words and is kept nowhere here."""
        return self._say(content=Formatted(""), service={kind: content}).id

    async def share_users(self, request_id: int, users: Sequence[tuple[int | str, ...]]) -> int:
        """Choose people in the picker a keyboard button opens: (user_id, first_name, last_name, username)."""
        button = self._request_button(request_id)
        people = [_shared(user, button.request_users or {}) for user in users]
        self._world.shared.update(int(user[0]) for user in users)
        shared = {"request_id": request_id, "users": people}
        return self._say(content=Formatted(""), service={"users_shared": shared}).id

    async def share_location(self, latitude: float, longitude: float) -> int:
        """By the keyboard's button, or from the paper clip."""
        return await self.send_other("location", latitude=latitude, longitude=longitude)

    async def press(self, label: str, *, timeout: float = PATIENCE) -> Answer:  # noqa: ASYNC109
        """Press the newest button whose label contains this, and wait for the bot's answer."""
        message_id, button = self._find(label)
        return await self.press_button(message_id, button, timeout=timeout)

    async def press_button(
        self,
        message_id: int,
        button: Button,
        *,
        timeout: float = PATIENCE,  # noqa: ASYNC109
    ) -> Answer:
        if button.data is not None:
            return await self.press_raw(message_id, button.data, timeout=timeout)
        if button.copy is not None:
            return Answer(answered=True, copied=button.copy)
        if not button.reply or button.request_users or button.request_location:
            raise AssertionError(
                f"{button.label!r} opens something: use url_of(), share_users() or share_location()"
            )
        await self.send(button.label)
        return Answer(answered=True)

    async def press_raw(self, message_id: int, data: str, *, timeout: float = PATIENCE) -> Answer:  # noqa: ASYNC109
        """A press with any data on any message, as a changed client can send it."""
        callback = self._callback(message_id, data)
        await self._world.changes.wait_until(lambda: callback.answered, timeout=timeout)
        return answer_of(callback)

    async def press_many(self, label: str, times: int) -> list[Answer]:
        """The same button so many times at once."""
        message_id, button = self._find(label)
        return await asyncio.gather(*(self.press_button(message_id, button) for _ in range(times)))

    async def block(self) -> None:
        if not self.chat.blocked:
            self.chat.blocked = True
            self._membership_changed("member", "kicked")

    async def unblock(self) -> None:
        if self.chat.blocked:
            self.chat.blocked = False
            self._membership_changed("kicked", "member")

    def clear(self) -> None:
        """Clear the history on this phone; what the bot remembers stays."""
        self.chat.messages.clear()
        self.chat.keyboard_of = self.chat.reply_forced_by = None
        self._world.touch(self.chat)

    def _say(self, **content: object) -> Message:
        if self.chat.blocked:
            raise AssertionError("the bot is blocked: unblock() it first")
        self.chat.started = True
        reply_to, self.chat.reply_forced_by = self.chat.reply_forced_by, None
        if (self.chat.keyboard or {}).get("one_time_keyboard"):
            self.chat.keyboard_of = None
        message = self._world.add_message(self.chat, mine=True, reply_to=reply_to, **content)
        self._world.add_update(self.chat, "message", self._world.message_json(self.chat, message))
        return message

    def _callback(self, message_id: int, data: str) -> Callback:
        world, chat = self._world, self.chat
        number = str(world.random.getrandbits(63))
        callback = Callback(id=number, message_id=message_id, data=data, at=world.clock.now())
        world.callbacks[number] = callback
        chat.callbacks.append(callback)
        message = chat.visible(message_id)
        gone = {"chat": chat.json, "message_id": message_id, "date": 0}
        content = {
            "id": number,
            "from": chat.user_json,
            "message": world.message_json(chat, message) if message else gone,
            "chat_instance": str(chat.id),
            "data": data,
        }
        world.add_update(chat, "callback_query", content)
        return callback

    def _membership_changed(self, old: str, new: str) -> None:
        world, chat = self._world, self.chat
        content = {
            "chat": chat.json,
            "from": chat.user_json,
            "date": int(world.clock.now().timestamp()),
            "old_chat_member": self._bot_as(old),
            "new_chat_member": self._bot_as(new),
        }
        world.add_update(chat, "my_chat_member", content)
        world.touch(chat)

    def _bot_as(self, status: str) -> dict[str, object]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"status": status, "user": self._world.bot_json, **until}

    def _request_button(self, request_id: int) -> Button:
        for row in self.keyboard:
            for button in row:
                if button.request_users and button.request_users["request_id"] == request_id:
                    return button
        raise AssertionError(f"no button asks for people with request_id {request_id}. {self._screen()}")


def _shared(user: tuple[int | str, ...], wanted: dict[str, object]) -> dict[str, object]:
    names = dict(zip(("first_name", "last_name", "username"), user[1:], strict=False))
    if not wanted.get("request_username"):
        names.pop("username", None)
    if not wanted.get("request_name"):
        names = {key: value for key, value in names.items() if key == "username"}
    return {"user_id": int(user[0]), **{key: value for key, value in names.items() if value}}
