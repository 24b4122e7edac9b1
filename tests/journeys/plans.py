"""The meal plan on two phones: asked for, paid for, uploaded, received; and practices in which some wait already."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import StreamObject

from domain.model.people import CONSENT_VERSION
from domain.model.service import ServiceKind
from domain.ports import UnitOfWork
from integrations.paystack.gateway import PaystackGateway
from sandbox.stage import DIETITIAN, PAYSTACK_KEY, Stage
from sandbox.telegram import Answer, Phone, SeenMessage
from tests.engines import database_of
from tests.journeys.consultation import OPENS, Consultation, Step, offers, press, says
from tests.storage import seeds

TITLE, PRICE, KOBO, DAYS = "Four-week meal plan", "₦25,000.00", 2_500_000, 6
NOTE = "Start on Monday & drink water <3"
FIRST_CLIENT = 6001
STATES = "SELECT state FROM plans ORDER BY id"


def pdf(mark: str, *, size: int = 0) -> bytes:
    """One page, unlike any other mark's; with a `size`, so many bytes of noise in it as well."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": mark})
    if size:
        noise = StreamObject()
        noise.set_data(random.Random(mark).randbytes(size))
        writer._add_object(noise)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@dataclass(slots=True, kw_only=True)
class MealPlan(Consultation):
    """One request for a plan. `content` is the PDF that she sends."""

    content: bytes = b""
    note: str = NOTE
    told_id: int = 0
    public_id: str = ""

    def note_told(self) -> None:
        """What the dietitian was told of the payment: its Upload names the plan, by its request."""
        told = next(one for one in self.ada.messages if f"{self.name} has paid" in one.text)
        self.told_id, data = told.id, told.buttons[0][0].data
        self.public_id = str(data).split(":")[2]

    async def press_upload(self) -> Answer:
        return await self.ada.press_raw(self.told_id, f"v1:plup:{self.public_id}::0")

    async def hand_over(self) -> int:
        """Upload and the file right after it, as a hasty hand does it."""
        self.ada._callback(self.told_id, f"v1:plup:{self.public_id}::0")
        return await self.send_pdf()

    async def send_pdf(self) -> int:
        return await self.ada.send_document(f"{self.name}.pdf", self.content, self.note)

    def previews(self) -> list[SeenMessage]:
        """What she can confirm for this client, oldest first."""
        return [one for one in self.ada.messages if f"For {self.name} –" in one.text and one.labels]

    def has_preview(self) -> bool:
        return bool(self.previews())

    @property
    def preview(self) -> SeenMessage:
        return self.previews()[-1]

    @property
    def confirm_data(self) -> str:
        return str(self.preview.buttons[0][0].data)

    @property
    def file_id(self) -> str:
        """Of the upload that the preview shows."""
        return self.confirm_data.split(":")[3]

    async def confirm(self) -> Answer:
        return await self.ada.press_raw(self.preview.id, self.confirm_data)


def plans_of(phone: Phone) -> list[bytes]:
    """The PDFs in this chat, oldest first."""
    return [one.document.bytes for one in phone.messages if not one.mine and one.document is not None]


def paid(on: MealPlan) -> bool:
    receipt = any(f"Reference: {on.reference}" in one.text for one in on.client.messages)
    return receipt and any(f"{on.name} has paid" in one.text for one in on.ada.messages)


def received(on: MealPlan) -> bool:
    told = any(f"{on.name} has received" in one.text for one in on.ada.messages)
    return told and on.content in plans_of(on.client)


ASKS = (
    Step("she asks", lambda on: on.ada.send("/request"), lambda on: says(on.ada, "like to offer?")),
    Step("a kind", lambda on: press(on.ada, "Meal plan"), lambda on: offers(on.ada, TITLE)),
    Step("a service", lambda on: press(on.ada, TITLE), lambda on: offers(on.ada, "New client")),
    Step("a new client", lambda on: press(on.ada, "New client"), lambda on: says(on.ada, "client's name")),
    Step("a name", lambda on: on.ada.send(on.name), lambda on: says(on.ada, f"{on.name}'s e-mail")),
    Step("an e-mail", lambda on: on.ada.send(on.email), lambda on: says(on.ada, "add a word")),
    Step("no word", lambda on: press(on.ada, "Skip"), lambda on: offers(on.ada, "Send")),
    Step("it is sent", lambda on: press(on.ada, "Send"), lambda on: says(on.ada, "?start=")),
)
EMAIL = Step(
    "the e-mail by one press",
    lambda on: press(on.client, "Use"),
    lambda on: offers(on.client, f"Pay {PRICE}"),
)
AGREES = (
    *OPENS,
    Step("approves", lambda on: press(on.client, "Approve"), lambda on: offers(on.client, f"Use {on.email}")),
    EMAIL,
)


async def pay(on: MealPlan) -> None:
    await on.pay()
    await on.client.wait_until(lambda: paid(on))
    on.note_told()


async def upload(on: MealPlan) -> None:
    """From her list of plans to the preview."""
    await on.ada.send("/plans")
    await on.ada.wait_for("Meal plans · waiting (1)")
    await press(on.ada, "Upload")
    await on.ada.wait_for("send the PDF")
    await on.send_pdf()
    await on.ada.wait_until(lambda: offers(on.ada, "Confirm"), timeout=20)


async def deliver(on: MealPlan) -> None:
    """Whatever waits beside it: by the buttons that name this plan."""
    await on.press_upload()
    await on.send_pdf()
    await on.ada.wait_until(on.has_preview, timeout=20)
    await on.confirm()
    await on.client.wait_until(lambda: received(on), timeout=20)


async def waiting_plans(stage: Stage, names: Sequence[str], *, email: str | None = None) -> list[MealPlan]:
    """A client of each name who has agreed to a plan and now pays for it; the program serves, she has arrived."""
    plans = [
        MealPlan(stage=stage, client_id=FIRST_CLIENT + at, name=name, email=email or f"c{at}@example.com")
        for at, name in enumerate(names)
    ]
    for on in plans:
        on.content = pdf(on.name)
        on.client.chat.started = True
    database = database_of(stage.environment())
    await database.open()
    await database.write(lambda uow: _put(uow, plans))
    await database.close()
    gateway = PaystackGateway(secret_key=PAYSTACK_KEY, api_url=f"{stage.root}/paystack")
    for on in plans:
        await gateway.initialize(
            reference=on.reference, amount=KOBO, currency="NGN", email=on.email, callback_url=None
        )
        await stage.paystack.pay(on.reference)
    await gateway.aclose()
    for on in plans:
        await on.client.wait_until(partial(paid, on), timeout=20)
        on.note_told()
    return plans


def _put(uow: UnitOfWork, plans: Sequence[MealPlan]) -> None:
    dietitian = uow.dietitians.by_telegram_id(DIETITIAN)
    assert dietitian is not None
    for on in plans:
        now = on.stage.clock.now()
        person = seeds.person(
            telegram_id=on.client_id, name=on.name, email=on.email, started_at=now, consented_at=now,
            consent_version=CONSENT_VERSION, created_at=now,
        )  # fmt: skip
        fields = {"price": KOBO, "currency": "NGN", "title": TITLE, "promised_days": DAYS, "minutes": None}
        request = seeds.request(
            dietitian.id, uow.people.add(person).id, kind=ServiceKind.MEAL_PLAN, agreed_at=now, created_at=now, **fields
        )  # fmt: skip
        payment = seeds.payment(
            uow.requests.add(request), amount=KOBO, email=on.email, created_at=now, next_check_at=now
        )
        on.reference = uow.payments.add(payment).reference
