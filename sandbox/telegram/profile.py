"""What the bot says of itself: its name and texts, its command menu, its menu button, its files."""

import re
from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.errors import bad_request
from sandbox.telegram.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


async def get_me(world: World, _: Call) -> object:
    return world.bot_json | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(world: World, call: Call) -> object:
    chat = world.reachable(call.integer("chat_id", 0))
    return chat.json | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}


def _no_gifts() -> dict[str, bool]:
    kinds = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return dict.fromkeys(kinds, False)


async def get_file(world: World, call: Call) -> object:
    file = world.files.link(call.text("file_id"))
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


async def set_commands(world: World, call: Call) -> object:
    commands = call.params["commands"]
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(world, call)] = [_command(one) for one in commands]
    _touch_all(world)
    return True


async def delete_commands(world: World, call: Call) -> object:
    world.commands.pop(_scope(world, call), None)
    _touch_all(world)
    return True


async def get_commands(world: World, call: Call) -> object:
    return world.commands.get(_scope(world, call), [])


async def set_text(world: World, call: Call) -> object:
    """setMyName, setMyDescription, setMyShortDescription."""
    kind, language = _text_kind(call), _language(call)
    text = call.text(kind)
    if len(text) > _LIMITS[kind]:
        raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
    world.texts[kind, language] = text
    _touch_all(world)
    return True


async def get_text(world: World, call: Call) -> object:
    kind = _text_kind(call)
    return {kind: world.texts.get((kind, _language(call))) or world.texts.get((kind, ""), "")}


async def set_menu_button(world: World, call: Call) -> object:
    button = call.params.get("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type")
    if call.chat_id is not None:
        world.reachable(call.chat_id)
    world.menu_buttons[call.chat_id] = button
    return True


async def get_menu_button(world: World, call: Call) -> object:
    default = world.menu_buttons.get(None, {"type": "commands"})
    return world.menu_buttons.get(call.chat_id, default)


def _text_kind(call: Call) -> str:
    name = call.method.removeprefix("getMy").removeprefix("setMy")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _language(call: Call) -> str:
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, call: Call) -> tuple[str, str]:
    scope: dict[str, Any] = call.params.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if kind != "chat":
        return str(kind), _language(call)
    return f"chat:{world.reachable(int(scope['chat_id'])).id}", _language(call)


def _command(given: dict[str, str]) -> dict[str, str]:
    if not _COMMAND.fullmatch(given.get("command", "").removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(given.get("description", "")) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": given["command"].removeprefix("/"), "description": given["description"]}


def _touch_all(world: World) -> None:
    for chat in world.chats.values():
        world.touch(chat)
