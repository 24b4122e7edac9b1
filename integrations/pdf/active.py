"""What a dictionary of a PDF could make a reader do, beyond showing pages (ISO 32000-1, 12.5 and 12.6)."""

import re

from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, NullObject, StreamObject

from integrations.pdf.refusals import Reason
from integrations.pdf.walk import value_of

_ACTIONS = {
    "JavaScript": Reason.SCRIPT,
    "Launch": Reason.ACTION,
    "SubmitForm": Reason.ACTION,
    "ImportData": Reason.ACTION,
    "GoToR": Reason.ACTION,
    "GoToE": Reason.ACTION,
    "Rendition": Reason.MEDIA,
    "Movie": Reason.MEDIA,
    "Sound": Reason.MEDIA,
    "GoTo3DView": Reason.MEDIA,
    "RichMediaExecute": Reason.MEDIA,
}
_SUBTYPES = {
    "FileAttachment": Reason.ATTACHMENT,
    "RichMedia": Reason.MEDIA,
    "3D": Reason.MEDIA,
    "U3D": Reason.MEDIA,
    "PRC": Reason.MEDIA,
    "Movie": Reason.MEDIA,
    "Screen": Reason.MEDIA,
    "Sound": Reason.MEDIA,
}
_SCHEME = re.compile(r"([a-z][a-z0-9+-]*):|[/\\]{2}")
_SCHEMES = {"http", "https", "mailto", "tel", "sms", "whatsapp"}


def what_is_active(one: DictionaryObject) -> Reason | None:
    """None where it is at rest."""
    if (action := _ACTIONS.get(_word(one, "/S"))) is not None:
        return action
    if (subtype := _SUBTYPES.get(_word(one, "/Subtype"))) is not None:
        return subtype
    if isinstance(value_of(one, "/JS"), str | bytes | StreamObject):
        return Reason.SCRIPT
    if isinstance(value_of(one, "/XFA"), ArrayObject | StreamObject):
        return Reason.FORM
    if isinstance(value_of(one, "/EF"), DictionaryObject) or _word(one, "/Type") == "EmbeddedFile":
        return Reason.ATTACHMENT
    return Reason.ACTION if _leads_out(one) else None


def _leads_out(one: DictionaryObject) -> bool:
    """To another file, or by a link to something else than a page on the web, a mail or a call."""
    names_a_file = not isinstance(value_of(one, "/F"), NullObject)
    if names_a_file and (isinstance(one, StreamObject) or _word(one, "/S") == "Thread"):
        return True
    return any(_is_strange(value_of(one, key)) for key in ("/URI", "/Base"))


def _is_strange(link: object) -> bool:
    if isinstance(link, ByteStringObject):
        link = link.decode("latin-1")
    if not isinstance(link, str):
        return False
    # Readers skip what cannot be seen, so it must not hide a scheme from us.
    scheme = _SCHEME.match("".join(letter for letter in link if letter > " ").casefold())
    return scheme is not None and scheme[1] not in _SCHEMES


def _word(one: DictionaryObject, key: str) -> str:
    """A name without its slash; some readers take a string for a name."""
    value = value_of(one, key)
    return value.removeprefix("/") if isinstance(value, str) else ""
