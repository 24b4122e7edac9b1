"""Files by their id: kept in memory, sent again without being uploaded again."""

import re
import struct
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from random import Random

from sandbox.clock import MovableClock
from sandbox.telegram.call import Call, Upload
from sandbox.telegram.errors import bad_request
from sandbox.telegram.filenames import cleaned_name
from sandbox.telegram.records import StoredFile

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
_MOST_OF_BOTH_SIDES, _MOST_TIMES_AS_LONG = 10_000, 20  # core.telegram.org/bots/api#sendphoto
LINK_LIFE = timedelta(hours=1)
_FILE_ID = re.compile(r"[\w-]{40,}")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


class FileStore:
    """One bot's: an id that another bot was given is well formed here, and wrong."""

    def __init__(self, clock: MovableClock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._by_id: dict[str, StoredFile] = {}
        self._linked_until: dict[str, datetime] = {}

    def keep_photo(self, upload: Upload) -> StoredFile:
        """ApiError 400 for what is no PNG or JPEG."""
        if len(upload.data) > MAX_PHOTO:
            raise bad_request("file is too big")
        return self.keep(upload, photo=_dimensions(upload.data))

    def keep(self, upload: Upload, *, photo: tuple[int, int] | None = None) -> StoredFile:
        number = len(self._by_id)
        folder, name = ("photos", "photo") if photo else ("documents", "file")
        suffix = upload.filename.rsplit(".", 1)[-1] if "." in upload.filename else "bin"
        file = StoredFile(
            file_id=self._token("BQACAgQAAxkBAA", 36),
            unique_id=self._token("AgAD", 9),
            path=f"{folder}/{name}_{number}.{suffix}",
            name=upload.filename,
            mime_type=upload.mime_type,
            data=upload.data,
            photo=photo,
        )
        self._by_id[file.file_id] = file
        return file

    def _token(self, prefix: str, size: int) -> str:
        return prefix + urlsafe_b64encode(self._random.randbytes(size)).decode()

    def link(self, file_id: str) -> StoredFile:
        """The file, which can be fetched by its path for an hour from now on; ApiError 400 otherwise."""
        if not _FILE_ID.fullmatch(file_id):
            raise bad_request("invalid file_id")
        file = self._by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.data) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        self._linked_until[file.path] = self._clock.now() + LINK_LIFE
        return file

    def at(self, path: str) -> StoredFile | None:
        until = self._linked_until.get(path)
        if until is None or self._clock.now() > until:
            return None
        return next((file for file in self._by_id.values() if file.path == path), None)

    def from_call(self, call: Call, name: str) -> StoredFile:
        """The uploaded file, or the one a file_id stands for; ApiError 400 otherwise."""
        given = call.text(name)
        upload = call.uploads.get(given.removeprefix("attach://") or name)
        if upload is not None:
            return self._received(upload, photo=name == "photo")
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if not _FILE_ID.fullmatch(given):
            raise bad_request("wrong remote file identifier specified: can't unserialize it")
        known = self._by_id.get(given)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if bool(known.photo) != (name == "photo"):
            kinds = ("Photo", "Document") if known.photo else ("Document", "Photo")
            raise bad_request(f"can't use file of type {kinds[0]} as {kinds[1]}")
        return known

    def _received(self, upload: Upload, *, photo: bool) -> StoredFile:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if photo:
            kept = self.keep_photo(upload)
            _check_shape(*(kept.photo or (0, 0)))
            return kept
        return self.keep(Upload(cleaned_name(upload.filename), upload.data, upload.mime_type))


def _check_shape(width: int, height: int) -> None:
    shorter, longer = sorted((width, height))
    if width + height > _MOST_OF_BOTH_SIDES or longer > shorter * _MOST_TIMES_AS_LONG:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _dimensions(data: bytes) -> tuple[int, int]:
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(_JPEG):
        return _jpeg_dimensions(data)
    raise bad_request("IMAGE_PROCESS_FAILED")


def _jpeg_dimensions(data: bytes) -> tuple[int, int]:
    # Segment by segment up to a start-of-frame marker, which holds height and width.
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + size
    raise bad_request("IMAGE_PROCESS_FAILED")
