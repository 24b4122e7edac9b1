"""/plans: the dietitian sees who waits, and sends the PDF."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours
from domain.model.people import Role
from domain.model.plan import PlanState
from domain.model.step import StepKind
from domain.model.views import PlanCard
from domain.usecases.cancel_plan import require_cancellable
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.screens import mealplans, terms
from handlers.screens import plans as screens
from handlers.screens.intake import dietitian_intake_row


async def plans(call: Call) -> Reply:
    """The argument is `tab.page`."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    tab, _, number = call.press.argument.partition(".") if call.press else ("waiting", "", "0")
    if tab not in screens.TABS:
        tab = "waiting"
    dietitian = practice(call)
    page = number_in(number) or 0
    shown = await call.cases.plans.look.of_dietitian(dietitian=dietitian, tab=tab, number=page)
    return Reply(screen=screens.plans(shown, tab, dietitian.timezone, call.house.clock.now()))


async def plan(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _card(call, await _own(call))


async def _own(call: Call) -> PlanCard:
    return await call.cases.plans.look.dietitians_own(dietitian=practice(call), public_id=call.button.subject)


async def _card(call: Call, shown: PlanCard, *, note: str = "") -> Reply:
    row = dietitian_intake_row(shown.card) if await call.cases.look.has_intake(card=shown.card) else []
    screen = screens.plan(shown, practice(call).timezone, call.house.clock.now(), intake=row, note=note)
    return Reply(screen=screen)


async def upload(call: Call) -> Reply:
    shown = await _own(call)
    if shown.plan.state is PlanState.CANCELLED:
        raise MovedOn
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.PLAN_FILE, subject=shown.card.request.public_id
    )
    return Reply(screen=screens.ask_file(shown))


async def confirm(call: Call) -> Reply:
    press = call.button
    try:
        shown = await call.cases.plans.confirm(
            dietitian=practice(call), public_id=press.subject, file=press.argument
        )
    except _NOT_THIS_FILE:
        shown = await _own(call)
        return replace(await _card(call, shown), toast=_why_not(call, shown), alert=True)
    return await _card(call, shown, note="✅ Confirmed. It is on its way; you are told when it has arrived.")


# pressed before, replaced, thrown away or cancelled: the plan's own card says where it stands
_NOT_THIS_FILE = (MovedOn, NotYours)


def _why_not(call: Call, shown: PlanCard) -> str:
    if shown.plan.state is PlanState.CANCELLED:
        return "This plan was cancelled, so nothing was sent."
    if any(file.public_id == call.button.argument for file in shown.versions):
        return "You have confirmed it already; nothing was sent a second time."
    return "Another file took its place, or it was thrown away. Nothing was sent."


async def try_again(call: Call) -> Reply:
    try:
        shown = await call.cases.plans.try_again(dietitian=practice(call), public_id=call.button.subject)
    except MovedOn:  # it is under way already, or has arrived: the card says which
        return await _card(call, await _own(call))
    return await _card(call, shown, note="🔁 It is tried again; you are told when it has arrived.")


async def cancel(call: Call) -> Reply:
    """Either side; the terms once more, before it cannot be undone."""
    shown, role = await call.cases.plans.look.either_side(person=call.person, public_id=call.button.subject)
    require_cancellable(shown)
    now = call.house.clock.now()
    return Reply(screen=mealplans.cancel_sure(shown, now, for_dietitian=role is Role.DIETITIAN))


_LOOK_AGAIN = "What you get back has changed meanwhile. Please look again before you cancel."


async def cancel_sure(call: Call) -> Reply:
    press = call.button
    try:
        shown = await call.cases.plans.cancel(
            person=call.person, public_id=press.subject, rev=press.rev, percent=press.page
        )
    except MovedOn:
        return replace(await cancel(call), toast=_LOOK_AGAIN, alert=True)
    role = shown.card.role_of(call.telegram_id)
    refund = await call.cases.look.refund(payment=shown.card.payment)
    words = terms.started(refund)
    screen = mealplans.cancelled(shown.card, words, for_dietitian=role is Role.DIETITIAN)
    return Reply(screen=screen, toast="Cancelled")
