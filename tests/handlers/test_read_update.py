from typing import Any

import pytest

from domain.model.message import Document
from handlers.incoming import Incoming, read_update

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
    assert read_update({"message": message(pinned_message={})}) == Incoming(**WHO, text="")


PLAN = {
    "file_id": "BQAC",
    "file_unique_id": "AgAD",
    "file_name": "Ọ̀nà 🥗.pdf",
    "mime_type": "application/pdf",
    "file_size": 5,
}


def sent(**fields: Any) -> Incoming:
    incoming = read_update({"message": message(**fields)})
    assert incoming is not None
    return incoming


def test_a_document_comes_with_its_caption_as_text() -> None:
    document = Document(file_id="BQAC", name="Ọ̀nà 🥗.pdf", mime_type="application/pdf", size=5)

    assert sent(document=PLAN, caption="For Amina") == Incoming(**WHO, text="For Amina", document=document)


def test_a_document_needs_no_name_no_type_and_no_size() -> None:
    incoming = sent(document={"file_id": "BQAC", "file_unique_id": "AgAD"})

    assert incoming == Incoming(**WHO, text="", document=Document(file_id="BQAC", name="file"))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", "file"),
        (" \n\x00 ", "file"),
        (None, "file"),
        (7, "file"),
        ("plan\r\n\x07.pdf", "plan.pdf"),
        ("half\ud83d.pdf", "half.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("👩\u200d⚕️.pdf", "👩\u200d⚕️.pdf"),
        ("../../etc/plan.pdf", "../../etc/plan.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("a" * 300, "a" * 120),
        ("." + "a" * 300, "." + "a" * 119),
        ("a" * 118 + "." + "b" * 100, "a" * 118 + ".b"),
    ],
)
def test_the_name_of_a_document_is_bounded(given: object, read: str) -> None:
    document = sent(document={**PLAN, "file_name": given}).document

    assert document is not None
    assert document.name == read
    document.name.encode()


@pytest.mark.parametrize(
    ("size", "read"), [(0, 0), (2**52, 2**52), (-1, None), ("5", None), (True, None), (1.5, None)]
)
def test_the_size_of_a_document_is_a_number_or_nothing(size: object, read: int | None) -> None:
    document = sent(document={**PLAN, "file_size": size}).document

    assert document is not None
    assert document.size == read


@pytest.mark.parametrize(
    ("given", "read"), [("a/" + "b" * 500, "a/" + "b" * 98), ("\x00", None), ("", None), (1, None)]
)
def test_the_type_of_a_document_is_bounded(given: object, read: str | None) -> None:
    document = sent(document={**PLAN, "mime_type": given}).document

    assert document is not None
    assert document.mime_type == read


@pytest.mark.parametrize("file_id", ["", None, 7, "x" * 513])
def test_a_document_that_cannot_be_fetched_is_no_document(file_id: object) -> None:
    incoming = sent(document={**PLAN, "file_id": file_id}, caption="Hm")

    assert incoming == Incoming(**WHO, text="Hm", media="document")


@pytest.mark.parametrize(
    "kind",
    [
        "photo", "voice", "video", "video_note", "audio", "sticker", "location", "contact", "poll", "dice",
        "game", "story", "checklist", "paid_media", "rich_message",
    ],
)  # fmt: skip
def test_what_we_do_not_read_is_named(kind: str) -> None:
    assert sent(**{kind: {"x": 1}}) == Incoming(**WHO, text="", media=kind)


def test_a_photo_comes_with_its_caption_too() -> None:
    assert sent(photo=[{"file_id": "x"}], caption="My meal") == Incoming(**WHO, text="My meal", media="photo")


@pytest.mark.parametrize(
    ("kind", "shadow"), [("animation", "document"), ("live_photo", "photo"), ("venue", "location")]
)
def test_what_telegram_also_sends_for_older_bots_is_named_once(kind: str, shadow: str) -> None:
    assert sent(**{kind: PLAN, shadow: PLAN}) == Incoming(**WHO, text="", media=kind)


def test_a_text_with_something_beside_it_is_a_text() -> None:
    assert sent(text="/start", location={}) == Incoming(**WHO, text="/start")


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
