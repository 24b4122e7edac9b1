"""How to come to each screen of booking and buying without being asked, of public links and of /services."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from domain.model.ids import new_public_id
from domain.model.people import Dietitian
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from tests.handlers.tour import Arrive, Scene
from tests.rig import EVERY_DAY, Cast, Rig
from tests.storage import seeds

MAIL = "amina@example.com"
SESSION, PLAN = ServiceKind.CONSULTATION, ServiceKind.MEAL_PLAN
QUESTIONS = ("Do you have any allergies?", "What is your aim?", "Which medicines do you take?")


def put_away(uow: UnitOfWork) -> None:
    """Everybody's list has all dietitians: those of the scenes before this one leave."""
    for dietitian in uow.dietitians.all():
        uow.dietitians.save(replace(dietitian, active=False))


def stock(
    uow: UnitOfWork, dietitian: Dietitian, kind: ServiceKind, number: int = 1, **fields: Any
) -> Service:
    """So many services of this kind; the last of them."""
    service = None
    for at in range(number):
        given: dict[str, Any] = {
            "public_id": new_public_id(),
            "slug": new_public_id(),
            "title": f"{'Follow-up' if kind is SESSION else 'Weekly plan'} {at:02}",
            "minutes": 30 if kind is SESSION else None,
            "price": 1_500_000 + at,
            "currency": "NGN",
            "promised_days": None if kind is SESSION else 5,
        }
        service = uow.services.add(Service(dietitian_id=dietitian.id, kind=kind, **{**given, **fields}))
    assert service is not None
    return service


def stall(
    uow: UnitOfWork, name: str, kinds: Sequence[ServiceKind] = (SESSION,), number: int = 1
) -> Dietitian:
    """Another dietitian, who has not opened the chat."""
    given = {"public_id": new_public_id(), "name": name}
    dietitian = uow.dietitians.add(seeds.dietitian(uow.people.add(seeds.person(name=name)).id, **given))
    uow.dietitians.set_hours(dietitian.id, EVERY_DAY)
    for kind in kinds:
        stock(uow, dietitian, kind, number)
    return dietitian


async def shop(rig: Rig, **client: Any) -> tuple[Cast, Service, Service]:
    """One dietitian alone in the practice with a session and a plan, and somebody she never heard of."""
    await rig.write(put_away)
    cast = await rig.cast(**{"email": MAIL, **client})
    public = replace(cast.dietitian, public_id=new_public_id())
    session = replace(cast.service, public_id=new_public_id(), questions=QUESTIONS)

    def open_up(uow: UnitOfWork) -> Service:
        uow.dietitians.save(public)
        uow.services.save(session)
        return stock(uow, public, PLAN, description="Seven days with a list of what to buy")

    plan = await rig.write(open_up)
    return replace(cast, dietitian=public, service=session), session, plan


async def said(rig: Rig, words: str, *labels: str, by_dietitian: bool = False, **client: Any) -> Scene:
    cast, _, _ = await shop(rig, **client)
    scene = Scene(cast=cast, phone=cast.ada if by_dietitian else cast.amina)
    await rig.say(scene.phone, words)
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def crowd(rig: Rig, words: str, *labels: str, number: int = 2, services: int = 1) -> Scene:
    """Among so many dietitians."""
    cast, _, _ = await shop(rig)

    def others(uow: UnitOfWork) -> None:
        for at in range(number - 1):
            stall(uow, f"Dr Number {at:02}", (SESSION, PLAN), services)

    await rig.write(others)
    await rig.say(cast.amina, words)
    for label in labels:
        await rig.press(cast.amina, label)
    return Scene(cast=cast, phone=cast.amina)


async def nobody(rig: Rig, words: str) -> Scene:
    cast, _, _ = await shop(rig)
    await rig.write(put_away)
    await rig.say(cast.amina, words)
    return Scene(cast=cast, phone=cast.amina)


async def through(rig: Rig, *, to: str, by_dietitian: bool = False, **client: Any) -> Scene:
    """By a public link."""
    cast, session, plan = await shop(rig, **client)
    places = {"practice": cast.dietitian.public_id, "session": session.public_id, "plan": plan.public_id}
    scene = Scene(cast=cast, phone=cast.ada if by_dietitian else cast.amina)
    await rig.say(scene.phone, f"/start at-{places.get(to, 'ZZZZZZZZZZ')}")
    return scene


async def only_by_request(rig: Rig) -> Scene:
    cast, session, _ = await shop(rig)
    await rig.write(lambda uow: uow.services.save(replace(session, by_request_only=True)))
    await rig.say(cast.amina, f"/start at-{session.public_id}")
    return Scene(cast=cast, phone=cast.amina)


async def held(rig: Rig, *labels: str) -> Scene:
    """A time of one's own choosing, not paid yet."""
    scene = await said(rig, "/book", "First consultation")
    for _ in range(2):
        await rig.press(scene.phone, scene.phone.last.labels[0])
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def tab(rig: Rig, state: str) -> Scene:
    """The client's list in this state, with one request in it."""
    cast, _, _ = await shop(rig)
    if state == "approved":
        await rig.confirmed(cast)
    else:
        await rig.request(cast, state={"declined": "declined", "closed": "cancelled"}[state])
    await rig.press_data(cast.amina, f"v1:{Verb.REQUESTS}::{state}.0:0")
    return Scene(cast=cast, phone=cast.amina)


async def no_services(rig: Rig) -> Scene:
    cast, session, plan = await shop(rig)

    def clear(uow: UnitOfWork) -> None:
        for service in (session, plan):
            uow.services.save(replace(service, archived=True))

    await rig.write(clear)
    await rig.say(cast.ada, "/services")
    return Scene(cast=cast, phone=cast.ada)


async def many_services(rig: Rig) -> Scene:
    cast, _, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION, 60))
    await rig.press_data(cast.ada, f"v1:{Verb.OFFERS}::3:0")
    return Scene(cast=cast, phone=cast.ada)


async def offers(rig: Rig, *labels: str) -> Scene:
    return await said(rig, "/services", *labels, by_dietitian=True)


SCREENS: dict[str, Arrive] = {
    "nobody to book": partial(nobody, words="/book"),
    "nobody to buy from": partial(nobody, words="/buy"),
    "book: the only one": lambda rig: said(rig, "/book"),
    "buy: the only one": lambda rig: said(rig, "/buy"),
    "book: two": lambda rig: crowd(rig, "/book"),
    "book: sixty": lambda rig: crowd(rig, "/book", "›", "›", number=60),
    "buy: one of two": lambda rig: crowd(rig, "/buy", "Dr Number 00", services=60),
    "taken: days": lambda rig: said(rig, "/book", "First consultation"),
    "taken: begun": lambda rig: said(rig, "/book", "First consultation", "Back"),
    "taken: held": held,
    "taken: released": lambda rig: held(rig, "Cancel"),
    "taken: plan": lambda rig: said(rig, "/buy", "Weekly plan"),
    "taken: e-mail question": lambda rig: said(rig, "/buy", "Weekly plan", email=None),
    "taken: cancel question": lambda rig: held(rig, "Cancel", "Cancel"),
    "taken: cancelled": lambda rig: held(rig, "Cancel", "Cancel", "Yes, cancel it"),
    "public link: practice": partial(through, to="practice"),
    "public link: session": partial(through, to="session"),
    "public link: plan": partial(through, to="plan"),
    "public link: one's own": partial(through, to="practice", by_dietitian=True),
    "public link: unknown": partial(through, to="nowhere"),
    "public link: by request only": only_by_request,
    "public link: notice": partial(through, to="session", consented_at=None, consent_version=None),
    "requests: approved": partial(tab, state="approved"),
    "requests: declined": partial(tab, state="declined"),
    "requests: closed": partial(tab, state="closed"),
    "no services": no_services,
    "services": offers,
    "sixty services": many_services,
    "service: session": lambda rig: offers(rig, "First consultation"),
    "service: plan": lambda rig: offers(rig, "Weekly plan"),
    "questions": lambda rig: offers(rig, "First consultation", "Questions"),
    "no questions": lambda rig: offers(rig, "Weekly plan", "Questions"),
    "another question": lambda rig: offers(rig, "First consultation", "Questions", "Add"),
    "question removed": lambda rig: offers(rig, "First consultation", "Questions", "✖ 2"),
    "link to the practice": lambda rig: offers(rig, "My public link"),
    "link to a service": lambda rig: offers(rig, "First consultation", "Public link"),
}
