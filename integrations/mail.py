"""Mail by SMTP. The address is `smtp://user:password@host:587` or `smtps://user:password@host`."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, ContentTypeHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formatdate, make_msgid, parseaddr
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors as smtp

from domain.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable, RecipientGone
from integrations.hosts import is_this_machine

_TIMEOUT_SECONDS = 15.0
_SUBMISSION, _IMPLICIT_TLS = 587, 465


class _Folding(EmailPolicy):
    """A long subject keeps the spaces between its words that are not ASCII: where it must be folded the library's own
    way loses them (github.com/python/cpython/issues/92081).
    """

    def fold(self, name: str, value: str) -> str:
        if name.lower() != "subject" or str(value).isascii():
            return str(super().fold(name, value))
        words = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _Folding(linesep=SMTP.linesep, cte_type="7bit")  # not every server takes eight bits


class SmtpMailer:
    """Raises ValueError where `smtp_url` or `mail_from` cannot be understood."""

    configured = True

    def __init__(self, *, smtp_url: str, mail_from: str) -> None:
        self._server = read_smtp_url(smtp_url)
        self._from = read_sender(mail_from)

    async def send(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        html: str,
        attachments: Sequence[tuple[str, str, bytes]] = (),
        key: str | None = None,
    ) -> None:
        """`attachments`: file name, MIME type (parameters allowed), content. Raises a DeliveryError.

        With a `key` the mail keeps its Message-ID when it is sent once more after an answer was lost: servers
        and mail programs show what they have already got only once.
        """
        try:
            message = self._message(to=to, subject=subject, text=text, html=html)
            message["Message-ID"] = self._id(key)
            for name, mime, content in attachments:
                _attach(message, name=name, mime=mime, content=content)
        except (ValueError, LookupError) as wrong:
            raise DeliveryRefused(f"the mail cannot be written: {type(wrong).__name__}") from wrong
        await self._deliver(message, to)

    async def _deliver(self, message: EmailMessage, to: str) -> None:
        try:
            await aiosmtplib.send(
                message.as_bytes(),
                sender=self._from.addr_spec,
                recipients=[to],
                timeout=_TIMEOUT_SECONDS,
                **self._server.options,
            )
        except (smtp.SMTPException, OSError, ValueError) as fault:
            raise delivery_error(fault) from fault

    def _id(self, key: str | None) -> str:
        if key is None:
            return make_msgid(domain=self._from.domain)
        return f"<{sha256(key.encode()).hexdigest()[:40]}@{self._from.domain}>"

    def _message(self, *, to: str, subject: str, text: str, html: str) -> EmailMessage:
        """The library refuses line breaks in headers, and `_address` anything but one address."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._from
        message["To"] = _address(to)
        message["Subject"] = subject
        message["Date"] = formatdate(usegmt=True)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice shall answer it
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        return message


class NoMailer:
    """Where no SMTP server is set, nothing is sent."""

    configured = False

    async def send(
        self,
        *,
        to: str,  # noqa: ARG002 - the port's signature
        subject: str,  # noqa: ARG002
        text: str,  # noqa: ARG002
        html: str,  # noqa: ARG002
        attachments: Sequence[tuple[str, str, bytes]] = (),  # noqa: ARG002
        key: str | None = None,  # noqa: ARG002
    ) -> None:
        raise DeliveryRefused("no mail server is set up")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """What `aiosmtplib.send` needs to know of a server."""

    options: dict[str, Any]


def read_smtp_url(url: str) -> SmtpServer:
    """TLS is a must where a password travels or the port is 587, unless the server is this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError("the mail server is written smtp://user:password@host:587 or smtps://…")
    implicit = parts.scheme == "smtps"
    port = parts.port or (_IMPLICIT_TLS if implicit else _SUBMISSION)
    must = bool(parts.username) or port == _SUBMISSION
    start_tls = False if implicit or is_this_machine(parts.hostname) else (must or None)
    return SmtpServer(
        {
            "hostname": parts.hostname,
            "port": port,
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": implicit,
            "start_tls": start_tls,
        }
    )


def read_sender(mail_from: str) -> Address:
    """`desk@example.com` or `Dietdesk <desk@example.com>`."""
    name, address = parseaddr(mail_from)
    return _address(address, name)


def delivery_error(fault: Exception) -> DeliveryError:
    """The one place that knows what a mail server's answer means for the mail."""
    match fault:
        case smtp.SMTPRecipientsRefused(recipients=[first, *_]):
            return delivery_error(first)
        case smtp.SMTPResponseException():
            return _answered(fault)
        case smtp.SMTPNotSupported() | ValueError():
            return DeliveryRefused(f"the mail cannot be sent: {type(fault).__name__}")
        case _:
            return DeliveryUnavailable(f"the mail server could not be used: {type(fault).__name__}")


def _answered(answer: smtp.SMTPResponseException) -> DeliveryError:
    said = f"the mail server said {answer.code}"
    # About the server's settings or ours, never about the mail: once they are mended, it goes out.
    ours = smtp.SMTPAuthenticationError | smtp.SMTPHeloError | smtp.SMTPConnectResponseError
    if isinstance(answer, ours) or 400 <= answer.code < 500:  # noqa: PLR2004
        return DeliveryUnavailable(said)
    if isinstance(answer, smtp.SMTPRecipientRefused):
        return RecipientGone(f"{said} to the recipient")
    return DeliveryRefused(said)


def _address(spec: str, name: str = "") -> Address:
    """One plain address; ValueError for anything else. The library's parser has several ways to say so."""
    try:
        address = Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError) as wrong:
        raise ValueError("this is no e-mail address") from wrong
    if not address.domain:
        raise ValueError("this is no e-mail address")
    return address


def _attach(message: EmailMessage, *, name: str, mime: str, content: bytes) -> None:
    kind: ContentTypeHeader = _POLICY.header_factory("content-type", mime)
    parameters = {key: value for key, value in kind.params.items() if key != "name"}
    message.add_attachment(
        content, maintype=kind.maintype, subtype=kind.subtype, filename=name, params=parameters
    )
