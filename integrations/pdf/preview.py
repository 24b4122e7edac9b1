"""The first page as a picture."""

import math
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
from PIL.Image import Image
from pypdfium2 import raw

from integrations.pdf.refusals import Reason, Refused

_LONGER_SIDE = 1000  # pixels
_LARGEST_SCALE = 4.0  # a page of a stamp's size is not blown up further
_LETTER = (612.0, 792.0)
_LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)


def first_page(content: bytes) -> bytes:
    """A PNG. `Refused` where PDFium cannot open the file or show the page."""
    document = _opened(content)
    try:
        document.init_forms()
        picture = _picture(document[0])
    except pypdfium2.PdfiumError as fault:
        raise Refused(Reason.DAMAGED) from fault
    png = BytesIO()
    picture.convert("RGB").save(png, "PNG")
    return png.getvalue()


def needs_password(content: bytes) -> bool:
    try:
        _opened(content)
    except Refused as refused:
        return refused.reason is Reason.LOCKED
    return False


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise Refused(Reason.LOCKED if fault.err_code in _LOCKED else Reason.DAMAGED) from fault
    if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise Refused(Reason.PROTECTED)
    return document


def _picture(page: pypdfium2.PdfPage) -> Image:
    picture: Image = page.render(scale=_scale(*page.get_size())).to_pil()
    return picture


def _scale(width: float, height: float) -> float:
    """Page boxes can be of any size, and of none."""
    longer = max(width, height)
    if not math.isfinite(longer) or longer <= 0:
        longer = max(_LETTER)
    return min(_LONGER_SIDE / longer, _LARGEST_SCALE)
