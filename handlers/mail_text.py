"""Telegram's HTML as plain text and as HTML that mail programs read: nothing is worded a second time."""

from html import escape
from html.parser import HTMLParser

_KEPT = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote"})
"""Of the tags that Telegram knows (core.telegram.org/bots/api#html-style); of all others what stands inside is kept."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.html: list[str] = []
        self.text: list[str] = []
        self._quoting = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _KEPT:
            self.html.append(f"<{tag}>")
        if tag == "blockquote":
            self._quoting += 1
            self.text.append("> ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _KEPT:
            self.html.append(f"</{tag}>")
        if tag == "blockquote":
            self._quoting -= 1

    def handle_data(self, data: str) -> None:
        self.html.append(escape(data).replace("\n", "<br/>\n"))
        self.text.append(data.replace("\n", "\n> ") if self._quoting else data)


def as_mail(telegram_html: str) -> tuple[str, str]:
    """The text and the HTML. A time keeps the words for those who read no tags, with the name of its zone."""
    reader = _Reader()
    reader.feed(telegram_html)
    reader.close()
    return "".join(reader.text), "".join(reader.html)
