"""/settings, Time zone: from the list, by a city's name, or by where somebody is."""

from domain.errors import Malformed, NotYours
from domain.model.step import StepKind
from handlers.call import Call, Reply
from handlers.formats import clock_time
from handlers.screens import settings, zones
from handlers.typed_values import timezone_name, timezones


async def choose(call: Call) -> Reply:
    return await ask_zone(call, call.button.page)


async def ask_zone(call: Call, number: int) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.TIMEZONE)
    return Reply(screen=zones.ask_zone(number))


async def ask_again(call: Call, _: str) -> Reply:
    return await ask_zone(call, 0)


async def numbered(call: Call) -> Reply:
    if not 0 <= call.button.page < len(settings.COMMON_ZONES):
        raise NotYours
    return await _changed(call, settings.COMMON_ZONES[call.button.page])


async def named(call: Call) -> Reply:
    zone = call.button.argument.replace(".", "/")
    if zone not in timezones():
        raise NotYours
    return await _changed(call, zone)


async def typed(call: Call, _: str) -> Reply:
    """A zone's own name or city is taken at its word; what may be several places is asked."""
    if call.text.strip() == zones.NOT_SHARED:
        return Reply(screen=zones.not_shared(), also=(zones.ask_zone(0),))
    try:
        return await _saved(call, timezone_name(call.text))
    except Malformed:
        found = await call.cases.places.search(call.text, now=call.house.clock.now())
    if not found.places:
        raise Malformed(
            f"I don't know that place, so your time zone stays {call.person.timezone}. Type a large city near you, for "
            "example: Lagos"
        )
    if found.zone is not None:
        return await _saved(call, found.zone)
    return Reply(screen=zones.which(found, call.house.clock.now(), call.person.timezone))


async def _saved(call: Call, zone: str) -> Reply:
    """Nothing was pressed that could be answered: a message of its own says it."""
    reply = await _changed(call, zone)
    also = (reply.screen,) if reply.screen is not None else ()
    return Reply(screen=zones.saved(zone, call.house.clock.now()), also=also)


async def _changed(call: Call, zone: str) -> Reply:
    person = await call.cases.change_profile(person=call.person, timezone=zone)
    words = f"Saved: {zone}, where it is {clock_time(call.house.clock.now(), zone)} now"
    return Reply(screen=settings.settings(person, call.dietitian), toast=words)


async def share(call: Call) -> Reply:
    """Telegram's own button needs a keyboard of its own, hence a new message."""
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.TIMEZONE)
    return Reply(also=(zones.share_place(),))


async def located(call: Call) -> Reply:
    """Where they are was made into a zone before anything was stored. Unasked it changes nothing by itself."""
    zone, now = call.place, call.house.clock.now()
    if not zone:
        return Reply(screen=zones.nowhere())
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is None or step.kind is not StepKind.TIMEZONE:
        return Reply(screen=zones.offer(zone, now))
    person = await call.cases.change_profile(person=call.person, timezone=zone)
    return Reply(screen=zones.located(zone, now), also=(settings.settings(person, call.dietitian),))
