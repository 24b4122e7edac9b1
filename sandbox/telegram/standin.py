"""The Bot API over HTTP: routing, recording, planned faults."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.telegram import editing, profile, receiving, sending
from sandbox.telegram.call import Call, Recorded, Upload, read_body, understood
from sandbox.telegram.downloads import Downloads
from sandbox.telegram.errors import ApiError, too_many_requests
from sandbox.telegram.parameters import CANONICAL
from sandbox.telegram.phone import Phone
from sandbox.telegram.records import Chat
from sandbox.telegram.world import World

_METHODS: Mapping[str, Callable[[World, Call], Awaitable[object]]] = {
    "getMe": profile.get_me,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.webhook_info,
    "getChat": profile.get_chat,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageReplyMarkup": editing.edit_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_callback_query,
    "getFile": profile.get_file,
    "setMyCommands": profile.set_commands,
    "deleteMyCommands": profile.delete_commands,
    "getMyCommands": profile.get_commands,
    "setMyName": profile.set_text,
    "getMyName": profile.get_text,
    "setMyDescription": profile.set_text,
    "getMyDescription": profile.get_text,
    "setMyShortDescription": profile.set_text,
    "getMyShortDescription": profile.get_text,
    "setChatMenuButton": profile.set_menu_button,
    "getChatMenuButton": profile.get_menu_button,
}


class TelegramFaults(Faults):
    """Faults by method name; one without a body of its own gets the one Telegram sends for its status."""

    def plan(self, fault: Fault) -> None:
        if fault.kind is FaultKind.STATUS and fault.body is None:
            fault.body = _usual_body(fault)
        super().plan(fault)


def _usual_body(fault: Fault) -> object:
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return too_many_requests(max(1, int(fault.seconds))).body()
    if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ApiError(500, "Internal Server Error").body()
    return ApiError(fault.status, HTTPStatus(fault.status).phrase).body()


class TelegramStandIn:
    """Telegram for one bot. `phone()` is a person in it; `app()` is what the bot talks to."""

    def __init__(
        self,
        *,
        clock: MovableClock,
        token: str,
        username: str = "dietdesk_bot",
        flood_limits: bool = False,
    ) -> None:
        self.world = World(clock=clock, token=token, username=username)
        self.world.flood_limits = flood_limits
        self.faults: Faults = TelegramFaults()
        self.downloads = Downloads()
        self._phones: dict[int, Phone] = {}

    @property
    def deliver_twice(self) -> bool:
        """Whether each update from now on reaches the bot twice."""
        return self.world.updates.twice

    @deliver_twice.setter
    def deliver_twice(self, twice: bool) -> None:
        self.world.updates.twice = twice

    @property
    def username(self) -> str:
        return self.world.username

    @property
    def requests(self) -> list[Recorded]:
        return list(self.world.requests)

    @property
    def known_phones(self) -> list[Phone]:
        return list(self._phones.values())

    def calls(self, method: str, *, chat: int | None = None) -> list[Recorded]:
        """The recorded calls of one method, oldest first, refused ones included."""
        return [
            one for one in self.world.requests if one.method == method and (chat is None or one.chat == chat)
        ]

    def phone(
        self,
        user_id: int,
        *,
        first_name: str = "",
        last_name: str = "",
        username: str | None = None,
        language_code: str = "en",
    ) -> Phone:
        """The phone of this person; the same one each time, with the names it was first given."""
        if user_id not in self._phones:
            chat = Chat(
                id=user_id,
                first_name=first_name or f"Person {user_id}",
                last_name=last_name,
                username=username,
                language_code=language_code,
            )
            self.world.chats[user_id] = chat
            self._phones[user_id] = Phone(self.world, chat)
        return self._phones[user_id]

    def app(self) -> web.Application:
        """Served again after it was stopped, it goes on with everything it knew: an outage of Telegram."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        app.cleanup_ctx.append(self._pushing)
        app.on_shutdown.append(self._close)
        return app

    async def _pushing(self, _: web.Application) -> AsyncIterator[None]:
        self.world.closing = False
        await self.world.webhook.open()
        yield
        await self.world.webhook.close()

    async def _close(self, _: web.Application) -> None:
        self.world.closing = True
        self.world.changes.notify()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        method = CANONICAL.get(request.match_info["method"].lower())
        if method is None or request.method not in {"GET", "POST"}:
            return _refusal(ApiError(404, "Not Found"))
        try:
            raw, uploads = await read_body(request)
        except ApiError as error:
            return _refusal(error)
        return await self.faults.around(method, request, lambda: self._work(method, raw, uploads))

    async def _work(
        self, method: str, raw: dict[str, object], uploads: Mapping[str, Upload]
    ) -> web.StreamResponse:
        record = Recorded(method=method, params={**raw, **uploads}, chat=None, at=self.world.clock.now())
        self.world.requests.append(record)
        try:
            call = understood(method, raw, uploads)
            record.params, record.chat = {**call.params, **uploads}, call.chat_id
            result = await _METHODS[method](self.world, call)
        except ApiError as error:
            record.error = error.description
            return _refusal(error)
        finally:
            self.world.changes.notify()
        return web.json_response({"ok": True, "result": result})

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        file = self.world.files.at(request.match_info["path"])
        if file is None:
            return _refusal(ApiError(404, "Not Found"))
        return await self.faults.around("file", request, lambda: self.downloads.serve(request, file.data))


def _refusal(error: ApiError) -> web.Response:
    return web.json_response(error.body(), status=error.status)
