"""Changing and deleting what was sent, and answering presses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.call import Call
from sandbox.telegram.contents import caption_of, text_of
from sandbox.telegram.entities import Formatted, units
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.keyboards import checked_markup
from sandbox.telegram.records import Chat, Message
from sandbox.telegram.world import World

DELETABLE_FOR = timedelta(hours=48)
MAX_ANSWER = 200
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def edit_text(world: World, call: Call) -> object:
    markup, content = _markup(call), text_of(call)
    chat, message = _own(
        world, call, has=lambda one: one.file is None, lacks="there is no text in the message to edit"
    )
    return _changed(world, chat, message, content=content, markup=markup)


async def edit_caption(world: World, call: Call) -> object:
    markup, content = _markup(call), caption_of(call)
    chat, message = _own(
        world, call, has=lambda one: one.file is not None, lacks="there is no caption in the message to edit"
    )
    return _changed(world, chat, message, content=content, markup=markup)


async def edit_reply_markup(world: World, call: Call) -> object:
    markup = _markup(call)
    chat, message = _own(world, call, has=lambda _: True, lacks="")
    return _changed(world, chat, message, content=message.content, markup=markup)


async def delete_message(world: World, call: Call) -> object:
    chat = world.reachable(call.integer("chat_id", 0))
    message = chat.visible(call.integer("message_id", 0))
    if message is None:
        raise bad_request("message to delete not found")
    if world.clock.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.touch(chat)
    return True


async def delete_messages(world: World, call: Call) -> object:
    chat = world.reachable(call.integer("chat_id", 0))
    if not 1 <= len(call.params["message_ids"]) <= 100:
        raise bad_request("message identifiers are not specified")
    for number in call.params["message_ids"]:
        if message := chat.visible(int(number)):
            message.deleted = True
    world.touch(chat)
    return True


async def answer_callback_query(world: World, call: Call) -> object:
    text = call.text("text")
    if units(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    _check_answer_url(world, call.text("url"))
    callback = world.callbacks.get(call.text("callback_query_id"))
    if callback is None or callback.answered or world.clock.now() - callback.at > world.answer_within:
        raise bad_request(_TOO_OLD)
    callback.answered = True
    callback.text, callback.alert, callback.url = text, call.flag("show_alert"), call.text("url")
    world.changes.notify()
    return True


def _check_answer_url(world: World, url: str) -> None:
    if not url:
        return
    parts = urlsplit(url)
    here = (
        parts.hostname in {"t.me", "telegram.me"} and parts.path.strip("/").lower() == world.username.lower()
    )
    if not here or "start=" not in parts.query:
        raise bad_request("URL_INVALID")


def _markup(call: Call) -> dict[str, Any] | None:
    return checked_markup(call.params.get("reply_markup"), inline_only=True)


def _own(world: World, call: Call, *, has: Callable[[Message], bool], lacks: str) -> tuple[Chat, Message]:
    chat = world.reachable(call.integer("chat_id", 0))
    message = chat.visible(call.integer("message_id", 0))
    if message is None:
        raise bad_request("message to edit not found")
    if message.mine or (message.markup and not message.inline):
        raise bad_request("message can't be edited")
    if not has(message):
        raise bad_request(lacks)
    return chat, message


def _changed(
    world: World, chat: Chat, message: Message, *, content: Formatted, markup: dict[str, Any] | None
) -> object:
    if (content, markup) == (message.content, message.markup):
        raise not_modified()
    world.spend_allowance(chat)
    # A change of buttons alone does not mark a message as edited.
    message.edited_at = world.clock.now() if content != message.content else message.edited_at
    message.content, message.markup = content, markup
    world.touch(chat)
    return world.message_json(chat, message)


def not_modified() -> ApiError:
    return bad_request(_NOT_MODIFIED)
