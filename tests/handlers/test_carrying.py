"""What Agree carries fits into a button and comes out as it went in, or leads home."""

from datetime import UTC, date, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.callbacks import LIMIT_BYTES, Press, Verb, day_argument, instant_argument, parse
from handlers.carrying import _pressed, _read

LONGEST = 999_999_999
presses = st.builds(
    Press,
    verb=st.sampled_from(sorted(set(Verb) - {Verb.AGREE})),
    subject=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", max_size=10),
    argument=st.one_of(
        st.sampled_from(["", "pending.0", "later", "0.1.2", "Africa.Lagos", "meal_plan"]),
        st.dates(min_value=date(2000, 1, 1), max_value=date(2999, 12, 31)).map(day_argument),
        st.text("abc.-_0", max_size=40),
    ),
    rev=st.integers(0, LONGEST),
)


@given(presses)
@example(Press(Verb.SLOT, "K7Q2M9XT4P", instant_argument(datetime(2026, 11, 24, 9, tzinfo=UTC)), 12))
@example(Press(Verb.HOME))
def test_a_press_comes_back_as_it_was_or_not_at_all(press: Press) -> None:
    subject, argument = _pressed(press)
    agree = str(Press(Verb.AGREE, subject, argument, LONGEST))
    assert len(agree.encode()) <= LIMIT_BYTES
    back = parse(agree)
    if not argument:
        assert len(str(press)) + len("v1:agree:p.") > LIMIT_BYTES - len(str(LONGEST))
        return
    assert _read(back.subject, back.argument.partition(".")[2]) == press


@given(st.text(max_size=10), st.text(max_size=40))
def test_what_was_never_carried_is_nothing_or_a_press(subject: str, carried: str) -> None:
    found = _read(subject, carried)
    assert found is None or found.verb is not Verb.AGREE


def test_an_agree_never_carries_another() -> None:
    assert _read("", f"{Verb.AGREE}.1.") is None
