"""A document in the chat: a PDF for a plan, or something nobody asked for."""

from domain.errors import Malformed, MovedOn
from domain.model.plan import PlanFile
from domain.model.step import StepKind
from domain.usecases.upload_plan import Taken
from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.plan_document import file_name
from handlers.screens import plans as screens


async def document(call: Call) -> Reply:
    """While the PDF of a plan is awaited it is that; out of the blue it is asked whose it is."""
    if call.document is None:
        raise MovedOn
    if call.dietitian is None:
        return Reply(screen=screens.no_files_here())
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    awaited = step.subject if step is not None and step.kind is StepKind.PLAN_FILE else None
    note = call.text.strip() or None
    try:
        taken = await call.cases.plans.take(
            dietitian=call.dietitian, document=call.document, note=note, request=awaited
        )
    except Malformed as wrong:  # the question stays open: the next file may be right
        return Reply(screen=screens.not_a_pdf(str(wrong)))
    return await _taken(call, taken)


async def _taken(call: Call, taken: Taken) -> Reply:
    shown = taken.shown
    if shown is None:
        return await _whose(call, taken.file, 0, taken.report.preview)
    sent_as = file_name(shown.card, call.house.clock.now(), len(shown.versions) + 1)
    return Reply(screen=screens.preview(shown, taken.file, taken.note, taken.report.preview, sent_as))


async def _whose(call: Call, file: PlanFile, number: int, png: bytes | None) -> Reply:
    page = await call.cases.plans.look.of_dietitian(dietitian=practice(call), tab="waiting", number=number)
    return Reply(screen=screens.whose(file, page, png))


async def whose(call: Call) -> Reply:
    """Another page of those who wait."""
    file = await call.cases.plans.sort.upload(dietitian=practice(call), file=call.button.subject)
    return await _whose(call, file, call.button.page, None)


async def file_for(call: Call) -> Reply:
    press, dietitian = call.button, practice(call)
    taken = await call.cases.plans.sort.assign(
        dietitian=dietitian, public_id=press.subject, file=press.argument
    )
    return await _taken(call, taken)


async def discard(call: Call) -> Reply:
    await call.cases.plans.sort.discard(dietitian=practice(call), file=call.button.argument)
    return Reply(screen=screens.discarded())


async def other_media(call: Call) -> Reply:
    """A photo, a voice message and the like: never passed on."""
    if call.dietitian is None:
        return Reply(screen=screens.no_files_here())
    return Reply(screen=screens.only_files((call.media or "file").replace("_", " ")))


async def text_instead(call: Call, subject: str) -> Reply:
    """Typed while the PDF is awaited: the question stays open."""
    shown = await call.cases.plans.look.dietitians_own(dietitian=practice(call), public_id=subject)
    return Reply(screen=screens.ask_file(shown))
