"""A mail server of one's own on loopback, in good and bad temper; it can be stopped and started again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.ports import free_port

OK = "250 OK"


class Post:
    """`letters` are those that it took. `to_recipient` and `to_content`: its next answers, then it is content."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.tried: list[EmailMessage] = []
        self.to_recipient: list[str] = []
        self.to_content: list[str] = []
        self._port = free_port()
        self._controller: Controller | None = None

    @property
    def settings(self) -> dict[str, Any]:
        return {"smtp_url": f"smtp://127.0.0.1:{self._port}", "mail_from": "Desk <desk@example.com>"}

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_recipient.pop(0) if self.to_recipient else OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        assert [letter["To"]] == envelope.rcpt_tos
        self.tried.append(letter)
        answer = self.to_content.pop(0) if self.to_content else OK
        if answer == OK:
            self.letters.append(letter)
        return answer

    def to(self, address: str) -> Sequence[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@contextmanager
def post_office() -> Iterator[Post]:
    post = Post()
    post.open()
    yield post
    post.close()


def body(letter: EmailMessage, kind: Literal["plain", "html"] = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def files(letter: EmailMessage) -> list[bytes]:
    found = [part.get_payload(decode=True) for part in letter.iter_attachments()]
    return [content for content in found if isinstance(content, bytes)]
