"""Where mail is sent, a client who has not come yet gets the one-time link by e-mail, from a real SMTP server."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.ports import free_port
from tests.rig import running


class Letterbox:
    """Keeps what is delivered."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def body(letter: EmailMessage, kind: Literal["plain", "html"]) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_the_link_comes_by_mail_and_works_once(
    database_url: str, letterbox: tuple[Letterbox, int]
) -> None:
    box, port = letterbox
    settings: dict[str, Any] = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "desk@example.com"}
    async with running(database_url, **settings) as rig:
        cast = await rig.cast()
        await rig.say(cast.ada, "/request")
        for label in (
            "Consultation",
            "Follow-up" if "Follow" in cast.service.title else cast.service.title,
            "New client",
        ):
            await rig.press(cast.ada, label)
        await rig.say(cast.ada, "Ngozi <b>")
        await rig.say(cast.ada, "ngozi@example.com")
        await rig.press(cast.ada, "Skip")
        await rig.press(cast.ada, "Send")
        ((recipients, raw),) = box.letters
        assert recipients == ["ngozi@example.com"]
        letter = message_from_bytes(raw, policy=default)
        assert isinstance(letter, EmailMessage)
        text, html = body(letter, "plain"), body(letter, "html")
        assert "Ngozi &lt;b&gt;" in html
        (token,) = set(re.findall(r"start=([\w-]+)", text))
        assert token in html
        ngozi, thief = rig.phone(first_name="Ngozi"), rig.phone(first_name="Thief")
        await ngozi.start(token)
        await rig.settled()
        assert "has sent you a request" in ngozi.last.text
        await thief.start(token)
        await rig.settled()
        assert any("used up" in one.text for one in thief.messages)
        assert await rig.failed() == []
