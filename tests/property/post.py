"""Telegram, the post and a look into a PDF, in memory; who was sent what."""

from collections.abc import Sequence

from domain.errors import DeliveryRefused, DeliveryUnavailable, RecipientGone
from domain.model.message import Document, Message, SentFile
from domain.model.plan import PdfReport


class Chats:
    """`Messenger`. A document's `file_id` is what stands in it, so that every PDF says whose it is."""

    def __init__(self) -> None:
        self.up = self.takes_files = True
        self.blocked: set[int] = set()
        self.sent: list[int] = []
        self.files: list[tuple[int, str]] = []
        self._handles: dict[str, str] = {}

    async def send(self, telegram_id: int, message: Message) -> int:
        if not self.up:
            raise DeliveryUnavailable("Telegram does not answer")
        self.sent.append(telegram_id)
        return len(self.sent)

    async def send_file(self, telegram_id: int, message: Message) -> SentFile:
        if telegram_id in self.blocked:
            raise RecipientGone("bot was blocked by the user")
        file = message.file
        if not self.takes_files:
            raise DeliveryRefused("file must be non-empty")
        if file is None or (file.handle is not None and file.handle not in self._handles):
            raise DeliveryRefused("wrong file identifier")
        words = self._handles[file.handle] if file.handle is not None else file.content.decode()
        message_id = await self.send(telegram_id, message)
        self.files.append((telegram_id, words))
        handle = f"handle {message_id}"
        self._handles[handle] = words
        return SentFile(message_id=message_id, handle=handle)

    async def fetch(self, document: Document) -> bytes:
        return document.file_id.encode()

    async def edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        await self.send(telegram_id, message)

    async def answer(self, press_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Nobody presses here."""


class Post:
    """`Mailer`. `letters`: to whom, with which PDFs; calendar files are nobody's plan."""

    def __init__(self) -> None:
        self.configured = False
        self.letters: list[tuple[str, str]] = []

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
        pdfs = [content for name, _, content in attachments if name.endswith(".pdf")]
        self.letters += [(to, content.decode()) for content in pdfs]


class OnePage:
    """`PdfInspector`: whatever it is. The real one has tests of its own."""

    async def inspect(self, content: bytes) -> PdfReport:
        return PdfReport(pages=1, preview=content)


class PlainVault:
    def seal(self, plain: str) -> str:
        return plain[::-1]

    def open(self, sealed: str) -> str:
        return sealed[::-1]

    def seal_bytes(self, plain: bytes) -> bytes:
        return plain[::-1]

    def open_bytes(self, sealed: bytes) -> bytes:
        return sealed[::-1]
