"""The machinery behind the practice, for the admins: what was given up, what waits, whether the jobs run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from domain.model.job import Job
from domain.model.message import Button, Message
from domain.model.queue import MOST_COUNTED, Errand, Source, Waiting
from domain.model.secrets import without_secrets
from domain.model.views import Page
from domain.usecases.back_office import PAGE_SIZE, Backlog, Failure, Side
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.screens.desk import DESK
from handlers.screens.parts import button, numbered, page_of, pager, rows, short

_NAME_LIMIT, _WHY_LIMIT = 60, 200
_TABS = {Side.OUT: "Going out", Side.IN: "Came in"}
_WHAT: dict[Errand | Source, str] = {
    Errand.NOTICE: "a message",
    Errand.ANSWER: "an answer to a press or a text",
    Errand.MAIL: "an invitation by e-mail",
    Errand.NOTICE_MAIL: "a message by e-mail",
    Errand.RECEIPT: "a receipt by e-mail",
    Errand.ALERT: "an alert to the admins",
    Errand.CALENDAR: "an event and its link",
    Errand.PAY_LINK: "a pay link",
    Errand.CALENDAR_CHANGE: "a change of an event",
    Errand.REFUND: "a refund at Paystack",
    Errand.CREDIT_LAPSE: "the return of money that waited",
    Errand.LINK_CHECK: "a look for a link",
    Errand.EVENT_CHECK: "a look at an event",
    Errand.SESSION_CLOSE: "the end of a session nobody spoke of",
    Errand.PLAN: "a meal plan",
    Errand.PLAN_MAIL: "a meal plan by e-mail",
    Errand.PLAN_LATE: "a look at a promised day",
    Errand.WAITING: "a look for a time that suits one who waits",
    Errand.MY_DATA: "a copy of somebody's data",
    Errand.FAREWELL: "the last word after a deletion",
    Errand.PROGRESS: "the progress of links",
    Source.TELEGRAM: "a press or a message",
    Source.PAYSTACK: "word of a payment from Paystack",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(span: timedelta) -> str:
    """`12 s`, `3 min`, `5 h`, `2 days`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY} days"


def _list(side: Side) -> Button:
    return button("← Back", Verb.DESK_FAILED, argument=f"{side.value}.0")


def _tabs(chosen: Side) -> list[Button]:
    return [
        button(f"• {label}" if side is chosen else label, Verb.DESK_FAILED, argument=f"{side.value}.0")
        for side, label in _TABS.items()
    ]


def failures(page: Page[Failure], side: Side, timezone: str) -> Message:
    """By kind and name alone: what a row says is nobody's business here."""
    head = f"<b>Failed deliveries · {_TABS[side].casefold()} ({page.total})</b>{numbered(page)}"
    if not page.total:
        nothing = {
            Side.OUT: "Nothing waits. All that had to go out did, or is still being tried.",
            Side.IN: "Nothing waits. All that came in was worked.",
        }
        return Message(text=f"{head}\n{nothing[side]}", rows=rows(_tabs(side), [DESK]))
    lines, buttons = [f"{head}, newest first"], []
    for number, one in enumerate(page.items, page.number * PAGE_SIZE + 1):
        lines.append(f"{number}. {_title(one)}\n   {_why(one)}\n   {moment(one.at, timezone)}")
        buttons.append(button(str(number), Verb.DESK_FAILED_ONE, str(one.id), side.value))
    return Message(
        text="\n".join(lines),
        rows=rows(
            buttons,
            pager(page, Verb.DESK_FAILED, prefix=f"{side.value}."),
            [
                button("🔄 Retry all", Verb.DESK_FAILED_ALL, argument=f"{side.value}.retry"),
                button("🗑 Let all be", Verb.DESK_FAILED_ALL, argument=f"{side.value}.drop"),
            ],
            _tabs(side),
            [DESK],
        ),
    )


def _title(one: Failure) -> str:
    what = _WHAT[one.what]
    if one.notice is not None:
        what += f" ({one.notice.value.replace('_', ' ')})"
    way = "to" if one.side is Side.OUT else "from"
    return f"{what} {way} {safe(short(one.whose, _NAME_LIMIT)) if one.whose else 'somebody unknown'}"


def _why(one: Failure) -> str:
    return safe(short(without_secrets(one.why), _WHY_LIMIT)) or "no reason was noted"


def failure(one: Failure, timezone: str) -> Message:
    row, side = str(one.id), one.side.value
    parts = [
        f"<b>{_title(one)}</b>",
        f"Why: {_why(one)}",
        f"Since: {moment(one.since, timezone)}",
        f"Given up: {moment(one.at, timezone)}, after {one.tries} {'try' if one.tries == 1 else 'tries'}",
        "What it says is not shown here.",
    ]
    actions = [button("🗑 Let it be", Verb.DESK_FAILED_DROP, row, side)]
    if one.may_be_tried:
        actions.insert(0, button("🔄 Retry", Verb.DESK_FAILED_RETRY, row, side))
    else:
        parts.append("It is too old to be tried again: an answer now would come out of the blue.")
    return Message(text="\n".join(parts), rows=rows(actions, [_list(one.side), DESK]))


def drop_sure(one: Failure) -> Message:
    row, side = str(one.id), one.side.value
    return Message(
        text=f"Let it be: {_title(one)}?\nIt leaves this list and is never tried again. This cannot be undone.",
        rows=rows(
            [button("← Back", Verb.DESK_FAILED_ONE, row, side)],
            [button("🗑 Yes, let it be", Verb.DESK_FAILED_DROP_SURE, row, side)],
        ),
    )


def all_sure(side: Side, what: str, total: int) -> Message:
    """`what`: retry or drop."""
    if what == "retry":
        words = f"Try all {total} again? People get what they should have got, however old it is."
        if side is Side.IN:
            words = f"Work all {total} again? What people pressed or sent more than a day ago is left out."
        yes = "🔄 Yes, retry all"
    else:
        words = f"Let all {total} be? They leave this list and are never tried again. This cannot be undone."
        yes = "🗑 Yes, let all be"
    return Message(
        text=words,
        rows=rows([_list(side)], [button(yes, Verb.DESK_FAILED_ALL_SURE, argument=f"{side.value}.{what}")]),
    )


def backlog(found: Backlog) -> Message:
    parts = [
        "<b>Backlog</b>",
        "<b>Came in, to be worked</b>",
        *_waiting(found.inbox, found.now),
        f"Failed: {found.failed}",
        "",
        "<b>To go out</b>",
        *_waiting(found.outbox, found.now),
        f"Given up: {found.undelivered}",
    ]
    if found.inbox.due == 0 and found.outbox.due == 0:
        parts.insert(1, "Nothing waits.\n")
    return Message(
        text="\n".join(parts),
        rows=rows(
            [
                button("📮 Failed deliveries", Verb.DESK_FAILED, argument="out.0"),
                button("🔄 Look again", Verb.DESK_BACKLOG),
            ],
            [DESK],
        ),
    )


def _waiting(queue: Waiting, now: datetime) -> list[str]:
    oldest = f", the oldest for {age(now - queue.oldest)}" if queue.oldest is not None else ""
    later = f"{MOST_COUNTED:,} or more" if queue.later >= MOST_COUNTED else str(queue.later)
    return [
        f"Waiting: {queue.due}{oldest}",
        f"Of them in hand: {queue.in_hand}",
        f"To be tried again after a failure: {queue.tried}",
        f"For later (reminders and the like): {later}",
    ]


def jobs(found: Sequence[Job], now: datetime, number: int) -> Message:
    """A page a program: two may work one database."""
    programs = [list(each) for _, each in groupby(found, key=attrgetter("program"))]
    programs.sort(key=lambda each: each[0].reported_at, reverse=True)
    if not programs:
        text = "<b>Jobs</b>\nNo program has reported yet. Each does within 15 seconds of its start."
        return Message(text=text, rows=rows(_again(0), [DESK]))
    page = page_of(programs, number, 1)
    (shown,) = page.items
    heard = now - shown[0].reported_at
    lines = [f"<b>Jobs</b> · program {page.number + 1} of {page.total}, last heard of {age(heard)} ago"]
    if shown[0].is_silent_at(now):
        lines.append(
            "⚠️ It reports no more: it was stopped hard, or hangs. Start it again if no other one runs."
        )
    lines += [_job(job, now) for job in shown]
    return Message(text="\n".join(lines), rows=rows(pager(page, Verb.DESK_JOBS), _again(page.number), [DESK]))


def _again(number: int) -> list[Button]:
    return [button("🔄 Look again", Verb.DESK_JOBS, argument=str(number))]


def _job(job: Job, now: datetime) -> str:
    sign = "🟢" if job.is_well_at(now) else "🔴"
    late = ", <b>late</b>" if job.was_late else ""
    ran = f"last run {age(now - job.ran_at)} ago" if job.ran_at is not None else "not run yet"
    done = f"last success {age(now - job.succeeded_at)} ago" if job.succeeded_at else "no success yet"
    line = f"{sign} <b>{safe(job.name)}</b>, every {job.every:g} s{late}: {ran}, {done}"
    if job.failed_at is not None:
        why = safe(short(without_secrets(job.error or ""), _WHY_LIMIT))
        line += f"\n   last error {age(now - job.failed_at)} ago: {why}"
    return line
