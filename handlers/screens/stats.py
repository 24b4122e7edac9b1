"""What a week, a month or a year brought: words, and what is to be drawn."""

from dataclasses import replace
from datetime import date, timedelta

from babel.dates import format_date

from domain.model.attendance import MOST_STARS
from domain.model.message import Button, File, FileKind, Message
from domain.model.pictures import Bar, StatsPicture, Tile
from domain.model.stats import Figures, Period, Span
from domain.usecases.stats import Overall
from handlers.callbacks import Verb
from handlers.formats import LOCALE, day, money, safe
from handlers.screens.desk import DESK
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short

ON_A_PAGE = 8
_MOST_SERVICES, _MOST_BARS = 5, 6
_HOUR, _DAY = 60, 24  # minutes, hours
_TITLE_LIMIT = 40  # with the services a caption stays well under Telegram's 1,024 characters
_EVERY = 7  # days of a month that have their number
_TAB_WORDS = {Span.WEEK: "Week", Span.MONTH: "Month", Span.YEAR: "Year"}
_THIS = {Span.WEEK: "this week", Span.MONTH: "this month", Span.YEAR: "this year"}
_STEPS = {Span.WEEK: "day by day", Span.MONTH: "day by day", Span.YEAR: "month by month"}
_FEES = "<i>Income is what was paid less what was given back, before Paystack's fees.</i>"


def title(period: Period) -> str:
    match period.span:
        case Span.WEEK:
            last = period.until - timedelta(days=1)
            return f"{day(period.first)} – {day(last)} {last.year}"
        case Span.MONTH:
            return format_date(period.first, "MMMM y", locale=LOCALE)
        case Span.YEAR:
            return str(period.first.year)


def _tabs(period: Period, verb: Verb) -> list[Button]:
    return [
        button(f"• {word}" if span is period.span else word, verb, argument=span.value)
        for span, word in _TAB_WORDS.items()
    ]


def nothing(period: Period, *, of_all: bool = False) -> Message:
    go = [DESK] if of_all else [button("➕ New request", Verb.COMPOSE), HOME]
    advice = "" if of_all else " Send a client a request, or share your public link (/services)."
    return Message(
        text=f"<b>📊 {title(period)}</b> ({period.timezone})\nNothing yet {_THIS[period.span]}. Consultations completed, plans delivered, "
        f"money and requests are counted here as they happen.{advice}",
        rows=rows(_tabs(period, Verb.DESK_STATS if of_all else Verb.STATS), go),
    )


def stats(period: Period, figures: Figures, *, of_all: bool = False) -> Message:
    heading = "All dietitians · " if of_all else ""
    lines = [
        f"<b>📊 {heading}{title(period)}</b> ({period.timezone})",
        f"Income: <b>{totals(figures)}</b>",
        *([] if of_all else _services(figures)),
        f"Consultations completed: {figures.completed}",
        f"No-shows: {figures.no_shows}",
        f"Meal plans delivered: {figures.delivered}",
        f"Requests sent: {figures.sent}" + (f", paid so far: {_share(figures)}" if figures.sent else ""),
    ]
    if figures.rated.number:
        lines.append(f"Ratings: {figures.rated.average:.1f} of {MOST_STARS} ({figures.rated.number})")
    if figures.wait is not None:
        lines.append(f"From request to payment: on average {duration(figures.wait)}")
    lines.append(_FEES)
    span = period.span.value
    if of_all:
        go = [
            button("👥 By dietitian", Verb.DESK_STATS_EACH, argument=f"{span}.0"),
            button("📄 CSV", Verb.DESK_STATS_ROWS, argument=span),
        ]
        return Message(text="\n".join(lines), rows=rows(_tabs(period, Verb.DESK_STATS), go, [DESK]))
    go = [button("📄 CSV", Verb.STATS_ROWS, argument=span), HOME]
    return Message(text="\n".join(lines), rows=rows(_tabs(period, Verb.STATS), go))


def totals(figures: Figures) -> str:
    return " + ".join(money(amount, currency) for currency, amount in figures.totals.items()) or "none"


def _services(figures: Figures) -> list[str]:
    shown, more = figures.income[:_MOST_SERVICES], len(figures.income) - _MOST_SERVICES
    lines = [
        f"   {safe(short(name, _TITLE_LIMIT)) or 'Other'}: {money(amount, currency)}"
        for name, currency, amount in shown
    ]
    return [*lines, f"   and {more} more (see the CSV)"] if more > 0 else lines


def _share(figures: Figures) -> str:
    return f"{figures.paid} ({_percent(figures)}%)"


def _percent(figures: Figures) -> int:
    return round(100 * figures.paid / figures.sent)


def duration(time: timedelta) -> str:
    """`12 min`, `5 h 20 min`, `3 d 4 h`."""
    minutes = round(time / timedelta(minutes=1))
    if minutes < _HOUR:
        return f"{minutes} min"
    hours, rest = divmod(minutes, _HOUR)
    if hours < _DAY:
        return f"{hours} h {rest} min"
    return f"{hours // _DAY} d {hours % _DAY} h"


def each(overall: Overall, number: int) -> Message:
    """A row a dietitian; their clients are nobody's business here."""
    period = overall.period
    page = page_of(overall.each, number, ON_A_PAGE)
    lines = [f"<b>📊 By dietitian · {title(period)}</b> ({period.timezone}){numbered(page)}"]
    lines += [
        f"{place}. <b>{safe(short(name, _TITLE_LIMIT))}</b>: {totals(theirs)}\n   {_row(theirs)}"
        for place, (name, theirs) in enumerate(page.items, page.number * ON_A_PAGE + 1)
    ]
    if not page.total:
        lines.append(f"Nothing yet {_THIS[period.span]}.")
    back = button("← Back", Verb.DESK_STATS, argument=period.span.value)
    turning = pager(page, Verb.DESK_STATS_EACH, prefix=f"{period.span.value}.")
    return Message(text="\n".join(lines), rows=rows(turning, [back, DESK]))


def _row(figures: Figures) -> str:
    parts = [f"completed {figures.completed}", f"no-shows {figures.no_shows}", f"plans {figures.delivered}"]
    if figures.sent:
        parts.append(f"requests {figures.sent}, paid {_share(figures)}")
    if figures.wait is not None:
        parts.append(f"paid after {duration(figures.wait)}")
    return " · ".join(parts)


def with_picture(screen: Message, png: bytes) -> Message:
    return replace(
        screen, file=File(kind=FileKind.PHOTO, name="stats.png", mime_type="image/png", content=png)
    )


def rows_file(content: bytes, period: Period) -> Message:
    name = f"stats-{period.span.value}-{period.first:%Y-%m-%d}.csv"
    return Message(
        text=f"{title(period)}, line by line, in the time of {period.timezone}. Only payments and what was given back have "
        "an amount, so the column sums to the income.",
        file=File(name=name, mime_type="text/csv", content=content),
    )


def picture(name: str, period: Period, figures: Figures) -> StatsPicture:
    bars = tuple(
        Bar(label=title or "Other", value=amount, words=money(amount, currency))
        for title, currency, amount in figures.income[:_MOST_BARS]
    )
    return _picture(name, period, figures, bars, "Income by service")


def picture_of_all(overall: Overall) -> StatsPicture:
    best = sorted(overall.each, key=lambda one: -max(one[1].totals.values(), default=0))
    bars = tuple(
        Bar(label=name, value=max(theirs.totals.values()), words=totals(theirs))
        for name, theirs in best[:_MOST_BARS]
        if theirs.totals
    )
    return _picture("All dietitians", overall.period, overall.figures, bars, "Income by dietitian")


def _picture(
    name: str, period: Period, figures: Figures, bars: tuple[Bar, ...], bars_title: str
) -> StatsPicture:
    steps = tuple(
        Bar(label=_label(period, place), value=count, words=str(count) if count else "")
        for place, count in enumerate(figures.over_time)
    )
    return StatsPicture(
        title=title(period),
        subtitle=f"{name} · {period.timezone}",
        tiles=_tiles(figures),
        over_time=steps if any(figures.over_time) else (),
        over_time_title=f"Consultations and plans, {_STEPS[period.span]}",
        shares=bars,
        shares_title=bars_title,
    )


def _tiles(figures: Figures) -> tuple[Tile, ...]:
    asked = f"{figures.paid} of {figures.sent} ({_percent(figures)}%)" if figures.sent else "–"
    return (
        Tile(label="Income", value=totals(figures)),
        Tile(label="Consultations completed", value=str(figures.completed)),
        Tile(label="Meal plans delivered", value=str(figures.delivered)),
        Tile(label="No-shows", value=str(figures.no_shows)),
        Tile(label="Requests that were paid", value=asked),
        Tile(
            label="From request to payment", value=duration(figures.wait) if figures.wait is not None else "–"
        ),
    )


def _label(period: Period, place: int) -> str:
    """Under each column; of a month's days only some, for the others there is no room."""
    match period.span:
        case Span.WEEK:
            return format_date(period.first + timedelta(days=place), "EEE", locale=LOCALE)
        case Span.MONTH:
            return str(place + 1) if place % _EVERY == 0 else ""
        case Span.YEAR:
            return format_date(date(period.first.year, place + 1, 1), "MMM", locale=LOCALE)
