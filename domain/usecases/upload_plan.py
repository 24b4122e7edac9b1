"""A dietitian sends a PDF: checked, looked at once more, then confirmed."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import DeliveryRefused, Malformed, MovedOn, NotYours
from domain.model.ids import new_public_id
from domain.model.message import Document, units
from domain.model.people import Dietitian
from domain.model.plan import LARGEST_FILE, PdfReport, PlanFile, PlanFileState, PlanState
from domain.model.views import PlanCard
from domain.ports import Clock, Messenger, PdfInspector, Transactions, UnitOfWork, Vault
from domain.usecases.allowance import UPLOADS, spend
from domain.usecases.deliver_plan import deliver
from domain.usecases.plan_access import dietitians_plan
from domain.usecases.telling import by, record

UPLOAD_LIVES = timedelta(days=7)
MOST_UPLOADS = 10
NOTE_LIMIT = (
    700  # characters: a caption may have 1,024, and ours says more (core.telegram.org/bots/api#senddocument)
)
TOO_LARGE = (
    "This file is larger than 20 MB, which is the most that Telegram lets me fetch. Nothing was sent. Make it smaller "
    "(fewer or smaller pictures) and send it again."
)
_GONE = "Telegram would not give me this file. Nothing was sent. Please send it again."


def _require_open(shown: PlanCard) -> None:
    if shown.plan.state is PlanState.CANCELLED:
        raise MovedOn


def _own_upload(uow: UnitOfWork, dietitian: Dietitian, public_id: str, *, lock: bool = True) -> PlanFile:
    """`MovedOn` where it is confirmed already; `NotYours` where it is somebody else's, or thrown away.

    Locked by itself: an upload can change hands, and two plans' locks keep nobody apart.
    """
    file = uow.plan_files.by_public_id(public_id, lock=lock)
    if file is None or file.dietitian_id != dietitian.id:
        raise NotYours
    if file.state is not PlanFileState.UPLOADED:
        raise MovedOn
    return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A PDF that was checked and stored. `shown` is the plan it is for, None where nobody has said."""

    file: PlanFile
    report: PdfReport
    note: str | None
    shown: PlanCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFile:
    """Fetch, check, seal, store. Nothing is sent to anybody. Doing it twice leaves one upload.

    `Malformed`, in words for the dietitian, where it may not be passed on; `TooMany` after many in a day.
    """

    transactions: Transactions
    clock: Clock
    messenger: Messenger
    inspector: PdfInspector
    vault: Vault

    async def __call__(
        self, *, dietitian: Dietitian, document: Document, note: str | None, request: str | None
    ) -> Taken:
        if request is not None:
            await self.transactions.read(lambda uow: _require_open(dietitians_plan(uow, dietitian, request)))
        if note is not None and units(note) > NOTE_LIMIT:
            raise Malformed(
                f"Your note has {units(note)} characters (an emoji counts as two); at most {NOTE_LIMIT} fit under the "
                "file. Nothing was sent. Send the PDF again with a shorter note."
            )
        if document.size is not None and document.size > LARGEST_FILE:
            raise Malformed(TOO_LARGE)
        now = self.clock.now()
        await self.transactions.write(lambda uow: spend(uow, UPLOADS, dietitian.person_id, now))
        content = await self._fetch(document)
        report = await self.inspector.inspect(content)
        sealed = await asyncio.to_thread(self.vault.seal_bytes, content)
        file = PlanFile(
            public_id=new_public_id(),
            dietitian_id=dietitian.id,
            name=document.name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            pages=report.pages,
            sealed_note=self.vault.seal(note) if note else None,
            uploaded_at=self.clock.now(),
        )
        stored, shown = await self.transactions.write(
            lambda uow: self._store(uow, dietitian, file, sealed, request)
        )
        return Taken(file=stored, report=report, note=note, shown=shown)

    async def _fetch(self, document: Document) -> bytes:
        try:
            content = await self.messenger.fetch(document)
        except DeliveryRefused as refused:
            too_large = "too big" in str(refused).casefold() or "too large" in str(refused).casefold()
            raise Malformed(TOO_LARGE if too_large else _GONE) from refused
        if len(content) > LARGEST_FILE:
            raise Malformed(TOO_LARGE)
        return content

    def _store(
        self, uow: UnitOfWork, dietitian: Dietitian, file: PlanFile, sealed: bytes, request: str | None
    ) -> tuple[PlanFile, PlanCard | None]:
        shown = dietitians_plan(uow, dietitian, request, lock=True) if request is not None else None
        if shown is not None:
            _require_open(shown)
            file = replace(file, request_id=shown.plan.request_id)
        _clear_uploads(uow, dietitian, file)
        return uow.plan_files.add(file, sealed), shown


def _clear_uploads(uow: UnitOfWork, dietitian: Dietitian, fresh: PlanFile) -> None:
    """One upload a plan; of those for nobody yet the same again counts once, and few are kept, not for long."""
    stale = fresh.uploaded_at - UPLOAD_LIVES
    uploads = uow.plan_files.uploads(dietitian.id)
    loose = [one for one in uploads if one.request_id is None]
    for upload in uploads:
        same_plan = upload.request_id is not None and upload.request_id == fresh.request_id
        same_file = upload.request_id is None and upload.sha256 == fresh.sha256
        if same_plan or same_file or upload.uploaded_at < stale or upload in loose[:-MOST_UPLOADS]:
            uow.plan_files.delete(upload.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SortFile:
    """Say whose an upload is, or throw it away."""

    transactions: Transactions
    inspector: PdfInspector
    vault: Vault

    async def upload(self, *, dietitian: Dietitian, file: str) -> PlanFile:
        return await self.transactions.read(lambda uow: _own_upload(uow, dietitian, file, lock=False))

    async def assign(self, *, dietitian: Dietitian, public_id: str, file: str) -> Taken:
        """The upload is for this plan now; to be looked at again."""

        def assign(uow: UnitOfWork) -> tuple[PlanFile, PlanCard, bytes]:
            shown = dietitians_plan(uow, dietitian, public_id, lock=True)
            _require_open(shown)
            upload = _own_upload(uow, dietitian, file)
            for other in uow.plan_files.uploads(dietitian.id):
                if other.request_id == shown.plan.request_id and other.id != upload.id:
                    uow.plan_files.delete(other.id)
            upload = replace(upload, request_id=shown.plan.request_id)
            uow.plan_files.save(upload)
            return upload, shown, uow.plan_files.content(upload.id)

        upload, shown, sealed = await self.transactions.write(assign)
        report = await self.inspector.inspect(await asyncio.to_thread(self.vault.open_bytes, sealed))
        note = self.vault.open(upload.sealed_note) if upload.sealed_note is not None else None
        return Taken(file=upload, report=report, note=note, shown=shown)

    async def discard(self, *, dietitian: Dietitian, file: str) -> None:
        def discard(uow: UnitOfWork) -> None:
            uow.plan_files.delete(_own_upload(uow, dietitian, file).id)
            uow.steps.clear(dietitian.telegram_id)

        await self.transactions.write(discard)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFile:
    """The upload becomes the plan's next version and goes out. From here on it is never lost."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str, file: str) -> PlanCard:
        return await self.transactions.write(lambda uow: self._confirm(uow, dietitian, public_id, file))

    def _confirm(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str, file: str) -> PlanCard:
        now = self.clock.now()
        shown = dietitians_plan(uow, dietitian, public_id, lock=True)
        _require_open(shown)
        upload = _own_upload(uow, dietitian, file)
        if upload.request_id != shown.plan.request_id:
            raise MovedOn  # it was given to another plan meanwhile
        version = replace(
            upload, state=PlanFileState.CONFIRMED, number=len(shown.versions) + 1, confirmed_at=now
        )
        uow.plan_files.save(version)
        sent = replace(shown.plan, state=PlanState.SENT, sent_at=now, received_at=None)
        uow.plans.save(sent)
        deliver(uow, version, shown.plan.client_id, now)
        uow.steps.clear(dietitian.telegram_id)
        _note(uow, dietitian, public_id, version, now)
        return uow.plans.card(public_id)


def _note(uow: UnitOfWork, dietitian: Dietitian, public_id: str, version: PlanFile, now: datetime) -> None:
    detail = {"version": version.number, "sha256": version.sha256, "pages": version.pages}
    record(uow, now, by(dietitian.person_id), "sent", f"plan:{public_id}", **detail)
