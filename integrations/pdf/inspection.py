"""The child: a PDF, from its header on, comes in by standard input; a line of JSON, and the preview after it, go out.

The line is `{"pages": 3}` or `{"refused": "locked"}` (`integrations.pdf.refusals.Reason`).
"""

import json
import logging
import sys
from io import BytesIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import StreamObject

from domain.model.plan import LARGEST_FILE, PdfReport
from integrations.limits import limit_this_process
from integrations.pdf.active import what_is_active
from integrations.pdf.envelope import look_for_signs
from integrations.pdf.preview import first_page, needs_password
from integrations.pdf.refusals import Reason, Refused
from integrations.pdf.streams import Meter
from integrations.pdf.walk import count_pages, dictionaries, value_of


def inspected(content: bytes) -> PdfReport:
    """Raises `Refused`, and whatever the libraries raise on broken input."""
    reader = _opened(content)
    pages = count_pages(reader)
    if not pages:
        raise Refused(Reason.NO_PAGES)
    look_for_signs(content)
    _look_through(reader)
    return PdfReport(pages=pages, preview=first_page(content))


def _opened(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(BytesIO(content))
    except Exception:
        if needs_password(content):
            raise Refused(Reason.LOCKED) from None
        raise
    if not reader.is_encrypted:
        return reader
    opens_without = reader.decrypt("") is not PasswordType.NOT_DECRYPTED
    raise Refused(Reason.PROTECTED if opens_without else Reason.LOCKED)


def _look_through(reader: PdfReader) -> None:
    meter = Meter()
    for one in dictionaries(reader):
        if (reason := what_is_active(one)) is not None:
            raise Refused(reason)
        if isinstance(one, StreamObject):
            meter.read(one)
            if value_of(one, "/Type") == "/ObjStm":
                look_for_signs(one.get_data())


def answer_to(content: bytes) -> bytes:
    try:
        report = inspected(content)
    except Refused as refused:
        return _line(refused=refused.reason.value)
    except (MemoryError, RecursionError, LimitReachedError):
        return _line(refused=Reason.HEAVY.value)
    except Exception:  # noqa: BLE001 - "broken PDF files might cause other exceptions" (pypdf.errors)
        return _line(refused=Reason.DAMAGED.value)
    return _line(pages=report.pages) + report.preview


def _line(**told: str | int) -> bytes:
    return json.dumps(told).encode() + b"\n"


def main() -> None:
    limit_this_process()
    logging.disable()  # pypdf quotes the file in its warnings
    sys.stdout.buffer.write(answer_to(sys.stdin.buffer.read(LARGEST_FILE + 1)))


if __name__ == "__main__":
    main()
