"""One call as it came over HTTP: query string, JSON, form or multipart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.parameters import checked

MAX_UPLOAD = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    data: bytes = field(repr=False)
    mime_type: str


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    @property
    def chat_id(self) -> int | None:
        chat: int | None = self.params.get("chat_id")
        return chat

    def integer(self, name: str, default: int) -> int:
        value = self.params.get(name)
        return default if value is None else int(value)

    def text(self, name: str) -> str:
        return str(self.params.get(name) or "")

    def flag(self, name: str) -> bool:
        return bool(self.params.get(name))


@dataclass(slots=True)
class Recorded:
    """A call as it is kept for whoever wants to look: what was asked, and the refusal if there was one."""

    method: str
    params: dict[str, Any]
    chat: int | None
    at: datetime
    error: str | None = None


async def read_body(request: web.Request) -> tuple[dict[str, object], dict[str, Upload]]:
    """The raw parameters and the uploaded files; ApiError 413 past what Telegram takes."""
    raw: dict[str, object] = dict(request.query)
    if request.content_type.startswith("multipart/"):
        fields, uploads = await _multipart(await request.multipart())
        return raw | fields, uploads
    if request.content_type == "application/json":
        return raw | _json_fields(await request.text()), {}
    return raw | {name: str(value) for name, value in (await request.post()).items()}, {}


def understood(method: str, raw: Mapping[str, object], uploads: Mapping[str, Upload]) -> Call:
    return Call(method, checked(method, raw, uploads), uploads)


def _json_fields(body: str) -> dict[str, object]:
    if not body.strip():
        return {}
    try:
        fields = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(fields, dict):
        raise bad_request("object expected as JSON request")
    return {name: value for name, value in fields.items() if value is not None}


async def _multipart(reader: MultipartReader) -> tuple[dict[str, object], dict[str, Upload]]:
    fields: dict[str, object] = {}
    uploads: dict[str, Upload] = {}
    room = MAX_UPLOAD
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart/form-data")
        data = await _read(part, room)
        room -= len(data)
        if part.filename is None:
            fields[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, data, mime)
    if room < 0:
        raise ApiError(413, "Request Entity Too Large")
    return fields, uploads


async def _read(part: BodyPartReader, room: int) -> bytes:
    # Past the limit the rest is read and thrown away, so that the client gets to read the refusal.
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        if len(data) <= room:
            data += chunk
    return bytes(data)
