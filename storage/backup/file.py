"""The file that a backup is: lines of text, compressed, cut into pieces, each sealed with the key.

After `MAGIC` come pieces, each four bytes of length and a Fernet token. Opened, a token is the backup's own
random name, the number of the piece, and whether it is the last: so that pieces can't be lost, put in another
order, or come from another backup without its being noticed.
"""

import os
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MAGIC = b"dietdesk backup 1\n"
_LENGTH = struct.Struct(">I")
_PIECE = struct.Struct(">16sQ?")
_SIZE = 512 * 1024
_LARGEST = 16 * _SIZE


class NotABackupError(Exception):
    """It cannot be read: not one of ours, cut off, changed, or sealed with another key."""


class Writer:
    """Takes lines; memory stays at about one piece, whatever their number."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file = file
        self._fernet = Fernet(key)
        self._name = secrets.token_bytes(16)
        self._number = 0
        self._packer = zlib.compressobj()
        self._waiting = bytearray()
        file.write(MAGIC)

    def line(self, text: str) -> None:
        self._take(self._packer.compress(text.encode() + b"\n"))

    def end(self) -> None:
        self._take(self._packer.flush())
        self._piece(bytes(self._waiting), last=True)

    def _take(self, packed: bytes) -> None:
        self._waiting += packed
        while len(self._waiting) >= _SIZE:
            self._piece(bytes(self._waiting[:_SIZE]), last=False)
            del self._waiting[:_SIZE]

    def _piece(self, packed: bytes, *, last: bool) -> None:
        token = self._fernet.encrypt(_PIECE.pack(self._name, self._number, last) + packed)
        self._file.write(_LENGTH.pack(len(token)) + token)
        self._number += 1


class Reader:
    """Gives the lines back; raises `NotABackupError` at the first thing that is wrong."""

    def __init__(self, file: BinaryIO, keys: Sequence[str]) -> None:
        self._file = file
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def lines(self) -> Iterator[str]:
        unpacker, rest = zlib.decompressobj(), b""
        for packed in self._pieces():
            while packed:
                rest += _unpacked(unpacker, packed)
                packed = unpacker.unconsumed_tail  # noqa: PLW2901 - what did not fit into this bite
                *whole, rest = rest.split(b"\n")
                yield from (line.decode() for line in whole)
        if rest or not unpacker.eof:
            raise NotABackupError("the file is cut off")

    def _pieces(self) -> Iterator[bytes]:
        if self._file.read(len(MAGIC)) != MAGIC:
            raise NotABackupError("this is no backup of Dietdesk")
        name, number, is_last = b"", 0, False
        while not is_last:
            whose, which, is_last, packed = self._piece()
            if which != number or (name and whose != name):
                raise NotABackupError("pieces of the file are missing, or not from this backup")
            name, number = whose, number + 1
            yield packed
        if self._file.read(1):
            raise NotABackupError("there is more in the file than was written")

    def _piece(self) -> tuple[bytes, int, bool, bytes]:
        head = self._file.read(_LENGTH.size)
        length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
        token = self._file.read(length) if 0 < length <= _LARGEST else b""
        if not token or len(token) < length:
            raise NotABackupError("the file is cut off")
        try:
            piece = self._fernet.decrypt(token)
        except InvalidToken:
            raise NotABackupError(
                "none of the keys in ENCRYPTION_KEY opens it, or it was changed since it was written"
            ) from None
        return *_PIECE.unpack_from(piece), piece[_PIECE.size :]


def _unpacked(unpacker: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return unpacker.decompress(packed, _LARGEST)
    except zlib.error:
        raise NotABackupError("what is in the file is damaged") from None


def write_backup(path: Path, key: str, lines: Iterable[str]) -> None:
    """Whole or not at all: written beside `path`, brought to the disk, then given its name. For us alone to read."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            writer = Writer(file, key)
            for line in lines:
                writer.line(line)
            writer.end()
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _bring_to_disk(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _bring_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_backup(path: Path, keys: Sequence[str]) -> Iterator[str]:
    with path.open("rb") as file:
        yield from Reader(file, keys).lines()
