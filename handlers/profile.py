"""/settings → Your practice: what clients and receipts see of it, and its terms, typed or tapped."""

from domain.errors import NotYours
from domain.model.people import Dietitian
from domain.model.step import StepKind
from domain.usecases.change_practice import ProfileField
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.screens import profile as screens
from handlers.screens import settings
from handlers.screens.booking import after
from handlers.typed_terms import terms_value
from handlers.typed_values import email_address, https_link, person_name, timezone_name

_SAVED = "✅ Saved."


async def profile(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=screens.profile(dietitian))


def _field(word: str) -> ProfileField:
    """`NotYours` for what no button of ours carries."""
    if word not in set(ProfileField):
        raise NotYours
    return ProfileField(word)


async def ask(call: Call) -> Reply:
    """The argument is the field, or `zone.page`."""
    word, _, number = call.button.argument.partition(".")
    return await _ask(call, _field(word), number_in(number) or 0)


async def _ask(call: Call, field: ProfileField, page: int = 0) -> Reply:
    dietitian = practice(call)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.PROFILE, subject=field.value)
    return Reply(screen=screens.ask(dietitian, field, page))


async def ask_again(call: Call, subject: str) -> Reply:
    return await _ask(call, ProfileField(subject))


async def typed(call: Call, subject: str) -> Reply:
    field = ProfileField(subject)
    dietitian = await _changed(call, field, _read(call.text, field))
    match field:
        case ProfileField.FREE_HOURS | ProfileField.LATE_REFUND:
            return Reply(screen=after(_SAVED, settings.terms(dietitian)))
        case ProfileField.REQUEST_DAYS:
            return Reply(screen=after(_SAVED, settings.request_days(dietitian)))
        case _:
            return Reply(screen=screens.profile(dietitian, _SAVED))


def _read(text: str, field: ProfileField) -> str | int:
    match field:
        case ProfileField.NAME:
            return person_name(text)
        case ProfileField.EMAIL:
            return email_address(text)
        case ProfileField.ZONE:
            return timezone_name(text)
        case ProfileField.ROOM:
            return https_link(text)
        case _:
            return terms_value(field, text)


async def chosen(call: Call) -> Reply:
    """The argument is `zone.number` or `room.none`."""
    word, _, value = call.button.argument.partition(".")
    dietitian = await _changed(call, _field(word), _meant(_field(word), value))
    return Reply(screen=screens.profile(dietitian), toast="Saved")


def _meant(field: ProfileField, value: str) -> str | None:
    if field is ProfileField.ROOM and value == screens.NO_ROOM:
        return None
    number = number_in(value)
    if field is ProfileField.ZONE and number is not None and number < len(settings.COMMON_ZONES):
        return settings.COMMON_ZONES[number]
    raise NotYours


async def _changed(call: Call, field: ProfileField, value: str | int | None) -> Dietitian:
    return await call.cases.office.change_practice(dietitian=practice(call), field=field, value=value)


async def no_room(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if dietitian.fallback_meeting_url is None:
        return Reply(screen=screens.profile(dietitian))
    return Reply(screen=screens.no_room_sure(dietitian))
