"""Mail to a real SMTP server on loopback, in good and bad temper."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from aiosmtplib import errors as smtp

from domain.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable, RecipientGone
from integrations.mail import NoMailer, SmtpMailer, delivery_error, read_smtp_url
from sandbox.ports import free_port

PDF = ("plan.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
ICS = ("invite.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@dataclass
class Postmaster:
    """The server's handler: answers as told and keeps what it accepts."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    mail: str = "250 OK"
    kept: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.kept.append(envelope)
        return self.data

    def check(self, server: Any, session: Any, envelope: Any, mechanism: Any, login: Any) -> AuthResult:
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"p@ss/word", handled=False)

    def read(self) -> EmailMessage:
        [envelope] = self.kept
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@pytest.fixture
def postmaster() -> Postmaster:
    return Postmaster()


@pytest.fixture
def server(postmaster: Postmaster) -> Iterator[Controller]:
    controller = Controller(
        postmaster,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=postmaster.check,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailer(server: Controller) -> SmtpMailer:
    return SmtpMailer(
        smtp_url=f"smtp://127.0.0.1:{server.port}", mail_from="Dr Adé’s practice <desk@example.com>"
    )


async def send(mailer: SmtpMailer | NoMailer, **changes: Any) -> None:
    mail = {
        "to": "client@example.com",
        "subject": "Your booking",
        "text": "₦12,500",
        "html": "<p>₦12,500</p>",
    }
    await mailer.send(**{**mail, **changes})


async def test_a_mail_arrives_as_text_as_html_and_with_its_files(
    mailer: SmtpMailer, postmaster: Postmaster
) -> None:
    await send(mailer, attachments=[PDF, ICS])

    message, [envelope] = postmaster.read(), postmaster.kept
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@example.com", ["client@example.com"])
    assert message["From"] == "Dr Adé’s practice <desk@example.com>"
    assert (message["To"], message["Subject"]) == ("client@example.com", "Your booking")
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Date"].datetime.tzinfo is not None
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert (plain.get_content().strip(), rich.get_content().strip()) == ("₦12,500", "<p>₦12,500</p>")
    pdf, ics = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type(), pdf.get_content()) == PDF
    assert (ics.get_filename(), ics.get_content_type()) == ("invite.ics", "text/calendar")
    assert ics["Content-Type"].params["method"] == "REQUEST"
    assert ics.get_payload(decode=True) == ICS[2]


async def test_a_long_subject_keeps_every_letter_and_space(
    mailer: SmtpMailer, postmaster: Postmaster
) -> None:
    subject = "Confirmed: your session on Thursday 5 November 2026 with Dr Ọlá O’Brien 🌸 Adé-Ṣọlá " * 2
    await send(mailer, subject=subject.strip(), key="the same")
    await send(mailer, subject="Short ₦", key="the same")
    await send(mailer)
    raw = [one.content for one in postmaster.kept if isinstance(one.content, bytes)]
    first, second, third = (message_from_bytes(one, policy=default) for one in raw)
    assert (first["Subject"], second["Subject"]) == (subject.strip(), "Short ₦")
    assert first["Message-ID"] == second["Message-ID"] != third["Message-ID"]
    for one in raw:
        assert one.isascii()
        assert all(len(line) <= 78 for line in one.partition(b"\r\n\r\n")[0].split(b"\r\n"))


async def test_a_password_with_odd_letters_logs_in(server: Controller, postmaster: Postmaster) -> None:
    url = f"smtp://desk%40example.com:p%40ss%2Fword@127.0.0.1:{server.port}"
    await send(SmtpMailer(smtp_url=url, mail_from="desk@example.com"))
    assert postmaster.logins == [(b"desk@example.com", b"p@ss/word")]
    assert len(postmaster.kept) == 1


async def test_a_wrong_password_keeps_the_mail_for_later_and_itself_out_of_the_words(
    server: Controller,
) -> None:
    url = f"smtp://desk:sesame@127.0.0.1:{server.port}"
    with pytest.raises(DeliveryUnavailable, match="535") as away:
        await send(SmtpMailer(smtp_url=url, mail_from="desk@example.com"))
    assert "sesame" not in str(away.value)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rcpt": "550 No such user"}, RecipientGone),
        ({"rcpt": "450 Greylisted"}, DeliveryUnavailable),
        ({"data": "554 Looks like spam"}, DeliveryRefused),
        ({"data": "452 Disk full"}, DeliveryUnavailable),
        ({"mail": "553 Not your address"}, DeliveryRefused),
        ({"mail": "421 Going down"}, DeliveryUnavailable),
    ],
)
async def test_what_the_server_says_decides_what_becomes_of_the_mail(
    mailer: SmtpMailer, postmaster: Postmaster, changes: dict[str, str], error: type[DeliveryError]
) -> None:
    for name, answer in changes.items():
        setattr(postmaster, name, answer)
    with pytest.raises(error) as failed:
        await send(mailer)
    assert type(failed.value) is error


async def test_a_server_that_is_not_there_is_an_absence() -> None:
    mailer = SmtpMailer(smtp_url=f"smtp://127.0.0.1:{free_port()}", mail_from="desk@example.com")
    with pytest.raises(DeliveryUnavailable):
        await send(mailer)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: all@example.com"},
        {"subject": "Hello\nBcc: all@example.com"},
        {"to": "client@example.com\r\nBcc: all@example.com"},
        {"to": "client@example.com, all@example.com"},
        {"to": "client@example.com\r\nRCPT TO:<all@example.com>"},
        {"to": "nobody"},
        {"to": ""},
        {"attachments": [("a\r\nX-Evil: 1", "application/pdf", b"x")]},
        {"attachments": [("a", "nonsense\r\nX-Evil: 1", b"x")]},
    ],
)
async def test_nothing_typed_becomes_a_header_or_a_second_recipient(
    mailer: SmtpMailer, postmaster: Postmaster, changes: dict[str, Any]
) -> None:
    try:
        await send(mailer, **changes)
    except DeliveryRefused:
        assert not postmaster.kept
        return
    [envelope] = postmaster.kept
    assert envelope.rcpt_tos == ["client@example.com"]
    every = [name.lower() for part in postmaster.read().walk() for name in part]
    assert not {"bcc", "x-evil"} & set(every)


async def test_without_a_server_nothing_is_sent() -> None:
    mailer = NoMailer()
    assert not mailer.configured
    with pytest.raises(DeliveryRefused):
        await send(mailer)


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "start_tls"),
    [
        ("smtp://user:pass@mail.example.com:587", 587, False, True),
        ("smtp://mail.example.com", 587, False, True),
        ("smtp://mail.example.com:25", 25, False, None),
        ("smtp://user:pass@mail.example.com:2525", 2525, False, True),
        ("smtps://user:pass@mail.example.com", 465, True, False),
        ("smtp://user:pass@127.0.0.1:1025", 1025, False, False),
        ("smtp://[::1]:587/", 587, False, False),
        ("smtp://localhost:587", 587, False, False),
    ],
)
def test_a_password_travels_only_under_tls_or_within_the_machine(
    *, url: str, port: int, use_tls: bool, start_tls: bool | None
) -> None:
    options = read_smtp_url(url).options
    assert (options["port"], options["use_tls"], options["start_tls"]) == (port, use_tls, start_tls)


@pytest.mark.parametrize(
    "url", ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:x", "smtp://h:1/path"]
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError):
        SmtpMailer(smtp_url=url, mail_from="desk@example.com")


@pytest.mark.parametrize("sender", ["", "desk", "Desk <>"])
def test_a_sender_that_is_none_is_refused_at_once(sender: str) -> None:
    with pytest.raises(ValueError):
        SmtpMailer(smtp_url="smtp://localhost:25", mail_from=sender)


EVERY = [
    kind for _, kind in inspect.getmembers(smtp, inspect.isclass) if issubclass(kind, smtp.SMTPException)
]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("code", [421, 550])
def test_every_exception_of_the_library_becomes_one_of_ours(
    kind: type[smtp.SMTPException], code: int
) -> None:
    arguments: list[Any] = ["no"]
    if kind is smtp.SMTPRecipientsRefused:
        arguments = [[smtp.SMTPRecipientRefused(code, "no", "client@example.com")]]
    elif issubclass(kind, smtp.SMTPSenderRefused | smtp.SMTPRecipientRefused):
        arguments = [code, "no", "client@example.com"]
    elif issubclass(kind, smtp.SMTPResponseException):
        arguments = [code, "no"]
    assert isinstance(delivery_error(kind(*arguments)), DeliveryError)
