"""How to come to each screen of the bot, every time with people and a practice of one's own."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp

from domain.model.people import Client
from domain.ports import UnitOfWork
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from sandbox.telegram.seen import Button, SeenMessage
from tests.rig import ACCOUNT, Cast, Rig
from tests.storage import seeds

SCOPES = ["https://www.googleapis.com/auth/calendar.events.owned", "openid", "email"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Whose phone shows the screen, and who else takes part."""

    cast: Cast
    phone: Phone

    @property
    def bubble(self) -> SeenMessage:
        """The newest message of the bot that has buttons to press."""
        return next(one for one in reversed(self.phone.messages) if not one.mine and callbacks(one))


Arrive = Callable[[Rig], Awaitable[Scene]]


def callbacks(message: SeenMessage) -> list[Button]:
    return [button for row in message.buttons for button in row if button.data is not None]


def client(cast: Cast) -> Scene:
    return Scene(cast=cast, phone=cast.amina)


def dietitian(cast: Cast) -> Scene:
    return Scene(cast=cast, phone=cast.ada)


async def welcome(rig: Rig) -> Scene:
    cast = await rig.cast(consented_at=None, consent_version=None)
    await rig.request(cast)
    await rig.say(cast.amina, "/start")
    return client(cast)


async def typed(rig: Rig, text: str, *, by_dietitian: bool) -> Scene:
    cast = await rig.cast()
    scene = dietitian(cast) if by_dietitian else client(cast)
    await rig.say(scene.phone, text)
    return scene


async def pressed(rig: Rig, data: str, *, by_dietitian: bool) -> Scene:
    cast = await rig.cast()
    scene = dietitian(cast) if by_dietitian else client(cast)
    await rig.press_data(scene.phone, data)
    return scene


async def with_requests(rig: Rig, *, number: int, by_dietitian: bool, page: int = 0) -> Scene:
    cast = await rig.cast()
    for _ in range(number):
        await rig.request(cast)
    scene = dietitian(cast) if by_dietitian else client(cast)
    verb = f"sent::pending.{page}" if by_dietitian else f"reqs::{page}"
    await rig.press_data(scene.phone, f"v1:{verb}:0")
    return scene


def _book_many(uow: UnitOfWork, cast: Cast, number: int) -> None:
    for at in range(number):
        request = uow.requests.add(seeds.request(cast.dietitian.id, cast.client.id, title="Follow-up"))
        start = cast.client.created_at + timedelta(days=1, hours=at)
        booking = seeds.booking(request, start, state="confirmed", hold_until=None)
        uow.bookings.add(booking)


async def with_bookings(rig: Rig, *, number: int, by_dietitian: bool, page: int = 0) -> Scene:
    cast = await rig.cast()
    await rig.write(partial(_book_many, cast=cast, number=number))
    scene = dietitian(cast) if by_dietitian else client(cast)
    await rig.press_data(scene.phone, f"v1:{'agenda' if by_dietitian else 'up'}::{page}:0")
    return scene


async def offer(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.consultation(cast, message="Bring your lab results, please")
    return client(cast)


async def reason(rig: Rig) -> Scene:
    scene = await offer(rig)
    await rig.press(scene.phone, "Decline")
    return scene


async def declined(rig: Rig) -> Scene:
    scene = await reason(rig)
    await rig.press(scene.phone, "Skip")
    return scene


async def told_of_declining(rig: Rig) -> Scene:
    return dietitian((await declined(rig)).cast)


async def days(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.approved(cast)
    return client(cast)


async def later_days(rig: Rig) -> Scene:
    scene = await days(rig)
    await rig.press(scene.phone, "›")
    return scene


async def no_days(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.approved(cast)
    return client(cast)


async def slots(rig: Rig) -> Scene:
    scene = await days(rig)
    await rig.press(scene.phone, scene.phone.last.labels[0])
    return scene


async def email_question(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.held(cast, client_email="amina@example.com")
    return client(cast)


async def pay(rig: Rig) -> Scene:
    cast = await rig.cast(email="amina@example.com")
    await rig.held(cast)
    return client(cast)


async def pay_without_link(rig: Rig) -> Scene:
    cast = await rig.cast(email="amina@example.com")
    rig.paystack.faults.plan(
        Fault(match="POST /transaction/initialize", kind=FaultKind.STATUS, status=503, body={}, times=-1)
    )
    await rig.held(cast)
    rig.paystack.faults.clear()
    return client(cast)


async def pay_refused(rig: Rig) -> Scene:
    cast = await rig.cast(email="amina@example.com")
    refusal = {"status": False, "message": "Merchant may be inactive", "type": "api_error", "code": "x"}
    rig.paystack.faults.plan(
        Fault(match="POST /transaction/initialize", kind=FaultKind.STATUS, status=400, body=refusal)
    )
    await rig.held(cast)
    return client(cast)


async def released(rig: Rig) -> Scene:
    scene = await pay(rig)
    await rig.press(scene.phone, "Cancel")
    return scene


async def expired(rig: Rig) -> Scene:
    scene = await pay(rig)
    await rig.pass_time(timedelta(minutes=36))
    rig.clock.advance(-timedelta(minutes=36))  # for the scenes of the same test that come after
    return scene


async def confirmed(rig: Rig) -> Scene:
    cast = await rig.cast(email="amina@example.com")
    await rig.confirmed(cast)
    return client(cast)


async def told_of_booking(rig: Rig) -> Scene:
    return dietitian((await confirmed(rig)).cast)


async def money_waits(rig: Rig) -> Scene:
    """Less arrived than was asked for."""
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    await rig.pay((await rig.references(request))[0], amount=100)
    return client(cast)


async def kind(rig: Rig) -> Scene:
    return await typed(rig, "/request", by_dietitian=True)


async def service(rig: Rig) -> Scene:
    scene = await kind(rig)
    await rig.press(scene.phone, "Consultation")
    return scene


async def clients(rig: Rig, *, number: int = 1, page: int = 0) -> Scene:
    scene = await service(rig)
    cast = scene.cast

    def know(uow: UnitOfWork) -> None:
        for at in range(number):
            person = cast.client if at == 0 else uow.people.add(seeds.person(telegram_id=None))
            known = Client(
                dietitian_id=cast.dietitian.id,
                person_id=person.id,
                name=f"Client {at:02}",
                created_at=person.created_at,
            )
            uow.clients.add(known)

    await rig.write(know)
    await rig.press(scene.phone, "First consultation")
    for _ in range(page):
        await rig.press(scene.phone, "›")
    return scene


async def client_name(rig: Rig) -> Scene:
    scene = await clients(rig)
    await rig.press(scene.phone, "New client")
    return scene


async def client_email(rig: Rig) -> Scene:
    scene = await client_name(rig)
    await rig.say(scene.phone, "Bola Ade")
    return scene


async def message(rig: Rig) -> Scene:
    scene = await client_email(rig)
    await rig.press(scene.phone, "Skip")
    return scene


async def review(rig: Rig) -> Scene:
    scene = await message(rig)
    await rig.press(scene.phone, "Skip")
    return scene


async def review_for_known(rig: Rig) -> Scene:
    scene = await clients(rig)
    await rig.press(scene.phone, "Client 00")
    await rig.say(scene.phone, "Looking forward to it")
    return scene


async def sent_by_link(rig: Rig) -> Scene:
    scene = await review(rig)
    await rig.press(scene.phone, "Send")
    return scene


async def sent_directly(rig: Rig) -> Scene:
    scene = await review_for_known(rig)
    await rig.press(scene.phone, "Send")
    return scene


async def sent_card(rig: Rig) -> Scene:
    cast = await rig.cast()
    request = await rig.request(cast)
    await rig.press_data(cast.ada, f"v1:show:{request.public_id}::1")
    return dietitian(cast)


async def unopened_card(rig: Rig) -> Scene:
    scene = await sent_by_link(rig)
    await rig.press(scene.phone, "Open")
    return scene


async def withdraw_question(rig: Rig) -> Scene:
    scene = await sent_card(rig)
    await rig.press(scene.phone, "Cancel this request")
    return scene


async def withdrawn(rig: Rig) -> Scene:
    scene = await withdraw_question(rig)
    await rig.press(scene.phone, "Yes, cancel it")
    return scene


async def google_offered(rig: Rig) -> Scene:
    return await typed(rig, "/google", by_dietitian=True)


async def consent(rig: Rig) -> Scene:
    scene = await google_offered(rig)
    await rig.press(scene.phone, "Connect")
    return scene


async def google_connected(rig: Rig) -> Scene:
    """Through the consent page, as a browser does it."""
    scene = await consent(rig)
    form = {"decision": "allow", "account": ACCOUNT}
    async with aiohttp.ClientSession() as browser:
        page = await browser.get(scene.phone.url_of("Connect"))
        scopes = re.findall(r'name="scope" value="([^"]+)"', await page.text())
        data = [*form.items(), *(("scope", scope) for scope in scopes)]
        async with browser.post(scene.phone.url_of("Connect"), data=data) as answer:
            assert answer.status == 200, await answer.text()
    await rig.settled()
    await rig.say(scene.phone, "/google")
    return scene


async def disconnect_question(rig: Rig) -> Scene:
    scene = await google_connected(rig)
    await rig.press(scene.phone, "Disconnect")
    return scene


async def disconnected(rig: Rig) -> Scene:
    scene = await disconnect_question(rig)
    await rig.press(scene.phone, "Yes, disconnect")
    return scene


def _typed(text: str, *, by_dietitian: bool = False) -> Arrive:
    return partial(typed, text=text, by_dietitian=by_dietitian)


def _pressed(data: str, *, by_dietitian: bool = False) -> Arrive:
    return partial(pressed, data=data, by_dietitian=by_dietitian)


SCREENS: dict[str, Arrive] = {
    "welcome": welcome,
    "home of a client": _typed("/start"),
    "home of a dietitian": _typed("/start", by_dietitian=True),
    "help for a client": _typed("/help"),
    "help for a dietitian": _typed("/help", by_dietitian=True),
    "lost": _typed("good morning"),
    "privacy": _typed("/privacy"),
    "nothing to cancel": _typed("/cancel"),
    "a link used up": _typed("/start nonsense"),
    "settings": _typed("/settings"),
    "settings of a dietitian": _typed("/settings", by_dietitian=True),
    "settings: name": _pressed("v1:sname:::0"),
    "settings: e-mail": _pressed("v1:smail:::0"),
    "settings: zone": _pressed("v1:szone::0:0"),
    "settings: last zones": _pressed("v1:szone::2:0"),
    "no requests": partial(with_requests, number=0, by_dietitian=False),
    "one request": partial(with_requests, number=1, by_dietitian=False),
    "sixty requests": partial(with_requests, number=60, by_dietitian=False, page=3),
    "the last of sixty requests": partial(with_requests, number=60, by_dietitian=False, page=11),
    "no sent requests": partial(with_requests, number=0, by_dietitian=True),
    "one sent request": partial(with_requests, number=1, by_dietitian=True),
    "sixty sent requests": partial(with_requests, number=60, by_dietitian=True, page=3),
    "nothing upcoming": partial(with_bookings, number=0, by_dietitian=False),
    "one upcoming": partial(with_bookings, number=1, by_dietitian=False),
    "sixty upcoming": partial(with_bookings, number=60, by_dietitian=False, page=11),
    "an empty agenda": partial(with_bookings, number=0, by_dietitian=True),
    "an agenda of sixty": partial(with_bookings, number=60, by_dietitian=True, page=3),
    "offer": offer,
    "reason": reason,
    "declined": declined,
    "told of declining": told_of_declining,
    "days": days,
    "later days": later_days,
    "no days": no_days,
    "slots": slots,
    "e-mail question": email_question,
    "pay": pay,
    "pay without link": pay_without_link,
    "pay refused": pay_refused,
    "released": released,
    "expired": expired,
    "confirmed": confirmed,
    "told of booking": told_of_booking,
    "money waits": money_waits,
    "kind": kind,
    "service": service,
    "no clients": partial(clients, number=0),
    "one client": clients,
    "sixty clients": partial(clients, number=60, page=2),
    "client's name": client_name,
    "client's e-mail": client_email,
    "message": message,
    "review": review,
    "review for a known client": review_for_known,
    "sent by link": sent_by_link,
    "sent directly": sent_directly,
    "sent card": sent_card,
    "unopened card": unopened_card,
    "withdraw question": withdraw_question,
    "withdrawn": withdrawn,
    "google offered": google_offered,
    "consent": consent,
    "google connected": google_connected,
    "disconnect question": disconnect_question,
    "disconnected": disconnected,
}
