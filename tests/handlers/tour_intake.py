"""How to come to each screen of what a dietitian wants to know of a client."""

from dataclasses import dataclass, replace
from functools import partial

from domain.model.request import Request
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from tests.handlers.tour import Arrive, Scene
from tests.money.practice import another, booked, play
from tests.rig import Cast, Rig

QUESTIONS = ("Any allergies?", "What is your aim?", "Which medicines do you take?")
SAID = ("peanuts and <b>shellfish</b>", "less sugar 🌸", "metformin, ọ̀sán àti alẹ́")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A paid request of a service with questions."""

    cast: Cast
    request: Request
    reference: str

    @property
    def public_id(self) -> str:
        return self.request.public_id

    def data(self, verb: Verb, argument: str = "", rev: int = 0) -> str:
        return f"v1:{verb}:{self.public_id}:{argument}:{rev}"

    @property
    def client(self) -> Scene:
        return Scene(cast=self.cast, phone=self.cast.amina)

    @property
    def dietitian(self) -> Scene:
        return Scene(cast=self.cast, phone=self.cast.ada)


def _plan(uow: UnitOfWork, cast: Cast, questions: tuple[str, ...]) -> Service:
    service = replace(
        cast.service,
        id=0,
        public_id=f"P{cast.service.public_id}",
        slug="plan",
        kind=ServiceKind.MEAL_PLAN,
        title="Four-week plan",
        minutes=None,
        promised_days=7,
        questions=questions,
    )
    return uow.services.add(service)


async def session(rig: Rig, questions: tuple[str, ...] = QUESTIONS, *, day: int = 3) -> Asked:
    """Booked for the `day`th day that is offered."""
    cast = await play(rig)
    await rig.write(lambda uow: uow.services.save(replace(cast.service, questions=questions)))
    request, reference = await booked(rig, cast, day=day)
    return Asked(cast=cast, request=request, reference=reference)


async def plan(rig: Rig, questions: tuple[str, ...] = QUESTIONS, cast: Cast | None = None) -> Asked:
    """`cast`: somebody with a practice that there is."""
    cast = cast or await play(rig)
    service = await rig.write(partial(_plan, cast=cast, questions=questions))
    request = await unpaid_plan(rig, cast, service)
    reference = (await rig.references(request))[-1]
    await rig.pay(reference)
    return Asked(cast=cast, request=request, reference=reference)


async def unpaid_plan(rig: Rig, cast: Cast, service: Service) -> Request:
    """Up to the pay screen."""
    request = await rig.request(
        cast, kind=ServiceKind.MEAL_PLAN, service_id=service.id, title=service.title, minutes=None
    )
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::1")
    return request


async def two_clients(rig: Rig) -> tuple[Asked, Asked]:
    """Of one dietitian, with a plan each."""
    first = await plan(rig)
    neighbour = await another(rig, first.cast)
    service = await rig.read(lambda uow: uow.services.by_public_id(f"P{first.cast.service.public_id}"))
    request = await unpaid_plan(rig, neighbour, service)
    reference = (await rig.references(request))[-1]
    await rig.pay(reference)
    return first, Asked(cast=neighbour, request=request, reference=reference)


async def opened(rig: Rig, *labels: str) -> Asked:
    """The consent, and these presses from there on."""
    asked = await session(rig)
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    for label in labels:
        await rig.press(asked.cast.amina, label)
    return asked


async def answered(rig: Rig, number: int = 3, *labels: str) -> Asked:
    """So many answers were typed; then these presses."""
    asked = await opened(rig, "Agree")
    for words in SAID[:number]:
        await rig.say(asked.cast.amina, words)
    for label in labels:
        await rig.press(asked.cast.amina, label)
    return asked


async def _clients(rig: Rig, *labels: str, number: int | None = None) -> Scene:
    if number is None:
        return (await opened(rig, *labels)).client
    return (await answered(rig, number, *labels)).client


async def told_of_answers(rig: Rig) -> Scene:
    return (await answered(rig)).dietitian


async def read(rig: Rig, asked: Asked) -> Scene:
    await rig.press_data(asked.cast.ada, asked.data(Verb.INTAKE_READ))
    return asked.dietitian


async def read_answers(rig: Rig) -> Scene:
    return await read(rig, await answered(rig))


async def read_unanswered(rig: Rig) -> Scene:
    return await read(rig, await opened(rig))


async def told(rig: Rig) -> Scene:
    """The notice itself."""
    return (await session(rig)).client


async def long(rig: Rig) -> Asked:
    """Answers that do not fit into one message."""
    asked = await session(rig, tuple(f"Question {number}: {'why ' * 40}?" for number in range(5)))
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    await rig.press(asked.cast.amina, "Agree")
    for number in range(5):
        await rig.say(asked.cast.amina, f"{number} " + "🌸<&" * 332)
    return asked


async def second_page(rig: Rig) -> Scene:
    asked = await long(rig)
    await rig.press(asked.cast.amina, "›")
    return asked.client


async def read_second_page(rig: Rig) -> Scene:
    asked = await long(rig)
    scene = await read(rig, asked)
    await rig.press(scene.phone, "›")
    return scene


async def closed(rig: Rig) -> Scene:
    """Cancelled, with answers."""
    asked = await answered(rig)
    await rig.press_data(asked.cast.amina, asked.data(Verb.BOOKING))
    for label in ("Cancel", "Yes, cancel it"):
        await rig.press(asked.cast.amina, label)
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    return asked.client


async def of_session(rig: Rig, *, by_dietitian: bool) -> Scene:
    """The session's card, with the way to the questions."""
    asked = await answered(rig)
    scene = asked.dietitian if by_dietitian else asked.client
    await rig.press_data(scene.phone, asked.data(Verb.BOOKING))
    return scene


async def of_plan(rig: Rig, *, by_dietitian: bool) -> Scene:
    """What was said before a plan; one question is still open."""
    asked = await plan(rig)
    await rig.press(asked.cast.amina, "Agree")
    await rig.say(asked.cast.amina, SAID[0])
    if by_dietitian:
        return await read(rig, asked)
    await rig.press(asked.cast.amina, "My answers")
    return asked.client


def _screen(*labels: str, number: int | None = None) -> Arrive:
    async def arrive(rig: Rig) -> Scene:
        return await _clients(rig, *labels, number=number)

    return arrive


SCREENS: dict[str, Arrive] = {
    "intake: told": told,
    "intake: consent": _screen(),
    "intake: privacy": _screen("Privacy"),
    "intake: declined": _screen("Rather not"),
    "intake: first question": _screen("Agree"),
    "intake: second question": _screen(number=1),
    "intake: back at a question": _screen("Back", number=1),
    "intake: back at a skipped question": _screen("Agree", "Skip", "Back"),
    "intake: some answers": _screen("My answers", number=1),
    "intake: answers": _screen(number=3),
    "intake: a page of answers": second_page,
    "intake: change an answer": _screen("✏️ 2", number=3),
    "intake: delete question": _screen("Delete", number=3),
    "intake: deleted": _screen("Delete", "Yes, delete", number=3),
    "intake: closed": closed,
    "intake: a client's session": partial(of_session, by_dietitian=False),
    "intake: a dietitian's session": partial(of_session, by_dietitian=True),
    "intake: answers for a plan": partial(of_plan, by_dietitian=False),
    "intake: answers for a plan's dietitian": partial(of_plan, by_dietitian=True),
    "intake: told of answers": told_of_answers,
    "intake: answers for the dietitian": read_answers,
    "intake: no answers for the dietitian": read_unanswered,
    "intake: a page for the dietitian": read_second_page,
}
