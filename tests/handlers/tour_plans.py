"""How to come to each screen about meal plans that are paid for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO

from pypdf import PdfWriter

from domain.model.plan import Plan, PlanState
from domain.model.service import ServiceKind
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.clock import MORNING
from tests.handlers.tour import Arrive, Scene
from tests.handlers.tour_intake import Asked, plan
from tests.money.practice import admin_of
from tests.rig import Cast, Rig
from tests.storage import seeds

WEEK = timedelta(days=9)  # past the morning after the promised day


def pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


async def paid(rig: Rig) -> Asked:
    return await plan(rig, questions=())


async def _shown(rig: Rig, asked: Asked, verb: str, *labels: str, by_dietitian: bool) -> Scene:
    scene = asked.dietitian if by_dietitian else asked.client
    await rig.press_data(scene.phone, f"v1:{verb}:{asked.public_id}::1")
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def waiting(rig: Rig, verb: str, *labels: str, by_dietitian: bool) -> Scene:
    return await _shown(rig, await paid(rig), verb, *labels, by_dietitian=by_dietitian)


async def upload(rig: Rig, phone: Phone) -> None:
    await phone.send_document("plan.pdf", pdf(), "Good luck & <b>drink</b> water")
    await rig.settled()


async def previewed(rig: Rig) -> Scene:
    scene = await waiting(rig, "plup", by_dietitian=True)
    await upload(rig, scene.phone)
    return scene


async def sent(rig: Rig) -> Asked:
    asked = await paid(rig)
    await rig.press_data(asked.cast.ada, asked.data(Verb.UPLOAD, rev=1))
    await upload(rig, asked.cast.ada)
    await rig.press(asked.cast.ada, "Confirm")
    return asked


async def after_sending(rig: Rig, verb: str, *labels: str, by_dietitian: bool) -> Scene:
    return await _shown(rig, await sent(rig), verb, *labels, by_dietitian=by_dietitian)


async def refused(rig: Rig) -> Scene:
    """Telegram would not take it; as it stands after several tries."""
    asked = await sent(rig)
    shown = await rig.read(lambda uow: uow.plans.card(asked.public_id))
    file = replace(shown.latest, delivered_at=None, failed_at=rig.clock.now())
    await rig.write(lambda uow: uow.plan_files.save(file))
    await rig.write(lambda uow: uow.plans.save(replace(shown.plan, state=PlanState.SENT, received_at=None)))
    await rig.press_data(asked.cast.ada, asked.data(Verb.PLAN, rev=1))
    return asked.dietitian


async def out_of_the_blue(rig: Rig, *, waiting_too: bool) -> Scene:
    asked = await paid(rig) if waiting_too else await sent(rig)
    await upload(rig, asked.cast.ada)
    return asked.dietitian


def _crowd(uow: UnitOfWork, cast: Cast) -> None:
    for at in range(6):
        request = uow.requests.add(
            seeds.request(cast.dietitian.id, cast.client.id, kind=ServiceKind.MEAL_PLAN, title=f"Plan {at}")
        )
        uow.plans.add(
            Plan(
                request_id=request.id,
                dietitian_id=cast.dietitian.id,
                client_id=cast.client.id,
                promised_at=MORNING + WEEK,
                free_hours=24,
                late_refund_percent=0,
                created_at=MORNING,
            )
        )


async def whose_of_many(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.write(lambda uow: _crowd(uow, cast))
    await upload(rig, cast.ada)
    return Scene(cast=cast, phone=cast.ada)


async def many_services(rig: Rig) -> Scene:
    cast = await rig.cast()
    more = [
        replace(cast.service, id=0, public_id=f"{cast.service.public_id}x{at}", slug=f"s{at}")
        for at in range(9)
    ]
    await rig.write(lambda uow: [uow.services.add(one) for one in more])
    await rig.say(cast.ada, "/request")
    await rig.press(cast.ada, "Consultation")
    return Scene(cast=cast, phone=cast.ada)


async def unread(rig: Rig, what: Callable[[Phone], Awaitable[int]]) -> Scene:
    asked = await paid(rig)
    await what(asked.cast.ada)
    await rig.settled()
    return asked.dietitian


async def listed(rig: Rig, data: str, *, by_dietitian: bool) -> Scene:
    asked = await sent(rig)
    scene = asked.dietitian if by_dietitian else asked.client
    await rig.press_data(scene.phone, data)
    return scene


async def typed(rig: Rig, text: str, *, by_dietitian: bool, received: bool = False) -> Scene:
    asked = await (sent(rig) if received else paid(rig))
    scene = asked.dietitian if by_dietitian else asked.client
    await rig.say(scene.phone, text)
    return scene


async def told(rig: Rig, *, by_dietitian: bool, after: timedelta = timedelta()) -> Scene:
    asked = await paid(rig)
    if after:
        await rig.pass_time(after)
        rig.clock.advance(-after)  # for the scenes of the same test that come after
    return asked.dietitian if by_dietitian else asked.client


async def late_at_the_desk(rig: Rig) -> Scene:
    await rig.write(_on_time)
    asked = await paid(rig)
    admin = await admin_of(rig)
    await rig.pass_time(WEEK)
    admin.clear()
    await rig.say(admin, "/admin")
    await rig.press(admin, "Late plans")
    rig.clock.advance(-WEEK)
    return Scene(cast=asked.cast, phone=admin)


def _on_time(uow: UnitOfWork) -> None:
    """The desk shows everybody's: those of earlier scenes are in time again."""
    late = uow.plans.late(MORNING + 2 * WEEK, number=0, size=99)
    for shown in late.items:
        uow.plans.save(replace(shown.plan, promised_at=MORNING + 100 * WEEK))


async def empty(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.say(cast.amina, "/mealplans")
    return Scene(cast=cast, phone=cast.amina)


CANCEL = ("Cancel this plan", "Yes, cancel it")
SCREENS: dict[str, Arrive] = {
    "plans: waiting": partial(typed, text="/plans", by_dietitian=True),
    "plans: none late": partial(listed, data="v1:pls::late.0:0", by_dietitian=True),
    "plans: sent": partial(listed, data="v1:pls::sent.0:0", by_dietitian=True),
    "plan: waiting": lambda rig: waiting(rig, "pl", by_dietitian=True),
    "plan: sent": lambda rig: after_sending(rig, "pl", by_dietitian=True),
    "plan: refused by Telegram": refused,
    "plan: awaits the PDF": lambda rig: waiting(rig, "plup", by_dietitian=True),
    "plan: preview": previewed,
    "plan: a photo instead": partial(unread, what=lambda phone: phone.send_other("voice")),
    "plan: not a PDF": partial(unread, what=lambda phone: phone.send_document("plan.pdf", b"MZ")),
    "plan: whose": partial(out_of_the_blue, waiting_too=True),
    "plan: whose of many": whose_of_many,
    "nine services more": many_services,
    "plan: for nobody": partial(out_of_the_blue, waiting_too=False),
    "plan: cancel question": lambda rig: waiting(rig, "pl", "Cancel and refund", by_dietitian=True),
    "plan: cancelled": lambda rig: waiting(
        rig, "pl", "Cancel and refund", "Yes, cancel it", by_dietitian=True
    ),
    "told: paid plan": partial(told, by_dietitian=True),
    "told: plan is paid": partial(told, by_dietitian=False),
    "told: plan due": partial(told, by_dietitian=True, after=timedelta(days=4)),
    "told: plan late": partial(told, by_dietitian=False, after=WEEK),
    "meal plans: none": empty,
    "meal plans: waiting": partial(typed, text="/mealplans", by_dietitian=False),
    "meal plans: received": partial(typed, text="/mealplans", by_dietitian=False, received=True),
    "meal plan: waiting": lambda rig: waiting(rig, "mp", by_dietitian=False),
    "meal plan: received": lambda rig: after_sending(rig, "mp", by_dietitian=False),
    "meal plan: cancel question": lambda rig: waiting(rig, "mp", CANCEL[0], by_dietitian=False),
    "meal plan: cancelled": lambda rig: waiting(rig, "mp", *CANCEL, by_dietitian=False),
    "desk: late plans": late_at_the_desk,
}
