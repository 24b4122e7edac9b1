"""What the people in the page see, send and press."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from aiohttp import web

from sandbox.chat.view import phone_view
from sandbox.telegram import Phone, SeenMessage, TelegramStandIn
from sandbox.telegram.call import Upload, read_body
from sandbox.telegram.errors import ApiError

_PATIENCE = 20.0  # seconds a press waits for the bot's answer
_IMAGES = frozenset({"image/png", "image/jpeg"})


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """A person in the page; `role` is "client", "dietitian" or "admin". The first of a role is shown."""

    user_id: int
    name: str
    role: str
    language_code: str = "en"
    username: str | None = None


class PeopleRoutes:
    def __init__(
        self, telegram: TelegramStandIn, specs: Sequence[PhoneSpec], phones: Mapping[int, Phone]
    ) -> None:
        self._telegram = telegram
        self._specs = specs
        self._phones = phones

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get(r"/people/{id:\d+}", self._view)
        router.add_get(r"/people/{id:\d+}/files/{message:\d+}", self._file)
        for name, action in self._actions().items():
            router.add_post(rf"/people/{{id:\d+}}/{name}", action)

    def _actions(self) -> dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
        return {
            "text": self._text,
            "start": self._start,
            "press": self._press,
            "share": self._share,
            "place": self._place,
            "document": self._document,
            "photo": self._photo,
            "block": self._block,
            "unblock": self._unblock,
        }

    async def _view(self, request: web.Request) -> web.Response:
        return web.json_response(phone_view(self._telegram, self._of(request)))

    async def _file(self, request: web.Request) -> web.Response:
        message = self._message(request, int(request.match_info["message"]))
        file = message.document or message.photo
        if file is None:
            raise web.HTTPNotFound
        name = "".join(char for char in file.name if char.isprintable() and char not in '"\\/')
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if message.photo is None:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        kind = file.mime_type if message.photo and file.mime_type in _IMAGES else "application/octet-stream"
        return web.Response(body=file.bytes, content_type=kind, headers=headers)

    async def _text(self, request: web.Request) -> web.Response:
        text = str((await request.json())["text"]).strip()
        if not text:
            raise web.HTTPBadRequest(text="there is nothing to send")
        return web.json_response({"id": await self._of(request).send(text)})

    async def _start(self, request: web.Request) -> web.Response:
        await self._of(request).start(str((await request.json()).get("payload", "")))
        return web.json_response({})

    async def _press(self, request: web.Request) -> web.Response:
        where = await request.json()
        message = self._message(request, int(where["message_id"]))
        try:
            button = message.buttons[int(where["row"])][int(where["column"])]
        except IndexError:
            raise web.HTTPNotFound(text="the button is gone") from None
        answer = await self._of(request).press_button(message.id, button, timeout=_PATIENCE)
        return web.json_response(asdict(answer))

    async def _share(self, request: web.Request) -> web.Response:
        given = await request.json()
        chosen = [spec for spec in self._specs if spec.user_id in given["user_ids"]]
        users = [(spec.user_id, spec.name, "", spec.username or "") for spec in chosen]
        return web.json_response({"id": await self._of(request).share_users(given["request_id"], users)})

    async def _place(self, request: web.Request) -> web.Response:
        given = await request.json()
        where = float(given["latitude"]), float(given["longitude"])
        return web.json_response({"id": await self._of(request).share_location(*where)})

    async def _document(self, request: web.Request) -> web.Response:
        file, caption = await _uploaded(request)
        sent = await self._of(request).send_document(
            file.filename, file.data, caption=caption, mime_type=file.mime_type
        )
        return web.json_response({"id": sent})

    async def _photo(self, request: web.Request) -> web.Response:
        file, caption = await _uploaded(request)
        try:
            sent = await self._of(request).send_photo(file.data, caption=caption)
        except ApiError:
            raise web.HTTPBadRequest(text="A photo is a PNG or JPEG of 10 MB at most.") from None
        return web.json_response({"id": sent})

    async def _block(self, request: web.Request) -> web.Response:
        await self._of(request).block()
        return web.json_response({})

    async def _unblock(self, request: web.Request) -> web.Response:
        await self._of(request).unblock()
        return web.json_response({})

    def _of(self, request: web.Request) -> Phone:
        phone = self._phones.get(int(request.match_info["id"]))
        if phone is None:
            raise web.HTTPNotFound(text="nobody has this phone")
        return phone

    def _message(self, request: web.Request, number: int) -> SeenMessage:
        for message in self._of(request).messages:
            if message.id == number:
                return message
        raise web.HTTPNotFound(text="the message is gone")


async def _uploaded(request: web.Request) -> tuple[Upload, str | None]:
    """The file and its caption."""
    try:
        form, uploads = await read_body(request)
        return uploads["file"], str(form.get("caption", "")) or None
    except ApiError as error:
        raise web.HTTPBadRequest(text=error.description) from None
    except KeyError:
        raise web.HTTPBadRequest(text="a file is expected") from None
