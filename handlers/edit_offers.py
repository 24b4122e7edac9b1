"""/services: adding one, changing it, its place in the list, archiving it."""

from domain.errors import MovedOn, NotYours
from domain.model.service import Service, ServiceKind
from domain.model.step import StepKind
from domain.usecases.add_service import QUESTIONS, Asked, ServiceDraft, draft_of
from domain.usecases.edit_service import Placed
from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import edit_offers as screens
from handlers.screens import offers
from handlers.typed_offers import days_of, description_of, minutes_of, price_of, title_of

_MOVED = "Your list has changed meanwhile. Here is where it stands now."


async def add(call: Call) -> Reply:
    """The argument is the kind, or nothing yet."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    dietitian, kind = practice(call), call.button.argument
    if kind not in set(ServiceKind):
        return Reply(screen=screens.choose_kind())
    return await _step(call, await call.cases.services.new.begin(dietitian=dietitian, kind=ServiceKind(kind)))


async def _step(call: Call, found: ServiceDraft | Service) -> Reply:
    """The next question, or the card of what it became."""
    if isinstance(found, ServiceDraft):
        return Reply(screen=screens.adding(found, call.cases.services.new.currency))
    return Reply(screen=offers.offer(await _look(call, found.public_id), "✅ Your clients can have it now."))


async def ask_again(call: Call, subject: str) -> Reply:
    return await _step(call, draft_of(subject))


async def _look(call: Call, public_id: str) -> Placed:
    return await call.cases.services.edit.look(dietitian=practice(call), public_id=public_id)


async def add_back(call: Call) -> Reply:
    press = call.button
    found = await call.cases.services.new.back(
        dietitian=practice(call), public_id=press.subject, to=press.argument
    )
    return await _step(call, found)


async def add_chosen(call: Call) -> Reply:
    """The argument is `question.value`."""
    asked, value = _chosen(call)
    return await _answered(call, call.button.subject, asked, value)


async def add_typed(call: Call, subject: str) -> Reply:
    draft = draft_of(subject)
    value = _understood(call.text, draft.asked, call.cases.services.new.currency)
    return await _answered(call, draft.public_id, draft.asked, value)


async def _answered(call: Call, public_id: str, asked: Asked, value: str | int | None) -> Reply:
    found = await call.cases.services.new.answer(
        dietitian=practice(call), public_id=public_id, asked=asked, value=value
    )
    return await _step(call, found)


def _chosen(call: Call) -> tuple[Asked, str | int | None]:
    """`NotYours` for anything that no button of ours offers."""
    name, _, value = call.button.argument.partition(".")
    match name:
        case Asked.MINUTES:
            return Asked.MINUTES, minutes_of(value)
        case Asked.DAYS:
            return Asked.DAYS, days_of(value)
        case Asked.DESCRIPTION:
            return Asked.DESCRIPTION, None
        case _:
            raise NotYours


def _understood(text: str, asked: Asked, currency: str) -> str | int:
    match asked:
        case Asked.TITLE:
            return title_of(text)
        case Asked.MINUTES:
            return minutes_of(text)
        case Asked.PRICE:
            return price_of(text, currency)
        case Asked.DESCRIPTION:
            return description_of(text)
        case Asked.DAYS:
            return days_of(text)


async def edit(call: Call) -> Reply:
    """The argument is the field."""
    public_id, field = call.button.subject, call.button.argument
    service = await call.cases.offers.one(dietitian=practice(call), public_id=public_id)
    if field not in QUESTIONS[service.kind]:
        raise NotYours
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.SERVICE_FIELD, subject=f"{public_id}:{field}"
    )
    return Reply(screen=screens.changing(service, Asked(field)))


async def ask_field_again(call: Call, subject: str) -> Reply:
    public_id, _, name = subject.partition(":")
    service = await call.cases.offers.one(dietitian=practice(call), public_id=public_id)
    return Reply(screen=screens.changing(service, Asked(name)))


async def edit_typed(call: Call, subject: str) -> Reply:
    public_id, _, name = subject.partition(":")
    field = Asked(name)
    service = await call.cases.offers.one(dietitian=practice(call), public_id=public_id)
    return await _changed(call, public_id, field, _understood(call.text, field, service.currency))


async def edit_chosen(call: Call) -> Reply:
    """The argument is `field.value`."""
    field, value = _chosen(call)
    return await _changed(call, call.button.subject, field, value)


async def _changed(call: Call, public_id: str, field: Asked, value: str | int | None) -> Reply:
    placed = await call.cases.services.edit.change(
        dietitian=practice(call), public_id=public_id, field=field, value=value
    )
    return Reply(screen=offers.offer(placed, screens.changed(placed.service, field)))


async def show(call: Call) -> Reply:
    """To everybody, or only to those who are asked."""
    press = call.button
    placed = await call.cases.services.edit.show(
        dietitian=practice(call), public_id=press.subject, by_request_only=press.argument == "asked"
    )
    return Reply(screen=offers.offer(placed), toast="Saved")


async def place(call: Call) -> Reply:
    """The argument is where to; the revision is where it stood."""
    press = call.button
    try:
        placed = await call.cases.services.edit.place(
            dietitian=practice(call), public_id=press.subject, at=press.rev, to=press.page
        )
    except MovedOn:
        return Reply(screen=offers.offer(await _look(call, press.subject)), toast=_MOVED)
    return Reply(screen=offers.offer(placed))


async def archive(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    placed = await _look(call, call.button.subject)
    if placed.place is None:
        return Reply(screen=offers.offer(placed))
    return Reply(screen=offers.archive_sure(placed.service))


async def archive_sure(call: Call) -> Reply:
    placed = await call.cases.services.edit.archive(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=offers.offer(placed), toast="Archived")


async def restore(call: Call) -> Reply:
    placed = await call.cases.services.edit.restore(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=offers.offer(placed), toast="It is on offer again")


async def archived(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    found = await call.cases.services.edit.archived(dietitian=practice(call))
    return Reply(screen=offers.archived(found, call.button.page))
