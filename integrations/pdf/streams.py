"""How large the streams of a PDF become: a few kilobytes can be written that unfold to gigabytes."""

import zlib
from dataclasses import dataclass

from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, NullObject, StreamObject

from integrations.pdf.refusals import Reason, Refused
from integrations.pdf.walk import value_of

_MOST_BYTES = 75_000_000  # of one stream; the same as pypdf's own limit
_MOST_PICTURE_BYTES = 250_000_000  # A3 in colour at 600 dpi is 210 million
_MOST_PIXELS = 250_000_000
_MOST_BYTES_TOGETHER = 1_000_000_000
_PICTURE_CODECS = {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
_CHUNK = 64 * 1024


@dataclass(slots=True)
class Meter:
    left: int = _MOST_BYTES_TOGETHER

    def read(self, stream: StreamObject) -> None:
        """`Refused` where this stream, or all so far together, are too large."""
        is_picture = value_of(stream, "/Subtype") == "/Image"
        if is_picture and _side(stream, "/Width") * _side(stream, "/Height") > _MOST_PIXELS:
            raise Refused(Reason.HEAVY)
        self.left -= _unfolded(stream, most=_MOST_PICTURE_BYTES if is_picture else _MOST_BYTES)
        if self.left < 0:
            raise Refused(Reason.HEAVY)


def _side(stream: StreamObject, key: str) -> int:
    value = value_of(stream, key)
    return abs(value) if isinstance(value, int) else 0


def _unfolded(stream: StreamObject, *, most: int) -> int:
    data: bytes = stream._data  # noqa: SLF001 - the only way to the bytes as they stand in the file
    match _filters(stream):
        case []:
            return len(data)
        case ["/FlateDecode" | "/Fl"]:
            return _inflated(data, most=most)
        case [codec] if codec in _PICTURE_CODECS:
            return 0  # its size is the picture's
        case _:
            return _decoded(stream)


def _filters(stream: StreamObject) -> list[object]:
    named = value_of(stream, "/Filter")
    if isinstance(named, ArrayObject):
        return [one.get_object() for one in named]
    return [] if isinstance(named, NullObject) else [named]


def _inflated(data: bytes, *, most: int) -> int:
    """Counted, not kept."""
    inflater, size = zlib.decompressobj(), 0
    for start in range(0, len(data), _CHUNK):
        waiting = data[start : start + _CHUNK]
        while waiting:
            try:
                size += len(inflater.decompress(waiting, _MOST_BYTES // 64))
            except zlib.error:
                return size  # damaged: a reader shows what came before
            if size > most:
                raise Refused(Reason.HEAVY)
            waiting = inflater.unconsumed_tail
    return size


def _decoded(stream: StreamObject) -> int:
    try:
        return len(decode_stream_data(stream))
    except (LimitReachedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - pypdf on broken data raises what it likes; a broken stream is no bomb
        return 0
