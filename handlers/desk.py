"""/admin: the desk."""

import csv
from io import StringIO

from domain.errors import MovedOn
from domain.model.money import major_units
from domain.model.payment import MoneyOutcome
from domain.usecases.audit_trail import EVERYTHING
from domain.usecases.telling import by
from handlers.call import Call, Reply
from handlers.screens import desk

_WAITING = {MoneyOutcome.QUARANTINE, MoneyOutcome.CREDIT}


async def show(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=desk.desk(*await call.cases.desk.counts()))


async def money(call: Call) -> Reply:
    page = await call.cases.desk.money(number=call.button.page)
    return Reply(screen=desk.money_list(page, call.person.timezone))


async def payment(call: Call) -> Reply:
    found = await call.cases.desk.payment(reference=call.button.subject)
    await call.cases.office.trail.looked(admin=call.person, at=f"payment:{found.payment.reference}")
    return Reply(screen=desk.payment(found, call.person.timezone))


async def refund(call: Call) -> Reply:
    found = await call.cases.desk.payment(reference=call.button.subject)
    waits = found.payment.outcome in _WAITING and found.payment.arrived > 0
    if found.refund is not None or not waits:
        raise MovedOn
    return Reply(screen=desk.refund_sure(found))


async def refund_sure(call: Call) -> Reply:
    found = await call.cases.desk.refund(person=call.person, reference=call.button.subject)
    return Reply(screen=desk.payment(found, call.person.timezone), toast="The refund is started")


async def retry(call: Call) -> Reply:
    found = await call.cases.desk.payment(reference=call.button.subject)
    await call.cases.retry_refund(payment_id=found.payment.id, by=by(call.person.id))
    found = await call.cases.desk.payment(reference=call.button.subject)
    return Reply(screen=desk.payment(found, call.person.timezone), toast="The refund is tried again")


async def history(call: Call) -> Reply:
    entries = await call.cases.desk.history(reference=call.button.subject)
    await call.cases.office.trail.looked(
        admin=call.person, at=f"payment:{call.button.subject}", action="looked at the history"
    )
    return Reply(screen=desk.history(call.button.subject, entries, call.person.timezone))


async def links(call: Call) -> Reply:
    page = await call.cases.desk.without_link(number=call.button.page)
    return Reply(screen=desk.links_list(page, call.person.timezone))


async def make_links(call: Call) -> Reply:
    """Asks for all of them; the message then edits itself until they are there."""
    ids = await call.cases.make_all_links(person=call.person)
    if call.message_id is not None and ids:
        await call.cases.make_all_links.follow(
            telegram_id=call.telegram_id, message_id=call.message_id, booking_ids=ids
        )
    return Reply(screen=desk.progress(0, len(ids), 0))


async def late_plans(call: Call) -> Reply:
    page = await call.cases.plans.look.late(number=call.button.page)
    return Reply(screen=desk.late_plans(page, call.person.timezone))


async def ledger(call: Call) -> Reply:
    """RFC 4180; amounts in major units, times in UTC."""
    await call.cases.office.trail.looked(admin=call.person, at=EVERYTHING, action="took the ledger")
    text = StringIO()
    out = csv.writer(text)
    out.writerow(["at_utc", "payment", "from", "to", "amount", "currency", "decided_by", "reason"])
    for move, reference in await call.cases.desk.ledger():
        out.writerow(
            [
                move.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                reference,
                move.source.value,
                move.target.value,
                major_units(move.amount),
                move.currency,
                move.decided_by,
                move.reason,
            ]
        )
    content = text.getvalue().encode("utf-8-sig")  # a spreadsheet needs the mark to see that it is UTF-8
    return Reply(also=(desk.ledger_file(content, call.house.clock.now()),))
