"""Periods of a zone, and the figures of what happened in them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.stats import (
    Event,
    Figures,
    Gathered,
    Happened,
    Income,
    Period,
    Sent,
    Span,
    Wait,
    figures,
    period_at,
)

LAGOS, NEW_YORK, CAIRO, HAVANA, APIA = (
    "Africa/Lagos",
    "America/New_York",
    "Africa/Cairo",
    "America/Havana",
    "Pacific/Apia",
)
HOUR = timedelta(hours=1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "span", "zone", "since", "before"),
    [
        (at(2026, 11, 23, 10), Span.WEEK, LAGOS, at(2026, 11, 22, 23), at(2026, 11, 29, 23)),
        (at(2026, 11, 22, 22, 59), Span.WEEK, LAGOS, at(2026, 11, 15, 23), at(2026, 11, 22, 23)),
        (at(2026, 11, 22, 23), Span.WEEK, LAGOS, at(2026, 11, 22, 23), at(2026, 11, 29, 23)),
        (at(2026, 12, 31, 23, 30), Span.YEAR, LAGOS, at(2026, 12, 31, 23), at(2027, 12, 31, 23)),
        (at(2024, 2, 10), Span.MONTH, LAGOS, at(2024, 1, 31, 23), at(2024, 2, 29, 23)),
        (at(2026, 12, 10), Span.MONTH, LAGOS, at(2026, 11, 30, 23), at(2026, 12, 31, 23)),
        # the week is an hour shorter, the other an hour longer
        (at(2026, 3, 8, 12), Span.WEEK, NEW_YORK, at(2026, 3, 2, 5), at(2026, 3, 9, 4)),
        (at(2026, 11, 1, 12), Span.WEEK, NEW_YORK, at(2026, 10, 26, 4), at(2026, 11, 2, 5)),
        # no midnight at all: the day begins when the clock has been put forward
        (at(2026, 4, 24, 12), Span.WEEK, CAIRO, at(2026, 4, 19, 22), at(2026, 4, 26, 21)),
        # midnight twice: the day begins with the first
        (at(2026, 11, 1, 12), Span.MONTH, HAVANA, at(2026, 11, 1, 4), at(2026, 12, 1, 5)),
    ],
)
def test_a_period_is_whole_days_where_the_dietitian_is(
    now: datetime, span: Span, zone: str, since: datetime, before: datetime
) -> None:
    period = period_at(now, span, zone)
    assert (period.since, period.before) == (since, before)
    assert period.since <= now < period.before


@pytest.mark.parametrize(("span", "places"), [(Span.WEEK, 7), (Span.MONTH, 30), (Span.YEAR, 12)])
def test_the_places_are_days_or_months(span: Span, places: int) -> None:
    assert period_at(at(2026, 11, 23, 10), span, LAGOS).places == places


@given(
    now=st.integers(0, 60 * 366 * 24 * 60).map(lambda minutes: at(2000, 1, 1) + timedelta(minutes=minutes)),
    span=st.sampled_from(Span),
    zone=st.sampled_from([LAGOS, NEW_YORK, CAIRO, HAVANA, APIA, "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_every_moment_is_in_one_period_and_has_one_place(now: datetime, span: Span, zone: str) -> None:
    period = period_at(now, span, zone)
    assert period.since <= now < period.before
    assert 0 <= period.place_of(now) < period.places
    assert period_at(period.since, span, zone) == period
    assert period.place_of(period.since) == 0
    last = period.before - timedelta(microseconds=1)
    assert period_at(last, span, zone) == period
    following = period_at(period.before, span, zone)
    assert following.since == period.before


NOVEMBER = Period(span=Span.MONTH, first=date(2026, 11, 1), until=date(2026, 12, 1), timezone=LAGOS)
MORNING = at(2026, 11, 2, 8)


def test_nothing_is_empty_and_a_refund_alone_is_not() -> None:
    nothing = figures(NOVEMBER, Gathered())
    assert nothing.is_empty
    assert (nothing.wait, nothing.totals, sum(nothing.over_time)) == (None, {}, 0)
    assert not figures(NOVEMBER, Gathered(income=[Income(1, "Session", "NGN", -5)])).is_empty
    for one in (
        Gathered(events=[Event(1, Happened.NO_SHOW, MORNING)]),
        Gathered(sent=[Sent(1, 1, 0)]),
    ):
        assert not figures(NOVEMBER, one).is_empty


def test_columns_hold_what_was_completed_and_delivered_on_the_day_it_was_there() -> None:
    events = [
        Event(1, Happened.COMPLETED, at(2026, 10, 31, 23)),  # in Lagos it is the first already
        Event(1, Happened.DELIVERED, at(2026, 11, 1, 22, 59)),
        Event(1, Happened.NO_SHOW, at(2026, 11, 1, 12)),
        Event(1, Happened.COMPLETED, at(2026, 11, 30, 22, 59)),
    ]
    found = figures(NOVEMBER, Gathered(events=events))
    assert (found.completed, found.delivered, found.no_shows) == (2, 1, 1)
    assert found.over_time == (2, *[0] * 28, 1)


def test_income_is_by_service_and_by_currency_and_never_added_across() -> None:
    income = [
        Income(1, "Session", "NGN", 100),
        Income(2, "Session", "NGN", 50),
        Income(1, "Plan", "NGN", 400),
        Income(1, "Session", "USD", 7),
    ]
    found = figures(NOVEMBER, Gathered(income=income))
    assert found.income == (("Plan", "NGN", 400), ("Session", "NGN", 150), ("Session", "USD", 7))
    assert found.totals == {"NGN": 550, "USD": 7}


def test_the_average_is_over_payments_not_over_dietitians() -> None:
    waits = [Wait(1, 3, 6 * HOUR), Wait(2, 1, 2 * HOUR)]
    assert figures(NOVEMBER, Gathered(waits=waits)).wait == 2 * HOUR


def test_each_dietitian_has_their_own_part_and_the_parts_make_the_whole() -> None:
    whole = Gathered(
        events=[Event(n % 3, Happened.COMPLETED, MORNING + n * HOUR) for n in range(7)],
        sent=[Sent(0, 3, 1), Sent(4, 2, 2)],
        income=[Income(1, "Session", "NGN", 9), Income(0, "Session", "NGN", 1)],
        waits=[Wait(2, 1, HOUR)],
    )
    parts = {number: figures(NOVEMBER, part) for number, part in whole.by_dietitian().items()}
    assert set(parts) == {0, 1, 2, 4}

    def both(read: str) -> tuple[int, int]:
        return sum(getattr(part, read) for part in parts.values()), getattr(overall, read)

    overall: Figures = figures(NOVEMBER, whole)
    for read in ("completed", "sent", "paid"):
        mine, all_of_them = both(read)
        assert mine == all_of_them
    assert sum(part.totals.get("NGN", 0) for part in parts.values()) == overall.totals["NGN"] == 10
