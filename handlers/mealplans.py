"""/mealplans: the client's plans, pending and received."""

from handlers.call import Call, Reply
from handlers.screens import mealplans as screens
from handlers.screens.intake import client_intake_row


async def meal_plans(call: Call) -> Reply:
    number = call.press.page if call.press else 0
    page = await call.cases.plans.look.of_client(person=call.person, number=number)
    return Reply(screen=screens.meal_plans(page, call.person.timezone, call.house.clock.now()))


async def meal_plan(call: Call) -> Reply:
    shown = await call.cases.plans.look.clients_own(person=call.person, public_id=call.button.subject)
    asked = await call.cases.look.has_intake(card=shown.card)
    row = client_intake_row(shown.card) if asked else []
    return Reply(screen=screens.meal_plan(shown, call.person.timezone, call.house.clock.now(), intake=row))


async def send_again(call: Call) -> Reply:
    """By the outbox, like the first time; the document is a new message."""
    await call.cases.plans.send_again(
        person=call.person, public_id=call.button.subject, number=call.button.page
    )
    return Reply(toast="Here it comes.")
