"""The admin's desk."""

from collections.abc import Sequence
from datetime import datetime

from domain.model.audit import AuditEntry
from domain.model.job import Job
from domain.model.message import File, Message, Rows
from domain.model.overview import OfficeFacts
from domain.model.payment import MoneyOutcome, Payment
from domain.model.refund import RefundState
from domain.model.views import Page, PlanCard, RequestCard
from domain.usecases.desk import PaymentCard
from handlers.callbacks import Verb
from handlers.formats import moment, money, safe
from handlers.screens.mealplans import day_of
from handlers.screens.money import amount_paid
from handlers.screens.parts import (
    HOME,
    button,
    client_name,
    ended,
    kind_of,
    numbered,
    on,
    pager,
    price,
    rows,
    short,
    when,
)

_HISTORY_LIMIT = 3500
_LABEL_LIMIT = 32
DESK = button("🛠 Desk", Verb.DESK)


def desk(counts: OfficeFacts, unwell: Sequence[Job]) -> Message:
    """`unwell`: the jobs that do not run as they should."""
    failed, waiting = counts.undelivered + counts.failed, counts.waiting_in + counts.waiting_out
    lines = [
        f"Payments that need a person: {_of(counts.money)}",
        f"Coming bookings without a link: {_of(counts.links)}",
        f"Meal plans that are late: {_of(counts.late_plans)}",
        f"Sessions whose end is unclear: {_of(counts.unclear)}",
        f"Failed deliveries: {_of(failed)}",
        f"Came in or to go out, not done yet: {_of(waiting)}",
        f"Jobs that don't run as they should: {len(unwell) or 'none'}",
        f"Dietitians: {counts.dietitians}, suspended: {counts.suspended}, invited: {counts.invited}",
        f"Broadcast messages on their way: {_of(counts.broadcasting)}",
    ]
    return Message(
        text="\n".join(["<b>Admin desk</b>", *lines]), rows=_entries(counts, failed, waiting, unwell)
    )


def _of(number: int) -> str:
    return str(number) if number else "nothing waits"


def _entries(counts: OfficeFacts, failed: int, waiting: int, unwell: Sequence[Job]) -> Rows:
    side = "out" if counts.undelivered or not counts.failed else "in"
    return rows(
        [button(f"💰 Money ({counts.money})", Verb.DESK_MONEY, argument="0")],
        [button(f"🔗 Missing links ({counts.links})", Verb.DESK_LINKS, argument="0")],
        [button(f"🥗 Late plans ({counts.late_plans})", Verb.DESK_LATE_PLANS, argument="0")],
        [button(f"🤷 Unclear sessions ({counts.unclear})", Verb.DESK_SESSIONS, argument="0")],
        [button(f"📮 Failed deliveries ({failed})", Verb.DESK_FAILED, argument=f"{side}.0")],
        [
            button(f"📥 Backlog ({waiting})", Verb.DESK_BACKLOG),
            button(f"{'🔴' if unwell else '🟢'} Jobs ({len(unwell)})", Verb.DESK_JOBS, argument="0"),
        ],
        [
            button(f"👩‍⚕️ Dietitians ({counts.dietitians})", Verb.DIETITIANS, argument="active.0"),
            button(f"📣 Broadcast ({counts.broadcasting})", Verb.BROADCASTS, argument="0"),
        ],
        [
            button("📄 Ledger (CSV)", Verb.DESK_LEDGER),
            button("📊 Stats", Verb.DESK_STATS, argument="month"),
        ],
        [button("🚪 Leaving", Verb.LEAVINGS, argument="0"), button("🗄 Data kept", Verb.DESK_KEPT)],
        [button("📜 Audit trail", Verb.AUDIT, argument="0")],
        [HOME],
    )


def late_plans(page: Page[PlanCard], timezone: str) -> Message:
    """Who owes what to whom since when, each with its dietitian; the content of plans is nobody's business here."""
    if not page.total:
        return Message(text="<b>Late meal plans</b>\nNone is late.", rows=rows([DESK]))
    lines = [f"<b>Late meal plans ({page.total})</b>{numbered(page)}, longest overdue first"]
    buttons = []
    for number, shown in enumerate(page.items, page.number * 5 + 1):
        dietitian = shown.card.dietitian
        lines.append(
            f"{number}. {safe(dietitian.name)} → {client_name(shown.card)}\n"
            f"   promised by {day_of(shown.plan.promised_at, timezone)}"
        )
        label = f"{number} · {short(dietitian.name, _LABEL_LIMIT)}"
        buttons.append([button(label, Verb.DIETITIAN, dietitian.public_id)])
    return Message(text="\n".join(lines), rows=rows(*buttons, pager(page, Verb.DESK_LATE_PLANS), [DESK]))


def money_list(page: Page[Payment], timezone: str) -> Message:
    if not page.total:
        return Message(
            text="<b>Money that needs a person</b>\nNothing waits. Every payment has become what it should.",
            rows=rows([DESK]),
        )
    lines = [f"<b>Money that needs a person ({page.total})</b>{numbered(page)}, oldest first"]
    buttons = []
    for number, payment in enumerate(page.items, page.number * 5 + 1):
        lines.append(
            f"{number}. {amount_paid(payment)} – {why(payment)}\n   {moment(payment.settled_at or payment.created_at, timezone)}"
        )
        buttons.append(button(str(number), Verb.DESK_PAYMENT, payment.reference))
    return Message(text="\n".join(lines), rows=rows(buttons, pager(page, Verb.DESK_MONEY), [DESK]))


def why(payment: Payment) -> str:
    if payment.dispute is not None and payment.dispute_resolution is None:
        return f"disputed ({safe(payment.dispute)})"
    words = {
        MoneyOutcome.CREDIT: "waits for the client's choice",
        MoneyOutcome.QUARANTINE: f"quarantined ({safe((payment.outcome_reason or '').replace('_', ' '))})",
        MoneyOutcome.REFUND: "being refunded",
        MoneyOutcome.VALUE: "paid for a session",
    }
    return words[payment.outcome] if payment.outcome is not None else "not settled"


def payment(found: PaymentCard, timezone: str) -> Message:
    payment, card = found.payment, found.card
    parts = [
        f"<b>{amount_paid(payment)}</b> · <code>{payment.reference}</code>",
        f"{client_name(card)} → {safe(card.dietitian.name)}: {kind_of(card.request)} · {price(card.request)}",
        f"Now: {why(payment)}",
        f"Asked for: {money(payment.amount, payment.currency)} ({payment.domain})",
    ]
    if payment.dispute_due_at is not None:
        parts.append(f"Answer the dispute by: {moment(payment.dispute_due_at, timezone)}")
    if found.refund is not None:
        parts.append(
            f"Refund: {money(found.refund.amount, found.refund.currency)}, {found.refund.state.value}"
            + (f" ({safe(found.refund.error)})" if found.refund.error else "")
        )
    if card.booking is not None:
        parts.append(f"Booking: {when(card.booking, timezone)}, {ended(card.booking)}")
    actions = []
    waits = payment.outcome in {MoneyOutcome.QUARANTINE, MoneyOutcome.CREDIT} and payment.arrived > 0
    if waits and found.refund is None:
        actions.append([button("↩️ Refund", Verb.DESK_REFUND, payment.reference)])
    if found.refund is not None and found.refund.state is RefundState.FAILED:
        actions.append([button("🔄 Try the refund again", Verb.DESK_RETRY, payment.reference)])
    return Message(
        text="\n".join(parts),
        rows=rows(
            *actions,
            [button("🕓 History", Verb.DESK_HISTORY, payment.reference)],
            [button("← Back", Verb.DESK_MONEY, argument="0"), DESK],
        ),
    )


def refund_sure(found: PaymentCard) -> Message:
    reference = found.payment.reference
    return Message(
        text=f"Refund {amount_paid(found.payment)} to {client_name(found.card)}? They are told. This cannot be undone.",
        rows=rows(
            [button("← Back", Verb.DESK_PAYMENT, reference)],
            [button("↩️ Yes, refund", Verb.DESK_REFUND_SURE, reference)],
        ),
    )


def history(reference: str, entries: list[AuditEntry], timezone: str) -> Message:
    """The newest that fit."""
    lines: list[str] = []
    for entry in reversed(entries):
        detail = ", ".join(f"{name}: {value}" for name, value in entry.detail.items() if value is not None)
        line = f"{moment(entry.at, timezone)} – {safe(entry.record)}: {safe(entry.action)} by {safe(entry.actor)}"
        line += f" ({safe(detail)})" if detail else ""
        if sum(map(len, lines)) + len(line) > _HISTORY_LIMIT:
            break
        lines.insert(0, line)
    return Message(
        text=f"<b>History of {reference}</b>\n" + ("\n".join(lines) or "Nothing is recorded."),
        rows=rows([button("← Back", Verb.DESK_PAYMENT, reference), DESK]),
    )


def links_list(page: Page[RequestCard], timezone: str) -> Message:
    if not page.total:
        return Message(text="<b>Missing links</b>\nEvery coming booking has its link.", rows=rows([DESK]))
    lines = [f"<b>Missing links ({page.total})</b>{numbered(page)}"]
    buttons = []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        if card.booking is None:
            continue
        lines.append(
            f"{number}. {when(card.booking, timezone)} – {client_name(card)} with {safe(card.dietitian.name)}"
        )
        buttons.append(on(card, f"🔗 Get link {number}", Verb.GET_LINK))
    return Message(
        text="\n".join(lines),
        rows=rows(
            *[[one] for one in buttons],
            [button("🔗 Make all of them", Verb.DESK_MAKE_LINKS)],
            pager(page, Verb.DESK_LINKS),
            [DESK],
        ),
    )


def progress(done: int, total: int, missing: int) -> Message:
    """The message that edits itself while the links are made."""
    if total == 0:
        return Message(text="Every coming booking has its link.", rows=rows([DESK]))
    bar = "▓" * (10 * done // total) + "░" * (10 - 10 * done // total)
    end = ""
    if done == total:
        end = (
            "\nDone."
            if not missing
            else f"\nDone; {missing} could not be made: their dietitians are told why."
        )
    return Message(text=f"🔗 Making links: {done} of {total}\n{bar}{end}", rows=rows([DESK]))


def ledger_file(content: bytes, now: datetime) -> Message:
    return Message(
        text="📄 The ledger: every kobo that arrived, and what it became.",
        file=File(name=f"ledger-{now:%Y-%m-%d}.csv", mime_type="text/csv", content=content),
    )
