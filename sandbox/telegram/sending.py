"""sendMessage, sendDocument, sendPhoto, sendChatAction."""

from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.contents import caption_of, text_of
from sandbox.telegram.errors import bad_request
from sandbox.telegram.keyboards import MarkupKind, checked_markup, kind_of
from sandbox.telegram.records import Chat, Message
from sandbox.telegram.world import World

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(world: World, call: Call) -> object:
    markup = checked_markup(call.params.get("reply_markup"))
    return _sent(world, call, markup=markup, content=text_of(call))


async def send_document(world: World, call: Call) -> object:
    return _send_file(world, call, "document")


async def send_photo(world: World, call: Call) -> object:
    return _send_file(world, call, "photo")


async def send_chat_action(world: World, call: Call) -> object:
    if call.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.reachable(call.integer("chat_id", 0))
    chat.action = (call.text("action"), world.clock.now())
    world.touch(chat)
    return True


def _send_file(world: World, call: Call, name: str) -> object:
    markup = checked_markup(call.params.get("reply_markup"))
    content = caption_of(call)
    world.reachable(call.integer("chat_id", 0))
    file = world.files.from_call(call, name)
    return _sent(world, call, markup=markup, content=content, file=file)


def _sent(world: World, call: Call, *, markup: dict[str, Any] | None, **content: Any) -> object:
    chat = world.reachable(call.integer("chat_id", 0))
    reply_to = _reply_to(chat, call.params.get("reply_parameters"))
    world.spend_allowance(chat)
    message = world.add_message(
        chat,
        mine=False,
        markup=markup,
        reply_to=reply_to,
        protected=call.flag("protect_content"),
        silent=call.flag("disable_notification"),
        **content,
    )
    chat.action = None
    _apply_keyboard(chat, message)
    return world.message_json(chat, message)


def _reply_to(chat: Chat, parameters: dict[str, Any] | None) -> int | None:
    if not parameters:
        return None
    quoted = int(parameters["message_id"])
    if chat.visible(quoted):
        return quoted
    if parameters.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _apply_keyboard(chat: Chat, message: Message) -> None:
    match kind_of(message.markup or {}):
        case MarkupKind.REPLY:
            chat.keyboard_of, chat.reply_forced_by = message.id, None
        case MarkupKind.REMOVE:
            chat.keyboard_of = None
        case MarkupKind.FORCE_REPLY:
            chat.keyboard_of, chat.reply_forced_by = None, message.id
        case _:
            pass
