"""A person's data as files: one JSON document, and a page that says the same to a reader.

Both are written page by page into memory, packed, so that years of a busy practice fit; nothing of it touches a disk.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from io import BytesIO
from typing import IO, Any, ClassVar
from zipfile import ZIP_DEFLATED, ZipFile

from domain.model.message import File, Message
from domain.usecases.copy_data import Rows, Subject
from handlers.formats import plain_moment, safe

LARGEST = 20 * 1024 * 1024
"""Bytes: what is larger goes out packed; a bot may send 50 MB (core.telegram.org/bots/api#senddocument)."""
FORMAT_VERSION = 1
_NOTE = (
    "Meal plans themselves stand in the chat; /mealplans sends each again. Messages are worded when they are sent, so "
    "what is held of them is what they were about. Times of the records are in UTC."
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#222;background:#fff}"
    "h2{margin-top:2rem;border-bottom:1px solid #ccc}article{border:1px solid #ddd;border-radius:8px;margin:.6rem 0;"
    "padding:.4rem .8rem}dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.1rem .8rem;margin:.2rem 0}"
    "dt{color:#666}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}dt{color:#999}"
    "article,h2{border-color:#444}}"
)


class Writer(ABC):
    """One document. Slow where much is held: not for the event loop."""

    form: ClassVar[str]
    mime_type: ClassVar[str]
    says: ClassVar[str]

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._name = f"my-data-{subject.made_at:%Y-%m-%d}.{self.form}"
        self._packed = BytesIO()
        self._archive = ZipFile(self._packed, "w", ZIP_DEFLATED)
        self._entry: IO[bytes] = self._archive.open(self._name, "w", force_zip64=True)
        self._size = 0
        self._section: str | None = None
        self._write(self._head())

    def page(self, section: str, rows: Rows) -> None:
        """In the order of the subject's sections."""
        if section != self._section:
            self._write(self._begin(self._section, section))
            self._section, self._first = section, True
        for row in rows:
            self._write(self._row(row, first=self._first))
            self._first = False

    def end(self) -> Message:
        self._write(self._tail(self._section))
        self._entry.close()
        self._archive.close()
        content, name, mime_type = self._packed.getvalue(), f"{self._name}.zip", "application/zip"
        if self._size <= LARGEST:
            with ZipFile(self._packed) as archive:
                content, name, mime_type = archive.read(self._name), self._name, self.mime_type
        return Message(text=self.says, file=File(name=name, mime_type=mime_type, content=content))

    def _write(self, text: str) -> None:
        written = text.encode()
        self._size += len(written)
        self._entry.write(written)

    @abstractmethod
    def _head(self) -> str: ...

    @abstractmethod
    def _begin(self, before: str | None, section: str) -> str: ...

    @abstractmethod
    def _row(self, row: Mapping[str, Any], *, first: bool) -> str: ...

    @abstractmethod
    def _tail(self, last: str | None) -> str: ...


class JsonWriter(Writer):
    """UTF-8, indented; keys are stable, new ones may be added. What is a practice's stands under `practice`."""

    form = "json"
    mime_type = "application/json"
    says = "📦 Everything that is held about you here, as a document for programs (JSON)."

    def _head(self) -> str:
        head = {
            "format": "dietdesk-my-data",
            "format_version": FORMAT_VERSION,
            "made_at": self.subject.made_at.isoformat(),
            "note": _NOTE,
        }
        return json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")

    def _begin(self, before: str | None, section: str) -> str:
        outer, _, inner = section.partition(".")
        was_inside = before is not None and "." in before
        closed = "" if before is None else "\n]"
        if inner and not was_inside:
            return f'{closed},\n"{outer}": {{\n"{inner}": ['
        return f'{closed},\n"{inner or outer}": ['

    def _row(self, row: Mapping[str, Any], *, first: bool) -> str:
        written = json.dumps(row, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        return f"{'' if first else ','}\n  {written}"

    def _tail(self, last: str | None) -> str:
        closed = "" if last is None else "\n]"
        return closed + ("\n}" if last is not None and "." in last else "") + "\n}\n"


class HtmlWriter(Writer):
    """Needs nothing from elsewhere: no script, no picture, no font."""

    form = "html"
    mime_type = "text/html"
    says = "📖 The same as a page to read in any browser. It names you and your records: keep it safe."

    def _head(self) -> str:
        contents = "".join(
            f'<li><a href="#{escape(name)}">{_title(name)}</a></li>' for name in self.subject.sections
        )
        made = plain_moment(self.subject.made_at, self.subject.timezone)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="referrer" content="no-referrer">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>My data</title><style>{_STYLE}</style></head><body>"
            f"<h1>{safe(self.subject.name)}: what is held about you</h1>"
            f"<p>Made {made}. {_NOTE}</p><ul>{contents}</ul>"
        )

    def _begin(self, before: str | None, section: str) -> str:  # noqa: ARG002
        return f'<h2 id="{escape(section)}">{_title(section)}</h2>'

    def _row(self, row: Mapping[str, Any], *, first: bool) -> str:  # noqa: ARG002
        return f"<article><dl>{''.join(_terms(row))}</dl></article>"

    def _tail(self, last: str | None) -> str:  # noqa: ARG002
        return "</body></html>"


def writer_of(subject: Subject, form: str) -> Writer:
    return JsonWriter(subject) if form == JsonWriter.form else HtmlWriter(subject)


def _terms(row: Mapping[str, Any]) -> Iterator[str]:
    for key, value in row.items():
        if value not in (None, "", [], {}):
            yield f"<dt>{safe(key.replace('_', ' '))}</dt><dd>{_shown(value)}</dd>"


def _title(name: str) -> str:
    return safe(": ".join(part.replace("_", " ") for part in name.split(".")).capitalize())


def _shown(value: Any) -> str:
    match value:
        case {"amount": amount, "currency": currency} if len(value) == len(("amount", "currency")):
            return safe(f"{amount} {currency or ''}".strip())
        case dict():
            return safe(json.dumps(value, ensure_ascii=False))
        case list():
            return "<br>".join(_shown(one) for one in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return safe(str(value))


def on_its_way() -> str:
    return (
        "📦 Everything that is held about you is being put together. It arrives here as two files: one for programs, "
        "one to read. Nothing is changed by it."
    )


def not_again_before(at: datetime, timezone: str) -> str:
    return (
        "You asked for your data less than an hour ago; the two files stand in this chat, or are on their way. "
        f"You can ask again from {plain_moment(at, timezone)}. Nothing has changed."
    )
