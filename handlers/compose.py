"""The dietitian's /request, step by step."""

from domain.errors import MovedOn, NotYours
from domain.model.message import Message
from domain.model.people import Dietitian
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.step import StepKind
from domain.model.views import RequestCard
from domain.usecases.compose_request import MESSAGE_LIMIT
from handlers.call import Call, Reply
from handlers.screens import compose
from handlers.typed_offers import paragraphs
from handlers.typed_values import email_address, person_name

OFFERED_KINDS = (ServiceKind.CONSULTATION, ServiceKind.MEAL_PLAN)
_AT_REVIEW = ":review"  # behind the draft's id: nothing is asked any more, but words are taken all the same


def practice(call: Call) -> Dietitian:
    """The caller's own practice; `NotYours` for everybody else."""
    if call.dietitian is None:
        raise NotYours
    return call.dietitian


def as_sent(call: Call, card: RequestCard) -> Message:
    """A request to its dietitian, who reads times in the practice's zone."""
    return compose.sent_card(card, card.dietitian.timezone, call.house.clock.now())


async def start(call: Call) -> Reply:
    return await start_for(call, None)


async def start_for(call: Call, client_id: int | None) -> Reply:
    """None: whom it is for is chosen on the way."""
    dietitian = practice(call)
    if not await _kinds(call):
        return Reply(screen=compose.no_services())
    return await _kind(call, await call.cases.start_request(dietitian=dietitian, client_id=client_id))


async def _kinds(call: Call) -> list[ServiceKind]:
    offered = await call.cases.look.kinds(dietitian=practice(call))
    return [kind for kind in OFFERED_KINDS if kind in offered]


async def _kind(call: Call, card: RequestCard) -> Reply:
    return Reply(screen=compose.choose_kind(card, await _kinds(call)))


async def draft(call: Call, public_id: str, rev: int | None = None) -> RequestCard:
    """The caller's unsent request, where the button or the question is still about it as it stands."""
    card, _ = await call.cases.look.card(telegram_id=call.telegram_id, public_id=public_id)
    if card.dietitian.id != practice(call).id:
        raise NotYours
    if card.request.state is not RequestState.DRAFT or (rev is not None and card.request.rev != rev):
        raise MovedOn
    return card


async def resume(call: Call, card: RequestCard) -> Reply:
    """The unsent request at the step that it has reached, whatever the message showed before."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    asked = step.kind if step is not None and step.subject == card.request.public_id else None
    if card.request.kind is None:
        return await _kind(call, card)
    if card.request.service_id is None:
        return await _services(call, card)
    match asked:
        case StepKind.CLIENT_NAME:
            return Reply(screen=compose.ask_client_name(card))
        case StepKind.CLIENT_EMAIL:
            return Reply(screen=compose.ask_client_email(card, mail_is_sent=call.house.mail_is_sent))
        case StepKind.REQUEST_MESSAGE:
            return Reply(screen=compose.ask_message(card))
    if card.client is None and not card.request.chosen_clients:
        return await _clients(call, card, 0)
    return await review(call, card)


async def review(call: Call, card: RequestCard, *, kept: bool = False) -> Reply:
    """`kept`: its words have just become a template. What is typed here becomes its words."""
    subject = f"{card.request.public_id}{_AT_REVIEW}"
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.REQUEST_MESSAGE, subject=subject)
    chosen = await call.cases.requests.several.chosen(dietitian=practice(call), request=card.request)
    known = await call.cases.look.client(card=card)
    return Reply(screen=compose.review(card, chosen or ([known] if known is not None else ()), kept=kept))


async def resume_typed(call: Call, subject: str) -> Reply:
    return await resume(call, await draft(call, subject.removesuffix(_AT_REVIEW)))


async def kind(call: Call) -> Reply:
    press = call.button
    if press.argument not in OFFERED_KINDS:
        raise NotYours
    card = await call.cases.fill.kind(
        dietitian=practice(call), public_id=press.subject, rev=press.rev, kind=ServiceKind(press.argument)
    )
    return await _services(call, card)


async def services(call: Call) -> Reply:
    """Another page of what is on offer."""
    return await _services(call, await draft(call, call.button.subject), call.button.page)


async def service(call: Call) -> Reply:
    press = call.button
    card = await call.cases.fill.service(
        dietitian=practice(call), public_id=press.subject, rev=press.rev, service=press.argument
    )
    return await (ask_message(call, card) if card.client is not None else _clients(call, card, 0))


async def clients(call: Call) -> Reply:
    """Another page of the known clients."""
    card = await draft(call, call.button.subject, call.button.rev or None)
    return await _clients(call, card, call.button.page)


async def known_client(call: Call) -> Reply:
    press = call.button
    card = await call.cases.fill.known_client(
        dietitian=practice(call), public_id=press.subject, rev=press.rev, client_id=press.page
    )
    return await ask_message(call, card)


async def new_client(call: Call) -> Reply:
    card = await draft(call, call.button.subject, call.button.rev)
    await _ask(call, StepKind.CLIENT_NAME, card)
    return Reply(screen=compose.ask_client_name(card))


async def name_typed(call: Call, subject: str) -> Reply:
    name = person_name(call.text)
    card = await call.cases.fill.new_client_name(dietitian=practice(call), public_id=subject, name=name)
    await _ask(call, StepKind.CLIENT_EMAIL, card)
    return Reply(screen=compose.ask_client_email(card, mail_is_sent=call.house.mail_is_sent))


async def email_typed(call: Call, subject: str) -> Reply:
    return await _emailed(call, subject, None, email_address(call.text))


async def skip_email(call: Call) -> Reply:
    return await _emailed(call, call.button.subject, call.button.rev, None)


async def _emailed(call: Call, subject: str, rev: int | None, email: str | None) -> Reply:
    """`rev` None: typed, so it answers the question that is open, whatever the draft's revision."""
    card = await call.cases.fill.new_client_email(
        dietitian=practice(call), public_id=subject, rev=rev, email=email
    )
    return await ask_message(call, card)


async def pick(call: Call) -> Reply:
    """Telegram's own picker needs a keyboard of its own, hence a new message."""
    card = await draft(call, call.button.subject, call.button.rev)
    await _ask(call, StepKind.SHARED_CLIENT, card)
    return Reply(also=(compose.pick_person(card.request.id),))


async def shared(call: Call, subject: str) -> Reply:
    if call.shared is None:
        raise MovedOn
    telegram_id, name = call.shared
    if telegram_id == call.telegram_id:
        listed = await _clients(call, await draft(call, subject), 0)
        return Reply(screen=compose.yourself(), also=(listed.screen,) if listed.screen else ())
    card = await call.cases.fill.shared_client(
        dietitian=practice(call),
        public_id=subject,
        telegram_id=telegram_id,
        name=name,
        timezone=call.house.default_timezone,
    )
    asked = await ask_message(call, card)
    return Reply(screen=compose.picked(name), also=(asked.screen,) if asked.screen else ())


async def back_from_picker(call: Call, subject: str) -> Reply:
    """Whatever is typed instead of picking leads back to the list."""
    card = await draft(call, subject)
    listed = await _clients(call, card, 0)
    return Reply(screen=compose.picker_closed(), also=(listed.screen,) if listed.screen else ())


async def message_typed(call: Call, subject: str) -> Reply:
    words = paragraphs(call.text, longest=MESSAGE_LIMIT, example="Bring your latest lab results.")
    return await messaged(call, subject.removesuffix(_AT_REVIEW), None, words)


async def skip_message(call: Call) -> Reply:
    return await messaged(call, call.button.subject, call.button.rev, None)


async def messaged(call: Call, subject: str, rev: int | None, message: str | None) -> Reply:
    card = await call.cases.fill.message(
        dietitian=practice(call), public_id=subject, rev=rev, message=message
    )
    return await review(call, card)


async def back(call: Call) -> Reply:
    """One step back; what was chosen later is forgotten."""
    press, dietitian, fill = call.button, practice(call), call.cases.fill
    subject, rev = press.subject, press.rev
    match press.argument:
        case "kind":
            return await _kind(call, await fill.back_to_kind(dietitian=dietitian, public_id=subject, rev=rev))
        case "service":
            return await _services(
                call, await fill.back_to_service(dietitian=dietitian, public_id=subject, rev=rev)
            )
        case "client":
            return await _clients(
                call, await fill.back_to_client(dietitian=dietitian, public_id=subject, rev=rev), 0
            )
        case _:
            return await ask_message(call, await draft(call, subject, rev))


async def discard(call: Call) -> Reply:
    await call.cases.discard(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=compose.discarded())


async def _services(call: Call, card: RequestCard, number: int = 0) -> Reply:
    page = await call.cases.look.services(dietitian=practice(call), kind=card.request.kind, number=number)
    return Reply(screen=compose.choose_service(card, page))


async def _clients(call: Call, card: RequestCard, number: int) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    page = await call.cases.look.clients(dietitian=practice(call), number=number)
    return Reply(screen=compose.choose_client(card, page))


async def ask_message(call: Call, card: RequestCard) -> Reply:
    await _ask(call, StepKind.REQUEST_MESSAGE, card)
    return Reply(screen=compose.ask_message(card))


async def _ask(call: Call, kind: StepKind, card: RequestCard) -> None:
    await call.cases.ask(telegram_id=call.telegram_id, kind=kind, subject=card.request.public_id)
