"""What Telegram took from the program in that month, and the table of it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.telegram.call import Recorded
from tests.journeys.month import DIETITIANS, Month
from tests.journeys.month_expected import REMINDERS, Expected, Kind, Verdict

_SUBJECT = re.compile(r"v1:\w+:([\w-]+):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What Telegram took from the program, one message."""

    session: str
    to: int
    kind: Kind
    start: datetime
    at: datetime
    late: bool
    silent: bool
    text: str

    @property
    def what(self) -> tuple[str, int, Kind, datetime]:
        return self.session, self.to, self.kind, self.start


def heard(month: Month) -> Iterator[Heard]:
    """Also what is said of a session that is cancelled: then of the time that it had last."""
    for call in month.stage.telegram.requests:
        if call.method == "sendMessage" and call.error is None and call.chat is not None:
            data = _data(call)
            found = next((match[1] for one in data if (match := _SUBJECT.match(one))), "")
            if session := month.history.sessions.get(found):
                starts = [start for since, start in session.times if start and since <= call.at]
                if starts and (kind := _kind(month, call, data, starts[-1])):
                    yield _heard(call, found, kind, starts[-1])


def _heard(call: Recorded, session: str, kind: Kind, start: datetime) -> Heard:
    text = call.params["text"]
    return Heard(
        session=session,
        to=call.chat or 0,
        kind=kind,
        start=start,
        at=call.at,
        late="(sent late)" in text,
        silent=bool(call.params.get("disable_notification")),
        text=text,
    )


def _data(call: Recorded) -> list[str]:
    lines = (call.params.get("reply_markup") or {}).get("inline_keyboard", [])
    return [one.get("callback_data", "") for line in lines for one in line]


def _kind(month: Month, call: Recorded, data: list[str], start: datetime) -> Kind | None:
    """As it reads: who may say that they are late is reminded from an hour before on."""
    text: str = call.params["text"]
    if text.startswith("⏰ Reminder"):
        if not any(one.startswith("v1:late:") for one in data):
            return Kind.DAY
        wants = month.history.sides[call.chat or 0].wanted(call.at)
        is_last = start - call.at <= REMINDERS[Kind.SOON] and Kind.SOON in wants
        return Kind.SOON if is_last else Kind.HOUR
    opening = {"🎬": Kind.STARTS, "🕐": Kind.WHO, "🏁 <b>How did it end?": Kind.OVER}
    return next((kind for words, kind in opening.items() if text.startswith(words)), None)


def struck_out(month: Month) -> Counter[tuple[int, str]]:
    """Reminders on the phones that say now that their session was moved, or cancelled."""
    last: dict[tuple[int, int], str] = {}
    for call in month.stage.telegram.calls("editMessageText"):
        if call.error is None and "<s>⏰ Reminder" in call.params["text"]:
            words = call.params["text"]
            last[call.chat or 0, call.params["message_id"]] = "moved" if "was moved" in words else "cancelled"
    return Counter((chat, word) for (chat, _), word in last.items())


def to_be_struck_out(month: Month, said: list[Heard]) -> Counter[tuple[int, str]]:
    struck: Counter[tuple[int, str]] = Counter()
    for one in said:
        if one.kind in REMINDERS:
            side, times = month.history.sides[one.to], month.history.sessions[one.session].times
            later = [start for since, start in times if since > one.at and not side.is_closed(since)]
            if later:
                struck[one.to, "moved" if later[-1] is not None else "cancelled"] += 1
    return struck


def table(month: Month, expected: list[Expected], said: list[Heard]) -> str:
    """Counts by kind, for each side: what was due, what became of it, what Telegram took."""
    heading = ["", "side", "due", *(one.value for one in Verdict), "received", "silent"]
    lines = [heading]
    for kind in Kind:
        for side in ("dietitian", "client"):
            of_side = (kind, side == "dietitian")
            due = [one for one in expected if (one.kind, one.to in DIETITIANS) == of_side]
            took = [one for one in said if (one.kind, one.to in DIETITIANS) == of_side]
            verdicts = Counter(one.verdict for one in due)
            counts = [
                len(due),
                *(verdicts[one] for one in Verdict),
                len(took),
                sum(one.silent for one in took),
            ]
            lines.append([kind.value, side, *map(str, counts)])
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    rows = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    happened = month.history.sessions.values()
    changes = [start for one in happened for _, start in one.times[1:]]
    rows.append(
        f"{len(happened)} sessions of {len(month.of)} clients, {sum(one is not None for one in changes)} moves, "
        f"{sum(one is None for one in changes)} cancellations, {len(month.history.down)} downtimes of "
        f"{sum((until - begins for begins, until in month.history.down), timedelta())} together"
    )
    return "\n".join(rows)
