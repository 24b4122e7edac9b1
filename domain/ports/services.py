"""The world outward: what the practice needs of it. Implemented by integrations, storage (the vault) and bot."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.model.availability import Interval
from domain.model.calendar import CalendarEvent, Connection
from domain.model.charge import Charge
from domain.model.message import Document, Message, SentFile
from domain.model.pictures import StatsPicture, WeekPicture
from domain.model.places import Found
from domain.model.plan import PdfReport
from domain.model.refund import Bank, ReportedRefund, ResolvedAccount


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware instant in UTC."""


class PaymentGateway(Protocol):
    """Paystack. Every method raises a `GatewayError`."""

    async def initialize(
        self, *, reference: str, amount: int, currency: str, email: str, callback_url: str | None
    ) -> str:
        """The `authorization_url`. Never tried again by itself: see `GatewayUnavailable.maybe_done`."""

    async def verify(self, reference: str) -> Charge: ...
    async def refund(
        self, reference: str, *, amount: int | None = None, merchant_note: str | None = None
    ) -> ReportedRefund:
        """Not idempotent: look at `fetch_refunds` before asking again."""

    async def list_transactions(
        self, *, page: int, per_page: int, after: datetime | None = None
    ) -> list[Charge]:
        """Newest first; an empty page after the last."""

    async def list_refunds(
        self, *, page: int, per_page: int, after: datetime | None = None
    ) -> list[ReportedRefund]:
        """As `list_transactions`."""

    async def fetch_refunds(self, transaction_id: int) -> list[ReportedRefund]:
        """By Paystack's own number of the transaction (`Charge.provider_id`)."""

    async def retry_refund(
        self, refund_id: int, *, currency: str, account_number: str, bank_id: int
    ) -> ReportedRefund: ...
    async def banks(self, currency: str = "NGN") -> list[Bank]: ...
    async def resolve_account(self, *, account_number: str, bank_code: str) -> ResolvedAccount: ...


class Calendar(Protocol):
    """Google Calendar on a dietitian's behalf. Every method raises a `CalendarError`."""

    async def insert(
        self, connection: Connection, *, event_id: str, conference_request_id: str | None,
        title: str, start: datetime, end: datetime, timezone: str, booking: str,
    ) -> CalendarEvent: ...  # fmt: skip
    async def get(self, connection: Connection, event_id: str) -> CalendarEvent: ...
    async def request_conference(
        self, connection: Connection, event_id: str, conference_request_id: str
    ) -> CalendarEvent: ...
    async def move(
        self, connection: Connection, event_id: str, *, start: datetime, end: datetime, timezone: str
    ) -> CalendarEvent: ...
    async def delete(self, connection: Connection, event_id: str) -> None:
        """Done also where the event is gone already."""

    async def account(self, connection: Connection) -> str | None: ...
    async def busy(self, connection: Connection, *, after: datetime, before: datetime) -> list[Interval]:
        """When the primary calendar says busy, our own events included. Never a part of it: all, or an error."""


class CalendarAuthorization(Protocol):
    """Google's OAuth code flow (PKCE)."""

    @property
    def configured(self) -> bool: ...
    def url(self, *, state: str, verifier: str) -> str: ...
    async def exchange(self, *, code: str, verifier: str) -> tuple[str, str]:
        """The refresh token and the granted scopes. `ConnectionLost` where either is not enough."""

    async def revoke(self, refresh_token: str) -> None:
        """Best effort; an already revoked token is no error."""


class Vault(Protocol):
    """Seals what must not be readable in the database."""

    def seal(self, plain: str) -> str: ...
    def open(self, sealed: str) -> str: ...
    def seal_bytes(self, plain: bytes) -> bytes: ...
    def open_bytes(self, sealed: bytes) -> bytes: ...


class Mailer(Protocol):
    @property
    def configured(self) -> bool: ...
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
        """`attachments`: file name, MIME type, content. The same `key`: the same mail once more.

        Raises a `DeliveryError`.
        """


class Messenger(Protocol):
    """Telegram. Every method raises a `DeliveryError`."""

    async def send(self, telegram_id: int, message: Message) -> int:
        """The new message's id."""

    async def send_file(self, telegram_id: int, message: Message) -> SentFile:
        """A message whose `file` is a document: by its handle where it has one, else by its content.

        `DeliveryRefused` where the handle is no good (any more).
        """

    async def fetch(self, document: Document) -> bytes:
        """What somebody sent, at most `LARGEST_FILE` bytes; `DeliveryRefused` where it can't be had."""

    async def edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        """Done also where it already says so; sent anew where it can no longer be edited."""

    async def answer(self, press_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """End the press's progress bar; a press too old to be answered is no error."""


class PdfInspector(Protocol):
    async def inspect(self, content: bytes) -> PdfReport:
        """`Malformed`, in words for whoever sent it, where it is no PDF that may be passed on."""


class Places(Protocol):
    """Where cities lie, known without asking anybody."""

    async def search(self, text: str, *, now: datetime) -> Found:
        """What a person may have meant by the name of a city or a country, an abbreviation, or an offset of now."""


class Plotter(Protocol):
    """Pictures as PNG, 1,080 pixels wide. `PictureFailed` where there is none: the words alone must do."""

    async def week(self, spec: WeekPicture) -> bytes: ...
    async def stats(self, spec: StatsPicture) -> bytes: ...
