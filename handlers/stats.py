"""/stats: what a week, a month or a year brought; the same over all dietitians for the admins."""

import csv
from collections.abc import Sequence
from io import StringIO

from domain.errors import PictureFailed
from domain.model.message import Message
from domain.model.money import major_units
from domain.model.pictures import StatsPicture
from domain.model.stats import Period, Span, StatsRow
from domain.usecases.audit_trail import EVERYTHING
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.formats import local
from handlers.screens import stats as screens

_USUAL = Span.MONTH
# what a spreadsheet would take for the beginning of a formula, in full width too
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def _span(call: Call) -> Span:
    """The usual one for a command, and for a word that was never ours."""
    word = call.press.argument.partition(".")[0] if call.press else ""
    return Span(word) if word in set(Span) else _USUAL


async def stats(call: Call) -> Reply:
    """A dietitian's own; an admin without a practice gets everybody's."""
    if call.dietitian is None and call.is_admin and call.press is None:
        return await of_all(call)
    dietitian = practice(call)
    period, figures = await call.cases.stats.look.of_dietitian(dietitian=dietitian, span=_span(call))
    if figures.is_empty:
        return Reply(screen=screens.nothing(period))
    screen = screens.stats(period, figures)
    return Reply(screen=await _with_picture(call, screen, screens.picture(dietitian.name, period, figures)))


async def rows(call: Call) -> Reply:
    dietitian = practice(call)
    period, found = await call.cases.stats.look.rows_of(dietitian=dietitian, span=_span(call))
    return Reply(also=(screens.rows_file(csv_of(period, found, clients=True), period),))


async def of_all(call: Call) -> Reply:
    overall = await call.cases.stats.look.of_all(person=call.person, span=_span(call))
    if overall.figures.is_empty:
        return Reply(screen=screens.nothing(overall.period, of_all=True))
    screen = screens.stats(overall.period, overall.figures, of_all=True)
    return Reply(screen=await _with_picture(call, screen, screens.picture_of_all(overall)))


async def each(call: Call) -> Reply:
    """The argument is `span.page`."""
    overall = await call.cases.stats.look.of_all(person=call.person, span=_span(call))
    return Reply(screen=screens.each(overall, _page(call)))


def _page(call: Call) -> int:
    return number_in(call.button.argument.partition(".")[2]) or 0


async def rows_of_all(call: Call) -> Reply:
    await call.cases.office.trail.looked(admin=call.person, at=EVERYTHING, action="took the figures")
    period, found = await call.cases.stats.look.rows_of_all(person=call.person, span=_span(call))
    return Reply(also=(screens.rows_file(csv_of(period, found, clients=False), period),))


async def _with_picture(call: Call, screen: Message, spec: StatsPicture) -> Message:
    """Drawing takes a moment; where it fails the words go without."""
    await call.acknowledge()
    try:
        png = await call.cases.stats.plotter.stats(spec)
    except PictureFailed:
        return screen
    return screens.with_picture(screen, png)


def csv_of(period: Period, rows: Sequence[StatsRow], *, clients: bool) -> bytes:
    """RFC 4180; amounts in major units, times in the period's zone. Without clients' names the dietitians' stand."""
    text = StringIO()
    out = csv.writer(text)
    who = [] if clients else ["dietitian"]
    whom = ["client"] if clients else []
    out.writerow([f"date ({period.timezone})", *who, "kind", "service", *whom, "amount", "currency", "state"])
    for row in rows:
        out.writerow(
            [
                f"{local(row.at, period.timezone):%Y-%m-%d %H:%M}",
                *([] if clients else [_defused(row.dietitian)]),
                row.kind.value,
                _defused(row.service),
                *([_defused(row.client or "")] if clients else []),
                "" if row.amount is None else _signed(row.amount),
                row.currency or "",
                row.state,
            ]
        )
    return text.getvalue().encode("utf-8-sig")  # a spreadsheet needs the mark to see that it is UTF-8


def _defused(text: str) -> str:
    """What people typed is no formula, whatever it begins with."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _signed(amount: int) -> str:
    return f"-{major_units(-amount)}" if amount < 0 else major_units(amount)
