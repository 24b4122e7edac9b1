"""Every limit of the Bot API and the words it is refused with, over real HTTP."""

import asyncio
import struct
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.telegram import TelegramStandIn
from sandbox.telegram.filenames import cleaned_name
from sandbox.telegram.serving import served

TOKEN = "4242:secret"
ADA, NEVER, SHARED = 1001, 9999, 1002
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x40\0\0\0\x20" + b"rest"

Json = dict[str, Any]


class Caller:
    def __init__(self, standin: TelegramStandIn, session: ClientSession, root: str) -> None:
        self.standin = standin
        self.session = session
        self.root = root

    async def __call__(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.root}/bot{TOKEN}/{method}", json=params) as response:
            answer = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def refusal(self, method: str, **params: Any) -> str:
        answer = await self(method, **params)
        assert not answer["ok"]
        return f"{answer['error_code']} {answer['description']}"

    async def result(self, method: str, **params: Any) -> Any:
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Caller]:
    standin = TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token=TOKEN)
    await standin.phone(ADA, first_name="Ada").start()
    async with served(standin.app()) as root, ClientSession() as session:
        yield Caller(standin, session, root)


def inline(*buttons: Json) -> Json:
    return {"inline_keyboard": [list(buttons)]}


def data_button(data: str) -> Json:
    return inline({"text": "x", "callback_data": data})


SEND_REFUSALS: list[tuple[Json, str]] = [
    ({"text": ""}, "400 Bad Request: message text is empty"),
    ({"text": "  \n "}, "400 Bad Request: message text is empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "400 Bad Request: message text is empty"),
    ({}, "400 Bad Request: message text is empty"),
    ({"text": "x", "chat_id": ""}, "400 Bad Request: chat_id is empty"),
    ({"text": "x", "colour": "red"}, "400 Bad Request: unknown parameter colour"),
    ({"text": "x" * 4097}, "400 Bad Request: message is too long"),
    ({"text": "🥗" * 2049}, "400 Bad Request: message is too long"),
    ({"text": "x", "parse_mode": "MarkdownV2"}, "400 Bad Request: unsupported parse_mode"),
    ({"text": "x", "chat_id": NEVER}, "400 Bad Request: chat not found"),
    ({"text": "x", "chat_id": "@somebody"}, "400 Bad Request: chat not found"),
    (
        {"text": "x", "reply_parameters": {"message_id": 777}},
        "400 Bad Request: message to be replied not found",
    ),
    ({"text": "x", "reply_markup": "{"}, "400 Bad Request: can't parse reply markup JSON object"),
    ({"text": "x", "reply_markup": data_button("")}, "400 Bad Request: BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": data_button("x" * 65)}, "400 Bad Request: BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": data_button("é" * 33)}, "400 Bad Request: BUTTON_DATA_INVALID"),
    (
        {"text": "x", "reply_markup": inline({"text": "x"})},
        "400 Bad Request: text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "x", "reply_markup": inline(*[{"text": "x", "callback_data": "x"}] * 9)},
        "400 Bad Request: reply markup is too long",
    ),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}},
        "400 Bad Request: reply markup is too long",
    ),
    (
        {"text": "x", "reply_markup": inline({"text": "x", "callback_data": "x", "style": "pink"})},
        "400 Bad Request: invalid button style specified",
    ),
    (
        {"text": "x", "reply_markup": inline({"text": "x", "copy_text": {"text": "x" * 257}})},
        "400 Bad Request: BUTTON_COPY_TEXT_INVALID",
    ),
    (
        {"text": "x", "reply_markup": inline({"text": "x", "callback_data": "x", "colour": "red"})},
        "400 Bad Request: unknown field colour in inline keyboard button",
    ),
    *(
        (
            {"text": "x", "reply_markup": inline({"text": "x", "url": url})},
            f"400 Bad Request: inline keyboard button URL '{url}' is invalid: {reason}",
        )
        for url, reason in [
            ("http://localhost/pay", "Wrong HTTP URL"),
            ("https://", "Wrong HTTP URL"),
            ("https://a b.example", "Wrong HTTP URL"),
            ("ftp://example.com", "Unsupported URL protocol"),
        ]
    ),
    (
        {
            "text": "x",
            "reply_markup": {"keyboard": [[{"text": "x", "request_users": {"request_id": 2**31}}]]},
        },
        "400 Bad Request: can't parse keyboard button: request_id must be a 32-bit number",
    ),
    (
        {
            "text": "x",
            "reply_markup": {
                "keyboard": [[{"text": "x", "request_users": {"request_id": 1, "max_quantity": 11}}]]
            },
        },
        "400 Bad Request: can't parse keyboard button: wrong max_quantity",
    ),
]


@pytest.mark.parametrize(("params", "words"), SEND_REFUSALS)
async def test_it_refuses_a_message_in_telegrams_words(api: Caller, params: Json, words: str) -> None:
    assert await api.refusal("sendMessage", **({"chat_id": ADA} | params)) == words
    assert len(api.standin.phone(ADA).messages) == 1, "only the person's own /start"


@pytest.mark.parametrize(
    "params",
    [
        {"text": "x" * 4096},
        {"text": f"<b>{'&lt;' * 4096}</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": data_button("é" * 32)},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 5] * 20}},
        {"text": "x", "reply_markup": inline({"text": "x", "url": "http://127.0.0.1:8080/pay"})},
        {"text": "x", "reply_markup": inline({"text": "x", "url": "tg://resolve?domain=x"})},
        {
            "text": "x",
            "reply_markup": inline({"text": "x", "copy_text": {"text": "ref"}, "style": "success"}),
        },
        {"text": "x", "reply_markup": {"force_reply": True}},
    ],
)
async def test_it_takes_what_is_just_within_the_limits(api: Caller, params: Json) -> None:
    await api.result("sendMessage", chat_id=ADA, **params)


async def test_it_refuses_a_wrong_token_and_an_unknown_method(api: Caller) -> None:
    async with api.session.get(f"{api.root}/bot1:other/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await api.refusal("sendTelepathy") == "404 Not Found"


async def test_it_reads_the_query_a_form_and_json_alike(api: Caller) -> None:
    url = f"{api.root}/bot{TOKEN}/sendMessage"
    async with api.session.get(url, params={"chat_id": ADA, "text": "query"}) as response:
        assert response.status == 200
    async with api.session.post(url, data={"chat_id": str(ADA), "text": "form"}) as response:
        assert response.status == 200
    await api.result("sendmessage", chat_id=ADA, text="json")
    assert [one.text for one in api.standin.phone(ADA).messages[1:]] == ["query", "form", "json"]


async def test_it_knows_three_ways_of_being_out_of_reach(api: Caller) -> None:
    phone = api.standin.phone(ADA)
    await phone.block()
    blocked = await api.refusal("sendMessage", chat_id=ADA, text="x")
    await phone.unblock()
    await api.result(
        "sendMessage",
        chat_id=ADA,
        text="Who?",
        reply_markup={"keyboard": [[{"text": "Pick", "request_users": {"request_id": 5}}]]},
    )
    await phone.share_users(5, [(SHARED, "Bola")])
    assert blocked == "403 Forbidden: bot was blocked by the user"
    assert (
        await api.refusal("sendMessage", chat_id=SHARED, text="x")
        == "403 Forbidden: bot can't initiate conversation with a user"
    )
    api.standin.phone(NEVER)
    assert await api.refusal("sendMessage", chat_id=NEVER, text="x") == "400 Bad Request: chat not found"


async def test_it_edits_its_own_messages_and_says_why_not(api: Caller) -> None:
    sent = await api.result("sendMessage", chat_id=ADA, text="one", reply_markup=data_button("a"))
    own = {"chat_id": ADA, "message_id": sent["message_id"]}
    same = await api.refusal("editMessageText", text="one", reply_markup=data_button("a"), **own)
    assert same == (
        "400 Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    edited = await api.result("editMessageText", text="<b>two</b>", parse_mode="HTML", **own)
    assert edited["text"] == "two"
    assert "reply_markup" not in edited
    assert "edit_date" in edited
    assert await api.refusal("editMessageText", chat_id=ADA, message_id=999, text="x") == (
        "400 Bad Request: message to edit not found"
    )
    theirs = api.standin.phone(ADA).messages[0].id
    assert await api.refusal("editMessageText", chat_id=ADA, message_id=theirs, text="x") == (
        "400 Bad Request: message can't be edited"
    )
    assert await api.refusal("editMessageCaption", caption="x", **own) == (
        "400 Bad Request: there is no caption in the message to edit"
    )


async def test_it_deletes_for_48_hours(api: Caller) -> None:
    young = await api.result("sendMessage", chat_id=ADA, text="young")
    gone = {"chat_id": ADA, "message_id": young["message_id"]}
    await api.result("deleteMessage", **gone)
    assert await api.refusal("deleteMessage", **gone) == "400 Bad Request: message to delete not found"
    old = await api.result("sendMessage", chat_id=ADA, text="old")
    api.standin.world.clock.advance(timedelta(hours=48, seconds=1))
    assert await api.refusal("deleteMessage", chat_id=ADA, message_id=old["message_id"]) == (
        "400 Bad Request: message can't be deleted"
    )


TOO_OLD = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"


async def pressed(api: Caller) -> str:
    """Presses a button; the id of the query, not yet answered."""
    phone = api.standin.phone(ADA)
    await api.result("sendMessage", chat_id=ADA, text="x", reply_markup=data_button("go"))
    assert not (await phone.press("x", timeout=0)).answered
    return phone.unanswered_callbacks[-1].id


async def test_a_press_is_answered_once(api: Caller) -> None:
    query = await pressed(api)
    await api.result("answerCallbackQuery", callback_query_id=query, text="Done", show_alert=True)
    assert [(one.text, one.alert) for one in api.standin.phone(ADA).toasts] == [("Done", True)]
    assert await api.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD
    assert await api.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_a_press_is_answered_within_fifteen_seconds(api: Caller) -> None:
    query = await pressed(api)
    api.standin.world.clock.advance(timedelta(seconds=16))
    assert await api.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD


async def test_an_answer_has_200_characters_and_opens_only_the_bot_itself(api: Caller) -> None:
    query = await pressed(api)
    long = await api.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert long == "400 Bad Request: MESSAGE_TOO_LONG"
    away = await api.refusal("answerCallbackQuery", callback_query_id=query, url="https://paystack.com/x")
    assert away == "400 Bad Request: URL_INVALID"
    url = "https://t.me/dietdesk_bot?start=x"
    await api.result("answerCallbackQuery", callback_query_id=query, text="x" * 200, url=url)


async def upload(api: Caller, method: str, field: str, data: bytes, **params: str) -> Json:
    form = FormData({"chat_id": str(ADA), **params})
    form.add_field(field, BytesIO(data), filename="plan.pdf", content_type="application/pdf")
    async with api.session.post(f"{api.root}/bot{TOKEN}/{method}", data=form) as response:
        answer: Json = await response.json()
        return answer


async def test_it_takes_files_of_fifty_megabytes_and_gives_back_twenty(api: Caller) -> None:
    too_much = await upload(api, "sendDocument", "document", bytes(50 * 1024 * 1024 + 1))
    assert (too_much["error_code"], too_much["description"]) == (413, "Request Entity Too Large")
    big = await upload(api, "sendDocument", "document", bytes(20 * 1024 * 1024 + 1))
    file_id = big["result"]["document"]["file_id"]
    assert await api.refusal("getFile", file_id=file_id) == "400 Bad Request: file is too big"
    small = await upload(api, "sendDocument", "document", b"%PDF-1.7")
    found = await api.result("getFile", file_id=small["result"]["document"]["file_id"])
    async with api.session.get(f"{api.root}/file/bot{TOKEN}/{found['file_path']}") as response:
        assert await response.read() == b"%PDF-1.7"


async def test_it_sends_a_known_file_again_by_its_id(api: Caller) -> None:
    first = await upload(api, "sendDocument", "document", b"%PDF-1.7")
    file_id = first["result"]["document"]["file_id"]
    again = await api.result("sendDocument", chat_id=ADA, document=file_id, caption="Again")
    assert again["document"] == first["result"]["document"]
    refusals = {
        "sendDocument": await api.refusal("sendDocument", chat_id=ADA),
        "sendPhoto": await api.refusal("sendPhoto", chat_id=ADA, photo=file_id),
        "sendDocument document=nonsense": await api.refusal("sendDocument", chat_id=ADA, document="nonsense"),
        "getFile nonsense": await api.refusal("getFile", file_id="nonsense"),
    }
    assert refusals == {
        "sendDocument": "400 Bad Request: there is no document in the request",
        "sendPhoto": "400 Bad Request: can't use file of type Document as Photo",
        "sendDocument document=nonsense": "400 Bad Request: wrong remote file identifier specified: "
        "can't unserialize it",
        "getFile nonsense": "400 Bad Request: invalid file_id",
    }


async def test_a_file_id_belongs_to_one_bot(api: Caller, tmp_path: Path) -> None:
    other = TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token="77:other")
    await other.phone(ADA).send_document("plan.pdf", b"%PDF")
    theirs = other.world.chats[ADA].messages[1].file
    assert theirs is not None

    assert (
        await api.refusal("sendDocument", chat_id=ADA, document=theirs.file_id)
        == "400 Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert (
        await api.refusal("getFile", file_id=theirs.file_id)
        == "400 Bad Request: wrong file_id or the file is temporarily unavailable"
    )


async def test_a_file_can_be_fetched_for_an_hour_after_it_was_asked_for(api: Caller) -> None:
    clock = api.standin.world.clock
    first = await upload(api, "sendDocument", "document", b"%PDF-1.7")
    file_id = first["result"]["document"]["file_id"]

    async def status() -> int:
        async with api.session.get(f"{api.root}/file/bot{TOKEN}/documents/file_0.pdf") as response:
            return response.status

    assert await status() == 404
    assert (await api.result("getFile", file_id=file_id))["file_path"] == "documents/file_0.pdf"
    clock.advance(timedelta(minutes=59))
    assert await status() == 200
    clock.advance(timedelta(minutes=2))
    assert await status() == 404
    await api.result("getFile", file_id=file_id)
    assert await status() == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ọsẹ̀ 1 plan.pdf", "Ọsẹ 1 plan.pdf"),
        ("🥗 plan 🥗.pdf", "plan.pdf"),
        ("Amina's plan?.pdf", "Amina s plan.pdf"),
        ("../up/plan.pdf", "plan.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("plan." + "x" * 30, "plan." + "x" * 20),
        ("🥗", "file"),
        (".pdf", "pdf"),
    ],
)
def test_it_cleans_the_names_of_files_as_the_server_does(given: str, kept: str) -> None:
    assert cleaned_name(given) == kept


async def test_a_caption_has_1024_characters(api: Caller) -> None:
    await upload(api, "sendDocument", "document", b"x", caption="x" * 1024)
    long = await upload(api, "sendDocument", "document", b"x", caption="x" * 1025)
    assert long["description"] == "Bad Request: message caption is too long"
    empty = await upload(api, "sendDocument", "document", b"")
    assert empty["description"] == "Bad Request: file must be non-empty"


async def test_a_photo_has_to_be_one(api: Caller) -> None:
    sent = await upload(api, "sendPhoto", "photo", PNG)
    assert (sent["result"]["photo"][0]["width"], sent["result"]["photo"][0]["height"]) == (64, 32)
    wrong = await upload(api, "sendPhoto", "photo", b"%PDF-1.7")
    assert wrong["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    for width, height, taken in ((6000, 4000, True), (6000, 4001, False), (20, 1, True), (1, 21, False)):
        answer = await upload(api, "sendPhoto", "photo", PNG[:16] + struct.pack(">II", width, height))
        assert answer["ok"] is taken, (width, height)
        assert taken or answer["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_it_limits_the_flood_only_where_asked(api: Caller) -> None:
    for _ in range(25):
        await api.result("sendMessage", chat_id=ADA, text="x")
    api.standin.world.flood_limits = True
    answers = [await api("sendMessage", chat_id=ADA, text="x") for _ in range(22)]
    assert sum(answer["ok"] for answer in answers) == 20
    assert answers[-1]["parameters"] == {"retry_after": 1}
    assert answers[-1]["description"] == "Too Many Requests: retry after 1"
    api.standin.world.clock.advance(timedelta(seconds=2))
    await api.result("sendMessage", chat_id=ADA, text="x")


async def test_planned_faults_look_like_telegrams(api: Caller) -> None:
    api.standin.faults.plan(Fault(match="sendMessage", kind=FaultKind.STATUS, status=429, seconds=7))
    api.standin.faults.plan(Fault(match="sendMessage", kind=FaultKind.STATUS, status=502))
    flooded = await api("sendMessage", chat_id=ADA, text="x")
    assert flooded["parameters"] == {"retry_after": 7}
    async with api.session.post(
        f"{api.root}/bot{TOKEN}/sendMessage", json={"chat_id": ADA, "text": "x"}
    ) as response:
        assert response.status == 502
        assert (await response.json())["description"] == "Internal Server Error"
    await api.result("sendMessage", chat_id=ADA, text="x")
    assert len(api.standin.calls("sendMessage", chat=ADA)) == 1, "a refused call was never worked"


async def test_commands_go_by_scope_and_language(api: Caller) -> None:
    help_, ask = [{"command": "help", "description": "Help"}], [{"command": "request", "description": "Ask"}]
    hilfe = [{"command": "help", "description": "Hilfe"}]
    await api.result("setMyCommands", commands=help_)
    await api.result("setMyCommands", commands=hilfe, language_code="de")
    await api.result("setMyCommands", commands=ask, scope={"type": "chat", "chat_id": ADA})
    world = api.standin.world
    bola = api.standin.phone(SHARED, first_name="Bola", language_code="de-AT")
    assert world.commands_for(api.standin.phone(ADA).chat) == ask
    assert world.commands_for(bola.chat) == hilfe
    await api.result("deleteMyCommands", scope={"type": "chat", "chat_id": ADA})
    assert world.commands_for(api.standin.phone(ADA).chat) == help_
    refusals = [
        await api.refusal("setMyCommands", commands=[{"command": "No", "description": "x"}]),
        await api.refusal("setMyCommands", commands=[{"command": "no", "description": ""}]),
        await api.refusal("setMyCommands", commands=help_ * 101),
        await api.refusal("setMyCommands", commands=help_, scope={"type": "chat", "chat_id": NEVER}),
        await api.refusal("setMyCommands", commands=help_, language_code="english"),
    ]
    assert refusals == [
        "400 Bad Request: BOT_COMMAND_INVALID",
        "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
        "400 Bad Request: BOT_COMMANDS_TOO_MUCH",
        "400 Bad Request: chat not found",
        "400 Bad Request: invalid language code specified",
    ]


async def test_names_and_descriptions_have_their_lengths(api: Caller) -> None:
    for kind, most in [("Name", 64), ("Description", 512), ("ShortDescription", 120)]:
        field = {"Name": "name", "Description": "description"}.get(kind, "short_description")
        await api.result(f"setMy{kind}", **{field: "x" * most})
        assert await api.result(f"getMy{kind}") == {field: "x" * most}
        assert "is too long" in await api.refusal(f"setMy{kind}", **{field: "x" * (most + 1)})
    assert (await api.result("getMe"))["first_name"] == "x" * 64


async def test_calls_are_recorded_with_their_refusals(api: Caller) -> None:
    await api.refusal("sendMessage", chat_id=NEVER, text="x")
    await asyncio.gather(*(api.result("getMe") for _ in range(3)))
    record = api.standin.calls("sendMessage")[0]
    assert (record.chat, record.params["text"], record.error) == (NEVER, "x", "Bad Request: chat not found")
    assert len(api.standin.calls("getMe")) == 3
