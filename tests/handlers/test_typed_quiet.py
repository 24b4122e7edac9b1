"""Quiet hours as people type them."""

import pytest

from domain.errors import Malformed
from handlers.typed_quiet import quiet_hours

HOUR = 60
UNDERSTOOD = {
    "22-7": (22 * HOUR, 7 * HOUR),
    "22:30 - 06:15": (22 * HOUR + 30, 6 * HOUR + 15),
    "10pm to 6am": (22 * HOUR, 6 * HOUR),
    "from 10 PM until 6 a.m.": (22 * HOUR, 6 * HOUR),
    "Quiet from 9 to 7": (21 * HOUR, 7 * HOUR),
    "10-6": (22 * HOUR, 6 * HOUR),
    "12-6": (0, 6 * HOUR),
    "midnight-6": (0, 6 * HOUR),
    "23–midnight": (23 * HOUR, 0),
    "1-5": (HOUR, 5 * HOUR),
    "1-5pm": (13 * HOUR, 17 * HOUR),
    "10-6pm": (10 * HOUR, 18 * HOUR),
    "12pm-2pm": (12 * HOUR, 14 * HOUR),
    "2200-0700": (22 * HOUR, 7 * HOUR),
    "22h30 bis 7".replace("bis", "till"): (22 * HOUR + 30, 7 * HOUR),
    "２２－７": (22 * HOUR, 7 * HOUR),
    "24-6": (0, 6 * HOUR),
    "8 – 8": (20 * HOUR, 8 * HOUR),
}


@pytest.mark.parametrize(("text", "hours"), UNDERSTOOD.items())
def test_it_is_understood(text: str, hours: tuple[int, int]) -> None:
    assert quiet_hours(text) == hours


@pytest.mark.parametrize("text", ["off", "OFF", " none. ", "no"])
def test_it_is_switched_off(text: str) -> None:
    assert quiet_hours(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "tonight", "22", "22-", "25-7", "10pm-13pm", "22:75-7", "22-22", "0-24", "22-7, 12-14", "<b>22-7</b>", "🌙",
        "٢٢-٧", "\u202e7-22\u202c x", "9" * 4096, "-22-7", "22-7-9",
    ],
)  # fmt: skip
def test_what_is_no_pair_of_times_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Malformed, match="For example: 22-7"):
        quiet_hours(text)
