"""What is left of somebody's busy times where our own events are not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.model.availability import Interval
from domain.model.calendar import without

ZERO = datetime(2026, 11, 2, tzinfo=UTC)


def minute(at: int) -> datetime:
    return ZERO + timedelta(minutes=at)


def interval(begin: int, end: int) -> Interval:
    return minute(begin), minute(end)


def minutes(intervals: list[Interval]) -> set[int]:
    return {at for at in range(60) if any(begin <= minute(at) < end for begin, end in intervals)}


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: interval(min(pair), max(pair))),
    max_size=6,
)


@given(busy=SPANS, ours=SPANS)
def test_it_is_what_is_busy_and_not_ours_minute_by_minute(busy: list[Interval], ours: list[Interval]) -> None:
    left = without(busy, ours)
    assert minutes(left) == minutes(busy) - minutes(ours)
    assert all(begin < end for begin, end in left)


def test_a_session_of_ours_that_google_melted_into_a_private_hour_leaves_that_hour() -> None:
    assert without([interval(0, 60)], [interval(15, 30)]) == [interval(0, 15), interval(30, 60)]
