from typing import Any

import pytest

from handlers.router import Incoming, read_update

USER = {"id": 7, "is_bot": False, "first_name": "Amina", "last_name": "Bello", "language_code": "ha"}
CHAT = {"id": 7, "type": "private", "first_name": "Amina"}
WHO: dict[str, Any] = {"chat_id": 7, "telegram_id": 7, "name": "Amina Bello", "language": "ha"}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 0, "chat": CHAT, "from": USER, **fields}


def press(**fields: Any) -> dict[str, Any]:
    return {
        "callback_query": {"id": "11", "from": USER, "chat_instance": "x", "data": "v1:home::0:0", **fields}
    }


def test_a_text() -> None:
    assert read_update({"update_id": 1, "message": message(text="/start")}) == Incoming(**WHO, text="/start")


def test_a_message_without_text_is_an_empty_text() -> None:
    assert read_update({"message": message(sticker={})}) == Incoming(**WHO, text="")


def test_a_press_belongs_to_whoever_pressed_and_not_to_the_bot_that_wrote_the_message() -> None:
    written = message(**{"from": {"id": 1, "is_bot": True, "first_name": "Bot"}})

    assert read_update(press(message=written)) == Incoming(
        **WHO, press_id="11", data="v1:home::0:0", message_id=3
    )


def test_a_press_on_a_message_that_telegram_no_longer_shows_keeps_its_number() -> None:
    incoming = read_update(press(message={"message_id": 3, "date": 0, "chat": CHAT}))

    assert incoming is not None
    assert incoming.message_id == 3


def test_a_press_without_a_message_is_answered_in_the_persons_own_chat() -> None:
    assert read_update(press(inline_message_id="y")) == Incoming(**WHO, press_id="11", data="v1:home::0:0")


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("left", False), ("member", True)])
def test_blocking_and_unblocking(status: str, *, reachable: bool) -> None:
    member = {"chat": CHAT, "from": USER, "date": 0, "new_chat_member": {"user": USER, "status": status}}

    assert read_update({"my_chat_member": member}) == Incoming(**WHO, reachable=reachable)


def test_a_shared_person_has_the_name_that_telegram_gives() -> None:
    shared = {"request_id": 1, "users": [{"user_id": 9, "first_name": "Tunde", "last_name": "O'Neill"}]}

    incoming = read_update({"message": message(users_shared=shared)})

    assert incoming is not None
    assert incoming.shared == (9, "Tunde O'Neill")


def test_a_shared_person_without_a_name_is_a_client() -> None:
    incoming = read_update({"message": message(users_shared={"request_id": 1, "users": [{"user_id": 9}]})})

    assert incoming is not None
    assert incoming.shared == (9, "Client")


def test_a_long_name_is_cut() -> None:
    incoming = read_update({"message": message(**{"from": {**USER, "first_name": "A" * 90}})})

    assert incoming is not None
    assert incoming.name == "A" * 64


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(chat={"id": -5, "type": "group"})},
        {
            "callback_query": {
                **press()["callback_query"],
                "message": message(chat={"id": -5, "type": "supergroup"}),
            }
        },
        {"message": message(**{"from": {**USER, "is_bot": True}})},
        {"message": {"message_id": 3, "date": 0, "chat": {"id": -5, "type": "channel"}}},
        {"poll": {"id": "1"}},
        {"update_id": 1},
    ],
)
def test_what_concerns_nobody_is_nothing(update: dict[str, Any]) -> None:
    assert read_update(update) is None
