"""What can be told from the bytes alone, before any parser sees them."""

import re

from integrations.pdf.refusals import Reason, Refused

_HEADER_WITHIN = 1024  # ISO 32000-1, annex H, implementation note 13: viewers accept the header this late
_OTHER_KINDS = (
    b"PK",
    b"MZ",
    b"\x7fELF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"#!",
    b"<",
)
_END_OF_ZIP = b"PK\x05\x06"

_GAP = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*[\r\n])*"
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
_SIGNS: tuple[tuple[Reason, re.Pattern[bytes]], ...] = (
    (Reason.SCRIPT, re.compile(rb"/S" + _GAP + rb"/JavaScript" + _END)),
    (Reason.ACTION, re.compile(rb"/S" + _GAP + rb"/(?:Launch|SubmitForm|ImportData|GoToE|GoToR)" + _END)),
    (Reason.ATTACHMENT, re.compile(rb"/EF" + _GAP + rb"<<|/Type" + _GAP + rb"/EmbeddedFile" + _END)),
    (Reason.MEDIA, re.compile(rb"/Subtype" + _GAP + rb"/RichMedia" + _END)),
    (Reason.FORM, re.compile(rb"/XFA" + _GAP + rb"[\[0-9]")),
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def unwrapped(content: bytes) -> bytes:
    """From the header on: offsets inside a PDF count from there. `Refused` where it is no PDF, or not only one."""
    start = content[: _HEADER_WITHIN + len(b"%PDF-")].find(b"%PDF-")
    if start < 0:
        raise Refused(Reason.NOT_PDF)
    if start and content[:start].lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ").startswith(_OTHER_KINDS):
        raise Refused(Reason.TWO_FILES)
    # A ZIP, and so an app or a document of an office program, is read from its end.
    if _END_OF_ZIP in content[content.rfind(b"%%EOF") :]:
        raise Refused(Reason.TWO_FILES)
    return content[start:]


def look_for_signs(text: bytes) -> None:
    """`Refused` where something active is spelled out.

    A second opinion: of two entries with the same key, or of a damaged dictionary, one reader takes what another
    leaves, and the client's reader is not ours. So that which ours leaves is found as well.
    """
    plain = _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), text)
    for reason, sign in _SIGNS:
        if sign.search(plain):
            raise Refused(reason)
