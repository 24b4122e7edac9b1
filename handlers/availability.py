"""/availability: a dietitian's weekly hours and the rules of booking, by tapping and by typing."""

from domain.errors import NotYours, PictureFailed
from domain.model.step import StepKind
from domain.usecases.set_hours import Rule
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.screens import availability as screens
from handlers.screens import week_picture
from handlers.typed_hours import ranges_of
from handlers.typed_rules import rule_value

_DAYS = range(7)
_EVERY_DAY = 0b1111111
_SAVED = f"✅ Saved. {screens.STAYS}"


def _numbers(call: Call, count: int) -> tuple[int, ...]:
    """The argument's parts, the first of them a weekday; `NotYours` for what no button of ours carries."""
    numbers = [number_in(part) for part in call.button.argument.split(".")]
    known = tuple(number for number in numbers if number is not None)
    if not len(numbers) == len(known) == count or known[0] not in _DAYS:
        raise NotYours
    return known


async def week(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=screens.week(await call.cases.week.hours.look(dietitian=dietitian)))


async def day(call: Call) -> Reply:
    (at,) = _numbers(call, 1)
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=screens.day(await call.cases.week.hours.look(dietitian=dietitian), at))


async def preset(call: Call) -> Reply:
    """The argument is `weekday.number`; the number behind the last preset closes the day."""
    dietitian = practice(call)
    at, number = _numbers(call, 2)
    choices = (*screens.PRESETS, ())
    if number >= len(choices):
        raise NotYours
    ranges = choices[number]
    found = await call.cases.week.hours.set_days(dietitian=dietitian, days=[at], ranges=ranges)
    return Reply(screen=screens.day(found, at), toast="Saved")


async def add(call: Call) -> Reply:
    (at,) = _numbers(call, 1)
    practice(call)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.OPENING_TIMES, subject=str(at))
    return Reply(screen=screens.ask_times(at))


async def ask_times_again(call: Call, subject: str) -> Reply:  # noqa: ARG001 - as every question
    return Reply(screen=screens.ask_times(int(subject)))


async def times_typed(call: Call, subject: str) -> Reply:
    at, ranges, dietitian = int(subject), ranges_of(call.text), practice(call)
    if not ranges:
        found = await call.cases.week.hours.set_days(dietitian=dietitian, days=[at], ranges=())
    else:
        found = await call.cases.week.hours.add(dietitian=dietitian, day=at, ranges=ranges)
    return Reply(screen=screens.day(found, at, _SAVED))


async def drop(call: Call) -> Reply:
    """The argument is `weekday.opens.closes`."""
    at, opens, closes = _numbers(call, 3)
    found = await call.cases.week.hours.drop(dietitian=practice(call), day=at, dropped=(opens, closes))
    return Reply(screen=screens.day(found, at), toast="Saved")


async def copy(call: Call) -> Reply:
    """The argument is `weekday.days as bits`."""
    at, chosen = _numbers(call, 2)
    found = await call.cases.week.hours.look(dietitian=practice(call))
    return Reply(screen=screens.copy(found, at, _others(chosen, at)))


def _others(chosen: int, at: int) -> int:
    return chosen & _EVERY_DAY & ~(1 << at)


async def copy_sure(call: Call) -> Reply:
    at, chosen = _numbers(call, 2)
    days = [to for to in _DAYS if _others(chosen, at) >> to & 1]
    found = await call.cases.week.hours.copy(dietitian=practice(call), day=at, to=days)
    return Reply(screen=screens.week(found), toast="Saved")


async def rules(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=screens.rules(dietitian))


def _rule(name: str) -> Rule:
    if name not in set(Rule):
        raise NotYours
    return Rule(name)


async def rule(call: Call) -> Reply:
    asked, dietitian = _rule(call.button.argument), practice(call)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.BOOKING_RULE, subject=asked.value)
    return Reply(screen=screens.rule(dietitian, asked))


async def ask_rule_again(call: Call, subject: str) -> Reply:
    return Reply(screen=screens.rule(practice(call), Rule(subject)))


async def rule_chosen(call: Call) -> Reply:
    """The argument is `rule.value`."""
    name, _, value = call.button.argument.partition(".")
    return await _set(call, _rule(name), rule_value(_rule(name), value))


async def rule_typed(call: Call, subject: str) -> Reply:
    return await _set(call, Rule(subject), rule_value(Rule(subject), call.text))


async def _set(call: Call, changed: Rule, value: int | None) -> Reply:
    dietitian = await call.cases.week.hours.set_rule(dietitian=practice(call), rule=changed, value=value)
    words = screens.value_words(changed, value)
    return Reply(
        screen=screens.rules(dietitian, "" if call.press else f"✅ Saved: {words}."), toast=f"Saved: {words}"
    )


async def picture(call: Call) -> Reply:
    """The argument is so many weeks ahead. Drawing takes a moment; where it fails the words say so."""
    dietitian, ahead = practice(call), min(call.button.page, 1)
    await call.acknowledge()
    found = await call.cases.week.look_ahead(dietitian=dietitian, ahead=ahead)
    try:
        png = await call.cases.week.plotter.week(
            week_picture.picture_spec(found, week_picture.week_title(ahead))
        )
    except PictureFailed:
        png = None
    return Reply(screen=week_picture.picture(found, ahead, png))


async def outside(call: Call) -> Reply:
    dietitian = practice(call)
    page = await call.cases.week.clashes.outside(dietitian=dietitian, number=call.button.page)
    return Reply(screen=screens.outside(page, dietitian.timezone))
